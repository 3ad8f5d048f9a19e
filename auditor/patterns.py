"""Regular expressions of strangers: which ones are sure to be done soon, whatever the text.

Python's `re` backtracks: where a pattern can match one text in many ways, it may try them all before it says no. How
many there can be at most is told by the pattern alone, so it is judged before any text is seen.
"""

from __future__ import annotations

import re
from math import factorial
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

LONGEST_INPUT = 1024
"""Characters of text that a pattern is tried on; a longer text does not match."""
LONGEST_PATTERN = 200
MOST_WAYS = 1_000_000_000
"""Ways to match the longest text that may be tried: a second or so, where the pattern is made for that."""

_REFERENCES = (codes.GROUPREF, codes.GROUPREF_EXISTS, codes.ASSERT, codes.ASSERT_NOT)
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_STARTS = (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING)


class _Unsafe(Exception):
    """Why a pattern is not taken."""


class _Ways(NamedTuple):
    """In how many ways a part of a pattern can match: so many, for each way to share a text among so many repeats."""

    fixed: int
    repeats: int


def why_unsafe(pattern: Any) -> str:
    """Why a pattern could take more than a moment on some text, or is none; empty: it is fine."""
    if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN:
        return f"a pattern is a text of at most {LONGEST_PATTERN} characters"
    try:
        re.compile(pattern)
        tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"'{pattern}' is not a regular expression: {error}"
    try:
        fixed, repeats = _ways(tree)
    except _Unsafe as reason:
        return f"'{pattern}' {reason}"
    # Where it may begin anywhere, the text before it is one repeat more.
    repeats += not _begins_at_start(tree)
    if repeats > 3:
        words = "more than three unbounded repeats (without ^ at its beginning: more than two)"
        return f"'{pattern}' has {words}: it could take for ever"
    if fixed * LONGEST_INPUT**repeats // factorial(repeats) > MOST_WAYS:
        return f"'{pattern}' has too many options and alternatives: it could take for ever"
    return ""


def _begins_at_start(tree: Any) -> bool:
    at_start = bool(tree) and tree[0][0] is codes.AT and tree[0][1] in _STARTS
    return at_start and not tree.state.flags & re.MULTILINE


def _ways(tree: Any) -> _Ways:
    """In how many ways a sequence can match: each part of it in each way of the parts before. Raises `_Unsafe`."""
    fixed, repeats = 1, 0
    for code, said in tree:
        one = _ways_of(code, said)
        fixed, repeats = min(fixed * one.fixed, MOST_WAYS + 1), repeats + one.repeats
    return _Ways(fixed, repeats)


def _ways_of(code: Any, said: Any) -> _Ways:
    if code in _REFERENCES:
        # Refused to keep this judgement simple.
        raise _Unsafe("has a backreference or a lookaround, which patterns may not have")
    if code in _REPEATS:
        return _repeated(*said)
    if code is codes.BRANCH:
        branches = [_ways(branch) for branch in said[1]]
        return _Ways(sum(one.fixed for one in branches), max(one.repeats for one in branches))
    if code is codes.SUBPATTERN:
        return _ways(said[-1])
    return _ways(said) if code is codes.ATOMIC_GROUP else _Ways(1, 0)


def _repeated(least: int, most: int, inner: Any) -> _Ways:
    """In how many ways a repeat can match; where it has no end, what it repeats must match in one way only."""
    once = _ways(inner)
    if most <= LONGEST_PATTERN:
        return _Ways((most - least + 1) * min(once.fixed**most, MOST_WAYS + 1), once.repeats * most)
    if once.repeats or once.fixed > 1:
        raise _Unsafe("has a repeat inside a repeat, or alternatives: it could take for ever")
    return _Ways(1, 1)
