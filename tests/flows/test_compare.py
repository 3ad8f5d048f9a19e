from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.flows import Flow, compare
from tests.flows.examples import action, content, contents, flow, shuffled, unhurried, when

END = action("z", "DisconnectParticipant")
HELLO = action("a", "MessageParticipant", "b", Text="Hello")
QUEUE = action("b", "UpdateContactTargetQueue", "c", {"NoMatchingError": "z"}, QueueId="q-1")
MOVE = action("c", "TransferContactToQueue", "z", {"NoMatchingError": "z", "QueueAtCapacity": "z"})
BEFORE = flow(HELLO, QUEUE, MOVE, END)


@unhurried
@given(contents(), st.integers())
def test_a_flow_drawn_anew_is_the_same(said: dict[str, Any], seed: int) -> None:
    assert not compare(Flow.parse(said), Flow.parse(shuffled(said, seed)))


@unhurried
@given(contents(), contents())
def test_a_comparison_turned_round_says_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = compare(Flow.parse(one), Flow.parse(other)), compare(Flow.parse(other), Flow.parse(one))
    assert bool(there) == bool(back)
    assert bool(there) == (there.before != there.after)
    assert len(there.same) + len(there.added) == len(there.after.actions)
    assert len(there.same) + len(there.removed) == len(there.before.actions)


def test_a_changed_parameter() -> None:
    found = compare(BEFORE, flow(HELLO, {**QUEUE, "Parameters": {"QueueId": "q-2"}}, MOVE, END))
    assert not found.added
    assert not found.removed
    (changed,) = found.changed
    assert (changed.type, changed.parameters, changed.edges) == (
        "UpdateContactTargetQueue",
        {"QueueId": ("q-1", "q-2")},
        {},
    )
    assert list(found.lines()) == ["~ 2 UpdateContactTargetQueue", "    QueueId: 'q-1' → 'q-2'"]


def test_an_action_put_in_between_moves_nothing_else() -> None:
    more = action("n", "MessageParticipant", "b", Text="We are open.")
    found = compare(BEFORE, flow({**HELLO, "Transitions": {"NextAction": "n"}}, more, QUEUE, MOVE, END))
    assert [one.parameters for one in found.added] == [{"Text": "We are open."}]
    assert not found.removed
    assert [(one.type, one.edges) for one in found.changed] == [("MessageParticipant", {"next": ("2", "2")})]
    assert list(found.lines()) == [
        "~ 1 MessageParticipant",
        "    next → 2 (was 3)",
        "+ 2 MessageParticipant (Text='We are open.')",
        "    next → 3",
    ]


def test_an_action_taken_out() -> None:
    found = compare(BEFORE, flow({**HELLO, "Transitions": {"NextAction": "c"}}, MOVE, END))
    assert [one.type for one in found.removed] == ["UpdateContactTargetQueue"]
    assert list(found.lines()) == [
        "~ 1 MessageParticipant",
        "    next → 2 (was -2)",
        "- -2 UpdateContactTargetQueue (QueueId='q-1')",
    ]


def test_a_rewired_error() -> None:
    loop = {
        **QUEUE,
        "Transitions": {"NextAction": "c", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "a"}]},
    }
    found = compare(BEFORE, flow(HELLO, loop, MOVE, END))
    assert [(one.type, dict(one.edges)) for one in found.changed] == [
        ("UpdateContactTargetQueue", {"on NoMatchingError": ("4", "1")})
    ]


def test_twins_are_told_apart_by_where_they_stand() -> None:
    """Three actions with the same content; the middle one goes."""
    same = [action(name, "MessageParticipant", to, Text="Please hold") for name, to in ("ab", "bc", "cz")]
    found = compare(flow(*same, END), flow(same[0], {**same[1], "Transitions": {"NextAction": "z"}}, END))
    assert (len(found.removed), len(found.added)) == (1, 0)


def test_conditions_in_another_order_are_a_change() -> None:
    ends = (END, action("y", "EndFlowExecution"))
    found = compare(
        flow(when(action("a", "Compare"), _1="z", _2="y"), *ends),
        flow(when(action("a", "Compare"), _2="y", _1="z"), *ends),
    )
    assert [set(one.edges) for one in found.changed] == [{"order of conditions"}]


def test_settings_of_a_module() -> None:
    end = action("a", "EndFlowModuleExecution")
    found = compare(flow(end, Settings={"Out": "a"}), flow(end, Settings={"Out": "b"}))
    assert found
    assert list(found.lines()) == ["~ settings: Out: 'a' → 'b'"]


def test_an_empty_list_is_not_no_list() -> None:
    silent = action("a", "UpdateContactRecordingBehavior", RecordingBehavior={"RecordedParticipants": []})
    found = compare(flow(action("a", "UpdateContactRecordingBehavior")), flow(silent))
    assert found.changed[0].parameters == {"RecordingBehavior.RecordedParticipants": (None, "[]")}


@pytest.mark.parametrize("turned", [False, True])
def test_no_drawing_shows_a_secret(turned: bool) -> None:
    key = "AKIA" + "QWERTYUIOPASDF23"
    hidden = {"note": key, "password": "hunter-2-go"}
    secret = flow(action("a", "InvokeLambdaFunction", "z", LambdaInvocationAttributes=hidden), END)
    clean = flow(action("a", "InvokeLambdaFunction", "z", LambdaInvocationAttributes={"note": "none"}), END)
    for other in (clean, flow(END)):
        drawn = "\n".join((compare(other, secret) if turned else compare(secret, other)).lines())
        assert "‹secret: " in drawn
        assert key not in drawn
        assert "hunter" not in drawn


def test_content_is_compared_and_not_its_writing() -> None:
    said = content(action("a", "Loop", "z", LoopCount=3), END)
    other = content(action("a", "Loop", "z", LoopCount="3"), END, Metadata={"snapToGrid": False})
    assert not compare(Flow.parse(said), Flow.parse(other))
