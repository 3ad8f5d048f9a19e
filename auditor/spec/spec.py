"""A spec: what some instances should be, and which instances those are."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.expect import ABSENT, matcher
from auditor.model import Resource
from auditor.positions import Said
from auditor.spec.compare import Wanted


@dataclass(frozen=True, slots=True)
class Match:
    """Which instances a spec speaks of. What is empty is not looked at."""

    alias: Any = ""
    """A name, a glob (`aurora-*`), or a matcher."""
    account: str = ""
    region: str = ""
    tags: Mapping[str, Any] = field(default_factory=dict)

    def accepts(self, instance: Resource) -> bool:
        """Whether it speaks of this instance."""
        place = instance.key.place
        tags = instance.data.get("Tags") or {}
        return (
            self.account in ("", place.account)
            and self.region in ("", place.region)
            and (self.alias == "" or _is(self.alias, instance.data.get("InstanceAlias", ABSENT)))
            and all(_is(value, tags.get(name, ABSENT)) for name, value in self.tags.items())
        )

    def __str__(self) -> str:
        said = {"alias": self.alias, "account": self.account, "region": self.region, **self.tags}
        return ", ".join(f"{name} {value}" for name, value in said.items() if value) or "every instance"


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
    strange: tuple[tuple[Said, tuple[str, ...]], ...] = ()
    """Fields that the schema does not know, each with those it knows there."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One file."""

    file: Path
    environments: tuple[Environment, ...]

    def of(self, instance: Resource, only: str = "") -> Environment | None:
        """The environment that speaks of an instance: the first one that matches it; with `only` that one."""
        wanted = (one for one in self.environments if only in ("", one.name))
        return next((one for one in wanted if one.match.accepts(instance)), None)


def _is(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, str) and any(sign in wanted for sign in "*?["):
        return isinstance(value, str) and fnmatch.fnmatchcase(value, wanted)
    return matcher(wanted).fits(value)
