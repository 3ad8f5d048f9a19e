"""Tells of many resources at once which are surely as a rule that is data expects.

Almost everything that is judged is as it should be, and most fields have few values: so it goes field by field, and
asks about a value once, however many resources have it. What it lets through has passed. Of all others it says
nothing: the judge of the rule looks at them one by one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, reduce
from itertools import compress
from operator import and_, not_, truth
from typing import Any, TypeAlias

from auditor.expect import ABSENT, Matcher
from auditor.patterns import LONGEST_INPUT
from auditor.rule import Sieve

_Fitting: TypeAlias = "Callable[[Sequence[Any]], Iterable[bool]]"
"""Whether each of many values fits."""

_Test: TypeAlias = "Callable[[Any], bool]"
_Search: TypeAlias = "tuple[Callable[[str], re.Match[str] | None], bool]"
"""What looks for a pattern in a text, and whether it should find it."""

_NUMBERS = frozenset({bool, int, float})
_PLAIN = _NUMBERS | {str, type(None), type(ABSENT)}
"""Types of which equal values are the same to every matcher, but for true and false, which equal 1 and 0."""


def sieve(fields: Iterable[tuple[str, Matcher]]) -> Sieve:
    """Tells of each resource whether it has at every path what fits there."""
    columns = [(path, _fitting(wanted)) for path, wanted in fields]

    def surely(things: Sequence[Mapping[str, Any]]) -> Sequence[bool]:
        try:
            return _through(columns, things)
        except Exception:
            # The judge meets it again, at the resource whose verdict it is.
            return [False] * len(things)

    return surely


def _through(columns: Iterable[tuple[str, _Fitting]], things: Sequence[Mapping[str, Any]]) -> Sequence[bool]:
    """Whether each passes every column; of the later ones only what passed the earlier is asked."""
    passed = [True] * len(things)
    for path, fitting in columns:
        if all(passed):
            passed = list(fitting(_column(path, things)))
        else:
            standing = list(compress(things, passed))
            further = iter(fitting(_column(path, standing)))
            passed = [one and next(further) for one in passed]
    return passed


def _column(path: str, things: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What each resource has at a path, or that it is absent, which no matcher accepts."""
    values: Sequence[Any] = things
    for name in path.split("."):
        values = _inside(values, name)
    return list(values)


def _inside(holders: Sequence[Any], name: str) -> list[Any]:
    """What each of these has under a name: nearly always they all have it, which takes half the time."""
    try:
        return [one[name] for one in holders]
    except (KeyError, TypeError):
        return [one.get(name, ABSENT) if isinstance(one, dict) else ABSENT for one in holders]


def _fitting(wanted: Matcher) -> _Fitting:
    """What asks a matcher about many values at once: the shortest way to what it wants."""
    match wanted.schema:
        case {"const": str(text), **more} if not more:
            return lambda values: [value == text for value in values]
        case {"const": True | False | None as only, **more} if not more:
            return lambda values: [value is only for value in values]
        case {"enum": texts, **more} if not more and _all_are(str, texts):
            return lambda values: [value in texts for value in values]
        case {"type": "array", **limits} if limits.keys() <= {"minItems", "maxItems"}:
            least, most = limits.get("minItems", 0), limits.get("maxItems", sys.maxsize)
            return partial(_by_length, wanted.fits, least, most)
    return partial(_by_value, wanted.fits, _searches(wanted.schema))


def _by_length(fits: _Test, least: int, most: int, values: Sequence[Any]) -> Iterable[bool]:
    """Of a list nothing matters but how long it is."""
    if not _all_are(list, values):
        return map(fits, values)
    return [least <= len(value) <= most for value in values]


def _by_value(fits: _Test, searches: Sequence[_Search], values: Sequence[Any]) -> Iterable[bool]:
    """One of several that are equal stands for all, where they cannot but fit alike."""
    try:
        distinct = set(values)
    except TypeError:  # there are lists or mappings among them
        return map(fits, values)
    if len(distinct) * 2 <= len(values) and _alike(distinct, values):
        known = {value: fits(value) for value in distinct}
        return map(known.__getitem__, values)
    if searches and _all_are(str, values) and max(map(len, values)) <= LONGEST_INPUT:
        return _by_search(searches, values)
    return map(fits, values)


def _alike(distinct: set[Any], values: Sequence[Any]) -> bool:
    """Whether equal values are the same: true is equal to 1, and may be among those that 1 stands for."""
    if not _PLAIN.issuperset(map(type, distinct)):
        return False
    return distinct.isdisjoint((0, 1)) or len(_NUMBERS.intersection(map(type, values))) == 1


def _all_are(wanted: type, values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {wanted}


def _by_search(searches: Sequence[_Search], texts: Sequence[str]) -> Iterable[bool]:
    """Whether what may be in each text is there, and what may not is not."""
    columns = (map(truth if wanted else not_, map(search, texts)) for search, wanted in searches)
    return reduce(lambda one, other: map(and_, one, other), columns)


def _searches(schema: Mapping[str, Any]) -> list[_Search]:
    """The patterns that a matcher looks for in a text, and whether they may be there; none where it does more."""
    match schema:
        case {"pattern": pattern, "type": "string", **more} if not more:
            return [(re.compile(pattern).search, True)]
        case {"not": {"pattern": pattern, "type": "string", **inside}, **more} if not (inside or more):
            return [(re.compile(pattern).search, False)]
        case {"allOf": several, **more} if not more:
            inner = [_searches(one) for one in several]
            return [search for one in inner for search in one] if all(inner) else []
    return []
