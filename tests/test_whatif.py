"""A spec laid over a snapshot: what would be there, and what nobody can know beforehand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor import whatif
from auditor.bundled import RULES as FOLDER
from auditor.catalogue import load
from auditor.examples import snapshot_of
from auditor.model import Resource, Snapshot, Unread
from auditor.rule import (
    Around,
    Example,
    Fail,
    Fix,
    Outcome,
    Pass,
    Rule,
    Seen,
    Severity,
    Thing,
    Verdict,
    thing,
)
from auditor.spec.compare import Wanted, differences, wanted_from
from auditor.spec.portrait import Portrait, portraits
from auditor.spec.sections import SECTIONS, Section
from auditor.whatif import concerned, laid_over, outlook
from tests.spec_data import PLACE, whole, with_a_change

WRONG = Fail.at("Status", expected="as it should be", actual="otherwise")

RULES = load(FOLDER).rules

MATCH = {"match": {"minimum": 3}}

OVERRIDE = "connect.hours_of_operation_override"


def seen(*things: Thing) -> Snapshot:
    """An instance with these things, and of everything else nothing."""
    return snapshot_of(Example("e", Verdict.PASS, thing("connect.instance", InstanceAlias="prod"), things))


def after(snapshot: Snapshot, **sections: Any) -> Snapshot:
    """The snapshot with a spec laid over it."""
    (portrait,) = portraits(snapshot)
    return laid_over(snapshot, portrait, differences(Wanted(sections), portrait))


def only(snapshot: Snapshot, kind: str) -> Resource:
    (one,) = (one for one in snapshot.resources if one.key.kind == kind)
    return one


def test_a_connection_that_should_not_be_there_would_be_gone() -> None:
    flow = thing("connect.contact_flow", id="f", Arn="arn:f", Name="Main")
    number = thing("connect.phone_number", id="n", PhoneNumberArn="arn:n", PhoneNumber="+15550100")
    connected = thing(
        "connect.flow_association", ResourceType="VOICE_PHONE_NUMBER", ResourceId="arn:n", FlowId="arn:f"
    )
    then = after(seen(flow, number, connected), number_flows={"exhaustive": True})
    assert [one for one in then.resources if one.key.kind == "connect.flow_association"] == []
    assert only(then, "connect.phone_number")


def test_a_new_connection_holds_the_number_and_the_flow_as_aws_would() -> None:
    flow = thing("connect.contact_flow", id="f", Arn="arn:f", Name="Main")
    number = thing("connect.phone_number", id="n", PhoneNumberArn="arn:n", PhoneNumber="+15550100")
    then = only(after(seen(flow, number), number_flows={"+15550100": "Main"}), "connect.flow_association")
    assert (then.get("ResourceId"), then.get("FlowId")) == ("arn:n", "arn:f")


def test_a_name_of_several_parts_is_not_taken_for_one_of_them() -> None:
    then = only(after(seen(), hours_overrides={"Office/Easter": {"Type": "CLOSED"}}), OVERRIDE)
    for path in ("HoursOfOperationId", "Name"):
        with pytest.raises(Unread):
            then.get(path)


def test_a_value_that_is_switched_off_stays_a_value() -> None:
    attribute = thing("connect.instance_attribute", AttributeType="CONTACTFLOW_LOGS", Value="true")
    then = after(seen(attribute), attributes={"CONTACTFLOW_LOGS": False})
    assert only(then, "connect.instance_attribute").get("Value") == "false"


@pytest.mark.parametrize("new", [True, False], ids=["created", "changed"])
@pytest.mark.parametrize(
    ("section", "said", "kind", "held", "unread"),
    [
        ("queues", {"Tags": {"Cost": MATCH, "Owner": "a"}}, "connect.queue", "Tags.Owner", "Tags.Cost"),
        (
            "queues",
            {"OutboundCallerConfig": {"OutboundCallerIdNumber": {"match": {"pattern": "5"}}}},
            "connect.queue",
            "Name",
            "OutboundCallerConfig.OutboundCallerIdNumberId",
        ),
        (
            "quick_connects",
            {"QuickConnectConfig": {"PhoneConfig": {"PhoneNumber": {"match": {"pattern": "^.1"}}}}},
            "connect.quick_connect",
            "Name",
            "QuickConnectConfig.PhoneConfig.PhoneNumber",
        ),
        (
            "routing_profiles",
            {"MediaConcurrencies": [{"Channel": "VOICE", "Concurrency": MATCH}]},
            "connect.routing_profile",
            "Name",
            "MediaConcurrencies",
        ),
        (
            "hours_of_operation",
            {"Config": {"match": {"required": ["MONDAY"]}}, "TimeZone": "UTC"},
            "connect.hours_of_operation",
            "TimeZone",
            "Config",
        ),
    ],
)
def test_a_matcher_anywhere_inside_stays_open(
    new: bool, section: str, said: Mapping[str, Any], kind: str, held: str, unread: str
) -> None:
    there = Thing(kind, {"Name": "one", "TimeZone": "UTC"}, "1")
    then = only(after(seen() if new else seen(there), **{section: {"one": said}}), kind)
    assert then.get(held)
    with pytest.raises(Unread, match="the spec says what it should be like"):
        then.get(unread)
    assert "match" not in repr(then.data)


@pytest.mark.parametrize("match", [{"const": False}, {"enum": [False]}])
def test_a_matcher_that_one_value_meets_says_that_value(match: dict[str, Any]) -> None:
    attribute = thing("connect.instance_attribute", AttributeType="CONTACTFLOW_LOGS", Value="true")
    _, now = judged(seen(attribute), attributes={"CONTACTFLOW_LOGS": {"match": match}})
    assert any(one.startswith("CONNECT-LOG-001") for one in now["introduced"])
    for wider in ({**match, "type": "boolean"}, {"enum": [False, None]}):
        _, now = judged(seen(attribute), attributes={"CONTACTFLOW_LOGS": {"match": wider}})
        assert not any(one.startswith("CONNECT-LOG-001") for one in now["introduced"])


def test_a_value_that_is_only_described_stays_open() -> None:
    then = after(seen(), quotas={"Queues per instance": MATCH})
    with pytest.raises(Unread):
        only(then, "service_quotas.quota").get("Value")


def test_a_tag_with_a_dot_in_its_name_is_one_tag() -> None:
    queue = thing("connect.queue", id="1", Name="Sales", Tags={"team.owner": "a", "team": "b"})
    then = only(after(seen(queue), queues={"Sales": {"Tags": {"team.owner": "z"}}}), "connect.queue")
    assert then.get("Tags") == {"team.owner": "z", "team": "b"}
    then = only(after(seen(queue), queues={"Sales": {"Tags": {"a.b": MATCH}}}), "connect.queue")
    with pytest.raises(Unread):
        then.get("Tags")


def test_hours_may_be_written_as_one_text() -> None:
    then = only(
        after(seen(), hours_of_operation={"Office": {"TimeZone": "UTC", "Config": {"MONDAY": "8:00-17:30"}}}),
        "connect.hours_of_operation",
    )
    assert then.get("Config") == [
        {
            "Day": "MONDAY",
            "StartTime": {"Hours": 8, "Minutes": 0},
            "EndTime": {"Hours": 17, "Minutes": 30},
        }
    ]


def test_the_rules_cannot_say_what_a_nested_matcher_leaves_open() -> None:
    def check(queue: Seen, _around: Around) -> Outcome:
        return Pass() if queue.get("Tags", {}).get("Cost", 0) > 3 else WRONG

    rule = Rule(
        id="TEST-001",
        title="A queue has a cost",
        severity=Severity.LOW,
        kind="connect.queue",
        reads={"connect.queue": ("Tags",)},
        why="",
        fix=Fix(),
        sources=(),
        examples=(),
        check=check,
    )
    snapshot = seen(thing("connect.queue", id="1", Name="Sales"))
    (portrait,) = portraits(snapshot)
    drifts = differences(Wanted({"queues": {"Sales": {"Tags": {"Cost": MATCH}}}}), portrait)
    ahead = outlook([rule], snapshot, [(portrait, drifts)])
    assert (ahead.introduced, ahead.fixed) == ((), ())
    assert [one.verdict for one in ahead.unsure] == [Verdict.UNKNOWN]


def test_a_failure_that_becomes_unknown_is_not_mended() -> None:
    """Also where the rule tells its failures apart, so that the unknown is another finding."""

    def check(queue: Seen, _around: Around) -> Outcome:
        return Pass() if queue.get("MaxContacts", 0) >= 3 else Fail(WRONG.evidence, discriminator="few")

    rule = Rule(
        id="TEST-001",
        title="A queue takes three contacts",
        severity=Severity.LOW,
        kind="connect.queue",
        reads={"connect.queue": ("MaxContacts",)},
        why="",
        fix=Fix(),
        sources=(),
        examples=(),
        check=check,
    )
    snapshot = seen(thing("connect.queue", id="1", Name="Sales", MaxContacts=1))
    (portrait,) = portraits(snapshot)
    drifts = differences(Wanted({"queues": {"Sales": {"MaxContacts": MATCH}}}), portrait)
    ahead = outlook([rule], snapshot, [(portrait, drifts)])
    assert ahead.fixed == ()
    assert [one.verdict for one in ahead.unsure] == [Verdict.UNKNOWN]
    drifts = differences(Wanted({"queues": {"Sales": {"MaxContacts": 3}}}), portrait)
    assert len(outlook([rule], snapshot, [(portrait, drifts)]).fixed) == 1


def judged(snapshot: Snapshot, **sections: Any) -> tuple[whatif.Outlook, dict[str, list[str]]]:
    """What the catalogue says of a spec: whole, and the ids of rules by part with the names they speak of."""
    (portrait,) = portraits(snapshot)
    drifts = differences(Wanted(sections), portrait)
    ahead = outlook(RULES, snapshot, [(portrait, drifts)])
    parts = {part: getattr(ahead, part) for part in ("introduced", "fixed", "unsure")}
    return ahead, {
        part: [f"{one.rule_id} {one.subject.name}" for one in found] for part, found in parts.items()
    }


@pytest.mark.parametrize("name", ["Novo", "a/b", "arn:aws:x:y", "$.Attributes.x", "${queue:x}", "é 😀"])
def test_what_a_planned_thing_refers_to_is_found_by_the_rules_whatever_it_is_called(name: str) -> None:
    queue = thing("connect.queue", id="q", Name="Sales", Status="ENABLED", HoursOfOperationId="gone")
    before = seen(queue)
    _, now = judged(before, queues={"Sales": {"HoursOfOperation": name}}, hours_of_operation={name: {}})
    assert "CONNECT-RTG-001 Sales" in now["fixed"]
    _, now = judged(before, queues={"Sales": {"Description": "x"}})
    assert now["fixed"] == []


def test_what_is_not_known_of_a_new_thing_is_told() -> None:
    _, now = judged(seen(), lambda_functions={"orders": None})
    assert "CONNECT-INT-003 orders" in now["unsure"]
    assert now["introduced"] == []


def test_what_is_unknown_already_is_not_told_again() -> None:
    queue = Thing("connect.queue", {"Name": "Sales"}, "q", unread={"Status": "connect:DescribeQueue"})
    _, now = judged(seen(queue), queues={"Sales": {"Description": "x"}})
    assert not [one for one in now["unsure"] if "RTG-002" in one]


def test_a_failure_that_becomes_more_severe_is_brought() -> None:
    def check(queue: Seen, _around: Around) -> Outcome:
        most = queue.get("MaxContacts", 0)
        return Fail.at("MaxContacts", expected=0, actual=most, severity=None if most > 3 else Severity.LOW)

    rule = Rule(
        id="TEST-001",
        title="Nothing is ever right",
        severity=Severity.HIGH,
        severities=(Severity.LOW,),
        kind="connect.queue",
        reads={"connect.queue": ("MaxContacts",)},
        why="",
        fix=Fix(),
        sources=(),
        examples=(),
        check=check,
    )
    for before, then, brought in ((1, 5, ["high"]), (5, 1, []), (5, 6, []), (1, 2, [])):
        snapshot = seen(thing("connect.queue", id="1", Name="Sales", MaxContacts=before))
        (portrait,) = portraits(snapshot)
        drifts = differences(Wanted({"queues": {"Sales": {"MaxContacts": then}}}), portrait)
        ahead = outlook([rule], snapshot, [(portrait, drifts)])
        assert [str(one.severity) for one in ahead.introduced] == brought
        assert ahead.fixed == ()


@pytest.mark.parametrize("planned", [{}, {"users": {"n5": {"SecurityProfiles": ["Agent"]}}}])
def test_administrators_who_are_not_there_yet_count(planned: dict[str, Any]) -> None:
    admin = thing(
        "connect.security_profile", id="sp", SecurityProfileName="Admin", Permissions=["Users.Edit"]
    )
    agent = thing("connect.security_profile", id="ag", SecurityProfileName="Agent", Permissions=[])
    user = thing("connect.user", id="u", Username="ana", SecurityProfileIds=["sp"])
    snapshot = seen(admin, agent, user)
    _, few = judged(snapshot, administrators={f"n{number}": None for number in range(2, 6)}, **planned)
    assert not [one for one in few["introduced"] if one.startswith("CONNECT-ACC-001")]
    _, many = judged(snapshot, administrators={f"n{number}": None for number in range(2, 7)}, **planned)
    assert [one for one in many["introduced"] if one.startswith("CONNECT-ACC-001")]


@pytest.mark.parametrize(
    ("section", "name", "kind", "held"),
    [
        ("lex_bots", "V1/Orders", "connect.lex_bot", {"LexVersion": "V1", "LexBot.Name": "Orders"}),
        ("lex_bots", "V2/Orders/live", "connect.lex_bot", {"LexVersion": "V2"}),
        (
            "integrations",
            "EVENT/arn:aws:x:y:z:a/b",
            "connect.integration_association",
            {"IntegrationType": "EVENT", "IntegrationArn": "arn:aws:x:y:z:a/b"},
        ),
        (
            "integrations",
            "EVENT/a/b/arn:aws:x",
            "connect.integration_association",
            {"IntegrationType": "EVENT", "SourceApplicationName": "a/b", "IntegrationArn": "arn:aws:x"},
        ),
        (
            "analytics_data_shares",
            "agent_queue_statistic_record/123456789012",
            "connect.analytics_data_association",
            {"DataSetId": "agent_queue_statistic_record", "TargetAccountId": "123456789012"},
        ),
    ],
)
def test_a_joined_name_is_taken_apart_where_it_says_which_part_is_which(
    section: str, name: str, kind: str, held: dict[str, str]
) -> None:
    then = only(after(seen(), **{section: {name: None}}), kind)
    assert {path: then.get(path) for path in held} == held
    if section == "lex_bots":
        with pytest.raises(Unread):
            then.get("LexV2Bot.AliasArn")


def test_every_pattern_takes_a_name_into_as_many_parts_as_it_has() -> None:
    for section in SECTIONS:
        for pattern in section.apart:
            assert re.compile(pattern).groups == len(section.label), section.name


def test_storage_of_one_type_is_no_storage_of_another() -> None:
    said = {"StorageType": "S3", "S3Config": {"BucketName": "b"}}
    then = only(after(seen(), storage={"CALL_RECORDINGS": said}), "connect.storage_config")
    assert then.get("KinesisStreamConfig.StreamArn") is None
    assert then.get("S3Config.BucketName") == "b"
    then = only(after(seen(), storage={"CALL_RECORDINGS": {"StorageType": "S3"}}), "connect.storage_config")
    with pytest.raises(Unread):
        then.get("KinesisStreamConfig.StreamArn")


def test_a_new_flow_is_published() -> None:
    then = only(after(seen(), flows={"Main": {"Type": "CONTACT_FLOW"}}), "connect.contact_flow")
    assert then.get("Status") == "PUBLISHED"
    assert then.get("Saved.Content") is None


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.name)
@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32))
@example(seed=1024)  # a routing profile that refers to no queue
def test_the_rules_that_a_change_does_not_concern_would_say_nothing_else(section: Section, seed: int) -> None:
    before = whole(seed, ("Sales", "Support"), ("one", "two"))
    wanted = wanted_from(Portrait(with_a_change(before, section, seed), PLACE))
    portrait = Portrait(before, PLACE)
    drifts = differences(wanted, portrait)
    found = outlook(RULES, before, [(portrait, drifts)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whatif, "concerned", lambda rules, kinds: rules)
        assert found == outlook(RULES, before, [(portrait, drifts)])


def test_without_a_change_no_rule_is_asked() -> None:
    assert concerned(RULES, set()) == []


def test_a_change_concerns_who_reads_the_kind_and_composites_with_all_their_members() -> None:
    found = {rule.id for rule in concerned(RULES, {"connect.phone_number"})}
    composites = [rule for rule in RULES if rule.members and found & {rule.id, *rule.members}]
    assert all(found >= {rule.id, *rule.members} for rule in composites)
    assert found >= {rule.id for rule in RULES if "connect.phone_number" in (*rule.kinds, *rule.reads)}
    assert len(found) < len(RULES)
    assert concerned(RULES, {"connect.instance"}) == RULES
