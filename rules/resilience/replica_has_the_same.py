"""Whether the replica has what the source has."""

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
    elsewhere,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

NAMES = {
    "connect.agent_status": "Name",
    "connect.contact_flow": "Name",
    "connect.contact_flow_module": "Name",
    "connect.hours_of_operation": "Name",
    "connect.prompt": "Name",
    "connect.queue": "Name",
    "connect.quick_connect": "Name",
    "connect.routing_profile": "Name",
    "connect.security_profile": "SecurityProfileName",
    "connect.user": "Username",
}
"""The kinds that are compared, and the field that names one in both Regions."""
EAST, WEST = "us-east-1", "us-west-2"


def _instance(source: str = EAST) -> Thing:
    summary = [
        {"Region": region, "ReplicationStatus": "INSTANCE_REPLICATION_COMPLETE"} for region in (EAST, WEST)
    ]
    return thing(
        "connect.instance",
        ReplicationConfiguration={"SourceRegion": source, "ReplicationStatusSummaryList": summary},
    )


SOURCE, REPLICA = _instance(), elsewhere(WEST, _instance())


def _one(kind: str, name: str, id: str = "1") -> Thing:
    named: dict[str, Any] = {NAMES[kind]: name}
    return thing(kind, id=id, **named)


def _there(kind: str, name: str, id: str = "9") -> Thing:
    return elsewhere(WEST, _one(kind, name, id))


def _evidence(kind: str, only_here: list[str], only_there: list[str]) -> Evidence:
    actual: dict[str, Any] = {f"only in {EAST}": only_here, f"only in {WEST}": only_there}
    return Evidence(f"{kind} by {NAMES[kind]}", f"the same in {EAST} and {WEST}", actual)


@rule(
    id="CONNECT-RES-008",
    severity=Severity.HIGH,
    severity_reason="After a failover flows and agents look for what is not there, in the worst hour there is.",
    kind="connect.instance",
    reads={
        "connect.instance": ("ReplicationConfiguration",),
        **{kind: (name,) for kind, name in NAMES.items()},
    },
    opt_in="It needs a scan of both Regions, and names that people write alike in both.",
    fix=Fix(
        console="On the admin website of the replica create what is missing, and delete what the source no longer has.",
        cli="aws connect create-queue (create-contact-flow, …) --region REPLICA_REGION --instance-id INSTANCE_ID",
        cloudformation="The same template as a stack in both Regions, with the ARNs as parameters",
        terraform="The same module in both Regions, with a provider for each",
        note="Names decide: ids and ARNs differ between Regions. What is inside of things is not compared here.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/create-replica-connect-instance.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/get-started-connect-global-resiliency.html",
    ),
    interpretive={"nist": ("CP-2", "CP-10"), "iso27001": ("A.5.30", "A.8.14"), "soc2": ("A1.2",)},
    examples=(
        passes(
            "the same names, whatever the ids",
            SOURCE,
            REPLICA,
            *(one(kind, "the same") for kind in NAMES for one in (_one, _there)),
        ),
        passes("nothing in either Region", SOURCE, REPLICA),
        fails(
            "a queue that the replica lacks",
            SOURCE,
            REPLICA,
            _one("connect.queue", "Claims"),
            _evidence("connect.queue", ["Claims"], []),
        ),
        fails(
            "a flow that was renamed in one Region",
            SOURCE,
            REPLICA,
            _one("connect.contact_flow", "Main line"),
            _there("connect.contact_flow", "Main line (old)"),
            _evidence("connect.contact_flow", ["Main line"], ["Main line (old)"]),
        ),
        fails(
            "a user and a profile",
            SOURCE,
            REPLICA,
            _one("connect.user", "ana"),
            _there("connect.security_profile", "Night shift"),
            _evidence("connect.security_profile", [], ["Night shift"]),
            _evidence("connect.user", ["ana"], []),
        ),
        unknown("the other Region was not scanned", SOURCE),
        unknown(
            "queues of the replica are not readable",
            SOURCE,
            REPLICA,
            elsewhere(WEST, unread("connect.queue", "connect:ListQueues")),
        ),
        not_applicable("an instance without a replica", thing("connect.instance")),
        not_applicable("the replica itself, which is judged with its source", _instance(WEST)),
    ),
)
def replica_has_the_same(instance: Seen, around: Around) -> Outcome:
    """The replica has the same users, queues, flows and profiles by name.

    Replication copies an instance once. What is created, renamed or deleted afterwards has to be done in both Regions,
    by people. What the replica lacks shows when calls arrive there: a flow asks for a queue that does not exist, or
    the agents of a new team cannot sign in.
    """
    replication = instance.get("ReplicationConfiguration") or {}
    if replication.get("SourceRegion") != instance.region:
        return NotApplicable("it is not the source of a replica")
    regions = [one["Region"] for one in replication.get("ReplicationStatusSummaryList", ())]
    return [
        Fail.at(
            f"{kind} by {NAMES[kind]}",
            expected=f"the same in {instance.region} and {region}",
            actual={
                f"only in {instance.region}": sorted(here - there),
                f"only in {region}": sorted(there - here),
            },
            discriminator=f"{region} {kind}",
        )
        for region in sorted({*regions} - {instance.region})
        for kind in NAMES
        for here, there in [(_names(kind, around), _names(kind, around.replica(region)))]
        if here != there
    ]


def _names(kind: str, around: Around) -> set[str]:
    return {one.get(NAMES[kind]) for one in around.all(kind)}
