"""`aurora-atendimento`, the exemplary instance, and what it stands on in its account.

Nothing here is left at a default of AWS's where that default is a choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from .aws import HOME, Aws
from .common import (
    EVERY_DAY,
    FIRST,
    LAST,
    LASTING_CERTIFICATE,
    TAGS,
    WORKDAYS,
    allow,
    block_public,
    bot,
    encrypt,
    function,
    hours,
    key,
    only_tls,
    policy,
    public_key,
    role,
    saml_metadata,
    security_profiles,
    store,
    stream_to,
    trust,
    video_to,
)
from .flows import Step, flow, invoke, keypad, logging, open_hours, recording, say, to_queue

ALIAS = "aurora-atendimento"
FUNCTIONS = ("aurora-crm-consulta", "aurora-sinistro-abertura")

MANAGER = (
    "AccessMetrics",
    "AgentGrouping.View",
    "AgentStates.View",
    "ContactAttributes.View",
    "ContactSearch.View",
    "HoursOfOperation.View",
    "MetricsReports.View",
    "Queues.View",
    "RoutingPolicies.View",
    "Users.View",
)
"""What managers need. AWS's own profiles for managers and analysts may do far more."""
ANALYST = (
    "AccessMetrics",
    "ContactSearch.View",
    "EvaluationForms.View",
    "MetricsReports.View",
    "Queues.View",
)
AUDITOR = ("ContactFlows.View", "Queues.View", "SecurityProfiles.View", "Users.View")

ALARMS = (
    ("ConcurrentCallsPercentage", "VoiceCalls", 0.8),
    ("ThrottledCalls", "VoiceCalls", 0),
    ("CallsBreachingConcurrencyQuota", "VoiceCalls", 0),
    ("MisconfiguredPhoneNumbers", "VoiceCalls", 0),
    ("CallRecordingUploadError", "CallRecordings", 0),
    ("ContactFlowErrors", "ContactFlow", 0),
    ("ContactFlowFatalErrors", "ContactFlow", 0),
    ("QueueCapacityExceededError", "Queue", 0),
)
"""Metrics of AWS/Connect that say that callers suffer, their metric group, and the most that is normal.

The percentage of concurrent calls is a share: AWS publishes 0.8 for 80 %.
"""


@dataclass(frozen=True)
class Place:
    """The instance, and what it works with."""

    aws: Aws
    account: str
    instance: str
    arn: str
    service_role: str
    key: str

    @property
    def connect(self) -> Any:
        """The client of Amazon Connect."""
        return self.aws("connect")


def exemplary(aws: Aws, account: str) -> dict[str, Any]:
    """Builds it. Returns the ids by the names that `Company` has for them."""
    connect = aws("connect")
    made = connect.create_instance(
        IdentityManagementType="SAML",
        InstanceAlias=ALIAS,
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
        Tags=TAGS,
    )
    instance = made["Id"]
    service_role = connect.describe_instance(InstanceId=instance)["Instance"]["ServiceRole"]
    place = Place(
        aws, account, instance, made["Arn"], service_role, key(aws, HOME, "Aurora: dados do atendimento")
    )
    _sign_in(place)
    buckets = _storage(place)
    _logging(place, buckets)
    functions, alias, encryption = _integrations(place)
    queues, numbers, profiles = _routing(place, functions, alias, encryption)
    _staff(place, profiles)
    _resilience(place)
    _tag_the_rest(place)
    return {
        "exemplary": instance,
        "key_arn": place.key,
        "buckets": buckets,
        "queues": queues,
        "numbers": numbers,
    }


def _sign_in(place: Place) -> None:
    """A provider, and one role that can do nothing but sign in to this instance."""
    provider = place.aws("iam").create_saml_provider(
        Name="aurora-idp",
        SAMLMetadataDocument=saml_metadata("https://idp.aurora.example", LASTING_CERTIFICATE),
    )["SAMLProviderArn"]
    trusts = policy(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithSAML",
            "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        }
    )
    signing_in = allow("connect:GetFederationToken", f"{place.arn}/user/${{aws:userid}}")
    role(place.aws, "aurora-atendimento-entrada", trusts, signing_in)
    profiles = place.connect.list_authentication_profiles(InstanceId=place.instance)
    place.connect.update_authentication_profile(
        InstanceId=place.instance,
        AuthenticationProfileId=profiles["AuthenticationProfileSummaryList"][0]["Id"],
        AllowedIps=["203.0.113.0/24"],
        SessionInactivityHandlingEnabled=True,
        SessionInactivityDuration=30,
    )


def _storage(place: Place) -> dict[str, str]:
    """Everything that Connect can keep, under one key, each in a place of its own."""
    connect, aws = place.connect, place.aws
    grant = {"GranteePrincipal": place.service_role, "Operations": ["Decrypt", "Encrypt", "GenerateDataKey"]}
    aws("kms").create_grant(KeyId=place.key, **grant)
    logs = _log_bucket(place)
    buckets = {
        "recordings": f"amazon-connect-aurora-{place.account}",
        "evaluations": f"amazon-connect-aurora-aux-{place.account}",
    }
    for bucket in buckets.values():
        _bucket(place, bucket, logs)
    aws("s3").put_bucket_cors(
        Bucket=buckets["evaluations"],
        CORSConfiguration={
            "CORSRules": [
                {
                    "AllowedMethods": ["PUT", "GET"],
                    "AllowedOrigins": [f"https://{ALIAS}.my.connect.aws", "https://crm.aurora.example"],
                    "AllowedHeaders": ["*"],
                }
            ]
        },
    )
    for resource, bucket, prefix in (
        ("CALL_RECORDINGS", "recordings", "gravacoes"),
        ("CHAT_TRANSCRIPTS", "recordings", "conversas"),
        ("SCHEDULED_REPORTS", "recordings", "relatorios"),
        ("ATTACHMENTS", "evaluations", "anexos"),
        ("SCREEN_RECORDINGS", "evaluations", "telas"),
        ("CONTACT_EVALUATIONS", "evaluations", "avaliacoes"),
    ):
        store(connect, place.instance, resource, buckets[bucket], f"connect/{prefix}", place.key)
    connect.update_attached_files_configuration(
        InstanceId=place.instance,
        AttachmentScope="CHAT",
        MaximumSizeLimitInBytes=5_000_000,
        ExtensionConfiguration={"AllowedExtensions": [{"Extension": one} for one in ("pdf", "jpg", "png")]},
    )
    video_to(connect, place.instance, ALIAS, 24, place.key)
    aws("kinesisvideo").create_stream(
        StreamName=f"{ALIAS}-connect-{place.instance}-contact", KmsKeyId=place.key, DataRetentionInHours=24
    )
    for resource, name in (("CONTACT_TRACE_RECORDS", "aurora-contatos"), ("AGENT_EVENTS", "aurora-agentes")):
        kinesis = aws("kinesis")
        kinesis.create_stream(StreamName=name, ShardCount=1)
        kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=place.key)
        arn = f"arn:aws:kinesis:{HOME}:{place.account}:stream/{name}"
        stream_to(connect, place.instance, resource, arn)
    return buckets


def _log_bucket(place: Place) -> str:
    """Where S3 and CloudTrail write what happened. Returns its name."""
    s3, bucket = place.aws("s3"), f"aurora-auditoria-{place.account}"
    s3.create_bucket(Bucket=bucket)
    block_public(s3, bucket)
    writers = [
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": place.account}},
        }
        for service in ("logging.s3.amazonaws.com", "cloudtrail.amazonaws.com")
    ]
    # moto looks for the writer in the first statements, and stumbles over one for everybody.
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(*writers, only_tls(bucket)))
    return bucket


def _bucket(place: Place, bucket: str, logs: str) -> None:
    s3 = place.aws("s3")
    s3.create_bucket(Bucket=bucket, ObjectOwnership="BucketOwnerEnforced")
    block_public(s3, bucket)
    encrypt(s3, bucket, place.key)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    expires = {
        "ID": "expira",
        "Status": "Enabled",
        "Filter": {"Prefix": "connect/"},
        "Expiration": {"Days": 1825},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
    }
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [expires]})
    s3.put_bucket_tagging(
        Bucket=bucket, Tagging={"TagSet": [{"Key": name, "Value": value} for name, value in TAGS.items()]}
    )
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(only_tls(bucket)))
    logged = {"LoggingEnabled": {"TargetBucket": logs, "TargetPrefix": f"s3/{bucket}/"}}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=logged)


def _logging(place: Place, buckets: Mapping[str, str]) -> None:
    """Flow logs, the account's trail, and alarms that somebody gets."""
    aws = place.aws
    place.connect.update_instance_attribute(
        InstanceId=place.instance, AttributeType="CONTACTFLOW_LOGS", Value="true"
    )
    group = f"/aws/connect/{ALIAS}"
    aws("logs").create_log_group(logGroupName=group, kmsKeyId=place.key, tags=TAGS)
    aws("logs").put_retention_policy(logGroupName=group, retentionInDays=400)
    trail = aws("cloudtrail")
    trail.create_trail(
        Name="aurora-trilha",
        S3BucketName=f"aurora-auditoria-{place.account}",
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=place.key,
    )
    objects = {"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::{one}/" for one in buckets.values()]}
    trail.put_event_selectors(
        TrailName="aurora-trilha",
        EventSelectors=[
            {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [objects]}
        ],
    )
    trail.start_logging(Name="aurora-trilha")
    for metric, group, threshold in ALARMS:
        aws("cloudwatch").put_metric_alarm(
            AlarmName=f"{ALIAS}-{metric}",
            Namespace="AWS/Connect",
            MetricName=metric,
            Dimensions=[
                {"Name": "InstanceId", "Value": place.instance},
                {"Name": "MetricGroup", "Value": group},
            ],
            Statistic="Maximum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=threshold,
            ComparisonOperator="GreaterThanThreshold",
            ActionsEnabled=True,
            AlarmActions=[f"arn:aws:sns:{HOME}:{place.account}:aurora-plantao"],
        )


def _integrations(place: Place) -> tuple[list[str], str, dict[str, str]]:
    """What the instance calls. Returns its functions, its bot's alias, and how flows encrypt input."""
    connect, aws, own = place.connect, place.aws, {"InstanceId": place.instance}
    for origin in ("https://crm.aurora.example", "https://portal.aurora.example"):
        connect.associate_approved_origin(**own, Origin=origin)
    association = connect.associate_security_key(**own, Key=public_key())["AssociationId"]
    execution = role(
        aws,
        "aurora-funcoes",
        trust("lambda.amazonaws.com"),
        allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            f"arn:aws:logs:{HOME}:{place.account}:log-group:/aws/lambda/aurora-*",
        ),
    )
    functions = [function(aws, name, execution, Tags=TAGS) for name in FUNCTIONS]
    for arn in functions:
        aws("lambda").add_permission(
            FunctionName=arn,
            StatementId="connect",
            Action="lambda:InvokeFunction",
            Principal="connect.amazonaws.com",
            SourceArn=place.arn,
            SourceAccount=place.account,
        )
        connect.associate_lambda_function(**own, FunctionArn=arn)
    alias = bot(
        aws, place.account, "AuroraAtendente", role(aws, "aurora-bot", trust("lexv2.amazonaws.com")), "1"
    )
    connect.associate_bot(**own, LexV2Bot={"AliasArn": alias})
    application = aws("appintegrations").create_application(
        Name="Aurora CRM",
        Namespace="aurora-crm",
        ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://crm.aurora.example"}},
        Tags=TAGS,
    )["Arn"]
    connect.create_integration_association(
        **own, IntegrationType="APPLICATION", IntegrationArn=application, Tags=TAGS
    )
    # Attachments are handed to a function before an agent sees them.
    connect.create_integration_association(
        **own, IntegrationType="FILE_SCANNER", IntegrationArn=functions[0], Tags=TAGS
    )
    return functions, alias, {"EncryptionKeyId": association, "Key": public_key()}


def _routing(
    place: Place, functions: Sequence[str], alias: str, encryption: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Hours, flows, numbers, queues, quick connects, routing profiles. Returns queues, numbers, profiles."""
    opening = _hours(place)
    whisper = _flow(
        place,
        "Sussurro de saída",
        "OUTBOUND_WHISPER",
        logging(True),
        recording(),
        say("Esta ligação pode ser gravada."),
    )
    numbers = {
        number: place.connect.claim_phone_number(
            InstanceId=place.instance, PhoneNumber=number, PhoneNumberDescription=about, Tags=TAGS
        )["PhoneNumberId"]
        for number, about in (
            ("+551130035500", "Central São Paulo"),
            ("+558005550199", "0800 Sinistros"),
            ("+12065550142", "International desk"),
        )
    }
    queues = _queues(place, opening, numbers["+551130035500"], whisper)
    module = place.connect.create_contact_flow_module(
        InstanceId=place.instance,
        Name="Identificação do segurado",
        Description="Confere a apólice",
        Content=flow(
            logging(True),
            keypad("Digite o número da sua apólice.", 11, encryption),
            invoke(functions[0]),
            end="EndFlowModuleExecution",
        ),
        Tags=TAGS,
    )["Id"]
    asks = Step("ConnectParticipantWithLexBot", {"Text": "How can we help?", "LexV2Bot": {"AliasArn": alias}},
                ("NoMatchingError", "NoMatchingCondition"))  # fmt: skip
    for number, name, hello, when, queue, *between in (
        (
            "+551130035500", "Entrada principal", "Bem-vindo à Aurora Seguros.", "Comercial", "Vendas",
            Step("InvokeFlowModule", {"FlowModuleId": module}),
        ),
        (
            "+558005550199", "Entrada sinistros", "Aurora Seguros, sinistros.", "Sinistros 24h", "Sinistros",
            invoke(functions[1]),
        ),
        ("+12065550142", "Entrada internacional", "Welcome to Aurora Seguros.", "Comercial", "VIP", asks),
    ):  # fmt: skip
        entry = _flow(
            place,
            name,
            "CONTACT_FLOW",
            logging(True),
            recording(analytics=True),
            say(hello),
            *between,
            open_hours(opening[when]),
            *to_queue(queues[queue]),
        )
        place.connect.associate_phone_number_contact_flow(
            PhoneNumberId=numbers[number], InstanceId=place.instance, ContactFlowId=entry
        )
    _quick_connect(place, queues["Sinistros"])
    return queues, numbers, _routing_profiles(place, queues)


def _hours(place: Place) -> dict[str, str]:
    """Opening hours, and Christmas."""
    connect, own = place.connect, {"InstanceId": place.instance}
    made = {
        name: connect.create_hours_of_operation(
            **own,
            Name=name,
            Description=f"Horário: {name}",
            TimeZone="America/Sao_Paulo",
            Config=hours(days, *span),
            Tags=TAGS,
        )["HoursOfOperationId"]
        for name, days, span in (
            ("Comercial", WORKDAYS, (8, 20)),
            ("Sinistros 24h", EVERY_DAY, (0, 0)),
            ("Sábado estendido", EVERY_DAY, (9, 18)),
        )
    }
    christmas = _next_christmas(datetime.now(UTC).date())
    connect.create_hours_of_operation_override(
        **own,
        HoursOfOperationId=made["Comercial"],
        Name="Natal",
        EffectiveFrom=christmas.isoformat(),
        EffectiveTill=christmas.isoformat(),
        OverrideType="CLOSED",
        Config=[
            {
                "Day": christmas.strftime("%A").upper(),
                "StartTime": {"Hours": 0, "Minutes": 0},
                "EndTime": {"Hours": 23, "Minutes": 59},
            }
        ],
    )
    return made


def _next_christmas(today: date) -> date:
    """The one that is not over yet, so that the override never expires."""
    this = date(today.year, 12, 25)
    return this if today < this else date(today.year + 1, 12, 25)


def _flow(place: Place, name: str, kind: str, *steps: Step) -> str:
    return str(
        place.connect.create_contact_flow(
            InstanceId=place.instance,
            Name=name,
            Type=kind,
            Description=f"Fluxo {name}",
            Content=flow(*steps),
            Tags=TAGS,
        )["ContactFlowId"]
    )


def _queues(place: Place, opening: Mapping[str, str], number: str, whisper: str) -> dict[str, str]:
    caller = {
        "OutboundCallerIdName": "Aurora Seguros",
        "OutboundCallerIdNumberId": number,
        "OutboundFlowId": whisper,
    }
    return {
        name: place.connect.create_queue(
            InstanceId=place.instance,
            Name=name,
            Description=f"Fila {name}",
            HoursOfOperationId=opening[when],
            OutboundCallerConfig=caller,
            MaxContacts=50,
            Tags=TAGS,
        )["QueueId"]
        for name, when in (
            ("Vendas", "Comercial"),
            ("Sinistros", "Sinistros 24h"),
            ("Suporte Técnico", "Comercial"),
            ("Cobrança", "Comercial"),
            ("VIP", "Sábado estendido"),
            ("Corretores", "Comercial"),
        )
    }


def _quick_connect(place: Place, queue: str) -> None:
    connect, own = place.connect, {"InstanceId": place.instance}
    phone = {
        "QuickConnectType": "PHONE_NUMBER",
        "PhoneConfig": {"PhoneNumber": "+551130035599"},
    }
    made = connect.create_quick_connect(
        **own,
        Name="Plantão de guincho",
        Description="Guincho 24 horas",
        Tags=TAGS,
        QuickConnectConfig=phone,
    )["QuickConnectId"]
    connect.associate_queue_quick_connects(**own, QueueId=queue, QuickConnectIds=[made])


def _routing_profiles(place: Place, queues: Mapping[str, str]) -> list[str]:
    """Three profiles; the queue and the routing profile that AWS gave are taken out of use."""
    connect, own = place.connect, {"InstanceId": place.instance}
    basic = connect.list_routing_profiles(**own)["RoutingProfileSummaryList"][0]["Id"]
    first = connect.list_queues(**own, QueueTypes=["STANDARD"])["QueueSummaryList"][0]["Id"]
    connect.disassociate_routing_profile_queues(
        **own,
        RoutingProfileId=basic,
        QueueReferences=[{"QueueId": first, "Channel": channel} for channel in ("VOICE", "CHAT")],
    )
    connect.associate_routing_profile_queues(
        **own, RoutingProfileId=basic, QueueConfigs=_in_order([queues["Vendas"]])
    )
    connect.update_routing_profile_default_outbound_queue(
        **own, RoutingProfileId=basic, DefaultOutboundQueueId=queues["Vendas"]
    )
    connect.update_queue_status(**own, QueueId=first, Status="DISABLED")
    return [
        connect.create_routing_profile(
            **own,
            Name=name,
            Description=f"Perfil {name}",
            DefaultOutboundQueueId=queues[held[0]],
            MediaConcurrencies=[
                {"Channel": "VOICE", "Concurrency": 1},
                {"Channel": "CHAT", "Concurrency": 3},
            ],
            QueueConfigs=_in_order([queues[queue] for queue in held]),
            Tags=TAGS,
        )["RoutingProfileId"]
        for name, held in (
            ("Atendimento geral", ("Vendas", "Suporte Técnico", "Cobrança")),
            ("Sinistros e VIP", ("Sinistros", "VIP")),
            ("Rede de corretores", ("Corretores", "Vendas")),
        )
    ]


def _in_order(queues: Sequence[str]) -> list[dict[str, Any]]:
    """The queues of a routing profile, the most important one first."""
    return [
        {"QueueReference": {"QueueId": queue, "Channel": channel}, "Priority": n, "Delay": 0}
        for n, queue in enumerate(queues, 1)
        for channel in ("VOICE", "CHAT")
    ]


def _staff(place: Place, profiles: Sequence[str]) -> None:
    """Forty people: two administrators, six managers, one auditor, agents."""
    connect, own = place.connect, {"InstanceId": place.instance}
    held = security_profiles(connect, place.instance)
    for name, permissions in (("CallCenterManager", MANAGER), ("QualityAnalyst", ANALYST)):
        connect.update_security_profile(**own, SecurityProfileId=held[name], Permissions=list(permissions))
    held["Auditoria"] = connect.create_security_profile(
        **own,
        SecurityProfileName="Auditoria",
        Description="Somente leitura",
        Tags=TAGS,
        Permissions=list(AUDITOR),
    )["SecurityProfileId"]
    connect.update_user_hierarchy_structure(
        **own, HierarchyStructure={"LevelOne": {"Name": "Diretoria"}, "LevelTwo": {"Name": "Equipe"}}
    )
    top = connect.create_user_hierarchy_group(**own, Name="Atendimento", Tags=TAGS)["HierarchyGroupId"]
    team = connect.create_user_hierarchy_group(**own, Name="Sinistros", ParentGroupId=top, Tags=TAGS)
    connect.create_agent_status(
        **own, Name="Almoço", Description="Intervalo de almoço", State="ENABLED", Tags=TAGS
    )
    roles = ("Admin",) * 2 + ("CallCenterManager",) * 6 + ("Auditoria",) + ("Agent",) * 31
    for n, security_profile in enumerate(roles):
        person = f"pessoa{n:02d}@aurora.example"
        connect.create_user(
            **own,
            Username=person,
            RoutingProfileId=profiles[n % len(profiles)],
            SecurityProfileIds=[held[security_profile]],
            HierarchyGroupId=team["HierarchyGroupId"],
            IdentityInfo={
                "FirstName": FIRST[n % len(FIRST)],
                "LastName": LAST[n % len(LAST)],
                "Email": person,
            },
            PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 60},
            Tags=TAGS,
        )


def _resilience(place: Place) -> None:
    """More calls at once than AWS allows to everybody, and room for more instances."""
    quotas = place.aws("service-quotas")
    quotas.request_service_quota_increase(
        ServiceCode="connect", QuotaCode="L-12AB7C57", DesiredValue=200, ContextId=place.arn
    )
    quotas.request_service_quota_increase(ServiceCode="connect", QuotaCode="L-AA17A6B9", DesiredValue=10)


def _tag_the_rest(place: Place) -> None:
    """Tags on what AWS gave to the instance."""
    connect, own = place.connect, {"InstanceId": place.instance}
    given = (
        (connect.list_contact_flows, "ContactFlowSummaryList", ("Default", "Sample")),
        (connect.list_queues, "QueueSummaryList", ("BasicQueue",)),
        (connect.list_hours_of_operations, "HoursOfOperationSummaryList", ("Basic",)),
        (connect.list_routing_profiles, "RoutingProfileSummaryList", ("Basic",)),
        (connect.list_prompts, "PromptSummaryList", ("",)),
        (connect.list_agent_statuses, "AgentStatusSummaryList", ("Available", "Offline")),
        (connect.list_security_profiles, "SecurityProfileSummaryList", ("Admin", "Agent", "Call", "Quality")),
    )
    for listed, members, names in given:
        for one in listed(**own)[members]:
            if one.get("Name", " ").startswith(names):
                connect.tag_resource(resourceArn=one["Arn"], tags=TAGS)
