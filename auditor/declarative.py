"""Reads a YAML rule into a `Rule`: data only, checked strictly, every mistake named with its file and line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from auditor.expect import ABSENT, BadMatch, Matcher, matcher
from auditor.forms import FORMS
from auditor.kinds import KINDS
from auditor.model import Resource
from auditor.positions import BadFile, Said, load
from auditor.rule import (
    PARAM_TYPES,
    Assertion,
    Evidence,
    Example,
    Fail,
    Fix,
    Judge,
    NotApplicable,
    Outcome,
    Param,
    Pass,
    Rule,
    Severity,
    Thing,
    Verdict,
)
from auditor.sieve import sieve


class BadRule(BadFile):
    """A rule file that cannot be used."""


_REQUIRED = ("id", "title", "severity", "why", "fix", "sources", "examples")
_ALLOWED = frozenset(
    {
        *_REQUIRED,
        "severity_reason",
        "kind",
        "expect",
        "members",
        "drift",
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
_FIXES = ("console", "cli", "cloudformation", "terraform", "note")
_EXAMPLE = frozenset({"name", "verdict", "subject", "params", "evidence", "unread"})
_EXAMPLE_OF_A_COMPOSITE = frozenset({"name", "verdict", "members", "evidence"})
_EXAMPLE_OF_DRIFT = frozenset({"name", "verdict", "instance", "things", "unread", "spec", "evidence"})
_OF_A_CHECK = ("kind", "when", "otherwise", "expect", "params", "inactive_too")
"""What a composite has none of: it looks at nothing but the verdicts of other rules."""
COMPOSITE_KIND = "connect.instance"
_PIECE = ("path", "expected", "actual")
_PARAM = frozenset(
    {"default", "about", "type", "minimum", "maximum", "choices", "form", "not_below", "unbounded"}
)
_KIND_NAMES = frozenset(kind.name for kind in KINDS)
_Made: TypeAlias = "Mapping[str, Callable[[Mapping[str, Any]], Matcher]]"
"""What makes the matcher of each path for given parameters."""
ID_PATTERN = r"[A-Z][A-Z0-9]{0,31}(-[A-Z0-9]{1,32}){0,3}-[0-9]{3}"


def read(file: Path) -> Rule:
    """The rule of a YAML file. Raises `BadRule`."""
    try:
        return _rule(load(file, "a rule file"))
    except BadFile as wrong:
        raise BadRule(wrong.file, wrong.line, wrong.problem, wrong.column) from wrong


def _rule(said: Said) -> Rule:
    said.record(_ALLOWED, _REQUIRED, what="a rule")
    return Rule(
        id=said["id"].string(ID_PATTERN, "CONNECT-STO-003"),
        title=said["title"].string().rstrip("."),
        severity=Severity(said["severity"].choice(tuple(Severity))),
        severity_reason=_text(said, "severity_reason"),
        why=said["why"].string().strip(),
        fix=_fix(said["fix"]),
        sources=tuple(said["sources"].strings()),
        opt_in=_text(said, "opt_in"),
        published=_requirements(said, "published"),
        interpretive=_requirements(said, "interpretive"),
        tags=tuple(said["tags"].strings()) if "tags" in said else (),
        retired=_text(said, "retired"),
        **_judging(said),
    )


def _judging(said: Said) -> dict[str, Any]:
    """What a rule has that its form asks for: it looks at resources, at other rules, or at a spec."""
    if "members" in said:
        return _composite(said)
    return _drifting(said) if "drift" in said and "expect" not in said else _checking(said)


def _drifting(said: Said) -> dict[str, Any]:
    """What a rule has that only tells how an instance differs from a spec."""
    for name in _OF_A_CHECK:
        if name in said:
            raise said[name].bad(f"a rule with `drift` alone has no `{name}`")
    return {
        "kind": COMPOSITE_KIND,
        "reads": {},
        "drift": tuple(said["drift"].strings()),
        "examples": tuple(_example_of_drift(one) for one in said["examples"].items("examples")),
    }


def _checking(said: Said) -> dict[str, Any]:
    """What a rule has that looks at resources of a kind."""
    for name in ("kind", "expect"):
        if name not in said:
            raise said.bad(f"the rule has no `{name}`, and no `members` either")
    kind = said["kind"].choice(_KIND_NAMES)
    params = _params(said)
    defaults = {param.name: param.default for param in params}
    when = _matchers(said, "when", defaults)
    expect = _matchers(said, "expect", defaults)
    if not expect:
        raise said["expect"].bad("`expect` names no field")
    fields = tuple(dict.fromkeys([*when, *expect]))
    return {
        "kind": kind,
        "reads": {kind: fields},
        "params": params,
        "inactive_too": "inactive_too" in said and said["inactive_too"].flag(),
        "examples": tuple(_example(one, kind) for one in said["examples"].items("examples")),
        "check": _check(_text(said, "otherwise"), when, expect),
        "drift": tuple(said["drift"].strings()) if "drift" in said else (),
    }


def _composite(said: Said) -> dict[str, Any]:
    """What a rule has that is made of other rules: it is about the instance, and reads nothing itself."""
    for name in _OF_A_CHECK:
        if name in said:
            raise said[name].bad(f"a rule with `members` has no `{name}`")
    return {
        "kind": COMPOSITE_KIND,
        "reads": {},
        "members": tuple(said["members"].strings()),
        "examples": tuple(_example_of_a_composite(one) for one in said["examples"].items("examples")),
    }


def _check(otherwise: str, when: _Made, expect: _Made) -> Assertion:
    """A check of which all is made but what hangs on the resource: see `_judge`."""
    elsewhere = NotApplicable(otherwise or "it is not one of those that this rule speaks of")

    def of(section: _Made, params: Mapping[str, Any]) -> dict[str, Matcher]:
        return {path: made(params) for path, made in section.items()}

    return Assertion(
        judge=lambda params: _judge(elsewhere, of(when, params), of(expect, params)),
        sieve=lambda params: sieve([*of(when, params).items(), *of(expect, params).items()]),
    )


def _judge(elsewhere: NotApplicable, when: Mapping[str, Matcher], expect: Mapping[str, Matcher]) -> Judge:
    """Looks closely at what the sieve did not let through."""

    def judge(resource: Resource) -> Outcome:
        for path, wanted in when.items():
            if not wanted.fits(resource.get(path, ABSENT)):
                return elsewhere
        evidence = [
            Evidence(
                path + (f".{inner}" if inner and not inner.startswith("[") else inner),
                expected,
                None if actual is ABSENT else actual,
            )
            for path, wanted in expect.items()
            for inner, expected, actual in wanted.misses(resource.get(path, ABSENT), "")
        ]
        return Fail(tuple(evidence)) if evidence else Pass()

    return judge


def _matchers(said: Said, section: str, defaults: Mapping[str, Any]) -> _Made:
    """For each path of a section, what makes its matcher once the parameters are known."""
    made = {}
    fields = said[section].mapping("fields and what they should be") if section in said else {}
    for path, wanted in fields.items():
        try:
            matcher(_with_params(wanted.plain(), defaults))
        except BadMatch as problem:
            raise wanted.bad(f"{section}.{path}: {problem}") from problem
        made[path] = _maker(wanted.plain())
    return made


def _params(said: Said) -> tuple[Param, ...]:
    declared = said["params"].mapping("parameters") if "params" in said else {}
    return tuple(_param(name, about) for name, about in declared.items())


def _param(name: str, about: Said) -> Param:
    about.record(_PARAM, ("default", "about"), what=f"the parameter '{name}'")
    more = about.plain()
    if "type" in about:
        about["type"].choice(PARAM_TYPES)
    for bound in ("minimum", "maximum", "unbounded"):
        if bound in about:
            about[bound].whole(-sys.maxsize, sys.maxsize)
    if "choices" in about:
        more["choices"] = tuple(about["choices"].strings())
    if "form" in about:
        about["form"].choice(tuple(FORMS))
    if "not_below" in about:
        about["not_below"].string()
    param = Param(name=name, **more)
    wrong = param.wrong(param.default)
    if wrong:
        raise about["default"].bad(f"the default of '{name}': {wrong}")
    return param


def _requirements(said: Said, section: str) -> dict[str, tuple[str, ...]]:
    """The requirements of each framework that `published` or `interpretive` names."""
    frameworks = said[section].mapping("frameworks and their requirements") if section in said else {}
    return {name: tuple(requirements.strings()) for name, requirements in frameworks.items()}


def _fix(said: Said) -> Fix:
    said.record(_FIXES, what="`fix`")
    if not said.value:
        raise said.bad(f"`fix` has at least one of {', '.join(_FIXES)}")
    return Fix(**{name: way.string().strip() for name, way in said.mapping().items()})


def _example(said: Said, kind: str) -> Example:
    said.record(_EXAMPLE, ("name", "verdict", "subject"), what="an example")
    return Example(
        name=said["name"].string(),
        verdict=Verdict(said["verdict"].choice(tuple(Verdict))),
        subject=Thing(kind, _fields(said, "subject"), unread=_fields(said, "unread")),
        params=_fields(said, "params"),
        evidence=tuple(map(_piece, said["evidence"].items())) if "evidence" in said else (),
    )


def _example_of_a_composite(said: Said) -> Example:
    said.record(_EXAMPLE_OF_A_COMPOSITE, ("name", "verdict", "members"), what="an example")
    verdicts = said["members"].mapping("verdicts by the ids of rules")
    return Example(
        name=said["name"].string(),
        verdict=Verdict(said["verdict"].choice(tuple(Verdict))),
        subject=Thing(COMPOSITE_KIND, {}),
        members={rule: Verdict(one.choice(tuple(Verdict))) for rule, one in verdicts.items()},
        evidence=tuple(map(_piece, said["evidence"].items())) if "evidence" in said else (),
    )


def _example_of_drift(said: Said) -> Example:
    said.record(_EXAMPLE_OF_DRIFT, ("name", "verdict"), what="an example")
    things = said["things"].mapping("resources by kind") if "things" in said else {}
    return Example(
        name=said["name"].string(),
        verdict=Verdict(said["verdict"].choice(tuple(Verdict))),
        subject=Thing(COMPOSITE_KIND, _fields(said, "instance")),
        around=tuple(
            Thing(kind, {name: value.plain() for name, value in one.mapping().items()})
            for kind, some in things.items()
            for one in some.items("resources")
        )
        + tuple(Thing(kind, {}, state="unread", action=one.string()) for kind, one in _unread(said)),
        spec=_fields(said, "spec"),
        evidence=tuple(map(_piece, said["evidence"].items())) if "evidence" in said else (),
    )


def _unread(said: Said) -> list[tuple[str, Said]]:
    """The kinds that an example has nobody read, and the action that was denied."""
    return list(said["unread"].mapping("actions by kind").items()) if "unread" in said else []


def _fields(said: Said, name: str) -> dict[str, Any]:
    """Names and values, or none."""
    return {field: value.plain() for field, value in said[name].mapping().items()} if name in said else {}


def _piece(said: Said) -> Evidence:
    return Evidence(**said.record(_PIECE, _PIECE, what="a piece of evidence").plain())


def _text(said: Said, name: str) -> str:
    """A text that may be left out."""
    return said[name].string() if name in said else ""


def _maker(wanted: Any) -> Callable[[Mapping[str, Any]], Matcher]:
    """Makes the matcher for given parameters, once for each set of them."""
    made: dict[str, Matcher] = {}

    def make(params: Mapping[str, Any]) -> Matcher:
        key = repr(sorted(params.items()))
        if key not in made:
            made[key] = matcher(_with_params(wanted, params))
        return made[key]

    return make


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
