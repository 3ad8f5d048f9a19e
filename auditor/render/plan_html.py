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
            pretty=_pretty,
            layout=layout,
            width=WIDTH,
            fates=FATES,
            gathered=gathered,
        )
    )
    stream.enable_buffering(64)
    out.writelines(stream)


def _pretty(value: Any) -> str:
    """A value as people read it: a text without quotes, anything else as indented JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
