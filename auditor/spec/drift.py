"""One difference between what should be and what is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditor.model import Cause, Key

TAGS = "Tags"


class Change(StrEnum):
    """What it takes to make an instance as it should be, in the order in which a plan shows it."""

    REPLACE = "replace"
    """The field can never be changed: the thing has to be made anew."""
    DELETE = "delete"
    """It is there and should not be."""
    CREATE = "create"
    """It should be there and is not."""
    UPDATE = "update"
    """It can be changed in place."""
    MANUAL = "manual"
    """No API can do it."""
    UNKNOWN = "unknown"
    """It could not be read: nothing can be said."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Where a spec says something; lines and columns count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference: of a thing as a whole (`path` is empty), or of one of its fields."""

    section: str
    name: str
    change: Change
    path: str = ""
    """The field, in a spec's words."""
    wanted: Any = None
    seen: Any = None
    key: Key | None = None
    """The resource that was seen."""
    mark: Mark | None = None
    """Where the spec says what is wanted."""
    cause: Cause | None = None
    """Of an unknown: why it could not be read."""
    note: str = ""
    """What people have to know or do."""
    dependents: tuple[str, ...] = ()
    """What uses the thing, as `queues Sales`."""

    @property
    def where(self) -> tuple[str, ...]:
        """Its place in a spec: section, name and the steps of the path."""
        return (
            self.section,
            *((self.name,) if self.name != self.section else ()),
            *steps(self.path),
        )


def steps(path: str) -> tuple[str, ...]:
    """The steps of a path: the name of a tag is one step, whatever dots are in it."""
    before, tags, tag = f".{path}".rpartition(f".{TAGS}.")
    fields = tuple(filter(None, (before if tags else path).split(".")))
    return (*fields, TAGS, tag) if tags else fields


def counts(drifts: Sequence[Drift]) -> dict[Change, int]:
    """How many differences of each class there are, in the order of a plan."""
    return {change: sum(one.change is change for one in drifts) for change in Change}
