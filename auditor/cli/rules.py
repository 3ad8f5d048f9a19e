"""`connect-audit rules`: the catalogue for people and for machines."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from auditor.catalogue import Entry
from auditor.cli.selection import read_catalogue
from auditor.cli.stop import Stop
from auditor.document import page


def show_list(folders: tuple[Path, ...], allow_python: bool, format: str) -> None:
    """Every rule: id, severity and title; as JSON with where it comes from."""
    catalogue = read_catalogue(folders, allow_python)
    if format == "json":
        json.dump([_row(entry) for entry in catalogue.entries], sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return
    for entry in catalogue.entries:
        own = "" if entry.built_in else f"  [{entry.file}]"
        sys.stdout.write(f"{entry.rule.id}  {entry.rule.severity:<8}  {entry.rule.title}{own}\n")


def show_one(name: str, folders: tuple[Path, ...], allow_python: bool) -> None:
    """One rule's page."""
    catalogue = read_catalogue(folders, allow_python)
    entry = catalogue.find(name)
    if entry is None:
        import difflib

        near = difflib.get_close_matches(name.upper(), [rule.id for rule in catalogue.rules], n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else "see `connect-audit rules list`."
        raise Stop(f"There is no rule {name}: {hint}")
    sys.stdout.write(page(entry))


def _row(entry: Entry) -> dict[str, object]:
    rule = entry.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": str(rule.severity),
        "group": entry.group,
        "kind": rule.kind,
        "reads": {kind: list(fields) for kind, fields in sorted(rule.reads.items())},
        "params": {param.name: param.default for param in rule.params},
        "built_in": entry.built_in,
        "sha256": entry.sha256,
    }
