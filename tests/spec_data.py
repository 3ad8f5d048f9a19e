"""Makes instances as AWS could answer them, from botocore's model, with things of every section of a spec."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import assume

from auditor.kinds import Scope
from auditor.model import GLOBAL, Key, Place, Resource, Snapshot
from auditor.spec.belonging import resources_of
from auditor.spec.sections import BY_NAME, KIND_OF, SECTIONS, VOLATILE, Codec, Form, Section, dropped
from auditor.spec.sections import Shape as Written
from tests.spec_schema import model, result

PLACE = Place("123456789012", "us-east-1", "11111111-2222-3333-4444-555555555555")
REGION = Place(PLACE.account, PLACE.region)
OTHER_INSTANCE = "99999999-2222-3333-4444-555555555555"
KEY = f"arn:aws:kms:{PLACE.region}:{PLACE.account}:key/11111111-aaaa-4bbb-8ccc-222222222222"
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
DEEPEST = 6
ADMIN = "aaaaaaaa-2222-3333-4444-555555555555"
BOTS = tuple(
    f"arn:aws:lex:{PLACE.region}:{PLACE.account}:bot-alias/ABCDEFGHIJ/KLMNOPQRS{number}"
    for number in range(3)
)
KEYS_OF_MAPS = ("exhaustive", "match", "absent", "aws:made", "a.b")
"""What a spec gives a meaning of its own, and what it leaves out."""


def whole(seed: int, names: Sequence[str], texts: Sequence[str], most: int = 2) -> Snapshot:
    """An instance with up to `most` things of every section, which refer to each other."""
    return _Making(Random(seed), names, texts).snapshot(SECTIONS, most)


def only(section: Section, seed: int, names: Sequence[str], texts: Sequence[str]) -> Snapshot:
    """An instance with a thing of a section for each of these names, and those that they refer to."""
    return _Making(Random(seed), names, texts).snapshot(_with_referred(section), len(names), section)


def _with_referred(section: Section) -> tuple[Section, ...]:
    """The section, and all that its things may refer to, through others as well."""
    found, left = {section.name}, [section]
    while left:
        for ref in left.pop().refs.values():
            if ref.section not in found:
                found.add(ref.section)
                left.append(BY_NAME[ref.section])
    return tuple(one for one in SECTIONS if one.name in found)


def with_a_change(snapshot: Snapshot, section: Section, seed: int) -> Snapshot:
    """The same, but for one value that a spec of this section speaks of."""
    random = Random(seed)
    at = resources_of(section, snapshot, PLACE)
    leaves = [(one, steps) for one in at for steps in _leaves(section, one.data, ())]
    assume(leaves)
    one, steps = random.choice(leaves)
    data = _changed(one.data, steps)
    kept = tuple(replace(one, data=data) if other is one else other for other in snapshot.resources)
    return replace(snapshot, resources=kept)


def _leaves(section: Section, value: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Where the values stand that a spec speaks of."""
    path = ".".join(str(step) for step in steps if isinstance(step, str))
    ref = section.refs.get(path.rpartition(".")[0])
    name = path.rpartition(".")[2]
    labels = section.label or (KIND_OF[section.kind].label,)
    named = any(one == path or one.startswith(f"{path}.") for one in labels)
    if section.shape in (Written.NAMES, Written.VALUES) and steps and not named and path != section.value:
        return
    if name in VOLATILE or name.startswith("aws:") or (ref and ref.of and name != ref.of):
        return
    if not named and any(f"{path}.".startswith(f"{one}.") for one in dropped(section)):
        return
    if isinstance(value, dict):
        for member, inner in value.items():
            yield from _leaves(section, inner, (*steps, member))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(section, inner, (*steps, number))
    elif value != "":
        yield steps


def _changed(value: Any, steps: tuple[str | int, ...]) -> Any:
    """A value with another one at a place."""
    if steps:
        inner = _changed(value[steps[0]], steps[1:])
        if isinstance(value, list):
            return [inner if number == steps[0] else one for number, one in enumerate(value)]
        return {**value, steps[0]: inner}
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return value.replace("Text", "Test") if '"Actions"' in value else f"{value}!"
    return -value - 1


class _Making:
    """One instance in the making. The ids are given first, so that anything may refer to anything."""

    def __init__(self, random: Random, names: Sequence[str], texts: Sequence[str]) -> None:
        self._random = random
        self._names = names
        self._texts = texts
        self._ids: dict[str, list[str]] = {}

    def snapshot(self, sections: Sequence[Section], most: int, about: Section | None = None) -> Snapshot:
        for number, section in enumerate(sections):
            count = most if section is about else self._random.randint(1, most)
            if section.shape is Written.THING:
                count = 1
            self._ids[section.name] = [
                f"{number:04x}{one:04x}-2222-3333-4444-555555555555" for one in range(count)
            ]
        things = [one for section in sections for one in self._things(section)]
        if not any(one.key.kind == "connect.instance" for one in things):
            things += self._things(BY_NAME["instance"])
        things += self._beside()
        key = {"Reference": KEY, "KeyId": KEY[-36:], "Aliases": [{"AliasName": "alias/recordings"}]}
        things.append(Resource(Key(REGION, "kms.key", KEY), key, KEY[-36:], KEY))
        places = (PLACE, REGION, Place(PLACE.account, GLOBAL))
        return Snapshot(
            "2026-01-01T00:00:00Z",
            "aws",
            resources=tuple({one.key: one for one in things}.values()),
            complete=frozenset((place, one.kind) for one in SECTIONS for place in places),
        )

    def _beside(self) -> list[Resource]:
        """What names are made of, and what makes users administrators."""
        aliases = [
            Resource(Key(REGION, "lex.bot_alias", arn), {"botAliasName": name, "Bot": {"botName": name}})
            for arn, name in zip(BOTS, self._names, strict=False)
        ]
        admin = {"Id": ADMIN, "SecurityProfileName": "Admin"}
        return [*aliases, Resource(Key(PLACE, "connect.security_profile", ADMIN), admin, "Admin")]

    def _things(self, section: Section) -> list[Resource]:
        ids = self._ids.setdefault(section.name, [PLACE.instance_id])
        return [self._thing(section, number, identity) for number, identity in enumerate(ids)]

    def _thing(self, section: Section, number: int, identity: str) -> Resource:
        """A thing with fields at random, and the ids and names that it has to have."""
        kind = KIND_OF[section.kind]
        data: dict[str, Any] = {}
        for path, shape in _members_of(section.name):
            if self._random.random() < 0.7:
                data |= self._field(section, path, shape, 0)
        name = self._names[number % len(self._names)]
        if kind.scope is not Scope.INSTANCE:
            name = f"{section.title} {number}"
        if section.shape is Written.THING:
            identity = PLACE.instance_id
        for path in (*kind.id, *section.label, *((kind.label,) if kind.label and not section.label else ())):
            if path in section.refs:
                _put(data, path, self._referred(section, path))
            else:
                _put(data, path, name)
        if len(kind.id) == 1 and kind.id[0] not in (kind.label, *section.label):
            data[kind.id[0]] = identity
        data |= self._own(section, number)
        arn = _arn(section, identity)
        if kind.arn and kind.arn not in section.label and kind.arn not in kind.id:
            _put(data, kind.arn, arn)
        known = str(data[kind.id[0]]) if len(kind.id) == 1 else f"{name}/{identity}"
        place = {Scope.INSTANCE: PLACE, Scope.REGION: REGION}.get(kind.scope, Place(PLACE.account, GLOBAL))
        return Resource(Key(place, kind.name, known), data, name, arn if kind.arn else "")

    def _own(self, section: Section, number: int) -> dict[str, Any]:
        """What the model does not say of a section's things."""
        random = self._random
        if section.name == "instance":
            return {"Id": PLACE.instance_id, "InstanceAlias": "prod"}
        if section.name == "administrators":
            return {"SecurityProfileIds": [ADMIN]}
        if section.name == "quotas":
            about = random.choice(({}, {"ContextId": "*"}, {"ContextId": _arn(BY_NAME["instance"], "")}))
            return {"QuotaContext": about, "Value": float(number)}
        if section.name == "lex_bots" and random.random() < 0.5:
            return {"LexVersion": "V1", "LexV2Bot": {}}
        if section.name == "lex_bots":
            return {
                "LexVersion": "V2",
                "LexBot": {},
                "LexV2Bot": {"AliasArn": BOTS[number % len(self._names)]},
            }
        return {}

    def _field(self, section: Section, path: str, shape: Shape, depth: int) -> dict[str, Any]:
        name = path.rpartition(".")[2]
        if name in VOLATILE:
            return {name: self._random.choice(("2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"))}
        return {name: self._value(section, path, shape, depth)}

    def _value(self, section: Section, path: str, shape: Shape, depth: int) -> Any:
        random, ref, codec = self._random, section.refs.get(path), section.codecs.get(path)
        if codec is not None:
            return self._written(codec)
        if ref is not None:
            if not isinstance(shape, ListShape):
                return self._referred(section, path)
            ids = [self._referred(section, path) for _ in range(random.randint(0, 2))]
            return [{ref.of: one, "Name": "x"} for one in ids] if ref.of else ids
        if isinstance(shape, StructureShape):
            if depth > DEEPEST:
                return {}
            found: dict[str, Any] = {}
            for name, member in shape.members.items():
                if random.random() < (0.8 if depth < 2 else 0.3):
                    found |= self._field(section, f"{path}.{name}", member, depth + 1)
            return found
        if isinstance(shape, ListShape):
            return self._list(section, path, shape, depth)
        if isinstance(shape, MapShape):
            keys = [random.choice((*KEYS_OF_MAPS, *self._texts)) for _ in range(random.randint(0, 3))]
            return {key: self._value(section, f"{path}.*", shape.value, depth + 1) for key in keys}
        return self._scalar(shape)

    def _list(self, section: Section, path: str, shape: ListShape, depth: int) -> list[Any]:
        count = self._random.randint(0, 2) if depth < DEEPEST else 0
        items = [self._value(section, path, shape.member, depth + 1) for _ in range(count)]
        if path in section.sets or (section.shape is not Written.THING and path == "Permissions"):
            return list({json.dumps(one, sort_keys=True): one for one in items}.values())
        return items

    def _scalar(self, shape: Shape) -> Any:
        random = self._random
        makers: dict[str, Callable[[], Any]] = {
            "boolean": lambda: random.random() < 0.5,
            "integer": lambda: random.choice((0, 1, -1, 7, 100_000)),
            "long": lambda: random.choice((0, 1, 2**53)),
            "double": lambda: random.choice((0.0, 1.0, 0.1, -2.5, 1e20)),
            "float": lambda: random.choice((0.0, 1.0, 3.0)),
            "timestamp": lambda: "2026-03-01T10:00:00Z",
        }
        return makers.get(shape.type_name, self._text)()

    def _text(self) -> str:
        """A text, which may have an id or an ARN of the instance, or of another one, inside."""
        text = self._random.choice(self._texts)
        section = self._random.choice(sorted(self._ids))
        identity = self._random.choice(self._ids[section])
        others = f"arn:aws:connect:{PLACE.region}:{PLACE.account}:instance/{OTHER_INSTANCE}/queue/{identity}"
        return self._random.choice((text, text, text, f"{text} {_arn(BY_NAME[section], identity)}.", others))

    def _referred(self, section: Section, path: str) -> str:
        """The id or ARN of a thing that a field refers to; now and then of one that does not exist."""
        ref = section.refs[path]
        gone = "eeeeeeee-2222-3333-4444-555555555555"
        identity = self._random.choice((*self._ids.get(ref.section, ()), gone))
        return _arn(BY_NAME[ref.section], identity) if ref.form is Form.ARN else identity

    def _written(self, codec: Codec) -> Any:
        random = self._random
        match codec:
            case Codec.HOURS:
                return [
                    {"Day": day, "StartTime": _clock(random), "EndTime": _clock(random)}
                    for day in random.sample(DAYS, random.randint(0, 3))
                    for _ in range(random.randint(1, 2))
                ]
            case Codec.FLAG:
                return random.choice(("true", "false", *self._texts))
            case Codec.KEY:
                return random.choice((KEY, KEY.replace("2222", "3333"), "alias/aws/connect"))
            case Codec.FLOW:
                return _flow(random.choice(self._texts), self._text())
            case _:
                return self._text()


def _arn(section: Section, identity: str) -> str:
    instance = f"arn:aws:connect:{PLACE.region}:{PLACE.account}:instance/{PLACE.instance_id}"
    kind = section.kind.partition(".")[2].replace("_", "-")
    return instance if section.shape is Written.THING else f"{instance}/{kind}/{identity}"


def _clock(random: Random) -> dict[str, int]:
    return {"Hours": random.randint(0, 23), "Minutes": random.choice((0, 5, 30))}


def _flow(text: str, id_inside: str) -> str:
    action = {
        "Identifier": "a",
        "Type": "MessageParticipant",
        "Parameters": {"Text": text, "Media": {"Uri": id_inside}},
        "Transitions": {},
    }
    return json.dumps({"Version": "2019-10-30", "StartAction": "a", "Actions": [action], "Metadata": {}})


def _put(data: dict[str, Any], path: str, value: str) -> None:
    *steps, last = path.split(".")
    for step in steps:
        inner = data.get(step)
        data[step] = data = dict(inner) if isinstance(inner, dict) else {}
    data[last] = value


@cache
def _members_of(section: str) -> tuple[tuple[str, Shape], ...]:
    """The fields that AWS answers of a section's things, each with its shape: the fullest answer counts."""
    return tuple(dict(_fields(BY_NAME[section])).items())


def _fields(section: Section) -> Iterator[tuple[str, Shape]]:
    kind = KIND_OF[section.kind]
    for call in [one for one in (kind.search, kind.describe) if one] or [kind.lists[0].call]:
        shape = result(call)
        if isinstance(shape, ListShape):
            shape = shape.member
        if isinstance(shape, StructureShape):
            yield from ((name, one) for name, one in shape.members.items() if name != "NextToken")
        whole = model(call).output_shape
        yield from ((name, whole.members[name]) for name in call.beside)
    for facet in kind.facets:
        yield facet.field, result(facet.call)
