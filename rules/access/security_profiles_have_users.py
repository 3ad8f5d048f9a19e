"""Power that lies about."""

from auditor.permissions import READY_MADE
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
    unread,
)

NOBODY = Evidence("users with this profile", "at least one", 0)


def _profile(name: str) -> Thing:
    return thing("connect.security_profile", id="sp-1", SecurityProfileName=name)


def _user(*profiles: str) -> Thing:
    return thing("connect.user", id="u-1", SecurityProfileIds=[*profiles])


@rule(
    id="CONNECT-ACC-011",
    severity=Severity.LOW,
    severity_reason="Nobody has the access today; it is a list to choose wrongly from.",
    kind="connect.security_profile",
    reads={
        "connect.security_profile": ("SecurityProfileName",),
        "connect.user": ("SecurityProfileIds",),
    },
    params=(
        Param(
            "kept_profiles",
            list(READY_MADE),
            "Names of the security profiles that stay without users: for emergencies, for AI agents, or AWS's own.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="On the admin website open Users > Security profiles, select the profile and delete it.",
        cli="aws connect delete-security-profile --instance-id INSTANCE_ID --security-profile-id PROFILE_ID",
        cloudformation="AWS::Connect::SecurityProfile: remove the resource",
        terraform="aws_connect_security_profile: remove the resource",
        note=(
            "Look first whether an AI agent has the profile: those are not users, and are not counted. Users who are "
            "hidden from the auditor by tag-based access control are not counted either. Name a profile that is "
            "kept on purpose in the parameter kept_profiles."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/connect-security-profiles.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_DeleteSecurityProfile.html",
    ),
    interpretive={"nist": ("AC-2(3)",), "iso27001": ("A.5.18",)},
    examples=(
        passes("one user has it", _profile("Supervisor"), _user("sp-1")),
        passes("a user has it beside another", _profile("Supervisor"), _user("sp-2", "sp-1")),
        fails("there are no users", _profile("Supervisor"), NOBODY),
        fails("users have other profiles", _profile("Supervisor"), _user("sp-2"), NOBODY),
        unknown(
            "users are not readable", _profile("Supervisor"), unread("connect.user", "connect:ListUsers")
        ),
        not_applicable("a profile that comes with every instance", _profile("QualityAnalyst")),
        not_applicable(
            "a profile that is kept for emergencies",
            _profile("Break glass"),
            _user("sp-2"),
            kept_profiles=["Break glass"],
        ),
    ),
)
def security_profiles_have_users(profile: Seen, around: Around) -> Outcome:
    """Every security profile has a user.

    A profile that nobody has is what is left of a project or a team. It is never looked at, keeps the permissions of
    its time, and is one wrong choice in a list away from giving them to an agent.
    """
    if profile.get("SecurityProfileName") in around.params["kept_profiles"]:
        return NotApplicable("it is kept without users on purpose (parameter kept_profiles)")
    if around.naming("connect.user", "SecurityProfileIds", profile.id):
        return Pass()
    return Fail((NOBODY,))
