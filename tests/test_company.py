"""The rules at default settings on the demo's company: the exemplary instance, and the neglected one's faults.

The faults stand in docs/demo-company.md, written before the rules ran on them. A rule that is new in the catalogue is
held to that page as soon as it is there.
"""

import re
from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from auditor import bundled
from auditor.catalogue import load
from auditor.collect.access import Identity, Sessions, open_accounts
from auditor.collect.collector import Collector, Plan
from auditor.collect.need import Need
from auditor.evaluate import evaluate
from auditor.rule import Verdict
from tests.conftest import ROOT, environment

RULES = load(bundled.RULES).selected().rules
NEGLECTED = re.compile("legado|antigo")
"""What belongs to the account or the Region and to the neglected instance has this in its name."""

_NOT_SAML = "the instance keeps its users in Connect, so that nobody can sign in to it through IAM at all"
_NO_SPEC = "it compares with a spec, and the company's rules are run without one"
_NOT_DECIDED = "nobody has decided what the company wants: {}"
SILENT: dict[str, str] = {
    "CONNECT-ACC-008": _NOT_DECIDED.format("approved_profiles"),
    "CONNECT-ACC-009": _NOT_DECIDED.format("approved_profiles"),
    "CONNECT-ACC-010": _NO_SPEC,
    "CONNECT-FLW-004": _NOT_DECIDED.format("recorded, automated"),
    "CONNECT-IDN-006": _NOT_SAML,
    "CONNECT-IDN-007": _NOT_SAML,
    "CONNECT-IDN-008": _NOT_SAML,
    "CONNECT-LOG-005": "flow logs are off for the whole instance, which CONNECT-LOG-001 reports",
    "CONNECT-NUM-004": _NOT_DECIDED.format("approved_countries, approved_types"),
    "CONNECT-RTG-004": _NOT_DECIDED.format("max_contacts_max"),
    "CONNECT-TAG-002": _NOT_DECIDED.format("required_tags"),
    "CONNECT-USR-004": _NOT_DECIDED.format("approved_prefixes"),
    "CONNECT-USR-005": _NO_SPEC,
}
"""Rules that say nothing of the fault that the page expects of them, at default settings: why."""


class Fault(NamedTuple):
    """One line of the page."""

    setting: str
    fault: str
    happens: str
    rule: str


def _faults() -> list[Fault]:
    page = (ROOT / "docs/demo-company.md").read_text("utf-8").partition("## The faults of")[2]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("| ")
    ]
    return [Fault(*row) for row in rows if row[0] != "setting"]


FAULTS = _faults()
EXPECTED = sorted({fault.rule for fault in FAULTS} & {rule.id for rule in RULES})


@pytest.fixture(scope="module")
def found(sandbox, company):
    """Every finding on the company, judged as a scan does."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(sandbox.url).items():
            if name.startswith("AWS_") or name == "NO_PROXY":
                patch.setenv(name, value)
        accounts, _ = open_accounts(Sessions(), Identity())
        need = Need.of(RULES, wide=True)
        plan = Plan(regions=("us-east-1", "us-west-2"), need=need, rates={"*": 1000.0})
        snapshot = Collector(accounts, plan).run(datetime.now(UTC).isoformat()).snapshot
    return evaluate(RULES, snapshot)


def _told(finding):
    return (
        finding.rule_id,
        finding.verdict,
        finding.subject.name,
        finding.evidence,
        finding.cause,
        finding.reason,
    )


def test_the_page_lists_faults_by_setting_with_what_happens_and_the_rule() -> None:
    assert len(FAULTS) >= 75
    assert len({fault.rule for fault in FAULTS}) >= 75
    assert all(re.fullmatch(r"CONNECT-[A-Z]{3}-\d{3}", fault.rule) for fault in FAULTS)
    assert all(all(fault) for fault in FAULTS)
    assert not [
        line for line, count in Counter((one.setting, one.fault) for one in FAULTS).items() if count > 1
    ]
    assert EXPECTED, "no rule of the catalogue is expected to fail"


def test_nothing_fails_on_the_exemplary_instance_and_nothing_is_unknown(found, company):
    wrong = [
        _told(one)
        for one in found
        if one.subject.key.place.instance_id == company.exemplary
        and one.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)
    ]
    assert wrong == []


def test_what_fails_in_the_account_belongs_to_the_neglected_instance(found):
    wrong = [
        _told(one)
        for one in found
        if one.subject.key.place.region in ("us-east-1", "global")
        and not one.subject.key.place.instance_id
        and one.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)
        and not NEGLECTED.search(f"{one.subject.name} {one.subject.key.id}")
    ]
    assert wrong == []


@pytest.mark.parametrize("rule", EXPECTED)
def test_a_fault_of_the_neglected_instance_fails_its_rule(found, company, rule):
    about = [
        one
        for one in found
        if one.rule_id == rule and one.subject.key.place.instance_id in ("", company.neglected)
    ]
    faults = "; ".join(f"{fault.setting}: {fault.fault}" for fault in FAULTS if fault.rule == rule)
    caught = any(one.verdict is Verdict.FAIL for one in about)
    said = [_told(one) for one in about]
    assert caught != (rule in SILENT), f"{rule} is expected to fail, for {faults}. It said: {said}"


def test_the_neglected_instance_is_caught_on_many_rules(found, company):
    caught = {
        one.rule_id
        for one in found
        if one.verdict is Verdict.FAIL and one.subject.key.place.instance_id == company.neglected
    }
    assert len(caught) >= 60


def test_no_rule_crashes(found):
    assert not [one for one in found if one.verdict is Verdict.ERROR]
