"""What a CloudTrail trail records: its event selectors, basic and advanced, read as one kind of thing.

A basic selector says in words of its own what an advanced one can say as well, so it is rewritten as one.
Sources: CloudTrail API reference, EventSelector, DataResource and AdvancedFieldSelector.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Selector = tuple[Mapping[str, Any], ...]
"""The field selectors of an advanced event selector; all of them must admit an event."""

S3_OBJECT = "AWS::S3::Object"
READS = {"All": None, "ReadOnly": "true", "WriteOnly": "false"}
_WANTED: Mapping[str, Callable[[str, str], bool]] = {
    "Equals": str.__eq__,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
}


def selectors(said: Mapping[str, Any]) -> tuple[Selector, ...]:
    """The selectors in an answer of GetEventSelectors."""
    advanced = tuple(tuple(one["FieldSelectors"]) for one in said.get("AdvancedEventSelectors") or ())
    return advanced + tuple(new for old in said.get("EventSelectors") or () for new in _rewritten(old))


def admits(selector: Selector, event: Mapping[str, str]) -> bool:
    """Whether a selector records every event of this sort.

    A selector that also asks for a field which `event` leaves open records only some of them.
    """
    return all(one["Field"] in event and _holds(one, event[one["Field"]]) for one in selector)


def management_events(source: str, read_only: bool) -> dict[str, str]:
    """The management events of a service that read, or those that change something."""
    return {
        "eventCategory": "Management",
        "eventSource": source,
        "readOnly": str(read_only).lower(),
    }


def object_reads(bucket: str, prefix: str) -> dict[str, str]:
    """The fetching of objects that a bucket holds below a prefix."""
    return {
        "eventCategory": "Data",
        "eventName": "GetObject",
        "eventSource": "s3.amazonaws.com",
        "readOnly": "true",
        "resources.type": S3_OBJECT,
        "resources.ARN": f"arn:aws:s3:::{bucket}/{prefix.strip('/')}/".replace("//", "/"),
    }


def conditions_on(selector: Selector, field: str) -> tuple[Mapping[str, Any], ...]:
    """What a selector says of one field."""
    return tuple(one for one in selector if one["Field"] == field)


def _holds(condition: Mapping[str, Any], value: str) -> bool:
    """Whether a value meets one condition: any of the wanted, none of the unwanted."""
    wanted = [test(value, _plain(one)) for name, test in _WANTED.items() for one in condition.get(name, ())]
    unwanted = [
        test(value, _plain(one)) for name, test in _WANTED.items() for one in condition.get(f"Not{name}", ())
    ]
    return (any(wanted) or not wanted) and not any(unwanted)


def _plain(text: str) -> str:
    """An ARN of any partition as one of `aws`; the events that are asked about are written so."""
    return re.sub(r"^arn:aws[a-z-]*:", "arn:aws:", text)


def _rewritten(basic: Mapping[str, Any]) -> Iterator[Selector]:
    """A basic selector as advanced ones."""
    read_only = READS[basic.get("ReadWriteType", "All")]
    when = ({"Field": "readOnly", "Equals": [read_only]},) if read_only else ()
    if basic.get("IncludeManagementEvents", True):
        yield (
            {"Field": "eventCategory", "Equals": ["Management"]},
            {"Field": "eventSource", "NotEquals": basic.get("ExcludeManagementEventSources") or []},
            *when,
        )
    for data in basic.get("DataResources") or ():
        arns = [_with_slash(one) for one in data.get("Values") or ()]
        if arns:
            yield (
                {"Field": "eventCategory", "Equals": ["Data"]},
                {"Field": "resources.type", "Equals": [data["Type"]]},
                {"Field": "resources.ARN", "StartsWith": arns},
                *when,
            )


def _with_slash(arn: str) -> str:
    """The objects of a bucket: a basic selector means all of them also when it names the bucket alone.

    `arn:aws:s3` (with or without further colons) stands for every bucket of the account.
    """
    bucket = arn.partition(":::")[2]
    return f"{arn}/" if bucket and "/" not in bucket else arn
