"""Who can give other people access."""

from auditor.permissions import USERS, only_in_approved
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
    not_applicable,
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
    id="CONNECT-ACC-003",
    severity=Severity.HIGH,
    severities=(Severity.LOW,),
    severity_reason=(
        "A holder can reset the administrator's password or make themselves administrator. A profile that "
        "nobody holds can be handed out, but does no harm yet: low."
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
            "Names of the security profiles that may create users, edit them and change their permissions.",
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
            "--permissions replaces the whole list: give every permission that the profile keeps. "
            "CallCenterManager comes from AWS with Users.Create and Users.Edit: approve it, take the "
            "permissions from it, or limit it with access-control tags on security profiles."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-list.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/default-security-profiles.html",
    ),
    interpretive={"nist": ("AC-6",), "iso27001": ("A.8.2",), "soc2": ("CC6.3",)},
    examples=(
        passes("an approved profile", _profile("Admin", "Users.EditPermission"), USER),
        passes("a profile without it", _profile("Agent", "BasicAgentAccess"), USER),
        passes(
            "nobody needs to read users to see that a profile is free of it",
            _profile("Agent", "BasicAgentAccess"),
            unread("connect.user", "connect:ListUsers"),
        ),
        passes(
            "a profile of the company's own that was approved",
            _profile("Team leads", "Users.EditPermission"),
            USER,
            approved_profiles=["Admin", "Team leads"],
        ),
        fails(
            "a profile that nobody approved, and a user who holds it",
            _profile("Team leads", "Users.EditPermission", "BasicAgentAccess"),
            USER,
            OTHER,
            Evidence("Permissions", HELD, ["Users.EditPermission"]),
            Evidence("users with this profile", 0, 1),
        ),
        fails(
            "a profile that nobody approved and nobody holds",
            _profile("Old team leads", "Users.Create"),
            OTHER,
            Evidence("Permissions", HELD, ["Users.Create"]),
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
            _profile("Team leads", "Users.EditPermission"),
            unread("connect.user", "connect:ListUsers"),
        ),
        not_applicable(
            "an instance just created: AWS's own profile for managers, which nobody holds yet",
            _profile("CallCenterManager", "Users.Create", "Users.Edit"),
            OTHER,
        ),
    ),
)
def users_are_managed_by_approved_profiles(profile: Seen, around: Around) -> Outcome:
    """Only approved security profiles can create users or change their access.

    Whoever may create or edit users can reset passwords, the administrator's too, and hand out the Admin profile. AWS
    asks to limit these permissions for that reason: a holder can lock out the people who run the contact centre and
    let in others who take customers' data. Only approved profiles should have them, and somebody should be able to
    say why each one does.
    """
    return only_in_approved(profile, around, USERS)
