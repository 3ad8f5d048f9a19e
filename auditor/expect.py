"""Matchers: what a value should be. One vocabulary for rules and for specs.

A matcher is a literal (equal to it), or `{match: {...}}` holding JSON Schema keywords from a fixed list. JSON
Schema passes on missing data, an auditor must not: so a match is rewritten once into a strict schema, in which
every name under `properties` is required unless listed under `optional`, and a keyword that speaks of one type
implies that type. The strict schema is plain JSON Schema (draft 2020-12); it is compiled to functions here, and
a property test holds them to the `jsonschema` package.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, TypeAlias


class BadMatch(Exception):
    """A matcher that is not allowed, and why."""


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()
"""What a field holds that is not there. No matcher accepts it."""

LONGEST_INPUT = 1024
"""Characters of text that a pattern is tried on; a longer text does not match."""
LONGEST_PATTERN = 200
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


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One way in which a value is not as expected; the path is relative to the value (empty: the value)."""

    path: str
    expected: Any
    actual: Any


Matcher: TypeAlias = "Callable[[Any], list[Mismatch]]"
_Step: TypeAlias = "Callable[[Any, str], Iterator[Mismatch]]"


def is_match(wanted: Any) -> bool:
    """Whether this says what a value should be like, and not what it should be."""
    return isinstance(wanted, Mapping) and set(wanted) == {"match"}


def matcher(wanted: Any) -> Matcher:
    """The matcher that a rule or a spec writes down: a literal, or `{match: {...}}`.

    Raises `BadMatch`.
    """
    step = compiled(strict(wanted["match"]) if is_match(wanted) else {"const": wanted})
    return lambda value: list(step(value, ""))


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
    if word == "pattern":
        _safe(value)
    if word == "type" and not set([value] if isinstance(value, str) else value) <= _TYPES:
        raise BadMatch(f"`type` is one of {', '.join(sorted(_TYPES))}")
    if word in ("minLength", "maxLength", "minItems", "maxItems") and not (_integer(value) and value >= 0):
        raise BadMatch(f"`{word}` takes a number that is not negative")
    if word in ("minimum", "maximum") and not _number(value):
        raise BadMatch(f"`{word}` takes a number")
    if word in ("enum", "required") and not isinstance(value, list):
        raise BadMatch(f"`{word}` takes a list")
    return value


def compiled(schema: Mapping[str, Any]) -> _Step:
    """A function that gives every mismatch of a value with a strict schema."""
    steps = [_COMPILERS[word](schema[word]) for word in _COMPILERS if word in schema]
    if "contains" in schema:
        steps.append(_contains(schema["contains"]))

    def check(value: Any, path: str) -> Iterator[Mismatch]:
        if value is ABSENT:
            yield Mismatch(path, described(schema), ABSENT)
            return
        for step in steps:
            yield from step(value, path)

    return check


def described(schema: Mapping[str, Any]) -> Any:
    """What a strict schema expects, as evidence shows it: a plain value where it is one, words otherwise."""
    if set(schema) == {"const"}:
        return schema["const"]
    words = []
    for word, value in schema.items():
        match word:
            case "const":
                words.append(f"{value}")
            case "enum":
                words.append(f"one of {', '.join(map(str, value))}")
            case "pattern":
                words.append(f"matching {value}")
            case "not":
                words.append(f"not {described(value)}")
            case "anyOf":
                words.append(" or ".join(str(described(one)) for one in value))
            case "allOf":
                words.append(" and ".join(str(described(one)) for one in value))
            case "minimum" | "minLength" | "minItems":
                words.append(f"at least {value}{_UNITS.get(word, '')}")
            case "maximum" | "maxLength" | "maxItems":
                words.append(f"at most {value}{_UNITS.get(word, '')}")
            case "items":
                words.append(f"every item {described(value)}")
            case "contains":
                words.append(f"an item {described(value)}")
            case "properties":
                words.append(", ".join(f"{name}: {described(one)}" for name, one in value.items()))
            case "type" if len(schema) == 1:
                words.append(f"a value of type {value}")
    return "; ".join(words) or "a value"


_UNITS = {"minLength": " characters", "maxLength": " characters", "minItems": " items", "maxItems": " items"}


def _const(wanted: Any) -> _Step:
    return _step(lambda value: _same(value, wanted), lambda: wanted)


def _enum(wanted: list[Any]) -> _Step:
    expected = f"one of {', '.join(map(str, wanted))}"
    return _step(lambda value: any(_same(value, one) for one in wanted), lambda: expected)


def _type(wanted: str | list[str]) -> _Step:
    types = [wanted] if isinstance(wanted, str) else wanted
    return _step(
        lambda value: any(_IS[one](value) for one in types), lambda: f"a value of type {' or '.join(types)}"
    )


def _pattern(wanted: str) -> _Step:
    search = re.compile(wanted).search

    def fits(value: Any) -> bool:
        return not isinstance(value, str) or (len(value) <= LONGEST_INPUT and search(value) is not None)

    return _step(fits, lambda: f"matching {wanted}")


def _limit(of: Callable[[Any], bool], fits: Callable[[Any], bool], expected: str) -> _Step:
    return _step(lambda value: not of(value) or fits(value), lambda: expected)


def _not(wanted: Mapping[str, Any]) -> _Step:
    inner = compiled(wanted)
    expected = f"not {described(wanted)}"
    return _step(lambda value: next(inner(value, ""), None) is not None, lambda: expected)


def _any_of(wanted: list[Mapping[str, Any]]) -> _Step:
    inner = [compiled(one) for one in wanted]
    expected = " or ".join(str(described(one)) for one in wanted)
    return _step(lambda value: any(next(one(value, ""), None) is None for one in inner), lambda: expected)


def _all_of(wanted: list[Mapping[str, Any]]) -> _Step:
    inner = [compiled(one) for one in wanted]

    def check(value: Any, path: str) -> Iterator[Mismatch]:
        for one in inner:
            yield from one(value, path)

    return check


def _items(wanted: Mapping[str, Any]) -> _Step:
    inner = compiled(wanted)

    def check(value: Any, path: str) -> Iterator[Mismatch]:
        if isinstance(value, list | tuple):
            for index, item in enumerate(value):
                yield from inner(item, f"{path}[{index}]")

    return check


def _contains(wanted: Mapping[str, Any]) -> _Step:
    inner = compiled(wanted)
    expected = f"an item {described(wanted)}"

    def fits(value: Any) -> bool:
        return not isinstance(value, list | tuple) or any(next(inner(one, ""), None) is None for one in value)

    return _step(fits, lambda: expected)


def _required(wanted: list[str]) -> _Step:
    def check(value: Any, path: str) -> Iterator[Mismatch]:
        if isinstance(value, Mapping):
            for name in wanted:
                if name not in value:
                    yield Mismatch(_under(path, name), "present", ABSENT)

    return check


def _properties(wanted: Mapping[str, Mapping[str, Any]]) -> _Step:
    inner = {name: compiled(one) for name, one in wanted.items()}

    def check(value: Any, path: str) -> Iterator[Mismatch]:
        if isinstance(value, Mapping):
            for name, step in inner.items():
                if name in value:
                    yield from step(value[name], _under(path, name))

    return check


def _step(fits: Callable[[Any], bool], expected: Callable[[], Any]) -> _Step:
    def check(value: Any, path: str) -> Iterator[Mismatch]:
        if not fits(value):
            yield Mismatch(path, expected(), value)

    return check


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _integer(value: Any) -> bool:
    return _number(value) and float(value).is_integer()


def _array(value: Any) -> bool:
    return isinstance(value, list | tuple)


_IS: Mapping[str, Callable[[Any], bool]] = {
    "string": _text,
    "number": _number,
    "integer": _integer,
    "boolean": lambda value: isinstance(value, bool),
    "array": _array,
    "object": lambda value: isinstance(value, Mapping),
    "null": lambda value: value is None,
}

_COMPILERS: Mapping[str, Callable[[Any], _Step]] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "pattern": _pattern,
    "minLength": lambda least: _limit(_text, lambda v: len(v) >= least, f"at least {least} characters"),
    "maxLength": lambda most: _limit(_text, lambda v: len(v) <= most, f"at most {most} characters"),
    "minimum": lambda least: _limit(_number, lambda v: v >= least, f"at least {least}"),
    "maximum": lambda most: _limit(_number, lambda v: v <= most, f"at most {most}"),
    "minItems": lambda least: _limit(_array, lambda v: len(v) >= least, f"at least {least} items"),
    "maxItems": lambda most: _limit(_array, lambda v: len(v) <= most, f"at most {most} items"),
    "items": _items,
    "not": _not,
    "anyOf": _any_of,
    "allOf": _all_of,
    "required": _required,
    "properties": _properties,
}


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


def _safe(pattern: Any) -> None:
    """Refuses a pattern that could take more than a moment on any text. Raises `BadMatch`.

    Python's `re` backtracks: what makes it explode are repeats inside repeats, alternatives inside repeats,
    many repeats in a row, and references; lookaround is refused to keep this judgement simple.
    """
    if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN:
        raise BadMatch(f"a pattern is a text of at most {LONGEST_PATTERN} characters")
    try:
        re.compile(pattern)
        tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadMatch(f"'{pattern}' is not a regular expression: {error}") from error
    if _repeats(tree, inside=False, pattern=pattern) > 3:
        raise BadMatch(f"'{pattern}' has more than three unbounded repeats: it could take for ever")


def _repeats(tree: Any, *, inside: bool, pattern: str) -> int:
    """How many unbounded repeats a parsed pattern has."""
    count = 0
    for code, said in tree:
        if code in (codes.GROUPREF, codes.GROUPREF_EXISTS, codes.ASSERT, codes.ASSERT_NOT):
            raise BadMatch(f"'{pattern}' has a backreference or a lookaround, which patterns may not have")
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _least, most, repeated = said
            many = most > 1
            if inside and many:
                raise BadMatch(f"'{pattern}' has a repeat inside a repeat: it could take for ever")
            count += int(most > LONGEST_PATTERN) + _repeats(repeated, inside=inside or many, pattern=pattern)
        elif code is codes.BRANCH:
            if inside:
                raise BadMatch(f"'{pattern}' has alternatives inside a repeat: it could take for ever")
            count += sum(_repeats(branch, inside=inside, pattern=pattern) for branch in said[1])
        elif code is codes.SUBPATTERN:
            count += _repeats(said[-1], inside=inside, pattern=pattern)
        elif code is codes.ATOMIC_GROUP:
            count += _repeats(said, inside=inside, pattern=pattern)
    return count
