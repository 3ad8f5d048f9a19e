"""`connect-audit scan`: open the accounts, collect, judge, report."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditor.catalogue import Catalogue
from auditor.cli.catalogue import read_catalogue
from auditor.cli.outputs import Outputs, write_json
from auditor.cli.progress import progress_on
from auditor.cli.stop import NOTHING, USAGE, Stop
from auditor.collect.access import Account, Identity, NoAccess, Sessions, open_accounts, regions_of
from auditor.collect.collector import Collected, Collector, Plan
from auditor.collect.need import EVERYTHING, Need
from auditor.evaluate import evaluate
from auditor.mask import Clear, Mask
from auditor.model import Snapshot, UnitState
from auditor.report import Report, Run, document
from auditor.rule import Severity


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command."""

    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    outputs: tuple[Path, ...] = ()
    fail_on: str = "info"
    rules: tuple[Path, ...] = ()
    allow_python_rules: bool = False
    profile: str = ""
    role_name: str = ""
    role_arn: str = ""
    external_id: str = ""
    role_session_name: str = "connect-audit"
    rates: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    all: bool = False
    format: str = "text"
    show_pii: bool = False
    quiet: bool = False
    verbose: int = 0
    demo: bool = False
    """The exit code is the demo's own, so nothing is said about it."""


def run(asked: Asked) -> int:
    """Scans, writes what was asked for, and returns the exit code."""
    _log(asked.verbose)
    _check(asked)
    catalogue = read_catalogue(asked.rules, asked.allow_python_rules).selected(asked.select, asked.ignore)
    if not catalogue.rules:
        raise Stop(
            "No rule is selected: see `connect-audit rules list` for what --select and --ignore can name."
        )
    outputs = Outputs(asked.outputs)
    try:
        accounts, refused = _open(asked)
        plan = Plan(
            regions=_regions(asked, accounts[0]),
            instances=asked.instances,
            need=EVERYTHING
            if asked.all
            else Need.of(catalogue.rules, wide=not (asked.select or asked.ignore)),
            rates=_rates(asked.rates),
        )
        collected = _collect(accounts, refused, plan, asked)
        report = judge(collected, catalogue)
        mask = Clear() if asked.show_pii else Mask(report.snapshot)
        written = document(report, mask)
        paths = outputs.write(written)
    finally:
        outputs.discard()
    code = report.exit_code(Severity(asked.fail_on))
    _tell(written, paths, code, asked)
    return code


def judge(collected: Collected, catalogue: Catalogue) -> Report:
    """The report of what was collected."""
    snapshot = collected.snapshot
    tally = collected.tally
    how = Run(
        started_at=snapshot.taken_at,
        seconds=collected.seconds,
        calls=tally.done,
        throttled=tally.throttled,
        operations=dict(tally.by_operation),
        interrupted=collected.interrupted,
    )
    return Report(snapshot, evaluate(catalogue.rules, snapshot), catalogue, how)


def _collect(accounts: list[Account], refused: Mapping[str, str], plan: Plan, asked: Asked) -> Collected:
    taken_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with progress_on(sys.stderr, quiet=asked.quiet) as progress:
        collected = Collector(accounts, plan, progress).run(taken_at, refused)
    if asked.instances and not any(collected.snapshot.instances()) and not collected.interrupted:
        _no_such_instance(asked, collected.snapshot)
    return collected


def _no_such_instance(asked: Asked, snapshot: Snapshot) -> None:
    """Says that no instance has such a name, unless a Region that could have it was not read."""
    names = ", ".join(asked.instances)
    if all(unit.state is not UnitState.INCOMPLETE for unit in snapshot.units):
        regions = ", ".join(sorted({unit.region for unit in snapshot.units}))
        raise Stop(
            f"No instance is called {names} in {regions}: leave --instance out to see what there is.", NOTHING
        )


def _open(asked: Asked) -> tuple[list[Account], dict[str, str]]:
    identity = Identity(
        profile=asked.profile,
        accounts=asked.accounts,
        role_name=asked.role_name,
        role_arn=asked.role_arn,
        external_id=asked.external_id,
        role_session_name=asked.role_session_name,
        region=asked.regions[0] if asked.regions else "",
    )
    try:
        return open_accounts(Sessions(), identity)
    except NoAccess as reason:
        raise Stop(f"{reason} Nothing was scanned.") from reason


def _regions(asked: Asked, account: Account) -> tuple[str, ...]:
    """The Regions to look at. Raises `Stop` where Connect does not exist."""
    offered = regions_of(account.session, account.partition)
    if not offered:
        raise Stop(
            f"Amazon Connect is not offered in the partition {account.partition}: there is nothing to scan.",
            NOTHING,
        )
    strange = sorted(set(asked.regions) - set(offered))
    if strange:
        raise Stop(
            f"Amazon Connect does not exist in {', '.join(strange)} (partition {account.partition}): "
            f"use one of {', '.join(offered)}."
        )
    return tuple(dict.fromkeys(asked.regions)) or tuple(offered)


def _rates(said: tuple[str, ...]) -> dict[str, float]:
    rates = {}
    for one in said:
        name, _, number = one.partition("=")
        try:
            rates[name] = float(number)
        except ValueError:
            rates[name] = 0.0
        if not name or not rates[name] > 0 or rates[name] == float("inf"):
            raise Stop(f"--rate {one}: write OPERATION=N, such as ListQueues=1 or *=10, with N above 0.")
    return rates


def _check(asked: Asked) -> None:
    for account in asked.accounts:
        if not (account.isdigit() and len(account) == 12):
            raise Stop(f"--account {account}: an account id has 12 digits.", USAGE)
    _rates(asked.rates)
    if asked.role_arn and asked.role_name:
        raise Stop("--role-arn and --role-name exclude each other: use one of them.", USAGE)


def _log(verbose: int) -> None:
    """Logs of this program only: botocore's own would hold bodies, tokens and keys."""
    if verbose:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        logger = logging.getLogger("auditor")
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.DEBUG if verbose > 1 else logging.INFO)


def _tell(written: Mapping[str, Any], paths: list[Path], code: int, asked: Asked) -> None:
    """Results to standard output, what became of the run to standard error."""
    from auditor.render import terminal

    if asked.format == "json":
        write_json(written, sys.stdout)
    elif not asked.quiet:
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        sys.stdout.write(terminal.text(written, colour=colour))
    if not asked.quiet:
        for path in paths:
            sys.stderr.write(f"Report: {path}\n")
        if not asked.demo:
            sys.stderr.write(f"{terminal.meaning(code)}\n")
