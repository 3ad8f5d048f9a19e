"""What an earlier snapshot read and may be used again: evidence that it did not change, and that it is not too old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from auditor.kinds import KINDS, Kind, lookup
from auditor.model import Key, Resource

UNCOVERED = frozenset({"Tags"})
"""Fields that change without any evidence of it: TagResource is no modification of what it tags."""
SETTLED = timedelta(seconds=2)
"""A change in the very second in which something was read could be followed by another with the same time."""
DIRECTORY = "EXISTING_DIRECTORY"
"""How an instance says that a directory keeps its users: what changes there, Connect does not date."""

_EVIDENT = frozenset(kind.name for kind in KINDS if kind.evidence)


@dataclass(frozen=True)
class Past:
    """The resources of an earlier snapshot, each with the time at which it was read."""

    resources: Mapping[Key, Resource] = field(default_factory=dict)

    @classmethod
    def of(cls, resources: Iterable[Resource], taken_at: str, oldest: datetime) -> Past:
        """What may be used of a snapshot taken then: what was read at `oldest` or later.

        Raises `ValueError` for a time that is none.
        """
        kept: dict[Key, Resource] = {}
        directories = set()
        for one in resources:
            if one.data.get("IdentityManagementType") == DIRECTORY:
                directories.add(one.key.place)
            read_at = one.read_at or taken_at
            if one.key.kind in _EVIDENT and _moment(read_at) >= oldest:
                kept[one.key] = replace(one, read_at=read_at)
        return cls(
            {
                key: one
                for key, one in kept.items()
                if key.kind != "connect.user" or key.place not in directories
            }
        )

    def unchanged(self, kind: Kind, key: Key, now: Mapping[str, object]) -> Resource | None:
        """The earlier resource, where its evidence is that of `now`: what the lists say of it today."""
        then = self.resources.get(key)
        if then is None or not kind.evidence:
            return None
        for number, name in enumerate(kind.evidence):
            before, after = lookup(then.data, name), lookup(now, name)
            if before != after or (before is None and number == 0):
                return None
            if name.endswith("Time") and _moment(str(after)) + SETTLED > _moment(then.read_at):
                return None
        return then


NO_PAST = Past()


def holds(then: Resource, path: str) -> bool:
    """Whether an earlier resource tells about a field, be it that it is absent, and nothing of it is masked."""
    return path not in UNCOVERED and then.knows(path)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
