"""Collects a snapshot from AWS: what `scan` does unless it is given a saved one. Importing this imports boto3."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version

from auditor.catalogue import Catalogue
from auditor.cli.asked import Asked, Taken, no_such_instance, rates
from auditor.cli.progress import progress_on
from auditor.cli.stop import NOTHING, Stop
from auditor.collect.access import Account, Identity, NoAccess, Sessions, open_accounts, regions_of
from auditor.collect.collector import Collected, Collector, Plan
from auditor.collect.guard import HISTORY
from auditor.collect.need import Need
from auditor.collect.trail import Trail
from auditor.model import Place
from auditor.plan import Compared
from auditor.report import Run
from auditor.store import Maker


def collect(asked: Asked, catalogue: Catalogue) -> Taken:
    """Opens the accounts and reads what the rules look at, or everything."""
    accounts, refused = _open(asked, Sessions())
    plan = Plan(
        regions=_regions(asked, accounts[0]),
        instances=asked.instances,
        need=(asked.selection.need(catalogue) if asked.judged else Need()).besides(asked.besides),
        rates=rates(asked.rates),
    )
    collected = _collect(accounts, refused, plan, asked)
    tally = collected.tally
    how = Run(
        started_at=collected.snapshot.taken_at,
        seconds=collected.seconds,
        calls=tally.done,
        throttled=tally.throttled,
        operations=dict(tally.by_operation),
        interrupted=collected.interrupted,
        source="scan",
    )
    return Taken(collected.snapshot, how, Maker(botocore=version("botocore")))


def attribute(
    asked: Asked, compared: Iterable[Compared]
) -> dict[tuple[Place, tuple[str, ...]], dict[str, str]]:
    """Who made each difference, as far as CloudTrail knows.

    Its sessions may look at events and at nothing that a scan looks at, and the other way round.
    """
    accounts, _ = _open(asked, Sessions(kinds=(), besides=HISTORY))
    trail = Trail({account.id: account for account in accounts}, rates(asked.rates))
    return trail.events((one.place, drift) for one in compared for drift in one.drifts)


def _collect(accounts: list[Account], refused: Mapping[str, str], plan: Plan, asked: Asked) -> Collected:
    taken_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with progress_on(sys.stderr, quiet=asked.quiet) as progress:
        collected = Collector(accounts, plan, progress).run(taken_at, refused)
    if asked.instances and not any(collected.snapshot.instances()) and not collected.interrupted:
        no_such_instance(asked, collected.snapshot)
    return collected


def _open(asked: Asked, sessions: Sessions) -> tuple[list[Account], dict[str, str]]:
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
        return open_accounts(sessions, identity)
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
