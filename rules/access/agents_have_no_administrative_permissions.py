"""What people who take contacts may change."""

from auditor.permissions import (
    DELETING_RECORDINGS,
    FLOW_PUBLISHING,
    FLOW_WRITING,
    NUMBERS,
    SECURITY_PROFILES,
    USERS,
    permissions_of,
)
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
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
)

ROUTING = frozenset(
    {
        "HoursOfOperation.Create",
        "HoursOfOperation.Delete",
        "HoursOfOperation.Edit",
        "Queues.Create",
        "Queues.Edit",
        "Queues.EnableAndDisable",
        "RoutingPolicies.Create",
        "RoutingPolicies.Edit",
        "TransferDestinations.Create",
        "TransferDestinations.Delete",
        "TransferDestinations.Edit",
    }
)
ADMINISTRATIVE = (
    USERS
    | {"Users.Delete"}
    | SECURITY_PROFILES
    | FLOW_WRITING
    | FLOW_PUBLISHING
    | {"ContactFlows.Delete", "ContactFlowModules.Delete"}
    | NUMBERS
    | ROUTING
    | DELETING_RECORDINGS
)
READING = frozenset({"SecurityProfiles.View", "Users.View"})
"""AWS advises not to let agents read users either: that shows everybody's name and access, but changes nothing."""
NONE = "nothing that agents do not need to handle contacts"


def _profile(name: str, *permissions: str) -> Thing:
    return thing("connect.security_profile", id="sp-1", SecurityProfileName=name, Permissions=[*permissions])


@rule(
    id="CONNECT-ACC-005",
    severity=Severity.HIGH,
    severities=(Severity.MEDIUM,),
    severity_reason=(
        "Agents are many, and their computers are the most exposed: what one of them may change, an intruder may. "
        "Only seeing users and their profiles: medium."
    ),
    kind="connect.security_profile",
    reads={"connect.security_profile": ("SecurityProfileName", "Permissions")},
    params=(
        Param(
            "agent_profiles",
            ["Agent"],
            "Names of the security profiles that agents have. BasicAgentAccess does not tell them: managers who "
            "listen in have it too.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="On the admin website open Users > Security profiles, edit the profile and clear the permission.",
        cli=(
            "aws connect update-security-profile --instance-id INSTANCE_ID --security-profile-id PROFILE_ID "
            "--permissions PERMISSION ..."
        ),
        cloudformation="AWS::Connect::SecurityProfile: Permissions without the ones named",
        terraform="aws_connect_security_profile: permissions without the ones named",
        note=(
            "--permissions replaces the whole list: give every permission that the profile keeps. Give team leads a "
            "second profile rather than adding to the agents' one."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-list.html",
    ),
    interpretive={"nist": ("AC-6",), "iso27001": ("A.8.2",), "soc2": ("CC6.3",)},
    examples=(
        passes("an agent as AWS makes them", _profile("Agent", "BasicAgentAccess", "OutboundCallAccess")),
        passes(
            "an agent who looks up quick connects and their own contacts",
            _profile("Agent", "BasicAgentAccess", "TransferDestinations.View", "MyContacts.View"),
        ),
        passes(
            "a profile of the company's own for agents",
            _profile("Sales agents", "BasicAgentAccess"),
            agent_profiles=["Sales agents"],
        ),
        fails(
            "agents may edit users",
            _profile("Agent", "BasicAgentAccess", "Users.Edit", "Users.View"),
            Evidence("Permissions", NONE, ["Users.Edit", "Users.View"]),
        ),
        fails(
            "agents may publish flows and delete recordings",
            _profile("Agent", "BasicAgentAccess", "ContactFlows.Publish", "DeleteCallRecordings"),
            Evidence("Permissions", NONE, ["ContactFlows.Publish", "DeleteCallRecordings"]),
        ),
        fails(
            "agents may see users",
            _profile("Agent", "BasicAgentAccess", "Users.View"),
            Evidence("Permissions", NONE, ["Users.View"]),
        ),
        unknown(
            "permissions are not readable",
            thing(
                "connect.security_profile",
                id="sp-1",
                SecurityProfileName="Agent",
                unread={"Permissions": "connect:ListSecurityProfilePermissions"},
            ),
        ),
        not_applicable(
            "a manager who listens in has BasicAgentAccess too",
            _profile("Supervisor", "BasicAgentAccess", "ManagerListenIn", "Users.Edit"),
        ),
    ),
)
def agents_have_no_administrative_permissions(profile: Seen, around: Around) -> Outcome:
    """Agents' security profiles hold no administrative permission.

    AWS advises not to let agents create, read or update users, and the same goes for flows, numbers, queues and
    recordings. An agent's session stays open all day on a computer that also opens customers' attachments: whoever
    gets hold of it can do what the agent can. A permission added to the Agent profile to help one person out reaches
    every agent at once.
    """
    if profile.get("SecurityProfileName") not in around.params["agent_profiles"]:
        return NotApplicable("it is not a profile of agents (name those in the parameter agent_profiles)")
    permissions = permissions_of(profile)
    changing, reading = permissions & ADMINISTRATIVE, permissions & READING
    if not changing and not reading:
        return Pass()
    severity = None if changing else Severity.MEDIUM
    return Fail.at("Permissions", expected=NONE, actual=sorted(changing | reading), severity=severity)
