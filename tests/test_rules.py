"""Every built-in rule: its examples, and what a rule must never do whatever it is about."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from auditor import bundled, catalogue, iam_principals
from auditor.catalogue import Entry
from auditor.evaluate import Settings, evaluate
from auditor.examples import problems, run, snapshot_of
from auditor.forms import FORMS
from auditor.kinds import KINDS
from auditor.model import Cause, Reason, Resource, Snapshot
from auditor.rule import Evidence, Example, Fail, Outcome, Pass, Rule, Thing, Verdict, unread

ENTRIES = catalogue.load(bundled.RULES).entries
RULES = [entry.rule for entry in ENTRIES]
SIMPLE = [rule for rule in RULES if not rule.members]
COMPOSITES = [rule for rule in RULES if rule.members]
BY_ID = {rule.id: rule for rule in RULES}
EXAMPLES = [(rule, example) for rule in RULES for example in rule.examples]
KIND = {kind.name: kind for kind in KINDS}
NEIGHBOURS = frozenset(kind.name for kind in KINDS if kind.named)
INSTANCE = "connect.instance"
DENIED = "test:Denied"

MAY_IMPORT = frozenset(
    {
        "auditor.flows",
        "auditor.flows.actions",
        "auditor.iam_examples",
        "auditor.iam_policy_document",
        "auditor.iam_principals",
        "auditor.model",
        "auditor.permissions",
        "auditor.queue_senders",
        "auditor.resource_policy",
        "auditor.rule",
        "auditor.trail_selectors",
    }
)
PURE = frozenset(
    {
        "__future__",
        "collections",
        "collections.abc",
        "dataclasses",
        "datetime",
        "enum",
        "fnmatch",
        "functools",
        "ipaddress",
        "itertools",
        "json",
        "math",
        "operator",
        "re",
        "string",
        "typing",
        "urllib.parse",
    }
)
"""What of the standard library reads no file, clock, network or environment."""
SWALLOWS = frozenset({"Exception", "BaseException", "Unread", "Undeclared"})

READ_TOGETHER = frozenset((kind, path) for kind, paths in iam_principals.READS.items() for path in paths)
"""What is read of all principals at once, also for a rule that speaks of roles only."""

each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
each_simple_rule = pytest.mark.parametrize("rule", SIMPLE, ids=[rule.id for rule in SIMPLE])
each_composite = pytest.mark.parametrize("rule", COMPOSITES, ids=[rule.id for rule in COMPOSITES])
each_example = pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.id}-{example.name}" for rule, example in EXAMPLES]
)
each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=[entry.rule.id for entry in ENTRIES])


def test_there_are_rules() -> None:
    assert len(RULES) >= 19


@each_example
def test_the_example_comes_out_as_it_says(rule: Rule, example: Example) -> None:
    found = problems(replace(rule, examples=(example,)))
    assert not found, "\n".join(map(str, found))


@each_rule
def test_findings_can_be_told_apart_and_unknowns_name_their_cause(rule: Rule) -> None:
    for example in rule.examples:
        found = run(rule, example)
        assert len({one.fingerprint for one in found}) == len(found), example.name
        for one in found:
            if one.verdict is Verdict.UNKNOWN:
                assert one.cause is not None, example.name
                assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", one.cause.action), example.name


@each_simple_rule
def test_the_examples_notice_a_broken_check(rule: Rule) -> None:
    def passing(_subject: Any, _around: Any) -> Outcome:
        return Pass()

    def failing(_subject: Any, _around: Any) -> Outcome:
        return Fail((Evidence("anything", "this", "that"),))

    assert problems(replace(rule, check=passing))
    assert problems(replace(rule, check=failing))


@each_composite
def test_the_examples_notice_that_a_member_is_left_out(rule: Rule) -> None:
    for member in rule.members:
        left = tuple(one for one in rule.members if one != member) or ("CONNECT-NIL-000",)
        assert problems(replace(rule, members=left)), member


@each_composite
def test_a_composite_does_not_pass_while_a_member_is_unknown(rule: Rule) -> None:
    for example in rule.examples:
        for member in rule.members:
            unsure = replace(example, members={**example.members, member: Verdict.UNKNOWN})
            verdicts = {one.verdict for one in run(rule, unsure)}
            assert verdicts <= {Verdict.UNKNOWN, Verdict.FAIL}, f"{example.name}: {member}"


@each_composite
def test_a_composite_that_runs_by_default_brings_no_rule_that_people_opt_in_to(rule: Rule) -> None:
    members = [BY_ID[member] for member in rule.members]
    assert not [one.id for one in members if one.opt_in and not rule.opt_in]
    assert not [one.id for one in members if one.members], "a composite is made of rules with checks"


@each_composite
def test_a_composite_says_what_its_members_say_of_their_own_examples(rule: Rule) -> None:
    """Its own examples only name situations; these are some, judged by the members themselves."""
    for member in (BY_ID[one] for one in rule.members if BY_ID[one].check):
        for example in member.examples:
            judged = evaluate([member, rule], snapshot_of(example), Settings({member.id: example.params}))
            said = [one for one in judged if one.rule_id == member.id]
            (composed,) = (one for one in judged if one.rule_id == rule.id)
            assert composed.verdict is _worst(one.verdict for one in said), f"{member.id}: {example.name}"
            if composed.verdict is Verdict.FAIL:
                failed = [one.severity.rank for one in said if one.verdict is Verdict.FAIL]
                assert composed.severity.rank == max(rule.severity.rank, min(failed))


@each_rule
def test_both_verdicts_have_at_least_two_examples(rule: Rule) -> None:
    count = Counter(example.verdict for example in rule.examples)
    assert count[Verdict.PASS] >= 2
    assert count[Verdict.FAIL] >= 2
    assert len({example.name for example in rule.examples}) == len(rule.examples)
    for example in rule.examples:
        if example.verdict is Verdict.FAIL:
            assert example.evidence, f"'{example.name}' does not state its evidence"


@each_rule
def test_a_rule_that_looks_at_neighbours_has_an_example_of_not_being_allowed_to(rule: Rule) -> None:
    if len(rule.reads) > 1 or rule.members:
        assert any(example.verdict is Verdict.UNKNOWN for example in rule.examples)


@each_rule
def test_reading_less_never_gives_another_verdict_than_unknown(rule: Rule) -> None:
    for example in rule.examples:
        before = _verdicts(rule, snapshot_of(example), example)
        for what, snapshot in _poorer(rule, example):
            after = _verdicts(rule, snapshot, example)
            told = f"{example.name}, without {what}: {before} became {after}"
            assert after <= before | {Verdict.UNKNOWN}, told


@each_simple_rule
def test_each_field_that_is_read_is_missed_by_itself(rule: Rule) -> None:
    """Hidden alone, on whatever is read, it turns a verdict of some example into unknown, and none into another."""
    declared = {(kind, path) for kind, paths in rule.reads.items() for path in paths}
    assert declared - _missed(rule.id) <= READ_TOGETHER


def test_what_several_rules_read_together_is_missed_by_one_of_them() -> None:
    reading = [rule for rule in SIMPLE if "iam.group" in rule.reads]
    assert frozenset().union(*(_missed(rule.id) for rule in reading)) >= READ_TOGETHER


@each_simple_rule
def test_nothing_passes_unread(rule: Rule) -> None:
    """But for what a parameter decides by itself."""
    others = [kind for kind in rule.reads if kind not in rule.kinds]
    unbent = [example for example in rule.examples if rule.check and not example.params]
    for example in unbent:
        snapshot = _without(rule, example, _fields_of(rule, example), others)
        verdicts = _verdicts(rule, snapshot, example)
        assert verdicts <= {Verdict.UNKNOWN, Verdict.NOT_APPLICABLE}, example.name
        if example.verdict is Verdict.PASS:
            assert verdicts == {Verdict.UNKNOWN}, example.name


@each_rule
def test_a_neighbour_that_nobody_could_describe_proves_nothing(rule: Rule) -> None:
    """The collector keeps such a neighbour by its name alone; it may not even exist."""
    for kind in NEIGHBOURS & set(rule.reads):
        for example in rule.examples:
            hollow = _verdicts(rule, _hollow(snapshot_of(example), kind), example)
            without = _verdicts(rule, _without(rule, example, (), [kind]), example)
            assert hollow == without, f"{example.name}: {kind}"


@each_rule
def test_some_example_needs_each_kind_that_is_read(rule: Rule) -> None:
    """Otherwise the rule asks for rights that it does not need, or no example shows what it needs them for."""
    for kind in rule.reads:
        if kind not in rule.kinds:
            assert any(
                _verdicts(rule, _without(rule, example, (), [kind]), example) == {Verdict.UNKNOWN}
                for example in rule.examples
                if example.verdict in (Verdict.PASS, Verdict.FAIL)
            ), kind


@each_rule
def test_each_kind_that_is_judged_has_an_example_of_failing(rule: Rule) -> None:
    failing = {example.subject.kind for example in rule.examples if example.verdict is Verdict.FAIL}
    assert failing == set(rule.kinds)


@each_rule
def test_the_rule_says_what_people_need(rule: Rule) -> None:
    assert re.fullmatch(r"CONNECT-[A-Z]{3}-\d{3}", rule.id)
    assert rule.severity_reason
    assert not rule.title.endswith(".")
    assert len(rule.title) <= 80
    assert rule.why.count(". ") + rule.why.count(".\n") >= 1
    assert any((rule.fix.console, rule.fix.cli, rule.fix.cloudformation, rule.fix.terraform))
    assert rule.sources
    for source in rule.sources:
        assert source.startswith("https://")
    for param in rule.params:
        assert param.about
    said = [rule.why, rule.severity_reason, *(getattr(rule.fix, one.name) for one in fields(rule.fix))]
    assert not [text for text in said if re.search(r"[a-z]- [a-z]", text)], (
        "a word is broken at the end of a line"
    )


ODD = ("", " ", "[", "(", "*", "\\", "999.1.1.1/99", "a\nb", "ção", "x" * 2000)


@each_rule
def test_no_parameter_that_is_taken_breaks_the_rule(rule: Rule) -> None:
    """What people may write must be judged with, or refused when it is read; a typing error breaks nothing."""
    for param in rule.params:
        offered: dict[str, tuple[Any, ...]] = {
            "integer": (param.minimum, param.maximum),
            "string": (*ODD, *param.choices),
            "list": ([], *([one] for one in (*ODD, *param.choices)), [*param.choices]),
            "boolean": (True, False),
        }
        for value in offered[param.type]:
            if not param.wrong(value):
                for example in rule.examples:
                    bent = replace(example, params={**example.params, param.name: value})
                    broken = [one.reason for one in run(rule, bent) if one.verdict is Verdict.ERROR]
                    assert not broken, f"{param.name}: {value!r}, '{example.name}'"


@each_rule
def test_a_parameter_has_bounds_choices_or_a_form(rule: Rule) -> None:
    """But for a text that only the company knows, such as a word in descriptions."""
    for param in rule.params:
        if param.type == "integer":
            assert None not in (param.minimum, param.maximum), param.name
        if param.type == "list":
            assert param.choices or param.form, param.name
            assert param.form in {"", *FORMS}


@each_rule
def test_a_greatest_may_not_be_below_its_least(rule: Rule) -> None:
    names = {param.name for param in rule.params}
    for param in rule.params:
        least = param.name.removesuffix("_max") + "_min"
        assert param.not_below == (least if param.name.endswith("_max") and least in names else ""), (
            param.name
        )


def test_ids_are_unique() -> None:
    assert not [name for name, count in Counter(rule.id for rule in RULES).items() if count > 1]


@each_entry
def test_a_rule_file_imports_only_what_it_may(entry: Entry) -> None:
    for name in _imports(entry.file):
        assert name in MAY_IMPORT | PURE, name


@each_entry
def test_a_rule_file_does_not_catch_what_it_could_not_read(entry: Entry) -> None:
    """Only a check that lets `Unread` through can be trusted when it passes."""
    for node in ast.walk(_tree(entry.file)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None
            caught = {one.id for one in ast.walk(node.type) if isinstance(one, ast.Name)}
            assert caught
            assert not caught & SWALLOWS


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The one that counts, as composites are documented: what failed before what is unknown before what passed."""
    found = {Verdict.UNKNOWN if one is Verdict.ERROR else one for one in verdicts}
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_APPLICABLE)
    return next(one for one in order if one in found)


def _verdicts(rule: Rule, snapshot: Snapshot, example: Example) -> set[Verdict]:
    """What the rule says of the example's subject in this snapshot."""
    subject = {one.subject.key for one in run(rule, example)}
    found = evaluate([rule], snapshot, Settings({rule.id: example.params}))
    return {one.verdict for one in found if one.subject.key in subject}


def _poorer(rule: Rule, example: Example) -> Iterator[tuple[str, Snapshot]]:
    """The example's snapshot, each time without something that the rule reads."""
    for field in _fields_of(rule, example):
        yield field, _without(rule, example, (field,), ())
    for kind in rule.reads:
        if kind not in rule.kinds:
            yield kind, _without(rule, example, (), [kind])
            yield f"the fields of {kind}", _hollow(snapshot_of(example), kind)


def _without(rule: Rule, example: Example, fields: Any, kinds: Any) -> Snapshot:
    """The example's snapshot with fields of the subject, and whole kinds around it, unread."""
    subject = replace(example.subject, unread={**example.subject.unread, **dict.fromkeys(fields, DENIED)})
    around: list[Thing] = []
    for one in example.around:
        if one.kind not in kinds:
            around.append(one)
        elif one.kind == INSTANCE:
            # Whose settings are judged is known; only what is asked of it can be hidden.
            around.append(replace(one, unread=dict.fromkeys(rule.reads[INSTANCE], DENIED)))
        elif not KIND[one.kind].lists:
            around.append(unread(one.kind, DENIED, one.id))
    around += [unread(kind, DENIED) for kind in kinds if KIND[kind].lists and kind != INSTANCE]
    assert subject.kind in rule.kinds
    return snapshot_of(replace(example, subject=subject, around=tuple(around)))


@cache
def _missed(rule_id: str) -> frozenset[tuple[str, str]]:
    """The fields that some example is undecided without; no example may come to another verdict without one."""
    rule, found = BY_ID[rule_id], set()
    for kind, path in ((kind, path) for kind, paths in rule.reads.items() for path in paths):
        for example in rule.examples:
            snapshot = snapshot_of(example)
            before = _verdicts(rule, snapshot, example)
            after = _verdicts(rule, _without_field(snapshot, kind, path), example)
            assert after <= before | {Verdict.UNKNOWN}, f"'{example.name}' without {path} of {kind}: {after}"
            if Verdict.UNKNOWN not in before and after == {Verdict.UNKNOWN}:
                found.add((kind, path))
    return frozenset(found)


def _without_field(snapshot: Snapshot, kind: str, path: str) -> Snapshot:
    """The same with one field unread of every resource of a kind."""
    unread = {path: Cause(Reason.DENIED, DENIED)}
    return replace(
        snapshot,
        resources=tuple(
            replace(one, unread={**one.unread, **unread}) if one.key.kind == kind else one
            for one in snapshot.resources
        ),
    )


def _hollow(snapshot: Snapshot, kind: str) -> Snapshot:
    """The same with nothing read of the resources of a kind but what identifies them, as the collector has it.

    A neighbour that does not exist would not have been told from one that nobody may look at.
    """
    cause = Cause(Reason.DENIED, DENIED)

    def emptied(one: Resource) -> Resource:
        known = {path.partition(".")[0] for path in KIND[kind].id}
        return replace(
            one, data={name: one.data[name] for name in known if name in one.data}, unread={}, rest=cause
        )

    gone = [key for key in snapshot.missing if key.kind == kind]
    return replace(
        snapshot,
        resources=(
            *(emptied(one) if one.key.kind == kind else one for one in snapshot.resources),
            *(Resource(key, {KIND[kind].id[0]: key.id}, rest=cause) for key in gone),
        ),
        missing=frozenset(snapshot.missing - set(gone)),
    )


def _fields_of(rule: Rule, example: Example) -> tuple[str, ...]:
    return rule.reads.get(example.subject.kind, ())


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8") if file.suffix == ".py" else "")


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield str(node.module)
