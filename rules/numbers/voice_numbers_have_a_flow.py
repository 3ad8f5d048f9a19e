"""Numbers that nobody answers."""

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

ARN = "arn:aws:connect:us-east-1:111122223333:phone-number/pn-1"
LEGACY = (
    "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555/phone-number/pn-1"
)
FLOW = (
    "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555/contact-flow/cf-1"
)


def _number(kind: str = "DID") -> Thing:
    return thing(
        "connect.phone_number",
        id="pn-1",
        PhoneNumberArn=ARN,
        PhoneNumber="+14155550100",
        PhoneNumberType=kind,
    )


def _association(resource: str, kind: str = "VOICE_PHONE_NUMBER") -> Thing:
    return thing("connect.flow_association", ResourceType=kind, ResourceId=resource, FlowId=FLOW)


def _queue(name: str, number: str) -> Thing:
    return thing(
        "connect.queue", id=f"q-{name}", Name=name, OutboundCallerConfig={"OutboundCallerIdNumberId": number}
    )


@rule(
    id="CONNECT-NUM-001",
    severity=Severity.HIGH,
    severities=(Severity.LOW,),
    severity_reason=(
        "Whoever calls the number is cut off. A number that queues only call out with is seldom called back: low."
    ),
    kind="connect.phone_number",
    reads={
        "connect.phone_number": ("PhoneNumberType",),
        "connect.flow_association": ("ResourceType", "ResourceId"),
        "connect.queue": ("Name", "OutboundCallerConfig.OutboundCallerIdNumberId"),
    },
    fix=Fix(
        console="On the admin website open Channels > Phone numbers, edit the number and choose a flow.",
        cli=(
            "aws connect associate-phone-number-contact-flow --instance-id INSTANCE_ID "
            "--phone-number-id PHONE_NUMBER_ID --contact-flow-id FLOW_ID"
        ),
        terraform="aws_connect_phone_number_contact_flow_association",
        note=(
            "CloudFormation has no type for it. Release a number that nobody needs: it costs money every day. Give one "
            "that is kept in reserve a flow that says so, or waive the finding. From the second Region of a traffic "
            "distribution group, name the number by its full ARN."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/associate-claimed-ported-phone-number-to-flow.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/monitoring-cloudwatch.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ListFlowAssociations.html",
    ),
    examples=(
        passes("the number is connected to a flow", _number(), _association(ARN)),
        passes("a toll-free number that is named by its id", _number("TOLL_FREE"), _association("pn-1")),
        passes("the number is named by the older form of its ARN", _number(), _association(LEGACY)),
        passes(
            "a number that is connected and called out with",
            _number(),
            _association(ARN),
            _queue("Sales", ARN),
        ),
        fails("no flow at all", _number(), Evidence("flow", "a flow that answers", None)),
        fails(
            "only another number has a flow",
            _number(),
            _association("arn:aws:connect:us-east-1:111122223333:phone-number/other-pn-1"),
            Evidence("flow", "a flow that answers", None),
        ),
        fails(
            "only messages have a flow",
            _number(),
            _association(ARN, "WHATSAPP_MESSAGING_PHONE_NUMBER"),
            Evidence("flow", "a flow that answers", None),
        ),
        fails(
            "queues only call out with it",
            _number("TOLL_FREE"),
            _queue("Sales", "pn-1"),
            _queue("Care", ARN),
            _queue("Other", "pn-2"),
            Evidence("flow", "a flow that answers", None),
            Evidence("queues that call out with it", [], ["Care", "Sales"]),
        ),
        unknown(
            "flow associations are not readable",
            _number(),
            unread("connect.flow_association", "connect:ListFlowAssociations"),
        ),
        unknown(
            "no flow, and nobody can tell whether queues call out with it",
            _number(),
            unread("connect.queue", "connect:SearchQueues"),
        ),
        not_applicable("a short code takes messages only", _number("SHORT_CODE")),
    ),
)
def voice_numbers_have_a_flow(number: Seen, around: Around) -> Outcome:
    """Every claimed voice number is connected to a flow.

    A call to a number without a flow fails: the caller is cut off and no contact record tells of it; only the metric
    MisconfiguredPhoneNumbers counts it. It happens when a number is claimed for later, or when the flow that answered
    it is deleted.
    """
    if number.get("PhoneNumberType") == "SHORT_CODE":
        return NotApplicable("a short code takes no calls")
    associations = around.naming("connect.flow_association", "ResourceId", number.id)
    if any(one.get("ResourceType") == "VOICE_PHONE_NUMBER" for one in associations):
        return Pass()
    none = Evidence("flow", "a flow that answers", None)
    queues = around.naming("connect.queue", "OutboundCallerConfig.OutboundCallerIdNumberId", number.id)
    callers = [queue.get("Name", queue.id) for queue in queues]
    if not callers:
        return Fail((none,))
    outbound = Evidence("queues that call out with it", [], sorted(callers))
    return Fail((none, outbound), severity=Severity.LOW)
