"""The instance itself: its settings, what it is wired to, its numbers and what spans Regions."""

from __future__ import annotations

from auditor.kinds.row import Call, Derived, Facet, Kind, Listing, Scope
from auditor.public_key import fingerprint

INSTANCE = {"InstanceId": "{instance}"}

STORAGE_RESOURCE_TYPES = (
    "AGENT_EVENTS",
    "ATTACHMENTS",
    "CALL_RECORDINGS",
    "CHAT_TRANSCRIPTS",
    "CONTACT_EVALUATIONS",
    "CONTACT_TRACE_RECORDS",
    "EMAIL_MESSAGES",
    "MEDIA_STREAMS",
    "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS",
    "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS",
    "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS",
    "SCHEDULED_REPORTS",
    "SCREEN_RECORDINGS",
)

INSTANCE_KINDS: tuple[Kind, ...] = (
    Kind(
        name="connect.instance",
        title="instances",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="InstanceAlias",
        arn="Arn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListInstances",
                    "InstanceSummaryList",
                    page=10,
                    omits=("StatusReason", "Tags", "ReplicationConfiguration"),
                )
            ),
        ),
        describe=Call(
            "connect",
            "DescribeInstance",
            "Instance",
            beside=("ReplicationConfiguration",),
            params=INSTANCE,
        ),
        cloudformation="AWS::Connect::Instance",
        terraform="aws_connect_instance",
        immutable=("IdentityManagementType", "InstanceAlias", "DirectoryId"),
    ),
    Kind(
        name="connect.instance_attribute",
        title="instance attributes",
        scope=Scope.INSTANCE,
        id=("AttributeType",),
        label="AttributeType",
        lists=(Listing(Call("connect", "ListInstanceAttributes", "Attributes", params=INSTANCE, page=7)),),
        cloudformation="AWS::Connect::Instance",
        terraform="aws_connect_instance",
    ),
    Kind(
        name="connect.storage_config",
        title="storage configurations",
        scope=Scope.INSTANCE,
        # An association id lasts only until the next association, so the target is the identity.
        id=(
            "ResourceType",
            "StorageType",
            "S3Config.BucketName",
            "S3Config.BucketPrefix",
            "KinesisVideoStreamConfig.Prefix",
            "KinesisStreamConfig.StreamArn",
            "KinesisFirehoseConfig.FirehoseArn",
        ),
        label="ResourceType",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListInstanceStorageConfigs",
                    "StorageConfigs",
                    params={**INSTANCE, "ResourceType": "{ResourceType}"},
                    page=10,
                ),
                each=("ResourceType", STORAGE_RESOURCE_TYPES),
            ),
        ),
        cloudformation="AWS::Connect::InstanceStorageConfig",
        terraform="aws_connect_instance_storage_config",
        immutable=("ResourceType",),
    ),
    Kind(
        name="connect.approved_origin",
        title="approved origins",
        scope=Scope.INSTANCE,
        id=("Origin",),
        label="Origin",
        lists=(
            Listing(
                Call("connect", "ListApprovedOrigins", "Origins", params=INSTANCE, page=25),
                scalar="Origin",
            ),
        ),
        cloudformation="AWS::Connect::ApprovedOrigin",
        immutable=("Origin",),
    ),
    Kind(
        name="connect.security_key",
        title="security keys",
        scope=Scope.INSTANCE,
        id=("AssociationId",),
        label="AssociationId",
        lists=(Listing(Call("connect", "ListSecurityKeys", "SecurityKeys", params=INSTANCE, page=2)),),
        secret=("Key",),
        derived=(Derived("Fingerprint", "Key", fingerprint),),
        cloudformation="AWS::Connect::SecurityKey",
        immutable=("Key",),
    ),
    Kind(
        name="connect.lambda_function",
        title="Lambda associations",
        scope=Scope.INSTANCE,
        id=("FunctionArn",),
        label="FunctionArn",
        arn="FunctionArn",
        lists=(
            Listing(
                Call("connect", "ListLambdaFunctions", "LambdaFunctions", params=INSTANCE, page=25),
                scalar="FunctionArn",
            ),
        ),
        cloudformation="AWS::Connect::IntegrationAssociation",
        terraform="aws_connect_lambda_function_association",
    ),
    Kind(
        name="connect.lex_bot",
        title="Lex bot associations",
        scope=Scope.INSTANCE,
        id=("LexVersion", "LexBot.LexRegion", "LexBot.Name", "LexV2Bot.AliasArn"),
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListBots",
                    "LexBots",
                    params={**INSTANCE, "LexVersion": "{LexVersion}"},
                    page=25,
                ),
                each=("LexVersion", ("V1", "V2")),
            ),
        ),
        cloudformation="AWS::Connect::IntegrationAssociation",
        terraform="aws_connect_bot_association",
    ),
    Kind(
        name="connect.integration_association",
        title="integration associations",
        scope=Scope.INSTANCE,
        id=("IntegrationAssociationId",),
        label="IntegrationType",
        arn="IntegrationAssociationArn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListIntegrationAssociations",
                    "IntegrationAssociationSummaryList",
                    params=INSTANCE,
                    page=100,
                )
            ),
        ),
        facets=(
            Facet(
                "Tags",
                Call(
                    "connect",
                    "ListTagsForResource",
                    "tags",
                    params={"resourceArn": "{IntegrationAssociationArn}"},
                ),
            ),
        ),
        cloudformation="AWS::Connect::IntegrationAssociation",
        # There is no operation that changes one.
        immutable=(
            "IntegrationType",
            "IntegrationArn",
            "SourceApplicationUrl",
            "SourceApplicationName",
            "SourceType",
        ),
    ),
    Kind(
        name="connect.use_case",
        title="use cases",
        scope=Scope.INSTANCE,
        id=("UseCaseId",),
        label="UseCaseType",
        arn="UseCaseArn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListUseCases",
                    "UseCaseSummaryList",
                    params={**INSTANCE, "IntegrationAssociationId": "{IntegrationAssociationId}"},
                    page=100,
                ),
                per="connect.integration_association",
                adds={"IntegrationAssociationId": "{IntegrationAssociationId}"},
            ),
        ),
        facets=(
            Facet(
                "Tags",
                Call("connect", "ListTagsForResource", "tags", params={"resourceArn": "{UseCaseArn}"}),
            ),
        ),
        cloudformation="AWS::Connect::UseCase",
        immutable=("UseCaseType", "IntegrationAssociationId"),
    ),
    Kind(
        name="connect.traffic_distribution_group",
        title="traffic distribution groups",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListTrafficDistributionGroups",
                    "TrafficDistributionGroupSummaryList",
                    params=INSTANCE,
                    page=10,
                    omits=("Description", "Tags"),
                )
            ),
        ),
        describe=Call(
            "connect",
            "DescribeTrafficDistributionGroup",
            "TrafficDistributionGroup",
            params={"TrafficDistributionGroupId": "{id}"},
        ),
        facets=(
            Facet("Distribution", Call("connect", "GetTrafficDistribution", params={"Id": "{id}"})),
            Facet(
                "Users",
                Call(
                    "connect",
                    "ListTrafficDistributionGroupUsers",
                    "TrafficDistributionGroupUserSummaryList",
                    params={"TrafficDistributionGroupId": "{id}"},
                    page=1000,
                ),
            ),
        ),
        cloudformation="AWS::Connect::TrafficDistributionGroup",
        immutable=("Name", "Description"),
    ),
    Kind(
        name="connect.phone_number",
        title="phone numbers",
        scope=Scope.INSTANCE,
        id=("PhoneNumberId",),
        label="PhoneNumber",
        arn="PhoneNumberArn",
        # With an instance the list leaves out the numbers claimed to a traffic distribution group.
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListPhoneNumbersV2",
                    "ListPhoneNumbersSummaryList",
                    params=INSTANCE,
                    page=1000,
                    omits=("PhoneNumberStatus", "Tags"),
                )
            ),
            Listing(
                Call(
                    "connect",
                    "ListPhoneNumbersV2",
                    "ListPhoneNumbersSummaryList",
                    params={"TargetArn": "{Arn}"},
                    page=1000,
                    omits=("PhoneNumberStatus", "Tags"),
                ),
                per="connect.traffic_distribution_group",
            ),
        ),
        describe=Call(
            "connect",
            "DescribePhoneNumber",
            "ClaimedPhoneNumberSummary",
            params={"PhoneNumberId": "{id}"},
        ),
        personal=("PhoneNumber",),
        cloudformation="AWS::Connect::PhoneNumber",
        terraform="aws_connect_phone_number",
        immutable=("PhoneNumberCountryCode", "PhoneNumberType", "SourcePhoneNumberArn"),
    ),
    Kind(
        name="connect.flow_association",
        title="flow associations",
        scope=Scope.INSTANCE,
        id=("ResourceType", "ResourceId"),
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListFlowAssociations",
                    "FlowAssociationSummaryList",
                    params=INSTANCE,
                    page=1000,
                )
            ),
        ),
        terraform="aws_connect_phone_number_contact_flow_association",
    ),
    Kind(
        name="connect.analytics_data_association",
        title="analytics data shares",
        scope=Scope.INSTANCE,
        id=("DataSetId", "TargetAccountId"),
        label="DataSetId",
        arn="ResourceShareArn",
        lists=(
            Listing(
                Call("connect", "ListAnalyticsDataAssociations", "Results", params=INSTANCE, page=1000),
            ),
        ),
        cloudformation="AWS::Connect::DataLakeAssociation",
        immutable=("DataSetId", "TargetAccountId"),
    ),
    Kind(
        name="connect.attached_files_configuration",
        title="attached-files configurations",
        scope=Scope.INSTANCE,
        id=("AttachmentScope",),
        label="AttachmentScope",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListAttachedFilesConfigurations",
                    "AttachedFilesConfigurations",
                    params=INSTANCE,
                    page=100,
                    omits=("LastModifiedTime",),
                )
            ),
        ),
        describe=Call(
            "connect",
            "DescribeAttachedFilesConfiguration",
            "AttachedFilesConfiguration",
            params={**INSTANCE, "AttachmentScope": "{id}"},
        ),
    ),
)
