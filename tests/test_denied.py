"""Any one IAM action taken away: what the table foresees is unread, by that action's name, and nothing else changes.

Kind by kind, on what `tests/test_every_kind.py` makes. `benchmarks/actions.py` does it to whole scans.
"""

import importlib
import sys

import pytest

from auditor.collect.need import Need
from auditor.kinds import KINDS, led_to
from auditor.model import Reason, UnitState
from tests.conftest import ROOT, environment
from tests.test_collect import collect
from tests.test_every_kind import everything  # noqa: F401

ANY = "*"


@pytest.fixture(scope="module")
def table():
    """What the script that takes every action away from whole scans makes of the table."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module("actions")
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def read(everything, sandbox):  # noqa: F811
    """Reads one kind of one instance, whole, without some action."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(sandbox.url).items():
            if name.startswith("AWS_") or name == "NO_PROXY":
                patch.setenv(name, value)

        def of(kind, *denied):
            sandbox.deny(*denied)
            try:
                found = collect(
                    need=Need(led_to({kind.name: fields_of(kind)})), instances=(everything.exemplary,)
                )
            finally:
                sandbox.allow(*denied)
            return found.snapshot

        yield of


def fields_of(kind):
    """Everything that costs a call to know."""
    sources = [kind.search, *(listing.call for listing in kind.lists)]
    told = {path for call in sources if call for path in (*call.omits, *call.doubtful)}
    return frozenset(told | set(kind.made_of(told)) | {facet.field for facet in kind.facets})


def lacking(snapshot, kind, action):
    """What is unread of a kind for want of an action: the fields, and `ANY` where not even how many is known."""
    causes = [(ANY, gap.cause) for gap in snapshot.gaps if gap.kind == kind.name and gap.hides]
    causes += [(ANY, unit.cause) for unit in snapshot.units if unit.cause]
    for one in resources(snapshot, kind):
        causes += [(path, cause) for path, cause in one.unread.items() if cause.reason not in IDLE]
        causes += [(ANY, one.rest)] if one.rest else []
    assert {cause.action for _, cause in causes} <= {action}
    assert {cause.reason for _, cause in causes} <= {Reason.DENIED}
    return {path for path, _ in causes}


IDLE = (Reason.NOT_ASKED, Reason.NOT_POPULATED)
"""Why a field may be unread although nothing was denied."""


OF_THE_SANDBOX = {("iam.saml_provider", "ValidUntil"): "moto lists every provider with the same day"}
"""Fields that the sandbox's list tells otherwise than its description, and why."""


def resources(snapshot, kind):
    return [one for one in snapshot.resources if one.key.kind == kind.name]


def replaced(snapshot, kind):
    return {
        gap.cause.action
        for gap in snapshot.gaps
        if (gap.kind, gap.cause.reason) == (kind.name, Reason.REPLACED)
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_without_an_action_what_the_table_says_is_unread_and_the_rest_is_as_it_was(read, table, kind):
    free = read(kind)
    before = {one.key: one for one in resources(free, kind)}
    assert lacking(free, kind, "") == set()
    for action in sorted({call.iam_action for call in kind.calls()}):
        poorer = read(kind, action)
        expected = {field for name, field in table.predicted(action) if name == kind.name}
        possible = {field for name, field in table.possible(action) if name == kind.name}
        unread = lacking(poorer, kind, action)
        if ANY in expected:
            assert ANY in unread or not before or not poorer.complete & free.complete, action
            continue
        assert unread <= expected | possible, action
        assert unread >= expected or not before, action
        search = kind.search is not None and kind.search.iam_action == action
        assert replaced(poorer, kind) == ({action} if search else set())
        assert all(unit.state is UnitState.SCANNED for unit in poorer.units)
        after = {one.key: one for one in resources(poorer, kind)}
        assert after.keys() == before.keys(), action
        for key, one in after.items():
            gone = {path.partition(".")[0] for path in one.unread}
            gone |= {field for name, field in OF_THE_SANDBOX if name == kind.name}
            kept = {name: value for name, value in before[key].data.items() if name not in gone}
            assert {name: one.data.get(name) for name in kept} == kept, f"{action}: {key.id}"
