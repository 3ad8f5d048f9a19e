"""Collecting over HTTP: what is read, what is not, and that a mistake in the table of kinds shows."""

import dataclasses
import json
from collections import Counter

import boto3
import pytest
from botocore.credentials import CredentialResolver
from botocore.exceptions import NoCredentialsError

from auditor import bundled
from auditor.catalogue import load
from auditor.collect.access import Clients, Identity, Sessions, open_accounts
from auditor.collect.collector import Collector, Plan
from auditor.collect.need import Need
from auditor.evaluate import evaluate
from auditor.kinds import KINDS
from auditor.model import GLOBAL, Key, Place, Reason, UnitState
from auditor.rule import Verdict
from auditor.sandbox import Response
from auditor.sandbox.gate import Throttle
from tests.conftest import ACCOUNT

EAST = Place(ACCOUNT, "us-east-1")


def collect(identity=Identity(), **plan):  # noqa: B008
    sessions = Sessions(plan.get("kinds", KINDS))
    accounts, _ = open_accounts(sessions, identity)
    return Collector(accounts, Plan(**{"rates": {"*": 1000.0}, "regions": ("us-east-1",), **plan})).run(
        "2026-01-01T00:00:00Z"
    )


@pytest.fixture
def snapshot(company, aws):
    return collect().snapshot


def at(company):
    return Place(ACCOUNT, "us-east-1", company.exemplary)


@pytest.fixture
def hooked(sandbox):
    """Sets a fault hook for one test."""
    yield sandbox.fault
    sandbox.fault(None)


def test_every_kind_of_an_instance_is_complete(snapshot, company):
    for kind in KINDS:
        if kind.scope == "instance":
            assert (at(company), kind.name) in snapshot.complete, kind.name
    assert [unit.state for unit in snapshot.units] == [UnitState.SCANNED]
    assert not snapshot.gaps
    assert not snapshot.unread


def test_what_was_set_through_the_api_is_what_was_seen(snapshot, company):
    connect = boto3.client("connect", region_name="us-east-1")
    pages = connect.get_paginator("list_users").paginate(InstanceId=company.exemplary)
    users = {user["Id"] for page in pages for user in page["UserSummaryList"]}
    seen = snapshot.of(at(company), "connect.user")
    assert {user.key.id for user in seen} == users
    queue = next(one for one in snapshot.of(at(company), "connect.queue") if one.name == "Cobrança")
    described = connect.describe_queue(InstanceId=company.exemplary, QueueId=queue.key.id)["Queue"]
    assert queue.get("HoursOfOperationId") == described["HoursOfOperationId"]
    assert queue.get("OutboundCallerConfig") == described["OutboundCallerConfig"]


def test_neighbours_are_found_or_known_to_be_missing(snapshot, company):
    buckets = snapshot.seen(EAST, "s3.bucket")
    assert {bucket.name for bucket in buckets} >= set(company.buckets.values())
    mine = next(one for one in buckets if one.name == company.buckets["recordings"])
    assert all(mine.get(f"PublicAccessBlock.{name}") for name in ("BlockPublicAcls", "RestrictPublicBuckets"))
    assert mine.get("Versioning.Status") == "Enabled"
    key = snapshot.one(Key(EAST, "kms.key", company.key_arn))
    assert (key.get("KeyManager"), key.get("Rotation.KeyRotationEnabled")) == ("CUSTOMER", True)
    account_block = Key(Place(ACCOUNT, GLOBAL), "s3.account_public_access_block", ACCOUNT)
    assert snapshot.one(account_block) is None


def test_a_bucket_named_by_nine_settings_is_read_once(company, aws, sandbox):
    before = len(sandbox.calls)
    snapshot = collect().snapshot
    calls = Counter(call.operation for call in sandbox.calls[before:])
    assert calls["GetBucketPolicy"] == len(snapshot.seen(EAST, "s3.bucket"))
    assert sum(calls[name] for name in calls if "Bucket" in name or "PublicAccess" in name) <= 14 * len(
        snapshot.seen(EAST, "s3.bucket")
    )


@pytest.mark.parametrize(("name", "most"), [("s3.bucket", 12), ("kms.key", 3), ("lambda.function", 2)])
def test_what_stands_behind_a_setting_costs_few_calls_by_default(name, most):
    need = Need.of(load(bundled.RULES).selected((), ()).rules, wide=True)
    kind = next(kind for kind in KINDS if kind.name == name)
    assert 1 + sum(need.facet(kind, facet.field) for facet in kind.facets) <= most


def test_key_material_is_dropped_as_soon_as_it_is_read(snapshot, company):
    (key,) = snapshot.of(at(company), "connect.security_key")
    assert "Key" not in key.data
    assert "BEGIN" not in repr(key)


def test_what_a_search_does_not_fill_is_unread_and_not_empty(snapshot, company):
    profile = snapshot.of(at(company), "connect.routing_profile")[0]
    assert profile.get("AgentAvailabilityTimer"), "everything was asked for, so it was described"
    wide = collect(need=Need(wide=True)).snapshot.of(at(company), "connect.routing_profile")[0]
    assert wide.unread["AgentAvailabilityTimer"].reason is Reason.NOT_ASKED
    assert wide.get("AssociatedQueueIds") is not None


def test_a_field_that_only_describe_has_is_described_when_somebody_needs_it(company, aws, sandbox):
    before = len(sandbox.calls)
    snapshot = collect(
        need=Need({"connect.routing_profile": frozenset({"AgentAvailabilityTimer"})}, wide=True)
    ).snapshot
    calls = Counter(call.operation for call in sandbox.calls[before:])
    profiles = snapshot.of(at(company), "connect.routing_profile")
    assert calls["DescribeRoutingProfile"] >= len(profiles)
    assert calls["DescribeUser"] == 0
    assert all(one.get("AgentAvailabilityTimer") for one in profiles)
    assert all(one.get("AssociatedQueueIds") is not None for one in profiles), "the search has these"


@pytest.mark.parametrize(
    ("denied", "kind"),
    [
        ("connect:SearchQueues", "connect.queue"),
        ("connect:SearchUsers", "connect.user"),
        ("connect:SearchContactFlows", "connect.contact_flow"),
        ("connect:SearchHoursOfOperations", "connect.hours_of_operation"),
    ],
)
def test_a_refused_search_is_replaced_by_list_and_describe(company, aws, sandbox, snapshot, denied, kind):
    sandbox.deny(denied)
    try:
        poorer = collect().snapshot
    finally:
        sandbox.allow(denied)
    assert (at(company), kind) in poorer.complete
    names = [one.name for one in snapshot.of(at(company), kind)]
    assert [one.name for one in poorer.of(at(company), kind)] == names


def test_a_field_that_describe_lacks_is_unread_when_the_search_is_refused(company, aws, sandbox):
    sandbox.deny("connect:SearchRoutingProfiles")
    try:
        poorer = collect(need=Need(wide=True)).snapshot
    finally:
        sandbox.allow("connect:SearchRoutingProfiles")
    profile = poorer.of(at(company), "connect.routing_profile")[0]
    assert profile.unread["AssociatedQueueIds"].action == "connect:SearchRoutingProfiles"


def test_a_refused_list_leaves_the_kind_incomplete_although_the_search_answered(company, aws, sandbox):
    sandbox.deny("connect:ListQueues")
    try:
        poorer = collect().snapshot
    finally:
        sandbox.allow("connect:ListQueues")
    (gap,) = poorer.gaps_of(at(company), "connect.queue")
    assert gap.cause.action == "connect:ListQueues"
    assert poorer.seen(at(company), "connect.queue")


def test_a_search_that_lags_is_completed_from_the_list(company, aws, sandbox, hooked):
    def lag(call, _):
        return None if call.operation != "SearchQueues" else Response(200, b'{"Queues": []}')

    hooked(lag)
    lagging = collect().snapshot
    assert all(queue.get("HoursOfOperationId") for queue in lagging.of(at(company), "connect.queue"))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (
            "connect.queue",
            lambda kind: {
                "lists": (dataclasses.replace(kind.lists[0], call=renamed(kind.lists[0].call, "Queues")),)
            },
        ),
        ("connect.queue", lambda kind: {"search": renamed(kind.search, "QueueSummaryList")}),
        (
            "connect.instance_attribute",
            lambda kind: {"lists": (dataclasses.replace(kind.lists[0], call=paged(kind.lists[0].call, 8)),)},
        ),
        ("connect.user", lambda kind: {"search": paged(kind.search, 501)}),
        ("connect.user", lambda kind: {"id": ("UserId",)}),
        ("connect.approved_origin", lambda kind: {"id": ("Url",)}),
        ("connect.storage_config", lambda kind: {"lists": (wrong_type(kind.lists[0]),)}),
    ],
    ids=[
        "list's result",
        "search's result",
        "list's page",
        "search's page",
        "id",
        "scalar's id",
        "missing parameter",
    ],
)
def test_a_mistake_in_a_row_of_the_table_shows(company, aws, name, change):
    """The sandbox knows nothing of the table, so a wrong row cannot be right twice."""
    snapshot = collect(kinds=rows(name, change)).snapshot
    assert (at(company), name) not in snapshot.complete
    assert any(gap.hides for gap in snapshot.gaps_of(at(company), name))


def rows(name, change):
    return tuple(dataclasses.replace(kind, **change(kind)) if kind.name == name else kind for kind in KINDS)


def renamed(call, result):
    return dataclasses.replace(call, result=result)


def paged(call, page):
    return dataclasses.replace(call, page=page)


def wrong_type(listing):
    call = dataclasses.replace(listing.call, params={"InstanceId": "{instance}"})
    return dataclasses.replace(listing, call=call)


@pytest.mark.parametrize(
    "answer",
    [
        Response(500, b'{"message": "broken"}'),
        Response(404, b"<html>no such page</html>", {"Content-Type": "text/html"}),
        Response(200, b'{"NextToken": null}'),
        Response(200, b'{"Origins": ["https://a.example"], "NextToken": "again"}'),
        Response(200, b'{"Origins": ["https://a.exa'),
    ],
    ids=["500", "html", "no list", "endless token", "truncated"],
)
def test_a_fault_is_unread_and_never_an_empty_list(company, aws, hooked, answer):
    hooked(lambda call, _: answer if call.operation == "ListApprovedOrigins" else None)
    snapshot = collect().snapshot
    assert (at(company), "connect.approved_origin") not in snapshot.complete
    assert snapshot.gaps_of(at(company), "connect.approved_origin")
    assert (at(company), "connect.queue") in snapshot.complete


def test_a_storage_type_that_the_region_does_not_know_hides_nothing(company, aws, hooked):
    refusal = Response(
        400,
        b'{"__type": "InvalidParameterException", "message": "unknown"}',
        {"x-amzn-ErrorType": "InvalidParameterException"},
    )
    hooked(
        lambda call, request: (
            refusal
            if call.operation == "ListInstanceStorageConfigs" and "EMAIL_MESSAGES" in request.query
            else None
        )
    )
    snapshot = collect().snapshot
    (gap,) = snapshot.gaps_of(at(company), "connect.storage_config")
    assert (gap.part, gap.cause.reason) == ("EMAIL_MESSAGES", Reason.UNSUPPORTED)
    assert snapshot.of(at(company), "connect.storage_config")


def test_numbers_of_a_traffic_distribution_group_are_numbers_of_the_instance(company, aws):
    connect = boto3.client("connect", region_name="us-east-1")
    connect.replicate_instance(
        InstanceId=company.exemplary, ReplicaRegion="us-west-2", ReplicaAlias="aurora-atendimento-dr"
    )
    group = connect.create_traffic_distribution_group(Name="dr", InstanceId=company.exemplary)
    available = connect.search_available_phone_numbers(
        TargetArn=group["Arn"], PhoneNumberCountryCode="BR", PhoneNumberType="DID"
    )["AvailableNumbersList"]
    number = connect.claim_phone_number(TargetArn=group["Arn"], PhoneNumber=available[0]["PhoneNumber"])
    try:
        snapshot = collect().snapshot
    finally:
        connect.release_phone_number(PhoneNumberId=number["PhoneNumberId"])
        connect.delete_traffic_distribution_group(TrafficDistributionGroupId=group["Id"])
    assert number["PhoneNumberId"] in {one.key.id for one in snapshot.of(at(company), "connect.phone_number")}


def test_the_same_account_gives_the_same_snapshot(company, aws):
    assert collect().snapshot == collect(workers=3).snapshot


def test_what_is_throttled_is_asked_again_until_it_is_read(company, aws, sandbox, monkeypatch):
    """A client that is far too fast for the service: many refusals, nothing lost."""
    whole = collect().snapshot
    monkeypatch.setattr("auditor.collect.schedule.PAUSE", 0.02)
    monkeypatch.setattr("auditor.collect.access.RETRIES", {"mode": "standard", "total_max_attempts": 1})
    monkeypatch.setattr(sandbox._gate, "throttle", Throttle(30, 2))
    before = len(sandbox.calls)
    collected = collect()
    assert sum(call.throttled for call in sandbox.calls[before:]) > 20
    assert collected.tally.throttled > 20
    assert collected.snapshot == whole


def test_only_what_the_rules_look_at_is_asked_for(company, aws, sandbox):
    storage = load(bundled.RULES).selected(["STO"]).rules
    before = len(sandbox.calls)
    snapshot = collect(need=Need.of(storage, wide=False)).snapshot
    asked = {call.operation for call in sandbox.calls[before:]}
    assert not asked & {
        "ListUsers",
        "SearchUsers",
        "ListQueues",
        "ListContactFlows",
        "ListSecurityProfilePermissions",
    }
    assert "GetBucketCors" not in asked, "only a rule that people opt in to looks at it"
    assert {"ListInstanceStorageConfigs", "GetBucketPolicy", "DescribeKey", "ListInstanceAttributes"} <= asked
    found = evaluate(storage, snapshot)
    assert not [one for one in found if one.verdict in (Verdict.UNKNOWN, Verdict.ERROR)]
    assert found == tuple(one for one in evaluate(storage, collect().snapshot))


def test_the_content_of_flows_is_kept_only_for_who_looks_at_it(company, aws):
    wide = collect(need=Need(wide=True)).snapshot.of(at(company), "connect.contact_flow")
    assert all("Content" not in flow.data for flow in wide)
    assert {flow.unread["Content"].reason for flow in wide} == {Reason.NOT_ASKED}
    wanted = Need({"connect.contact_flow": frozenset({"Content"})})
    full = collect(need=wanted).snapshot.of(at(company), "connect.contact_flow")
    assert all(flow.get("Content") for flow in full)


def test_a_flow_that_was_never_published_is_read_as_it_was_saved(company, aws, sandbox):
    connect = boto3.client("connect", region_name="us-east-1")
    end = {"Identifier": "a", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    draft = connect.create_contact_flow(
        InstanceId=company.exemplary,
        Name="Draft",
        Type="CONTACT_FLOW",
        Status="SAVED",
        Content=json.dumps({"Version": "2019-10-30", "StartAction": "a", "Actions": [end]}),
    )["ContactFlowId"]
    sandbox.deny("connect:SearchContactFlows")
    try:
        found = collect(need=Need({"connect.contact_flow": frozenset({"Content"})})).snapshot
    finally:
        sandbox.allow("connect:SearchContactFlows")
        connect.delete_contact_flow(InstanceId=company.exemplary, ContactFlowId=draft)
    one = found.one(Key(at(company), "connect.contact_flow", draft))
    assert "DisconnectParticipant" in one.get("Content")
    assert one.get("Status") == "SAVED"


def test_accounts_share_clients_and_each_call_is_signed_for_its_own(
    monkeypatch, hooked, company, aws, sandbox
):
    """Each account's calls fail once, so that what is signed again is signed for the same account."""
    other = "222233334444"
    given = boto3.client("sts", region_name="us-east-1").assume_role(
        RoleArn=f"arn:aws:iam::{other}:role/Audit", RoleSessionName="stage"
    )["Credentials"]
    keys = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    there = boto3.Session(*keys, region_name="us-east-1").client("connect")
    theirs = there.create_instance(
        IdentityManagementType="SAML",
        InstanceAlias="theirs",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )["Id"]
    try:
        mine = collect()
        failed: set[tuple[str, str]] = set()

        def fails_once(call, request):
            seen = (call.account, call.operation)
            if call.service != "connect" or seen in failed:
                return None
            failed.add(seen)
            return Response(500, b"{}")

        made = []
        make = Clients._make

        def counted(self, account, region, service):
            made.append((region, service))
            return make(self, account, region, service)

        monkeypatch.setattr(Clients, "_make", counted)
        hooked(fails_once)
        both = collect(Identity(accounts=(ACCOUNT, other), role_name="Audit"))
        hooked(None)
        assert {account for account, _ in failed} == {ACCOUNT, other}
        ours = [one for one in both.snapshot.resources if one.key.place.account == ACCOUNT]
        assert ours == list(mine.snapshot.resources)
        seen = {
            one.key.place.instance_id for one in both.snapshot.resources if one.key.place.account == other
        }
        assert seen == {theirs, ""}
        assert len(made) == len(set(made)), "a client was made for each account"
    finally:
        there.delete_instance(InstanceId=theirs)


def test_an_account_whose_credentials_are_gone_is_never_read_with_those_of_another(aws):
    """A client is shared: botocore would sign with those of the account that it was made for."""
    sessions = Sessions()
    (account,), _ = open_accounts(sessions, Identity())
    gone = sessions.new()
    gone._credentials = None
    gone.register_component("credential_provider", CredentialResolver([]))
    clients = Clients(workers=1)
    assert clients.call(account, "us-east-1", "connect", "ListInstances", {})["InstanceSummaryList"]
    other = dataclasses.replace(account, id="222233334444", session=gone)
    with pytest.raises(NoCredentialsError):
        clients.call(other, "us-east-1", "connect", "ListInstances", {})
