"""What queues refer to."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
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

HOURS = "HoursOfOperationId"
NUMBER = "OutboundCallerConfig.OutboundCallerIdNumberId"
WHISPER = "OutboundCallerConfig.OutboundFlowId"
REFERENCES = (
    (HOURS, "connect.hours_of_operation", "hours of operation that exist"),
    (NUMBER, "connect.phone_number", "a phone number claimed for the instance"),
    (WHISPER, "connect.contact_flow", "a flow that exists"),
)
INSTANCE_ARN = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"

OFFICE = thing("connect.hours_of_operation", id="h-1", Name="Office hours")
CLAIMED = thing("connect.phone_number", id="pn-1", PhoneNumberType="DID")
GREETING = thing("connect.contact_flow", id="cf-1", Name="Outbound whisper", Type="OUTBOUND_WHISPER")


def _queue(hours: str = "h-1", **outbound: Any) -> Thing:
    more = {"OutboundCallerConfig": outbound} if outbound else {}
    return thing("connect.queue", id="q-1", Name="Sales", HoursOfOperationId=hours, **more)


@rule(
    id="CONNECT-RTG-001",
    severity=Severity.HIGH,
    severity_reason="Opening hours are not checked as meant, or agents cannot call out from the queue.",
    kind="connect.queue",
    reads={
        "connect.queue": (HOURS, NUMBER, WHISPER),
        "connect.hours_of_operation": (),
        "connect.phone_number": (),
        "connect.contact_flow": (),
    },
    fix=Fix(
        console="On the admin website open Routing > Queues and choose hours, number and flow again.",
        cli=(
            "aws connect update-queue-hours-of-operation, or aws connect update-queue-outbound-caller-config, with "
            "--instance-id INSTANCE_ID --queue-id QUEUE_ID"
        ),
        cloudformation="AWS::Connect::Queue: HoursOfOperationArn and OutboundCallerConfig",
        terraform="aws_connect_queue: hours_of_operation_id and outbound_caller_config",
        note="Agents' own queues have no such settings and are not judged.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/create-queue.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_Queue.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_OutboundCallerConfig.html",
    ),
    examples=(
        passes("a queue with hours only", _queue(), OFFICE),
        passes(
            "hours, number and flow exist",
            _queue(OutboundCallerIdNumberId="pn-1", OutboundFlowId="cf-1"),
            OFFICE,
            CLAIMED,
            GREETING,
        ),
        passes(
            "references written as ARNs",
            _queue(
                f"{INSTANCE_ARN}/operating-hours/h-1",
                OutboundCallerIdNumberId="arn:aws:connect:us-east-1:111122223333:phone-number/pn-1",
                OutboundFlowId=f"{INSTANCE_ARN}/contact-flow/cf-1:$SAVED",
            ),
            OFFICE,
            CLAIMED,
            GREETING,
        ),
        passes(
            "a queue without a number does not need the numbers",
            _queue(OutboundCallerIdName="Example Ltd"),
            OFFICE,
            unread("connect.phone_number", "connect:ListPhoneNumbersV2"),
        ),
        fails("hours that do not exist", _queue("h-9"), OFFICE, Evidence(HOURS, REFERENCES[0][2], "h-9")),
        fails(
            "a number that was released",
            _queue(OutboundCallerIdNumberId="pn-9"),
            OFFICE,
            CLAIMED,
            Evidence(NUMBER, REFERENCES[1][2], "pn-9"),
        ),
        fails(
            "everything dangles",
            _queue(
                "h-9", OutboundCallerIdNumberId="pn-9", OutboundFlowId=f"{INSTANCE_ARN}/contact-flow/cf-9"
            ),
            OFFICE,
            CLAIMED,
            GREETING,
            Evidence(HOURS, REFERENCES[0][2], "h-9"),
            Evidence(NUMBER, REFERENCES[1][2], "pn-9"),
            Evidence(WHISPER, REFERENCES[2][2], f"{INSTANCE_ARN}/contact-flow/cf-9"),
        ),
        unknown(
            "numbers are not readable",
            _queue(OutboundCallerIdNumberId="pn-1"),
            OFFICE,
            unread("connect.phone_number", "connect:ListPhoneNumbersV2"),
        ),
        unknown(
            "the queue's settings are not readable",
            thing("connect.queue", id="q-1", Name="Sales", unread={HOURS: "connect:DescribeQueue"}),
            OFFICE,
        ),
        not_applicable(
            "the creation failed", _queue(), thing("connect.instance", InstanceStatus="CREATION_FAILED")
        ),
    ),
)
def queue_references_resolve(queue: Seen, around: Around) -> Outcome:
    """Everything that the queue refers to exists.

    A queue names hours of operation, a number to call out with and a flow that the called person hears. When one of
    them is deleted, the queue keeps its id. Then a flow cannot tell whether the queue is open, or agents' calls from
    it fail.
    """
    return [
        Fail.at(path, expected=expected, actual=queue.get(path), discriminator=path)
        for path, kind, expected in REFERENCES
        if queue.get(path) and around.one(kind, _id(queue.get(path))) is None
    ]


def _id(reference: str) -> str:
    """The id in a reference, which is an id or an ARN; a flow's ARN may end with a version."""
    return reference.rpartition("/")[2].partition(":")[0]
