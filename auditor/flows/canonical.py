"""One writing for every flow that does the same: what two people, two instances or a designer may write differently.

The canonical form is itself a flow. Its actions are numbered as a walk from the start comes to them; what the
designer keeps for itself is gone; every scalar is a text, as the console writes it. So `Flow.parse` reads it back,
and once its references by name are replaced by ids it can be deployed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from auditor.flows.flow import CONDITION, ERROR, NEXT, VERSION, Action, Edge, Flow
from auditor.flows.references import Form, Named, Reference, references

NOWHERE = "(missing)"
"""Where an edge leads that names no action; no action can be called this."""
UNREACHED = "u"
"""The prefix of the numbers of what no contact comes to."""


def canonical(flow: Flow) -> Flow:
    """The flow in canonical form: the same for any order, identifiers and layout of the content.

    Actions that no contact comes to are a set: two that are the same, and lead to the same, are one.
    """
    plain = {
        name: replace(action, parameters=_plain(action.parameters)) for name, action in flow.actions.items()
    }
    numbers = {action.id: str(number) for number, action in enumerate(flow.reachable, 1)}
    kept = [plain[action.id] for action in flow.reachable]
    marks = _marks([plain[action.id] for action in flow.unreachable], numbers)
    order = {mark: f"{UNREACHED}{number}" for number, mark in enumerate(sorted(set(marks.values())), 1)}
    kept += [
        plain[name] for name in {mark: name for name, mark in sorted(marks.items(), key=_by_mark)}.values()
    ]
    numbers |= {name: order[mark] for name, mark in marks.items()}
    actions = [_renumbered(action, numbers) for action in kept]
    return Flow(numbers[flow.start], {action.id: action for action in actions}, _plain(flow.settings))


def fingerprint(flow: Flow) -> str:
    """The hash of the canonical form: equal where the flows are."""
    return hashlib.sha256(text(canonical(flow)).encode("utf-8", "surrogatepass")).hexdigest()


def text(flow: Flow) -> str:
    """A flow as JSON to be read and compared by people: indented, without what the designer adds."""
    return json.dumps(document(flow), indent=2, ensure_ascii=False) + "\n"


def document(flow: Flow) -> dict[str, Any]:
    """A flow as the Flow language has it. Those of two canonical flows are equal where their texts are."""
    said: dict[str, Any] = {
        "Version": VERSION,
        "StartAction": flow.start,
        "Actions": [_written(action) for action in flow.actions.values()],
    }
    if flow.settings:
        said["Settings"] = flow.settings
    return said


def named(flow: Flow, name_of: Callable[[Reference], str | None]) -> Flow:
    """The flow with its static references by name, as in `${queue:Sales}`.

    `name_of` gives the name of what is referred to; a reference for which it gives None stays as it is.
    """

    def put(reference: Reference) -> str:
        name = name_of(reference) if reference.form is Form.STATIC else None
        return reference.value if name is None else str(Named(reference.kind, name, reference.qualifier))

    return _with(flow, lambda action: {one.path: put(one) for one in references(action)})


def placed(flow: Flow, value_of: Callable[[Named], str | None]) -> Flow:
    """The flow with its references by name as ids or ARNs: the way back from `named`.

    `value_of` gives the id or ARN without the qualifier; a reference for which it gives None stays as it is.
    """

    def put(reference: Reference) -> str:
        by_name = Named.read(reference.value)
        value = value_of(by_name) if by_name else None
        if by_name is None or value is None:
            return reference.value
        return f"{value}:{by_name.qualifier}" if by_name.qualifier else value

    return _with(flow, lambda action: {one.path: put(one) for one in references(action)})


def _with(flow: Flow, values_of: Callable[[Action], Mapping[str, str]]) -> Flow:
    """The flow with the parameters at these paths set to these values, in each action."""
    actions = {
        name: replace(action, parameters=_put(action.parameters, values)) if values else action
        for name, action in flow.actions.items()
        for values in (values_of(action),)
    }
    return Flow(flow.start, actions, flow.settings, flow.metadata)


def _put(value: Any, values: Mapping[str, str], path: str = "") -> Any:
    if path in values:
        return values[path]
    if isinstance(value, Mapping):
        return {
            name: _put(inner, values, f"{path}.{name}" if path else str(name))
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_put(inner, values, f"{path}[{number}]") for number, inner in enumerate(value)]
    return value


def _plain(value: Any) -> Any:
    """A value with its names sorted and each scalar as the console writes it; what is null is not there."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict | Mapping):
        return {name: _plain(value[name]) for name in sorted(value) if value[name] is not None}
    if isinstance(value, list):
        return ["" if one is None else _plain(one) for one in value]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _renumbered(action: Action, numbers: Mapping[str, str]) -> Action:
    edges = tuple(
        replace(edge, to=numbers.get(edge.to, NOWHERE) if edge.to else "", test=_plain(edge.test))
        for edge in action.edges
    )
    return replace(action, id=numbers[action.id], edges=edges)


def _marks(unreached: Iterable[Action], numbers: Mapping[str, str]) -> dict[str, str]:
    """A mark for each action that no contact comes to, by what it is and what it leads to.

    Each round looks one step further, until no two are told apart that were the same before. The names and the
    order of the actions have no part in it.
    """
    own = {action.id: _content(action) for action in unreached}
    ways = {action.id: [(*_way(edge), edge.to) for edge in action.edges] for action in unreached}
    marks, classes = own, 0
    while len(set(marks.values())) > classes:
        classes = len(set(marks.values()))
        marks = {
            name: _hash(
                own[name], [(*way, numbers.get(to) or marks.get(to, NOWHERE)) for *way, to in ways[name]]
            )
            for name in own
        }
    return marks


def _by_mark(one: tuple[str, str]) -> str:
    return one[1]


def _content(action: Action) -> str:
    return _hash(action.type, action.parameters)


def _way(edge: Edge) -> tuple[str, str, Any, bool]:
    return edge.kind, edge.error, _plain(edge.test), bool(edge.to)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _written(action: Action) -> dict[str, Any]:
    """An action as the Flow language has it."""
    transitions: dict[str, Any] = {}
    for edge in action.edges:
        if edge.kind == NEXT:
            transitions["NextAction"] = edge.to
        elif edge.kind == CONDITION:
            condition = {"NextAction": edge.to, "Condition": edge.test}
            transitions.setdefault("Conditions", []).append(condition)
        elif edge.kind == ERROR:
            transitions.setdefault("Errors", []).append({"NextAction": edge.to, "ErrorType": edge.error})
    return {
        "Identifier": action.id,
        "Type": action.type,
        "Parameters": action.parameters,
        "Transitions": transitions,
    }
