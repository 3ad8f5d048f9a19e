"""`connect-audit config show`: every value that a scan would work with, and where it comes from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.cli.selection import Chosen, Selection
from auditor.cli.waive import read_waivers, waivers_file
from auditor.config import Given, Part

DEFAULT = "default"


def show(selection: Selection, waivers: Path | None, fail_on: str, format: str) -> None:
    """The values, as lines of text or as one JSON document."""
    chosen = selection.chosen()
    chosen.warn()
    file = waivers_file(waivers, chosen.config, none=selection.no_config)
    read_waivers(file, chosen.everything)
    shown = {
        "file": str(chosen.config.file) if chosen.config.file else None,
        "values": [*_values(selection, chosen, waivers, file, fail_on)],
        "rules": [*_rules(chosen)],
        "overrides": [one for part in chosen.config.parts if (one := _override(part, chosen))["given"]],
    }
    if format == "json":
        json.dump(shown, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(shown))


def _values(
    selection: Selection, chosen: Chosen, waivers: Path | None, file: Path | None, fail_on: str
) -> Iterator[dict[str, Any]]:
    config = chosen.config
    of_flags = {"select": selection.select, "ignore": selection.ignore}
    for name in ("select", "ignore", "enable", "disable"):
        flags, own = of_flags.get(name, ()), config.selectors(name)
        if name == "ignore" and selection.select:
            own = ()
        if name == "select" and flags:
            own = ()
        sources = [config.source(name)] * bool(own) + [f"--{name}"] * bool(flags)
        yield _value(name, [*own, *flags], " and ".join(sources))
    yield _value(
        "fail_on", fail_on or config.fail_on or "info", "--fail-on" if fail_on else config.source("fail_on")
    )
    folders = [*map(str, (*config.rules, *selection.rules))]
    sources = [config.source("rules")] * bool(config.rules) + ["--rules"] * bool(selection.rules)
    yield _value("rules", folders, " and ".join(sources))
    yield _value("rules_packs", [*config.rules_packs], config.source("rules_packs"))
    found = "found there" if file else ""
    yield _value(
        "waivers", str(file) if file else None, "--waivers" if waivers else config.source("waivers") or found
    )


def _value(name: str, value: Any, source: str) -> dict[str, Any]:
    return {"name": name, "value": value, "source": source or DEFAULT}


def _rules(chosen: Chosen) -> Iterator[dict[str, Any]]:
    """Every rule that runs: its severity and its parameters at every place."""
    said = (*chosen.config.given(chosen.everything), *chosen.options)
    given = {(one.rule_id, one.name): one for one in said}
    for rule in chosen.catalogue.rules:
        held = chosen.settings.everywhere(rule)
        yield {
            "rule_id": rule.id,
            "severity": {
                "value": str(held.severity or rule.severity),
                "source": _source(given.get((rule.id, "severity"))),
            },
            "params": [
                {
                    "name": param.name,
                    "value": held.params[param.name],
                    "source": _source(given.get((rule.id, param.name))),
                    "means": param.means,
                    "about": param.about,
                }
                for param in rule.params
            ],
        }


def _source(given: Given | None) -> str:
    return given.source if given else DEFAULT


def _override(part: Part, chosen: Chosen) -> dict[str, Any]:
    """What is different at some places, without what an option says for every place."""
    fixed = {(one.rule_id, one.name) for one in chosen.options}
    said = [*part.given(chosen.everything), *part.off(chosen.everything)]
    given = [one for one in said if (one.rule_id, one.name) not in fixed]
    return {
        "where": part.where.as_json(),
        "words": str(part.where),
        "source": part.said.at if part.said else "",
        "given": [
            {"rule_id": one.rule_id, "name": one.name, "value": one.value, "source": one.source}
            for one in sorted(given, key=lambda one: (one.rule_id, one.name))
        ],
    }


def _lines(shown: dict[str, Any]) -> Iterator[str]:
    yield f"Configuration: {shown['file'] or 'none'}"
    yield ""
    for one in shown["values"]:
        yield _line(one["name"], one["value"], one["source"])
    yield ""
    yield f"Rules that run: {len(shown['rules'])}. Those with parameters, or with another severity than their own:"
    for rule in shown["rules"]:
        if rule["severity"]["source"] != DEFAULT:
            yield _line(f"{rule['rule_id']} severity", rule["severity"]["value"], rule["severity"]["source"])
        for param in rule["params"]:
            yield _line(f"{rule['rule_id']} {param['name']}", param["value"], param["source"])
    for one in shown["overrides"]:
        yield ""
        yield f"Where {one['words']} ({one['source']}):"
        for given in one["given"]:
            yield _line(f"{given['rule_id']} {given['name']}", given["value"], given["source"])


def _line(name: str, value: Any, source: str) -> str:
    return f"  {name:<44}  {_words(value):<28}  {source}"


def _words(value: Any) -> str:
    if value in (None, "", [], ()):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
