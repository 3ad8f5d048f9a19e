"""Members which a shape has and an operation does not fill.

As of botocore 1.43.11 (2026-05), the documentation of the operations and members named here, and
the API reference where marked. A path is dotted; `[]` steps into each item of a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOT_POPULATED: Mapping[str, tuple[str, ...]] = {
    # API reference, Instance: these come from DescribeInstance alone.
    "ListInstances": (
        "InstanceSummaryList[].Tags",
        "InstanceSummaryList[].StatusReason",
    ),
    # botocore, RoutingProfile.AssociatedQueueIds.
    "DescribeRoutingProfile": (
        "RoutingProfile.AssociatedQueueIds",
        "RoutingProfile.AssociatedManualAssignmentQueueIds",
    ),
    # botocore, SearchRoutingProfiles.
    "SearchRoutingProfiles": (
        "RoutingProfiles[].MediaConcurrencies[].CrossChannelBehavior",
        "RoutingProfiles[].AgentAvailabilityTimer",
        "RoutingProfiles[].LastModifiedTime",
        "RoutingProfiles[].LastModifiedRegion",
    ),
    # botocore, SearchSecurityProfiles.
    "SearchSecurityProfiles": (
        "SecurityProfiles[].AllowedAccessControlTags",
        "SecurityProfiles[].AllowedAccessControlHierarchyGroupId",
        "SecurityProfiles[].TagRestrictedResources",
        "SecurityProfiles[].HierarchyRestrictedResources",
        "SecurityProfiles[].GranularAccessControlConfiguration",
        "SecurityProfiles[].LastModifiedTime",
        "SecurityProfiles[].LastModifiedRegion",
    ),
    # botocore, SearchUsers (its identity shape holds the two names only).
    "SearchUsers": (
        "Users[].LastModifiedTime",
        "Users[].LastModifiedRegion",
        "Users[].IdentityInfo.Email",
        "Users[].IdentityInfo.SecondaryEmail",
        "Users[].IdentityInfo.Mobile",
    ),
}

# What the searches of flows and modules leave out when the sandbox is told that they do (unconfirmed of the service).
FLOW_CONTENT: Mapping[str, tuple[str, ...]] = {
    "SearchContactFlows": ("ContactFlows[].Content", "ContactFlows[].FlowContentSha256"),
    "SearchContactFlowModules": ("ContactFlowModules[].Content",),
}


def leave_out(answer: Any, paths: tuple[str, ...]) -> None:
    """Removes the members at these paths from an answer that is ready to be sent."""
    for path in paths:
        _remove(answer, path.split("."))


def _remove(value: Any, steps: list[str]) -> None:
    head, rest = steps[0], steps[1:]
    if head.endswith("[]"):
        for item in value.get(head[:-2]) or ():
            _remove(item, rest)
    elif not rest:
        value.pop(head, None)
    elif isinstance(value.get(head), dict):
        _remove(value[head], rest)
