"""What an instance calls and works with: Lambda, Lex, and the other services of the Connect family."""

from __future__ import annotations

from auditor.kinds.row import Call, Facet, Kind, Listing, Named, Scope

FAMILY: tuple[Kind, ...] = (
    Kind(
        name="lambda.function",
        title="Lambda functions",
        scope=Scope.REGION,
        id=("FunctionArn",),
        label="FunctionName",
        arn="FunctionArn",
        apart=True,
        named=(Named("connect.lambda_function", "{FunctionArn}"),),
        describe=Call(
            "lambda",
            "GetFunctionConfiguration",
            params={"FunctionName": "{id}"},
            absent=("ResourceNotFoundException",),
        ),
        facets=(
            Facet(
                "Policy",
                Call(
                    "lambda",
                    "GetPolicy",
                    "Policy",
                    params={"FunctionName": "{id}"},
                    absent=("ResourceNotFoundException",),
                ),
            ),
        ),
        # Where people keep passwords against all advice.
        secret=("Environment",),
        cloudformation="AWS::Lambda::Function",
        terraform="aws_lambda_function",
    ),
    Kind(
        name="lex.bot_alias",
        title="Lex bot aliases",
        scope=Scope.REGION,
        id=("botAliasArn",),
        label="botAliasName",
        arn="botAliasArn",
        apart=True,
        named=(Named("connect.lex_bot", "{LexV2Bot.AliasArn}"),),
        # arn:aws:lex:region:account:bot-alias/bot/alias
        describe=Call(
            "lexv2-models",
            "DescribeBotAlias",
            params={"botId": "{id/1}", "botAliasId": "{id/2}"},
            absent=("ResourceNotFoundException",),
        ),
        facets=(
            Facet("Bot", Call("lexv2-models", "DescribeBot", params={"botId": "{id/1}"})),
            Facet(
                "Policy",
                Call(
                    "lexv2-models",
                    "DescribeResourcePolicy",
                    "policy",
                    params={"resourceArn": "{id}"},
                    absent=("ResourceNotFoundException",),
                ),
            ),
        ),
        cloudformation="AWS::Lex::BotAlias",
    ),
    Kind(
        name="customer_profiles.domain",
        title="Customer Profiles domains",
        scope=Scope.REGION,
        id=("DomainName",),
        label="DomainName",
        apart=True,
        lists=(
            Listing(
                Call(
                    "customer-profiles",
                    "ListDomains",
                    "Items",
                    page=100,
                    omits=(
                        "DefaultExpirationDays",
                        "DefaultEncryptionKey",
                        "DeadLetterQueueUrl",
                        "Stats",
                        "Matching",
                        "RuleBasedMatching",
                        "DataStore",
                    ),
                )
            ),
        ),
        describe=Call("customer-profiles", "GetDomain", params={"DomainName": "{id}"}),
        facets=(
            Facet(
                "Integrations",
                Call(
                    "customer-profiles", "ListIntegrations", "Items", params={"DomainName": "{id}"}, page=100
                ),
            ),
            Facet(
                "ObjectTypes",
                Call(
                    "customer-profiles",
                    "ListProfileObjectTypes",
                    "Items",
                    params={"DomainName": "{id}"},
                    page=100,
                ),
            ),
        ),
        cloudformation="AWS::CustomerProfiles::Domain",
        terraform="aws_customerprofiles_domain",
    ),
    Kind(
        name="qconnect.assistant",
        title="AI assistants",
        scope=Scope.REGION,
        id=("assistantId",),
        label="name",
        arn="assistantArn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "qconnect",
                    "ListAssistants",
                    "assistantSummaries",
                    page=100,
                    size="maxResults",
                    token="nextToken",
                    omits=("assistantGlobalResiliencyStatus",),
                )
            ),
        ),
        describe=Call("qconnect", "GetAssistant", "assistant", params={"assistantId": "{id}"}),
        # Which knowledge bases it answers from.
        facets=(
            Facet(
                "Associations",
                Call(
                    "qconnect",
                    "ListAssistantAssociations",
                    "assistantAssociationSummaries",
                    params={"assistantId": "{id}"},
                    page=100,
                    size="maxResults",
                    token="nextToken",
                ),
            ),
        ),
        cloudformation="AWS::Wisdom::Assistant",
    ),
    Kind(
        name="qconnect.knowledge_base",
        title="knowledge bases",
        scope=Scope.REGION,
        id=("knowledgeBaseId",),
        label="name",
        arn="knowledgeBaseArn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "qconnect",
                    "ListKnowledgeBases",
                    "knowledgeBaseSummaries",
                    page=100,
                    size="maxResults",
                    token="nextToken",
                    omits=("ingestionStatus", "ingestionFailureReasons", "lastContentModificationTime"),
                )
            ),
        ),
        describe=Call("qconnect", "GetKnowledgeBase", "knowledgeBase", params={"knowledgeBaseId": "{id}"}),
        cloudformation="AWS::Wisdom::KnowledgeBase",
    ),
    Kind(
        name="qconnect.ai_agent",
        title="AI agents",
        scope=Scope.REGION,
        id=("aiAgentId", "assistantId"),
        label="name",
        arn="aiAgentArn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "qconnect",
                    "ListAIAgents",
                    "aiAgentSummaries",
                    params={"assistantId": "{assistantId}"},
                    page=100,
                    size="maxResults",
                    token="nextToken",
                ),
                per="qconnect.assistant",
            ),
        ),
        cloudformation="AWS::Wisdom::AIAgent",
    ),
    Kind(
        name="qconnect.ai_guardrail",
        title="AI guardrails",
        scope=Scope.REGION,
        id=("aiGuardrailId", "assistantId"),
        label="name",
        arn="aiGuardrailArn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "qconnect",
                    "ListAIGuardrails",
                    "aiGuardrailSummaries",
                    params={"assistantId": "{assistantId}"},
                    page=100,
                    size="maxResults",
                    token="nextToken",
                    omits=(
                        "blockedInputMessaging",
                        "blockedOutputsMessaging",
                        "topicPolicyConfig",
                        "contentPolicyConfig",
                        "wordPolicyConfig",
                        "sensitiveInformationPolicyConfig",
                        "contextualGroundingPolicyConfig",
                    ),
                ),
                per="qconnect.assistant",
            ),
        ),
        describe=Call(
            "qconnect",
            "GetAIGuardrail",
            "aiGuardrail",
            params={"assistantId": "{assistantId}", "aiGuardrailId": "{aiGuardrailId}"},
        ),
        cloudformation="AWS::Wisdom::AIGuardrail",
    ),
    Kind(
        name="qconnect.ai_prompt",
        title="AI prompts",
        scope=Scope.REGION,
        id=("aiPromptId", "assistantId"),
        label="name",
        arn="aiPromptArn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "qconnect",
                    "ListAIPrompts",
                    "aiPromptSummaries",
                    params={"assistantId": "{assistantId}"},
                    page=100,
                    size="maxResults",
                    token="nextToken",
                    omits=("templateConfiguration", "inferenceConfiguration"),
                ),
                per="qconnect.assistant",
            ),
        ),
        describe=Call(
            "qconnect",
            "GetAIPrompt",
            "aiPrompt",
            params={"assistantId": "{assistantId}", "aiPromptId": "{aiPromptId}"},
        ),
        cloudformation="AWS::Wisdom::AIPrompt",
    ),
    Kind(
        name="appintegrations.application",
        title="third-party applications",
        scope=Scope.REGION,
        id=("Id",),
        label="Name",
        arn="Arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "appintegrations",
                    "ListApplications",
                    "Applications",
                    page=50,
                    omits=(
                        "Description",
                        "ApplicationSourceConfig",
                        "Subscriptions",
                        "Publications",
                        "Tags",
                        "Permissions",
                        "InitializationTimeout",
                        "ApplicationConfig",
                        "IframeConfig",
                        "AuthConfig",
                    ),
                )
            ),
        ),
        describe=Call("appintegrations", "GetApplication", params={"Arn": "{Arn}"}),
        # Which clients of the service use it.
        facets=(
            Facet(
                "Associations",
                Call(
                    "appintegrations",
                    "ListApplicationAssociations",
                    "ApplicationAssociations",
                    params={"ApplicationId": "{id}"},
                    page=50,
                ),
            ),
        ),
        cloudformation="AWS::AppIntegrations::Application",
    ),
    Kind(
        name="appintegrations.data_integration",
        title="data integrations",
        scope=Scope.REGION,
        id=("Arn",),
        label="Name",
        arn="Arn",
        apart=True,
        # arn:aws:app-integrations:region:account:data-integration/identifier
        lists=(
            Listing(
                Call(
                    "appintegrations",
                    "ListDataIntegrations",
                    "DataIntegrations",
                    page=50,
                    omits=(
                        "Id",
                        "Description",
                        "KmsKey",
                        "ScheduleConfiguration",
                        "Tags",
                        "FileConfiguration",
                        "ObjectConfiguration",
                    ),
                )
            ),
        ),
        describe=Call("appintegrations", "GetDataIntegration", params={"Identifier": "{Arn/1}"}),
        # Which clients of the service use it.
        facets=(
            Facet(
                "Associations",
                Call(
                    "appintegrations",
                    "ListDataIntegrationAssociations",
                    "DataIntegrationAssociations",
                    params={"DataIntegrationIdentifier": "{Arn/1}"},
                    page=50,
                ),
            ),
        ),
        cloudformation="AWS::AppIntegrations::DataIntegration",
        terraform="aws_appintegrations_data_integration",
    ),
    Kind(
        name="appintegrations.event_integration",
        title="event integrations",
        scope=Scope.REGION,
        id=("EventIntegrationArn",),
        label="Name",
        arn="EventIntegrationArn",
        apart=True,
        lists=(Listing(Call("appintegrations", "ListEventIntegrations", "EventIntegrations", page=50)),),
        # Which clients of the service use it.
        facets=(
            Facet(
                "Associations",
                Call(
                    "appintegrations",
                    "ListEventIntegrationAssociations",
                    "EventIntegrationAssociations",
                    params={"EventIntegrationName": "{Name}"},
                    page=50,
                ),
            ),
        ),
        cloudformation="AWS::AppIntegrations::EventIntegration",
        terraform="aws_appintegrations_event_integration",
    ),
    Kind(
        name="connectcampaigns.instance_config",
        title="outbound campaigns (first API): settings of an instance",
        scope=Scope.REGION,
        id=("connectInstanceId",),
        apart=True,
        named=(Named("connect.instance", "{Id}"),),
        describe=Call(
            "connectcampaigns",
            "GetConnectInstanceConfig",
            "connectInstanceConfig",
            params={"connectInstanceId": "{id}"},
            absent=("ResourceNotFoundException",),
        ),
    ),
    Kind(
        name="connectcampaigns.campaign",
        title="outbound campaigns (first API)",
        scope=Scope.REGION,
        id=("id",),
        label="name",
        arn="arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "connectcampaigns",
                    "ListCampaigns",
                    "campaignSummaryList",
                    page=50,
                    size="maxResults",
                    token="nextToken",
                    omits=("dialerConfig", "outboundCallConfig", "tags"),
                )
            ),
        ),
        describe=Call("connectcampaigns", "DescribeCampaign", "campaign", params={"id": "{id}"}),
        cloudformation="AWS::ConnectCampaigns::Campaign",
    ),
    Kind(
        name="connectcampaignsv2.instance_config",
        title="outbound campaigns: settings of an instance",
        scope=Scope.REGION,
        id=("connectInstanceId",),
        apart=True,
        named=(Named("connect.instance", "{Id}"),),
        describe=Call(
            "connectcampaignsv2",
            "GetConnectInstanceConfig",
            "connectInstanceConfig",
            params={"connectInstanceId": "{id}"},
            absent=("ResourceNotFoundException",),
        ),
        facets=(
            Facet(
                "Integrations",
                Call(
                    "connectcampaignsv2",
                    "ListConnectInstanceIntegrations",
                    "integrationSummaryList",
                    params={"connectInstanceId": "{id}"},
                    page=50,
                    size="maxResults",
                    token="nextToken",
                ),
            ),
            Facet(
                "CommunicationLimits",
                Call(
                    "connectcampaignsv2",
                    "GetInstanceCommunicationLimits",
                    "communicationLimitsConfig",
                    params={"connectInstanceId": "{id}"},
                ),
            ),
        ),
    ),
    Kind(
        name="connectcampaignsv2.campaign",
        title="outbound campaigns",
        scope=Scope.REGION,
        id=("id",),
        label="name",
        arn="arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "connectcampaignsv2",
                    "ListCampaigns",
                    "campaignSummaryList",
                    page=50,
                    size="maxResults",
                    token="nextToken",
                    omits=(
                        "channelSubtypeConfig",
                        "source",
                        "communicationTimeConfig",
                        "communicationLimitsOverride",
                        "tags",
                    ),
                )
            ),
        ),
        describe=Call("connectcampaignsv2", "DescribeCampaign", "campaign", params={"id": "{id}"}),
        cloudformation="AWS::ConnectCampaignsV2::Campaign",
    ),
    Kind(
        name="connectcases.domain",
        title="Cases domains",
        scope=Scope.REGION,
        id=("domainId",),
        label="name",
        arn="domainArn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "connectcases",
                    "ListDomains",
                    "domains",
                    page=10,
                    size="maxResults",
                    token="nextToken",
                    omits=("createdTime", "domainStatus", "tags"),
                )
            ),
        ),
        describe=Call("connectcases", "GetDomain", params={"domainId": "{id}"}),
        cloudformation="AWS::Cases::Domain",
    ),
)
