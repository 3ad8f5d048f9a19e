"""What the people see whom agents call."""

from typing import Any

from auditor.model import Cause, Reason
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
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

NUMBER = "OutboundCallerConfig.OutboundCallerIdNumberId"
WHISPER = "OutboundCallerConfig.OutboundFlowId"
ON = thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="true")
OFF = thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="false")
NO_NUMBER = Evidence(NUMBER, "a phone number", None)


def _queue(**outbound: Any) -> Thing:
    return thing("connect.queue", id="q-1", Name="Sales", OutboundCallerConfig=outbound)


def _profile(users: int, queue: str = "q-1") -> Thing:
    return thing(
        "connect.routing_profile",
        id="rp-1",
        Name="Sales agents",
        DefaultOutboundQueueId=queue,
        NumberOfAssociatedUsers=users,
    )


def _dialled_by(*names: str) -> Evidence:
    return Evidence("routing profiles whose agents call out from it", [], [*names])


@rule(
    id="CONNECT-RTG-005",
    severity=Severity.MEDIUM,
    severity_reason="Calls fail, or go out and are not answered, and nobody can call back.",
    kind="connect.queue",
    reads={
        "connect.queue": (NUMBER, WHISPER),
        "connect.routing_profile": ("Name", "DefaultOutboundQueueId", "NumberOfAssociatedUsers"),
        "connect.instance_attribute": ("Value",),
    },
    fix=Fix(
        console="On the admin website open Routing > Queues and choose an outbound caller ID number.",
        cli=(
            "aws connect update-queue-outbound-caller-config --instance-id INSTANCE_ID --queue-id QUEUE_ID "
            "--outbound-caller-config OutboundCallerIdNumberId=PHONE_NUMBER_ID"
        ),
        cloudformation="AWS::Connect::Queue: OutboundCallerConfig.OutboundCallerIdNumberArn",
        terraform="aws_connect_queue: outbound_caller_config { outbound_caller_id_number_id }",
        note=(
            "A queue with an outbound whisper flow of its own is not judged: the flow may set the number. Where "
            "agents must not call out, take OutboundCallAccess from their security profile."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/queues-callerid.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_OutboundCallerConfig.html",
    ),
    examples=(
        passes(
            "agents call out from it with a number", _queue(OutboundCallerIdNumberId="pn-1"), ON, _profile(4)
        ),
        passes(
            "with a number and a name",
            _queue(OutboundCallerIdNumberId="pn-1", OutboundCallerIdName="Example Ltd"),
            ON,
            _profile(1),
        ),
        fails(
            "agents call out from it without a number",
            _queue(),
            ON,
            _profile(4),
            NO_NUMBER,
            _dialled_by("Sales agents"),
        ),
        fails(
            "a name alone is no number",
            _queue(OutboundCallerIdName="Example Ltd"),
            ON,
            _profile(1),
            NO_NUMBER,
            _dialled_by("Sales agents"),
        ),
        unknown(
            "routing profiles are not readable",
            _queue(),
            ON,
            unread("connect.routing_profile", "connect:ListRoutingProfiles"),
        ),
        unknown("AWS does not list the attribute", _queue(), _profile(4)),
        not_applicable("outbound calling is off", _queue(), OFF, _profile(4)),
        not_applicable("nobody calls out from it", _queue(), ON, _profile(4, "q-2")),
        not_applicable("the profile that calls out from it has no agents", _queue(), ON, _profile(0)),
        not_applicable("its whisper flow may set the number", _queue(OutboundFlowId="cf-1"), ON, _profile(4)),
    ),
)
def outbound_queues_have_a_caller_id(queue: Seen, around: Around) -> Outcome:
    """Queues that agents call out from have an outbound caller ID number.

    An agent who dials a number calls from the default outbound queue of their routing profile. Without a number there,
    the call fails, or shows as unknown or anonymous: customers do not answer, carriers mark it as spam, and who wants
    to call back cannot.
    """
    switch = around.one("connect.instance_attribute", "OUTBOUND_CALLS")
    if switch is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes"), "OUTBOUND_CALLS")
    if switch.get("Value") == "false":
        return NotApplicable("outbound calling is off for the whole instance")
    profiles = around.naming("connect.routing_profile", "DefaultOutboundQueueId", queue.id)
    manned = [one.get("Name", one.id) for one in profiles if one.get("NumberOfAssociatedUsers")]
    if not manned:
        return NotApplicable("it is no agent's default outbound queue")
    if queue.get(NUMBER):
        return Pass()
    if queue.get(WHISPER):
        return NotApplicable("its outbound whisper flow may set the number")
    dialled_by = Evidence("routing profiles whose agents call out from it", [], sorted(manned))
    return Fail((Evidence(NUMBER, "a phone number", queue.get(NUMBER)), dialled_by))
