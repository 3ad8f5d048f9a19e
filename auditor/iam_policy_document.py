"""Whether the statements of an IAM policy allow something: yes, no, or why nobody can tell from the text.

Pure: a document is what `json.loads` makes of it. AWS's own evaluation knows more (session policies, service control
policies, the tags of who asks); whatever hangs on that is a `Maybe`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias


class BadDocument(Exception):
    """A text that is not a policy document."""


@dataclass(frozen=True, slots=True)
class Maybe:
    """Nobody can tell, and why."""

    why: str


Answer: TypeAlias = "bool | Maybe"


def any_of(answers: Iterable[Answer]) -> Answer:
    """True where one is, whatever the others are; else the first that nobody can tell."""
    unsure: Answer = False
    for answer in answers:
        if answer is True:
            return True
        unsure = unsure or answer
    return unsure


def all_of(answers: Iterable[Answer]) -> Answer:
    """False where one is, whatever the others are; else the first that nobody can tell."""
    unsure: Answer = True
    for answer in answers:
        if answer is False:
            return False
        unsure = answer if unsure is True else unsure
    return unsure


@dataclass(frozen=True, slots=True)
class Ask:
    """The question whether an action may be called on any of some resources.

    An action that AWS renamed has several names, and each of them in a policy stands for it. A resource is an ARN,
    whose `*` stands for whatever somebody may call there. `context` holds the condition keys whose value is known,
    in lower case, with every way to write that value.
    """

    names: tuple[str, ...]
    resources: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, its lists always lists."""

    allows: bool
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By type: AWS, Federated, Service, CanonicalUser. Everybody is `*` under AWS."""
    everybody_but: bool = False
    """Whether it has a NotPrincipal."""
    condition: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def speaks_of(self, action: str) -> bool:
        """Whether its actions include this one. NotAction is as clear as Action where the action is known."""
        if self.not_actions:
            return not any(matches(pattern, action) for pattern in self.not_actions)
        return any(matches(pattern, action) for pattern in self.actions)

    def touches(self, pattern: str) -> bool:
        """Whether its actions have any in common with a pattern of them."""
        if self.not_actions:
            return not any(matches(one, pattern) for one in self.not_actions)
        wanted = _read(pattern.casefold())[0]
        return any(_meet(_read(one.casefold())[0], wanted) for one in self.actions)

    def naming(self, action: str) -> tuple[str, ...]:
        """The patterns of its Action that match and name the action's own service, so not `*`."""
        service = action.partition(":")[0].casefold() + ":"
        return tuple(
            pattern
            for pattern in self.actions
            if pattern.casefold().startswith(service) and matches(pattern, action)
        )

    def answers(self, ask: Ask) -> Answer:
        """Whether it applies: an Allow to any of the resources, a Deny to all; a Deny to some may matter."""
        if not any(self.speaks_of(name) for name in ask.names):
            return False
        on = [self._on(resource) for resource in ask.resources]
        reaches = any_of(on)
        if not self.allows and reaches is True and all_of(on) is not True:
            reaches = Maybe(f"a Deny of {', '.join(self.resources)}")
        return all_of((reaches, self._conditions(ask.context)))

    def _on(self, resource: str) -> Answer:
        if not self.not_resources:
            return any_of(self._reaches(pattern, resource) for pattern in self.resources)
        if any(covers(pattern, resource) for pattern in self.not_resources):
            return False
        reached = any_of(overlaps(pattern, resource) for pattern in self.not_resources)
        # What lies outside is left to an Allow as long as the pattern does not cover it all.
        return reached is False or (self.allows and reached is True) or Maybe("NotResource")

    def _reaches(self, pattern: str, resource: str) -> Answer:
        if self.allows:
            return overlaps(pattern, resource)
        if covers(pattern, resource):
            return True
        return Maybe(f"Resource {pattern}") if overlaps(pattern, resource) else False

    def _conditions(self, context: Mapping[str, tuple[str, ...]]) -> Answer:
        return all_of(
            _holds(operator, key, wanted, context)
            for operator, keys in self.condition.items()
            for key, wanted in keys.items()
        )


def statements(document: Any) -> tuple[Statement, ...]:
    """The statements of a document, or of the text of one. Raises `BadDocument`."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError as error:
            raise BadDocument("it is not JSON") from error
    if not isinstance(document, Mapping):
        raise BadDocument("it is not an object")
    said = document.get("Statement", ())
    if not isinstance(said, Mapping | list | tuple):
        raise BadDocument("its Statement is neither an object nor a list")
    return tuple(_statement(one) for one in ([said] if isinstance(said, Mapping) else said))


def allowed(policy: Iterable[Statement], ask: Ask) -> Answer:
    """Whether statements together allow it: an Allow applies, and no Deny does."""
    policy = tuple(policy)
    granted = any_of(one.answers(ask) for one in policy if one.allows)
    if granted is False:
        return False
    denied = any_of(one.answers(ask) for one in policy if not one.allows)
    if denied is True:
        return False
    return granted if denied is False or granted is not True else denied


def _statement(said: Any) -> Statement:
    if not isinstance(said, Mapping) or said.get("Effect") not in ("Allow", "Deny"):
        raise BadDocument("a statement has no Effect")
    principal = said.get("Principal", {})
    if not isinstance(principal, Mapping):
        principal = {"AWS": principal}
    condition = said.get("Condition") or {}
    if not isinstance(condition, Mapping) or not all(isinstance(one, Mapping) for one in condition.values()):
        raise BadDocument("a Condition does not map operators to keys")
    return Statement(
        allows=said["Effect"] == "Allow",
        actions=texts(said.get("Action")),
        not_actions=texts(said.get("NotAction")),
        resources=texts(said.get("Resource")),
        not_resources=texts(said.get("NotResource")),
        principals={kind: texts(who) for kind, who in principal.items()},
        everybody_but="NotPrincipal" in said,
        condition={
            operator: {key: texts(wanted) for key, wanted in keys.items()}
            for operator, keys in condition.items()
        },
    )


def texts(value: Any) -> tuple[str, ...]:
    """What a policy writes as one text or as a list of them; true and false become words."""
    if value is None:
        return ()
    listed = value if isinstance(value, list | tuple) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in listed)


# Patterns. A pattern is read once into characters, `ANY` (a `*`) and `ONE` (a `?`).

ANY: Final = "*any*"
ONE: Final = "?one?"
_WILD = re.compile(r"[*?$]")
OWN: Final = frozenset({"aws:userid", "aws:username"})
"""Policy variables that stand for who asks: there is always one, so that they match like a `*`."""


@lru_cache(maxsize=16_384)
def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of actions matches an action, or all that another pattern does, in any case of letters."""
    pattern, text = pattern.casefold(), text.casefold()
    fixed = _WILD.split(pattern, maxsplit=1)[0]
    if fixed == pattern or not text.startswith(fixed):
        return pattern == text
    return _covers(_read(pattern)[0], _read(text)[0])


@lru_cache(maxsize=16_384)
def overlaps(pattern: str, target: str) -> Answer:
    """Whether a pattern of a Resource reaches anything that the target stands for."""
    said, variables = _read(pattern)
    reached = _meet(said, _read(target)[0])
    return Maybe(f"Resource {pattern}") if reached and variables - OWN else reached


@lru_cache(maxsize=16_384)
def covers(pattern: str, target: str) -> bool:
    """Whether a pattern of a Resource reaches all that the target stands for; a variable never surely does."""
    said, variables = _read(pattern)
    return not variables and _covers(said, _read(target)[0])


@lru_cache(maxsize=16_384)
def _read(pattern: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The tokens of a pattern, and the policy variables in it, which become `ANY`."""
    tokens: list[str] = []
    variables: set[str] = set()
    rest = pattern
    while rest:
        head, rest = rest[0], rest[1:]
        if head == "$" and rest.startswith("{") and "}" in rest:
            name, _, rest = rest[1:].partition("}")
            if name in ("*", "?", "$"):
                tokens.append(name)
            else:
                # `${aws:username, 'default'}` is the variable with what stands in for it.
                variables.add(name.partition(",")[0].strip().casefold())
                tokens.append(ANY)
        elif head == "*":
            tokens.append(ANY)
        else:
            tokens.append(ONE if head == "?" else head)
    return tuple(tokens), frozenset(variables)


def _covers(pattern: tuple[str, ...], target: tuple[str, ...]) -> bool:
    """Whether every text of the target is one of the pattern's: an `ANY` of the target needs one of the pattern."""
    reached = {0}
    for token in target:
        reached = _onward(reached, pattern)
        kept = {place for place in reached if place < len(pattern) and pattern[place] == ANY}
        taken = {
            place + 1
            for place in reached
            if token != ANY and place < len(pattern) and pattern[place] in (ONE, token)
        }
        reached = kept | taken
    return len(pattern) in _onward(reached, pattern)


def _onward(reached: set[int], pattern: tuple[str, ...]) -> set[int]:
    """The places with those behind each `ANY`, which may stand for nothing."""
    found = set(reached)
    for place in range(len(pattern)):
        if place in found and pattern[place] == ANY:
            found.add(place + 1)
    return found


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two patterns have a text in common."""
    row = [all(token == ANY for token in other[:end]) for end in range(len(other) + 1)]
    for mine in one:
        below = [row[0] and mine == ANY]
        for place, token in enumerate(other):
            if ANY in (mine, token):
                below.append(row[place + 1] or below[place])
            else:
                below.append(row[place] and (mine == token or ONE in (mine, token)))
        row = below
    return row[-1]


# Conditions.


def _holds(
    operator: str, key: str, wanted: tuple[str, ...], context: Mapping[str, tuple[str, ...]]
) -> Answer:
    """Whether one condition on one key holds; a key or an operator that is not known is a `Maybe`."""
    unsure = Maybe(f"Condition {operator} {key}")
    known = context.get(key.casefold())
    name = operator.rpartition(":")[2]
    name = name.removesuffix("IfExists")
    if known is None or name not in _COMPARED or any("${" in one for one in wanted):
        return unsure
    same, negated = _COMPARED[name]
    found = any(same(one, value) for one in wanted for value in known)
    return found is not negated


_COMPARED: Final[Mapping[str, tuple[Callable[[str, str], bool], bool]]] = {
    "StringEquals": (lambda wanted, value: wanted == value, False),
    "StringNotEquals": (lambda wanted, value: wanted == value, True),
    "StringEqualsIgnoreCase": (lambda wanted, value: wanted.casefold() == value.casefold(), False),
    "StringNotEqualsIgnoreCase": (lambda wanted, value: wanted.casefold() == value.casefold(), True),
    "StringLike": (covers, False),
    "StringNotLike": (covers, True),
    "ArnEquals": (covers, False),
    "ArnLike": (covers, False),
    "ArnNotEquals": (covers, True),
    "ArnNotLike": (covers, True),
    "Bool": (lambda wanted, value: wanted.casefold() == value.casefold(), False),
}
"""How an operator compares, and whether it wants the opposite."""
