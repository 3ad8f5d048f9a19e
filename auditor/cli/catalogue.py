"""The rules that a command works with."""

from __future__ import annotations

from pathlib import Path

from auditor import bundled
from auditor.catalogue import Catalogue, load
from auditor.cli.stop import Stop
from auditor.declarative import BadRule


def read_catalogue(folders: tuple[Path, ...], allow_python: bool) -> Catalogue:
    """The built-in rules and those of the given folders. Raises `Stop` for a file that cannot be used."""
    try:
        return load(bundled.RULES, folders, python_allowed=allow_python)
    except BadRule as problem:
        raise Stop(f"{problem}. Nothing was scanned.") from problem
