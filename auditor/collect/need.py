"""What is worth a call: the kinds and fields that the selected rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from auditor.kinds import KINDS, Kind, led_to
from auditor.rule import Rule


@dataclass(frozen=True, slots=True)
class Need:
    """The fields that somebody will look at, by kind.

    `wide` adds every kind that costs a few calls for a whole instance, and all that stands behind a setting;
    what costs a call for each resource, or stands apart, is read for `fields` only. `everything` reads all.
    """

    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    wide: bool = False
    everything: bool = False

    @classmethod
    def of(cls, rules: Iterable[Rule], *, wide: bool, kinds: tuple[Kind, ...] = KINDS) -> Need:
        """What these rules look at, and what leads to it: who names a neighbour, whose lists are gone through."""
        fields: dict[str, set[str]] = {}
        for rule in rules:
            for name, paths in rule.reads.items():
                fields.setdefault(name, set()).update(paths)
        return cls(led_to(fields, kinds), wide=wide)

    def besides(self, fields: Mapping[str, Iterable[str]], kinds: tuple[Kind, ...] = KINDS) -> Need:
        """The same, and these fields by kind."""
        both = {kind: set(paths) for kind, paths in self.fields.items()}
        for kind, paths in fields.items():
            both.setdefault(kind, set()).update(paths)
        return replace(self, fields=led_to(both, kinds))

    def kind(self, kind: Kind) -> bool:
        """Whether a kind is read at all."""
        return self.everything or (self.wide and not kind.apart) or kind.name in self.fields

    def facet(self, kind: Kind, name: str) -> bool:
        """Whether a field that costs a call of its own for each resource is read."""
        apart = any(facet.apart for facet in kind.facets if facet.field == name)
        beside = self.wide and bool(kind.named) and not apart
        return self.everything or beside or self.paths(kind.name, (name,))

    def paths(self, kind: str, paths: Iterable[str]) -> bool:
        """Whether somebody looks at one of these paths, at what holds it or at something inside it."""
        wanted = self.fields.get(kind, frozenset())
        return any(
            self.everything
            or any(path == one or path.startswith(f"{one}.") or one.startswith(f"{path}.") for one in wanted)
            for path in paths
        )


EVERYTHING = Need(everything=True)
