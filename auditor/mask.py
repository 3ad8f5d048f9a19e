"""Takes what is about a person out of data that leaves the process.

The table of kinds says which fields are personal. Judging uses clear data; masking happens once, where a
report or a snapshot is made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.kinds import KINDS
from auditor.model import Resource, Snapshot

_PHONE = re.compile(r"^\+?[\d\s().-]{5,}$")
_SHORTEST_INSIDE = 6
"""Personal values of fewer characters are masked only where they stand alone: `ana` is part of many words."""


class Mask:
    """Hides the personal values of one snapshot wherever they turn up."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._hidden = {value: hidden(value) for one in snapshot.resources for value in _personal(one)}
        inside = sorted((one for one in self._hidden if len(one) >= _SHORTEST_INSIDE), key=len, reverse=True)
        # Word boundaries on both sides, so that a name is not found inside another word.
        self._inside = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, inside))})(?!\w)") if inside else None

    def __call__(self, value: Any) -> Any:
        """The same value, of whatever JSON type, without anything personal."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return {name: self(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self(inner) for inner in value]
        return value

    def _text(self, text: str) -> str:
        if text in self._hidden:
            return self._hidden[text]
        if self._inside is None:
            return text
        return self._inside.sub(lambda found: self._hidden[found.group()], text)


class Clear:
    """Masks nothing (`--show-pii`)."""

    def __call__(self, value: Any) -> Any:
        """The value itself."""
        return value


def hidden(value: str) -> str:
    """What stands for a personal value: a number keeps its last four digits, anything else becomes a token.

    The token is the same wherever the same value stands, so that two findings about one person can be joined.
    """
    if _PHONE.match(value):
        digits = sum(character.isdigit() for character in value)
        return f"{'•' * max(digits - 4, 1)}{value[-4:]}"
    return f"‹masked {hashlib.sha256(value.encode()).hexdigest()[:8]}›"


def _personal(resource: Resource) -> Iterator[str]:
    for path in _PERSONAL.get(resource.key.kind, ()):
        yield from _texts(resource.data, *path.split("."))


def _texts(value: Any, *path: str) -> Iterator[str]:
    """Every text at or below a path; a step into a list is a step into each of its items."""
    if isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, *path)
    elif isinstance(value, Mapping):
        for inner in [value.get(path[0])] if path else value.values():
            yield from _texts(inner, *path[1:])
    elif isinstance(value, str) and value and not path:
        yield value


_PERSONAL = {kind.name: kind.personal for kind in KINDS if kind.personal}
