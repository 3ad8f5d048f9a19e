"""Describes accounts: their Regions, the instances in them, everything in those, and what stands behind it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditor.collect.access import Account, Clients, NoSuchOperation, regions_of
from auditor.collect.ahead import calls_of
from auditor.collect.backlog import Operation, Quota, Request
from auditor.collect.faults import UNKNOWN_CALLER, CallFailed, failed
from auditor.collect.gathered import Gathered
from auditor.collect.need import EVERYTHING, Need
from auditor.collect.past import NO_PAST, Past
from auditor.collect.progress import Progress, Silence
from auditor.collect.rates import QUOTAS, Rate, TokenBucket, rate_of, rates_in
from auditor.collect.reading import (
    Survey,
    Where,
    costs_each,
    item_of,
    named_by,
    pages,
    read_item,
    read_items,
    read_neighbour,
    survey,
)
from auditor.collect.schedule import WORKERS, Ahead, Reading, Schedule, Tally, Together
from auditor.kinds import KINDS, Call, Kind, Scope
from auditor.model import GLOBAL, Cause, Key, Place, Reason, Resource, Snapshot, Unit, UnitState

log = logging.getLogger(__name__)

INSTANCE = "connect.instance"
REGIONS = Call("account", "ListRegions", "Regions", page=50)
ENABLED = frozenset({"ENABLED", "ENABLED_BY_DEFAULT", "ENABLING"})

Planned = Callable[[Place, str, bool], Iterable[tuple[str, str]]]
"""Gives kind and id of what somebody plans to use in a Region, by its partition and whether an instance is likely."""


def nothing_planned(_region: Place, _partition: str, _likely: bool) -> Iterable[tuple[str, str]]:
    """What is planned where nobody says."""
    return ()


def nowhere(_region: Place) -> bool:
    """Where an instance is to be made when nobody says."""
    return False


@dataclass(frozen=True)
class Plan:
    """What a collection is asked to look at."""

    regions: tuple[str, ...] = ()
    """Empty: every Region of the partition where Connect exists."""
    instances: tuple[str, ...] = ()
    """Aliases or ids; empty: every instance."""
    need: Need = EVERYTHING
    rates: Mapping[str, float] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = KINDS
    workers: int = WORKERS
    past: Past = NO_PAST
    """What an earlier snapshot has, for what has not changed since."""
    dry: bool = False
    """Only lists and searches, which say what the rest would cost."""
    planned: Planned = nothing_planned
    """Neighbours that are read although no setting may name them."""
    aimed: Callable[[Place], bool] = nowhere
    """Whether an instance is to be made in a Region: what belongs to the Region is read although nothing is there."""


@dataclass(frozen=True, slots=True)
class Collected:
    """A snapshot, and how it was got: the calls by (account, Region, service, operation), and the time."""

    snapshot: Snapshot
    tally: Tally
    seconds: float
    interrupted: bool


class Collector:
    """One run over some accounts. Its methods are readings: see `schedule`."""

    def __init__(self, accounts: Sequence[Account], plan: Plan, progress: Progress | None = None) -> None:
        self._accounts = {account.id: account for account in accounts}
        self._plan = plan
        self._progress = progress or Silence()
        self._clients = Clients(plan.workers)
        self._kinds = {kind.name: kind for kind in plan.kinds}
        self._needed = [kind for kind in plan.kinds if plan.need.kind(kind)]
        self._found = Gathered()
        self._actions = {
            (call.service, call.operation): call.iam_action for kind in plan.kinds for call in kind.calls()
        }
        self._applied: dict[tuple[str, str], Mapping[str, float]] = {}
        """The rates that Service Quotas says to apply, by account and Region."""
        self._schedule = Schedule(
            self._send, self._bucket, plan.workers, self._progress.foreseen, frozenset(self._telling())
        )

    def run(self, taken_at: str, refused: Mapping[str, str] | None = None) -> Collected:
        """Reads everything. Ctrl-C gives what there is; units that were not finished are incomplete.

        `refused` are accounts that could not be opened, with the reason: they are units that were not read.
        """
        for account, reason in (refused or {}).items():
            self._found.unit(Unit(account, GLOBAL, UnitState.INCOMPLETE, reason))
        started = time.monotonic()
        self._progress.started(self._schedule.tally)
        interrupted = False
        try:
            self._schedule.run(self._account(account) for account in self._accounts.values())
        except KeyboardInterrupt:
            interrupted = True
        partition = next(account.partition for account in self._accounts.values())
        snapshot = self._found.snapshot(taken_at, partition)
        return Collected(snapshot, self._schedule.tally, time.monotonic() - started, interrupted)

    def _account(self, account: Account) -> Reading:
        regions = self._plan.regions or regions_of(account.session, account.partition)
        for region in regions:
            # What it stays if the run ends before the Region does.
            self._found.unit(Unit(account.id, region, UnitState.INCOMPLETE, "not read to the end"))
        disabled, unsure = yield from self._disabled(account)
        units = [
            self._unit(account, region, unsure, first=region == min(regions))
            for region in regions
            if region not in disabled
        ]
        for region in regions:
            if region in disabled:
                self._found.unit(_not_enabled(account.id, region, disabled[region]))
        whole = [kind for kind in self._needed if kind.scope is Scope.ACCOUNT]
        named = [self._of_account(kind, account) for kind in whole if kind.named]
        yield Together(
            [*units, *named, self._listed(whole, Where(Place(account.id, GLOBAL), account.region))]
        )

    def _disabled(self, account: Account) -> Reading:
        """The Regions that the account has not enabled, with their state; and in words that this cannot be read."""
        where = Where(Place(account.id, GLOBAL), account.region)
        try:
            regions = yield from pages(where, REGIONS, {})
        except CallFailed as failure:
            return {}, f"asked without knowing whether the account has enabled it ({failure.cause})"
        states = {region["RegionName"]: region["RegionOptStatus"] for region in regions}
        return {name: state for name, state in states.items() if state not in ENABLED}, ""

    def _of_account(self, kind: Kind, account: Account) -> Reading:
        """A kind of which the whole account has one."""
        where = Where(Place(account.id, GLOBAL), account.region)
        yield Ahead(calls_of(Survey(kind, where), (), [kind], self._plan.need))
        if not self._plan.dry:
            yield from read_neighbour(kind, where, account.id, self._plan.need, self._found)

    def _unit(self, account: Account, region: str, unsure: str, *, first: bool) -> Reading:
        self._progress.reading(account.id, region, "instances")
        kind = self._kinds[INSTANCE]
        here = Where(Place(account.id, region), region)
        try:
            summaries = yield from pages(here, kind.lists[0].call, here.words)
        except CallFailed as failure:
            self._found.unit(_unread(account.id, region, failure))
            return
        wanted = [one for one in summaries if self._selected(one)]
        planned = self._planned(here, account.partition, likely=bool(wanted) or first)
        # Where nothing is and nothing is to be made, nobody looks at what the Region has.
        looked = wanted or planned or self._plan.aimed(here.place)
        regional = [one for one in self._needed if one.scope is Scope.REGION] if looked else []
        instances = [self._instance(kind, account, region, summary) for summary in wanted]
        rates = [self._rates(here)] if wanted and "*" not in self._plan.rates else []
        below = [*instances, self._listed(regional, here), self._neighbours(planned, here)]
        unrated = (yield Together([*rates, *below]))[: len(rates)]
        self._found.add(here.place, INSTANCE, (), ())
        detail = f"{len(wanted)} of {len(summaries)} instances" if self._plan.instances else ""
        remark = "; ".join(filter(None, [unsure, *unrated]))
        self._found.unit(Unit(account.id, region, UnitState.SCANNED, detail, remark=remark))
        self._progress.finished(account.id, region, "instances")

    def _rates(self, where: Where) -> Reading:
        """Takes over the rates that AWS applies in a Region; returns in words that they cannot be read."""
        account, region = where.place.account, where.region
        try:
            quotas = yield from pages(where, QUOTAS, {})
        except CallFailed as failure:
            return f"asked at the rates that AWS publishes, whatever the account's own are ({failure.cause})"
        self._applied[account, region] = rates_in(quotas)
        self._schedule.adopt(account, region, self._rate)
        return ""

    def _selected(self, summary: Mapping[str, Any]) -> bool:
        names = self._plan.instances
        return not names or summary.get("InstanceAlias") in names or summary.get("Id") in names

    def _instance(self, kind: Kind, account: Account, region: str, summary: Mapping[str, Any]) -> Reading:
        where = Where(Place(account.id, region, summary["Id"]), region)
        # An instance is always described: its tags and its replication are what every reader looks for first.
        item = item_of(kind, where, summary["Id"], summary, None, None, EVERYTHING)
        instance = yield from read_item(item)
        self._found.add(where.place, INSTANCE, [instance] if instance else [], ())
        if instance is None:
            return
        kinds = [one for one in self._needed if one.scope is Scope.INSTANCE and one.name != INSTANCE]
        yield Together([self._behind(instance, where), self._listed(kinds, where)])

    def _listed(self, kinds: Iterable[Kind], where: Where) -> Reading:
        """The listed ones of these kinds: first those that cost a call for each resource, which wait for longest."""
        need = self._plan.need
        listed = sorted((kind for kind in kinds if kind.lists), key=lambda kind: not costs_each(kind, need))
        names = {kind.name for kind in listed}
        yield Together(self._kind(kind, where, listed) for kind in listed if kind.owner not in names)

    def _kind(self, kind: Kind, where: Where, kinds: Sequence[Kind], owner: Survey | None = None) -> Reading:
        """A listed kind; beside its details, the neighbours that it names and those of `kinds` that it owns."""
        place, need = where.place, self._plan.need
        self._progress.reading(place.account, place.region, kind.title)
        seen: Survey = yield from survey(kind, where, need, owner, self._plan.past)
        owned = [one for one in kinds if one.owner == kind.name]
        named = self._named(kind.name, (item.base for item in seen.items), where)
        yield Ahead(calls_of(seen, owned, [self._kinds[name] for name, _ in named], need))
        if not self._plan.dry:
            behind = [self._neighbour(name, identity, where) for name, identity in named]
            below = [self._kind(one, where, kinds, seen) for one in owned]
            yield Together([read_items(seen, self._found), *behind, *below])
        self._progress.finished(place.account, place.region, kind.title)

    def _behind(self, resource: Resource, where: Where) -> Reading:
        """The neighbours that a resource names."""
        return self._neighbours(self._named(resource.key.kind, [resource.data], where), where)

    def _planned(self, where: Where, partition: str, *, likely: bool) -> list[tuple[str, str]]:
        """Kind and id of the neighbours that somebody plans to use, and that perhaps no setting names yet."""
        return self._claimed(set(self._plan.planned(where.place, partition, likely)), where)

    def _neighbours(self, named: Sequence[tuple[str, str]], where: Where) -> Reading:
        """These neighbours, by kind and id."""
        nothing = Survey(self._kinds[INSTANCE], where)
        yield Ahead(calls_of(nothing, (), [self._kinds[name] for name, _ in named], self._plan.need))
        if not self._plan.dry:
            yield Together(self._neighbour(name, identity, where) for name, identity in named)

    def _named(self, namer: str, them: Iterable[Mapping[str, Any]], where: Where) -> list[tuple[str, str]]:
        """Kind and id of the neighbours that these name and nobody else in the Region has named yet."""
        named = {
            (kind.name, identity)
            for data in them
            for kind in self._needed
            for identity in named_by(kind, namer, data)
        }
        return self._claimed(named, where)

    def _claimed(self, named: Iterable[tuple[str, str]], where: Where) -> list[tuple[str, str]]:
        """Those that nobody else in the Region has named yet."""
        here = Place(where.place.account, where.region)
        return sorted(one for one in named if self._found.claim(Key(here, *one)))

    def _neighbour(self, kind: str, identity: str, where: Where) -> Reading:
        here = Where(Place(where.place.account, where.region), where.region)
        yield from read_neighbour(self._kinds[kind], here, identity, self._plan.need, self._found)

    def _send(self, request: Request) -> Mapping[str, Any]:
        """Makes one call. Raises `CallFailed`, whatever went wrong."""
        service, operation = request.service, request.operation
        action = self._actions.get((service, operation), f"{service}:{operation}")
        log.debug("%s %s %s:%s", request.account, request.region, service, operation)
        try:
            account = self._accounts[request.account]
            answer = self._clients.call(account, request.region, service, operation, request.params)
        except NoSuchOperation as error:
            raise CallFailed(Cause(Reason.UNSUPPORTED, action, str(error))) from error
        except Exception as error:
            log.debug("%s:%s failed: %s", service, operation, type(error).__name__)
            raise failed(error, action) from error
        retries = answer.pop("ResponseMetadata", {}).get("RetryAttempts", 0)
        if retries:
            log.info("%s:%s in %s needed %d retries", service, operation, request.region, retries)
        return answer

    def _telling(self) -> Iterator[Operation]:
        """The operations that tell how much there is to ask for: which instances, and what costs a call each."""
        for kind in self._needed:
            if kind.lists and (kind.name == INSTANCE or costs_each(kind, self._plan.need)):
                further = kind.describe if kind.name == INSTANCE else kind.search
                calls = [listing.call for listing in kind.lists] + ([further] if further else [])
                yield from ((call.service, call.operation) for call in calls)

    def _bucket(self, quota: Quota) -> TokenBucket:
        return TokenBucket.of(self._rate(quota), time.monotonic())

    def _rate(self, quota: Quota) -> Rate:
        applied = self._applied.get((quota.account, quota.region))
        return rate_of(quota.service, quota.operation, self._plan.rates, applied)


def _not_enabled(account: str, region: str, state: str) -> Unit:
    detail = f"the account has not enabled this Region ({state})"
    return Unit(account, region, UnitState.OUT_OF_SCOPE, detail)


def _unread(account: str, region: str, failure: CallFailed) -> Unit:
    """A Region whose instances could not be listed: unread, or one that does not accept the account at all."""
    if failure.code in UNKNOWN_CALLER:
        # The same credentials were accepted by STS, so it is this Region that does not know them.
        detail = f"the Region does not accept the account ({failure.code}): it is not enabled"
        return Unit(account, region, UnitState.OUT_OF_SCOPE, detail)
    return Unit(account, region, UnitState.INCOMPLETE, "instances not listed", failure.cause)
