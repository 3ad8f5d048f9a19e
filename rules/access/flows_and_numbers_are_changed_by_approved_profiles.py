"""Who decides what callers reach."""

from auditor.permissions import FLOW_PUBLISHING, NUMBERS, only_in_approved
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
HELD = "none of these, except in Admin, CallCenterManager (parameter approved_profiles)"


@rule(
    id="CONNECT-ACC-007",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason=(
        "A mistake or a stolen password reaches every caller at once, but it takes one. A profile that "
        "nobody holds: low."
    ),
    kind="connect.security_profile",
    reads={
        "connect.security_profile": ("SecurityProfileName", "Permissions"),
        "connect.user": ("SecurityProfileIds",),
    },
    params=(
        Param(
            "approved_profiles",
            ["Admin", "CallCenterManager"],
            "Names of the security profiles that may publish flows and modules, and claim, edit and release "
            "phone numbers.",
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
            "--permissions replaces the whole list: give every permission that the profile keeps. Writing "
            "flows as drafts and viewing numbers are other permissions and stay."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-list.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/release-phone-number.html",
    ),
    interpretive={"nist": ("AC-5", "CM-5"), "iso27001": ("A.8.32",), "soc2": ("CC8.1",)},
    examples=(
        passes("an approved profile", _profile("Admin", "ContactFlows.Publish"), USER),
        passes("a profile without it", _profile("Agent", "ContactFlows.View"), USER),
        passes(
            "nobody needs to read users to see that a profile is free of it",
            _profile("Agent", "ContactFlows.View"),
            unread("connect.user", "connect:ListUsers"),
        ),
        passes(
            "a profile of the company's own that was approved",
            _profile("Team leads", "ContactFlows.Publish"),
            USER,
            approved_profiles=["Admin", "Team leads"],
        ),
        fails(
            "a profile that nobody approved, and a user who holds it",
            _profile("Team leads", "ContactFlows.Publish", "ContactFlows.View"),
            USER,
            OTHER,
            Evidence("Permissions", HELD, ["ContactFlows.Publish"]),
            Evidence("users with this profile", 0, 1),
        ),
        fails(
            "a profile that nobody approved and nobody holds",
            _profile("Old team leads", "PhoneNumbers.Release"),
            OTHER,
            Evidence("Permissions", HELD, ["PhoneNumbers.Release"]),
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
            _profile("Team leads", "ContactFlows.Publish"),
            unread("connect.user", "connect:ListUsers"),
        ),
    ),
)
def flows_and_numbers_are_changed_by_approved_profiles(profile: Seen, around: Around) -> Outcome:
    """Only approved security profiles can publish flows or change numbers.

    Whoever publishes a flow decides what callers hear, where they are sent, and which code gets their data. Whoever
    edits a number points it at another flow; whoever releases one may lose it for good, printed matter and all. These
    permissions belong to the people who run changes, not to everybody who reads reports.
    """
    return only_in_approved(profile, around, FLOW_PUBLISHING | NUMBERS)
