"""Report files: checked before the scan, written beside their place, then renamed into it."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from auditor.cli.stop import Stop

Writer = Callable[[Mapping[str, Any], TextIO], None]


def write_json(document: Mapping[str, Any], out: TextIO) -> None:
    """JSON v1 as people like to read it; the order of members is the document's own."""
    json.dump(document, out, ensure_ascii=False, indent=2)
    out.write("\n")


def _write_html(document: Mapping[str, Any], out: TextIO) -> None:
    from auditor.render import html

    html.write(document, out)


WRITERS: Mapping[str, Writer] = {".json": write_json, ".html": _write_html, ".htm": _write_html}


class Outputs:
    """The files that a run was asked to write.

    Their temporary files are opened before the scan, so that a folder that cannot be written ends the command
    before anything is read, and a failure leaves the old reports as they were.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        for path in paths:
            if path.suffix.lower() not in WRITERS:
                raise Stop(f"{path}: a report's name ends in {', '.join(sorted(WRITERS))}.")
        self._pending: list[tuple[Path, Path]] = []
        try:
            for path in dict.fromkeys(paths):
                self._pending.append((path, _temporary(path)))
        except Stop:
            self.discard()
            raise

    def write(self, document: Mapping[str, Any]) -> list[Path]:
        """Writes every file and puts it in its place; the paths written."""
        written = []
        try:
            for path, temporary in self._pending:
                with temporary.open("w", encoding="utf-8", newline="\n") as out:
                    WRITERS[path.suffix.lower()](document, out)
                    out.flush()
                    os.fsync(out.fileno())
            for path, temporary in self._pending:
                temporary.replace(path)
                written.append(path)
        except OSError as error:
            raise Stop(
                f"{error.filename or path}: the report cannot be written: {error.strerror}."
            ) from error
        finally:
            self.discard()
        return written

    def discard(self) -> None:
        """Removes the temporary files that were not renamed."""
        for _, temporary in self._pending:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    """A new empty file beside `path`, readable by its owner only."""
    try:
        if path.is_dir():
            raise Stop(f"{path}: this is a folder, not the name of a report.")
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise Stop(f"{path}: the report cannot be written there: {error.strerror}.") from error
    os.close(handle)
    return Path(name)
