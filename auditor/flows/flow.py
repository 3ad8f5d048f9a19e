"""A flow as it is read from its content: actions, and the edges that lead from one to another."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

VERSION = "2019-10-30"
NEXT, CONDITION, ERROR = "next", "condition", "error"
DEEPEST = 60
"""How many lists and objects may stand inside each other in a parameter; AWS's own have less than ten."""


class NotAFlow(ValueError):
    """The content is not a flow in the Flow language; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One way out of an action: where it goes on, on a condition, or after an error.

    `NextAction` of many action types (TransferToFlow, Compare, …) repeats the target of an error or condition:
    it says that the contact may come there, not that the action succeeded.
    """

    kind: str
    """`next`, `condition` or `error`."""
    to: str
    """The identifier of the action it leads to; empty where nothing is wired."""
    error: str = ""
    """The type of the error."""
    test: Mapping[str, Any] = field(default_factory=dict)
    """The condition: an operator and its operands."""

    @property
    def label(self) -> str:
        """What tells it from the action's other edges, in words."""
        if self.kind == CONDITION:
            operands = ", ".join(map(_plain, _list(self.test.get("Operands"))))
            return f"when {self.test.get('Operator', '?')} {operands}".rstrip()
        return f"on {self.error}" if self.kind == ERROR else NEXT


@dataclass(frozen=True, slots=True)
class Action:
    """One action (the designer draws it as a block): its type, its parameters, and the ways out of it."""

    id: str
    type: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    """In the order in which a walk takes them: next, conditions as they are tested, errors by type."""

    @property
    def errors(self) -> Mapping[str, str]:
        """Where each error leads, by its type."""
        return {edge.error: edge.to for edge in self.edges if edge.kind == ERROR}

    @property
    def targets(self) -> Iterator[str]:
        """Every action it may lead to."""
        return (edge.to for edge in self.edges if edge.to)

    def at(self, path: str) -> str:
        """How evidence names a parameter of it, or one of its ways out."""
        return f"{self.type}[{self.id}].{path}"

    def get(self, path: str, default: Any = None) -> Any:
        """The parameter at a dotted path, or `default`."""
        value: Any = self.parameters
        for step in path.split("."):
            if not isinstance(value, Mapping) or step not in value:
                return default
            value = value[step]
        return value

    def says(self, path: str) -> str:
        """The parameter at a dotted path as text, whether it was written as text, number or boolean."""
        return _plain(self.get(path, ""))

    def on(self, path: str) -> bool:
        """Whether the parameter at a dotted path is true: the console writes "True", people write true."""
        return self.says(path).lower() == "true"


@dataclass(frozen=True)
class Flow:
    """A flow or a flow module: its actions by identifier, in the order of the content, and where it starts."""

    start: str
    actions: Mapping[str, Action]
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of a module: what it takes, what it gives back, and how it can return."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What the designer keeps for itself: positions and names, stale ones among them. It decides nothing."""

    @classmethod
    def parse(cls, content: str | Mapping[str, Any]) -> Flow:
        """The flow in a content: JSON as text, or as read from it. Raises `NotAFlow`."""
        said = _envelope(content)
        actions: dict[str, Action] = {}
        for number, one in enumerate(_list(said.get("Actions"))):
            action = _action(one, number)
            if actions.setdefault(action.id, action) is not action:
                raise NotAFlow(f"two actions are identified as {action.id!r}: give each its own Identifier")
        start = _plain(said.get("StartAction", ""))
        if start not in actions:
            raise NotAFlow(f"StartAction {start!r} is the Identifier of no action")
        if _deeper(said.get("Settings"), DEEPEST):
            raise NotAFlow(f"the Settings are nested more than {DEEPEST} levels deep")
        return cls(start, actions, _map(said.get("Settings")), _map(said.get("Metadata")))

    @cached_property
    def reachable(self) -> tuple[Action, ...]:
        """The actions that a contact may come to, breadth first from the start, edges in their order."""
        return tuple(self.walk(self.start))

    @cached_property
    def unreachable(self) -> tuple[Action, ...]:
        """The actions that no contact comes to, in the order of the content."""
        seen = {action.id for action in self.reachable}
        return tuple(action for action in self.actions.values() if action.id not in seen)

    def walk(self, start: str, avoid: Iterable[str] = ()) -> Iterator[Action]:
        """The actions from one on, breadth first, edges in their order, not going through those to `avoid`."""
        seen, queue = {start, *avoid}, deque([start])
        while queue:
            action = self.actions.get(queue.popleft())
            if action is not None:
                yield action
                fresh = [to for to in dict.fromkeys(action.targets) if to not in seen]
                seen.update(fresh)
                queue.extend(fresh)

    def of(self, *types: str) -> Iterator[Action]:
        """The reachable actions of these types."""
        return (action for action in self.reachable if action.type in types)


def _envelope(content: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """What surrounds the actions. Raises `NotAFlow` for what is no flow, and for what is one no longer."""
    said: Any = content
    if isinstance(content, str):
        try:
            said = json.loads(content.removeprefix("\ufeff"))
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise NotAFlow(f"this is not JSON: {error.msg} ({where})") from error
        except RecursionError as error:
            raise NotAFlow("this is nested too deeply to be a flow") from error
    if not isinstance(said, Mapping):
        raise NotAFlow("a flow is a JSON object with Version, StartAction and Actions")
    if isinstance(said.get("modules"), list):
        raise NotAFlow(
            "this is an export of the designer before 2022, which no API takes: import it on the admin website, "
            "publish it and export it again"
        )
    if not isinstance(said.get("Actions"), list):
        raise NotAFlow("this has no list of Actions: a flow has Version, StartAction and Actions")
    if said.get("Version", VERSION) != VERSION:
        raise NotAFlow(f"Version {said['Version']!r} of the Flow language is not known; {VERSION} is")
    return said


def _action(said: Any, number: int) -> Action:
    """One action, tolerant of what people leave out. Raises `NotAFlow` where it has no name or no type."""
    if not isinstance(said, Mapping):
        raise NotAFlow(f"Actions[{number}] is not an object")
    name, kind = said.get("Identifier"), said.get("Type")
    if not isinstance(name, str) or not name or not isinstance(kind, str) or not kind:
        raise NotAFlow(f"Actions[{number}] lacks an Identifier or a Type")
    for part in ("Parameters", "Transitions"):
        if _deeper(said.get(part), DEEPEST):
            raise NotAFlow(f"the {part} of {name!r} are nested more than {DEEPEST} levels deep")
    return Action(name, kind, _map(said.get("Parameters")), tuple(_edges(_map(said.get("Transitions")))))


def _deeper(value: Any, levels: int) -> bool:
    """Whether a value is nested more than so many levels deep."""
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    return levels == 0 or any(_deeper(inner, levels - 1) for inner in value if isinstance(inner, dict | list))


def _edges(said: Mapping[str, Any]) -> Iterator[Edge]:
    following = _plain(said.get("NextAction", ""))
    if following:
        yield Edge(NEXT, following)
    for one in map(_map, _list(said.get("Conditions"))):
        yield Edge(CONDITION, _plain(one.get("NextAction", "")), test=_map(one.get("Condition")))
    errors = [
        Edge(ERROR, _plain(one.get("NextAction", "")), error=_plain(one.get("ErrorType", "")))
        for one in map(_map, _list(said.get("Errors")))
    ]
    yield from sorted(errors, key=lambda edge: edge.error)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _plain(value: Any) -> str:
    """A scalar as the console writes it: everything is a text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


class Fields(Protocol):
    """Something with fields: what a rule sees of a resource."""

    def get(self, path: str) -> Any:
        """The value at a path."""


def idle(one: Fields) -> str:
    """Why no contact comes to a flow or module as it is, or nothing: what is seen of it has State and Status."""
    if one.get("State") == "ARCHIVED":
        return "it is archived"
    return "it was never published" if one.get("Status") == "SAVED" else ""
