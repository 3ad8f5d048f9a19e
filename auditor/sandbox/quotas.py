"""The quotas of Amazon Connect: as an account has them that never asked for more, and what was asked for since."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from .calls import Call
from .errors import AwsError
from .moto_services import MotoServices

Record = dict[str, Any]

# (code, name, default, adjustable) of Amazon Connect. Source: admin guide, "Amazon Connect service quotas"
# (2026 copy for the values, 2023 copy for the codes).
CONNECT_QUOTAS = (
    ("L-AA17A6B9", "Amazon Connect instances per account", 2, True),
    ("L-9A46857E", "Users per instance", 500, True),
    ("L-F325A715", "Security profiles per instance", 100, True),
    ("L-D68AAAE4", "User hierarchy groups per instance", 500, True),
    ("L-19A87C94", "Queues per instance", 100, True),
    ("L-D3E7BE26", "Routing profiles per instance", 500, True),
    ("L-516BC0EB", "Queues per routing profile per instance", 50, True),
    ("L-68BBE2E8", "Quick connects per instance", 100, True),
    ("L-20CD02F7", "Hours of operation per instance", 100, True),
    ("L-22922690", "Contact flows per instance", 100, True),
    ("L-0865B754", "Prompts per instance", 500, True),
    ("L-8F812903", "Phone numbers per instance", 5, True),
    ("L-12AB7C57", "Concurrent active calls per instance", 10, True),
    ("L-D4BA6F6E", "Concurrent active chats per instance", 500, True),
    ("L-60553137", "Concurrent active tasks per instance", 2500, True),
)


class Quotas:
    """What one sandbox holds of Service Quotas; other services' quotas are moto's."""

    def __init__(self) -> None:
        # Account, Region, code, and the instance it was raised for (empty: the account).
        self._raised: dict[tuple[str, str, str, str], float] = {}

    def handlers(self) -> Mapping[tuple[str, str], Callable[[MotoServices, Call, Record], Record | None]]:
        """The operations served here; each leaves other services to moto."""
        return {
            ("service-quotas", "ListAWSDefaultServiceQuotas"): self.defaults,
            ("service-quotas", "ListServiceQuotas"): self.applied,
            ("service-quotas", "RequestServiceQuotaIncrease"): self.raise_,
        }

    def defaults(self, _moto: MotoServices, call: Call, params: Record) -> Record | None:
        """What everybody has."""
        if params["ServiceCode"] != "connect":
            return None
        return {"Quotas": [_quota(call, code, value) for code, _, value, _ in CONNECT_QUOTAS]}

    def applied(self, _moto: MotoServices, call: Call, params: Record) -> Record | None:
        """What this account has, and its instances where they have something else."""
        if params["ServiceCode"] != "connect":
            return None
        level, found = params.get("QuotaAppliedAtLevel", "ACCOUNT"), []
        if level in ("ACCOUNT", "ALL"):
            found += [
                _quota(call, code, self._raised.get((call.account, call.region, code, ""), value))
                for code, _, value, _ in CONNECT_QUOTAS
            ]
        if level in ("RESOURCE", "ALL"):
            found += [
                _quota(call, code, value, instance)
                for (account, region, code, instance), value in self._raised.items()
                if instance and (account, region) == (call.account, call.region)
            ]
        return {"Quotas": found}

    def raise_(self, _moto: MotoServices, call: Call, params: Record) -> Record | None:
        """A request is granted at once. Raises AwsError for a quota that does not exist."""
        if params["ServiceCode"] != "connect":
            return None
        code, instance = params["QuotaCode"], params.get("ContextId", "")
        if code not in {one[0] for one in CONNECT_QUOTAS}:
            raise AwsError("NoSuchResourceException", f"No such quota: {code}")
        self._raised[call.account, call.region, code, instance] = params["DesiredValue"]
        now = datetime.now(UTC)
        asked = {
            "Id": uuid.uuid4().hex,
            "ServiceCode": "connect",
            "QuotaCode": code,
            "DesiredValue": params["DesiredValue"],
            "Status": "APPROVED",
            "Created": now,
            "LastUpdated": now,
        }
        return {"RequestedQuota": asked}


def _quota(call: Call, code: str, value: float, instance: str = "") -> Record:
    name, adjustable = next((name, able) for one, name, _, able in CONNECT_QUOTAS if one == code)
    quota = {
        "ServiceCode": "connect",
        "ServiceName": "Amazon Connect",
        "QuotaArn": f"arn:aws:servicequotas:{call.region}:{call.account}:connect/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": float(value),
        "Unit": "None",
        "Adjustable": adjustable,
        "GlobalQuota": False,
        "QuotaAppliedAtLevel": "RESOURCE" if instance else "ACCOUNT",
    }
    if instance:
        quota["QuotaContext"] = {
            "ContextScope": "RESOURCE",
            "ContextScopeType": "AWS::Connect::Instance",
            "ContextId": instance,
        }
    return quota
