"""The report of one run: what was in scope, what was judged, and what was not read. Its JSON form is version 1.

The JSON document is a format of its own, apart from the types in memory: `schemas/report-v1.schema.json`
describes it. It is also the only input of every renderer, so whatever they show has been masked once, here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from auditor import __version__
from auditor.catalogue import Catalogue, Entry
from auditor.evaluate import Finding, Override, Settings
from auditor.frameworks import FRAMEWORKS
from auditor.kinds import KINDS, LEFT_OUT, UNREADABLE, Kind, Scope
from auditor.model import GLOBAL, Cause, Gap, Place, Reason, Resource, Snapshot, Unit, UnitState
from auditor.requirements import Requirement, requirements
from auditor.rule import Evidence, Severity, Verdict
from auditor.waivers import EXPIRED, Waived, Waiver
from auditor.waivers import Entry as WaiverEntry

SCHEMA_VERSION = 1
_KINDS = {kind.name: kind for kind in KINDS}
_LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the run was said to come to, and how many seconds after its start that was said."""

    calls: int
    seconds: float
    after: float


@dataclass(frozen=True, slots=True)
class Run:
    """How the run went: the part of a report that differs from one run to the next."""

    started_at: str = ""
    seconds: float = 0.0
    calls: int = 0
    throttled: int = 0
    operations: Mapping[Any, int] = field(default_factory=dict)
    """Calls by (account, Region, service, operation)."""
    interrupted: bool = False
    source: str = ""
    """Where the snapshot came from: `scan` or `snapshot` (a saved one)."""
    judged_at: str = ""
    """The time by which waivers end."""
    foreseen: Foreseen | None = None


@dataclass(frozen=True)
class Report:
    """Everything a reader needs of one run."""

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    catalogue: Catalogue
    run: Run
    settings: Settings = field(default_factory=Settings)
    waived: Waived = field(default_factory=Waived)
    frameworks: tuple[str, ...] = ()
    """Those that were asked for; none: every one that a rule is mapped to."""

    @property
    def units(self) -> tuple[Unit, ...]:
        """The accounts in Regions that were in question."""
        return self.snapshot.units

    @property
    def incomplete(self) -> bool:
        """Whether anything that a rule had to judge stayed unknown, accepted or not."""
        unsure = (Verdict.UNKNOWN, Verdict.ERROR)
        return self._unscanned or any(finding.verdict in unsure for finding in self.findings)

    @property
    def undecided(self) -> bool:
        """Whether anything stayed unknown that nobody has accepted."""
        unsure = (Verdict.UNKNOWN, Verdict.ERROR)
        return self._unscanned or any(
            finding.verdict in unsure and not self.waiver(finding) for finding in self.findings
        )

    @property
    def _unscanned(self) -> bool:
        return any(unit.state is UnitState.INCOMPLETE for unit in self.units)

    def waiver(self, finding: Finding) -> Waiver | None:
        """The waiver that accepts a finding."""
        return self.waived.by.get(finding.fingerprint)

    def failures(self, at_least: Severity = Severity.INFO) -> list[Finding]:
        """The failures of a severity or worse that nobody has accepted."""
        return [
            one
            for one in self.findings
            if one.verdict is Verdict.FAIL and one.severity.rank <= at_least.rank and not self.waiver(one)
        ]

    def exit_code(self, fail_on: Severity) -> int:
        """0 clean, 1 failures at or above `fail_on`, 3 incomplete (which outranks 1), 4 nothing to scan.

        What is waived counts for neither 1 nor 3.
        """
        if self.run.interrupted:
            return 130
        if self.undecided:
            return 3
        if not any(self.snapshot.instances()):
            return 4
        return 1 if self.failures(fail_on) else 0


def document(report: Report, mask: Callable[[Any], Any]) -> dict[str, Any]:
    """The report as JSON v1, masked. Everything but `run` is the same for the same snapshot and rules."""
    snapshot = report.snapshot
    at: defaultdict[Place, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        at[finding.subject.key.place].append(finding)
    judged = Counter(str(finding.verdict) for finding in report.findings)
    severities = Counter(str(finding.severity) for finding in report.failures())
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "connect-audit", "version": __version__},
        "taken_at": snapshot.taken_at,
        "partition": snapshot.partition,
        "summary": {
            "complete": not report.incomplete,
            "instances": sum(1 for _ in snapshot.instances()),
            "verdicts": {str(verdict): judged[str(verdict)] for verdict in Verdict},
            "failures": {str(severity): severities[str(severity)] for severity in Severity},
            "waived": _waived_of(report.findings, report),
        },
        "units": [_unit(unit) for unit in snapshot.units],
        "instances": [_instance(one, at[one.key.place], report, mask) for one in snapshot.instances()],
        "findings": [_finding(one, report, mask) for one in report.findings],
        "waivers": [_waiver_entry(one, mask) for one in report.waived.entries],
        "rules": [
            _rule(entry, report.settings)
            for entry in (*report.catalogue.entries, *_of_waivers(report))
            if not entry.rule.retired
        ],
        "frameworks": [*_frameworks(report)],
        "overrides": [_override(one) for one in report.settings.overrides],
        "coverage": [*_coverage(snapshot)],
        "unread": [*_unread(snapshot)],
        "unreadable": [asdict(one) for one in UNREADABLE],
        "left_out": [{"title": one.title, "why": one.why} for one in LEFT_OUT],
        "run": _run(report.run),
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "account": unit.account,
        "region": unit.region,
        "state": str(unit.state),
        "detail": unit.detail,
        **({"cause": _cause(unit.cause)} if unit.cause else {}),
        **({"remark": unit.remark} if unit.remark else {}),
    }


def _instance(
    resource: Resource, mine: Sequence[Finding], report: Report, mask: Callable[[Any], Any]
) -> dict[str, Any]:
    data = resource.data
    verdicts = Counter(str(one.verdict) for one in mine)
    failures = Counter(
        str(one.severity) for one in mine if one.verdict is Verdict.FAIL and not report.waiver(one)
    )
    place = resource.key.place
    return {
        "account": place.account,
        "region": place.region,
        "id": place.instance_id,
        "alias": str(data.get("InstanceAlias", "")),
        "arn": resource.arn,
        "status": str(data.get("InstanceStatus", "")),
        "identity_management": str(data.get("IdentityManagementType", "")),
        "access_url": str(data.get("InstanceAccessUrl", "")),
        "created": str(data.get("CreatedTime", "")),
        "inbound_calls": bool(data.get("InboundCallsEnabled", False)),
        "outbound_calls": bool(data.get("OutboundCallsEnabled", False)),
        "tags": mask(dict(sorted(data.get("Tags", {}).items()))),
        "verdicts": {str(verdict): verdicts[str(verdict)] for verdict in Verdict},
        "failures": {str(severity): failures[str(severity)] for severity in Severity},
        "waived": _waived_of(mine, report),
    }


def _waived_of(findings: Iterable[Finding], report: Report) -> dict[str, int]:
    """How many of the failures, and how many of the unknowns, are accepted."""
    accepted = Counter(one.verdict for one in findings if report.waiver(one))
    return {str(verdict): accepted[verdict] for verdict in (Verdict.FAIL, Verdict.UNKNOWN)}


def _finding(finding: Finding, report: Report, mask: Callable[[Any], Any]) -> dict[str, Any]:
    waiver = report.waiver(finding)
    accepted = {"waived": _waiver(waiver, mask)} if waiver else {}
    return finding_document(finding, report.snapshot, mask) | accepted


def finding_document(finding: Finding, snapshot: Snapshot, mask: Callable[[Any], Any]) -> dict[str, Any]:
    """One finding as JSON v1, masked."""
    key = finding.subject.key
    kind = _KINDS.get(key.kind)
    name, identity = finding.subject.name, key.id
    if kind is None:
        name, identity = mask(name), mask(identity)
    elif kind.label in kind.personal:
        name = mask(name)
    return {
        "fingerprint": finding.fingerprint,
        "rule_id": finding.rule_id,
        "verdict": str(finding.verdict),
        "severity": str(finding.severity),
        "title": finding.title,
        "resource": {
            "account": key.place.account,
            "region": key.place.region,
            "instance_id": key.place.instance_id,
            "instance_alias": _alias(key.place, snapshot),
            "kind": key.kind,
            "id": identity,
            "name": name,
            "arn": finding.subject.arn,
        },
        "evidence": [_evidence(piece, mask) for piece in finding.evidence],
        **({"discriminator": finding.discriminator} if finding.discriminator else {}),
        **({"cause": _cause(finding.cause)} if finding.cause else {}),
        **({"reason": mask(finding.reason)} if finding.reason else {}),
    }


def _waiver(waiver: Waiver, mask: Callable[[Any], Any]) -> dict[str, Any]:
    """Who accepted something, why, and until when. An owner is named in order to be found."""
    return {
        "reason": mask(waiver.reason),
        "owner": waiver.owner,
        "until": waiver.until.isoformat(),
        **({"ticket": waiver.ticket} if waiver.ticket else {}),
        "source": waiver.source,
    }


def _waiver_entry(entry: WaiverEntry, mask: Callable[[Any], Any]) -> dict[str, Any]:
    waiver = entry.waiver
    unknown = {name: text for name, text in (("action", waiver.action), ("kind", waiver.kind)) if text}
    scope = {**waiver.where.as_json(), **({"resource": list(waiver.resource)} if waiver.resource else {})}
    return {
        "state": str(entry.state),
        "ends_soon": entry.ends_soon,
        "findings": entry.findings,
        **({"rule_id": waiver.rule} if waiver.rule else {}),
        **({"fingerprint": waiver.fingerprint} if waiver.fingerprint else {}),
        **({"unknown": unknown} if unknown else {}),
        "scope": mask(scope),
        **_waiver(waiver, mask),
    }


def _of_waivers(report: Report) -> Iterator[Entry]:
    """The rule that expired waivers break, where there are any."""
    if report.waived.findings:
        yield Entry(EXPIRED, Path(), "waivers", "", built_in=True)


def _frameworks(report: Report) -> Iterator[dict[str, Any]]:
    """What the rules that ran say of each framework, requirement by requirement."""
    rules = [one for one in report.catalogue.rules if not one.retired]
    found = requirements(rules, report.findings, report.waiver, report.frameworks)
    for name, rows in groupby(found, key=lambda one: one.framework):
        yield {"id": name, **asdict(FRAMEWORKS[name]), "requirements": [_requirement(row) for row in rows]}


def _requirement(row: Requirement) -> dict[str, Any]:
    return {
        "requirement": row.name,
        "verdict": str(row.verdict),
        "rules": [
            {
                "rule_id": one.rule_id,
                "basis": one.basis,
                "verdict": str(one.verdict),
                "failed": one.failed,
                "waived": one.waived,
            }
            for one in row.rules
        ],
    }


def _override(override: Override) -> dict[str, Any]:
    return {
        "where": override.where.as_json(),
        "params": {rule_id: _plain(values) for rule_id, values in sorted(override.params.items())},
        "severity": {rule_id: str(severity) for rule_id, severity in sorted(override.severities.items())},
        "disable": sorted(override.off),
        "source": override.source,
    }


def _evidence(piece: Evidence, mask: Callable[[Any], Any]) -> dict[str, Any]:
    return {
        "path": piece.path,
        "expected": _plain(piece.expected),
        "actual": mask(_plain(piece.actual)),
        **({"cites": _cited(piece.cites, mask)} if piece.cites else {}),
    }


def _cited(cites: str, mask: Callable[[Any], Any]) -> dict[str, Any]:
    kind, _, identity = cites.partition(" ")
    return {"kind": kind, "id": mask(identity)}


def _rule(entry: Entry, settings: Settings) -> dict[str, Any]:
    rule = entry.rule
    held = settings.everywhere(rule)
    fix = {
        name: getattr(rule.fix, name) for name in ("console", "cli", "cloudformation", "terraform", "note")
    }
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": str(held.severity or rule.severity),
        "severity_reason": rule.severity_reason,
        "group": entry.group,
        "kind": rule.kind,
        "why": rule.why,
        "fix": {name: text for name, text in fix.items() if text},
        "sources": list(rule.sources),
        "params": {param.name: _plain(held.params[param.name]) for param in rule.params},
        "members": list(rule.members),
        "built_in": entry.built_in,
        **({} if entry.built_in else {"sha256": entry.sha256, "file": entry.file.name}),
    }


def _coverage(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Place by place and kind by kind what was read, and how much of it."""
    refused = {(key.place, key.kind) for key in snapshot.unread}
    missing = {(key.place, key.kind) for key in snapshot.missing}
    for place in _places(snapshot):
        yield {
            "account": place.account,
            "region": place.region,
            "instance_id": place.instance_id,
            "instance_alias": _alias(place, snapshot),
            "kinds": [
                _covered(kind, place, snapshot, (place, kind.name) in refused, (place, kind.name) in missing)
                for kind in KINDS
                if _belongs(kind, place)
            ],
        }


def _covered(kind: Kind, place: Place, snapshot: Snapshot, refused: bool, missing: bool) -> dict[str, Any]:
    """What was read of a kind; `refused` and `missing`: whether a neighbour of it was unread, or is not there."""
    seen = snapshot.seen(place, kind.name)
    gaps = any(gap.hides for gap in snapshot.gaps_of(place, kind.name))
    if (gaps or refused) and not seen:
        state = "unread"
    elif gaps or refused or any(_faults(resource) for resource in seen):
        state = "partial"
    elif not seen and not missing and (place, kind.name) not in snapshot.complete:
        state = "not_asked"
    else:
        state = "complete"
    return {
        "kind": kind.name,
        "title": kind.title,
        "count": len(seen),
        "state": state,
        **_reused(seen),
        **_replaced(snapshot.gaps_of(place, kind.name)),
    }


def _reused(seen: Iterable[Resource]) -> dict[str, Any]:
    """How much was taken from an earlier snapshot, and when the oldest of it had been read."""
    times = sorted(one.read_at for one in seen if one.read_at)
    return {"reused": len(times), "oldest": times[0]} if times else {}


def _replaced(gaps: Iterable[Gap]) -> dict[str, Any]:
    """The search that listing and describing stood in for, and what became of it."""
    for gap in gaps:
        if gap.cause.reason is Reason.REPLACED:
            return {"replaced": {"action": gap.cause.action, "reason": gap.cause.detail}}
    return {}


def _unread(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Everything that could not be read, one line for each cause and kind at a place."""
    lines: dict[tuple[Place, str, str, Cause], int] = {}
    for gap in snapshot.gaps:
        if gap.cause.reason is not Reason.REPLACED:  # it was read, in another way
            lines[gap.place, gap.kind, gap.part, gap.cause] = 0
    for resource in snapshot.resources:
        for what, cause in _faults(resource):
            line = (resource.key.place, resource.key.kind, what, cause)
            lines[line] = lines.get(line, 0) + 1
    for key, cause in snapshot.unread.items():
        lines[key.place, key.kind, key.id, cause] = 1
    for (place, kind, what, cause), count in sorted(lines.items(), key=lambda item: item[0]):
        yield {
            "account": place.account,
            "region": place.region,
            "instance_id": place.instance_id,
            "instance_alias": _alias(place, snapshot),
            "kind": kind,
            "what": what,
            "resources": count,
            "cause": _cause(cause),
        }


def _faults(resource: Resource) -> list[tuple[str, Cause]]:
    """The fields that somebody tried to read and could not; what nobody asked for is no fault."""
    fields = [
        (path, cause) for path, cause in resource.unread.items() if cause.reason is not Reason.NOT_ASKED
    ]
    return [("details", resource.rest), *fields] if resource.rest else fields


def _places(snapshot: Snapshot) -> list[Place]:
    """Where anything was read: accounts, Regions with neighbours, instances."""
    places = {resource.key.place for resource in snapshot.resources} | {gap.place for gap in snapshot.gaps}
    places |= {key.place for key in (*snapshot.missing, *snapshot.unread)}
    return sorted(places)


def _belongs(kind: Kind, place: Place) -> bool:
    if place.instance_id:
        return kind.scope is Scope.INSTANCE
    return kind.scope is (Scope.ACCOUNT if place.region == GLOBAL else Scope.REGION)


def _alias(place: Place, snapshot: Snapshot) -> str:
    if not place.instance_id:
        return ""
    return next((one.name for one in snapshot.seen(place, "connect.instance")), "")


def _cause(cause: Cause) -> dict[str, Any]:
    said = {"reason": str(cause.reason), "action": cause.action, "detail": cause.detail}
    return {name: text for name, text in said.items() if text}


def _run(run: Run) -> dict[str, Any]:
    return {
        "started_at": run.started_at,
        **({"source": run.source} if run.source else {}),
        **({"judged_at": run.judged_at} if run.judged_at else {}),
        "seconds": round(run.seconds, 3),
        "interrupted": run.interrupted,
        **({"foreseen": _foreseen(run.foreseen)} if run.foreseen else {}),
        "calls": run.calls,
        "throttled": run.throttled,
        "operations": [
            {"account": account, "region": region, "operation": f"{service}:{operation}", "calls": calls}
            for (account, region, service, operation), calls in sorted(run.operations.items())
        ],
    }


def _foreseen(foreseen: Foreseen) -> dict[str, Any]:
    return {
        "calls": foreseen.calls,
        "seconds": round(foreseen.seconds, 3),
        "after": round(foreseen.after, 3),
    }


def _plain(value: Any) -> Any:
    """A value of evidence as JSON has it; a very long text is cut, and says so."""
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return f"{value[:_LONGEST_TEXT]}… ({len(value)} characters)"
    if isinstance(value, str) or value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, Iterable):
        items: Sequence[Any] = sorted(value) if isinstance(value, set | frozenset) else list(value)
        return [_plain(inner) for inner in items]
    return str(value)
