"""The table of what a spec may say: a section for each kind, and how its data reads in people's words.

A section shows AWS's own fields under AWS's own names, but for three things: what only AWS sets (ids, ARNs, times)
is left out, a reference is the name of what it points at (`HoursOfOperationId` becomes `HoursOfOperation`), and what
is only a set has no order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from auditor.flows.actions import LAMBDA, LEX, WORDS
from auditor.kinds import KINDS, Kind
from auditor.spec.words import renamed


class Shape(StrEnum):
    """How the things of a section are written down."""

    THING = "thing"
    """One thing without a name: its fields stand directly in the section."""
    NAMED = "named"
    """Fields by the name of the thing."""
    VALUES = "values"
    """One value by the name of the thing."""
    NAMES = "names"
    """A list of names, which have no fields."""


class Form(StrEnum):
    """How a field holds the thing that it refers to."""

    ID = "id"
    ARN = "arn"


class Codec(StrEnum):
    """A field that is written otherwise than AWS holds it."""

    HOURS = "hours"
    """A week: `{MONDAY: ["08:00-18:00"]}`."""
    FLAG = "flag"
    """AWS's text `true` or `false` as a boolean; any other text as it is."""
    KEY = "key"
    """A KMS key by its alias, where the account gives it one."""
    FUNCTION = "function"
    """A Lambda function of the instance's own account and Region by its name."""
    BOT = "bot"
    """The alias of a Lex bot by the names of both: `Orders/live`."""
    LEAST = "least"
    """A number that may as well be greater."""
    FLOW = "flow"
    """The content of a flow, canonical and with names instead of ids; written to a file beside the spec."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A field that refers to a thing of a section."""

    section: str
    form: Form = Form.ID
    of: str = ""
    """Where the field holds summaries of things instead of their ids: the member that identifies them."""


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """One part of a spec, and the kind whose resources it speaks of."""

    name: str
    kind: str
    title: str
    """One thing of it, in people's words."""
    shape: Shape = Shape.NAMED
    label: tuple[str, ...] = ()
    """The fields whose values, joined with `/`, name a thing; empty: the kind's own name."""
    value: str = ""
    """Where a thing is one value: the field that holds it."""
    refs: Mapping[str, Ref] = field(default_factory=dict)
    """Fields that refer to other things, by their path in AWS's data (through lists as well)."""
    codecs: Mapping[str, Codec] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    """Fields that are no setting: what AWS derives, and what hangs on the thing only for convenience."""
    sets: tuple[str, ...] = ()
    """Lists whose order means nothing, by their path in the spec."""
    keyed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Lists of settings that are told apart by some of their fields, by their path in the spec."""
    manual: Mapping[str, str] = field(default_factory=dict)
    """What no API can do (`create`, `delete`), and what people do instead."""
    having: tuple[str, ...] = ()
    """Only those things of the kind that refer to another one: the field, and the name of the other one."""
    about: str = ""
    """Of a kind that is not an instance's own: the field that names the one instance that a thing is for."""
    nameless: bool = False
    """Whether its things have no name but their id, which means nothing in another instance."""
    asked: bool = False
    """Whether export leaves it out unless asked: people, what belongs to the account, and what comes and goes."""
    apart: tuple[str, ...] = ()
    """Of a name that is joined: patterns that take it apart, with a group for each field of the label."""
    one_of: tuple[str, ...] = ()
    """Fields of which a thing has exactly one: where a spec says one, the others are known to be absent."""
    made: Mapping[str, Any] = field(default_factory=dict)
    """What a thing that is made has of what no spec speaks of."""


CONSOLE_ONLY = "only the console can"
PUBLISHED: Mapping[str, Any] = {"Status": "PUBLISHED", "Saved": None}
"""A spec says what contacts meet, and they meet no draft."""

SECTIONS: tuple[Section, ...] = (
    Section(
        "instance",
        "connect.instance",
        "instance",
        Shape.THING,
        drop=(
            "ServiceRole",
            "InstanceStatus",
            "StatusReason",
            "InboundCallsEnabled",
            "OutboundCallsEnabled",
            "InstanceAccessUrl",
            "ReplicationConfiguration.ReplicationStatusSummaryList.ReplicationStatus",
            "ReplicationConfiguration.ReplicationStatusSummaryList.ReplicationStatusReason",
        ),
        sets=("Regions",),
    ),
    Section(
        "attributes",
        "connect.instance_attribute",
        "instance attribute",
        Shape.VALUES,
        value="Value",
        codecs={"Value": Codec.FLAG},
        manual={
            "create": "AWS offers the attribute or does not",
            "delete": "AWS offers the attribute or does not",
        },
    ),
    Section(
        "storage",
        "connect.storage_config",
        "storage configuration",
        label=("ResourceType",),
        drop=("AssociationId", "ResourceType"),
        one_of=("S3Config", "KinesisVideoStreamConfig", "KinesisStreamConfig", "KinesisFirehoseConfig"),
        codecs={
            "S3Config.EncryptionConfig.KeyId": Codec.KEY,
            "KinesisVideoStreamConfig.EncryptionConfig.KeyId": Codec.KEY,
        },
    ),
    Section("approved_origins", "connect.approved_origin", "approved origin", Shape.NAMES),
    Section("security_keys", "connect.security_key", "security key", Shape.NAMES, label=("Fingerprint",)),
    Section(
        "lambda_functions",
        "connect.lambda_function",
        "Lambda association",
        Shape.NAMES,
        codecs={"FunctionArn": Codec.FUNCTION},
    ),
    Section(
        "lex_bots",
        "connect.lex_bot",
        "Lex bot association",
        label=("LexVersion", "LexBot.Name", "LexV2Bot.AliasArn"),
        drop=("LexBot.Name", "LexV2Bot"),
        apart=(r"(V1)/(.+)()", r"(V2)()/.+()"),
        codecs={"LexV2Bot.AliasArn": Codec.BOT},
    ),
    Section(
        "integrations",
        "connect.integration_association",
        "integration",
        label=("IntegrationType", "SourceApplicationName", "IntegrationArn"),
        drop=("IntegrationAssociationId", "IntegrationType", "SourceApplicationName"),
        apart=(r"([A-Z_]+)()/(arn:.+)", r"([A-Z_]+)/(.+)/(arn:.+)"),
    ),
    Section(
        "use_cases",
        "connect.use_case",
        "use case",
        Shape.NAMES,
        label=("UseCaseType", "IntegrationAssociationId"),
        refs={"IntegrationAssociationId": Ref("integrations")},
    ),
    Section(
        "phone_numbers",
        "connect.phone_number",
        "phone number",
        drop=("TargetArn", "PhoneNumberStatus", "SourcePhoneNumberArn"),
    ),
    Section(
        "number_flows",
        "connect.flow_association",
        "connection of a number to a flow",
        Shape.VALUES,
        label=("ResourceId",),
        value="FlowId",
        refs={"ResourceId": Ref("phone_numbers", Form.ARN), "FlowId": Ref("flows", Form.ARN)},
        made={"ResourceType": "VOICE_PHONE_NUMBER"},
    ),
    Section(
        "traffic_distribution_groups",
        "connect.traffic_distribution_group",
        "traffic distribution group",
        drop=(
            "InstanceArn",
            "Status",
            "IsDefault",
            "Distribution.Id",
            "Distribution.Arn",
            "Distribution.LastFailoverTime",
        ),
        refs={"Users": Ref("users", of="UserId")},
        sets=("Users",),
    ),
    Section(
        "hours_of_operation",
        "connect.hours_of_operation",
        "hours of operation",
        codecs={"Config": Codec.HOURS},
        refs={"ParentHoursOfOperations": Ref("hours_of_operation", of="Id")},
        drop=("Children",),
        sets=("ParentHoursOfOperations",),
    ),
    Section(
        "hours_overrides",
        "connect.hours_of_operation_override",
        "override of hours",
        label=("HoursOfOperationId", "Name"),
        refs={"HoursOfOperationId": Ref("hours_of_operation")},
        codecs={"Config": Codec.HOURS},
        drop=("HoursOfOperationArn",),
    ),
    Section(
        "queues",
        "connect.queue",
        "queue",
        refs={
            "HoursOfOperationId": Ref("hours_of_operation"),
            "OutboundCallerConfig.OutboundCallerIdNumberId": Ref("phone_numbers"),
            "OutboundCallerConfig.OutboundFlowId": Ref("flows"),
            "OutboundEmailConfig.OutboundEmailAddressId": Ref("email_addresses"),
            "QuickConnects": Ref("quick_connects", of="Id"),
            "EmailAddresses": Ref("email_addresses", of="Id"),
        },
        sets=("QuickConnects", "EmailAddresses"),
    ),
    Section(
        "routing_profiles",
        "connect.routing_profile",
        "routing profile",
        refs={
            "DefaultOutboundQueueId": Ref("queues"),
            "Queues.QueueId": Ref("queues"),
            "ManualAssignmentQueues.QueueId": Ref("queues"),
        },
        drop=(
            "NumberOfAssociatedQueues",
            "NumberOfAssociatedManualAssignmentQueues",
            "NumberOfAssociatedUsers",
            "AssociatedQueueIds",
            "AssociatedManualAssignmentQueueIds",
            "IsDefault",
            "Queues.QueueArn",
            "Queues.QueueName",
            "ManualAssignmentQueues.QueueArn",
            "ManualAssignmentQueues.QueueName",
        ),
        keyed={
            "MediaConcurrencies": ("Channel",),
            "Queues": ("Queue", "Channel"),
            "ManualAssignmentQueues": ("Queue", "Channel"),
        },
    ),
    Section(
        "quick_connects",
        "connect.quick_connect",
        "quick connect",
        refs={
            "QuickConnectConfig.UserConfig.UserId": Ref("users"),
            "QuickConnectConfig.UserConfig.ContactFlowId": Ref("flows"),
            "QuickConnectConfig.QueueConfig.QueueId": Ref("queues"),
            "QuickConnectConfig.QueueConfig.ContactFlowId": Ref("flows"),
            "QuickConnectConfig.FlowConfig.ContactFlowId": Ref("flows"),
        },
    ),
    Section(
        "security_profiles",
        "connect.security_profile",
        "security profile",
        drop=("OrganizationResourceId", "Type"),
        refs={
            "AllowedAccessControlHierarchyGroupId": Ref("hierarchy_groups"),
            "AllowedFlowModules.FlowModuleId": Ref("flow_modules"),
        },
        sets=("Permissions", "TagRestrictedResources", "HierarchyRestrictedResources"),
        keyed={"Applications": ("Namespace",)},
    ),
    Section(
        "users",
        "connect.user",
        "user",
        refs={
            "RoutingProfileId": Ref("routing_profiles"),
            "SecurityProfileIds": Ref("security_profiles"),
            "HierarchyGroupId": Ref("hierarchy_groups"),
        },
        drop=("DirectoryUserId",),
        sets=("SecurityProfiles",),
        keyed={"Proficiencies": ("AttributeName", "AttributeValue")},
        asked=True,
    ),
    Section(
        "administrators",
        "connect.user",
        "administrator",
        Shape.NAMES,
        refs={"SecurityProfileIds": Ref("security_profiles")},
        having=("SecurityProfileIds", "Admin"),
    ),
    Section(
        "hierarchy_levels",
        "connect.hierarchy_structure",
        "hierarchy structure",
        Shape.THING,
        drop=tuple(
            f"Level{number}.{member}"
            for number in ("One", "Two", "Three", "Four", "Five")
            for member in ("Id", "Arn", "LastModifiedTime", "LastModifiedRegion")
        ),
        manual={"create": "every instance has one", "delete": "every instance has one"},
    ),
    Section(
        "hierarchy_groups",
        "connect.hierarchy_group",
        "hierarchy group",
        label=tuple(
            f"HierarchyPath.Level{number}.Name" for number in ("One", "Two", "Three", "Four", "Five")
        ),
        drop=("LevelId", "HierarchyPath"),
    ),
    Section(
        "agent_statuses",
        "connect.agent_status",
        "agent status",
        drop=("Type",),
        manual={"delete": "a status can be disabled, not deleted"},
    ),
    Section(
        "authentication_profiles",
        "connect.authentication_profile",
        "authentication profile",
        drop=("IsDefault", "MaxSessionDuration"),
        sets=("AllowedIps", "BlockedIps"),
        manual={
            "create": "every instance has its default one",
            "delete": "every instance has its default one",
        },
    ),
    Section(
        "flows",
        "connect.contact_flow",
        "flow",
        codecs={"Content": Codec.FLOW},
        drop=("Status", "Saved", "Versions", "Aliases", "FlowContentSha256", "Version", "VersionDescription"),
        made=PUBLISHED,
    ),
    Section(
        "flow_modules",
        "connect.contact_flow_module",
        "flow module",
        codecs={"Content": Codec.FLOW},
        drop=("Status", "Versions", "Aliases", "FlowModuleContentSha256", "Version", "VersionDescription"),
        made=PUBLISHED,
    ),
    Section("prompts", "connect.prompt", "prompt"),
    Section("predefined_attributes", "connect.predefined_attribute", "predefined attribute"),
    Section("email_addresses", "connect.email_address", "e-mail address"),
    Section(
        "task_templates",
        "connect.task_template",
        "task template",
        refs={
            "ContactFlowId": Ref("flows"),
            "SelfAssignFlowId": Ref("flows"),
            "ContactHooks.WrapUpFlowId": Ref("flows"),
        },
    ),
    Section(
        "views",
        "connect.view",
        "view",
        drop=("Version", "VersionDescription", "Versions", "ViewContentSha256"),
    ),
    Section(
        "rules",
        "connect.rule",
        "rule",
        refs={"TriggerEventSource.IntegrationAssociationId": Ref("integrations")},
        drop=("LastUpdatedBy",),
    ),
    Section(
        "evaluation_forms",
        "connect.evaluation_form",
        "evaluation form",
        drop=(
            "CreatedBy",
            "LastModifiedBy",
            "EvaluationFormVersion",
            "LatestVersion",
            "ActiveVersion",
            "LastActivatedTime",
            "LastActivatedBy",
            "LastValidationTime",
            "LatestValidationStatus",
            "Locked",
            "Versions",
        ),
    ),
    Section(
        "extraction_definitions",
        "connect.extraction_definition",
        "extraction definition",
        drop=("LastUpdatedBy",),
    ),
    Section("vocabularies", "connect.vocabulary", "vocabulary", drop=("State", "FailureReason")),
    Section(
        "default_vocabularies",
        "connect.default_vocabulary",
        "default vocabulary",
        Shape.VALUES,
        label=("LanguageCode",),
        value="VocabularyName",
    ),
    Section(
        "data_tables",
        "connect.data_table",
        "data table",
        drop=(
            "LockVersion",
            "Version",
            "VersionDescription",
            "Attributes.AttributeId",
            "Attributes.DataTableId",
            "Attributes.DataTableArn",
            "Attributes.LockVersion",
            "Attributes.Version",
        ),
        keyed={"Attributes": ("Name",)},
    ),
    Section("workspaces", "connect.workspace", "workspace"),
    Section(
        "workspace_associations",
        "connect.workspace_association",
        "workspace association",
        label=("WorkspaceId", "ResourceName"),
        refs={"WorkspaceId": Ref("workspaces")},
        drop=("ResourceId", "ResourceArn", "WorkspaceArn"),
    ),
    Section("test_cases", "connect.test_case", "test case"),
    Section("notifications", "connect.notification", "notification", nameless=True, asked=True),
    Section(
        "analytics_data_shares",
        "connect.analytics_data_association",
        "analytics data share",
        label=("DataSetId", "TargetAccountId"),
        drop=("ResourceShareId", "ResourceShareArn", "ResourceShareStatus"),
        apart=(r"(.+)/(\d{12})",),
    ),
    Section(
        "attached_files",
        "connect.attached_files_configuration",
        "attached-files configuration",
        manual={
            "create": "AWS offers the scope or does not",
            "delete": "a change to AWS's default stands for it",
        },
    ),
    Section(
        "quotas",
        "service_quotas.quota",
        "service quota",
        Shape.VALUES,
        label=("QuotaName",),
        value="Value",
        codecs={"Value": Codec.LEAST},
        about="QuotaContext.ContextId",
        manual={"create": CONSOLE_ONLY, "delete": CONSOLE_ONLY, "update": "ask AWS for the quota"},
        asked=True,
    ),
)
"""Every section, in the order in which a spec is written."""

BY_NAME: Mapping[str, Section] = {section.name: section for section in SECTIONS}
BY_KIND: Mapping[str, Section] = {section.kind: section for section in SECTIONS if not section.having}
KIND_OF: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}


CALLED: Mapping[str, str] = {LAMBDA: "lambda_functions", LEX: "lex_bots"}
"""The section that associates with an instance what its flows call, by the kind that they name."""


def users_of(name: str) -> Mapping[Section, tuple[str, ...]]:
    """The sections whose things may use a thing of this one, and the fields that name it."""
    named_in_flows = BY_NAME[name].kind in WORDS or name in CALLED.values()
    found = {
        section: (
            *(path for path, ref in section.refs.items() if ref.section == name),
            *(path for path, codec in section.codecs.items() if codec is Codec.FLOW and named_in_flows),
        )
        for section in SECTIONS
    }
    return {section: paths for section, paths in found.items() if paths}


def spelled(section: Section, path: str) -> str:
    """A path of AWS's data as a spec has it: `HoursOfOperationId` is `HoursOfOperation`."""
    steps = path.split(".")
    held = [".".join(steps[: number + 1]) for number in range(len(steps))]
    return ".".join(
        renamed(step) if refers(section, upto) else step for step, upto in zip(steps, held, strict=True)
    )


def dropped(section: Section) -> frozenset[str]:
    """The fields of AWS's data that are no part of a spec: ids, and what the thing's name says already."""
    kind = KIND_OF[section.kind]
    single = section.shape is Shape.THING
    label = () if single or section.label else (kind.label,)
    spoken = () if single else tuple(one for one in section.label if one in section.refs or "." not in one)
    identity = kind.id if len(kind.id) == 1 else ()
    return frozenset({*section.drop, *identity, kind.arn, *label, *spoken, "InstanceId"}) - {
        section.value,
        "",
    }


def refers(section: Section, path: str) -> bool:
    """Whether a field of AWS's data holds an id, and a spec a name instead."""
    by_name = path in section.refs and not section.refs[path].of
    return by_name or section.codecs.get(path) is Codec.KEY


VOLATILE = frozenset(
    {
        "LastModifiedTime",
        "LastModifiedRegion",
        "CreatedTime",
        "CreationTime",
        "CreateTimestamp",
        "ModifiedTimestamp",
        "LastUpdatedTime",
        "LastUpdatedAt",
        "CreatedAt",
        "ModifiedTime",
    }
)
"""Members that tell when something was written, wherever they stand."""
