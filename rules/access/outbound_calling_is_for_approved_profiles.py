"""Who can call any number at the company's cost."""

from auditor.model import Cause, Reason
from auditor.permissions import OUTBOUND_CALLING, only_in_approved
from auditor.rule import (
    Around,
    Evidence,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

ON = thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="true")
OFF = thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="false")
USER = thing("connect.user", id="u-1", SecurityProfileIds=["sp-1"])
CALLS = "OutboundCallAccess"


def _profile(name: str, *permissions: str) -> Thing:
    return thing("connect.security_profile", id="sp-1", SecurityProfileName=name, Permissions=[*permissions])


def _except_in(names: str) -> str:
    return f"none of these, except in {names} (parameter approved_profiles)"


@rule(
    id="CONNECT-ACC-008",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason="It takes a stolen session or a dishonest agent to cost money. A profile that nobody holds: low.",
    kind="connect.security_profile",
    reads={
        "connect.security_profile": ("SecurityProfileName", "Permissions"),
        "connect.instance_attribute": ("Value",),
        "connect.user": ("SecurityProfileIds",),
    },
    params=(
        Param(
            "approved_profiles",
            [],
            "Names of the security profiles whose holders call out. Empty: nobody said, and nothing is judged, for "
            "AWS's own Agent profile may call out and many companies want that.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console='On the admin website open Users > Security profiles and clear "Make outbound calls" in the profile.',
        cli=(
            "aws connect update-security-profile --instance-id INSTANCE_ID --security-profile-id PROFILE_ID "
            "--permissions PERMISSION ..."
        ),
        cloudformation="AWS::Connect::SecurityProfile: Permissions without OutboundCallAccess",
        terraform="aws_connect_security_profile: permissions without OutboundCallAccess",
        note=(
            "--permissions replaces the whole list: give every permission that the profile keeps. Transfers to "
            "outside numbers may need the permission too: try it with one agent first."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-list.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/outbound-communications.html",
    ),
    interpretive={"nist": ("AC-6",)},
    examples=(
        passes(
            "a profile that was approved", _profile("Sales", CALLS), ON, USER, approved_profiles=["Sales"]
        ),
        passes(
            "a profile that does not call out",
            _profile("Chat", "BasicAgentAccess"),
            ON,
            USER,
            approved_profiles=["Sales"],
        ),
        fails(
            "agents for chat may call out",
            _profile("Chat", CALLS, "BasicAgentAccess"),
            ON,
            USER,
            Evidence("Permissions", _except_in("Admin, Sales"), [CALLS]),
            Evidence("users with this profile", 0, 1),
            approved_profiles=["Admin", "Sales"],
        ),
        fails(
            "a profile that nobody holds",
            _profile("Old", CALLS),
            ON,
            Evidence("Permissions", _except_in("Sales"), [CALLS]),
            Evidence("users with this profile", 0, 0),
            approved_profiles=["Sales"],
        ),
        unknown(
            "nobody can tell who holds the profile",
            _profile("Chat", CALLS),
            ON,
            unread("connect.user", "connect:ListUsers"),
            approved_profiles=["Sales"],
        ),
        unknown("AWS does not list the attribute", _profile("Chat", CALLS), approved_profiles=["Sales"]),
        not_applicable(
            "outbound calling is off", _profile("Chat", CALLS), OFF, USER, approved_profiles=["Sales"]
        ),
        not_applicable("nobody said who may call out", _profile("Agent", CALLS), ON, USER),
    ),
)
def outbound_calling_is_for_approved_profiles(profile: Seen, around: Around) -> Outcome:
    """Only approved security profiles can call out.

    Whoever may call out can dial any number that the account may dial, paid and foreign ones as well, and every
    minute is charged to the company. Fraud of this kind starts with one stolen session and shows up on the bill. The
    fewer profiles can call out, the fewer sessions are worth stealing.
    """
    if not around.params["approved_profiles"]:
        return NotApplicable("nobody said which profiles may call out (parameter approved_profiles)")
    switch = around.one("connect.instance_attribute", "OUTBOUND_CALLS")
    if switch is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes"), "OUTBOUND_CALLS")
    if switch.get("Value") == "false":
        return NotApplicable("outbound calling is off for the whole instance")
    return only_in_approved(profile, around, OUTBOUND_CALLING)
