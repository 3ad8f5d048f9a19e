"""Policies of resources, in the ways that people write them."""

import json

import pytest

from auditor.resource_policy import EVERYONE, Answer, account_of, lets_in, public, statements


def one(**said):
    (statement,) = statements(json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **said}}))
    return statement


@pytest.mark.parametrize(
    ("principal", "read"),
    [
        ("*", {"AWS": ("*",)}),
        ({"AWS": "*"}, {"AWS": ("*",)}),
        ({"AWS": ["111122223333", "*"]}, {"AWS": ("111122223333", "*")}),
        (
            {"Service": "connect.amazonaws.com", "AWS": "1"},
            {"Service": ("connect.amazonaws.com",), "AWS": ("1",)},
        ),
    ],
)
def test_principals_are_read_in_each_spelling(principal, read):
    assert one(Principal=principal).principals == read


def test_everyone_but_some_is_everyone():
    assert one(NotPrincipal={"AWS": "111122223333"}).principals == {"AWS": (EVERYONE,)}


def test_actions_match_whatever_their_case_and_with_wildcards():
    assert one(Action=["S3:Get*"]).speaks_of("s3:GetObject")
    assert not one(Action="s3:GetBucket*").speaks_of("s3:GetObject")
    assert one(NotAction="s3:Put*").speaks_of("s3:GetObject")
    assert not one(NotAction="s3:*").speaks_of("s3:GetObject")


def test_conditions_lose_their_case_and_keep_their_values():
    (condition,) = one(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-Example"}}).conditions
    assert (condition.operator, condition.key, condition.values) == (
        "stringequals",
        "aws:principalorgid",
        ("o-Example",),
    )


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": "*", "Effect": "Deny"}, False),
        ({"Principal": {"Service": "connect.amazonaws.com"}}, False),
        ({"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-Example"}}}, False),
        (
            {"Principal": "*", "Condition": {"StringLikeIfExists": {"aws:PrincipalArn": "arn:aws:iam::1"}}},
            False,
        ),
        ({"Principal": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "*"}}}, True),
        (
            {"Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"]}}},
            True,
        ),
        ({"Principal": "*", "Condition": {"StringNotEquals": {"aws:SourceAccount": "111122223333"}}}, True),
        ({"Principal": "*", "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}, True),
    ],
)
def test_a_statement_is_public_unless_a_condition_leaves_only_some(said, answer):
    assert public(one(**said)) is answer


def test_resources_left_out_leave_everything():
    assert one(NotResource="arn:aws:s3:::b").resources == ("*",)
    assert one(Resource="arn:aws:s3:::b").resources == ("arn:aws:s3:::b",)
    assert one().resources == ()


@pytest.mark.parametrize(
    ("principal", "account"),
    [
        ("111122223333", "111122223333"),
        ("arn:aws:iam::111122223333:root", "111122223333"),
        ("arn:aws-us-gov:sts::111122223333:assumed-role/a/b", "111122223333"),
        ("AROAEXAMPLE", ""),
        ("*", ""),
        ("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1", ""),
    ],
)
def test_the_account_of_a_principal(principal, account):
    assert account_of(principal) == account


def test_a_policy_may_have_no_statement():
    assert statements('{"Version": "2012-10-17"}') == ()


ROLE = "arn:aws:iam::111122223333:role/agents"
ALLOW = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "kms:GenerateDataKey*", "Resource": "*"}
ROOT = {**ALLOW, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*"}
ON_CONDITION = {**ALLOW, "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ([ALLOW], Answer.YES),
        ([{**ALLOW, "Principal": "*"}], Answer.YES),
        ([{**ALLOW, "Principal": {"Service": "connect.amazonaws.com"}}], Answer.YES),
        ([ON_CONDITION], Answer.PERHAPS),
        ([ALLOW, ON_CONDITION], Answer.YES),
        ([ALLOW, {**ALLOW, "Effect": "Deny"}], Answer.PERHAPS),
        ([ALLOW, {**ALLOW, "Effect": "Deny", "Action": "kms:Decrypt"}], Answer.YES),
        ([ROOT], Answer.NO),
        ([{**ALLOW, "Action": "kms:Decrypt"}], Answer.NO),
        ([], Answer.NO),
    ],
)
def test_whom_a_policy_lets_in(said, answer):
    policy = json.dumps({"Version": "2012-10-17", "Statement": said})
    assert lets_in(policy, ROLE, "kms:GenerateDataKey", "connect.amazonaws.com") is answer
