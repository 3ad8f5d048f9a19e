"""What a report looks like, byte for byte, on a fixed snapshot and a fixed catalogue of three rules.

A new built-in rule changes none of these files. To accept a change: `pytest tests/test_golden.py --accept`.
"""

import json

import pytest

from auditor.catalogue import load
from auditor.evaluate import evaluate
from auditor.mask import Mask
from auditor.model import Cause, Gap, Key, Place, Reason, Resource, Snapshot, Unit, UnitState
from auditor.render import terminal
from auditor.report import Report, Run, document
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "golden"
ACCOUNT = "111122223333"
BLUE, GREEN = Place(ACCOUNT, "us-east-1", "i-blue"), Place(ACCOUNT, "us-west-2", "i-green")
DENIED = Cause(Reason.DENIED, "connect:DescribeQueue")


def resource(place, kind, identity, name="", **more):
    unread, rest = more.pop("unread", {}), more.pop("rest", None)
    return Resource(Key(place, kind, identity), more, name, "", unread, rest)


def snapshot():
    def instance(place, alias):
        return resource(
            place, "connect.instance", place.instance_id, alias, Id=place.instance_id, InstanceAlias=alias,
            InstanceStatus="ACTIVE", IdentityManagementType="SAML", Tags={"Owner": "maria@corp.example"},
        )  # fmt: skip

    kinds = ("connect.instance", "connect.queue", "connect.hours_of_operation", "connect.user")
    return Snapshot(
        taken_at="2026-01-15T12:00:00Z",
        partition="aws",
        units=(
            Unit(ACCOUNT, "af-south-1", UnitState.OUT_OF_SCOPE, "the account has not enabled this Region (DISABLED)"),
            Unit(ACCOUNT, "us-east-1", UnitState.SCANNED),
            Unit(ACCOUNT, "us-west-2", UnitState.SCANNED),
        ),
        resources=(
            instance(BLUE, "azul"),
            instance(GREEN, "verde"),
            resource(BLUE, "connect.approved_origin", "http://a.example", "http://a.example", Origin="http://a.example"),
            resource(BLUE, "connect.hours_of_operation", "h1", "Comercial", HoursOfOperationId="h1"),
            resource(BLUE, "connect.queue", "q1", "Vendas", QueueId="q1", Status="ENABLED", HoursOfOperationId="h1"),
            resource(BLUE, "connect.queue", "q2", "<b>Órfã</b>\x1b[31m", QueueId="q2", Status="DISABLED",
                     HoursOfOperationId="gone"),
            resource(BLUE, "connect.user", "u1", "maria@corp.example", Id="u1", Username="maria@corp.example"),
            resource(GREEN, "connect.queue", "q3", "Sales", QueueId="q3", rest=DENIED),
        ),
        complete=frozenset(
            {(place, kind) for place in (BLUE, GREEN) for kind in kinds} | {(BLUE, "connect.approved_origin")}
        ),
        gaps=(Gap(GREEN, "connect.approved_origin", "", Cause(Reason.DENIED, "connect:ListApprovedOrigins")),),
    )  # fmt: skip


@pytest.fixture(scope="module")
def report():
    catalogue = load(FOLDER / "rules")
    seen = snapshot()
    run = Run("2026-01-15T12:00:00Z", 1.5, 42, 0, {(ACCOUNT, "us-east-1", "connect", "ListQueues"): 1})
    return document(Report(seen, evaluate(catalogue.rules, seen), catalogue, run), Mask(seen))


def same(request, name, text):
    path = FOLDER / name
    if request.config.getoption("--accept"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text("utf-8")


def test_the_json_report(request, report):
    # The kinds that this snapshot speaks of, and none of the table's other rows: a new row changes no file here.
    asked = [
        {**place, "kinds": [kind for kind in place["kinds"] if kind["state"] != "not_asked"]}
        for place in report["coverage"]
    ]
    fixed = {**report, "tool": "…", "coverage": asked, "unreadable": [], "left_out": []}
    text = json.dumps(fixed, ensure_ascii=False, indent=2) + "\n"
    assert "maria" not in text
    same(request, "report.json", text)


@pytest.mark.parametrize("colour", [False, True])
def test_the_terminal(request, report, colour):
    same(request, f"terminal{'-colour' if colour else ''}.txt", terminal.text(report, colour=colour))
