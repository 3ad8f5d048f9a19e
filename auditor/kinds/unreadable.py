"""What no API can read: told beside what was described, so that nobody takes a silence for a clean bill."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One thing that people configure and that nothing can read back."""

    title: str
    why: str
    source: str


_GUIDE = "https://docs.aws.amazon.com/connect/latest/adminguide"
_API = "https://docs.aws.amazon.com/connect/latest/APIReference"

UNREADABLE: tuple[Unreadable, ...] = (
    Unreadable(
        "saved real-time and historical reports",
        "No operation lists or describes them; they exist on the admin website only.",
        f"{_API}/API_Operations_Amazon_Connect_Service.html",
    ),
    Unreadable(
        "scheduled reports",
        "Only the bucket that they are written to can be read, not what is scheduled or for whom.",
        f"{_GUIDE}/schedule-historical-metrics-report.html",
    ),
    Unreadable(
        "the directory of an instance",
        "DescribeInstance does not return DirectoryId; a directory can be matched by its alias only.",
        f"{_API}/API_Instance.html",
    ),
    Unreadable(
        "inherited permissions of security profiles",
        "ListSecurityProfilePermissions returns what was granted, not what follows from it.",
        f"{_API}/API_ListSecurityProfilePermissions.html",
    ),
    Unreadable(
        "the pricing model of an instance",
        "The switch to pricing with unlimited AI is on the console; no operation returns it.",
        f"{_GUIDE}/enable-nextgeneration-amazonconnect.html",
    ),
    Unreadable(
        "the identity provider that signs users in",
        "Nothing links an instance to a SAML provider: the provider may even be in another account.",
        f"{_GUIDE}/configure-saml.html",
    ),
    Unreadable(
        "multi-factor authentication at the identity provider",
        "It happens outside AWS, before the assertion that AWS sees.",
        f"{_GUIDE}/configure-saml.html",
    ),
    Unreadable(
        "the sound of prompts, and the files people attached",
        "The operations hand out links to recordings and to customers' files: this tool refuses to call them.",
        f"{_API}/API_GetPromptFile.html",
    ),
    Unreadable(
        "the values in data tables",
        "They are a company's data, not its settings: this tool refuses to read them.",
        f"{_API}/API_ListDataTableValues.html",
    ),
    Unreadable(
        "forecasts, schedules and time off",
        "No operation of Amazon Connect describes what is planned for agents on the admin website.",
        f"{_API}/API_Operations_Amazon_Connect_Service.html",
    ),
)
"""The rows, in the order in which coverage shows them. Pages read 2026-11."""
