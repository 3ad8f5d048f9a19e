"""What a diff found: the differences of each instance, and what a change would do to the findings.

Its JSON form is version 1, described by `schemas/plan-v1.schema.json`, and the only input of every renderer; so
whatever they show has been masked once, here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from auditor import __version__
from auditor.evaluate import Finding
from auditor.flows import Block, compare, drawing
from auditor.model import Cause, Place, Snapshot
from auditor.report import finding_document
from auditor.rule import Severity
from auditor.spec.creation import Remark, Weight
from auditor.spec.drift import Change, Drift, Mark, counts
from auditor.spec.flow_text import FlowText
from auditor.spec.sections import BY_NAME
from auditor.whatif import Outlook

SCHEMA_VERSION = 1
NOTHING = Outlook((), (), ())
SNAPSHOT = "snapshot"
"""What a plan was compared with, where that is another moment."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One instance beside what it should be."""

    place: Place
    """Its instance id is empty where the instance does not exist."""
    alias: str
    wanted_by: str
    """What it was compared with, for people: a file, an environment of it, another instance."""
    drifts: tuple[Drift, ...]
    exists: bool = True
    review: tuple[Remark, ...] = ()
    """What to know before it is made, where it does not exist."""

    @property
    def unknown(self) -> bool:
        """Whether something could not be compared."""
        return any(one.change is Change.UNKNOWN for one in self.drifts)

    @property
    def impossible(self) -> bool:
        """Whether making it would fail, or clash with what is there."""
        return any(one.weight is Weight.STOP for one in self.review)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a reader needs of one diff."""

    snapshot: Snapshot
    compared: tuple[Compared, ...]
    outlook: Outlook = NOTHING
    unmatched: tuple[str, ...] = ()
    """Instances that no spec speaks of, and specs that speak of no instance, each as a sentence."""
    source: str = ""
    """What was compared with: a spec, a snapshot or an instance."""
    events: Mapping[tuple[Place, tuple[str, ...]], Mapping[str, Any]] = field(default_factory=dict)
    """Who made a difference, by the instance and `Drift.where`, where CloudTrail was asked."""

    beside: Snapshot | None = None
    """The snapshot that it was compared with, or what would be there once it is as a spec says."""

    @property
    def seen(self) -> Snapshot:
        """Everything that it speaks of: what is personal in either snapshot has to be masked."""
        if self.beside is None:
            return self.snapshot
        return replace(self.snapshot, resources=(*self.snapshot.resources, *self.beside.resources))

    @property
    def drifts(self) -> tuple[Drift, ...]:
        """Every difference."""
        return tuple(drift for one in self.compared for drift in one.drifts)

    def exit_code(self, fail_on: Severity, *, detailed: bool = False) -> int:
        """0 nothing worse; 1 the change is refused; 3 something could not be compared (which outranks 1).

        Refused is a change that brings findings at or above `fail_on`, and, whatever that is, one that makes an
        instance that cannot be made. `detailed` adds Terraform's 2: there are differences.
        """
        if any(one.unknown for one in self.compared):
            return 3
        brings = any(one.severity.rank <= fail_on.rank for one in self.outlook.introduced)
        if brings or any(one.impossible for one in self.compared):
            return 1
        came_or_went = self.source == SNAPSHOT and self.unmatched
        return 2 if detailed and (self.drifts or came_or_went) else 0


def document(plan: Plan, mask: Callable[[Any], Any]) -> dict[str, Any]:
    """The plan as JSON v1, masked."""

    def findings(some: Sequence[Finding]) -> list[dict[str, Any]]:
        return [finding_document(one, plan.snapshot, mask) for one in some]

    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "connect-audit", "version": __version__},
        "taken_at": plan.snapshot.taken_at,
        "partition": plan.snapshot.partition,
        "compared_with": plan.source,
        "summary": _counts(plan.drifts),
        "instances": [_compared(one, plan, mask) for one in plan.compared],
        "unmatched": list(plan.unmatched),
        "outlook": {
            "introduced": findings(plan.outlook.introduced),
            "fixed": findings(plan.outlook.fixed),
            "unsure": findings(plan.outlook.unsure),
        },
    }


def _counts(drifts: Sequence[Drift]) -> dict[str, int]:
    return {str(change): number for change, number in counts(drifts).items()}


def _compared(one: Compared, plan: Plan, mask: Callable[[Any], Any]) -> dict[str, Any]:
    return {
        "account": one.place.account,
        "region": one.place.region,
        "id": one.place.instance_id,
        "alias": one.alias,
        "exists": one.exists,
        "wanted_by": one.wanted_by,
        "summary": _counts(one.drifts),
        "review": [_remark(remark, mask) for remark in one.review],
        "drift": [_drift(drift, plan.events.get((one.place, drift.where)), mask) for drift in one.drifts],
    }


def _drift(drift: Drift, event: Mapping[str, Any] | None, mask: Callable[[Any], Any]) -> dict[str, Any]:
    section = BY_NAME[drift.section]
    return {
        "section": drift.section,
        "kind": section.kind,
        "title": section.title if drift.name else f"any {section.title}",
        "name": mask(drift.name),
        "id": mask(drift.key.id) if drift.key else "",
        "change": str(drift.change),
        "path": drift.path,
        "seen": _shown(drift.seen, mask),
        "wanted": _shown(drift.wanted, mask),
        **(_flow(drift, mask) if _is_flow(drift) else {}),
        **_mark(drift.mark),
        **({"cause": _cause(drift.cause)} if drift.cause else {}),
        **({"note": drift.note} if drift.note else {}),
        **({"dependents": [mask(one) for one in drift.dependents]} if drift.dependents else {}),
        **({"event": mask(dict(event))} if event is not None else {}),
    }


def _remark(remark: Remark, mask: Callable[[Any], Any]) -> dict[str, Any]:
    return {"weight": str(remark.weight), "words": mask(remark.words), **_mark(remark.mark)}


def _mark(mark: Mark | None) -> dict[str, Any]:
    return {"mark": {"file": mark.file, "line": mark.line, "column": mark.column}} if mark else {}


def _is_flow(drift: Drift) -> bool:
    return isinstance(drift.seen, FlowText) and isinstance(drift.wanted, FlowText)


def _flow(drift: Drift, mask: Callable[[Any], Any]) -> dict[str, Any]:
    """What changes in a flow, block by block, from what is there to what is wanted; and as a graph to draw."""
    if drift.seen.flow is None or drift.wanted.flow is None:
        return {"flow": ["one of the two is no flow in the Flow language of 2019: see the files"]}
    comparison = compare(drift.seen.flow, drift.wanted.flow)
    graph = drawing(comparison)
    return {
        "flow": [mask(line) for line in comparison.lines()],
        "graph": {"blocks": [_block(one, mask) for one in graph.blocks], "left_out": graph.left_out},
    }


def _block(block: Block, mask: Callable[[Any], Any]) -> dict[str, Any]:
    ways = [{"label": mask(way.label), "to": way.to, "fate": str(way.fate)} for way in block.ways]
    said = [mask(one) for one in block.said]
    return {"name": block.name, "type": block.type, "fate": str(block.fate), "said": said, "ways": ways}


def _shown(value: Any, mask: Callable[[Any], Any]) -> Any:
    """A value as JSON; the content of a flow by its hash, since what changed in it is told apart."""
    if isinstance(value, FlowText):
        return f"sha256:{value.hash}"
    if isinstance(value, Mapping):
        return {str(mask(name)): _shown(inner, mask) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner, mask) for inner in value]
    return mask(value)


def _cause(cause: Cause) -> dict[str, str]:
    return {"reason": str(cause.reason), "action": cause.action, "detail": cause.detail}
