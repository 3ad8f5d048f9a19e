"""Report files: checked before the scan, written beside their place, then renamed into it."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from auditor.cli.stop import Stop
from auditor.files import Pending, Unwritable

Writer = Callable[[Mapping[str, Any], TextIO], None]

_encode = json.JSONEncoder(ensure_ascii=False).encode


def colourful(out: TextIO) -> bool:
    """Whether people see colours there: a terminal that knows them, and nobody who asked for none."""
    return out.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def write_json(document: Mapping[str, Any], out: TextIO) -> None:
    """JSON with a line for each member, and for each item of a list: it can be searched and compared by lines.

    The order of members is the document's own. Indented throughout, it would take five times as long to write.
    """
    before = "{\n  "
    for name, value in document.items():
        out.write(f"{before}{_encode(name)}: ")
        before = ",\n  "
        if not (value and isinstance(value, list)):
            out.write(_encode(value))
            continue
        opening = "[\n    "
        for item in value:
            out.write(f"{opening}{_encode(item)}")
            opening = ",\n    "
        out.write("\n  ]")
    out.write("\n}\n")


def _write_html(document: Mapping[str, Any], out: TextIO) -> None:
    from auditor.render import html

    html.write(document, out)


def _write_plan_markdown(document: Mapping[str, Any], out: TextIO) -> None:
    from auditor.render import plan_markdown

    out.write(plan_markdown.text(document))


def _write_plan_sarif(document: Mapping[str, Any], out: TextIO) -> None:
    from auditor.render import plan_sarif

    json.dump(plan_sarif.log(document), out, ensure_ascii=False, indent=2)
    out.write("\n")


def _write_plan_html(document: Mapping[str, Any], out: TextIO) -> None:
    from auditor.render import plan_html

    plan_html.write(document, out)


PLAN_WRITERS: Mapping[str, Writer] = {
    ".json": write_json,
    ".md": _write_plan_markdown,
    ".sarif": _write_plan_sarif,
    ".html": _write_plan_html,
    ".htm": _write_plan_html,
}
WRITERS: Mapping[str, Writer] = {".json": write_json, ".html": _write_html, ".htm": _write_html}


class Outputs:
    """The files that a run was asked to write.

    Their temporary files are opened before the scan, so that a folder that cannot be written ends the command
    before anything is read, and a failure leaves the old reports as they were.
    """

    def __init__(self, paths: Sequence[Path], writers: Mapping[str, Writer] = WRITERS) -> None:
        for path in paths:
            if path.suffix.lower() not in writers:
                raise Stop(f"{path}: a report's name ends in {', '.join(sorted(writers))}.")
        self._writers = writers
        self._pending: list[Pending] = []
        try:
            for path in dict.fromkeys(paths):
                self._pending.append(Pending(path, "report"))
        except Unwritable as reason:
            self.discard()
            raise Stop(str(reason)) from reason

    def write(self, document: Mapping[str, Any]) -> list[Path]:
        """Writes every file and puts it in its place; the paths written."""
        try:
            for pending in self._pending:
                with pending.writing() as out:
                    # A lone surrogate in a name is no UTF-8; escaped so, it is what JSON has for it.
                    text = io.TextIOWrapper(out, encoding="utf-8", errors="backslashreplace", newline="\n")
                    self._writers[pending.path.suffix.lower()](document, text)
                    text.detach()
            for pending in self._pending:
                pending.place()
        except Unwritable as reason:
            raise Stop(str(reason)) from reason
        finally:
            self.discard()
        return [pending.path for pending in self._pending]

    def discard(self) -> None:
        """Removes the files that did not get their place."""
        for pending in self._pending:
            pending.discard()
