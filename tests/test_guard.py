"""Nothing outside the read-only allow-list is signed or sent, whoever asks for it."""

import boto3
import pytest

from auditor.collect.access import Sessions, utc
from auditor.collect.guard import Refused


def client(url, service):
    session = Sessions().new()
    return boto3.Session(botocore_session=session).client(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


@pytest.mark.parametrize(
    ("service", "call", "params"),
    [
        (
            "connect",
            "create_instance",
            {"IdentityManagementType": "SAML", "InboundCallsEnabled": True, "OutboundCallsEnabled": True},
        ),
        ("connect", "get_federation_token", {"InstanceId": "x"}),
        ("connect", "describe_contact", {"InstanceId": "x", "ContactId": "x"}),
        (
            "connect",
            "update_instance_attribute",
            {"InstanceId": "x", "AttributeType": "INBOUND_CALLS", "Value": "true"},
        ),
        ("s3", "get_object", {"Bucket": "b", "Key": "k"}),
        ("s3", "delete_bucket", {"Bucket": "b"}),
        ("kms", "decrypt", {"CiphertextBlob": b"x"}),
        ("sts", "get_session_token", {}),
    ],
)
def test_what_is_not_in_the_list_never_leaves_the_process(sandbox, aws, service, call, params):
    before = len(sandbox.calls)
    with pytest.raises(Refused):
        getattr(client(aws, service), call)(**params)
    assert len(sandbox.calls) == before


def test_a_presigned_url_is_refused_too(aws):
    with pytest.raises(Refused):
        client(aws, "s3").generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})


def test_what_is_in_the_list_goes_through(aws):
    assert client(aws, "sts").get_caller_identity()["Account"]
    assert client(aws, "connect").list_instances()["InstanceSummaryList"] == []


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1767225600.75, "2026-01-01T00:00:00Z"),
        ("1767225600", "2026-01-01T00:00:00Z"),
        ("2026-01-01T03:00:00+03:00", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00Z"),
    ],
)
def test_timestamps_are_utc_whatever_the_host_says(said, means, monkeypatch):
    monkeypatch.setenv("TZ", "America/Sao_Paulo")
    assert utc(said) == means
