"""`waivers.yaml`: findings that an owner has accepted, for a reason, until a day.

A waiver hides nothing. What it accepts stays in every report, says who accepted it and until when, and only no
longer counts for the exit code. When its day is over, the finding counts again and the waiver is one itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from auditor import where
from auditor.evaluate import Finding, Subject, fingerprint
from auditor.kinds import KINDS
from auditor.model import GLOBAL, Key, Place, Snapshot, Unread
from auditor.positions import Said, holds_nothing, near, parse, text_of
from auditor.rule import Evidence, Fix, Rule, Severity, Verdict
from auditor.where import Where, fits

NAME = "waivers.yaml"
SOON = 30
"""How many days before its end a waiver is listed as ending soon, unless the file says otherwise."""
_WHAT_IT_IS = "a waivers file"
_WHY = ("reason", "owner", "until")
_WHAT = ("rule", "fingerprint", "unknown")
_ALLOWED = (*_WHAT, "scope", *_WHY, "ticket")
_SCOPE = (*where.CONDITIONS, "resource")
_UNKNOWN = ("action", "kind")
_ACTION = r"[a-z0-9-]+:[A-Za-z0-9*]+"
_UNSURE = (Verdict.UNKNOWN, Verdict.ERROR)

EXPIRED = Rule(
    id="CONNECT-WVR-001",
    title="Waivers are renewed or removed before they end",
    severity=Severity.LOW,
    severity_reason="What the waiver accepted counts again by itself, with its own severity.",
    kind="waiver",
    reads={},
    why=(
        "A waiver is a promise to look again by a day. When nobody did, what it accepted is a finding again, and "
        "nobody knows whether the reason for accepting it still holds."
    ),
    fix=Fix(
        note=(
            "Mend what the waiver accepted and remove the waiver from the waivers file; or agree with its owner on "
            "a new day, and write that in `until`."
        )
    ),
    sources=(),
    examples=(),
)
"""What an expired waiver is a finding of. It needs a waivers file, so it is no rule of the catalogue."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """What is accepted, where, why, by whom and until when."""

    reason: str
    owner: str
    until: date
    """The last day on which it holds, in UTC."""
    rule: str = ""
    fingerprint: str = ""
    action: str = ""
    """Of a cause of unknowns: the IAM action that is not allowed, or a glob of such."""
    kind: str = ""
    """Of a cause of unknowns: the kind that cannot be read."""
    where: Where = field(default_factory=Where)
    resource: tuple[str, ...] = ()
    """Globs of ids, names or ARNs."""
    ticket: str = ""
    source: str = ""
    """The file and the line."""

    def __str__(self) -> str:
        unknown = " ".join(part for part in ("unknown", self.action, self.kind) if part)
        what = " ".join(part for part in (self.rule, self.fingerprint) if part) or unknown
        at = [str(self.where)] if self.where != Where() else []
        at += [f"resource {' or '.join(self.resource)}"] if self.resource else []
        return f"{what} ({'; '.join(at)})" if at else what

    @property
    def of_unknowns(self) -> bool:
        """Whether it accepts a cause of unknowns, and not failures."""
        return bool(self.action or self.kind)

    def names(self, finding: Finding) -> bool:
        """Whether a finding is of what it accepts, wherever that is."""
        subject = finding.subject
        return (
            self.rule in ("", finding.rule_id)
            and self.fingerprint in ("", finding.fingerprint)
            and fits(self.resource, subject.key.id, subject.name, subject.arn)
        )

    def accepts(self, finding: Finding) -> bool:
        """Whether a finding has the verdict, and the cause, that it accepts. A rule that broke is never accepted."""
        if not self.of_unknowns:
            return finding.verdict is Verdict.FAIL
        if finding.verdict is not Verdict.UNKNOWN or finding.cause is None:
            return False
        action = finding.cause.action
        of_kind = self.kind in ("", finding.subject.key.kind) or action in _ACTIONS.get(self.kind, ())
        return of_kind and (not self.action or fits((self.action,), action))


class State(StrEnum):
    """What became of a waiver in a run."""

    USED = "used"
    UNUSED = "unused"
    """What it accepts was judged, and is not wrong."""
    UNJUDGED = "unjudged"
    """Nothing that it could accept was judged in this run, or nobody could tell."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Entry:
    """A waiver, and what became of it."""

    waiver: Waiver
    state: State
    findings: int = 0
    """How many it accepts; of an expired one: would accept."""
    ends_soon: bool = False


@dataclass(frozen=True, slots=True)
class Waivers:
    """What a waivers file holds, in its order."""

    waivers: tuple[Waiver, ...] = ()
    soon: int = SOON


@dataclass(frozen=True, slots=True)
class Waived:
    """What the waivers mean for a run."""

    by: Mapping[str, Waiver] = field(default_factory=dict)
    """The waiver of each accepted finding, by fingerprint."""
    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()
    """One for each expired waiver."""


def read(file: Path, rules: Collection[str]) -> Waivers:
    """The waivers of a file; `rules` are the ids that there are. Raises `BadFile`.

    A file whose last waiver somebody removed has none, whether the word `waivers` is left in it or not.
    """
    text = text_of(file, _WHAT_IT_IS)
    if holds_nothing(text):
        return Waivers()
    return _waivers(parse(text.removeprefix("\ufeff"), file, _WHAT_IT_IS), rules)


def parsed(text: str, file: Path) -> tuple[Waiver, ...]:
    """The waivers of a text, whatever rules they name. Raises `BadFile`."""
    return () if holds_nothing(text) else _waivers(parse(text, file, _WHAT_IT_IS), None).waivers


def _waivers(said: Said, rules: Collection[str] | None) -> Waivers:
    said.record(("waivers", "soon"), ("waivers",), what="a waivers file")
    soon = said["soon"].whole(0, 3650) if "soon" in said else SOON
    entries = said["waivers"].items("waivers") if said["waivers"].value is not None else []
    return Waivers(tuple(_waiver(one, rules) for one in entries), soon)


def _waiver(said: Said, rules: Collection[str] | None) -> Waiver:
    said.record(_ALLOWED, _WHY, what="a waiver")
    if not any(name in said for name in _WHAT):
        raise said.bad(f"a waiver says what it accepts: it has one of {', '.join(_WHAT)}")
    if "unknown" in said and ("rule" in said or "fingerprint" in said):
        raise said["unknown"].bad(
            "a waiver accepts failures of a `rule` or a cause of `unknown`s: make two of it"
        )
    if "scope" not in said and "fingerprint" not in said:
        raise said.bad("a waiver has no `scope`, which it must have (to accept it everywhere: account: '*')")
    rule = said["rule"].string() if "rule" in said else ""
    if rule and rules is not None and rule not in rules:
        hint = near(rule, rules) or "see `connect-audit rules list`"
        raise said["rule"].bad(f"there is no rule `{rule}`: {hint}")
    unknown = said["unknown"].record(_UNKNOWN, what="`unknown`") if "unknown" in said else None
    if unknown is not None and not unknown.value:
        raise unknown.bad("`unknown` names an `action` or a `kind`")
    scope = said["scope"].record(_SCOPE, what="`scope`") if "scope" in said else None
    if scope is not None and not scope.value:
        raise scope.bad(f"`scope` names at least one of {', '.join(_SCOPE)}")
    return Waiver(
        reason=said["reason"].string().strip(),
        owner=said["owner"].string().strip(),
        until=said["until"].day(),
        rule=rule,
        fingerprint=said["fingerprint"].string("[0-9a-f]{32}", "the 32 letters and digits of a report")
        if "fingerprint" in said
        else "",
        action=unknown["action"].string(_ACTION, "kms:DescribeKey")
        if unknown and "action" in unknown
        else "",
        kind=unknown["kind"].choice(tuple(_ACTIONS)) if unknown and "kind" in unknown else "",
        where=where.read(scope) if scope else Where(),
        resource=where.globs(scope, "resource") if scope else (),
        ticket=said["ticket"].string() if "ticket" in said else "",
        source=said.at,
    )


def apply(
    waivers: Waivers, findings: Sequence[Finding], snapshot: Snapshot, rules: Iterable[Rule], today: date
) -> Waived:
    """What the waivers accept on a day, and what became of each."""
    rules = tuple(rules)
    judged = _Judged(findings, snapshot)
    entries, by = [], dict[str, Waiver]()
    for waiver in waivers.waivers:
        named = judged.named_by(waiver)
        accepted = [one for one in named if waiver.accepts(one)]
        if waiver.until < today:
            entries.append(Entry(waiver, State.EXPIRED, len(accepted)))
            continue
        for one in accepted:
            other = by.get(one.fingerprint)
            by[one.fingerprint] = waiver if other is None or waiver.until > other.until else other
        state = State.USED if accepted else _unused(waiver, named, rules)
        entries.append(Entry(waiver, state, len(accepted), waiver.until - today <= timedelta(waivers.soon)))
    for composite in (rule for rule in rules if rule.members):
        by |= _composed(composite, findings, by)
    over = [
        _finding(one.waiver, snapshot)
        for one in entries
        if one.state is State.EXPIRED
        and any(one.waiver.where.may_hold(unit.account, unit.region) for unit in snapshot.units)
    ]
    return Waived(by, tuple(entries), tuple({one.fingerprint: one for one in over}.values()))


def _unused(waiver: Waiver, named: Iterable[Finding], rules: Sequence[Rule]) -> State:
    """What became of a waiver that accepts nothing: unused only if everything that it speaks of was decided."""
    if waiver.of_unknowns:
        kinds = {
            kind
            for kind, actions in _ACTIONS.items()
            if waiver.kind == kind or fits((waiver.action,), *actions)
        }
        looking = {rule.id for rule in rules if kinds & {rule.kind, *rule.reads}}
        named = (one for one in named if one.rule_id in looking)
    verdicts = {one.verdict for one in named}
    return State.UNJUDGED if not verdicts or verdicts & set(_UNSURE) else State.UNUSED


class _Judged:
    """The findings of a run, found by what waivers name."""

    def __init__(self, findings: Sequence[Finding], snapshot: Snapshot) -> None:
        self._findings, self._snapshot = findings, snapshot
        self._by_rule: dict[str, list[Finding]] = {}
        self._by_fingerprint = {one.fingerprint: one for one in findings}
        for one in findings:
            self._by_rule.setdefault(one.rule_id, []).append(one)

    def named_by(self, waiver: Waiver) -> list[Finding]:
        """The findings of what a waiver accepts, whatever their verdict, where it accepts it."""
        candidates: Iterable[Finding] = self._findings
        if waiver.fingerprint:
            found = self._by_fingerprint.get(waiver.fingerprint)
            candidates = [found] if found else []
        elif waiver.rule:
            candidates = self._by_rule.get(waiver.rule, [])
        here: dict[Place, bool] = {}
        return [
            one
            for one in candidates
            if waiver.names(one) and self._holds(waiver.where, one.subject.key.place, here)
        ]

    def _holds(self, scope: Where, place: Place, known: dict[Place, bool]) -> bool:
        """Whether a place is in the scope; where nobody can tell, it is not, and the finding counts."""
        if place not in known:
            try:
                known[place] = scope.holds(place, self._snapshot)
            except Unread:
                known[place] = False
        return known[place]


def _composed(rule: Rule, findings: Sequence[Finding], by: Mapping[str, Waiver]) -> dict[str, Waiver]:
    """A composite is accepted where everything that it fails (or is unsure) for is: by what ends first."""
    reasons: dict[tuple[Place, bool], list[Finding]] = {}
    for one in findings:
        if one.rule_id in rule.members and one.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE):
            reasons.setdefault((one.subject.key.place, one.verdict is Verdict.FAIL), []).append(one)
    accepted = {}
    for one in findings:
        because = reasons.get((one.subject.key.place, one.verdict is Verdict.FAIL), [])
        open_ones = one.rule_id == rule.id and one.verdict in (Verdict.FAIL, Verdict.UNKNOWN)
        if open_ones and because and all(reason.fingerprint in by for reason in because):
            accepted[one.fingerprint] = min((by[it.fingerprint] for it in because), key=lambda it: it.until)
    return accepted


def _finding(waiver: Waiver, snapshot: Snapshot) -> Finding:
    """What an expired waiver is a finding of: it stays the same until the waiver is renewed, moved or removed."""
    account = waiver.where.account[0] if len(waiver.where.account) == 1 else ""
    key = Key(Place(account if account.isdigit() else "", GLOBAL), EXPIRED.kind, str(waiver))
    evidence = Evidence("until", "a day that is not over", waiver.until.isoformat())
    return Finding(
        rule_id=EXPIRED.id,
        verdict=Verdict.FAIL,
        severity=EXPIRED.severity,
        title=EXPIRED.title,
        subject=Subject(key, str(waiver)),
        fingerprint=fingerprint(EXPIRED.id, snapshot.partition, key),
        evidence=(evidence,),
    )


_ACTIONS: Mapping[str, frozenset[str]] = {
    kind.name: frozenset(call.iam_action for call in kind.calls()) for kind in KINDS
}
"""The IAM actions that read each kind."""
