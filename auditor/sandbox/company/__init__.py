"""Aurora Seguros, a fictional insurer in Brazil, built through the API of a sandbox.

Three Amazon Connect instances: `aurora-atendimento` (exemplary), `aurora-legado` (neglected), both
in us-east-1, and `aurora-parceiros` (middling) in us-west-2. All people are invented.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

HOME, WEST = "us-east-1", "us-west-2"
TAGS = {"Environment": "production", "Owner": "atendimento", "CostCenter": "CC-4410"}
HOSTILE = '<script>alert(1)</script> & "Fila" =1+1'

FIRST = ("Ana", "Bruno", "Camila", "Davi", "Elisa", "Felipe", "Gabriela", "Heitor", "Isabela", "João")
LAST = ("Araújo", "Barbosa", "Conceição", "Duarte", "Esteves", "Figueiredo", "Gonçalves", "Magalhães")

WORKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
EVERY_DAY = (*WORKDAYS, "SATURDAY", "SUNDAY")


@dataclass(frozen=True)
class Company:
    """What `populate` built, by the ids a test asks for."""

    account: str
    exemplary: str
    neglected: str
    partners: str
    key_arn: str
    doomed_key_arn: str
    partners_key_arn: str
    buckets: Mapping[str, str]
    queues: Mapping[str, str]
    numbers: Mapping[str, str]
    orphaned_queue: str
    missing_function: str
    directory: str


class Aws:
    """Clients of the sandbox, one per service and Region. The access key names the account's root."""

    def __init__(
        self, url: str, key: str = "sandbox", secret: str = "sandbox", token: str | None = None
    ) -> None:
        self._url = url
        self._made: dict[tuple[str, str], Any] = {}
        self._session = boto3.session.Session(key, secret, token)

    def assuming(self, role: str) -> Aws:
        """The same as a role, whose account may be another."""
        given = self("sts").assume_role(RoleArn=role, RoleSessionName="populate")["Credentials"]
        return Aws(self._url, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def __call__(self, service: str, region: str = HOME) -> Any:
        key = service, region
        if key not in self._made:
            config = Config(retries={"mode": "standard", "max_attempts": 10}, s3={"addressing_style": "path"})
            self._made[key] = self._session.client(
                service, region_name=region, endpoint_url=self._url, config=config
            )
        return self._made[key]


def populate(url: str, *, account: str = "123456789012") -> Company:
    """Builds the company in the sandbox at `url`.

    `account` other than the default is entered through sts:AssumeRole. Raises botocore's ClientError
    when the sandbox holds the company already.
    """
    aws = Aws(url)
    if account != "123456789012":
        aws = aws.assuming(f"arn:aws:iam::{account}:role/builder")
    exemplary = _exemplary(aws, account)
    neglected = _neglected(aws, account)
    partners = _partners(aws, account)
    return Company(account=account, **exemplary, **neglected, **partners)


def _exemplary(aws: Aws, account: str) -> dict[str, Any]:
    connect = aws("connect")
    key = _key(aws, HOME, "Aurora: dados do atendimento")
    made = connect.create_instance(
        IdentityManagementType="SAML",
        InstanceAlias="aurora-atendimento",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
        Tags=TAGS,
    )
    instance, arn = made["Id"], made["Arn"]
    aws("iam").create_saml_provider(Name="aurora-idp", SAMLMetadataDocument=_saml_metadata())
    connect.update_instance_attribute(InstanceId=instance, AttributeType="CONTACTFLOW_LOGS", Value="true")
    _log_group(aws, "/aws/connect/aurora-atendimento", key)
    buckets = {
        "recordings": f"amazon-connect-aurora-{account}",
        "evaluations": f"amazon-connect-aurora-aux-{account}",
    }
    for bucket in buckets.values():
        _safe_bucket(aws, HOME, bucket, key)
    _storage(aws, instance, key, buckets)
    for origin in ("https://crm.aurora.example", "https://portal.aurora.example"):
        connect.associate_approved_origin(InstanceId=instance, Origin=origin)
    connect.associate_security_key(InstanceId=instance, Key=_public_key())
    for function in ("aurora-crm-consulta", "aurora-sinistro-abertura"):
        function_arn = _function(aws, account, function, arn)
        connect.associate_lambda_function(InstanceId=instance, FunctionArn=function_arn)
    connect.associate_bot(InstanceId=instance, LexV2Bot={"AliasArn": _bot(aws, account, "AuroraAtendente")})
    connect.create_integration_association(
        InstanceId=instance,
        IntegrationType="APPLICATION",
        SourceType="SALESFORCE",
        SourceApplicationName="Aurora CRM",
        SourceApplicationUrl="https://crm.aurora.example",
        Tags=TAGS,
        IntegrationArn=f"arn:aws:app-integrations:{HOME}:{account}:application/0f4b2c1e-6a0d-4a8e-9d7c-3b1f5e2a9c70",
    )
    queues, numbers, profile = _routing(connect, instance)
    _staff(connect, instance, profile)
    return {"exemplary": instance, "key_arn": key, "buckets": buckets, "queues": queues, "numbers": numbers}


def _storage(aws: Aws, instance: str, key: str, buckets: Mapping[str, str]) -> None:
    encryption = {"EncryptionType": "KMS", "KeyId": key}

    def keep(resource: str, config: dict[str, Any]) -> None:
        aws("connect").associate_instance_storage_config(
            InstanceId=instance, ResourceType=resource, StorageConfig=config
        )

    for resource, bucket, prefix in (
        ("CALL_RECORDINGS", "recordings", "gravacoes"),
        ("CHAT_TRANSCRIPTS", "recordings", "conversas"),
        ("SCHEDULED_REPORTS", "recordings", "relatorios"),
        ("ATTACHMENTS", "evaluations", "anexos"),
        ("SCREEN_RECORDINGS", "evaluations", "telas"),
        ("CONTACT_EVALUATIONS", "evaluations", "avaliacoes"),
    ):
        held = {
            "BucketName": buckets[bucket],
            "BucketPrefix": f"connect/{prefix}",
            "EncryptionConfig": encryption,
        }
        keep(resource, {"StorageType": "S3", "S3Config": held})
    video = {"Prefix": "aurora-atendimento", "RetentionPeriodHours": 24, "EncryptionConfig": encryption}
    keep("MEDIA_STREAMS", {"StorageType": "KINESIS_VIDEO_STREAM", "KinesisVideoStreamConfig": video})
    aws("kinesisvideo").create_stream(
        StreamName=f"aurora-atendimento-connect-{instance}-contact", KmsKeyId=key, DataRetentionInHours=24
    )
    for resource, stream in (
        ("CONTACT_TRACE_RECORDS", "aurora-contatos"),
        ("AGENT_EVENTS", "aurora-agentes"),
    ):
        keep(
            resource,
            {
                "StorageType": "KINESIS_STREAM",
                "KinesisStreamConfig": {"StreamArn": _stream(aws, stream, key)},
            },
        )


def _routing(connect: Any, instance: str) -> tuple[dict[str, str], dict[str, str], str]:
    """Hours, flows, numbers, queues, quick connects, routing profiles. Returns queues, numbers, a profile."""
    hours = {
        name: connect.create_hours_of_operation(
            InstanceId=instance,
            Name=name,
            Description=f"Horário: {name}",
            TimeZone="America/Sao_Paulo",
            Config=_hours(days, *span),
            Tags=TAGS,
        )["HoursOfOperationId"]
        for name, days, span in (
            ("Comercial", WORKDAYS, (8, 20)),
            ("Sinistros 24h", EVERY_DAY, (0, 0)),
            ("Sábado estendido", EVERY_DAY, (9, 18)),
        )
    }
    connect.create_hours_of_operation_override(
        InstanceId=instance,
        HoursOfOperationId=hours["Comercial"],
        Name="Natal",
        EffectiveFrom="2026-12-25",
        EffectiveTill="2026-12-25",
        OverrideType="CLOSED",
        Config=[
            {
                "Day": "FRIDAY",
                "StartTime": {"Hours": 0, "Minutes": 0},
                "EndTime": {"Hours": 23, "Minutes": 59},
            }
        ],
    )
    flows = {
        name: connect.create_contact_flow(
            InstanceId=instance,
            Name=name,
            Type=kind,
            Description=f"Fluxo {name}",
            Content=_flow(text, logged=True),
            Tags=TAGS,
        )["ContactFlowId"]
        for name, kind, text in (
            ("Entrada principal", "CONTACT_FLOW", "Bem-vindo à Aurora Seguros."),
            ("Entrada sinistros", "CONTACT_FLOW", "Aurora Seguros, sinistros."),
            ("Entrada internacional", "CONTACT_FLOW", "Welcome to Aurora Seguros."),
            ("Sussurro de saída", "OUTBOUND_WHISPER", "Esta ligação pode ser gravada."),
        )
    }
    connect.create_contact_flow_module(
        InstanceId=instance,
        Name="Identificação do segurado",
        Description="Confere CPF e apólice",
        Content=_flow("Um momento.", logged=True),
        Tags=TAGS,
    )
    numbers = {}
    for number, flow, about in (
        ("+551130035500", "Entrada principal", "Central São Paulo"),
        ("+558005550199", "Entrada sinistros", "0800 Sinistros"),
        ("+552135550123", "Entrada principal", "Central Rio de Janeiro"),
        ("+12065550142", "Entrada internacional", "International desk"),
    ):
        claimed = connect.claim_phone_number(
            InstanceId=instance, PhoneNumber=number, PhoneNumberDescription=about, Tags=TAGS
        )["PhoneNumberId"]
        connect.associate_phone_number_contact_flow(
            PhoneNumberId=claimed, InstanceId=instance, ContactFlowId=flows[flow]
        )
        numbers[number] = claimed
    caller = {
        "OutboundCallerIdName": "Aurora Seguros",
        "OutboundCallerIdNumberId": numbers["+551130035500"],
        "OutboundFlowId": flows["Sussurro de saída"],
    }
    queues = {
        name: connect.create_queue(
            InstanceId=instance,
            Name=name,
            Description=f"Fila {name}",
            HoursOfOperationId=hours[when],
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
    basic = next(
        one
        for one in connect.list_queues(InstanceId=instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
        if one["Name"] == "BasicQueue"
    )
    connect.update_queue_outbound_caller_config(
        InstanceId=instance, QueueId=basic["Id"], OutboundCallerConfig=caller
    )
    quick = connect.create_quick_connect(
        InstanceId=instance,
        Name="Plantão de guincho",
        Description="Guincho 24 horas",
        Tags=TAGS,
        QuickConnectConfig={
            "QuickConnectType": "PHONE_NUMBER",
            "PhoneConfig": {"PhoneNumber": "+551130035599"},
        },
    )["QuickConnectId"]
    connect.associate_queue_quick_connects(
        InstanceId=instance, QueueId=queues["Sinistros"], QuickConnectIds=[quick]
    )
    profiles = [
        connect.create_routing_profile(
            InstanceId=instance,
            Name=name,
            Description=f"Perfil {name}",
            DefaultOutboundQueueId=queues[held[0]],
            MediaConcurrencies=[
                {"Channel": "VOICE", "Concurrency": 1},
                {"Channel": "CHAT", "Concurrency": 3},
            ],
            QueueConfigs=[
                {
                    "QueueReference": {"QueueId": queues[queue], "Channel": channel},
                    "Priority": n + 1,
                    "Delay": 0,
                }
                for n, queue in enumerate(held)
                for channel in ("VOICE", "CHAT")
            ],
            Tags=TAGS,
        )["RoutingProfileId"]
        for name, held in (
            ("Atendimento geral", ("Vendas", "Suporte Técnico", "Cobrança")),
            ("Sinistros e VIP", ("Sinistros", "VIP")),
            ("Rede de corretores", ("Corretores", "Vendas")),
        )
    ]
    return queues, numbers, profiles[0]


def _staff(connect: Any, instance: str, profile: str) -> None:
    """Forty people: two administrators, six managers, agents."""
    held = _security_profiles(connect, instance)
    connect.create_security_profile(
        InstanceId=instance,
        SecurityProfileName="Auditoria",
        Description="Somente leitura",
        Tags=TAGS,
        Permissions=["Users.View", "SecurityProfiles.View", "ContactFlows.View", "Queues.View"],
    )
    connect.update_user_hierarchy_structure(
        InstanceId=instance,
        HierarchyStructure={"LevelOne": {"Name": "Diretoria"}, "LevelTwo": {"Name": "Equipe"}},
    )
    top = connect.create_user_hierarchy_group(InstanceId=instance, Name="Atendimento", Tags=TAGS)[
        "HierarchyGroupId"
    ]
    team = connect.create_user_hierarchy_group(
        InstanceId=instance, Name="Sinistros", ParentGroupId=top, Tags=TAGS
    )
    connect.create_agent_status(
        InstanceId=instance, Name="Almoço", Description="Intervalo de almoço", State="ENABLED", Tags=TAGS
    )
    for n in range(40):
        role = "Admin" if n < 2 else "CallCenterManager" if n < 8 else "Agent"
        first, last = FIRST[n % len(FIRST)], LAST[n % len(LAST)]
        connect.create_user(
            InstanceId=instance,
            Username=f"pessoa{n:02d}@aurora.example",
            RoutingProfileId=profile,
            SecurityProfileIds=[held[role]],
            HierarchyGroupId=team["HierarchyGroupId"],
            IdentityInfo={"FirstName": first, "LastName": last, "Email": f"pessoa{n:02d}@aurora.example"},
            PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 60},
            Tags=TAGS,
        )


def _neglected(aws: Aws, account: str) -> dict[str, Any]:
    connect, s3, kms = aws("connect"), aws("s3"), aws("kms")
    instance = connect.create_instance(
        IdentityManagementType="CONNECT_MANAGED",
        InstanceAlias="aurora-legado",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )["Id"]
    doomed = kms.create_key(Description="Aurora: chave antiga")["KeyMetadata"]["Arn"]
    # moto takes the bare id here, the service takes the ARN as well.
    kms.schedule_key_deletion(KeyId=doomed.rpartition("/")[2], PendingWindowInDays=30)
    kms.describe_key(KeyId="alias/aws/connect")
    bucket, reports = f"aurora-legado-{account}", f"aurora-legado-relatorios-{account}"
    for name in (bucket, reports):
        s3.create_bucket(Bucket=name)
    everyone = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{reports}/*",
    }
    s3.put_bucket_policy(Bucket=reports, Policy=_policy(everyone))
    for resource, name, key in (
        ("CALL_RECORDINGS", bucket, None),
        ("CHAT_TRANSCRIPTS", bucket, "alias/aws/connect"),
        ("SCHEDULED_REPORTS", reports, doomed),
    ):
        held: dict[str, Any] = {"BucketName": name, "BucketPrefix": "connect"}
        if key:
            held["EncryptionConfig"] = {"EncryptionType": "KMS", "KeyId": key}
        connect.associate_instance_storage_config(
            InstanceId=instance, ResourceType=resource, StorageConfig={"StorageType": "S3", "S3Config": held}
        )
    for origin in ("https://*.aurora.example", "http://localhost:3000"):
        connect.associate_approved_origin(InstanceId=instance, Origin=origin)
    missing = f"arn:aws:lambda:{HOME}:{account}:function:aurora-funcao-removida"
    connect.associate_lambda_function(InstanceId=instance, FunctionArn=missing)
    for number in ("+551140040100", "+551140040101"):
        connect.claim_phone_number(InstanceId=instance, PhoneNumber=number)
    connect.create_contact_flow(
        InstanceId=instance,
        Name="Entrada antiga (não usar)",
        Type="CONTACT_FLOW",
        Content=_flow("Olá.", logged=False),
    )
    connect.create_contact_flow(
        InstanceId=instance,
        Name="Rascunho",
        Type="CONTACT_FLOW",
        Content=_flow("Olá.", logged=False),
        Status="SAVED",
    )
    hours = connect.create_hours_of_operation(
        InstanceId=instance,
        Name="Horário velho",
        TimeZone="America/Sao_Paulo",
        Config=_hours(WORKDAYS, 9, 17),
    )["HoursOfOperationId"]
    basic = connect.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"][0]["Id"]
    made = {
        name: connect.create_queue(InstanceId=instance, Name=name, HoursOfOperationId=when)["QueueId"]
        for name, when in (
            ("Órfã", hours),
            ("Old support", basic),
            (HOSTILE, basic),
            ("Atención Español", basic),
        )
    }
    connect.update_queue_status(InstanceId=instance, QueueId=made["Old support"], Status="DISABLED")
    # DeleteHoursOfOperation models no ResourceInUseException: the queue keeps the id of hours that are gone.
    connect.delete_hours_of_operation(InstanceId=instance, HoursOfOperationId=hours)
    held_profiles = _security_profiles(connect, instance)
    profile = connect.list_routing_profiles(InstanceId=instance)["RoutingProfileSummaryList"][0]["Id"]
    for n in range(15):
        connect.create_user(
            InstanceId=instance,
            Username=f"legado{n:02d}",
            Password="Mudar-Isto-1",
            RoutingProfileId=profile,
            SecurityProfileIds=[held_profiles["Admin" if n < 9 else "Agent"]],
            IdentityInfo={"FirstName": FIRST[n % len(FIRST)], "LastName": LAST[-1 - n % len(LAST)]},
            PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 0},
        )
    return {
        "neglected": instance,
        "doomed_key_arn": doomed,
        "orphaned_queue": made["Órfã"],
        "missing_function": missing,
    }


def _partners(aws: Aws, account: str) -> dict[str, Any]:
    connect, s3 = aws("connect", WEST), aws("s3", WEST)
    subnets = aws("ec2", WEST).describe_subnets()["Subnets"][:2]
    directory = aws("ds", WEST).create_directory(
        Name="parceiros.aurora.example",
        Password="Aurora-Parceiros-1",
        Size="Small",
        VpcSettings={"VpcId": subnets[0]["VpcId"], "SubnetIds": [one["SubnetId"] for one in subnets]},
    )["DirectoryId"]
    instance = connect.create_instance(
        IdentityManagementType="EXISTING_DIRECTORY",
        InstanceAlias="aurora-parceiros",
        DirectoryId=directory,
        InboundCallsEnabled=True,
        OutboundCallsEnabled=False,
        Tags={"Environment": "production"},
    )["Id"]
    connect.update_instance_attribute(InstanceId=instance, AttributeType="CONTACTFLOW_LOGS", Value="true")
    key = _key(aws, WEST, "Aurora: parceiros")
    bucket = f"amazon-connect-aurora-parceiros-{account}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": WEST})
    _block_public(s3, bucket)
    _encrypt(s3, bucket, key)
    for resource in ("CALL_RECORDINGS", "CHAT_TRANSCRIPTS"):
        held = {
            "BucketName": bucket,
            "BucketPrefix": f"connect/{resource.lower()}",
            "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": key},
        }
        connect.associate_instance_storage_config(
            InstanceId=instance, ResourceType=resource, StorageConfig={"StorageType": "S3", "S3Config": held}
        )
    connect.associate_approved_origin(InstanceId=instance, Origin="https://parceiros.aurora.example")
    flow = connect.create_contact_flow(
        InstanceId=instance,
        Name="Entrada parceiros",
        Type="CONTACT_FLOW",
        Content=_flow("Olá, parceiro.", logged=True),
    )["ContactFlowId"]
    number = connect.claim_phone_number(InstanceId=instance, PhoneNumber="+12065550177")["PhoneNumberId"]
    connect.associate_phone_number_contact_flow(PhoneNumberId=number, InstanceId=instance, ContactFlowId=flow)
    held_profiles = _security_profiles(connect, instance)
    profile = connect.list_routing_profiles(InstanceId=instance)["RoutingProfileSummaryList"][0]["Id"]
    for n in range(6):
        connect.create_user(
            InstanceId=instance,
            Username=f"parceiro{n:02d}",
            RoutingProfileId=profile,
            SecurityProfileIds=[held_profiles["Admin" if n < 1 else "Agent"]],
            IdentityInfo={"FirstName": FIRST[-1 - n], "LastName": LAST[n]},
            PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 30},
        )
    return {"partners": instance, "partners_key_arn": key, "directory": directory}


def _security_profiles(connect: Any, instance: str) -> dict[str, str]:
    held = connect.list_security_profiles(InstanceId=instance)["SecurityProfileSummaryList"]
    return {one["Name"]: one["Id"] for one in held}


def _key(aws: Aws, region: str, about: str) -> str:
    """A customer-managed key that rotates. Returns its ARN."""
    kms = aws("kms", region)
    arn = kms.create_key(Description=about)["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=arn)
    return str(arn)


def _log_group(aws: Aws, name: str, key: str) -> None:
    aws("logs").create_log_group(logGroupName=name, kmsKeyId=key, tags=TAGS)
    aws("logs").put_retention_policy(logGroupName=name, retentionInDays=400)


def _safe_bucket(aws: Aws, region: str, bucket: str, key: str) -> None:
    s3 = aws("s3", region)
    s3.create_bucket(Bucket=bucket)
    _block_public(s3, bucket)
    _encrypt(s3, bucket, key)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    rule = {
        "ID": "expira",
        "Status": "Enabled",
        "Filter": {"Prefix": "connect/"},
        "Expiration": {"Days": 1825},
    }
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    s3.put_bucket_tagging(
        Bucket=bucket, Tagging={"TagSet": [{"Key": name, "Value": value} for name, value in TAGS.items()]}
    )
    plain = {
        "Sid": "SomenteTLS",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=_policy(plain))


def _block_public(s3: Any, bucket: str) -> None:
    blocks = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))


def _encrypt(s3: Any, bucket: str, key: str) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _stream(aws: Aws, name: str, key: str) -> str:
    kinesis = aws("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=key)
    return str(kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"])


def _role(aws: Aws, name: str, service: str) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return str(aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"])


def _function(aws: Aws, account: str, name: str, instance_arn: str) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("funcao.py", "def handler(event, context):\n    return {}\n")
    client = aws("lambda")
    arn = client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="funcao.handler",
        Code={"ZipFile": packed.getvalue()},
        Role=_role(aws, f"{name}-role", "lambda.amazonaws.com"),
        Timeout=8,
        Tags=TAGS,
    )["FunctionArn"]
    client.add_permission(
        FunctionName=name,
        StatementId="connect",
        Action="lambda:InvokeFunction",
        Principal="connect.amazonaws.com",
        SourceArn=instance_arn,
        SourceAccount=account,
    )
    return str(arn)


def _bot(aws: Aws, account: str, name: str) -> str:
    lex = aws("lexv2-models")
    bot = lex.create_bot(
        botName=name,
        roleArn=_role(aws, f"{name}-role", "lexv2.amazonaws.com"),
        dataPrivacy={"childDirected": False},
        idleSessionTTLInSeconds=300,
    )["botId"]
    alias = lex.create_bot_alias(botAliasName="producao", botId=bot, botVersion="1")["botAliasId"]
    return f"arn:aws:lex:{HOME}:{account}:bot-alias/{bot}/{alias}"


def _hours(days: tuple[str, ...], start: int, end: int) -> list[dict[str, Any]]:
    return [
        {"Day": day, "StartTime": {"Hours": start, "Minutes": 0}, "EndTime": {"Hours": end, "Minutes": 0}}
        for day in days
    ]


def _flow(text: str, *, logged: bool) -> str:
    """A flow that says a sentence and hangs up, with flow logging switched on or off."""
    log, say, end = ("a0000000-0000-4000-8000-00000000000" + n for n in "123")
    actions = [
        {
            "Identifier": log,
            "Type": "UpdateFlowLoggingBehavior",
            "Parameters": {"FlowLoggingBehavior": "Enabled" if logged else "Disabled"},
            "Transitions": {"NextAction": say},
        },
        {
            "Identifier": say,
            "Type": "MessageParticipant",
            "Parameters": {"Text": text},
            "Transitions": {
                "NextAction": end,
                "Errors": [{"ErrorType": "NoMatchingError", "NextAction": end}],
            },
        },
        {"Identifier": end, "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
    ]
    return json.dumps({"Version": "2019-10-30", "StartAction": log, "Metadata": {}, "Actions": actions})


def _public_key() -> str:
    """The outline of a public key; the sandbox encrypts nothing with it."""
    body = "\n".join("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" + "A" * 19 for _ in range(4))
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----"


def _saml_metadata() -> str:
    """Metadata of an identity provider, long enough for IAM's minimum of 1000 characters."""
    certificate = "MIID" + "A" * 1200
    return (
        '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.aurora.example">'
        f"<IDPSSODescriptor><KeyDescriptor>{certificate}</KeyDescriptor></IDPSSODescriptor></EntityDescriptor>"
    )
