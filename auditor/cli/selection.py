"""The rules that a command works with, and what they look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditor import bundled
from auditor.catalogue import Catalogue, load
from auditor.cli.stop import Stop
from auditor.collect.need import EVERYTHING, Need
from auditor.declarative import BadRule


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rules somebody wants: the options that every command about rules has."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    allow_python_rules: bool = False
    all: bool = False

    def catalogue(self) -> Catalogue:
        """The selected rules. Raises `Stop` when there are none, and for a rule file that cannot be used."""
        chosen = read_catalogue(self.rules, self.allow_python_rules).selected(self.select, self.ignore)
        if not chosen.rules:
            raise Stop(
                "No rule is selected: see `connect-audit rules list` for what --select and --ignore can name."
            )
        return chosen

    def need(self, catalogue: Catalogue) -> Need:
        """What a scan with these rules reads."""
        if self.all:
            return EVERYTHING
        return Need.of(catalogue.rules, wide=not (self.select or self.ignore))


def read_catalogue(folders: tuple[Path, ...], allow_python: bool) -> Catalogue:
    """The built-in rules and those of the given folders. Raises `Stop` for a file that cannot be used."""
    try:
        return load(bundled.RULES, folders, python_allowed=allow_python)
    except BadRule as problem:
        raise Stop(f"{problem}. Nothing was scanned.") from problem
