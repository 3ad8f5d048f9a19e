"""What a scan says it will come to, held against what then happens."""

import json
import re
import time
from collections import Counter

import jsonschema
import pytest

from auditor import bundled
from auditor.catalogue import load
from auditor.cli import outlook as words
from auditor.collect.backlog import Quota, Request
from auditor.collect.need import EVERYTHING, Need
from auditor.collect.rates import Rate, TokenBucket
from auditor.collect.schedule import Ahead, Outlook, Schedule, Together
from auditor.model import UnitState
from auditor.sandbox import Response
from tests.conftest import ACCOUNT, FAST
from tests.test_collect import collect
from tests.test_scan import SCHEMA

WIDE = Need(wide=True)
DEFAULT = Need.of(load(bundled.RULES).rules, wide=True)
STORAGE = Need.of(load(bundled.RULES).selected(["STO"]).rules, wide=False)
PER_ITEM = re.compile("^(Describe(?!Instance$|UserHierarchyStructure$)|Get|Head)")


def quota(operation):
    return Quota("1", "us-east-1", "connect", operation)


def request(operation):
    return Request("1", "us-east-1", "connect", operation, {})


FAST_ENOUGH = Rate(1000, 100)


def schedule(foreseen, rate=FAST_ENOUGH):
    return Schedule(lambda _: {}, lambda _: TokenBucket.of(rate, time.monotonic()), 4, foreseen)


@pytest.mark.parametrize(
    "need", [EVERYTHING, DEFAULT, WIDE, STORAGE], ids=["all", "default", "wide", "storage"]
)
def test_the_calls_that_were_foreseen_are_those_that_were_made(company, aws, need):
    """But for those about what the company's settings name and nobody has made: a bucket, a function."""
    collected = collect(need=need)
    foreseen, made = collected.tally.outlook, collected.tally.done
    assert abs(foreseen.calls - made) <= foreseen.calls * 0.1
    assert not collected.tally.ahead.total() or need is EVERYTHING
    off = Counter(foreseen.by_quota)
    off.subtract(collected.tally.by_operation)
    assert sum(abs(count) for count in off.values()) <= foreseen.calls * 0.1


def test_what_a_search_lacks_is_foreseen(company, aws, sandbox):
    """Whether flows have to be described is known from the search alone."""
    empty = b'{"ContactFlows": [], "ApproximateTotalCount": 0}'
    sandbox.fault(lambda call, _: Response(200, empty) if call.operation == "SearchContactFlows" else None)
    try:
        collected = collect(need=Need({"connect.contact_flow": frozenset({"Content"})}))
    finally:
        sandbox.fault(None)
    described = {
        one.region: n for one, n in collected.tally.by_operation.items() if one[3] == "DescribeContactFlow"
    }
    assert described["us-east-1"] > 10
    drafts = [
        one
        for one in collected.snapshot.resources
        if one.key.kind == "connect.contact_flow" and one.data.get("Status") == "SAVED"
    ]
    assert drafts, "a flow that was never published takes a second call, which nobody can foresee"
    assert abs(collected.tally.outlook.calls - collected.tally.done) <= len(drafts)


def test_the_time_that_was_foreseen_is_the_time_it_takes():
    said: list[Outlook] = []
    runs = schedule(said.append, Rate(50, 5))

    def child():
        yield request("Describe")

    def reading():
        yield request("List")
        yield Ahead({quota("Describe"): 60})
        yield Together(child() for _ in range(60))

    began = time.monotonic()
    runs.run([reading()])
    took = time.monotonic() - began
    (outlook,) = said
    assert (outlook.calls, outlook.left, outlook.slowest) == (61, 60, quota("Describe"))
    assert 1.1 < outlook.seconds < 1.3
    assert outlook.seconds * 0.9 <= took <= outlook.seconds * 1.1 + 0.5


def test_it_is_said_once_when_the_last_reading_has_told_its_part():
    said: list[Outlook] = []
    order: list[int] = []
    runs = schedule(said.append)

    def late():
        yield request("Slow")
        yield request("Slow")
        order.append(len(said))
        yield Ahead({quota("C"): 1})
        yield request("C")

    def early():
        yield Ahead({quota("B"): 2})
        order.append(len(said))
        yield Together([child(), child()])

    def child():
        yield request("B")

    def silent():
        yield request("A")

    def parent():
        yield Together([late(), early(), silent()])
        yield request("Afterwards")

    runs.run([parent()])
    assert order == [0, 0]
    assert [one.calls for one in said] == [6]
    assert runs.tally.done == 7, "what nobody foresaw is made all the same"


def test_a_run_that_reads_nothing_has_nothing_left():
    said: list[Outlook] = []
    schedule(said.append).run([])
    assert said == []


def test_a_dry_run_describes_nothing_and_says_what_a_scan_makes(company, cli, sandbox):
    before = len(sandbox.calls)
    ran = cli("scan", *FAST, "--dry-run", "--format", "json", "-o", "r.json", "--region", "us-east-1")
    assert ran.code == 0
    asked = [call for call in sandbox.calls[before:] if call.service == "connect"]
    assert not [call.operation for call in asked if PER_ITEM.search(call.operation)]
    assert not (cli.folder / "r.json").exists()
    foreseen = json.loads(ran.out)
    assert foreseen["calls"] == sum(one["calls"] for one in foreseen["operations"])
    cli("scan", *FAST, "-o", "r.json", "--region", "us-east-1")
    run = json.loads((cli.folder / "r.json").read_text("utf-8"))["run"]
    assert abs(foreseen["calls"] - run["calls"]) <= run["calls"] * 0.1


def test_a_dry_run_names_what_it_could_not_count(company, cli, sandbox):
    sandbox.deny("connect:ListInstances")
    try:
        ran = cli("scan", *FAST, "--dry-run", "--region", "us-east-1")
    finally:
        sandbox.allow("connect:ListInstances")
    assert ran.code == 3
    assert "connect:ListInstances" in ran.err


def test_a_scan_says_what_it_will_do_and_the_report_keeps_it(company, cli):
    ran = cli("scan", *FAST, "-o", "r.json", "--region", "us-east-1")
    document = json.loads((cli.folder / "r.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    foreseen = document["run"]["foreseen"]
    assert ran.err.startswith(f"The scan makes {foreseen['calls']} calls in all and takes")
    assert foreseen["after"] <= document["run"]["seconds"]
    assert cli("scan", *FAST, "-q", "--region", "us-east-1").err == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "less than a second"),
        (21.5, "about 22 s"),
        (250, "about 4.2 minutes"),
        (9000, "about 2.5 hours"),
    ],
)
def test_a_duration_is_said_in_the_unit_that_people_use(seconds, said):
    slowest = quota("DescribeUser")
    outlook = Outlook(1200, 1000, seconds, slowest, 0.1, {slowest: 1100, quota("ListUsers"): 100})
    assert said in words.sentence(outlook)
    assert "1,100 calls of connect:DescribeUser in us-east-1" in words.text(outlook)


def test_only_the_operations_that_are_called_most_are_shown():
    outlook = Outlook(66, 66, 0.0, None, 0.0, {quota(f"List{n:02}"): n for n in range(1, 12)})
    shown = words.text(outlook).splitlines()
    assert "makes none of them wait" in shown[0]
    assert shown[1].split()[:2] == ["11", "connect:List11"]
    assert shown[-1].split() == ["1", "of", "1", "others"]


def quotas(**rates):
    said = [{"QuotaName": f"Rate of {name} API requests", "Value": rate} for name, rate in rates.items()]
    return Response(
        200, json.dumps({"Quotas": said}).encode(), {"Content-Type": "application/x-amz-json-1.1"}
    )


def test_the_rates_that_service_quotas_says_to_apply_are_kept(company, aws, sandbox):
    answer = quotas(ListInstanceStorageConfigs=1000.0, DescribeInstance=1.0)
    sandbox.fault(lambda call, _: answer if call.operation == "ListServiceQuotas" else None)
    try:
        collected = collect(need=STORAGE, rates={})
    finally:
        sandbox.fault(None)
    assert (
        collected.tally.by_operation[Quota(ACCOUNT, "us-east-1", "connect", "ListInstanceStorageConfigs")]
        == 26
    )
    assert collected.seconds < 8, "at the table's rate the 26 listings alone would take 11 s"


def test_a_scan_that_may_not_read_quotas_keeps_to_the_table(company, aws, sandbox):
    sandbox.deny("servicequotas:ListServiceQuotas")
    try:
        collected = collect(need=Need(), rates={"connect:ListInstances": 9.0})
    finally:
        sandbox.allow("servicequotas:ListServiceQuotas")
    (unit,) = collected.snapshot.units
    assert unit.state is UnitState.SCANNED
    assert unit.remark.startswith(
        "asked at the rates that AWS publishes, whatever the account's own are (denied"
    )
    assert "servicequotas:ListServiceQuotas" in unit.remark
    assert not collected.snapshot.unread
