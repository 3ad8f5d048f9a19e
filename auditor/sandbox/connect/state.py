"""What a pretended Amazon Connect holds: places (account and Region), instances, and their objects."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from ..errors import AwsError

Record = dict[str, Any]


@dataclass
class Instance:
    """One Connect instance. `objects` holds records by noun and id, `lists` the flat associations."""

    record: Record
    attributes: dict[str, str] = field(default_factory=dict)
    objects: defaultdict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    lists: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    storage: defaultdict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    hierarchy: dict[str, Record] = field(default_factory=dict)
    replication: Record | None = None

    @property
    def id(self) -> str:
        return str(self.record["Id"])

    @property
    def arn(self) -> str:
        return str(self.record["Arn"])


@dataclass
class Place:
    """One account in one Region: instances, and what lives beside instances."""

    account: str
    region: str
    instances: dict[str, Instance] = field(default_factory=dict)
    numbers: dict[str, Record] = field(default_factory=dict)
    groups: dict[str, Record] = field(default_factory=dict)

    def arn(self, path: str) -> str:
        partition = "aws-us-gov" if self.region.startswith("us-gov-") else "aws"
        return f"arn:{partition}:connect:{self.region}:{self.account}:{path}"

    def instance(self, given: str) -> Instance:
        """The instance of an id or ARN. Raises AwsError."""
        found = self.instances.get(given.rpartition("/")[2])
        if found is None:
            raise not_found("Instance", given)
        return found


class World:
    """Every place of one sandbox, under one lock."""

    def __init__(self) -> None:
        self.lock = RLock()
        self._places: dict[tuple[str, str], Place] = {}

    def place(self, account: str, region: str) -> Place:
        key = account, region
        if key not in self._places:
            self._places[key] = Place(account, region)
        return self._places[key]

    def places(self) -> Iterator[Place]:
        yield from self._places.values()


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> datetime:
    return datetime.now(UTC)


def stamp(region: str) -> Record:
    """The members by which AWS says when and where something was last changed."""
    return {"LastModifiedTime": now(), "LastModifiedRegion": region}


def not_found(noun: str, given: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"{noun} not found: {given}")
