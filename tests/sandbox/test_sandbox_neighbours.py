"""The other services: moto behind the front door, and what the sandbox answers in its place."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError

from auditor.sandbox import Sandbox
from auditor.sandbox.bucket_policy import is_public


def code_of(function: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        function(**params)
    return str(caught.value.response["Error"]["Code"])


def test_assume_role_enters_another_account(client: Any, connect: Any, instance: str) -> None:
    role = "arn:aws:iam::222222222222:role/audit"
    given = client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    keys = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
    assert client("sts", **keys).get_caller_identity()["Account"] == "222222222222"
    other = client("connect", **keys)
    assert other.list_instances()["InstanceSummaryList"] == []
    assert code_of(other.describe_instance, InstanceId=instance) == "ResourceNotFoundException"
    client("kms").create_key()
    assert client("kms", **keys).list_keys()["Keys"] == []
    client("s3").create_bucket(Bucket="aurora-bucket")
    assert code_of(client("s3", **keys).head_bucket, Bucket="aurora-bucket") == "403"
    assert connect.list_instances()["InstanceSummaryList"][0]["Id"] == instance


def test_list_regions(client: Any) -> None:
    account = client("account")
    pages = account.get_paginator("list_regions").paginate(PaginationConfig={"PageSize": 5})
    regions = {one["RegionName"]: one["RegionOptStatus"] for page in pages for one in page["Regions"]}
    assert regions["af-south-1"] == "DISABLED"
    assert regions["us-east-1"] == regions["eu-west-2"] == "ENABLED_BY_DEFAULT"
    enabled = account.list_regions(RegionOptStatusContains=["DISABLED"])["Regions"]
    assert [one["RegionName"] for one in enabled] == ["af-south-1"]


def test_bucket_reads(client: Any) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="aurora-bucket")
    assert s3.get_bucket_location(Bucket="aurora-bucket")["LocationConstraint"] is None
    (rule,) = s3.get_bucket_encryption(Bucket="aurora-bucket")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    for operation, code in (
        ("get_bucket_policy", "NoSuchBucketPolicy"),
        ("get_bucket_policy_status", "NoSuchBucketPolicy"),
        ("get_public_access_block", "NoSuchPublicAccessBlockConfiguration"),
        ("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"),
        ("get_bucket_ownership_controls", "OwnershipControlsNotFoundError"),
        ("get_object_lock_configuration", "ObjectLockConfigurationNotFoundError"),
        ("get_bucket_cors", "NoSuchCORSConfiguration"),
        ("get_bucket_tagging", "NoSuchTagSet"),
    ):
        assert code_of(getattr(s3, operation), Bucket="aurora-bucket") == code
    assert code_of(s3.get_bucket_encryption, Bucket="no-such-bucket") == "NoSuchBucket"
    assert code_of(s3.head_bucket, Bucket="aurora-bucket", ExpectedBucketOwner="111111111111") == "403"
    s3.head_bucket(Bucket="aurora-bucket", ExpectedBucketOwner="123456789012")
    s3.put_object(Bucket="aurora-bucket", Key="pasta/ação 1", Body=b"x" * 200_000)
    assert s3.list_objects_v2(Bucket="aurora-bucket")["Contents"][0]["Size"] == 200_000


ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


@pytest.mark.parametrize(
    ("change", "public"),
    [
        ({}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": ["arn:aws:iam::123456789012:root", "*"]}}, True),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
        ({"Principal": {"Service": "connect.amazonaws.com"}}, False),
        ({"Effect": "Deny"}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, True),
        ({"Condition": {"StringLike": {"aws:Referer": "https://a.example/*"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}}, False),
        ({"Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, True),
        ({"Condition": {"StringNotEquals": {"aws:SourceAccount": "123456789012"}}}, True),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-aa111bb222"}}}, False),
    ],
)
def test_public_policies(change: dict[str, Any], public: bool) -> None:
    assert is_public(json.dumps({"Version": "2012-10-17", "Statement": [{**ALLOW, **change}]})) is public


def test_policy_status(client: Any) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="aurora-bucket")
    statement = {**ALLOW, "Resource": "arn:aws:s3:::aurora-bucket/*"}
    s3.put_bucket_policy(Bucket="aurora-bucket", Policy=json.dumps({"Statement": [statement]}))
    assert s3.get_bucket_policy_status(Bucket="aurora-bucket")["PolicyStatus"]["IsPublic"] is True


def test_account_public_access_block(client: Any) -> None:
    s3control = client("s3control")
    # An endpoint override puts the account before the host, which no resolver knows.
    s3control.meta.events.register(
        "before-sign.s3-control.*",
        lambda request, **_: setattr(request, "url", request.url.replace("123456789012.127.", "127.")),
    )
    code = code_of(s3control.get_public_access_block, AccountId="123456789012")
    assert code == "NoSuchPublicAccessBlockConfiguration"
    blocks = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    s3control.put_public_access_block(AccountId="123456789012", PublicAccessBlockConfiguration=blocks)
    read = s3control.get_public_access_block(AccountId="123456789012")
    assert read["PublicAccessBlockConfiguration"] == blocks


def test_keys(client: Any) -> None:
    kms = client("kms")
    managed = kms.describe_key(KeyId="alias/aws/connect")["KeyMetadata"]
    assert managed["KeyManager"] == "AWS"
    again = kms.describe_key(KeyId="arn:aws:kms:us-east-1:123456789012:alias/aws/connect")["KeyMetadata"]
    assert again["KeyId"] == managed["KeyId"]
    assert kms.get_key_rotation_status(KeyId=managed["Arn"])["KeyRotationEnabled"] is True
    own = kms.create_key()["KeyMetadata"]
    assert own["KeyManager"] == "CUSTOMER"
    assert code_of(kms.describe_key, KeyId="alias/none") == "NotFoundException"
    assert code_of(kms.list_grants, KeyId="alias/aws/connect") == "NotFoundException"
    assert code_of(kms.get_key_policy, KeyId="alias/aws/connect", PolicyName="default") == "NotFoundException"
    kms.schedule_key_deletion(KeyId=own["KeyId"])
    assert kms.describe_key(KeyId=own["Arn"])["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_bots(client: Any) -> None:
    lex = client("lexv2-models")
    role = "arn:aws:iam::123456789012:role/bot"
    bot = lex.create_bot(
        botName="Aurora", roleArn=role, dataPrivacy={"childDirected": False}, idleSessionTTLInSeconds=300
    )["botId"]
    alias = lex.create_bot_alias(botAliasName="producao", botId=bot, botVersion="1")["botAliasId"]
    assert len(bot) == len(alias) == 10
    assert lex.describe_bot(botId=bot)["botStatus"] == "Available"
    assert lex.describe_bot_alias(botId=bot, botAliasId=alias)["botAliasStatus"] == "Available"
    listed = lex.list_bot_aliases(botId=bot)["botAliasSummaries"]
    assert alias in {one["botAliasId"] for one in listed}
    assert code_of(lex.describe_bot, botId="AAAAAAAAAA") == "ResourceNotFoundException"


def test_family_services_are_empty(client: Any) -> None:
    assert client("customer-profiles").list_domains()["Items"] == []
    assert client("qconnect").list_assistants()["assistantSummaries"] == []
    assert client("connectcases").list_domains()["domains"] == []
    campaigns = client("connectcampaignsv2")
    assert campaigns.list_campaigns()["campaignSummaryList"] == []
    missing = code_of(campaigns.get_connect_instance_config, connectInstanceId="a" * 36)
    assert missing == "ResourceNotFoundException"


def test_quotas(client: Any) -> None:
    quotas = client("service-quotas").list_service_quotas(ServiceCode="connect", MaxResults=5)
    assert len(quotas["Quotas"]) == 5
    assert quotas["NextToken"]
    defaults = client("service-quotas").list_aws_default_service_quotas(ServiceCode="connect")["Quotas"]
    assert {one["QuotaCode"]: one["Value"] for one in defaults}["L-9A46857E"] == 500


def test_one_connection_carries_many_calls(sandbox: Sandbox) -> None:
    host, port = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        stream = connection.makefile("rwb")
        for _ in range(3):
            stream.write(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            stream.flush()
            assert stream.readline().startswith(b"HTTP/1.1 ")
            length = 0
            while line := stream.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            stream.read(length)


def test_the_module_serves_until_told_to_stop() -> None:
    command = [sys.executable, "-u", "-m", "auditor.sandbox", "--port", "0", "--rate", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert "http://127.0.0.1:" in running.stdout.readline()
        assert "aws --endpoint-url" in running.stdout.readline()
        running.terminate()
        assert running.wait(timeout=10) == 0
