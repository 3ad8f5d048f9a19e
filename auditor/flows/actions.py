"""The action types of the Flow language, as a table: what they refer to, what they demand, how they end.

Gathered from AWS's Flow language pages and from exports of the console; where the two differ, the exports win.
AWS adds types about monthly: one that is not in the table is no mistake, it is only not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.flows.flow import Action

FLOW = "connect.contact_flow"
MODULE = "connect.contact_flow_module"
QUEUE = "connect.queue"
PROMPT = "connect.prompt"
HOURS = "connect.hours_of_operation"
USER = "connect.user"
VIEW = "connect.view"
TASK_TEMPLATE = "connect.task_template"
PHONE_NUMBER = "connect.phone_number"
DATA_TABLE = "connect.data_table"
SECURITY_KEY = "connect.security_key"
ATTRIBUTE = "connect.predefined_attribute"
LAMBDA = "lambda.function"
LEX = "lex.bot_alias"
LEX_V1 = "lex.v1_bot"
CASE_TEMPLATE = "cases.template"
ASSISTANT = "wisdom.assistant"
SESSION = "wisdom.session"
KNOWLEDGE_BASE = "wisdom.knowledge_base"
MESSAGE_TEMPLATE = "wisdom.message_template"
USER_POOL = "cognito.user_pool"
AUDIO = "s3.object"

WORDS: Mapping[str, str] = {
    FLOW: "flow",
    MODULE: "module",
    QUEUE: "queue",
    PROMPT: "prompt",
    HOURS: "hours",
    USER: "user",
    VIEW: "view",
    TASK_TEMPLATE: "task-template",
    PHONE_NUMBER: "number",
    DATA_TABLE: "data-table",
    SECURITY_KEY: "security-key",
    ATTRIBUTE: "attribute",
    LAMBDA: "lambda",
    LEX: "lex",
    LEX_V1: "lex-v1",
    CASE_TEMPLATE: "case-template",
    ASSISTANT: "assistant",
    SESSION: "session",
    KNOWLEDGE_BASE: "knowledge-base",
    MESSAGE_TEMPLATE: "message-template",
    USER_POOL: "user-pool",
    AUDIO: "audio",
}
"""What each kind is called in a reference by name, such as `${queue:Sales}`."""

FAILED = "NoMatchingError"
UNMATCHED = "NoMatchingCondition"
FULL = "QueueAtCapacity"
LATE = "TimeLimitExceeded"
LATE_INPUT = "InputTimeLimitExceeded"


@dataclass(frozen=True, slots=True)
class ActionType:
    """What is known of one type of action."""

    refers: Mapping[str, str] = field(default_factory=dict)
    """The kinds of what its parameters name, by the parameter's path.

    In a path `*` is every value of a map, `[]` every item of a list and `**` anything at any depth.
    """
    needs: tuple[str, ...] = ()
    """The errors for which it must have a branch: the service publishes no flow that lacks one.

    Of types that were only just added, what the service demands is not known well enough to be here.
    """
    ends: bool = False
    """Whether nothing comes after it in the flow."""
    leaves: bool = False
    """Whether the contact leaves the flow when it succeeds: what follows is for when it did not."""


_QUEUE_OR_AGENT = {"QueueId": QUEUE, "AgentId": USER}
_SAID = {"PromptId": PROMPT, "Media.Uri": AUDIO}
_FAILS = ActionType(needs=(FAILED,))
_DATA_TABLE = ActionType({"DataTableId": DATA_TABLE})

TYPES: Mapping[str, ActionType] = {
    # With the participant: what people hear, see and enter.
    "AuthenticateParticipant": ActionType({"CognitoConfiguration.UserPoolArn": USER_POOL}, (FAILED, LATE)),
    "ConnectParticipantWithAgenticCX": ActionType(),
    "ConnectParticipantWithLexBot": ActionType(
        {**_SAID, "LexV2Bot.AliasArn": LEX, "LexBot.Name": LEX_V1}, (FAILED, UNMATCHED)
    ),
    "DisconnectParticipant": ActionType(ends=True),
    "GetParticipantInput": ActionType({**_SAID, "InputEncryption.EncryptionKeyId": SECURITY_KEY}, (FAILED,)),
    "MessageParticipant": ActionType(_SAID),
    "MessageParticipantIteratively": ActionType(
        {"Messages[].PromptId": PROMPT, "Messages[].Media.Uri": AUDIO}
    ),
    "ShowView": ActionType({"ViewResource.Id": VIEW}, (FAILED, UNMATCHED, LATE)),
    "TransferParticipantToThirdParty": _FAILS,
    # About the contact: where it goes and what goes with it.
    "CompleteOutboundCall": ActionType(),
    "CreateCase": ActionType({"CaseTemplateId": CASE_TEMPLATE}, (FAILED,)),
    "CreateContact": ActionType(),
    "CreatePersistentContactAssociation": ActionType(),
    "CreateTask": ActionType({"ContactFlowId": FLOW, "TaskTemplateId": TASK_TEMPLATE}, (FAILED,)),
    "CreateWisdomSession": ActionType({"WisdomAssistantArn": ASSISTANT}, (FAILED,)),
    "DequeueContactAndTransferToQueue": ActionType(_QUEUE_OR_AGENT, (FAILED, FULL), leaves=True),
    "EndFlowModuleExecution": ActionType(ends=True),
    "GetCase": ActionType(needs=(FAILED, "MultipleFound", "NoneFound")),
    "InvokeFlowModule": ActionType({"FlowModuleId": MODULE}, (FAILED,)),
    "ResumeContact": _FAILS,
    "StartOutboundChatContact": ActionType(
        {"ContactFlowArn": FLOW, "SourceEndpoint.Address": PHONE_NUMBER}, (FAILED,)
    ),
    "StartOutboundEmailContact": ActionType(),
    "TagContact": _FAILS,
    "TransferContactToAgent": ActionType(ends=True),
    "TransferContactToQueue": ActionType(needs=(FAILED, FULL), leaves=True),
    "UntagContact": _FAILS,
    "UpdateCase": _FAILS,
    "UpdateContactAttributes": _FAILS,
    "UpdateContactCallbackNumber": ActionType(needs=("CallbackNumberNotDialable", "InvalidCallbackNumber")),
    "UpdateContactData": ActionType({"WisdomSessionArn": SESSION}, (FAILED,)),
    "UpdateContactEventHooks": ActionType({"EventHooks.*": FLOW}, (FAILED,)),
    "UpdateContactMediaProcessing": ActionType(
        {"ChatProcessor.LambdaProcessorARN": LAMBDA}, ("ChannelMismatch", FAILED)
    ),
    "UpdateContactMediaStreamingBehavior": _FAILS,
    "UpdateContactRecordingAndAnalyticsBehavior": ActionType(needs=("ChannelMismatch", FAILED)),
    "UpdateContactRecordingBehavior": ActionType(),
    "UpdateContactRoutingBehavior": ActionType(),
    "UpdateContactRoutingCriteria": ActionType(
        {"RoutingCriteria.**.AgentIds[]": USER, "RoutingCriteria.**.AttributeCondition.Name": ATTRIBUTE},
        (FAILED,),
    ),
    "UpdateContactTargetQueue": ActionType(_QUEUE_OR_AGENT, (FAILED,)),
    "UpdateContactTextToSpeechVoice": ActionType(),
    "UpdatePreviousContactParticipantState": _FAILS,
    # Of the flow itself: which way it goes.
    "CheckHoursOfOperation": ActionType({"HoursOfOperationId": HOURS}, (FAILED,)),
    "CheckMetricData": ActionType(_QUEUE_OR_AGENT, (FAILED, UNMATCHED)),
    "CheckOutboundCallStatus": _FAILS,
    "CheckSegmentMembership": _FAILS,
    "CheckVoiceId": _FAILS,
    "Compare": ActionType(needs=(UNMATCHED,)),
    "DistributeByPercentage": ActionType(needs=(UNMATCHED,)),
    "EndFlowExecution": ActionType(ends=True),
    "GetMetricData": ActionType(_QUEUE_OR_AGENT, (FAILED,)),
    "LoadContactContent": _FAILS,
    "Loop": ActionType(),
    "RouteContactToAgent": _FAILS,
    "StartVoiceIdStream": _FAILS,
    "TransferToFlow": ActionType({"ContactFlowId": FLOW}, (FAILED,), leaves=True),
    "UpdateFlowAttributes": _FAILS,
    "UpdateFlowLoggingBehavior": ActionType(),
    "Wait": _FAILS,
    # With other services.
    "AssociateContactToCustomerProfile": _FAILS,
    "CreateCallbackContact": ActionType({**_QUEUE_OR_AGENT, "ContactFlowId": FLOW}, (FAILED,)),
    "CreateCustomerProfile": _FAILS,
    "EvaluateDataTableValues": _DATA_TABLE,
    "GetCalculatedAttributesForCustomerProfile": ActionType(needs=(FAILED, "NoneFoundError")),
    "GetCustomerProfile": ActionType(needs=("MultipleFoundError", FAILED, "NoneFoundError")),
    "GetCustomerProfileObject": ActionType(needs=(FAILED, "NoneFoundError")),
    "InvokeLambdaFunction": ActionType({"LambdaFunctionARN": LAMBDA}, (FAILED,)),
    "ListDataTableValues": _DATA_TABLE,
    "RenderMessageTemplate": ActionType(
        {"WisdomKnowledgeBaseArn": KNOWLEDGE_BASE, "WisdomMessageTemplateArn": MESSAGE_TEMPLATE},
        (FAILED, "TemplateRenderingError"),
    ),
    "UpdateCustomerProfile": _FAILS,
    "UpsertDataTableValues": _DATA_TABLE,
}

UNKNOWN = ActionType()


_BY_MODE: Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "GetParticipantInput": (
        ("StoreInput", "", (LATE_INPUT, UNMATCHED)),
        ("StoreInput", "false", (LATE_INPUT, UNMATCHED)),
    ),
    "TransferParticipantToThirdParty": (
        ("ContinueFlowExecution", "true", ("CallFailed", "ConnectionTimeLimitExceeded")),
    ),
}
"""The further errors that an action needs when a parameter has a value, in any case."""


def needs_of(action: Action) -> tuple[str, ...]:
    """The errors for which an action must have a branch, as it is set."""
    more = [
        error
        for path, value, errors in _BY_MODE.get(action.type, ())
        if action.says(path).lower() == value
        for error in errors
    ]
    if action.type == "GetParticipantInput" and action.get("InputValidation.PhoneNumberValidation"):
        more.append("InvalidPhoneNumber")
    return tuple(dict.fromkeys((*type_of(action.type).needs, *more)))


def type_of(name: str) -> ActionType:
    """What is known of a type; nothing, where it is not in the table."""
    return TYPES.get(name, UNKNOWN)
