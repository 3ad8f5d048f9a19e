"""What a new instance comes with.

Sources: admin guide (default security profiles, default flows, attributes of an instance created by
the API); the permission names are those the ListSecurityProfilePermissions documentation uses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

# INBOUND_CALLS and OUTBOUND_CALLS are chosen by the caller of CreateInstance.
ATTRIBUTES: Mapping[str, str] = {
    "CONTACTFLOW_LOGS": "false",
    "CONTACT_LENS": "true",
    "AUTO_RESOLVE_BEST_VOICES": "true",
    "USE_CUSTOM_TTS_VOICES": "false",
    "EARLY_MEDIA": "true",
    "MULTI_PARTY_CONFERENCE": "false",
    "HIGH_VOLUME_OUTBOUND": "false",
    "ENHANCED_CONTACT_MONITORING": "false",
    "ENHANCED_CHAT_MONITORING": "false",
    "MULTI_PARTY_CHAT_CONFERENCE": "false",
    "MESSAGE_STREAMING": "false",
}

_AGENT = ("BasicAgentAccess", "OutboundCallAccess")
_MANAGER = (
    "AccessMetrics",
    "AgentGrouping.Create",
    "AgentGrouping.Edit",
    "AgentGrouping.View",
    "AgentStates.Create",
    "AgentStates.Edit",
    "AgentStates.EnableAndDisable",
    "AgentStates.View",
    "AgentTimeCard.View",
    "ContactAttributes.View",
    "ContactFlows.Create",
    "ContactFlows.Edit",
    "ContactFlows.Publish",
    "ContactFlows.View",
    "ContactSearch.View",
    "DownloadCallRecordings",
    "HistoricalChanges.View",
    "HoursOfOperation.Create",
    "HoursOfOperation.Edit",
    "HoursOfOperation.View",
    "ListenCallRecordings",
    "ManagerListenIn",
    "MetricsReports.Create",
    "MetricsReports.Edit",
    "MetricsReports.Publish",
    "MetricsReports.Schedule",
    "MetricsReports.View",
    "PhoneNumbers.Claim",
    "PhoneNumbers.Edit",
    "PhoneNumbers.View",
    "Prompts.Create",
    "Prompts.Edit",
    "Prompts.View",
    "Queues.Create",
    "Queues.Edit",
    "Queues.EnableAndDisable",
    "Queues.View",
    "RoutingPolicies.Create",
    "RoutingPolicies.Edit",
    "RoutingPolicies.View",
    "Rules.View",
    "TransferDestinations.Create",
    "TransferDestinations.Edit",
    "TransferDestinations.View",
    "Users.Create",
    "Users.Edit",
    "Users.View",
)
_QUALITY = (
    "AccessMetrics",
    "ContactAttributes.View",
    "ContactSearch.View",
    "ContactRecording.Access",
    "DownloadCallRecordings",
    "Evaluation.Create",
    "Evaluation.View",
    "EvaluationForms.View",
    "ListenCallRecordings",
    "ManagerListenIn",
    "MetricsReports.View",
    "Queues.View",
    "RoutingPolicies.View",
    "Users.View",
)
_ADMIN = (
    *_AGENT,
    *_MANAGER,
    *_QUALITY,
    "AgentGrouping.Delete",
    "AgentStates.Delete",
    "Campaigns.Create",
    "Campaigns.View",
    "Cases.View",
    "ContactFlowModules.Create",
    "ContactFlowModules.Delete",
    "ContactFlowModules.Edit",
    "ContactFlowModules.Publish",
    "ContactFlowModules.View",
    "ContactFlows.Delete",
    "CustomerProfiles.Create",
    "CustomerProfiles.View",
    "DeleteCallRecordings",
    "EvaluationForms.Create",
    "EvaluationForms.Delete",
    "EvaluationForms.Edit",
    "HoursOfOperation.Delete",
    "MetricsReports.Delete",
    "PhoneNumbers.Release",
    "Prompts.Delete",
    "Queues.Delete",
    "RedactedData.View",
    "RoutingPolicies.Delete",
    "Rules.Create",
    "Rules.Delete",
    "Rules.Edit",
    "SecurityProfiles.Create",
    "SecurityProfiles.Delete",
    "SecurityProfiles.Edit",
    "SecurityProfiles.View",
    "TransferDestinations.Delete",
    "Users.Delete",
    "Users.EditPermission",
    "Views.View",
)

SECURITY_PROFILES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Admin": ("Administrators of this instance", tuple(sorted(set(_ADMIN)))),
    "Agent": ("Agents of this instance", _AGENT),
    "CallCenterManager": ("Managers of the contact center", _MANAGER),
    "QualityAnalyst": ("Analysts of contact quality", _QUALITY),
}

FLOWS: Mapping[str, str] = {
    "Default agent hold": "AGENT_HOLD",
    "Default agent transfer": "AGENT_TRANSFER",
    "Default agent whisper": "AGENT_WHISPER",
    "Default customer hold": "CUSTOMER_HOLD",
    "Default customer queue": "CUSTOMER_QUEUE",
    "Default customer whisper": "CUSTOMER_WHISPER",
    "Default outbound": "OUTBOUND_WHISPER",
    "Default queue transfer": "QUEUE_TRANSFER",
    "Sample inbound flow (first contact experience)": "CONTACT_FLOW",
}

AGENT_STATUSES: Mapping[str, str] = {"Available": "ROUTABLE", "Offline": "OFFLINE"}

DAYS = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")

# Basic Hours: every day, all day.
ALL_DAY = [
    {"Day": day, "StartTime": {"Hours": 0, "Minutes": 0}, "EndTime": {"Hours": 0, "Minutes": 0}}
    for day in DAYS
]

# The name and the ApiName of system prompts.
PROMPTS = ("Beep.wav", "CustomerHold.wav", "CustomerQueue.wav", "Music_Pop_ThisAndThatIsLife_Inst.wav")


def minimal_flow(text: str) -> str:
    """The smallest flow that does something: say a sentence, hang up."""
    say, end = "a1b2c3d4-0000-4000-8000-000000000001", "a1b2c3d4-0000-4000-8000-000000000002"
    return json.dumps(
        {
            "Version": "2019-10-30",
            "StartAction": say,
            "Metadata": {"entryPointPosition": {"x": 20, "y": 20}, "ActionMetadata": {}},
            "Actions": [
                {
                    "Identifier": say,
                    "Type": "MessageParticipant",
                    "Parameters": {"Text": text},
                    "Transitions": {
                        "NextAction": end,
                        "Errors": [{"NextAction": end, "ErrorType": "NoMatchingError"}],
                        "Conditions": [],
                    },
                },
                {"Identifier": end, "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
            ],
        }
    )
