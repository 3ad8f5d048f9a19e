"""Runs a rule's examples: they are its tests, its specification and its documentation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from auditor.drifting import Against, with_drift
from auditor.evaluate import Finding, Settings, evaluate
from auditor.kinds import KINDS, Scope
from auditor.model import GLOBAL, Cause, Gap, Key, Place, Reason, Resource, Snapshot, Unit, UnitState
from auditor.rule import (
    Around,
    Evidence,
    Example,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Pass,
    Rule,
    Seen,
    Severity,
    Thing,
    Unread,
    Verdict,
)
from auditor.spec.compare import Wanted, differences
from auditor.spec.portrait import portraits

ACCOUNT, REGION = "111122223333", "us-east-1"
INSTANCE_ID = "11111111-2222-3333-4444-555555555555"
TAKEN_AT = "2026-01-15T12:00:00Z"
INSTANCE = {
    "Id": INSTANCE_ID,
    "Arn": f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/{INSTANCE_ID}",
    "InstanceAlias": "example",
    "InstanceStatus": "ACTIVE",
    "IdentityManagementType": "SAML",
}
"""What the instance of an example is, but for what the example says of it."""

_KINDS = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Problem:
    """An example that does not come out as it says."""

    example: str
    path: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        return " ".join(line.strip() for line in self.lines())

    def lines(self, *, python: bool = False) -> list[str]:
        """It in words. Evidence stands there as the file would hold it, so that it can be pasted."""
        write = _as_python if python else _as_yaml
        if self.expected == [] and self.actual:
            said = "it states no evidence. Write what the failure gives, if that is meant:"
            return [f"example '{self.example}': {said}", f"    {write(self.actual)}"]
        expected, actual = write(self.expected), write(self.actual)
        return [f"example '{self.example}': {self.path}: expected {expected}, got {actual}"]


def problems(rule: Rule) -> list[Problem]:
    """Every way in which a rule's examples do not come out as they say."""
    return [problem for example in rule.examples for problem in _problems(rule, example)]


def run(rule: Rule, example: Example) -> list[Finding]:
    """What the rule finds of the example's subject, or of the whole instance where it has nothing to say there."""
    settings = Settings({rule.id: example.params})
    subject = _key(example.subject)
    rules = [rule, *(_saying(member, example) for member in rule.members)]
    snapshot = snapshot_of(example)
    findings = [one for one in evaluate(rules, snapshot, settings) if one.rule_id == rule.id]
    if rule.drift and example.spec:
        (portrait,) = portraits(snapshot)
        wanted = Wanted(example.spec)
        against = Against(portrait, wanted, differences(wanted, portrait))
        return list(with_drift(findings, [rule], [against], snapshot, settings))
    judged = [one for one in findings if one.subject.key == subject]
    # An instance that is not active is not applicable as a whole.
    return judged or [one for one in findings if one.verdict is Verdict.NOT_APPLICABLE]


def snapshot_of(example: Example) -> Snapshot:
    """The snapshot that an example describes.

    Every kind that it does not mention is complete and empty; every neighbour that it does not mention was
    not asked for.
    """
    things = (example.subject, *example.around)
    regions = sorted({one.region or REGION for one in things} | {REGION})
    for region in regions:
        if not any(one.kind == "connect.instance" and (one.region or REGION) == region for one in things):
            things = (*things, Thing("connect.instance", {}, region=region))
    unread_kinds = {
        (one.kind, one.region or REGION) for one in things if one.state == "unread" and not one.id
    }
    return Snapshot(
        taken_at=TAKEN_AT,
        partition="aws",
        units=tuple(Unit(ACCOUNT, region, UnitState.SCANNED) for region in regions),
        resources=tuple(_resource(one) for one in things if one.state == "present"),
        complete=frozenset(
            (_place(kind.name, region), kind.name)
            for kind in KINDS
            for region in regions
            if kind.lists and (kind.name, region) not in unread_kinds
        ),
        gaps=tuple(
            Gap(_place(one.kind, one.region), one.kind, "", Cause(Reason.DENIED, one.action))
            for one in things
            if one.state == "unread" and not one.id
        ),
        missing=frozenset(_key(one) for one in things if one.state == "missing"),
        unread={
            _key(one): Cause(Reason.DENIED, one.action) for one in things if one.state == "unread" and one.id
        },
    )


def _saying(member: str, example: Example) -> Rule:
    """A rule that stands for a member of a composite and says what the example has it say."""

    def check(_instance: Seen, _around: Around) -> Outcome:
        match example.members.get(member, Verdict.NOT_APPLICABLE):
            case Verdict.PASS:
                return Pass()
            case Verdict.FAIL:
                return Fail.at("verdict", expected="pass", actual="fail")
            case Verdict.UNKNOWN | Verdict.ERROR:
                raise Unread(Cause(Reason.DENIED, "connect:DescribeInstance"), member)
            case _:
                return NotApplicable("the example does not mention it")

    return Rule(
        id=member,
        title="what the example says",
        severity=Severity.INFO,
        kind="connect.instance",
        reads={},
        why="",
        fix=Fix(),
        sources=(),
        examples=(),
        check=check,
    )


def _problems(rule: Rule, example: Example) -> list[Problem]:
    findings = run(rule, example)
    if not findings:
        return [Problem(example.name, "verdict", str(example.verdict), "no finding at all")]
    verdicts = sorted({str(one.verdict) for one in findings})
    if verdicts != [str(example.verdict)]:
        said = "; ".join(one.reason or str(one.cause or "") for one in findings if one.reason or one.cause)
        actual = f"{', '.join(verdicts)} ({said})" if said else ", ".join(verdicts)
        return [Problem(example.name, "verdict", str(example.verdict), actual)]
    if example.verdict is not Verdict.FAIL:
        return []
    seen = [piece for one in findings for piece in one.evidence]
    if not example.evidence:
        return [Problem(example.name, "evidence", [], seen)]
    return [
        Problem(example.name, f"evidence {wanted.path}", wanted, _nearest(wanted, seen))
        for wanted in example.evidence
        if wanted not in seen
    ] + [
        Problem(example.name, f"evidence {extra.path}", "no such evidence", extra)
        for extra in seen
        if extra not in example.evidence
    ]


def _as_yaml(value: Any) -> str:
    """What was expected or found, as a YAML rule holds it: 5 is not "5", null is not "null"."""
    match value:
        case Evidence():
            fields = {"path": value.path, "expected": value.expected, "actual": value.actual}
            return _as_yaml(fields | ({"cites": value.cites} if value.cites else {}))
        case list() if value and all(isinstance(one, Evidence) for one in value):
            return f"evidence: [{', '.join(map(_as_yaml, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def _as_python(value: Any) -> str:
    """The same, as a rule in Python holds it."""
    match value:
        case Evidence():
            said = (value.path, value.expected, value.actual, *([value.cites] if value.cites else []))
            return f"Evidence({', '.join(map(_literal, said))})"
        case list() if value and all(isinstance(one, Evidence) for one in value):
            return "".join(f"{_as_python(one)}, " for one in value).rstrip()
        case _:
            return _as_yaml(value)


def _literal(value: Any) -> str:
    """A value as Python writes it, with texts in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _nearest(wanted: Evidence, seen: list[Evidence]) -> Any:
    return next((one for one in seen if one.path == wanted.path), seen)


def _resource(one: Thing) -> Resource:
    kind = _KINDS[one.kind]
    data = {**INSTANCE, **one.data} if one.kind == "connect.instance" else dict(one.data)
    if one.id:
        data.setdefault(kind.id[0], one.id)
    label = data.get(kind.label.split(".")[0], "") if kind.label else ""
    return Resource(
        key=_key(one),
        data=data,
        name=str(label),
        arn=str(data.get(kind.arn, "")) if kind.arn else "",
        unread={path: Cause(Reason.DENIED, action) for path, action in one.unread.items()},
    )


def _key(one: Thing) -> Key:
    kind = _KINDS[one.kind]
    identity = INSTANCE_ID if one.kind == "connect.instance" else one.id or kind.identify(one.data)
    return Key(_place(one.kind, one.region), one.kind, identity)


def _place(kind: str, region: str) -> Place:
    """Where things of a kind are, in a Region of an example (empty: its own)."""
    here = region or REGION
    return {
        Scope.INSTANCE: Place(ACCOUNT, here, INSTANCE_ID),
        Scope.REGION: Place(ACCOUNT, here),
        Scope.ACCOUNT: Place(ACCOUNT, GLOBAL),
    }[_KINDS[kind].scope]
