"""What has to be read of an instance to hold it against a spec: what the spec says, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.flows.actions import WORDS
from auditor.model import Place
from auditor.spec.compare import ABSENT_WORD, EXHAUSTIVE
from auditor.spec.flow_text import FlowText
from auditor.spec.sections import (
    BY_KIND,
    BY_NAME,
    KIND_OF,
    SECTIONS,
    Codec,
    Section,
    Shape,
    spelled,
    users_of,
)
from auditor.spec.spec import Environment, Spec
from auditor.spec.wants import wants

_WORD = re.compile(r"\$\{([a-z0-9_-]+):")
_KINDS: Mapping[str, str] = {
    **{section.kind.partition(".")[2]: section.kind for section in SECTIONS},
    **{word: kind for kind, word in WORDS.items() if kind in BY_KIND},
}
"""The kind of what stands by name inside a text or a flow, by the word before its name."""

QUOTA = ("QuotaCode", "Value")
NAMING: Mapping[Codec, tuple[str, frozenset[str]]] = {
    Codec.KEY: ("kms.key", frozenset({"Aliases"})),
    Codec.BOT: ("lex.bot_alias", frozenset({"Bot", "botAliasName"})),
}
"""What says how people call a neighbour that a field holds."""


def needs(spec: Spec) -> dict[str, frozenset[str]]:
    """The fields that a spec speaks of, by kind, and those that names are made of."""
    found: dict[str, set[str]] = {"connect.instance": {"InstanceAlias", "Tags"}}
    for environment in spec.environments:
        for name, said in environment.wanted.sections.items():
            section = BY_NAME[name]
            fields = {*_fields(section, said), *section.label, *section.having[:1]}
            found.setdefault(section.kind, set()).update(fields, _named(section))
            for path, ref in section.refs.items():
                if _said(path, fields):
                    _name(BY_NAME[ref.section], found)
            for kind in _mentioned(said):
                _name(BY_KIND[kind], found)
            for path, codec in section.codecs.items():
                if codec in NAMING and _said(path, fields):
                    kind, paths = NAMING[codec]
                    found.setdefault(kind, set()).update(paths)
            for user, refers in users_of(name).items() if _may_go(said) else ():
                _name(user, found)
                found[user.kind].update(refers, user.having[:1])
            if section.name == "instance" and "DirectoryId" in fields:
                found.setdefault("ds.directory", set())
            if section.name == "instance" and "InstanceAlias" in fields:
                # It may have to be made, and then the quota of instances matters.
                found.setdefault("service_quotas.quota", set()).update(QUOTA)
    return {kind: frozenset(paths) for kind, paths in found.items()}


def where(environment: Environment) -> str:
    """The Region that a spec says its instance is in; empty where it does not say."""
    said = environment.wanted.sections.get("instance", {}).get("Region")
    return environment.match.region or (said if isinstance(said, str) else "")


def neighbours(spec: Spec, region: Place, partition: str, *, likely: bool) -> Iterator[tuple[str, str]]:
    """Kind and id of the buckets, keys and functions that a spec names in a Region: no setting may name them yet.

    A spec that does not say where its instance is speaks of the Regions where one is `likely`.
    """
    for environment in spec.environments:
        there = where(environment)
        if environment.match.account in ("", region.account) and (
            there == region.region or (likely and not there)
        ):
            for want in wants(environment.wanted, region, partition):
                yield from want.neighbours()


def _name(section: Section, found: dict[str, set[str]]) -> None:
    """Adds what a section's names are made of: other names among it."""
    found.setdefault(section.kind, set()).update(_named(section))
    for path in section.label:
        if path in section.refs:
            _name(BY_NAME[section.refs[path].section], found)


def _may_go(said: Any) -> bool:
    """Whether a section may say that a thing should not be there: then it counts who uses it."""
    things = said.values() if isinstance(said, Mapping) else ()
    return any(one is True or (isinstance(one, Mapping) and one.get(ABSENT_WORD) is True) for one in things)


def _named(section: Section) -> tuple[str, ...]:
    return section.label or (KIND_OF[section.kind].label,)


def _said(path: str, fields: set[str]) -> bool:
    """Whether a field, what holds it or something inside it is spoken of."""
    return any(f"{one}.".startswith(f"{path}.") or f"{path}.".startswith(f"{one}.") for one in fields)


def _fields(section: Section, said: Any) -> Iterator[str]:
    """The fields, as AWS has them, that the things of a section are said to have."""
    held = {spelled(section, path): path for path in (*section.refs, *section.codecs)}
    if section.shape is Shape.VALUES:
        yield section.value
    elif isinstance(said, Mapping):
        things = (said,) if section.shape is Shape.THING else said.values()
        for thing in things:
            if isinstance(thing, Mapping):
                for path in _paths(thing, ""):
                    yield held.get(path, path)


def _paths(said: Mapping[str, Any], path: str) -> Iterator[str]:
    """The paths of what is said, each as exactly as it is said."""
    for name, value in said.items():
        inner = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping) and value and "match" not in value:
            yield from _paths(value, inner)
        else:
            yield path if name == EXHAUSTIVE and path else inner


def _mentioned(said: Any) -> Iterator[str]:
    """The kinds of what stands by name inside the texts and flows of a section."""
    if isinstance(said, Mapping):
        for inner in said.values():
            yield from _mentioned(inner)
    elif isinstance(said, list):
        for inner in said:
            yield from _mentioned(inner)
    elif isinstance(said, str | FlowText):
        text = said if isinstance(said, str) else said.content
        yield from (_KINDS[word] for word in _WORD.findall(text) if word in _KINDS)
