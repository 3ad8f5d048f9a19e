"""Two portraits beside each other: two moments of one instance, or two instances."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from auditor.examples import INSTANCE_ID, snapshot_of
from auditor.model import Cause, Gap, Place, Reason, Snapshot
from auditor.rule import Example, Thing, Verdict, thing
from auditor.spec.compare import Wanted, between_instances, differences, wanted_from
from auditor.spec.drift import Change, Drift
from auditor.spec.portrait import Portrait, portraits
from auditor.whatif import laid_over

DENIED = Cause(Reason.DENIED, "connect:Something")
SALES = thing("connect.queue", id="1", Name="Sales", Status="ENABLED")
LEVELS = thing("connect.hierarchy_structure", id="levels", LevelOne={"Name": "Site"})
QUEUE = "connect.queue"


def seen(*things: Thing, instance: Mapping[str, Any] | None = None) -> Snapshot:
    """An instance with these things, and of everything else nothing."""
    data = {"InstanceAlias": "prod", **(instance or {})}
    return snapshot_of(Example("e", Verdict.PASS, thing("connect.instance", **data), things))


def portrait(snapshot: Snapshot) -> Portrait:
    (one,) = portraits(snapshot)
    return one


def without(snapshot: Snapshot, kind: str, cause: Cause | None, *, part: str = "") -> Snapshot:
    """The snapshot in which a kind was not asked for, or (with a cause) could not be listed whole."""
    place = next(snapshot.instances()).key.place
    return replace(
        snapshot,
        resources=tuple(one for one in snapshot.resources if one.key.kind != kind or part),
        complete=frozenset(one for one in snapshot.complete if one[1] != kind),
        gaps=(Gap(place, kind, part, cause),) if cause else (),
    )


def half_read(snapshot: Snapshot, kind: str, unread: Mapping[str, Cause], rest: Cause | None) -> Snapshot:
    """The snapshot in which fields of a kind were not read."""
    return replace(
        snapshot,
        resources=tuple(
            replace(
                one,
                data={name: value for name, value in one.data.items() if name not in unread},
                unread=unread,
                rest=rest,
            )
            if one.key.kind == kind
            else one
            for one in snapshot.resources
        ),
    )


def became(before: Snapshot, after: Snapshot) -> list[Drift]:
    """What happened from one snapshot to the other."""
    return list(differences(wanted_from(portrait(after)), portrait(before)))


def told(drifts: list[Drift]) -> list[tuple[str, str, str, str]]:
    return [(one.section, one.name, one.path, str(one.change)) for one in drifts]


@pytest.mark.parametrize("cause", [None, DENIED], ids=["not asked", "denied"])
@pytest.mark.parametrize("before", [seen(SALES), seen()], ids=["something before", "nothing before"])
def test_a_section_that_is_unread_in_the_newer_moment_is_unknown(
    before: Snapshot, cause: Cause | None
) -> None:
    (found,) = became(before, without(before, QUEUE, cause))
    assert (found.section, found.change) == ("queues", Change.UNKNOWN)
    assert found.cause == (cause or Cause(Reason.NOT_ASKED))


def test_a_section_that_nobody_asked_for_is_unknown_and_not_in_sync() -> None:
    neither = without(seen(SALES), QUEUE, None)
    (found,) = became(neither, neither)
    assert (found.section, found.change) == ("queues", Change.UNKNOWN)


def test_what_was_seen_of_a_section_with_a_gap_is_compared() -> None:
    before = seen(SALES, thing("connect.queue", id="2", Name="Support", Status="ENABLED"))
    after = without(seen(replace(SALES, data={**SALES.data, "Status": "DISABLED"})), QUEUE, DENIED, part="x")
    assert told(became(before, after)) == [
        ("queues", "Sales", "Status", "update"),
        ("queues", "", "", "unknown"),
    ]


def test_the_one_thing_of_a_section_that_was_not_read_is_unknown() -> None:
    """Not a thing whose fields are all to be taken away."""
    before = seen(LEVELS)
    assert became(before, before) == []
    (found,) = became(before, without(before, "connect.hierarchy_structure", DENIED))
    assert (found.section, found.change, found.cause) == ("hierarchy_levels", Change.UNKNOWN, DENIED)


def test_an_unread_field_of_the_instance_itself_is_unknown() -> None:
    before = seen(instance={"IdentityManagementType": "SAML"})
    after = half_read(before, "connect.instance", {"IdentityManagementType": DENIED}, None)
    assert told(became(before, after)) == [("instance", "instance", "IdentityManagementType", "unknown")]


def test_a_field_that_only_the_older_moment_has_is_unknown_where_the_newer_did_not_ask() -> None:
    before = seen(SALES)
    after = half_read(before, QUEUE, {}, Cause(Reason.NOT_ASKED))
    after = replace(
        after,
        resources=tuple(
            replace(one, data={"Name": "Sales"}) if one.key.kind == QUEUE else one for one in after.resources
        ),
    )
    (found,) = became(before, after)
    assert told([found]) == [("queues", "Sales", "Status", "unknown")]
    assert found.cause == Cause(Reason.NOT_ASKED)


def test_fields_that_neither_moment_asked_for_are_told_once() -> None:
    some = half_read(
        seen(SALES, thing("connect.queue", id="2", Name="Support", Status="ENABLED")),
        QUEUE,
        {},
        Cause(Reason.NOT_ASKED),
    )
    (found,) = became(some, some)
    assert told([found]) == [("queues", "", "", "unknown")]


def test_a_new_thing_is_new_although_a_field_of_it_was_not_read() -> None:
    after = half_read(seen(SALES), QUEUE, {"Status": DENIED}, None)
    (found,) = became(seen(), after)
    assert (found.name, found.change) == ("Sales", Change.CREATE)


def test_two_instances_may_be_called_otherwise_and_be_elsewhere() -> None:
    mine = portrait(seen(SALES, instance={"InstanceAlias": "blue", "CreatedTime": "2025"}))
    other = seen(SALES, instance={"InstanceAlias": "green", "CreatedTime": "2026", "ServiceRole": "r"})
    moved = Place("999999999999", "eu-central-1", "99999999-2222-3333-4444-555555555555")

    def at(place: Place) -> Place:
        return moved if place.instance_id else moved._replace(instance_id="")

    model = replace(
        other,
        resources=tuple(
            replace(one, key=one.key._replace(place=at(one.key.place))) for one in other.resources
        ),
        complete=frozenset((at(place), kind) for place, kind in other.complete),
    )
    assert between_instances(portrait(model), mine) == ()


def test_two_instances_differ_in_what_is_set() -> None:
    mine = portrait(seen(SALES, instance={"InstanceAlias": "blue", "IdentityManagementType": "SAML"}))
    model = portrait(seen(instance={"InstanceAlias": "green", "IdentityManagementType": "CONNECT_MANAGED"}))
    assert told(list(between_instances(model, mine))) == [
        ("instance", "instance", "IdentityManagementType", "replace"),
        ("queues", "Sales", "", "delete"),
    ]


def wanted(sections: Mapping[str, Any], snapshot: Snapshot) -> list[Drift]:
    """What differs from a spec."""
    return list(differences(Wanted(sections), portrait(snapshot)))


def test_an_instance_in_another_region_has_to_be_made_anew() -> None:
    (found,) = wanted({"instance": {"Region": "eu-central-1"}}, seen())
    assert (found.path, found.change, found.seen) == ("Region", Change.REPLACE, "us-east-1")
    assert wanted({"instance": {"Region": "us-east-1"}}, seen()) == []


DIRECTORY = {"IdentityManagementType": "EXISTING_DIRECTORY"}


@pytest.mark.parametrize("said", ["d-1111111111", {"match": {"pattern": "^d-"}}])
def test_which_directory_an_instance_uses_is_unknown(said: Any) -> None:
    (found,) = wanted({"instance": {"DirectoryId": said}}, seen(instance=DIRECTORY))
    assert (found.path, found.change) == ("DirectoryId", Change.UNKNOWN)
    assert found.cause is not None
    assert found.cause.detail == "no API tells the directory of an instance"


@pytest.mark.parametrize(("said", "change"), [("d-1", None), ("d-2", Change.REPLACE)])
def test_a_directory_with_the_alias_of_the_instance_tells(said: str, change: Change | None) -> None:
    directories = (
        thing("ds.directory", id="d-1", Alias="prod"),
        thing("ds.directory", id="d-2", Alias="other"),
    )
    found = wanted({"instance": {"DirectoryId": said}}, seen(*directories, instance=DIRECTORY))
    assert [one.change for one in found] == ([change] if change else [])
    saml = wanted({"instance": {"DirectoryId": said}}, seen(*directories))
    assert [one.change for one in saml] == [Change.UNKNOWN]


PROFILE = thing("connect.routing_profile", id="p", Name="All", DefaultOutboundQueueId="1")
NUMBER = thing("connect.phone_number", id="n", PhoneNumberArn="arn:n", PhoneNumber="+15550100")
MAIN = thing("connect.contact_flow", id="f", Arn="arn:f", Name="Main")
CONNECTED = thing(
    "connect.flow_association", ResourceType="VOICE_PHONE_NUMBER", ResourceId="arn:n", FlowId="arn:f"
)


def flow_to(queue: str) -> Thing:
    """A flow that sends to a queue."""
    to = {
        "Identifier": "a",
        "Type": "UpdateContactTargetQueue",
        "Parameters": {"QueueId": queue},
        "Transitions": {},
    }
    content = {"Version": "2019-10-30", "StartAction": "a", "Actions": [to], "Metadata": {}}
    return replace(MAIN, data={**MAIN.data, "Content": json.dumps(content)})


@pytest.mark.parametrize(
    ("things", "unnamed"),
    [
        ((PROFILE,), ("routing_profiles", "All", "DefaultOutboundQueue")),
        (
            (
                replace(
                    PROFILE,
                    data={"Name": "All", "Queues": [{"QueueId": "1", "Channel": "VOICE", "Delay": 0}]},
                ),
            ),
            ("routing_profiles", "All", "Queues"),
        ),
        (
            (flow_to(f"arn:aws:connect:us-east-1:111122223333:instance/{INSTANCE_ID}/queue/1"),),
            ("flows", "Main", "Content"),
        ),
    ],
    ids=["field", "list", "flow"],
)
def test_a_reference_to_what_was_not_read_is_neither_changed_nor_missing(
    things: tuple[Thing, ...], unnamed: tuple[str, str, str]
) -> None:
    whole = seen(SALES, *things)
    hidden = without(whole, QUEUE, DENIED)
    for before, after in ((whole, hidden), (hidden, whole)):
        found = became(before, after)
        assert {one.change for one in found} == {Change.UNKNOWN}
        assert {one.cause for one in found} == {DENIED}
        assert {(one.section, one.name, one.path) for one in found} == {("queues", "", ""), unnamed}
    assert told(became(whole, seen(*things)))[-1][-1] == "update", "a queue that is gone is a difference"


def test_a_spec_that_names_what_was_not_read_is_unknown() -> None:
    hidden = without(seen(SALES, PROFILE), QUEUE, DENIED)
    for said in ("Sales", {"match": {"pattern": "^Sal"}}):
        (found,) = wanted({"routing_profiles": {"All": {"DefaultOutboundQueue": said}}}, hidden)
        assert (found.change, found.cause) == (Change.UNKNOWN, DENIED)


def test_what_is_named_after_something_unread_is_unknown() -> None:
    whole = seen(NUMBER, MAIN, CONNECTED)
    hidden = without(whole, "connect.phone_number", DENIED)
    for before, after in ((whole, hidden), (hidden, whole)):
        found = became(before, after)
        assert [(one.section, one.name, one.change) for one in found] == [
            ("phone_numbers", "", Change.UNKNOWN),
            ("number_flows", "", Change.UNKNOWN),
        ]
    (found_,) = wanted({"number_flows": {"+15550100": "Main"}}, hidden)
    assert (found_.name, found_.change, found_.cause) == ("+15550100", Change.UNKNOWN, DENIED)


def test_names_that_are_words_of_specs_are_names_in_an_instance() -> None:
    odd = thing("connect.queue", id="9", Name="exhaustive", Tags={"match": "x", "exhaustive": "1"})
    assert became(seen(odd), seen(odd)) == []
    assert told(became(seen(), seen(odd))) == [("queues", "exhaustive [9]", "", "create")]
    other = replace(odd, data={**odd.data, "Tags": {"match": "y", "exhaustive": "2"}})
    assert [one.path for one in became(seen(odd), seen(other))] == ["Tags.match", "Tags.exhaustive"]


def test_matchers_in_a_list_are_matchers() -> None:
    profile = thing(
        "connect.routing_profile",
        id="p",
        Name="All",
        MediaConcurrencies=[{"Channel": "VOICE", "Concurrency": 1}, {"Channel": "CHAT", "Concurrency": 5}],
    )

    def said(most: int) -> list[dict[str, Any]]:
        return [
            {"Channel": "VOICE", "Concurrency": 1},
            {"Channel": "CHAT", "Concurrency": {"match": {"maximum": most}}},
        ]

    assert wanted({"routing_profiles": {"All": {"MediaConcurrencies": said(5)}}}, seen(profile)) == []
    (found,) = wanted({"routing_profiles": {"All": {"MediaConcurrencies": said(4)}}}, seen(profile))
    assert (found.path, found.change) == ("MediaConcurrencies", Change.UPDATE)


@pytest.mark.parametrize(
    "said", [{"absent": False}, {"Tags": {"exhaustive": True}}, {"Tags": {"Owner": None}}]
)
def test_what_asks_for_nothing_finds_nothing(said: Mapping[str, Any]) -> None:
    assert wanted({"queues": {"Sales": said}}, seen(SALES)) == []


def test_a_field_inside_what_can_never_be_changed_can_never_be_changed() -> None:
    rule = thing("connect.rule", id="r", Name="Late", TriggerEventSource={"EventSourceName": "OnPostCall"})
    said = {"rules": {"Late": {"TriggerEventSource": {"EventSourceName": "OnSalesforceCaseCreate"}}}}
    (found,) = wanted(said, seen(rule))
    assert found.change is Change.REPLACE


def test_a_matcher_sees_a_flow_as_its_text() -> None:
    flow = flow_to("arn:aws:connect:us-east-1:111122223333:instance/other/queue/1")
    fits = {"match": {"pattern": "UpdateContactTargetQueue"}}
    assert wanted({"flows": {"Main": {"Content": fits}}}, seen(flow)) == []
    (found,) = wanted({"flows": {"Main": {"Content": {"match": {"pattern": "Nothing"}}}}}, seen(flow))
    assert found.change is Change.UPDATE


TAGGED = thing("connect.queue", id="1", Name="Sales", Tags={"team.owner": "ana", "owner": "ben"})


def test_a_tag_with_dots_in_its_name_is_one_tag() -> None:
    """Not the same tag as the one that is called like what follows the last dot."""
    assert wanted({"queues": {"Sales": {"Tags": {"team.owner": "ana", "owner": "ben"}}}}, seen(TAGGED)) == []
    (found,) = wanted({"queues": {"Sales": {"Tags": {"team.owner": "eva"}}}}, seen(TAGGED))
    assert (found.path, found.seen, found.where[-1]) == ("Tags.team.owner", "ana", "team.owner")
    after = laid_over(seen(TAGGED), portrait(seen(TAGGED)), [found])
    (queue,) = (one for one in after.resources if one.key.kind == QUEUE)
    assert queue.data["Tags"] == {"team.owner": "eva", "owner": "ben"}
    new = wanted({"queues": {"New": {"Tags": {"team.owner": "eva"}}}}, seen())
    (queue,) = (one for one in laid_over(seen(), portrait(seen()), new).resources if one.key.kind == QUEUE)
    assert queue.data["Tags"] == {"team.owner": "eva"}


def test_a_list_of_things_that_aws_left_empty_is_no_accident() -> None:
    queue = thing("connect.queue", id="1", Name="Sales", EmailAddresses=[{}])
    (found,) = wanted({"queues": {"Sales": {"EmailAddresses": ["a@example.com"]}}}, seen(queue))
    assert (found.path, found.seen) == ("EmailAddresses", ["${missing:}"])


def test_two_instances_do_not_differ_in_what_has_no_name() -> None:
    """A notification is known by its id, which no other instance has; between two moments it is told."""
    one, other = (
        seen(thing("connect.notification", id=one, Id=one, Content={"en_US": "Meeting"}))
        for one in ("1", "2")
    )
    assert between_instances(portrait(one), portrait(other)) == ()
    assert [found.change for found in became(one, other)] == [Change.CREATE, Change.DELETE]
    hidden = without(other, "connect.notification", DENIED)
    assert [found.change for found in between_instances(portrait(one), portrait(hidden))] == [Change.UNKNOWN]


RULE = thing(
    "connect.rule",
    id="r",
    Name="Late",
    Actions=[{"TaskAction": {"Description": "see 11111111-2222-3333-4444-555555555502"}}],
)
VIP = thing(
    "connect.queue", id="11111111-2222-3333-4444-555555555502", QueueArn="arn:aws:connect:x:1:q/2", Name="VIP"
)


def test_what_would_vanish_names_what_uses_it() -> None:
    profile = replace(PROFILE, data={"Name": "All", "DefaultOutboundQueueId": VIP.id})
    whole = seen(VIP, SALES, profile, RULE)
    (found,) = wanted({"queues": {"VIP": {"absent": True}}}, whole)
    assert (found.dependents, found.note) == (("routing_profiles All", "rules Late"), "")
    (found,) = wanted({"queues": {"Sales": {"absent": True}}}, whole)
    assert (found.dependents, found.note) == ((), "")


CALLS: dict[str, Any] = {
    "Identifier": "a",
    "Type": "InvokeLambdaFunction",
    "Parameters": {"LambdaFunctionARN": "arn:aws:lambda:us-east-1:111122223333:function:orders"},
    "Transitions": {"NextAction": "b"},
}
ASKS: dict[str, Any] = {
    "Identifier": "b",
    "Type": "ConnectParticipantWithLexBot",
    "Parameters": {"LexV2Bot": {"AliasArn": "arn:aws:lex:us-east-1:111122223333:bot-alias/A/B"}},
    "Transitions": {},
}


def test_a_function_and_a_bot_that_would_vanish_name_the_flows_that_call_them() -> None:
    flow = {"Version": "2019-10-30", "StartAction": "a", "Actions": [CALLS, ASKS]}
    bot = ASKS["Parameters"]["LexV2Bot"]
    whole = seen(
        replace(MAIN, data={**MAIN.data, "Content": json.dumps(flow)}),
        thing("connect.lambda_function", FunctionArn=CALLS["Parameters"]["LambdaFunctionARN"]),
        thing("connect.lex_bot", LexVersion="V2", LexV2Bot=bot),
        thing("lex.bot_alias", id=bot["AliasArn"], botAliasName="live", Bot={"botName": "Orders"}),
    )
    found = wanted({"lambda_functions": {"exhaustive": True}, "lex_bots": {"exhaustive": True}}, whole)
    assert [(one.name, one.dependents) for one in found] == [
        ("orders", ("flows Main",)),
        ("V2/Orders/live", ("flows Main",)),
    ]


@pytest.mark.parametrize("how", ["kind", "field"])
def test_what_uses_a_thing_is_not_nobody_where_that_was_not_read(how: str) -> None:
    whole = seen(VIP, PROFILE)
    hidden = (
        without(whole, "connect.routing_profile", None)
        if how == "kind"
        else half_read(whole, "connect.routing_profile", {"Queues": DENIED}, None)
    )
    (found,) = wanted({"queues": {"exhaustive": True}}, hidden)
    assert found.change is Change.DELETE
    assert found.note == "what uses it was not read whole: routing_profiles"
