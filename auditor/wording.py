"""Values as people read them: what a setting should be and what it is, in one line and in no programming language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def in_words(value: Any) -> str:
    """A value in words. What is not there is told as well: `absent`, `none`, `empty text`."""
    match value:
        case None:
            return "absent"
        case bool():
            return str(value).lower()
        case str():
            return value or "empty text"
        case float() if value.is_integer():
            return str(int(value))
        case Mapping():
            return _members(value)
        case Iterable():
            return ", ".join(map(_inner, value)) or "none"
        case _:
            return str(value)


def _members(value: Mapping[Any, Any]) -> str:
    if set(value) == {"match"}:
        return f"what matches {_inner(value['match'])}"
    return "; ".join(f"{name}: {_inner(inner)}" for name, inner in value.items()) or "nothing in it"


def _inner(value: Any) -> str:
    """A value inside another: in parentheses, where it could be taken for more than one."""
    several = isinstance(value, Mapping) and len(value) > 1
    return f"({in_words(value)})" if several else in_words(value)
