"""When the certificates in an identity provider's metadata end, held against a library that makes them."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from auditor.saml_metadata import signing_certificates, validity


def utc(year, month, day, hour=0, minute=0, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


KEY = ec.generate_private_key(ec.SECP256R1())
MOMENTS = st.integers(int(utc(1950, 1, 1).timestamp()), int(utc(2199, 1, 1).timestamp())).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


def certificate(begins, ends):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com " + "x" * 40)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(KEY, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


OLD = certificate(utc(2020, 1, 1), utc(2025, 6, 30, 23, 59, 59))
NEW = certificate(utc(2025, 6, 1), utc(2055, 1, 1))


def key(der, use=' use="signing"'):
    text = base64.encodebytes(der).decode()
    return (
        f"<md:KeyDescriptor{use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n{text}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )


def metadata(*keys, role="IDPSSODescriptor"):
    return (
        '<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
        'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example.com">'
        f"<md:{role}>{''.join(keys)}</md:{role}></md:EntityDescriptor>"
    )


@given(MOMENTS, MOMENTS)
def test_the_dates_are_those_that_the_certificate_was_made_with(one, other):
    begins, ends = sorted((one, other))
    assert validity(certificate(begins, ends)) == (begins, ends)


def test_every_signing_certificate_is_told_the_last_to_end_first():
    assert signing_certificates(metadata(key(OLD), key(NEW, use=""), key(OLD, use=' use="encryption"'))) == [
        {"NotBefore": "2025-06-01T00:00:00Z", "NotAfter": "2055-01-01T00:00:00Z"},
        {"NotBefore": "2020-01-01T00:00:00Z", "NotAfter": "2025-06-30T23:59:59Z"},
    ]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("", "not XML"),
        ("<a>", "not XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (metadata(), "no signing certificate"),
        (metadata(key(NEW, use=' use="encryption"')), "no signing certificate"),
        (metadata(key(NEW), role="SPSSODescriptor"), "no signing certificate"),
        (metadata(key(NEW)).replace("MII", "M*I"), "base64"),
        (metadata(key(b"")), "X.509"),
        (metadata(key(b"0\x03\x02\x01\x01")), "X.509"),
    ],
)
def test_what_is_no_metadata_is_refused_and_it_is_said_why(document, why):
    with pytest.raises(ValueError, match=why):
        signing_certificates(document)


@given(st.integers(0, len(NEW) - 1))
def test_a_certificate_that_is_cut_short_is_refused(size):
    with pytest.raises(ValueError, match=r"certificate|date"):
        validity(NEW[:size])


@given(st.binary(max_size=200))
def test_nothing_but_a_value_error_comes_of_noise(noise):
    try:
        validity(noise)
    except ValueError:
        return
    pytest.fail("noise is not a certificate")


@given(st.integers(0, len(NEW) - 1), st.integers(0, 255))
def test_a_certificate_with_a_wrong_byte_has_dates_or_is_refused(at, byte):
    spoilt = NEW[:at] + bytes([byte]) + NEW[at + 1 :]
    try:
        dates = validity(spoilt)
    except ValueError:
        return
    assert all(isinstance(one, datetime) and one.utcoffset() == timedelta(0) for one in dates)
