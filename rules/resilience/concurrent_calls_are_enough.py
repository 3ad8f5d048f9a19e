"""How many callers can be served at once."""

from typing import Any

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Pass,
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

CODE = "L-12AB7C57"
PATH = f"Value ({CODE})"
ARN = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
INSTANCE = thing("connect.instance", InboundCallsEnabled=True, OutboundCallsEnabled=False)
CHAT_ONLY = thing("connect.instance", InboundCallsEnabled=False, OutboundCallsEnabled=False)
DEFAULT = thing("service_quotas.default", QuotaCode=CODE, Value=10.0)
TEAM = tuple(thing("connect.user", id=f"u-{number}") for number in range(12))


def _applied(value: float, context: str = "", **more: Any) -> Thing:
    where: dict[str, Any] = {"QuotaContext": {"ContextId": context}} if context else {}
    return thing("service_quotas.quota", QuotaCode=CODE, Value=value, **where, **more)


def _evidence(expected: str, actual: float) -> Evidence:
    return Evidence(PATH, expected, actual)


@rule(
    id="CONNECT-RES-003",
    severity=Severity.MEDIUM,
    severity_reason="The next caller hears a busy tone; it happens at the busiest hour, and not before.",
    kind="connect.instance",
    reads={
        "connect.instance": ("Arn", "Id", "InboundCallsEnabled", "OutboundCallsEnabled"),
        "service_quotas.quota": ("QuotaCode", "QuotaContext", "Value", "ErrorReason"),
        "service_quotas.default": ("Value", "ErrorReason"),
        "connect.user": (),
    },
    params=(
        Param(
            "calls_min",
            0,
            "The least number of calls at once; 0: more than AWS's default wherever more users than that exist.",
            minimum=0,
            maximum=1000000,
        ),
    ),
    fix=Fix(
        console=(
            'In Service Quotas choose Amazon Connect, "Concurrent active calls per instance" and the instance, and '
            "request an increase."
        ),
        cli=(
            f"aws service-quotas request-service-quota-increase --service-code connect --quota-code {CODE} "
            "--desired-value NUMBER --context-id INSTANCE_ARN"
        ),
        terraform="aws_servicequotas_service_quota: value (for the account, not for one instance)",
        note=(
            "Waiting callers count as well as those who talk. How many calls there really are at once is in the metric "
            "ConcurrentCallsPercentage, which no rule reads."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/plan-ahead-quotas.html",
    ),
    interpretive={"nist": ("CP-2(2)",), "iso27001": ("A.8.6",), "soc2": ("A1.1",)},
    examples=(
        passes("an increase for this instance", INSTANCE, DEFAULT, _applied(200.0, ARN), *TEAM),
        passes(
            "an increase for this instance, by its id", INSTANCE, DEFAULT, _applied(200.0, ARN[-36:]), *TEAM
        ),
        passes("an increase for the account", INSTANCE, DEFAULT, _applied(200.0), *TEAM),
        passes("the default, for a small team", INSTANCE, DEFAULT, *TEAM[:10]),
        passes(
            "as many calls as were asked for", INSTANCE, DEFAULT, _applied(25.0, "*"), *TEAM, calls_min=25
        ),
        fails(
            "the default, for more people",
            INSTANCE,
            DEFAULT,
            *TEAM,
            _evidence("more than the default of 10", 10.0),
        ),
        fails(
            "less than the default, in an old account",
            INSTANCE,
            DEFAULT,
            _applied(5.0),
            *TEAM,
            _evidence("more than the default of 10", 5.0),
        ),
        fails(
            "fewer calls than were asked for", INSTANCE, DEFAULT, _evidence("at least 25", 10.0), calls_min=25
        ),
        unknown(
            "quotas are not readable",
            INSTANCE,
            DEFAULT,
            unread("service_quotas.quota", "servicequotas:ListServiceQuotas"),
            *TEAM,
        ),
        unknown(
            "Service Quotas could not find out the quota of this instance",
            INSTANCE,
            DEFAULT,
            _applied(0.0, ARN, ErrorReason={"ErrorCode": "DEPENDENCY_SERVICE_ERROR"}),
            *TEAM,
        ),
        unknown("Service Quotas says nothing of the default", INSTANCE, _applied(200.0, ARN), *TEAM),
        unknown("users are not readable", INSTANCE, DEFAULT, unread("connect.user", "connect:ListUsers")),
        not_applicable("an instance for chats", CHAT_ONLY, DEFAULT, *TEAM),
    ),
)
def concurrent_calls_are_enough(instance: Seen, around: Around) -> Outcome:
    """The quota of concurrent calls was raised where AWS's default is too small.

    A new instance takes 10 calls at once, those of waiting callers included. Whoever calls when all are taken is not
    queued: the call fails before any flow can answer. Where more people work than the default allows calls, and it is
    still the default that holds, nobody has asked for more. Whether a raised quota is enough, nothing here can tell.
    """
    if not (instance.get("InboundCallsEnabled") or instance.get("OutboundCallsEnabled")):
        return NotApplicable("the instance makes and takes no calls")
    default = around.one("service_quotas.default", CODE)
    if default is None or default.get("ErrorReason"):
        words = f"Service Quotas gives no value for {CODE}"
        raise Unread(
            Cause(Reason.NOT_POPULATED, "servicequotas:ListAWSDefaultServiceQuotas", words), instance.cited
        )
    usual, people = default.get("Value"), len(around.all("connect.user"))
    calls, wanted = _calls(instance, around, usual), around.params["calls_min"]
    if wanted:
        return Pass() if calls >= wanted else Fail.at(PATH, expected=f"at least {wanted}", actual=calls)
    if calls > usual or people <= calls:
        return Pass()
    return Fail.at(PATH, expected=f"more than the default of {usual:g}", actual=calls)


def _calls(instance: Seen, around: Around, usual: float) -> float:
    """The quota for this instance, else the one for all instances or the account, else AWS's default."""
    applied = {
        str((one.get("QuotaContext") or {}).get("ContextId", "")): one
        for one in around.all("service_quotas.quota")
        if one.get("QuotaCode") == CODE
    }
    contexts = (instance.get("Arn"), instance.get("Id"), "*", "")
    quota = next((applied[where] for where in contexts if where in applied), None)
    if quota is None:
        return usual
    if quota.get("ErrorReason"):
        words = f"Service Quotas could not find out the value of {CODE}"
        raise Unread(Cause(Reason.NOT_POPULATED, "servicequotas:ListServiceQuotas", words), instance.cited)
    return float(quota.get("Value"))
