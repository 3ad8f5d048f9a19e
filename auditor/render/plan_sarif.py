"""Writes a plan as SARIF 2.1.0: each difference, and what it would bring, at the line of the spec that asks for it.

One run for each instance, told apart by `automationDetails.id`, as code scanning wants it. Code scanning takes
25,000 results a run; what is more is said in a notification. It takes no result without a place in a file, so a plan
without a spec (two snapshots, two instances) is SARIF for other readers. Sources: GitHub's "SARIF support for code
scanning"; SARIF 2.1.0, section 3.4.3 (an artifact's location is a URI reference).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import PurePath
from typing import Any, NamedTuple
from urllib.parse import quote

from auditor.render.plan_text import WORDS, brief
from auditor.render.terminal import visible

MOST_RESULTS = 25_000
STOP = "create/stop"
_LEVELS = {
    "replace": "error",
    "delete": "warning",
    "create": "warning",
    "update": "warning",
    "manual": "warning",
    "unknown": "note",
}
_SEVERITIES = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}


class _Rule(NamedTuple):
    """What code scanning shows above the results of one kind."""

    id: str
    title: str
    help: str
    level: str

    def document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "shortDescription": {"text": self.title},
            "fullDescription": {"text": self.title},
            "help": {"text": self.help},
            "defaultConfiguration": {"level": self.level},
        }


class _Result(NamedTuple):
    """One line for people, what it is about, and where a spec speaks of that."""

    rule: _Rule
    about: tuple[str, ...]
    words: str
    name: str
    mark: Mapping[str, Any] | None


def log(document: Mapping[str, Any]) -> dict[str, Any]:
    """The SARIF log of a plan's JSON document."""
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [_run(instance, document) for instance in document["instances"]],
    }


def _run(instance: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    found = list(_results(instance, document["outlook"]["introduced"]))
    rules = {one.rule.id: one.rule for one in found}
    return {
        "tool": {
            "driver": {
                "name": document["tool"]["name"],
                "version": document["tool"]["version"],
                "rules": [one.document() for one in rules.values()],
            }
        },
        "automationDetails": {
            "id": f"connect-audit/{instance['account']}/{instance['region']}/{instance['alias']}/"
        },
        "invocations": [
            {
                "executionSuccessful": not instance["summary"]["unknown"],
                "toolExecutionNotifications": [*_notifications(instance, len(found) - MOST_RESULTS)],
            }
        ],
        "results": [_result(one, instance) for one in islice(found, MOST_RESULTS)],
        "columnKind": "unicodeCodePoints",
    }


def _results(instance: Mapping[str, Any], introduced: list[Mapping[str, Any]]) -> Iterator[_Result]:
    """What refuses a change comes first: that is what must not be cut."""
    for remark in instance["review"]:
        if remark["weight"] == "stop":
            rule = _Rule(
                STOP, "The instance cannot be made", "Mend the spec, or make what it needs.", "error"
            )
            words = remark["words"]
            yield _Result(rule, (words,), words, instance["alias"], remark.get("mark") or _anywhere(instance))
    for finding in introduced:
        one = finding["resource"]
        if (one["account"], one["region"], one["instance_id"]) == _place(instance):
            name = one["name"] or one["id"]
            level = _SEVERITIES[finding["severity"]]
            rule = _Rule(
                finding["rule_id"], finding["title"], f"connect-audit rules show {finding['rule_id']}", level
            )
            words = f"the change would bring: {finding['title']} ({name}), {finding['severity']}"
            yield _Result(rule, (finding["fingerprint"],), words, name, _asked(instance, one))
    for drift in instance["drift"]:
        change = drift["change"]
        rule = _Rule(
            f"drift/{change}",
            f"A difference from the spec, {WORDS[change]}",
            "connect-audit diff",
            _LEVELS[change],
        )
        field = f" {drift['path']}" if drift["path"] else ""
        words = f"{_called(drift)}{field}: {_said(drift)}"
        about = (drift["section"], drift["name"], drift["path"])
        yield _Result(rule, about, words, f"{drift['section']}/{drift['name']}", drift.get("mark"))


def _place(instance: Mapping[str, Any]) -> tuple[str, str, str]:
    return instance["account"], instance["region"], instance["id"]


def _asked(instance: Mapping[str, Any], resource: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Where the spec asks for what a finding is about: at a difference of the same thing, else at any."""
    for drift in instance["drift"]:
        same = drift["id"] == resource["id"] or (not drift["id"] and drift["name"] == resource["name"])
        if drift["kind"] == resource["kind"] and same and "mark" in drift:
            found: Mapping[str, Any] = drift["mark"]
            return found
    return _anywhere(instance)


def _anywhere(instance: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((drift["mark"] for drift in instance["drift"] if "mark" in drift), None)


def _notifications(instance: Mapping[str, Any], left: int) -> Iterator[dict[str, Any]]:
    if left > 0:
        words = f"{left} more results do not fit: code scanning takes {MOST_RESULTS} a run"
        yield {"level": "warning", "message": {"text": words}}
    for remark in instance["review"]:
        level = {"stop": "error", "look": "note", "unknown": "warning"}[remark["weight"]]
        yield {"level": level, "message": {"text": visible(remark["words"])}}


def _result(one: _Result, instance: Mapping[str, Any]) -> dict[str, Any]:
    told = "\0".join([one.rule.id, *_place(instance), *one.about])
    mark = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
    return {
        "ruleId": one.rule.id,
        "level": one.rule.level,
        "message": {"text": visible(one.words)},
        "locations": [_location(one, instance)],
        "partialFingerprints": {"connectAudit/v1": mark, "primaryLocationLineHash": f"{mark[:16]}:1"},
    }


def _called(drift: Mapping[str, Any]) -> str:
    nameless = drift["name"] in ("", drift["section"])
    return str(drift["title"]) if nameless else f"{drift['title']} {drift['name']}"


def _said(drift: Mapping[str, Any]) -> str:
    if drift["change"] == "unknown":
        return "cannot be compared, " + ", ".join(part for part in drift["cause"].values() if part)
    if "flow" in drift:
        return "its blocks differ: " + "; ".join(drift["flow"][:10])
    if drift["path"] or drift["seen"] is not None:
        return f"is {brief(drift['seen'])}, should be {brief(drift['wanted'])}"
    return WORDS[drift["change"]]


def _location(one: _Result, instance: Mapping[str, Any]) -> dict[str, Any]:
    name = visible(f"{instance['alias']}/{one.name}")
    location: dict[str, Any] = {"logicalLocations": [{"name": name, "kind": "resource"}]}
    if one.mark:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(one.mark["file"])},
            "region": {"startLine": one.mark["line"], "startColumn": one.mark["column"]},
        }
    return location


def _uri(file: str) -> str:
    """A path as a URI reference: relative to where people are, which in a pipeline is the repository."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), safe="/")
