"""The event history of the sandbox: every call to Connect that changed something, as CloudTrail records it.

Sources: CloudTrail user guide, "CloudTrail record contents"; API reference, LookupEvents (one attribute, the newest
event first, 50 a page).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from .calls import Call, Request, Response
from .errors import AwsError
from .moto_services import MotoServices
from .protocol import Service

Record = dict[str, Any]

READS = ("Describe", "Evaluate", "Get", "List", "Search", "BatchDescribe", "BatchGet")
HERE = "127.0.0.1"


class Trail:
    """What one sandbox remembers."""

    def __init__(self) -> None:
        self._events: list[tuple[Call, Record]] = []
        self._lock = Lock()

    def add(
        self,
        call: Call,
        request: Request,
        labels: Mapping[str, str],
        service: Service | None,
        response: Response,
        error: str | None,
    ) -> None:
        """Remembers a call of Connect and what came of it, unless it only read."""
        known = service is not None and call.operation in service.model.operation_names
        if service is None or not known or call.service != "connect" or call.operation.startswith(READS):
            return
        try:
            params: Record | None = service.plan(call.operation).read(request, labels)
        except AwsError:
            params = None  # what cannot be read is recorded without
        answer = None if error or not response.body else json.loads(response.body)
        with self._lock:
            self._events.append((call, _event(call, params, answer, error)))

    def lookup(self, _moto: MotoServices, call: Call, params: Record) -> Record:
        """The events of an account in a Region, the newest first."""
        for wanted in params.get("LookupAttributes", ()):
            if wanted["AttributeKey"] != "EventName":
                raise AwsError("InvalidLookupAttributesException", "The sandbox looks up by EventName", 400)
        names = {one["AttributeValue"] for one in params.get("LookupAttributes", ())}
        with self._lock:
            found = [
                event
                for made, event in self._events
                if (made.account, made.region) == (call.account, call.region)
                and (not names or event["EventName"] in names)
            ]
        return {"Events": found[::-1]}

    def handlers(self) -> Mapping[tuple[str, str], Callable[[MotoServices, Call, Record], Record]]:
        """The operation served here."""
        return {("cloudtrail", "LookupEvents"): self.lookup}


def _event(call: Call, params: Record | None, answer: Any, error: str | None) -> Record:
    now = datetime.now(UTC).replace(microsecond=0)
    who = f"arn:aws:sts::{call.account}:assumed-role/sandbox/session"
    record = {
        "eventVersion": "1.10",
        "userIdentity": {"type": "AssumedRole", "arn": who, "accountId": call.account},
        "eventTime": now.isoformat().replace("+00:00", "Z"),
        "eventSource": "connect.amazonaws.com",
        "eventName": call.operation,
        "awsRegion": call.region,
        "sourceIPAddress": HERE,
        "requestParameters": params,
        "responseElements": answer or None,
        "readOnly": False,
        "eventID": str(uuid.uuid4()),
        "eventType": "AwsApiCall",
        "recipientAccountId": call.account,
        **({"errorCode": error} if error else {}),
    }
    return {
        "EventId": record["eventID"],
        "EventName": call.operation,
        "ReadOnly": "false",
        "EventTime": now,
        "EventSource": "connect.amazonaws.com",
        "Username": "session",
        "CloudTrailEvent": json.dumps(record, default=str),
    }
