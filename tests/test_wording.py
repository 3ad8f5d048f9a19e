"""What people read of evidence is words: no values of Python in the terminal, on the page or in the documentation."""

import io
import json
import re
from html import unescape

import pytest

from auditor import bundled, catalogue
from auditor.document import page
from auditor.examples import run
from auditor.expect import compiled, strict
from auditor.render import html, terminal
from auditor.wording import in_words
from tests.conftest import FAST

PYTHON = re.compile(r"""[\[({]'|'[\])}]|\b(?:is|expected|of) `?(?:None|True|False)\b|, None\b|object at 0x""")
"""How a list, a mapping, a tuple, None or a flag of Python looks."""
FLOW_FLAG = re.compile(r"Configuration.Enabled`: expected `True`, is `False`")
"""The Flow language itself writes flags so."""
RULEBOOK = catalogue.load(bundled.RULES)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "absent"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (80.0, "80"),
        (0.5, "0.5"),
        ("", "empty text"),
        ("None", "None"),
        ([], "none"),
        ({}, "nothing in it"),
        (["a", None, True], "a, absent, true"),
        ({"a": 1, "b": ["x", "y"]}, "a: 1; b: x, y"),
        ([{"a": 1, "b": 2}, {"a": 3}], "(a: 1; b: 2), a: 3"),
        ({"match": {"enum": ["a", "b"]}}, "what matches enum: a, b"),
    ],
)
def test_a_value_in_words(value, words):
    assert in_words(value) == words


@pytest.mark.parametrize(
    ("matcher", "words"),
    [
        ({"enum": [True, None]}, "one of true, absent"),
        ({"not": {"const": False}}, "not false"),
        ({"anyOf": [{"const": ["a", "b"]}, {"const": None}]}, "a, b or absent"),
    ],
)
def test_what_a_rule_in_yaml_expects_is_words(matcher, words):
    (missed,) = compiled(strict(matcher)).misses(
        "other" if matcher != {"not": {"const": False}} else False, ""
    )
    assert missed.expected == words


@pytest.mark.parametrize("entry", RULEBOOK.entries, ids=[one.rule.id for one in RULEBOOK.entries])
def test_the_page_of_a_rule_shows_no_values_of_python(entry):
    text = FLOW_FLAG.sub("", page(entry, RULEBOOK))
    assert not [line for line in text.splitlines() if PYTHON.search(line)]


@pytest.fixture(scope="module")
def report(sandbox, company, tmp_path_factory):
    from tests.conftest import Cli

    cli = Cli(sandbox.url, tmp_path_factory.mktemp("scan"))
    assert cli("scan", *FAST, "-o", "r.json", "-q").code in (1, 3)
    return json.loads((cli.folder / "r.json").read_text("utf-8"))


def test_every_piece_of_evidence_of_the_neglected_company_is_words_in_every_output(report, monkeypatch):
    failing = [one for one in report["findings"] if one["verdict"] == "fail"]
    shown = {
        type(value)
        for one in failing
        for piece in one["evidence"]
        for value in (piece["expected"], piece["actual"])
    }
    assert shown >= {str, bool, int, list, dict, type(None)}, "else this shows nothing"
    pieces = [{**one, "evidence": [piece]} for one in failing for piece in one["evidence"]]
    monkeypatch.setattr(terminal, "MOST_LINES", len(pieces))
    text = terminal.text({**report, "findings": pieces}, colour=False)
    assert text.count(": expected ") == len(pieces) > 150
    out = io.StringIO()
    html.write(report, out)
    bare = re.sub(r"<(style|script).*?</\1>", "", out.getvalue(), flags=re.DOTALL)
    on_page = unescape(re.sub(r"<[^>]*>", "\n", bare))
    assert not [line for line in (*text.splitlines(), *on_page.splitlines()) if PYTHON.search(line)]


def test_what_is_undecided_is_told_in_words_too():
    for entry in RULEBOOK.entries:
        for example in entry.rule.examples:
            for one in run(entry.rule, example):
                said = f"{one.reason or ''} {one.cause or ''}"
                assert not PYTHON.search(said), f"{entry.rule.id}: {said}"
