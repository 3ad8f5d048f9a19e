"""Composes the plain part of YAML, as `export` writes it: blocks of one-line values, without anything clever.

ruamel.yaml looks at every character several times; a spec of a large instance has a million of them. What is here
knows only what cannot mean two things, and leaves every text that holds anything else (and so every mistake, alias,
tag and line break inside a value) to ruamel.yaml, whose nodes and tags it makes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_ODD = re.compile(r"[^\n\x20-\x7e\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What no plain text holds: tabs, other line breaks, byte order marks, what cannot be printed."""
_PLAIN = r"(?:[\w/$+(<=^~]|[-.](?=\w))(?:[^\s:#]|:(?=\S)|(?<=\S)#| +(?=[^\s:#]))*"
_QUOTED = r"""'(?:[^'\n]|'')*'|"[^"\\\n]*\""""
_LINE = re.compile(
    rf"(?P<dash>- )?(?:(?P<key>{_PLAIN}|{_QUOTED}):(?: +|$))?(?P<value>{_PLAIN}|{_QUOTED}|\[\]|\{{\}})? *(?:(?<= )#.*)?"
)
LONGEST_KEY = 1000
"""YAML takes a name of at most 1024 characters."""
DEEPEST_COLUMN = 200


class Mark(NamedTuple):
    """A place in the text, counted from 0."""

    line: int
    column: int


class _Row(NamedTuple):
    """A line, or what follows the dash in one."""

    at: Mark
    dash: bool
    key: str | None
    value: str | None
    value_at: Mark


def compose(text: str) -> Node | None:
    """The root node of a text; None where that takes ruamel.yaml."""
    rows = _rows(text)
    if not rows:
        return None
    root, left = _Blocks(rows, cache(_tag_of)).block(0)
    return root if left == len(rows) else None


def _rows(text: str) -> list[_Row]:
    """The rows of a text that are no comments; none where one is not plain."""
    rows: list[_Row] = []
    if _ODD.search(text):
        return rows
    for number, line in enumerate(text.split("\n")):
        inner = line.lstrip(" ")
        if not inner or inner.startswith("#"):
            continue
        column = len(line) - len(inner)
        found = _LINE.fullmatch(inner)
        if found is None or column > DEEPEST_COLUMN:
            return []
        dash, key, value = found["dash"], found["key"], found["value"]
        if (key is None and value is None) or (key is not None and len(key) > LONGEST_KEY):
            return []
        value_at = Mark(number, column + max(found.start("value"), 0))
        if dash and key is not None:
            rows.append(_Row(Mark(number, column), True, None, None, value_at))
            column += len(dash)
        rows.append(_Row(Mark(number, column), bool(dash and key is None), key, value, value_at))
    return rows


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Makes nodes of rows. A row that belongs nowhere is left over."""

    rows: list[_Row]
    tag_of: Any

    def block(self, number: int) -> tuple[Node, int]:
        """The list or mapping that begins at a row, and the number of the row behind it."""
        first = self.rows[number]
        return (self._sequence if first.dash else self._mapping)(number, first.at)

    def _sequence(self, number: int, at: Mark) -> tuple[Node, int]:
        items: list[Node] = []
        while (row := self._row(number, at, dash=True)) is not None:
            if row.value is None:
                item, number = self.block(number + 1)
            else:
                item, number = self._value(row.value, row.value_at), number + 1
            items.append(item)
        tag = self.tag_of(SequenceNode, None, True)
        return SequenceNode(tag, items, at, at, flow_style=False), number

    def _mapping(self, number: int, at: Mark) -> tuple[Node, int]:
        members: list[tuple[Node, Node]] = []
        while (row := self._row(number, at, dash=False)) is not None and row.key is not None:
            number += 1
            if row.value is not None:
                value = self._value(row.value, row.value_at)
            elif number < len(self.rows) and self._is_inside(self.rows[number], at):
                value, number = self.block(number)
            else:
                value = self._value("", row.at)
            members.append((self._value(row.key, row.at), value))
        tag = self.tag_of(MappingNode, None, True)
        return MappingNode(tag, members, at, at, flow_style=False), number

    def _row(self, number: int, at: Mark, *, dash: bool) -> _Row | None:
        """The row, if it continues a block that stands at this column."""
        row = self.rows[number] if number < len(self.rows) else None
        return row if row and row.at.column == at.column and row.dash is dash else None

    def _is_inside(self, row: _Row, at: Mark) -> bool:
        """Whether a row is what the name before it holds: a list may stand as far to the left as its name."""
        return row.at.column > at.column or (row.dash and row.at.column == at.column)

    def _value(self, text: str, at: Mark) -> Node:
        end = Mark(at.line, at.column + len(text))
        if text in ("[]", "{}"):
            node = SequenceNode if text == "[]" else MappingNode
            return node(self.tag_of(node, None, True), [], at, end, flow_style=True)
        if text[:1] in ("'", '"'):
            quote, inner = text[0], text[1:-1]
            inner = inner.replace("''", "'") if quote == "'" else inner
            return ScalarNode(self.tag_of(ScalarNode, inner, (False, True)), inner, at, end, style=quote)
        return ScalarNode(self.tag_of(ScalarNode, text, (True, False)), text, at, end)


_RESOLVER = YAML(typ="safe", pure=True).resolver


def _tag_of(node: type[Node], text: str | None, implicit: Any) -> Any:
    """The tag that YAML 1.2 gives a node."""
    return _RESOLVER.resolve(node, text, implicit)
