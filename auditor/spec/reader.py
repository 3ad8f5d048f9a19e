"""Reads a spec. Every mistake is one sentence with its file, line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from auditor.expect import BadMatch, matcher
from auditor.flows import Flow, NotAFlow
from auditor.positions import DEEPEST, UNREADABLE, BadFile, Said, load, near, text_of
from auditor.rule import Severity
from auditor.spec.compare import EXHAUSTIVE, Wanted
from auditor.spec.drift import Mark
from auditor.spec.flow_text import FlowText
from auditor.spec.form import check_form
from auditor.spec.sections import BY_NAME, SECTIONS, Codec, Section, Shape
from auditor.spec.spec import Environment, Match, Spec

VERSION = 1
LARGEST_SPEC = 32 * 1024 * 1024
MOST_VALUES = 2_000_000
LARGEST_FLOW = 8 * 1024 * 1024
"""AWS takes less than 1 MiB."""
LONGEST_TEXT = 1024 * 1024
"""How long a text may be once its variables are filled in."""

_HEAD = ("version", "match", "variables", "environments", "params", "severity")
_OVERLAY = ("match", "variables", "params", "severity")
_MATCH = ("alias", "account", "region", "tags")
_BEGINNING = "${var:"
_VARIABLE = re.compile(r"\$\{var:([A-Za-z0-9_.-]+)\}")
_VARIABLES = re.compile(rf"\$(\$\{{var:)|{_VARIABLE.pattern}|\$\{{var:")
"""A variable inside a text, or what only looks like the beginning of one: `$${var:` stands for `${var:`."""


def read(file: Path) -> Spec:
    """The spec in a file. Raises `BadFile`."""
    root = load(file, "a spec", largest=LARGEST_SPEC, most=MOST_VALUES)
    names = (*_HEAD, *BY_NAME)
    root.record(names, ("version",), what="a spec")
    version = root["version"]
    if version.whole(0, 1_000_000) != VERSION:
        raise version.bad(f"this reads version {VERSION} of specs, not {version.text}")
    overlays = root["environments"].mapping("environments") if "environments" in root else {}
    if not overlays:
        return Spec(file, (_environment("", root.mapping(), file),))
    made = []
    for name, overlay in overlays.items():
        overlay.record((*_OVERLAY, *BY_NAME), what=f"the environment `{name}`")
        laid = _overlaid(root.mapping(), overlay.mapping())
        made.append(_environment(name, laid, file))
    return Spec(file, tuple(made))


def _environment(name: str, said: Mapping[str, Said], file: Path) -> Environment:
    values = _Variables(said["variables"].mapping("values") if "variables" in said else {})
    values.check()
    filled = {
        part: values.filled(one) for part, one in said.items() if part not in ("variables", "environments")
    }
    sections = {part: one for part, one in filled.items() if part in BY_NAME}
    marks: dict[tuple[str, ...], Mark] = {}
    plain: dict[str, Any] = {}
    strange: list[tuple[Section, Said, tuple[str, ...]]] = []
    for part, one in sections.items():
        _Section(BY_NAME[part], one).check()
        strange += check_form(BY_NAME[part], one)
        marks.update(_marks(one, (part,)))
        plain[part] = _contents(BY_NAME[part], one, file.parent)
    if not sections:
        raise BadFile(
            file, 1, f"the spec says nothing: name a section such as `{SECTIONS[0].name}` or `queues`"
        )
    return Environment(
        name=name,
        match=_match(filled, sections),
        wanted=Wanted(plain, marks),
        bends=_bends(filled),
        said=sections,
        strange=tuple(strange),
    )


def _bends(filled: Mapping[str, Said]) -> Said | None:
    """What a spec says of rules, as one mapping; None where it says nothing of them."""
    bending = {part: filled[part] for part in ("params", "severity") if part in filled}
    for one in bending.values():
        one.mapping("rules or parameters, and their values")
    for severity in bending["severity"].value.values() if "severity" in bending else ():
        severity.choice(tuple(Severity))
    first = next(iter(bending.values()), None)
    return replace(first, value=bending) if first else None


def _match(filled: Mapping[str, Said], sections: Mapping[str, Said]) -> Match:
    """Whom a spec speaks of: what `match` says, else the instance with the alias that the spec itself gives."""
    if "match" in filled:
        said = filled["match"].record(_MATCH, what="`match`")
        return Match(
            alias=_matchable(said["alias"]) if "alias" in said else "",
            account=said["account"].string(r"\d{12}", "'123456789012'") if "account" in said else "",
            region=said["region"].string() if "region" in said else "",
            tags={name: _matchable(one) for name, one in said["tags"].mapping().items()}
            if "tags" in said
            else {},
            line=said.line,
        )
    instance = sections.get("instance")
    alias = instance.value.get("InstanceAlias") if instance and isinstance(instance.value, dict) else None
    return Match(alias=_matchable(alias), line=alias.line) if alias else Match()


def _matchable(said: Said) -> Any:
    return said.plain() if isinstance(said.value, dict) else said.string()


def _overlaid(base: Mapping[str, Said], over: Mapping[str, Said]) -> dict[str, Said]:
    """One mapping laid over another: mappings are merged, everything else is replaced."""
    laid = dict(base)
    for name, said in over.items():
        below = laid.get(name)
        if (
            below is not None
            and isinstance(below.value, dict)
            and isinstance(said.value, dict)
            and "match" not in said
        ):
            laid[name] = replace(said, value=_overlaid(below.value, said.value))
        else:
            laid[name] = said
    return laid


class _Variables:
    """The variables of a spec, which may be made of each other."""

    def __init__(self, said: Mapping[str, Said]) -> None:
        self._said = said
        self._left = MOST_VALUES
        self._depths: dict[str, int] = {}
        """How many variables are inside each other, of those that are known not to be made of themselves."""

    def check(self) -> None:
        """Raises `BadFile` for variables that are made of each other, whether anything uses them or not."""
        for name in self._said:
            self._walk(name, self._said[name], ())

    def _walk(self, name: str, said: Said, within: tuple[str, ...]) -> int:
        """How deep a variable goes that is used at a place."""
        if name in within:
            raise said.bad(f"the variables {' -> '.join((*within, name))} are made of each other")
        if len(within) + self._depths.get(name, 0) > DEEPEST:
            raise said.bad(f"more than {DEEPEST} variables are made of each other, `{name}` among them")
        if name not in self._depths:
            inside = [
                self._walk(found[2], one, (*within, name))
                for one in _texts(self._said[name])
                for found in _VARIABLES.finditer(one.value)
                if found[2] in self._said
            ]
            self._depths[name] = 1 + max(inside, default=0)
        return self._depths[name]

    def filled(self, said: Said) -> Said:
        """A value with its variables filled in; a value that is nothing but one variable takes its type too."""
        self._left -= 1
        if self._left < 0:
            raise said.bad(f"with its variables filled in the spec stands for more than {MOST_VALUES} values")
        if isinstance(said.value, dict):
            return replace(said, value=dict(self._members(said.value)))
        if isinstance(said.value, list):
            return replace(said, value=[self.filled(one) for one in said.value])
        if not isinstance(said.value, str):
            return said
        whole = _VARIABLE.fullmatch(said.value)
        if whole:
            variable = self._variable(whole.group(1), said)
            return replace(said, value=variable.value, text=variable.text)
        return replace(said, value=self._inside(said.value, said))

    def _members(self, members: Mapping[str, Said]) -> Iterator[tuple[str, Said]]:
        """The members of a mapping under their names, in which variables may stand as well."""
        seen: dict[str, Said] = {}
        for written, one in members.items():
            name = self._inside(written, one)
            if name in seen:
                raise one.bad_name(f"`{name}` stands here already, in line {seen[name].key[0]}")
            seen[name] = one
            filled = self.filled(one)
            yield name, filled if name == written else replace(filled, name=name)

    def _inside(self, text: str, said: Said) -> str:
        """A text with the variables inside it filled in."""
        if _BEGINNING not in text:
            return text
        length = len(text)

        def piece(found: re.Match[str]) -> str:
            nonlocal length
            put = found[1] or self._text(found[2], said)
            length += len(put) - len(found[0])
            if length > LONGEST_TEXT:
                raise said.bad(
                    f"with its variables filled in `{said.name[:80]}` is longer than {LONGEST_TEXT} characters"
                )
            return put

        return _VARIABLES.sub(piece, text)

    def _text(self, name: str | None, said: Said) -> str:
        """A variable as a part of a text."""
        if name is None:
            raise said.bad(
                "`${var:` begins a variable, whose name is of letters, digits, `_`, `.` and `-` and ends with "
                "`}`: write `$${var:` for the text itself"
            )
        variable = self._variable(name, said)
        if isinstance(variable.value, dict | list) or variable.value is None:
            raise said.bad(f"the variable `{name}` is no text and no number: it cannot stand inside a text")
        return variable.value if isinstance(variable.value, str) else variable.text

    def _variable(self, name: str, said: Said) -> Said:
        if name not in self._said:
            raise said.bad(
                f"there is no variable `{name}`: {near(name, self._said) or 'name it under `variables`'}"
            )
        return self.filled(self._said[name])


def _texts(said: Said) -> Iterator[Said]:
    """The texts in a value, each where it stands; the names of members where those stand."""
    if isinstance(said.value, dict):
        for name, one in said.value.items():
            yield replace(one, value=name)
            yield from _texts(one)
    elif isinstance(said.value, list):
        for one in said.value:
            yield from _texts(one)
    elif isinstance(said.value, str):
        yield said


class _Section:
    """One section as it was written, checked for its form."""

    def __init__(self, section: Section, said: Said) -> None:
        self._section = section
        self._said = said

    def check(self) -> None:
        """Raises `BadFile` for what no instance could ever be."""
        said, section = self._said, self._section
        if isinstance(said.value, list):
            if section.shape not in (Shape.NAMES, Shape.VALUES, Shape.NAMED):
                raise said.bad(f"`{section.name}` is a mapping of fields, not a list")
            seen: dict[str, int] = {}
            for one in said.items(f"the names of {section.title}s"):
                name = one.string()
                if name == EXHAUSTIVE:
                    raise one.bad(
                        f"a list cannot be exhaustive: write `{EXHAUSTIVE}: true` and `name: {{}}` lines"
                    )
                if name in seen:
                    raise one.bad(f"`{name}` stands here already, in line {seen[name]}")
                seen[name] = one.line
            return
        members = said.mapping("names" if section.shape is not Shape.THING else "fields")
        if section.shape is Shape.THING:
            _matchers(said)
            return
        for name, one in members.items():
            if name == EXHAUSTIVE:
                one.flag()
            elif section.shape is Shape.VALUES:
                _matchers(one)
            elif one.value is not None:
                one.mapping(f"the fields of a {section.title}")
                _matchers(one)


def _matchers(said: Said) -> None:
    """Raises `BadFile` for a matcher that is none."""
    if isinstance(said.value, dict):
        if set(said.value) == {"match"}:
            try:
                matcher(said.plain())
            except BadMatch as problem:
                raise said.bad(f"`{said.name}`: {problem}") from problem
            return
        for one in said.value.values():
            _matchers(one)
    elif isinstance(said.value, list):
        for one in said.value:
            _matchers(one)


def _marks(said: Said, where: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mark]]:
    yield where, Mark(str(said.file), said.line, said.column)
    if isinstance(said.value, dict):
        for name, one in said.value.items():
            yield from _marks(one, (*where, name))
    elif isinstance(said.value, list):
        for one in said.value:
            if isinstance(one.value, str):
                yield (*where, one.value), Mark(str(one.file), one.line, one.column)


def _contents(section: Section, said: Said, folder: Path) -> Any:
    """A section's plain value, with the flows that stand in files beside the spec read in."""
    plain = said.plain()
    fields = [field for field, codec in section.codecs.items() if codec is Codec.FLOW]
    if fields and isinstance(plain, dict):
        for name, one in said.value.items():
            for field in fields:
                if isinstance(one.value, dict) and field in one.value:
                    plain[name][field] = _flow(one.value[field], folder)
    return plain


def _flow(said: Said, folder: Path) -> Any:
    """A flow's content: a file beside the spec, or a matcher."""
    if isinstance(said.value, dict):
        return said.plain()
    name = said.string()
    file, shown = folder / name, f"`{name[:80]}`"
    try:
        outside = not file.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        outside = False  # A link to itself, a name that no file has: to read it says what is wrong.
    if outside:
        raise said.bad(f"{shown} leads out of the folder of the spec: keep flows beside it")
    try:
        content = FlowText(text_of(file, "a flow", LARGEST_FLOW))
        Flow.parse(content.content)
    except BadFile as problem:
        raise said.bad(
            f"the flow {shown} cannot be read: {problem.problem.removeprefix(UNREADABLE)}"
        ) from problem
    except NotAFlow as problem:
        raise said.bad(f"{shown} holds no flow: {problem}") from problem
    return content
