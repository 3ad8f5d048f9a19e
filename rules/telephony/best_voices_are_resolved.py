"""What callers hear when a voice is not to be had."""

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Pass,
    Seen,
    Severity,
    Unread,
    fails,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

INSTANCE = thing("connect.instance")
SWITCH = "connect.instance_attribute AUTO_RESOLVE_BEST_VOICES"


ON = thing("connect.instance_attribute", AttributeType="AUTO_RESOLVE_BEST_VOICES", Value="true")
OFF = thing("connect.instance_attribute", AttributeType="AUTO_RESOLVE_BEST_VOICES", Value="false")


@rule(
    id="CONNECT-TEL-004",
    severity=Severity.INFO,
    severity_reason="Callers still hear every prompt; what changes is how it sounds.",
    opt_in="Some contact centres pin one voice on purpose, for their brand, and switch this off for it.",
    kind="connect.instance",
    reads={"connect.instance": (), "connect.instance_attribute": ("Value",)},
    fix=Fix(
        console='On the instance\'s page choose "Flows" and select "Use the best available voice".',
        cli=(
            "aws connect update-instance-attribute --instance-id INSTANCE_ID "
            "--attribute-type AUTO_RESOLVE_BEST_VOICES --value true"
        ),
        cloudformation="AWS::Connect::Instance: Attributes.AutoResolveBestVoices: true",
        terraform="aws_connect_instance: auto_resolve_best_voices_enabled = true",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/update-instance-settings.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/text-to-speech.html",
    ),
    examples=(
        passes("on, as in a new instance", INSTANCE, ON),
        passes(
            "on, beside attributes that are off",
            INSTANCE,
            ON,
            thing("connect.instance_attribute", AttributeType="EARLY_MEDIA", Value="false"),
        ),
        fails("off", INSTANCE, OFF, Evidence("Value", "true", "false", SWITCH)),
        fails(
            "off, beside attributes that are on",
            INSTANCE,
            OFF,
            thing("connect.instance_attribute", AttributeType="EARLY_MEDIA", Value="true"),
            Evidence("Value", "true", "false", SWITCH),
        ),
        unknown(
            "attributes are not readable",
            INSTANCE,
            unread("connect.instance_attribute", "connect:ListInstanceAttributes"),
        ),
        unknown("AWS does not list the attribute", INSTANCE),
    ),
)
def best_voices_are_resolved(_instance: Seen, around: Around) -> Outcome:
    """The best available voice is chosen for a prompt.

    A flow names a voice of Amazon Polly. With this setting Connect takes the best voice that there is under that name
    and an equivalent one where it is not to be had. Without it, prompts sound older than they need to, and a flow that
    asks for a voice which is gone falls back without anybody having chosen to what.
    """
    switch = around.one("connect.instance_attribute", "AUTO_RESOLVE_BEST_VOICES")
    if switch is None:
        cause = Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes")
        raise Unread(cause, "AUTO_RESOLVE_BEST_VOICES")
    if switch.get("Value") == "true":
        return Pass()
    return Fail.at("Value", expected="true", actual=switch.get("Value"), cites=switch)
