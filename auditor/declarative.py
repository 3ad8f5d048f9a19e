"""Reads a YAML rule into a `Rule`: data only, checked strictly, every mistake named with its file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from auditor.expect import ABSENT, BadMatch, Matcher, matcher
from auditor.kinds import KINDS
from auditor.rule import (
    Around,
    Evidence,
    Example,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Pass,
    Rule,
    Seen,
    Severity,
    Thing,
    Verdict,
)

LARGEST_FILE = 256 * 1024
COMPOSITE_KIND = "connect.instance"


class BadRule(Exception):
    """A rule file that cannot be used: one sentence that begins with the file and, where known, the line."""

    def __init__(self, file: Path, line: int | None, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}" if line else f"{file}: {problem}")


_REQUIRED = ("id", "title", "severity", "why", "fix", "sources", "examples")
_ALLOWED = frozenset(
    {
        *_REQUIRED,
        "kind",
        "expect",
        "members",
        "severity_reason",
        "params",
        "when",
        "otherwise",
        "inactive_too",
        "opt_in",
        "published",
        "interpretive",
        "tags",
        "retired",
    }
)
_OF_A_CHECK = ("kind", "when", "otherwise", "expect", "params", "inactive_too")
"""What a composite has none of: it looks at nothing but the verdicts of other rules."""
_FIXES = ("console", "cli", "cloudformation", "terraform", "note")
_EXAMPLE = frozenset({"name", "verdict", "subject", "params", "evidence", "unread"})
_EXAMPLE_OF_A_COMPOSITE = frozenset({"name", "verdict", "members", "evidence"})
_PARAM = frozenset({"default", "about", "type", "minimum", "maximum", "choices"})
_KIND_NAMES = frozenset(kind.name for kind in KINDS)
_ID_PATTERN = r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-\d{3}"


def read(file: Path) -> Rule:
    """The rule of a YAML file. Raises `BadRule`."""
    return _Reader(file).rule()


class _Reader:
    """One file, and where in it things stand."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def rule(self) -> Rule:
        said = self._load()
        self._names(said, _ALLOWED, "a rule")
        for name in _REQUIRED:
            if name not in said:
                raise self._bad(said, f"the rule has no `{name}`")
        return Rule(
            id=self._text(said, "id", _ID_PATTERN),
            title=self._text(said, "title").rstrip("."),
            severity=Severity(self._one_of(said, "severity", frozenset(Severity))),
            severity_reason=self._text(said, "severity_reason") if "severity_reason" in said else "",
            why=self._text(said, "why").strip(),
            fix=self._fix(said),
            sources=tuple(self._texts(said, "sources")),
            opt_in=self._text(said, "opt_in") if "opt_in" in said else "",
            published=self._requirements(said, "published"),
            interpretive=self._requirements(said, "interpretive"),
            tags=tuple(self._texts(said, "tags")) if "tags" in said else (),
            retired=self._text(said, "retired") if "retired" in said else "",
            **(self._composite(said) if "members" in said else self._checking(said)),
        )

    def _checking(self, said: CommentedMap) -> dict[str, Any]:
        """What a rule has that looks at resources of a kind."""
        for name in ("kind", "expect"):
            if name not in said:
                raise self._bad(said, f"the rule has no `{name}`, and no `members` either")
        kind = self._one_of(said, "kind", _KIND_NAMES)
        params = self._params(said)
        defaults = {param.name: param.default for param in params}
        when = self._matchers(said, "when", defaults)
        expect = self._matchers(said, "expect", defaults)
        if not expect:
            raise self._bad(said, "`expect` names no field", "expect")
        return {
            "kind": kind,
            "reads": {kind: tuple(dict.fromkeys([*when, *expect]))},
            "params": params,
            "inactive_too": bool(said.get("inactive_too", False)),
            "examples": tuple(self._examples(said, kind)),
            "check": self._check(said, when, expect),
        }

    def _composite(self, said: CommentedMap) -> dict[str, Any]:
        """What a rule has that is made of other rules: it is about the instance, and reads nothing itself."""
        for name in _OF_A_CHECK:
            if name in said:
                raise self._bad(said, f"a rule with `members` has no `{name}`", name)
        return {
            "kind": COMPOSITE_KIND,
            "reads": {},
            "members": tuple(self._texts(said, "members")),
            "examples": tuple(self._examples(said, COMPOSITE_KIND)),
        }

    def _load(self) -> CommentedMap:
        try:
            if self._file.stat().st_size > LARGEST_FILE:
                raise BadRule(self._file, None, f"a rule file has at most {LARGEST_FILE // 1024} KiB")
            said = YAML(typ="rt").load(self._file.read_text(encoding="utf-8"))
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            raise BadRule(self._file, line, f"this is not YAML: {error.problem}") from error
        except (YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise BadRule(self._file, None, f"this is not YAML in UTF-8: {error}") from error
        except OSError as error:
            raise BadRule(self._file, None, f"the file cannot be read: {error.strerror}") from error
        if not isinstance(said, CommentedMap):
            raise BadRule(self._file, 1, "a rule file holds one mapping (`id:`, `title:`, …)")
        return said

    def _check(self, said: CommentedMap, when: Mapping[str, Any], expect: Mapping[str, Any]) -> Any:
        otherwise = (
            self._text(said, "otherwise")
            if "otherwise" in said
            else "it is not one of those that this rule speaks of"
        )

        def check(subject: Seen, around: Around) -> Outcome:
            for path, wanted in when.items():
                if _made(wanted, around)(subject.get(path, ABSENT)):
                    return NotApplicable(otherwise)
            evidence = []
            for path, wanted in expect.items():
                for miss in _made(wanted, around)(subject.get(path, ABSENT)):
                    inner = miss.path if miss.path.startswith("[") or not miss.path else f".{miss.path}"
                    actual = None if miss.actual is ABSENT else miss.actual
                    evidence.append(Evidence(path + inner, miss.expected, actual))
            return Fail(tuple(evidence)) if evidence else Pass()

        return check

    def _matchers(
        self, said: CommentedMap, section: str, defaults: Mapping[str, Any]
    ) -> dict[str, Callable[[Mapping[str, Any]], Matcher]]:
        """For each path of a section, what makes its matcher once the parameters are known."""
        fields = said.get(section, {})
        if not isinstance(fields, Mapping):
            raise self._bad(said, f"`{section}` maps fields to what they should be", section)
        made = {}
        for path, wanted in fields.items():
            if not isinstance(path, str):
                raise self._bad(fields, f"'{path}' is not the name of a field", path)
            try:
                plain = _plain(wanted)
                matcher(_with_params(plain, defaults))
            except BadMatch as problem:
                raise self._bad(fields, f"{section}.{path}: {problem}", path) from problem
            made[path] = _maker(plain)
        return made

    def _params(self, said: CommentedMap) -> tuple[Param, ...]:
        params = []
        for name, about in said.get("params", {}).items():
            if not isinstance(about, Mapping):
                raise self._bad(said["params"], f"the parameter '{name}' has a `default` and `about`", name)
            self._names(about, _PARAM, f"the parameter '{name}'")
            if not {"default", "about"} <= set(about):
                raise self._bad(said["params"], f"the parameter '{name}' has a `default` and `about`", name)
            params.append(Param(name=str(name), **_plain(about)))
        return tuple(params)

    def _requirements(self, said: CommentedMap, section: str) -> dict[str, tuple[str, ...]]:
        """The requirements of each framework that `published` or `interpretive` names."""
        frameworks = said.get(section, CommentedMap())
        if not isinstance(frameworks, CommentedMap):
            raise self._bad(said, f"`{section}` maps frameworks to lists of requirements", section)
        return {str(name): tuple(self._texts(frameworks, name)) for name in frameworks}

    def _fix(self, said: CommentedMap) -> Fix:
        fix = said["fix"]
        if not isinstance(fix, Mapping) or not fix:
            raise self._bad(said, f"`fix` has at least one of {', '.join(_FIXES)}", "fix")
        self._names(fix, frozenset(_FIXES), "`fix`")
        return Fix(**{name: self._text(fix, name).strip() for name in fix})

    def _examples(self, said: CommentedMap, kind: str) -> list[Example]:
        examples = said["examples"]
        if not isinstance(examples, CommentedSeq):
            raise self._bad(said, "`examples` is a list", "examples")
        made = []
        for example in examples:
            if not isinstance(example, CommentedMap):
                raise self._bad(said, "an example has a `name`, a `verdict` and a `subject`", "examples")
            composite = "members" in said
            self._names(example, _EXAMPLE_OF_A_COMPOSITE if composite else _EXAMPLE, "an example")
            for name in ("name", "verdict", "members" if composite else "subject"):
                if name not in example:
                    raise self._bad(example, f"the example has no `{name}`")
            verdict = Verdict(self._one_of(example, "verdict", frozenset(Verdict)))
            data, hidden = _plain(example.get("subject", {})), _plain(example.get("unread", {}))
            made.append(
                Example(
                    name=self._text(example, "name"),
                    verdict=verdict,
                    subject=Thing(kind, data, unread=hidden),
                    params=_plain(example.get("params", {})),
                    evidence=tuple(self._evidence(example)),
                    members=self._members(example),
                )
            )
        return made

    def _members(self, example: CommentedMap) -> dict[str, Verdict]:
        """What an example has the members of a composite say."""
        said = example.get("members", CommentedMap())
        if not isinstance(said, CommentedMap):
            raise self._bad(example, "`members` of an example maps the ids of rules to verdicts", "members")
        return {str(name): Verdict(self._one_of(said, name, frozenset(Verdict))) for name in said}

    def _evidence(self, example: CommentedMap) -> list[Evidence]:
        made = []
        for piece in example.get("evidence", ()):
            if not isinstance(piece, Mapping) or set(piece) != {"path", "expected", "actual"}:
                raise self._bad(
                    example, "a piece of evidence has `path`, `expected` and `actual`", "evidence"
                )
            made.append(Evidence(**_plain(piece)))
        return made

    def _names(self, said: Any, allowed: frozenset[str], what: str) -> None:
        for name in said:
            if name not in allowed:
                raise self._bad(said, f"{what} has no `{name}`: use {', '.join(sorted(allowed))}", name)

    def _text(self, said: Any, name: str, pattern: str = "") -> str:
        value = said[name]
        if not isinstance(value, str) or not value.strip():
            raise self._bad(said, f"`{name}` is a text", name)
        if pattern and not re.fullmatch(pattern, value):
            raise self._bad(said, f"`{name}` must look like CONNECT-STO-003, not '{value}'", name)
        return str(value)

    def _texts(self, said: CommentedMap, name: str) -> list[str]:
        values = said[name]
        if not isinstance(values, list) or not values or not all(isinstance(one, str) for one in values):
            raise self._bad(said, f"`{name}` is a list of texts", name)
        return [str(one) for one in values]

    def _one_of(self, said: Any, name: str, allowed: frozenset[Any]) -> str:
        value = said[name]
        if value not in allowed:
            raise self._bad(
                said, f"`{name}` is '{value}', which is not one of {', '.join(sorted(allowed))}", name
            )
        return str(value)

    def _bad(self, said: Any, problem: str, name: Any = None) -> BadRule:
        """The problem, with the line of the key it is about (or of the mapping that lacks one)."""
        line: int | None = None
        if isinstance(said, CommentedMap):
            at = said.lc.key(name) if name is not None and name in said.lc.data else (said.lc.line, 0)
            line = int(at[0]) + 1
        return BadRule(self._file, line, problem)


def _maker(wanted: Any) -> Callable[[Mapping[str, Any]], Matcher]:
    """Makes the matcher for given parameters, once for each set of them."""
    made: dict[str, Matcher] = {}

    def make(params: Mapping[str, Any]) -> Matcher:
        key = repr(sorted(params.items()))
        if key not in made:
            made[key] = matcher(_with_params(wanted, params))
        return made[key]

    return make


def _made(wanted: Callable[[Mapping[str, Any]], Matcher], around: Around) -> Matcher:
    return wanted(around.params)


def _with_params(wanted: Any, params: Mapping[str, Any]) -> Any:
    """The same with every `{param: name}` replaced. Raises `BadMatch` for a name that is not a parameter."""
    if isinstance(wanted, Mapping):
        if set(wanted) == {"param"}:
            if wanted["param"] not in params:
                raise BadMatch(f"'{wanted['param']}' is not a parameter of this rule")
            return params[wanted["param"]]
        return {name: _with_params(value, params) for name, value in wanted.items()}
    if isinstance(wanted, list):
        return [_with_params(value, params) for value in wanted]
    return wanted


def _plain(value: Any) -> Any:
    """Ruamel's containers as plain ones."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return float(value)
    return int(value) if isinstance(value, int) else value
