"""What was seen: resources, what could not be read of them, and the snapshot that holds both.

Nothing here knows AWS clients, rules or reports. Everything is frozen, sorted and free of clocks, so that
the same answers give the same snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

Made = TypeVar("Made")

GLOBAL = "global"
"""The Region of what belongs to a whole account (its public access block, IAM, Organizations)."""


class Reason(StrEnum):
    """Why something was not read."""

    DENIED = "denied"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    UNSUPPORTED = "unsupported"
    NOT_POPULATED = "not_populated"
    FAILED = "failed"
    MASKED = "masked"
    NOT_ASKED = "not_asked"
    UNDECIDED = "undecided"
    """It was read, and does not decide the question: a policy's condition on who asks, and from where."""
    GONE = "gone"
    REPLACED = "replaced"
    """Another call told the same: a search was refused, and what it would have told was described one by one."""


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """Why something is unread: the reason, the IAM action that would have read it, and AWS's own words."""

    reason: Reason
    action: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.reason), self.action, self.detail) if part)


class Masked(str):
    """What stands for a personal value in a snapshot that was saved masked: the token that reports show.

    Its field is in the `unread` of the resource, so that no rule takes the token for the value.
    """

    __slots__ = ()


class Unread(Exception):
    """Raised when a rule asks for something that could not be read. It becomes an `unknown`, never a pass."""

    def __init__(self, cause: Cause, what: str) -> None:
        super().__init__(f"{what} was not read ({cause})")
        self.cause = cause
        self.what = what


class Place(NamedTuple):
    """Where a resource lives: an instance, a Region (no instance) or an account (Region `global`).

    A Global Resiliency replica has its source's instance id, so the Region is part of every place.
    """

    account: str
    region: str
    instance_id: str = ""

    @property
    def around(self) -> tuple[Place, ...]:
        """The places whose resources a rule may see from here: this one, its Region's and its account's."""
        return tuple(dict.fromkeys((self, Place(self.account, self.region), Place(self.account, GLOBAL))))


class Key(NamedTuple):
    """What one resource is called for ever: place, kind and id (things without a lasting id: their content)."""

    place: Place
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing of a kind: AWS's answer verbatim in `data`, and what could not be read of it.

    `unread` maps dotted paths of fields to causes. `rest` is the cause of every field that is neither in
    `data` nor in `unread`; without it such a field is known to be absent.
    """

    key: Key
    data: Mapping[str, Any]
    name: str = ""
    arn: str = ""
    unread: Mapping[str, Cause] = field(default_factory=dict)
    rest: Cause | None = None
    read_at: str = ""
    """When what was taken from an earlier snapshot had been read; empty where nothing was."""

    def get(self, path: str, default: Any = None, *, besides: tuple[str, ...] = ()) -> Any:
        """The value at a dotted path, or `default` where it is known to be absent.

        Raises `Unread` where the value, what holds it or anything inside it was not read. A caller that
        does not look at an unread part of the value names it in `besides`.
        """
        if self.unread:
            for unread, cause in self.unread.items():
                if unread not in besides and overlap(path, unread):
                    raise Unread(cause, f"{self.key.kind} {self.key.id}: {unread}")
        value: Any = self.data
        for step in path.split("."):
            # Nearly always it is a dict, which is told at once; the abstract class takes ten times as long.
            if not isinstance(value, (dict, Mapping)) or step not in value:
                if self.rest is not None and value is self.data:
                    raise Unread(self.rest, f"{self.key.kind} {self.key.id}: {path}")
                return default
            value = value[step]
        return value

    def knows(self, path: str) -> bool:
        """Whether a field was read, be it that it is absent."""
        try:
            self.get(path)
        except Unread:
            return False
        return True


def overlap(one: str, other: str) -> bool:
    """Whether one of two dotted paths holds the other (or they are the same)."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return long.startswith(short) and (len(long) == len(short) or long[len(short)] == ".")


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A kind, or a part of it (one storage resource type, the search), that could not be listed at a place.

    A part that the Region does not know (`unsupported`), a resource that vanished while it was read (`gone`), or a
    search that others stood in for (`replaced`) is told, but hides nothing.
    """

    place: Place
    kind: str
    part: str
    cause: Cause

    @property
    def hides(self) -> bool:
        """Whether something may exist that was not seen."""
        told = (Reason.UNSUPPORTED, Reason.GONE, Reason.REPLACED)
        return self.cause.reason not in told or not self.part


class UnitState(StrEnum):
    """What became of one account in one Region."""

    SCANNED = "scanned"
    OUT_OF_SCOPE = "out_of_scope"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """One account in one Region: the piece that is scanned, retried and merged."""

    account: str
    region: str
    state: UnitState
    detail: str = ""
    """Why it was not scanned, or not all of it."""
    cause: Cause | None = None
    remark: str = ""
    """What did without something that was refused: nothing is unread for want of it."""


@dataclass(frozen=True)
class Snapshot:
    """Every resource of some units at one moment.

    A kind at a place is complete, has gaps, or was not asked for. Only what is complete may be empty:
    asking for anything else raises `Unread`. A neighbour that a resource names (a bucket, a key) is found,
    known to be `missing`, or `unread`.
    """

    taken_at: str
    partition: str
    units: tuple[Unit, ...] = ()
    resources: tuple[Resource, ...] = ()
    complete: frozenset[tuple[Place, str]] = frozenset()
    gaps: tuple[Gap, ...] = ()
    missing: frozenset[Key] = frozenset()
    unread: Mapping[Key, Cause] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was made of texts and of nothing else: it serves every snapshot that is made of this one."""

    def of(self, place: Place, kind: str, part: str = "") -> tuple[Resource, ...]:
        """All resources of a kind at a place, sorted by id; with `part`, what matters is that part's reading.

        Raises `Unread` when the kind (or the part) could not be listed whole or was not asked for.
        """
        for gap in self.gaps_of(place, kind):
            if gap.hides and (part in ("", gap.part) or not gap.part):
                raise Unread(gap.cause, f"{kind} {gap.part}".strip())
        if (place, kind) not in self.complete and not self.gaps_of(place, kind):
            raise Unread(Cause(Reason.NOT_ASKED), kind)
        return self.seen(place, kind)

    def seen(self, place: Place, kind: str) -> tuple[Resource, ...]:
        """The resources of a kind that were read at a place, whatever else could not be."""
        return self._by_kind.get((place, kind), ())

    def gaps_of(self, place: Place, kind: str) -> tuple[Gap, ...]:
        """What could not be listed of a kind at a place."""
        return self._gaps.get((place, kind), ())

    def one(self, key: Key) -> Resource | None:
        """One resource by its key, or None where it is known not to exist.

        Raises `Unread` when nobody could look, or nobody was asked to.
        """
        found = self._by_key.get(key)
        if found is not None:
            return found
        if key in self.missing:
            return None
        if key in self.unread:
            raise Unread(self.unread[key], f"{key.kind} {key.id}")
        if (key.place, key.kind) in self.complete:
            return None
        for gap in self.gaps_of(key.place, key.kind):
            if gap.hides:
                raise Unread(gap.cause, f"{key.kind} {key.id}")
        raise Unread(Cause(Reason.NOT_ASKED), f"{key.kind} {key.id}")

    def instances(self) -> Iterator[Resource]:
        """The Connect instances, in the order of their keys."""
        return iter(self._instances)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, made for the first who asks: an index serves every rule that looks at it."""
        if key not in self._made:
            self._made[key] = make()
        found: Made = self._made[key]
        return found

    def of_text(self, text: str, make: Callable[[str], Made]) -> Made:
        """What `make` makes of a text, made for the first who asks: a parsed flow serves every rule."""
        if text not in self.texts:
            self.texts[text] = make(text)
        found: Made = self.texts[text]
        return found

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    @cached_property
    def _instances(self) -> tuple[Resource, ...]:
        return tuple(one for one in self.resources if one.key.kind == "connect.instance")

    @cached_property
    def _by_key(self) -> dict[Key, Resource]:
        return {resource.key: resource for resource in self.resources}

    @cached_property
    def _by_kind(self) -> dict[tuple[Place, str], tuple[Resource, ...]]:
        grouped: dict[tuple[Place, str], list[Resource]] = {}
        for resource in sorted(self.resources, key=lambda resource: resource.key):
            grouped.setdefault((resource.key.place, resource.key.kind), []).append(resource)
        return {where: tuple(found) for where, found in grouped.items()}

    @cached_property
    def _gaps(self) -> dict[tuple[Place, str], tuple[Gap, ...]]:
        grouped: dict[tuple[Place, str], list[Gap]] = {}
        for gap in sorted(self.gaps):
            grouped.setdefault((gap.place, gap.kind), []).append(gap)
        return {where: tuple(found) for where, found in grouped.items()}
