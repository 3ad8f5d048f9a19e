"""Whether calls that come in are let in."""

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

INSTANCE = thing("connect.instance")
ON = thing("connect.instance_attribute", AttributeType="INBOUND_CALLS", Value="true")
OFF = thing("connect.instance_attribute", AttributeType="INBOUND_CALLS", Value="false")
ANSWERED = "voice numbers that a flow answers"
CLAIMED = "numbers that take calls"
SWITCH = "connect.instance_attribute INBOUND_CALLS"


def _number(kind: str = "DID") -> Thing:
    return thing("connect.phone_number", id="pn-1", PhoneNumberType=kind)


def _association(kind: str = "VOICE_PHONE_NUMBER") -> Thing:
    return thing("connect.flow_association", ResourceType=kind, ResourceId="pn-1", FlowId="cf-1")


@rule(
    id="CONNECT-TEL-001",
    severity=Severity.HIGH,
    severities=(Severity.LOW,),
    severity_reason=(
        "Numbers that a flow answers reject every caller while inbound calling is off. On without a number: low, for "
        "nobody can call."
    ),
    kind="connect.instance",
    drift=("attributes.INBOUND_CALLS",),
    reads={
        "connect.instance": (),
        "connect.instance_attribute": ("Value",),
        "connect.phone_number": ("PhoneNumberType",),
        "connect.flow_association": ("ResourceType", "ResourceId"),
    },
    params=(
        Param(
            "inbound_wanted",
            None,
            "Whether this contact centre takes calls. Not set: it is judged by its numbers. true where calls come in "
            "without a number: from an app, a web page, or another instance's transfers.",
            type="boolean",
        ),
    ),
    fix=Fix(
        console='On the instance\'s page choose "Telephony" and select or clear "Allow incoming calls".',
        cli=(
            "aws connect update-instance-attribute --instance-id INSTANCE_ID --attribute-type INBOUND_CALLS "
            "--value true"
        ),
        cloudformation="AWS::Connect::Instance: Attributes.InboundCalls",
        terraform="aws_connect_instance: inbound_calls_enabled",
        note="Where numbers are only called out with, take the flow from them rather than letting calls in.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/update-instance-settings.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateInstanceAttribute.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ListFlowAssociations.html",
    ),
    interpretive={"nist": ("CM-7",)},
    examples=(
        passes("calls come in on a number that a flow answers", INSTANCE, ON, _number(), _association()),
        passes("calls come in, no flow answers yet", INSTANCE, ON, _number("TOLL_FREE")),
        passes("chat and tasks only", INSTANCE, OFF),
        passes("numbers that are only called out with", INSTANCE, OFF, _number()),
        passes(
            "a number for messages keeps its flow",
            INSTANCE,
            OFF,
            _association("WHATSAPP_MESSAGING_PHONE_NUMBER"),
        ),
        passes("calls come in from an app", INSTANCE, ON, inbound_wanted=True),
        fails(
            "a flow answers, and nobody can call",
            INSTANCE,
            OFF,
            _number(),
            _association(),
            Evidence("Value", "true", "false", SWITCH),
            Evidence(ANSWERED, 0, 1),
        ),
        fails(
            "on, without any number",
            INSTANCE,
            ON,
            Evidence("Value", "false", "true", SWITCH),
            Evidence(CLAIMED, "at least 1", 0),
        ),
        fails(
            "on, and a short code takes no calls",
            INSTANCE,
            ON,
            _number("SHORT_CODE"),
            Evidence("Value", "false", "true", SWITCH),
            Evidence(CLAIMED, "at least 1", 0),
        ),
        fails(
            "off, but wanted", INSTANCE, OFF, Evidence("Value", "true", "false", SWITCH), inbound_wanted=True
        ),
        fails(
            "on, but not wanted",
            INSTANCE,
            ON,
            _number(),
            Evidence("Value", "false", "true", SWITCH),
            inbound_wanted=False,
        ),
        unknown(
            "attributes are not readable",
            INSTANCE,
            unread("connect.instance_attribute", "connect:ListInstanceAttributes"),
        ),
        unknown(
            "off, and nobody can tell whether flows answer numbers",
            INSTANCE,
            OFF,
            unread("connect.flow_association", "connect:ListFlowAssociations"),
        ),
        unknown(
            "on, and numbers are not readable",
            INSTANCE,
            ON,
            unread("connect.phone_number", "connect:ListPhoneNumbersV2"),
        ),
        unknown("AWS does not list the attribute", INSTANCE, _number()),
        not_applicable(
            "the creation failed", thing("connect.instance", InstanceStatus="CREATION_FAILED"), ON
        ),
    ),
)
def inbound_calling_fits_the_numbers(_instance: Seen, around: Around) -> Outcome:
    """Inbound calling is on where numbers take calls, and off where none does.

    With inbound calling off, a number that a flow answers rejects every caller, and neither the number nor the flow
    shows why. With it on and no number, nobody can call today; but a number claimed by mistake is live at once, in an
    instance that was meant for chat and tasks.
    """
    switch = around.one("connect.instance_attribute", "INBOUND_CALLS")
    if switch is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes"), "INBOUND_CALLS")
    on = switch.get("Value") != "false"
    wrong = Evidence("Value", "false" if on else "true", switch.get("Value"), switch.cited)
    wanted = around.params["inbound_wanted"]
    if wanted is not None:
        return Pass() if on is wanted else Fail((wrong,), severity=Severity.LOW if on else None)
    if on:
        numbers = around.all("connect.phone_number")
        if any(number.get("PhoneNumberType") != "SHORT_CODE" for number in numbers):
            return Pass()
        return Fail((wrong, Evidence(CLAIMED, "at least 1", 0)), severity=Severity.LOW)
    associations = around.all("connect.flow_association")
    answered = {
        one.get("ResourceId") for one in associations if one.get("ResourceType") == "VOICE_PHONE_NUMBER"
    }
    return Fail((wrong, Evidence(ANSWERED, 0, len(answered)))) if answered else Pass()
