"""How often an operation may be called: AWS's quotas, and the token bucket that keeps below them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from auditor.kinds import Call


class Rate(NamedTuple):
    """A quota: requests per second with continuous refill, and how many may come at once."""

    per_second: float
    burst: float


CONNECT = Rate(2, 5)
"""Every Connect operation without a quota of its own (Administrator Guide, "API throttling quotas").

The bucket is the account's in one Region, shared by every instance and every caller there.
"""

NEIGHBOUR = Rate(5, 10)
"""Other services document far more, or nothing. What stands behind an instance is read in less time than its own
thirteen storage listings take, so there is nothing to gain from a higher rate."""

EXCEPTIONS: Mapping[str, Rate] = {
    "connect:ListIntegrationAssociations": Rate(25, 50),
    "connect:DescribeEvaluationForm": Rate(3, 5),
    "connect:ListEvaluationForms": Rate(3, 5),
    "connect:ListEvaluationFormVersions": Rate(3, 5),
    # CloudTrail API reference, LookupEvents: two a second, per account and Region.
    "cloudtrail:LookupEvents": Rate(2, 2),
    # CloudWatch Logs quotas: 10 a second in an account and Region.
    "logs:DescribeLogGroups": Rate(5, 5),
}

QUOTAS = Call(
    "service-quotas",
    "ListServiceQuotas",
    "Quotas",
    params={"ServiceCode": "connect"},
    page=100,
)
"""What says how often an account may call each operation of Connect in a Region."""
_RATE = re.compile(r"Rate of (\w+) +API requests")

SLOWEST = 0.2
"""Calls a second that even a bucket refused over and over keeps trying."""
RECOVERY = 1.02
"""By how much each call brings a slowed bucket back to its full rate."""
MARGIN = 0.95
"""The share of a quota that is used: at the full rate, clocks and networks push single calls over it."""


def rates_in(quotas: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """The rates among Connect's service quotas, by `service:Operation`."""
    named = ((_RATE.fullmatch(quota.get("QuotaName", "")), quota.get("Value")) for quota in quotas)
    return {f"connect:{found[1]}": rate for found, rate in named if found and rate}


def rate_of(
    service: str, operation: str, said: Mapping[str, float], applied: Mapping[str, float] | None = None
) -> Rate:
    """The quota of an operation: what the user said, what Service Quotas says to apply, what the table has.

    `said` gives requests per second by operation, `service:Operation` or `*`.
    """
    name = f"{service}:{operation}"
    quota = EXCEPTIONS.get(name, CONNECT if service == "connect" else NEIGHBOUR)
    for spelled, rates in ((name, said), (operation, said), ("*", said), (name, applied or {})):
        if spelled in rates:
            per_second = rates[spelled]
            # A lower rate comes with a smaller burst; whether a raised one has a larger burst nobody says.
            return Rate(per_second, max(1.0, quota.burst * min(1.0, per_second / quota.per_second)))
    return quota


@dataclass(slots=True)
class TokenBucket:
    """A client-side copy of one quota's bucket. Times are seconds of one monotonic clock.

    When a call arrives nobody knows, only when it was answered. Where calls are long on their way, AWS's bucket is full
    meanwhile and gains nothing: so this one does not refill what is under way.

    It halves its rate when calls come back throttled all the same (the quota is lower than the table says, or
    somebody else spends it), and returns to the full rate by and by.
    """

    full_rate: float
    burst: float
    most: float
    """What AWS's bucket holds when it is full: a little more than is used of it."""
    tokens: float
    at: float
    per_second: float
    paused_until: float = 0.0
    under_way: int = 0
    """Calls that were made and are not answered."""

    @classmethod
    def of(cls, quota: Rate, now: float) -> TokenBucket:
        """A full bucket that stays a little below the quota."""
        burst = max(1.0, quota.burst - 1)
        rate = quota.per_second * MARGIN
        return cls(rate, burst, max(1.0, quota.burst), burst, now, rate)

    def adopt(self, quota: Rate) -> None:
        """Goes on at another quota, with the tokens that it has."""
        like = TokenBucket.of(quota, self.at)
        self.per_second *= like.full_rate / self.full_rate
        self.full_rate, self.burst, self.most = like.full_rate, like.burst, like.most
        self.tokens = min(self.tokens, like.burst)

    def ready_at(self, now: float) -> float:
        """When the next call may go; `now` if at once."""
        self._refill(now)
        return now if self.tokens >= 1 else now + (1 - self.tokens) / self.per_second

    def spent_at(self, calls: int, now: float) -> float:
        """When the last of so many calls may go; `now` if all at once."""
        self._refill(now)
        return now + max(0.0, calls - self.tokens) / self.per_second

    def take(self, now: float) -> None:
        """Spends one token (callers wait for `ready_at`)."""
        self._refill(now)
        self.tokens -= 1
        self.under_way += 1
        self.per_second = min(self.full_rate, self.per_second * RECOVERY)

    def answered(self, now: float) -> None:
        """One of the calls has come back, whatever became of it."""
        self._refill(now)
        self.under_way -= 1

    def pause(self, seconds: float, now: float) -> None:
        """Holds every call back for a while, and slows down: the real bucket is empty.

        Calls that were under way together are refused together; they slow it down once.
        """
        self._refill(now)
        if now >= self.paused_until:
            self.per_second = max(self.per_second / 2, min(SLOWEST, self.full_rate))
            self.paused_until = now + seconds
        self.tokens = min(self.tokens, 1 - seconds * self.per_second)

    def _refill(self, now: float) -> None:
        if now > self.at:
            room = max(0.0, self.most - self.under_way)
            self.tokens = min(self.burst, room, self.tokens + (now - self.at) * self.per_second)
            self.at = now
