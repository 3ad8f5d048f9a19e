"""What callers of a number reach."""

from typing import Any

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
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

NUMBER = thing("connect.phone_number", id="pn-1", PhoneNumberType="DID")
FLOW = (
    "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555/contact-flow/cf-1"
)
FLOW_CITED = "connect.contact_flow cf-1"
ASSOCIATION_CITED = "connect.flow_association VOICE_PHONE_NUMBER/pn-1"
NOT_A_SAMPLE = "not a sample flow, as AWS names them"


def _association(flow: str = FLOW, kind: str = "VOICE_PHONE_NUMBER") -> Thing:
    return thing("connect.flow_association", ResourceType=kind, ResourceId="pn-1", FlowId=flow)


def _flow(**more: Any) -> Thing:
    data = {"Name": "Main line", "Type": "CONTACT_FLOW", "State": "ACTIVE", "Status": "PUBLISHED", **more}
    return thing("connect.contact_flow", id="cf-1", **data)


@rule(
    id="CONNECT-NUM-002",
    severity=Severity.HIGH,
    severities=(Severity.MEDIUM,),
    severity_reason=(
        "Callers of the number are cut off, or hear what nobody meant for them. A sample flow does answer: medium."
    ),
    kind="connect.phone_number",
    reads={
        "connect.phone_number": ("PhoneNumberType",),
        "connect.flow_association": ("ResourceType", "ResourceId", "FlowId"),
        "connect.contact_flow": ("Name", "State", "Status"),
    },
    fix=Fix(
        console="On the admin website open Channels > Phone numbers, edit the number and choose a flow in use.",
        cli=(
            "aws connect associate-phone-number-contact-flow --instance-id INSTANCE_ID "
            "--phone-number-id PHONE_NUMBER_ID --contact-flow-id FLOW_ID"
        ),
        terraform="aws_connect_phone_number_contact_flow_association: contact_flow_id",
        note=(
            "CloudFormation has no type for it. That a flow is a sample is inferred from its name: rename a flow "
            "that started as one and is meant for customers now."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/associate-claimed-ported-phone-number-to-flow.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-samples.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ListFlowAssociations.html",
    ),
    examples=(
        passes("an active, published flow", NUMBER, _association(), _flow()),
        passes("named by its id", NUMBER, _association("cf-1"), _flow(Name="Sampler of wines")),
        passes("named with a version", NUMBER, _association(f"{FLOW}:7"), _flow()),
        fails(
            "an archived flow",
            NUMBER,
            _association(),
            _flow(State="ARCHIVED"),
            Evidence("State", "ACTIVE", "ARCHIVED", FLOW_CITED),
        ),
        fails(
            "a flow that was never published",
            NUMBER,
            _association(),
            _flow(Status="SAVED"),
            Evidence("Status", "PUBLISHED", "SAVED", FLOW_CITED),
        ),
        fails(
            "a sample flow of AWS",
            NUMBER,
            _association(),
            _flow(Name="Sample inbound flow (first contact experience)"),
            Evidence("Name", NOT_A_SAMPLE, "Sample inbound flow (first contact experience)", FLOW_CITED),
        ),
        fails(
            "an archived sample",
            NUMBER,
            _association(),
            _flow(State="ARCHIVED", Name="Sample queue customer"),
            Evidence("State", "ACTIVE", "ARCHIVED", FLOW_CITED),
            Evidence("Name", NOT_A_SAMPLE, "Sample queue customer", FLOW_CITED),
        ),
        fails(
            "a flow that does not exist",
            NUMBER,
            _association("cf-9"),
            _flow(),
            missing("connect.contact_flow", "cf-9"),
            Evidence("FlowId", "a flow that exists", "cf-9", ASSOCIATION_CITED),
        ),
        unknown(
            "flow associations are not readable",
            NUMBER,
            _flow(),
            unread("connect.flow_association", "connect:ListFlowAssociations"),
        ),
        unknown(
            "flows are not readable",
            NUMBER,
            _association(),
            unread("connect.contact_flow", "connect:ListContactFlows"),
        ),
        not_applicable("no flow answers the number", NUMBER, _flow()),
        not_applicable(
            "only its messages have a flow", NUMBER, _association(kind="WHATSAPP_MESSAGING_PHONE_NUMBER")
        ),
    ),
)
def flows_behind_numbers_are_live(number: Seen, around: Around) -> Outcome:
    """The flow behind a number is active, published and not a sample.

    A number keeps the flow it was given. When that flow is archived or was never published, callers are cut off; when
    it is one of AWS's samples, callers hear an English menu about how Amazon Connect works, and can be put into a queue
    that nobody serves. All of it looks connected in the list of numbers.
    """
    associations = around.naming("connect.flow_association", "ResourceId", number.id)
    voice = [one for one in associations if one.get("ResourceType") == "VOICE_PHONE_NUMBER"]
    if number.get("PhoneNumberType") == "SHORT_CODE" or not voice:
        return NotApplicable("no flow answers calls to it (CONNECT-NUM-001 judges that)")
    said = str(voice[0].get("FlowId"))
    flow = around.one("connect.contact_flow", said.rpartition("/")[2].partition(":")[0])
    if flow is None:
        return Fail.at("FlowId", expected="a flow that exists", actual=said, cites=voice[0])
    dead = [
        Evidence(path, wanted, flow.get(path), flow.cited)
        for path, wanted in (("State", "ACTIVE"), ("Status", "PUBLISHED"))
        if flow.get(path) != wanted
    ]
    sample = flow.get("Name", "").startswith("Sample ")
    if not dead and not sample:
        return Pass()
    named = [Evidence("Name", NOT_A_SAMPLE, flow.get("Name"), flow.cited)] if sample else []
    return Fail((*dead, *named), severity=None if dead else Severity.MEDIUM)
