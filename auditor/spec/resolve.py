"""Holds the names in a spec against the names of an instance: each must mean one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from auditor.flows import Reference, references
from auditor.flows.actions import WORDS
from auditor.flows.references import Named
from auditor.positions import Said, near
from auditor.spec.compare import EXHAUSTIVE
from auditor.spec.flow_text import FlowText
from auditor.spec.names import MISSING
from auditor.spec.portrait import Portrait
from auditor.spec.sections import BY_KIND, BY_NAME, KIND_OF, Codec, Ref, Section, Shape, spelled
from auditor.spec.words import flag_shown, renamed

_WORD = re.compile(r"\$\{([^:{}]+):")
"""How a reference by name begins."""


def check_names(sections: Mapping[str, Said], portrait: Portrait) -> None:
    """Raises `BadFile` for a name that means nothing, or more than one thing.

    A name that the spec itself gives to a thing means that thing, whether it is there yet or not. Where a
    section could not be read, its names are not held against it.
    """
    # Each of many things refers to one of many others: what a section names is gathered once.
    own = cache(lambda section: dict.fromkeys(_own(BY_NAME[section], sections)))
    for name, said in sections.items():
        section = BY_NAME[name]
        shared = portrait.names.shared.get(name, {})
        for thing in _things(section, said):
            if thing.name in shared:
                raise thing.bad(_shared(thing.name, section, shared[thing.name]))
            _check_offered(thing, section, portrait)
            _check_flag(thing, section, portrait)
        for path, ref in section.refs.items():
            if path not in section.label:
                for one in _values(section, said, spelled(section, path)):
                    _check(one, ref, own, portrait)


def _check_offered(thing: Said, section: Section, portrait: Portrait) -> None:
    """Raises `BadFile` for a name that AWS gives to nothing, where it is AWS that gives the names."""
    offered = [
        name
        for listing in KIND_OF[section.kind].lists
        if listing.each and (listing.each[0],) == section.label
        for name in listing.each[1]
    ]
    if offered and thing.name not in offered and thing.name not in portrait.things(section.name):
        hint = near(thing.name, offered) or f"use {', '.join(offered)}"
        raise thing.bad_name(f"AWS knows no {section.title} `{thing.name}`: {hint}")


def _check_flag(thing: Said, section: Section, portrait: Portrait) -> None:
    """Raises `BadFile` for `yes`, which is a text in YAML 1.2, where the instance has true or false."""
    if section.codecs.get(section.value) is Codec.FLAG and isinstance(flag_shown(thing.value), str):
        seen = portrait.things(section.name).get(thing.name)
        if seen is not None and isinstance(seen.value, bool):
            raise thing.bad(f"`{thing.name}` is true or false; '{thing.value}' is a text in YAML 1.2")


def check_flows(sections: Mapping[str, Said], wanted: Mapping[str, Any], portrait: Portrait) -> None:
    """Raises `BadFile` for a flow file that names what does not exist, or what more than one thing is called."""
    own = cache(lambda section: dict.fromkeys(_own(BY_NAME[section], sections)))
    for name, said in sections.items():
        for thing in _things(BY_NAME[name], said):
            fields = wanted[name].get(thing.name) if isinstance(wanted[name], Mapping) else None
            for field, content in fields.items() if isinstance(fields, Mapping) else ():
                if isinstance(content, FlowText) and content.parsed is not None:
                    for reference in references(content.parsed):
                        _check_named(thing[field], reference, own, portrait)


def _check_named(
    said: Said, reference: Reference, own: Callable[[str], Collection[str]], portrait: Portrait
) -> None:
    """Raises `BadFile` where a block of a flow names what does not exist, or what more than one thing is called."""
    by_name = Named.read(reference.value)
    where = f"`{said.value}` names `{reference.value[:80]}` in {reference.where}"
    if by_name is None:
        word = _WORD.match(reference.value)
        hint = near(word[1], WORDS.values()) if word and not reference.value.startswith(MISSING) else ""
        if hint:
            raise said.bad(f"{where}, and nothing is called so: {hint}")
        return
    section = BY_KIND.get(by_name.kind)
    if section is None:
        return
    shared = portrait.names.shared.get(section.name, {})
    if by_name.name in shared:
        raise said.bad(f"{where}: {_shared(by_name.name, section, shared[by_name.name])}")
    known: Collection[str] = portrait.names.ids.get(section.name, {})
    named = own(section.name)
    if by_name.name not in known and by_name.name not in named and portrait.gap(section.name) is None:
        hint = near(by_name.name, [*known, *named]) or f"name it under `{section.name}` if it is to be made"
        raise said.bad(f"{where}, and there is no such {section.title}: {hint}")


def check_fields(strange: Iterable[tuple[Section, Said, tuple[str, ...]]], portrait: Portrait) -> None:
    """Raises `BadFile` for a field that neither the schema knows nor any thing of the section has."""
    seen = cache(
        lambda section: {name for one in portrait.things(section).values() for name in _fields(one.value)}
    )
    for section, said, known in strange:
        if said.name not in seen(section.name):
            hint = near(said.name, known) or f"use {', '.join(known)}"
            raise said.bad(f"there is no field `{said.name}` here: {hint}")


def _fields(value: Any) -> Iterator[str]:
    """The names of all fields in a value."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _fields(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(inner)


def _things(section: Section, said: Said) -> Iterator[Said]:
    """The names of things that a section says, each where it stands."""
    if section.shape is Shape.THING:
        return
    if isinstance(said.value, list):
        yield from (one for one in said.value)
    elif isinstance(said.value, dict):
        yield from (one for name, one in said.value.items() if name != EXHAUSTIVE)


def _values(section: Section, said: Said, path: str) -> Iterator[Said]:
    """What a section says at a path, of each of its things."""
    if section.shape is Shape.THING:
        yield from _at(said, path.split("."))
        return
    for thing in _things(section, said):
        if section.shape is Shape.VALUES and renamed(section.value) == path:
            yield thing
        else:
            yield from _at(thing, path.split("."))


def _at(said: Said, steps: list[str]) -> Iterator[Said]:
    if isinstance(said.value, list):
        for one in said.value:
            yield from _at(one, steps)
    elif not steps:
        yield said
    elif isinstance(said.value, dict) and steps[0] in said.value and "match" not in said.value:
        yield from _at(said.value[steps[0]], steps[1:])


def _check(said: Said, ref: Ref, own: Callable[[str], Collection[str]], portrait: Portrait) -> None:
    """Raises `BadFile` where a reference means nothing, or more than one thing. `own` tells what a section names."""
    if not isinstance(said.value, str) or said.value.startswith(MISSING) or not said.value:
        return
    section = BY_NAME[ref.section]
    shared = portrait.names.shared.get(section.name, {})
    if said.value in shared:
        raise said.bad(_shared(said.value, section, shared[said.value]))
    known: Collection[str] = portrait.names.ids.get(section.name, {})
    named = own(section.name)
    if said.value not in known and said.value not in named and portrait.gap(section.name) is None:
        hint = near(said.value, [*known, *named]) or f"name it under `{section.name}` if it is to be made"
        raise said.bad(f"there is no {section.title} called `{said.value}`: {hint}")


def _own(section: Section, sections: Mapping[str, Said]) -> Iterator[str]:
    """The names that a spec gives to things of a section."""
    for one in _things(section, sections[section.name]) if section.name in sections else ():
        yield one.name if section.shape is not Shape.NAMES else str(one.value)


def _shared(name: str, section: Section, spelled_out: tuple[str, ...]) -> str:
    return (
        f"{len(spelled_out)} {section.title}s are called `{name}`: write which one you mean, "
        f"{' or '.join(f'`{one}`' for one in spelled_out)}"
    )
