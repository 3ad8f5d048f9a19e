"""Who in an account may do what, from the roles, users, groups and policies of a snapshot."""

import time

import pytest

from auditor.examples import snapshot_of
from auditor.iam_examples import (
    BY_LAMBDA,
    BY_SAML,
    ITS_USERS,
    PROVIDER,
    allow,
    deny,
    group,
    of_account,
    of_aws,
    policy,
    role,
    user,
)
from auditor.iam_policy_document import Maybe
from auditor.iam_principals import READS, Principals, excess, federating, federation_roles
from auditor.model import Reason
from auditor.rule import Around, Example, Severity, Unread, Verdict, thing

SIGN_IN = "connect:GetFederationToken"


def around(*things):
    snapshot = snapshot_of(Example("", Verdict.PASS, thing("connect.instance"), things))
    (place,) = (one.key.place for one in snapshot.instances())
    return Around(place, {}, snapshot, {"connect.instance": (), **READS})


def may(*things):
    """What is said of each principal, by name."""
    here = around(*things)
    principals, ask = Principals.of(here), federating(here.instance)
    return {one.name: one.may(ask) for one in (*principals.roles, *principals.users)}


def test_a_user_has_what_the_groups_have_and_a_denial_of_one_is_a_denial():
    assert may(
        user("ana", groups=("Staff",)),
        user("eva", deny("connect:*"), groups=("Staff",)),
        user("ivo", groups=("Gone",)),
        group("Staff", allow(SIGN_IN)),
    ) == {"ana": True, "eva": False, "ivo": False}


def test_the_default_version_of_a_policy_counts():
    written = policy(of_account("P"), allow(SIGN_IN))
    assert may(role("r", attached=(of_account("P"),)), written) == {"r": True}


def test_a_policy_whose_text_is_not_known_may_allow_and_deny():
    answers = may(
        role("alone", attached=(of_account("Hidden"),)),
        role("beside", allow(SIGN_IN), attached=(of_account("Hidden"),)),
        role("bounded", allow(SIGN_IN), boundary=of_account("Hidden")),
        role("bounded-and-without", boundary=of_account("Hidden")),
        role("well-known", attached=(of_aws("AmazonConnect_FullAccess"),)),
    )
    assert {name: isinstance(one, Maybe) for name, one in answers.items()} == {
        "alone": True,
        "beside": True,
        "bounded": True,
        "bounded-and-without": False,
        "well-known": False,
    }
    assert answers["well-known"] is True


def test_service_linked_roles_are_nobody():
    assert may(role("AWSServiceRole", allow("*"), path="/aws-service-role/connect.amazonaws.com/")) == {}


def test_the_roles_for_signing_in_are_those_that_somebody_wrote_for_it():
    here = around(
        role("agents", allow(SIGN_IN, ITS_USERS)),
        role("conditional", allow("connect:get*", IpAddress={"aws:SourceIp": "192.0.2.0/24"})),
        role("function", allow(SIGN_IN), trust=BY_LAMBDA),
        role("builders", allow("connect:*")),
        role("readers", attached=(of_aws("ReadOnlyAccess"),)),
        policy(of_aws("ReadOnlyAccess"), allow(SIGN_IN)),
        role("denied", allow(SIGN_IN), deny("*")),
    )
    found = federation_roles(Principals.of(here), here.instance)
    assert [one.name for one in found] == ["agents", "conditional"]


def test_the_providers_of_a_role_are_those_whose_users_may_assume_it():
    trust = [
        BY_SAML,
        {**BY_SAML, "Effect": "Deny", "Principal": {"Federated": "arn:x:saml-provider/no"}},
        BY_LAMBDA,
    ]
    (found,) = Principals.of(around(role("r", trust=trust))).roles
    assert found.providers == (PROVIDER,)
    (broken,) = Principals.of(around(role("r", trust=[{"Effect": "?"}]))).roles
    with pytest.raises(Unread) as unread:
        _ = broken.providers
    assert unread.value.cause.reason is Reason.UNDECIDED


def test_one_of_whom_nobody_can_tell_leaves_a_pass_open_and_not_a_failure():
    doubtful = role("doubtful", allow("connect:*", Bool={"aws:MultiFactorAuthPresent": "true"}))
    for others, failures in ((), None), ((role("sure", allow("connect:*")),), ["AROA-sure"]):
        here = around(doubtful, *others)
        if failures is None:
            with pytest.raises(Unread, match="MultiFactorAuthPresent"):
                excess(here, [federating(here.instance)], (), "nobody", Severity.INFO)
        else:
            found = excess(here, [federating(here.instance)], (), "nobody", Severity.INFO)
            assert [one.discriminator for one in found] == failures
    here = around(doubtful)
    assert (
        excess(here, [federating(here.instance)], ("arn:aws:iam::*:role/doubt*",), "nobody", Severity.INFO)
        == []
    )


def test_a_big_account_takes_a_moment():
    wide = policy(of_aws("ReadOnlyAccess"), allow([f"service{n}:Get*" for n in range(5000)]))
    things = [
        role(f"r-{n}", allow([f"s3:Get{n}", "lambda:*"]), attached=(of_aws("ReadOnlyAccess"),))
        for n in range(500)
    ]
    here = around(*things, wide)
    started = time.process_time()
    principals = Principals.of(here)
    assert principals.that_may(federating(here.instance)) == ([], [])
    assert time.process_time() - started < 2
