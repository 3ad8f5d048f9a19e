"""What more than one instance of the company is made of: names, hours, keys, buckets, roles, functions."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from .aws import HOME, Aws

TAGS = {"Environment": "production", "Owner": "atendimento", "CostCenter": "CC-4410"}
STRANGER = "999988887777"
"""An account that is nobody's, above all not the company's."""

FIRST = ("Ana", "Bruno", "Camila", "Davi", "Elisa", "Felipe", "Gabriela", "Heitor", "Isabela", "João")
LAST = ("Araújo", "Barbosa", "Conceição", "Duarte", "Esteves", "Figueiredo", "Gonçalves", "Magalhães")

WORKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
EVERY_DAY = (*WORKDAYS, "SATURDAY", "SUNDAY")


def hours(days: tuple[str, ...], start: int, end: int) -> list[dict[str, Any]]:
    """The same opening hours on each of these days."""
    return [
        {"Day": day, "StartTime": {"Hours": start, "Minutes": 0}, "EndTime": {"Hours": end, "Minutes": 0}}
        for day in days
    ]


def security_profiles(connect: Any, instance: str) -> dict[str, str]:
    """The ids of an instance's security profiles, by name."""
    held = connect.list_security_profiles(InstanceId=instance)["SecurityProfileSummaryList"]
    return {one["Name"]: one["Id"] for one in held}


def key(aws: Aws, region: str, about: str) -> str:
    """A customer-managed key that rotates. Returns its ARN."""
    kms = aws("kms", region)
    arn = kms.create_key(
        Description=about, Tags=[{"TagKey": name, "TagValue": value} for name, value in TAGS.items()]
    )["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=arn)
    return str(arn)


def store(
    connect: Any, instance: str, resource: str, bucket: str, prefix: str, key_id: str | None = None
) -> None:
    """Has Connect keep a kind of data in a bucket."""
    held: dict[str, Any] = {"BucketName": bucket, "BucketPrefix": prefix}
    if key_id:
        held["EncryptionConfig"] = {"EncryptionType": "KMS", "KeyId": key_id}
    connect.associate_instance_storage_config(
        InstanceId=instance, ResourceType=resource, StorageConfig={"StorageType": "S3", "S3Config": held}
    )


def stream_to(connect: Any, instance: str, resource: str, arn: str) -> None:
    """Has Connect write a kind of data to a Kinesis data stream."""
    connect.associate_instance_storage_config(
        InstanceId=instance,
        ResourceType=resource,
        StorageConfig={"StorageType": "KINESIS_STREAM", "KinesisStreamConfig": {"StreamArn": arn}},
    )


def video_to(connect: Any, instance: str, prefix: str, retention: int, key_id: str) -> None:
    """Has Connect write live media to Kinesis video streams."""
    config = {
        "Prefix": prefix,
        "RetentionPeriodHours": retention,
        "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": key_id},
    }
    connect.associate_instance_storage_config(
        InstanceId=instance,
        ResourceType="MEDIA_STREAMS",
        StorageConfig={"StorageType": "KINESIS_VIDEO_STREAM", "KinesisVideoStreamConfig": config},
    )


def block_public(s3: Any, bucket: str) -> None:
    """All four safeguards against publishing a bucket."""
    blocks = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))


def encrypt(s3: Any, bucket: str, key_id: str) -> None:
    """Encrypts by default with a key of KMS."""
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_id}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def only_tls(bucket: str) -> dict[str, Any]:
    """The statement of a bucket policy that refuses everybody without TLS."""
    return {
        "Sid": "SomenteTLS",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def allow(action: str | list[str], resource: str | list[str], **more: Any) -> dict[str, Any]:
    """A statement that allows something."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def policy(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str) -> str:
    """A trust policy for a service of AWS."""
    return policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def role(aws: Aws, name: str, trusts: str, *granted: dict[str, Any]) -> str:
    """An IAM role with an inline policy of what is granted, if anything is. Returns its ARN."""
    iam = aws("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusts)["Role"]["Arn"]
    if granted:
        iam.put_role_policy(RoleName=name, PolicyName="concede", PolicyDocument=policy(*granted))
    return str(made)


def function(
    aws: Aws, name: str, role_arn: str, runtime: str = "python3.13", timeout: int = 8, **more: Any
) -> str:
    """A function that answers nothing. Returns its ARN."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("funcao.py", "def handler(event, context):\n    return {}\n")
    made = aws("lambda").create_function(
        FunctionName=name,
        Runtime=runtime,
        Handler="funcao.handler",
        Code={"ZipFile": packed.getvalue()},
        Role=role_arn,
        Timeout=timeout,
        **more,
    )
    return str(made["FunctionArn"])


def bot(aws: Aws, account: str, name: str, role_arn: str, version: str, **alias: Any) -> str:
    """A bot of Lex V2 with an alias on one of its versions. Returns the alias's ARN."""
    lex = aws("lexv2-models")
    made = lex.create_bot(
        botName=name,
        roleArn=role_arn,
        dataPrivacy={"childDirected": False},
        idleSessionTTLInSeconds=300,
    )["botId"]
    named = lex.create_bot_alias(botAliasName="producao", botId=made, botVersion=version, **alias)
    return f"arn:aws:lex:{HOME}:{account}:bot-alias/{made}/{named['botAliasId']}"


LASTING_CERTIFICATE = (
    "MIIBJzCBzaADAgECAgEBMAoGCCqGSM49BAMCMB0xGzAZBgNVBAMMEmlkcC5hdXJvcmEuZXhhbXBsZTAeFw0yNjAxMDEwMDAwMDBa"
    "Fw00OTEyMzEwMDAwMDBaMB0xGzAZBgNVBAMMEmlkcC5hdXJvcmEuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABO4O"
    "mWHNXLLtOrMQvtQAetBNo4PRABPAADXwjX3q9U/qNcATyBvrx1KJklhOjztERV8BfFkkW2e7WqQ65kzF3dMwCgYIKoZIzj0EAwID"
    "SQAwRgIhAOia4dpZUTR0XyaYNH1idjy+SH3GxOy0L8551tCNOh8rAiEAvncnSpGYJmUR+u7vadaBGv7guOadjChSZV0ww0ScENY="
)
"""A certificate made up for the demo, valid until the end of 2049; nobody has its key."""
ENDED_CERTIFICATE = (
    "MIIBNTCB26ADAgECAgEBMAoGCCqGSM49BAMCMCQxIjAgBgNVBAMMGWlkcC1hbnRpZ28uYXVyb3JhLmV4YW1wbGUwHhcNMjAwMTAx"
    "MDAwMDAwWhcNMjUwNjMwMDAwMDAwWjAkMSIwIAYDVQQDDBlpZHAtYW50aWdvLmF1cm9yYS5leGFtcGxlMFkwEwYHKoZIzj0CAQYI"
    "KoZIzj0DAQcDQgAE7g6ZYc1csu06sxC+1AB60E2jg9EAE8AANfCNfer1T+o1wBPIG+vHUomSWE6PO0RFXwF8WSRbZ7tapDrmTMXd"
    "0zAKBggqhkjOPQQDAgNJADBGAiEAgSNWMofiUG52sxWzFmyMREa2ONFsbwO+GI8yD4DFSTkCIQCsULvarnyZaXCjjx32IQvyC6bQ"
    "kZxqM6x5fHjgsNj3Lg=="
)
"""One that ended on 30 June 2025."""


def saml_metadata(entity: str, certificate: str, valid_until: str = "") -> str:
    """Metadata of an identity provider, long enough for IAM's minimum of 1000 characters."""
    until = f' validUntil="{valid_until}"' if valid_until else ""
    signature = "http://www.w3.org/2000/09/xmldsig#"
    padding = "The single sign-on of a company that does not exist. " * 12
    return (
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}"{until}>'
        f'<IDPSSODescriptor><KeyDescriptor use="signing"><KeyInfo xmlns="{signature}"><X509Data>'
        f"<X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        f"</IDPSSODescriptor><!-- {padding}--></EntityDescriptor>"
    )


def public_key(letter: str = "A") -> str:
    """The outline of a public key; the sandbox encrypts nothing with it."""
    body = "\n".join("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" + letter * 19 for _ in range(4))
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----"
