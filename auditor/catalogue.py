"""Finds rules in folders: built-in ones and a user's own are read by the same function."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor import declarative
from auditor.declarative import BadRule
from auditor.frameworks import FRAMEWORKS
from auditor.kinds import KINDS
from auditor.rule import Rule

_KINDS = frozenset(kind.name for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule and where it comes from."""

    rule: Rule
    file: Path
    group: str
    """The folder: storage, identity, …"""
    sha256: str
    """Of the file; reports list it for rules that are not built in."""
    built_in: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every rule that was found, by id."""

    entries: tuple[Entry, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, sorted by id."""
        return tuple(entry.rule for entry in self.entries)

    def selected(self, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> Catalogue:
        """The rules whose ids begin with one of `select` (none: all) and with none of `ignore`.

        `CONNECT-` may be left out: `STO` names the storage rules. The rules that a composite is made of come
        with it. The longer of two prefixes that name one rule wins, as in ruff. A rule that people opt in to
        runs only where its whole id is given.
        """
        wanted, unwanted = list(select), list(ignore)
        chosen = {
            entry.rule.id
            for entry in self.entries
            if _match(entry.rule.id, wanted or [""]) > _match(entry.rule.id, unwanted)
            and (
                not entry.rule.opt_in
                or _match(entry.rule.id, wanted) == _match(entry.rule.id, [entry.rule.id])
            )
        }
        members = {
            member for entry in self.entries if entry.rule.id in chosen for member in entry.rule.members
        }
        return Catalogue(tuple(entry for entry in self.entries if entry.rule.id in chosen | members))

    def find(self, name: str) -> Entry | None:
        """A rule by its id (in any case) or by its file's name."""
        wanted = name.upper()
        return next((one for one in self.entries if wanted in (one.rule.id, one.file.stem.upper())), None)


def _match(rule_id: str, prefixes: Iterable[str]) -> int:
    """How long the longest of the prefixes is that names the rule; -1 where none does."""
    bare = rule_id.removeprefix("CONNECT-")
    lengths = [
        len(prefix.upper().removeprefix("CONNECT-"))
        for prefix in prefixes
        if rule_id.startswith(prefix.upper()) or bare.startswith(prefix.upper())
    ]
    return max(lengths, default=-1)


def load(built_in: Path, own: Iterable[Path] = (), *, python_allowed: bool = False) -> Catalogue:
    """The rules of the built-in folder and of a user's own ones.

    Python in a user's folder runs only with `python_allowed`. Raises `BadRule` for the first file that cannot
    be used, and for two files with one id.
    """
    entries = list(_folder(built_in, built_in=True, python_allowed=True))
    for folder in own:
        if not folder.is_dir():
            raise BadRule(folder, None, "there is no such folder of rules")
        entries += _folder(folder, built_in=False, python_allowed=python_allowed)
    by_id: dict[str, Entry] = {}
    for entry in entries:
        other = by_id.setdefault(entry.rule.id, entry)
        if other is not entry:
            raise BadRule(entry.file, None, f"the id {entry.rule.id} is taken by {other.file}")
    for entry in entries:
        for member in entry.rule.members:
            if member not in by_id:
                raise BadRule(entry.file, None, f"the member {member} is not a rule")
    return Catalogue(tuple(by_id[name] for name in sorted(by_id)))


def _folder(folder: Path, *, built_in: bool, python_allowed: bool) -> Iterator[Entry]:
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".yaml", ".yml"):
            rule = declarative.read(file)
        elif file.suffix == ".py":
            if not python_allowed:
                raise BadRule(file, None, "a rule in Python runs only with --allow-python-rules")
            rule = _python(file)
        else:
            continue
        problem = _flaw(rule)
        if problem:
            raise BadRule(file, None, problem)
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        yield Entry(rule, file, file.parent.name, sha256, built_in)


def _python(file: Path) -> Rule:
    """The one rule of a Python file, loaded under a private name: `sys.path` and `sys.modules` stay as they are."""
    spec = importlib.util.spec_from_file_location(f"_connect_audit_rule_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise BadRule(file, None, "this cannot be loaded as Python")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise BadRule(file, error.lineno, f"this is not Python: {error.msg}") from error
    except Exception as error:
        line = _line_in(file, error)
        raise BadRule(file, line, f"{type(error).__name__}: {error}") from error
    rules = [value for value in vars(module).values() if isinstance(value, Rule)]
    if len(rules) != 1:
        raise BadRule(file, None, f"a file holds one rule, this one holds {len(rules)}")
    return rules[0]


def _line_in(file: Path, error: BaseException) -> int | None:
    """The last line of this file on the way to the error."""
    line, step = None, error.__traceback__
    while step is not None:
        if Path(step.tb_frame.f_code.co_filename).resolve() == file.resolve():
            line = step.tb_lineno
        step = step.tb_next
    return line


def _flaw(rule: Rule) -> str:
    """What a rule lacks, or nothing: an undocumented rule is a mistake, not a warning."""
    for name in ("id", "title", "why", "sources", "examples"):
        if not getattr(rule, name):
            return f"the rule has no {name}"
    if (rule.check is None) == (not rule.members):
        return "a rule has either a check or members"
    strangers = sorted({member for one in rule.examples for member in one.members} - set(rule.members))
    if strangers:
        return f"an example speaks of {strangers[0]}, which is not a member of the rule"
    strange = sorted({rule.kind, *rule.reads} - _KINDS)
    if strange:
        return f"'{strange[0]}' is not a kind"
    unheard = sorted({*rule.published, *rule.interpretive} - set(FRAMEWORKS))
    if unheard:
        return f"'{unheard[0]}' is not a framework: use {', '.join(FRAMEWORKS)}"
    return ""
