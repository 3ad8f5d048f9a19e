"""Numbers shown to the people who are called."""

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

CALLER_ID = "OutboundCallerConfig.OutboundCallerIdNumberId"
INBOUND_ONLY = {
    "SHARED": "a number with shared costs, which only takes calls",
    "SHORT_CODE": "a short code, which only sends messages",
    "UIFN": "a universal freephone number, which only takes calls",
}
MAY_CALL = ("DID", "THIRD_PARTY_DID", "THIRD_PARTY_TF", "TOLL_FREE")
WANTED = "DID or TOLL_FREE, or one of a third party"
NUMBER_CITED = "connect.phone_number pn-1"


def _queue(number: str = "pn-1") -> Thing:
    return thing(
        "connect.queue", id="q-1", Name="Sales", OutboundCallerConfig={"OutboundCallerIdNumberId": number}
    )


def _number(kind: str) -> Thing:
    return thing("connect.phone_number", id="pn-1", PhoneNumberType=kind)


@rule(
    id="CONNECT-NUM-005",
    severity=Severity.MEDIUM,
    severity_reason="Calls from the queue are blocked or show no number; calls that come in are not touched.",
    opt_in="What a carrier does with a caller ID differs by country, and AWS does not list it for every type.",
    kind="connect.queue",
    reads={"connect.queue": (CALLER_ID,), "connect.phone_number": ("PhoneNumberType",)},
    fix=Fix(
        console="On the admin website open Routing > Queues and choose another outbound caller ID number.",
        cli=(
            "aws connect update-queue-outbound-caller-config --instance-id INSTANCE_ID --queue-id QUEUE_ID "
            "--outbound-caller-config OutboundCallerIdNumberId=PHONE_NUMBER_ID"
        ),
        cloudformation="AWS::Connect::Queue: OutboundCallerConfig.OutboundCallerIdNumberArn",
        terraform="aws_connect_queue: outbound_caller_config { outbound_caller_id_number_id }",
        note="A toll-free number must not be shown abroad: use a local number for calls to other countries.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/outbound-calling-restrictions.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/queues-callerid.html",
    ),
    examples=(
        passes("a local number", _queue(), _number("DID")),
        passes("a toll-free number, for calls within the country", _queue(), _number("TOLL_FREE")),
        passes("a number of a third party", _queue("x/pn-1"), _number("THIRD_PARTY_DID")),
        fails(
            "a universal freephone number",
            _queue(),
            _number("UIFN"),
            Evidence("PhoneNumberType", WANTED, f"UIFN: {INBOUND_ONLY['UIFN']}", NUMBER_CITED),
        ),
        fails(
            "a short code",
            _queue(),
            _number("SHORT_CODE"),
            Evidence("PhoneNumberType", WANTED, f"SHORT_CODE: {INBOUND_ONLY['SHORT_CODE']}", NUMBER_CITED),
        ),
        unknown(
            "numbers are not readable",
            _queue(),
            unread("connect.phone_number", "connect:ListPhoneNumbersV2"),
        ),
        unknown("a type that came later than this rule", _queue(), _number("MOBILE")),
        not_applicable("the queue shows no number", thing("connect.queue", id="q-1", Name="Chat")),
        not_applicable("the number does not exist: another rule says so", _queue("pn-9"), _number("DID")),
    ),
)
def caller_ids_can_call(queue: Seen, around: Around) -> Outcome:
    """The outbound caller ID of a queue is a number that may call out.

    Universal freephone numbers, numbers with shared costs and short codes take calls or messages only. A carrier that
    sees one of them as the caller blocks the call or strips the number, and customers do not answer what looks like
    nobody. Agents see failed calls and dial again.
    """
    said = queue.get(CALLER_ID)
    number = around.one("connect.phone_number", said.rpartition("/")[2]) if said else None
    if number is None:
        return NotApplicable(
            "the queue has no caller ID number, or one that is gone (CONNECT-RTG-001 judges that)"
        )
    kind = number.get("PhoneNumberType")
    if kind in MAY_CALL:
        return Pass()
    if kind not in INBOUND_ONLY:
        cause = Cause(
            Reason.UNDECIDED, "connect:ListPhoneNumbersV2", f"nothing is known of numbers of type {kind}"
        )
        raise Unread(cause, f"{number.cited}: PhoneNumberType")
    return Fail.at("PhoneNumberType", expected=WANTED, actual=f"{kind}: {INBOUND_ONLY[kind]}", cites=number)
