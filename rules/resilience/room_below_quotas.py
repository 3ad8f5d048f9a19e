"""How much room is left below the quotas of the instance."""

from collections.abc import Mapping
from typing import Any

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

COUNTED: Mapping[str, str] = {
    "L-0865B754": "connect.prompt",
    "L-19A87C94": "connect.queue",
    "L-20CD02F7": "connect.hours_of_operation",
    "L-22922690": "connect.contact_flow",
    "L-68BBE2E8": "connect.quick_connect",
    "L-8F812903": "connect.phone_number",
    "L-9A46857E": "connect.user",
    "L-D3E7BE26": "connect.routing_profile",
    "L-D68AAAE4": "connect.hierarchy_group",
    "L-F325A715": "connect.security_profile",
}
"""The quotas per instance whose codes AWS has printed, and what each of them counts."""
ALMOST_FULL = 95
ARN = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
OTHER = "arn:aws:connect:us-east-1:111122223333:instance/99999999-2222-3333-4444-555555555555"
INSTANCE = thing("connect.instance")
DEFAULTS = tuple(thing("service_quotas.default", QuotaCode=code, Value=100.0) for code in COUNTED)


def _applied(code: str, value: float, context: str = "", **more: Any) -> Thing:
    where: dict[str, Any] = {"QuotaContext": {"ContextId": context}} if context else {}
    return thing("service_quotas.quota", QuotaCode=code, Value=value, **where, **more)


def _queues(count: int) -> list[Thing]:
    return [thing("connect.queue", QueueId=f"q-{number}") for number in range(count)]


def _evidence(code: str, kind: str, most: str, count: int) -> Evidence:
    return Evidence(f"number of {kind} ({code})", most, count)


@rule(
    id="CONNECT-RES-002",
    severity=Severity.MEDIUM,
    severity_reason="Callers notice nothing; administrators cannot add the next one, and an increase takes days.",
    severities=(Severity.HIGH,),
    kind="connect.instance",
    reads={
        "connect.instance": (
            "Arn",
            "Id",
        ),
        "service_quotas.quota": ("QuotaCode", "QuotaContext", "Value", "ErrorReason"),
        "service_quotas.default": ("Value", "ErrorReason"),
        **dict.fromkeys(COUNTED.values(), ()),
    },
    params=(
        Param("percent", 80, "How much of a quota must not be reached, in percent.", minimum=1, maximum=100),
    ),
    fix=Fix(
        console="In Service Quotas choose Amazon Connect, the quota and the instance, and request an increase.",
        cli=(
            "aws service-quotas request-service-quota-increase --service-code connect --quota-code CODE "
            "--desired-value NUMBER --context-id INSTANCE_ARN"
        ),
        terraform="aws_servicequotas_service_quota: value (for the account, not for one instance)",
        note="Or delete what nobody uses: CONNECT-FLW-010, CONNECT-NUM-006 and CONNECT-ACC-011 find some of it.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/plan-ahead-quotas.html",
        "https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_QuotaContextInfo.html",
    ),
    interpretive={"nist": ("CP-2(2)",), "iso27001": ("A.8.6",), "soc2": ("A1.1",)},
    examples=(
        passes("few queues", INSTANCE, *DEFAULTS, *_queues(79)),
        passes(
            "an increase for this instance",
            INSTANCE,
            *DEFAULTS,
            _applied("L-19A87C94", 50.0),
            _applied("L-19A87C94", 200.0, ARN),
            *_queues(90),
        ),
        passes(
            "an increase for all instances of the account",
            INSTANCE,
            *DEFAULTS,
            _applied("L-19A87C94", 200.0, "*"),
            *_queues(90),
        ),
        passes("a quota may be used up but for one", INSTANCE, *DEFAULTS, *_queues(99), percent=100),
        passes(
            "nothing of a quota of nothing is used", INSTANCE, *DEFAULTS, _applied("L-19A87C94", 0.0, ARN)
        ),
        fails(
            "most of the default is used",
            INSTANCE,
            *DEFAULTS,
            *_queues(80),
            _evidence("L-19A87C94", "connect.queue", "less than 80 % of 100", 80),
        ),
        fails(
            "an increase for another instance",
            INSTANCE,
            *DEFAULTS,
            _applied("L-19A87C94", 200.0, OTHER),
            *_queues(96),
            _evidence("L-19A87C94", "connect.queue", "less than 80 % of 100", 96),
        ),
        fails(
            "two quotas, one of them lowered for the account",
            INSTANCE,
            *DEFAULTS,
            _applied("L-8F812903", 5.0),
            *(thing("connect.phone_number", PhoneNumberId=f"pn-{number}") for number in range(5)),
            *_queues(80),
            _evidence("L-19A87C94", "connect.queue", "less than 80 % of 100", 80),
            _evidence("L-8F812903", "connect.phone_number", "less than 80 % of 5", 5),
        ),
        *(
            fails(
                f"too many of {kind}",
                INSTANCE,
                *(one for one in DEFAULTS if one.data["QuotaCode"] != code),
                _applied(code, 1.0),
                thing(kind, id="one"),
                _evidence(code, kind, "less than 80 % of 1", 1),
            )
            for code, kind in COUNTED.items()
        ),
        unknown(
            "the quotas of the account are not readable",
            INSTANCE,
            *DEFAULTS,
            unread("service_quotas.quota", "servicequotas:ListServiceQuotas"),
        ),
        unknown("users are not readable", INSTANCE, *DEFAULTS, unread("connect.user", "connect:ListUsers")),
        unknown("a quota that Service Quotas says nothing of", INSTANCE, *DEFAULTS[1:]),
        unknown(
            "a quota that Service Quotas could not find out",
            INSTANCE,
            *DEFAULTS,
            _applied("L-19A87C94", 0.0, ErrorReason={"ErrorCode": "DEPENDENCY_SERVICE_ERROR"}),
        ),
        not_applicable(
            "the creation failed", thing("connect.instance", InstanceStatus="CREATION_FAILED"), *DEFAULTS
        ),
    ),
)
def room_below_quotas(instance: Seen, around: Around) -> Outcome:
    """The instance stays well below its quotas of users, queues, flows and numbers.

    At a quota nothing more can be created. The queue for tomorrow's campaign, the agents who start on Monday, the
    emergency flow: all wait for AWS to grant an increase, which takes hours to weeks. What counts is the quota for
    this instance, else the one for the account, else AWS's default.
    """
    quotas = {(one.get("QuotaCode"), _context(one)): one for one in around.all("service_quotas.quota")}
    contexts = (instance.get("Arn"), instance.get("Id"), "*", "")
    failures, unheard = [], []
    for code, kind in COUNTED.items():
        quota = next(
            (quotas[code, where] for where in contexts if (code, where) in quotas),
            around.one("service_quotas.default", code),
        )
        count = len(around.all(kind))
        if quota is None or quota.get("ErrorReason"):
            unheard.append(code)
        elif count and 100 * count >= around.params["percent"] * quota.get("Value"):
            failures.append(_failure(code, kind, count, quota.get("Value"), around.params["percent"]))
    if unheard and not failures:
        words = f"Service Quotas gives no value for {', '.join(unheard)}"
        raise Unread(Cause(Reason.NOT_POPULATED, "servicequotas:ListServiceQuotas", words), instance.cited)
    return failures


def _context(quota: Seen) -> str:
    """The instance that a quota is for, `*` for all of them, or nothing where it is for the account."""
    return str((quota.get("QuotaContext") or {}).get("ContextId", ""))


def _failure(code: str, kind: str, count: int, value: float, percent: int) -> Fail:
    return Fail.at(
        f"number of {kind} ({code})",
        expected=f"less than {percent} % of {value:g}",
        actual=count,
        discriminator=code,
        severity=Severity.HIGH if 100 * count >= ALMOST_FULL * value else None,
    )
