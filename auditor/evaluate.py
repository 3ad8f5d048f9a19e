"""Judges a snapshot with rules. Pure: the same rules, snapshot and settings give the same findings."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, NamedTuple

from auditor.kinds import KINDS, Scope
from auditor.model import (
    GLOBAL,
    Cause,
    Gap,
    Key,
    Place,
    Reason,
    Resource,
    Snapshot,
    UnitState,
    Unread,
    overlap,
)
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Judge,
    NotApplicable,
    Pass,
    Rule,
    Severity,
    Sieve,
    Undeclared,
    Verdict,
    outcomes,
)
from auditor.where import Where

FINGERPRINT_VERSION = 1
INSTANCE = "connect.instance"
NO_SPEC = "no spec describes this instance"
_KINDS = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Held:
    """What holds for one rule at one place."""

    params: Mapping[str, Any]
    severity: Severity | None = None
    """Instead of the rule's own, and of what a failure may say."""
    off: str = ""
    """Why the rule is not judged there."""


@dataclass(frozen=True, slots=True)
class Override:
    """What is different at some places, by the ids of rules."""

    where: Where
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    off: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    """The file and line that say so."""

    def speaks_of(self, rule_id: str) -> bool:
        """Whether it changes anything about a rule."""
        return rule_id in self.params or rule_id in self.severities or rule_id in self.off

    def without(self, params: Mapping[str, Mapping[str, Any]]) -> Override:
        """It without what it says of some parameters, by rule and name."""
        left = {
            rule_id: {name: value for name, value in values.items() if name not in params.get(rule_id, {})}
            for rule_id, values in self.params.items()
        }
        return replace(self, params={rule_id: values for rule_id, values in left.items() if values})


@dataclass(frozen=True, slots=True)
class Settings:
    """What people may bend, by the ids of rules: for every place, then for some. Of two overrides the later wins."""

    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()

    def everywhere(self, rule: Rule) -> Held:
        """What holds for a rule where no override says otherwise."""
        return Held({**rule.defaults, **self.params.get(rule.id, {})}, self.severities.get(rule.id))

    def insisting(self, params: Mapping[str, Mapping[str, Any]]) -> Settings:
        """The settings with these parameters, by rule and name, at every place.

        They are taken out of the overrides, and not only laid over them: where one hangs on tags that were not read,
        what does not hang on it stays known.
        """
        everywhere = {
            rule_id: {**self.params.get(rule_id, {}), **params.get(rule_id, {})}
            for rule_id in {**self.params, **params}
        }
        overrides = (one.without(params) for one in self.overrides)
        left = tuple(one for one in overrides if one.params or one.severities or one.off)
        return replace(self, params=everywhere, overrides=left)

    def of(self, rule: Rule, place: Place, snapshot: Snapshot) -> Held:
        """What holds for a rule at a place. Raises `Unread` where that hangs on tags that were not read."""
        held = self.everywhere(rule)
        for override in self.overrides:
            if override.speaks_of(rule.id) and override.where.holds(place, snapshot):
                held = Held(
                    {**held.params, **override.params.get(rule.id, {})},
                    override.severities.get(rule.id, held.severity),
                    override.off.get(rule.id, held.off),
                )
        return held


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding speaks of: a resource, or a kind (or a part of it) that could not be read."""

    key: Key
    name: str = ""
    arn: str = ""


class Finding(NamedTuple):
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
    simple = [rule for rule in running if rule.check or not rule.members]
    findings = [finding for rule in simple for finding in _judge(rule, snapshot, settings)]
    return with_composites(running, findings, snapshot, settings)


def with_composites(
    rules: Iterable[Rule], findings: Iterable[Finding], snapshot: Snapshot, settings: Settings
) -> tuple[Finding, ...]:
    """The findings, sorted, and what they mean for the rules that are made of others, instead of what they meant."""
    composites = [rule for rule in rules if rule.members and not rule.retired]
    anew = {rule.id for rule in composites}
    simple = [one for one in findings if one.rule_id not in anew]
    made = (found for rule in composites for found in _compose(rule, simple, snapshot, settings))
    return tuple(sorted([*simple, *made], key=order))


def order(finding: Finding) -> tuple[str, ...]:
    """What findings are sorted by: the rule, then the resource. In a flat tuple, which is compared ten times faster."""
    key = finding.subject.key
    place = key.place
    where = (place.account, place.region, place.instance_id)
    return (finding.rule_id, *where, key.kind, key.id, finding.discriminator)


def fingerprint(rule_id: str, partition: str, key: Key, discriminator: str = "") -> str:
    """What a finding is called for ever: not its name, message or time, so that histories can be joined."""
    digest = _begun(rule_id, partition, key.place, key.kind).copy()
    digest.update(f", {quoted(key.id)}, {quoted(discriminator)}]".encode())
    return digest.hexdigest()[:32]


@lru_cache(maxsize=64)
def _begun(rule_id: str, partition: str, place: Place, kind: str) -> hashlib._Hash:
    """The digest of the JSON list that a fingerprint is made of, up to what one resource adds."""
    parts = [FINGERPRINT_VERSION, rule_id, partition, place.account, place.region, place.instance_id, kind]
    return hashlib.sha256(json.dumps(parts).removesuffix("]").encode())


def _judge(rule: Rule, snapshot: Snapshot, settings: Settings) -> Iterator[Finding]:
    for place in _places(rule.kind, snapshot):
        yield from _bent(rule, place, snapshot, settings, _judge_at)


def _bent(
    rule: Rule,
    place: Place,
    snapshot: Snapshot,
    settings: Settings,
    judge: Callable[[Rule, Place, Snapshot, Held], Iterator[Finding]],
) -> Iterator[Finding]:
    """What is found with the settings that hold at a place; unknown where nobody can tell which do."""
    try:
        held = settings.of(rule, place, snapshot)
    except Unread as unread:
        yield finding_of(rule, snapshot, subject_of(place, snapshot), unread.cause)
        return
    if held.off:
        yield finding_of(rule, snapshot, subject_of(place, snapshot), NotApplicable(held.off))
        return
    for finding in judge(rule, place, snapshot, held):
        yield finding._replace(severity=held.severity) if held.severity else finding


def _judge_at(rule: Rule, place: Place, snapshot: Snapshot, held: Held) -> Iterator[Finding]:
    if rule.check is None and rule.drift:
        # Its findings come from a comparison with a spec: see `drifting`.
        yield finding_of(rule, snapshot, subject_of(place, snapshot), NotApplicable(NO_SPEC))
        return
    idle = _inactive(snapshot, place)
    if idle and not rule.inactive_too:
        yield finding_of(rule, snapshot, subject_of(place, snapshot), NotApplicable(idle))
        return
    groups = [group for kind in rule.kinds for group in _groups(place, kind, snapshot)]
    gaps = [gap for kind in rule.kinds for gap in _hiding(kind, place, snapshot)]
    for gap in gaps:
        yield finding_of(rule, snapshot, Subject(Key(place, gap.kind, gap.part)), gap.cause)
    if not groups and not gaps:
        titles = " or ".join(_KINDS[kind].title for kind in rule.kinds)
        none = NotApplicable(f"there are no {titles} here")
        yield finding_of(rule, snapshot, subject_of(place, snapshot), none)
    around = Around(place, held.params, snapshot, rule.reads)
    judge, sieve = rule.judge(around), rule.sieve(around)
    for group in groups:
        for (resource, subject), sure in zip(group.judged, _sure(sieve, rule, group), strict=True):
            if sure:
                yield finding_of(rule, snapshot, subject, None)
            else:
                yield from _verdicts(rule, snapshot, judge, resource, subject)


class _Judged(NamedTuple):
    """A resource, and what findings call it."""

    resource: Resource
    subject: Subject


class _Group(NamedTuple):
    """Resources of a kind of which the same is unread: one of few sets of fields, as few rules ask for all."""

    kind: str
    unread: tuple[str, ...]
    judged: list[_Judged]
    data: list[Mapping[str, Any]]
    """What each holds."""


def _groups(place: Place, kind: str, snapshot: Snapshot) -> Iterable[_Group]:
    """All resources of a kind at a place."""

    def made() -> Iterable[_Group]:
        found: dict[tuple[str, ...], _Group] = {}
        for one in snapshot.seen(place, kind):
            unread = tuple(one.unread)
            group = found.setdefault(unread, _Group(kind, unread, [], []))
            group.judged.append(_Judged(one, Subject(one.key, one.name, one.arn)))
            group.data.append(one.data)
        return found.values()

    return snapshot.once(("groups", place, kind), made)


def _sure(sieve: Sieve, rule: Rule, group: _Group) -> Sequence[bool]:
    """Of which resources it is sure that they pass: of none where what the rule looks at was not read."""
    fields = rule.reads.get(group.kind, ())
    if any(overlap(field, path) for path in group.unread for field in fields):
        return [False] * len(group.data)
    return sieve(group.data)


def _hiding(kind: str, place: Place, snapshot: Snapshot) -> list[Gap]:
    """What hides resources of a kind at a place."""
    gaps = [gap for gap in snapshot.gaps_of(place, kind) if gap.hides]
    if gaps or (place, kind) in snapshot.complete:
        return gaps
    return [Gap(place, kind, "", Cause(Reason.NOT_ASKED))]


def _verdicts(
    rule: Rule, snapshot: Snapshot, judge: Judge, resource: Resource, subject: Subject
) -> Iterator[Finding]:
    """What the check says of one resource; a crash is a verdict of its own, never a lost scan."""
    try:
        answers = outcomes(judge(resource))
    except Unread as unread:
        yield finding_of(rule, snapshot, subject, unread.cause)
    except Undeclared as error:
        yield finding_of(rule, snapshot, subject, f"the rule reads {error}, which it does not declare")
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        words = f"{type(error).__name__}: {error} (line {where.lineno} of {where.name})"
        yield finding_of(rule, snapshot, subject, words)
    else:
        flaw = _flaw(rule, answers)
        if flaw:
            yield finding_of(rule, snapshot, subject, flaw)
        else:
            yield from (finding_of(rule, snapshot, subject, answer) for answer in answers)


def _flaw(rule: Rule, answers: Sequence[Any]) -> str:
    """How the answers break the rule's word, or nothing."""
    failures = [answer for answer in answers if isinstance(answer, Fail)]
    for failure in failures:
        if not failure.evidence:
            return "the rule answered a failure without evidence"
        if failure.severity and failure.severity not in (rule.severity, *rule.severities):
            return f"the rule answered severity {failure.severity}, which it does not declare"
    if len(failures) > 1 and len({failure.discriminator for failure in failures}) < len(failures):
        return "the rule answered several failures without discriminators to tell them apart"
    return ""


def _compose(
    rule: Rule, findings: Sequence[Finding], snapshot: Snapshot, settings: Settings
) -> Iterator[Finding]:
    """A composite per instance: fail if any member failed, else unknown if any is unknown."""
    members: dict[Place, list[Finding]] = {}
    for one in findings:
        if one.rule_id in rule.members:
            members.setdefault(one.subject.key.place, []).append(one)

    def judge(rule: Rule, place: Place, snapshot: Snapshot, _held: Held) -> Iterator[Finding]:
        answer = _composed(rule, members.get(place, []))
        yield finding_of(rule, snapshot, subject_of(place, snapshot), answer)

    for place in _places(INSTANCE, snapshot):
        yield from _bent(rule, place, snapshot, settings, judge)


def _composed(rule: Rule, members: Sequence[Finding]) -> Any:
    """The answer of a composite whose members found this. It is no worse than the worst that they say."""
    failures = [one for one in members if one.verdict is Verdict.FAIL]
    failed = sorted({one.rule_id for one in failures})
    unsure = [one for one in members if one.verdict in (Verdict.UNKNOWN, Verdict.ERROR)]
    if failed:
        worst = min((one.severity for one in failures), key=lambda severity: severity.rank)
        severity = max(worst, rule.severity, key=lambda severity: severity.rank)
        return Fail(tuple(Evidence(one, "pass", "fail") for one in failed), severity=severity)
    if unsure:
        first = unsure[0]
        return first.cause or Cause(Reason.FAILED, "", f"{first.rule_id}: {first.reason}")
    if not any(one.verdict is Verdict.PASS for one in members):
        return NotApplicable("none of its rules applies here")
    return None


def finding_of(
    rule: Rule, snapshot: Snapshot, subject: Subject, answer: Any, discriminator: str = ""
) -> Finding:
    """A finding of an outcome of a check or a comparison: a cause is unknown, words are an error, None is a pass.

    `discriminator` tells apart what is unknown of one subject; a failure brings its own.
    """
    verdict, more = Verdict.PASS, dict[str, Any]()
    match answer:
        case Pass() | None:
            mark = fingerprint(rule.id, snapshot.partition, subject.key)
            return Finding(rule.id, verdict, rule.severity, rule.title, subject, mark)
        case Fail():
            verdict = Verdict.FAIL
            more = {"evidence": answer.evidence, "discriminator": answer.discriminator}
        case NotApplicable():
            verdict, more = Verdict.NOT_APPLICABLE, {"reason": answer.reason}
        case Cause():
            verdict, more = Verdict.UNKNOWN, {"cause": answer, "discriminator": discriminator}
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


def subject_of(place: Place, snapshot: Snapshot) -> Subject:
    """The instance (or the Region, or the account) itself."""
    if not place.instance_id:
        return Subject(Key(place, "account" if place.region == GLOBAL else "region", place.region))
    found = snapshot.one(Key(place, INSTANCE, place.instance_id))
    key = Key(place, INSTANCE, place.instance_id)
    return Subject(key, found.name, found.arn) if found else Subject(key)
