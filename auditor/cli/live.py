"""Collects a snapshot from AWS: what `scan` does unless it is given a saved one. Importing this imports boto3."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from auditor.catalogue import Catalogue
from auditor.cli.asked import MAX_AGE, Asked, Taken, age, no_such_instance, rates
from auditor.cli.progress import progress_on
from auditor.cli.specs import aimed, planned
from auditor.cli.stop import NOTHING, Stop
from auditor.collect.access import Account, Identity, NoAccess, Sessions, open_accounts, regions_of
from auditor.collect.collector import Collected, Plan
from auditor.collect.crew import Crew
from auditor.collect.guard import HISTORY
from auditor.collect.need import Need
from auditor.collect.past import NO_PAST, Past
from auditor.collect.trail import Trail
from auditor.model import Place, Resource
from auditor.plan import Compared
from auditor.report import Foreseen, Run
from auditor.spec.drift import Drift
from auditor.spec.portrait import Portrait
from auditor.spec.sections import BY_NAME
from auditor.store import BadSnapshot, Header, Maker, read


def collect(asked: Asked, catalogue: Catalogue) -> Taken:
    """Opens the accounts and reads what the rules look at, or everything."""
    collected = _collect(asked, catalogue)
    tally = collected.tally
    how = Run(
        started_at=collected.snapshot.taken_at,
        seconds=collected.seconds,
        calls=tally.done,
        throttled=tally.throttled,
        operations=dict(tally.by_operation.items()),
        interrupted=collected.interrupted,
        source="scan",
        foreseen=Foreseen(seen.calls, seen.seconds, seen.after) if (seen := tally.outlook) else None,
    )
    return Taken(collected.snapshot, how, _maker())


def attribute(
    asked: Asked, compared: Iterable[Compared], portraits: Iterable[Portrait]
) -> dict[tuple[Place, tuple[str, ...]], dict[str, str]]:
    """Who made each difference, as far as CloudTrail knows.

    Its sessions may look at events and at nothing that a scan looks at, and the other way round.
    """
    accounts, _ = _open(asked, Sessions(kinds=(), besides=HISTORY))
    trail = Trail({account.id: account for account in accounts}, rates(asked.rates))
    names = {one.place: one.names for one in portraits}

    def referred(place: Place, drift: Drift) -> Iterator[str]:
        section = BY_NAME[drift.section]
        if place in names and len(section.label) == 1 and section.label[0] in section.refs:
            yield from filter(
                None, [names[place].identity(section.refs[section.label[0]].section, drift.name)]
            )

    return trail.events(((one.place, drift) for one in compared for drift in one.drifts), referred)


def _maker() -> Maker:
    return Maker(botocore=version("botocore"))


def foresee(asked: Asked, catalogue: Catalogue) -> Collected:
    """Opens the accounts and reads lists and searches only, which say what the rest would cost."""
    return _collect(asked, catalogue, dry=True)


def _collect(asked: Asked, catalogue: Catalogue, *, dry: bool = False) -> Collected:
    now = datetime.now(UTC)
    past = _past(asked, _maker(), now)
    accounts, refused = _open(asked, Sessions())
    plan = Plan(
        regions=_regions(asked, accounts[0]),
        instances=asked.instances,
        need=(asked.selection.need(catalogue) if asked.judged else Need()).besides(asked.besides),
        rates=rates(asked.rates),
        past=past,
        dry=dry,
        planned=partial(planned, asked.wanted),
        aimed=partial(aimed, asked.wanted),
    )
    taken_at = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    with Crew(accounts, plan) as crew, progress_on(sys.stderr, quiet=asked.quiet or dry) as progress:
        collected = crew.collect(taken_at, progress, refused)
    if asked.instances and not any(collected.snapshot.instances()) and not collected.interrupted:
        no_such_instance(asked, collected.snapshot)
    return collected


def _past(asked: Asked, maker: Maker, now: datetime) -> Past:
    """What may be taken from the snapshot of `--since`."""
    if asked.since is None:
        return NO_PAST
    try:
        parts = read(asked.since)
        header = next(parts)
        resources = (part for part in parts if isinstance(part, Resource))
        if not isinstance(header, Header) or header.maker != maker:
            sys.stderr.write(
                f"{asked.since}: another version of connect-audit or botocore read this: nothing is taken from it.\n"
            )
            return NO_PAST
        return Past.of(resources, header.taken_at, oldest=now - age(asked.max_age or MAX_AGE))
    except BadSnapshot as problem:
        raise Stop(f"{problem}. Nothing was scanned.") from problem
    except ValueError as problem:
        raise Stop(f"{asked.since}: a time in it is none ({problem}). Nothing was scanned.") from problem


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
