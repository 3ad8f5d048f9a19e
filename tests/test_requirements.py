"""What findings say of requirements, and the commands that select by framework."""

import json

import pytest

from auditor import bundled, catalogue
from auditor.evaluate import Finding, Subject
from auditor.frameworks import FRAMEWORKS
from auditor.model import Cause, Key, Place, Reason
from auditor.requirements import natural, requirements
from auditor.rule import Fix, Rule, Severity, Verdict
from tests.conftest import FAST

CATALOGUE = catalogue.load(bundled.RULES)
SUBJECT = Subject(Key(Place("111122223333", "us-east-1", "i"), "connect.instance", "i"))


def rule(rule_id, **mapped):
    return Rule(
        id=rule_id, title="it is so", severity=Severity.LOW, kind="connect.instance", reads={}, why="because",
        fix=Fix(), sources=(), examples=(), **mapped,
    )  # fmt: skip


def finding(rule_id, verdict, fingerprint=""):
    return Finding(
        rule_id=rule_id, title="", severity=Severity.LOW, verdict=verdict, subject=SUBJECT, fingerprint=fingerprint,
        cause=Cause(Reason.DENIED, "connect:X") if verdict is Verdict.UNKNOWN else None,
    )  # fmt: skip


A = rule("A-001", published={"pci": ("10.2", "3.5")}, interpretive={"pci": ("3.5", "1.1")})
B = rule("B-001", interpretive={"pci": ("3.5",), "gdpr": ("Art. 32",)})


def of(findings, frameworks=()):
    accepted = {"w"}
    return requirements((A, B), findings, lambda one: one.fingerprint in accepted, frameworks)


@pytest.mark.parametrize(
    ("verdicts", "together"),
    [
        ((Verdict.PASS, Verdict.FAIL), Verdict.FAIL),
        ((Verdict.UNKNOWN, Verdict.FAIL), Verdict.FAIL),
        ((Verdict.PASS, Verdict.UNKNOWN), Verdict.UNKNOWN),
        ((Verdict.PASS, Verdict.ERROR), Verdict.UNKNOWN),
        ((Verdict.PASS, Verdict.NOT_APPLICABLE), Verdict.PASS),
        ((Verdict.NOT_APPLICABLE, Verdict.NOT_APPLICABLE), Verdict.NOT_APPLICABLE),
        ((), Verdict.NOT_APPLICABLE),
    ],
)
def test_the_worst_verdict_of_its_rules_is_that_of_a_requirement(verdicts, together):
    findings = [
        finding(rule_id, verdict) for rule_id, verdict in zip(("A-001", "B-001"), verdicts, strict=False)
    ]
    (row,) = [one for one in of(findings, ["pci"]) if one.name == "3.5"]
    assert row.verdict is together


def test_what_is_published_is_shown_as_that_and_once():
    rows = of([])
    assert [(one.framework, one.name) for one in rows] == [
        ("pci", "1.1"), ("pci", "3.5"), ("pci", "10.2"), ("gdpr", "Art. 32"),
    ]  # fmt: skip
    (row,) = [one for one in rows if one.name == "3.5"]
    assert [(one.rule_id, one.basis) for one in row.rules] == [
        ("A-001", "published"),
        ("B-001", "interpretive"),
    ]


def test_what_is_waived_is_counted_and_still_fails():
    rows = of([finding("B-001", Verdict.FAIL, "w"), finding("B-001", Verdict.FAIL, "x")], ["gdpr"])
    (said,) = rows[0].rules
    assert (said.verdict, said.failed, said.waived) == (Verdict.FAIL, 2, 1)


def test_requirements_are_sorted_as_people_count():
    assert sorted(["A.8.24", "10.2.1", "A.8.3", "9.1"], key=natural) == ["A.8.3", "A.8.24", "9.1", "10.2.1"]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_selects_what_is_mapped_to_it_and_what_that_is_made_of(framework):
    chosen = CATALOGUE.mapped_to([framework])
    mapped = {one.id for one in chosen.rules if framework in one.frameworks}
    assert mapped == {one.id for one in CATALOGUE.rules if framework in one.frameworks}
    members = {member for one in chosen.rules if one.id in mapped for member in one.members}
    assert {one.id for one in chosen.rules} == mapped | members
    assert chosen.narrowed


def test_the_commands_take_a_framework(cli):
    listed = json.loads(cli("rules", "list", "--framework", "pci", "--format", "json").out)
    assert listed
    for one in listed:
        assert "pci" in {**one["frameworks"]["published"], **one["frameworks"]["interpretive"]}
    whole, part = (cli("iam-policy", *args) for args in ((), ("--framework", "cis")))
    assert part.code == 0
    assert 0 < len(part.out) < len(whole.out)


def test_a_framework_that_none_of_the_selected_rules_serves(cli):
    ran = cli("scan", "--select", "TAG-001", "--framework", "cis")
    assert ran.code == 2
    assert "rules list --framework cis" in ran.err


def test_a_scan_for_a_framework_reports_on_it_alone(company, cli):
    ran = cli("scan", *FAST, "--region", "us-west-2", "--framework", "pci", "--format", "json", "-q")
    report = json.loads(ran.out)
    (pci,) = report["frameworks"]
    assert pci["id"] == "pci"
    assert pci["requirements"]
    ran_rules = {one["id"] for one in report["rules"]}
    said = {one["rule_id"] for row in pci["requirements"] for one in row["rules"]}
    assert said <= ran_rules <= {one.id for one in CATALOGUE.mapped_to(["pci"]).rules}
    assert {one["rule_id"] for one in report["findings"]} <= ran_rules


PUBLISHED = {
    "fsbp": {
        "INT-005": "Lambda.1",
        "INT-006": "Lambda.2",
        "INT-008": "IAM.1 IAM.21",
        "LOG-001": "Connect.2",
        "LOG-006": "CloudTrail.1",
        "LOG-008": "CloudTrail.2 CloudTrail.4",
        "STO-005": "KMS.3",
        "STO-009": "S3.1 S3.8",
        "STO-010": "S3.2 S3.3",
        "STO-011": "S3.6",
        "STO-012": "S3.5",
        "STO-014": "S3.13",
        "STO-017": "S3.9",
        "STR-003": "Kinesis.1",
        "STR-005": "DataFirehose.1",
    },
    "cis": {
        "LOG-006": "3.1",
        "STO-006": "3.6",
        "STO-009": "2.1.4",
        "STO-012": "2.1.1",
    },
    "pci": {
        "STO-006": "3.7.4",
        "STO-009": "1.4.4",
        "STO-012": "4.2.1",
        "STO-017": "10.2.1",
    },
    "nist": {
        "IDN-005": "AC-2 AC-3 AC-6",
        "IDN-008": "AC-2 AC-3 AC-5 AC-6",
        "IDN-016": "AC-2 AC-3 AC-5 AC-6",
        "INT-005": "AC-3 AC-6 AC-21 SC-7",
        "INT-006": "CM-2 SI-2",
        "INT-008": "AC-2 AC-3 AC-5 AC-6",
        "LOG-003": "AU-10 AU-11 AU-6(3) AU-6(4) CA-7 SI-12",
        "LOG-006": "AU-2 AU-3 AU-12 AC-2(4)",
        "LOG-008": "SC-28 AU-9 SI-7",
        "LOG-009": "AU-6(1) AU-6(5) SI-4(5) SI-4(12) IR-4",
        "STO-005": "SC-12 SC-12(2)",
        "STO-006": "SC-12 SC-12(2) SC-28(3)",
        "STO-009": "AC-21 AC-3 AC-3(7) AC-4 AC-4(21) AC-6 SC-7",
        "STO-010": "AC-21 AC-3 SC-7",
        "STO-011": "CA-9(1) CM-2",
        "STO-012": "AC-17(2) AC-4 IA-5(1) SC-8 SC-13 SC-23 SI-7(6)",
        "STO-013": "SC-28 SC-28(1)",
        "STO-014": "CP-10 CP-6(2) CP-9 SC-5(2) SI-13(5)",
        "STO-015": "AU-9(2) CP-9 CP-10 SI-12",
        "STO-017": "AU-2 AU-3 AU-12 AC-6(9)",
        "STR-003": "SC-28 SC-28(1) SC-13 CA-9(1) CM-3(6) SC-7(10) SI-7(6)",
    },
}
"""What AWS's documentation of Security Hub maps a setting to, by the rule that looks at it, and nothing else."""


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_as_published_is_shown_only_what_aws_publishes(framework):
    rules = CATALOGUE.rules
    shown = {
        one.id.removeprefix("CONNECT-"): " ".join(one.published[framework])
        for one in rules
        if framework in one.published
    }
    assert shown == PUBLISHED.get(framework, {})
    assert any(framework in one.interpretive for one in rules) or shown, "nothing serves it"
    both = [
        one.id
        for one in rules
        if {*one.published.get(framework, ())} & {*one.interpretive.get(framework, ())}
    ]
    assert both == [], "published and interpreted at once"
