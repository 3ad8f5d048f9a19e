"""A spec of an instance that is not there: what it names is looked for, although no setting names it yet."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest

from auditor.cli.specs import planned
from auditor.collect.access import Identity, Sessions, open_accounts
from auditor.collect.collector import Collector, Plan
from auditor.collect.need import Need
from auditor.model import Place
from auditor.sandbox import Sandbox
from auditor.spec.needs import neighbours
from auditor.spec.reader import read
from tests.conftest import ACCOUNT, FAST, Cli

SPEC = """\
version: 1
instance: {{InstanceAlias: aurora-nova, IdentityManagementType: SAML, Region: us-east-1}}
attributes: {{CONTACTFLOW_LOGS: true}}
storage:
  CALL_RECORDINGS:
    S3Config: {{BucketName: there, EncryptionConfig: {{EncryptionType: KMS, Key: alias/recordings}}}}
  CHAT_TRANSCRIPTS: {{S3Config: {{BucketName: nowhere}}}}
  SCHEDULED_REPORTS: {{S3Config: {{BucketName: {{match: {{pattern: "^any"}}}}}}}}
  MEDIA_STREAMS:
    KinesisVideoStreamConfig: {{Prefix: p, EncryptionConfig: {{Key: alias/none}}}}
  ATTACHMENTS: {{absent: true, S3Config: {{BucketName: unwanted}}}}
lambda_functions: {{exhaustive: true, orders: null}}
{more}
"""


@pytest.fixture(scope="module")
def stage(sandbox: Sandbox) -> None:
    """A bucket and a key with an alias, and no instance."""

    def build(url: str) -> None:
        def client(service: str) -> Any:
            return boto3.client(
                service,
                "us-east-1",
                endpoint_url=url,
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )

        client("s3").create_bucket(Bucket="there")
        key = client("kms").create_key()["KeyMetadata"]["KeyId"]
        client("kms").create_alias(AliasName="alias/recordings", TargetKeyId=key)

    sandbox.stage(build)


def spec(folder: Path, more: str = "") -> Path:
    file = folder / "nova.connect-spec.yaml"
    file.write_text(SPEC.format(more=more), "utf-8")
    return file


def remarks(cli: Cli, file: Path, *more: str) -> dict[str, list[str]]:
    """What a live diff says about the creation, by weight."""
    ran = cli("diff", file, *FAST, "--region", "us-east-1", "-f", "json", *more)
    assert ran.code in (0, 1), ran.err
    (instance,) = json.loads(ran.out)["instances"]
    assert instance["exists"] is False
    found: dict[str, list[str]] = {}
    for one in instance["review"]:
        found.setdefault(one["weight"], []).append(one["words"])
    return found


@pytest.mark.parametrize("judged", [(), ("--no-judge",)])
def test_the_review_says_what_is_missing(stage: None, cli: Cli, tmp_path: Path, judged: tuple[str]) -> None:
    found = remarks(cli, spec(tmp_path), *judged)
    assert found["stop"] == [
        "the bucket nowhere does not exist: make it first",
        "the KMS key alias/none does not exist: make it first",
        f"the Lambda function arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders does not exist: make it first",
    ]
    said = json.dumps(found)
    assert "there " not in said.replace("is not there", "")
    assert "alias/recordings" not in said
    assert "unwanted" not in said
    assert "could not be read (not_asked" not in said or judged


def test_what_may_not_be_looked_at_is_unknown(
    stage: None, sandbox: Sandbox, cli: Cli, tmp_path: Path
) -> None:
    sandbox.deny("kms:DescribeKey")
    found = remarks(cli, spec(tmp_path))
    sandbox.allow("kms:DescribeKey")
    assert any("alias/recordings exists could not be read (denied" in one for one in found["unknown"])
    assert not any("alias/" in one for one in found["stop"])


def test_a_directory_that_is_not_there(stage: None, cli: Cli, tmp_path: Path) -> None:
    file = spec(tmp_path)
    text = file.read_text("utf-8").replace("SAML,", "EXISTING_DIRECTORY, DirectoryId: d-1234567890,")
    file.write_text(text, "utf-8")
    assert "the directory d-1234567890 does not exist: make it first" in remarks(cli, file)["stop"]


@pytest.mark.parametrize(
    ("match", "region", "likely", "looked"),
    [
        ("", "us-east-1", False, True),
        ("", "eu-central-1", True, False),
        ("match: {account: '999999999999'}", "us-east-1", True, False),
        ("match: {region: eu-central-1}", "eu-central-1", False, True),
        ("match: {region: eu-central-1}", "us-east-1", True, False),
    ],
)
def test_only_where_the_instance_is_to_be(
    tmp_path: Path, match: str, region: str, likely: bool, looked: bool
) -> None:
    found = list(neighbours(read(spec(tmp_path, match)), Place(ACCOUNT, region), "aws", likely=likely))
    assert bool(found) is looked


def test_each_neighbour_that_is_planned_costs_a_call_and_nothing_else_does(
    stage: None, aws: None, sandbox: Sandbox, tmp_path: Path
) -> None:
    def calls(**plan: Any) -> Counter[str]:
        accounts, _ = open_accounts(Sessions(), Identity())
        before = len(sandbox.calls)
        Collector(accounts, Plan(("us-east-1",), need=Need(), rates={"*": 1000.0}, **plan)).run(
            "2026-01-01T00:00:00Z"
        )
        return Counter(call.operation for call in sandbox.calls[before:])

    made = read(spec(tmp_path))
    usual, wider = calls(), calls(planned=lambda *where: planned([made], *where))
    assert usual == Counter(ListRegions=1, ListInstances=1)
    assert wider - usual == Counter(HeadBucket=2, DescribeKey=2, GetFunctionConfiguration=1)
