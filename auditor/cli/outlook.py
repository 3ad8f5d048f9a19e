"""What a scan will come to, in words: the line that is said before it starts, and `scan --dry-run`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from auditor.collect.schedule import Outlook

MOST_LINES = 10


def sentence(outlook: Outlook) -> str:
    """Calls and time, and what sets the time."""
    words = f"The scan makes {_calls(outlook.calls)} in all and takes {_duration(outlook.seconds)}"
    if outlook.slowest is None:
        return f"{words}: AWS's throttle makes none of them wait."
    quota = outlook.slowest
    return (
        f"{words}: AWS's throttle sets the pace, with {_calls(outlook.by_quota[quota])} of "
        f"{quota.service}:{quota.operation} in {quota.region}."
    )


def text(outlook: Outlook) -> str:
    """The sentence, and the operations that are called most."""
    return "\n".join(_lines(outlook)) + "\n"


def document(outlook: Outlook) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "calls": outlook.calls,
        "seconds": round(outlook.seconds, 3),
        "operations": [
            {
                "account": quota.account,
                "region": quota.region,
                "operation": f"{quota.service}:{quota.operation}",
                "calls": calls,
            }
            for quota, calls in sorted(outlook.by_quota.items())
        ],
    }


def as_json(outlook: Outlook) -> str:
    """The document as text."""
    return json.dumps(document(outlook), indent=2) + "\n"


def _lines(outlook: Outlook) -> Iterator[str]:
    yield sentence(outlook)
    most = sorted(outlook.by_quota.items(), key=lambda item: (-item[1], item[0]))
    for quota, calls in most[:MOST_LINES]:
        yield f"  {calls:>6}  {quota.service}:{quota.operation}  {quota.account} {quota.region}"
    rest = sum(calls for _, calls in most[MOST_LINES:])
    if rest:
        yield f"  {rest:>6}  of {len(most) - MOST_LINES} others"


def _calls(count: int) -> str:
    return f"{count:,} call{'' if count == 1 else 's'}"


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "less than a second"
    if seconds < 100:
        return f"about {seconds:.0f} s"
    if seconds < 6000:
        return f"about {seconds / 60:.1f} minutes"
    return f"about {seconds / 3600:.1f} hours"
