"""Where the blocks and lines of a drawn flow stand: from left to right, as in the designer.

A block stands as many columns to the right as a contact takes steps to it, and near to what leads to it. Lengths
are in the units of the drawing, which are pixels where it is not scaled.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from auditor.flows.canonical import NOWHERE

Json: TypeAlias = Mapping[str, Any]

WIDTH, APART, GAP = 216, 88, 18
"""A block, the room for lines beside it, and the room below it."""
HEAD, ROW, PADDING = 26, 17, 6
"""The title of a block, each row below, and the room under the last."""
LETTERS = 29
"""How many letters fit into a row."""
MARGIN, ASIDE = 12, 48
"""The room above, below and to the right, and that to the left, where lines lead back."""
_LOOSE = {"": " → nowhere", NOWHERE: f" → {NOWHERE}"}
"""What a way says that leads to no block: it was not wired, or to a block that is not there."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a block: what it says, or a way out of it."""

    y: int
    text: str
    whole: str
    fate: str
    way: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A block where it stands."""

    x: int
    y: int
    height: int
    title: str
    whole: str
    fate: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line from a way out of a block to the block that it leads to, and its arrow, as paths of SVG."""

    path: str
    arrow: str
    fate: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawing with its measures."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def layout(blocks: Sequence[Json]) -> Layout:
    """Where the blocks of a plan's `graph` stand."""
    columns = _columns(blocks)
    tops: dict[str, int] = {}
    boxes: dict[str, Box] = {}
    leads = _leads(blocks)
    for number in sorted(set(columns.values())):
        below = MARGIN
        column = [one for one in blocks if columns[one["name"]] == number]
        for block in sorted(column, key=lambda one: _height_of_sources(one["name"], leads, tops)):
            # No higher than what leads to it, so that most lines go down and to the right.
            y = max(below, round(_height_of_sources(block["name"], leads, tops)))
            box = _box(block, ASIDE + number * (WIDTH + APART), y)
            boxes[block["name"]] = box
            below = y + box.height + GAP
        tops |= {name: box.y for name, box in boxes.items()}
    lines = tuple(line for block in blocks for line in _lines(block, boxes))
    return Layout(
        width=max((box.x + WIDTH for box in boxes.values()), default=0) + MARGIN,
        height=max((box.y + box.height for box in boxes.values()), default=0) + MARGIN,
        boxes=tuple(boxes.values()),
        lines=lines,
    )


def _columns(blocks: Sequence[Json]) -> dict[str, int]:
    """The column of each block: how many steps it is from the first, or from what nothing drawn leads to."""
    ways = {one["name"]: [way["to"] for way in one["ways"]] for one in blocks}
    led_to = {to for name, targets in ways.items() for to in targets if to != name}
    found: dict[str, int] = {}
    starts = [name for number, name in enumerate(ways) if number == 0 or name not in led_to]
    for start in (*starts, *ways):
        if start in found:
            continue
        found[start] = 0
        queue = deque([start])
        while queue:
            name = queue.popleft()
            for to in ways[name]:
                if to in ways and to not in found:
                    found[to] = found[name] + 1
                    queue.append(to)
    return found


def _leads(blocks: Sequence[Json]) -> dict[str, list[str]]:
    """The names of the blocks that lead to each block."""
    found: dict[str, list[str]] = {one["name"]: [] for one in blocks}
    for one in blocks:
        for way in one["ways"]:
            if way["to"] in found:
                found[way["to"]].append(one["name"])
    return found


def _height_of_sources(name: str, leads: Mapping[str, Sequence[str]], tops: Mapping[str, int]) -> float:
    """How far down the blocks to the left stand, in the mean, that lead to a block."""
    known = [tops[one] for one in leads[name] if one in tops]
    return sum(known) / len(known) if known else MARGIN


def _box(block: Json, x: int, y: int) -> Box:
    said = [(_short(one), one, "said", False) for one in block["said"]]
    ways = [
        (_short(way["label"], _LOOSE.get(way["to"], "")), way["label"], way["fate"], True)
        for way in block["ways"]
    ]
    rows = tuple(
        Row(y + HEAD + number * ROW, text, whole, fate, way)
        for number, (text, whole, fate, way) in enumerate([*said, *ways])
    )
    height = HEAD + len(rows) * ROW + (PADDING if rows else 0)
    title = f"{block['name']} {block['type']}"
    return Box(x, y, height, _short(title), title, block["fate"], rows)


def _lines(block: Json, boxes: Mapping[str, Box]) -> Iterator[Line]:
    box = boxes[block["name"]]
    ports = [row for row in box.rows if row.way]
    for way, port in zip(block["ways"], ports, strict=True):
        target = boxes.get(way["to"])
        if target is not None:
            yield _line((box.x + WIDTH, port.y + ROW // 2), (target.x, target.y + HEAD // 2), way["fate"])


def _line(start: tuple[int, int], end: tuple[int, int], fate: str) -> Line:
    (x, y), (to_x, to_y) = start, end
    bend = max(APART // 2, abs(to_x - x) // 2)
    path = f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x - 6} {to_y}"
    return Line(path, f"M{to_x - 7} {to_y - 4}L{to_x} {to_y}L{to_x - 7} {to_y + 4}z", fate)


def _short(text: str, end: str = "") -> str:
    """A text and its end in one row; where both are too long the text is cut, and the end stays."""
    room = LETTERS - len(end)
    return f"{text if len(text) <= room else f'{text[: room - 1]}…'}{end}"
