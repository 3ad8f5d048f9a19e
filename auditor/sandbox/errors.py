"""AWS errors: the one exception every backend raises, and its shape on the wire per protocol."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

from .calls import Response


class AwsError(Exception):
    """An error an AWS service would answer: a code, a message and perhaps further members.

    `status` is the HTTP status; None means: as the service's model says for this code.
    """

    def __init__(self, code: str, message: str, status: int | None = None, **members: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members


# Statuses for codes which a service's model does not hold.
STATUS = {
    "AccessDenied": 403,
    "AccessDeniedException": 403,
    "InternalServiceException": 500,
    "NotImplemented": 501,
    "RequestLimitExceeded": 503,
    "SlowDown": 503,
    "ThrottlingException": 400,
    "Throttling": 400,
    "TooManyRequestsException": 429,
    "UnauthorizedOperation": 403,
}


def error_response(error: AwsError, protocol: str, model: Any, method: str, request_id: str) -> Response:
    """The error as a client of this protocol expects it; `model` may be None for an unknown service."""
    shape = _error_shape(model, error.code)
    status = error.status or _modelled_status(shape) or STATUS.get(error.code, 400)
    if protocol == "rest-xml":
        # A HEAD answer has no body, so S3's clients see nothing but the status.
        body = b"" if method == "HEAD" else _s3_body(error, request_id)
        return Response(status, body, {"Content-Type": "application/xml"}, error.code)
    if protocol == "query":
        return Response(status, _query_body(error, request_id), {"Content-Type": "text/xml"}, error.code)
    if protocol == "ec2":
        return Response(status, _ec2_body(error, request_id), {"Content-Type": "text/xml"}, error.code)
    if protocol == "smithy-rpc-v2-cbor":
        headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return Response(status, _cbor_body(error), headers, error.code)
    member = next((name for name in (shape.members if shape else ()) if name.lower() == "message"), "message")
    answer = {"__type": error.code, member: error.message, **error.members}
    return Response(
        status,
        json.dumps(answer).encode(),
        {"Content-Type": "application/json", "x-amzn-ErrorType": error.code},
        error.code,
    )


def _error_shape(model: Any, code: str) -> Any:
    return model.shape_for(code) if model is not None and code in model.shape_names else None


def _modelled_status(shape: Any) -> int | None:
    return shape.metadata.get("error", {}).get("httpStatusCode") if shape is not None else None


def _s3_body(error: AwsError, request_id: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"<RequestId>{request_id}</RequestId><HostId>sandbox</HostId></Error>"
    ).encode()


def _query_body(error: AwsError, request_id: str) -> bytes:
    return (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()


def _ec2_body(error: AwsError, request_id: str) -> bytes:
    return (
        f"<Response><Errors><Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    ).encode()


def _cbor_body(error: AwsError) -> bytes:
    """A CBOR map of two short texts (RFC 8949): all that an error needs of that format."""

    def text(value: str) -> bytes:
        raw = value.encode()
        return b"\x79" + len(raw).to_bytes(2, "big") + raw

    return b"\xa2" + text("__type") + text(error.code) + text("message") + text(error.message)
