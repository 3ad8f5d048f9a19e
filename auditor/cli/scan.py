"""`connect-audit scan`: collect (or take a saved snapshot), judge, report."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditor.catalogue import Catalogue
from auditor.cli.asked import MAX_AGE, ROLE_SESSION_NAME, Asked, Taken, age, no_such_instance, rates
from auditor.cli.outputs import Outputs, colourful, write_json
from auditor.cli.selection import Chosen
from auditor.cli.specs import bent, described, needed, read_spec, silent, unmatched
from auditor.cli.stop import NOTHING, USAGE, Stop
from auditor.cli.waive import moment, read_waivers, waivers_file
from auditor.config import Config
from auditor.drifting import with_drift
from auditor.evaluate import evaluate
from auditor.files import Pending, Unwritable
from auditor.mask import Clear, Mask
from auditor.model import Place, Resource, Snapshot, UnitState
from auditor.report import Report, Run, document
from auditor.rule import Severity
from auditor.spec.spec import Spec
from auditor.store import BadSnapshot, load, save
from auditor.waivers import Waivers, apply


def run(asked: Asked) -> int:
    """Scans, writes what was asked for, and returns the exit code."""
    _log(asked.verbose)
    check(asked)
    now = moment(asked.now)
    chosen = asked.selection.chosen()
    if not asked.quiet:
        chosen.warn()
    if asked.dry_run:
        return _dry_run(asked, chosen.catalogue)
    waivers = read_waivers(
        waivers_file(asked.waivers, chosen.config, none=asked.no_config), chosen.everything
    )
    specs = [read_spec(path, "scanned") for path in asked.specs]
    saving = _pending(asked.snapshot_out)
    try:
        outputs = Outputs(asked.outputs)
        try:
            read = take(replace(asked, besides=needed(specs), wanted=tuple(specs)), chosen.catalogue)
            if saving:
                # At once: whatever happens to the reports, what was collected is there.
                _save(read, saving, clear=asked.show_pii)
            report, left = _judged(read, chosen, waivers, now, specs)
            report = replace(report, frameworks=asked.frameworks)
            mask = Clear() if asked.show_pii else Mask(report.snapshot)
            written = document(report, mask)
            paths = outputs.write(written)
        finally:
            outputs.discard()
    finally:
        if saving:
            saving.discard()
    code = report.exit_code(Severity(asked.fail_on or chosen.config.fail_on or "info"))
    _tell(written, paths, code, asked, chosen.config)
    if not asked.quiet:
        sys.stderr.writelines(f"{one}\n" for one in left)
    return code


def _judged(
    taken: Taken, chosen: Chosen, waivers: Waivers, now: datetime, specs: list[Spec]
) -> tuple[Report, list[str]]:
    """The report of a snapshot, with its drift from specs and with what has been accepted; and who was left over."""
    rules, snapshot = chosen.catalogue.rules, taken.snapshot
    found, left = described(specs, snapshot, done="judged") if specs else ([], [])
    left += [unmatched(*one) for one in silent(specs, found)]
    settings = bent(chosen, found)
    findings = evaluate(rules, snapshot, settings)
    if found:
        findings = with_drift(findings, rules, [one.against for one in found], snapshot, settings)
    waived = apply(waivers, findings, snapshot, rules, now.date())
    run = replace(taken.run, judged_at=now.isoformat().replace("+00:00", "Z"))
    return Report(snapshot, (*findings, *waived.findings), chosen.catalogue, run, settings, waived), left


def _dry_run(asked: Asked, catalogue: Catalogue) -> int:
    """Says what the scan would do; nothing is described, judged or written."""
    from auditor.cli import live, outlook

    collected = live.foresee(asked, catalogue)
    foreseen = collected.tally.outlook
    if collected.interrupted or foreseen is None:
        return 130
    sys.stdout.write((outlook.as_json if asked.format == "json" else outlook.text)(foreseen))
    unlisted = [unit for unit in collected.snapshot.units if unit.state is UnitState.INCOMPLETE]
    for unit in unlisted:
        sys.stderr.write(f"Not counted: {unit.account} {unit.region}: {unit.detail} {unit.cause or ''}\n")
    return 3 if unlisted else 0 if any(collected.snapshot.instances()) else NOTHING


def take(asked: Asked, catalogue: Catalogue) -> Taken:
    """The snapshot to judge: read from AWS now, or taken from a file."""
    if asked.from_snapshot is None:
        from auditor.cli import live

        return live.collect(asked, catalogue)
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    try:
        saved = load(asked.from_snapshot)
    except BadSnapshot as problem:
        raise Stop(f"{problem}. Nothing was judged.") from problem
    snapshot = saved.snapshot
    if asked.instances:
        snapshot = _only(asked.instances, snapshot)
        if not any(snapshot.instances()):
            no_such_instance(asked, snapshot)
    return Taken(snapshot, Run(started_at=now, source="snapshot"), saved.header.maker)


def _only(names: tuple[str, ...], snapshot: Snapshot) -> Snapshot:
    """The snapshot without the other instances; what stands behind settings is kept."""

    def wanted(resource: Resource) -> bool:
        return resource.data.get("InstanceAlias") in names or resource.key.id in names

    chosen = {one.key.place for one in snapshot.instances() if wanted(one)}

    def kept(place: Place) -> bool:
        return not place.instance_id or place in chosen

    return replace(
        snapshot,
        resources=tuple(one for one in snapshot.resources if kept(one.key.place)),
        complete=frozenset(one for one in snapshot.complete if kept(one[0])),
        gaps=tuple(gap for gap in snapshot.gaps if kept(gap.place)),
        missing=frozenset(key for key in snapshot.missing if kept(key.place)),
        unread={key: cause for key, cause in snapshot.unread.items() if kept(key.place)},
    )


def _pending(path: Path | None) -> Pending | None:
    """The snapshot file to write, opened before the scan."""
    try:
        return Pending(path, "snapshot") if path else None
    except Unwritable as reason:
        raise Stop(str(reason)) from reason


def _save(taken: Taken, saving: Pending, *, clear: bool) -> None:
    try:
        with saving.writing() as out:
            save(taken.snapshot, saving.path, out, taken.maker, clear=clear)
        saving.place()
    except Unwritable as reason:
        raise Stop(str(reason)) from reason
    except BadSnapshot as problem:
        raise Stop(f"{problem}.") from problem


def check(asked: Asked) -> None:
    """Raises `Stop` for options that make no sense, alone or together."""
    for account in asked.accounts:
        if not (account.isdigit() and len(account) == 12):
            raise Stop(f"--account {account}: an account id has 12 digits.", USAGE)
    rates(asked.rates)
    if asked.role_arn and asked.role_name:
        raise Stop("--role-arn and --role-name exclude each other: use one of them.", USAGE)
    live = [option for option, given in _only_live(asked).items() if given]
    if asked.from_snapshot and live:
        raise Stop(
            f"{' and '.join(live)} cannot be used with --from-snapshot: a saved snapshot is judged as it is, "
            "without asking AWS.",
            USAGE,
        )
    age(asked.max_age or MAX_AGE)
    if asked.max_age and not asked.since:
        raise Stop("--max-age bounds what --since takes from a snapshot: give both.", USAGE)
    if asked.snapshot_out in asked.outputs:
        raise Stop(f"{asked.snapshot_out}: --snapshot-out and --output name the same file.", USAGE)


def _only_live(asked: Asked) -> dict[str, bool]:
    """The options that say how AWS is read, and whether each was given."""
    return {
        "--account": bool(asked.accounts),
        "--region": bool(asked.regions),
        "--profile": bool(asked.profile),
        "--role-name": bool(asked.role_name),
        "--role-arn": bool(asked.role_arn),
        "--external-id": bool(asked.external_id),
        "--role-session-name": asked.role_session_name != ROLE_SESSION_NAME,
        "--rate": bool(asked.rates),
        "--all": asked.all,
        "--dry-run": asked.dry_run,
        "--since": bool(asked.since),
    }


def _log(verbose: int) -> None:
    """Logs of this program only: botocore's own would hold bodies, tokens and keys."""
    if verbose:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        logger = logging.getLogger("auditor")
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.DEBUG if verbose > 1 else logging.INFO)


def _tell(written: Mapping[str, Any], paths: list[Path], code: int, asked: Asked, config: Config) -> None:
    """Results to standard output, what became of the run to standard error."""
    from auditor.render import terminal

    if asked.format == "json":
        write_json(written, sys.stdout)
    elif not asked.quiet:
        sys.stdout.write(terminal.text(written, colour=colourful(sys.stdout)))
    if not asked.quiet:
        if config.file:
            sys.stderr.write(f"Configuration: {config.file}\n")
        for line in terminal.waiver_warnings(written):
            sys.stderr.write(f"{line}\n")
        if asked.snapshot_out:
            sys.stderr.write(f"Snapshot: {asked.snapshot_out}\n")
        for path in paths:
            sys.stderr.write(f"Report: {path}\n")
        if not asked.demo:
            sys.stderr.write(f"{terminal.meaning(code, written)}\n")
