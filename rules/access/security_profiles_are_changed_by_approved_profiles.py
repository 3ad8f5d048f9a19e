"""Who decides what everybody may do."""

from auditor.permissions import SECURITY_PROFILES, only_in_approved
from auditor.rule import (
    Around,
    Evidence,
    Fix,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    fails,
    passes,
    rule,
    thing,
    unknown,
    unread,
)


def _profile(name: str, *permissions: str) -> Thing:
    return thing("connect.security_profile", id="sp-1", SecurityProfileName=name, Permissions=[*permissions])


USER = thing("connect.user", id="u-1", SecurityProfileIds=["sp-2", "sp-1"])
OTHER = thing("connect.user", id="u-2", SecurityProfileIds=["sp-2"])
HELD = "none of these, except in Admin (parameter approved_profiles)"


@rule(
    id="CONNECT-ACC-004",
    severity=Severity.HIGH,
    severities=(Severity.LOW,),
    severity_reason=(
        "A holder can add any permission to a profile they have themselves. A profile that nobody holds "
        "does no harm yet: low."
    ),
    kind="connect.security_profile",
    reads={
        "connect.security_profile": ("SecurityProfileName", "Permissions"),
        "connect.user": ("SecurityProfileIds",),
    },
    params=(
        Param(
            "approved_profiles",
            ["Admin"],
            "Names of the security profiles that may create, edit and delete security profiles.",
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
            "--permissions replaces the whole list: give every permission that the profile keeps. Viewing "
            "security profiles is another permission and stays."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-list.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-best-practices.html",
    ),
    interpretive={"nist": ("AC-6",), "iso27001": ("A.8.2",), "soc2": ("CC6.3",)},
    examples=(
        passes("an approved profile", _profile("Admin", "SecurityProfiles.Edit"), USER),
        passes("a profile without it", _profile("Agent", "SecurityProfiles.View"), USER),
        passes(
            "nobody needs to read users to see that a profile is free of it",
            _profile("Agent", "SecurityProfiles.View"),
            unread("connect.user", "connect:ListUsers"),
        ),
        passes(
            "a profile of the company's own that was approved",
            _profile("Team leads", "SecurityProfiles.Edit"),
            USER,
            approved_profiles=["Admin", "Team leads"],
        ),
        fails(
            "a profile that nobody approved, and a user who holds it",
            _profile("Team leads", "SecurityProfiles.Edit", "SecurityProfiles.View"),
            USER,
            OTHER,
            Evidence("Permissions", HELD, ["SecurityProfiles.Edit"]),
            Evidence("users with this profile", 0, 1),
        ),
        fails(
            "a profile that nobody approved and nobody holds",
            _profile("Old team leads", "SecurityProfiles.Create"),
            OTHER,
            Evidence("Permissions", HELD, ["SecurityProfiles.Create"]),
            Evidence("users with this profile", 0, 0),
        ),
        unknown(
            "permissions are not readable",
            thing(
                "connect.security_profile",
                id="sp-1",
                SecurityProfileName="Team leads",
                unread={"Permissions": "connect:ListSecurityProfilePermissions"},
            ),
            USER,
        ),
        unknown(
            "nobody can tell who holds the profile",
            _profile("Team leads", "SecurityProfiles.Edit"),
            unread("connect.user", "connect:ListUsers"),
        ),
    ),
)
def security_profiles_are_changed_by_approved_profiles(profile: Seen, around: Around) -> Outcome:
    """Only approved security profiles can change security profiles.

    Editing a security profile changes what all its holders may do, the editor included: with this one permission an
    agent's team lead becomes an administrator without anybody giving them the Admin profile. Deleting one takes
    access from a whole team in the middle of a shift.
    """
    return only_in_approved(profile, around, SECURITY_PROFILES)
