"""The company, as its reads show it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from auditor.sandbox import Sandbox
from auditor.sandbox.company import HOSTILE, Company, populate


@pytest.fixture(scope="module")
def built(client_of: Any) -> Iterator[tuple[Sandbox, Company, float, Any]]:
    with Sandbox() as sandbox:
        started = time.process_time()
        company = populate(sandbox.url)
        yield sandbox, company, time.process_time() - started, client_of


def reader(built: Any, service: str, region: str = "us-east-1") -> Any:
    return built[3](built[0].url, service, region)


def admins(connect: Any, instance: str) -> tuple[int, int]:
    profiles = connect.list_security_profiles(InstanceId=instance)["SecurityProfileSummaryList"]
    admin = next(one["Id"] for one in profiles if one["Name"] == "Admin")
    users = connect.search_users(InstanceId=instance, MaxResults=500)["Users"]
    return sum(admin in one["SecurityProfileIds"] for one in users), len(users)


def test_it_is_built_fast_and_without_an_error(built: Any) -> None:
    sandbox, _, seconds, _ = built
    assert [call for call in sandbox.calls if call.status >= 500] == []
    assert seconds < 12  # of CPU: 3 to 5 with all that is imported, 1.5 without


def test_instances(built: Any) -> None:
    east = reader(built, "connect").list_instances()["InstanceSummaryList"]
    west = reader(built, "connect", "us-west-2").list_instances()["InstanceSummaryList"]
    kinds = {one["InstanceAlias"]: one["IdentityManagementType"] for one in (*east, *west)}
    assert kinds == {
        "aurora-atendimento": "SAML",
        "aurora-legado": "CONNECT_MANAGED",
        "aurora-parceiros": "EXISTING_DIRECTORY",
    }


def test_the_exemplary_one(built: Any) -> None:
    connect, company = reader(built, "connect"), built[1]
    assert admins(connect, company.exemplary) == (2, 40)
    numbers = connect.list_phone_numbers_v2(InstanceId=company.exemplary)["ListPhoneNumbersSummaryList"]
    answered = connect.list_flow_associations(InstanceId=company.exemplary)["FlowAssociationSummaryList"]
    assert {one["PhoneNumberArn"] for one in numbers} == {one["ResourceId"] for one in answered}
    assert Counter(one["PhoneNumberType"] for one in numbers) == {"DID": 2, "TOLL_FREE": 1}
    claimed = {one["PhoneNumberId"] for one in numbers}
    for queue in connect.search_queues(InstanceId=company.exemplary)["Queues"]:
        if queue["Status"] == "ENABLED":
            assert queue["OutboundCallerConfig"]["OutboundCallerIdNumberId"] in claimed
    key = reader(built, "kms").describe_key(KeyId=company.key_arn)["KeyMetadata"]
    assert (key["KeyManager"], key["KeyState"]) == ("CUSTOMER", "Enabled")
    s3 = reader(built, "s3")
    for bucket in company.buckets.values():
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is False
        assert set(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()) == {
            True
        }
    (group,) = reader(built, "logs").describe_log_groups(
        logGroupNamePrefix="/aws/connect/aurora-atendimento"
    )["logGroups"]
    assert group["retentionInDays"] == 400


def test_the_neglected_one(built: Any) -> None:
    connect, company = reader(built, "connect"), built[1]
    assert admins(connect, company.neglected) == (9, 15)
    numbers = connect.list_phone_numbers_v2(InstanceId=company.neglected)["ListPhoneNumbersSummaryList"]
    answered = connect.list_flow_associations(InstanceId=company.neglected)["FlowAssociationSummaryList"]
    unanswered = {one["PhoneNumberArn"] for one in numbers} - {one["ResourceId"] for one in answered}
    assert len(numbers) == 5
    assert len(unanswered) == 1
    queues = {one["Name"]: one for one in connect.search_queues(InstanceId=company.neglected)["Queues"]}
    assert HOSTILE in queues
    assert not any("OutboundCallerConfig" in one for one in queues.values())
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        connect.describe_hours_of_operation(
            InstanceId=company.neglected, HoursOfOperationId=queues["Órfã"]["HoursOfOperationId"]
        )
    kms = reader(built, "kms")
    assert kms.describe_key(KeyId=company.doomed_key_arn)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    reports = connect.list_instance_storage_configs(
        InstanceId=company.neglected, ResourceType="SCHEDULED_REPORTS"
    )
    bucket = reports["StorageConfigs"][0]["S3Config"]["BucketName"]
    assert reader(built, "s3").get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True


def test_the_middling_one(built: Any) -> None:
    company = built[1]
    connect = reader(built, "connect", "us-west-2")
    logs = connect.describe_instance_attribute(InstanceId=company.partners, AttributeType="CONTACTFLOW_LOGS")
    assert logs["Attribute"]["Value"] == "true"
    assert reader(built, "logs", "us-west-2").describe_log_groups()["logGroups"] == []
    directories = reader(built, "ds", "us-west-2").describe_directories()["DirectoryDescriptions"]
    assert [one["DirectoryId"] for one in directories] == [company.directory]


def test_quotas_are_raised_for_who_asked(built: Any) -> None:
    company, quotas = built[1], reader(built, "service-quotas")
    listed = quotas.list_service_quotas(ServiceCode="connect", QuotaAppliedAtLevel="RESOURCE")["Quotas"]
    assert [(one["QuotaCode"], one["Value"]) for one in listed] == [("L-12AB7C57", 200.0)]
    assert listed[0]["QuotaContext"]["ContextId"].endswith(company.exemplary)
    whole = quotas.list_service_quotas(ServiceCode="connect")["Quotas"]
    assert {one["QuotaCode"]: one["Value"] for one in whole}["L-AA17A6B9"] == 10
    usual = quotas.list_aws_default_service_quotas(ServiceCode="connect")["Quotas"]
    assert {one["QuotaCode"]: one["Value"] for one in usual}["L-AA17A6B9"] == 2
    with pytest.raises(ClientError, match="NoSuchResourceException"):
        quotas.request_service_quota_increase(ServiceCode="connect", QuotaCode="L-0", DesiredValue=1)


def test_a_provider_is_valid_until_its_metadata_says(built: Any) -> None:
    iam = reader(built, "iam")
    valid = {
        one["Arn"].rpartition("/")[2]: iam.get_saml_provider(SAMLProviderArn=one["Arn"])["ValidUntil"].year
        for one in iam.list_saml_providers()["SAMLProviderList"]
    }
    assert valid == {"aurora-idp": 2032, "aurora-idp-antigo": 2025}


def test_the_trail_can_be_asked_about_in_each_region(built: Any) -> None:
    for region in ("us-east-1", "us-west-2"):
        trail = reader(built, "cloudtrail", region)
        (found,) = trail.describe_trails()["trailList"]
        (selector,) = trail.get_event_selectors(TrailName=found["TrailARN"])["EventSelectors"]
        assert (selector["ReadWriteType"], selector["IncludeManagementEvents"]) == ("All", True)


def test_a_delivery_stream_says_that_nobody_encrypted_it(built: Any) -> None:
    described = reader(built, "firehose").describe_delivery_stream(DeliveryStreamName="legado-contatos")
    stream = described["DeliveryStreamDescription"]
    assert stream["DeliveryStreamEncryptionConfiguration"] == {"Status": "DISABLED"}
