"""What a running collection has found so far, and the snapshot that it becomes."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor.model import Cause, Gap, Key, Place, Resource, Snapshot, Unit


@dataclass
class Gathered:
    """Filled by the readings; `snapshot` makes it sorted and frozen, when a run was interrupted while they go on."""

    resources: list[Resource] = field(default_factory=list)
    complete: set[tuple[Place, str]] = field(default_factory=set)
    gaps: set[Gap] = field(default_factory=set)
    missing: set[Key] = field(default_factory=set)
    unread: dict[Key, Cause] = field(default_factory=dict)
    units: dict[tuple[str, str], Unit] = field(default_factory=dict)
    _claimed: set[Key] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, key: Key) -> bool:
        """Whether this neighbour is new: it is read once, however many settings name it."""
        with self._lock:
            new = key not in self._claimed
            self._claimed.add(key)
            return new

    def add(self, place: Place, kind: str, resources: Iterable[Resource], gaps: Iterable[Gap]) -> None:
        """A kind has been read at a place, with these gaps."""
        with self._lock:
            gaps = list(gaps)
            self.resources.extend(resources)
            self.gaps.update(gaps)
            if not any(gap.hides for gap in gaps):
                self.complete.add((place, kind))

    def neighbour(self, key: Key, found: Resource | None) -> None:
        """A neighbour that was looked for: itself, or None where it does not exist."""
        with self._lock:
            if found is None:
                self.missing.add(key)
            else:
                self.resources.append(found)

    def unit(self, unit: Unit) -> None:
        """What became of an account in a Region."""
        with self._lock:
            self.units[unit.account, unit.region] = unit

    def take(self, other: Snapshot) -> None:
        """Adds what was found elsewhere, in other accounts."""
        with self._lock:
            self.resources += other.resources
            self.complete |= other.complete
            self.gaps.update(other.gaps)
            self.missing |= other.missing
            self.unread |= other.unread
            self.units |= {(unit.account, unit.region): unit for unit in other.units}

    def snapshot(self, taken_at: str, partition: str) -> Snapshot:
        """The frozen result of what has been found so far."""
        with self._lock:
            return Snapshot(
                taken_at=taken_at,
                partition=partition,
                units=tuple(sorted(self.units.values())),
                resources=tuple(sorted(self.resources, key=lambda resource: resource.key)),
                complete=frozenset(self.complete),
                gaps=tuple(sorted(self.gaps)),
                missing=frozenset(self.missing),
                unread=dict(sorted(self.unread.items())),
            )
