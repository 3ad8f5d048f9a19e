"""Search criteria and tag filters, as far as the sandbox understands them: names, types and tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .ask import Resource
    from .state import Record

# A condition of the criteria that compares one member of the record.
MEMBER_CONDITIONS = {
    "QueueTypeCondition": "QueueType",
    "StateCondition": "State",
    "StatusCondition": "Status",
    "TypeCondition": "Type",
    "ViewStatusCondition": "Status",
    "ViewTypeCondition": "Type",
}

COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "CONTAINS": lambda held, wanted: wanted in held,
    "EXACT": lambda held, wanted: held == wanted,
    "STARTS_WITH": lambda held, wanted: held.startswith(wanted),
}


def matches(record: Record, params: Mapping[str, Any], resource: Resource) -> bool:
    """Does a record satisfy the criteria and the filter of a search? Empty ones are satisfied by all."""
    return _criteria(record, params.get("SearchCriteria") or {}, resource) and _filters(
        record, params.get("SearchFilter") or {}
    )


def _criteria(record: Record, criteria: Mapping[str, Any], resource: Resource) -> bool:
    either = criteria.get("OrConditions") or []
    if either and not any(_criteria(record, one, resource) for one in either):
        return False
    if not all(_criteria(record, one, resource) for one in criteria.get("AndConditions") or []):
        return False
    for condition, member in MEMBER_CONDITIONS.items():
        if condition in criteria and record.get(member) != criteria[condition]:
            return False
    return _string(record, criteria.get("StringCondition") or {}, resource)


def _string(record: Record, condition: Mapping[str, str], resource: Resource) -> bool:
    wanted = condition.get("Value", "")
    if not wanted:
        return True
    field = condition.get("FieldName", "").lower()
    compare = COMPARISONS[condition.get("ComparisonType", "CONTAINS")]
    names = {"name": resource.name, "resourceid": resource.id, resource.param.lower(): resource.id}
    flat = {key.lower(): value for key, value in _flat(record)}
    held = record.get(names[field]) if field in names else flat.get(field)
    held = flat.get(field) if held is None else held
    return isinstance(held, str) and compare(held.lower(), wanted.lower())


def _flat(record: Record) -> Iterable[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, dict):
            yield from value.items()
        else:
            yield key, value


def _filters(record: Record, filters: Mapping[str, Any]) -> bool:
    """TagFilter and the attribute filters, which differ in the name of their members only."""
    tags = record.get("Tags") or {}
    return all(_tag_filter(tags, one) for name, one in filters.items() if isinstance(one, dict))


def _tag_filter(tags: Mapping[str, str], one: Mapping[str, Any]) -> bool:
    either = [_conditions(item) for item in one.get("OrConditions") or []]
    if either and not any(all(_has(tags, tag) for tag in group) for group in either):
        return False
    both = [*_conditions(one.get("AndConditions") or []), *_conditions(one.get("AndCondition") or [])]
    if one.get("TagCondition"):
        both.append(one["TagCondition"])
    return all(_has(tags, tag) for tag in both)


def _conditions(group: Any) -> list[Mapping[str, str]]:
    return list(group.get("TagConditions") or []) if isinstance(group, dict) else list(group)


def _has(tags: Mapping[str, str], tag: Mapping[str, str]) -> bool:
    key, value = tag.get("TagKey"), tag.get("TagValue")
    return (key is None or key in tags) and (
        value is None or value in ((tags.get(key),) if key else tags.values())
    )
