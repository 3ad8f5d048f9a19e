from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.flows import Flow, Reference, canonical, document, fingerprint, named, placed, text
from auditor.flows.references import Named
from tests.flows.examples import INSTANCE, action, content, contents, flow, shuffled, unhurried, when

NAMES = {"q-1": "Sales", "q-2": "Care", "m-1": "Greeting"}
IDS = {name: identity for identity, name in NAMES.items()}


@unhurried
@given(contents())
def test_the_canonical_form_is_read_back_as_it_was_written(said: dict[str, Any]) -> None:
    form = canonical(Flow.parse(said))
    assert Flow.parse(text(form)) == form
    assert canonical(Flow.parse(text(form))) == form
    assert document(Flow.parse(text(form))) == document(form)


@unhurried
@given(contents(), st.integers())
def test_identifiers_order_and_layout_do_not_matter(said: dict[str, Any], seed: int) -> None:
    assert text(canonical(Flow.parse(said))) == text(canonical(Flow.parse(shuffled(said, seed))))


def test_scalars_are_written_as_the_console_writes_them() -> None:
    ours = flow(action("a", "Loop", LoopCount=3, On=True, Share=1.0, Half=0.5, Gone=None))
    theirs = flow(action("b", "Loop", Half="0.5", On="True", Share="1", LoopCount="3"))
    assert fingerprint(ours) == fingerprint(theirs)


def test_the_order_of_conditions_matters() -> None:
    one = when(action("a", "Compare"), _1="b", _2="c")
    other = when(action("a", "Compare"), _2="c", _1="b")
    ends = (action("b", "DisconnectParticipant"), action("c", "EndFlowExecution"))
    assert fingerprint(flow(one, *ends)) != fingerprint(flow(other, *ends))


def test_every_other_difference_shows() -> None:
    end = action("z", "DisconnectParticipant")
    flows: list[tuple[Any, dict[str, Any]]] = [
        ((action("a", "Wait", "z"), end), {}),
        ((action("a", "Wait", "z", {"NoMatchingError": "z"}), end), {}),
        ((action("a", "Wait", "gone"), end), {}),
        ((action("a", "Wait", "z", {"NoMatchingError": ""}), end), {}),
        ((action("a", "Wait", "z", Events=["CustomerReturned"]), end), {}),
        ((action("a", "Wait", "z", Events=[]), end), {}),
        ((action("a", "Loop", "z"), end), {}),
        ((action("a", "Wait", "z"), end, action("spare", "Loop", "z")), {}),
        ((action("a", "Wait", "z"), end, action("spare", "Loop", "a")), {}),
        ((action("a", "Wait", "z"), end), {"Settings": {"OutputParameters": []}}),
    ]
    marks = {fingerprint(flow(*actions, **more)) for actions, more in flows}
    assert len(marks) == 10


def test_unreachable_actions_are_a_set() -> None:
    end = action("z", "DisconnectParticipant")
    one = action("s1", "MessageParticipant", "z", Text="Spare")
    twin = {**one, "Identifier": "s2"}
    assert text(canonical(flow(end, one, twin))) == text(canonical(flow(end, one)))
    assert list(canonical(flow(end, one, twin)).actions) == ["1", "u1"]


def _name_of(reference: Reference) -> str | None:
    return NAMES.get(reference.id)


def _arn_of(one: Named) -> str | None:
    word = {"connect.queue": "queue", "connect.contact_flow_module": "flow-module"}[one.kind]
    return f"{INSTANCE}/{word}/{IDS[one.name]}" if one.name in IDS else None


def test_references_go_by_name_and_back() -> None:
    said = flow(
        action("a", "UpdateContactTargetQueue", "b", QueueId="q-1"),
        action("b", "InvokeFlowModule", "c", FlowModuleId=f"{INSTANCE}/flow-module/m-1:$LATEST"),
        action("c", "UpdateContactTargetQueue", "d", QueueId="$.Attributes.queue"),
        action("d", "UpdateContactTargetQueue", "e", QueueId="q-9"),
        action("e", "UpdateContactAttributes", Attributes={"text": "q-1"}),
    )
    by_name = named(said, _name_of)
    assert [next(iter(one.parameters.values())) for one in by_name.actions.values()] == [
        "${queue:Sales}",
        "${module:Greeting}:$LATEST",
        "$.Attributes.queue",
        "q-9",
        {"text": "q-1"},
    ]
    back = placed(by_name, _arn_of)
    assert back.actions["a"].parameters == {"QueueId": f"{INSTANCE}/queue/q-1"}
    assert back.actions["b"].parameters == said.actions["b"].parameters
    assert named(back, _name_of) == by_name
    assert fingerprint(named(said, _name_of)) == fingerprint(named(back, _name_of))


def test_a_name_that_nothing_has_stays() -> None:
    by_name = flow(action("a", "UpdateContactTargetQueue", QueueId="${queue:Nobody}"))
    assert placed(by_name, _arn_of).actions["a"].parameters == {"QueueId": "${queue:Nobody}"}


def test_names_make_instances_comparable() -> None:
    here = content(action("a", "UpdateContactTargetQueue", QueueId=f"{INSTANCE}/queue/q-1"))
    there = content(action("x", "UpdateContactTargetQueue", QueueId="q-1"))
    assert fingerprint(Flow.parse(here)) != fingerprint(Flow.parse(there))
    assert fingerprint(named(Flow.parse(here), _name_of)) == fingerprint(named(Flow.parse(there), _name_of))
