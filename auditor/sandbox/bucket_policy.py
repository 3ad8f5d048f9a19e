"""Is a bucket policy public? As GetBucketPolicyStatus answers it.

Source: S3 user guide, "Blocking public access", the meaning of public: a policy is public unless it
grants to fixed values only, of a principal or of one of a few condition keys. A block on public
access does not change what the policy is.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable
from typing import Any

# Condition keys whose fixed values keep a grant from being public.
FIXING_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)

# Operators which say that a value is given; the others exclude, or let an absent key pass.
FIXING_OPERATORS = frozenset(
    {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"}
)

# A CIDR block wider than this is as good as everybody.
WIDEST_PREFIX = {4: 8, 6: 32}


def is_public(policy: str | bytes) -> bool:
    """Does a statement of the policy allow everybody something? An unreadable policy allows nothing."""
    try:
        statements = json.loads(policy).get("Statement") or []
    except (ValueError, AttributeError):
        return False
    return any(
        _allows_everybody(one) for one in (statements if isinstance(statements, list) else [statements])
    )


def _allows_everybody(statement: dict[str, Any]) -> bool:
    if statement.get("Effect") != "Allow":
        return False
    everybody = "NotPrincipal" in statement or any(
        "*" in one for one in _principals(statement.get("Principal"))
    )
    return everybody and not _fixed(statement.get("Condition") or {})


def _principals(principal: Any) -> Iterable[str]:
    """The names in a Principal; a wildcard inside an ARN counts as well."""
    if isinstance(principal, str):
        return [principal]
    return [one for value in (principal or {}).values() for one in _as_list(value)]


def _fixed(conditions: dict[str, dict[str, Any]]) -> bool:
    """Whether one of the conditions, which all must hold, ties the grant to fixed values."""
    return any(
        operator.lower().rpartition(":")[2] in FIXING_OPERATORS
        and key.lower() in FIXING_KEYS
        and all(_is_fixed(key.lower(), value) for value in _as_list(values))
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _is_fixed(key: str, value: str) -> bool:
    if key == "aws:sourceip":
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            return False
        return network.prefixlen >= WIDEST_PREFIX[network.version]
    return "*" not in value and "?" not in value and "${" not in value


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
