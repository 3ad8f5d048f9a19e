"""What went wrong with a call, in the model's words."""

from __future__ import annotations

import re
from typing import Any

from botocore import exceptions as boto

from auditor.collect.guard import Refused
from auditor.model import Cause, Reason

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
        "403",
        "Forbidden",
    }
)
THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "429",
        "503",  # how S3 says SlowDown to a HEAD, whose answer has no body
    }
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
UNKNOWN_CALLER = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "AuthFailure",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "OptInRequired",
    }
)
"""Codes by which an endpoint says that it does not know these credentials: so does a Region not enabled."""
GONE = frozenset({"ResourceNotFoundException", "NotFoundException"})
REJECTED = frozenset({"InvalidParameterException", "InvalidRequestException", "ValidationException"})
"""Codes by which a Region says that it does not know a value; which one Connect uses is not documented."""

# As in: User arn is not authorized to perform: ds:DescribeDirectories on resource…
_NAMED_ACTION = re.compile(r"not authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z0-9]+)")
_WORDS = 300


class CallFailed(Exception):
    """A call that has no usable answer: the cause in the model's words, and AWS's error code."""

    def __init__(self, cause: Cause, code: str = "") -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.code = code


def failed(error: Exception, action: str) -> CallFailed:
    """The failure that an exception of boto3 stands for; `action` is the IAM action of the call.

    Raises nothing: an exception that is not botocore's is a failure too, named by its type.
    """
    if isinstance(error, boto.ClientError):
        return _answered(error, action)
    if isinstance(error, Refused):
        return CallFailed(Cause(Reason.UNSUPPORTED, action, str(error)))
    if isinstance(error, (boto.ConnectionError, boto.HTTPClientError)):
        return CallFailed(Cause(Reason.UNREACHABLE, action, _short(error)))
    return CallFailed(Cause(Reason.FAILED, action, _short(error)))


def _answered(error: boto.ClientError, action: str) -> CallFailed:
    body: dict[str, Any] = error.response.get("Error", {})
    code = str(body.get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    words = _clean(f"{code}: {body.get('Message', '')}".rstrip(": "))
    if code in THROTTLED or status == 429:
        return CallFailed(Cause(Reason.THROTTLED, action, words), code)
    if code in DENIED:
        named = _NAMED_ACTION.search(str(body.get("Message", "")))
        return CallFailed(Cause(Reason.DENIED, named.group(1) if named else action), code)
    return CallFailed(Cause(Reason.FAILED, action, words), code)


def _short(error: Exception) -> str:
    return _clean(f"{type(error).__name__}: {error}")


def _clean(words: str) -> str:
    """One line, bounded: an HTML error page must not fill a report."""
    return " ".join(words.split())[:_WORDS]
