"""`connect-audit doctor`: each thing that is missing is named, with the next step."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import botocore.session
import pytest

from auditor import bundled, policy
from auditor.catalogue import load
from auditor.cli.doctor import exit_code
from auditor.collect import checkup
from auditor.collect.access import Identity, Sessions
from auditor.collect.checkup import State, clock_check, described, examine
from auditor.collect.faults import REJECTED
from auditor.collect.guard import CREDENTIAL_PROVIDERS, allowed
from auditor.collect.need import EVERYTHING, Need
from auditor.kinds import KINDS
from auditor.sandbox import Response
from tests.conftest import ACCOUNT

CATALOGUE = load(bundled.RULES)
STORAGE = Need.of(CATALOGUE.selected(("STO",)).rules, wide=False)
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
WHO = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:sts::123456789012:assumed-role/Audit/ana</Arn><UserId>A</UserId><Account>123456789012</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


@pytest.fixture
def hooked(sandbox):
    """Sets a fault hook for one test."""
    yield sandbox.fault
    sandbox.fault(None)


@pytest.fixture
def denied(sandbox):
    """Denies actions for one test."""
    yield sandbox.deny
    sandbox.allow("*")


def look(need=STORAGE, identity=None, **more):
    return examine(
        Sessions(), identity or Identity(), need, lambda: datetime.now(UTC), rates={"*": 1000.0}, **more
    )


def states(found, what):
    return {one.region or one.action or one.account: one.state for one in found.checks if one.what == what}


def test_all_is_well_on_the_command_line(company, cli):
    ran = cli("doctor", "--select", "STO")
    assert ran.code == 0, ran.out + ran.err
    assert ran.out.splitlines()[0].startswith("ok       credentials")
    # The sandbox says its time, as AWS does.
    assert re.match(r"ok +clock +\d s (behind|ahead of) AWS's", ran.out.splitlines()[1])
    assert "Nothing is missing." in ran.out
    assert "Version" not in ran.out, "no policy where none is needed"


def test_two_denied_actions_are_named_with_a_policy_that_mends_it(company, cli, denied, sandbox):
    denied("s3:GetBucketPolicy", "kms:DescribeKey")
    ran = cli("doctor", "--select", "STO")
    assert ran.code == 3
    lines = [line for line in ran.out.splitlines() if line.startswith("missing")]
    assert [line.split()[2] for line in lines] == ["kms:DescribeKey:", "s3:GetBucketPolicy:"]
    snippet = json.loads(ran.out[ran.out.index("{") : ran.out.rindex("}") + 1])
    granting = [action for one in snippet["Statement"] for action in one["Action"]]
    assert granting == ["kms:DescribeKey", "s3:GetBucketPolicy"]
    sandbox.allow(*granting)
    assert cli("doctor", "--select", "STO").code == 0


def test_the_same_as_json(company, cli, denied):
    denied("connect:ListInstanceAttributes")
    ran = cli("doctor", "--select", "TEL", "--format", "json")
    document = json.loads(ran.out)
    assert ran.code == document["exit_code"] == 3
    assert {one["action"] for one in document["checks"] if one["state"] == "missing"} == {
        "connect:ListInstanceAttributes"
    }
    assert document["policy"] == policy.snippet(["connect:ListInstanceAttributes"])


NEEDED = [
    action
    for action in policy.actions_of(call for _, call in policy.calls_of(STORAGE))
    # Without it a scan keeps to the rates that AWS documents: a note, not something that is missing.
    if action != "servicequotas:ListServiceQuotas"
]


@pytest.mark.parametrize("action", NEEDED)
def test_each_denied_action_is_found(company, aws, denied, action):
    denied(action)
    found = look(regions=("us-east-1",))
    missing = {one.action for one in found.checks if one.state is State.MISSING}
    if action == "ds:DescribeDirectories" and not missing:
        return  # checked by AWS only where there is a directory to look at
    assert missing == {action}
    assert action in found.grant
    assert exit_code(found) == 3


def test_with_everything_allowed_no_action_is_missing(company, aws):
    found = look()
    assert {one.state for one in found.checks} == {State.OK, State.NOTE}
    for need in (EVERYTHING, Need.of(CATALOGUE.rules, wide=True)):
        found = look(need)
        assert not [one for one in found.checks if one.state is State.MISSING]
        assert not found.grant


def test_each_operation_is_asked_once_and_all_are_in_the_allow_list(company, aws, sandbox):
    before = len(sandbox.calls)
    look(EVERYTHING)
    calls = sandbox.calls[before:]
    assert {(call.service, call.operation) for call in calls} <= allowed() - CREDENTIAL_PROVIDERS
    several = {
        listing.call.operation for kind in KINDS for listing in kind.lists if listing.each
    } | {"ListInstances", "ListServiceQuotas", "GetCallerIdentity"}  # fmt: skip
    counts = Counter((call.service, call.operation) for call in calls)
    assert {name: count for name, count in counts.items() if count > 1 and name[1] not in several} == {}
    assert not [call for call in calls if call.status >= 500 or call.error in REJECTED]


def test_every_operation_can_be_asked_for_one_thing():
    models = botocore.session.Session()
    for kind in KINDS:
        for call in kind.calls():
            if call.page:
                shape = models.get_service_model(call.service).operation_model(call.operation).input_shape
                assert shape.members[call.size].metadata.get("min", 0) <= 1, call.operation


def test_a_region_that_is_not_enabled_is_no_error(company, aws):
    found = look()
    (check,) = [one for one in found.checks if one.region == "af-south-1"]
    assert check.state is State.NOTE
    assert "not enabled" in check.detail
    assert exit_code(found) == 0


def test_a_region_that_does_not_know_the_account_is_not_enabled_either(company, aws, denied, hooked):
    denied("account:ListRegions")
    error = b'{"__type": "UnrecognizedClientException", "message": "The security token is invalid."}'
    hooked(lambda call, _: Response(403, error) if call.region == "af-south-1" else None)
    found = look()
    assert states(found, "region")["af-south-1"] is State.NOTE
    assert states(found, "action")["account:ListRegions"] is State.MISSING


def test_a_region_that_does_not_answer_is_unknown(company, aws, hooked):
    hooked(lambda call, _: Response(500) if call.region == "eu-west-2" else None)
    found = look(regions=("us-east-1", "eu-west-2"))
    assert states(found, "region") == {"us-east-1": State.OK, "eu-west-2": State.UNKNOWN}
    assert exit_code(found) == 3


def test_a_region_without_amazon_connect_is_named_with_those_that_have_it(company, aws):
    found = look(regions=("us-east-1", "eu-west-3"))
    (check,) = [one for one in found.checks if one.region == "eu-west-3"]
    assert check.state is State.MISSING
    assert "us-west-2" in check.next


def test_instances_that_cannot_be_listed_are_missing_in_each_region(company, aws, denied):
    denied("connect:ListInstances")
    found = look(regions=("us-east-1", "us-west-2"))
    assert states(found, "region") == {"us-east-1": State.MISSING, "us-west-2": State.MISSING}
    assert found.grant == ("connect:ListInstances",)
    assert "ds:DescribeDirectories" in json.dumps(policy.snippet(found.grant)), "AWS checks it too"


def test_an_explicit_deny_is_told_apart_as_no_policy_mends_it(company, aws, hooked):
    words = (
        "User: arn:aws:sts::123456789012:assumed-role/a/b is not authorized to perform: kms:DescribeKey on "
        "resource: x with an explicit deny in a service control policy"
    )
    error = json.dumps({"__type": "AccessDeniedException", "message": words}).encode()
    hooked(lambda call, _: Response(400, error) if call.operation == "DescribeKey" else None)
    found = look()
    (check,) = [one for one in found.checks if one.action == "kms:DescribeKey"]
    assert check.state is State.MISSING
    assert "explicit deny in a service control policy" in check.next
    assert found.grant == ()


def test_quotas_are_shown_where_they_can_be_read_and_quietly_not_where_they_cannot(company, aws, denied):
    details = {one.region: one.detail for one in look().checks if one.what == "quota"}
    assert details == {"us-east-1": "2 of 10 instances", "us-west-2": "1 of 2 instances"}
    denied("servicequotas:ListServiceQuotas")
    found = look()
    assert set(states(found, "quota").values()) == {State.NOTE}
    assert exit_code(found) == 0


def test_without_credentials_the_next_step_is_said(cli):
    ran = cli("doctor", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert ran.code == 2
    assert ran.out.startswith("missing  credentials")
    assert "aws configure" in ran.out
    assert "Traceback" not in ran.err


def test_expired_credentials_say_how_to_renew_them(company, cli, hooked):
    error = (
        b"<ErrorResponse><Error><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>"
    )
    hooked(lambda call, _: Response(403, error) if call.service == "sts" else None)
    ran = cli("doctor", "--format", "json")
    assert ran.code == 2
    check, *_ = json.loads(ran.out)["checks"]
    assert (check["what"], check["state"]) == ("credentials", "missing")
    assert "aws sso login" in check["next"]


def test_a_clock_that_is_wrong_is_seen_even_where_aws_refuses_what_it_signed(company, aws, hooked):
    date = {"Date": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)}
    hooked(lambda call, _: Response(200, WHO, date) if call.service == "sts" else None)
    found = look()
    (check,) = [one for one in found.checks if one.what == "clock"]
    assert check.state is State.MISSING
    assert "behind AWS's" in check.detail
    assert exit_code(found) == 3
    error = b"<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>x</Message></Error></ErrorResponse>"
    hooked(lambda call, _: Response(403, error, date) if call.service == "sts" else None)
    found = look()
    assert [(one.what, one.state) for one in found.checks] == [
        ("credentials", State.MISSING),
        ("clock", State.MISSING),
    ]
    assert exit_code(found) == 2


@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (timedelta(0), State.OK, "0 s"),
        (timedelta(minutes=5), State.OK, "300 s ahead of"),
        (timedelta(minutes=5, seconds=1), State.MISSING, "301 s ahead of"),
        (timedelta(minutes=-6), State.MISSING, "360 s behind"),
    ],
)
def test_the_clock_may_be_five_minutes_off(ahead, state, words):
    check = clock_check(NOW, NOW + ahead)
    assert check.state is state
    assert words in check.detail
    assert bool(check.next) == (state is State.MISSING)


def test_a_role_is_assumed_or_said_to_be_missing(company, aws, denied):
    other = "222233334444"
    identity = Identity(accounts=(ACCOUNT, other), role_name="Audit")
    assert states(look(identity=identity), "role") == {other: State.OK}
    denied("sts:AssumeRole")
    found = look(identity=identity)
    assert states(found, "role") == {other: State.MISSING}
    assert states(found, "region")["us-east-1"] is State.OK, "the other account is looked at all the same"
    assert exit_code(found) == 3
    found = look(identity=Identity(accounts=(other,), role_name="Audit"))
    assert [one.state for one in found.checks if one.what == "role"] == [State.MISSING]
    assert exit_code(found) == 3


def test_an_account_without_an_instance_says_what_it_could_not_try(aws, company):
    found = look(identity=Identity(accounts=("222233334444",), role_name="Audit"))
    (check,) = [one for one in found.checks if one.what == "action" and one.state is State.NOTE]
    assert "no instance" in check.detail
    assert "connect:ListInstanceStorageConfigs" in check.detail
    assert exit_code(found) == 0


def test_what_is_not_answered_in_time_is_unknown(company, aws, hooked, monkeypatch):
    import threading

    let_go = threading.Event()
    monkeypatch.setattr(checkup, "SECONDS", 0.5)

    def wait(call, _):
        if call.operation == "ListInstanceStorageConfigs":
            let_go.wait(1.5)

    hooked(wait)
    try:
        found = look()
    finally:
        let_go.set()
    unknown = [one for one in found.checks if one.state is State.UNKNOWN]
    assert unknown
    assert "not answered within" in unknown[0].detail
    assert exit_code(found) == 3


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("arn:aws:iam::123456789012:root", "the root user of account 123456789012"),
        ("arn:aws:iam::123456789012:user/team/ana", "user team/ana of account 123456789012"),
        (
            "arn:aws:sts::123456789012:assumed-role/Audit/ana",
            "role Audit (session ana) of account 123456789012",
        ),
        ("arn:aws-us-gov:sts::123456789012:federated-user/ana", "federated user ana of account 123456789012"),
    ],
)
def test_who_the_credentials_are_is_said_in_words(arn, words):
    assert described(arn) == words


def test_a_wrong_account_id_is_a_usage_error(cli):
    ran = cli("doctor", "--account", "12")
    assert ran.code == 2
    assert "12 digits" in ran.err
