"""The words of a spec: how AWS's own members are called there, and how values are written that AWS holds otherwise.

Every codec is a pair: what AWS holds as people write it (`shown`), and what people write as it is compared
(`meant`), so that two ways of writing one thing are one thing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from auditor.expect import is_match

WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_SUFFIX = re.compile(r"(Id|ARN|Arn)(s?)$")


def renamed(member: str) -> str:
    """What a member that refers to something is called in a spec: `HoursOfOperationId` is `HoursOfOperation`."""
    return _SUFFIX.sub(r"\2", member)


def week_shown(config: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The opening times of a week, day by day."""
    spans: dict[str, list[str]] = {}
    for one in config:
        span = f"{_clock(one.get('StartTime', {}))}-{_clock(one.get('EndTime', {}))}"
        spans.setdefault(str(one.get("Day")), []).append(span)
    return {day: sorted(spans[day]) for day in (*WEEK, *sorted(set(spans) - set(WEEK))) if day in spans}


def week_meant(said: Any) -> Any:
    """The same as people write it: hours without a leading zero, one span without a list."""
    if not isinstance(said, Mapping):
        return said
    return {
        day: sorted(_SPAN.sub(_padded, span) for span in ([spans] if isinstance(spans, str) else spans))
        for day, spans in said.items()
    }


def week_held(said: Mapping[str, Sequence[str] | str]) -> list[dict[str, Any]]:
    """The week as AWS holds it."""
    held = []
    for day, spans in week_meant(said).items():
        for span in spans:
            found = _SPAN.fullmatch(span)
            if found:
                numbers = [int(number) for number in found.groups()]
                start, end = numbers[:2], numbers[2:]
                held.append(
                    {
                        "Day": day,
                        "StartTime": {"Hours": start[0], "Minutes": start[1]},
                        "EndTime": {"Hours": end[0], "Minutes": end[1]},
                    }
                )
    return held


def flag_shown(value: Any) -> Any:
    """AWS's text `true` and `false` as booleans."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def flag_held(value: Any) -> Any:
    """A boolean as AWS holds it."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def function_shown(arn: str, account: str, region: str) -> str:
    """A Lambda function by its name where it is of this account and Region, else its ARN."""
    parts = arn.split(":", 6)
    near = len(parts) == 7 and parts[3] == region and parts[4] == account
    return parts[6] if near else arn


def without_nothing(value: Any) -> Any:
    """A value without the members that hold nothing: AWS leaves them out in one answer and not in another."""
    if is_match(value):
        return value
    if isinstance(value, Mapping):
        kept = {name: without_nothing(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [without_nothing(inner) for inner in value]
    return value


def ordered(values: list[Any], fields: tuple[str, ...] = ()) -> list[Any]:
    """A list whose order means nothing, in one order: by these fields, or by the whole of each item."""

    def key(value: Any) -> str:
        if fields and isinstance(value, Mapping):
            return json.dumps([value.get(name) for name in fields], sort_keys=True, default=str)
        return json.dumps(value, sort_keys=True, default=str)

    return sorted(values, key=key)


def _clock(time: Mapping[str, Any]) -> str:
    return f"{int(time.get('Hours', 0)):02}:{int(time.get('Minutes', 0)):02}"


def _padded(found: re.Match[str]) -> str:
    start, start_minutes, end, end_minutes = found.groups()
    return f"{int(start):02}:{start_minutes}-{int(end):02}:{end_minutes}"
