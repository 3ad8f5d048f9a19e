"""The names of an instance's things, and the ids and ARNs behind them, both ways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.kinds import lookup
from auditor.model import Masked, Place, Resource, Snapshot
from auditor.spec.sections import BY_NAME, KIND_OF, SECTIONS, Codec, Form, Section, Shape
from auditor.spec.words import function_shown

TOKEN = re.compile(
    r"arn:aws[a-z-]*:[^\s\"'\\,<>{}|]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
"""What may be an ARN or an id inside a text."""
WORD = re.compile(r"\$\{[a-z_]+:[^{}]*\}")
"""How a thing stands inside a text, unless there is a brace in its name."""
MISSING = "${missing:"
"""How the name of a thing begins that is known by its id alone."""


RESERVED = ("exhaustive",)
"""Names that mean something else in a section: what is called so is told by its id as well."""


@dataclass(frozen=True)
class Names:
    """Every named thing of one instance. A name that several things of a section have is told apart by its id."""

    place: Place
    labels: Mapping[str, Mapping[str, str]]
    """By section: the name of each thing by its id."""
    ids: Mapping[str, Mapping[str, str]]
    """By section: the id of each thing by its name."""
    shared: Mapping[str, Mapping[str, tuple[str, ...]]]
    """By section: names that several things have, and what each of those is called instead."""
    arns: Mapping[str, str] = field(default_factory=dict)
    """The ARN of each thing by its id, where it has one."""
    bots: Mapping[str, str] = field(default_factory=dict)
    """The aliases of Lex bots by their ARN, as `Orders/live`."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What an id or an ARN that stands inside a text is replaced by: `${queue:Sales}`."""
    things: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The section and name of what stands for a thing inside a text."""

    def of(self, section: str, identity: Any) -> str:
        """The name of a thing by its id or ARN; of one that does not exist `${missing:…}`."""
        short = str(identity).rpartition("/")[2]
        labels = self.labels.get(section, {})
        return labels.get(str(identity)) or labels.get(short) or f"{MISSING}{short}}}"

    def identity(self, section: str, name: str, form: Form = Form.ID) -> str | None:
        """The id (or ARN) of a thing by its name, or None where there is none such."""
        found = self.ids.get(section, {}).get(name)
        return self.arns.get(found) if found and form is Form.ARN else found

    def inside(self, text: str) -> str:
        """A text with the names of this instance's things instead of their ids and ARNs."""
        if "-" not in text:
            return text
        return TOKEN.sub(lambda found: self._word(found.group()), text)

    def _word(self, token: str) -> str:
        return self.words.get(token) or self.words.get(token.partition(":$")[0], token)


def names_of(snapshot: Snapshot, place: Place) -> Names:
    """The names of everything that was read of an instance."""
    labels: dict[str, dict[str, str]] = {}
    shared: dict[str, dict[str, tuple[str, ...]]] = {}
    arns: dict[str, str] = {}
    words = {place.instance_id: "${instance}"}
    things: dict[str, tuple[str, str]] = {}
    bots = dict(_bots(snapshot, place))
    for section in sorted(SECTIONS, key=lambda one: len(_needs(one))):
        partial = Names(place, labels, {}, {}, bots=bots)
        plain = {
            one.key.id: label
            for one in snapshot.seen(place, section.kind)
            if (label := label_of(section, one, partial)) is not None
        }
        count = Counter([*plain.values(), *RESERVED])
        labels[section.name] = {
            identity: label if count[label] == 1 else f"{label} [{identity}]"
            for identity, label in plain.items()
        }
        shared[section.name] = {
            label: tuple(f"{label} [{identity}]" for identity, one in plain.items() if one == label)
            for label, number in count.items()
            if number > 1 and label not in RESERVED
        }
        for one in snapshot.seen(place, section.kind):
            label = labels[section.name].get(one.key.id)
            arns[one.key.id] = one.arn
            if one.arn and label is not None:
                word = "${instance}" if section.shape is Shape.THING else f"${{{_word_of(section)}:{label}}}"
                words[one.arn] = word
                words.setdefault(one.key.id, word)
                things.setdefault(word, (section.name, label))
    ids = {section: {label: one for one, label in found.items()} for section, found in labels.items()}
    return Names(place, labels, ids, shared, arns, bots, words, things)


def _bots(snapshot: Snapshot, place: Place) -> Iterator[tuple[str, str]]:
    """The ARN of each alias of a Lex bot, and what people call it; one that does not exist has its ARN only."""
    region = Place(place.account, place.region)
    for one in snapshot.seen(region, "lex.bot_alias"):
        if one.knows("Bot") and one.knows("botAliasName"):
            yield one.key.id, f"{one.get('Bot.botName')}/{one.get('botAliasName')}"
    for key in snapshot.missing:
        if key.kind == "lex.bot_alias" and key.place == region:
            yield key.id, key.id


def label_of(section: Section, one: Resource, names: Names) -> str | None:
    """What a thing is called in its section; None where its name was masked or not read."""
    if section.shape is Shape.THING:
        return section.name
    paths = section.label or (KIND_OF[section.kind].label,)
    parts = [_part(section, one, path, names) for path in paths]
    if any(part is None or isinstance(part, Masked) for part in parts):
        return None
    return "/".join(part for part in parts if part) or None


def _part(section: Section, one: Resource, path: str, names: Names) -> str | None:
    value = lookup(one.data, path)
    if value is None or isinstance(value, Masked):
        return value or ""
    if path in section.refs:
        return names.of(section.refs[path].section, value)
    if section.codecs.get(path) is Codec.FUNCTION:
        return function_shown(str(value), names.place.account, names.place.region)
    if section.codecs.get(path) is Codec.BOT:
        return names.bots.get(str(value))
    return str(value)


def _needs(section: Section) -> list[str]:
    """The sections whose names the names of this one are made of: those come first."""
    return [BY_NAME[section.refs[path].section].name for path in section.label if path in section.refs]


def _word_of(section: Section) -> str:
    return section.kind.partition(".")[2]
