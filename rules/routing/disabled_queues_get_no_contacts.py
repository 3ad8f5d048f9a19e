"""Queues that are closed while the way there is open."""

from typing import Any

from auditor.flows import action, content
from auditor.queue_senders import READS, senders_of
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
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
    unread,
)


def _queue(status: str) -> Thing:
    return thing("connect.queue", id="q-1", Name="Sales", Status=status)


def _flow(queue: str, kind: str = "UpdateContactTargetQueue", **more: str) -> Thing:
    said: dict[str, Any] = {"Name": "Main line", "State": "ACTIVE", "Status": "PUBLISHED", **more}
    steps = (action("queue", kind, "end", QueueId=queue), action("end", "DisconnectParticipant"))
    return thing("connect.contact_flow", id="cf-1", Content=content(*steps), **said)


def _module(queue: str) -> Thing:
    steps = (
        action("queue", "UpdateContactTargetQueue", "end", QueueId=queue),
        action("end", "EndFlowModuleExecution"),
    )
    return thing(
        "connect.contact_flow_module",
        id="m-1",
        Name="Choose",
        State="ACTIVE",
        Status="PUBLISHED",
        Content=content(*steps),
    )


def _button(queue: str) -> Thing:
    return thing(
        "connect.quick_connect",
        id="qc-1",
        Name="Second line",
        QuickConnectConfig={"QuickConnectType": "QUEUE", "QueueConfig": {"QueueId": queue}},
    )


def _sent_by(*names: str) -> Evidence:
    return Evidence("what sends contacts to it", [], [*names])


DISABLED = Evidence("Status", "ENABLED", "DISABLED")


@rule(
    id="CONNECT-RTG-003",
    severity=Severity.MEDIUM,
    severity_reason="Contacts take an error branch. Disabling a queue in an outage is deliberate, and so not high.",
    kind="connect.queue",
    reads={"connect.queue": ("Status",), **READS},
    fix=Fix(
        console="On the admin website open Routing > Queues and enable the queue, or change what sends contacts there.",
        cli="aws connect update-queue-status --instance-id INSTANCE_ID --queue-id QUEUE_ID --status ENABLED",
        cloudformation="AWS::Connect::Queue: Status: ENABLED",
        terraform='aws_connect_queue: status = "ENABLED"',
        note="What only the contact tells ($.Attributes…) cannot be checked.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/disable-a-queue.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateQueueStatus.html",
    ),
    examples=(
        passes("an enabled queue", _queue("ENABLED"), _flow("q-1")),
        passes("a disabled queue that nothing leads to", _queue("DISABLED"), _flow("q-2"), _button("q-2")),
        passes("a flow only asks how it is doing", _queue("DISABLED"), _flow("q-1", "CheckMetricData")),
        passes("a draft leads there", _queue("DISABLED"), _flow("q-1", Status="SAVED")),
        fails(
            "a flow transfers waiting contacts there",
            _queue("DISABLED"),
            _flow("q-1", "DequeueContactAndTransferToQueue"),
            DISABLED,
            _sent_by("flow Main line"),
        ),
        fails(
            "a module, a flow and a quick connect lead there",
            _queue("DISABLED"),
            _module("q-1"),
            _flow("q-1"),
            _button("x/queue/q-1"),
            DISABLED,
            _sent_by("flow Main line", "module Choose", "quick connect Second line"),
        ),
        unknown(
            "flows are not readable",
            _queue("DISABLED"),
            unread("connect.contact_flow", "connect:ListContactFlows"),
        ),
        unknown(
            "the content of one flow is not readable",
            _queue("DISABLED"),
            thing(
                "connect.contact_flow",
                id="cf-1",
                Name="Main line",
                State="ACTIVE",
                Status="PUBLISHED",
                unread={"Content": "connect:DescribeContactFlow"},
            ),
        ),
        unknown(
            "quick connects are not readable",
            _queue("DISABLED"),
            unread("connect.quick_connect", "connect:ListQuickConnects"),
        ),
        not_applicable(
            "a flow chooses its queue as it runs",
            _queue("DISABLED"),
            _flow("$.Attributes.queue"),
            _button("q-2"),
        ),
    ),
)
def disabled_queues_get_no_contacts(queue: Seen, around: Around) -> Outcome:
    """No flow or quick connect sends contacts to a disabled queue.

    A disabled queue takes nobody in. A flow that transfers there takes its error branch, which often ends the call;
    an agent's quick connect fails while the customer is on the line. A queue is soon disabled in an outage, and what
    leads to it is soon forgotten.
    """
    if queue.get("Status") != "DISABLED":
        return Pass()
    senders = senders_of(queue, around)
    if senders.names:
        sent_by = Evidence("what sends contacts to it", [], list(senders.names))
        return Fail((Evidence("Status", "ENABLED", "DISABLED"), sent_by))
    if senders.open:
        return NotApplicable(
            "nothing names it, and nobody can tell whether flows that choose a queue come here"
        )
    return Pass()
