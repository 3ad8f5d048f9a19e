"""What the statements of a policy allow: against AWS's own examples, and against a slower way to tell."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam_policy_document import (
    Ask,
    BadDocument,
    Maybe,
    all_of,
    allowed,
    any_of,
    covers,
    matches,
    overlaps,
    statements,
)

INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
SIGN_IN = Ask(
    ("connect:GetFederationToken",),
    (INSTANCE, f"{INSTANCE}/user/*"),
    {"connect:instanceid": (INSTANCE[-36:], INSTANCE), "aws:requestedregion": ("us-east-1",)},
)


def says(*said):
    """What statements answer to the question who may sign in."""
    return allowed(statements({"Version": "2012-10-17", "Statement": list(said)}), SIGN_IN)


def allow(**said):
    return {"Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": "*", **said}


def deny(**said):
    return allow(**said, Effect="Deny")


@pytest.mark.parametrize(
    "said",
    [
        allow(),
        allow(Action=["s3:GetObject", "CONNECT:getfederationTOKEN"]),
        allow(Action="connect:Get?ederationToken"),
        allow(Action="*:Get*"),
        {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"},
        allow(Resource=INSTANCE),
        allow(Resource=f"{INSTANCE}/user/${{aws:userid}}"),
        allow(Resource=["arn:aws:s3:::other", f"{INSTANCE}/user/ana"]),
        allow(Resource="arn:aws:connect:*:*:instance/*"),
        {"Effect": "Allow", "Action": "connect:*", "NotResource": "arn:aws:s3:::*"},
        allow(Condition={"StringEquals": {"connect:InstanceId": ["other", INSTANCE[-36:]]}}),
        allow(Condition={"StringLike": {"Connect:instanceID": "11111111-*"}}),
        allow(Condition={"ArnLike": {"connect:InstanceId": "arn:aws:connect:*:*:instance/*"}}),
        allow(Condition={"ForAnyValue:StringEquals": {"aws:RequestedRegion": ["us-east-1"]}}),
        allow(Condition={"StringNotEquals": {"aws:RequestedRegion": "eu-west-2"}}),
    ],
)
def test_it_allows(said):
    assert says(said) is True


@pytest.mark.parametrize(
    "said",
    [
        allow(Action="connect:GetFederationTokens"),
        allow(Action="connect:Describe*"),
        {"Effect": "Allow", "NotAction": ["connect:Get*"], "Resource": "*"},
        allow(Resource="arn:aws:s3:::*"),
        allow(Resource=INSTANCE.replace("11111111", "99999999")),
        allow(Resource=f"{INSTANCE}/queue/*"),
        {"Effect": "Allow", "Action": "connect:*", "NotResource": "arn:aws:connect:*"},
        allow(Condition={"StringEquals": {"connect:InstanceId": "99999999"}}),
        allow(Condition={"StringEquals": {"connect:InstanceId": "99999999", "aws:SourceVpc": "vpc-1"}}),
        allow(Condition={"StringNotLike": {"aws:RequestedRegion": "us-*"}}),
        deny(),
    ],
)
def test_it_does_not(said):
    assert says(said) is False


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (allow(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}), "IpAddress aws:SourceIp"),
        (allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "voice"}}), "aws:PrincipalTag/team"),
        (allow(Condition={"StringEquals": {"connect:InstanceId": "${aws:PrincipalTag/i}"}}), "InstanceId"),
        (allow(Resource=f"{INSTANCE[:-36]}${{aws:PrincipalTag/instance}}/user/*"), "PrincipalTag"),
    ],
)
def test_nobody_can_tell_and_it_is_said_why(said, why):
    answer = says(said)
    assert isinstance(answer, Maybe)
    assert why in answer.why


def test_a_denial_wins_and_one_that_may_apply_leaves_it_open():
    assert says(allow(), deny()) is False
    assert says(allow(), deny(Resource=f"{INSTANCE}*")) is False
    assert says(allow(), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}) is False
    assert says(allow(), deny(Condition={"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}})) is True
    assert says(allow(), deny(Action="connect:Describe*")) is True
    assert says(allow(), deny(Resource="arn:aws:s3:::*")) is True
    for narrower in (
        deny(Resource=f"{INSTANCE}/user/eva"),
        deny(Resource=INSTANCE),
        deny(Resource=f"{INSTANCE}/user/${{aws:userid}}"),
        deny(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
        {"Effect": "Deny", "Action": "*", "NotResource": f"{INSTANCE}/user/ana"},
    ):
        assert isinstance(says(allow(), narrower), Maybe), narrower
    assert says(deny(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})) is False


def test_every_name_of_a_renamed_action_stands_for_it():
    renamed = Ask(("connect:AdminGetEmergencyAccessToken", "connect:GetFederationTokens"), (INSTANCE,))
    old, new = allow(Action="connect:GetFederationTokens"), deny(Action="connect:AdminGet*")
    assert allowed(statements({"Statement": old}), renamed) is True
    assert allowed(statements({"Statement": [old, new]}), renamed) is False


def test_only_patterns_that_name_the_service_are_about_it():
    (said,) = statements({"Statement": allow(Action=["*", "Connect:Get*", "connect:List*"])})
    assert said.naming("connect:GetFederationToken") == ("Connect:Get*",)


def test_a_document_may_be_a_text_and_must_be_a_policy():
    assert statements('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')[0].actions == (
        "*",
    )
    assert statements({}) == ()
    for bad in ("{", "[]", None, {"Statement": 1}, {"Statement": ["x"]}, {"Statement": {"Effect": "Maybe"}}):
        with pytest.raises(BadDocument):
            statements(bad)
    for condition in ("x", {"Bool": "x"}):
        with pytest.raises(BadDocument):
            statements({"Statement": allow(Condition=condition)})


def test_variables_in_a_resource_are_wildcards_that_prove_nothing():
    assert overlaps("a/${aws:username}", "a/b") is True
    assert overlaps("a/${aws:username}", "b/*") is False
    assert isinstance(overlaps("a/${saml:sub}", "a/b"), Maybe)
    assert not covers("a/${aws:username}", "a/b")
    assert covers("a/${*}", "a/*") is False  # the variable is a literal star
    assert overlaps("a/${*}", "a/b") is False


@pytest.mark.parametrize(
    ("answers", "any_", "all_"),
    [
        ([], False, True),
        ([True, Maybe("x"), False], True, False),
        ([False, Maybe("x"), Maybe("y")], Maybe("x"), False),
        ([True, Maybe("x"), Maybe("y")], True, Maybe("x")),
    ],
)
def test_what_is_certain_decides(answers, any_, all_):
    assert any_of(answers) == any_
    assert all_of(answers) == all_


# Patterns of two letters are few enough to go through all the texts they could stand for.
PATTERNS = st.text("ab*?", max_size=5)
TEXTS = ["".join(letters) for size in range(8) for letters in itertools.product("ab", repeat=size)]


def texts_of(pattern, texts=TEXTS):
    """The texts a pattern stands for."""
    meant = re.compile(pattern.replace("*", ".*").replace("?", "."))
    return {text for text in texts if meant.fullmatch(text)}


@given(PATTERNS, PATTERNS)
def test_patterns_meet_where_a_text_is_in_both(one, other):
    assert overlaps(one, other) is bool(texts_of(one) & texts_of(other))
    assert overlaps(one, other) == overlaps(other, one)


@given(PATTERNS, PATTERNS)
def test_a_pattern_that_covers_another_holds_all_its_texts(pattern, target):
    if covers(pattern, target):
        assert texts_of(target) <= texts_of(pattern)


@given(PATTERNS, st.text("ab", max_size=5))
def test_a_pattern_covers_and_matches_the_texts_it_stands_for(pattern, text):
    meant = bool(texts_of(pattern, [text]))
    assert covers(pattern, text) == meant
    assert matches(pattern, text) == meant
    assert overlaps(pattern, text) is meant
    assert matches(pattern.upper(), text) == meant


EFFECTS = st.sampled_from(["Allow", "Deny"])
CONDITIONS = st.sampled_from(
    [
        {},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"StringEquals": {"connect:InstanceId": INSTANCE[-36:]}},
    ]
)
SAID = st.builds(
    lambda effect, action, resource, condition: {
        "Effect": effect, "Action": action, "Resource": resource, "Condition": condition,
    },
    EFFECTS,
    st.sampled_from(["*", "connect:Get*", "s3:*"]),
    st.sampled_from(["*", INSTANCE, f"{INSTANCE}/user/ana", "arn:aws:s3:::x"]),
    CONDITIONS,
)  # fmt: skip


@given(st.lists(SAID, max_size=4), SAID)
def test_one_more_denial_never_allows_and_one_more_allow_never_denies(said, more):
    before, after = says(*said), says(*said, more)
    order = {False: 0, True: 2}
    rank = [order.get(answer, 1) if isinstance(answer, bool) else 1 for answer in (before, after)]
    assert rank[1] >= rank[0] if more["Effect"] == "Allow" else rank[1] <= rank[0]


@given(st.lists(SAID, max_size=4))
def test_the_order_of_statements_does_not_matter(said):
    forward, backward = says(*said), says(*reversed(said))
    assert isinstance(forward, Maybe) is isinstance(backward, Maybe)
    assert isinstance(forward, Maybe) or forward == backward


def test_long_patterns_take_no_time():
    assert not covers("*a" * 200 + "b", "a" * 500)
    assert not overlaps("*a" * 100 + "b", "*a" * 100 + "c")
