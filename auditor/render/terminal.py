"""Shows a report on a terminal: failures by instance, what was not read, and the sum of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.wording import in_words

MOST_LINES = 50
_COLOURS = {
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "info": "2",
    "green": "32",
    "bold": "1",
    "dim": "2",
}
_MEANINGS = {
    0: "Clean: every check that applies passed.",
    1: "There are findings (exit 1).",
    3: "Incomplete: something could not be read, so some checks are undecided (exit 3).",
    4: "There is nothing to scan: no Amazon Connect instance was found (exit 4).",
    130: "Interrupted: the report holds what had been read (exit 130).",
}
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def meaning(code: int, document: Mapping[str, Any]) -> str:
    """What an exit code of a scan means, in a sentence."""
    accepted = sum(document["summary"].get("waived", {}).values())
    return "Clean, but for what is waived (exit 0)." if code == 0 and accepted else _MEANINGS[code]


def waiver_warnings(document: Mapping[str, Any]) -> Iterator[str]:
    """What whoever keeps the waivers must know, a line for each."""
    for one in document.get("waivers", []):
        if one["state"] == "expired":
            yield f"{visible(one['source'])}: the waiver ended on {one['until']}: what it accepted counts again."
        elif one["state"] == "unused":
            yield f"{visible(one['source'])}: the waiver is unused: nothing that it accepts is wrong. Remove it."
        elif one["ends_soon"]:
            yield f"{visible(one['source'])}: the waiver ends on {one['until']}: ask {visible(one['owner'])}."


def text(document: Mapping[str, Any], *, colour: bool) -> str:
    """The whole report as lines of text; `colour` adds ANSI colours."""
    return "\n".join(_lines(document, Paint(colour))) + "\n"


def visible(text: Any) -> str:
    """Text with control, format and bidirectional characters made visible: a name must not move a cursor."""
    return "".join(
        one if unicodedata.category(one) not in ("Cc", "Cf", "Zl", "Zp", "Cs") else f"\\u{ord(one):04x}"
        for one in str(text)
    )


class Paint:
    """Adds ANSI colours where they are wanted."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, style: str, words: str) -> str:
        """The words in a style."""
        return f"\x1b[{_COLOURS[style]}m{words}\x1b[0m" if self._colour else words


def _lines(document: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    counting = [one for one in document["findings"] if "waived" not in one]
    failures = [one for one in counting if one["verdict"] == "fail"]
    failures.sort(key=lambda one: (_SEVERITIES.index(one["severity"]), one["rule_id"]))
    undecided = [one for one in counting if one["verdict"] in ("unknown", "error")]
    left = MOST_LINES
    for instance in document["instances"]:
        mine = [one for one in failures if _is_at(one, instance)]
        name = visible(instance["alias"] or instance["id"])
        yield f"{paint('bold', name)}  {instance['region']}  {instance['account']}  {instance['identity_management']}"
        for finding in mine[: max(left, 0)]:
            yield from _failure(finding, paint)
        left -= len(mine)
        unsure = sum(_is_at(one, instance) for one in undecided)
        if unsure:
            yield f"  {unsure} check{'' if unsure == 1 else 's'} could not be decided: see what was not read"
        elif not mine:
            yield "  nothing to mend"
        yield ""
    beside = [one for one in failures if not any(_is_at(one, instance) for instance in document["instances"])]
    if beside:
        yield paint("bold", "Beside the instances")
        for finding in beside[: max(left, 0)]:
            yield from _failure(finding, paint)
        left -= len(beside)
        yield ""
    if left < 0:
        yield f"… and {-left} more: write them all with -o report.html or -o report.json"
        yield ""
    yield from _unread(document, paint)
    yield from _waived(document, paint)
    yield from _sum(document)
    yield from _reused(document)
    yield from _replaced(document)


def _is_at(finding: Mapping[str, Any], instance: Mapping[str, Any]) -> bool:
    """Whether a finding is about this instance; a replica has its source's id in another Region."""
    at = finding["resource"]
    here = (instance["account"], instance["region"], instance["id"])
    return (at["account"], at["region"], at["instance_id"]) == here


def _failure(finding: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    severity = paint(finding["severity"], finding["severity"].upper().ljust(8))
    yield f"  {severity}  {finding['rule_id']}  fails: {visible(finding['title'])}"
    resource = finding["resource"]
    name = visible(resource["name"] or resource["id"])
    piece = finding["evidence"][0]
    cited = f" of {piece['cites']['kind']} {visible(piece['cites']['id'])}" if "cites" in piece else ""
    said = (
        f"{visible(piece['path'])}{cited}: expected {_short(piece['expected'])}, is {_short(piece['actual'])}"
    )
    more = f" (+{len(finding['evidence']) - 1})" if len(finding["evidence"]) > 1 else ""
    yield paint("dim", f"            {name} · {said}{more}")


def _unread(document: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    units = [unit for unit in document["units"] if unit["state"] == "incomplete"]
    if not units and not document["unread"]:
        return
    yield paint("bold", "Not read")
    for unit in units:
        why = f"{visible(unit['detail'])} {_cause(unit.get('cause', {}))}".rstrip()
        yield f"  {unit['account']} {unit['region']}: {why}"
    lines: dict[tuple[str, str], int] = {}
    for one in document["unread"]:
        line = (f"{one['kind']} {visible(one['what'])}".strip(), _cause(one["cause"]))
        lines[line] = lines.get(line, 0) + max(one["resources"], 1)
    for (what, cause), count in sorted(lines.items()):
        yield f"  {what}{f' ({count}×)' if count > 1 else ''}: {cause}"
    yield ""


def _waived(document: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    waivers = document.get("waivers", [])
    if not waivers:
        return
    yield paint("bold", "Waived")
    for one in waivers[:MOST_LINES]:
        soon = ", ends soon" if one["ends_soon"] else ""
        count = f"{one['findings']} finding{'' if one['findings'] == 1 else 's'}"
        yield f"  {one['state']}{soon}: {visible(_accepted(one))} · {count}"
        words = f"until {one['until']} · {visible(one['owner'])} · {_short(one['reason'])} · {visible(one['source'])}"
        yield paint("dim", f"            {words}")
    if len(waivers) > MOST_LINES:
        yield f"  … and {len(waivers) - MOST_LINES} more"
    yield ""


def _accepted(waiver: Mapping[str, Any]) -> str:
    """What a waiver accepts, in words."""
    unknown = " ".join(["unknown", *waiver["unknown"].values()]) if "unknown" in waiver else ""
    what = [waiver.get("rule_id", ""), waiver.get("fingerprint", ""), unknown]
    scope = {**waiver["scope"]}
    tags = {f"tag {name}": globs for name, globs in scope.pop("tags", {}).items()}
    at = [f"{name} {' or '.join(globs)}" for name, globs in {**scope, **tags}.items()]
    return ", ".join([" ".join(part for part in what if part), *at])


def _sum(document: Mapping[str, Any]) -> Iterator[str]:
    summary = document["summary"]
    verdicts, failures = summary["verdicts"], summary["failures"]
    count = summary["instances"]
    regions = len({one["region"] for one in document["instances"]})
    accepted = summary.get("waived", {"fail": 0, "unknown": 0})
    unsure = verdicts["unknown"] + verdicts["error"] - accepted["unknown"]
    waived = f", {sum(accepted.values())} waived" if any(accepted.values()) else ""
    bad = ", ".join(f"{failures[one]} {one}" for one in _SEVERITIES if failures[one]) or "none"
    yield (
        f"{count} instance{'' if count == 1 else 's'} in {regions} Region{'' if regions == 1 else 's'}: "
        f"{verdicts['pass']} passed, {verdicts['fail'] - accepted['fail']} failed ({bad}), "
        f"{unsure} undecided, {verdicts['not_applicable']} not applicable{waived}."
    )


def _reused(document: Mapping[str, Any]) -> Iterator[str]:
    """What an earlier snapshot told."""
    kinds = [kind for place in document["coverage"] for kind in place["kinds"] if kind.get("reused")]
    if kinds:
        oldest = min(kind["oldest"] for kind in kinds)
        yield (
            f"Unchanged since an earlier snapshot, and in part taken from it: {sum(kind['reused'] for kind in kinds)} "
            f"resources, the oldest read at {visible(oldest)}."
        )


def _replaced(document: Mapping[str, Any]) -> Iterator[str]:
    """The searches that were not answered, and cost a call for each resource."""
    kinds = [kind for place in document["coverage"] for kind in place["kinds"] if kind.get("replaced")]
    said = sorted({f"{kind['replaced']['action']} ({_reason(kind['replaced'])})" for kind in kinds})
    if said:
        yield f"Described one by one, as a search was not answered: {', '.join(map(visible, said))}."


def _reason(cause: Mapping[str, Any]) -> str:
    return str(cause.get("reason", "")).replace("_", " ")


def _cause(cause: Mapping[str, Any]) -> str:
    words = [
        _reason(cause),
        cause.get("action", ""),
        visible(cause.get("detail", "")),
    ]
    return " · ".join(word for word in words if word)


def _short(value: Any) -> str:
    said = visible(in_words(value))
    return said if len(said) <= 80 else f"{said[:79]}…"
