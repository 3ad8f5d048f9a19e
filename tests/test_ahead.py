"""What the rules say ahead, held against what they say once it is so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.bundled import RULES as FOLDER
from auditor.catalogue import load
from auditor.evaluate import evaluate
from auditor.model import Key, Resource, Snapshot
from auditor.rule import Rule, Verdict
from auditor.sandbox import Sandbox
from auditor.sandbox.company import Company
from auditor.spec.compare import Wanted, differences
from auditor.spec.holding import PLANNED
from auditor.spec.portrait import Portrait, Thing, portraits
from auditor.spec.sections import SECTIONS, Section, Shape
from auditor.store import load as saved
from auditor.whatif import concerned, laid_over
from tests.conftest import FAST, Cli
from tests.test_spec_roundtrip import exported

RULES = load(FOLDER).rules
OVERRIDE = "connect.hours_of_operation_override"
LISTED = [one for one in SECTIONS if one.shape is not Shape.THING and not one.having]
Told = dict[tuple[str, str, str], set[Verdict]]


@pytest.fixture(scope="module")
def truth(
    sandbox: Sandbox, company: Company, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Snapshot, list[tuple[Portrait, Wanted]]]:
    """The pretended company in the clear, and a spec of each of its instances."""
    folder = tmp_path_factory.mktemp("truth")
    Cli(sandbox.url, folder)("scan", "--all", "--show-pii", "--snapshot-out", "all.jsonl", *FAST, "-q")
    snapshot = saved(folder / "all.jsonl").snapshot
    specs = [(one, exported(one, tmp_path_factory.mktemp("spec")).wanted) for one in portraits(snapshot)]
    assert len(specs) == 3
    return snapshot, specs


def told(rules: tuple[Rule, ...], snapshot: Snapshot, key: Key) -> Told:
    """What the rules say of an instance; the resource with this key is told like one that is planned."""
    found: Told = {}
    for one in evaluate(rules, snapshot):
        subject = one.subject.key
        planned = subject == key or subject.id.startswith(PLANNED)
        if subject.place in (key.place, key.place._replace(instance_id="")):
            where = (one.rule_id, subject.kind, "planned" if planned else subject.id)
            found.setdefault(where, set()).add(one.verdict)
    return found


def chosen(section: Section, portrait: Portrait) -> list[Thing]:
    """Two things of a section. A flow that was never published is none: what a spec says is published."""
    things = [
        one
        for one in portrait.things(section.name).values()
        if section.name != "flows" or one_of(portrait, one).get("Status") == "PUBLISHED"
    ]
    return things[:1] + things[1:][-1:]


def one_of(portrait: Portrait, thing: Thing) -> Resource:
    found = portrait.snapshot.one(thing.key)
    assert found is not None
    return found


def belongs(one: Resource, key: Key) -> bool:
    """Whether a resource is the one with this key, or is nothing without it."""
    return one.key == key or (one.key.kind == OVERRIDE and one.data.get("HoursOfOperationId") == key.id)


@pytest.mark.parametrize("section", LISTED, ids=lambda one: one.name)
def test_what_is_said_of_something_new_comes_true_or_was_left_open(
    section: Section, truth: tuple[Snapshot, list[tuple[Portrait, Wanted]]]
) -> None:
    """One thing is taken away and the spec asks for it again: whatever is said then was true before."""
    snapshot, specs = truth
    rules = tuple(concerned(RULES, {section.kind}))
    for portrait, wanted in specs:
        for thing in chosen(section, portrait):
            kept = tuple(one for one in snapshot.resources if not belongs(one, thing.key))
            less = Portrait(replace(snapshot, resources=kept), portrait.place)
            drifts = differences(wanted, less)
            assert drifts
            before = told(rules, snapshot, thing.key)
            ahead = told(rules, laid_over(less.snapshot, less, drifts), thing.key)
            for where, verdicts in ahead.items():
                assert verdicts <= before.get(where, set()) | {Verdict.UNKNOWN}, (where, thing.name)


def test_everything_was_tried_that_rules_look_at_most(
    truth: tuple[Snapshot, list[tuple[Portrait, Wanted]]],
) -> None:
    _, specs = truth
    tried = {one.name for one in LISTED if any(chosen(one, portrait) for portrait, _ in specs)}
    assert tried >= {
        "approved_origins",
        "attributes",
        "flow_modules",
        "flows",
        "hours_of_operation",
        "hours_overrides",
        "integrations",
        "lambda_functions",
        "lex_bots",
        "number_flows",
        "phone_numbers",
        "prompts",
        "queues",
        "quick_connects",
        "routing_profiles",
        "security_keys",
        "security_profiles",
        "storage",
        "users",
    }
