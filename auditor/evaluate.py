"""Judges a snapshot with rules. Pure: the same rules, snapshot and settings give the same findings."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditor.kinds import KINDS, Scope
from auditor.model import GLOBAL, Cause, Gap, Key, Place, Reason, Resource, Snapshot, UnitState, Unread
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    NotApplicable,
    Rule,
    Seen,
    Severity,
    Undeclared,
    Verdict,
    outcomes,
)

FINGERPRINT_VERSION = 1
INSTANCE = "connect.instance"
_KINDS = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Settings:
    """What people may bend: parameters of rules by id, over the rules' own defaults."""

    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding speaks of: a resource, or a kind (or a part of it) that could not be read."""

    key: Key
    name: str = ""
    arn: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's verdict on one subject."""

    rule_id: str
    verdict: Verdict
    severity: Severity
    title: str
    subject: Subject
    fingerprint: str
    evidence: tuple[Evidence, ...] = ()
    discriminator: str = ""
    cause: Cause | None = None
    """Of an unknown: why nobody can tell."""
    reason: str = ""
    """Of a not-applicable or an error: in words."""


def evaluate(
    rules: Iterable[Rule], snapshot: Snapshot, settings: Settings | None = None
) -> tuple[Finding, ...]:
    """Every rule's verdict on every resource it speaks of, sorted by rule, then by resource."""
    settings = settings or Settings()
    running = sorted((rule for rule in rules if not rule.retired), key=lambda rule: rule.id)
    simple = [rule for rule in running if not rule.members]
    findings = [finding for rule in simple for finding in _judge(rule, snapshot, settings)]
    for composite in (rule for rule in running if rule.members):
        findings += _compose(composite, findings, snapshot)
    return tuple(sorted(findings, key=lambda one: (one.rule_id, one.subject.key, one.discriminator)))


def fingerprint(rule_id: str, partition: str, key: Key, discriminator: str = "") -> str:
    """What a finding is called for ever: not its name, message or time, so that histories can be joined."""
    parts = [
        FINGERPRINT_VERSION,
        rule_id,
        partition,
        key.place.account,
        key.place.region,
        key.place.instance_id,
        key.kind,
        key.id,
        discriminator,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _judge(rule: Rule, snapshot: Snapshot, settings: Settings) -> Iterator[Finding]:
    params = {**rule.defaults, **settings.params.get(rule.id, {})}
    for place in _places(rule.kind, snapshot):
        idle = _inactive(snapshot, place)
        if idle and not rule.inactive_too:
            yield _finding(rule, snapshot, _subject_of(place, snapshot), NotApplicable(idle))
            continue
        resources = snapshot.seen(place, rule.kind)
        gaps = [gap for gap in snapshot.gaps_of(place, rule.kind) if gap.hides]
        if not gaps and (place, rule.kind) not in snapshot.complete:
            gaps = [Gap(place, rule.kind, "", Cause(Reason.NOT_ASKED))]
        for gap in gaps:
            yield _finding(rule, snapshot, Subject(Key(place, rule.kind, gap.part)), gap.cause)
        if not resources and not gaps:
            none = NotApplicable(f"there are no {_KINDS[rule.kind].title} here")
            yield _finding(rule, snapshot, _subject_of(place, snapshot), none)
        around = Around(place, params, snapshot, rule.reads)
        for resource in resources:
            yield from _verdicts(rule, snapshot, resource, around)


def _verdicts(rule: Rule, snapshot: Snapshot, resource: Resource, around: Around) -> Iterator[Finding]:
    """What the check says of one resource; a crash is a verdict of its own, never a lost scan."""
    subject = Subject(resource.key, resource.name, resource.arn)
    if rule.check is None:
        raise TypeError(f"{rule.id} has neither a check nor members")
    try:
        answers = list(outcomes(rule.check(Seen(resource, rule.reads.get(rule.kind, ())), around)))
    except Unread as unread:
        yield _finding(rule, snapshot, subject, unread.cause)
    except Undeclared as error:
        yield _finding(rule, snapshot, subject, f"the rule reads {error}, which it does not declare")
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        words = f"{type(error).__name__}: {error} (line {where.lineno} of {where.name})"
        yield _finding(rule, snapshot, subject, words)
    else:
        flaw = _flaw(rule, answers)
        if flaw:
            yield _finding(rule, snapshot, subject, flaw)
        else:
            yield from (_finding(rule, snapshot, subject, answer) for answer in answers)


def _flaw(rule: Rule, answers: Sequence[Any]) -> str:
    """How the answers break the rule's word, or nothing."""
    failures = [answer for answer in answers if isinstance(answer, Fail)]
    for failure in failures:
        if failure.severity not in (None, rule.severity, *rule.severities):
            return f"the rule answered severity {failure.severity}, which it does not declare"
    if len({failure.discriminator for failure in failures}) < len(failures):
        return "the rule answered several failures without discriminators to tell them apart"
    return ""


def _compose(rule: Rule, findings: Sequence[Finding], snapshot: Snapshot) -> Iterator[Finding]:
    """A composite per instance: fail if any member failed, else unknown if any is unknown."""
    for place in _places(INSTANCE, snapshot):
        members = [one for one in findings if one.subject.key.place == place and one.rule_id in rule.members]
        failed = sorted({one.rule_id for one in members if one.verdict is Verdict.FAIL})
        unsure = [one for one in members if one.verdict in (Verdict.UNKNOWN, Verdict.ERROR)]
        subject = _subject_of(place, snapshot)
        if failed:
            evidence = tuple(Evidence(one, "pass", "fail") for one in failed)
            yield _finding(rule, snapshot, subject, Fail(evidence))
        elif unsure:
            first = unsure[0]
            cause = first.cause or Cause(Reason.FAILED, "", f"{first.rule_id}: {first.reason}")
            yield _finding(rule, snapshot, subject, cause)
        elif not any(one.verdict is Verdict.PASS for one in members):
            yield _finding(rule, snapshot, subject, NotApplicable("none of its rules applies here"))
        else:
            yield _finding(rule, snapshot, subject, None)


def _finding(rule: Rule, snapshot: Snapshot, subject: Subject, answer: Any) -> Finding:
    """A finding of an outcome of a check, of a cause (unknown), of words (error) or of None (pass)."""
    verdict, more = Verdict.PASS, dict[str, Any]()
    match answer:
        case Fail():
            verdict = Verdict.FAIL
            more = {"evidence": answer.evidence, "discriminator": answer.discriminator}
        case NotApplicable():
            verdict, more = Verdict.NOT_APPLICABLE, {"reason": answer.reason}
        case Cause():
            verdict, more = Verdict.UNKNOWN, {"cause": answer}
        case str():
            verdict, more = Verdict.ERROR, {"reason": answer}
    severity = answer.severity if isinstance(answer, Fail) and answer.severity else rule.severity
    mark = fingerprint(rule.id, snapshot.partition, subject.key, more.get("discriminator", ""))
    return Finding(rule.id, verdict, severity, rule.title, subject, mark, **more)


def _places(kind: str, snapshot: Snapshot) -> list[Place]:
    """Where resources of a kind can be that an instance has to do with: a Region without one is not looked at."""
    if _KINDS[kind].scope is Scope.INSTANCE:
        return [instance.key.place for instance in snapshot.instances()]
    scanned = [unit for unit in snapshot.units if unit.state is UnitState.SCANNED]
    if _KINDS[kind].scope is Scope.REGION:
        lived_in = {(one.key.place.account, one.key.place.region) for one in snapshot.instances()}
        return [Place(*where) for unit in scanned if (where := (unit.account, unit.region)) in lived_in]
    return sorted({Place(unit.account, GLOBAL) for unit in scanned})


def _inactive(snapshot: Snapshot, place: Place) -> str:
    """Why an instance is not judged, or nothing: what is being created, or failed to be, has no settings yet."""
    if not place.instance_id:
        return ""
    instance = snapshot.one(Key(place, INSTANCE, place.instance_id))
    status = instance.data.get("InstanceStatus", "ACTIVE") if instance else "ACTIVE"
    return "" if status == "ACTIVE" else f"the instance is not active ({status})"


def _subject_of(place: Place, snapshot: Snapshot) -> Subject:
    """The instance (or the Region, or the account) itself."""
    if not place.instance_id:
        return Subject(Key(place, "account" if place.region == GLOBAL else "region", place.region))
    found = snapshot.one(Key(place, INSTANCE, place.instance_id))
    key = Key(place, INSTANCE, place.instance_id)
    return Subject(key, found.name, found.arn) if found else Subject(key)
