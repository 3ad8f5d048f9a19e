"""Whether the replica could take over."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Seen,
    Severity,
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

LIST = "ReplicationConfiguration.ReplicationStatusSummaryList"
COMPLETE = "INSTANCE_REPLICATION_COMPLETE"
ON_THE_WAY = frozenset({"INSTANCE_REPLICATION_IN_PROGRESS", "INSTANCE_REPLICA_DELETING"})


def _instance(**status: str) -> Thing:
    summary = [
        {"Region": region.replace("_", "-"), "ReplicationStatus": one} for region, one in status.items()
    ]
    return thing(
        "connect.instance",
        ReplicationConfiguration={"ReplicationStatusSummaryList": summary, "SourceRegion": "us-east-1"},
    )


def _evidence(region: str, status: Any) -> Evidence:
    return Evidence(f"{LIST} of {region}", COMPLETE, status)


@rule(
    id="CONNECT-RES-004",
    severity=Severity.HIGH,
    severity_reason="When the Region fails, calls are sent to an instance that has not got what it needs.",
    severities=(Severity.MEDIUM,),
    kind="connect.instance",
    reads={"connect.instance": (LIST,)},
    fix=Fix(
        console="Read the reason in ReplicationStatusReason, remove its cause, and replicate the instance again.",
        cli="aws connect replicate-instance --instance-id INSTANCE_ID --replica-region REGION --replica-alias ALIAS",
        note=(
            "Replication is for accounts that AWS has enabled Global Resiliency for. Neither CloudFormation nor "
            "Terraform can replicate an instance. While replication goes on, scan again in an hour."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/create-replica-connect-instance.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ReplicationStatusSummary.html",
    ),
    interpretive={"nist": ("CP-10",), "iso27001": ("A.5.30", "A.8.14"), "soc2": ("A1.2",)},
    examples=(
        passes("one replica, complete", _instance(us_west_2=COMPLETE)),
        passes("every Region complete", _instance(us_east_1=COMPLETE, us_west_2=COMPLETE)),
        fails(
            "replication has failed",
            _instance(us_west_2="INSTANCE_REPLICATION_FAILED"),
            _evidence("us-west-2", "INSTANCE_REPLICATION_FAILED"),
        ),
        fails(
            "replication goes on",
            _instance(us_east_1=COMPLETE, us_west_2="INSTANCE_REPLICATION_IN_PROGRESS"),
            _evidence("us-west-2", "INSTANCE_REPLICATION_IN_PROGRESS"),
        ),
        fails(
            "the replica is there, and nothing in it",
            _instance(us_west_2="RESOURCE_REPLICATION_NOT_STARTED"),
            _evidence("us-west-2", "RESOURCE_REPLICATION_NOT_STARTED"),
        ),
        unknown(
            "the instance is not readable",
            thing("connect.instance", unread={"ReplicationConfiguration": "connect:DescribeInstance"}),
        ),
        not_applicable("an instance without a replica", thing("connect.instance")),
    ),
)
def replication_is_complete(instance: Seen, _around: Around) -> Outcome:
    """The instance is replicated completely.

    A replica in another Region takes over calls and agents when this one fails. One whose replication failed or never
    got to its end looks the same on a diagram, and lacks users, queues or flows in the hour when it is needed.
    """
    replicas = instance.get(LIST)
    if not replicas:
        return NotApplicable("the instance has no replica")
    return [
        Fail.at(
            f"{LIST} of {replica['Region']}",
            expected=COMPLETE,
            actual=replica.get("ReplicationStatus"),
            discriminator=replica["Region"],
            severity=Severity.MEDIUM if replica.get("ReplicationStatus") in ON_THE_WAY else None,
        )
        for replica in replicas
        if replica.get("ReplicationStatus") != COMPLETE
    ]
