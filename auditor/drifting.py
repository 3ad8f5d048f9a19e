"""Makes findings of drift: what differs from a spec, under the ids of the rules that speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.evaluate import NO_SPEC, Finding, Settings, Subject, finding_of, subject_of, with_composites
from auditor.model import Key, Snapshot, Unread
from auditor.rule import Evidence, Fail, NotApplicable, Rule, Verdict
from auditor.spec.compare import Wanted
from auditor.spec.drift import Change, Drift
from auditor.spec.flow_text import FlowText
from auditor.spec.portrait import Portrait
from auditor.spec.sections import BY_NAME, Shape


@dataclass(frozen=True, slots=True)
class Against:
    """One instance, the spec that speaks of it, and how the two differ."""

    portrait: Portrait
    wanted: Wanted
    drifts: Sequence[Drift]


def with_drift(
    findings: Iterable[Finding],
    rules: Sequence[Rule],
    against: Sequence[Against],
    snapshot: Snapshot,
    settings: Settings,
) -> tuple[Finding, ...]:
    """The findings, and one for each difference, under the most exact rule that speaks of it.

    A rule that does nothing else than tell drift passes an instance that a spec describes and that does not
    differ; without a spec it does not apply. A rule that is made of others fails for their differences too.
    """
    running, rules = rules, [rule for rule in rules if rule.drift and not rule.retired]
    described = {one.portrait.place for one in against}
    alone = {rule.id for rule in rules if rule.check is None}
    kept = [
        one
        for one in findings
        if not (one.rule_id in alone and one.reason == NO_SPEC and one.subject.key.place in described)
    ]
    told = {one.fingerprint for one in kept if one.verdict is Verdict.UNKNOWN}
    for one in against:
        for rule in rules:
            # Which settings hold may be unknown to the rule's own check as well: that is told once.
            kept += (
                found
                for found in _bent(rule, rules, one, snapshot, settings)
                if found.fingerprint not in told
            )
    return with_composites(running, kept, snapshot, settings)


def rule_of(drift: Drift, rules: Iterable[Rule]) -> Rule | None:
    """The rule that speaks most exactly of a difference."""
    exact = {place: rule for rule in rules for place in rule.drift}
    return next((exact[place] for place in _places(drift) if place in exact), None)


def _places(drift: Drift) -> list[str]:
    """The parts of a spec that a difference belongs to, the most exact first."""
    fields = drift.path.split(".") if drift.path else []
    paths = [".".join(fields[:number]) for number in range(len(fields), 0, -1)]
    return [f"{drift.section}.{one}" for one in (*paths, drift.name)] + [drift.section]


def _bent(
    rule: Rule, rules: Sequence[Rule], one: Against, snapshot: Snapshot, settings: Settings
) -> Iterator[Finding]:
    """What one rule finds of an instance with the settings that hold there; unknown where nobody can tell which do."""
    try:
        held = settings.of(rule, one.portrait.place, snapshot)
    except Unread as unread:
        yield finding_of(rule, snapshot, subject_of(one.portrait.place, snapshot), unread.cause)
        return
    if not held.off:
        for found in _findings(rule, rules, one, snapshot):
            yield found._replace(severity=held.severity or found.severity)


def _findings(rule: Rule, rules: Sequence[Rule], one: Against, snapshot: Snapshot) -> Iterator[Finding]:
    mine = [drift for drift in one.drifts if rule_of(drift, rules) is rule]
    for drift in mine:
        subject, where = _subject(drift, one.portrait, snapshot), "/".join(drift.where)
        yield finding_of(rule, snapshot, subject, _answer(drift), where)
    if mine or rule.check is not None:
        return
    subject = subject_of(one.portrait.place, snapshot)
    spoken = any(_says(one.wanted.sections, place) for place in rule.drift)
    yield finding_of(
        rule, snapshot, subject, None if spoken else NotApplicable("the spec says nothing of it")
    )


def _says(sections: Mapping[str, Any], place: str) -> bool:
    """Whether a spec says anything at a place."""
    section, _, inner = place.partition(".")
    said = sections.get(section)
    return said is not None and (not inner or (isinstance(said, Mapping) and inner in said))


def _subject(drift: Drift, portrait: Portrait, snapshot: Snapshot) -> Subject:
    section = BY_NAME[drift.section]
    if section.shape is Shape.THING:
        return subject_of(portrait.place, snapshot)
    key = drift.key or Key(portrait.at(section), section.kind, drift.name)
    return Subject(key, drift.name)


def _answer(drift: Drift) -> Any:
    if drift.change is Change.UNKNOWN:
        return drift.cause
    words = " ".join(part for part in (drift.section, drift.name, drift.path) if part)
    expected, actual = _told(drift.wanted), _told(drift.seen)
    if not drift.path and drift.key is None:
        expected, actual = "to be there", "missing"
    elif not drift.path and drift.wanted is None:
        expected, actual = "not to be there", "extra"
    return Fail((Evidence(words, expected, actual),), discriminator="/".join(drift.where))


def _told(value: Any) -> Any:
    return f"a flow with the hash {value.hash}" if isinstance(value, FlowText) else value
