"""The read-only guard: refuses every operation that is not in an allow-list, before anything is signed.

A prefix proves nothing: `GetFederationToken` signs somebody in, `DescribeContact` reads customers' data. So
the list is the table of kinds, and what a scan needs to know who and where it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from auditor.kinds import KINDS, Kind

OURS = frozenset(
    {("sts", "GetCallerIdentity"), ("account", "ListRegions"), ("service-quotas", "ListServiceQuotas")}
)
"""What is asked beside the kinds: who the credentials are, which Regions the account has enabled, and which quotas
Connect has there."""

CREDENTIAL_PROVIDERS = frozenset(
    {
        ("sts", "AssumeRole"),
        ("sts", "AssumeRoleWithWebIdentity"),
        ("sso", "GetRoleCredentials"),
        ("sso-oidc", "CreateToken"),
        ("signin", "CreateOAuth2Token"),
    }
)
"""What botocore's own credential chain calls to get or renew credentials. None of them changes a resource."""


HISTORY = frozenset({("cloudtrail", "LookupEvents")})
"""What `diff --attribute` asks, and nothing else does: who did what. No session of a scan may call it."""


class Refused(Exception):
    """An operation that is not in the allow-list was about to be called."""


def allowed(kinds: Iterable[Kind] = KINDS) -> frozenset[tuple[str, str]]:
    """Every (service, operation) that a scan may call."""
    read = {(call.service, call.operation) for kind in kinds for call in kind.calls()}
    return frozenset(read) | OURS | CREDENTIAL_PROVIDERS


class Guard:
    """Stands in front of every client of a session, presigned URLs included."""

    def __init__(self, permitted: frozenset[tuple[str, str]]) -> None:
        self._permitted = permitted
        self._names = frozenset(operation for _, operation in permitted)

    def watch(self, session: Any) -> None:
        """Guards all clients that this botocore session makes from now on, its credential providers' too."""
        # The first event of every call and of every presigned URL: nothing is built or signed yet.
        session.get_component("event_emitter").register_first("provide-client-params", self._check)
        # The last event before a signature, should another road ever lead to one.
        session.get_component("event_emitter").register_first("before-sign", self._check_signing)

    def _check(self, model: Any, **_: Any) -> None:
        self._refuse_unless_permitted(model.service_model.service_name, model.name)

    def _check_signing(self, event_name: str = "", operation_name: str = "", **_: Any) -> None:
        if operation_name not in self._names:
            raise Refused(f"{event_name} is not in the read-only allow-list: it was not signed or sent")

    def _refuse_unless_permitted(self, service: str, operation: str) -> None:
        if (service, operation) not in self._permitted:
            raise Refused(
                f"{service}:{operation} is not in the read-only allow-list: it was not signed or sent"
            )
