"""Whether there is an instance that works."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Pass,
    Seen,
    Severity,
    Thing,
    fails,
    passes,
    rule,
    thing,
    unknown,
)

STATUS = "InstanceStatus"


def _instance(status: str, **more: Any) -> Thing:
    return thing("connect.instance", InstanceStatus=status, **more)


@rule(
    id="CONNECT-RES-001",
    severity=Severity.HIGH,
    severities=(Severity.LOW,),
    severity_reason=(
        "An instance that is not active takes no contacts, and every other rule skips it. One that is still being "
        "created is ready in a few minutes: low."
    ),
    kind="connect.instance",
    inactive_too=True,
    reads={"connect.instance": (STATUS,)},
    fix=Fix(
        console=(
            "If the instance is still being created, scan again in a few minutes. If its creation has failed, read the "
            "reason on the instance's page, delete it and create it again."
        ),
        cli="aws connect describe-instance --instance-id INSTANCE_ID --query Instance.StatusReason",
        note="No API moves an instance out of CREATION_FAILED.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeInstance.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_Instance.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ListInstances.html",
    ),
    examples=(
        passes("an active instance", _instance("ACTIVE")),
        passes(
            "an active instance with a reason left over from its creation",
            _instance("ACTIVE", StatusReason={"Message": "The instance was created"}),
        ),
        fails(
            "the creation has failed",
            _instance("CREATION_FAILED", StatusReason={"Message": "The directory could not be reached"}),
            Evidence(STATUS, "ACTIVE", "CREATION_FAILED"),
        ),
        fails(
            "the creation has not finished",
            _instance("CREATION_IN_PROGRESS"),
            Evidence(STATUS, "ACTIVE", "CREATION_IN_PROGRESS"),
        ),
        unknown(
            "the status could not be read",
            thing("connect.instance", unread={STATUS: "connect:DescribeInstance"}),
        ),
    ),
)
def instance_is_active(instance: Seen, _around: Around) -> Outcome:
    """The instance is active.

    An instance whose creation has failed, or has not finished, answers no calls and no chats. It has no settings that
    could be judged either, so without this rule a report about it would look clean. A failed instance is listed for
    about a day and then disappears by itself.
    """
    status = instance.get(STATUS)
    if status == "ACTIVE":
        return Pass()
    severity = Severity.LOW if status == "CREATION_IN_PROGRESS" else None
    return Fail.at(STATUS, expected="ACTIVE", actual=status, severity=severity)
