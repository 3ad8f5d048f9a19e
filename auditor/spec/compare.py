"""How a portrait differs from what is wanted: from a spec, or from another portrait."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.expect import ABSENT, matcher
from auditor.model import Cause, Reason
from auditor.spec.drift import Change, Drift, Mark
from auditor.spec.portrait import Portrait, Thing, alias_of
from auditor.spec.sections import KIND_OF, SECTIONS, Codec, Section, Shape, spelled
from auditor.spec.words import flag_shown, function_shown, ordered, week_meant, without_nothing

EXHAUSTIVE = "exhaustive"
"""The word in a section, or in a mapping of tags, that makes whatever it does not name a difference."""


@dataclass(frozen=True)
class Wanted:
    """What an instance should be: sections in a spec's words, and where the spec says each thing."""

    sections: Mapping[str, Any]
    marks: Mapping[tuple[str, ...], Mark] = field(default_factory=dict)
    whole: bool = False
    """Whether what is not mentioned is a difference too: a portrait says all there is, a spec what matters."""

    def mark(self, where: tuple[str, ...]) -> Mark | None:
        """Where this, or the nearest thing that holds it, is said."""
        while where:
            if where in self.marks:
                return self.marks[where]
            where = where[:-1]
        return None


def wanted_from(portrait: Portrait, leave: frozenset[str] = frozenset()) -> Wanted:
    """A portrait as what another instance, or the same one at another time, should be.

    Sections that could not be read whole say nothing and are told by `differences` as not comparable, as are
    those in `leave`.
    """
    sections: dict[str, Any] = {}
    for section in SECTIONS:
        if section.name in leave:
            continue
        gap = portrait.gap(section.name)
        if gap is not None and gap.reason is Reason.NOT_ASKED:
            continue
        things = portrait.things(section.name)
        if section.shape is Shape.THING:
            sections[section.name] = next((one.value for one in things.values()), {})
        else:
            sections[section.name] = {name: _readable(thing) for name, thing in things.items()}
            sections[section.name][EXHAUSTIVE] = gap is None
    return Wanted(sections, whole=True)


def differences(wanted: Wanted, portrait: Portrait) -> tuple[Drift, ...]:
    """Every difference, in the order of the sections, then of the names."""
    found = [
        drift
        for section in SECTIONS
        if section.name in wanted.sections
        for drift in _Comparing(section, wanted, portrait).drifts()
    ]
    return tuple(_with_dependents(found, portrait))


def _readable(thing: Thing) -> Any:
    return _Unread(thing) if thing.unread or thing.rest else thing.value


@dataclass(frozen=True)
class _Unread:
    """A wanted thing of which something was not read: nothing is wanted there."""

    thing: Thing


class _Comparing:
    """One section of what is wanted against what was seen of it."""

    def __init__(self, section: Section, wanted: Wanted, portrait: Portrait) -> None:
        self._section = section
        self._wanted = wanted
        self._portrait = portrait
        self._things = portrait.things(section.name)
        self._gap = portrait.gap(section.name)
        kind = KIND_OF[section.kind]
        self._immutable = frozenset(
            spelled(section, path) for path in kind.immutable if path not in section.label
        )

    def drifts(self) -> Iterator[Drift]:
        said = self._wanted.sections[self._section.name]
        if self._section.shape is Shape.THING:
            yield from self._single(said)
            return
        exhaustive = isinstance(said, Mapping) and bool(said.get(EXHAUSTIVE))
        things: Mapping[str, Any] = dict.fromkeys(said, None) if isinstance(said, list) else said
        named = {self._meant_name(name): (name, things[name]) for name in things if name != EXHAUSTIVE}
        for name, (written, value) in named.items():
            yield from self._named(name, written, value)
        if exhaustive:
            if self._gap is not None:
                yield self._unknown("", "", self._gap)
            for name, thing in self._things.items():
                if name not in named:
                    yield self._drift(
                        name, EXHAUSTIVE, Change.DELETE, seen=_shown(thing.value), key=thing.key
                    )

    def _single(self, said: Mapping[str, Any]) -> Iterator[Drift]:
        name = self._section.name
        thing = next(iter(self._things.values()), None)
        if thing is None:
            yield self._unknown(name, name, self._gap or Cause(Reason.NOT_ASKED))
        else:
            yield from self._fields(thing, name, said)

    def _named(self, name: str, written: str, value: Any) -> Iterator[Drift]:
        thing = self._things.get(name)
        if thing is not None:
            yield from self._fields(thing, written, value)
        elif self._gap is not None:
            yield self._unknown(written, written, self._gap)
        elif not (isinstance(value, Mapping) and value.get("absent") is True):
            value = value.thing.value if isinstance(value, _Unread) else value
            yield self._drift(name, written, Change.CREATE, wanted=_shown(value))

    def _fields(self, thing: Thing, written: str, said: Any) -> Iterator[Drift]:
        if isinstance(said, _Unread):
            for path, cause in said.thing.unread.items():
                yield self._unknown(thing.name, written, cause, path)
            said = {
                name: value
                for name, value in (said.thing.value or {}).items()
                if not any(_overlap(name, path) for path in said.thing.unread)
            }
        if isinstance(said, Mapping) and said.get("absent") is True:
            yield self._drift(thing.name, written, Change.DELETE, seen=_shown(thing.value), key=thing.key)
            return
        if self._section.shape is Shape.NAMES or said is None:
            return
        if self._section.shape is Shape.VALUES:
            yield from self._value(thing, written, said, thing.value, "")
        else:
            yield from self._mapping(thing, written, said, thing.value or {}, "")

    def _mapping(
        self, thing: Thing, written: str, said: Mapping[str, Any], seen: Mapping[str, Any], path: str
    ) -> Iterator[Drift]:
        for name, value in said.items():
            inner = f"{path}.{name}" if path else str(name)
            if name != EXHAUSTIVE:
                yield from self._value(thing, written, value, seen.get(name, ABSENT), inner)
        if self._wanted.whole or said.get(EXHAUSTIVE) is True:
            for name in seen:
                if name not in said:
                    inner = f"{path}.{name}" if path else str(name)
                    yield from self._value(thing, written, None, seen[name], inner)

    def _value(self, thing: Thing, written: str, said: Any, seen: Any, path: str) -> Iterator[Drift]:
        cause = _unread_at(thing, path, seen)
        if isinstance(said, Mapping) and set(said) == {"match"}:
            if cause is not None:
                yield self._unknown(thing.name, written, cause, path)
            elif matcher(said)(seen):
                yield self._changed(thing, written, path, said, seen)
        elif (
            isinstance(said, Mapping)
            and (isinstance(seen, Mapping) or seen is ABSENT)
            and not self._codec(path)
        ):
            nested = [one for one in thing.unread if one.startswith(f"{path}.")]
            if cause is not None and not nested:
                yield self._unknown(thing.name, written, cause, path)
            elif seen is ABSENT and without_nothing(dict(said)):
                yield self._changed(thing, written, path, said, seen)
            else:
                yield from self._mapping(
                    thing, written, said, seen if isinstance(seen, Mapping) else {}, path
                )
        elif cause is not None:
            yield self._unknown(thing.name, written, cause, path)
        else:
            meant = self._meant(said, path)
            if _nothing(meant) and _nothing(seen):
                return
            if meant != seen:
                yield self._changed(thing, written, path, meant, seen)

    def _changed(self, thing: Thing, written: str, path: str, said: Any, seen: Any) -> Drift:
        change = Change.UPDATE
        if path in self._immutable:
            change = Change.REPLACE
        elif "update" in self._section.manual:
            change = Change.MANUAL
        seen = None if seen is ABSENT else seen
        return self._drift(thing.name, written, change, path, wanted=said, seen=seen, key=thing.key)

    def _drift(self, name: str, written: str, change: Change, path: str = "", **more: Any) -> Drift:
        note = self._section.manual.get(str(change), "")
        if note:
            change = Change.MANUAL
        elif change is Change.MANUAL:
            note = self._section.manual.get("update", "")
        where = Drift(self._section.name, written, change, path).where
        return Drift(self._section.name, name, change, path, mark=self._wanted.mark(where), note=note, **more)

    def _unknown(self, name: str, written: str, cause: Cause, path: str = "") -> Drift:
        drift = self._drift(name, written, Change.UNKNOWN, path)
        return replace(drift, cause=cause)

    def _codec(self, path: str) -> Codec | None:
        return next(
            (codec for held, codec in self._section.codecs.items() if spelled(self._section, held) == path),
            None,
        )

    def _meant_name(self, name: str) -> str:
        """A name as the portrait has it, however it is written."""
        if Codec.FUNCTION in self._section.codecs.values():
            return function_shown(name, self._portrait.place.account, self._portrait.place.region)
        return name

    def _meant(self, said: Any, path: str) -> Any:
        """A wanted value as the portrait would have it, however it is written."""
        codec = self._codec(path or self._section.value)
        if said is not None and codec is not None:
            said = self._written(said, codec)
        if isinstance(said, list) and path in self._section.sets:
            return ordered(said)
        if isinstance(said, list) and path in self._section.keyed:
            return ordered(said, self._section.keyed[path])
        return without_nothing(said) if isinstance(said, Mapping | list) else said

    def _written(self, said: Any, codec: Codec) -> Any:
        place = self._portrait.place
        match codec:
            case Codec.HOURS:
                return week_meant(said)
            case Codec.FLAG:
                return flag_shown(said)
            case Codec.KEY:
                return alias_of(str(said), self._portrait.snapshot, place)
            case _:
                return said


def _with_dependents(drifts: list[Drift], portrait: Portrait) -> Iterator[Drift]:
    """Adds to what would vanish, or be made anew, what uses it."""
    leaving = (Change.DELETE, Change.REPLACE)
    users: Callable[[str, str], tuple[str, ...]] | None = None
    for drift in drifts:
        if drift.change in leaving and drift.key is not None:
            users = users or portrait.users()
            yield replace(drift, dependents=users(drift.section, drift.name))
        else:
            yield drift


def _unread_at(thing: Thing, path: str, seen: Any) -> Cause | None:
    """Why a field cannot be compared, or None."""
    for unread, cause in thing.unread.items():
        if _overlap(path, unread):
            return cause
    return thing.rest if seen is ABSENT else None


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.") or not one


def _nothing(value: Any) -> bool:
    return value is ABSENT or value is None or (value in ("", [], {}) and value is not False)


def _shown(value: Any) -> Any:
    return value or None
