"""Finds rules in folders: built-in ones and a user's own are read by the same function."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor import declarative
from auditor.declarative import BadRule
from auditor.forms import FORMS
from auditor.frameworks import FRAMEWORKS
from auditor.kinds import KINDS, Scope
from auditor.rule import PARAM_TYPES, Rule

_SCOPES = {kind.name: kind.scope for kind in KINDS}


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
    narrowed: bool = False
    """Whether somebody wanted a part of the rules only."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, sorted by id."""
        return tuple(entry.rule for entry in self.entries)

    def selected(
        self,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        *,
        enable: Iterable[str] = (),
        disable: Iterable[str] = (),
    ) -> Catalogue:
        """The rules that `select` names (nothing: all) and `ignore` does not.

        A rule is named by its id, by how its id begins, by its group or by one of its tags. `CONNECT-` may be
        left out: `STO` names the storage rules. The rules that a composite is made of come with it. The longer of
        two prefixes that name one rule wins, as in ruff; a group or a tag counts as the shortest. A rule that
        people opt in to runs only where `enable` names it, or `select` by its whole id. What `disable` names does
        not run, unless `select` gives its whole id.
        """
        wanted, unwanted, opted, off = list(select), list(ignore), list(enable), list(disable)
        chosen, disabled = set(), set()
        for entry in self.entries:
            rule, weight = entry.rule, _match(entry, wanted or [""])
            insisted = bool(wanted) and weight == _match(entry, [rule.id])
            if _match(entry, off) >= 0 and not insisted:
                disabled.add(rule.id)
            elif weight > _match(entry, unwanted) and (
                not rule.opt_in or insisted or _match(entry, opted) >= 0
            ):
                chosen.add(rule.id)
        members = {
            member for entry in self.entries if entry.rule.id in chosen for member in entry.rule.members
        }
        running = (chosen | members) - disabled
        entries = tuple(entry for entry in self.entries if entry.rule.id in running)
        return Catalogue(entries, narrowed=bool(wanted or unwanted))

    def mapped_to(self, frameworks: Iterable[str]) -> Catalogue:
        """The rules that serve a requirement of one of these frameworks (none named: all), and their members."""
        wanted = {*frameworks}
        if not wanted:
            return self
        served = {one.rule.id: one.rule for one in self.entries if wanted & {*one.rule.frameworks}}
        served |= {member: rule for rule in served.values() for member in rule.members}
        return Catalogue(tuple(one for one in self.entries if one.rule.id in served), narrowed=True)

    def named(self, selector: str) -> dict[str, int]:
        """The ids of the rules that a selector names, each with its weight: the more exact, the greater."""
        weights = {entry.rule.id: _match(entry, [selector]) for entry in self.entries}
        return {rule_id: weight for rule_id, weight in weights.items() if weight >= 0}

    @property
    def words(self) -> frozenset[str]:
        """What selectors are made of: ids, groups and tags."""
        groups = {entry.group for entry in self.entries}
        ids = {entry.rule.id for entry in self.entries}
        tags = {tag for entry in self.entries for tag in entry.rule.tags}
        return frozenset(groups | ids | {one.removeprefix("CONNECT-") for one in ids} | tags)

    def find(self, name: str) -> Entry | None:
        """A rule by its id (in any case, `CONNECT-` may be left out) or by its file's name."""
        wanted = {name.upper(), f"CONNECT-{name.upper()}"}
        return next((one for one in self.entries if wanted & {one.rule.id, one.file.stem.upper()}), None)


def _match(entry: Entry, selectors: Iterable[str]) -> int:
    """The weight of the most exact of the selectors that name the rule; -1 where none does."""
    rule_id, words = entry.rule.id, {entry.group.lower(), *map(str.lower, entry.rule.tags)}
    bare = rule_id.removeprefix("CONNECT-")
    prefixes = [one for one in map(str.upper, selectors) if rule_id.startswith(one) or bare.startswith(one)]
    weights = [1 + len(one.removeprefix("CONNECT-")) if one else 0 for one in prefixes]
    weights += [1 for selector in selectors if selector.lower() in words]
    return max(weights, default=-1)


def load(built_in: Path, own: Iterable[Path] = (), *, python_allowed: bool = False) -> Catalogue:
    """The rules of the built-in folder and of a user's own ones.

    Python in a user's folder runs only with `python_allowed`. Raises `BadRule` for the first file that cannot
    be used, and for two files with one id. A file that two of the folders hold is one rule.
    """
    entries = list(_folder(built_in, built_in=True, python_allowed=True))
    known = {_real(entry.file) for entry in entries}
    for folder in own:
        if not folder.is_dir():
            raise BadRule(folder, None, "there is no such folder of rules")
        new = [*_folder(folder, built_in=False, python_allowed=python_allowed, known=known)]
        entries += new
        known |= {_real(entry.file) for entry in new}
    by_id: dict[str, Entry] = {}
    for entry in entries:
        other = by_id.setdefault(entry.rule.id, entry)
        if other is not entry:
            raise BadRule(entry.file, None, f"the id {entry.rule.id} is taken by {other.file}")
    for entry in entries:
        for member in entry.rule.members:
            wrong = _no_member(by_id[member].rule) if member in by_id else "is not a rule"
            if wrong:
                raise BadRule(entry.file, None, f"the member {member} {wrong}")
    return Catalogue(tuple(by_id[name] for name in sorted(by_id)))


def _no_member(rule: Rule) -> str:
    """Why a composite cannot be made of a rule, or nothing: its findings would be left out in silence."""
    if rule.members:
        return "is made of other rules itself: name those"
    if rule.retired:
        return "is retired: it never runs"
    if any(_SCOPES[kind] is not Scope.INSTANCE for kind in rule.kinds):
        return "is about a whole Region or account, and a rule with `members` about an instance"
    return ""


def _folder(
    folder: Path, *, built_in: bool, python_allowed: bool, known: Collection[Path] = ()
) -> Iterator[Entry]:
    """The rules of a folder and the folders in it, without the files that are known already."""
    for file in sorted(_files(folder)):
        if _real(file) in known:
            continue
        if file.suffix in (".yaml", ".yml"):
            rule = declarative.read(file)
            sha256 = _sha256(file)
        elif file.suffix == ".py":
            if not python_allowed:
                raise BadRule(file, None, "a rule in Python runs only with --allow-python-rules")
            sha256 = _sha256(file)  # of what runs, before it can write itself anew
            rule = _python(file)
        else:
            continue
        problem = _flaw(rule)
        if problem:
            raise BadRule(file, None, problem)
        yield Entry(rule, file, file.parent.name, sha256, built_in)


def _files(folder: Path) -> Iterator[Path]:
    """Everything that lies in a folder and the folders in it.

    Raises `BadRule` for a folder that cannot be read: to leave its rules out would judge by fewer, in silence.
    """

    def unreadable(error: OSError) -> None:
        raise BadRule(Path(error.filename), None, f"the folder cannot be read: {error.strerror}") from error

    for path, folders, files in os.walk(folder, onerror=unreadable):
        yield from (Path(path, name) for name in (*folders, *files))


def _real(file: Path) -> Path:
    """Where a file really is; a link that leads to itself stays as it is."""
    return Path(os.path.realpath(file))


def _sha256(file: Path) -> str:
    if not file.is_file():
        raise BadRule(file, None, "this is no file, though it has the name of a rule's")
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise BadRule(file, None, f"the file cannot be read: {error.strerror}") from error


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
    except KeyboardInterrupt:
        raise
    except (
        BaseException
    ) as error:  # also SystemExit: a rule that ends the scan would end it as if it were clean
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


def _wrong_params(rule: Rule) -> Iterator[str]:
    """The parameters that examples give, and nobody could."""
    params = {param.name: param for param in rule.params}
    for example in rule.examples:
        for name, value in example.params.items():
            if name not in params:
                yield f"the example '{example.name}' gives the parameter '{name}', which the rule does not have"
            elif wrong := params[name].wrong(value):
                yield f"the example '{example.name}' gives the parameter '{name}' what it cannot be: {wrong}"
        for least, most in rule.contradictions({**rule.defaults, **example.params}):
            yield f"the example '{example.name}' leaves nothing between the parameters '{least}' and '{most}'"


def _misplaced_bound(rule: Rule) -> str:
    """What is wrong with the parameters that others may not be below, or nothing."""
    whole = {param.name for param in rule.params if param.type == "integer"}
    for param in rule.params:
        if param.not_below and not {param.name, param.not_below} <= whole:
            return f"'{param.not_below}', and '{param.name}' that may not be below it, are whole numbers of the rule"
    for least, most in rule.contradictions(rule.defaults):
        return f"the defaults of the parameters '{least}' and '{most}' leave nothing between them"
    return ""


def _flaw(rule: Rule) -> str:
    """What a rule lacks, or nothing: an undocumented rule is a mistake, not a warning."""
    for name in ("id", "title", "why", "sources", "examples"):
        if not getattr(rule, name):
            return f"the rule has no {name}"
    if (rule.check is None) == (not rule.members) and not (rule.drift and not rule.members):
        return "a rule has either a check or members, or tells the drift of a part of a spec"
    for param in rule.params:
        if param.type not in PARAM_TYPES or (param.form and param.form not in FORMS):
            return f"the type, or the form, of the parameter '{param.name}' is none that exists"
        if wrong := param.wrong(param.default):
            return f"the default of the parameter '{param.name}': {wrong}"
    if wrong := _misplaced_bound(rule) or next(_wrong_params(rule), ""):
        return wrong
    strangers = sorted({member for one in rule.examples for member in one.members} - set(rule.members))
    if strangers:
        return f"an example speaks of {strangers[0]}, which is not a member of the rule"
    strange = sorted({*rule.kinds, *rule.reads} - _SCOPES.keys())
    if strange:
        return f"'{strange[0]}' is not a kind"
    if len({_SCOPES[kind] for kind in rule.kinds}) > 1:
        return "the kinds that a rule judges are in different places: write a rule for each"
    unheard = sorted({*rule.published, *rule.interpretive} - set(FRAMEWORKS))
    if unheard:
        return f"'{unheard[0]}' is not a framework: use {', '.join(FRAMEWORKS)}"
    return ""
