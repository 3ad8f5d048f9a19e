"""Fields that follow from others: no spec speaks of them, and a change of the others changes them too.

Sources: API reference, RoutingProfile ("The number of associated users in routing profile", "The IDs of the
associated queue"), Instance ("Whether inbound calls are enabled").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditor.model import Cause, Key, Place, Resource, Snapshot, Unread

PROFILE, USER = "connect.routing_profile", "connect.user"
INSTANCE, ATTRIBUTE = "connect.instance", "connect.instance_attribute"
ITS_PROFILE, USERS = "RoutingProfileId", "NumberOfAssociatedUsers"

FLAGS: Mapping[str, str] = {"INBOUND_CALLS": "InboundCallsEnabled", "OUTBOUND_CALLS": "OutboundCallsEnabled"}
"""Attributes that an instance tells as fields of its own as well."""


@dataclass(frozen=True, slots=True)
class Follows:
    """A field that says again what another one of the same resource says."""

    kind: str
    path: str
    of: str
    make: Callable[[list[Mapping[str, Any]]], Any]


def _queues(configs: list[Mapping[str, Any]]) -> list[str]:
    # One that refers to no queue has no id.
    return list(dict.fromkeys(str(one["QueueId"]) for one in configs if "QueueId" in one))


FOLLOWS: tuple[Follows, ...] = (
    Follows(PROFILE, "AssociatedQueueIds", "Queues", _queues),
    Follows(PROFILE, "NumberOfAssociatedQueues", "Queues", len),
    Follows(PROFILE, "AssociatedManualAssignmentQueueIds", "ManualAssignmentQueues", _queues),
    Follows(PROFILE, "NumberOfAssociatedManualAssignmentQueues", "ManualAssignmentQueues", len),
)


def followed(before: Snapshot, after: Snapshot) -> Snapshot:
    """The second snapshot, in which fields still say what the first one's others said, made consistent."""
    old, new = ({one.key: one for one in some.resources} for some in (before, after))
    touched = {key for key in old.keys() | new.keys() if old.get(key) is not new.get(key)}
    if not touched:
        return after
    for key in touched & new.keys():
        new[key] = _itself(new[key], old.get(key))
    new |= dict(_flagged(touched, new))
    new |= dict(_counted(touched, old, new))
    return replace(after, resources=tuple(sorted(new.values(), key=lambda one: one.key)))


def _itself(one: Resource, before: Resource | None) -> Resource:
    for rule in FOLLOWS:
        if rule.kind != one.key.kind or (before and _same(one, before, rule.of)):
            continue
        try:
            one = _with(one, rule.path, rule.make(one.get(rule.of) or []))
        except Unread as unread:
            one = _open(one, rule.path, unread.cause)
    return one


def _same(one: Resource, other: Resource, path: str) -> bool:
    return one.data.get(path) == other.data.get(path) and one.unread == other.unread


def _flagged(touched: set[Key], new: Mapping[Key, Resource]) -> Iterator[tuple[Key, Resource]]:
    """The instances whose attributes say something else now."""
    changed: dict[Key, Resource] = {}
    for key in sorted(touched & new.keys()):
        instance = Key(key.place, INSTANCE, key.place.instance_id)
        if key.kind == ATTRIBUTE and key.id in FLAGS and instance in new:
            one = changed.get(instance, new[instance])
            try:
                changed[instance] = _with(one, FLAGS[key.id], new[key].get("Value") == "true")
            except Unread as unread:
                changed[instance] = _open(one, FLAGS[key.id], unread.cause)
    yield from changed.items()


def _counted(
    touched: set[Key], old: Mapping[Key, Resource], new: Mapping[Key, Resource]
) -> Iterator[tuple[Key, Resource]]:
    """The routing profiles that have more users now, or fewer, or nobody knows how many."""
    moved: Counter[Key] = Counter()
    anywhere: dict[Place, Cause] = {}
    for key in (key for key in touched if key.kind == USER):
        for some, by in ((old, -1), (new, 1)):
            if key in some:
                try:
                    moved[Key(key.place, PROFILE, str(some[key].get(ITS_PROFILE)))] += by
                except Unread as unread:
                    anywhere[key.place] = unread.cause
    for key in sorted(key for key in new if key.kind == PROFILE):
        made = key not in old
        had = 0 if made else new[key].data.get(USERS)
        if had is None:
            continue
        if key.place in anywhere and had + moved[key] <= 0:
            # Somebody comes to a profile that nobody knows: one that has users has them all the same.
            yield key, _open(new[key], USERS, anywhere[key.place])
        elif made or moved[key]:
            yield key, _with(new[key], USERS, had + moved[key])


def _with(one: Resource, path: str, value: Any) -> Resource:
    unread = {where: cause for where, cause in one.unread.items() if where != path}
    return replace(one, data={**one.data, path: value}, unread=unread)


def _open(one: Resource, path: str, cause: Cause) -> Resource:
    return replace(one, unread={**one.unread, path: cause})
