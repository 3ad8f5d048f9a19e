"""Snapshot files, version 1: JSON lines, sorted, between a header and a trailer of counts.

`schemas/snapshot-v1.schema.json` describes a line, `docs/snapshots.md` the file. The format is apart from the
types in memory. Files are written and read line by line; what is not exactly right is refused with its line.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias, cast

from auditor import __version__
from auditor.kinds import KINDS
from auditor.mask import Markers, masked_paths, without_secrets
from auditor.model import Cause, Gap, Key, Masked, Place, Reason, Resource, Snapshot, Unit, UnitState

VERSION = 1
TOOL = "connect-audit"
LONGEST_LINE = 8 * 2**20
DEEPEST = 100
"""Levels of lists and objects in one line: AWS's answers have about ten."""
TYPES = ("unit", "resource", "gap", "complete", "missing", "unread")
"""The types of lines, in the order of the file."""
END = "end"
_MASKED = Cause(Reason.MASKED)
_MAGIC = b"\x1f\x8b"


class BadSnapshot(Exception):
    """A snapshot file cannot be used, or a snapshot not be saved: one sentence with the file and the line."""


@dataclass(frozen=True, slots=True)
class Maker:
    """What read the account: later runs reuse nothing that another version of it read."""

    version: str = __version__
    botocore: str = ""
    kinds: str = hashlib.sha256(repr(KINDS).encode()).hexdigest()[:16]
    """A digest of the table of kinds."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: what the file is, and what the snapshot is beside its parts."""

    taken_at: str
    partition: str
    masked: bool
    maker: Maker = Maker()


class Complete(NamedTuple):
    """A kind of which everything at a place was read."""

    place: Place
    kind: str


class Missing(NamedTuple):
    """A neighbour that does not exist."""

    key: Key


class UnreadNeighbour(NamedTuple):
    """A neighbour that could not be read, and why."""

    key: Key
    cause: Cause


Part: TypeAlias = Unit | Resource | Gap | Complete | Missing | UnreadNeighbour


@dataclass(frozen=True, slots=True)
class Saved:
    """A file's header and its snapshot."""

    header: Header
    snapshot: Snapshot


def save(snapshot: Snapshot, path: Path, out: BinaryIO, maker: Maker, *, clear: bool = False) -> None:
    """Writes a snapshot to `out`, line by line; gzip where the name of `path` says so.

    Personal values become markers, unless `clear`; secrets in flows are never written. The same snapshot gives
    the same bytes.
    """
    if path.suffix.lower() != ".gz":
        out.writelines(_bounded(lines(snapshot, maker, clear=clear), path))
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
        packed.writelines(_bounded(lines(snapshot, maker, clear=clear), path))


def lines(snapshot: Snapshot, maker: Maker, *, clear: bool = False) -> Iterator[bytes]:
    """The lines of the file, one at a time."""
    marked: Callable[[Resource], Resource] = (lambda resource: resource) if clear else Markers(snapshot)
    masked = not clear or any(_holds_markers(one) for one in snapshot.resources)
    yield _line(_header(Header(snapshot.taken_at, snapshot.partition, masked, maker)))
    counts = Counter[str]()
    for part in _parts(snapshot):
        said = _said(marked(without_secrets(part)) if isinstance(part, Resource) else part)
        counts[said["type"]] += 1
        yield _line(said)
    yield _line({"type": END, "counts": {name: counts[name] for name in TYPES}})


def load(path: Path) -> Saved:
    """The snapshot in a file. Raises `BadSnapshot`."""
    parts = read(path)
    header = cast("Header", next(parts))
    found: dict[type, list[Any]] = {}
    for part in parts:
        found.setdefault(type(part), []).append(part)
    snapshot = Snapshot(
        taken_at=header.taken_at,
        partition=header.partition,
        units=tuple(found.get(Unit, ())),
        resources=tuple(found.get(Resource, ())),
        complete=frozenset((one.place, one.kind) for one in found.get(Complete, ())),
        gaps=tuple(found.get(Gap, ())),
        missing=frozenset(one.key for one in found.get(Missing, ())),
        unread={one.key: one.cause for one in found.get(UnreadNeighbour, ())},
    )
    return Saved(header, snapshot)


def read(path: Path) -> Iterator[Header | Part]:
    """The header of a file, then its parts one at a time. Raises `BadSnapshot`, at the line that is wrong.

    A file is known to be whole only when the last part has been taken.
    """
    number = 0
    try:
        with path.open("rb") as file:
            packed = file.peek(len(_MAGIC)).startswith(_MAGIC)
            stream = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
            reader = _Reader()
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                yield from reader.take(line)
            reader.finish()
    except _Wrong as wrong:
        raise BadSnapshot(f"{path}:{max(number, 1)}: {wrong}") from wrong
    except EOFError as error:
        raise BadSnapshot(f"{path}:{number + 1}: the file was cut short: its gzip ends too early") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BadSnapshot(f"{path}:{number + 1}: the gzip is damaged: {error}") from error
    except OSError as error:
        raise BadSnapshot(f"{path}: the snapshot cannot be read: {error.strerror or error}") from error


class _Wrong(Exception):
    """What is wrong with a line."""


class _Reader:
    """Takes the lines of one file in turn."""

    def __init__(self) -> None:
        self._last: tuple[int, Any] | None = None
        self._counts: Counter[str] | None = None
        self._ended = False

    def take(self, line: bytes) -> Iterator[Header | Part]:
        """What a line says; the trailer says nothing more."""
        if self._ended:
            raise _Wrong("there is more after the trailer: these are two files, or one that was written over")
        said, markers = _parsed(line)
        if self._counts is None:
            self._counts = Counter()
            yield _header_of(said)
            return
        kind = said.fields.get("type")
        if kind == END:
            self._end(said)
            return
        if kind not in TYPES:
            raise _Wrong(f"{_shown(kind)} is no type of line: {', '.join((*TYPES, END))} are")
        part = _PARSERS[kind](said)
        said.finish()
        if markers and isinstance(part, Resource):
            part = _readable(part)
        place = (TYPES.index(kind), _order(part))
        if self._last is not None and place <= self._last:
            raise _Wrong(
                f"the {_WORDS[kind]} stands there twice"
                if place == self._last
                else "the line is out of order"
            )
        self._last = place
        self._counts[kind] += 1
        yield part

    def finish(self) -> None:
        """Sees that the file ended with its trailer."""
        if not self._ended:
            raise _Wrong("the file was cut short: it does not end with the trailer")

    def _end(self, said: _Fields) -> None:
        counts = said.mapping("counts")
        said.finish()
        seen = self._counts or Counter()
        for name in TYPES:
            if counts.get(name) != seen[name]:
                raise _Wrong(
                    f"the trailer counts {_shown(counts.get(name))} lines of type {name}, the file has {seen[name]}"
                )
        self._ended = True


class _Fields:
    """The members of one line's object, each of which is asked for by name and type."""

    def __init__(self, fields: Mapping[str, Any], what: str = "") -> None:
        self.fields = fields
        self._what = what
        self._asked = {"type"}

    def text(self, name: str, *, default: str | None = None, masked: bool = False) -> str:
        value = self._of(name, default)
        if not isinstance(value, str) or (isinstance(value, Masked) and not masked):
            raise _Wrong(f"{self._what}{name} must be text")
        return value

    def flag(self, name: str) -> bool:
        value = self._of(name)
        if not isinstance(value, bool):
            raise _Wrong(f"{self._what}{name} must be true or false")
        return value

    def mapping(self, name: str, *, default: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        value = self._of(name, default)
        if not isinstance(value, Mapping):
            raise _Wrong(f"{self._what}{name} must be an object")
        return value

    def cause(self, name: str) -> Cause:
        return _cause_of(self.mapping(name), f"{self._what}{name}.")

    def some_cause(self, name: str) -> Cause | None:
        self._asked.add(name)
        return self.cause(name) if name in self.fields else None

    def place(self) -> Place:
        return Place(self.text("account"), self.text("region"), self.text("instance_id"))

    def key(self) -> Key:
        return Key(self.place(), self.text("kind"), self.text("id"))

    def finish(self) -> None:
        """Refuses what nobody asked for: what another version of this program means by it is not known."""
        strange = sorted(set(self.fields) - self._asked)
        if strange:
            raise _Wrong(f"{self._what}{strange[0]} is no member that this version of connect-audit knows")

    def _of(self, name: str, default: Any = None) -> Any:
        self._asked.add(name)
        if name not in self.fields and default is None:
            raise _Wrong(f"{self._what}{name} is missing")
        return self.fields.get(name, default)


def _cause_of(value: Any, what: str) -> Cause:
    if not isinstance(value, Mapping):
        raise _Wrong(f"{what.rstrip('.')} must be an object")
    said = _Fields(value, what)
    reason = said.text("reason")
    if reason not in set(Reason):
        raise _Wrong(f"{what}reason: {_shown(reason)} is none of {', '.join(Reason)}")
    cause = Cause(Reason(reason), said.text("action", default=""), said.text("detail", default=""))
    said.finish()
    return cause


def _unit_of(said: _Fields) -> Unit:
    state = said.text("state")
    if state not in set(UnitState):
        raise _Wrong(f"state: {_shown(state)} is none of {', '.join(UnitState)}")
    return Unit(
        said.text("account"),
        said.text("region"),
        UnitState(state),
        said.text("detail", default=""),
        said.some_cause("cause"),
        said.text("remark", default=""),
    )


def _resource_of(said: _Fields) -> Resource:
    unread = said.mapping("unread", default={})
    return Resource(
        key=said.key(),
        data=said.mapping("data"),
        name=said.text("name", masked=True),
        arn=said.text("arn"),
        unread={path: _cause_of(cause, f"unread.{path}.") for path, cause in unread.items()},
        rest=said.some_cause("rest"),
        read_at=said.text("read_at", default=""),
    )


_PARSERS: Mapping[str, Callable[[_Fields], Part]] = {
    "unit": _unit_of,
    "resource": _resource_of,
    "gap": lambda said: Gap(said.place(), said.text("kind"), said.text("part"), said.cause("cause")),
    "complete": lambda said: Complete(said.place(), said.text("kind")),
    "missing": lambda said: Missing(said.key()),
    "unread": lambda said: UnreadNeighbour(said.key(), said.cause("cause")),
}
_WORDS: Mapping[str, str] = {
    "unit": "unit",
    "resource": "resource",
    "gap": "gap",
    "complete": "complete kind",
    "missing": "missing neighbour",
    "unread": "unread neighbour",
}


def _readable(resource: Resource) -> Resource:
    """A resource whose markers nobody can take for values: reading them raises `Unread`."""
    masked = dict.fromkeys(masked_paths(resource.data), _MASKED)
    # What was unread before it was masked keeps its cause, and comes first.
    return replace(resource, unread={**resource.unread, **masked, **resource.unread})


def _holds_markers(resource: Resource) -> bool:
    return isinstance(resource.name, Masked) or any(masked_paths(resource.data))


def _header_of(said: _Fields) -> Header:
    version = said.fields.get("snapshot")
    if version is None:
        raise _Wrong("this is no snapshot: its first line is not a snapshot's header")
    if version != VERSION or isinstance(version, bool | float):
        raise _Wrong(
            f"this is a snapshot of version {_shown(version)}; this connect-audit reads version {VERSION}"
        )
    tool = _Fields(said.mapping("tool"), "tool.")
    maker = Maker(tool.text("version"), tool.text("botocore"), tool.text("kinds"))
    return Header(said.text("taken_at"), said.text("partition"), said.flag("masked"), maker)


def _header(header: Header) -> dict[str, Any]:
    maker = header.maker
    return {
        "snapshot": VERSION,
        "tool": {"name": TOOL, "version": maker.version, "botocore": maker.botocore, "kinds": maker.kinds},
        "taken_at": header.taken_at,
        "partition": header.partition,
        "masked": header.masked,
    }


def _parts(snapshot: Snapshot) -> Iterator[Part]:
    """Everything in a snapshot, in the order of the file."""
    groups: tuple[Iterable[Part], ...] = (
        snapshot.units,
        snapshot.resources,
        snapshot.gaps,
        (Complete(place, kind) for place, kind in snapshot.complete),
        map(Missing, snapshot.missing),
        (UnreadNeighbour(key, cause) for key, cause in snapshot.unread.items()),
    )
    for group in groups:
        yield from sorted(group, key=_order)


def _order(part: Part) -> Any:
    """What a line is sorted by among its type, and may stand there only once."""
    match part:
        case Unit():
            return (part.account, part.region)
        case Gap() | Complete():
            return part
        case _:
            return part.key


def _said(part: Part) -> dict[str, Any]:
    """A part as its line's object."""
    match part:
        case Unit():
            return {
                "type": "unit",
                "account": part.account,
                "region": part.region,
                "state": str(part.state),
                "detail": part.detail,
                **({"cause": _cause(part.cause)} if part.cause else {}),
                **({"remark": part.remark} if part.remark else {}),
            }
        case Resource():
            return _resource(part)
        case Gap():
            cause = _cause(part.cause)
            return {
                "type": "gap", **_place(part.place), "kind": part.kind, "part": part.part, "cause": cause,
            }  # fmt: skip
        case Complete():
            return {"type": "complete", **_place(part.place), "kind": part.kind}
        case Missing():
            return {"type": "missing", **_key(part.key)}
        case UnreadNeighbour():
            return {"type": "unread", **_key(part.key), "cause": _cause(part.cause)}


def _resource(resource: Resource) -> dict[str, Any]:
    masked = set(masked_paths(resource.data))
    # The order of what is unread is kept: the first of several causes is the one that a reader is told.
    unread = {
        _escaped(path): _cause(cause)
        for path, cause in resource.unread.items()
        if cause != _MASKED or path not in masked
    }
    return {
        "type": "resource",
        **_key(resource.key),
        "name": _wire(resource.name),
        "arn": resource.arn,
        "data": _wire(resource.data),
        **({"unread": unread} if unread else {}),
        **({"rest": _cause(resource.rest)} if resource.rest else {}),
        **({"read_at": resource.read_at} if resource.read_at else {}),
    }


def _place(place: Place) -> dict[str, str]:
    return {"account": place.account, "region": place.region, "instance_id": place.instance_id}


def _key(key: Key) -> dict[str, str]:
    return {**_place(key.place), "kind": key.kind, "id": key.id}


def _cause(cause: Cause) -> dict[str, str]:
    said = {"reason": str(cause.reason), "action": cause.action, "detail": cause.detail}
    return {name: text for name, text in said.items() if text}


def _wire(value: Any) -> Any:
    """A value as JSON has it. What JSON lacks is an object with one member that begins with `$`.

    Such a member of the data itself gets a second `$`, so that nothing in an account can pose as a marker.
    """
    match value:
        case Masked():
            return {"$masked": str(value)}
        case None | bool() | int() | str():
            return value
        case float():
            return value if abs(value) < float("inf") else {"$float": str(value)}
        case Mapping():
            return {_escaped(str(name)): _wire(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_wire(inner) for inner in value]
        case set() | frozenset():
            return sorted(map(_wire, value), key=json.dumps)
        case bytes() | bytearray():
            return {"$bytes": base64.b64encode(value).decode("ascii")}
        case datetime():
            return {"$moment": value.isoformat()}
        case date() | Decimal():
            return str(value)
    raise BadSnapshot(f"a value of the type {type(value).__name__} cannot be saved in a snapshot")


def _escaped(name: str) -> str:
    return f"${name}" if name.startswith("$") else name


_MARKERS: Mapping[str, Callable[[str], Any]] = {
    "$masked": Masked,
    "$float": float,
    "$bytes": lambda text: base64.b64decode(text, validate=True),
    "$moment": datetime.fromisoformat,
}


def _parsed(line: bytes) -> tuple[_Fields, bool]:
    """The object on a line, and whether anything in it is masked."""
    if len(line) > LONGEST_LINE:
        raise _Wrong(f"the line is longer than {LONGEST_LINE} bytes")
    if not line.endswith(b"\n"):
        raise _Wrong("the file was cut short: the line has no end")
    markers = False

    def made(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
            raise _Wrong(f"the member {_shown(twice)} stands there twice")
        if not any(name.startswith("$") for name in found):
            return found
        if len(pairs) == 1 and pairs[0][0] in _MARKERS:
            name, text = pairs[0]
            nonlocal markers
            markers = markers or name == "$masked"
            return _unmarked(name, text)
        return {_unescaped(name): value for name, value in found.items()}

    try:
        said = json.loads(line.decode("utf-8"), object_pairs_hook=made, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise _Wrong(f"not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise _Wrong(f"not JSON ({error.msg}, column {error.colno})") from error
    except ValueError as error:
        raise _Wrong(f"not a number that can be read ({error})") from error
    except RecursionError as error:
        raise _Wrong(f"nested deeper than {DEEPEST} levels") from error
    if not isinstance(said, dict):
        raise _Wrong("not an object")
    _shallow(said)
    return _Fields(said), markers


def _unmarked(name: str, text: Any) -> Any:
    wrong = _Wrong(f"{name} does not hold what it should")
    if not isinstance(text, str):
        raise wrong
    try:
        return _MARKERS[name](text)
    except ValueError as error:
        raise wrong from error


def _unescaped(name: str) -> str:
    if name.startswith("$$"):
        return name[1:]
    if name.startswith("$"):
        raise _Wrong(f"{_shown(name)} is no marker that this version of connect-audit knows")
    return name


def _no_constant(name: str) -> None:
    raise _Wrong(f"not JSON ({name})")


def _shallow(said: Any) -> None:
    """Refuses what is nested so deep that walking through it would fail later on."""
    level: list[Any] = [said]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inner(value) if isinstance(inner, dict | list)]
        if not level:
            return
    raise _Wrong(f"nested deeper than {DEEPEST} levels")


def _inner(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _line(said: Mapping[str, Any]) -> bytes:
    text = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A lone surrogate is no UTF-8; the escape that stands for it here is JSON's own.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _shown(value: Any) -> str:
    """A value out of a file as a sentence quotes it: on one line, and not all of a long one."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _bounded(them: Iterator[bytes], path: Path) -> Iterator[bytes]:
    """The lines, none of which is longer than what `read` takes."""
    for number, line in enumerate(them, 1):
        if len(line) > LONGEST_LINE:
            raise BadSnapshot(f"{path}:{number}: one resource is larger than {LONGEST_LINE} bytes")
        yield line
