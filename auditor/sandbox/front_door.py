"""The one HTTP server of the sandbox: who calls, for which service, which operation; then the gate."""

from __future__ import annotations

import logging
import re
import socket
import struct
import sys
import time
import uuid
from dataclasses import replace
from email.utils import formatdate
from http.client import responses as reasons
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from .actions import action_of, service_of
from .calls import Call, CallLog, Request, Response
from .connect import ConnectBackend
from .errors import AwsError, error_response
from .gate import Gate, Throttled
from .moto_services import DEFAULT_ACCOUNT, MotoServices
from .neighbours import Neighbours
from .protocol import UNKNOWN, BadAnswer, Service, installed_services
from .trail import Trail

LOGGER = logging.getLogger(__name__)

# AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/connect/aws4_request, ...
_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d+/([^/]+)/([^/]+)/aws4_request")


class FrontDoor:
    """Turns requests into calls and calls into answers. Knows nothing of sockets."""

    def __init__(self, gate: Gate, log: CallLog, search_fills_flow_content: bool = True) -> None:
        self.gate, self.log = gate, log
        self.services = installed_services()
        self.moto = MotoServices(self.services)
        connect = self.services.get("connect")
        assert connect is not None
        self.connect = ConnectBackend(connect, self._directory_exists, search_fills_flow_content)
        self.trail = Trail()
        self.neighbours = Neighbours(self.moto, self.trail)
        self._started = time.monotonic()

    def answer(self, request: Request) -> Response:
        """The response to any request at all, recorded as a call."""
        request_id = str(uuid.uuid4())
        account, region, name = self._who(request)
        service = self.services.get(name)
        operation, labels = service.operation_of(request) if service else (UNKNOWN, {})
        call = Call(
            time.monotonic() - self._started, account, region, name, operation, action_of(name, operation)
        )
        protocol = service.protocol_of(request) if service else "rest-json"
        throttled = False
        try:
            response = self.gate.pass_through(call, request, protocol) or self._dispatch(
                call, request, labels, service
            )
        except AwsError as error:
            throttled = isinstance(error, Throttled)
            response = error_response(
                error, protocol, service.model if service else None, request.method, request_id
            )
        except BadAnswer as fault:
            LOGGER.exception("an answer of the sandbox breaks the model")
            response = self._broken(call, str(fault), protocol, service, request, request_id)
        except Exception as fault:
            LOGGER.exception("%s:%s failed", call.service, call.operation)
            response = self._broken(
                call, f"{type(fault).__name__}: {fault}", protocol, service, request, request_id
            )
        code = response.error or _error_code(response)
        self.log.add(replace(call, status=response.status, error=code, throttled=throttled))
        if self.log.recording:
            self.trail.add(call, request, labels, service, response, code)
        headers = {"x-amzn-RequestId": request_id, "x-amz-request-id": request_id, **response.headers}
        return replace(response, headers=headers)

    def _who(self, request: Request) -> tuple[str, str, str]:
        """Account, Region and botocore service, from the credential scope of the signature."""
        scope = _SCOPE.search(request.headers.get("authorization", ""))
        if scope is None:
            return DEFAULT_ACCOUNT, "us-east-1", _unsigned_service(request)
        return self.moto.account_of(scope[1]), scope[2], service_of(scope[3], request.path)

    def _dispatch(self, call: Call, request: Request, labels: Any, service: Service | None) -> Response:
        if service is None or call.operation == UNKNOWN:
            raise AwsError(
                "NotImplemented",
                f"The sandbox knows no such operation: {call.service} {request.method} {request.path}",
                501,
            )
        if call.service == "connect":
            return self.connect.answer(call, request, labels)
        answered = self.neighbours.answer(call, request, labels, service)
        return answered or self.neighbours.after(call, self.moto.answer(call, request, service))

    def _broken(
        self,
        call: Call,
        message: str,
        protocol: str,
        service: Service | None,
        request: Request,
        request_id: str,
    ) -> Response:
        error = AwsError(
            "InternalServiceException", f"The sandbox failed at {call.operation}: {message}", 500
        )
        return error_response(error, protocol, service.model if service else None, request.method, request_id)

    def _directory_exists(self, account: str, region: str, directory: str) -> bool:
        return directory in self.moto.backend("ds", account, region).directories


def _unsigned_service(request: Request) -> str:
    """Unsigned calls are rare: STS with a web identity or SAML, and S3 in public."""
    return "sts" if b"Action=AssumeRole" in request.body[:2000] else "s3"


def _error_code(response: Response) -> str | None:
    """The AWS error code of an answer that moto made."""
    if response.status < 400:
        return None
    named = {name.lower(): value for name, value in response.headers.items()}.get("x-amzn-errortype")
    found = re.search(rb"<Code>([^<]+)</Code>|\"__type\":\s*\"(?:[^\"]*#)?([^\"]+)\"", response.body)
    return named or (
        next(group for group in found.groups() if group).decode() if found else str(response.status)
    )


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with connections kept open; each answer leaves in one write."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def handle_one_request(self) -> None:
        try:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self._serve()
        except (ConnectionError, TimeoutError, ValueError):
            self.close_connection = True

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = (
            _chunks(self.rfile) if "chunked" in headers.get("transfer-encoding", "") else self._body(headers)
        )
        self._send(self.server.door.answer(Request(self.command, path, query, headers, body)))

    def _body(self, headers: dict[str, str]) -> bytes:
        length = int(headers.get("content-length") or 0)
        return self.rfile.read(length) if length else b""

    def _send(self, response: Response) -> None:
        if response.reset:
            # A zero linger makes the kernel send RST in place of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        lines = [f"HTTP/1.1 {response.status} {reasons.get(response.status, 'Unknown')}"]
        given = {name.lower() for name in response.headers}
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if "date" not in given:  # every answer of AWS says what time it is there
            lines.append(f"Date: {formatdate(usegmt=True)}")
        if "content-length" not in given:
            lines.append(f"Content-Length: {len(response.body)}")
        body = b"" if self.command == "HEAD" else response.body
        if response.truncate is not None:
            body = body[: response.truncate]
            self.close_connection = True
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A request that is no HTTP: still not an HTML page."""
        self._send(Response(code, (message or explain or "").encode(), {"Content-Type": "text/plain"}))

    def log_message(self, format: str, *args: Any) -> None:
        LOGGER.debug(format, *args)


def _chunks(stream: Any) -> bytes:
    parts = []
    while size := int(stream.readline().split(b";")[0], 16):
        parts.append(stream.read(size))
        stream.readline()
    while stream.readline().strip():
        pass
    return b"".join(parts)


class Server(ThreadingHTTPServer):
    """The listening socket and its threads. Closing it closes the connections kept open as well."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, door: FrontDoor) -> None:
        self.door = door
        self._open: set[socket.socket] = set()
        self._open_lock = Lock()
        super().__init__(("127.0.0.1", port), Handler)

    def server_bind(self) -> None:
        # HTTPServer would look up the host's name here, which can take seconds.
        socket_address = self.server_address
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(socket_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        LOGGER.debug("a connection from %s failed", client_address, exc_info=sys.exc_info())

    def start(self) -> Thread:
        thread = Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.01}, name="sandbox", daemon=True
        )
        thread.start()
        return thread

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
            self._open.clear()
