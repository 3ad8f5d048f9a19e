"""A spec: what some instances should be, and which instances those are."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from auditor.expect import ABSENT, matcher
from auditor.model import Cause, Resource, Unread
from auditor.positions import Said
from auditor.spec.compare import Wanted
from auditor.spec.sections import Section


@dataclass(frozen=True, slots=True)
class Match:
    """Which instances a spec speaks of. What is empty is not looked at."""

    alias: Any = ""
    """A name, a glob (`aurora-*`), or a matcher."""
    account: str = ""
    region: str = ""
    tags: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0
    """Where the spec says it; 0: nowhere."""

    def accepts(self, instance: Resource) -> bool:
        """Whether it speaks of this instance. Raises `Unread` where that takes tags that were not read."""
        place = instance.key.place
        return (
            self.account in ("", place.account)
            and self.region in ("", place.region)
            and (self.alias == "" or _is(self.alias, instance.data.get("InstanceAlias", ABSENT)))
            and self._tagged(instance)
        )

    def _tagged(self, instance: Resource) -> bool:
        if not self.tags:
            return True
        asked = {f"Tags.{name}" for name in self.tags}
        tags = instance.get("Tags", besides=tuple({*instance.unread} - asked - {"Tags"})) or {}
        return all(_is(value, tags.get(name, ABSENT)) for name, value in self.tags.items())

    def __str__(self) -> str:
        said = {"alias": self.alias, "account": self.account, "region": self.region, **self.tags}
        words = ", ".join(f"{name} {value}" for name, value in said.items() if value) or "every instance"
        return f"{words}, line {self.line}" if self.line else words


@dataclass(frozen=True, slots=True)
class Environment:
    """One overlay of a spec: `prod`, `dev`; a spec without overlays has one that has no name."""

    name: str
    match: Match
    wanted: Wanted
    bends: Said | None
    """What it says of the catalogue's rules: a mapping with `params`, `severity` or both."""
    said: Mapping[str, Said]
    """The sections as the file has them, with its variables filled in: what can be checked once names are known."""
    strange: tuple[tuple[Section, Said, tuple[str, ...]], ...] = ()
    """Fields that the schema does not know, each with its section and the fields that are known there."""
    undecided: Cause | None = None
    """Why nobody can tell whether it speaks of an instance."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One file."""

    file: Path
    environments: tuple[Environment, ...]

    def of(self, instance: Resource, only: str = "") -> Environment | None:
        """The environment that speaks of an instance: the first one that matches it; with `only` that one.

        Where tags decide that were not read it is the one that may, `undecided`.
        """
        for one in self.environments:
            if only in ("", one.name):
                try:
                    if one.match.accepts(instance):
                        return one
                except Unread as unread:
                    return replace(one, undecided=unread.cause)
        return None


def _is(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, str) and any(sign in wanted for sign in "*?["):
        return isinstance(value, str) and fnmatch.fnmatchcase(value, wanted)
    return matcher(wanted).fits(value)
