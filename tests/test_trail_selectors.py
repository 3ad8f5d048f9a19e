"""What a trail records, from its selectors."""

import pytest

from auditor.trail_selectors import admits, conditions_on, management_events, object_reads, selectors

CONNECT = "connect.amazonaws.com"
READ = object_reads("calls", "connect/x")


def basic(**said):
    return selectors({"EventSelectors": [said]})


def advanced(**fields):
    """One advanced selector; `resources_ARN` stands for `resources.ARN`."""
    said = [{"Field": name.replace("_", "."), **condition} for name, condition in fields.items()]
    return selectors({"AdvancedEventSelectors": [{"FieldSelectors": said}]})


def recorded(found, event):
    return any(admits(one, event) for one in found)


@pytest.mark.parametrize(
    ("said", "reads", "writes"),
    [
        ({}, True, True),
        ({"ReadWriteType": "All", "IncludeManagementEvents": True}, True, True),
        ({"ReadWriteType": "ReadOnly"}, True, False),
        ({"ReadWriteType": "WriteOnly"}, False, True),
        ({"IncludeManagementEvents": False}, False, False),
        ({"ExcludeManagementEventSources": ["kms.amazonaws.com"]}, True, True),
        ({"ExcludeManagementEventSources": [CONNECT]}, False, False),
    ],
)
def test_management_events_of_basic_selectors(said, reads, writes):
    assert recorded(basic(**said), management_events(CONNECT, True)) is reads
    assert recorded(basic(**said), management_events(CONNECT, False)) is writes


MANAGEMENT = {"Equals": ["Management"]}


@pytest.mark.parametrize(
    ("fields", "all_of_them"),
    [
        ({}, True),
        ({"readOnly": {"Equals": ["true"]}}, True),
        ({"readOnly": {"Equals": ["false"]}}, False),
        ({"eventSource": {"NotEquals": ["kms.amazonaws.com"]}}, True),
        ({"eventSource": {"NotEquals": [CONNECT]}}, False),
        ({"eventSource": {"NotStartsWith": ["connect"]}}, False),
        ({"eventSource": {"NotEndsWith": [".amazonaws.com"]}}, False),
        ({"eventSource": {"Equals": ["s3.amazonaws.com", CONNECT]}}, True),
        ({"eventSource": {"Equals": ["s3.amazonaws.com"]}}, False),
        ({"eventSource": {"StartsWith": ["connect."], "NotEquals": ["connect.x"]}}, True),
        ({"userIdentity_arn": {"StartsWith": ["arn:aws:iam"]}}, False),
    ],
)
def test_management_events_of_advanced_selectors(fields, all_of_them):
    found = advanced(eventCategory=MANAGEMENT, **fields)
    assert recorded(found, management_events(CONNECT, True)) is all_of_them


@pytest.mark.parametrize(
    ("values", "covered"),
    [
        (["arn:aws:s3"], True),
        (["arn:aws:s3:::"], True),
        (["arn:aws:s3:::calls/"], True),
        (["arn:aws:s3:::calls"], True),
        (["arn:aws-us-gov:s3:::calls/"], True),
        (["arn:aws:s3:::other/", "arn:aws:s3:::calls/connect"], True),
        (["arn:aws:s3:::call"], False),
        (["arn:aws:s3:::calls/reports/"], False),
        ([], False),
    ],
)
def test_data_events_of_basic_selectors(values, covered):
    found = basic(DataResources=[{"Type": "AWS::S3::Object", "Values": values}])
    assert recorded(found, READ) is covered


@pytest.mark.parametrize(
    ("fields", "covered"),
    [
        ({}, True),
        ({"resources_ARN": {"StartsWith": ["arn:aws:s3:::calls/"]}}, True),
        ({"resources_ARN": {"NotStartsWith": ["arn:aws:s3:::logs/"]}}, True),
        ({"resources_ARN": {"NotStartsWith": ["arn:aws:s3:::calls/"]}}, False),
        ({"resources_ARN": {"StartsWith": ["arn:aws:s3:::logs/"]}}, False),
        ({"readOnly": {"Equals": ["false"]}}, False),
        ({"eventName": {"Equals": ["PutObject"]}}, False),
        ({"eventName": {"Equals": ["GetObject"]}}, True),
    ],
)
def test_data_events_of_advanced_selectors(fields, covered):
    found = advanced(
        eventCategory={"Equals": ["Data"]}, resources_type={"Equals": ["AWS::S3::Object"]}, **fields
    )
    assert recorded(found, READ) is covered


def test_a_bucket_without_a_prefix_is_its_root():
    assert object_reads("calls", "")["resources.ARN"] == "arn:aws:s3:::calls/"
    assert not recorded(
        basic(DataResources=[{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]}]), READ
    )


def test_what_a_selector_says_of_a_field():
    (found,) = advanced(eventCategory=MANAGEMENT, eventSource={"NotEquals": ["kms.amazonaws.com"]})
    assert conditions_on(found, "eventSource") == (
        {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]},
    )
    assert conditions_on(found, "readOnly") == ()
