"""What actions refer to: queues, flows, prompts, functions, bots, by id, by ARN, or by what a contact brings along."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from auditor.flows import actions
from auditor.flows.flow import Action, Flow

_PATH = re.compile(r"\$[.\[]")
_PLACEHOLDER = re.compile(r"\$\{|\{\{|<%|%%|@@|#\{")
_ARN = re.compile(r"arn:[\w-]+:([\w-]+):[\w-]*:[\w-]*:(\S+)")
_TOKEN = re.compile(r"\$\{([a-z0-9-]+):(.*)\}(?::([^}]*))?", re.DOTALL)
_KINDS = {word: kind for kind, word in actions.WORDS.items()}

_ARNS: Mapping[str, Mapping[str, str]] = {
    "connect": {
        "agent": actions.USER,
        "contact-flow": actions.FLOW,
        "data-table": actions.DATA_TABLE,
        "flow-module": actions.MODULE,
        "operating-hours": actions.HOURS,
        "phone-number": actions.PHONE_NUMBER,
        "prompt": actions.PROMPT,
        "queue": actions.QUEUE,
        "task-template": actions.TASK_TEMPLATE,
        "view": actions.VIEW,
    },
    "lambda": {"function": actions.LAMBDA},
    "lex": {"bot-alias": actions.LEX},
    "cognito-idp": {"userpool": actions.USER_POOL},
    "wisdom": {
        "assistant": actions.ASSISTANT,
        "session": actions.SESSION,
        "knowledge-base": actions.KNOWLEDGE_BASE,
        "message-template": actions.MESSAGE_TEMPLATE,
    },
}
"""The kind that an ARN names, by its service and the word before the id."""


class Form(StrEnum):
    """How a value is written."""

    STATIC = "static"
    DYNAMIC = "dynamic"
    """It is, or holds, a JSONPath: only the contact tells what it is."""
    TEMPLATE = "template"
    """It holds a placeholder that is filled in before the flow is deployed."""

    @classmethod
    def of(cls, value: str) -> Form:
        """The form of a value."""
        if _PLACEHOLDER.search(value):
            return cls.TEMPLATE
        return cls.DYNAMIC if _PATH.search(value) else cls.STATIC


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing that an action names, and where in its parameters."""

    action: Action
    path: str
    """As in `Messages[0].PromptId`."""
    kind: str
    """Of what it names: a kind of the table of kinds where there is one."""
    value: str

    @property
    def where(self) -> str:
        """How evidence names the place of it."""
        return self.action.at(self.path)

    @property
    def form(self) -> Form:
        """How it is written; only a static reference can be looked up."""
        return Form.of(self.value)

    @property
    def arn(self) -> tuple[str, ...]:
        """The six parts of the ARN it is written as; empty where it is an id."""
        parts = tuple(self.value.split(":", 5))
        return parts if parts[0] == "arn" and len(parts) == 6 else ()

    @property
    def account(self) -> str:
        """The account in its ARN; `aws` for AWS's own views. Empty where it is an id."""
        return self.arn[4] if self.arn else ""

    @property
    def region(self) -> str:
        """The Region in its ARN. Empty where it is an id."""
        return self.arn[3] if self.arn else ""

    @property
    def instance_id(self) -> str:
        """The instance in its ARN. Empty where it is an id, or has no instance."""
        found = re.match(r"instance/([^/]+)/", self.arn[5]) if self.arn else None
        return found.group(1) if found else ""

    @property
    def id(self) -> str:
        """What identifies the thing: its id; for a function and what is not Connect's, its ARN unqualified."""
        return self._split()[0]

    @property
    def qualifier(self) -> str:
        """The version or alias that is asked for, such as `$LATEST`, `$SAVED`, `3` or `prod`."""
        return self._split()[1]

    def _split(self) -> tuple[str, str]:
        if self.kind == actions.LAMBDA:
            parts = self.value.split(":")
            return (":".join(parts[:7]), ":".join(parts[7:])) if self.arn else (self.value, "")
        if not self.kind.startswith("connect."):
            return self.value, ""
        last = self.value.rpartition("/")[2] if "/" in self.value else self.value
        identity, _, qualifier = last.partition(":")
        return identity, qualifier


@dataclass(frozen=True, slots=True)
class Named:
    """A reference by name: `${queue:Sales}`, or `${module:Greeting}:prod` with a version or alias."""

    kind: str
    name: str
    qualifier: str = ""

    @classmethod
    def read(cls, value: str) -> Named | None:
        """The reference by name that a value is, or None."""
        found = _TOKEN.fullmatch(value)
        if found is None or found.group(1) not in _KINDS:
            return None
        return cls(_KINDS[found.group(1)], found.group(2), found.group(3) or "")

    def __str__(self) -> str:
        return f"${{{actions.WORDS[self.kind]}:{self.name}}}" + (
            f":{self.qualifier}" if self.qualifier else ""
        )


def references(of: Flow | Action) -> Iterator[Reference]:
    """What a flow's reachable actions, or one action, refer to: where its type says so, and every other ARN.

    Attributes hold ARNs too (a flow passes them to a function, a guide is started by one), and so do types that
    are not known yet.
    """
    for action in of.reachable if isinstance(of, Flow) else (of,):
        typed = {
            path: kind
            for pattern, kind in actions.type_of(action.type).refers.items()
            for path, _ in _matching(action.parameters, _steps(pattern))
        }
        for path, value in leaves(action.parameters):
            kind = typed.get(path) or _kind_of_arn(value)
            if kind and value:
                yield Reference(action, path, kind, value)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value, and its path."""
    if isinstance(value, str):
        yield path, value
    for where, inner in inside(value, path):
        yield from leaves(inner, where)


def inside(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """What a map or a list holds, and the path of each; nothing for anything else."""
    if isinstance(value, (dict, Mapping)):
        for name, inner in value.items():
            yield f"{path}.{name}" if path else str(name), inner
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield f"{path}[{number}]", inner


def _kind_of_arn(value: str) -> str:
    """The kind that an ARN names by its shape; nothing for what is no ARN, or one of another shape."""
    if not value.startswith("arn:"):
        return ""
    found = _ARN.fullmatch(value)
    words = re.split(r"[/:]", found.group(2)) if found else []
    known = _ARNS.get(found.group(1), {}) if found else {}
    # The last word that says a kind: `instance/…/queue/agent/…` is an agent.
    return next((known[word] for word in reversed(words[:-1]) if word in known), "")


@cache
def _steps(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.replace("[]", ".[]").split("."))


def _matching(value: Any, steps: tuple[str, ...], path: str = "") -> Iterator[tuple[str, Any]]:
    """What stands where a pattern points to, and its path."""
    if not steps:
        yield path, value
        return
    step, rest = steps[0], steps[1:]
    if step == "**":
        yield from _matching(value, rest, path)
        for where, inner in inside(value, path):
            yield from _matching(inner, steps, where)
    elif step in ("*", "[]"):
        wanted: type[Any] = Mapping if step == "*" else list
        if isinstance(value, wanted):
            for where, inner in inside(value, path):
                yield from _matching(inner, rest, where)
    elif isinstance(value, (dict, Mapping)) and step in value:
        yield from _matching(value[step], rest, f"{path}.{step}" if path else step)
