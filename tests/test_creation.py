"""A spec of an instance that is not there: what it names is looked for, although no setting names it yet."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest

from auditor.cli.making import missing
from auditor.cli.specs import planned
from auditor.collect.access import Identity, Sessions, open_accounts
from auditor.collect.collector import Collector, Plan
from auditor.collect.need import Need
from auditor.examples import snapshot_of
from auditor.model import Cause, Key, Place, Reason, Resource, Snapshot, Unit, UnitState
from auditor.rule import Example, Verdict, thing
from auditor.sandbox import Sandbox
from auditor.spec.compare import Wanted, differences
from auditor.spec.creation import INSTANCES_QUOTA, creations, review
from auditor.spec.needs import neighbours
from auditor.spec.portrait import portraits
from auditor.spec.reader import read
from auditor.spec.spec import Environment, Spec
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


HERE = Place(ACCOUNT, "us-east-1")
SCANNED = (Unit(ACCOUNT, "us-east-1", UnitState.SCANNED),)


def instance(alias: str, place: Place = HERE, **more: Any) -> Resource:
    where = place._replace(instance_id=f"id-{alias}")
    data = {"Id": f"id-{alias}", "InstanceAlias": alias, "IdentityManagementType": "SAML", **more}
    return Resource(Key(where, "connect.instance", f"id-{alias}"), data)


def quota(value: Any) -> Resource:
    data = {"QuotaCode": INSTANCES_QUOTA, "QuotaName": "Instances", "Value": value}
    return Resource(Key(HERE, "service_quotas.quota", f"{INSTANCES_QUOTA}/"), data)


def directory(identity: str, alias: str) -> Resource:
    return Resource(
        Key(HERE, "ds.directory", identity), {"DirectoryId": identity, "Alias": alias, "Stage": "Active"}
    )


COMPLETE = frozenset({(HERE, "service_quotas.quota"), (HERE, "ds.directory")})


def reviewed(
    *seen: Resource,
    units: tuple[Unit, ...] = SCANNED,
    complete: frozenset[tuple[Place, str]] = COMPLETE,
    place: Place = HERE,
    **said: Any,
) -> list[str]:
    """What a review says first of weight, then in words."""
    snapshot = Snapshot("2026-01-01T00:00:00Z", "aws", units, tuple(sorted(seen, key=str)), complete)
    wanted = Wanted({"instance": {"InstanceAlias": "nova", "IdentityManagementType": "SAML", **said}})
    return [f"{one.weight} {one.words}" for one in review(wanted, snapshot, place)]


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("taken", "stop the alias taken is taken by"),
        ("TAKEN", "stop the alias taken is taken by"),
        ("d-nova", "stop the alias d-nova is not accepted"),
        ("nova_x", "stop the alias nova_x is not accepted"),
        ("nova-", "stop the alias nova- is not accepted"),
        ("n" * 46, "stop the alias"),
        ("no--va", "look the access URL https://no--va."),
        ("n" * 45, "look the access URL"),
    ],
)
def test_the_alias(alias: str, words: str) -> None:
    told = reviewed(instance("taken"), InstanceAlias=alias)
    assert any(one.startswith(words) for one in told), told
    assert words.startswith("stop") or not any(one.startswith("stop") for one in told)


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        ("SAML", "look SAML: how users sign in can never be changed"),
        ("OTHER", "stop OTHER is no way to sign in"),
        (None, "look say `IdentityManagementType`"),
        ("EXISTING_DIRECTORY", "stop EXISTING_DIRECTORY needs a `DirectoryId`"),
    ],
)
def test_how_users_sign_in(identity: Any, words: str) -> None:
    assert any(one.startswith(words) for one in reviewed(IdentityManagementType=identity))


OTHER = instance("other", IdentityManagementType="EXISTING_DIRECTORY")


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ((), "stop the directory d-1 does not exist"),
        ((directory("d-1", "free"),), ""),
        ((directory("d-1", "other"), OTHER), "stop the directory d-1 has the alias of the instance other"),
        ((directory("d-1", "free"), directory("d-2", "other"), OTHER), ""),
        ((directory("d-1", "free"), OTHER), "unknown a directory serves one instance, and other has one"),
    ],
)
def test_a_directory_serves_one_instance(seen: tuple[Resource, ...], words: str) -> None:
    told = reviewed(*seen, quota(9), IdentityManagementType="EXISTING_DIRECTORY", DirectoryId="d-1")
    found = [one for one in told if "directory" in one]
    assert [one for one in found if one.startswith(words)] if words else not found, told


def test_a_directory_is_nothing_for_another_way_to_sign_in() -> None:
    told = reviewed(DirectoryId="d-1")
    assert "look the directory d-1 is used by EXISTING_DIRECTORY alone: SAML has none" in told
    assert not any("does not exist" in one for one in told)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ((quota(2.0), instance("a"), instance("b")), "stop the quota of 2 instances is used up by 2"),
        ((quota(3.0), instance("a"), instance("b")), ""),
        (
            (quota(1.0), instance("a", Place("999999999999", "us-east-1"))),
            "",
        ),
        ((quota(1.0), instance("a", Place(ACCOUNT, "us-west-2"))), ""),
        ((instance("a"),), "unknown the quota of instances could not be read (AWS lists none): 1 exist"),
    ],
)
def test_the_quota_of_instances(seen: tuple[Resource, ...], words: str) -> None:
    found = [one for one in reviewed(*seen) if "quota" in one]
    assert [one for one in found if one.startswith(words)] if words else not found


def test_a_quota_that_was_not_read_is_told_with_its_cause() -> None:
    assert any("could not be read (not_asked)" in one for one in reviewed(complete=frozenset()))


def test_a_region_that_was_not_looked_at_is_told() -> None:
    told = reviewed(place=Place(ACCOUNT, "us-west-2"))
    assert any("us-west-2 was not looked at" in one and "--region us-west-2" in one for one in told)
    assert not any("quota" in one for one in told)


def test_what_stops_is_told_first() -> None:
    weights = [one.partition(" ")[0] for one in reviewed(instance("a"), InstanceAlias="d-x")]
    assert weights == sorted(weights, key=["stop", "unknown", "look"].index)
    assert set(weights) == {"stop", "unknown", "look"}


def test_what_should_not_be_there_is_not_made() -> None:
    wanted = Wanted({"queues": {"Old": {"absent": True}, "New": {"absent": False}, "exhaustive": True}})
    assert [one.name for one in creations(wanted)] == ["New"]


def test_what_is_made_is_told_without_the_words_of_a_spec() -> None:
    tags = {"exhaustive": True, "Owner": {"match": {"const": {"exhaustive": 1}}}}
    said = {"queues": {"New": {"absent": False, "Tags": tags}}}
    kept = {"Tags": {"Owner": {"match": {"const": {"exhaustive": 1}}}}}
    assert [one.wanted for one in creations(Wanted(said))] == [kept]
    (portrait,) = portraits(snapshot_of(Example("e", Verdict.PASS, thing("connect.instance"), ())))
    assert [one.wanted for one in differences(Wanted(said), portrait)] == [kept]


def environment(folder: Path, text: str) -> tuple[Spec, Environment]:
    file = folder / "a.connect-spec.yaml"
    file.write_text(f"version: 1\n{text}", "utf-8")
    made = read(file)
    return made, made.environments[0]


NOVA = "instance: {InstanceAlias: nova, IdentityManagementType: SAML}\n"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (NOVA, True),
        (f"{NOVA}match: {{region: us-west-2}}\n", True),
        (f"{NOVA}match: {{region: us-east-1}}\n", False),
        ("match: {alias: nova}\nattributes: {EARLY_MEDIA: true}\n", True),
    ],
)
def test_an_instance_that_may_be_where_nobody_could_look_is_not_missing(
    tmp_path: Path, text: str, hidden: bool
) -> None:
    denied = Cause(Reason.DENIED, "connect:ListInstances")
    units = (*SCANNED, Unit(ACCOUNT, "us-west-2", UnitState.INCOMPLETE, "", denied))
    (found,) = missing(*environment(tmp_path, text), Snapshot("", "aws", units))
    assert found.unknown is hidden
    assert found.exists is hidden
    assert all(one.cause == denied for one in found.drifts) or not hidden


@pytest.mark.parametrize(
    ("text", "seen", "region", "guessed"),
    [
        (NOVA, (), "af-south-1", "which was looked at first"),
        (NOVA, (instance("a", Place(ACCOUNT, "us-west-2")),), "us-west-2", "where instances are already"),
        (f"{NOVA}match: {{region: eu-west-2}}\n", (), "eu-west-2", ""),
    ],
)
def test_a_region_that_nobody_said_is_guessed_and_told(
    tmp_path: Path, text: str, seen: tuple[Resource, ...], region: str, guessed: str
) -> None:
    units = tuple(Unit(ACCOUNT, one, UnitState.SCANNED) for one in ("af-south-1", "eu-west-2", "us-west-2"))
    (found,) = missing(*environment(tmp_path, text), Snapshot("", "aws", units, seen))
    assert found.place.region == region
    told = [one.words for one in found.review if "is taken for its Region" in one.words]
    assert len(told) == bool(guessed)
    assert all(guessed in one for one in told)


def test_a_list_of_instances_that_was_denied_is_no_plan_to_make_one(
    stage: None, sandbox: Sandbox, cli: Cli, tmp_path: Path
) -> None:
    file = spec(tmp_path)
    sandbox.deny("connect:ListInstances")
    ran = cli("diff", file, *FAST, "--region", "us-east-1", "-f", "json", "--no-judge")
    sandbox.allow("connect:ListInstances")
    assert ran.code == 3, ran.err
    (found,) = json.loads(ran.out)["instances"]
    assert {one["change"] for one in found["drift"]} == {"unknown"}
    assert {one["cause"]["action"] for one in found["drift"]} == {"connect:ListInstances"}


def test_the_quota_is_read_in_a_region_where_nothing_is_yet(stage: None, cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "b.connect-spec.yaml"
    file.write_text(f"version: 1\n{NOVA}match: {{region: eu-west-2}}\n", "utf-8")
    found = remarks(cli, file, "--region", "eu-west-2", "--no-judge")
    assert not any("quota" in one for one in found.get("unknown", []))
