"""Faults over HTTP, one at a time: each ends in what was unread, never in a lost scan or an empty list."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from auditor.collect import schedule
from auditor.collect.access import Identity, Sessions, open_accounts
from auditor.collect.collector import Collector, Plan
from auditor.collect.need import Need
from auditor.model import Place, Reason, UnitState
from auditor.sandbox import Response
from tests.conftest import ACCOUNT
from tests.test_collect import at, collect


@pytest.fixture
def fault(sandbox):
    """Sets a fault hook for one test."""
    yield sandbox.fault
    sandbox.fault(None)


def refusal(code, status=400):
    body = json.dumps({"__type": code, "message": "no"}).encode()
    return Response(status, body, {"x-amzn-ErrorType": code, "Content-Type": "application/json"})


def test_a_connection_that_is_cut_once_is_tried_again(company, aws, fault):
    left = {"cuts": 2}

    def cut(call, _):
        if call.operation == "ListApprovedOrigins" and left["cuts"]:
            left["cuts"] -= 1
            return Response(200, reset=True)
        return None

    fault(cut)
    snapshot = collect().snapshot
    assert left["cuts"] == 0
    assert (at(company), "connect.approved_origin") in snapshot.complete


@pytest.mark.parametrize(
    "broken",
    [
        Response(200, b'{"Origins": ["https://a.example", "https://b.example"]}', truncate=20),
        Response(200, reset=True),
    ],
    ids=["cut in the body", "reset"],
)
def test_a_connection_that_is_always_cut_leaves_the_kind_unread(company, aws, fault, broken):
    fault(lambda call, _: broken if call.operation == "ListApprovedOrigins" else None)
    snapshot = collect().snapshot
    assert snapshot.gaps_of(at(company), "connect.approved_origin")
    assert (at(company), "connect.queue") in snapshot.complete


SCALE = 100
"""How much faster time passes here, for a minute of throttling."""


def hurried(monkeypatch):
    monkeypatch.setattr("auditor.collect.schedule.PAUSE", schedule.PAUSE / SCALE)
    monkeypatch.setattr("auditor.collect.access.RETRIES", {"mode": "standard", "total_max_attempts": 1})


def test_a_minute_in_which_everything_is_throttled_loses_nothing(company, aws, fault, monkeypatch):
    whole = collect().snapshot
    hurried(monkeypatch)
    since: list[float] = []

    def throttle(call, _):
        if call.service != "connect":
            return None
        since.append(time.monotonic())
        over = since[-1] - since[0] > 60 / SCALE
        return None if over else refusal("ThrottlingException", 429)

    fault(throttle)
    collected = collect()
    assert collected.tally.throttled >= 4
    assert collected.snapshot == whole


def test_what_is_throttled_for_ever_is_unread(company, aws, fault, monkeypatch):
    hurried(monkeypatch)
    monkeypatch.setattr("auditor.collect.schedule.THROTTLED_ROUNDS", 3)
    fault(
        lambda call, _: (
            refusal("TooManyRequestsException", 429) if call.operation == "ListApprovedOrigins" else None
        )
    )
    snapshot = collect().snapshot
    (gap,) = snapshot.gaps_of(at(company), "connect.approved_origin")
    assert (gap.cause.reason, gap.cause.action) == (Reason.THROTTLED, "connect:ListApprovedOrigins")
    assert (at(company), "connect.queue") in snapshot.complete


def test_an_empty_page_with_a_token_is_not_the_end(company, aws, fault):
    pages = {
        None: b'{"Origins": [], "NextToken": "more"}',
        "more": b'{"Origins": ["https://late.example"]}',
    }

    def page(call, request):
        if call.operation != "ListApprovedOrigins":
            return None
        token = dict(request.arguments()).get("nextToken")
        return Response(200, pages[token], {"Content-Type": "application/json"})

    fault(page)
    snapshot = collect().snapshot
    assert [one.key.id for one in snapshot.of(at(company), "connect.approved_origin")] == [
        "https://late.example"
    ]


def test_what_vanishes_between_list_and_describe_is_left_out_with_a_note(company, aws, sandbox, fault):
    whole = collect().snapshot.of(at(company), "connect.queue")
    gone = whole[0].key.id
    sandbox.deny("connect:SearchQueues")
    fault(
        lambda call, request: (
            refusal("ResourceNotFoundException", 404)
            if call.operation == "DescribeQueue" and gone in request.path
            else None
        )
    )
    try:
        snapshot = collect().snapshot
    finally:
        sandbox.allow("connect:SearchQueues")
    left = snapshot.of(at(company), "connect.queue")
    assert {one.key.id for one in left} == {one.key.id for one in whole} - {gone}
    notes = {gap.cause.reason: gap for gap in snapshot.gaps_of(at(company), "connect.queue")}
    assert (notes[Reason.GONE].part, notes[Reason.GONE].hides) == (gone, False)
    assert (notes.pop(Reason.REPLACED).cause.action, len(notes)) == ("connect:SearchQueues", 1)


def test_credentials_that_expire_in_the_middle_leave_an_incomplete_scan(company, aws, fault):
    served = {"calls": 0}

    def expire(call, _):
        served["calls"] += 1
        return (
            refusal("ExpiredTokenException", 403)
            if served["calls"] > 40 and call.service == "connect"
            else None
        )

    fault(expire)
    snapshot = collect(regions=("us-east-1", "us-west-2")).snapshot
    causes = {gap.cause.detail for gap in snapshot.gaps} | {
        cause.detail for one in snapshot.resources for cause in one.unread.values()
    }
    causes |= {unit.cause.detail for unit in snapshot.units if unit.cause}
    assert any("ExpiredToken" in cause for cause in causes)
    assert all(unit.state is not UnitState.OUT_OF_SCOPE for unit in snapshot.units)


def test_a_role_whose_credentials_expire_in_the_middle_is_assumed_again(
    company, aws, sandbox, fault, monkeypatch
):
    whole = collect().snapshot
    (account,), _ = open_accounts(Sessions(), Identity(role_arn=f"arn:aws:iam::{ACCOUNT}:role/Audit"))
    keys: list[str] = []
    held = account.session.get_credentials()

    def two_hours_later():
        return datetime.now(UTC) + timedelta(hours=2 if held._access_key == keys[0] else 0)

    def expire(call, request):
        if call.service != "connect":
            return None
        keys.append(request.headers["authorization"].partition("Credential=")[2].partition("/")[0])
        if len(keys) == 40:
            held._time_fetcher = two_hours_later
            monkeypatch.setattr("botocore.credentials._local_now", two_hours_later)
        return refusal("ExpiredTokenException", 403) if len(keys) > 40 and keys[-1] == keys[0] else None

    fault(expire)
    before = len(sandbox.calls)
    plan = Plan(regions=("us-east-1",), rates={"*": 1000.0}, workers=1)
    assert Collector([account], plan).run(whole.taken_at).snapshot == whole
    assert len(set(keys)) > 1
    assert "AssumeRole" in {call.operation for call in sandbox.calls[before:]}


def test_a_region_that_does_not_know_the_account_is_out_of_scope(company, aws, fault):
    fault(
        lambda call, _: (
            refusal("UnrecognizedClientException", 403)
            if call.service == "connect" and call.region == "us-west-2"
            else None
        )
    )
    snapshot = collect(regions=("us-east-1", "us-west-2")).snapshot
    states = {unit.region: unit.state for unit in snapshot.units}
    assert states == {"us-east-1": UnitState.SCANNED, "us-west-2": UnitState.OUT_OF_SCOPE}


def test_an_attribute_of_tomorrow_comes_through(company, aws, fault):
    body = b'{"Attributes": [{"AttributeType": "TELEPATHY", "Value": "true"}]}'
    fault(lambda call, _: Response(200, body) if call.operation == "ListInstanceAttributes" else None)
    snapshot = collect().snapshot
    (attribute,) = snapshot.of(at(company), "connect.instance_attribute")
    assert (attribute.name, attribute.get("Value")) == ("TELEPATHY", "true")


@pytest.mark.parametrize(
    ("operation", "body", "kind", "path", "value"),
    [
        (
            "ListIntegrationAssociations",
            {"IntegrationAssociationSummaryList": [
                {"IntegrationAssociationId": "a", "IntegrationAssociationArn": "arn:a", "IntegrationType": "HOLOGRAM"}
            ]},
            "connect.integration_association", "IntegrationType", "HOLOGRAM",
        ),
        (
            "ListInstanceStorageConfigs",
            {"StorageConfigs": [{"AssociationId": "a", "StorageType": "CRYSTAL"}]},
            "connect.storage_config", "StorageType", "CRYSTAL",
        ),
    ],
    ids=["integration", "storage"],
)  # fmt: skip
def test_types_of_tomorrow_come_through(company, aws, fault, operation, body, kind, path, value):
    answer = Response(200, json.dumps(body).encode(), {"Content-Type": "application/json"})
    fault(lambda call, _: answer if call.operation == operation else None)
    snapshot = collect(need=Need({kind: frozenset({path})})).snapshot
    assert {one.get(path) for one in snapshot.of(at(company), kind)} == {value}


def test_regions_are_scanned_although_their_states_cannot_be_listed(company, aws, sandbox):
    sandbox.deny("account:ListRegions")
    try:
        snapshot = collect().snapshot
    finally:
        sandbox.allow("account:ListRegions")
    (unit,) = snapshot.units
    assert unit.state is UnitState.SCANNED
    assert unit.remark.startswith("asked without knowing whether the account has enabled it (denied")
    assert "account:ListRegions" in unit.remark
    assert snapshot.seen(Place(ACCOUNT, "us-east-1"), "s3.bucket")
