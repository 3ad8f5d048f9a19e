"""Reads YAML that people write: plain data, every value with the line and column where it stands.

Everything that people write for this program (rules, configuration, waivers) is read here, so that every mistake
is told in the same way, and so that a file from a stranger cannot do harm: it builds texts, numbers, lists and
mappings and nothing else, in bounded memory.
"""

from __future__ import annotations

import contextlib
import difflib
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from auditor import quick_yaml

LARGEST_FILE = 256 * 1024
MOST_VALUES = 50_000
"""How many values a file may stand for once its aliases are followed."""
DEEPEST = 50
UNREADABLE = "the file cannot be read: "

_YAML = "tag:yaml.org,2002:"
_HALF = re.compile("[\ud800-\udfff]")


class BadFile(Exception):
    """A file that cannot be used: one sentence that begins with the file and, where known, line and column."""

    def __init__(self, file: Path, line: int | None, problem: str, column: int | None = None) -> None:
        where = ":".join(str(part) for part in (file, line, column) if part)
        # What is quoted from the file may hold what moves a cursor.
        super().__init__("".join(map(_visible, f"{where}: {problem}")))
        self.file, self.line, self.problem, self.column = file, line, problem, column


@dataclass(frozen=True, slots=True)
class Said:
    """One value of a file, and where it stands."""

    file: Path
    name: str
    """Its key, or its place in a list: what sentences call it."""
    value: Any
    """A text, a number, a boolean or None; `Said`s in a list or by name. A date is a text, as in JSON."""
    text: str
    """As it was written, where it is no list and no mapping."""
    line: int
    column: int
    last: int
    """The line that it ends on."""
    key: tuple[int, int]
    """Line and column of its name; in a list, its own."""

    @property
    def at(self) -> str:
        """Where it stands, for people."""
        return f"{self.file}:{self.line}"

    def bad(self, problem: str) -> BadFile:
        """The problem, with where this stands."""
        return BadFile(self.file, self.line, problem, self.column)

    def bad_name(self, problem: str) -> BadFile:
        """The problem, with where its name stands."""
        line, column = self.key
        return BadFile(self.file, line, problem, column)

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def __getitem__(self, name: str) -> Said:
        found: Said = self.value[name]
        return found

    def mapping(self, holds: str = "") -> Mapping[str, Said]:
        """Its members by name. `holds` says what they are."""
        if not isinstance(self.value, dict):
            raise self.bad(f"`{self.name}` is a mapping{f' of {holds}' if holds else ''}, not {self._shown}")
        return self.value

    def record(self, allowed: Collection[str], required: Collection[str] = (), *, what: str) -> Said:
        """Itself, once it is sure that it is a mapping with these names and no others."""
        for name, member in self.mapping(f"{', '.join(allowed)}").items():
            if name not in allowed:
                hint = near(name, allowed) or f"use {', '.join(sorted(allowed))}"
                raise member.bad_name(f"{what} has no `{name}`: {hint}")
        for name in required:
            if name not in self.value:
                raise self.bad(f"{what} has no `{name}`, which it must have")
        return self

    def items(self, holds: str = "") -> list[Said]:
        """Its values, if it is a list. `holds` says what they are."""
        if not isinstance(self.value, list):
            raise self.bad(f"`{self.name}` is a list{f' of {holds}' if holds else ''}, not {self._shown}")
        return self.value

    def string(self, pattern: str = "", like: str = "") -> str:
        """It as a text that is not empty; with `pattern` one that looks like the example `like`."""
        if isinstance(self.value, bool | int | float):
            raise self.bad(
                f"`{self.name}` is a text, and YAML makes something else of {self.text}: {self._quoted}"
            )
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.bad(f"`{self.name}` is a text, not {self._shown}")
        if pattern and not re.fullmatch(pattern, self.value):
            raise self.bad(f"`{self.name}` must look like {like}, not {self._shown}")
        return self.value

    def strings(self) -> list[str]:
        """Its texts, if it is a list of at least one."""
        if not self.items("texts"):
            raise self.bad(f"`{self.name}` is a list of texts, and this one is empty")
        return [one.string() for one in self.items()]

    def choice(self, allowed: Collection[str]) -> str:
        """It as one of these words."""
        if self.value not in allowed:
            hint = near(self.text, allowed)
            words = f"use {', '.join(sorted(allowed) if isinstance(allowed, frozenset) else allowed)}"
            raise self.bad(f"`{self.name}` cannot be {self._shown}: {hint or words}")
        return str(self.value)

    def flag(self) -> bool:
        """It as true or false."""
        if not isinstance(self.value, bool):
            raise self.bad(f"`{self.name}` is true or false, not {self._shown}")
        return self.value

    def whole(self, minimum: int, maximum: int) -> int:
        """It as a whole number within these bounds."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.bad(f"`{self.name}` is a whole number, not {self._shown}")
        if not minimum <= self.value <= maximum:
            raise self.bad(f"`{self.name}` is from {minimum} to {maximum}, not {self._shown}")
        return self.value

    def day(self) -> date:
        """It as a day."""
        try:
            return date.fromisoformat(self.value if re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.text) else "")
        except (TypeError, ValueError) as error:
            raise self.bad(f"`{self.name}` is a day such as 2026-12-31, not {self._shown}") from error

    def plain(self) -> Any:
        """The bare value, without where it stands."""
        if isinstance(self.value, dict):
            return {name: member.plain() for name, member in self.value.items()}
        if isinstance(self.value, list):
            return [one.plain() for one in self.value]
        return self.value

    @property
    def _quoted(self) -> str:
        return f"quote it, '{self.text}'"

    @property
    def _shown(self) -> str:
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, list):
            return "a list"
        if isinstance(self.value, str):
            return f"'{self.value[:80]}'" if self.value.strip() else "an empty text"
        return self.text or "nothing"


def near(word: str, allowed: Collection[str]) -> str:
    """What somebody who wrote `word` may have meant, as a question; empty where nothing is like it."""
    folded = {one.lower(): one for one in allowed}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return f"did you mean `{folded[found[0]]}`?" if found else ""


def load(file: Path, what: str, *, largest: int = LARGEST_FILE, most: int = MOST_VALUES) -> Said:
    """The mapping that a file holds; `what` is what sentences call such a file. Raises `BadFile`.

    `largest` is how many bytes it may have, `most` how many values it may stand for.
    """
    return parse(text_of(file, what, largest).removeprefix("\ufeff"), file, what, most)


def text_of(file: Path, what: str, largest: int = LARGEST_FILE) -> str:
    """The text that a file holds, of at most so many bytes. Raises `BadFile`."""
    try:
        if file.is_fifo() and not file.is_relative_to("/dev"):
            raise BadFile(file, None, "this is a pipe, and nobody may ever write to it: name a file")
        with file.open("rb") as opened:
            read = opened.read(largest + 1)
    except OSError as error:
        raise BadFile(file, None, f"{UNREADABLE}{error.strerror}") from error
    except ValueError as error:
        raise BadFile(file, None, f"no file has such a name: {error}") from error
    if len(read) > largest:
        raise BadFile(file, None, f"{what} has at most {largest // 1024} KiB")
    try:
        return read.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _at(read[: error.start].decode("utf-8"))
        raise BadFile(file, line, f"this is not text in UTF-8: {error.reason}", column) from error


def holds_nothing(text: str) -> bool:
    """Whether there are comments at most in a text."""
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    return all(not line or line.startswith("#") for line in lines)


def parse(text: str, file: Path, what: str, most: int = MOST_VALUES) -> Said:
    """The mapping that a text holds. `file` is what its mistakes are told of. Raises `BadFile`."""
    directive = re.search(r"^%YAML.*$", text, re.MULTILINE)
    if directive:
        line, column = _at(text[: directive.start()])
        raise BadFile(file, line, "leave the %YAML line out: this is YAML 1.2", column)
    try:
        root = quick_yaml.compose(text) or _composed(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise BadFile(file, line, f"this is not YAML: {error.problem or error.context}", column) from error
    except ReusedAnchorWarning as error:
        second = re.search(r"^second occurrence .*, line (\d+), column (\d+):$", str(error), re.MULTILINE)
        line, column = map(int, second.groups()) if second else (1, 1)
        raise BadFile(
            file, line, "an anchor (`&name`) is used twice: each needs its own name", column
        ) from error
    except ReaderError as error:
        line, column = _at(text[: error.position])
        raise BadFile(
            file, line, f"this is not YAML: the character #x{error.character:04x} has no place in it", column
        ) from error
    except (YAMLError, ValueError) as error:
        raise BadFile(file, 1, f"this is not YAML: {' '.join(str(error).split())}", 1) from error
    except RecursionError as error:
        line, column = _too_deep(text)
        raise BadFile(file, line, f"this is nested more than {DEEPEST} levels deep", column) from error
    if not isinstance(root, MappingNode):
        raise BadFile(file, 1, f"{what} holds one mapping (`name: value` lines)", 1)
    return _Builder(file, most).said(root, what, root, ())


def _at(before: str) -> tuple[int, int]:
    """The line and the column behind a text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _too_deep(text: str) -> tuple[int, int]:
    """Line and column of what is nested too deep in a text; its beginning where even that cannot be told."""
    levels = 0
    with contextlib.suppress(YAMLError, RecursionError):
        for event in YAML(typ="safe", pure=True).parse(text):
            levels += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if levels > DEEPEST:
                return event.start_mark.line + 1, event.start_mark.column + 1
    return 1, 1


def _composed(text: str) -> Node | None:
    """The root node that ruamel.yaml makes of a text; it only warns of an alias that could mean two things."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ReusedAnchorWarning)
        root: Node | None = YAML(typ="safe", pure=True).compose(text)
        return root


class _Builder:
    """Makes `Said`s of ruamel's nodes."""

    def __init__(self, file: Path, most: int) -> None:
        self._file = file
        self._most = most
        self._values = 0

    def said(self, node: Node, name: str, at: Node, inside: tuple[int, ...]) -> Said:
        """The value of a node. `at` is where people look for it: its key, if it is a list or a mapping."""
        self._values += 1
        block = isinstance(node, CollectionNode) and not node.flow_style
        empty = isinstance(node, ScalarNode) and not node.value and _tag(node) == "null"
        mark = at.start_mark if block or empty else node.start_mark
        line, column = mark.line + 1, mark.column + 1
        if id(node) in inside:
            raise BadFile(self._file, line, f"`{name}` holds itself", column)
        if len(inside) >= DEEPEST:
            raise BadFile(self._file, line, f"this is nested more than {DEEPEST} levels deep", column)
        if self._values > self._most:
            raise BadFile(self._file, line, f"the file stands for more than {self._most} values", column)
        within = (*inside, id(node))
        value: Any
        match node:
            case MappingNode() if _tag(node) == "map":
                value = dict(self._members(node, within))
            case SequenceNode() if _tag(node) == "seq":
                value = [
                    self.said(one, f"{name}[{place}]", one, within) for place, one in enumerate(node.value)
                ]
            case _:
                value = self._scalar(node, line, column)
        text = str(node.value) if isinstance(node, ScalarNode) else ""
        last = line if empty else _last(node, value)
        key = at.start_mark.line + 1, at.start_mark.column + 1
        return Said(self._file, name, value, text, line, column, last, key)

    def _members(self, node: MappingNode, inside: tuple[int, ...]) -> Iterator[tuple[str, Said]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            line, column = key.start_mark.line + 1, key.start_mark.column + 1
            if _tag(key) == "merge":
                raise BadFile(self._file, line, "`<<` is not understood: write the members out", column)
            if not isinstance(key, ScalarNode) or _tag(key) != "str":
                words = f"quote it, '{key.value}'" if isinstance(key, ScalarNode) else "write a text"
                raise BadFile(
                    self._file,
                    line,
                    f"a name is a text, and YAML makes something else of this: {words}",
                    column,
                )
            if key.value in seen:
                raise BadFile(
                    self._file, line, f"`{key.value}` stands here already, in line {seen[key.value]}", column
                )
            seen[key.value] = line
            self._whole_text(key.value, line, column)
            yield key.value, self.said(value, key.value, key, inside)

    def _scalar(self, node: Node, line: int, column: int) -> Any:
        make = _SCALARS.get(_tag(node))
        if make is None:
            raise BadFile(
                self._file, line, f"the tag {node.tag} is not understood: only plain data is", column
            )
        self._whole_text(str(node.value), line, column)
        try:
            return make(str(node.value))
        except ValueError as error:
            raise BadFile(
                self._file, line, f"{node.value[:80]} is no number that can be used", column
            ) from error

    def _whole_text(self, text: str, line: int, column: int) -> None:
        """Makes sure that a text can be written again: an escape can name half of a character."""
        if not text.isascii() and _HALF.search(text):
            raise BadFile(
                self._file, line, "this holds half of a character, which no file can: leave it out", column
            )


def _last(node: Node, value: Any) -> int:
    """The line that a node ends on."""
    if not isinstance(node, CollectionNode) or node.flow_style or not value:
        end = node.end_mark
        return int(end.line + 1 if end.column else max(end.line, node.start_mark.line + 1))
    members: Iterable[Said] = value.values() if isinstance(value, dict) else value
    return max(one.last for one in members)


def _visible(character: str) -> str:
    return character if character.isprintable() else f"\\u{ord(character):04x}"


def _tag(node: Node) -> str:
    return str(node.tag).removeprefix(_YAML)


def _whole(text: str) -> int:
    return int(text, 10) if text.lstrip("+-").isdigit() else int(text, 0)


_SCALARS: Mapping[str, Callable[[str], Any]] = {
    "str": str,
    "timestamp": str,
    "int": _whole,
    "float": float,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
}
"""What YAML 1.2 makes of a text without quotes, by tag."""
