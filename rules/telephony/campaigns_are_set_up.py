"""A capability that nobody uses."""

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
    Unread,
    fails,
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

ROLE = "arn:aws:iam::111122223333:role/aws-service-role/connect-campaigns.amazonaws.com/ExampleRole"
ID = "11111111-2222-3333-4444-555555555555"
NOW, FIRST = "connectcampaignsv2.instance_config", "connectcampaigns.instance_config"

INSTANCE = thing("connect.instance")
ON = thing("connect.instance_attribute", AttributeType="HIGH_VOLUME_OUTBOUND", Value="true")
OFF = thing("connect.instance_attribute", AttributeType="HIGH_VOLUME_OUTBOUND", Value="false")
SET_UP = thing(NOW, id=ID, serviceLinkedRoleArn=ROLE)
SET_UP_FIRST = thing(FIRST, id=ID, serviceLinkedRoleArn=ROLE)
NOT_SET_UP = missing(NOW, ID)
NOT_SET_UP_FIRST = missing(FIRST, ID)
SWITCH = Evidence("Value", "false", "true", "connect.instance_attribute HIGH_VOLUME_OUTBOUND")
NONE = Evidence("outbound campaigns' settings for the instance", "set up", None)


@rule(
    id="CONNECT-TEL-005",
    severity=Severity.LOW,
    severity_reason="Nothing calls anybody until campaigns are set up; the switch only shortens the way there.",
    opt_in="It needs read access to outbound campaigns, a service of its own that many instances do without.",
    kind="connect.instance",
    reads={
        "connect.instance": (),
        "connect.instance_attribute": ("Value",),
        NOW: ("serviceLinkedRoleArn",),
        FIRST: ("serviceLinkedRoleArn",),
    },
    fix=Fix(
        console=(
            'On the instance\'s page choose "Channels" and disable outbound campaigns, or finish setting them up.'
        ),
        cli=(
            "aws connect update-instance-attribute --instance-id INSTANCE_ID "
            "--attribute-type HIGH_VOLUME_OUTBOUND --value false"
        ),
        cloudformation="AWS::Connect::Instance: Attributes.HighVolumeOutBound: false",
        note="The quota for concurrent campaign calls is 0 until AWS raises it for the account.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/enable-outbound-campaigns.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html",
    ),
    interpretive={"nist": ("CM-7",)},
    examples=(
        passes("on, and campaigns are set up", INSTANCE, ON, SET_UP, NOT_SET_UP_FIRST),
        passes("on, and set up through the first API", INSTANCE, ON, NOT_SET_UP, SET_UP_FIRST),
        fails("on, and never set up", INSTANCE, ON, NOT_SET_UP, NOT_SET_UP_FIRST, SWITCH, NONE),
        fails(
            "on, beside other attributes, and never set up",
            INSTANCE,
            ON,
            thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="true"),
            NOT_SET_UP,
            NOT_SET_UP_FIRST,
            SWITCH,
            NONE,
        ),
        unknown(
            "campaigns' settings are not readable",
            INSTANCE,
            ON,
            unread(NOW, "connect-campaigns:GetConnectInstanceConfig", ID),
            NOT_SET_UP_FIRST,
        ),
        unknown("AWS does not list the attribute", INSTANCE, SET_UP),
        not_applicable("off", INSTANCE, OFF, NOT_SET_UP, NOT_SET_UP_FIRST),
    ),
)
def campaigns_are_set_up(_instance: Seen, around: Around) -> Outcome:
    """Where outbound campaigns are switched on, they are set up.

    Campaigns dial customers by the thousand without an agent asking for it. An instance that has them switched on but
    never set up keeps a door open that nobody goes through: one more call to an API, by anybody who may make it, and
    the instance can dial. Switch it off until there is somebody who runs campaigns.
    """
    switch = around.one("connect.instance_attribute", "HIGH_VOLUME_OUTBOUND")
    if switch is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes"), "HIGH_VOLUME_OUTBOUND")
    if switch.get("Value") == "false":
        return NotApplicable("outbound campaigns are switched off")
    if any(_set_up(kind, around) for kind in (NOW, FIRST)):
        return Pass()
    return Fail((Evidence("Value", "false", switch.get("Value"), switch.cited), NONE))


def _set_up(kind: str, around: Around) -> bool:
    settings = around.one(kind, around.place.instance_id)
    return settings is not None and bool(settings.get("serviceLinkedRoleArn"))
