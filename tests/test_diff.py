"""The desired state on a running sandbox: export, then change something through the API, then diff."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import jsonschema
import pytest
from ruamel.yaml import YAML

from auditor import bundled
from auditor.examples import snapshot_of
from auditor.model import Cause, Reason, Snapshot, Unit, UnitState
from auditor.rule import Example, Thing, Verdict, thing
from auditor.sandbox import Sandbox
from auditor.sandbox.company import Company
from auditor.store import Maker, save
from tests.conftest import FAST, Cli


class Instance:
    """The exemplary instance, its client, and a spec of it."""

    def __init__(self, url: str, company: Company, cli: Cli, spec: Path) -> None:
        self.id = company.exemplary
        self.account = company.account
        self.cli = cli
        self.spec = spec
        self.connect = boto3.client(
            "connect",
            "us-east-1",
            endpoint_url=url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def one(self, operation: str, name: str, **more) -> dict[str, Any]:
        """The list entry of a thing by its name."""
        answer = getattr(self.connect, operation)(InstanceId=self.id, **more)
        items = next(value for value in answer.values() if isinstance(value, list))
        return next(item for item in items if item["Name"] == name)

    def drift(self, *more: str, code: int = 0) -> list[dict[str, Any]]:
        """What a live diff says of the exemplary instance."""
        ran = self.cli("diff", self.spec, *FAST, "-f", "json", "--show-pii", "--no-judge", *more)
        assert ran.code == code, ran.err
        (instance,) = json.loads(ran.out)["instances"]
        drift: list[dict[str, Any]] = instance["drift"]
        return drift

    def only(self) -> dict[str, Any]:
        """The one difference that a live diff finds."""
        found = self.drift()
        assert len(found) == 1, found
        return found[0]


@pytest.fixture(scope="module")
def spec(sandbox: Sandbox, company: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exemplary instance, written down before anything changes."""
    folder = tmp_path_factory.mktemp("spec")
    file = folder / "prod.connect-spec.yaml"
    ran = Cli(sandbox.url, folder)(
        "export", "--instance", "aurora-atendimento", *FAST, "-o", file, "--section", "users"
    )
    assert ran.code == 0, ran.err
    return file


@pytest.fixture
def instance(sandbox: Sandbox, company: Company, cli: Cli, spec: Path) -> Instance:
    """The instance as it is."""
    return Instance(sandbox.url, company, cli, spec)


@pytest.mark.parametrize("alias", ["aurora-atendimento", "aurora-legado", "aurora-parceiros"])
def test_what_was_exported_is_not_different(alias: str, company: Company, cli: Cli) -> None:
    assert (
        cli("export", "--instance", alias, *FAST, "-o", "a.connect-spec.yaml", "--section", "users").code == 0
    )
    ran = cli("diff", "a.connect-spec.yaml", *FAST, "-f", "json", "--detailed-exitcode", "--no-judge")
    assert ran.code == 0, ran.out + ran.err
    (instance,) = json.loads(ran.out)["instances"]
    assert (instance["alias"], instance["drift"]) == (alias, [])


def test_the_spec_points_editors_at_the_schema_beside_it(cli: Cli, instance: Instance) -> None:
    snapshot = everything_of(cli, instance)
    command = ("export", "--from-snapshot", snapshot, "-o", "prod.connect-spec.yaml")
    first = cli(*command)
    assert first.code == 0, first.err
    assert "Schema, for editors: connect-spec-v1.schema.json" in first.err
    text = (cli.folder / "prod.connect-spec.yaml").read_text("utf-8")
    head = text.partition("\n")[0]
    assert head == "# yaml-language-server: $schema=./connect-spec-v1.schema.json"
    schema = cli.folder / "connect-spec-v1.schema.json"
    jsonschema.Draft202012Validator(json.loads(schema.read_text("utf-8"))).validate(
        YAML(typ="safe", pure=True).load(text)
    )

    assert "Schema" not in cli(*command).err, "it is there already"
    schema.write_text("{}", "utf-8")
    assert "Schema" in cli(*command).err
    assert schema.read_bytes() == (bundled.SCHEMAS / "spec-v1.schema.json").read_bytes()
    assert cli(*command[:3]).out == text.partition("\n")[2].replace("prod.flows/", "flows/")


def everything_of(cli: Cli, instance: Instance) -> Path:
    """A saved snapshot of the exemplary instance."""
    ran = cli("scan", "--instance", instance.id, *FAST, "-q", "--show-pii", "--snapshot-out", "a.jsonl")
    assert ran.code in (0, 1), ran.err
    return Path("a.jsonl")


def test_the_spec_has_neither_ids_nor_secrets(instance: Instance) -> None:
    texts = [instance.spec.read_text("utf-8")]
    texts += [one.read_text("utf-8") for one in instance.spec.parent.rglob("*.json")]
    assert len(texts) > 5
    for text in texts:
        assert instance.id not in text
        assert "arn:aws:connect" not in text
        assert "PRIVATE KEY" not in text


def test_an_attribute_that_was_switched_off(instance: Instance) -> None:
    def switch(value: str) -> None:
        instance.connect.update_instance_attribute(
            InstanceId=instance.id, AttributeType="CONTACTFLOW_LOGS", Value=value
        )

    switch("false")
    found = instance.only()
    switch("true")
    assert (found["section"], found["name"], found["change"]) == ("attributes", "CONTACTFLOW_LOGS", "update")
    assert (found["seen"], found["wanted"]) == (False, True)
    assert found["mark"]["line"] > 1


def test_another_key_for_recordings(instance: Instance) -> None:
    configs = instance.connect.list_instance_storage_configs(
        InstanceId=instance.id, ResourceType="CALL_RECORDINGS"
    )
    (config,) = configs["StorageConfigs"]
    association = config.pop("AssociationId")
    old = config["S3Config"]["EncryptionConfig"]["KeyId"]

    def put(key: str) -> None:
        config["S3Config"]["EncryptionConfig"]["KeyId"] = key
        instance.connect.update_instance_storage_config(
            InstanceId=instance.id,
            AssociationId=association,
            ResourceType="CALL_RECORDINGS",
            StorageConfig=config,
        )

    other = f"arn:aws:kms:us-east-1:{instance.account}:key/00000000-0000-4000-8000-000000000000"
    put(other)
    found = instance.only()
    put(old)
    assert (found["section"], found["name"], found["change"]) == ("storage", "CALL_RECORDINGS", "update")
    assert found["path"] == "S3Config.EncryptionConfig.Key"
    assert found["seen"] == other


def test_an_origin_that_was_added(instance: Instance) -> None:
    origin = "https://new.aurora.example"
    instance.connect.associate_approved_origin(InstanceId=instance.id, Origin=origin)
    found = instance.only()
    instance.connect.disassociate_approved_origin(InstanceId=instance.id, Origin=origin)
    assert (found["section"], found["name"], found["change"]) == ("approved_origins", origin, "delete")


def test_a_queue_that_was_disabled(instance: Instance) -> None:
    queue = instance.one("list_queues", "Vendas", QueueTypes=["STANDARD"])["Id"]

    def put(status: str) -> None:
        instance.connect.update_queue_status(InstanceId=instance.id, QueueId=queue, Status=status)

    put("DISABLED")
    found = instance.only()
    put("ENABLED")
    assert (found["section"], found["name"], found["path"]) == ("queues", "Vendas", "Status")
    assert (found["change"], found["seen"], found["wanted"]) == ("update", "DISABLED", "ENABLED")


def test_hours_that_were_changed(instance: Instance) -> None:
    hours = instance.one("list_hours_of_operations", "Comercial")["Id"]
    whole = instance.connect.describe_hours_of_operation(InstanceId=instance.id, HoursOfOperationId=hours)
    old = whole["HoursOfOperation"]["Config"]

    def put(config: list[Any]) -> None:
        instance.connect.update_hours_of_operation(
            InstanceId=instance.id, HoursOfOperationId=hours, Config=config
        )

    put([{**old[0], "EndTime": {"Hours": 12, "Minutes": 30}}, *old[1:]])
    found = instance.only()
    put(old)
    day = old[0]["Day"]
    assert (found["section"], found["name"]) == ("hours_of_operation", "Comercial")
    assert found["path"].startswith("Config")
    assert "12:30" in json.dumps(found["seen"])
    assert "12:30" not in json.dumps(found["wanted"])
    assert day in found["path"] or day in found["seen"]


def test_a_flow_that_was_edited(instance: Instance) -> None:
    flow = instance.one("list_contact_flows", "Entrada principal")["Id"]
    content = instance.connect.describe_contact_flow(InstanceId=instance.id, ContactFlowId=flow)[
        "ContactFlow"
    ]["Content"]

    def put(text: str) -> None:
        instance.connect.update_contact_flow_content(InstanceId=instance.id, ContactFlowId=flow, Content=text)

    edited = json.loads(content)
    spoken = next(one for one in edited["Actions"] if one["Type"] == "MessageParticipant")
    spoken["Parameters"]["Text"] = "Estamos fechados."
    edited["Actions"].reverse()
    put(json.dumps(edited))
    found = instance.only()
    put(content)
    assert (found["section"], found["name"], found["path"]) == ("flows", "Entrada principal", "Content")
    assert found["change"] == "update"
    assert any("Estamos fechados." in line for line in found["flow"])


def test_a_flow_whose_blocks_were_only_moved_is_not_different(instance: Instance) -> None:
    flow = instance.one("list_contact_flows", "Entrada principal")["Id"]
    content = instance.connect.describe_contact_flow(InstanceId=instance.id, ContactFlowId=flow)[
        "ContactFlow"
    ]["Content"]
    moved = json.loads(content)
    moved["Actions"].reverse()
    moved.setdefault("Metadata", {})["entryPointPosition"] = {"x": 999, "y": 1}
    instance.connect.update_contact_flow_content(
        InstanceId=instance.id, ContactFlowId=flow, Content=json.dumps(moved)
    )
    found = instance.drift()
    instance.connect.update_contact_flow_content(InstanceId=instance.id, ContactFlowId=flow, Content=content)
    assert found == []


def test_a_permission_that_was_added(instance: Instance) -> None:
    profile = instance.one("list_security_profiles", "Agent")["Id"]
    listed = instance.connect.list_security_profile_permissions(
        InstanceId=instance.id, SecurityProfileId=profile
    )
    old = listed["Permissions"]

    def put(permissions: list[Any]) -> None:
        instance.connect.update_security_profile(
            InstanceId=instance.id, SecurityProfileId=profile, Permissions=permissions
        )

    put([*old, "Users.Create"])
    found = instance.only()
    put(old)
    assert (found["section"], found["name"], found["path"]) == ("security_profiles", "Agent", "Permissions")
    assert set(found["seen"]) - set(found["wanted"]) == {"Users.Create"}


def test_a_user_with_another_profile(instance: Instance) -> None:
    user = instance.connect.list_users(InstanceId=instance.id)["UserSummaryList"][0]
    whole = instance.connect.describe_user(InstanceId=instance.id, UserId=user["Id"])["User"]
    other = instance.one("list_security_profiles", "CallCenterManager")["Id"]

    def put(profiles: list[Any]) -> None:
        instance.connect.update_user_security_profiles(
            InstanceId=instance.id, UserId=user["Id"], SecurityProfileIds=profiles
        )

    put([other])
    differences = instance.drift()
    put(whole["SecurityProfileIds"])
    found, administrator = differences
    assert (administrator["section"], administrator["change"]) == ("administrators", "create")
    assert administrator["name"] == user["Username"]
    assert (found["section"], found["name"], found["path"]) == ("users", user["Username"], "SecurityProfiles")
    assert found["seen"] == ["CallCenterManager"]


def test_a_number_that_was_claimed(instance: Instance) -> None:
    arn = f"arn:aws:connect:us-east-1:{instance.account}:instance/{instance.id}"
    free = instance.connect.search_available_phone_numbers(
        TargetArn=arn, PhoneNumberCountryCode="US", PhoneNumberType="TOLL_FREE"
    )["AvailableNumbersList"][0]["PhoneNumber"]
    claimed = instance.connect.claim_phone_number(TargetArn=arn, PhoneNumber=free)["PhoneNumberId"]
    found = instance.only()
    instance.connect.release_phone_number(PhoneNumberId=claimed)
    assert (found["section"], found["name"], found["change"]) == ("phone_numbers", free, "delete")


def test_a_tag_that_was_changed(instance: Instance) -> None:
    queue = instance.one("list_queues", "Vendas", QueueTypes=["STANDARD"])["Arn"]
    instance.connect.tag_resource(resourceArn=queue, tags={"Owner": "somebody"})
    found = instance.only()
    instance.connect.tag_resource(resourceArn=queue, tags={"Owner": found["wanted"]})
    assert (found["section"], found["name"], found["path"]) == ("queues", "Vendas", "Tags.Owner")
    assert found["seen"] == "somebody"


def test_a_thing_that_was_deleted(instance: Instance) -> None:
    quick = instance.one("list_quick_connects", "Plantão de guincho")["Id"]
    whole = instance.connect.describe_quick_connect(InstanceId=instance.id, QuickConnectId=quick)[
        "QuickConnect"
    ]
    instance.connect.delete_quick_connect(InstanceId=instance.id, QuickConnectId=quick)
    found = instance.drift()
    made = {
        name: whole[name] for name in ("Name", "Description", "QuickConnectConfig", "Tags") if name in whole
    }
    instance.connect.create_quick_connect(InstanceId=instance.id, **made)
    assert [(one["section"], one["name"], one["change"]) for one in found if one["change"] == "create"] == [
        ("quick_connects", "Plantão de guincho", "create")
    ]


def test_an_instance_of_another_identity_type_has_to_be_replaced(instance: Instance, tmp_path: Path) -> None:
    other = tmp_path / "other.connect-spec.yaml"
    other.write_text(
        "version: 1\nmatch: {alias: aurora-atendimento}\ninstance:\n  IdentityManagementType: CONNECT_MANAGED\n"
    )
    instance.spec = other
    found = instance.only()
    assert (found["section"], found["path"]) == ("instance", "IdentityManagementType")
    assert (found["change"], found["seen"], found["wanted"]) == ("replace", "SAML", "CONNECT_MANAGED")
    assert found["mark"]["line"] == 4


def test_a_spec_that_would_switch_flow_logs_off_is_refused(instance: Instance) -> None:
    text = instance.spec.read_text("utf-8")
    assert "CONTACTFLOW_LOGS: true" in text
    worse = instance.spec.with_name("worse.connect-spec.yaml")
    worse.write_text(text.replace("CONTACTFLOW_LOGS: true", "CONTACTFLOW_LOGS: false"), "utf-8")
    ran = instance.cli("diff", worse, *FAST, "--fail-on", "medium")
    assert ran.code == 1, ran.out + ran.err
    assert "CONNECT-LOG-001" in ran.out
    assert instance.cli("diff", instance.spec, *FAST, "--fail-on", "medium").code == 0
    assert instance.cli("diff", worse, *FAST, "--fail-on", "high").code == 0
    (instance.cli.folder / "connect-audit.yaml").write_text("fail_on: high\n", "utf-8")
    assert instance.cli("diff", worse, *FAST).code == 0, "what the configuration says"
    assert instance.cli("diff", worse, *FAST, "--fail-on", "medium").code == 1


def saved(folder: Path, name: str, snapshot: Snapshot) -> Path:
    """A snapshot as `scan --snapshot-out` writes it."""
    path = folder / name
    with path.open("wb") as out:
        save(snapshot, path, out, Maker(botocore="1"), clear=True)
    return path


def moment(*things: Thing) -> Snapshot:
    return snapshot_of(Example("e", Verdict.PASS, thing("connect.instance", InstanceAlias="prod"), things))


def moments(cli: Cli, before: Snapshot, after: Snapshot, *more: str) -> tuple[int, dict[str, Any]]:
    """What a diff of two moments says."""
    files = saved(cli.folder, "before.jsonl", before), saved(cli.folder, "after.jsonl", after)
    ran = cli("diff", *files, "-f", "json", *more)
    assert ran.out, ran.err
    return ran.code, json.loads(ran.out)


def nowhere(whole: Snapshot, *units: Unit) -> Snapshot:
    """A snapshot without the instance, in which these units were looked at."""
    place = next(whole.instances()).key.place
    kept = frozenset(one for one in whole.complete if one[0] != place)
    return replace(whole, resources=(), complete=kept, units=units)


def test_an_instance_that_came_or_went_is_a_difference(cli: Cli) -> None:
    whole = moment()
    for before, after, became in (
        (whole, nowhere(whole, *whole.units), "gone"),
        (nowhere(whole, *whole.units), whole, "new"),
    ):
        code, plan = moments(cli, before, after, "--detailed-exitcode")
        assert (code, plan["instances"]) == (2, [])
        assert f"is {became} since" in plan["unmatched"][0]
    assert moments(cli, whole, whole, "--detailed-exitcode")[0] == 0


REFUSED = Cause(Reason.DENIED, "connect:ListInstances")


@pytest.mark.parametrize(
    ("units", "reason"),
    [
        ((), "not_asked"),
        ((Unit("111122223333", "us-west-2", UnitState.SCANNED),), "not_asked"),
        ((Unit("111122223333", "us-east-1", UnitState.SCANNED, "1 of 2 instances"),), "not_asked"),
        ((Unit("111122223333", "us-east-1", UnitState.INCOMPLETE, "not listed", REFUSED),), "denied"),
    ],
    ids=["nothing", "elsewhere", "another instance", "refused"],
)
def test_an_instance_that_nobody_looked_for_is_not_gone(
    cli: Cli, units: tuple[Unit, ...], reason: str
) -> None:
    whole = moment()
    code, plan = moments(cli, whole, nowhere(whole, *units))
    (instance,) = plan["instances"]
    assert (code, plan["unmatched"]) == (3, [])
    assert [one["cause"]["reason"] for one in instance["drift"]] == [reason]


def test_whoever_is_only_in_the_newer_moment_is_masked_too(cli: Cli) -> None:
    user = thing(
        "connect.user", id="u", Username="maria.silva@example.com", IdentityInfo={"FirstName": "Maria"}
    )
    code, plan = moments(cli, moment(), moment(user))
    assert code == 0
    assert [one["change"] for one in plan["instances"][0]["drift"]] == ["create"]
    assert "maria" not in json.dumps(plan).lower()
    assert "maria.silva" in json.dumps(moments(cli, moment(), moment(user), "--show-pii")[1])
