"""How many may wait."""

from typing import Any

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
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

MOST = "MaxContacts"


def _queue(**more: Any) -> Thing:
    return thing("connect.queue", id="q-1", Name="Sales", **more)


@rule(
    id="CONNECT-RTG-004",
    severity=Severity.LOW,
    severity_reason="It takes a very bad day for one queue to fill the instance.",
    kind="connect.queue",
    reads={"connect.queue": (MOST,)},
    params=(
        Param(
            "max_contacts_max",
            0,
            "The most contacts that any queue may hold. 0: nobody demands a limit.",
            minimum=0,
            maximum=1000000,
        ),
    ),
    fix=Fix(
        console='On the admin website open Routing > Queues and set "Maximum contacts in queue".',
        cli=(
            "aws connect update-queue-max-contacts --instance-id INSTANCE_ID --queue-id QUEUE_ID "
            "--max-contacts NUMBER"
        ),
        cloudformation="AWS::Connect::Queue: MaxContacts",
        terraform="aws_connect_queue: max_contacts",
        note='A flow must wire the "At capacity" branch of its transfer to something useful before the limit is set.',
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/set-maximum-queue-limit.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html",
    ),
    examples=(
        passes("a limit below the greatest", _queue(MaxContacts=20), max_contacts_max=50),
        passes("a limit of just that size", _queue(MaxContacts=50), max_contacts_max=50),
        fails(
            "no limit: only the instance's quota ends it",
            _queue(),
            Evidence(MOST, "at most 50 (parameter max_contacts_max)", None),
            max_contacts_max=50,
        ),
        fails(
            "a limit above the greatest",
            _queue(MaxContacts=51),
            Evidence(MOST, "at most 50 (parameter max_contacts_max)", 51),
            max_contacts_max=50,
        ),
        unknown(
            "the queue's settings are not readable",
            thing("connect.queue", id="q-1", Name="Sales", unread={MOST: "connect:DescribeQueue"}),
            max_contacts_max=50,
        ),
        not_applicable("nobody demands a limit", _queue()),
    ),
)
def queues_limit_their_contacts(queue: Seen, around: Around) -> Outcome:
    """A queue holds no more contacts than is allowed.

    All queues share the instance's quota of calls. A queue without a limit of its own can take all of it in an
    outage, and then callers of every other queue hear a busy signal. With a limit the flow learns that the queue is
    full and can offer a callback or say so.
    """
    allowed = around.params["max_contacts_max"]
    if not allowed:
        return NotApplicable("nobody demands a limit (parameter max_contacts_max)")
    most = queue.get(MOST)
    if most is not None and most <= allowed:
        return Pass()
    return Fail.at(MOST, expected=f"at most {allowed} (parameter max_contacts_max)", actual=most)
