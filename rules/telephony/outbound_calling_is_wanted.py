"""Calling out, which costs money when strangers do it."""

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Pass,
    Seen,
    Severity,
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

INSTANCE = thing("connect.instance")
ON = thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="true")
OFF = thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="false")
CALLING = thing(
    "connect.queue", id="q-sales", Name="Sales", OutboundCallerConfig={"OutboundCallerIdNumberId": "pn-1"}
)
SILENT = thing("connect.queue", id="q-basic", Name="BasicQueue")
NAMED = thing(
    "connect.queue", id="q-named", Name="Named", OutboundCallerConfig={"OutboundCallerIdName": "Example Ltd"}
)
SWITCH = Evidence("Value", "false", "true", "connect.instance_attribute OUTBOUND_CALLS")
UNUSED = Evidence(
    "queues with an outbound caller ID number", "at least one, while outbound calling is on", []
)


@rule(
    id="CONNECT-TEL-002",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason=(
        "It takes a second mistake, such as a stolen account or a flow that dials anything, to cost money. Where "
        "nobody has said that calling out is not wanted, it is only inferred: low."
    ),
    kind="connect.instance",
    drift=("attributes.OUTBOUND_CALLS",),
    reads={
        "connect.instance": (),
        "connect.instance_attribute": ("Value",),
        "connect.queue": ("OutboundCallerConfig.OutboundCallerIdNumberId",),
    },
    params=(
        Param(
            "outbound_wanted",
            None,
            "Whether this contact centre calls out. Not set: it is judged by whether any queue has a number to call "
            "out with.",
            type="boolean",
        ),
    ),
    fix=Fix(
        console='On the instance\'s page choose "Telephony" and clear "Allow outbound calls".',
        cli=(
            "aws connect update-instance-attribute --instance-id INSTANCE_ID --attribute-type OUTBOUND_CALLS "
            "--value false"
        ),
        cloudformation="AWS::Connect::Instance: Attributes.OutboundCalls: false",
        terraform="aws_connect_instance: outbound_calls_enabled = false",
        note=(
            "Callbacks, transfers to outside numbers and quick connects to phone numbers are outbound calls too: look "
            "for them first. Where outbound calling is wanted, set the parameter outbound_wanted, or give the queues "
            "that call out a caller ID number."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/enable-outbound-calls.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/update-instance-settings.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateInstanceAttribute.html",
    ),
    interpretive={"nist": ("CM-7",)},
    examples=(
        passes("outbound calling is off", INSTANCE, OFF, SILENT),
        passes(
            "outbound calling is on, and a queue has a number to call out with", INSTANCE, ON, SILENT, CALLING
        ),
        passes("outbound calling is on because it is wanted", INSTANCE, ON, SILENT, outbound_wanted=True),
        passes("outbound calling is off though it would be allowed", INSTANCE, OFF, outbound_wanted=True),
        passes("outbound calling is off and not wanted", INSTANCE, OFF, CALLING, outbound_wanted=False),
        fails("on, but no queue has an outbound caller ID number", INSTANCE, ON, SILENT, SWITCH, UNUSED),
        fails("a caller ID name alone is no number", INSTANCE, ON, NAMED, SWITCH, UNUSED),
        fails("on, but not wanted", INSTANCE, ON, CALLING, SWITCH, outbound_wanted=False),
        unknown(
            "attributes are not readable",
            INSTANCE,
            unread("connect.instance_attribute", "connect:ListInstanceAttributes"),
        ),
        unknown(
            "on, and queues are not readable", INSTANCE, ON, unread("connect.queue", "connect:SearchQueues")
        ),
        unknown("AWS does not list the attribute", INSTANCE, CALLING),
        not_applicable(
            "the creation failed", thing("connect.instance", InstanceStatus="CREATION_FAILED"), ON
        ),
    ),
)
def outbound_calling_is_wanted(_instance: Seen, around: Around) -> Outcome:
    """Outbound calling is off unless it is wanted.

    With outbound calling on, every agent who may use it, every flow and every caller of the API can dial paid
    numbers anywhere the account may call. Fraud of this kind shows up on the bill. A queue with an outbound caller ID
    number counts as evidence that calling out is wanted: without one, calls and transfers have no number to show.
    """
    switch = around.one("connect.instance_attribute", "OUTBOUND_CALLS")
    if switch is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes"), "OUTBOUND_CALLS")
    wanted = around.params["outbound_wanted"]
    if switch.get("Value") == "false" or wanted is True:
        return Pass()
    on = Evidence("Value", "false", switch.get("Value"), switch.cited)
    if wanted is False:
        return Fail((on,))
    if any(
        queue.get("OutboundCallerConfig.OutboundCallerIdNumberId") for queue in around.all("connect.queue")
    ):
        return Pass()
    return Fail((on, UNUSED), severity=Severity.LOW)
