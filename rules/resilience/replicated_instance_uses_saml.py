"""Whether agents could sign in to the other Region."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Pass,
    Seen,
    Severity,
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

PATH = "IdentityManagementType"
REPLICA = {
    "ReplicationStatusSummaryList": [
        {"Region": "us-west-2", "ReplicationStatus": "INSTANCE_REPLICATION_COMPLETE"}
    ]
}


def _instance(type: str, *, replicated: bool = True) -> Thing:
    more: dict[str, Any] = {"ReplicationConfiguration": REPLICA} if replicated else {}
    return thing("connect.instance", IdentityManagementType=type, **more)


def _group(*, default: bool) -> Thing:
    return thing("connect.traffic_distribution_group", id="tdg-1", Name="calls", IsDefault=default)


@rule(
    id="CONNECT-RES-005",
    severity=Severity.HIGH,
    severity_reason="Callers are sent to the other Region, and nobody there can sign in to answer them.",
    kind="connect.instance",
    reads={
        "connect.instance": (PATH, "ReplicationConfiguration"),
        "connect.traffic_distribution_group": ("IsDefault",),
    },
    fix=Fix(
        console="Create an instance with SAML 2.0 based authentication, replicate that one, and move over to it.",
        cli=(
            "aws connect create-instance --identity-management-type SAML --instance-alias ALIAS "
            "--inbound-calls-enabled --outbound-calls-enabled"
        ),
        cloudformation="AWS::Connect::Instance: IdentityManagementType (a new instance)",
        terraform="aws_connect_instance: identity_management_type (a new instance)",
        note="No API changes how the users of an instance are managed.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/create-replica-connect-instance.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/get-started-connect-global-resiliency.html",
    ),
    interpretive={"nist": ("CP-10",), "iso27001": ("A.5.30",)},
    examples=(
        passes("a replicated instance with SAML", _instance("SAML")),
        passes(
            "numbers are distributed, with SAML", _instance("SAML", replicated=False), _group(default=False)
        ),
        fails(
            "a replicated instance with users of its own",
            _instance("CONNECT_MANAGED"),
            Evidence(PATH, "SAML", "CONNECT_MANAGED"),
        ),
        fails(
            "numbers are distributed, and a directory holds the users",
            _instance("EXISTING_DIRECTORY", replicated=False),
            _group(default=False),
            Evidence(PATH, "SAML", "EXISTING_DIRECTORY"),
        ),
        unknown(
            "groups are not readable",
            _instance("CONNECT_MANAGED", replicated=False),
            unread("connect.traffic_distribution_group", "connect:ListTrafficDistributionGroups"),
        ),
        not_applicable("an instance without a replica", _instance("CONNECT_MANAGED", replicated=False)),
        not_applicable(
            "a group that AWS made by itself",
            _instance("CONNECT_MANAGED", replicated=False),
            _group(default=True),
        ),
    ),
)
def replicated_instance_uses_saml(instance: Seen, around: Around) -> Outcome:
    """The replicated instance signs its users in with SAML.

    Global sign-in takes agents to whichever Region the calls go to, and it works with SAML only. AWS refuses to
    replicate other instances today; one that was set up before that leaves callers and agents in different Regions.
    """
    if not instance.get("ReplicationConfiguration") and not _distributed(around):
        return NotApplicable("the instance has no replica and no traffic distribution group of its own")
    type_ = instance.get(PATH)
    return Pass() if type_ == "SAML" else Fail.at(PATH, expected="SAML", actual=type_)


def _distributed(around: Around) -> bool:
    return any(not group.get("IsDefault") for group in around.all("connect.traffic_distribution_group"))
