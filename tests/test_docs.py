"""The generated pages of the documentation say what the rule files and the table of kinds say."""

import re

import pytest

from auditor import bundled, catalogue
from auditor.collect.need import Need
from auditor.document import code, escaped, page, sentence
from auditor.spec.sections import BY_NAME
from tests.docs import DRIFT, DROPPED, RULES, UNJUDGED, pages, silent, waves

RULEBOOK = catalogue.load(bundled.RULES)
ENTRIES = {entry.rule.id: entry for entry in RULEBOOK.entries}


@pytest.fixture(scope="module")
def made():
    return pages()


def test_the_generated_pages_are_in_sync(request, made):
    if request.config.getoption("--accept"):
        RULES.mkdir(exist_ok=True)
        for stale in {*RULES.glob("*.md")} - made.keys():
            stale.unlink()
        for path, text in made.items():
            path.write_text(text, encoding="utf-8")
    assert {*RULES.glob("*.md")} == {path for path in made if path.parent == RULES}
    for path, text in made.items():
        assert path.read_text("utf-8") == text, f"{path.name}: run `pytest tests/test_docs.py --accept`"


def test_every_planned_id_is_accounted_for_once():
    planned = waves()
    by_wave = [list(planned.values()).count(wave) for wave in (1, 2, 3)]
    assert by_wave == [62, 51, 35]
    assert not DROPPED.keys() & ENTRIES.keys(), "a rule stands for it now: it is not dropped"
    assert planned.keys() <= ENTRIES.keys() | DRIFT.keys() | DROPPED.keys()


def test_a_rule_outside_of_waves_1_and_2_is_named_in_the_accounting(made):
    text = made[RULES / "accounting.md"].partition("## What no rule judges yet")[0]
    for rule_id in {*ENTRIES, *waves()}:
        assert len(re.findall(rf"^\| \[?{rule_id}\b", text, re.MULTILINE)) == 1, rule_id


@pytest.mark.parametrize("row", UNJUDGED, ids=[row.what[:40] for row in UNJUDGED])
def test_what_no_rule_judges_is_read_by_none_and_has_a_neighbour(row):
    assert row.nearest in ENTRIES
    reading = [
        rule_id
        for rule_id, entry in ENTRIES.items()
        if any(field.startswith(row.field) for field in entry.rule.reads.get(row.kind, ()))
    ]
    assert not row.field or reading == [], "it is judged now: take it off the list"


def test_no_flow_is_followed_to_functions_bots_or_voice_id_and_no_number_to_its_tags():
    """The lines of the list that no single field stands for."""
    rules = [entry.rule for entry in ENTRIES.values()]
    of_flows = [
        rule for rule in rules if {"connect.contact_flow", "connect.contact_flow_module"} & {*rule.reads}
    ]
    assert not [rule.id for rule in of_flows if {"lambda.function", "lex.bot_alias"} & {*rule.reads}]
    files = [entry.file.read_text("utf-8") for entry in ENTRIES.values() if entry.group == "flows"]
    assert not [text for text in files if "VoiceId" in text]
    (tags,) = [entry.rule for entry in ENTRIES.values() if entry.rule.id == "CONNECT-TAG-002"]
    assert "connect.phone_number" not in tags.reads
    assert not [one for one in ENTRIES["CONNECT-FLW-012"].rule.reads.values() if "Tags" in one]


def test_the_rules_that_wait_for_a_parameter_are_those_that_say_so(made):
    waiting = {rule.id.removeprefix("CONNECT-") for rule in silent(ENTRIES)}
    assert waiting >= {"ACC-008", "ACC-009", "FLW-004", "NUM-004", "RES-009", "RTG-004", "TAG-002", "USR-004"}
    assert "ACC-003" not in waiting, "it has a default"
    section = made[RULES / "accounting.md"].partition("## What says nothing until a parameter is set")[2]
    assert set(re.findall(r"\[CONNECT-([A-Z]{3}-[0-9]{3})\]", section)) == waiting


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_a_page_says_everything_about_its_rule(entry):
    rule, text = entry.rule, page(entry, RULEBOOK)
    wanted = [*rule.members, *(f"`{param.name}`" for param in rule.params), *rule.sources]
    wanted += [f"`{field}`" for fields in rule.reads.values() for field in fields]
    wanted += [escaped(one.name) for one in rule.examples]
    wanted += [escaped(sentence(rule.opt_in))] if rule.opt_in else []
    assert [one for one in wanted if one not in text] == []
    for basis, mapped in (("published by AWS", rule.published), ("our interpretation", rule.interpretive)):
        assert text.count(f"| {basis} |") == len(mapped)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_a_page_tells_all_that_a_scan_reads_for_its_rule(entry):
    running = RULEBOOK.selected([entry.rule.id]).rules
    section = page(entry, RULEBOOK).partition("## What it reads\n\n")[2].partition("\n\n")[0]
    told: dict[str, set[str]] = {}
    for kind, fields in re.findall(r"^- `([^`]+)`(.*)", section, re.MULTILINE):
        told.setdefault(kind, set()).update(re.findall(r"`([^`]+)`", fields))
    for kind, fields in Need.of(running, wide=False).fields.items():
        assert kind in told
        assert fields <= told[kind], kind
    assert {BY_NAME[part.partition(".")[0]].kind for part in entry.rule.drift} <= told.keys()
    assert told


@pytest.mark.parametrize(
    "text", ["a | b", "[a](javascript:x)", "<img src=x>", "**loud** `unpaired", "_a_", "\x1b[31m"]
)
def test_what_a_text_holds_is_not_taken_for_markdown(text):
    assert not re.search(r"(?<!\\)[|<\[*`]|\x1b|(?<!\\)\b_", escaped(text))


def test_code_keeps_its_marks():
    assert escaped("set `a_b|c` to *") == "set `a_b|c` to \\*"
    assert code("a`b") == "`` a`b ``"
