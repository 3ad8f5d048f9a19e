"""The policy that stands on a resource (a bucket, a key): whom its statements speak of, and what they allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

EVERYONE = "*"
_LIMITING = frozenset({
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount",
    "aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourcevpc", "aws:sourcevpce",
    "aws:userid", "lambda:eventsourcetoken",
})  # fmt: skip
"""Conditions that leave only some callers; the way a function URL signs callers in (`NONE`) is none of them."""
_POSITIVE = frozenset(
    {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"}
)
_ANYBODY = frozenset({"*", "0.0.0.0/0", "::/0"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of a statement's conditions: the operator and the key in lower case, the values as written."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, with what IAM lets people write in several ways written in one."""

    allows: bool
    principals: Mapping[str, tuple[str, ...]]
    """By type (`AWS`, `Service`, …). Everyone, and everyone but some (`NotPrincipal`), is `AWS: *`."""
    actions: tuple[str, ...]
    """Patterns in lower case."""
    all_but_actions: bool
    """Whether the patterns are what is left out (`NotAction`)."""
    resources: tuple[str, ...]
    """Patterns; everything but some (`NotResource`) is `*`."""
    conditions: tuple[Condition, ...]

    def speaks_of(self, action: str) -> bool:
        """Whether an action is among those of the statement."""
        named = any(fnmatchcase(action.lower(), pattern) for pattern in self.actions)
        return named != self.all_but_actions


def public(statement: Statement) -> bool:
    """Whether a statement lets everyone in, with no condition that leaves only some."""
    everyone = EVERYONE in statement.principals.get("AWS", ())
    return statement.allows and everyone and not any(_limits(one) for one in statement.conditions)


def _limits(condition: Condition) -> bool:
    return (
        condition.key in _LIMITING
        and condition.operator.removesuffix("ifexists") in _POSITIVE
        and not _ANYBODY & set(condition.values)
    )


def statements(policy: str) -> tuple[Statement, ...]:
    """The statements of a policy as AWS hands it out: a text that holds a JSON object."""
    return tuple(_statement(one) for one in listed(json.loads(policy).get("Statement")))


class Answer(Enum):
    """What a policy by itself says to somebody who wants to do something."""

    YES = "yes"
    NO = "no"
    PERHAPS = "perhaps"
    """It depends on a condition, or on a refusal that may apply."""


def lets_in(policy: str, principal: str, action: str, service: str = "") -> Answer:
    """Whether a policy lets a principal (or the service that it works for) do something.

    A statement for the whole account only says that IAM policies decide, so it lets nobody in by itself.
    """
    about = [
        one for one in statements(policy) if one.speaks_of(action) and _speaks_to(one, principal, service)
    ]
    if any(not one.allows for one in about):
        return Answer.PERHAPS
    if any(not one.conditions for one in about):
        return Answer.YES
    return Answer.PERHAPS if about else Answer.NO


def _speaks_to(statement: Statement, principal: str, service: str) -> bool:
    services = statement.principals.get("Service", ())
    return bool({EVERYONE, principal} & set(statement.principals.get("AWS", ()))) or service in services


def listed(value: Any) -> list[Any]:
    """What IAM lets people write as one value or as a list of them, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def account_of(principal: str) -> str:
    """The account of an AWS principal (its number, or an ARN), or nothing where the principal does not tell it."""
    account = principal.split(":")[4] if principal.count(":") >= 5 else principal
    return account if len(account) == 12 and account.isdigit() else ""


def _statement(said: Mapping[str, Any]) -> Statement:
    return Statement(
        allows=said.get("Effect") == "Allow",
        principals=_principals(said),
        actions=tuple(str(one).lower() for one in listed(said.get("Action", said.get("NotAction")))),
        all_but_actions="NotAction" in said,
        resources=_texts(said.get("Resource")) if "NotResource" not in said else ("*",),
        conditions=tuple(_conditions(said.get("Condition", {}))),
    )


def _principals(said: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    principal = said.get("Principal", {})
    if "NotPrincipal" in said or not isinstance(principal, Mapping):
        return {"AWS": (EVERYONE,)}
    return {str(kind): _texts(who) for kind, who in principal.items()}


def _conditions(said: Mapping[str, Mapping[str, Any]]) -> Iterator[Condition]:
    for operator, keys in said.items():
        for key, values in keys.items():
            yield Condition(operator.lower(), key.lower(), _texts(values))


def _texts(values: Any) -> tuple[str, ...]:
    found: Iterable[Any] = listed(values)
    return tuple(str(one) for one in found)
