"""The gate every call passes before any backend sees it: fault hook, deny, throttle, latency."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

from .calls import Call, FaultHook, Request, Response
from .errors import AwsError

DEFAULT_RATE = 2.0

# (calls per second, burst) where Amazon Connect differs from its default of 2 and 5.
# Source: admin guide, "Amazon Connect API throttling quotas" (2026 copy).
CONNECT_RATES = {
    "ListIntegrationAssociations": (25.0, 50),
    **dict.fromkeys(
        (
            "ActivateEvaluationForm",
            "CreateEvaluationForm",
            "DeactivateEvaluationForm",
            "DeleteContactEvaluation",
            "DeleteEvaluationForm",
            "DescribeContactEvaluation",
            "DescribeEvaluationForm",
            "ListContactEvaluations",
            "ListEvaluationForms",
            "ListEvaluationFormVersions",
            "StartContactEvaluation",
            "SubmitContactEvaluation",
            "UpdateContactEvaluation",
            "UpdateEvaluationForm",
        ),
        (3.0, 5),
    ),
}

# Calls per second and burst of the services beside Connect. They document far more (S3: thousands a second for each
# prefix) or nothing; a scanner that needs more than this is too fast for a shared account. But who scans many accounts
# assumes a role in each from one, and STS documents 600 a second for that.
NEIGHBOUR_RATE = (10.0, 20)
NEIGHBOUR_RATES = {"sts": (600.0, 600)}

# Operations which model TooManyRequestsException in place of ThrottlingException.
CONNECT_VIEWS = frozenset({"ListViews", "ListViewVersions", "DescribeView"})

# What throttling is called, by protocol, at every other service.
THROTTLED = {
    "ec2": ("RequestLimitExceeded", "Request limit exceeded."),
    "query": ("Throttling", "Rate exceeded"),
    "rest-xml": ("SlowDown", "Please reduce your request rate."),
}

DENIED = {"ec2": "UnauthorizedOperation", "query": "AccessDenied", "rest-xml": "AccessDenied"}


class Deny:
    """Which IAM actions are refused: rules in order, the last one that matches decides."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._lock = Lock()
        self._rules: list[tuple[bool, re.Pattern[str]]] = []
        self.add(True, patterns)

    def add(self, refuse: bool, patterns: Iterable[str]) -> None:
        """Refuse, or allow again, the actions of these patterns (`*` and `?` as in IAM, any case)."""
        with self._lock:
            self._rules = [*self._rules, *((refuse, _iam_pattern(pattern)) for pattern in patterns)]

    def refuses(self, action: str) -> bool:
        for refuse, pattern in reversed(self._rules):
            if pattern.fullmatch(action):
                return refuse
        return False


@dataclass
class Bucket:
    """A token bucket: `burst` tokens at most, `rate` tokens per second flowing in continuously."""

    rate: float
    burst: float
    tokens: float
    filled: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.rate)
        self.filled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Throttle:
    """One bucket per (account, Region, service, operation). `rate` None means no throttling.

    The default rate is Connect's own: with it Connect's exceptions and the other services have theirs. A rate
    that somebody chose is a rate for all.
    """

    def __init__(self, rate: float | None, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self._lock = Lock()
        self._buckets: dict[tuple[str, str, str, str], Bucket] = {}

    def admits(self, call: Call) -> bool:
        if self.rate is None:
            return True
        key = call.account, call.region, call.service, call.operation
        with self._lock:
            bucket = self._buckets.get(key)
            if bucket is None:
                rate, burst = self._limit(call)
                bucket = self._buckets[key] = Bucket(rate, burst, burst)
            return bucket.take()

    def _limit(self, call: Call) -> tuple[float, float]:
        assert self.rate is not None
        if self.rate != DEFAULT_RATE:
            return self.rate, self.burst
        if call.service != "connect":
            return NEIGHBOUR_RATES.get(call.service, NEIGHBOUR_RATE)
        return CONNECT_RATES.get(call.operation, (self.rate, self.burst))


class Gate:
    """Fault hook, deny, throttle and latency, in this order."""

    def __init__(self, deny: Deny, throttle: Throttle, latency: float) -> None:
        self.deny, self.throttle, self.latency = deny, throttle, latency
        self.fault: FaultHook | None = None
        self.open = False
        """While the stage is set, everybody may pass."""

    def pass_through(self, call: Call, request: Request, protocol: str) -> Response | None:
        """None when the call may go on, a response when the fault hook made one.

        Raises AwsError when the call is refused, Throttled among them.
        """
        if self.open:
            return None
        if self.fault is not None:
            made = self.fault(call, request)
            if made is not None:
                return made
        if self.deny.refuses(call.action):
            raise denied(call, protocol)
        if not self.throttle.admits(call):
            raise throttled(call, protocol)
        if self.latency:
            time.sleep(self.latency)
        return None


class Throttled(AwsError):
    """Refused for its rate, which the record of the call keeps apart from every other error."""


def denied(call: Call, protocol: str) -> AwsError:
    """The refusal of an action by IAM, as the service words it."""
    who = f"arn:aws:sts::{call.account}:assumed-role/sandbox/session"
    message = (
        f"User: {who} is not authorized to perform: {call.action} on resource: "
        f"arn:aws:{call.action.partition(':')[0]}:{call.region}:{call.account}:* "
        "because no identity-based policy allows the action"
    )
    return AwsError(DENIED.get(protocol, "AccessDeniedException"), message, 403)


def throttled(call: Call, protocol: str) -> Throttled:
    """The refusal of a call that came too fast, as the service words it."""
    if call.service == "connect":
        code = "TooManyRequestsException" if call.operation in CONNECT_VIEWS else "ThrottlingException"
        return Throttled(code, "Rate exceeded", 429)
    if protocol in THROTTLED:
        code, message = THROTTLED[protocol]
        return Throttled(code, message)
    if protocol == "rest-json":
        return Throttled("TooManyRequestsException", "Rate exceeded", 429)
    return Throttled("ThrottlingException", "Rate exceeded", 400)


@lru_cache(maxsize=1000)
def _iam_pattern(pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.IGNORECASE)
