"""Writes a portrait down as a spec that people would want to keep: sorted, by name, commented, without ids."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.emitter import Emitter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

from auditor.expect import is_match
from auditor.model import Reason
from auditor.spec.compare import EXHAUSTIVE
from auditor.spec.flow_text import FlowText
from auditor.spec.portrait import Portrait, Thing
from auditor.spec.sections import SECTIONS, Section, Shape

FOLDER = "flows"

_LOOKS_ELSE = re.compile(r"[\d.:+-]+|0[xo].*|(?i:y|n|yes|no|on|off|true|false|null|~)|<<|=")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class _Emitter(Emitter):
    """Writes a long name, such as an ARN, like every other; YAML itself allows 1,024 characters."""

    MAX_SIMPLE_KEY_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """A spec's text, and the flow files that stand beside it by their paths relative to it."""

    text: str
    flows: Mapping[str, str]
    left: tuple[str, ...]
    """What could not be read whole, and so is not written or not exhaustive."""


def write(
    portrait: Portrait,
    *,
    stem: str,
    asked: frozenset[str] = frozenset(),
    made_by: str = "",
    schema: str = "",
) -> Written:
    """The spec of an instance.

    `stem` names the folder of its flows; `asked` are sections to write beside the usual ones. `schema` is the path
    of the schema relative to the spec, for editors.
    """
    writer = _Writer(portrait, stem, asked)
    text = writer.text(made_by, schema)
    return Written(text, writer.flows, tuple(writer.left))


class _Writer:
    def __init__(self, portrait: Portrait, stem: str, asked: frozenset[str]) -> None:
        self._portrait = portrait
        self._stem = stem
        self._asked = asked
        self.flows: dict[str, str] = {}
        self.left: list[str] = []

    def text(self, made_by: str, schema: str) -> str:
        root = CommentedMap()
        root["version"] = 1
        instance = next(iter(self._portrait.things("instance").values()))
        root["match"] = CommentedMap({"alias": _scalar(instance.value.get("InstanceAlias", ""))})
        for section in SECTIONS:
            if section.asked and section.name not in self._asked:
                continue
            gap = self._portrait.gap(section.name)
            if gap is not None:
                if gap.reason is not Reason.NOT_ASKED:
                    self.left.append(f"{section.name}: not read whole ({gap})")
                if not self._portrait.things(section.name):
                    continue
            if not self._portrait.things(section.name) and section.shape is Shape.THING:
                continue
            root[section.name] = self._section(section, exhaustive=gap is None)
            root.yaml_set_comment_before_after_key(section.name, before="\n")
        alias = instance.value.get("InstanceAlias", "the instance")
        head = [
            *([f"# yaml-language-server: $schema={schema}"] if schema else ()),
            f"# What {alias} should be{f', {made_by}' if made_by else ''}.",
            "# Delete what you do not care for: only what stands here is compared. References are names.",
            "# `exhaustive: true` makes whatever a section does not name a difference.",
            *(f"# Left out: {one}" for one in self.left),
        ]
        out = io.StringIO()
        yaml = YAML()
        yaml.width = 100_000  # a folded name would not be read back
        yaml.Emitter = _Emitter
        yaml.indent(mapping=2, sequence=4, offset=2)
        yaml.allow_unicode = True
        yaml.dump(root, out)
        return "\n".join(head) + "\n" + out.getvalue()

    def _section(self, section: Section, *, exhaustive: bool) -> Any:
        things = self._portrait.things(section.name)
        if section.shape is Shape.THING:
            return self._value(section, next(iter(things.values())).value, "")
        said = CommentedMap()
        if exhaustive:
            said[EXHAUSTIVE] = True
        for name, thing in things.items():
            said[_text(name)] = self._thing(section, thing)
            for path, cause in thing.unread.items():
                said.yaml_add_eol_comment(f"not read: {path} ({cause.reason})", _text(name))
        return said

    def _thing(self, section: Section, thing: Thing) -> Any:
        if section.shape is Shape.NAMES:
            return None
        return self._value(section, thing.value, "", thing.name)

    def _value(self, section: Section, value: Any, path: str, name: str = "") -> Any:
        if isinstance(value, FlowText):
            return self._flow(section, name, value)
        if isinstance(value, Mapping) and (EXHAUSTIVE in value or is_match(value)):
            # Words that mean something in a spec: only inside a matcher do they stand for themselves.
            return {"match": {"const": _plain(value)}}
        if isinstance(value, Mapping):
            said = CommentedMap()
            members: Iterable[tuple[Any, Any]] = value.items()
            if path == "Tags" or path.endswith(".Tags"):
                # AWS answers them in any order: without one of their own, every export would look changed.
                said[EXHAUSTIVE], members = True, sorted(members)
            for member, inner in members:
                said[_text(str(member))] = self._value(
                    section, inner, f"{path}.{member}" if path else str(member), name
                )
            return said
        if isinstance(value, list):
            return _listed(value)
        return _text(value)

    def _flow(self, section: Section, name: str, content: FlowText) -> str:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        stem = f"{self._stem}/{section.name}/{_UNSAFE.sub('-', plain).strip('-.') or 'flow'}"
        path, number = f"{stem}.json", 2
        while path in self.flows:
            path, number = f"{stem}-{number}.json", number + 1
        self.flows[path] = content.text
        return path


def _listed(value: Any) -> Any:
    """A value that stands in a list: only a matcher means something there."""
    if is_match(value):
        return {"match": {"const": _plain(value)}}
    if isinstance(value, Mapping):
        return {_text(str(name)): _listed(inner) for name, inner in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list) else _text(value)


def _plain(value: Any) -> Any:
    """A value as it is, its texts escaped and quoted."""
    if isinstance(value, Mapping):
        return {_text(str(name)): _plain(inner) for name, inner in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else _text(value)


def _text(value: Any) -> Any:
    """A value, or a name: what looks like a variable and is none has a `$` more."""
    return _scalar(value.replace("${var:", "$${var:") if isinstance(value, str) else value)


def _scalar(value: Any) -> Any:
    """A text in quotes where YAML (of any version, for people's other tools) would make something else of it."""
    if isinstance(value, str) and not value.isprintable():
        # Line breaks that only Unicode knows would be read back as blanks; in double quotes they are escaped.
        return DoubleQuotedScalarString(value)
    if isinstance(value, str) and (_LOOKS_ELSE.fullmatch(value) or not value):
        return SingleQuotedScalarString(value)
    return value
