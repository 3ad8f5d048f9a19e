"""The kinds of Amazon Connect itself.

Page sizes are the maxima of botocore's `connect` model (API version 2017-08-08). What an operation does not
fill is from the operations' own API reference pages, read 2026-11. CloudFormation and Terraform types are
those of the resource specification and of the AWS provider.
"""

from __future__ import annotations

from auditor.kinds.row import Call, Facet, Kind, Listing, Scope

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

SUMMARY = ("LastModifiedTime", "LastModifiedRegion")


CONNECT: tuple[Kind, ...] = (
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
        cloudformation="AWS::Connect::SecurityKey",
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
        cloudformation="AWS::Connect::IntegrationAssociation",
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
        facets=(Facet("Distribution", Call("connect", "GetTrafficDistribution", params={"Id": "{id}"})),),
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
        immutable=("PhoneNumberCountryCode", "PhoneNumberType"),
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
        name="connect.security_profile",
        title="security profiles",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="SecurityProfileName",
        arn="Arn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListSecurityProfiles",
                    "SecurityProfileSummaryList",
                    params=INSTANCE,
                    page=1000,
                ),
                renames={"Name": "SecurityProfileName"},
            ),
        ),
        search=Call(
            "connect",
            "SearchSecurityProfiles",
            "SecurityProfiles",
            params=INSTANCE,
            page=100,
            omits=(
                "AllowedAccessControlTags",
                "AllowedAccessControlHierarchyGroupId",
                "GranularAccessControlConfiguration",
                "HierarchyRestrictedResources",
                "TagRestrictedResources",
                *SUMMARY,
            ),
        ),
        describe=Call(
            "connect",
            "DescribeSecurityProfile",
            "SecurityProfile",
            params={**INSTANCE, "SecurityProfileId": "{id}"},
        ),
        facets=(
            Facet(
                "Permissions",
                Call(
                    "connect",
                    "ListSecurityProfilePermissions",
                    "Permissions",
                    params={**INSTANCE, "SecurityProfileId": "{id}"},
                    page=1000,
                ),
            ),
        ),
        cloudformation="AWS::Connect::SecurityProfile",
        terraform="aws_connect_security_profile",
        immutable=("SecurityProfileName",),
    ),
    Kind(
        name="connect.user",
        title="users",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Username",
        arn="Arn",
        lists=(Listing(Call("connect", "ListUsers", "UserSummaryList", params=INSTANCE, page=1000)),),
        search=Call(
            "connect",
            "SearchUsers",
            "Users",
            params=INSTANCE,
            page=500,
            omits=(
                "IdentityInfo.Email",
                "IdentityInfo.Mobile",
                "IdentityInfo.SecondaryEmail",
                # In milliseconds here, in seconds in DescribeUser: not one number under one name.
                "PhoneConfig.AfterContactWorkTimeLimit",
                "AfterContactWorkConfigs",
                *SUMMARY,
            ),
        ),
        describe=Call("connect", "DescribeUser", "User", params={**INSTANCE, "UserId": "{id}"}),
        personal=(
            "Username",
            "IdentityInfo",
            "PhoneConfig.DeskPhoneNumber",
            "PhoneNumberConfigs.PhoneNumber",
        ),
        cloudformation="AWS::Connect::User",
        terraform="aws_connect_user",
    ),
    Kind(
        name="connect.queue",
        title="queues",
        scope=Scope.INSTANCE,
        id=("QueueId",),
        label="Name",
        arn="QueueArn",
        # Standard queues only: every user has an agent queue, which has no configuration of its own.
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListQueues",
                    "QueueSummaryList",
                    params={**INSTANCE, "QueueTypes": ["STANDARD"]},
                    page=1000,
                ),
                renames={"Id": "QueueId", "Arn": "QueueArn"},
            ),
        ),
        search=Call("connect", "SearchQueues", "Queues", params=INSTANCE, page=500),
        describe=Call("connect", "DescribeQueue", "Queue", params={**INSTANCE, "QueueId": "{id}"}),
        cloudformation="AWS::Connect::Queue",
        terraform="aws_connect_queue",
    ),
    Kind(
        name="connect.hours_of_operation",
        title="hours of operation",
        scope=Scope.INSTANCE,
        id=("HoursOfOperationId",),
        label="Name",
        arn="HoursOfOperationArn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListHoursOfOperations",
                    "HoursOfOperationSummaryList",
                    params=INSTANCE,
                    page=1000,
                ),
                renames={"Id": "HoursOfOperationId", "Arn": "HoursOfOperationArn"},
            ),
        ),
        search=Call("connect", "SearchHoursOfOperations", "HoursOfOperations", params=INSTANCE, page=100),
        describe=Call(
            "connect",
            "DescribeHoursOfOperation",
            "HoursOfOperation",
            params={**INSTANCE, "HoursOfOperationId": "{id}"},
        ),
        cloudformation="AWS::Connect::HoursOfOperation",
        terraform="aws_connect_hours_of_operation",
    ),
    Kind(
        name="connect.routing_profile",
        title="routing profiles",
        scope=Scope.INSTANCE,
        id=("RoutingProfileId",),
        label="Name",
        arn="RoutingProfileArn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListRoutingProfiles",
                    "RoutingProfileSummaryList",
                    params=INSTANCE,
                    page=1000,
                ),
                renames={"Id": "RoutingProfileId", "Arn": "RoutingProfileArn"},
            ),
        ),
        search=Call(
            "connect",
            "SearchRoutingProfiles",
            "RoutingProfiles",
            params=INSTANCE,
            page=500,
            omits=("MediaConcurrencies.CrossChannelBehavior", "AgentAvailabilityTimer", *SUMMARY),
        ),
        describe=Call(
            "connect",
            "DescribeRoutingProfile",
            "RoutingProfile",
            params={**INSTANCE, "RoutingProfileId": "{id}"},
            omits=("AssociatedQueueIds",),
        ),
        cloudformation="AWS::Connect::RoutingProfile",
        terraform="aws_connect_routing_profile",
    ),
    Kind(
        name="connect.contact_flow",
        title="flows",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        lists=(
            Listing(
                Call("connect", "ListContactFlows", "ContactFlowSummaryList", params=INSTANCE, page=1000),
                renames={
                    "ContactFlowType": "Type",
                    "ContactFlowState": "State",
                    "ContactFlowStatus": "Status",
                },
            ),
        ),
        search=Call("connect", "SearchContactFlows", "ContactFlows", params=INSTANCE, page=100),
        describe=Call(
            "connect",
            "DescribeContactFlow",
            "ContactFlow",
            params={**INSTANCE, "ContactFlowId": "{id}"},
        ),
        cloudformation="AWS::Connect::ContactFlow",
        terraform="aws_connect_contact_flow",
        immutable=("Type",),
    ),
)
