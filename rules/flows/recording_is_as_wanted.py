"""Whom flows record."""

from collections.abc import Mapping
from typing import Any

from auditor.flows import action, content, idle
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

FLOW, MODULE = "connect.contact_flow", "connect.contact_flow_module"
FIELDS = ("Content", "State", "Status")
WAYS = {
    "UpdateContactRecordingBehavior": "RecordingBehavior",
    "UpdateContactRecordingAndAnalyticsBehavior": "VoiceBehavior.VoiceRecordingBehavior",
}
"""Where each of the two blocks says what is recorded of a call."""
PEOPLE, IVR = "RecordedParticipants", "IVRRecordingBehavior"
BOTH = ["Agent", "Customer"]
END = action("end", "DisconnectParticipant")


def _flow(*actions: Mapping[str, Any], kind: str = FLOW, **more: str) -> Thing:
    said: dict[str, Any] = {"State": "ACTIVE", "Status": "PUBLISHED", **more}
    return thing(kind, id="f-1", Name="Main", Content=content(*actions, END), **said)


def _record(people: list[str], ivr: str = "", name: str = "rec") -> dict[str, Any]:
    more = {IVR: ivr} if ivr else {}
    return action(name, "UpdateContactRecordingBehavior", "end", RecordingBehavior={PEOPLE: people, **more})


def _record_newly(people: list[str]) -> dict[str, Any]:
    return action(
        "rec",
        "UpdateContactRecordingAndAnalyticsBehavior",
        "end",
        VoiceBehavior={"VoiceRecordingBehavior": {PEOPLE: people}},
    )


@rule(
    id="CONNECT-FLW-004",
    severity=Severity.MEDIUM,
    severity_reason="Conversations are missing that must be kept, or kept that must not be.",
    kind=FLOW,
    also=(MODULE,),
    reads={FLOW: FIELDS, MODULE: FIELDS},
    params=(
        Param(
            "recorded",
            "",
            "Who is to be recorded where a block turns recording on or off; empty: nobody has decided.",
            type="string",
            choices=("", "both", "agent", "customer", "none"),
        ),
        Param(
            "automated",
            "",
            "Whether what callers tell menus and bots is to be recorded; empty: nobody has decided.",
            type="string",
            choices=("", "yes", "no"),
        ),
    ),
    fix=Fix(
        console=(
            'Open the "Set recording, analytics and processing behavior" block (in older flows "Set recording and '
            'analytics behavior"), choose whom to record, and publish.'
        ),
        cli="aws connect update-contact-flow-content --instance-id ID --contact-flow-id FLOW_ID --content JSON",
        cloudformation="AWS::Connect::ContactFlow: RecordedParticipants in Content",
        terraform="aws_connect_contact_flow: RecordedParticipants in content",
        note=(
            "Each block is judged by itself: which of several a contact comes to last depends on its way. A recording "
            "also needs storage (CONNECT-STO-001)."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/set-up-recordings.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/set-recording-behavior.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/set-recording-analytics-processing-behavior.html",
        "https://docs.aws.amazon.com/connect/latest/devguide/contact-actions-updatecontactrecordingandanalyticsbehavior.html",
    ),
    interpretive={"gdpr": ("Art. 6",), "lgpd": ("Art. 7",)},
    examples=(
        passes("both are recorded", _flow(_record(["Customer", "Agent"])), recorded="both"),
        passes("nobody is recorded", _flow(_record([])), recorded="none", automated="no"),
        passes(
            "both, in the newer block of a module", _flow(_record_newly(BOTH), kind=MODULE), recorded="both"
        ),
        passes("the automated part too", _flow(_record(BOTH, "Enabled")), recorded="both", automated="yes"),
        fails(
            "the caller is not recorded",
            _flow(_record(["Agent"])),
            Evidence(f"UpdateContactRecordingBehavior[rec].RecordingBehavior.{PEOPLE}", BOTH, ["Agent"]),
            recorded="both",
        ),
        fails(
            "a module records although nobody may be",
            _flow(_record_newly(BOTH), kind=MODULE),
            Evidence(
                f"UpdateContactRecordingAndAnalyticsBehavior[rec].VoiceBehavior.VoiceRecordingBehavior.{PEOPLE}",
                [],
                BOTH,
            ),
            recorded="none",
        ),
        fails(
            "what callers tell the menu is recorded",
            _flow(_record(BOTH, "Enabled")),
            Evidence(f"UpdateContactRecordingBehavior[rec].RecordingBehavior.{IVR}", "Disabled", "Enabled"),
            automated="no",
        ),
        unknown(
            "the content is not readable",
            thing(FLOW, id="f-1", Name="Main", unread={"Content": "connect:DescribeContactFlow"}),
            recorded="both",
        ),
        not_applicable("nobody has decided", _flow(_record(["Agent"]))),
        not_applicable("a flow that says nothing of recording", _flow(), recorded="both"),
        not_applicable("an archived flow", _flow(_record([]), State="ARCHIVED"), recorded="both"),
    ),
)
def recording_is_as_wanted(flow: Seen, around: Around) -> Outcome:
    """Each block that sets recording records whom the company wants recorded.

    Storage for recordings records nothing by itself: a block in a flow does. Where it leaves one side out, half of
    the conversation is missing when somebody needs it; where it records although it may not, callers' words are kept
    without a right to it.
    """
    people = {"both": BOTH, "agent": ["Agent"], "customer": ["Customer"], "none": []}.get(
        around.params["recorded"]
    )
    ivr = {"yes": "Enabled", "no": "Disabled"}.get(around.params["automated"])
    if people is None and ivr is None:
        return NotApplicable("nobody has decided who is recorded: set the parameters recorded or automated")
    if idle(flow):
        return NotApplicable(f"no contact comes to it: {idle(flow)}")
    blocks = [one for one in around.flow(flow).of(*WAYS) if one.get(WAYS[one.type]) is not None]
    if not blocks:
        return NotApplicable("no block of it says what is recorded of calls")
    wrong = []
    for one in blocks:
        said = WAYS[one.type]
        recorded = sorted(one.get(f"{said}.{PEOPLE}", []))
        if people is not None and recorded != people:
            wrong.append(Evidence(one.at(f"{said}.{PEOPLE}"), people, recorded))
        automated = one.get(f"{said}.{IVR}", "Disabled")
        if ivr is not None and automated != ivr:
            wrong.append(Evidence(one.at(f"{said}.{IVR}"), ivr, automated))
    return Fail(tuple(wrong)) if wrong else []
