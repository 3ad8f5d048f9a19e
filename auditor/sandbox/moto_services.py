"""Everything which moto serves: a request is handed to moto as its botocore hook would get it.

moto keeps its state per process. Two sandboxes alive at once in one process share all of it but
Connect, and the first one to start empties it.
"""

from __future__ import annotations

from threading import RLock
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.model_instances import reset_model_data

from .calls import Call, Request, Response
from .errors import AwsError
from .protocol import Service, Services

DEFAULT_ACCOUNT = "123456789012"

# What moto answers, with a 404, where a service has the route and not the operation.
UNIMPLEMENTED = "Not yet implemented"

# moto is not written for threads, and one interpreter runs one thread at a time anyway.
MOTO_LOCK = RLock()


class MotoServices:
    """moto behind the front door."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stubber = BotocoreStubber()
        self._accounts: dict[str, str] = {}
        """By access key: moto looks through every account for one, with each call."""

    def reset(self) -> None:
        """Forgets everything moto holds in this process."""
        with MOTO_LOCK:
            BackendDict.reset()
            reset_model_data()
            self._accounts.clear()

    def account_of(self, access_key: str) -> str:
        """The account of an access key; keys from AssumeRole belong to the account of the role."""
        from moto.iam.models import get_account_id_from  # loads IAM, which most tests never need

        with MOTO_LOCK:
            if access_key not in self._accounts:
                self._accounts[access_key] = str(get_account_id_from(access_key))
            return self._accounts[access_key]

    def answer(self, call: Call, request: Request, service: Service) -> Response:
        """Moto's answer. Raises AwsError 501 for what moto does not serve."""
        url = f"https://{self._host(call, service)}{request.path}" + (
            f"?{request.query}" if request.query else ""
        )
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            if name not in ("host", "connection", "expect", "content-length", "transfer-encoding"):
                headers[name] = value
        headers["x-moto-account-id"] = call.account
        prepared = AWSPreparedRequest(request.method, url, headers, request.body, False)
        try:
            with MOTO_LOCK:
                answered = self._stubber.process_request(prepared)
        except NotImplementedError:
            answered = None
        if answered is None or answered[2] == UNIMPLEMENTED:
            raise AwsError(
                "NotImplemented", f"The sandbox does not serve {call.service}:{call.operation}", 501
            )
        return _response(*answered)

    def backend(self, name: str, account: str, region: str) -> Any:
        """Moto's own state of a service, for the reads which the sandbox answers from it."""
        return self.backends(name)[account][region]

    def backends(self, name: str) -> Any:
        """The same of every account and Region."""
        from moto.backends import get_backend  # imports the service's models on first use

        with MOTO_LOCK:
            return get_backend(name)

    def _host(self, call: Call, service: Service) -> str:
        if call.service == "s3control":
            return f"{call.account}.{self._services.host('s3-control', call.region)}"
        return self._services.host(service.model.endpoint_prefix, call.region)


def _response(status: int, headers: Any, body: Any) -> Response:
    raw = body.encode() if isinstance(body, str) else bytes(body or b"")
    dropped = ("server", "date", "status", "connection", "transfer-encoding")
    kept = {name: str(value) for name, value in dict(headers).items() if name.lower() not in dropped}
    return Response(status, raw, kept)
