"""Who hears what customers said."""

from auditor.permissions import DELETING_RECORDINGS, UNREDACTED, only_in_approved
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
HELD = "none of these, except in Admin, CallCenterManager, QualityAnalyst (parameter approved_profiles)"


@rule(
    id="CONNECT-ACC-006",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason=(
        "The profile may well be meant to; what is missing is somebody who said so. The recordings are "
        "the most sensitive data that there is here. A profile that nobody holds: low."
    ),
    kind="connect.security_profile",
    reads={
        "connect.security_profile": ("SecurityProfileName", "Permissions"),
        "connect.user": ("SecurityProfileIds",),
    },
    params=(
        Param(
            "approved_profiles",
            ["Admin", "CallCenterManager", "QualityAnalyst"],
            "Names of the security profiles that may hear, read, download or delete unredacted recordings and "
            "transcripts. The default is AWS's own profiles for managers and analysts.",
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
            "--permissions replaces the whole list: give every permission that the profile keeps. Give access to "
            "redacted recordings and transcripts instead. Hiding the download button protects nothing by itself, as "
            "AWS says: guard the bucket and its key as well."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-list.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-best-practices.html",
    ),
    interpretive={
        "nist": ("AC-3", "AC-6"),
        "iso27001": ("A.5.15",),
        "soc2": ("CC6.1",),
        "hipaa": ("164.312(a)(1)",),
        "gdpr": ("Art. 32",),
        "lgpd": ("Art. 46",),
    },
    examples=(
        passes("an approved profile", _profile("Admin", "ListenCallRecordings"), USER),
        passes("a profile without it", _profile("Agent", "CallRecordings.Redacted.Access"), USER),
        passes(
            "nobody needs to read users to see that a profile is free of it",
            _profile("Agent", "CallRecordings.Redacted.Access"),
            unread("connect.user", "connect:ListUsers"),
        ),
        passes(
            "a profile of the company's own that was approved",
            _profile("Team leads", "ListenCallRecordings"),
            USER,
            approved_profiles=["Admin", "Team leads"],
        ),
        fails(
            "a profile that nobody approved, and a user who holds it",
            _profile("Team leads", "ListenCallRecordings", "CallRecordings.Redacted.Access"),
            USER,
            OTHER,
            Evidence("Permissions", HELD, ["ListenCallRecordings"]),
            Evidence("users with this profile", 0, 1),
        ),
        fails(
            "a profile that nobody approved and nobody holds",
            _profile("Old team leads", "CallRecordings.Unredacted.Access"),
            OTHER,
            Evidence("Permissions", HELD, ["CallRecordings.Unredacted.Access"]),
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
            _profile("Team leads", "ListenCallRecordings"),
            unread("connect.user", "connect:ListUsers"),
        ),
    ),
)
def unredacted_recordings_are_for_approved_profiles(profile: Seen, around: Around) -> Outcome:
    """Only approved security profiles open or delete unredacted recordings.

    Unredacted recordings hold what customers say on the phone: card numbers, diagnoses, addresses. Every further
    profile that opens them is a further way for them to leak, and deleting them destroys the evidence of a complaint.
    The older permissions (ListenCallRecordings and its kin) count like the ones that replace them. Screen recordings
    count too: their picture comes with the unredacted sound unless rules redact it.
    """
    return only_in_approved(profile, around, UNREDACTED | DELETING_RECORDINGS)
