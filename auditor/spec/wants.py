"""What a spec wants of things, as AWS would hold it, and what those things would name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.kinds import KINDS
from auditor.model import Place, Snapshot
from auditor.spec.compare import EXHAUSTIVE, Wanted
from auditor.spec.holding import Holding
from auditor.spec.portrait import Portrait
from auditor.spec.sections import KIND_OF, SECTIONS, Section, Shape


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that a spec speaks of, without what is only said to be like something."""

    section: Section
    name: str
    data: Mapping[str, Any]

    def neighbours(self) -> Iterator[tuple[str, str]]:
        """Kind and id of the buckets, keys, streams and functions that it names."""
        for kind in KINDS:
            for named in kind.named:
                identity = named.identity(self.data) if named.kind == self.section.kind else None
                if identity is not None:
                    yield kind.name, identity


def wants(wanted: Wanted, place: Place, partition: str) -> Iterator[Want]:
    """Every thing that a spec names, in the order of the sections, as it would be held at a place."""
    portrait = Portrait(Snapshot("", partition), place)
    for section in SECTIONS:
        said = wanted.sections.get(section.name, {})
        if section.shape in (Shape.NAMED, Shape.NAMES):
            for name in said:
                fields = said[name] if isinstance(said, Mapping) else None
                if name != EXHAUSTIVE and not (isinstance(fields, Mapping) and fields.get("absent")):
                    yield _want(section, str(name), fields, portrait)


def _want(section: Section, name: str, said: Any, portrait: Portrait) -> Want:
    holding = Holding(section, portrait)
    data: dict[str, Any] = dict(holding.held(_literal(said or {}), ""))
    if section.shape is Shape.NAMES and not section.label:
        label = KIND_OF[section.kind].label
        data[label] = holding.held(name, label)
    return Want(section, name, data)


def _literal(said: Any) -> Any:
    """What is said as it will be; a matcher says nothing of that."""
    if isinstance(said, Mapping):
        return {
            name: _literal(inner)
            for name, inner in said.items()
            if not (isinstance(inner, Mapping) and "match" in inner)
        }
    return said
