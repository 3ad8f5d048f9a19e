"""Flows of our own making, and ways to make more of them."""

import json
import random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from auditor.flows import Flow, made
from auditor.flows.actions import TYPES

unhurried = settings(deadline=None)
"""For tests that a loaded machine may run slowly."""
INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"


def action(name: str, kind: str, /, to: str = "", on: dict[str, str] | None = None, **parameters: Any) -> Any:
    """An action as the Flow language has it; `on` are its errors."""
    return made.action(name, kind, to, errors=on, **parameters)


def when(one: Any, **targets: str) -> Any:
    """The action with a condition for each operand."""
    equals = {operand.removeprefix("_"): to for operand, to in targets.items()}
    conditions = made.action("", "", equals=equals)["Transitions"]
    return {**one, "Transitions": {**one["Transitions"], **conditions}}


def content(*actions: Any, start: str = "", **more: Any) -> dict[str, Any]:
    """A whole content; it starts at its first action."""
    said: dict[str, Any] = json.loads(made.content(*actions, **more))
    return {**said, "StartAction": start} if start else said


def flow(*actions: Any, **more: Any) -> Flow:
    """The flow that these actions make."""
    return Flow.parse(content(*actions, **more))


def shuffled(said: dict[str, Any], seed: int) -> dict[str, Any]:
    """The same flow as somebody else would have drawn it: other identifiers, order and layout."""
    chance = random.Random(seed)
    names = [one["Identifier"] for one in said["Actions"]]
    others = chance.sample([f"b-{number}" for number in range(2 * len(names))], len(names))
    fresh = dict(zip(names, others, strict=True))

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            items = list(value.items())
            chance.shuffle(items)
            return {
                name: fresh.get(inner, inner)
                if name in ("NextAction", "Identifier", "StartAction")
                else renamed(inner)
                for name, inner in items
            }
        return [renamed(inner) for inner in value] if isinstance(value, list) else value

    other = renamed({**said, "Metadata": {"entryPointPosition": {"x": chance.random(), "y": 40}}})
    chance.shuffle(other["Actions"])
    for one in other["Actions"]:
        if "Errors" in one["Transitions"]:
            chance.shuffle(one["Transitions"]["Errors"])
    loaded: dict[str, Any] = json.loads(json.dumps(other))
    return loaded


scalars = st.one_of(
    st.text(max_size=8), st.integers(-9, 99), st.booleans(), st.sampled_from(["$.External.x", "1.0"])
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["Text", "Key", "QueueId"]), inner, max_size=2),
    ),
    max_leaves=4,
)


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """Any content: cycles, shared targets, what nobody reaches, edges to nothing."""
    size = draw(st.integers(1, 9))
    names = [f"a{number}" for number in range(size)]
    targets = st.sampled_from([*names, *names, "gone", ""])
    kinds = st.sampled_from(
        ["MessageParticipant", "Compare", "DisconnectParticipant", *sorted(TYPES)[:3], "FromTomorrow"]
    )
    actions = []
    for name in names:
        one = action(
            name,
            draw(kinds),
            draw(targets),
            draw(
                st.dictionaries(
                    st.sampled_from(["NoMatchingError", "QueueAtCapacity", "E"]), targets, max_size=2
                )
            ),
            **draw(st.dictionaries(st.sampled_from(["Text", "QueueId", "Attributes"]), values, max_size=2)),
        )
        operands = draw(st.dictionaries(st.sampled_from(["_1", "_2", "yes"]), targets, max_size=2))
        actions.append(when(one, **operands) if operands else one)
    return content(*actions, start=draw(st.sampled_from(names)))
