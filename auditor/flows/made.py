"""Flows for examples and tests, written as they are read: an action a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from auditor.flows.flow import VERSION


def action(
    name: str,
    kind: str,
    /,
    to: str = "",
    *,
    errors: Mapping[str, str] | None = None,
    equals: Mapping[str, str] | None = None,
    **parameters: Any,
) -> dict[str, Any]:
    """An action: where it goes next, where by error type, and where by what its value equals."""
    transitions: dict[str, Any] = {"NextAction": to} if to else {}
    if equals:
        transitions["Conditions"] = [
            {"NextAction": target, "Condition": {"Operator": "Equals", "Operands": [operand]}}
            for operand, target in equals.items()
        ]
    if errors:
        transitions["Errors"] = [
            {"ErrorType": error, "NextAction": target} for error, target in errors.items()
        ]
    return {"Identifier": name, "Type": kind, "Parameters": parameters, "Transitions": transitions}


def content(*actions: Mapping[str, Any], **more: Any) -> str:
    """The content of a flow that starts at the first of these actions, as DescribeContactFlow answers it."""
    return json.dumps(
        {"Version": VERSION, "StartAction": actions[0]["Identifier"], "Actions": actions, **more}
    )
