"""Takes what is about a person out of data that leaves the process.

The table of kinds says which fields are personal. Judging uses clear data; masking happens once, where a
report or a snapshot is made.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from auditor.flows import masked
from auditor.kinds import KINDS
from auditor.model import Masked, Resource, Snapshot

_PHONE = re.compile(r"^\+?[\d\s().-]{5,}$")
_WORD = re.compile(r"\w+")
_SHORTEST_INSIDE = 6
"""Personal values of fewer characters are masked only where they stand alone: `ana` is part of many words."""


class Mask:
    """Hides the personal values of one snapshot wherever they turn up."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._hidden = {value: hidden(value) for one in snapshot.resources for value in _personal(one)}
        # By their first word, the longest first: one pattern of 30,000 alternatives would be tried at each letter.
        self._inside: dict[str, list[tuple[int, str]]] = {}
        for value in sorted(self._hidden, key=len, reverse=True):
            word = _WORD.search(value)
            if word and len(value) >= _SHORTEST_INSIDE:
                self._inside.setdefault(word.group(), []).append((word.start(), value))

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
        parts, end = [], 0
        for word in _WORD.finditer(text):
            found = self._found(text, word, end)
            if found:
                start, value = found
                parts += [text[end:start], self._hidden[value]]
                end = start + len(value)
        return "".join([*parts, text[end:]])

    def _found(self, text: str, word: re.Match[str], end: int) -> tuple[int, str] | None:
        """The personal value that has this word of the text for its first, and where it begins."""
        for before, value in self._inside.get(word.group(), ()):
            start, after = word.start() - before, word.start() - before + len(value)
            # Whole words only, so that a name is not found inside another word.
            if start >= end and text.startswith(value, start) and not text[after : after + 1].isalnum():
                return start, value
        return None


class Clear:
    """Masks nothing (`--show-pii`)."""

    def __call__(self, value: Any) -> Any:
        """The value itself."""
        return value


class Markers:
    """Puts a `Masked` in place of every personal value of a resource: what a saved snapshot holds.

    Beside the fields that are personal, this is every text that is as a whole one of their values (the owner in
    a tag), unless it is too short to be told from a word, or identifies or names the resource.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        values = (value for one in snapshot.resources for value in _personal(one))
        self._elsewhere = frozenset(value for value in values if len(value) >= _SHORTEST_INSIDE)

    def __call__(self, resource: Resource) -> Resource:
        """The resource as it may leave the process."""
        kind = resource.key.kind
        personal, kept = _PERSONAL.get(kind, ()), _KEPT.get(kind, frozenset())

        def marked(value: Any, path: str) -> Any:
            if isinstance(value, Mapping):
                return {name: marked(inner, _below(path, name)) for name, inner in value.items()}
            if isinstance(value, list | tuple):
                return [marked(inner, path) for inner in value]
            if value is None or value == "" or isinstance(value, bool | Masked):
                return value
            if _inside(path, personal) or (
                isinstance(value, str) and value in self._elsewhere and path not in kept
            ):
                return Masked(hidden(str(value)))
            return value

        name = resource.name
        if name and kind in _NAMED_PERSONALLY and not isinstance(name, Masked):
            name = Masked(hidden(name))
        return replace(resource, data=marked(resource.data, ""), name=name)


def without_secrets(resource: Resource) -> Resource:
    """The resource without the secrets that somebody typed into a flow: nobody asks for those, not even in clear.

    A mask stands in place of each, so that a rule still finds that there was one.
    """
    if resource.key.kind not in _FLOWS:
        return resource
    return replace(resource, data={name: _safe(value, name) for name, value in resource.data.items()})


def _safe(value: Any, name: str) -> Any:
    """A field of a flow without secrets; a content that holds none stays as it was, to the letter."""
    if isinstance(value, Mapping):
        return {inner: _safe(said, inner) for inner, said in value.items()}
    if name != "Content" or not isinstance(value, str) or isinstance(value, Masked):
        return value
    try:
        content = json.loads(value)
    except (ValueError, RecursionError):
        return masked(value)
    safe = masked(content)
    return value if safe == content else json.dumps(safe, ensure_ascii=False)


def masked_paths(value: Any, path: str = "") -> Iterator[str]:
    """The path of each `Masked` in data; one in a list is at the list's own path."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from masked_paths(inner, _below(path, name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from masked_paths(inner, path)
    elif isinstance(value, Masked):
        yield path


def hidden(value: str) -> str:
    """What stands for a personal value: a number keeps its last four digits, anything else becomes a token.

    The token is the same wherever the same value stands, so that two findings about one person can be joined.
    """
    if _PHONE.match(value):
        digits = sum(character.isdigit() for character in value)
        return f"{'•' * max(digits - 4, 1)}{value[-4:]}"
    return f"‹masked {hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}›"


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
    elif isinstance(value, str) and value and not path and not isinstance(value, Masked):
        yield value


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _inside(path: str, holders: tuple[str, ...]) -> bool:
    """Whether a path is one of the others or inside one."""
    return any(path == one or path.startswith(f"{one}.") for one in holders)


_FLOWS = frozenset({"connect.contact_flow", "connect.contact_flow_module"})
_PERSONAL = {kind.name: kind.personal for kind in KINDS if kind.personal}
_NAMED_PERSONALLY = {kind.name for kind in KINDS if _inside(kind.label, kind.personal)}
_KEPT = {kind.name: frozenset({*kind.id, kind.label, kind.arn}) for kind in KINDS}
