"""Who listens to conversations that are going on."""

from auditor.permissions import LIVE_MONITORING, only_in_approved
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
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

USER = thing("connect.user", id="u-1", SecurityProfileIds=["sp-1"])
LISTENS = "ManagerListenIn"


def _profile(name: str, *permissions: str) -> Thing:
    return thing("connect.security_profile", id="sp-1", SecurityProfileName=name, Permissions=[*permissions])


def _except_in(names: str) -> str:
    return f"none of these, except in {names} (parameter approved_profiles)"


@rule(
    id="CONNECT-ACC-009",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason=(
        "Somebody hears what was not meant for them, one conversation at a time. A profile that nobody holds: low."
    ),
    kind="connect.security_profile",
    reads={
        "connect.security_profile": ("SecurityProfileName", "Permissions"),
        "connect.user": ("SecurityProfileIds",),
    },
    params=(
        Param(
            "approved_profiles",
            [],
            "Names of the security profiles whose holders monitor or join live conversations. Empty: nobody said, "
            "and nothing is judged, for supervisors do so in most contact centres.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console=(
            "On the admin website open Users > Security profiles, edit the profile and clear real-time contact "
            "monitoring and barge-in."
        ),
        cli=(
            "aws connect update-security-profile --instance-id INSTANCE_ID --security-profile-id PROFILE_ID "
            "--permissions PERMISSION ..."
        ),
        cloudformation="AWS::Connect::SecurityProfile: Permissions without ManagerListenIn and ManagerBargeIn",
        terraform="aws_connect_security_profile: permissions without ManagerListenIn and ManagerBargeIn",
        note="--permissions replaces the whole list: give every permission that the profile keeps.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-list.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/monitor-conversations.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/monitor-barge.html",
    ),
    interpretive={"nist": ("AC-6",), "gdpr": ("Art. 5(1)(c)",), "lgpd": ("Art. 6, III",)},
    examples=(
        passes(
            "a profile that was approved",
            _profile("Supervisor", LISTENS, "ManagerBargeIn"),
            USER,
            approved_profiles=["Supervisor"],
        ),
        passes(
            "a profile that does not listen in",
            _profile("Agent", "BasicAgentAccess"),
            USER,
            approved_profiles=["Supervisor"],
        ),
        fails(
            "trainers listen in though nobody approved it",
            _profile("Trainer", LISTENS, "AccessMetrics"),
            USER,
            Evidence("Permissions", _except_in("Supervisor"), [LISTENS]),
            Evidence("users with this profile", 0, 1),
            approved_profiles=["Supervisor"],
        ),
        fails(
            "a profile that nobody holds may join conversations",
            _profile("Old", "ManagerBargeIn"),
            Evidence("Permissions", _except_in("Admin, Supervisor"), ["ManagerBargeIn"]),
            Evidence("users with this profile", 0, 0),
            approved_profiles=["Admin", "Supervisor"],
        ),
        unknown(
            "nobody can tell who holds the profile",
            _profile("Trainer", LISTENS),
            unread("connect.user", "connect:ListUsers"),
            approved_profiles=["Supervisor"],
        ),
        not_applicable("nobody said who may listen in", _profile("Supervisor", LISTENS), USER),
    ),
)
def live_monitoring_is_for_approved_profiles(profile: Seen, around: Around) -> Outcome:
    """Only approved security profiles can monitor or join live conversations.

    Whoever may monitor hears customers and agents while they speak, without either noticing; whoever may barge in can
    take a conversation over. In many countries monitoring needs a purpose, and agents must know who does it. That
    answer is a list of profiles, and this rule holds the instance to it.
    """
    if not around.params["approved_profiles"]:
        return NotApplicable("nobody said which profiles may monitor (parameter approved_profiles)")
    return only_in_approved(profile, around, LIVE_MONITORING)
