"""What passes the front door: requests, responses and the record of each call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from threading import Lock
from typing import TextIO
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the sandbox saw it.

    `time` is seconds since the sandbox started; `status` is the HTTP status (0 while the
    call is still on its way, which is how a fault hook sees it); `error` is the AWS error code.
    """

    time: float
    account: str
    region: str
    service: str
    operation: str
    action: str
    status: int = 0
    error: str | None = None
    throttled: bool = False


_CALLED = tuple(one.name for one in fields(Call))


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `path` is still percent-encoded; header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def arguments(self) -> list[tuple[str, str]]:
        """The query string as pairs, blank values kept (`?policy` is an argument to S3)."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer.

    A fault hook may ask for a broken wire as well: `truncate` sends only so many bytes of the
    body under the full Content-Length and hangs up; `reset` sends nothing and resets the connection.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    truncate: int | None = None
    reset: bool = False


FaultHook = Callable[[Call, Request], Response | None]


class CallLog:
    """The calls in order, and on disk as JSON lines when a path was given."""

    def __init__(self, path: str | Path | None) -> None:
        self.calls: list[Call] = []
        self.recording = True
        self._lock = Lock()
        self._file: TextIO | None = Path(path).open("a", encoding="utf-8") if path else None  # noqa: SIM115

    def add(self, call: Call) -> None:
        if not self.recording:
            return
        with self._lock:
            self.calls.append(call)
            if self._file:
                self._file.write(json.dumps({name: getattr(call, name) for name in _CALLED}) + "\n")
                self._file.flush()

    def close(self) -> None:
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None
