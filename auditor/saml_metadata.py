"""What is kept of an identity provider's metadata: until when its signing certificates are valid, nothing else.

Reads the SAML metadata and, of each X.509 certificate in it, the dates; whether anybody should trust it is not asked.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

_METADATA: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_CERTIFICATE: Final = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"

_INTEGER, _UTC_TIME, _GENERALIZED_TIME, _SEQUENCE, _VERSION = 0x02, 0x17, 0x18, 0x30, 0xA0
"""The tags of DER that lead to a certificate's dates (X.690, RFC 5280 section 4.1)."""


def signing_certificates(document: str) -> list[dict[str, str]]:
    """When each certificate that may sign assertions begins and ends to be valid, the last to end first.

    Raises `ValueError` for what is not the metadata of an identity provider with such a certificate.
    """
    if "<!DOCTYPE" in document:
        raise ValueError("the metadata has a document type, which SAML does not allow")
    try:
        root = ET.fromstring(document)  # noqa: S314 - without a document type there are no entities
    except ET.ParseError as error:
        raise ValueError("the metadata is not XML") from error
    dates = sorted({_dates(text) for text in _signing(root)}, key=lambda pair: pair[::-1], reverse=True)
    if not dates:
        raise ValueError("the metadata has no signing certificate")
    return [{"NotBefore": _said(begins), "NotAfter": _said(ends)} for begins, ends in dates]


def _signing(root: ET.Element) -> Iterator[str]:
    """The certificates of keys that an identity provider signs with: a key without a use does both."""
    for provider in root.iter(f"{_METADATA}IDPSSODescriptor"):
        for key in provider.iter(f"{_METADATA}KeyDescriptor"):
            if key.get("use", "signing") == "signing":
                yield from (one.text or "" for one in key.iter(_CERTIFICATE))


def _dates(text: str) -> tuple[datetime, datetime]:
    try:
        return validity(base64.b64decode("".join(text.split()), validate=True))
    except binascii.Error as error:
        raise ValueError("a certificate in the metadata is not base64") from error


def validity(certificate: bytes) -> tuple[datetime, datetime]:
    """The moments between which an X.509 certificate in DER is valid. Raises `ValueError`."""
    fields = [*_parts(_first(_first(certificate)))]
    if fields and fields[0][0] == _VERSION:
        fields.pop(0)
    # Serial number, algorithm, issuer, validity.
    if [tag for tag, _ in fields[:4]] != [_INTEGER, _SEQUENCE, _SEQUENCE, _SEQUENCE]:
        raise ValueError("a certificate in the metadata is not X.509")
    moments = [_moment(tag, text) for tag, text in _parts(fields[3][1])]
    if len(moments) != 2:
        raise ValueError("a certificate in the metadata has no two dates")
    return moments[0], moments[1]


def _first(data: bytes) -> bytes:
    """What is in the sequence that data begins with."""
    tag, content = next(_parts(data), (0, b""))
    if tag != _SEQUENCE:
        raise ValueError("a certificate in the metadata is not X.509")
    return content


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The values that stand one after another in DER: tag and content."""
    at = 0
    while at < len(data):
        tag, at = data[at], at + 1
        size, at = _size(data, at)
        if at + size > len(data):
            raise ValueError("a certificate in the metadata is cut short")
        yield tag, data[at : at + size]
        at += size


def _size(data: bytes, at: int) -> tuple[int, int]:
    """A length, and where what it measures begins."""
    first = data[at] if at < len(data) else 0x80
    if first < 0x80:
        return first, at + 1
    octets = first & 0x7F
    if not 1 <= octets <= 4 or at + 1 + octets > len(data):
        raise ValueError("a certificate in the metadata is cut short")
    return int.from_bytes(data[at + 1 : at + 1 + octets], "big"), at + 1 + octets


def _moment(tag: int, text: bytes) -> datetime:
    """A date. UTCTime has two digits for the year: 50 to 99 are of the last century."""
    said = text.decode("ascii", "replace")
    if tag == _UTC_TIME:
        said = ("19" if said >= "50" else "20") + said
    elif tag != _GENERALIZED_TIME:
        raise ValueError("a certificate in the metadata has a date that is none")
    return datetime.strptime(said, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _said(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
