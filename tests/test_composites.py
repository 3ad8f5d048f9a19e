"""Rules that are made of other rules: how they are written, what their examples say, and what they bring along."""

import pytest

from auditor import bundled
from auditor.catalogue import load
from auditor.declarative import BadRule
from auditor.document import page
from auditor.examples import problems
from auditor.rule import Verdict
from tests.conftest import ROOT

MEMBER = (ROOT / "tests/golden/rules/origin.yaml").read_text("utf-8")
COMPOSITE = """\
id: CORP-SET-001
title: The first step is complete
severity: high
members: [CORP-ONE-001, CORP-ONE-002]
why: It is the first step. Without it nothing works.
fix: {note: See the rules that it is made of.}
sources: ["https://example.com"]
examples:
  - {name: both are fine, verdict: pass, members: {CORP-ONE-001: pass, CORP-ONE-002: pass}}
  - {name: the other does not apply, verdict: pass, members: {CORP-ONE-001: pass}}
  - name: one is wrong, and the other unknown
    verdict: fail
    members: {CORP-ONE-001: fail, CORP-ONE-002: unknown}
    evidence: [{path: CORP-ONE-001, expected: pass, actual: fail}]
  - {name: the other crashed, verdict: unknown, members: {CORP-ONE-001: pass, CORP-ONE-002: error}}
  - {name: neither applies, verdict: not_applicable, members: {}}
"""


@pytest.fixture
def folder(tmp_path):
    for number in (1, 2):
        lines = [line for line in MEMBER.splitlines() if not line.startswith("id:")]
        (tmp_path / f"member{number}.yaml").write_text(
            "\n".join([f"id: CORP-ONE-00{number}", *lines]) + "\n", "utf-8"
        )
    (tmp_path / "step.yaml").write_text(COMPOSITE, "utf-8")
    return tmp_path


def refusal(folder, text, beside=None):
    (folder / "step.yaml").write_text(text, "utf-8")
    with pytest.raises(BadRule) as refused:
        load(beside, [folder]) if beside else load(folder)
    return str(refused.value)


def test_a_composite_is_written_in_yaml_and_its_examples_come_out(folder):
    found = load(folder)
    (entry,) = [one for one in found.entries if one.rule.members]
    assert entry.rule.members == ("CORP-ONE-001", "CORP-ONE-002")
    assert entry.rule.kind == "connect.instance"
    assert not entry.rule.reads
    assert problems(entry.rule) == []
    assert "## The rules that it is made of\n\n- CORP-ONE-001\n- CORP-ONE-002\n" in page(entry, found)


def test_an_example_of_a_composite_that_does_not_come_out_says_how(folder):
    wrong = COMPOSITE.replace("both are fine, verdict: pass", "both are fine, verdict: fail")
    (folder / "step.yaml").write_text(wrong, "utf-8")
    (entry,) = [one for one in load(folder).entries if one.rule.members]
    (said,) = problems(entry.rule)
    assert (said.example, said.expected, said.actual) == ("both are fine", Verdict.FAIL, Verdict.PASS)


def test_a_composite_brings_its_members_with_it(folder):
    chosen = load(folder).selected(["CORP-SET"])
    assert [rule.id for rule in chosen.rules] == ["CORP-ONE-001", "CORP-ONE-002", "CORP-SET-001"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("severity: high\n", "severity: high\nexpect: {Id: x}\n", ":4:9: a rule with `members` has no `expect`"),
        ("members: [CORP-ONE-001, CORP-ONE-002]\n", "", "the rule has no `kind`, and no `members` either"),
        ("CORP-ONE-001, CORP-ONE-002]", "CORP-ONE-001, CORP-ONE-002, CORP-NIL-009]", "CORP-NIL-009 is not a rule"),
        ("{CORP-ONE-001: pass}}", "{CORP-ONE-009: pass}}", "an example speaks of CORP-ONE-009"),
        ("{CORP-ONE-001: pass}}", "{CORP-ONE-001: good}}", "`CORP-ONE-001` cannot be 'good'"),
        ("{CORP-ONE-001: pass}}", "[CORP-ONE-001]}", "`members` is a mapping of verdicts by the ids of rules"),
        ("verdict: not_applicable, members: {}", "verdict: not_applicable", "an example has no `members`"),
        ("verdict: not_applicable, members: {}", "verdict: pass, subject: {}", "an example has no `subject`"),
        ("CORP-ONE-002]", "CORP-ONE-002, CONNECT-INT-016]", "CONNECT-INT-016 is about a whole Region or account"),
        ("CORP-ONE-002]", "CORP-ONE-002, CONNECT-SED-001]", "CONNECT-SED-001 is made of other rules itself"),
        ("CORP-ONE-002]", "CORP-ONE-002, CORP-SET-001]", "CORP-SET-001 is made of other rules itself"),
    ],
)  # fmt: skip
def test_a_composite_that_cannot_be_used_is_refused_in_one_sentence(folder, old, new, words):
    assert old in COMPOSITE
    said = refusal(folder, COMPOSITE.replace(old, new), bundled.RULES)
    assert words in said
    assert str(folder / "step.yaml") in said


def test_a_member_that_never_runs_is_no_member(folder):
    member = folder / "member2.yaml"
    member.write_text(member.read_text("utf-8") + "retired: It was merged.\n", "utf-8")
    assert "CORP-ONE-002 is retired" in refusal(folder, COMPOSITE)


def test_a_composite_needs_examples_as_every_rule_does(folder):
    text = COMPOSITE[: COMPOSITE.index("examples:")] + "examples: []\n"
    assert "the rule has no examples" in refusal(folder, text)
