"""An AWS account pretended on loopback: Amazon Connect of our own, its neighbours by moto.

    with Sandbox(rate=2, deny=["s3:GetEncryptionConfiguration"]) as sandbox:
        boto3.client("connect", endpoint_url=sandbox.url, ...)

Needs the extra `connect-audit[sandbox]`. It imports nothing else of the auditor, so that a mistake
of the one cannot hide a mistake of the other.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self, TypeVar

from .calls import Call, CallLog, FaultHook, Request, Response
from .front_door import FrontDoor, Server
from .gate import DEFAULT_RATE, Deny, Gate, Throttle

T = TypeVar("T")

__all__ = ["DEFAULT_RATE", "Call", "FaultHook", "Request", "Response", "Sandbox", "serve"]


class Sandbox:
    """A pretended AWS, listening on 127.0.0.1 from `__enter__` to `__exit__`.

    `port` 0 takes a free one. `rate` is calls per second for each (account, Region, service,
    operation), None for no throttling; `burst` is how many may come at once. `latency` is seconds
    added to each call. `deny` are IAM actions to refuse, with `*` and `?`. `log` is a file which
    gets one JSON line per call.

    Raises OSError when the port is taken.
    """

    def __init__(
        self,
        port: int = 0,
        rate: float | None = None,
        burst: int = 5,
        latency: float = 0.0,
        deny: Iterable[str] = (),
        log: str | Path | None = None,
        search_fills_flow_content: bool = True,
    ) -> None:
        self._port = port
        self._log_path = log
        self._gate = Gate(Deny(deny), Throttle(rate, burst), latency)
        self._search_fills_flow_content = search_fills_flow_content
        self._log = CallLog(None)
        self._server: Server | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listens, in a background thread."""
        self._log = CallLog(self._log_path)
        door = FrontDoor(self._gate, self._log, self._search_fills_flow_content)
        self._server = Server(self._port, door)
        door.moto.reset()
        self._thread = self._server.start()

    def stop(self) -> None:
        """Stops listening and drops the connections still open."""
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join(timeout=5)
        self._log.close()

    def stage(self, populate: Callable[[str], T]) -> T:
        """Sets the stage: runs `populate(url)` past the gate, and keeps its calls out of the record."""
        self._gate.open, self._log.recording = True, False
        try:
            return populate(self.url)
        finally:
            self._gate.open, self._log.recording = False, True

    @property
    def url(self) -> str:
        """The endpoint of every service. Raises RuntimeError before the sandbox has started."""
        if self._server is None:
            raise RuntimeError("the sandbox has not started")
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def calls(self) -> list[Call]:
        """Every call so far, in the order of the answers."""
        return self._log.calls

    def deny(self, *actions: str) -> None:
        """Refuses these IAM actions from now on."""
        self._gate.deny.add(True, actions)

    def allow(self, *actions: str) -> None:
        """Allows these IAM actions again; the rule given last wins."""
        self._gate.deny.add(False, actions)

    def fault(self, hook: FaultHook | None) -> None:
        """Runs `hook(call, request)` before anything else; a Response it returns is the answer.

        None takes the hook away.
        """
        self._gate.fault = hook


def serve(
    port: int = 4599,
    rate: float | None = DEFAULT_RATE,
    burst: int = 5,
    latency: float = 0.0,
    deny: Iterable[str] = (),
    log: str | Path | None = None,
    say: Callable[[str], object] = print,
    stage: Callable[[str], object] | None = None,
    search_fills_flow_content: bool = True,
) -> None:
    """Runs a sandbox until SIGINT or SIGTERM, and says where it is, once `stage(url)` has set the stage.

    Raises OSError when the port is taken.
    """
    ended = Event()
    before = {kind: signal.signal(kind, lambda *_: ended.set()) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Sandbox(port, rate, burst, latency, deny, log, search_fills_flow_content) as sandbox:
            if stage is not None:
                sandbox.stage(stage)
            say(f"The sandbox listens on {sandbox.url}")
            say(
                "Try: AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox "
                f"aws --endpoint-url {sandbox.url} --region us-east-1 connect list-instances"
            )
            ended.wait()
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
