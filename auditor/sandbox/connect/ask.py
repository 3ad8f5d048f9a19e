"""What the engine works on: a row of the resource table, and a request on its way through the backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import AwsError
from ..pages import ForeignToken, Pages
from ..protocol import Plan
from .state import Instance, Place, Record, World, not_found, stamp

DEFAULT_PAGE = 100


@dataclass(frozen=True)
class Resource:
    """A kind of object inside an instance.

    `param` is the request member with its id, `path` the word in its ARN; `id`, `arn` and `name` are
    members of the detail shape. `detail` is the key of the describe answer (None: the answer itself
    is the detail). `summary` renames members of the list shape, `filters` are request lists that
    select by a member. `references` are request paths whose ids must exist, with the noun they mean.
    """

    noun: str
    param: str
    path: str
    id: str = "Id"
    arn: str = "Arn"
    name: str = "Name"
    detail: str | None = None
    create: str | None = None
    describe: str | None = None
    delete: str | None = None
    listing: str | None = None
    search: str | None = None
    updates: tuple[str, ...] = ()
    unique: bool = True
    defaults: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    references: tuple[tuple[str, str], ...] = ()
    prepare: Callable[[Ask, Record], None] | None = None
    view: Callable[[Ask, Record], Record] | None = None
    more: Callable[[Ask], list[Record]] | None = None
    search_only: Callable[[Record], bool] | None = None


@dataclass(frozen=True)
class Sublist:
    """A list inside an object: `member` of the record, sent under `key`, each item through `render`."""

    operation: str
    noun: str
    member: str
    key: str
    render: Callable[[Ask, Any], Any | None] | None = None


@dataclass
class Ask:
    """One request on its way through the backend."""

    operation: str
    params: dict[str, Any]
    plan: Plan
    world: World
    place: Place
    pages: Pages
    resources: Mapping[str, Resource]

    @property
    def instance(self) -> Instance:
        return self.place.instance(self.params["InstanceId"])

    def refuse(self, message: str) -> AwsError:
        return self.plan.refusal(message)

    def cut(self, items: Sequence[Any]) -> tuple[Sequence[Any], dict[str, str]]:
        """The page of items asked for, and the NextToken member if there is another. Raises AwsError."""
        size = self.params.get("MaxResults") or min(DEFAULT_PAGE, self.plan.limit or DEFAULT_PAGE)
        scope = (self.place.account, self.place.region, self.operation)
        try:
            page, token = self.pages.cut(items, scope, self.params, size)
        except ForeignToken:
            raise self.refuse("NextToken is invalid for this request") from None
        return page, {"NextToken": token} if token else {}

    def find(self, noun: str, given: str, instance: Instance | None = None) -> Record:
        """The object of an id or ARN. Raises AwsError."""
        found = (instance or self.instance).objects[noun].get(bare(given))
        if found is None:
            raise not_found(noun, given)
        return found

    def check(self, noun: str, given: str) -> None:
        """Raises AwsError where a reference points at nothing."""
        if noun == "PhoneNumber":
            if bare(given) not in self.place.numbers:
                raise not_found(noun, given)
        else:
            self.find(noun, given)

    def own(self, resource: Resource) -> Record:
        """The object this request is about."""
        return self.find(resource.noun, self.params[resource.param])

    def touch(self, record: Record) -> None:
        record.update(stamp(self.place.region))


Handler = Callable[[Ask], dict[str, Any]]


def bare(given: str) -> str:
    """The id in an id or ARN, without the qualifier a flow's id may carry."""
    return given.rpartition("/")[2].partition(":")[0] if given.startswith("arn:") else given.partition(":")[0]
