"""Shows a plan as Markdown, for the comment under a pull request. GitHub takes 65,536 characters there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.render.plan_text import SIGNS, WORDS, apart, brief, once, sentence
from auditor.render.terminal import visible

LONGEST = 60_000
_FENCE = "````"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@])")


def text(document: Mapping[str, Any]) -> str:
    """The plan; what does not fit is counted, never silently left out."""
    parts, length, left = [], 0, 0
    for part in _parts(document):
        length += len(part) + 1
        if length > LONGEST:
            left += 1
        else:
            parts.append(part)
    if left:
        parts += _endings(parts)
        parts.append(f"\n{left} more lines do not fit here: see the JSON or HTML plan.")
    return "\n".join(parts) + "\n"


def _endings(parts: list[str]) -> Iterator[str]:
    """What closes a block that was cut: GitHub would take everything below for a part of it."""
    if parts.count(_FENCE) < parts.count(f"{_FENCE}diff"):
        yield _FENCE
    if sum(one.startswith("<details") for one in parts) > parts.count("</details>"):
        yield "\n</details>"


def _parts(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"### Amazon Connect: {sentence(document['summary'])}"
    yield from _outlook(document["outlook"])
    for instance in document["instances"]:
        yield ""
        state = "" if instance["exists"] else " (does not exist yet)"
        yield (
            f"#### {inert(instance['alias'] or instance['id'])}{state}: {instance['account']} {instance['region']}, "
            f"compared with {inert(instance['wanted_by'])}"
        )
        yield ""
        for remark in instance["review"]:
            yield f"- **{remark['weight']}**: {inert(remark['words'])}"
        for change, sign in SIGNS.items():
            drifts = [one for one in instance["drift"] if one["change"] == change]
            if drifts:
                yield f"<details open><summary>{sign} {len(drifts)} {WORDS[change]}</summary>"
                yield ""
                yield "| what | field | is | should be | spec |"
                yield "|---|---|---|---|---|"
                yield from (_row(one) for one in drifts)
                yield ""
                for one in drifts:
                    yield from _more(one)
                yield "</details>"
    if document["unmatched"]:
        yield ""
        yield from (f"- {inert(one)}" for one in document["unmatched"])


def inert(value: Any) -> str:
    """A text that neither formats, links, mentions nor moves anything."""
    return _SPECIAL.sub(r"\\\1", visible(str(value)))


def _row(drift: Mapping[str, Any]) -> str:
    mark = drift.get("mark")
    where = f"{inert(mark['file'])}:{mark['line']}" if mark else ""
    seen, wanted = ("", "") if "flow" in drift else map(_brief, apart(drift["seen"], drift["wanted"]))
    return (
        f"| {drift['title']} {inert(drift['name'])} | {inert(drift['path'])} | {seen} | {wanted} | {where} |"
    )


def _brief(value: Any) -> str:
    return "" if value is None else inert(brief(value))


def _more(drift: Mapping[str, Any]) -> Iterator[str]:
    """What does not fit into a row of the table: blocks of a flow, who uses it, who did it, what to do."""
    name = f"{drift['title']} {inert(drift['name'])}"
    if "flow" in drift:
        yield f"{name}:"
        yield ""
        yield f"{_FENCE}diff"
        yield from (visible(line).replace("`", "'") for line in drift["flow"])
        yield _FENCE
    if drift.get("dependents"):
        yield f"- {name} is used by {', '.join(inert(one) for one in drift['dependents'])}"
    if drift.get("note"):
        yield f"- {name}: {inert(drift['note'])}"
    if "cause" in drift:
        cause = ", ".join(part for part in drift["cause"].values() if part)
        yield f"- {name} cannot be compared: {inert(cause)}"
    if "event" in drift:
        yield f"- {name}: {inert(drift['event']['words'])}"


def _outlook(outlook: Mapping[str, Any]) -> Iterator[str]:
    for part, words in (
        ("introduced", "This change would bring"),
        ("fixed", "This change would mend"),
        ("unsure", "Nobody can say before the change is made"),
    ):
        if outlook[part]:
            yield ""
            yield f"**{words}**"
            yield ""
            yield from once(
                f"- {one['severity']} {one['rule_id']}: {inert(one['title'])} "
                f"({inert(one['resource']['name'] or one['resource']['id'])})"
                for one in outlook[part]
            )
