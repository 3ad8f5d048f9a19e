"""What to look at before an instance is made: the choices that can never be changed, and what is not there yet.

The last step of the set-up guide shows the choices once more; this is that step for an instance that a spec
describes. Sources: the administrator guide's "Create an Amazon Connect instance", CreateInstance in the API
reference ("it does not attach any storage, such as Amazon S3 or Amazon Kinesis, or allow for configurations on
features, such as Contact Lens").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditor.model import Key, Place, Snapshot, UnitState, Unread
from auditor.spec.compare import ABSENT_WORD, EXHAUSTIVE, Wanted, as_made
from auditor.spec.drift import Change, Drift, Mark
from auditor.spec.sections import SECTIONS, Shape
from auditor.spec.wants import wants

ALIAS = re.compile(r"(?!d-)[0-9A-Za-z]+(?:-*[0-9A-Za-z])*")
LONGEST_ALIAS = 45
INSTANCES_QUOTA = "L-AA17A6B9"
"""Service Quotas' code of "Amazon Connect instances per account"."""

IDENTITIES = ("SAML", "CONNECT_MANAGED", "EXISTING_DIRECTORY")
DIRECTORY = "EXISTING_DIRECTORY"

TITLES: Mapping[str, str] = {
    "ds.directory": "directory",
    "firehose.delivery_stream": "delivery stream",
    "kinesis.stream": "data stream",
    "kms.key": "KMS key",
    "lambda.function": "Lambda function",
    "s3.bucket": "bucket",
}
"""What has to be there before an instance can use it, in people's words."""


class Weight(StrEnum):
    """How much a remark asks of the reader, in the order in which they are shown."""

    STOP = "stop"
    """Making the instance would fail, or end in something that nobody can mend."""
    UNKNOWN = "unknown"
    """It could not be read."""
    LOOK = "look"
    """It cannot be changed later, or does not come by itself."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know before an instance is made."""

    weight: Weight
    words: str
    mark: Mark | None = None


def creations(wanted: Wanted) -> Iterator[Drift]:
    """Everything that a spec names, as to be made."""
    for section in SECTIONS:
        said = wanted.sections.get(section.name)
        if said is None:
            continue
        named = {section.name: said} if section.shape is Shape.THING else said
        for name in named:
            if name != EXHAUSTIVE:
                value = named[name] if isinstance(named, Mapping) else None
                if isinstance(value, Mapping) and value.get(ABSENT_WORD) is True:
                    continue
                where = Drift(section.name, str(name), Change.CREATE).where
                yield Drift(
                    section.name, str(name), Change.CREATE, wanted=as_made(value), mark=wanted.mark(where)
                )


def review(wanted: Wanted, snapshot: Snapshot, place: Place, guessed: str = "") -> tuple[Remark, ...]:
    """The remarks about an instance that does not exist yet.

    `guessed` says why the place is this one, where the spec does not say which.
    """
    order = list(Weight)
    found = _Review(wanted, snapshot, place, guessed).remarks()
    return tuple(sorted(found, key=lambda one: order.index(one.weight)))


class _Review:
    def __init__(self, wanted: Wanted, snapshot: Snapshot, place: Place, guessed: str) -> None:
        self._wanted = wanted
        self._snapshot = snapshot
        self._place = place
        self._guessed = guessed
        self._instance: Mapping[str, Any] = wanted.sections.get("instance", {})

    def remarks(self) -> Iterator[Remark]:
        yield from self._where()
        yield from self._identity()
        yield from self._directory()
        yield from self._alias()
        yield from self._quota()
        yield from self._what_does_not_come_by_itself()
        yield from self._neighbours()

    def _where(self) -> Iterator[Remark]:
        region = self._place.region
        if self._guessed:
            words = f"{region} is taken for its Region, {self._guessed}: say `Region` under `instance`"
            yield Remark(Weight.LOOK, words, self._wanted.mark(("instance",)))
        if not self._looked_at():
            words = f"{region} was not looked at, so the instance may be there already: add --region {region}"
            yield Remark(Weight.UNKNOWN, words, self._wanted.mark(("instance", "Region")))

    def _looked_at(self) -> bool:
        mine = (self._place.account, self._place.region)
        return any(
            (one.account, one.region) == mine and one.state is UnitState.SCANNED
            for one in self._snapshot.units
        )

    def _identity(self) -> Iterator[Remark]:
        identity = self._instance.get("IdentityManagementType")
        mark = self._wanted.mark(("instance", "IdentityManagementType"))
        if not isinstance(identity, str):
            words = "say `IdentityManagementType`: how users sign in can never be changed after creation"
            yield Remark(Weight.LOOK, words, self._wanted.mark(("instance",)))
        elif identity not in IDENTITIES:
            words = f"{identity} is no way to sign in: `IdentityManagementType` is {', '.join(IDENTITIES)}"
            yield Remark(Weight.STOP, words, mark)
        else:
            words = f"{identity}: how users sign in can never be changed after creation"
            yield Remark(Weight.LOOK, words, mark)

    def _directory(self) -> Iterator[Remark]:
        identity, directory = (self._instance.get(one) for one in ("IdentityManagementType", "DirectoryId"))
        mark = self._wanted.mark(("instance", "DirectoryId"))
        if identity == DIRECTORY and not directory:
            words = "EXISTING_DIRECTORY needs a `DirectoryId`"
            yield Remark(Weight.STOP, words, self._wanted.mark(("instance", "IdentityManagementType")))
        if not isinstance(directory, str):
            return
        if isinstance(identity, str) and identity != DIRECTORY:
            words = f"the directory {directory} is used by EXISTING_DIRECTORY alone: {identity} has none"
            yield Remark(Weight.LOOK, words, mark)
            return
        yield from self._neighbour("ds.directory", directory, mark)
        yield from self._directory_in_use(directory, mark)

    def _directory_in_use(self, directory: str, mark: Mark | None) -> Iterator[Remark]:
        """Which instances may have the directory already: no API tells, but for one that has its alias."""
        others = {
            str(one.data.get("InstanceAlias", one.key.id)): one.key.place
            for one in self._snapshot.instances()
            if one.data.get("IdentityManagementType") == DIRECTORY
            and one.key.place.account == self._place.account
        }
        theirs = {
            alias: str(one.data["DirectoryId"])
            for alias, place in others.items()
            for one in self._snapshot.seen(Place(place.account, place.region), "ds.directory")
            if one.data.get("Alias") == alias and "DirectoryId" in one.data
        }
        using = sorted(alias for alias in others if theirs.get(alias) == directory)
        unclear = sorted(alias for alias in others if alias not in theirs)
        if using:
            words = (
                f"the directory {directory} has the alias of the instance {', '.join(using)}, which signs its users "
                "in with one: a directory serves one instance"
            )
            yield Remark(Weight.STOP, words, mark)
        elif unclear:
            words = (
                f"a directory serves one instance, and {', '.join(unclear)} has one: no API tells which, so make "
                f"sure in the console that it is not {directory}"
            )
            yield Remark(Weight.UNKNOWN, words, mark)

    def _alias(self) -> Iterator[Remark]:
        alias = self._instance.get("InstanceAlias")
        mark = self._wanted.mark(("instance", "InstanceAlias"))
        if not isinstance(alias, str):
            return
        if not ALIAS.fullmatch(alias) or len(alias) > LONGEST_ALIAS:
            words = (
                f"the alias {alias} is not accepted: letters, digits and hyphens between them, at most "
                f"{LONGEST_ALIAS} characters, not beginning with d-"
            )
            yield Remark(Weight.STOP, words, mark)
            return
        for one in self._snapshot.instances():
            taken = str(one.data.get("InstanceAlias", ""))
            # It is the name of a host, and those have no case.
            if taken.lower() == alias.lower():
                place = one.key.place
                words = f"the alias {taken} is taken by an instance of {place.account} in {place.region}"
                yield Remark(Weight.STOP, words, mark)
        words = f"the access URL https://{alias}.my.connect.aws can never be changed; aliases are unique in all of AWS"
        yield Remark(Weight.LOOK, words, mark)

    def _quota(self) -> Iterator[Remark]:
        region = Place(self._place.account, self._place.region)
        if not self._looked_at():
            return
        count = sum(
            1 for one in self._snapshot.instances() if one.key.place._replace(instance_id="") == region
        )
        try:
            quotas = self._snapshot.of(region, "service_quotas.quota")
            quota = next(one for one in quotas if one.data.get("QuotaCode") == INSTANCES_QUOTA).get("Value")
        except (Unread, StopIteration) as problem:
            cause = problem.cause if isinstance(problem, Unread) else "AWS lists none"
            words = f"the quota of instances could not be read ({cause}): {count} exist in {region.region}"
            yield Remark(Weight.UNKNOWN, words)
            return
        if quota is not None and count + 1 > quota:
            words = f"the quota of {quota:g} instances is used up by {count}: ask AWS for more first"
            yield Remark(Weight.STOP, words)

    def _what_does_not_come_by_itself(self) -> Iterator[Remark]:
        attributes = self._wanted.sections.get("attributes", {})
        storage = self._wanted.sections.get("storage", {})
        if not (isinstance(attributes, Mapping) and attributes.get("CONTACTFLOW_LOGS") is True):
            words = "flow logs are off unless somebody turns them on: set `CONTACTFLOW_LOGS: true`"
            yield Remark(Weight.LOOK, words, self._wanted.mark(("attributes",)))
        for kind in ("CALL_RECORDINGS", "CHAT_TRANSCRIPTS", "SCHEDULED_REPORTS"):
            if kind not in storage:
                words = f"an instance made by API stores no {kind.lower().replace('_', ' ')}: name it under `storage`"
                yield Remark(Weight.LOOK, words, self._wanted.mark(("storage",)))

    def _neighbours(self) -> Iterator[Remark]:
        """Whether the buckets, keys and functions that it names are there."""
        told = set()
        for want in wants(self._wanted, self._place, self._snapshot.partition):
            mark = self._wanted.mark((want.section.name, want.name))
            for kind, identity in want.neighbours():
                if kind in TITLES and (kind, identity) not in told:
                    told.add((kind, identity))
                    yield from self._neighbour(kind, identity, mark)

    def _neighbour(self, kind: str, identity: str, mark: Mark | None) -> Iterator[Remark]:
        region, title = Place(self._place.account, self._place.region), TITLES[kind]
        try:
            found = self._snapshot.one(Key(region, kind, identity))
            cause = found.rest if found else None
        except Unread as unread:
            found, cause = None, unread.cause
        if cause is not None:
            words = f"whether the {title} {identity} exists could not be read ({cause})"
            yield Remark(Weight.UNKNOWN, words, mark)
        elif found is None:
            yield Remark(Weight.STOP, f"the {title} {identity} does not exist: make it first", mark)
