"""Writes a plan as SARIF 2.1.0, each difference at the line of the spec that asks for it.

One run for each instance, told apart by `automationDetails.id`, as code scanning wants it. Code scanning takes
25,000 results a run; what is more is said in a notification.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from auditor.render.plan_text import WORDS, brief
from auditor.render.terminal import visible

MOST_RESULTS = 25_000
_LEVELS = {
    "replace": "error",
    "delete": "warning",
    "create": "warning",
    "update": "warning",
    "manual": "warning",
    "unknown": "note",
}


def log(document: Mapping[str, Any]) -> dict[str, Any]:
    """The SARIF log of a plan's JSON document."""
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [_run(instance, document) for instance in document["instances"]],
    }


def _run(instance: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    drifts = instance["drift"]
    changes = [change for change in WORDS if any(one["change"] == change for one in drifts)]
    left = len(drifts) - MOST_RESULTS
    return {
        "tool": {
            "driver": {
                "name": document["tool"]["name"],
                "version": document["tool"]["version"],
                "rules": [
                    {
                        "id": f"drift/{change}",
                        "shortDescription": {"text": f"A difference from the spec, {WORDS[change]}"},
                    }
                    for change in changes
                ],
            }
        },
        "automationDetails": {
            "id": f"connect-audit/{instance['account']}/{instance['region']}/{instance['alias']}/"
        },
        "invocations": [
            {
                "executionSuccessful": not instance["summary"]["unknown"],
                "toolExecutionNotifications": [*_notifications(instance, left)],
            }
        ],
        "results": [_result(one, instance) for one in drifts[:MOST_RESULTS]],
        "columnKind": "unicodeCodePoints",
    }


def _notifications(instance: Mapping[str, Any], left: int) -> Iterator[dict[str, Any]]:
    if left > 0:
        words = f"{left} more differences do not fit: code scanning takes {MOST_RESULTS} results a run"
        yield {"level": "warning", "message": {"text": words}}
    for remark in instance["review"]:
        level = {"stop": "error", "look": "note", "unknown": "warning"}[remark["weight"]]
        yield {"level": level, "message": {"text": visible(remark["words"])}}


def _result(drift: Mapping[str, Any], instance: Mapping[str, Any]) -> dict[str, Any]:
    where = [
        instance["account"],
        instance["region"],
        instance["id"],
        drift["section"],
        drift["name"],
        drift["path"],
    ]
    mark = hashlib.sha256("\0".join([drift["change"], *where]).encode("utf-8", "replace")).hexdigest()[:32]
    field = f" {visible(drift['path'])}" if drift["path"] else ""
    words = f"{drift['title']} {visible(drift['name'])}{field}: {_said(drift)}"
    return {
        "ruleId": f"drift/{drift['change']}",
        "level": _LEVELS[drift["change"]],
        "message": {"text": words},
        "locations": [_location(drift, instance)],
        "partialFingerprints": {"connectAudit/v1": mark, "primaryLocationLineHash": f"{mark[:16]}:1"},
    }


def _said(drift: Mapping[str, Any]) -> str:
    if drift["change"] == "unknown":
        return "cannot be compared, " + visible(", ".join(part for part in drift["cause"].values() if part))
    if "flow" in drift:
        return "its blocks differ: " + "; ".join(visible(line) for line in drift["flow"][:10])
    if drift["path"] or drift["seen"] is not None:
        return f"is {brief(drift['seen'])}, should be {brief(drift['wanted'])}"
    return WORDS[drift["change"]]


def _location(drift: Mapping[str, Any], instance: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{instance['alias']}/{drift['section']}/{visible(drift['name'])}"
    location: dict[str, Any] = {"logicalLocations": [{"name": name, "kind": "resource"}]}
    mark = drift.get("mark")
    if mark:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": PurePath(mark["file"]).as_posix()},
            "region": {"startLine": mark["line"], "startColumn": mark["column"]},
        }
    return location
