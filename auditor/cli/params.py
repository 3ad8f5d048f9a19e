"""`--param`: the parameters of rules, said on the command line as the configuration file says them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from auditor.catalogue import Catalogue
from auditor.cli.stop import Stop, nothing_done, printable
from auditor.config import Given, Part
from auditor.positions import BadFile, Said, parse

OPTION = "--param"
_SHAPE = re.compile(r"\s*(?:(?P<rule>[^\s.=]+)\.)?(?P<name>[^\s.=]+)\s*=(?P<value>.*\S.*)", re.DOTALL)


def given(options: Iterable[str], catalogue: Catalogue) -> list[Given]:
    """What the options say of each rule; where they say two things of one, the more exact.

    Raises `Stop` for what the configuration could not say: a value is read as one that stands in that file, and is
    held against the same rules in the same words.
    """
    everywhere, single = dict[tuple[str, str], Given](), dict[tuple[str, str], Given]()
    first: dict[tuple[str, ...], str] = {}
    for option in options:
        found = _SHAPE.fullmatch(option)
        if not found:
            raise _stop(
                option,
                "write NAME=VALUE or RULE-ID.NAME=VALUE, such as admin_max=3 or TAG-001.required_tags=[Owner]",
            )
        rule, name, value = found["rule"] or "", found["name"], found["value"]
        if not rule:
            _no_rule(option, name, catalogue)
        try:
            made = Part(_said(rule, name, value)).given(catalogue)
        except BadFile as problem:
            # A shell takes quotes away, and would leave somebody who follows the advice with the same mistake.
            shell = ", inside the quotes of the shell" if "quote it, '" in problem.problem else ""
            raise _stop(option, f"{problem.problem}{shell}") from problem
        # One rule has several names.
        key = (made[0].rule_id, name) if rule else (name,)
        if key in first:
            raise _stop(option, f"{OPTION} {first[key]} says this already: leave one of them out")
        first[key] = option
        (single if rule else everywhere).update({(one.rule_id, one.name): one for one in made})
    return [replace(one, source=OPTION, column=0) for one in {**everywhere, **single}.values()]


def in_vain(options: Iterable[str], catalogue: Catalogue, running: Catalogue) -> list[str]:
    """The options that set nothing for a rule that runs, in sentences.

    That is no mistake: the same options may serve several configurations, which select different rules.
    """
    ids = {rule.id for rule in running.rules}
    meant = {option: sorted({one.rule_id for one in given((option,), catalogue)}) for option in options}
    return [_in_vain(option, rules) for option, rules in meant.items() if not ids & {*rules}]


def _in_vain(option: str, rules: list[str]) -> str:
    why = f"{' and '.join(rules)} {'does' if len(rules) == 1 else 'do'} not run"
    return printable(
        f"{OPTION} {option} changes nothing, because {why}: select what it is for, or leave it out."
    )


def _said(rule: str, name: str, value: str) -> Said:
    """What the configuration would say. Raises `BadFile` for what is not one value in YAML."""
    # On a line of its own behind the name, so that YAML makes of it exactly what it would make of it in the file.
    said = parse(f"{json.dumps(name, ensure_ascii=False)}: {value}", Path(OPTION), "a parameter")
    if list(said.value) != [name]:
        raise said.bad(f"it says more than one value: use a {OPTION} for each")
    if rule:
        said = replace(said, value={rule: said})
    return replace(said, value={"params": said})


def _no_rule(option: str, name: str, catalogue: Catalogue) -> None:
    """Raises `Stop` where a rule stands for a parameter: the file can hold a mapping there, an option cannot."""
    rule = next((one for one in catalogue.rules if one.id in (name, f"CONNECT-{name}")), None)
    if rule is not None:
        own = ", ".join(param.name for param in rule.params) or "none"
        raise _stop(option, f"`{name}` is a rule and no parameter: write {name}.NAME=VALUE (it has {own})")


def _stop(option: str, problem: str) -> Stop:
    return nothing_done(f"{OPTION} {option}: {problem}")
