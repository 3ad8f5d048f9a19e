"""What to draw of two flows that differ: the blocks that changed, and those that they lead to or come from.

Blocks have the numbers of the newer flow; those that only the older flow has, its numbers with a minus before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from auditor.flows.canonical import NOWHERE
from auditor.flows.compare import Changed, Comparison, arrow, gone, labelled, summary
from auditor.flows.flow import Action

MOST = 120
"""How many blocks a drawing has at most: nobody follows the lines of more, and the list of changes has them all."""


class Fate(StrEnum):
    """What became of a block, or of a way out of it."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a block."""

    label: str
    to: str
    """The name of the block it leads to; empty where nothing is wired, and `NOWHERE` where no block has the name."""
    fate: Fate


@dataclass(frozen=True, slots=True)
class Block:
    """A block of either flow."""

    name: str
    type: str
    fate: Fate
    said: tuple[str, ...]
    """What it says, or what is said otherwise; secrets are masked."""
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The blocks to draw, as a walk from the start comes to them, and how many are left out."""

    blocks: tuple[Block, ...]
    left_out: int


def drawing(comparison: Comparison) -> Drawing:
    """What to draw of a comparison."""
    blocks = list(_blocks(comparison))
    moved = {one.name for one in blocks if one.fate is not Fate.SAME}
    touched = {way.to for one in blocks if one.name in moved for way in one.ways}
    touching = {one.name for one in blocks if any(way.to in moved for way in one.ways)}
    wanted = moved | touched | touching
    kept = [one for one in blocks if one.name in wanted][:MOST]
    return Drawing(tuple(_among(kept)), len(blocks) - len(kept))


def _blocks(comparison: Comparison) -> Iterator[Block]:
    """Every block of both flows, with its ways of both."""
    became = {after: before for before, after in comparison.same.items()}
    changes = {one.after: one for one in comparison.changed}
    for action in comparison.after.actions.values():
        if action.id not in became:
            yield Block(action.id, action.type, Fate.ADDED, summary(action), _ways(action, Fate.ADDED, {}))
            continue
        before = comparison.before.actions[became[action.id]]
        change = changes.get(action.id)
        fate = Fate.CHANGED if change else Fate.SAME
        ways = tuple(_both(labelled(before), labelled(action), comparison.same))
        yield Block(action.id, action.type, fate, _changes(change) if change else (), ways)
    for action in comparison.removed:
        ways = _ways(action, Fate.REMOVED, comparison.same)
        yield Block(gone(action.id), action.type, Fate.REMOVED, summary(action), ways)


def _ways(action: Action, fate: Fate, same: Mapping[str, str]) -> tuple[Way, ...]:
    """All ways of a block that only one of the flows has."""
    return tuple(
        Way(label, _older(to, same) if fate is Fate.REMOVED else to, fate)
        for label, to in labelled(action).items()
    )


def _both(before: Mapping[str, str], after: Mapping[str, str], same: Mapping[str, str]) -> Iterator[Way]:
    """The ways of a block that both flows have, where they lead in either."""
    for label in dict.fromkeys((*after, *before)):
        old = _older(before[label], same) if label in before else None
        new = after.get(label)
        if old == new:
            yield Way(label, new or "", Fate.SAME)
            continue
        if old is not None:
            yield Way(label, old, Fate.REMOVED)
        if new is not None:
            yield Way(label, new, Fate.ADDED)


def _older(name: str, same: Mapping[str, str]) -> str:
    """What the drawing calls an action of the older flow."""
    return name if name == NOWHERE else same.get(name, gone(name))


def _changes(change: Changed) -> tuple[str, ...]:
    return tuple(arrow(path, values) for path, values in change.parameters.items())


def _among(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with those of their ways that tell something.

    That is what changed, what leads to or from a block that changed, and how a contact comes from one to the next.
    """
    order = {one.name: number for number, one in enumerate(blocks)}
    moved = {one.name for one in blocks if one.fate is not Fate.SAME}
    for number, one in enumerate(blocks):
        yield replace(
            one,
            ways=tuple(
                way
                for way in one.ways
                if way.fate is not Fate.SAME
                or (way.to in order and (moved & {one.name, way.to} or order[way.to] > number))
            ),
        )
