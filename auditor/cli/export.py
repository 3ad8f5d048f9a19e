"""`connect-audit export`: an instance as a spec, with its flows beside it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from auditor import bundled
from auditor.cli.asked import Asked
from auditor.cli.scan import check, take
from auditor.cli.stop import NOTHING, USAGE, Stop
from auditor.files import Pending, Unwritable
from auditor.spec.needs import NAMING
from auditor.spec.portrait import Portrait, portraits
from auditor.spec.sections import BY_NAME
from auditor.spec.writer import Written, write

SUFFIX = ".connect-spec.yaml"
SHIPPED = bundled.SCHEMAS / "spec-v1.schema.json"
SCHEMA = f"connect-{SHIPPED.name}"
"""What the schema is called beside a spec, where editors look for it: it has no address on the network."""


@dataclass(frozen=True, slots=True)
class Export:
    """Where the spec goes, and what it holds beside the usual sections."""

    output: Path | None = None
    """None: standard output, without the flows and the schema."""
    sections: tuple[str, ...] = ()


def run(asked: Asked, export: Export) -> int:
    """Writes the spec of one instance; 3 where something could not be read and is left out."""
    check(asked)
    strange = sorted(set(export.sections) - set(BY_NAME))
    if strange:
        raise Stop(f"--section {strange[0]}: there is no such section; use {', '.join(BY_NAME)}.", USAGE)
    if export.output is not None and export.output.suffix not in (".yaml", ".yml"):
        raise Stop(f"{export.output}: a spec's name ends in {SUFFIX}.", USAGE)
    catalogue = asked.selection.catalogue()
    snapshot = take(replace(asked, besides=dict(NAMING.values())), catalogue).snapshot
    portrait = _only(portraits(snapshot))
    stem = _stem(export.output) if export.output else "flows"
    words = f"as it was seen at {snapshot.taken_at}"
    schema = f"./{SCHEMA}" if export.output else ""
    written = write(portrait, stem=stem, asked=frozenset(export.sections), made_by=words, schema=schema)
    if export.output is None:
        sys.stdout.write(written.text)
    else:
        _write(written, export.output, quiet=asked.quiet)
    return 3 if written.left else 0


def _stem(output: Path) -> str:
    """The folder of the flows, beside the spec and called like it."""
    name = output.name
    for suffix in (SUFFIX, ".yaml", ".yml"):
        name = name.removesuffix(suffix)
    return f"{name}.flows"


def _only(found: tuple[Portrait, ...]) -> Portrait:
    if not found:
        raise Stop("There is no instance to export.", NOTHING)
    if len(found) > 1:
        names = ", ".join(
            next(iter(one.things("instance").values())).value.get("InstanceAlias", "") for one in found
        )
        raise Stop(f"There are {len(found)} instances ({names}): choose one with --instance.", USAGE)
    return found[0]


def _write(written: Written, output: Path, *, quiet: bool) -> None:
    """Puts the flows, the schema and then the spec into place, each whole or not at all."""
    try:
        for name, text in written.flows.items():
            path = output.parent / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _put(path, text, "flow")
        schema = _put_schema(output.parent / SCHEMA)
        _put(output, written.text, "spec")
    except OSError as error:
        raise Stop(f"{output}: the spec cannot be written: {error.strerror}.") from error
    if not quiet:
        sys.stderr.write(f"Spec: {output}\n")
        if written.flows:
            sys.stderr.write(f"Flows: {len(written.flows)} files in {output.parent / _stem(output)}\n")
        if schema:
            sys.stderr.write(f"Schema, for editors: {schema}\n")


def _put_schema(path: Path) -> Path | None:
    """Puts the schema beside a spec, unless it is there already; returns its path where it was put."""
    text = SHIPPED.read_text(encoding="utf-8")
    if path.is_file() and path.read_bytes() == text.encode():
        return None
    _put(path, text, "schema")
    return path


def _put(path: Path, text: str, what: str) -> None:
    try:
        pending = Pending(path, what)
        try:
            with pending.writing() as out:
                out.write(text.encode("utf-8", "backslashreplace"))
            pending.place()
        finally:
            pending.discard()
    except Unwritable as reason:
        raise Stop(str(reason)) from reason
