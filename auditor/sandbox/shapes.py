"""Values against botocore shapes: what came in is decoded, what goes out is encoded, both checked.

Each shape is compiled once into a function, because the front door runs them for every call.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Codec = Callable[[Any], Any]

# Shapes whose pattern refuses what their documentation asks for: CIDR blocks without a dot, and a
# hash of one character.
MISTAKEN_PATTERNS = frozenset({"IpCidr", "ViewContentSha256"})


class Violation(Exception):
    """A value does not fit its shape. `where` is the path of members down to it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str] = []

    def __str__(self) -> str:
        return f"{'.'.join(reversed(self.path)) or 'value'}: {self.reason}"


def usable_pattern(pattern: str | None) -> re.Pattern[str] | None:
    r"""A model's pattern as Python understands it, or None where it is no regular expression at all.

    The models hold patterns of other dialects: doubled backslashes, /slashes/ around, \p{L}.
    """
    if not pattern:
        return None
    text = pattern.replace("\\\\", "\\")
    if text.startswith("/") and text.endswith("/"):
        text = text[1:-1]
    text = re.sub(r"\\p\{[LN]\}", r"\\w", text)
    text = re.sub(r"\\p\{Z\}", r"\\s", text)
    text = text.replace(r"\P{C}", r"\w\W")
    try:
        return re.compile(text)
    except re.error:
        return None


class Codecs:
    """The compiled shapes of one service. Subclasses say how each type is treated."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str | None], Codec] = {}

    def of(self, shape: Any) -> Codec:
        key = (shape.name, shape.serialization.get("timestampFormat"))
        made = self._made.get(key)
        if made is None:
            # A shape which contains itself finds this stand-in while it is being compiled.
            self._made[key] = lambda value: self._made[key](value)
            made = self._made[key] = getattr(self, f"_{shape.type_name}")(shape)
        return made

    def _list(self, shape: Any) -> Codec:
        member = self.of(shape.member)

        def run(value: Any) -> list[Any]:
            if not isinstance(value, (list, tuple)):
                raise Violation(f"expected a list, got {type(value).__name__}")
            done = []
            try:
                for item in value:
                    done.append(member(item))
            except Violation as violation:
                violation.path.append(f"[{len(done)}]")
                raise
            return done

        return run

    def _map(self, shape: Any) -> Codec:
        member = self.of(shape.value)

        def run(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise Violation(f"expected a map, got {type(value).__name__}")
            done = {}
            for key, item in value.items():
                if not isinstance(key, str):
                    raise Violation(f"key {key!r} is no string")
                try:
                    done[key] = member(item)
                except Violation as violation:
                    violation.path.append(key)
                    raise
            return done

        return run

    def _boolean(self, shape: Any) -> Codec:
        def run(value: Any) -> bool:
            if not isinstance(value, bool):
                raise Violation(f"expected a boolean, got {type(value).__name__}")
            return value

        return run

    def _number(self, shape: Any, kinds: tuple[type, ...], word: str) -> Codec:
        low, high = self._limits(shape)

        def run(value: Any) -> Any:
            if isinstance(value, bool) or not isinstance(value, kinds):
                raise Violation(f"expected {word}, got {type(value).__name__}")
            if low is not None and value < low:
                raise Violation(f"{value} is below the minimum {low}")
            if high is not None and value > high:
                raise Violation(f"{value} is above the maximum {high}")
            return value

        return run

    def _integer(self, shape: Any) -> Codec:
        return self._number(shape, (int,), "an integer")

    _long = _integer

    def _float(self, shape: Any) -> Codec:
        return self._number(shape, (int, float), "a number")

    _double = _float

    def _limits(self, shape: Any) -> tuple[Any, Any]:
        raise NotImplementedError


class Encoders(Codecs):
    """Answers: every member known, of its type and, if required, present. Ready for `json.dumps`."""

    def _limits(self, shape: Any) -> tuple[Any, Any]:
        return None, None

    def _structure(self, shape: Any) -> Codec:
        members = {
            name: (member.serialization.get("name", name), self.of(member))
            for name, member in shape.members.items()
        }
        required = tuple(shape.required_members)
        label = shape.name

        def run(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise Violation(f"expected the structure {label}, got {type(value).__name__}")
            done = {}
            for name, item in value.items():
                known = members.get(name)
                if known is None:
                    raise Violation(f"{label} has no member {name!r}")
                try:
                    done[known[0]] = known[1](item)
                except Violation as violation:
                    violation.path.append(name)
                    raise
            for name in required:
                if name not in value:
                    raise Violation(f"{label} requires {name!r}")
            return done

        return run

    def _string(self, shape: Any) -> Codec:
        known = frozenset(shape.enum or ())

        def run(value: Any) -> str:
            if not isinstance(value, str):
                raise Violation(f"expected a string, got {type(value).__name__}")
            if known and value not in known:
                raise Violation(f"{value!r} is none of the model's values")
            return value

        return run

    def _timestamp(self, shape: Any) -> Codec:
        as_text = shape.serialization.get("timestampFormat") == "iso8601"

        def run(value: Any) -> Any:
            if not isinstance(value, datetime):
                raise Violation(f"expected a datetime, got {type(value).__name__}")
            return value.isoformat() if as_text else round(value.timestamp(), 3)

        return run

    def _blob(self, shape: Any) -> Codec:
        def run(value: Any) -> str:
            if not isinstance(value, bytes):
                raise Violation(f"expected bytes, got {type(value).__name__}")
            return base64.b64encode(value).decode()

        return run


class Decoders(Codecs):
    """Requests: members the model lacks are dropped, limits, enums and patterns hold (as at AWS)."""

    def _limits(self, shape: Any) -> tuple[Any, Any]:
        return shape.metadata.get("min"), shape.metadata.get("max")

    def _structure(self, shape: Any) -> Codec:
        members = [
            (name, member.serialization.get("name", name), self.of(member))
            for name, member in shape.members.items()
        ]
        required = tuple(shape.required_members)

        def run(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise Violation(f"expected an object, got {type(value).__name__}")
            done = {}
            for name, wire, decode in members:
                if value.get(wire) is None:
                    continue
                try:
                    done[name] = decode(value[wire])
                except Violation as violation:
                    violation.path.append(name)
                    raise
            for name in required:
                if name not in done:
                    raise Violation(f"{name} is required")
            return done

        return run

    def _list(self, shape: Any) -> Codec:
        run = super()._list(shape)
        low, high = self._limits(shape)

        def bounded(value: Any) -> Any:
            done = run(value)
            _check_length(len(done), low, high)
            return done

        return bounded

    def _string(self, shape: Any) -> Codec:
        known = frozenset(shape.enum or ())
        low, high = self._limits(shape)
        mistaken = shape.name in MISTAKEN_PATTERNS
        pattern = None if mistaken else usable_pattern(shape.metadata.get("pattern"))

        def run(value: Any) -> str:
            if not isinstance(value, str):
                raise Violation(f"expected a string, got {type(value).__name__}")
            if known and value not in known:
                raise Violation(f"{value!r} is none of {', '.join(sorted(known)[:20])}")
            _check_length(len(value), low, high)
            if pattern and not pattern.search(value):
                raise Violation(f"does not match {pattern.pattern}")
            return value

        return run

    def _timestamp(self, shape: Any) -> Codec:
        def run(value: Any) -> datetime:
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return datetime.fromtimestamp(value, UTC)
            try:
                return datetime.fromisoformat(value)
            except (TypeError, ValueError):
                raise Violation(f"{value!r} is no timestamp") from None

        return run

    def _blob(self, shape: Any) -> Codec:
        def run(value: Any) -> bytes:
            try:
                return base64.b64decode(value)
            except (TypeError, ValueError):
                raise Violation("is no base64") from None

        return run


def _check_length(length: int, low: int | None, high: int | None) -> None:
    if low is not None and length < low:
        raise Violation(f"length {length} is below the minimum {low}")
    if high is not None and length > high:
        raise Violation(f"length {length} is above the maximum {high}")
