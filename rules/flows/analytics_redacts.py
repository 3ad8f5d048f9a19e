"""What conversational analytics writes down."""

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.flows import Action as Block
from auditor.flows import action, content, idle
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
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

FLOW, MODULE = "connect.contact_flow", "connect.contact_flow_module"
ATTRIBUTE = "connect.instance_attribute"
FIELDS = ("Content", "State", "Status")
NEWER = "ConversationalAnalyticsRedactionConfiguration"
WAYS = {
    "UpdateContactRecordingBehavior": (
        ("AnalyticsBehavior", "AnalyticsRedactionBehavior", "AnalyticsRedactionResults"),
    ),
    "UpdateContactRecordingAndAnalyticsBehavior": tuple(
        (way, f"{NEWER}.Enabled", f"{NEWER}.RedactionResults")
        for way in ("VoiceBehavior.VoiceAnalyticsBehavior", "ChatBehavior.ChatAnalyticsBehavior")
    ),
}
"""Where each of the two blocks says that contacts are analysed, whether redacted, and what is kept."""
REDACTED = ("de", "en", "es", "fr", "it", "pt")
"""Languages that Connect redacts. In another one nothing can be turned on."""
CONTACT_LENS = "CONTACT_LENS"

END = action("end", "DisconnectParticipant")
ON = thing(ATTRIBUTE, AttributeType=CONTACT_LENS, Value="true")
OFF = thing(ATTRIBUTE, AttributeType=CONTACT_LENS, Value="false")
RULE_PATH = "UpdateContactRecordingBehavior[rec].AnalyticsBehavior"


def _flow(*actions: Mapping[str, Any], kind: str = FLOW, **more: str) -> Thing:
    said: dict[str, Any] = {"State": "ACTIVE", "Status": "PUBLISHED", **more}
    return thing(kind, id="f-1", Name="Main", Content=content(*actions, END), **said)


def _analyse(**said: Any) -> dict[str, Any]:
    behaviour = {"Enabled": "True", "AnalyticsLanguage": "en-US", **said}
    return action("rec", "UpdateContactRecordingBehavior", "end", AnalyticsBehavior=behaviour)


def _chat(**redaction: Any) -> dict[str, Any]:
    behaviour = {"Enabled": "True", "AnalyticsLanguage": "$.LanguageCode", NEWER: redaction}
    return action(
        "rec",
        "UpdateContactRecordingAndAnalyticsBehavior",
        "end",
        ChatBehavior={"ChatAnalyticsBehavior": behaviour},
    )


REDACTS = _analyse(AnalyticsRedactionBehavior="Enabled", AnalyticsRedactionResults="RedactedOnly")


@rule(
    id="CONNECT-FLW-005",
    severity=Severity.HIGH,
    severities=(Severity.LOW,),
    severity_reason=(
        "Card numbers, names and addresses stand in transcripts and recordings in clear. Where redacted copies are "
        "kept beside the originals, who may open the originals decides: low."
    ),
    kind=FLOW,
    also=(MODULE,),
    reads={FLOW: FIELDS, MODULE: FIELDS, ATTRIBUTE: ("Value",)},
    fix=Fix(
        console=(
            'Open the "Set recording, analytics and processing behavior" block (in older flows "Set recording and '
            'analytics behavior"), select "Redact sensitive data" and "Get redacted transcripts only", and publish.'
        ),
        cli="aws connect update-contact-flow-content --instance-id ID --contact-flow-id FLOW_ID --content JSON",
        cloudformation='AWS::Connect::ContactFlow: "AnalyticsRedactionBehavior": "Enabled" in Content',
        terraform='aws_connect_contact_flow: "AnalyticsRedactionBehavior": "Enabled" in content',
        note=(
            "Redaction is made by a machine and misses some. What was analysed before stays as it is. In languages "
            "that Connect does not redact the block is not judged."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/sensitive-data-redaction.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/enable-analytics.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/supported-languages.html",
        "https://docs.aws.amazon.com/connect/latest/devguide/contact-actions-updatecontactrecordingandanalyticsbehavior.html",
    ),
    interpretive={
        "pci": ("3.4.1",),
        "gdpr": ("Art. 25", "Art. 32"),
        "lgpd": ("Art. 46",),
        "hipaa": ("164.312(a)(1)",),
    },
    examples=(
        passes("only redacted results are kept", _flow(REDACTS), ON),
        passes(
            "chats, in the newer block of a module",
            _flow(_chat(Enabled="True", RedactionResults="RedactedOnly"), kind=MODULE),
            ON,
        ),
        passes(
            "what is kept depends on the contact",
            _flow(
                _analyse(AnalyticsRedactionBehavior="Enabled", AnalyticsRedactionResults="$.Attributes.keep")
            ),
            ON,
        ),
        fails(
            "nothing is redacted",
            _flow(_analyse(AnalyticsRedactionBehavior="Disabled")),
            ON,
            Evidence(f"{RULE_PATH}.AnalyticsRedactionBehavior", "Enabled", "Disabled"),
        ),
        fails(
            "redaction is off where a block does not say otherwise",
            _flow(_analyse(Enabled=True)),
            ON,
            Evidence(f"{RULE_PATH}.AnalyticsRedactionBehavior", "Enabled", None),
        ),
        fails(
            "the original is kept beside it",
            _flow(
                _analyse(
                    AnalyticsRedactionBehavior="Enabled", AnalyticsRedactionResults="RedactedAndOriginal"
                )
            ),
            ON,
            Evidence(f"{RULE_PATH}.AnalyticsRedactionResults", "RedactedOnly", "RedactedAndOriginal"),
        ),
        fails(
            "chats of a module in clear",
            _flow(_chat(Enabled="False"), kind=MODULE),
            ON,
            Evidence(
                "UpdateContactRecordingAndAnalyticsBehavior[rec].ChatBehavior.ChatAnalyticsBehavior."
                f"{NEWER}.Enabled",
                "True",
                "False",
            ),
        ),
        unknown(
            "the instance's attributes are not readable",
            _flow(REDACTS),
            unread(ATTRIBUTE, "connect:ListInstanceAttributes"),
        ),
        unknown(
            "the content is not readable",
            thing(FLOW, id="f-1", Name="Main", unread={"Content": "connect:DescribeContactFlow"}),
            ON,
        ),
        not_applicable(
            "a language that Connect does not redact", _flow(_analyse(AnalyticsLanguage="ja-JP")), ON
        ),
        not_applicable("nothing is analysed", _flow(_analyse(Enabled="False")), ON),
        not_applicable("the instance analyses nothing", _flow(_analyse()), OFF),
        not_applicable("a draft", _flow(_analyse(), Status="SAVED"), ON),
    ),
)
def analytics_redacts(flow: Seen, around: Around) -> Outcome:
    """Conversational analytics redacts what is sensitive.

    Analytics writes down what callers and agents say, and agents ask for card numbers, birthdays and addresses all
    day. Without redaction all of it can be searched and read by everybody who may see transcripts, and it is heard
    in the recordings; redaction is off where a block does not turn it on.
    """
    if idle(flow):
        return NotApplicable(f"no contact comes to it: {idle(flow)}")
    blocks = [
        (one, *way) for one in around.flow(flow).of(*WAYS) for way in WAYS[one.type] if _analysed(one, way[0])
    ]
    if not blocks:
        return NotApplicable("no block of it has contacts analysed in a language that can be redacted")
    lens = around.one(ATTRIBUTE, CONTACT_LENS)
    if lens is not None and lens.get("Value") == "false":
        return NotApplicable("conversational analytics is off for the instance")
    failures = [failure for block in blocks for failure in _judged(*block)]
    clear = tuple(one for one, severity in failures if severity is None)
    beside = tuple(one for one, severity in failures if severity is not None)
    return [
        *([Fail(clear, discriminator="in clear")] if clear else []),
        *([Fail(beside, discriminator="originals", severity=Severity.LOW)] if beside else []),
    ]


def _analysed(one: Block, way: str) -> bool:
    """Whether a block has contacts analysed, in a language that can be redacted as far as anybody can tell."""
    language = one.says(f"{way}.AnalyticsLanguage")
    return one.on(f"{way}.Enabled") and (language[:2] in REDACTED or language[:1] in {"", "$"})


def _judged(one: Block, way: str, on: str, results: str) -> Iterator[tuple[Evidence, Severity | None]]:
    said, kept = one.says(f"{way}.{on}"), one.says(f"{way}.{results}")
    if said.lower() not in {"enabled", "true"}:
        wanted = "True" if on.endswith(".Enabled") else "Enabled"
        yield Evidence(one.at(f"{way}.{on}"), wanted, one.get(f"{way}.{on}")), None
    elif kept == "RedactedAndOriginal":
        yield Evidence(one.at(f"{way}.{results}"), "RedactedOnly", kept), Severity.LOW
