"""Who made a difference: CloudTrail is asked, and never guessed."""

import json
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest

from auditor.collect.access import Sessions
from auditor.collect.guard import HISTORY, OURS, Refused, allowed
from auditor.collect.trail import Event, Sought, contradicts, operations, says_field
from auditor.model import Key, Place
from auditor.sandbox import Sandbox
from auditor.sandbox.company import Company
from auditor.spec.drift import Change, Drift
from tests.conftest import FAST, Cli

WHO = "assumed-role/sandbox/session"
CONNECT = botocore.session.Session().get_service_model("connect")
PLACE = Place("123456789012", "us-east-1", "11111111-2222-3333-4444-555555555555")
QUEUE = "22222222-2222-3333-4444-555555555555"


class Instance:
    """The exemplary instance, and what a diff with a short spec says of it."""

    def __init__(self, url: str, company: Company, cli: Cli) -> None:
        self.id = company.exemplary
        self.cli = cli
        self.connect = boto3.client(
            "connect",
            "us-east-1",
            endpoint_url=url,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def drift(self, spec: str, code: int = 0) -> list[dict[str, Any]]:
        file = self.cli.folder / "a.connect-spec.yaml"
        file.write_text(f"version: 1\nmatch: {{alias: aurora-atendimento}}\n{spec}", "utf-8")
        ran = self.cli(
            "diff",
            file,
            *FAST,
            "--region",
            "us-east-1",
            "-f",
            "json",
            "--no-judge",
            "--attribute",
            "--show-pii",
        )
        assert ran.code == code, ran.err
        (instance,) = json.loads(ran.out)["instances"]
        found: list[dict[str, Any]] = instance["drift"]
        return found


@pytest.fixture
def instance(sandbox: Sandbox, company: Company, cli: Cli) -> Instance:
    return Instance(sandbox.url, company, cli)


def test_an_attribute_is_attributed_to_who_switched_it(instance: Instance) -> None:
    for kind, value in (("CONTACT_LENS", "true"), ("CONTACTFLOW_LOGS", "false"), ("EARLY_MEDIA", "true")):
        instance.connect.update_instance_attribute(InstanceId=instance.id, AttributeType=kind, Value=value)
    (found,) = instance.drift("attributes: {CONTACTFLOW_LOGS: true}\n")
    event = found["event"]
    assert WHO in event["who"]
    assert (event["from"], event["event"]) == ("127.0.0.1", "UpdateInstanceAttribute")
    assert event["when"].endswith("Z")
    assert (
        event["words"]
        == f"made by {event['who']} at {event['when']} from 127.0.0.1 (UpdateInstanceAttribute)"
    )


def test_the_field_tells_which_call_it_was(instance: Instance) -> None:
    listed = instance.connect.list_queues(InstanceId=instance.id, QueueTypes=["STANDARD"])["QueueSummaryList"]
    queue = next(one for one in listed if one["Name"] == "Vendas")
    instance.connect.update_queue_status(InstanceId=instance.id, QueueId=queue["Id"], Status="DISABLED")
    instance.connect.update_queue_max_contacts(InstanceId=instance.id, QueueId=queue["Id"], MaxContacts=7)
    instance.connect.tag_resource(resourceArn=queue["Arn"], tags={"Owner": "x"})
    drift = instance.drift(
        "queues: {Vendas: {Status: ENABLED, MaxContacts: 9, Description: other, Tags: {Owner: me}}}\n"
    )
    events = {one["path"]: one["event"] for one in drift}
    assert events["Status"]["event"] == "UpdateQueueStatus"
    assert events["MaxContacts"]["event"] == "UpdateQueueMaxContacts"
    assert events["Tags.Owner"]["event"] == "TagResource"
    assert events["Description"] == {"words": "not found in 90 days of CloudTrail"}


def test_what_was_added_and_what_was_taken_away(instance: Instance) -> None:
    origin = "https://new.aurora.example"
    instance.connect.associate_approved_origin(InstanceId=instance.id, Origin=origin)
    hours = instance.connect.create_hours_of_operation(
        InstanceId=instance.id, Name="Gone", TimeZone="UTC", Config=[]
    )["HoursOfOperationId"]
    instance.connect.delete_hours_of_operation(InstanceId=instance.id, HoursOfOperationId=hours)
    drift = instance.drift(
        f"approved_origins: {{{origin}: {{absent: true}}}}\nhours_of_operation: {{Gone: {{}}, Never: {{}}}}\n"
    )
    events = {one["name"]: (one["change"], one["event"]) for one in drift}
    assert events[origin][0] == "delete"
    assert events[origin][1]["event"] == "AssociateApprovedOrigin"
    # A deletion names an id; the event that made the thing says which one it had.
    assert events["Gone"][1]["event"] == "DeleteHoursOfOperation"
    assert events["Never"][1] == {"words": "not found in 90 days of CloudTrail"}


def test_a_connection_is_called_by_the_id_of_its_number(instance: Instance) -> None:
    arn = instance.connect.describe_instance(InstanceId=instance.id)["Instance"]["Arn"]
    number = instance.connect.list_phone_numbers_v2(TargetArn=arn)["ListPhoneNumbersSummaryList"][0]
    flows = instance.connect.list_contact_flows(InstanceId=instance.id)["ContactFlowSummaryList"]
    flow = next(one["Id"] for one in flows if one["Name"] == "Entrada principal")
    whose = {"PhoneNumberId": number["PhoneNumberId"], "InstanceId": instance.id}
    spec = f"number_flows: {{'{number['PhoneNumber']}': Entrada sinistros}}\n"
    instance.connect.associate_phone_number_contact_flow(**whose, ContactFlowId=flow)
    (found,) = instance.drift(spec)
    assert (found["change"], found["event"]["event"]) == ("update", "AssociatePhoneNumberContactFlow")
    instance.connect.disassociate_phone_number_contact_flow(**whose)
    (found,) = instance.drift(spec)
    assert (found["change"], found["event"]["event"]) == ("create", "DisassociatePhoneNumberContactFlow")


def test_deletions_of_what_nobody_knows_any_more_are_counted(instance: Instance) -> None:
    """The company was made before the trail began, so nothing tells which id its quick connect had."""
    listed = instance.connect.list_quick_connects(InstanceId=instance.id)["QuickConnectSummaryList"]
    one = next(one for one in listed if one["Name"] == "Plantão de guincho")
    spec = "quick_connects: {Plantão de guincho: {}, Never: {}}\nprompts: {Never: {}}\n"
    instance.connect.delete_quick_connect(InstanceId=instance.id, QuickConnectId=one["Id"])
    events = {one["section"]: one["event"] for one in instance.drift(spec)}
    assert events["prompts"] == {"words": "not found in 90 days of CloudTrail"}
    assert events["quick_connects"]["words"].endswith(
        "of calls that tell an id only there are 1 DeleteQuickConnect"
    )
    assert "who" not in events["quick_connects"]


def test_who_is_shown_on_the_terminal(instance: Instance) -> None:
    instance.drift("attributes: {CONTACTFLOW_LOGS: true}\n")
    ran = instance.cli(
        "diff", "a.connect-spec.yaml", *FAST, "--region", "us-east-1", "--no-judge", "--attribute"
    )
    assert "(UpdateInstanceAttribute)" in ran.out


def test_a_denial_is_told_for_each_difference_and_changes_no_exit_code(
    instance: Instance, sandbox: Sandbox
) -> None:
    sandbox.deny("cloudtrail:LookupEvents")
    (found,) = instance.drift("attributes: {CONTACTFLOW_LOGS: true}\n")
    sandbox.allow("cloudtrail:LookupEvents")
    assert found["event"]["words"].startswith("who made it is not known")
    assert "cloudtrail:LookupEvents" in found["event"]["words"]


def test_nothing_is_asked_where_nothing_differs(instance: Instance, sandbox: Sandbox) -> None:
    before = len(sandbox.calls)
    assert instance.drift("instance: {IdentityManagementType: SAML}\n") == []
    assert not [one for one in sandbox.calls[before:] if one.operation == "LookupEvents"]


def test_only_attribution_may_look_at_events(instance: Instance, aws: str) -> None:
    instance.connect.update_instance_attribute(
        InstanceId=instance.id, AttributeType="EARLY_MEDIA", Value="true"
    )
    assert not HISTORY & allowed()
    session = boto3.Session(botocore_session=Sessions(kinds=(), besides=HISTORY).new())
    assert session.client("cloudtrail", "us-east-1").lookup_events(MaxResults=1)["Events"]
    with pytest.raises(Refused):
        session.client("connect", "us-east-1").list_instances()
    with pytest.raises(Refused):
        boto3.Session(botocore_session=Sessions().new()).client("cloudtrail", "us-east-1").lookup_events()
    assert ("cloudtrail", "LookupEvents") not in OURS


def drift(section: str, change: Change = Change.UPDATE, path: str = "", **more: Any) -> Drift:
    return Drift(section, "Sales", change, path, **more)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (drift("queues", Change.CREATE), {"DeleteQueue"}),
        (drift("queues", Change.DELETE), {"CreateQueue"}),
        (drift("phone_numbers", Change.DELETE), {"ClaimPhoneNumber", "ImportPhoneNumber"}),
        (drift("lex_bots", Change.CREATE), {"DisassociateBot", "DisassociateLexBot"}),
        (drift("flows", path="Content"), {"CreateContactFlow", "UpdateContactFlowContent"}),
        (drift("queues", path="Tags.Owner"), {"CreateQueue", "TagResource", "UntagResource"}),
        (drift("users", path="SecurityProfiles"), {"CreateUser", "UpdateUserSecurityProfiles"}),
        (
            drift("administrators", Change.DELETE),
            {"CreateUser", "UpdateUserSecurityProfiles", "DeleteUser"},
        ),
        (drift("quotas", path=""), set()),
    ],
)
def test_the_operations_that_can_have_made_a_difference(one: Drift, expected: set[str]) -> None:
    assert set(operations(one, CONNECT)) == expected


def event(said: dict[str, Any], **more: Any) -> Event | None:
    record = {"eventTime": "2026-01-01T00:00:00Z", "requestParameters": said, **more}
    return Event.read({"EventName": "UpdateQueueStatus", "CloudTrailEvent": json.dumps(record)})


@pytest.mark.parametrize("spelled", [str, lambda name: name[:1].lower() + name[1:]])
def test_members_of_either_case_are_the_same(spelled: Any) -> None:
    said = {spelled("Status"): "DISABLED"}
    one = drift("queues", path="Status", seen="DISABLED")
    assert says_field(one, said)
    assert not contradicts(one, said)
    assert contradicts(drift("queues", path="Status", seen="ENABLED"), said)


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({"instanceId": PLACE.instance_id, "queueId": QUEUE, "status": "DISABLED"}, True),
        ({"instanceId": PLACE.instance_id, "queueId": "other", "status": "DISABLED"}, False),
        ({"instanceId": PLACE.instance_id, "queueId": QUEUE, "description": "x"}, False),
        ({"instanceId": PLACE.instance_id, "config": {"queueId": QUEUE}, "status": "DISABLED"}, False),
    ],
)
def test_an_event_names_the_thing_and_the_field(said: dict[str, Any], fits: bool) -> None:
    one = drift("queues", path="Status", seen="DISABLED", key=Key(PLACE, "connect.queue", QUEUE))
    read = event(said)
    assert read is not None
    assert Sought(PLACE, one, frozenset(), {QUEUE}).take(read) is fits


def test_a_thing_with_a_name_of_its_own_is_told_apart_by_the_instance() -> None:
    one = Drift("attributes", "CONTACTFLOW_LOGS", Change.UPDATE, seen=False)
    other = {"instanceId": "another", "attributeType": "CONTACTFLOW_LOGS", "value": "false"}
    read, mine = event(other), event({**other, "instanceId": PLACE.instance_id})
    assert read is not None
    assert mine is not None
    assert not Sought(PLACE, one, frozenset(), {"CONTACTFLOW_LOGS"}).take(read)
    assert Sought(PLACE, one, frozenset(), {"CONTACTFLOW_LOGS"}).take(mine)


def test_what_failed_and_what_is_no_record_made_nothing() -> None:
    assert event({}, errorCode="AccessDeniedException") is None
    assert Event.read({"CloudTrailEvent": "<html>"}) is None
    assert Event.read({"CloudTrailEvent": "[]"}) is None
    assert Event.read({}) is None


def test_a_snapshot_has_no_history(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "a.connect-spec.yaml"
    file.write_text("version: 1\nattributes: {CONTACTFLOW_LOGS: true}\n")
    ran = cli("diff", file, "--from-snapshot", "none.jsonl", "--attribute")
    assert ran.code == 2
    assert "--attribute" in ran.err
