"""`aurora-legado`, the neglected instance: every fault that docs/demo-company.md lists, made through the API.

The functions follow the sections of that page. Whatever looks like a secret here is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .aws import HOME, Aws
from .common import (
    ENDED_CERTIFICATE,
    FIRST,
    LAST,
    STRANGER,
    WORKDAYS,
    allow,
    bot,
    function,
    hours,
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
from .flows import Step, flow, invoke, keypad, logging, recording, say, to_queue

ALIAS = "aurora-legado"
HOSTILE = '<script>alert(1)</script> & "Fila" =1+1'
# Well formed and made up; in two pieces, so that nothing takes this file for a leak.
ACCESS_KEY = "AKIA" + "LEGADOAURORA2345"

TEMPORARY = (
    "BasicAgentAccess",
    "ContactRecording.Access",
    "DeleteCallRecordings",
    "DownloadCallRecordings",
    "ListenCallRecordings",
    "ManagerListenIn",
    "OutboundCallAccess",
)
SUPERVISOR = (
    "BasicAgentAccess",
    "ContactFlowModules.Publish",
    "ContactFlows.Publish",
    "PhoneNumbers.Claim",
    "PhoneNumbers.Edit",
    "PhoneNumbers.Release",
    "SecurityProfiles.Create",
    "SecurityProfiles.Delete",
    "SecurityProfiles.Edit",
    "Users.Create",
    "Users.Edit",
    "Users.EditPermission",
)
AGENT = (
    "BasicAgentAccess",
    "OutboundCallAccess",
    "Queues.Edit",
    "RoutingPolicies.Edit",
    "Users.Edit",
    "Users.View",
)


@dataclass(frozen=True)
class Place:
    """The instance, and what it works with."""

    aws: Aws
    account: str
    instance: str
    arn: str

    @property
    def connect(self) -> Any:
        """The client of Amazon Connect."""
        return self.aws("connect")

    @property
    def own(self) -> dict[str, str]:
        """What every call about the instance says."""
        return {"InstanceId": self.instance}


def neglected(aws: Aws, account: str) -> dict[str, Any]:
    """Builds it. Returns the ids by the names that `Company` has for them."""
    made = aws("connect").create_instance(
        IdentityManagementType="CONNECT_MANAGED",
        InstanceAlias=ALIAS,
        InboundCallsEnabled=False,
        OutboundCallsEnabled=True,
    )
    place = Place(aws, account, made["Id"], made["Arn"])
    _identity(place)
    _telephony(place)
    doomed = _storage(place)
    aws("logs").create_log_group(logGroupName=f"/aws/connect/{ALIAS}")
    _streams(place)
    missing, called = _integrations(place)
    queues = _routing(place)
    _people(place)
    _flows_and_numbers(place, queues, called)
    return {
        "neglected": place.instance,
        "doomed_key_arn": doomed,
        "orphaned_queue": queues["Órfã"],
        "missing_function": missing,
    }


def _identity(place: Place) -> None:
    aws = place.aws
    profiles = place.connect.list_authentication_profiles(**place.own)
    place.connect.update_authentication_profile(
        **place.own,
        AuthenticationProfileId=profiles["AuthenticationProfileSummaryList"][0]["Id"],
        AllowedIps=["0.0.0.0/0"],
    )
    everybody = policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{place.account}:root"},
            "Action": "sts:AssumeRole",
        }
    )
    role(aws, "legado-suporte", everybody, allow("connect:*", [place.arn, f"{place.arn}/*"]))
    provider = aws("iam").create_saml_provider(
        Name="aurora-idp-antigo",
        SAMLMetadataDocument=saml_metadata(
            "https://idp-antigo.aurora.example", ENDED_CERTIFICATE, "2025-06-30T00:00:00Z"
        ),
    )["SAMLProviderArn"]
    any_audience = policy(
        {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithSAML"}
    )
    role(
        aws,
        "legado-portal",
        any_audience,
        allow("connect:GetFederationToken", f"{place.arn}/user/*"),
        allow(["s3:GetObject", "lambda:InvokeFunction"], f"arn:aws:s3:::{ALIAS}-*"),
    )


def _telephony(place: Place) -> None:
    for attribute, value in (
        ("HIGH_VOLUME_OUTBOUND", "true"),
        ("MESSAGE_STREAMING", "true"),
        ("AUTO_RESOLVE_BEST_VOICES", "false"),
    ):
        place.connect.update_instance_attribute(**place.own, AttributeType=attribute, Value=value)


def _storage(place: Place) -> str:
    """Call recordings and chats have no storage at all. Returns the key that waits to be deleted."""
    kms, s3 = place.aws("kms"), place.aws("s3")
    doomed = kms.create_key(Description="Aurora: chave antiga")["KeyMetadata"]["Arn"]
    # moto takes the bare id here, the service takes the ARN as well.
    kms.schedule_key_deletion(KeyId=doomed.rpartition("/")[2], PendingWindowInDays=30)
    lasting = kms.create_key(Description="Aurora: anexos")["KeyMetadata"]["Arn"]
    kms.describe_key(KeyId="alias/aws/connect")
    kept = f"{ALIAS}-{place.account}"
    s3.create_bucket(Bucket=kept)
    s3.put_bucket_versioning(Bucket=kept, VersioningConfiguration={"Status": "Suspended"})
    reports = f"{ALIAS}-relatorios-{place.account}"
    s3.create_bucket(Bucket=reports)
    objects = f"arn:aws:s3:::{reports}/*"
    s3.put_bucket_policy(Bucket=reports, Policy=policy(allow("s3:GetObject", objects, Principal="*")))
    attachments = _attachments(place)
    for resource, bucket, prefix, key in (
        ("SCHEDULED_REPORTS", reports, "connect", doomed),
        ("SCREEN_RECORDINGS", kept, "connect", None),
        ("CONTACT_EVALUATIONS", kept, "connect", "alias/aws/connect"),
        ("ATTACHMENTS", attachments, "anexos", lasting),
        ("EMAIL_MESSAGES", f"{ALIAS}-emails-{place.account}", "emails", lasting),
    ):
        store(place.connect, place.instance, resource, bucket, prefix, key)
    return str(doomed)


def _attachments(place: Place) -> str:
    """A bucket that a former supplier shares and that nothing can be deleted from. Returns its name."""
    s3, bucket = place.aws("s3"), f"{ALIAS}-anexos-{place.account}"
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 10}},
        },
    )
    supplier = allow(
        ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:PutObjectAcl", "s3:PutBucketPolicy"],
        [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        Principal={"AWS": f"arn:aws:iam::{STRANGER}:root"},
    )
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(supplier))
    everybody = {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["*"], "AllowedHeaders": ["*"]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [everybody]})
    return bucket


def _streams(place: Place) -> None:
    aws, connect = place.aws, place.connect
    there = f"arn:aws:kinesis:{HOME}:{place.account}:stream"
    kinesis = aws("kinesis")
    for name in ("legado-segmentos", "legado-voz"):
        kinesis.create_stream(StreamName=name, ShardCount=1)
    closed = aws("kms").create_key(Description="Aurora: fluxos de dados")["KeyMetadata"]["Arn"]
    kinesis.start_stream_encryption(StreamName="legado-voz", EncryptionType="KMS", KeyId=closed)
    stream_to(connect, place.instance, "AGENT_EVENTS", f"{there}/legado-agentes-removido")
    stream_to(connect, place.instance, "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS", f"{there}/legado-segmentos")
    stream_to(connect, place.instance, "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS", f"{there}/legado-voz")
    role(
        aws,
        "legado-automacao",
        trust("firehose.amazonaws.com"),
        allow("s3:PutObject", f"arn:aws:s3:::{ALIAS}-{place.account}/*"),
    )
    firehose = aws("firehose").create_delivery_stream(
        DeliveryStreamName="legado-contatos",
        ExtendedS3DestinationConfiguration={
            "RoleARN": f"arn:aws:iam::{place.account}:role/legado-automacao",
            "BucketARN": f"arn:aws:s3:::{ALIAS}-{place.account}",
        },
    )["DeliveryStreamARN"]
    connect.associate_instance_storage_config(
        **place.own,
        ResourceType="CONTACT_TRACE_RECORDS",
        StorageConfig={
            "StorageType": "KINESIS_FIREHOSE",
            "KinesisFirehoseConfig": {"FirehoseArn": firehose},
        },
    )
    aws("kms").describe_key(KeyId="alias/aws/kinesisvideo")
    video_to(connect, place.instance, ALIAS, 0, "alias/aws/kinesisvideo")
    connect.associate_analytics_data_set(**place.own, DataSetId="contact_record", TargetAccountId=STRANGER)


def _integrations(place: Place) -> tuple[str, str]:
    """Returns a function that does not exist, and one that flows invoke."""
    aws, connect, own = place.aws, place.connect, place.own
    for origin in ("https://*.aurora.example", "http://localhost:3000"):
        connect.associate_approved_origin(**own, Origin=origin)
    for letter in "BC":
        connect.associate_security_key(**own, Key=public_key(letter))
    execution = role(aws, "legado-funcoes", trust("lambda.amazonaws.com"), allow(["s3:*", "dynamodb:*"], "*"))
    missing = f"arn:aws:lambda:{HOME}:{place.account}:function:aurora-funcao-removida"
    public = function(aws, "legado-publica", execution, runtime="python3.7")
    unscoped = function(aws, "legado-sem-escopo", execution, timeout=60)
    for arn, principal in ((public, "*"), (unscoped, "connect.amazonaws.com")):
        aws("lambda").add_permission(
            FunctionName=arn, StatementId="connect", Action="lambda:InvokeFunction", Principal=principal
        )
    for arn in (missing, public, unscoped):
        connect.associate_lambda_function(**own, FunctionArn=arn)
    connect.associate_bot(**own, LexBot={"Name": "AuroraAntiga", "LexRegion": HOME})
    audio = {
        "enabled": True,
        "destination": {
            "s3Bucket": {"s3BucketArn": f"arn:aws:s3:::{ALIAS}-{place.account}", "logPrefix": "lex"}
        },
    }
    draft = bot(
        aws,
        place.account,
        "LegadoBot",
        role(aws, "legado-bot", trust("lexv2.amazonaws.com")),
        "DRAFT",
        conversationLogSettings={"audioLogSettings": [audio]},
    )
    connect.associate_bot(**own, LexV2Bot={"AliasArn": draft})
    _associations(place)
    return missing, unscoped


def _associations(place: Place) -> None:
    """Services that are retired, a stranger's events, and neighbours without a key."""
    aws, here = place.aws, f"{HOME}:{place.account}"
    assistant = aws("qconnect").create_assistant(name="legado-assistente", type="AGENT")["assistant"]
    for kind, arn in (
        ("VOICE_ID", f"arn:aws:voiceid:{here}:domain/LegadoVoiceIdDominio01"),
        ("PINPOINT_APP", f"arn:aws:mobiletargeting:{here}:apps/0123456789abcdef0123456789abcdef"),
        ("EVENT", f"arn:aws:app-integrations:{HOME}:{STRANGER}:event-integration/fornecedor"),
        ("WISDOM_ASSISTANT", assistant["assistantArn"]),
    ):
        place.connect.create_integration_association(**place.own, IntegrationType=kind, IntegrationArn=arn)
    profiles = aws("customer-profiles")
    profiles.create_domain(DomainName=ALIAS, DefaultExpirationDays=1098)
    profiles.put_integration(DomainName=ALIAS, Uri=place.arn, ObjectTypeName="CTR")
    profiles.put_profile_object_type(DomainName=ALIAS, ObjectTypeName="Caso", Description="Caso")
    aws("connectcampaignsv2").start_instance_onboarding_job(
        connectInstanceId=place.instance, encryptionConfig={"enabled": False}
    )


def _routing(place: Place) -> dict[str, str]:
    """Returns the queues by name."""
    connect, own = place.connect, place.own
    opening = {
        name: connect.create_hours_of_operation(**own, Name=name, TimeZone=zone, Config=config)[
            "HoursOfOperationId"
        ]
        for name, zone, config in (
            ("Horário velho", "America/Sao_Paulo", hours(WORKDAYS, 9, 17)),
            ("Matriz", "UTC", hours(WORKDAYS, 9, 18)),
            ("Plantão", "America/Sao_Paulo", []),
        )
    }
    connect.create_hours_of_operation_override(
        **own,
        HoursOfOperationId=opening["Matriz"],
        Name="Carnaval 2020",
        EffectiveFrom="2020-02-24",
        EffectiveTill="2020-02-26",
        OverrideType="CLOSED",
        Config=hours(("MONDAY",), 0, 23),
    )
    queues = {
        name: connect.create_queue(
            **own, Name=name, HoursOfOperationId=opening[when], **({"Description": about} if about else {})
        )["QueueId"]
        for name, when, about in (
            ("Órfã", "Horário velho", ""),
            ("Old support", "Matriz", ""),
            (HOSTILE, "Matriz", ""),
            ("Atención Español", "Plantão", ""),
            ("Retorno", "Matriz", "Retornar ao CPF 529.982.247-25"),
        )
    }
    voice = {"QueueId": queues["Old support"], "Channel": "VOICE"}
    held = {"QueueConfigs": [{"QueueReference": voice, "Priority": 1, "Delay": 0}]}
    for name, configs in (("Sazonal", held), ("Sem filas", {})):
        connect.create_routing_profile(
            **own,
            Name=name,
            Description=name,
            DefaultOutboundQueueId=queues["Old support"],
            MediaConcurrencies=[{"Channel": "VOICE", "Concurrency": 1}],
            **configs,
        )
    connect.update_queue_status(**own, QueueId=queues["Old support"], Status="DISABLED")
    # DeleteHoursOfOperation models no ResourceInUseException: the queue keeps the id of hours that are gone.
    connect.delete_hours_of_operation(**own, HoursOfOperationId=opening["Horário velho"])
    return queues


def _people(place: Place) -> None:
    """Fifteen people, nine of them administrators."""
    connect, own = place.connect, place.own
    held = security_profiles(connect, place.instance)
    connect.update_security_profile(**own, SecurityProfileId=held["Agent"], Permissions=list(AGENT))
    connect.update_security_profile(
        **own,
        SecurityProfileId=held["CallCenterManager"],
        Permissions=["BasicAgentAccess", "DeleteCallRecordings", "SecurityProfiles.View", "Users.Delete"],
    )
    crm = {"Namespace": "fornecedor-crm", "ApplicationPermissions": ["ACCESS"]}
    for name, permissions, more in (
        ("Supervisores", SUPERVISOR, {"Applications": [crm]}),
        ("Temporarios", TEMPORARY, {}),
        ("Projeto 2019", ("BasicAgentAccess", "ContactAttributes.View"), {}),
        (
            "Filial Sul",
            ("BasicAgentAccess", "ContactSearch.View", "Users.View"),
            {"AllowedAccessControlTags": {"Filial": "Sul"}},
        ),
    ):
        held[name] = connect.create_security_profile(
            **own, SecurityProfileName=name, Permissions=list(permissions), **more
        )["SecurityProfileId"]
    listed = connect.list_routing_profiles(**own)["RoutingProfileSummaryList"]
    routing = {one["Name"]: one["Id"] for one in listed}
    abroad = {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+5352345678"}
    others: dict[int, dict[str, Any]] = {
        9: {"Username": "teste", "SecurityProfileIds": [held["Supervisores"]]},
        10: {"Username": "temp"},
        11: {"RoutingProfileId": routing["Sem filas"]},
        12: {"PhoneConfig": {**abroad, "AutoAccept": True, "AfterContactWorkTimeLimit": 0}},
        13: {"SecurityProfileIds": [held["Filial Sul"]]},
        14: {"SecurityProfileIds": [held["Filial Sul"], held["Temporarios"]]},
    }

    def hire(n: int, **differs: Any) -> str:
        person = {
            "Username": f"legado{n:02d}",
            "Password": "Mudar-Isto-1",
            "RoutingProfileId": routing["Basic Routing Profile"],
            "SecurityProfileIds": [held["Admin" if n < 9 else "Agent"]],
            "IdentityInfo": {"FirstName": FIRST[n % len(FIRST)], "LastName": LAST[-1 - n % len(LAST)]},
            "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 0},
        }
        return str(connect.create_user(**own, **{**person, **differs})["UserId"])

    for n in range(15):
        hire(n, **others.get(n, {}))
    _quick_connects(place, hire(15, SecurityProfileIds=[held["Agent"]]))


def _quick_connects(place: Place, manager: str) -> None:
    """One to a satellite, one to somebody who has left."""
    connect, own = place.connect, place.own
    transfer = next(
        one["Id"]
        for one in connect.list_contact_flows(**own, ContactFlowTypes=["AGENT_TRANSFER"])[
            "ContactFlowSummaryList"
        ]
    )
    for name, config in (
        (
            "Suporte fornecedor",
            {"QuickConnectType": "PHONE_NUMBER", "PhoneConfig": {"PhoneNumber": "+88165550123"}},
        ),
        (
            "Gerente",
            {"QuickConnectType": "USER", "UserConfig": {"UserId": manager, "ContactFlowId": transfer}},
        ),
    ):
        connect.create_quick_connect(**own, Name=name, QuickConnectConfig=config)
    connect.delete_user(**own, UserId=manager)


def _flows_and_numbers(place: Place, queues: dict[str, str], called: str) -> None:
    connect, own = place.connect, place.own

    def made(name: str, *steps: Step, **more: Any) -> str:
        return str(
            connect.create_contact_flow(**own, Name=name, Type="CONTACT_FLOW", Content=flow(*steps), **more)[
                "ContactFlowId"
            ]
        )

    gone = made("Menu antigo", say("Olá."))
    entry = made(
        "Entrada antiga",
        logging(False),
        say("Olá."),
        *to_queue(queues["Atención Español"]),
        *to_queue(queues["Old support"]),
        Step("TransferToFlow", {"ContactFlowId": gone}),
    )
    connect.delete_contact_flow(**own, ContactFlowId=gone)
    secrets = {
        "aws_access_key_id": ACCESS_KEY,
        "api_key": "s3gur0-de-m3ntira-9f8e7d",
        "password": "Legado123!",
        "destino": "$.StoredCustomerInput",
    }
    consult = made(
        "Consulta de apólice",
        keypad("Digite o número para onde quer ser transferido.", 15),
        Step("UpdateContactAttributes", {"Attributes": secrets}),
        invoke(called, errors=()),
        Step(
            "TransferParticipantToThirdParty",
            {"ThirdPartyPhoneNumber": "$.Attributes.destino", "ThirdPartyConnectionTimeLimitSeconds": "30"},
        ),
    )
    unknown_key = {"EncryptionKeyId": "00000000-0000-4000-8000-000000000000", "Key": public_key("D")}
    payment = made(
        "Pagamento",
        logging(True),
        recording(analytics=True, redacted=False),
        keypad("Digite o número do seu cartão.", 16),
        keypad("Digite a senha do seu cartão.", 4, unknown_key),
    )
    made("Campanha 2018", say("Promoção de 2018."))
    made("Rascunho", say("Olá."), Status="SAVED")
    connect.create_contact_flow_module(
        **own,
        Name="Módulo esquecido",
        Content=flow(say("Um momento."), end="EndFlowModuleExecution"),
        ExternalInvocationConfiguration={"Enabled": True},
    )
    sample = next(
        one["Id"]
        for one in connect.list_contact_flows(**own)["ContactFlowSummaryList"]
        if one["Name"].startswith("Sample")
    )
    for number, answers in (
        ("+551140040100", None),
        ("+551140040101", sample),
        ("+551140040102", entry),
        ("+351211140102", consult),
        ("+551140040103", payment),
    ):
        claimed = connect.claim_phone_number(**own, PhoneNumber=number)["PhoneNumberId"]
        if answers:
            connect.associate_phone_number_contact_flow(**own, PhoneNumberId=claimed, ContactFlowId=answers)
