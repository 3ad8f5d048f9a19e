"""Shows a plan as Markdown, for the comment under a pull request. GitHub takes 65,536 characters there.

Whatever people typed stands in code: GitHub turns `@name`, `#1` and addresses into links and calls people only after
it has rendered a text, so a backslash before them does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.render.plan_text import SIGNS, WORDS, apart, brief, gathered, sentence
from auditor.render.terminal import visible

LONGEST = 60_000
WORST_FIRST = ("replace", "delete", "unknown", "manual", "update", "create")
"""What must not be cut where not everything fits."""
_FENCE = "````"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()+!|~])")
_CALLING = re.compile(r"@|#|:(?=//)|(?<=www)\.", re.IGNORECASE)
_NOTHING = "&#8203;"
"""A space without width: it parts what GitHub would take for one word."""


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
            f"#### {code(instance['alias'] or instance['id'])}{state}: {instance['account']} {instance['region']}, "
            f"compared with {code(instance['wanted_by'])}"
        )
        yield ""
        for remark in instance["review"]:
            yield f"- **{remark['weight']}**: {inert(remark['words'])}"
        if instance["review"]:
            yield ""
        for change in WORST_FIRST:
            drifts = [one for one in instance["drift"] if one["change"] == change]
            if drifts:
                yield f"<details open><summary>{SIGNS[change]} {len(drifts)} {WORDS[change]}</summary>"
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


def inert(words: Any) -> str:
    """A sentence that neither formats, links, mentions nor moves anything, whatever is quoted in it."""
    escaped = _SPECIAL.sub(r"\\\1", visible(str(words)))
    return _CALLING.sub(lambda found: found.group() + _NOTHING, escaped)


def code(value: Any, *, cell: bool = False) -> str:
    """What people typed, as code; in the cell of a table a `|` would begin the next one. Empty for nothing."""
    words = visible(str(value))
    if not words:
        return ""
    if cell:
        # What stands between two backslashes and a `|`, GitHub reads otherwise than people do.
        words = words.replace("\\|", "\\\\u007c").replace("|", "\\|")
    fence = "`" * (max(map(len, re.findall("`+", words)), default=0) + 1)
    pad = " " if words[0] in " `" or words[-1] in " `\\" else ""
    return f"{fence}{pad}{words}{pad}{fence}"


def _row(drift: Mapping[str, Any]) -> str:
    mark = drift.get("mark")
    where = code(f"{mark['file']}:{mark['line']}", cell=True) if mark else ""
    seen, wanted = ("", "") if "flow" in drift else map(_brief, apart(drift["seen"], drift["wanted"]))
    field = code(drift["path"], cell=True)
    return f"| {_called(drift, cell=True)} | {field} | {seen} | {wanted} | {where} |"


def _called(drift: Mapping[str, Any], *, cell: bool = False) -> str:
    nameless = drift["name"] in ("", drift["section"])
    return str(drift["title"]) if nameless else f"{drift['title']} {code(drift['name'], cell=cell)}"


def _brief(value: Any) -> str:
    return "" if value is None else code(brief(value), cell=True)


def _more(drift: Mapping[str, Any]) -> Iterator[str]:
    """What does not fit into a row of the table: blocks of a flow, who uses it, who did it, what to do."""
    name = _called(drift)
    if "flow" in drift:
        yield f"{name}:"
        yield ""
        yield f"{_FENCE}diff"
        yield from (visible(line).replace("`", "'") for line in drift["flow"])
        yield _FENCE
    if drift.get("dependents"):
        yield f"- {name} is used by {', '.join(code(one) for one in drift['dependents'])}"
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
            for one, names in gathered(outlook[part]):
                shown = ", ".join(map(code, names))
                yield f"- {one['severity']} {one['rule_id']}: {inert(one['title'])} ({shown})"
