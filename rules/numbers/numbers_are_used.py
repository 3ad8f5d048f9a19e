"""Numbers that cost money every day."""

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
    unread,
)

CALLER_ID = "OutboundCallerConfig.OutboundCallerIdNumberId"
NOW = "channelSubtypeConfig.telephony.defaultOutboundConfig.connectSourcePhoneNumber"
FIRST = "outboundCallConfig.connectSourcePhoneNumber"
USES = (
    ("connect.flow_association", "ResourceId"),
    ("connect.queue", CALLER_ID),
    ("connectcampaignsv2.campaign", NOW),
    ("connectcampaigns.campaign", FIRST),
)
"""What can use a number, and where it says so: by the number's id or ARN, campaigns by the number itself."""
UNUSED = Evidence("uses of the number", "a flow, a queue's caller ID or a campaign", [])


def _number(description: str = "") -> Thing:
    return thing(
        "connect.phone_number",
        id="pn-1",
        PhoneNumber="+14155550100",
        PhoneNumberType="DID",
        PhoneNumberDescription=description,
    )


def _campaign(number: str) -> Thing:
    outbound = {"defaultOutboundConfig": {"connectSourcePhoneNumber": number}}
    return thing("connectcampaignsv2.campaign", id="c-1", channelSubtypeConfig={"telephony": outbound})


def _first_campaign(number: str) -> Thing:
    return thing(
        "connectcampaigns.campaign", id="c-1", outboundCallConfig={"connectSourcePhoneNumber": number}
    )


ARN = "arn:aws:connect:us-east-1:111122223333:phone-number/pn-1"
ANSWERED = thing("connect.flow_association", ResourceType="VOICE_PHONE_NUMBER", ResourceId=ARN, FlowId="cf-1")
MESSAGES = thing(
    "connect.flow_association", ResourceType="WHATSAPP_MESSAGING_PHONE_NUMBER", ResourceId=ARN, FlowId="cf-1"
)
QUEUE = thing(
    "connect.queue", id="q-1", Name="Sales", OutboundCallerConfig={"OutboundCallerIdNumberId": "pn-1"}
)


@rule(
    id="CONNECT-NUM-006",
    severity=Severity.LOW,
    severity_reason="It costs money, and nothing else.",
    opt_in=(
        "CONNECT-NUM-001 reports voice numbers without a flow already; this one is for a review of costs, and also "
        "reads outbound campaigns, a call for each."
    ),
    kind="connect.phone_number",
    reads={
        "connect.phone_number": ("PhoneNumber", "PhoneNumberDescription"),
        "connect.flow_association": ("ResourceId",),
        "connect.queue": (CALLER_ID,),
        "connectcampaignsv2.campaign": (NOW,),
        "connectcampaigns.campaign": (FIRST,),
    },
    params=(
        Param(
            "spare_word",
            "",
            "A word that the descriptions of numbers kept in reserve have. Empty: none is kept.",
            type="string",
        ),
    ),
    fix=Fix(
        console="On the admin website open Channels > Phone numbers, and release the number.",
        cli="aws connect release-phone-number --phone-number-id PHONE_NUMBER_ID",
        cloudformation="AWS::Connect::PhoneNumber: remove the resource",
        terraform="aws_connect_phone_number: remove the resource",
        note=(
            "Releasing cannot be undone: somebody else may get the number. Look first whether a flow, or a program "
            "that calls StartOutboundVoiceContact, shows it as its caller ID: that is not counted here."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/release-phone-number.html",
        "https://aws.amazon.com/connect/pricing/",
    ),
    examples=(
        passes("a flow answers its calls", _number(), ANSWERED),
        passes("a flow answers its messages", _number(), MESSAGES),
        passes("a queue calls out with it", _number(), QUEUE),
        passes("a campaign calls with it", _number(), _campaign("+14155550100")),
        passes("a campaign of the first API calls with it", _number(), _first_campaign("+14155550100")),
        fails("nothing uses it", _number(), UNUSED),
        fails("a campaign calls with another number", _number(), _campaign("+14155550199"), UNUSED),
        fails("no reserve, whatever its description says", _number("Spare: New York"), UNUSED, spare_word=""),
        unknown(
            "nobody can tell whether a queue calls out with it",
            _number(),
            unread("connect.queue", "connect:ListQueues"),
        ),
        unknown(
            "campaigns are not readable",
            _number(),
            unread("connectcampaignsv2.campaign", "connect-campaigns:ListCampaigns"),
        ),
        not_applicable("a number in reserve", _number("SPARE: New York"), spare_word="spare"),
    ),
)
def numbers_are_used(number: Seen, around: Around) -> Outcome:
    """Every phone number has a flow, a queue that shows it, or a campaign.

    AWS charges for a claimed number every day, whether anybody calls it or not. Numbers are left over from a
    campaign, a test or a branch that closed, and nobody who could release them sees the bill.
    """
    spare = str(around.params["spare_word"]).lower()
    if spare and spare in str(number.get("PhoneNumberDescription") or "").lower():
        return NotApplicable("it is kept in reserve (parameter spare_word)")
    names = (number.id, number.get("PhoneNumber", number.id))
    if any(around.naming(kind, path, name) for kind, path in USES for name in names):
        return Pass()
    return Fail((UNUSED,))
