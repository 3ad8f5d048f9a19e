"""What has to be read of an instance to hold it against a spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.spec.compare import EXHAUSTIVE
from auditor.spec.sections import BY_NAME, KIND_OF, Codec, Section, Shape, spelled
from auditor.spec.spec import Spec


def needs(spec: Spec) -> dict[str, frozenset[str]]:
    """The fields that a spec speaks of, by kind, and those that names are made of."""
    found: dict[str, set[str]] = {"connect.instance": {"InstanceAlias", "Tags"}}
    for environment in spec.environments:
        for name, said in environment.wanted.sections.items():
            section = BY_NAME[name]
            found.setdefault(section.kind, set()).update(_fields(section, said))
            for path in _named(section):
                found[section.kind].add(path)
            for ref in section.refs.values():
                other = BY_NAME[ref.section]
                found.setdefault(other.kind, set()).update(_named(other))
            if Codec.KEY in section.codecs.values():
                found.setdefault("kms.key", set()).add("Aliases")
    return {kind: frozenset(paths) for kind, paths in found.items()}


def _named(section: Section) -> tuple[str, ...]:
    return section.label or (KIND_OF[section.kind].label,)


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
    for name, value in said.items():
        inner = f"{path}.{name}" if path else str(name)
        if name != EXHAUSTIVE:
            yield inner
            if isinstance(value, Mapping) and "match" not in value:
                yield from _paths(value, inner)
