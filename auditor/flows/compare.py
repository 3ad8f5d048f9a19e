"""What changed between two flows, as graphs: actions added, removed, changed and rewired.

Identifiers and layout have no part in it. Actions are matched by what they are first, then by where they stand:
those with content that both flows have once, then what hangs on them by the same edges, with the same content
before a changed one.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.flows.canonical import NOWHERE, canonical
from auditor.flows.flow import Action, Flow
from auditor.flows.references import inside
from auditor.flows.secrets import masked

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Changed:
    """An action that both flows have, and what is different about it."""

    before: str
    after: str
    """What the canonical form of the older and of the newer flow calls it."""
    type: str
    parameters: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Old and new value by path; None where there is none."""
    edges: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Old and new target by the edge's label, as the older and the newer flow call it; None where there is none."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one flow became another, both in canonical form."""

    before: Flow
    after: Flow
    same: Mapping[str, str]
    """What the newer flow calls each action of the older one that it still has."""
    changed: tuple[Changed, ...]

    @property
    def added(self) -> tuple[Action, ...]:
        """The actions that only the newer flow has."""
        kept = set(self.same.values())
        return tuple(action for action in self.after.actions.values() if action.id not in kept)

    @property
    def removed(self) -> tuple[Action, ...]:
        """The actions that only the older flow has."""
        return tuple(action for action in self.before.actions.values() if action.id not in self.same)

    @property
    def settings(self) -> Mapping[str, tuple[str | None, str | None]]:
        """What is different about a module's inputs, outputs and returns."""
        return _differing(self.before.settings, self.after.settings)

    def __bool__(self) -> bool:
        """Whether there is a difference."""
        return bool(self.changed or self.added or self.removed or self.settings)

    def lines(self) -> Iterator[str]:
        """A drawing of what changed, for people: `+` added, `-` removed, `~` changed; secrets are masked.

        Actions have the numbers of the newer flow, removed ones those of the older flow with a minus before.
        """
        for path, values in self.settings.items():
            yield f"~ settings: {arrow(path, values)}"
        about = {one.after: one for one in self.changed}
        added = {action.id for action in self.added}
        for action in self.after.actions.values():
            if action.id in added:
                yield f"+ {action.id} {action.type}{_in_brackets(summary(action))}"
                yield from (f"    {edge.label} → {edge.to or 'nowhere'}" for edge in action.edges)
            elif action.id in about:
                yield f"~ {action.id} {action.type}"
                yield from self._details(about[action.id])
        for action in self.removed:
            yield f"- {gone(action.id)} {action.type}{_in_brackets(summary(action))}"

    def _details(self, one: Changed) -> Iterator[str]:
        for path, values in one.parameters.items():
            yield f"    {arrow(path, values)}"
        for label, (old, new) in one.edges.items():
            was = "nothing" if old is None else self.same.get(old, gone(old)) or "nowhere"
            yield f"    {label} → {new or 'nothing'} (was {was})"


def compare(before: Flow, after: Flow) -> Comparison:
    """What changed from one flow to another, whatever their identifiers, layout and order."""
    old, new = canonical(before), canonical(after)
    same = _Matching(old, new).found
    changed = (_change(old.actions[one], new.actions[other], same) for one, other in same.items())
    differing = sorted((one for one in changed if one), key=lambda one: _order(one.after))
    return Comparison(old, new, same, tuple(differing))


class _Matching:
    """Which action of the newer flow each action of the older one became."""

    def __init__(self, old: Flow, new: Flow) -> None:
        self.found: dict[str, str] = {}
        self._old, self._new = old, new
        self._taken: set[str] = set()
        self._content = {
            id(flow): {name: frozenset(_said(action.parameters)) for name, action in flow.actions.items()}
            for flow in (old, new)
        }
        self._comes_from = {id(flow): _sources(flow) for flow in (old, new)}
        self._alike: list[tuple[Any, ...]] = []
        self._different: list[tuple[Any, ...]] = []
        groups = self._groups()
        self._meet(old.start, new.start)
        for olds, news in groups:
            if len(olds) == len(news) == 1:
                self._meet(olds[0], news[0])
        self._follow(self._alike)
        for olds, news in groups:
            self._pair(olds, news)
        self._follow(self._different)

    def _groups(self) -> list[tuple[list[str], list[str]]]:
        """The actions with the same content on both sides, in the order of the older flow."""
        sides: dict[Any, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for side, flow in enumerate((self._old, self._new)):
            for name, action in flow.actions.items():
                sides[action.type, self._content[id(flow)][name]][side].append(name)
        return [group for group in sides.values() if all(group)]

    def _pair(self, olds: list[str], news: list[str]) -> None:
        """Matches what is the same and was not come to, in the order of both flows, and follows each."""
        left = [name for name in olds if name not in self.found]
        right = [name for name in news if name not in self._taken]
        for one, other in zip(left, right, strict=False):
            self._meet(one, other)
        self._follow(self._alike)

    def _meet(self, one: str, other: str) -> None:
        """Two actions stand in the same place: whether they match is decided in the order of likeness."""
        if self._old.actions[one].type != self._new.actions[other].type:
            return
        mine, theirs = self._content[id(self._old)][one], self._content[id(self._new)][other]
        shared = len(mine & theirs) / max(len(mine | theirs), 1)
        alike = mine == theirs
        heapq.heappush(
            self._alike if alike else self._different, (-shared, _order(one), _order(other), one, other)
        )

    def _follow(self, queue: list[tuple[Any, ...]]) -> None:
        """Matches what is in the queue, the likest first, and then what hangs on it."""
        while queue:
            *_, one, other = heapq.heappop(queue)
            if one in self.found or other in self._taken:
                continue
            self.found[one] = other
            self._taken.add(other)
            self._neighbours(one, other)
            if queue is not self._alike:
                self._follow(self._alike)

    def _neighbours(self, one: str, other: str) -> None:
        """What two matched actions lead to by the same edges, and what alone leads to them by the same."""
        targets = labelled(self._new.actions[other])
        for label, to in labelled(self._old.actions[one]).items():
            if to in self._old.actions and targets.get(label) in self._new.actions:
                self._meet(to, targets[label])
        sources = self._comes_from[id(self._new)].get(other, {})
        for label, names in self._comes_from[id(self._old)].get(one, {}).items():
            if len(names) == len(sources.get(label, ())) == 1:
                self._meet(names[0], sources[label][0])


def _change(one: Action, other: Action, same: Mapping[str, str]) -> Changed | None:
    """What is different about an action that both flows have; None where nothing is."""
    parameters = _differing(one.parameters, other.parameters)
    before, after = labelled(one), labelled(other)
    edges = {
        label: (before.get(label), after.get(label))
        for label in (*before, *(label for label in after if label not in before))
        if not _still(before.get(label), after.get(label), same)
    }
    order = (list(before), list(after))
    if not edges and order[0] != order[1]:
        # Conditions are tested in their order.
        edges = {"order of conditions": (", ".join(order[0]), ", ".join(order[1]))}
    return Changed(one.id, other.id, one.type, parameters, edges) if parameters or edges else None


def _still(before: str | None, after: str | None, same: Mapping[str, str]) -> bool:
    """Whether an edge leads to the same action as before, or to none as before."""
    if before is not None and before in same:
        return same[before] == after
    return before == after and before in {None, "", NOWHERE}


def _differing(before: Any, after: Any) -> dict[str, tuple[str | None, str | None]]:
    """Old and new of every text that is not the same, by path."""
    old, new = dict(_said(before)), dict(_said(after))
    return {
        path: (old.get(path), new.get(path))
        for path in sorted({*old, *new})
        if old.get(path) != new.get(path)
    }


def _said(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value by its path, and what is empty: to record nobody is not to say nothing."""
    if isinstance(value, str):
        yield path, value
    elif not value and path:
        yield path, str(value)
    for where, inner in inside(value, path):
        yield from _said(inner, where)


def labelled(action: Action) -> dict[str, str]:
    """Where each edge leads, by its label; a label that comes twice is numbered."""
    found: dict[str, str] = {}
    for edge in action.edges:
        label, number = edge.label, 2
        while label in found:
            label, number = f"{edge.label} ({number})", number + 1
        found[label] = edge.to
    return found


def _sources(flow: Flow) -> dict[str, dict[str, list[str]]]:
    """What leads to each action, by the edge's label."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for action in flow.actions.values():
        for label, to in labelled(action).items():
            found[to][label].append(action.id)
    return found


def _order(name: str) -> tuple[bool, int]:
    """The order of the walk; what no contact comes to is last."""
    digits = name.lstrip("u")
    return name != digits, int(digits)


def gone(name: str) -> str:
    """What an action of the older flow is called beside those of the newer one; empty where there is none."""
    return name and f"-{name}"


def summary(action: Action) -> tuple[str, ...]:
    """The first parameters of an action in short, without secrets in them, and a sign that it has more."""
    said = [f"{path}={_short(value)}" for path, value in _said(masked(action.parameters))]
    return (*said[:3], *("…" for _ in said[3:4]))


def _in_brackets(said: tuple[str, ...]) -> str:
    return f" ({', '.join(said)})" if said else ""


def arrow(path: str, values: tuple[str | None, str | None]) -> str:
    """What a value was and is, without secrets in it."""
    was, now = ("nothing" if value is None else _short(masked(value, path)) for value in values)
    return f"{path}: {was} → {now}"


def _short(value: str) -> str:
    return repr(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…")
