"""Which resources a section of an instance's portrait speaks of, where its kind has more than those."""

from __future__ import annotations

from auditor.kinds import Scope, lookup
from auditor.model import GLOBAL, Cause, Key, Place, Reason, Resource, Snapshot, Unread
from auditor.spec.sections import BY_NAME, KIND_OF, Section, Shape


def at(section: Section, instance: Place) -> Place:
    """Where the things of a section are."""
    scope = KIND_OF[section.kind].scope
    if scope is Scope.INSTANCE:
        return instance
    return Place(instance.account, GLOBAL if scope is Scope.ACCOUNT else instance.region)


def resources_of(section: Section, snapshot: Snapshot, instance: Place) -> tuple[Resource, ...]:
    """The resources that a section speaks of."""
    found = snapshot.seen(at(section, instance), section.kind)
    if section.shape is Shape.THING:
        # A Region holds several instances, and each is a place of its own.
        return tuple(one for one in found if one.key.place == instance)
    if section.having:
        wanted = _those_called(section, snapshot, instance)
        return tuple(one for one in found if wanted & set(one.data.get(section.having[0]) or ()))
    if section.about:
        return _about(section, found, snapshot, instance)
    return found


def unclear(section: Section, snapshot: Snapshot, instance: Place) -> Cause | None:
    """Why it is not known of some resource whether a section speaks of it."""
    if not section.having:
        return None
    path = section.having[0]
    try:
        if snapshot.seen(instance, section.kind):
            snapshot.of(instance, BY_NAME[section.refs[path].section].kind)
        for one in snapshot.seen(instance, section.kind):
            one.get(path)
    except Unread as unread:
        return unread.cause
    return None


def _those_called(section: Section, snapshot: Snapshot, instance: Place) -> set[str]:
    """The ids of what its things have to refer to."""
    path, name = section.having
    kind = KIND_OF[BY_NAME[section.refs[path].section].kind]
    return {one.key.id for one in snapshot.seen(instance, kind.name) if lookup(one.data, kind.label) == name}


def _about(
    section: Section, found: tuple[Resource, ...], snapshot: Snapshot, instance: Place
) -> tuple[Resource, ...]:
    """What is for this instance; what is for all of them only where nothing else is said for it."""
    one = snapshot.one(Key(instance, "connect.instance", instance.instance_id))
    mine = {instance.instance_id, one.arn if one else ""} - {""}
    kept: dict[tuple[object, ...], Resource] = {}
    for resource in found:
        label = tuple(lookup(resource.data, path) for path in section.label)
        about = lookup(resource.data, section.about)
        if about in mine:
            kept[label] = resource
        elif about in (None, "", "*"):
            kept.setdefault(label, resource)
    return tuple(kept.values())


def why_nameless(section: Section, one: Resource, snapshot: Snapshot, instance: Place) -> Cause:
    """Why nobody knows what a thing is called: what its name is made of was not read, or was masked."""
    alias = lookup(one.data, "LexV2Bot.AliasArn")
    try:
        for path in section.label:
            one.get(path)
        bot = alias and snapshot.one(Key(Place(instance.account, instance.region), "lex.bot_alias", alias))
        if bot:
            bot.get("botAliasName")
            bot.get("Bot")
    except Unread as unread:
        return unread.cause
    return Cause(Reason.MASKED)
