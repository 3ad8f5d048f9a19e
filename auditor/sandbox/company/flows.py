"""Flows as a short list of steps, in the Amazon Connect Flow language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ERROR = ("NoMatchingError",)


@dataclass(frozen=True)
class Step:
    """One action. It goes on to the next step, and to the end where one of `errors` happens."""

    type: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[str, ...] = ERROR
    operands: tuple[str, ...] = ()
    """The answers it asks for: the first goes on to the next step, the others to the end."""


def flow(*steps: Step, end: str = "DisconnectParticipant") -> str:
    """The content of a flow: the steps one after the other, then the end."""
    ids = [f"a0000000-0000-4000-8000-{number:012}" for number in range(1, len(steps) + 2)]
    actions = [
        {
            "Identifier": own,
            "Type": step.type,
            "Parameters": dict(step.parameters),
            "Transitions": _transitions(step, after, ids[-1]),
        }
        for step, own, after in zip(steps, ids, ids[1:], strict=False)
    ]
    actions.append({"Identifier": ids[-1], "Type": end, "Parameters": {}, "Transitions": {}})
    return json.dumps({"Version": "2019-10-30", "StartAction": ids[0], "Metadata": {}, "Actions": actions})


def _transitions(step: Step, after: str, end: str) -> dict[str, Any]:
    found: dict[str, Any] = {"NextAction": end if step.operands else after}
    if step.operands:
        found["Conditions"] = [
            {
                "NextAction": end if number else after,
                "Condition": {"Operator": "Equals", "Operands": [operand]},
            }
            for number, operand in enumerate(step.operands)
        ]
    if step.errors:
        found["Errors"] = [{"ErrorType": error, "NextAction": end} for error in step.errors]
    return found


def say(text: str) -> Step:
    """Says a sentence."""
    return Step("MessageParticipant", {"Text": text})


def logging(on: bool) -> Step:
    """Switches flow logging on or off; the action has no error branch."""
    return Step(
        "UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Enabled" if on else "Disabled"}, errors=()
    )


def recording(*, analytics: bool = False, redacted: bool = True) -> Step:
    """Records agent and customer, and may analyse what they say; the action has no error branch."""
    said: dict[str, Any] = {"RecordingBehavior": {"RecordedParticipants": ["Agent", "Customer"]}}
    if analytics:
        said["AnalyticsBehavior"] = {
            "Enabled": "True",
            "AnalyticsLanguage": "pt-BR",
            "AnalyticsRedactionBehavior": "Enabled" if redacted else "Disabled",
            "AnalyticsRedactionResults": "RedactedOnly" if redacted else "None",
            "ChannelConfiguration": {
                "Chat": {"AnalyticsModes": []},
                "Voice": {"AnalyticsModes": ["PostContact"]},
            },
        }
    return Step("UpdateContactRecordingBehavior", said, errors=())


def keypad(text: str, digits: int, encryption: Mapping[str, str] | None = None) -> Step:
    """Keeps what the caller types, encrypted where a key is given."""
    said: dict[str, Any] = {
        "Text": text,
        "InputTimeLimitSeconds": "5",
        "StoreInput": "True",
        "InputValidation": {"CustomValidation": {"MaximumLength": str(digits)}},
    }
    if encryption:
        said["InputEncryption"] = dict(encryption)
    return Step("GetParticipantInput", said)


def invoke(function_arn: str, errors: tuple[str, ...] = ERROR) -> Step:
    """Invokes a function and waits for its answer."""
    said = {
        "LambdaFunctionARN": function_arn,
        "InvocationTimeLimitSeconds": "8",
        "InvocationType": "SYNCHRONOUS",
        "ResponseValidation": {"ResponseType": "STRING_MAP"},
    }
    return Step("InvokeLambdaFunction", said, errors)


def open_hours(hours_id: str) -> Step:
    """Goes on while open."""
    return Step("CheckHoursOfOperation", {"HoursOfOperationId": hours_id}, operands=("True", "False"))


def to_queue(queue: str) -> tuple[Step, Step]:
    """Sends the contact to a queue."""
    return (
        Step("UpdateContactTargetQueue", {"QueueId": queue}),
        Step("TransferContactToQueue", errors=("NoMatchingError", "QueueAtCapacity")),
    )
