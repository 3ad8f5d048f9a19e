"""`connect-audit.yaml`: which rules run, how severe they are, and what their parameters are, here and there.

A configuration is read twice: first by itself, because it says where further rules are, and then against the rules,
because only they know which parameters there are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor import where
from auditor.catalogue import Catalogue
from auditor.evaluate import Override, Settings
from auditor.positions import BadFile, Said, load, near
from auditor.rule import Param, Rule, Severity
from auditor.where import Where

NAME = "connect-audit.yaml"
_SELECTORS = ("select", "ignore", "enable", "disable")
_CHANGES = ("params", "severity", "disable")
_ALLOWED = (*_SELECTORS, "severity", "params", "overrides", "fail_on", "rules", "rules_packs", "waivers")
_OVERRIDE = ("where", *_CHANGES)


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that a file says of one rule."""

    rule_id: str
    name: str
    """A parameter, `severity` or `disable`."""
    value: Any
    source: str
    """The file and the line."""
    column: int = 0
    """0: it is an option, and stands in no file."""

    @property
    def where(self) -> str:
        """What a sentence about it begins with."""
        return f"{self.source}:{self.column}" if self.column else f"{self.source} {self.name}={self.value}"


@dataclass(frozen=True, slots=True)
class Part:
    """What a file says of rules: for every place, or for some."""

    said: Said | None
    where: Where = field(default_factory=Where)

    def given(self, catalogue: Catalogue) -> list[Given]:
        """What it says of each rule; where it says two things of one, the more exact. Raises `BadFile`."""
        if self.said is None:
            return []
        return [*_params(self.said, catalogue), *_severities(self.said, catalogue)]

    def override(self, catalogue: Catalogue) -> Override:
        """What it changes about these rules at its places. Raises `BadFile`."""
        given = self.given(catalogue)
        off = {one.rule_id: f"{one.source} turns the rule off here" for one in self.off(catalogue)}
        source = self.said.at if self.said else ""
        return Override(self.where, param_values(given), _severity_values(given), off, source)

    def off(self, catalogue: Catalogue) -> list[Given]:
        """The rules that it turns off."""
        named = self.said["disable"].items() if self.said is not None and "disable" in self.said else []
        return [
            Given(rule_id, "disable", True, one.at, one.column)
            for one in named
            for rule_id in _named(one, catalogue)
        ]


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says; without a file, nothing."""

    said: Said | None = None
    parts: tuple[Part, ...] = ()
    """The overrides, in the order in which they win."""

    @property
    def file(self) -> Path | None:
        """The file, where there is one."""
        return self.said.file if self.said else None

    def selectors(self, name: str) -> tuple[str, ...]:
        """The selectors of `select`, `ignore`, `enable` or `disable`."""
        return tuple(one.string() for one in self._listed(name))

    @property
    def fail_on(self) -> str:
        """The least severity that counts for the exit code; empty: not said."""
        return self.said["fail_on"].string() if self.said and "fail_on" in self.said else ""

    @property
    def rules(self) -> tuple[Path, ...]:
        """The folders of further rules."""
        return tuple(_beside(one) for one in self._listed("rules"))

    @property
    def rules_packs(self) -> tuple[str, ...]:
        """The names of installed rule packs."""
        return tuple(one.string() for one in self._listed("rules_packs"))

    @property
    def packs_at(self) -> tuple[tuple[str, str], ...]:
        """The same, each with the place where it is named."""
        named = self._listed("rules_packs")
        return tuple((one.string(), f"{one.at}:{one.column}") for one in named)

    @property
    def waivers(self) -> Path | None:
        """The waivers file that it names."""
        return _beside(self.said["waivers"]) if self.said and "waivers" in self.said else None

    def source(self, name: str) -> str:
        """Where it says something, as file and line; empty: it does not."""
        return self.said[name].at if self.said and name in self.said else ""

    def selected(self, catalogue: Catalogue, select: tuple[str, ...], ignore: tuple[str, ...]) -> Catalogue:
        """The rules that run, with what the command line selects and ignores.

        `select` of the command line stands in for both `select` and `ignore` of the file. `enable` and `disable`
        of the file stay in force.
        """
        enable, disable = self.selectors("enable"), self.selectors("disable")
        if not select:
            own = self.selectors("select")
            # What the file enables runs beside what it selects; where it selects nothing, all is selected.
            select = (*own, *enable) if own else ()
            ignore = (*self.selectors("ignore"), *ignore)
        return catalogue.selected(select, ignore, enable=enable, disable=disable)

    def given(self, catalogue: Catalogue) -> list[Given]:
        """What it says of rules at every place. Raises `BadFile`."""
        for name in _SELECTORS:
            for one in self._listed(name):
                _named(one, catalogue)
        return Part(self.said).given(catalogue)

    def settings(self, catalogue: Catalogue) -> Settings:
        """What it means for these rules. Raises `BadFile` where it names what none of them has."""
        everywhere = self.given(catalogue)
        overrides = tuple(part.override(catalogue) for part in self.parts)
        return Settings(param_values(everywhere), _severity_values(everywhere), overrides)

    def contradiction(
        self, catalogue: Catalogue, options: Iterable[Given] = (), further: Iterable[Part] = ()
    ) -> str:
        """The first two parameters of a rule that leave nothing between them, as a sentence; empty: there are none.

        `options` win over the file, and `further` parts are in force at some places beside its own. Raises `BadFile`.
        """
        everywhere = self.given(catalogue)
        some = [part.given(catalogue) for part in (*self.parts, *further)]
        bound = [rule for rule in catalogue.rules if any(param.not_below for param in rule.params)]
        return next(
            (found for rule in bound for found in _contradictions(rule, everywhere, some, [*options])), ""
        )

    def _listed(self, name: str) -> list[Said]:
        return self.said[name].items("texts") if self.said and name in self.said else []

    def look_up(self, *, waivers: bool) -> None:
        """Makes sure that the folders, and the waivers file, are there. Raises `BadFile` with who names them."""
        for one in self._listed("rules"):
            if not _is_folder(_beside(one)):
                raise one.bad(f"there is no folder of rules {_beside(one)}")
        if waivers and self.waivers and self.said and not os.path.lexists(self.waivers):
            raise self.said["waivers"].bad(f"there is no waivers file {self.waivers}")


def _beside(said: Said) -> Path:
    """A path that is meant from the file's own folder. Raises `BadFile` for one that no path can be."""
    try:
        path = Path(said.string()).expanduser()
    except RuntimeError as error:
        raise said.bad(f"`{said.name}` begins with the folder of somebody who is not known here") from error
    if "\0" in said.value:
        raise said.bad(f"`{said.name}` is no path: it holds a zero character")
    return said.file.parent / path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as a name that is too long
        return False


def find(folder: Path) -> Path | None:
    """The configuration of a folder: its own, or that of the nearest folder around it.

    What bears its name is found even where it cannot be read: to leave it out in silence would judge by other rules.
    """
    return next((one for up in (folder, *folder.parents) if os.path.lexists(one := up / NAME)), None)


def read(file: Path) -> Config:
    """What a configuration file says. Raises `BadFile`."""
    said = load(file, "a configuration").record(_ALLOWED, what="a configuration")
    for name in (*_SELECTORS, "rules", "rules_packs"):
        if name in said:
            said[name].strings()
    if "fail_on" in said:
        said["fail_on"].choice(tuple(Severity))
    for one in (
        *(said["rules"].items() if "rules" in said else ()),
        *([said["waivers"]] if "waivers" in said else ()),
    ):
        _beside(one)
    _changes(said)
    overrides = said["overrides"].items("overrides") if "overrides" in said else []
    return Config(said, tuple(map(_part, overrides)))


def _part(said: Said) -> Part:
    said.record(_OVERRIDE, ("where",), what="an override")
    here = said["where"].record(where.CONDITIONS, what="`where`")
    if not here.value:
        raise here.bad(f"`where` names at least one of {', '.join(where.CONDITIONS)}")
    if "disable" in said:
        said["disable"].strings()
    _changes(said)
    if not any(name in said for name in _CHANGES):
        raise said.bad(f"an override changes something: it has at least one of {', '.join(_CHANGES)}")
    return Part(said, where.read(here))


def _changes(said: Said) -> None:
    """Makes sure of what can be told without the rules."""
    if "params" in said:
        said["params"].mapping("parameters")
    for severity in said["severity"].mapping("rules and severities").values() if "severity" in said else ():
        severity.choice(tuple(Severity))


def _named(said: Said, catalogue: Catalogue, selector: str = "") -> Mapping[str, int]:
    """The rules that a selector names, with its weight for each. Raises `BadFile` where there are none."""
    selector = selector or said.string()
    found = catalogue.named(selector)
    if not found:
        hint = near(selector, catalogue.words) or "see `connect-audit rules list`"
        wrong = said.bad_name if said.value != selector else said.bad
        raise wrong(f"`{selector}` names no rule, group or tag: {hint}")
    return found


def _severities(said: Said, catalogue: Catalogue) -> Iterator[Given]:
    """The severity of each rule that the file speaks of, by the most exact selector that names it."""
    best: dict[str, tuple[int, Given]] = {}
    for selector, severity in said["severity"].mapping().items() if "severity" in said else ():
        for rule_id, weight in _named(severity, catalogue, selector).items():
            given = Given(rule_id, "severity", Severity(severity.string()), severity.at, severity.column)
            if rule_id not in best or weight >= best[rule_id][0]:
                best[rule_id] = weight, given
    return (given for _, given in best.values())


def _params(said: Said, catalogue: Catalogue) -> Iterator[Given]:
    """The parameters: first those of every rule that has one of this name, then those of single rules."""
    if "params" not in said:
        return
    rules = {rule.id: rule for rule in catalogue.rules}
    having: dict[str, list[Rule]] = {}
    for rule in rules.values():
        for param in rule.params:
            having.setdefault(param.name, []).append(rule)
    single = []
    for name, value in said["params"].mapping().items():
        rule_id = name if name in rules else f"CONNECT-{name}"
        if rule_id in rules:
            single.append((rules[rule_id], value))
        elif name in having:
            yield from (_param(rule, name, value) for rule in having[name])
        else:
            short = (one.removeprefix("CONNECT-") for one in rules)
            hint = (
                near(name, {*having, *rules, *short})
                or "see `connect-audit config show` for those that there are"
            )
            raise value.bad_name(f"no rule has a parameter `{name}`: {hint}")
    for rule, values in single:
        own = [param.name for param in rule.params]
        for name, value in values.mapping(f"parameters of {rule.id}").items():
            if name not in own:
                hint = near(name, own) or (f"it has {', '.join(own)}" if own else "it has none")
                raise value.bad_name(f"{rule.id} has no parameter `{name}`: {hint}")
            yield _param(rule, name, value)


def _param(rule: Rule, name: str, said: Said) -> Given:
    """A value for a parameter, once it is sure that it may be one."""
    param = next(one for one in rule.params if one.name == name)
    wrong = param.wrong(said.plain())
    if wrong:
        raise _unfit(said, param, f"`{name}` of {rule.id}: {wrong}")
    return Given(rule.id, name, said.plain(), said.at, said.column)


def _contradictions(
    rule: Rule, everywhere: Iterable[Given], some: Iterable[Iterable[Given]], options: Iterable[Given]
) -> Iterator[str]:
    """The parameters of a rule that leave nothing between them, in sentences."""

    def own(given: Iterable[Given]) -> dict[str, Given]:
        return {one.name: one for one in given if one.rule_id == rule.id}

    always, insisted, parts = own(everywhere), own(options), [own(one) for one in some]
    for part in ({}, *parts):
        said = {**always, **part, **insisted}
        values = {**rule.defaults, **{name: one.value for name, one in said.items()}}
        for least, most in rule.contradictions(values):
            beside = {least, most} - {*part, *insisted}
            if part and any(beside & {*other} for other in parts if other is not part):
                continue  # Nobody knows yet at which places both parts are in force.
            strongest = next(layer for layer in (insisted, part, always) if {least, most} & {*layer})
            *_, blamed = (one for one in strongest.values() if one.name in (least, most))
            other = most if blamed.name == least else least
            source = said[other].source if other in said else "the default"
            yield (
                f"{blamed.where}: `{blamed.name}` of {rule.id} is {blamed.value}, and `{other}` is {values[other]} "
                f"({source}): nothing is within both, so raise `{most}` or lower `{least}`"
            )


def _unfit(said: Said, param: Param, problem: str) -> BadFile:
    """Why a value does not do, and what YAML made of it where that is why."""
    several = param.type == "list" and isinstance(said.value, list)
    culprit = next((one for one in said.items() if param.wrong([one.plain()])), said) if several else said
    if param.type in ("string", "list") and isinstance(culprit.value, bool | int | float):
        return culprit.bad(f"{problem}; {culprit.text} is none in YAML: quote it, '{culprit.text}'")
    if param.type == "boolean" and culprit.text.lower() in ("yes", "no", "on", "off"):
        return culprit.bad(f"{problem}; {culprit.text} is a text in YAML 1.2")
    if param.type == "list" and isinstance(said.value, str):
        return said.bad(f"{problem}, not '{said.text}': write [{said.text}]")
    if culprit is said and isinstance(said.value, list | dict):
        return said.bad(problem)
    hint = near(culprit.text, param.choices)
    return culprit.bad(f"{problem}, not '{culprit.text}'" + (f": {hint}" if hint else ""))


def param_values(given: Iterable[Given]) -> dict[str, dict[str, Any]]:
    """The parameters among what is given, by rule and name."""
    values: dict[str, dict[str, Any]] = {}
    for one in given:
        if one.name != "severity":
            values.setdefault(one.rule_id, {})[one.name] = one.value
    return values


def _severity_values(given: list[Given]) -> dict[str, Severity]:
    return {one.rule_id: one.value for one in given if one.name == "severity"}
