"""One thing of every kind that the company itself has no use for, so that every read has something to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .aws import Aws
from .common import TAGS
from .flows import flow, say

if TYPE_CHECKING:
    from . import Company


def everything(url: str, company: Company) -> None:
    """Adds to the exemplary instance and its account what a scan of everything reads."""
    aws = Aws(url)
    connect, own = aws("connect"), {"InstanceId": company.exemplary}
    _people_and_routing(connect, own)
    _content(connect, own)
    _spanning(connect, own)
    _account(aws)
    _family(aws, company)


def _people_and_routing(connect: Any, own: dict[str, str]) -> None:
    association = connect.list_integration_associations(**own)["IntegrationAssociationSummaryList"][0]
    connect.create_use_case(
        **own,
        IntegrationAssociationId=association["IntegrationAssociationId"],
        UseCaseType="RULES_EVALUATION",
        Tags=TAGS,
    )
    connect.create_predefined_attribute(**own, Name="Idioma", Values={"StringList": ["pt"]})
    user = connect.list_users(**own)["UserSummaryList"][0]
    connect.associate_user_proficiencies(
        **own,
        UserId=user["Id"],
        UserProficiencies=[{"AttributeName": "Idioma", "AttributeValue": "pt", "Level": 3}],
    )
    email = connect.create_email_address(**own, EmailAddress="oi@aurora.example", Tags=TAGS)
    queue = connect.list_queues(**own, QueueTypes=["STANDARD"])["QueueSummaryList"][0]
    connect.associate_queue_email_addresses(
        **own, QueueId=queue["Id"], EmailAddressesConfig=[{"EmailAddressId": email["EmailAddressId"]}]
    )
    connect.create_quick_connect(
        **own,
        Name="Plantão",
        QuickConnectConfig={
            "QuickConnectType": "PHONE_NUMBER",
            "PhoneConfig": {"PhoneNumber": "+551130035599"},
        },
    )


def _content(connect: Any, own: dict[str, str]) -> None:
    content = flow(say("Olá."))
    made = connect.create_contact_flow(**own, Name="Versões", Type="CONTACT_FLOW", Content=content)[
        "ContactFlowId"
    ]
    connect.create_contact_flow_version(**own, ContactFlowId=made)
    connect.create_contact_flow_alias(**own, ContactFlowId=made, ContactFlowVersion=1, AliasName="producao")
    module = connect.create_contact_flow_module(**own, Name="Módulo", Content=content)["Id"]
    connect.create_contact_flow_module_version(**own, ContactFlowModuleId=module)
    connect.create_contact_flow_module_alias(
        **own, ContactFlowModuleId=module, ContactFlowModuleVersion=1, AliasName="producao"
    )
    connect.create_task_template(**own, Name="Tarefa", Fields=[{"Id": {"Name": "n"}, "Type": "NAME"}])
    connect.create_view(**own, Name="Tela", Status="PUBLISHED", Content={"Template": "{}"})
    connect.create_rule(
        **own,
        Name="Regra",
        TriggerEventSource={"EventSourceName": "OnPostCallAnalysisAvailable"},
        Function="{}",
        PublishStatus="PUBLISHED",
        Actions=[{"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": {}}],
    )
    question = {"Title": "Bom?", "RefId": "q1", "QuestionType": "TEXT"}
    connect.create_evaluation_form(**own, Title="Qualidade", Items=[{"Question": question}])
    connect.create_extraction_definition(
        **own, Name="Protocolo", ExtractionConfiguration={"PromptHint": "O número do protocolo"}
    )
    vocabulary = connect.create_vocabulary(
        **own, VocabularyName="termos", LanguageCode="pt-BR", Content="Phrase\nsinistro\n"
    )["VocabularyId"]
    connect.associate_default_vocabulary(**own, LanguageCode="pt-BR", VocabularyId=vocabulary)
    table = connect.create_data_table(
        **own, Name="Feriados", TimeZone="America/Sao_Paulo", ValueLockLevel="NONE", Status="PUBLISHED"
    )["Id"]
    connect.create_data_table_attribute(**own, DataTableId=table, Name="dia", ValueType="TEXT")
    workspace = connect.create_workspace(**own, Name="Mesa")["WorkspaceId"]
    user = connect.list_users(**own)["UserSummaryList"][0]
    connect.create_workspace_page(**own, WorkspaceId=workspace, ResourceArn=user["Arn"], Page="HOME")
    connect.associate_workspace(**own, WorkspaceId=workspace, ResourceArns=[user["Arn"]])
    connect.create_test_case(**own, Name="Ligação", Content="{}")
    connect.create_notification(**own, Recipients=[user["Arn"]], Content={"pt_BR": "Reunião às nove"})
    connect.associate_analytics_data_set(**own, DataSetId="contact_record")


def _spanning(connect: Any, own: dict[str, str]) -> None:
    """A replica, and a group that spreads traffic over both."""
    connect.replicate_instance(**own, ReplicaRegion="us-west-2", ReplicaAlias="aurora-oeste")
    group = connect.create_traffic_distribution_group(**own, Name="dr")["Id"]
    user = connect.list_users(**own)["UserSummaryList"][0]["Id"]
    connect.associate_traffic_distribution_group_user(**own, TrafficDistributionGroupId=group, UserId=user)


def _account(aws: Aws) -> None:
    subnets = aws("ec2").describe_subnets()["Subnets"][:2]
    aws("ds").create_directory(
        Name="corp.aurora.example",
        Password="Senha-2026!",
        Size="Small",
        VpcSettings={"VpcId": subnets[0]["VpcId"], "SubnetIds": [one["SubnetId"] for one in subnets]},
    )
    iam = aws("iam")
    iam.create_user(UserName="maria.souza")
    iam.create_group(GroupName="supervisores")
    iam.create_policy(
        PolicyName="ler",
        PolicyDocument='{"Version": "2012-10-17", "Statement": '
        '[{"Effect": "Allow", "Action": "connect:ListUsers", "Resource": "*"}]}',
    )
    aws("cloudwatch").put_metric_alarm(
        AlarmName="outra",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
    )
    organizations = aws("organizations")
    organizations.create_organization(FeatureSet="ALL")
    parent = organizations.list_roots()["Roots"][0]["Id"]
    for name in ("Operação", "Brasil", "Sudeste"):
        unit = organizations.create_organizational_unit(ParentId=parent, Name=name)
        parent = unit["OrganizationalUnit"]["Id"]


def _family(aws: Aws, company: Company) -> None:
    """The services around Amazon Connect."""
    profiles = aws("customer-profiles")
    profiles.create_domain(
        DomainName="aurora", DefaultExpirationDays=366, DefaultEncryptionKey=company.key_arn
    )
    wisdom = aws("qconnect")
    assistant = wisdom.create_assistant(name="aurora", type="AGENT")["assistant"]["assistantId"]
    base = wisdom.create_knowledge_base(name="artigos", knowledgeBaseType="CUSTOM")["knowledgeBase"]
    wisdom.create_assistant_association(
        assistantId=assistant,
        associationType="KNOWLEDGE_BASE",
        association={"knowledgeBaseId": base["knowledgeBaseId"]},
    )
    wisdom.create_ai_agent(
        assistantId=assistant,
        name="resposta",
        type="ANSWER_RECOMMENDATION",
        visibilityStatus="PUBLISHED",
        configuration={"answerRecommendationAIAgentConfiguration": {}},
    )
    wisdom.create_ai_guardrail(
        assistantId=assistant,
        name="limites",
        blockedInputMessaging="Não",
        blockedOutputsMessaging="Não",
        visibilityStatus="PUBLISHED",
    )
    wisdom.create_ai_prompt(
        assistantId=assistant,
        name="saudação",
        type="ANSWER_GENERATION",
        templateType="TEXT",
        modelId="anthropic.claude",
        apiFormat="MESSAGES",
        visibilityStatus="PUBLISHED",
        templateConfiguration={"textFullAIPromptEditTemplateConfiguration": {"text": "Responda com calma."}},
    )
    applications = aws("appintegrations")
    integration = applications.create_data_integration(
        Name="casos", KmsKey="alias/aurora", SourceURI="s3://aurora-casos"
    )["Id"]
    applications.create_data_integration_association(
        DataIntegrationIdentifier=integration, ClientId="aurora", DestinationURI="s3://aurora-destino"
    )
    applications.create_event_integration(
        Name="eventos", EventFilter={"Source": "aws.partner/zendesk.com"}, EventBridgeBus="default"
    )
    campaigns = aws("connectcampaignsv2")
    campaigns.start_instance_onboarding_job(
        connectInstanceId=company.exemplary, encryptionConfig={"enabled": False}
    )
    campaigns.create_campaign(name="renovação", connectInstanceId=company.exemplary)
    aws("connectcampaigns").create_campaign(
        name="antiga",
        connectInstanceId=company.exemplary,
        dialerConfig={"progressiveDialerConfig": {"bandwidthAllocation": 1.0}},
        outboundCallConfig={"connectContactFlowId": "f", "connectQueueId": "q"},
    )
    aws("connectcases").create_domain(name="aurora")
