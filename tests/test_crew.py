"""Several processes find together what one would, and none of them can lose a scan."""

import contextlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from typing import Any

import boto3
import pytest

from auditor.collect.access import Identity, Sessions, open_accounts
from auditor.collect.collector import Plan
from auditor.collect.crew import SHARE, Crew
from auditor.collect.progress import Silence
from auditor.model import UnitState
from tests.conftest import ACCOUNT, FAST, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")

ACCOUNTS = (ACCOUNT, *(f"{222233334440 + number}" for number in range(3)))
REGIONS = ("us-east-1", "eu-central-1")
WHEN = "2026-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def organization(sandbox):
    """Accounts with an instance each."""
    kept = dict(os.environ)
    os.environ.update(environment(sandbox.url))
    try:
        for account in ACCOUNTS:
            role = {"RoleArn": f"arn:aws:iam::{account}:role/Audit", "RoleSessionName": "stage"}
            given = boto3.client("sts", region_name="us-east-1").assume_role(**role)["Credentials"]
            keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
            boto3.Session(*keys, region_name="us-east-1").client("connect").create_instance(
                IdentityManagementType="SAML",
                InstanceAlias=f"a{account}",
                InboundCallsEnabled=True,
                OutboundCallsEnabled=False,
            )
    finally:
        os.environ.clear()
        os.environ.update(kept)


class Told(Silence):
    """What was told of the progress."""

    def __init__(self):
        self.figures: Any = None
        self.outlooks, self.read = [], set()

    def started(self, figures):
        self.figures = figures

    def foreseen(self, outlook):
        self.outlooks.append(outlook)

    def finished(self, account, region, what):
        self.read.add((account, region, what))


@contextlib.contextmanager
def crew(processes, **plan):
    accounts, _ = open_accounts(Sessions(), Identity(accounts=ACCOUNTS, role_name="Audit"))
    whole = Plan(**{"regions": REGIONS, "rates": {"*": 1000.0}, **plan})
    with Crew(accounts, whole, processes) as made:
        yield made


@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes_find_what_one_would(organization, aws, processes):
    one, several = Told(), Told()
    with crew(1) as alone:
        expected = alone.collect(WHEN, one, {"999999999999": "cannot be opened"})
    with crew(processes) as many:
        assert len(multiprocessing.active_children()) == processes
        collected = many.collect(WHEN, several, {"999999999999": "cannot be opened"})
    assert not multiprocessing.active_children()
    assert collected.snapshot == expected.snapshot
    assert len([*collected.snapshot.instances()]) == len(ACCOUNTS)
    assert collected.tally.by_operation == expected.tally.by_operation
    assert collected.tally.done == expected.tally.done == several.figures.done == several.figures.expected
    assert several.read == one.read
    # What was foreseen depends on which answers had come: some tell that a further question is idle.
    (foreseen,), (alike,) = several.outlooks, one.outlooks
    assert foreseen.by_quota.total() == foreseen.calls == pytest.approx(alike.calls, rel=0.01)
    assert collected.tally.outlook.calls == foreseen.calls
    assert not collected.interrupted


def test_what_a_process_took_with_it_is_incomplete_and_the_rest_is_there(organization, aws, sandbox):
    sandbox._gate.latency = 0.1
    try:
        with crew(2) as many:
            multiprocessing.active_children()[0].kill()
            collected = many.collect(WHEN, Silence())
    finally:
        sandbox._gate.latency = 0.0
    states: dict[str, set[tuple[UnitState, bool]]] = {}
    for unit in collected.snapshot.units:
        states.setdefault(unit.account, set()).add((unit.state, "exit code -9" in unit.detail))
    assert sorted(states) == sorted(ACCOUNTS)
    assert [*states.values()].count({(UnitState.SCANNED, False)}) == 2
    assert [*states.values()].count({(UnitState.INCOMPLETE, True)}) == 2
    assert len([*collected.snapshot.instances()]) == 2


def test_a_mistake_in_a_process_is_raised_with_its_place(organization, aws):
    def planned(*_args, **_more):
        raise ZeroDivisionError("on purpose")

    with crew(2, planned=planned) as many, pytest.raises(RuntimeError, match="on purpose"):
        many.collect(WHEN, Silence())
    assert not multiprocessing.active_children()


def many_accounts():
    """So many accounts that the command makes processes for them, where it may use more than one processor."""
    accounts = [f"{333300000000 + number}" for number in range(SHARE)]
    chosen = [word for account in accounts for word in ("--account", account)]
    return ["--role-name", "Audit", *chosen, "--region", "us-east-1", "--region", "us-west-2"]


def test_the_command_scans_many_accounts(cli):
    ran = cli("scan", *FAST, *many_accounts(), "--format", "json")
    assert ran.code == 4, ran.err
    units = json.loads(ran.out)["units"]
    assert len({(unit["account"], unit["region"]) for unit in units}) == len(units) == 2 * SHARE
    assert {unit["state"] for unit in units} == {"scanned"}


def well_begun(calls):
    """Whether the accounts are open and some of them are being read. Calls of the test before may still come in."""
    roles = [number for number, call in enumerate(calls) if call.operation == "AssumeRole"]
    return len(roles) >= SHARE and len(calls) > roles[-1] + 60


@pytest.mark.parametrize("everybody", [True, False], ids=["from the terminal", "from another process"])
def test_ctrl_c_ends_all_processes_and_writes_what_they_have(sandbox, tmp_path, everybody):
    sandbox._gate.latency = 0.3
    command = [sys.executable, "-m", "auditor", "scan", "-o", "r.json", *many_accounts()]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment(sandbox.url), stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        before = len(sandbox.calls)
        deadline = time.monotonic() + 30
        while not well_begun(sandbox.calls[before:]) and time.monotonic() < deadline:
            time.sleep(0.02)
        (os.killpg if everybody else os.kill)(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        sandbox._gate.latency = 0.0
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    report = (tmp_path / "r.json").read_text("utf-8")
    assert '"interrupted": true' in report
    assert '"state": "incomplete"' in report
