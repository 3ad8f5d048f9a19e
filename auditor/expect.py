"""Matchers: what a value should be. One vocabulary for rules and for specs.

A matcher is a literal (equal to it), or `{match: {...}}` holding JSON Schema keywords from a fixed list. JSON
Schema passes on missing data, an auditor must not: so a match is rewritten once into a strict schema, in which
every name under `properties` is required unless listed under `optional`, and a keyword that speaks of one type
implies that type. The strict schema is plain JSON Schema (draft 2020-12); it is compiled to functions here, and
a property test holds them to the `jsonschema` package.

Almost everything that is judged is as it should be: so a matcher has a quick yes or no, and apart from it what
says in which ways a value is not as expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from operator import eq, is_
from typing import Any, Final, NamedTuple, TypeAlias

from auditor.patterns import LONGEST_INPUT, why_unsafe
from auditor.wording import in_words


class BadMatch(Exception):
    """A matcher that is not allowed, and why."""


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()
"""What a field holds that is not there. No matcher accepts it."""

DEEPEST = 10

_IMPLIED = {
    "pattern": "string",
    "minLength": "string",
    "maxLength": "string",
    "minimum": "number",
    "maximum": "number",
    "minItems": "array",
    "maxItems": "array",
    "contains": "array",
    "items": "array",
    "properties": "object",
    "required": "object",
}
_KEYWORDS = frozenset({*_IMPLIED, "const", "enum", "type", "not", "anyOf", "allOf", "optional"})
_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})


class Mismatch(NamedTuple):
    """One way in which a value is not as expected; the path is relative to the value (empty: the value)."""

    path: str
    expected: Any
    actual: Any


_Test: TypeAlias = "Callable[[Any], bool]"
_Misses: TypeAlias = "Callable[[Any, str], Iterator[Mismatch]]"


class _Step(NamedTuple):
    """What one keyword asks of a value, as two functions that agree."""

    fits: _Test
    misses: _Misses


class Matcher(NamedTuple):
    """What a value should be, as two functions that agree on whether it is, and the strict schema they are made of."""

    fits: _Test
    misses: _Misses
    schema: Mapping[str, Any]

    def __call__(self, value: Any, path: str = "") -> list[Mismatch]:
        """Every way in which the value is not as expected."""
        return list(self.misses(value, path))


def is_match(wanted: Any) -> bool:
    """Whether this says what a value should be like, and not what it should be."""
    return isinstance(wanted, Mapping) and set(wanted) == {"match"}


def matcher(wanted: Any) -> Matcher:
    """The matcher that a rule or a spec writes down: a literal, or `{match: {...}}`.

    Raises `BadMatch`.
    """
    return compiled(strict(wanted["match"]) if is_match(wanted) else {"const": wanted})


def strict(match: Any, depth: int = 0) -> dict[str, Any]:
    """The strict JSON Schema that a match stands for. Raises `BadMatch`."""
    if not isinstance(match, Mapping) or not match:
        raise BadMatch("a match is a mapping of keywords such as `enum` or `pattern`")
    if depth > DEEPEST:
        raise BadMatch(f"a match may be nested {DEEPEST} deep")
    strange = sorted(set(map(str, match)) - _KEYWORDS)
    if strange:
        raise BadMatch(f"'{strange[0]}' is not a matcher: use one of {', '.join(sorted(_KEYWORDS))}")
    if "optional" in match and "properties" not in match:
        raise BadMatch("`optional` goes with `properties`")
    schema = {
        word: _strict_keyword(word, value, depth) for word, value in match.items() if word != "optional"
    }
    if "properties" in match:
        optional = set(match.get("optional", ()))
        required = {name for name in match["properties"] if name not in optional}
        schema["required"] = sorted(required | set(match.get("required", ())))
    implied = {_IMPLIED[word] for word in match if word in _IMPLIED}
    if implied and "type" not in schema:
        schema["type"] = next(iter(implied)) if len(implied) == 1 else sorted(implied)
    return schema


def _strict_keyword(word: str, value: Any, depth: int) -> Any:
    """The value of a keyword, checked, with the matches inside it made strict."""
    if word in ("not", "items", "contains"):
        return strict(value, depth + 1)
    if word in ("anyOf", "allOf"):
        if not isinstance(value, list) or not value:
            raise BadMatch(f"`{word}` takes a list of matches")
        return [strict(one, depth + 1) for one in value]
    if word == "properties":
        if not isinstance(value, Mapping):
            raise BadMatch("`properties` maps names to matches")
        return {name: strict(one, depth + 1) for name, one in value.items()}
    if word == "pattern" and (wrong := why_unsafe(value)):
        raise BadMatch(wrong)
    if word == "type" and not set([value] if isinstance(value, str) else value) <= _TYPES:
        raise BadMatch(f"`type` is one of {', '.join(sorted(_TYPES))}")
    if word in ("minLength", "maxLength", "minItems", "maxItems") and not (_integer(value) and value >= 0):
        raise BadMatch(f"`{word}` takes a number that is not negative")
    if word in ("minimum", "maximum") and not _number(value):
        raise BadMatch(f"`{word}` takes a number")
    if word in ("enum", "required") and not isinstance(value, list):
        raise BadMatch(f"`{word}` takes a list")
    return value


def compiled(schema: Mapping[str, Any]) -> Matcher:
    """The matcher of a strict schema."""
    steps = {
        word: _limit(word, schema) if word in _LIMITS else _COMPILERS[word](schema[word])
        for word in _ORDER
        if word in schema
    }
    tests = [step.fits for word, step in steps.items() if word != "type" or not _told_by_a_limit(schema)]
    if not _PRESENT & schema.keys():
        tests.insert(0, _present)

    def misses(value: Any, path: str) -> Iterator[Mismatch]:
        if value is ABSENT:
            yield Mismatch(path, described(schema), ABSENT)
            return
        for step in steps.values():
            yield from step.misses(value, path)

    return Matcher(every(tests), misses, schema)


def _told_by_a_limit(schema: Mapping[str, Any]) -> bool:
    """Whether a limit tests the type that the schema wants: one function call for both is half the time."""
    return any(_IMPLIED[word] == schema["type"] for word in _LIMITS if word in schema)


def every(tests: Sequence[_Test]) -> _Test:
    """One test for all of them: most have few, which need no loop."""
    match tests:
        case []:
            return lambda _value: True
        case [only]:
            return only
        case [first, second]:
            return lambda value: first(value) and second(value)
        case [first, second, third]:
            return lambda value: first(value) and second(value) and third(value)
    return lambda value: all(test(value) for test in tests)


def described(schema: Mapping[str, Any]) -> Any:
    """What a strict schema expects, as evidence shows it: a plain value where it is one, words otherwise."""
    if set(schema) == {"const"}:
        return schema["const"]
    words = []
    for word, value in schema.items():
        match word:
            case "const":
                words.append(in_words(value))
            case "enum":
                words.append(f"one of {', '.join(map(in_words, value))}")
            case "pattern":
                words.append(_like(value))
            case "not":
                words.append(f"not {in_words(described(value))}")
            case "anyOf":
                words.append(" or ".join(in_words(described(one)) for one in value))
            case "allOf":
                words.append(" and ".join(in_words(described(one)) for one in value))
            case "minimum" | "minLength" | "minItems" | "maximum" | "maxLength" | "maxItems":
                words.append(_bound(word, value))
            case "items":
                words.append(f"every item {in_words(described(value))}")
            case "contains":
                words.append(f"an item {in_words(described(value))}")
            case "properties":
                words.append(", ".join(f"{name}: {in_words(described(one))}" for name, one in value.items()))
            case "type" if len(schema) == 1:
                words.append(f"a value of type {' or '.join([value] if isinstance(value, str) else value)}")
    return "; ".join(words) or "a value"


_UNITS = {"minLength": " character", "maxLength": " character", "minItems": " item", "maxItems": " item"}
_WORDS = {r"\S": "a text that is not blank"}
"""What often used patterns mean."""


def _like(pattern: str) -> str:
    """A pattern in words."""
    return _WORDS.get(pattern, f"matching {pattern}")


def _bound(word: str, value: Any) -> str:
    """A limit in words, with what it counts in the number that belongs to it."""
    unit = _UNITS.get(word, "")
    least = "least" if word.startswith("min") else "most"
    return f"at {least} {value}{unit}{'s' if unit and value != 1 else ''}"


_PRESENT = frozenset({"const", "enum", "type"})
"""The keywords that alone refuse what is absent."""


def _present(value: Any) -> bool:
    return value is not ABSENT


def _const(wanted: Any) -> _Step:
    return _step(_equal(wanted), wanted)


def _enum(wanted: list[Any]) -> _Step:
    expected = f"one of {', '.join(map(in_words, wanted))}"
    if all(isinstance(one, str) for one in wanted):
        return _step(tuple(wanted).__contains__, expected)
    tests = [_equal(one) for one in wanted]
    return _step(lambda value: any(test(value) for test in tests), expected)


def _type(wanted: str | list[str]) -> _Step:
    types = [wanted] if isinstance(wanted, str) else wanted
    tests = [_IS[one] for one in types]
    fits = tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)
    return _step(fits, f"a value of type {' or '.join(types)}")


def _pattern(wanted: str) -> tuple[_Test, str]:
    search = re.compile(wanted).search
    return (
        lambda text: isinstance(text, str) and len(text) <= LONGEST_INPUT and search(text) is not None,
        _like(wanted),
    )


def _limit(word: str, schema: Mapping[str, Any]) -> _Step:
    """The matcher of a limit on values of one type; what is of another passes, unless the schema wants this one."""
    within, expected = _LIMITS[word](schema[word])
    speaks_of = _IS[_IMPLIED[word]]

    def fits(value: Any) -> bool:
        return not speaks_of(value) or within(value)

    def misses(value: Any, path: str) -> Iterator[Mismatch]:
        if not fits(value):
            yield Mismatch(path, expected, value)

    return _Step(within if schema.get("type") == _IMPLIED[word] else fits, misses)


def _not(wanted: Mapping[str, Any]) -> _Step:
    inner, expected = compiled(wanted).fits, f"not {in_words(described(wanted))}"
    if not _has_pattern(wanted):
        return _step(lambda value: not inner(value), expected)
    # A pattern is not tried on a text that is too long: that it is not in there is not known.
    return _step(lambda value: not inner(value) and not _too_long(value), expected)


def _has_pattern(schema: Any) -> bool:
    """Whether a pattern decides about a match somewhere."""
    if isinstance(schema, Mapping):
        return "pattern" in schema or any(map(_has_pattern, schema.values()))
    return isinstance(schema, list) and any(map(_has_pattern, schema))


def _too_long(value: Any) -> bool:
    """Whether a text in a value is longer than patterns are tried on."""
    if isinstance(value, str):
        return len(value) > LONGEST_INPUT
    inner = value.values() if _object(value) else value if _array(value) else ()
    return any(map(_too_long, inner))


def _any_of(wanted: list[Mapping[str, Any]]) -> _Step:
    inner = [compiled(one).fits for one in wanted]
    expected = " or ".join(in_words(described(one)) for one in wanted)
    return _step(lambda value: any(test(value) for test in inner), expected)


def _all_of(wanted: list[Mapping[str, Any]]) -> _Step:
    inner = [compiled(one) for one in wanted]

    def misses(value: Any, path: str) -> Iterator[Mismatch]:
        for one in inner:
            yield from one.misses(value, path)

    return _Step(every([one.fits for one in inner]), misses)


def _items(wanted: Mapping[str, Any]) -> _Step:
    inner = compiled(wanted)

    def fits(value: Any) -> bool:
        return not _array(value) or all(map(inner.fits, value))

    def misses(value: Any, path: str) -> Iterator[Mismatch]:
        if _array(value):
            for index, item in enumerate(value):
                yield from inner.misses(item, f"{path}[{index}]")

    return _Step(fits, misses)


def _contains(wanted: Mapping[str, Any]) -> _Step:
    inner = compiled(wanted).fits
    return _step(lambda value: not _array(value) or any(map(inner, value)), f"an item {described(wanted)}")


def _required(wanted: list[str]) -> _Step:
    def fits(value: Any) -> bool:
        return not _object(value) or all(name in value for name in wanted)

    def misses(value: Any, path: str) -> Iterator[Mismatch]:
        if _object(value):
            for name in wanted:
                if name not in value:
                    yield Mismatch(_under(path, name), "present", ABSENT)

    return _Step(fits, misses)


def _properties(wanted: Mapping[str, Mapping[str, Any]]) -> _Step:
    inner = {name: compiled(one) for name, one in wanted.items()}
    tests = [(name, one.fits) for name, one in inner.items()]

    def fits(value: Any) -> bool:
        return not _object(value) or all(name not in value or test(value[name]) for name, test in tests)

    def misses(value: Any, path: str) -> Iterator[Mismatch]:
        if _object(value):
            for name, one in inner.items():
                if name in value:
                    yield from one.misses(value[name], _under(path, name))

    return _Step(fits, misses)


def _step(fits: _Test, expected: Any) -> _Step:
    """What misses a value as a whole, or not at all."""

    def misses(value: Any, path: str) -> Iterator[Mismatch]:
        if not fits(value):
            yield Mismatch(path, expected, value)

    return _Step(fits, misses)


def _equal(wanted: Any) -> _Test:
    """Whether a value is the same as this one: `_same`, made shorter where the types allow."""
    if isinstance(wanted, bool):
        return partial(is_, wanted)
    if isinstance(wanted, str) or wanted is None:
        return partial(eq, wanted)
    return partial(_same, wanted)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _integer(value: Any) -> bool:
    return _number(value) and float(value).is_integer()


def _array(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _object(value: Any) -> bool:
    # Nearly always it is a dict, which is told at once; the abstract class takes ten times as long.
    return isinstance(value, (dict, Mapping))


_IS: Mapping[str, Callable[[Any], bool]] = {
    "string": _text,
    "number": _number,
    "integer": _integer,
    "boolean": lambda value: isinstance(value, bool),
    "array": _array,
    "object": _object,
    "null": lambda value: value is None,
}

_LIMITS: Mapping[str, Callable[[Any], tuple[_Test, str]]] = {
    "pattern": _pattern,
    "minLength": lambda least: (
        lambda text: isinstance(text, str) and len(text) >= least,
        _bound("minLength", least),
    ),
    "maxLength": lambda most: (
        lambda text: isinstance(text, str) and len(text) <= most,
        _bound("maxLength", most),
    ),
    "minimum": lambda least: (
        lambda one: isinstance(one, (int, float)) and one >= least and not isinstance(one, bool),
        _bound("minimum", least),
    ),
    "maximum": lambda most: (
        lambda one: isinstance(one, (int, float)) and one <= most and not isinstance(one, bool),
        _bound("maximum", most),
    ),
    # Nearly always it is a list, which is told at once.
    "minItems": lambda least: (
        lambda items: (type(items) is list or _array(items)) and len(items) >= least,
        _bound("minItems", least),
    ),
    "maxItems": lambda most: (
        lambda items: (type(items) is list or _array(items)) and len(items) <= most,
        _bound("maxItems", most),
    ),
}
"""Keywords that speak of values of one type: whether a value is of that type and within, and that in words."""

_COMPILERS: Mapping[str, Callable[[Any], _Step]] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "items": _items,
    "not": _not,
    "anyOf": _any_of,
    "allOf": _all_of,
    "required": _required,
    "properties": _properties,
    "contains": _contains,
}
_ORDER = tuple(dict.fromkeys(("type", "const", "enum", *_LIMITS, *_COMPILERS)))
"""In which keywords are tried: what they miss is told in the same order."""


def _same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1, 1.0 is 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return set(one) == set(other) and all(_same(one[name], other[name]) for name in one)
    return bool(one == other)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
