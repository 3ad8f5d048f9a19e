"""A spec laid over a snapshot: what would be there, and what nobody can know beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
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


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.name)
@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32))
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
