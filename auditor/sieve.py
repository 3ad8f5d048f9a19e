"""Tells of many resources at once which are surely as a rule that is data expects.

Almost everything that is judged is as it should be, and most fields have few values: so it goes field by field, and
asks about a value once, however many resources have it. What it lets through has passed and was read whole. Of all
others it says nothing: the judge of the rule looks at them one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import Any, TypeAlias

from auditor.expect import ABSENT, Matcher, every
from auditor.model import Resource
from auditor.rule import Sieve

_Test: TypeAlias = "Callable[[Any], bool]"

_PLAIN = frozenset({str, int, float, type(None), type(ABSENT)})
"""Types of which equal values are the same to every matcher."""


def sieve(fields: Iterable[tuple[str, Matcher]]) -> Sieve:
    """Lets through, in their order, the resources that have at each path what fits there."""
    tests: dict[str, list[_Test]] = {}
    for path, wanted in fields:
        tests.setdefault(path, []).append(wanted.fits)
    columns = {path: every(several) for path, several in tests.items()}

    def surely(resources: Sequence[Resource]) -> list[Resource]:
        try:
            return _through(columns, resources)
        except Exception:
            # The judge meets it again, at the resource whose verdict it is.
            return []

    return surely


def _through(columns: Mapping[str, _Test], resources: Sequence[Resource]) -> list[Resource]:
    standing: Iterable[Resource] = resources
    for path, fits in columns.items():
        left = tuple(standing)
        standing = compress(left, _fitting(fits, _column(path, left)))
    return [one for one in standing if not one.unread]


def _column(path: str, resources: Sequence[Resource]) -> list[Any]:
    """What each resource has at a path, or that it is absent, which no matcher accepts."""
    first, *inner = path.split(".")
    try:
        values = [one.data[first] for one in resources]
    except KeyError:
        values = [one.data.get(first, ABSENT) for one in resources]
    for name in inner:
        values = _inside(values, name)
    return values


def _inside(holders: Sequence[Any], name: str) -> list[Any]:
    """What each of these has under a name: nearly always they all have it, which takes half the time."""
    try:
        return [one[name] for one in holders]
    except (KeyError, TypeError):
        return [one.get(name, ABSENT) if isinstance(one, dict) else ABSENT for one in holders]


def _fitting(fits: _Test, values: Sequence[Any]) -> Iterable[bool]:
    """Whether each value fits. One of several that are equal is asked about, where they cannot but fit alike."""
    try:
        distinct = set(values)
    except TypeError:  # there are lists or mappings among them
        return map(fits, values)
    if len(distinct) * 2 > len(values) or not _alike(distinct, values):
        return map(fits, values)
    known = {value: fits(value) for value in distinct}
    return map(known.__getitem__, values)


def _alike(distinct: set[Any], values: Sequence[Any]) -> bool:
    """Whether equal values are the same: true is equal to 1, and may be among those that 1 stands for."""
    if not _PLAIN.issuperset(map(type, distinct)):
        return False
    return distinct.isdisjoint((0, 1)) or bool not in set(map(type, values))
