"""What is kept of a public key: enough to tell it from others."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

_PEM = re.compile(r"-----BEGIN [A-Z ]+-----(.*?)-----END [A-Z ]+-----", re.DOTALL)


def fingerprint(key: str) -> str:
    """The SHA-256 of a key in PEM, as `openssl pkey -pubin -outform der | sha256sum` gives it.

    Raises `ValueError` for what is no key in PEM.
    """
    found = _PEM.search(key)
    if found is None:
        raise ValueError("the key is not in PEM")
    try:
        body = base64.b64decode("".join(found[1].split()), validate=True)
    except binascii.Error as error:
        raise ValueError("the key is not base64") from error
    return hashlib.sha256(body).hexdigest()
