"""How a portrait differs from what is wanted: from a spec, or from another portrait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.expect import ABSENT, is_match, matcher
from auditor.model import Cause, Place, Reason
from auditor.spec.drift import Change, Drift, Mark
from auditor.spec.flow_text import FlowText
from auditor.spec.names import MISSING
from auditor.spec.portrait import Portrait, Thing, alias_of, why_no_alias
from auditor.spec.sections import BY_NAME, KIND_OF, SECTIONS, Codec, Section, Shape, spelled
from auditor.spec.words import flag_shown, function_shown, ordered, week_meant, without_nothing

INSTANCE = "instance"
REGION = "Region"
DIRECTORY = "DirectoryId"
ITSELF = ("InstanceAlias", REGION, "Regions")
"""What makes an instance itself and no other; its id, access URL and times are no part of a portrait at all."""
NOT_TOLD = Cause(Reason.NOT_POPULATED, "", "no API tells the directory of an instance")
CLEAR = "a snapshot that is saved with --show-pii can be compared"
HANGS_ON_TAGS = "whether the spec speaks of this instance hangs on its tags"
WANTED_UNREAD = "this was not read of what it is compared with"

EXHAUSTIVE = "exhaustive"
"""The word in a section, or in a mapping of tags, that makes whatever it does not name a difference."""

ABSENT_WORD = "absent"
"""The word that says that a thing should not be there."""


@dataclass(frozen=True)
class Wanted:
    """What an instance should be: sections in a spec's words, and where the spec says each thing."""

    sections: Mapping[str, Any]
    marks: Mapping[tuple[str, ...], Mark] = field(default_factory=dict)
    whole: bool = False
    """Whether what is not mentioned is a difference too: a portrait says all there is, a spec what matters."""
    unread: Mapping[str, Cause] = field(default_factory=dict)
    """By section, why more may be wanted of it than is said."""

    def mark(self, where: tuple[str, ...]) -> Mark | None:
        """Where this, or the nearest thing that holds it, is said."""
        while where:
            if where in self.marks:
                return self.marks[where]
            where = where[:-1]
        return None


def wanted_from(portrait: Portrait) -> Wanted:
    """A portrait as what the same instance should be at another time, or another instance."""
    sections: dict[str, Any] = {}
    unread: dict[str, Cause] = {}
    for section in SECTIONS:
        things, gap = _named_things(section, portrait)
        if gap is not None:
            unread[section.name] = gap
        if section.shape is not Shape.THING:
            sections[section.name] = things
        elif things:
            (sections[section.name],) = things.values()
    return Wanted(sections, whole=True, unread=unread)


def differences(wanted: Wanted, portrait: Portrait) -> tuple[Drift, ...]:
    """Every difference, in the order of the sections, then of the names."""
    found = [
        drift
        for section in SECTIONS
        if section.name in wanted.sections or section.name in wanted.unread
        for drift in _Comparing(section, wanted, portrait).drifts()
    ]
    return tuple(_with_dependents(found, portrait))


def undecided(wanted: Wanted, cause: Cause, note: str = HANGS_ON_TAGS) -> tuple[Drift, ...]:
    """What nobody can compare because it is not known whether it is wanted: every section that is spoken of."""
    return tuple(
        Drift(
            section.name,
            section.name if section.shape is Shape.THING else "",
            Change.UNKNOWN,
            mark=wanted.mark((section.name,)),
            cause=cause,
            note=note,
        )
        for section in SECTIONS
        if section.name in wanted.sections
    )


def between_instances(model: Portrait, portrait: Portrait) -> tuple[Drift, ...]:
    """What it takes to make an instance like another one, but for what makes each of them itself."""
    return tuple(
        drift
        for drift in differences(wanted_from(model), portrait)
        if not (drift.section == INSTANCE and drift.path in ITSELF)
        if not (BY_NAME[drift.section].nameless and drift.change is not Change.UNKNOWN)
    )


class _Comparing:
    """One section of what is wanted against what was seen of it.

    What a spec wants is a plain value, or a matcher; what a portrait wants is a `Thing`, of which something may be
    unread as well.
    """

    def __init__(self, section: Section, wanted: Wanted, portrait: Portrait) -> None:
        self._section = section
        self._wanted = wanted
        self._portrait = portrait
        self._things, self._gap = _named_things(section, portrait)
        kind = KIND_OF[section.kind]
        self._immutable = {spelled(section, path) for path in kind.immutable if path not in section.label}
        if section.name == INSTANCE:
            self._immutable.add(REGION)

    def drifts(self) -> Iterator[Drift]:
        said = self._wanted.sections.get(self._section.name)
        if self._section.shape is Shape.THING:
            yield from self._single(said)
            return
        things: Mapping[str, Any] = dict.fromkeys(said, None) if isinstance(said, list) else said or {}
        exhaustive = self._wanted.whole or bool(things.get(EXHAUSTIVE))
        named = {
            self._meant_name(name): (name, things[name])
            for name in things
            if not self._is_word(name, EXHAUSTIVE)
        }
        for name, (written, value) in named.items():
            yield from self._named(name, written, value)
        unread = self._wanted.unread.get(self._section.name)
        if unread is None and exhaustive:
            for name, thing in self._things.items():
                if name not in named:
                    yield self._drift(
                        name, EXHAUSTIVE, Change.DELETE, seen=_shown(thing.value), key=thing.key
                    )
        if exhaustive:
            yield from self._more(unread)

    def _more(self, unread: Cause | None) -> Iterator[Drift]:
        """What nobody can say of a section as a whole, once: that there may be more, here or where it is wanted."""
        if self._gap is not None:
            yield self._unknown("", "", self._gap)
        elif unread is not None:
            yield _of_wanted(self._unknown("", "", unread))
        elif self._wanted.whole:
            wanted = self._wanted.sections[self._section.name]
            pairs = ((thing, wanted[name]) for name, thing in self._things.items() if name in wanted)
            rest = next((one.rest for one, other in pairs if one.rest and other.rest), None)
            if rest is not None:
                yield self._unknown("", "", rest)

    def _single(self, said: Any) -> Iterator[Drift]:
        name = self._section.name
        thing = next(iter(self._things.values()), None)
        if thing is None:
            yield self._unknown(name, name, self._gap or Cause(Reason.NOT_ASKED))
        elif said is None:
            yield _of_wanted(self._unknown(name, name, self._wanted.unread[name]))
        else:
            if name == INSTANCE and not isinstance(said, Thing) and DIRECTORY in said:
                thing = _with_directory(thing, self._portrait)
            yield from self._fields(thing, name, said)

    def _named(self, name: str, written: str, value: Any) -> Iterator[Drift]:
        thing = self._things.get(name)
        if thing is not None:
            yield from self._fields(thing, written, value)
        elif self._gap is not None:
            if not self._wanted.whole:
                # Otherwise the section as a whole is told to be unread.
                yield self._unknown(written, written, self._gap)
        elif isinstance(value, Thing):
            yield self._drift(name, written, Change.CREATE, wanted=_shown(value.value))
        elif not _absent(value):
            yield self._drift(name, written, Change.CREATE, wanted=_shown(as_made(value)))

    def _fields(self, thing: Thing, written: str, said: Any) -> Iterator[Drift]:
        if isinstance(said, Thing):
            yield from self._both(thing, said, written)
        elif _absent(said):
            yield self._drift(thing.name, written, Change.DELETE, seen=_shown(thing.value), key=thing.key)
        else:
            yield from self._said(thing, written, _without_absent(said))

    def _both(self, thing: Thing, wanted: Thing, written: str) -> Iterator[Drift]:
        """Two things that were seen: what was not read of either cannot be compared."""
        either = replace(thing, unread={**wanted.unread, **thing.unread})
        if isinstance(wanted.value, Mapping) and isinstance(thing.value, Mapping) and wanted.rest is not None:
            missing = [name for name in thing.value if name not in wanted.value]
            either = replace(either, unread={**dict.fromkeys(missing, wanted.rest), **either.unread})
        drifts = list(self._said(either, written, wanted.value))
        known = [one.path for one in drifts if one.change is Change.UNKNOWN]
        for path, cause in either.unread.items():
            if not any(_overlap(path, one) for one in known):
                drifts.append(self._unknown(thing.name, written, cause, path))
        for drift in drifts:
            theirs = _unread_at(wanted, drift.path) and not _unread_at(thing, drift.path)
            yield _of_wanted(drift) if theirs and drift.change is Change.UNKNOWN else drift

    def _said(self, thing: Thing, written: str, said: Any) -> Iterator[Drift]:
        if self._section.shape is Shape.NAMES or (said is None and not self._wanted.whole):
            return
        if self._section.shape is Shape.VALUES:
            yield from self._value(thing, written, said, thing.value, "")
        else:
            yield from self._mapping(thing, written, said or {}, thing.value or {}, "")

    def _mapping(
        self, thing: Thing, written: str, said: Mapping[str, Any], seen: Mapping[str, Any], path: str
    ) -> Iterator[Drift]:
        for name, value in said.items():
            if not self._is_word(name, EXHAUSTIVE):
                yield from self._value(thing, written, value, seen.get(name, ABSENT), _below(path, name))
        if self._wanted.whole or said.get(EXHAUSTIVE) is True:
            for name in seen:
                if name not in said:
                    yield from self._value(thing, written, None, seen[name], _below(path, name))

    def _value(self, thing: Thing, written: str, said: Any, seen: Any, path: str) -> Iterator[Drift]:
        cause = _unread_at(thing, path, absent=seen is ABSENT)
        if self._is_match(said):
            if cause is not None:
                yield self._unknown(thing.name, written, cause, path)
            elif matcher(said)(seen.text if isinstance(seen, FlowText) else seen):
                yield self._changed(thing, written, path, said, seen)
        elif (
            isinstance(said, Mapping)
            and (isinstance(seen, Mapping) or seen is ABSENT)
            and not self._codec(path)
        ):
            nested = [one for one in thing.unread if one.startswith(f"{path}.")]
            if cause is not None and not nested:
                yield self._unknown(thing.name, written, cause, path)
            elif seen is ABSENT and not nested and (whole := self._without_words(said)):
                yield self._changed(thing, written, path, whole, seen)
            else:
                yield from self._mapping(
                    thing, written, said, seen if isinstance(seen, Mapping) else {}, path
                )
        elif cause is not None:
            yield self._unknown(thing.name, written, cause, path)
        else:
            meant = self._meant(said, path)
            enough = self._codec(path or self._section.value) is Codec.LEAST and _enough(seen, meant)
            if not (_nothing(meant) and _nothing(seen)) and not enough and not self._met(meant, seen):
                yield self._changed(thing, written, path, meant, seen)

    def _met(self, meant: Any, seen: Any) -> bool:
        """Whether a value is as wanted. A list is compared as a whole, with the matchers in it."""
        if self._wanted.whole:
            return bool(meant == seen)
        if self._is_match(meant):
            return not matcher(meant)(seen)
        if isinstance(meant, Mapping) and isinstance(seen, Mapping):
            return set(meant) == set(seen) and all(self._met(meant[name], seen[name]) for name in meant)
        if isinstance(meant, list) and isinstance(seen, list):
            return len(meant) == len(seen) and all(map(self._met, meant, seen))
        return bool(meant == seen)

    def _is_match(self, said: Any) -> bool:
        """Whether this is a matcher: a portrait has none, and may have a tag that is called like one."""
        return not self._wanted.whole and is_match(said)

    def _is_word(self, name: str, word: str) -> bool:
        """Whether a name is a word of specs: in a portrait it is a name that somebody gave."""
        return name == word and not self._wanted.whole

    def _without_words(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        found = {name: value for name, value in said.items() if not self._is_word(name, EXHAUSTIVE)}
        kept: Mapping[str, Any] = without_nothing(found)
        return kept

    def _changed(self, thing: Thing, written: str, path: str, said: Any, seen: Any) -> Drift:
        if self._codec(path) is Codec.KEY and isinstance(said, str) and "alias/" in said:
            unread = why_no_alias(seen, self._portrait.snapshot, self._portrait.place)
            if unread is not None:
                return self._unknown(thing.name, written, unread, path)
        unnamed = self._unnamed(seen, path, self._portrait.gap)
        if unnamed is not None:
            return self._unknown(thing.name, written, unnamed, path)
        unnamed = self._unnamed(said, path, self._wanted.unread.get)
        if unnamed is not None:
            return _of_wanted(self._unknown(thing.name, written, unnamed, path))
        change = Change.UPDATE
        if any(path == one or path.startswith(f"{one}.") for one in self._immutable):
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
        return replace(drift, cause=cause, note=CLEAR if cause.reason is Reason.MASKED else "")

    def _unnamed(self, value: Any, path: str, gap: Callable[[str], Cause | None]) -> Cause | None:
        """Why it is not known what a value refers to, or None: ids are no names, and cannot be compared with them."""
        sections: Iterable[str] = ()
        if isinstance(value, FlowText):
            sections = value.unnamed()
        elif _is_unnamed(value):
            refs = self._section.refs.items()
            sections = (ref.section for held, ref in refs if _overlap(spelled(self._section, held), path))
        return next((cause for section in sections if (cause := gap(section)) is not None), None)

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


def _of_wanted(unknown: Drift) -> Drift:
    """The same, saying on which side something was not read."""
    return replace(unknown, note="; ".join(filter(None, (WANTED_UNREAD, unknown.note))))


def _named_things(section: Section, portrait: Portrait) -> tuple[Mapping[str, Thing], Cause | None]:
    """The things of a section whose names are known, and why there may be others.

    What is named after something else (a connection of a number) has no name where that could not be read.
    """
    things, gap = portrait.things(section.name), portrait.gap(section.name)
    behind = (portrait.gap(section.refs[path].section) for path in section.label if path in section.refs)
    unread = next(filter(None, behind), None)
    known = {name: one for name, one in things.items() if MISSING not in name}
    return (things, gap) if unread is None or len(known) == len(things) else (known, gap or unread)


def _is_unnamed(value: Any) -> bool:
    """Whether something in a value is known by its id alone."""
    if isinstance(value, Mapping):
        return any(map(_is_unnamed, value.values()))
    if isinstance(value, list):
        return any(map(_is_unnamed, value))
    return isinstance(value, str) and value.startswith(MISSING)


def _with_dependents(drifts: list[Drift], portrait: Portrait) -> Iterator[Drift]:
    """Adds to what would vanish, or be made anew, what uses it."""
    leaving = (Change.DELETE, Change.REPLACE)
    users: Callable[[str, str], tuple[str, ...]] | None = None
    for drift in drifts:
        if drift.change in leaving and drift.key is not None:
            users = users or portrait.users()
            unseen = portrait.unseen_users(drift.section)
            note = f"what uses it was not read whole: {', '.join(unseen)}" if unseen else ""
            yield replace(
                drift,
                dependents=users(drift.section, drift.name),
                note="; ".join(filter(None, (drift.note, note))),
            )
        else:
            yield drift


def _with_directory(instance: Thing, portrait: Portrait) -> Thing:
    """The instance with its directory, where one can be told: no API names it, but it lends the instance its alias."""
    if DIRECTORY in instance.value:
        return instance
    alias = instance.value.get("InstanceAlias")
    region = Place(portrait.place.account, portrait.place.region)
    found = [
        one.key.id
        for one in portrait.snapshot.seen(region, "ds.directory")
        if alias and one.data.get("Alias") == alias
    ]
    if instance.value.get("IdentityManagementType") == "EXISTING_DIRECTORY" and len(found) == 1:
        return replace(instance, value={**instance.value, DIRECTORY: found[0]})
    return replace(instance, unread={**instance.unread, DIRECTORY: NOT_TOLD})


def _unread_at(thing: Thing, path: str, *, absent: bool = True) -> Cause | None:
    """Why a field cannot be compared, or None."""
    for unread, cause in thing.unread.items():
        if _overlap(path, unread):
            return cause
    return thing.rest if absent and "." not in path else None


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.") or "" in (one, other)


def _below(path: str, name: Any) -> str:
    return f"{path}.{name}" if path else str(name)


def _absent(said: Any) -> bool:
    """Whether a spec says that a thing should not be there."""
    return isinstance(said, Mapping) and said.get(ABSENT_WORD) is True


def _without_absent(said: Any) -> Any:
    """What a spec says of a thing beside `absent: false`."""
    return (
        {name: one for name, one in said.items() if name != ABSENT_WORD}
        if isinstance(said, Mapping)
        else said
    )


def as_made(said: Any) -> Any:
    """What a spec says of a thing that is to be made: the words about what else there may be mean nothing there."""

    def plain(value: Any) -> Any:
        if not isinstance(value, Mapping) or is_match(value):
            return value
        return {name: plain(one) for name, one in value.items() if name != EXHAUSTIVE}

    return plain(_without_absent(said))


def _enough(seen: Any, least: Any) -> bool:
    return isinstance(seen, int | float) and isinstance(least, int | float) and seen >= least


def _nothing(value: Any) -> bool:
    return value is ABSENT or value is None or (value in ("", [], {}) and value is not False)


def _shown(value: Any) -> Any:
    return None if _nothing(value) else value
