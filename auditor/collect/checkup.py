"""What stands between somebody and a complete scan, found out in seconds: one call for each operation.

A scan reads everything; this asks each operation once, for the least that it answers, on the first instance
found, and looks at whether it was let through.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from botocore import exceptions as boto
from botocore import xform_name
from botocore.config import Config

from auditor import __version__
from auditor.collect.access import Account, Identity, NoAccess, Sessions, open_accounts, regions_of
from auditor.collect.backlog import Quota, Request
from auditor.collect.collector import ENABLED, INSTANCE, REGIONS
from auditor.collect.faults import GONE, REJECTED, UNKNOWN_CALLER, CallFailed, failed
from auditor.collect.need import Need
from auditor.collect.rates import QUOTAS, TokenBucket, rate_of
from auditor.collect.reading import Part, Where, named_by, summaries_of
from auditor.collect.schedule import WORKERS, Reading, Schedule, Together
from auditor.kinds import KINDS, Call, Kind, Listing, Scope
from auditor.kinds.row import Absent, filled
from auditor.model import GLOBAL, Cause, Key, Place, Reason, Resource
from auditor.policy import calls_of

SECONDS = 60.0
"""How long a check-up may take: what has not been answered by then is unknown."""
MOST_SKEW = timedelta(minutes=5)
"""AWS refuses what was signed by a clock further off (Signature Version 4)."""
INSTANCES_QUOTA = "L-AA17A6B9"
# A Region that does not answer must not hold everything up.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=WORKERS,
    connect_timeout=4,
    read_timeout=10,
    user_agent_extra=f"connect-audit/{__version__}",
)
_EXPLICIT = re.compile(r"explicit deny(?: in an? ([a-z -]+))?")


class State(StrEnum):
    """What a check says."""

    OK = "ok"
    MISSING = "missing"
    UNKNOWN = "unknown"
    NOTE = "note"
    """Nothing that a scan lacks: a Region not enabled, a quota that cannot be read."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    """credentials, clock, role, region, action or quota."""
    state: State
    detail: str
    next: str = ""
    """What to do about it."""
    account: str = ""
    region: str = ""
    action: str = ""
    """The IAM action, where it is about one."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """Everything that was looked at."""

    checks: tuple[Check, ...]
    usable: bool = True
    """Whether there are credentials at all."""
    grant: tuple[str, ...] = ()
    """The actions that a policy has to allow; not those that an explicit deny refuses."""


def examine(
    sessions: Sessions,
    identity: Identity,
    need: Need,
    clock: Callable[[], datetime],
    regions: Sequence[str] = (),
    rates: Mapping[str, float] | None = None,
) -> Checkup:
    """Looks at the credentials, the clock, the roles, the Regions, the actions and the quotas."""
    try:
        (own,), _ = open_accounts(sessions, replace(identity, accounts=(), role_arn="", role_name=""))
        who, answered = _who(own)
    except NoAccess as reason:
        answered, here = _date_of(reason.__cause__), clock()
        checks = [Check("credentials", State.MISSING, "they cannot be used", str(reason))]
        return Checkup((*checks, *([clock_check(answered, here)] if answered else ())), usable=False)
    except (boto.ClientError, boto.BotoCoreError) as error:
        words = f"they were accepted, and then not: {failed(error, 'sts:GetCallerIdentity').cause}"
        return Checkup((Check("credentials", State.UNKNOWN, words, "Run the check again."),), usable=False)
    checks = [
        Check("credentials", State.OK, f"{described(who)}, partition {own.partition}", account=own.id),
        clock_check(answered, clock()),
    ]
    accounts: list[Account] = [own]
    if identity.accounts or identity.role_arn:
        try:
            accounts, refused = open_accounts(sessions, identity)
        except NoAccess as reason:
            return Checkup((*checks, Check("role", State.MISSING, "no account can be opened", str(reason))))
        checks += [_role(account, own) for account in accounts if identity.role_arn or account.id != own.id]
        checks += [
            Check("role", State.MISSING, "cannot be used", reason, account)
            for account, reason in refused.items()
        ]
    rounds = _Rounds(accounts, need, tuple(dict.fromkeys(regions)), rates or {})
    rounds.run()
    return Checkup((*checks, *rounds.checks()), grant=tuple(sorted(rounds.grant())))


def clock_check(answered: datetime | None, here: datetime) -> Check:
    """How far this machine's clock is from AWS's; `answered` is the date of an answer that came at `here`."""
    if answered is None:
        return Check("clock", State.OK, "AWS accepts what was signed by it; the answer named no time")
    ahead = here - answered
    words = f"{abs(ahead.total_seconds()):.0f} s {'ahead of' if ahead > timedelta(0) else 'behind'} AWS's"
    if abs(ahead) > MOST_SKEW:
        advice = "Set this machine's clock (NTP): AWS refuses calls signed more than 5 minutes off."
        return Check("clock", State.MISSING, words, advice)
    return Check("clock", State.OK, words)


def described(arn: str) -> str:
    """Who an ARN of sts:GetCallerIdentity stands for."""
    account, _, resource = arn.partition("::")[2].partition(":")
    kind, _, name = resource.partition("/")
    match kind:
        case "root":
            words = "the root user"
        case "assumed-role":
            role, _, session = name.rpartition("/")
            words = f"role {role} (session {session})"
        case "federated-user":
            words = f"federated user {name}"
        case _:
            words = f"{kind} {name}"
    return f"{words} of account {account}"


def _who(account: Account) -> tuple[str, datetime | None]:
    """The caller's ARN, and the date of the answer."""
    answer = account.session.create_client("sts", region_name=account.region).get_caller_identity()
    return str(answer["Arn"]), _date_in(answer)


def _role(account: Account, own: Account) -> Check:
    try:
        who, _ = _who(account)
    except (boto.ClientError, boto.BotoCoreError) as error:
        words = f"it was assumed, and then refused: {failed(error, 'sts:GetCallerIdentity').cause}"
        return Check("role", State.UNKNOWN, words, "Run the check again.", account.id)
    return Check("role", State.OK, f"{described(who)}, assumed from account {own.id}", account=account.id)


def _date_of(error: BaseException | None) -> datetime | None:
    """The date of the answer that refused something."""
    return _date_in(error.response) if isinstance(error, boto.ClientError) else None


def _date_in(answer: Mapping[str, Any]) -> datetime | None:
    said = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        date = parsedate_to_datetime(said)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Patient:
    """What was found about one account."""

    account: Account
    checks: list[Check] = field(default_factory=list)
    tried: dict[str, CallFailed | None] = field(default_factory=dict)
    """What became of each IAM action that was called: None is what one hopes for."""
    claimed: set[tuple[str, str]] = field(default_factory=set)
    where: str = ""
    """The instance that everything was tried on."""
    finished: bool = False


class _Rounds:
    """One look at some accounts. Its methods are readings: see `schedule`."""

    def __init__(
        self, accounts: Iterable[Account], need: Need, regions: tuple[str, ...], rates: Mapping[str, float]
    ) -> None:
        self._patients = {account.id: _Patient(account) for account in accounts}
        self._regions = regions
        self._needed = list(calls_of(need))
        self._kinds = [kind for kind in KINDS if any(one is kind for one, _ in self._needed)]
        self._calls = {(call.service, call.operation): call for _, call in self._needed}
        self._refused = {call.iam_action: kind.refused for kind, call in self._needed if kind.refused}
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._lock = threading.Lock()
        self._rates = rates
        self._explicit: dict[str, str] = {}
        self._schedule = Schedule(self._send, self._bucket)

    def run(self) -> None:
        """Asks everything, for `SECONDS` at most."""
        timer = threading.Timer(SECONDS, self._schedule.stop)
        timer.daemon = True
        timer.start()
        try:
            self._schedule.run(self._account(patient) for patient in self._patients.values())
        finally:
            timer.cancel()

    def checks(self) -> Iterator[Check]:
        """What was found, account by account."""
        for patient in self._patients.values():
            order = ("region", "action", "quota")
            found = [*patient.checks, *self._actions(patient)]
            yield from sorted(found, key=lambda one: (order.index(one.what), one.region, one.action))

    def grant(self) -> set[str]:
        """The denied actions that a policy can allow."""
        return {
            check.action
            for check in self.checks()
            if check.state is State.MISSING and check.action and check.action not in self._explicit
        }

    def _account(self, patient: _Patient) -> Reading:
        account = patient.account
        offered = regions_of(account.session, account.partition)
        for region in self._regions:
            if region not in offered:
                words = f"Amazon Connect does not exist here (partition {account.partition})"
                advice = f"Use one of {', '.join(offered) or 'another partition'}."
                patient.checks.append(Check("region", State.MISSING, words, advice, account.id, region))
        states = yield from self._states(patient)
        wanted = [region for region in self._regions or offered if region in offered]
        for region in wanted:
            if states.get(region, "ENABLED") not in ENABLED:
                patient.checks.append(_not_enabled(account.id, region, states[region]))
        enabled = [region for region in wanted if states.get(region, "ENABLED") in ENABLED]
        found = yield Together(self._region(patient, region) for region in enabled)
        instances = [
            (region, one) for region, listed in zip(enabled, found, strict=True) for one in listed or ()
        ]
        # A failed or half-made instance would answer about itself, not about permissions.
        instances.sort(key=lambda one: one[1].get("InstanceStatus") != "ACTIVE")
        yield from self._actions_on(patient, *(instances[0] if instances else (account.region, {})))
        patient.finished = True

    def _states(self, patient: _Patient) -> Reading:
        """The Regions' states; empty where they cannot be read."""
        account = patient.account
        found: dict[str, str] = {}
        request = Request(account.id, account.region, REGIONS.service, REGIONS.operation, {})
        params: dict[str, Any] = {REGIONS.size: REGIONS.page}
        for _ in range(10):
            try:
                answer = yield request._replace(params=params)
            except CallFailed as failure:
                patient.tried[failure.cause.action or REGIONS.iam_action] = failure
                return found
            found |= {one["RegionName"]: one["RegionOptStatus"] for one in answer.get(REGIONS.result, ())}
            params = {**params, REGIONS.token: answer.get(REGIONS.token)}
            if not params[REGIONS.token]:
                break
        patient.tried[REGIONS.iam_action] = None
        return found

    def _region(self, patient: _Patient, region: str) -> Reading:
        """The instances of a Region, counted and held against their quota; None where they cannot be listed."""
        account = patient.account
        call = next(kind for kind in self._kinds if kind.name == INSTANCE).lists[0].call
        params: dict[str, Any] = {call.size: call.page}
        listed: list[Mapping[str, Any]] = []
        for _ in range(100):
            try:
                answer = yield Request(account.id, region, call.service, call.operation, params)
            except CallFailed as failure:
                patient.checks.append(_unlisted(account.id, region, failure, self._advice(failure.cause)))
                return None
            patient.tried.setdefault(call.iam_action, None)
            patient.claimed.add((call.service, call.operation))
            listed += answer.get(call.result, ())
            params = {**params, call.token: answer.get(call.token)}
            if not params[call.token]:
                break
        words = f"{len(listed)} instance{'' if len(listed) == 1 else 's'}"
        patient.checks.append(Check("region", State.OK, words, account=account.id, region=region))
        if listed:
            yield from self._quota(patient, region, len(listed))
        return listed

    def _quota(self, patient: _Patient, region: str, count: int) -> Reading:
        """How many more instances the Region takes."""
        account = patient.account.id
        params: dict[str, Any] = {**QUOTAS.params, QUOTAS.size: QUOTAS.page}
        why = "AWS does not list it"
        for _ in range(10):
            try:
                answer = yield Request(account, region, QUOTAS.service, QUOTAS.operation, params)
            except CallFailed as failure:
                why = str(failure.cause)
                break
            for quota in answer.get(QUOTAS.result, ()):
                if quota.get("QuotaCode") == INSTANCES_QUOTA and "Value" in quota:
                    patient.checks.append(_headroom(account, region, count, int(quota["Value"])))
                    return
            params = {**params, QUOTAS.token: answer.get(QUOTAS.token)}
            if not params[QUOTAS.token]:
                break
        words = f"the quota of instances is not readable ({why})"
        patient.checks.append(Check("quota", State.NOTE, words, account=account, region=region))

    def _actions_on(self, patient: _Patient, region: str, summary: Mapping[str, Any]) -> Reading:
        """Asks every needed operation once: about this instance, and about what stands behind its settings."""
        identity = str(summary.get("Id", ""))
        account = patient.account
        samples: list[Resource] = []
        if identity:
            patient.where = f"{summary.get('InstanceAlias') or identity} in {region}"
            kind = next(kind for kind in self._kinds if kind.name == INSTANCE)
            where = Where(Place(account.id, region, identity), region)
            samples += yield from self._about(patient, kind, where, [dict(summary)])
        listed = [kind for kind in self._kinds if kind.lists and kind.name != INSTANCE]
        if not identity:
            listed = [kind for kind in listed if kind.scope is Scope.ACCOUNT]
        while listed:
            waiting = {kind.name for kind in listed}
            now = [kind for kind in listed if not waiting & {one.per for one in kind.lists} - {kind.name}]
            now = now or listed  # kinds that wait for each other are tried as they are
            found = yield Together(
                self._listed(patient, kind, _where(kind, account, region, identity), samples) for kind in now
            )
            samples += [sample for some in found if isinstance(some, list) for sample in some]
            listed = [kind for kind in listed if kind not in now]
        behind = [kind for kind in self._kinds if not kind.lists]
        while behind:
            named = [(kind, _first_named(kind, samples, account.id)) for kind in behind]
            ready = [(kind, one) for kind, one in named if one]
            if not ready:
                break
            found = yield Together(
                self._neighbour(patient, kind, _where(kind, account, region, ""), one) for kind, one in ready
            )
            samples += [sample for some in found if isinstance(some, list) for sample in some]
            behind = [kind for kind, one in named if not one]

    def _listed(self, patient: _Patient, kind: Kind, where: Where, samples: list[Resource]) -> Reading:
        """Asks everything about a listed kind; some of its resources, the first of them whole."""
        # Only where neighbours are named by it are several looked at, in the same single call.
        several = any(named.kind == kind.name for other in self._kinds for named in other.named)
        parts = [part for listing in kind.lists for part in _parts(kind, listing, where, samples, several)]
        if kind.search:
            parts.insert(0, Part(Listing(kind.search), where.words))
        found = yield Together(self._some(patient, part, where, several=several) for part in parts)
        items = [item for some in found if isinstance(some, list) for item in some]
        samples = yield from self._about(patient, kind, where, items)
        for listing in kind.lists:
            if listing.per == kind.name and samples:  # what hangs below the first of them
                part = Part(listing, {**where.words, **samples[0].data})
                yield from self._some(patient, part, where, several=False)
        return samples

    def _some(self, patient: _Patient, part: Part, where: Where, *, several: bool) -> Reading:
        """The first resources that a listing answers: one, unless several are looked at."""
        call = part.listing.call
        size = {call.size: call.page if several else 1} if call.page else {}
        answer = yield from self._try(patient, call, where, part.words, size, again=bool(part.name))
        result = (answer or {}).get(call.result, ())
        return summaries_of(part, [result] if isinstance(result, Mapping) else result)

    def _about(
        self, patient: _Patient, kind: Kind, where: Where, items: Sequence[Mapping[str, Any]]
    ) -> Reading:
        """Describes the first of these resources, as far as it is needed; all of them, for what they name."""
        samples = []
        for item in items:
            try:
                samples.append(Resource(Key(where.place, kind.name, kind.identify(item)), item))
            except KeyError:
                continue
        if samples:
            first = samples[0]
            words = {**where.words, **first.data, "id": first.key.id}
            described = yield from self._describe(patient, kind, where, words)
            yield from self._facets(patient, kind, where, {**words, **described})
            samples[0] = replace(first, data={**first.data, **described})
        return samples

    def _neighbour(self, patient: _Patient, kind: Kind, where: Where, identity: str) -> Reading:
        """Asks everything about the neighbour of this id."""
        words = {**where.words, kind.id[0]: identity, "id": identity}
        described = yield from self._describe(patient, kind, where, words)
        data = {**described, kind.id[0]: identity}
        yield from self._facets(patient, kind, where, {**words, **data})
        return [Resource(Key(where.place, kind.name, identity), data)]

    def _describe(self, patient: _Patient, kind: Kind, where: Where, words: Mapping[str, Any]) -> Reading:
        call = kind.describe
        if call is None or not self._asks(kind, call):
            return {}
        size = {call.size: 1} if call.page else {}
        answer = yield from self._try(patient, call, where, words, size)
        found = (answer or {}).get(call.result) if call.result else answer
        if isinstance(found, list):
            found = next((one for one in found if one.get(kind.id[0]) == words["id"]), None)
        return dict(found) if isinstance(found, Mapping) else {}

    def _facets(self, patient: _Patient, kind: Kind, where: Where, words: Mapping[str, Any]) -> Reading:
        calls = [facet.call for facet in kind.facets if self._asks(kind, facet.call)]
        yield Together(
            self._try(patient, call, where, words, {call.size: 1} if call.page else {}) for call in calls
        )

    def _asks(self, kind: Kind, call: Call) -> bool:
        return any(one is kind and needed is call for one, needed in self._needed)

    def _try(
        self,
        patient: _Patient,
        call: Call,
        where: Where,
        words: Mapping[str, Any],
        size: Mapping[str, int],
        *,
        again: bool = False,
    ) -> Reading:
        """Makes a call unless its operation was asked before; its answer, or None."""
        operation = (call.service, call.operation)
        try:
            params = {**filled(dict(call.params), words), **size}
        except Absent:
            return None
        with self._lock:
            if operation in patient.claimed and not again:
                return None
            patient.claimed.add(operation)
        try:
            answer = yield Request(patient.account.id, where.region, *operation, params)
        except CallFailed as failure:
            # What does not exist, or is not a value here, was looked for: the action is allowed.
            allowed = failure.code in GONE | REJECTED or failure.code in call.absent
            action = failure.cause.action if failure.cause.reason is Reason.DENIED else call.iam_action
            if allowed:
                patient.tried.setdefault(action, None)
            else:
                patient.tried[action] = failure
            return None
        patient.tried.setdefault(call.iam_action, None)
        return answer

    def _actions(self, patient: _Patient) -> Iterator[Check]:
        """What is denied, what is not known, and how many are well."""
        account = patient.account.id
        tried = patient.tried
        for action, failure in tried.items():
            if failure is not None and failure.cause.reason is Reason.DENIED:
                words = f"denied; {self._refused[action]}" if action in self._refused else "denied"
                advice = self._advice(failure.cause)
                yield Check("action", State.MISSING, words, advice, account, action=action)
            elif failure is not None:
                words = f"not known: {failure.cause.detail or failure.cause.reason}"
                yield Check("action", State.UNKNOWN, words, "Run the check again.", account, action=action)
        needed = {call.iam_action for _, call in self._needed} | {REGIONS.iam_action}
        well = sum(failure is None and action in needed for action, failure in tried.items())
        words = f"{well} of {len(needed)} needed actions are allowed"
        if patient.where:
            words += f", tried on {patient.where}"
        yield Check("action", State.OK, words, account=account)
        refused = {check.action for check in patient.checks if check.action}
        rest = sorted(needed - set(tried) - refused)
        if not patient.finished:
            words = f"not answered within {SECONDS:.0f} s: {', '.join(rest) or 'the last of them'}"
            yield Check("action", State.UNKNOWN, words, "Run the check again, or for one --region.", account)
        elif rest:
            why = (
                "there is nothing to try them on here"
                if patient.where
                else "there is no instance to try them on"
            )
            yield Check("action", State.NOTE, f"not tried, as {why}: {', '.join(rest)}", account=account)

    def _advice(self, cause: Cause) -> str:
        if cause.action in self._explicit:
            where = self._explicit[cause.action]
            return f"An explicit deny{where} refuses it, whatever a policy allows: ask whoever owns that."
        return f"Allow {cause.action}: the policy below does." if cause.reason is Reason.DENIED else ""

    def _send(self, request: Request) -> Mapping[str, Any]:
        """Makes one call. Raises `CallFailed`, whatever went wrong."""
        service, operation = request.service, request.operation
        call = self._calls.get((service, operation))
        action = call.iam_action if call else f"{service}:{operation}"
        try:
            client = self._client(request)
            if operation not in client.meta.service_model.operation_names:
                raise CallFailed(Cause(Reason.UNSUPPORTED, action, "this boto3 does not know it: update it"))
            params = {name: value for name, value in request.params.items() if value is not None}
            answer: dict[str, Any] = getattr(client, xform_name(operation))(**params)
        except CallFailed:
            raise
        except Exception as error:
            failure = failed(error, action)
            explicit = _EXPLICIT.search(str(error))
            if explicit and failure.cause.reason is Reason.DENIED:
                where = (explicit.group(1) or "").strip()
                self._explicit[failure.cause.action] = f" in a {where}" if where else ""
            raise failure from error
        return answer

    def _client(self, request: Request) -> Any:
        key = (request.account, request.region, request.service)
        with self._lock:  # making clients is not thread-safe in botocore
            if key not in self._clients:
                session = self._patients[request.account].account.session
                self._clients[key] = session.create_client(
                    request.service, region_name=request.region, config=_CONFIG
                )
            return self._clients[key]

    def _bucket(self, quota: Quota) -> TokenBucket:
        return TokenBucket.of(rate_of(quota.service, quota.operation, self._rates), time.monotonic())


def _where(kind: Kind, account: Account, region: str, instance: str) -> Where:
    """The place of a kind's resources, and the Region to ask."""
    match kind.scope:
        case Scope.ACCOUNT:
            return Where(Place(account.id, GLOBAL), account.region)
        case Scope.REGION:
            return Where(Place(account.id, region), region)
        case _:
            return Where(Place(account.id, region, instance), region)


def _parts(
    kind: Kind, listing: Listing, where: Where, samples: Iterable[Resource], several: bool
) -> Iterator[Part]:
    """The runs of a listing that are tried: one, but each value where neighbours are looked for."""
    if listing.each:
        name, values = listing.each
        for value in values if several else values[:1]:
            yield Part(listing, {**where.words, name: value}, value)
    elif not listing.per:
        yield Part(listing, where.words)
    elif listing.per != kind.name:
        owners = [one for one in samples if one.key.kind == listing.per]
        yield from (Part(listing, {**where.words, **one.data}) for one in owners[:1])


def _first_named(kind: Kind, samples: Iterable[Resource], account: str) -> str:
    """The id of the first neighbour of a kind that something names; of what the account has one: its own."""
    own = [filled(named.id, {"account": account}) for named in kind.named if not named.kind]
    found = (identity for sample in samples for identity in named_by(kind, sample.key.kind, sample.data))
    return next(itertools.chain(own, found), "")


def _not_enabled(account: str, region: str, state: str) -> Check:
    words = f"the account has not enabled it ({state}): nothing to scan here"
    return Check("region", State.NOTE, words, account=account, region=region)


def _unlisted(account: str, region: str, failure: CallFailed, advice: str) -> Check:
    """A Region whose instances cannot be listed, or one that does not know the account."""
    cause = failure.cause
    if failure.code in UNKNOWN_CALLER:
        return _not_enabled(account, region, failure.code)
    if cause.reason is Reason.DENIED:
        words = "instances cannot be listed"
        return Check("region", State.MISSING, words, advice, account, region, cause.action)
    words = f"does not answer: {cause.detail or cause.reason}"
    return Check("region", State.UNKNOWN, words, "Run the check again, or leave it out.", account, region)


def _headroom(account: str, region: str, count: int, most: int) -> Check:
    words = f"{count} of {most} instances"
    if count < most:
        return Check("quota", State.OK, words, account=account, region=region)
    advice = "There is room for no other: ask AWS for more before you need one."
    return Check("quota", State.NOTE, words, advice, account, region)
