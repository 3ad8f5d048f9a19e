"""`connect-audit rules`: the catalogue for people and for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from auditor.catalogue import Entry
from auditor.cli.selection import Selection, configured
from auditor.cli.stop import Stop
from auditor.config import Config
from auditor.document import page
from auditor.examples import problems
from auditor.render.terminal import visible
from auditor.rule import Rule


def show_list(selection: Selection, format: str) -> None:
    """Every rule: id, severity and title; as JSON with where it comes from and what it is mapped to."""
    config, everything = selection.found()
    running = {rule.id for rule in config.selected(everything, (), ()).rules if not rule.retired}
    entries = everything.mapped_to(selection.frameworks).entries
    if format == "json":
        rows = [{**_row(entry), "runs": entry.rule.id in running} for entry in entries]
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return
    for entry in entries:
        rule = entry.rule
        runs = "" if rule.id in running else f"  ({_idle(rule, config)})"
        own = "" if entry.built_in else f"  [{entry.file}]"
        line = f"{rule.id}  {rule.severity:<8}  {rule.title}{runs}{own}"
        sys.stdout.write(f"{visible(line)}\n")


def show_one(name: str, selection: Selection) -> None:
    """One rule's page."""
    _, catalogue = selection.found()
    entry = catalogue.find(name)
    if entry is None:
        import difflib

        near = difflib.get_close_matches(name.upper(), [rule.id for rule in catalogue.rules], n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else "see `connect-audit rules list`."
        raise Stop(f"There is no rule {name}: {hint}")
    sys.stdout.write(page(entry, catalogue))


def test(selection: Selection) -> int:
    """Runs the examples of the rules in the named folders, or else in those that the configuration names.

    0 if all come out as they say, 1 if any does not.
    """
    config, everything = selection.found()
    folders = selection.rules or configured(config)
    if not folders:
        raise Stop(
            "Name a folder of rules, such as our-rules, or a --rules-pack: no configuration here names any."
        )
    own = [entry for entry in everything.entries if _within(entry.file, folders)]
    if not own:
        raise Stop(f"There is no rule in {', '.join(map(str, folders))}: see `connect-audit rules new`.")
    wrong = [(entry, problem) for entry in own for problem in problems(entry.rule)]
    for entry, problem in wrong:
        first, *more = problem.lines(python=entry.file.suffix == ".py")
        lines = (f"{entry.file}: {entry.rule.id}: {first}", *more)
        sys.stdout.writelines(f"{visible(line)}\n" for line in lines)
    examples, broken = sum(len(entry.rule.examples) for entry in own), len({one.file for one, _ in wrong})
    said = f"{broken} with an example that does not come out as it says" if wrong else "all as they say"
    sys.stdout.write(f"{len(own)} rule{'s' * (len(own) != 1)}, {examples} examples: {said}.\n")
    return 1 if wrong else 0


def _idle(rule: Rule, config: Config) -> str:
    """Why a scan here does not run a rule."""
    if rule.retired:
        return "retired"
    return "opt-in" if rule.opt_in else f"off by {config.file}"


def _within(file: Path, folders: Iterable[Path]) -> bool:
    return any(file.resolve().is_relative_to(folder.resolve()) for folder in folders)


def _row(entry: Entry) -> dict[str, object]:
    rule = entry.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": str(rule.severity),
        "group": entry.group,
        "tags": list(rule.tags),
        "kind": rule.kind,
        "kinds": list(rule.kinds),
        "members": list(rule.members),
        "reads": {kind: list(fields) for kind, fields in sorted(rule.reads.items())},
        "params": {param.name: param.default for param in rule.params},
        "opt_in": rule.opt_in,
        "retired": rule.retired,
        "frameworks": {
            "published": {name: list(ids) for name, ids in sorted(rule.published.items())},
            "interpretive": {name: list(ids) for name, ids in sorted(rule.interpretive.items())},
        },
        "built_in": entry.built_in,
        "file": str(entry.file) if not entry.built_in else entry.file.name,
        "sha256": entry.sha256,
    }
