"""Every kind that the sandbox can hold, made once through the API, and what a scan then finds of it."""

import json

import pytest

from auditor import bundled
from auditor.catalogue import load
from auditor.collect.need import Need
from auditor.kinds import KINDS, Scope
from auditor.model import GLOBAL, Place, Reason
from auditor.sandbox import Response
from auditor.sandbox.company import Aws
from tests.conftest import ACCOUNT
from tests.test_collect import collect

EAST = Place(ACCOUNT, "us-east-1")
WHOLE = Place(ACCOUNT, GLOBAL)
BY_NAME = {kind.name: kind for kind in KINDS}
TAGS = {"Owner": "teste"}
FLOW = json.dumps({
    "Version": "2019-10-30", "StartAction": "a", "Actions": [{"Identifier": "a", "Type": "DisconnectParticipant",
    "Parameters": {}, "Transitions": {}}],
})  # fmt: skip
TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
})  # fmt: skip
GRANT = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": "*"}],
})  # fmt: skip


@pytest.fixture(scope="module")
def everything(sandbox, company):
    """The company, and one of each kind that it has not got."""

    def populate(url):
        aws = Aws(url)
        _people_and_routing(aws("connect"), company.exemplary)
        _content(aws("connect"), company.exemplary)
        _spanning(aws("connect"), company.exemplary)
        _streams(aws, company)
        _account(aws)
        _family(aws, company.exemplary)

    sandbox.stage(populate)
    return company


def _people_and_routing(connect, instance):
    own = {"InstanceId": instance}
    association = connect.list_integration_associations(**own)["IntegrationAssociationSummaryList"][0]
    connect.create_use_case(
        **own, IntegrationAssociationId=association["IntegrationAssociationId"],
        UseCaseType="RULES_EVALUATION", Tags=TAGS,
    )  # fmt: skip
    connect.create_predefined_attribute(**own, Name="Idioma", Values={"StringList": ["pt"]})
    user = connect.list_users(**own)["UserSummaryList"][0]
    connect.associate_user_proficiencies(
        **own, UserId=user["Id"],
        UserProficiencies=[{"AttributeName": "Idioma", "AttributeValue": "pt", "Level": 3}],
    )  # fmt: skip
    email = connect.create_email_address(**own, EmailAddress="oi@aurora.example", Tags=TAGS)
    queue = connect.list_queues(**own, QueueTypes=["STANDARD"])["QueueSummaryList"][0]
    connect.associate_queue_email_addresses(
        **own, QueueId=queue["Id"],
        EmailAddressesConfig=[{"EmailAddressId": email["EmailAddressId"]}],
    )  # fmt: skip
    connect.create_quick_connect(
        **own, Name="Plantão", QuickConnectConfig={
            "QuickConnectType": "PHONE_NUMBER", "PhoneConfig": {"PhoneNumber": "+551130035599"}
        },
    )  # fmt: skip


def _content(connect, instance):
    own = {"InstanceId": instance}
    flow = connect.create_contact_flow(**own, Name="Versões", Type="CONTACT_FLOW", Content=FLOW)[
        "ContactFlowId"
    ]
    connect.create_contact_flow_version(**own, ContactFlowId=flow)
    connect.create_contact_flow_alias(**own, ContactFlowId=flow, ContactFlowVersion=1, AliasName="producao")
    module = connect.create_contact_flow_module(**own, Name="Módulo", Content=FLOW)["Id"]
    connect.create_contact_flow_module_version(**own, ContactFlowModuleId=module)
    connect.create_contact_flow_module_alias(
        **own, ContactFlowModuleId=module, ContactFlowModuleVersion=1, AliasName="producao"
    )
    connect.create_task_template(**own, Name="Tarefa", Fields=[{"Id": {"Name": "n"}, "Type": "NAME"}])
    connect.create_view(**own, Name="Tela", Status="PUBLISHED", Content={"Template": "{}"})
    connect.create_rule(
        **own, Name="Regra", TriggerEventSource={"EventSourceName": "OnPostCallAnalysisAvailable"},
        Function="{}", PublishStatus="PUBLISHED",
        Actions=[{"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": {}}],
    )  # fmt: skip
    connect.create_evaluation_form(
        **own, Title="Qualidade",
        Items=[{"Question": {"Title": "Bom?", "RefId": "q1", "QuestionType": "TEXT"}}],
    )  # fmt: skip
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
    connect.update_attached_files_configuration(
        **own, AttachmentScope="CHAT", MaximumSizeLimitInBytes=1000000
    )
    connect.associate_analytics_data_set(**own, DataSetId="contact_record")


def _spanning(connect, instance):
    connect.replicate_instance(InstanceId=instance, ReplicaRegion="us-west-2", ReplicaAlias="aurora-oeste")
    group = connect.create_traffic_distribution_group(Name="dr", InstanceId=instance)["Id"]
    user = connect.list_users(InstanceId=instance)["UserSummaryList"][0]["Id"]
    connect.associate_traffic_distribution_group_user(
        TrafficDistributionGroupId=group, UserId=user, InstanceId=instance
    )


def _streams(aws, company):
    aws("s3").create_bucket(Bucket="aurora-fluxo")
    made = aws("firehose").create_delivery_stream(
        DeliveryStreamName="aurora-segmentos",
        ExtendedS3DestinationConfiguration={
            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/aurora-fluxo", "BucketARN": "arn:aws:s3:::aurora-fluxo"
        },
    )  # fmt: skip
    aws("connect").associate_instance_storage_config(
        InstanceId=company.neglected,
        ResourceType="CONTACT_TRACE_RECORDS",
        StorageConfig={
            "StorageType": "KINESIS_FIREHOSE",
            "KinesisFirehoseConfig": {"FirehoseArn": made["DeliveryStreamARN"]},
        },
    )
    aws("kinesis").create_stream(StreamName="aurora-aberto", ShardCount=1)  # without a key
    aws("connect").associate_instance_storage_config(
        InstanceId=company.neglected,
        ResourceType="AGENT_EVENTS",
        StorageConfig={
            "StorageType": "KINESIS_STREAM",
            "KinesisStreamConfig": {"StreamArn": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/aurora-aberto"},
        },
    )
    aws("s3").put_bucket_cors(
        Bucket=company.buckets["evaluations"],
        CORSConfiguration={
            "CORSRules": [{"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://x.example"]}]
        },
    )
    aws("kms").create_grant(
        KeyId=company.key_arn, GranteePrincipal=f"arn:aws:iam::{ACCOUNT}:role/aurora", Operations=["Decrypt"]
    )


def _account(aws):
    aws("ds").create_directory(
        Name="corp.aurora.example", Password="Senha-2026!", Size="Small", VpcSettings=_vpc(aws)
    )
    iam = aws("iam")
    iam.create_role(RoleName="agentes", AssumeRolePolicyDocument=TRUST)
    iam.create_user(UserName="maria.souza")
    iam.create_group(GroupName="supervisores")
    policy = iam.create_policy(PolicyName="entrar", PolicyDocument=GRANT)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="agentes", PolicyArn=policy)
    aws("s3").create_bucket(Bucket="aurora-trilha")
    aws("cloudtrail").create_trail(Name="trilha", S3BucketName="aurora-trilha")
    for name, namespace in (("fila", "AWS/Connect"), ("outra", "AWS/Lambda")):
        aws("cloudwatch").put_metric_alarm(
            AlarmName=name, Namespace=namespace, MetricName="QueueSize", Statistic="Maximum", Period=60,
            EvaluationPeriods=1, Threshold=5, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
    organizations = aws("organizations")
    organizations.create_organization(FeatureSet="ALL")
    parent = organizations.list_roots()["Roots"][0]["Id"]
    for name in ("Operação", "Brasil", "Sudeste"):
        parent = organizations.create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"][
            "Id"
        ]


def _vpc(aws):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")[
            "Subnet"
        ]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    return {"VpcId": vpc, "SubnetIds": subnets}


def _family(aws, instance):
    profiles = aws("customer-profiles")
    profiles.create_domain(DomainName="aurora", DefaultExpirationDays=366)
    profiles.put_integration(
        DomainName="aurora", Uri="arn:aws:appflow:us-east-1:1:flow/x", ObjectTypeName="Caso"
    )
    profiles.put_profile_object_type(DomainName="aurora", ObjectTypeName="Caso", Description="Caso")
    wisdom = aws("qconnect")
    assistant = wisdom.create_assistant(name="aurora", type="AGENT")["assistant"]["assistantId"]
    wisdom.create_knowledge_base(name="artigos", knowledgeBaseType="CUSTOM")
    wisdom.create_ai_agent(
        assistantId=assistant, name="resposta", type="ANSWER_RECOMMENDATION", visibilityStatus="PUBLISHED",
        configuration={"answerRecommendationAIAgentConfiguration": {}},
    )  # fmt: skip
    wisdom.create_ai_guardrail(
        assistantId=assistant, name="limites", blockedInputMessaging="Não", blockedOutputsMessaging="Não",
        visibilityStatus="PUBLISHED",
    )  # fmt: skip
    applications = aws("appintegrations")
    applications.create_application(
        Name="CRM", Namespace="crm",
        ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://crm.aurora.example"}},
    )  # fmt: skip
    applications.create_data_integration(Name="casos", KmsKey="alias/aurora", SourceURI="s3://aurora-casos")
    applications.create_event_integration(
        Name="eventos", EventFilter={"Source": "aws.partner/zendesk.com"}, EventBridgeBus="default"
    )
    campaigns = aws("connectcampaignsv2")
    campaigns.start_instance_onboarding_job(connectInstanceId=instance, encryptionConfig={"enabled": False})
    campaigns.create_campaign(name="renovação", connectInstanceId=instance)
    aws("connectcampaigns").create_campaign(
        name="antiga", connectInstanceId=instance,
        dialerConfig={"progressiveDialerConfig": {"bandwidthAllocation": 1.0}},
        outboundCallConfig={"connectContactFlowId": "f", "connectQueueId": "q"},
    )  # fmt: skip
    aws("connectcases").create_domain(name="aurora")


NOT_FOUND = {
    "s3.account_public_access_block": "the company has none",
    "tag.resource": "the tags of Connect are the sandbox's own, and moto serves this read",
}
"""Kinds of which the sandbox holds none, and why."""


@pytest.fixture
def snapshot(everything, aws):
    return collect().snapshot


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_each_kind_is_read_to_the_end_and_found(everything, once, name):
    kind, found = BY_NAME[name], once.snapshot
    place = {
        Scope.INSTANCE: Place(ACCOUNT, "us-east-1", everything.exemplary), Scope.REGION: EAST, Scope.ACCOUNT: WHOLE
    }[kind.scope]  # fmt: skip
    if kind.lists:
        assert (place, name) in found.complete
        assert not [gap for gap in found.gaps if gap.kind == name]
    seen = found.seen(place, name)
    assert bool(seen) != (name in NOT_FOUND)
    for one in seen:
        assert one.rest is None
        assert one.name or kind.label in ("", "ResourceName") or name == "connect.lex_bot"
        assert not [cause for cause in one.unread.values() if cause.reason is not Reason.NOT_POPULATED], (
            one.unread
        )
        if kind.lists:
            assert kind.identify(one.data) == one.key.id
    fields = {field for one in seen for field in one.data}
    facets = {facet.field for facet in kind.facets}
    assert facets <= fields | UNSET.get(name, frozenset())


UNSET = {
    "s3.bucket": frozenset({"ObjectLock", "Lifecycle"}),
    "lex.bot_alias": frozenset({"Policy"}),
}
"""Facets that are known not to be set on anything that the sandbox holds."""


@pytest.fixture(scope="module")
def once(everything, sandbox):
    """One collection of everything for all that only look at it."""
    with pytest.MonkeyPatch.context() as patch:
        from tests.conftest import environment

        for name, value in environment(sandbox.url).items():
            if name.startswith("AWS_") or name == "NO_PROXY":
                patch.setenv(name, value)
        return collect()


def one(once, kind, name):
    return next(found for found in once.snapshot.resources if (found.key.kind, found.name) == (kind, name))


def test_facets_hold_what_was_set(once):
    flow = one(once, "connect.contact_flow", "Versões")
    assert [len(flow.get("Versions")), len(flow.get("Aliases"))] == [1, 1]
    assert one(once, "connect.contact_flow_module", "Módulo").get("Aliases")[0]["AliasName"] == "producao"
    assert one(once, "connect.data_table", "Feriados").get("Attributes")[0]["Name"] == "dia"
    assert one(once, "connect.use_case", "RULES_EVALUATION").get("Tags") == TAGS
    assert one(once, "connect.rule", "Regra").get("Actions")
    assert one(once, "connect.task_template", "Tarefa").get("Fields")
    assert one(once, "connect.vocabulary", "termos").get("Content")
    assert one(once, "connect.predefined_attribute", "Idioma").get("Values") == {"StringList": ["pt"]}
    assert any(
        found.get("Proficiencies") for found in once.snapshot.resources if found.key.kind == "connect.user"
    )
    assert any(
        found.get("EmailAddresses") for found in once.snapshot.resources if found.key.kind == "connect.queue"
    )
    assert one(once, "connect.traffic_distribution_group", "dr").get("Users")
    origins = [found.get("Cors") for found in once.snapshot.resources if found.key.kind == "s3.bucket"]
    assert [{"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://x.example"]}] in origins
    assert one(once, "kinesis.stream", "aurora-contatos").get("KeyGrants")


def test_an_override_knows_its_hours_and_a_use_case_its_association(once, everything):
    place = Place(ACCOUNT, "us-east-1", everything.exemplary)
    hours = {found.key.id for found in once.snapshot.of(place, "connect.hours_of_operation")}
    (override,) = once.snapshot.of(place, "connect.hours_of_operation_override")
    assert override.get("HoursOfOperationId") in hours
    associations = {found.key.id for found in once.snapshot.of(place, "connect.integration_association")}
    (case,) = once.snapshot.of(place, "connect.use_case")
    assert case.get("IntegrationAssociationId") in associations


def test_units_are_found_on_every_level(once):
    units = {found.name: found for found in once.snapshot.of(WHOLE, "organizations.unit")}
    assert set(units) == {"Operação", "Brasil", "Sudeste"}
    assert units["Sudeste"].get("ParentId") == units["Brasil"].key.id


def test_only_alarms_on_connect_are_kept(once):
    assert [found.name for found in once.snapshot.of(EAST, "cloudwatch.alarm")] == ["fila"]


def test_secrets_are_dropped_as_soon_as_they_are_read(once):
    kept = {found.key.kind: found for found in once.snapshot.resources}
    assert "SAMLMetadataDocument" not in kept["iam.saml_provider"].data
    assert kept["iam.saml_provider"].get("ValidUntil")
    for function in once.snapshot.seen(EAST, "lambda.function"):
        assert "Environment" not in function.data
        assert function.get("Policy")
    for directory in once.snapshot.seen(EAST, "ds.directory"):
        assert "RadiusSettings" not in directory.data


def test_a_scan_by_default_asks_for_nothing_that_stands_apart(everything, aws, sandbox):
    before = len(sandbox.calls)
    rules = load(bundled.RULES).rules
    need = Need.of(rules, wide=True)
    found = collect(need=need).snapshot
    asked = {(call.service, call.operation) for call in sandbox.calls[before:]}
    for kind in KINDS:
        if kind.apart and kind.name not in need.fields:
            assert not [found for found in found.resources if found.key.kind == kind.name]
            assert not asked & (
                {(call.service, call.operation) for call in kind.calls()} - _calls_of_others(kind)
            )
        for facet in kind.facets:
            looked_at = need.paths(kind.name, (facet.field,)) or (kind.named and not facet.apart)
            if not looked_at and kind.name != "connect.instance":
                assert (facet.call.service, facet.call.operation) not in asked, facet.field


def _calls_of_others(kind):
    return {(call.service, call.operation) for other in KINDS if other is not kind for call in other.calls()}


def test_a_scan_by_default_makes_clients_for_no_further_service(everything, aws, sandbox):
    before = len(sandbox.calls)
    collect(need=Need(wide=True))
    assert {call.service for call in sandbox.calls[before:]} <= {
        "account", "sts", "connect", "s3", "s3control", "kms", "logs"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "search"),
    [("connect.email_address", "SearchEmailAddresses"), ("connect.vocabulary", "SearchVocabularies")],
)
def test_what_only_a_search_can_list_is_incomplete_without_it(everything, aws, sandbox, name, search):
    assert BY_NAME[name].by_search
    sandbox.deny(f"connect:{search}")
    try:
        poorer = collect(need=Need({name: frozenset()})).snapshot
    finally:
        sandbox.allow(f"connect:{search}")
    place = Place(ACCOUNT, "us-east-1", everything.exemplary)
    assert (place, name) not in poorer.complete
    (gap,) = poorer.gaps_of(place, name)
    assert gap.cause.action == f"connect:{search}"


def test_a_refusal_says_what_else_it_may_mean(everything, aws, sandbox):
    sandbox.deny("connect:ListAuthenticationProfiles")
    try:
        poorer = collect(need=Need({"connect.authentication_profile": frozenset()})).snapshot
    finally:
        sandbox.allow("connect:ListAuthenticationProfiles")
    gaps = [gap for gap in poorer.gaps if gap.kind == "connect.authentication_profile"]
    assert {gap.cause.reason for gap in gaps} == {Reason.DENIED}
    assert all("preview" in gap.cause.detail for gap in gaps)


def test_what_a_search_may_not_fill_is_described_where_it_lacks(everything, aws, sandbox):
    """Whether SearchContactFlows fills the content is not documented: both must do."""

    def emptied(call, request):
        if call.operation != "SearchContactFlowModules":
            return None
        body = {"ContactFlowModules": [{"Id": module.key.id, "Arn": module.arn, "Name": module.name}]}
        return Response(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    place = Place(ACCOUNT, "us-east-1", everything.exemplary)
    need = Need({"connect.contact_flow_module": frozenset({"Content"})})
    before = len(sandbox.calls)
    whole = collect(need=need).snapshot.of(place, "connect.contact_flow_module")
    assert "DescribeContactFlowModule" not in {call.operation for call in sandbox.calls[before:]}
    module = whole[0]
    sandbox.fault(emptied)
    try:
        found = collect(need=need).snapshot
        unasked = collect(need=Need(wide=True)).snapshot
    finally:
        sandbox.fault(None)
    assert all(one.get("Content") == FLOW or one.get("Content") for one in found.of(place, module.key.kind))
    lacking = next(one for one in unasked.seen(place, module.key.kind) if one.key == module.key)
    assert lacking.unread["Content"].reason is Reason.NOT_ASKED


def test_an_account_outside_any_organization_has_none(everything, aws, sandbox):
    def outside(call, _):
        if call.service != "organizations":
            return None
        body = b'{"__type": "AWSOrganizationsNotInUseException", "Message": "not a member"}'
        return Response(400, body, {"x-amzn-ErrorType": "AWSOrganizationsNotInUseException"})

    names = [kind.name for kind in KINDS if kind.name.startswith("organizations.")]
    sandbox.fault(outside)
    try:
        found = collect(need=Need(dict.fromkeys(names, frozenset()))).snapshot
    finally:
        sandbox.fault(None)
    assert all(not found.of(WHOLE, name) for name in names)


@pytest.mark.parametrize("code", [501, 403])
def test_services_that_do_not_answer_are_unread(everything, aws, sandbox, code):
    family = ("qconnect", "customer-profiles", "organizations", "iam", "lexv2-models", "cloudtrail")

    def refuse(call, _):
        return Response(code, b'{"__type": "AccessDeniedException"}') if call.service in family else None

    sandbox.fault(refuse)
    try:
        found = collect().snapshot
    finally:
        sandbox.fault(None)
    assert {gap.kind for gap in found.gaps} >= {
        "qconnect.assistant", "qconnect.ai_agent", "customer_profiles.domain", "organizations.unit", "iam.role",
        "cloudtrail.trail",
    }  # fmt: skip
    assert (EAST, "qconnect.ai_agent") not in found.complete
    assert all(alias.rest for alias in found.seen(EAST, "lex.bot_alias"))


def test_kinds_of_the_region_are_not_read_where_there_is_no_instance(everything, aws, sandbox):
    before = len(sandbox.calls)
    found = collect(regions=("eu-central-1",), need=Need({"cloudtrail.trail": frozenset()})).snapshot
    assert "DescribeTrails" not in {call.operation for call in sandbox.calls[before:]}
    assert not found.gaps
