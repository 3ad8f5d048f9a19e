"""Requests and answers as botocore's service models describe them.

The models are read from the installed botocore at run time, so the sandbox speaks the protocol of
the client that tests it: routes, members, limits, error shapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

import botocore.session
from botocore.exceptions import UnknownServiceError

from .calls import Request, Response
from .errors import AwsError
from .shapes import Decoders, Encoders, Violation

UNKNOWN = "Unknown"


class BadAnswer(Exception):
    """One of our own handlers answered something the service's model does not allow."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a REST operation is recognised: its path, and the query constants its URI carries."""

    operation: str
    path: re.Pattern[str]
    constants: tuple[tuple[str, str | None], ...]
    required: tuple[tuple[str, str], ...]
    literals: int


class Service:
    """One AWS service: botocore's model of it and what was compiled from that."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.protocol: str = model.protocol
        self._encoders = Encoders()
        self._decoders = Decoders()
        self._plans: dict[str, Plan] = {}
        self._lock = Lock()

    def operation_of(self, request: Request) -> tuple[str, Mapping[str, str]]:
        """The operation a request asks for and the labels of its path; UNKNOWN if the model has none."""
        target = request.headers.get("x-amz-target")
        if target:
            return target.rpartition(".")[2], {}
        rpc = _RPC_PATH.match(request.path)
        if rpc:
            return rpc[1], {}
        if self.protocol in ("query", "ec2") or b"Action=" in request.body[:2000]:
            asked = parse_qs(request.body.decode("utf-8", "replace")) or parse_qs(request.query)
            return (asked.get("Action") or [UNKNOWN])[0], {}
        return self._route(request)

    def protocol_of(self, request: Request) -> str:
        """The protocol the client chose; some services speak several."""
        if _RPC_PATH.match(request.path) and "smithy-protocol" in request.headers:
            return "smithy-rpc-v2-cbor"
        if "x-amz-target" in request.headers:
            return "json"
        return self.protocol if self.protocol != "smithy-rpc-v2-cbor" else "query"

    def _route(self, request: Request) -> tuple[str, Mapping[str, str]]:
        given = dict(request.arguments())
        best: tuple[tuple[int, int, int], Route, Mapping[str, str]] | None = None
        for route in self._routes.get((request.method, _first_segment(request.path)), ()) or self._routes.get(
            (request.method, None), ()
        ):
            found = route.path.fullmatch(request.path)
            if not found or not _constants_match(route.constants, given):
                continue
            missing = sum(
                name not in (given if kind == "q" else request.headers) for kind, name in route.required
            )
            rank = (len(route.constants), len(route.required) - 2 * missing, route.literals)
            if best is None or rank > best[0]:
                best = rank, route, found.groupdict()
        return (best[1].operation, best[2]) if best else (UNKNOWN, {})

    @cached_property
    def _routes(self) -> dict[tuple[str, str | None], list[Route]]:
        """Routes by method and first path segment (None where that is a label)."""
        table: dict[tuple[str, str | None], list[Route]] = {}
        for name in self.model.operation_names:
            operation = self.model.operation_model(name)
            if operation.deprecated:
                continue  # GetBucketLifecycle has the route of GetBucketLifecycleConfiguration
            path, _, query = operation.http["requestUri"].partition("?")
            first = _first_segment(path)
            key = operation.http["method"], None if first is None or "{" in first else first
            table.setdefault(key, []).append(_route_of(name, path, query, operation))
        return table

    def plan(self, operation: str) -> Plan:
        """The compiled form of an operation. Raises KeyError for an operation the model lacks."""
        plan = self._plans.get(operation)
        if plan is None:
            with self._lock:
                if operation not in self.model.operation_names:
                    raise KeyError(operation)
                plan = Plan(self.model.operation_model(operation), self._decoders, self._encoders)
                self._plans[operation] = plan
        return plan


class Plan:
    """One operation compiled: how its input is read and checked, and its output written and checked."""

    def __init__(self, model: Any, decoders: Decoders, encoders: Encoders) -> None:
        self.model = model
        self.errors = frozenset(shape.name for shape in model.error_shapes)
        shape = model.input_shape
        members = shape.members.items() if shape is not None else ()
        self._required = tuple(shape.required_members) if shape is not None else ()
        self._payload: str | None = shape.serialization.get("payload") if shape is not None else None
        self._inputs = [
            (
                name,
                member.serialization.get("location"),
                member.serialization.get("name", name),
                member,
                decoders.of(member),
            )
            for name, member in members
        ]
        output = model.output_shape
        self._encode = encoders.of(output) if output is not None else None
        self.limit: int | None = None
        if shape is not None and "MaxResults" in shape.members:
            self.limit = shape.members["MaxResults"].metadata.get("max")

    def read(self, request: Request, labels: Mapping[str, str]) -> dict[str, Any]:
        """The parameters. Raises AwsError for what the service would refuse."""
        try:
            return self._read(request, labels)
        except Violation as violation:
            raise self.refusal(str(violation)) from None

    def refusal(self, message: str) -> AwsError:
        """The error with which this operation refuses a parameter."""
        for code in ("InvalidParameterException", "InvalidRequestException", "ValidationException"):
            if code in self.errors:
                return AwsError(code, message)
        return AwsError("ValidationException", message)

    def _read(self, request: Request, labels: Mapping[str, str]) -> dict[str, Any]:
        body = _json_object(request.body)
        query: dict[str, list[str]] = {}
        for key, value in request.arguments():
            query.setdefault(key, []).append(value)
        done: dict[str, Any] = {}
        for name, location, wire, shape, decode in self._inputs:
            if location == "uri":
                raw: Any = unquote(labels[wire]) if wire in labels else None
            elif location == "querystring":
                raw = query.get(wire)
                if raw is not None and shape.type_name != "list":
                    raw = raw[0]
            elif location in ("header", "headers"):
                raw = request.headers.get(wire.lower())
            elif name == self._payload:
                raw = body
            else:
                raw = body.get(wire)
            if raw is None:
                continue
            try:
                done[name] = decode(_from_text(raw, shape) if location else raw)
            except Violation as violation:
                violation.path.append(name)
                raise
        for name in self._required:
            if name not in done:
                raise Violation(f"{name} is required")
        return done

    def write(self, answer: dict[str, Any]) -> Any:
        """The answer ready for `json.dumps`. Raises BadAnswer where it breaks the model."""
        if self._encode is None:
            if answer:
                raise BadAnswer(f"{self.model.name} has no output, got {sorted(answer)}")
            return None
        try:
            return self._encode(answer)
        except Violation as violation:
            raise BadAnswer(f"{self.model.name}: {violation}") from None


def json_response(answer: Any) -> Response:
    """An answer of a rest-json or json service; an operation without output has an empty body."""
    body = b"" if answer is None else json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(200, body, {"Content-Type": "application/json"})


def xml_response(root: str, namespace: str, answer: Mapping[str, Any]) -> Response:
    """An answer of a rest-xml service: maps, flattened lists, scalars: all the sandbox sends itself."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">{_xml(answer)}</{root}>'
    return Response(200, body.encode(), {"Content-Type": "application/xml"})


class Services:
    """The services botocore knows, loaded when first asked for."""

    def __init__(self) -> None:
        self._session: Any = botocore.session.get_session()
        self._services: dict[str, Service | None] = {}
        self._hosts: dict[tuple[str, str], str] = {}
        self._lock = Lock()

    def get(self, name: str) -> Service | None:
        """The service, or None when botocore knows no such name."""
        if name not in self._services:
            with self._lock:
                try:
                    self._services[name] = Service(self._session.get_service_model(name))
                except UnknownServiceError:
                    self._services[name] = None
        return self._services[name]

    def host(self, endpoint_prefix: str, region: str) -> str:
        """The host name a real endpoint of the service has."""
        key = endpoint_prefix, region
        if key not in self._hosts:
            resolver = self._session.get_component("endpoint_resolver")
            found = resolver.construct_endpoint(endpoint_prefix, region) or {}
            self._hosts[key] = found.get("hostname") or f"{endpoint_prefix}.{region}.amazonaws.com"
        return self._hosts[key]


@cache
def installed_services() -> Services:
    """The services of the installed botocore: they never change, so every sandbox reads the same ones."""
    return Services()


_RPC_PATH = re.compile(r"/service/[^/]+/operation/(\w+)/?")
_LABEL = re.compile(r"\{(\w+)(\+?)\}")


def _first_segment(path: str) -> str | None:
    return path.split("/", 2)[1] or None if path.startswith("/") else None


def _constants_match(constants: tuple[tuple[str, str | None], ...], given: Mapping[str, str]) -> bool:
    return all(name in given and (value is None or given[name] == value) for name, value in constants)


def _route_of(name: str, path: str, query: str, operation: Any) -> Route:
    pattern, at = "", 0
    for label in _LABEL.finditer(path):
        pattern += re.escape(path[at : label.start()]) + f"(?P<{label[1]}>{'.+' if label[2] else '[^/]+'})"
        at = label.end()
    pattern += re.escape(path[at:].rstrip("/")) + "/?"
    pairs = (part.partition("=") for part in query.split("&") if part)
    shape = operation.input_shape
    required = tuple(
        (
            "q" if at_ == "querystring" else "h",
            member.serialization.get("name", key).lower()
            if at_ == "header"
            else member.serialization.get("name", key),
        )
        for key, member in (shape.members.items() if shape is not None else ())
        if key in shape.required_members
        and (at_ := member.serialization.get("location")) in ("querystring", "header")
    )
    constants = tuple((key, value if equals else None) for key, equals, value in pairs)
    return Route(name, re.compile(pattern), constants, required, len(_LABEL.sub("", path)))


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise Violation("the body is no JSON") from None
    if not isinstance(value, dict):
        raise Violation("the body is no JSON object")
    return value


def _from_text(raw: Any, shape: Any) -> Any:
    """A query, header or path value as the type its shape asks for."""
    kind = shape.type_name
    if kind == "list":
        return [_from_text(item, shape.member) for item in raw]
    if kind in ("integer", "long"):
        return int(raw) if re.fullmatch(r"-?\d+", raw) else raw
    if kind == "boolean":
        return {"true": True, "false": False}.get(raw.lower(), raw)
    return raw


def _xml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(
            f"<{key}>{_xml(item)}</{key}>"
            for key, items in value.items()
            for item in (items if isinstance(items, list) else [items])
        )
    return str(value).lower() if isinstance(value, bool) else escape(str(value))
