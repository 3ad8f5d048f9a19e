"""Fields that say again what others say are not left behind when the others change."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model import Unread
from auditor.rule import thing
from tests.test_whatif import MATCH, after, only, seen

SALES = thing("connect.queue", id="q-1", Name="Sales", Status="ENABLED")
USERS, QUEUES = "NumberOfAssociatedUsers", "AssociatedQueueIds"


def profile(name: str, users: int, **more: Any) -> Any:
    return thing("connect.routing_profile", id=f"rp-{name}", Name=name, NumberOfAssociatedUsers=users, **more)


def held(snapshot: Any, name: str) -> Any:
    return next(
        one
        for one in snapshot.resources
        if one.key.kind == "connect.routing_profile" and one.get("Name") == name
    )


ENTRY = {"Queue": "Sales", "Channel": "VOICE", "Priority": 1, "Delay": 0}
HELD = {"QueueId": "q-1", "QueueName": "Sales", "Channel": "VOICE", "Priority": 1, "Delay": 0}


def test_the_queues_of_a_routing_profile_are_told_twice() -> None:
    empty = profile("A", 1, Queues=[], AssociatedQueueIds=[], NumberOfAssociatedQueues=0)
    full = profile("B", 1, Queues=[HELD], AssociatedQueueIds=["q-1"], NumberOfAssociatedQueues=1)
    then = after(
        seen(SALES, empty, full), routing_profiles={"A": {"Queues": [ENTRY]}, "B": {"Queues": []}, "C": {}}
    )
    assert (held(then, "A").get(QUEUES), held(then, "A").get("NumberOfAssociatedQueues")) == (["q-1"], 1)
    assert (held(then, "B").get(QUEUES), held(then, "B").get("NumberOfAssociatedQueues")) == ([], 0)
    with pytest.raises(Unread):
        held(then, "C").get(QUEUES)


def test_queues_that_are_only_described_are_known_nowhere() -> None:
    one = profile("A", 1, Queues=[HELD], AssociatedQueueIds=["q-1"])
    then = held(after(seen(SALES, one), routing_profiles={"A": {"Queues": {"match": {"minItems": 2}}}}), "A")
    for path in ("Queues", QUEUES):
        with pytest.raises(Unread):
            then.get(path)


def test_other_changes_of_a_profile_leave_its_queues_alone() -> None:
    one = profile("A", 1, AssociatedQueueIds=["q-1"], Description="old")
    then = held(after(seen(SALES, one), routing_profiles={"A": {"Description": "new"}}), "A")
    assert then.get(QUEUES) == ["q-1"]


def user(name: str, profile: str) -> Any:
    return thing("connect.user", id=f"u-{name}", Username=name, RoutingProfileId=profile)


def test_users_are_counted_where_they_will_be() -> None:
    before = seen(profile("A", 2), profile("B", 0), user("ana", "rp-A"), user("bea", "rp-A"))
    then = after(
        before,
        users={"ana": {"RoutingProfile": "B"}, "bea": {"absent": True}, "eva": {"RoutingProfile": "C"}},
        routing_profiles={"C": {}, "D": {}},
    )
    assert {name: held(then, name).get(USERS) for name in "ABCD"} == {"A": 0, "B": 1, "C": 1, "D": 0}


def test_whoever_comes_to_a_profile_that_nobody_knows_makes_only_empty_ones_uncertain() -> None:
    then = after(seen(profile("A", 2), profile("B", 0), user("ana", "rp-A")), users={"eva": {}})
    assert held(then, "A").get(USERS) == 2
    with pytest.raises(Unread):
        held(then, "B").get(USERS)


@pytest.mark.parametrize(("said", "flag"), [(False, False), (MATCH, None)])
def test_calling_is_an_attribute_and_a_field_of_the_instance(said: Any, flag: bool | None) -> None:
    attribute = thing("connect.instance_attribute", AttributeType="INBOUND_CALLS", Value="true")
    then = after(seen(attribute), attributes={"INBOUND_CALLS": said})
    instance = only(then, "connect.instance")
    if flag is None:
        with pytest.raises(Unread):
            instance.get("InboundCallsEnabled")
    else:
        assert instance.get("InboundCallsEnabled") is flag
