"""`connect-audit diff`: what differs from a spec, between two moments, or between two instances."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from auditor.cli.asked import Asked
from auditor.cli.making import missing
from auditor.cli.outputs import PLAN_WRITERS, Outputs, Writer, colourful, write_json
from auditor.cli.scan import check, take
from auditor.cli.selection import Chosen
from auditor.cli.specs import Described, bent, called, described, needed, read_spec, silent, unmatched
from auditor.cli.stop import INTERRUPTED, NOTHING, USAGE, Stop
from auditor.mask import Clear, Mask
from auditor.model import Cause, Place, Reason, Snapshot, UnitState
from auditor.plan import NOTHING as NOTHING_AHEAD
from auditor.plan import SNAPSHOT, Compared, Plan, document
from auditor.rule import Severity
from auditor.spec.compare import between_instances, differences, wanted_from
from auditor.spec.drift import Change, Drift
from auditor.spec.portrait import Portrait, portraits
from auditor.spec.spec import Spec
from auditor.store import BadSnapshot, load
from auditor.whatif import laid_over, outlook

SPECS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared with what."""

    what: Path | None = None
    """A spec, or a saved snapshot."""
    other: Path | None = None
    """A second, newer snapshot."""
    instance: str = ""
    beside: str = ""
    """The instance that `instance` should be like."""
    environment: str = ""
    attribute: bool = False
    detailed: bool = False
    judged: bool = True
    """Whether the rules are asked what the change would do."""


def run(asked: Asked, sides: Sides) -> int:
    """Compares, writes what was asked for, and returns the exit code."""
    check(asked)
    _check(asked, sides)
    outputs = Outputs(asked.outputs, PLAN_WRITERS)
    chosen = asked.selection.chosen()
    if not asked.quiet:
        chosen.warn()
    try:
        plan = _plan(asked, sides, chosen)
        mask = Clear() if asked.show_pii else Mask(plan.seen)
        written = document(plan, mask)
        paths = outputs.write(written)
    finally:
        outputs.discard()
    code = plan.exit_code(Severity(asked.fail_on or chosen.config.fail_on or "info"), detailed=sides.detailed)
    _tell(written, paths, asked)
    return code


def is_spec(path: Path | None) -> bool:
    """Whether a file is a spec, by its name; anything else is a saved snapshot."""
    return path is not None and path.suffix.lower() in SPECS


def _check(asked: Asked, sides: Sides) -> None:
    if sides.other is not None and (is_spec(sides.what) or asked.from_snapshot):
        raise Stop("diff compares a spec with what is live or with --from-snapshot, or two snapshots.", USAGE)
    if bool(sides.instance) != bool(sides.beside) and sides.beside:
        raise Stop("--with needs --instance: the instance that should be like it.", USAGE)
    if sides.what is None and not sides.beside:
        raise Stop("diff needs a spec (.yaml), two snapshots, or --instance A --with B.", USAGE)
    if sides.what is not None and not is_spec(sides.what) and sides.other is None and not sides.beside:
        raise Stop(f"{sides.what} is a snapshot: name a second one, or --instance A --with B.", USAGE)
    if sides.environment and not is_spec(sides.what):
        raise Stop("--environment chooses a part of a spec, and there is none.", USAGE)
    if asked.params and not (sides.judged and is_spec(sides.what)):
        raise Stop(
            "--param sets a parameter of rules, which are asked only what a spec would change: "
            "name a spec, without --no-judge.",
            USAGE,
        )
    if sides.attribute and (asked.from_snapshot or not is_spec(sides.what)):
        raise Stop(
            "--attribute asks CloudTrail who made a difference: it needs a spec and a live instance.", USAGE
        )


def _plan(asked: Asked, sides: Sides, chosen: Chosen) -> Plan:
    if sides.what is not None and is_spec(sides.what):
        return _with_spec(asked, sides, read_spec(sides.what), chosen)
    if sides.other is not None and sides.what is not None:
        return _between_moments(_saved(sides.what), _saved(sides.other), sides)
    if sides.what is not None:
        return _between_instances(_saved(sides.what), sides)
    return _between_instances(_live(replace(asked, all=True), chosen), sides)


def _live(asked: Asked, chosen: Chosen) -> Snapshot:
    """What there is now. Raises `Stop` where somebody interrupted: half of it would look like differences."""
    taken = take(asked, chosen.catalogue)
    if taken.run.interrupted:
        raise Stop("Interrupted: nothing was compared.", INTERRUPTED)
    return taken.snapshot


def _with_spec(asked: Asked, sides: Sides, spec: Spec, chosen: Chosen) -> Plan:
    if sides.environment and sides.environment not in {one.name for one in spec.environments}:
        names = ", ".join(one.name for one in spec.environments if one.name) or "none"
        raise Stop(f"{spec.file} has no environment `{sides.environment}`: it has {names}.", USAGE)
    asked = replace(asked, besides=needed([spec]), wanted=(spec,), judged=sides.judged)
    snapshot = _live(asked, chosen)
    found, left = described([spec], snapshot, sides.environment)
    shown = [
        Compared(
            one.portrait.place,
            _alias(one.portrait),
            called(one.spec, one.environment),
            tuple(one.against.drifts),
        )
        for one in found
    ]
    unspoken = silent([spec], found, sides.environment)
    if asked.instances and not found:
        raise Stop(
            f"{unmatched(*unspoken[0])} --instance {asked.instances[0]} is another one: leave it out, or name "
            "the spec's own. Nothing was compared.",
            USAGE,
        )
    # With --instance nobody looked for the others.
    for _, environment in () if asked.instances else unspoken:
        made = missing(spec, environment, snapshot)
        shown += made
        if not made:
            left.append(unmatched(spec, environment))
    if not shown:
        raise Stop(" ".join(left) or f"{spec.file} speaks of no instance.", NOTHING)
    ahead = NOTHING_AHEAD
    if sides.judged:
        settings = bent(chosen, found)
        changes = [(one.portrait, one.against.drifts) for one in found]
        ahead = outlook(chosen.catalogue.rules, snapshot, changes, settings)
    events: Mapping[tuple[Place, tuple[str, ...]], Mapping[str, Any]] = {}
    if sides.attribute:
        from auditor.cli import live

        events = live.attribute(asked, [one for one in shown if one.exists], [one.portrait for one in found])
    ahead_of = _as_wanted(snapshot, found, shown)
    return Plan(snapshot, tuple(shown), ahead, tuple(left), "spec", events, beside=ahead_of)


def _as_wanted(snapshot: Snapshot, found: list[Described], shown: list[Compared]) -> Snapshot:
    """The snapshot as it would be: what is personal in a spec has to be masked as well."""
    for one in found:
        snapshot = laid_over(snapshot, one.portrait, tuple(one.against.drifts))
    for made in shown:
        if not made.exists:
            nothing = Portrait(Snapshot("", snapshot.partition), made.place)
            snapshot = laid_over(snapshot, nothing, made.drifts)
    return snapshot


def _between_moments(before: Snapshot, after: Snapshot, sides: Sides) -> Plan:
    """What happened from one snapshot to the other: the older one is what is seen, the newer one what it became."""
    older = {one.place: one for one in portraits(before)}
    newer = {one.place: one for one in portraits(after)}
    found, left = [], []
    for place in sorted({*older, *newer}):
        alias = _alias((newer if place in newer else older)[place])
        if sides.instance and sides.instance not in (alias, place.instance_id):
            continue
        unread = _unlooked(before if place not in older else after, place)
        if place in older and place in newer:
            drifts = differences(wanted_from(newer[place]), older[place])
            found.append(Compared(place, alias, f"what it was at {after.taken_at}", drifts))
        elif unread is not None:
            drifts = (Drift("instance", "instance", Change.UNKNOWN, cause=unread),)
            found.append(Compared(place, alias, f"what it was at {after.taken_at}", drifts))
        else:
            became = "new" if place in newer else "gone"
            left.append(
                f"The instance {alias} ({place.account} {place.region}) is {became} since {before.taken_at}."
            )
    return Plan(before, tuple(found), unmatched=tuple(left), source=SNAPSHOT, beside=after)


def _unlooked(snapshot: Snapshot, place: Place) -> Cause | None:
    """Why an instance that a snapshot does not hold may have existed all the same; None where it did not."""
    where = (place.account, place.region)
    unit = next((one for one in snapshot.units if (one.account, one.region) == where), None)
    if unit is None or (unit.cause is None and (unit.detail or unit.state is not UnitState.SCANNED)):
        # Another Region or account was looked at, or only some of its instances.
        return Cause(Reason.NOT_ASKED, "", unit.detail if unit else "")
    return unit.cause


def _between_instances(snapshot: Snapshot, sides: Sides) -> Plan:
    """What it takes to make one instance like another one, by name."""
    mine, model = (_one(snapshot, name) for name in (sides.instance, sides.beside))
    drifts = between_instances(model, mine)
    place = model.place
    words = f"{_alias(model)} ({place.account} {place.region})"
    return Plan(snapshot, (Compared(mine.place, _alias(mine), words, drifts),), source="instance")


def _alias(portrait: Portrait) -> str:
    instance = next(iter(portrait.things("instance").values()))
    return str(instance.value.get("InstanceAlias", portrait.place.instance_id))


def _one(snapshot: Snapshot, name: str) -> Portrait:
    """The instance with an alias or id. Raises `Stop` where there is none, or more than one."""
    found = [one for one in portraits(snapshot) if name in (_alias(one), one.place.instance_id)]
    if not found:
        names = ", ".join(_alias(one) for one in portraits(snapshot)) or "none"
        raise Stop(f"No instance is called {name}: there are {names}.", NOTHING)
    if len(found) > 1:
        # A replica has its source's id and alias.
        where = ", ".join(f"{one.place.account} {one.place.region}" for one in found)
        raise Stop(
            f"{len(found)} instances are called {name} ({where}): limit the scan with --region.", USAGE
        )
    return found[0]


def _saved(path: Path) -> Snapshot:
    try:
        return load(path).snapshot
    except BadSnapshot as problem:
        raise Stop(f"{problem}. Nothing was compared.", USAGE) from problem


def _tell(written: Mapping[str, Any], paths: list[Path], asked: Asked) -> None:
    """The plan to standard output, where the files are to standard error."""
    from auditor.render import plan_text

    writer: Writer | None = {"json": write_json, **_formats()}.get(asked.format)
    if writer:
        writer(written, sys.stdout)
    elif not asked.quiet:
        sys.stdout.write(plan_text.text(written, colour=colourful(sys.stdout)))
    if not asked.quiet:
        for path in paths:
            sys.stderr.write(f"Plan: {path}\n")


def _formats() -> dict[str, Writer]:
    return {"markdown": PLAN_WRITERS[".md"], "sarif": PLAN_WRITERS[".sarif"]}
