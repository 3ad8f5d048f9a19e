"""What security profiles allow, by the names that ListSecurityProfilePermissions gives.

The names are those of the Administrator Guide's list, read 2026-11, and the older ones that profiles keep until
somebody saves them on the admin website. AWS adds names; one that is not here is data, and guards nothing.
"""

from __future__ import annotations

from auditor.rule import Around, Evidence, Fail, NotApplicable, Outcome, Pass, Seen, Severity

READY_MADE = ("Admin", "Agent", "CallCenterManager", "QualityAnalyst")
"""The security profiles that every new instance has."""

ALL_POWERFUL = frozenset({"Users.Create", "Users.EditPermission", "SecurityProfiles.Edit"})
"""Whoever holds these can give themselves every other permission, whatever the profile is called."""

USERS = frozenset({"Users.Create", "Users.Edit", "Users.EditPermission"})
"""Resetting passwords, the administrator's too, and handing out security profiles."""

SECURITY_PROFILES = frozenset({"SecurityProfiles.Create", "SecurityProfiles.Edit", "SecurityProfiles.Delete"})
"""Deciding what everybody else may do."""

FLOW_WRITING = frozenset(
    {"ContactFlows.Create", "ContactFlows.Edit", "ContactFlowModules.Create", "ContactFlowModules.Edit"}
)
"""Changing what callers will hear, as a draft."""

FLOW_PUBLISHING = frozenset({"ContactFlows.Publish", "ContactFlowModules.Publish"})
"""Putting a draft before callers."""

NUMBERS = frozenset({"PhoneNumbers.Claim", "PhoneNumbers.Edit", "PhoneNumbers.Release"})
"""Taking numbers, pointing them at flows, and giving them away for good."""

UNREDACTED = frozenset(
    {
        "AutomatedVoiceInteraction.Recordings.Unredacted.Access",
        "AutomatedVoiceInteraction.Recordings.Unredacted.DownloadButton",
        "AutomatedVoiceInteraction.Transcripts.Unredacted.Access",
        "CallRecordings.Unredacted.Access",
        "CallRecordings.Unredacted.DownloadButton",
        "ContactTranscripts.Unredacted.Access",
        "ContactTranscripts.Unredacted.DownloadButton",
        "DownloadCallRecordings",
        "ListenCallRecordings",
        # The picture comes with the sound of the unredacted recording, unless rules redact it.
        "ScreenRecording.Access",
    }
)
"""Hearing and reading what customers said, with card numbers and diagnoses in it."""

DELETING_RECORDINGS = frozenset({"DeleteCallRecordings"})
"""Deleting recordings and transcripts."""

LIVE_MONITORING = frozenset({"ManagerListenIn", "ManagerBargeIn"})
"""Listening to conversations that are going on, and joining them."""

OUTBOUND_CALLING = frozenset({"OutboundCallAccess"})
"""Calling any number that the account may call."""


def administrative(profile: Seen) -> bool:
    """Whether a security profile makes an administrator: by its name, or by what it allows."""
    return profile.get("SecurityProfileName") == "Admin" or permissions_of(profile) >= ALL_POWERFUL


def permissions_of(profile: Seen) -> frozenset[str]:
    """The permissions of a security profile."""
    return frozenset(profile.get("Permissions", ()))


def only_in_approved(profile: Seen, around: Around, guarded: frozenset[str]) -> Outcome:
    """Whether a profile that the parameter `approved_profiles` does not name is free of the guarded permissions.

    The rule that asks reads names and permissions of security profiles, and the profiles of users; its severities
    have `low` for a profile that nobody holds. One that AWS supplies and nobody holds is not the company's doing.
    """
    approved = around.params["approved_profiles"]
    name = profile.get("SecurityProfileName")
    if name in approved:
        return Pass()
    held = sorted(guarded & permissions_of(profile))
    if not held:
        return Pass()
    users = around.naming("connect.user", "SecurityProfileIds", profile.id)
    if not users and name in READY_MADE:
        return NotApplicable("AWS made it with these permissions, and nobody holds it")
    where = f"none of these, except in {', '.join(approved) or 'no profile'} (parameter approved_profiles)"
    evidence = (Evidence("Permissions", where, held), Evidence("users with this profile", 0, len(users)))
    return Fail(evidence, severity=None if users else Severity.LOW)
