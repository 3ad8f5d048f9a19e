"""The HTML page of a plan: one file that opens offline, what is there beside what is wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from auditor.render.flow_layout import WIDTH, layout
from auditor.render.html import content_policy, environment, text_of
from auditor.render.plan_text import SIGNS, WORDS, gathered, sentence

FATES = {"added": "+ ", "removed": "− ", "changed": "~ "}
"""The sign before what became of a block, or of a way out of it: colours alone tell nothing to some."""

WIDEST = 100
"""Characters of JSON that stand in one line."""


def write(document: Mapping[str, Any], out: TextIO) -> None:
    """Writes the page of a plan's JSON document, piece by piece."""
    style = text_of("report.css") + text_of("plan.css")
    stream = (
        environment()
        .get_template("plan.html.j2")
        .stream(
            doc=document,
            style=style,
            policy=content_policy(style),
            signs=SIGNS,
            words=WORDS,
            sentence=sentence,
            lines=_lines,
            layout=layout,
            width=WIDTH,
            fates=FATES,
            gathered=gathered,
        )
    )
    stream.enable_buffering(64)
    out.writelines(stream)


def _lines(value: Any, beside: Any) -> list[tuple[str, bool]]:
    """A value as people read it, line by line, each with whether the value beside it has no such line.

    Where either is one line only nothing is told apart: all of it differs.
    """
    mine, theirs = _pretty(value).split("\n"), _pretty(beside).split("\n")
    if len(mine) == 1 or len(theirs) == 1:
        return [(line, False) for line in mine]
    known = {line.rstrip(",") for line in theirs}
    return [(line, line.rstrip(",") not in known) for line in mine]


def _pretty(value: Any, indent: str = "") -> str:
    """A text without quotes, anything else as JSON, in one line where it is short."""
    if value is None:
        return ""
    if isinstance(value, str) and not indent:
        return value
    short = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, list | Mapping) or len(indent) + len(short) <= WIDEST:
        return short
    inner = f"{indent}  "
    if isinstance(value, list):
        parts, ends = [_pretty(one, inner) for one in value], "[]"
    else:
        names = [json.dumps(str(name), ensure_ascii=False) for name in value]
        parts = [f"{name}: {_pretty(one, inner)}" for name, one in zip(names, value.values(), strict=True)]
        ends = "{}"
    held = ",\n".join(f"{inner}{part}" for part in parts)
    return f"{ends[0]}\n{held}\n{indent}{ends[1]}"
