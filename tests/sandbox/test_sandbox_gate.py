"""The gate: deny, throttle, latency, faults, the record of calls, and the shapes of errors."""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from auditor.sandbox import Call, Response, Sandbox
from auditor.sandbox.actions import action_of, service_of

BROKEN = (ConnectionClosedError, EndpointConnectionError, ReadTimeoutError)


def refused(function: Any, **params: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        function(**params)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


@pytest.mark.parametrize(
    ("service", "operation", "params", "action", "code"),
    [
        ("connect", "list_instances", {}, "connect:ListInstances", "AccessDeniedException"),
        (
            "s3",
            "get_bucket_encryption",
            {"Bucket": "some-bucket"},
            "s3:GetEncryptionConfiguration",
            "AccessDenied",
        ),
        ("s3", "get_bucket_cors", {"Bucket": "some-bucket"}, "s3:GetBucketCORS", "AccessDenied"),
        ("s3", "list_buckets", {}, "s3:ListAllMyBuckets", "AccessDenied"),
        ("s3", "head_bucket", {"Bucket": "some-bucket"}, "s3:ListBucket", "403"),
        ("kms", "describe_key", {"KeyId": "alias/x"}, "kms:DescribeKey", "AccessDeniedException"),
        ("logs", "describe_log_groups", {}, "logs:DescribeLogGroups", "AccessDeniedException"),
        ("iam", "list_saml_providers", {}, "iam:ListSAMLProviders", "AccessDenied"),
        ("ec2", "describe_regions", {}, "ec2:DescribeRegions", "UnauthorizedOperation"),
        ("ds", "describe_directories", {}, "ds:DescribeDirectories", "AccessDeniedException"),
        ("account", "list_regions", {}, "account:ListRegions", "AccessDeniedException"),
        ("lexv2-models", "list_bots", {}, "lex:ListBots", "AccessDeniedException"),
        (
            "service-quotas",
            "list_service_quotas",
            {"ServiceCode": "connect"},
            "servicequotas:ListServiceQuotas",
            "AccessDeniedException",
        ),
    ],
)
def test_deny_any_service(
    sandbox: Sandbox, client: Any, service: str, operation: str, params: Any, action: str, code: str
) -> None:
    sandbox.deny(action)
    got, status, message = refused(getattr(client(service), operation), **params)
    assert (got, status) == (code, 403)
    assert operation == "head_bucket" or action in message
    assert (sandbox.calls[-1].action, sandbox.calls[-1].status) == (action, 403)


def test_last_rule_wins(sandbox: Sandbox, connect: Any, instance: str) -> None:
    sandbox.deny("connect:*")
    assert refused(connect.list_instances)[0] == "AccessDeniedException"
    sandbox.allow("connect:listinst*")
    assert len(connect.list_instances()["InstanceSummaryList"]) == 1
    assert refused(connect.list_queues, InstanceId=instance)[0] == "AccessDeniedException"


def test_throttle_refills(client_of: Any) -> None:
    with Sandbox(rate=20, burst=3) as sandbox:
        connect = client_of(sandbox.url, "connect")
        for _ in range(3):
            connect.list_instances()
        code, status, message = refused(connect.list_instances)
        assert (code, status, message) == ("ThrottlingException", 429, "Rate exceeded")
        assert sandbox.calls[-1].throttled
        connect.list_traffic_distribution_groups()  # another operation has its own bucket
        client_of(sandbox.url, "connect", "us-west-2").list_instances()  # and so has another Region
        time.sleep(0.1)
        connect.list_instances()
        connect.list_instances()


def test_throttle_names(client_of: Any) -> None:
    with Sandbox(rate=0.001, burst=0) as sandbox:
        connect = client_of(sandbox.url, "connect")
        instance = "11111111-2222-4333-8444-555555555555"
        assert refused(connect.list_views, InstanceId=instance)[:2] == ("TooManyRequestsException", 429)
        assert refused(client_of(sandbox.url, "s3").list_buckets)[:2] == ("SlowDown", 503)
        assert refused(client_of(sandbox.url, "sts").get_caller_identity)[:2] == ("Throttling", 400)
        assert refused(client_of(sandbox.url, "kms").list_keys)[:2] == ("ThrottlingException", 400)


def test_connect_exceptions_belong_to_the_default_rate(client_of: Any) -> None:
    instance = "11111111-2222-4333-8444-555555555555"
    with Sandbox(rate=2, burst=5) as sandbox:
        connect = client_of(sandbox.url, "connect")
        codes = [refused(connect.list_integration_associations, InstanceId=instance)[0] for _ in range(20)]
        assert set(codes) == {"ResourceNotFoundException"}


def test_latency(client_of: Any) -> None:
    with Sandbox(latency=0.1) as sandbox:
        connect = client_of(sandbox.url, "connect")
        started = time.monotonic()
        connect.list_instances()
        assert time.monotonic() - started >= 0.1


def test_log_file(client_of: Any, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    with Sandbox(log=path) as sandbox:
        client_of(sandbox.url, "connect", "us-west-2").list_instances()
    (line,) = [json.loads(line) for line in path.read_text().splitlines()]
    assert (line["region"], line["action"], line["status"]) == ("us-west-2", "connect:ListInstances", 200)


def test_faults(sandbox: Sandbox, connect: Any) -> None:
    def answer_with(response: Response) -> None:
        sandbox.fault(lambda call, _: response if call.operation == "ListInstances" else None)

    answer_with(Response(500, b'{"__type":"InternalServiceException","Message":"x"}'))
    assert refused(connect.list_instances)[:2] == ("InternalServiceException", 500)
    answer_with(Response(404, b"<html>not here</html>", {"Content-Type": "text/html"}))
    assert refused(connect.list_instances)[1] == 404
    answer_with(Response(200, reset=True))
    with pytest.raises(BROKEN):
        connect.list_instances()
    answer_with(Response(200, b'{"InstanceSummaryList": []}', truncate=5))
    # botocore takes half a JSON body for an answer without members: no exception, no list.
    assert "InstanceSummaryList" not in connect.list_instances()
    sandbox.fault(None)
    assert connect.list_instances()["InstanceSummaryList"] == []


def test_unknown_operations_are_named(sandbox: Sandbox, connect: Any, client: Any, instance: str) -> None:
    code, status, message = refused(connect.list_contact_evaluations, InstanceId=instance, ContactId="c")
    assert (code, status) == ("NotImplemented", 501)
    assert "ListContactEvaluations" in message
    assert refused(client("voice-id").list_domains)[:2] == ("NotImplemented", 501)
    assert refused(client("rekognition").list_collections)[:2] == ("NotImplemented", 501)


def test_a_handler_that_breaks_the_model_is_caught(sandbox: Sandbox, connect: Any, instance: str) -> None:
    handlers = sandbox._server.door.connect.handlers  # type: ignore[union-attr]
    for wrong, complaint in (
        ({"QueueSummaryList": [], "Extra": 1}, "no member 'Extra'"),
        ({"QueueSummaryList": [{"Id": 7}]}, "QueueSummaryList.[0].Id: expected a string"),
    ):
        handlers["ListQueues"] = partial(lambda wrong, _ask: wrong, wrong)
        code, status, message = refused(connect.list_queues, InstanceId=instance)
        assert (code, status) == ("InternalServiceException", 500)
        assert complaint in message
    handlers["ListBots"] = lambda _ask: {"LexBots": [{"LexBot": {"Name": "a"}}]}
    assert "requires 'LexRegion'" in refused(connect.list_bots, InstanceId=instance, LexVersion="V1")[2]


def test_a_handler_that_fails_is_an_error_not_a_hang(sandbox: Sandbox, connect: Any, instance: str) -> None:
    sandbox._server.door.connect.handlers["ListQueues"] = lambda _: 1 / 0  # type: ignore[union-attr, assignment, return-value]
    code, status, message = refused(connect.list_queues, InstanceId=instance)
    assert (code, status) == ("InternalServiceException", 500)
    assert "ZeroDivisionError" in message


def test_call_record(sandbox: Sandbox, client: Any) -> None:
    client("s3", "us-west-2").list_buckets()
    call = sandbox.calls[-1]
    assert isinstance(call, Call)
    assert (call.account, call.region, call.service) == ("123456789012", "us-west-2", "s3")
    assert (call.operation, call.action, call.status) == ("ListBuckets", "s3:ListAllMyBuckets", 200)
    assert call.error is None


def test_names() -> None:
    assert service_of("s3", "/v20180820/configuration/publicAccessBlock") == "s3control"
    assert service_of("connect-campaigns", "/v2/campaigns") == "connectcampaignsv2"
    assert service_of("lex", "/bots/") == "lexv2-models"
    assert action_of("s3control", "GetPublicAccessBlock") == "s3:GetAccountPublicAccessBlock"
    assert action_of("s3", "GetPublicAccessBlock") == "s3:GetBucketPublicAccessBlock"
    assert action_of("connectcampaignsv2", "ListCampaigns") == "connect-campaigns:ListCampaigns"
    assert action_of("resourcegroupstaggingapi", "GetResources") == "tag:GetResources"
