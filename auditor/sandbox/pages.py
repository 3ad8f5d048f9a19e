"""Pages of a list and the tokens between them.

A token says where the next page starts and is sealed with a key of this sandbox, together with the
call it belongs to: account, Region, operation and every parameter but the paging ones. A token from
elsewhere, or for another call, is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

PAGING = frozenset({"NextToken", "nextToken", "MaxResults", "maxResults"})
_NONCE, _OFFSET, _SEAL = 8, 4, 16


class ForeignToken(Exception):
    """The token was not made for this call."""


class Pages:
    """Makes and opens the tokens of one sandbox."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def cut(
        self, items: Sequence[Any], scope: Sequence[str], params: Mapping[str, Any], size: int
    ) -> tuple[Sequence[Any], str | None]:
        """The page of `items` which `params` ask for and the token of the next one, if any.

        Raises ForeignToken.
        """
        token = params.get("NextToken") or params.get("nextToken")
        bound = json.dumps(
            [*scope, {key: value for key, value in params.items() if key not in PAGING}],
            sort_keys=True,
            default=str,
        ).encode()
        start = self._open(token, bound) if token else 0
        end = start + size
        return items[start:end], self._seal(end, bound) if end < len(items) else None

    def _seal(self, offset: int, bound: bytes) -> str:
        head = secrets.token_bytes(_NONCE) + offset.to_bytes(_OFFSET, "big")
        return base64.urlsafe_b64encode(head + self._mac(head, bound)).decode()

    def _open(self, token: str, bound: bytes) -> int:
        try:
            raw = base64.urlsafe_b64decode(token)
        except ValueError:
            raise ForeignToken from None
        head, seal = raw[: _NONCE + _OFFSET], raw[_NONCE + _OFFSET :]
        if len(raw) != _NONCE + _OFFSET + _SEAL or not hmac.compare_digest(seal, self._mac(head, bound)):
            raise ForeignToken
        return int.from_bytes(head[_NONCE:], "big")

    def _mac(self, head: bytes, bound: bytes) -> bytes:
        return hmac.new(self._key, head + bound, hashlib.sha256).digest()[:_SEAL]
