import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.flows import Flow, NotAFlow
from tests.flows.examples import action, content, contents, flow, unhurried, when

MENU = flow(
    when(
        action(
            "menu",
            "GetParticipantInput",
            "bye",
            {"NoMatchingError": "sorry", "InputTimeLimitExceeded": "menu"},
            Text="Press 1 for sales.",
            StoreInput=False,
        ),
        _1="sales",
        _2="care",
    ),
    action("spare", "MessageParticipant", "bye", Text="Never heard"),
    action("bye", "DisconnectParticipant"),
    action("sales", "TransferToFlow", "bye", {"NoMatchingError": "bye"}, ContactFlowId="f-1"),
    action("care", "TransferToFlow", "bye", {"NoMatchingError": "bye"}, ContactFlowId="f-2"),
    action("sorry", "MessageParticipant", "bye", Text="Sorry"),
)


def test_a_walk_takes_next_then_conditions_then_errors_by_type() -> None:
    assert [one.id for one in MENU.reachable] == ["menu", "bye", "sales", "care", "sorry"]
    assert [edge.label for edge in MENU.actions["menu"].edges] == [
        "next",
        "when Equals 1",
        "when Equals 2",
        "on InputTimeLimitExceeded",
        "on NoMatchingError",
    ]


def test_what_no_contact_comes_to_is_known() -> None:
    assert [one.id for one in MENU.unreachable] == ["spare"]


def test_a_walk_can_go_around_actions() -> None:
    assert [one.id for one in MENU.walk("menu", avoid=("bye", "sales"))] == ["menu", "care", "sorry"]


def test_parameters_are_read_however_they_are_written() -> None:
    read = flow(action("a", "Loop", LoopCount=3, Deep={"Er": "x"}, On="True", Off=False, Also=True)).actions[
        "a"
    ]
    assert (read.says("LoopCount"), read.says("Deep.Er"), read.says("Nothing")) == ("3", "x", "")
    assert (read.on("On"), read.on("Also"), read.on("Off"), read.on("Nothing")) == (True, True, False, False)


def test_parameters_and_transitions_may_be_absent() -> None:
    bare = Flow.parse(
        {
            "Version": "2019-10-30",
            "StartAction": "a",
            "Actions": [{"Identifier": "a", "Type": "EndFlowExecution"}],
        }
    )
    assert not bare.actions["a"].parameters
    assert not bare.actions["a"].edges


def test_a_module_has_settings() -> None:
    module = flow(action("a", "EndFlowModuleExecution"), Settings={"InputParameters": []})
    assert module.settings == {"InputParameters": []}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("{", "not JSON"),
        ('{"a": ' * 100_000, "nested too deeply"),
        ("[]", "JSON object"),
        ('{"modules": [], "version": "1", "start": "a"}', "before 2022"),
        ('{"ContactFlow": {}}', "no list of Actions"),
        (content(action("a", "Loop"), start="b"), "StartAction 'b'"),
        (content(action("a", "Loop"), action("a", "Wait")), "two actions are identified as 'a'"),
        ({"Actions": [{"Identifier": "a"}], "StartAction": "a"}, "lacks an Identifier or a Type"),
        ({"Actions": ["a"], "StartAction": "a"}, "not an object"),
        ({**content(action("a", "Loop")), "Version": "2031-01-01"}, "'2031-01-01'"),
    ],
)
def test_what_is_no_flow_is_refused_in_words(said: Any, words: str) -> None:
    with pytest.raises(NotAFlow, match=words):
        Flow.parse(said)


@unhurried
@given(contents())
def test_text_and_what_is_read_from_it_are_one_flow(said: dict[str, Any]) -> None:
    assert Flow.parse(json.dumps(said)) == Flow.parse(said)


@unhurried
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(
                    ["Actions", "StartAction", "Identifier", "Type", "Parameters", "Transitions", "Errors"]
                ),
                x,
            )
        ),
    )
)
def test_no_json_is_read_with_another_error(said: Any) -> None:
    with suppress(NotAFlow):
        read = Flow.parse(json.dumps(said))
        assert read.start in read.actions
