"""The engine behind every Connect resource: a table row says what a resource is, this does the rest.

An operation is a function of an `Ask` that returns the members of the answer. The functions built
here cover create, describe, update, delete, list, search and the lists inside an object; whatever
the API does in its own way is written out in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import AwsError
from ..protocol import Plan
from .ask import Ask, Handler, Resource, Sublist, bare
from .criteria import matches
from .state import Instance, Record, new_id, stamp


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
