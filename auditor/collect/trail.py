"""Who made a difference: the CloudTrail event that says so (LookupEvents, the last 90 days of a Region).

An event counts only where it names the instance, the thing and the field, and where it does not say another value
than was seen; then the newest one counts. Anything else is "not found": a wrong name is worse than none.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from auditor.collect.access import Account, Clients, utc
from auditor.collect.backlog import Quota, Request
from auditor.collect.faults import CallFailed, failed
from auditor.collect.rates import TokenBucket, rate_of
from auditor.collect.schedule import Reading, Schedule
from auditor.model import Cause, Place
from auditor.spec.drift import Change, Drift
from auditor.spec.sections import BY_KIND, BY_NAME, SECTIONS, Section, Shape, spelled
from auditor.spec.words import flag_shown, renamed

NOT_FOUND = "not found in 90 days of CloudTrail"
ACTION = "cloudtrail:LookupEvents"
WORKERS = 4
PAGE = 50
MOST_PAGES = 20
"""Pages that are read of one kind of event: 1,000 events, at two pages a second."""

_MAKING = ("Create", "Associate", "Claim", "Import", "Replicate")
_ENDING = ("Delete", "Disassociate", "Release")
_CHANGING = ("Update", "Activate", "Deactivate")
_OPERATION = re.compile(rf"(?:Batch)?({'|'.join((*_MAKING, *_ENDING, *_CHANGING))})([A-Z]\w+)")
_TAGGING = ("TagResource", "UntagResource")

_NOUNS: Mapping[str, tuple[str, ...]] = {
    "storage": ("InstanceStorageConfig",),
    "lex_bots": ("LexBot", "Bot"),
    "number_flows": ("PhoneNumberContactFlow",),
    "traffic_distribution_groups": ("TrafficDistributionGroup", "TrafficDistribution"),
    "hierarchy_levels": ("UserHierarchyStructure",),
    "hierarchy_groups": ("UserHierarchyGroup",),
    "workspace_associations": ("Workspace",),
    "analytics_data_shares": ("AnalyticsDataSet",),
}
"""What Connect's operations call the things of a section, where it is not the name of their kind."""

_NAMED_IN_REQUESTS = frozenset(
    {
        "approved_origins",
        "attached_files",
        "attributes",
        "default_vocabularies",
        "phone_numbers",
        "predefined_attributes",
        "storage",
    }
)
"""Sections whose things are told apart in a request by what a spec calls them; all others have ids."""

_CALLED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("flows", "State"): ("ContactFlowState",),
    ("phone_numbers", "Description"): ("PhoneNumberDescription",),
    ("queues", "EmailAddresses"): ("EmailAddressesConfig",),
    ("routing_profiles", "ManualAssignmentQueues"): ("ManualAssignmentQueueConfigs",),
    ("routing_profiles", "Queues"): ("QueueConfigs", "QueueReferences"),
    ("users", "Proficiencies"): ("UserProficiencies",),
}
"""Fields that a request calls otherwise than an answer does."""

_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Event:
    """One successful call that CloudTrail recorded."""

    name: str
    when: str
    who: str
    source: str
    id: str
    said: Mapping[str, Any]
    answered: Mapping[str, Any]

    @classmethod
    def read(cls, item: Mapping[str, Any]) -> Event | None:
        """An item of LookupEvents; None for a call that failed, and for a record that is no JSON object."""
        try:
            record = json.loads(item.get("CloudTrailEvent", ""))
        except ValueError:
            return None
        if not isinstance(record, Mapping) or record.get("errorCode"):
            return None
        return cls(
            name=str(item.get("EventName", "")),
            when=utc(record.get("eventTime") or item.get("EventTime", 0)),
            who=_who(record.get("userIdentity") or {}) or str(item.get("Username", "")),
            source=str(record.get("sourceIPAddress", "")),
            id=str(record.get("eventID") or item.get("EventId", "")),
            said=_mapping(record.get("requestParameters")),
            answered=_mapping(record.get("responseElements")),
        )

    def document(self) -> dict[str, str]:
        """What a plan says of it."""
        origin = f" from {self.source}" if self.source else ""
        return {
            "words": f"made by {self.who or 'somebody unnamed'} at {self.when}{origin} ({self.name})",
            "event": self.name,
            "id": self.id,
            "who": self.who,
            "when": self.when,
            "from": self.source,
        }


Referred = Callable[[Place, Drift], Iterable[str]]
"""Gives the ids of what a thing has for its name: a connection is called by its number, a request by that one's id."""


def nobody(_place: Place, _drift: Drift) -> Iterable[str]:
    """Where nobody knows such ids."""
    return ()


@dataclass(slots=True)
class Sought:
    """One difference, the operations that can have made it, and the newest event that did."""

    place: Place
    drift: Drift
    operations: frozenset[str]
    identities: set[str]
    found: Event | None = None
    hidden: str = ""
    """Why events may exist that were not read."""
    nameless: dict[str, str] = field(default_factory=dict)
    """Operations, by the event, that name something of this instance by an id that nobody knows any more."""

    def take(self, event: Event) -> bool:
        """Whether this event decides what its operation did: later pages hold older ones."""
        if not self._names(event) or not says_field(self.drift, event.said):
            if self._may_name(event):
                self.nameless[event.id] = event.name
            return False
        if self.found is None or event.when > self.found.when:
            self.found = event
        return True

    def _names(self, event: Event) -> bool:
        """Whether an event is about this thing of this instance."""
        tops = [*_tops(event.said), *_tops(event.answered)]
        if BY_NAME[self.drift.section].shape is not Shape.THING:
            named = {one for one in self.identities if any(_ends_in(text, one) for text in tops)}
            if not named:
                return False
            if any(_UUID.fullmatch(one) for one in named):
                return True  # some requests name a number, and no instance
        return any(self.place.instance_id in text.split("/") for text in tops)

    def _may_name(self, event: Event) -> bool:
        """Whether an event ended something of this kind and instance, of which only the id is told.

        What is missing was deleted, and a deletion names an id alone. Where the event that made it is older than
        90 days nobody knows whose id that was.
        """
        gone = self.drift.key is None and not any(map(_UUID.fullmatch, self.identities))
        instance = any(self.place.instance_id in text.split("/") for text in _tops(event.said))
        return gone and not _names_itself(self.drift) and event.name.startswith(_ENDING) and instance


class _Look(NamedTuple):
    """One kind of event in one Region."""

    account: str
    region: str
    name: str


@dataclass
class Trail:
    """The event history of some accounts."""

    accounts: Mapping[str, Account]
    rates: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._clients = Clients(WORKERS)

    def events(
        self, drifts: Iterable[tuple[Place, Drift]], referred: Referred = nobody
    ) -> dict[tuple[Place, tuple[str, ...]], dict[str, str]]:
        """What is known about who made each difference, by the instance and `Drift.where`."""
        sought = [self._sought(place, drift) for place, drift in drifts if drift.change is not Change.UNKNOWN]
        for one in sought:
            one.identities |= set(referred(one.place, one.drift))
        self._learn(sought)
        self._look(sought)
        taken = {one.found.id for one in sought if one.found}
        return {(one.place, one.drift.where): _told(one, taken) for one in sought}

    def _sought(self, place: Place, drift: Drift) -> Sought:
        return Sought(place, drift, frozenset(operations(drift, self._model(place))), _identities(drift))

    def _model(self, place: Place) -> Any:
        return self.accounts[place.account].session.get_service_model("connect")

    def _learn(self, sought: Iterable[Sought]) -> None:
        """Adds the ids of what is missing, which a deletion names alone, from the events that made it."""
        missing = [
            one
            for one in sought
            if one.drift.key is None and not one.identities and not _names_itself(one.drift)
        ]
        made = [
            Sought(
                one.place,
                one.drift,
                frozenset(_whole(one.drift.section, _MAKING, self._model(one.place))),
                {one.drift.name},
            )
            for one in missing
        ]
        self._look(made)
        for one, maker in zip(missing, made, strict=True):
            if maker.found is not None:
                one.identities |= {text for text in _tops(maker.found.answered) if _UUID.fullmatch(text)}
            one.hidden = maker.hidden

    def _look(self, sought: Iterable[Sought]) -> None:
        looks: dict[_Look, list[Sought]] = {}
        for one in sought:
            for name in one.operations:
                looks.setdefault(_Look(one.place.account, one.place.region, name), []).append(one)
        schedule = Schedule(self._send, self._bucket, WORKERS)
        schedule.run(self._newest(look, asking) for look, asking in sorted(looks.items()))

    def _newest(self, look: _Look, asking: list[Sought]) -> Reading:
        """Reads the events of one name, the newest first, until each difference has met its own."""
        waiting, token = asking, None
        params: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": look.name}],
            "MaxResults": PAGE,
        }
        for _ in range(MOST_PAGES):
            try:
                answer = yield Request(
                    look.account,
                    look.region,
                    "cloudtrail",
                    "LookupEvents",
                    {**params, **({"NextToken": token} if token else {})},
                )
            except CallFailed as failure:
                _hide(waiting, _denied(failure.cause))
                return
            for event in filter(None, map(Event.read, answer.get("Events", ()))):
                waiting = [one for one in waiting if not one.take(event)]
            token = answer.get("NextToken")
            if not token or not waiting:
                return
        _hide(waiting, f"only the newest {MOST_PAGES * PAGE:,} {look.name} events were read")

    def _send(self, request: Request) -> Mapping[str, Any]:
        try:
            account = self.accounts[request.account]
            return self._clients.call(
                account, request.region, request.service, request.operation, request.params
            )
        except Exception as error:
            raise failed(error, ACTION) from error

    def _bucket(self, quota: Quota) -> TokenBucket:
        return TokenBucket.of(rate_of(quota.service, quota.operation, self.rates), time.monotonic())


def operations(drift: Drift, model: Any) -> Iterator[str]:
    """The operations of Connect that can have made a difference, of those that this botocore knows."""
    section = BY_NAME[drift.section]
    if section.having:
        # What a thing refers to makes it one of the section: that was changed, or it was deleted.
        yield from _whole(BY_KIND[section.kind].name, _ENDING, model)
        path = spelled(section, section.having[0])
        drift = replace(drift, section=BY_KIND[section.kind].name, change=Change.UPDATE, path=path)
    if not drift.path and drift.change in (Change.CREATE, Change.DELETE):
        # What should be created was deleted, and the other way round.
        yield from _whole(drift.section, _ENDING if drift.change is Change.CREATE else _MAKING, model)
        return
    step = drift.path.partition(".")[0]
    if step == "Tags":
        yield from _TAGGING
    for name, _, _ in _operations(drift.section, model):
        if not step or _takes(model.operation_model(name).input_shape, _members(drift.section, step)):
            yield name


def _whole(section: str, verbs: tuple[str, ...], model: Any) -> Iterator[str]:
    """The operations that make or end a thing of a section as a whole."""
    for name, verb, rest in _operations(section, model):
        if verb in verbs and rest in _nouns(BY_NAME[section]):
            yield name


def _operations(section: str, model: Any) -> Iterator[tuple[str, str, str]]:
    """Every operation that changes things of a section, its verb, and what stands after that."""
    for name in model.operation_names:
        found = _OPERATION.fullmatch(name)
        noun = next((one for one in _BY_LENGTH if found and found[2].startswith(one)), "")
        if found and noun in _nouns(BY_NAME[section]):
            yield name, found[1], found[2]


def _takes(shape: Any, members: frozenset[str], depth: int = 0) -> bool:
    """Whether a request has one of these members, at whatever depth."""
    while shape is not None and shape.type_name == "list":
        shape = shape.member
    if shape is None or shape.type_name != "structure" or depth > _DEEPEST:
        return False
    return any(
        _spelled(name) in members or _takes(inner, members, depth + 1)
        for name, inner in shape.members.items()
    )


def _members(section: str, step: str) -> frozenset[str]:
    """What a request may call a field."""
    return frozenset(map(_spelled, (step, *_CALLED.get((section, step), ()))))


def _spelled(member: str) -> str:
    """A member without what tells its form apart: an id or a name, one case or another."""
    return renamed(member[:1].upper() + member[1:]).lower()


def says_field(drift: Drift, said: Mapping[str, Any]) -> bool:
    """Whether a request is about the field that differs."""
    steps = drift.path.split(".")
    if not drift.path:
        return True
    if steps[0] == "Tags":
        named = {
            str(tag).lower() for member in ("tags", "tagkeys") for tag in _lowered(said).get(member) or ()
        }
        return len(steps) == 1 or ".".join(steps[1:]).lower() in named
    members = _members(drift.section, steps[0])
    return any(_spelled(name) in members for name in _keys(said))


def contradicts(drift: Drift, said: Mapping[str, Any]) -> bool:
    """Whether a request put another value than is there now: then something newer made the difference."""
    member = drift.path or BY_NAME[drift.section].value
    value = _lowered(said).get(member.lower())
    plain = isinstance(value, str | bool | int | float) and isinstance(drift.seen, str | bool | int | float)
    return plain and value != _HIDDEN and str(flag_shown(value)) != str(drift.seen)


def _told(one: Sought, taken: Collection[str]) -> dict[str, str]:
    """What is said of one difference; `taken` are the events that made one."""
    if one.hidden:
        return {"words": f"who made it is not known: {one.hidden}"}
    if not one.operations:
        return {"words": "no operation of Amazon Connect that CloudTrail records makes this difference"}
    nameless = Counter(name for event, name in one.nameless.items() if event not in taken)
    if one.found is None and nameless:
        calls = ", ".join(f"{number} {name}" for name, number in sorted(nameless.items()))
        return {"words": f"{NOT_FOUND} by its name; of calls that tell an id only there are {calls}"}
    if one.found is None or contradicts(one.drift, one.found.said):
        return {"words": NOT_FOUND}
    return one.found.document()


def _hide(sought: Iterable[Sought], why: str) -> None:
    for one in sought:
        one.hidden = why


def _denied(cause: Cause) -> str:
    parts = ", ".join(part for part in (cause.reason, cause.action, cause.detail) if part)
    return f"CloudTrail could not be asked ({parts})"


def _identities(drift: Drift) -> set[str]:
    """What a request may call the thing of a difference."""
    identities = {drift.key.id} if drift.key is not None else set()
    return identities | {drift.name} if _names_itself(drift) else identities


def _names_itself(drift: Drift) -> bool:
    return drift.section in _NAMED_IN_REQUESTS or drift.section == "lambda_functions"


def _nouns(section: Section) -> tuple[str, ...]:
    kind = section.kind.partition(".")[2]
    return _NOUNS.get(section.name) or ("".join(word.capitalize() for word in kind.split("_")),)


def _who(identity: Mapping[str, Any]) -> str:
    """Who called: the principal, or the AWS service that did it for somebody."""
    return str(
        next((identity[one] for one in ("arn", "invokedBy", "userName", "type") if identity.get(one)), "")
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _lowered(said: Mapping[str, Any]) -> dict[str, Any]:
    """CloudTrail keeps the case of the API for some services, and begins with a small letter for others."""
    return {str(name).lower(): value for name, value in said.items()}


def _keys(value: Any) -> Iterator[str]:
    """The names of all members, at whatever depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _tops(said: Mapping[str, Any]) -> Iterator[str]:
    """The texts that stand directly in a request: those further in are about other things."""
    return (value for value in said.values() if isinstance(value, str))


def _ends_in(text: str, identity: str) -> bool:
    """Whether a text is an identity, or an ARN of it."""
    return text == identity or (text.startswith("arn:") and text.endswith((f"/{identity}", f":{identity}")))


_BY_LENGTH = sorted({noun for section in SECTIONS for noun in _nouns(section)}, key=len, reverse=True)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
