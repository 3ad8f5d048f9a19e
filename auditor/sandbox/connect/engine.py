"""The engine behind every Connect resource: a table row says what a resource is, this does the rest.

An operation is a function of an `Ask` that returns the members of the answer. The functions built
here cover create, describe, update, delete, list, search and the lists inside an object; whatever
the API does in its own way is written out in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import AwsError
from ..pages import ForeignToken, Pages
from ..protocol import Plan
from .criteria import matches
from .state import Instance, Place, Record, World, new_id, not_found, stamp

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


def dig(value: Any, path: str) -> Iterator[str]:
    """The strings at a dotted path; `[]` steps into each item of a list."""
    head, _, rest = path.partition(".")
    item = value.get(head.removesuffix("[]")) if isinstance(value, dict) else None
    if item is None:
        return
    for one in item if head.endswith("[]") else (item,):
        if rest:
            yield from dig(one, rest)
        else:
            yield one


def fitted(value: Any, shape: Any) -> Any:
    """A stored value as far as a shape knows it: records hold more than any single answer shows."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members = shape.members
        return {
            key: fitted(item, members[key])
            for key, item in value.items()
            if key in members and item is not None
        }
    if kind == "list":
        return [fitted(item, shape.member) for item in value]
    return value


def show(record: Record, resource: Resource, shape: Any) -> Record:
    """A record as a shape of the API, whatever that shape calls its id, ARN and name."""
    done = {}
    for name, member in shape.members.items():
        source = _source(name, record, resource)
        value = record.get(source) if source else None
        if value is not None:
            done[name] = fitted(value, member) if isinstance(value, (dict, list)) else value
    return done


def _source(name: str, record: Record, resource: Resource) -> str | None:
    if name in resource.summary:
        return resource.summary[name]
    if name in record:
        return name
    return {"Id": resource.id, "Arn": resource.arn, "ARN": resource.arn, "Name": resource.name}.get(name)


def create(resource: Resource) -> Handler:
    def run(ask: Ask) -> dict[str, Any]:
        record = add(ask, resource, ask.params)
        return identity(ask, resource, record)

    return run


def add(ask: Ask, resource: Resource, params: Mapping[str, Any], instance: Instance | None = None) -> Record:
    """A new object from the members of a request. Raises AwsError."""
    instance = instance or ask.instance
    for path, noun in resource.references:
        for given in dig(params, path):
            ask.check(noun, given)
    if resource.unique:
        refuse_twin(resource, instance, params.get(resource.name))
    # A kind which is known by its name has no id of its own.
    given_id = params[resource.name] if resource.id == resource.name else new_id()
    record = {
        **resource.defaults,
        **{key: value for key, value in params.items() if key not in ("InstanceId", "ClientToken")},
        resource.id: given_id,
        resource.arn: f"{instance.arn}/{resource.path}/{given_id}",
        **stamp(ask.place.region),
    }
    if resource.prepare:
        resource.prepare(ask, record)
    instance.objects[resource.noun][record[resource.id]] = record
    return record


def refuse_twin(resource: Resource, instance: Instance, name: str | None, but: Record | None = None) -> None:
    """Raises AwsError where another object of this kind has the name."""
    for other in instance.objects[resource.noun].values():
        if name is not None and other.get(resource.name) == name and other is not but:
            raise AwsError("DuplicateResourceException", f"{resource.noun} with the name {name} exists")


def identity(ask: Ask, resource: Resource, record: Record) -> dict[str, Any]:
    """The answer of a create: id and ARN under the names the operation has for them, and what else fits."""
    shape = ask.plan.model.output_shape
    done: dict[str, Any] = {}
    for name, member in shape.members.items() if shape is not None else ():
        if member.type_name == "structure" and name == resource.detail:
            done[name] = show(record, resource, member)
        elif name in record:
            done[name] = record[name]
        elif name.lower().endswith("arn"):
            done[name] = record[resource.arn]
        elif name.endswith("Id"):
            done[name] = record[resource.id]
    return done


def describe(resource: Resource) -> Handler:
    def run(ask: Ask) -> dict[str, Any]:
        record = ask.own(resource)
        record = resource.view(ask, record) if resource.view else record
        shape = ask.plan.model.output_shape
        if resource.detail is None:
            return show(record, resource, shape)
        return {resource.detail: show(record, resource, shape.members[resource.detail])}

    return run


def update(resource: Resource) -> Handler:
    def run(ask: Ask) -> dict[str, Any]:
        record = ask.own(resource)
        for path, noun in resource.references:
            for given in dig(ask.params, path):
                ask.check(noun, given)
        if resource.unique and resource.name != resource.param:
            refuse_twin(resource, ask.instance, ask.params.get(resource.name), record)
        skipped = ("InstanceId", "ClientToken", resource.param)
        record.update({key: value for key, value in ask.params.items() if key not in skipped})
        if resource.prepare:
            resource.prepare(ask, record)
        ask.touch(record)
        return identity(ask, resource, record)

    return run


def delete(resource: Resource, resources: Iterable[Resource]) -> Handler:
    """Deletes; where the service models ResourceInUseException, not what other objects refer to."""
    users = [
        (other.noun, path) for other in resources for path, noun in other.references if noun == resource.noun
    ]

    def run(ask: Ask) -> dict[str, Any]:
        record = ask.own(resource)
        if "ResourceInUseException" in ask.plan.errors:
            for noun, path in users:
                for other in ask.instance.objects[noun].values():
                    if record[resource.id] in (bare(given) for given in dig(other, path)):
                        raise AwsError("ResourceInUseException", f"{resource.noun} is in use by a {noun}")
        del ask.instance.objects[resource.noun][record[resource.id]]
        return {}

    return run


def list_of(resource: Resource) -> Handler:
    def run(ask: Ask) -> dict[str, Any]:
        records = [
            *ask.instance.objects[resource.noun].values(),
            *(resource.more(ask) if resource.more else ()),
        ]
        for param, member in resource.filters.items():
            wanted = ask.params.get(param)
            if wanted:
                wanted = wanted if isinstance(wanted, list) else [wanted]
                records = [record for record in records if record.get(member) in wanted]
        key, shape = answer_list(ask.plan)
        page, token = ask.cut(records)
        return {key: [show(record, resource, shape.member) for record in page], **token}

    return run


def search(resource: Resource) -> Handler:
    def run(ask: Ask) -> dict[str, Any]:
        wanted = [
            record
            for record in ask.instance.objects[resource.noun].values()
            if (resource.search_only is None or resource.search_only(record))
            and matches(record, ask.params, resource)
        ]
        key, shape = answer_list(ask.plan)
        page, token = ask.cut(wanted)
        view = resource.view
        shown = [show(view(ask, record) if view else record, resource, shape.member) for record in page]
        return {key: shown, **token, **total(ask.plan, len(wanted))}

    return run


def sublist(row: Sublist, resources: Mapping[str, Resource]) -> Handler:
    resource = resources[row.noun]

    def run(ask: Ask) -> dict[str, Any]:
        record = ask.own(resource)
        page, token = ask.cut(record.get(row.member) or [])
        items = [row.render(ask, item) for item in page] if row.render else list(page)
        shape = ask.plan.model.output_shape
        extra = {
            key: record[key] for key in ("LastModifiedTime", "LastModifiedRegion") if key in shape.members
        }
        known = [fitted(item, shape.members[row.key].member) for item in items if item is not None]
        return {row.key: known, **extra, **token}

    return run


def answer_list(plan: Plan) -> tuple[str, Any]:
    """The member of an answer that is the list, and its shape."""
    members = plan.model.output_shape.members.items()
    return next((name, member) for name, member in members if member.type_name == "list")


def total(plan: Plan, count: int) -> dict[str, int]:
    """The count of all that matched, where the operation has a member for it."""
    members = plan.model.output_shape.members
    return {name: count for name in ("ApproximateTotalCount", "TotalCount") if name in members}


def handlers(resources: Sequence[Resource], sublists: Sequence[Sublist]) -> dict[str, Handler]:
    """The operations which the table alone answers."""
    by_noun = {resource.noun: resource for resource in resources}
    done: dict[str, Handler] = {}
    for resource in resources:
        made = (
            (resource.create, create(resource)),
            (resource.describe, describe(resource)),
            (resource.delete, delete(resource, resources)),
            (resource.listing, list_of(resource)),
            (resource.search, search(resource)),
            *((operation, update(resource)) for operation in resource.updates),
        )
        done.update({operation: handler for operation, handler in made if operation})
    done.update({row.operation: sublist(row, by_noun) for row in sublists})
    return done
