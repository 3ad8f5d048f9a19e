"""The rules that a command works with, and what they look at."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from auditor import bundled
from auditor.catalogue import Catalogue, load
from auditor.cli import packs, params
from auditor.cli.stop import Stop, nothing_done
from auditor.collect.need import EVERYTHING, Need
from auditor.config import Config, Given, find, param_values, read
from auditor.evaluate import Override, Settings
from auditor.positions import BadFile, near


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rules that run, and what the configuration and the command line make of them."""

    config: Config
    everything: Catalogue
    """All rules that there are."""
    catalogue: Catalogue
    """Those that run."""
    settings: Settings
    options: tuple[Given, ...] = ()
    """What the command line says of rules, which no override changes."""
    in_vain: tuple[str, ...] = ()
    """What it says of rules that do not run, in sentences."""

    def warn(self) -> None:
        """Says what is not as somebody may think, on standard error."""
        sys.stderr.writelines(f"{one}\n" for one in self.in_vain)

    def bent(self, overrides: Iterable[Override]) -> Settings:
        """The settings with further overrides, which win over the configuration's and not over the command line."""
        settings = replace(self.settings, overrides=(*self.settings.overrides, *overrides))
        return settings.insisting(param_values(self.options))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rules somebody wants: the options that every command about rules has."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    allow_python_rules: bool = False
    all: bool = False
    config: Path | None = None
    no_config: bool = False
    frameworks: tuple[str, ...] = ()
    """Only rules that are mapped to one of these; none: all."""
    params: tuple[str, ...] = ()
    """Parameters of rules, as NAME=VALUE."""

    def found(self) -> tuple[Config, Catalogue]:
        """The configuration, and all rules that there are with it: built in, and in the folders that either names.

        Raises `Stop` for a configuration, a pack or a rule file that cannot be used.
        """
        config = read_config(self.config, none=self.no_config)
        try:
            config.look_up(waivers=False)
        except BadFile as problem:
            raise unusable(problem) from problem
        everything = read_catalogue((*configured(config), *self.rules), self.allow_python_rules)
        return config, everything

    def chosen(self) -> Chosen:
        """The selected rules and their settings.

        Raises `Stop` when there are none, and for a parameter, a configuration or a rule file that cannot be used.
        """
        config, everything = self.found()
        try:
            settings = config.settings(everything)
        except BadFile as problem:
            raise unusable(problem) from problem
        options = tuple(params.given(self.params, everything))
        if wrong := config.contradiction(everything, options):
            raise nothing_done(wrong)
        for option, selectors in (("--select", self.select), ("--ignore", self.ignore)):
            for one in selectors:
                _make_sure(option, one, everything)
        selected = config.selected(everything, self.select, self.ignore)
        catalogue = selected.mapped_to(self.frameworks)
        if not selected.rules:
            raise Stop(
                "No rule is selected: see `connect-audit rules list` for what --select and --ignore can name."
            )
        if not catalogue.rules:
            mapped = " ".join(f"--framework {one}" for one in self.frameworks)
            raise Stop(
                f"No rule that is selected is mapped to {' or '.join(self.frameworks)}: see "
                f"`connect-audit rules list {mapped}` for those that are."
            )
        settings = settings.insisting(param_values(options))
        in_vain = tuple(params.in_vain(self.params, everything, catalogue))
        return Chosen(config, everything, catalogue, settings, options, in_vain)

    def catalogue(self) -> Catalogue:
        """The selected rules. Raises `Stop` as `chosen` does."""
        return self.chosen().catalogue

    def need(self, catalogue: Catalogue) -> Need:
        """What a scan with these rules reads."""
        if self.all:
            return EVERYTHING
        return Need.of(catalogue.rules, wide=not catalogue.narrowed)


def read_config(file: Path | None, *, none: bool = False) -> Config:
    """The configuration that is named, or found from the working folder upward, or an empty one."""
    if file and none:
        raise Stop("--config and --no-config exclude each other: use one of them.")
    found = None if none else file or find(Path.cwd())
    try:
        return read(_from_here(found)) if found else Config()
    except BadFile as problem:
        raise unusable(problem) from problem


def configured(config: Config) -> tuple[Path, ...]:
    """The folders of rules that a configuration names, by themselves or as packs."""
    packed = (packs.folders((name,), f"{at}: the pack") for name, at in config.packs_at)
    return (*config.rules, *(folder for folders in packed for folder in folders))


def _make_sure(option: str, selector: str, everything: Catalogue) -> None:
    """Raises `Stop` for a selector of the command line that names nothing: a typing error must not go unseen."""
    if not selector.strip():
        raise Stop(f"{option} is empty: name the beginning of an id, a group or a tag, or leave it out.")
    if not everything.named(selector):
        hint = near(selector, everything.words) or "see `connect-audit rules list`."
        raise Stop(f"{option} {selector}: it names no rule, group or tag: {hint}")


def unusable(problem: BadFile, done: str = "scanned") -> Stop:
    """How a command ends for a file that cannot be used; nothing was `done`."""
    return nothing_done(str(problem), done)


def _from_here(file: Path) -> Path:
    """The path as people write it: from the working folder, where it is inside."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file


def read_catalogue(folders: tuple[Path, ...], allow_python: bool) -> Catalogue:
    """The built-in rules and those of the given folders. Raises `Stop` for a file that cannot be used."""
    try:
        return load(bundled.RULES, folders, python_allowed=allow_python)
    except BadFile as problem:
        raise unusable(problem) from problem
