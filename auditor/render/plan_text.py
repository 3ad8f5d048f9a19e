"""Shows a plan on a terminal, in the words and signs that people know from Terraform's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditor.render.terminal import Paint, visible

SIGNS = {"create": "+", "update": "~", "replace": "-/+", "delete": "-", "manual": "!", "unknown": "?"}
WORDS = {
    "create": "to create",
    "update": "to change in place",
    "replace": "to replace: this can never be changed",
    "delete": "to delete",
    "manual": "to do by hand: no API can",
    "unknown": "not comparable",
}
_STYLES = {
    "create": "green",
    "update": "medium",
    "replace": "high",
    "delete": "high",
    "manual": "low",
    "unknown": "dim",
}
_WEIGHTS = {"stop": ("STOP", "high"), "look": ("look", "low"), "unknown": ("  ? ", "dim")}
_LONGEST = 120
MOST_NAMES = 10
"""Names that stand behind one rule: a spec of five hundred new queues is judged five hundred times."""


def text(document: Mapping[str, Any], *, colour: bool) -> str:
    """The whole plan as lines of text; `colour` adds ANSI colours."""
    return "\n".join(_lines(document, Paint(colour))) + "\n"


def sentence(summary: Mapping[str, int]) -> str:
    """How many differences of each class there are, in words."""
    parts = [f"{summary[change]} {WORDS[change].partition(':')[0]}" for change in SIGNS if summary[change]]
    return ", ".join(parts) if parts else "no difference"


def _lines(document: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    for instance in document["instances"]:
        where = f"{instance['account']} {instance['region']}"
        state = "" if instance["exists"] else " (does not exist yet)"
        yield paint("bold", f"{visible(instance['alias'] or instance['id'])}{state}") + paint(
            "dim", f"  {where}, compared with {visible(instance['wanted_by'])}"
        )
        for remark in instance["review"]:
            mark = f"  {remark['mark']['file']}:{remark['mark']['line']}" if "mark" in remark else ""
            word, style = _WEIGHTS[remark["weight"]]
            yield f"  {paint(style, word)} {visible(remark['words'])}" + paint("dim", visible(mark))
        for drift in instance["drift"]:
            yield from _drift(drift, paint)
        yield f"  {sentence(instance['summary'])}."
        yield ""
    for one in document["unmatched"]:
        yield visible(one)
    yield from _outlook(document["outlook"], paint)


def _drift(drift: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    sign, style = SIGNS[drift["change"]], _STYLES[drift["change"]]
    mark = f"  {drift['mark']['file']}:{drift['mark']['line']}" if "mark" in drift else ""
    name = visible(drift["name"])
    what = f"{drift['title']} {name}" if name not in ("", drift["section"]) else drift["title"]
    field = f": {visible(drift['path'])}" if drift["path"] else ""
    yield f"  {paint(style, f'{sign:>3}')} {what}{field}{_values(drift)}" + paint("dim", visible(mark))
    for line in drift.get("flow", ()):
        yield f"        {visible(line)}"
    if drift.get("dependents"):
        yield paint("dim", f"        used by {', '.join(visible(one) for one in drift['dependents'])}")
    if drift["change"] == "replace":
        yield paint("dim", "        it can never be changed: the resource has to be made anew")
    if drift.get("note"):
        yield paint("dim", f"        {visible(drift['note'])}")
    if "cause" in drift:
        yield paint("dim", f"        cannot compare: {_cause(drift['cause'])}")
    if "event" in drift:
        yield paint("dim", f"        {visible(drift['event']['words'])}")


def _values(drift: Mapping[str, Any]) -> str:
    changes = drift["path"] or drift["change"] == "update" or None not in (drift["seen"], drift["wanted"])
    if "flow" in drift or drift["change"] == "unknown" or not changes:
        return ""
    seen, wanted = apart(drift["seen"], drift["wanted"])
    return f" {brief(seen)} → {brief(wanted)}"


def apart(seen: Any, wanted: Any) -> tuple[Any, Any]:
    """Two values as they are; of two that are too long for a line what they have not in common."""
    if max(len(json.dumps(one, ensure_ascii=False)) for one in (seen, wanted)) <= _LONGEST:
        return seen, wanted
    if isinstance(seen, list) and isinstance(wanted, list):
        left, right = (
            [one for one in some if one not in rest] for some, rest in ((seen, wanted), (wanted, seen))
        )
        # What is only in another order, or there more often, is shown whole.
        return (left, right) if left or right else (seen, wanted)
    if isinstance(seen, Mapping) and isinstance(wanted, Mapping):
        names = [
            name
            for name in (*seen, *wanted)
            if (name in seen, seen.get(name)) != (name in wanted, wanted.get(name))
        ]
        return {name: seen[name] for name in seen if name in names}, {
            name: wanted[name] for name in wanted if name in names
        }
    return seen, wanted


def brief(value: Any) -> str:
    """A value in one line, cut where it is long."""
    if value is None:
        return "(none)"
    if isinstance(value, Mapping) and set(value) == {"match"}:
        return f"what matches {brief(value['match'])}"
    words = visible(json.dumps(value, ensure_ascii=False))
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _cause(cause: Mapping[str, str]) -> str:
    return visible(", ".join(part for part in (cause["reason"], cause["action"], cause["detail"]) if part))


def _outlook(outlook: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    for part, words, style in (
        ("introduced", "This change would bring", "high"),
        ("fixed", "This change would mend", "green"),
        ("unsure", "Nobody can say before the change is made", "dim"),
    ):
        if outlook[part]:
            yield paint(style, f"{words}:")
            for one, names in gathered(outlook[part]):
                shown = ", ".join(map(visible, names))
                yield f"  {one['severity']:<8} {one['rule_id']}  {visible(one['title'])}  ({shown})"
            yield ""


def gathered(findings: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Findings of one rule and severity together, with the names of what they are about; the rest is counted."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in findings:
        groups.setdefault((one["rule_id"], one["severity"]), []).append(one)
    for group in groups.values():
        # A rule may find several things of one resource.
        names = Counter(str(one["resource"]["name"] or one["resource"]["id"]) for one in group)
        shown = [name if number == 1 else f"{name}, {number} times" for name, number in names.items()]
        left = len(shown) - MOST_NAMES
        yield group[0], [*shown[:MOST_NAMES], *([f"and {left} more"] if left > 0 else [])]
