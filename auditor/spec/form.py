"""Holds a spec against its published schema, and says what is wrong in a sentence and with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from auditor.positions import Said, near
from auditor.spec.sections import Section

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a mapping of fields",
    "string": "a text",
}


def check_form(section: Section, said: Said) -> tuple[tuple[Section, Said, tuple[str, ...]], ...]:
    """Raises `BadFile` for a value of the wrong type.

    Returns the fields that the schema does not know, each with those it knows there: AWS may have added one
    since, so only an instance can tell whether it is a mistake.
    """
    strange: list[tuple[Section, Said, tuple[str, ...]]] = []
    for error in _validator(section.name).iter_errors(said.plain()):
        for one in _deepest(error):
            at = _at(said, one.absolute_path)
            if one.validator == "additionalProperties" and isinstance(one.schema, Mapping):
                known = tuple(one.schema.get("properties", ()))
                strange += [(section, at.value[name], known) for name in at.value if name not in known]
            elif _is_name(one):
                raise at.value[one.instance].bad_name(_no_name(one))
            else:
                raise at.bad(_sentence(at, one))
    return tuple(sorted(strange, key=lambda one: (one[1].line, one[1].column)))


@cache
def _schema() -> dict[str, Any]:
    text = files("auditor").joinpath("schemas/spec-v1.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@cache
def _validator(section: str) -> Validator:
    # Loading it takes as long as a quarter of all else that a scan imports, and a scan without a spec needs none of it.
    from jsonschema import Draft202012Validator

    schema = _schema()
    return Draft202012Validator({**schema["properties"][section], "$defs": schema["$defs"]})


def _deepest(error: ValidationError) -> Iterator[ValidationError]:
    """What is really wrong, where one of several forms had to fit: the mistakes in the form that was meant."""
    if not error.context:
        yield error
        return
    strange = [one for one in error.context if one.validator == "additionalProperties" and not _is_match(one)]
    if strange:
        yield from strange
        return
    named = [one for one in error.context if _is_name(one)]
    exact = [one for one in error.context if one.validator == "pattern" and _example(one)]
    if named or (exact and isinstance(error.instance, str)):
        yield from named or exact
        return
    inside = [one for one in error.context if one.absolute_path != error.absolute_path]
    if inside:
        yield from _deepest(inside[0])
    else:
        yield error


def _is_match(error: ValidationError) -> bool:
    return isinstance(error.schema, Mapping) and "match" in error.schema.get("properties", {})


def _is_name(error: ValidationError) -> bool:
    """Whether it is the name of a member that is wrong."""
    return "propertyNames" in error.schema_path


def _no_name(error: ValidationError) -> str:
    name, allowed = str(error.instance), error.validator_value
    known = [str(one) for one in allowed] if isinstance(allowed, list) else []
    return f"there is no `{name}` here: {near(name, known) or f'use {known[0]} and the like'}"


def _example(error: ValidationError) -> str:
    """What a text should look like; empty where the schema does not say."""
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    return str(next(iter(schema.get("examples", ())), ""))


def _at(said: Said, path: Any) -> Said:
    for step in path:
        said = said.value[step]
    return said


def _sentence(said: Said, error: ValidationError) -> str:
    if error.validator in ("type", "anyOf"):
        wanted = _wanted(error.schema)
        if wanted == "a text" and isinstance(said.value, bool | int | float):
            return f"`{said.name}` is a text, and YAML makes something else of {said.text}: quote it, '{said.text}'"
        if wanted:
            return f"`{said.name}` is {wanted}, not {_shown(said)}"
    if error.validator == "pattern" and _example(error):
        return f"`{said.name}` must look like '{_example(error)}', not {_shown(said)}"
    if error.validator == "pattern":
        return f"`{said.name}` does not look as it must: {_shown(said)}"
    return f"`{said.name}` cannot be {_shown(said)}"


def _wanted(schema: Any) -> str:
    """What types a schema takes, in words."""
    if not isinstance(schema, Mapping):
        return ""
    types = schema.get("type", ())
    named = [types] if isinstance(types, str) else list(types)
    for one in schema.get("anyOf", ()):
        if "$ref" not in one and one.get("pattern") is None:
            inner = one.get("type", ())
            named += [inner] if isinstance(inner, str) else inner
    words = [_TYPES[one] for one in dict.fromkeys(named) if one != "null"]
    return " or ".join(words)


def _shown(said: Said) -> str:
    if isinstance(said.value, Mapping):
        return "a mapping"
    if isinstance(said.value, list):
        return "a list"
    return f"'{str(said.text or said.value)[:80]}'"
