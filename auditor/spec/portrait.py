"""An instance as it was seen, in the words of a spec."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Any

from auditor.kinds import Scope
from auditor.model import Cause, Key, Place, Reason, Resource, Snapshot, Unread
from auditor.spec.belonging import at, resources_of, unclear, why_nameless
from auditor.spec.flow_text import FlowText
from auditor.spec.names import WORD, Names, label_of, names_of
from auditor.spec.sections import (
    BY_NAME,
    KIND_OF,
    SECTIONS,
    VOLATILE,
    Codec,
    Section,
    Shape,
    dropped,
    refers,
    spelled,
    users_of,
)
from auditor.spec.words import flag_shown, function_shown, ordered, renamed, week_shown, without_nothing


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a section: its fields, or its one value; and the causes of what was not read of it, by path."""

    name: str
    key: Key
    value: Any
    unread: Mapping[str, Cause] = field(default_factory=dict)
    rest: Cause | None = None
    """Why fields that are not here are not known to be absent."""


@dataclass(frozen=True)
class Portrait:
    """What was seen of one instance, section by section, each drawn when somebody looks at it."""

    snapshot: Snapshot
    place: Place

    @cached_property
    def names(self) -> Names:
        """The names of its things."""
        return names_of(self.snapshot, self.place)

    @cached_property
    def _drawn(self) -> dict[str, dict[str, Thing]]:
        return {}

    @cached_property
    def _gaps(self) -> dict[str, Cause | None]:
        return {}

    def things(self, section: str) -> Mapping[str, Thing]:
        """The things of a section that were seen, by name, in the order of their names."""
        if section not in self._drawn:
            drawing = _Drawing(BY_NAME[section], self)
            drawn = [drawing.thing(one) for one in self._resources(BY_NAME[section])]
            self._drawn[section] = {
                one.name: one for one in sorted((one for one in drawn if one), key=_by_name)
            }
        return self._drawn[section]

    def gap(self, section: str) -> Cause | None:
        """Why things of a section may exist that were not seen (or cannot be told apart); None where all were."""
        if section not in self._gaps:
            self._gaps[section] = self._gap(BY_NAME[section])
        return self._gaps[section]

    def _gap(self, section: Section) -> Cause | None:
        where = self.at(section)
        for gap in self.snapshot.gaps_of(where, section.kind):
            if gap.hides:
                return gap.cause
        resources = self._resources(section)
        if (where, section.kind) not in self.snapshot.complete and not resources:
            return Cause(Reason.NOT_ASKED)
        for one in resources:
            if _called(section, one, self.names) is None:
                return why_nameless(section, one, self.snapshot, self.place)
        return unclear(section, self.snapshot, self.place)

    def users(self) -> Callable[[str, str], tuple[str, ...]]:
        """Tells for a thing, by its section and name, what uses it, as `queues Sales`."""
        found: dict[tuple[str, str], set[str]] = {}
        words = self.names.things
        for section in SECTIONS:
            for thing in self.things(section.name).values():
                named = (words[word] for word in _words(thing.value) if word in words)
                for used in (*_uses(section, thing.value), *named):
                    if used != (section.name, thing.name):
                        found.setdefault(used, set()).add(f"{section.name} {thing.name}")
        return lambda section, name: tuple(sorted(found.get((section, name), ())))

    def unseen_users(self, section: str) -> tuple[str, ...]:
        """The sections of which nobody knows whole whether their things use one of this section."""
        return tuple(one.name for one, paths in users_of(section).items() if not self._knows(one, paths))

    def _knows(self, section: Section, paths: tuple[str, ...]) -> bool:
        """Whether these fields of all things of a section were read."""
        if self.gap(section.name) is not None:
            return False
        return all(one.knows(path) for one in self._resources(section) for path in paths)

    def at(self, section: Section) -> Place:
        """Where the things of a section are."""
        return at(section, self.place)

    def _resources(self, section: Section) -> tuple[Resource, ...]:
        return resources_of(section, self.snapshot, self.place)


def portraits(snapshot: Snapshot) -> tuple[Portrait, ...]:
    """The portrait of every instance that was seen, in the order of their keys."""
    return tuple(Portrait(snapshot, one.key.place) for one in snapshot.instances())


def alias_of(reference: str, snapshot: Snapshot, place: Place) -> str:
    """A KMS key by its alias, where one is known; else as it was named."""
    if reference.startswith("alias/"):
        return reference
    if ":alias/" in reference:
        return "alias/" + reference.partition(":alias/")[2]
    try:
        key = snapshot.one(Key(Place(place.account, place.region), "kms.key", reference))
        aliases = key.get("Aliases", ()) if key else ()
    except Unread:
        return reference
    return min((one["AliasName"] for one in aliases if "AliasName" in one), default=reference)


def why_no_alias(reference: Any, snapshot: Snapshot, place: Place) -> Cause | None:
    """Why it is not known by which alias a KMS key is called that is held by its id; None where it is."""
    if not isinstance(reference, str) or "alias/" in reference:
        return None
    where = Place(place.account, place.region)
    try:
        key = snapshot.one(Key(where, "kms.key", reference))
        if key is not None:
            key.get("Aliases")
    except Unread as unread:
        return unread.cause
    return None


def _by_name(thing: Thing) -> str:
    return thing.name


def _called(section: Section, one: Resource, names: Names) -> str | None:
    """What a resource is called in a section; None where that is not known."""
    if KIND_OF[section.kind].scope is not Scope.INSTANCE:
        return label_of(section, one, names)
    return names.labels.get(section.name, {}).get(one.key.id)


def _regions(instance: Resource, place: Place) -> list[str]:
    """The Regions that an instance is in: its own, and those of its replicas."""
    replication = instance.data.get("ReplicationConfiguration") or {}
    replicas = (one.get("Region") for one in replication.get("ReplicationStatusSummaryList", ()))
    return ordered(list({place.region, *filter(None, replicas)}))


class _Drawing:
    """Turns the data of one section's kind into a spec's words."""

    def __init__(self, section: Section, portrait: Portrait) -> None:
        self._section = section
        self._portrait = portrait
        self._names = portrait.names
        self._dropped = dropped(section)
        # A section's things have the same few paths.
        self._drops, self._path = cache(self._is_dropped), cache(partial(spelled, section))
        self._refers = cache(partial(refers, section))

    def thing(self, one: Resource) -> Thing | None:
        """A resource in a spec's words; None where its name is not known."""
        section, place = self._section, self._portrait.place
        name = _called(section, one, self._names)
        if name is None:
            return None
        if section.shape is Shape.NAMES:
            value: Any = None
        elif section.shape is Shape.VALUES:
            value = self._told(one.data.get(section.value), section.value)
        else:
            value = without_nothing(self._told(dict(one.data), ""))
        unread = {self._path(path): cause for path, cause in one.unread.items() if not self._drops(path)}
        if section.name == "instance":
            value |= {"Region": place.region, "Regions": _regions(one, place)}
            if "ReplicationConfiguration" in unread:
                unread["Regions"] = unread["ReplicationConfiguration"]
        return Thing(name, one.key, value, unread, one.rest)

    def _is_dropped(self, path: str) -> bool:
        """Whether a field is no part of a spec."""
        return path in self._dropped or any(path.startswith(f"{one}.") for one in self._dropped)

    def _told(self, value: Any, path: str) -> Any:
        """A value of AWS's data in a spec's words."""
        ref, codec = self._section.refs.get(path), self._section.codecs.get(path)
        if ref is not None and value not in (None, ""):
            told = self._referred(value, ref.section, ref.of)
        elif codec is not None and value is not None:
            told = self._written(value, codec)
        elif isinstance(value, Mapping):
            return {
                self._member(member, inner): self._told(one, inner)
                for member, one in value.items()
                if member not in VOLATILE
                and not member.startswith("aws:")
                and not self._drops(inner := f"{path}.{member}" if path else str(member))
            }
        elif isinstance(value, list):
            told = [self._told(one, path) for one in value]
        elif isinstance(value, str):
            return self._names.inside(value)
        else:
            return _number(value)
        return self._in_order(told, self._path(path))

    def _member(self, name: str, path: str) -> str:
        """What a member is called in a spec. The name of a tag is no path, whatever dots are in it."""
        return renamed(name) if self._refers(path) else name

    def _in_order(self, value: Any, path: str) -> Any:
        if isinstance(value, list) and path in self._section.sets:
            return ordered(value)
        if isinstance(value, list) and path in self._section.keyed:
            return ordered(value, self._section.keyed[path])
        return value

    def _referred(self, value: Any, section: str, member: str) -> Any:
        if isinstance(value, list):
            return [self._names.of(section, (one.get(member, "") if member else one)) for one in value]
        return self._names.of(section, value)

    def _written(self, value: Any, codec: Codec) -> Any:
        place = self._portrait.place
        match codec:
            case Codec.HOURS:
                return week_shown(value)
            case Codec.FLAG:
                return flag_shown(value)
            case Codec.KEY:
                return alias_of(str(value), self._portrait.snapshot, place)
            case Codec.FUNCTION:
                return function_shown(str(value), place.account, place.region)
            case Codec.FLOW:
                return FlowText(str(value), self._names)
            case Codec.LEAST:
                return _number(value)
            case _:
                raise TypeError(codec)


def _number(value: Any) -> Any:
    """A whole number as people write it: AWS answers many as 3.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _uses(section: Section, value: Any) -> Iterator[tuple[str, str]]:
    """The things that a thing refers to, as section and name."""
    if section.value in section.refs and isinstance(value, str):
        yield section.refs[section.value].section, value
    for path, ref in section.refs.items():
        for name in _at(value, path.split("."), section):
            yield ref.section, name
    for codec_path, codec in section.codecs.items():
        content = value.get(codec_path) if codec is Codec.FLOW and isinstance(value, Mapping) else None
        if isinstance(content, FlowText):
            yield from content.uses()


def _words(value: Any) -> Iterator[str]:
    """What stands by name inside the texts of a value, as `${queue:Sales}`."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str) and "${" in value:
        yield from WORD.findall(value)


def _at(value: Any, steps: list[str], section: Section) -> Iterator[str]:
    """The texts at a path of AWS's data, in a value that is in a spec's words."""
    if isinstance(value, list):
        for one in value:
            yield from _at(one, steps, section)
    elif not steps and isinstance(value, str):
        yield value
    elif steps and isinstance(value, Mapping):
        for name in dict.fromkeys((steps[0], renamed(steps[0]))):
            yield from _at(value.get(name), steps[1:], section)
