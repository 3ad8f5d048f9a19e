"""Rules that did not come with the program: begun, tested, and brought by installed packages."""

import json
import os
from copy import copy

import pytest

from auditor.catalogue import load
from auditor.declarative import BadRule
from tests.conftest import FAST, ROOT

STREAMS = (ROOT / "rules/streaming/media_streams_are_kept_for_a_while.yaml").read_text("utf-8")
"""It has a parameter that may not be below another."""


def rule_of(cli, rule_id, folder):
    assert cli("rules", "new", rule_id, "--dir", folder).code == 0
    return cli.folder / folder / f"{rule_id.lower().replace('-', '_')}.yaml"


@pytest.mark.parametrize("kind", [(), ("--python",)])
def test_a_new_rule_loads_and_its_last_example_says_what_to_write(cli, kind):
    allowed = ("--allow-python-rules",) if kind else ()
    made = cli("rules", "new", "ACME-QUE-001", *kind)
    assert made.code == 0
    assert (cli.folder / made.out.strip()).is_file()
    shown = cli("rules", "show", "ACME-QUE-001", "--rules", "our-rules", *allowed)
    assert shown.code == 0, shown.err
    assert "SHA-256" in shown.out
    ran = cli("rules", "test", "our-rules", *allowed)
    assert ran.code == 1
    problem, to_write, summary = ran.out.splitlines()
    assert "ACME-QUE-001: example 'it" in problem
    assert problem.endswith("it states no evidence. Write what the failure gives, if that is meant:")
    assert to_write.startswith("    ")
    assert summary.startswith("1 rule, 3 examples: 1 with")


@pytest.mark.parametrize(
    ("kind", "place"),
    [((), "    evidence: []\n"), (("--python",), "            # `rules test` shows what to paste here.\n")],
)
def test_what_is_shown_can_be_pasted_into_the_rule(cli, kind, place):
    allowed = ("--allow-python-rules",) if kind else ()
    file = cli.folder / cli("rules", "new", "ACME-QUE-001", *kind).out.strip()
    _, to_write, _ = cli("rules", "test", "our-rules", *allowed).out.splitlines()
    before = file.read_text("utf-8")
    assert place in before
    file.write_text(before.replace(place, f"{to_write}\n"), encoding="utf-8")
    ran = cli("rules", "test", "our-rules", *allowed)
    assert (ran.code, ran.out) == (0, "1 rule, 3 examples: all as they say.\n"), ran.err


def test_once_the_evidence_is_written_the_examples_come_out_right(cli):
    file = rule_of(cli, "ACME-QUE-001", "mine")
    evidence = 'evidence: [{path: Description, expected: at least 1 character, actual: ""}]'
    file.write_text(file.read_text("utf-8").replace("evidence: []", evidence), encoding="utf-8")
    ran = cli("rules", "test", "mine")
    assert (ran.code, ran.out) == (0, "1 rule, 3 examples: all as they say.\n")


@pytest.mark.parametrize(
    ("rule_id", "words"),
    [("CONNECT-STO-003", "built-in"), ("acme", "ACME-QUE-001"), ("../X-001", "looks like")],
)
def test_an_id_that_cannot_be_used(cli, rule_id, words):
    ran = cli("rules", "new", rule_id)
    assert ran.code == 2
    assert words in ran.err
    assert not (cli.folder / "our-rules").exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("not_below: media_retention_hours_min", "not_below: hours_min", "'hours_min', and 'media_retention_"),
        ("not_below: media_retention_hours_min", "not_below: 5", "`not_below` is a text"),
        ("not_below: media_retention_hours_min", "unbounded: never", "`unbounded` is a whole number"),
        ("default: 8760", "default: 0", "the defaults of the parameters 'media_retention_hours_min' and"),
        ("{media_retention_hours_min: 0}", "{media_retention_hours_min: 8761}", "leaves nothing between"),
    ],
)  # fmt: skip
def test_a_least_and_a_greatest_that_cannot_be_are_refused_in_one_sentence(cli, old, new, words):
    assert old in STREAMS
    (cli.folder / "mine.yaml").write_text(STREAMS.replace(old, new), "utf-8")
    with pytest.raises(BadRule) as refused:
        load(cli.folder)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_there_is_left_alone(cli):
    file = rule_of(cli, "ACME-QUE-001", "mine")
    file.write_text("mine", encoding="utf-8")
    ran = cli("rules", "new", "ACME-QUE-001", "--dir", "mine")
    assert ran.code == 2
    assert file.read_text("utf-8") == "mine"


def test_rules_test_needs_rules(cli):
    (cli.folder / "none").mkdir()
    for args in ((), ("nowhere",), ("none",)):
        assert cli("rules", "test", *args).code == 2


def test_the_list_says_what_is_opt_in_and_what_a_rule_is_mapped_to(cli):
    rules = {one["id"]: one for one in json.loads(cli("rules", "list", "--format", "json").out)}
    assert rules["CONNECT-ACC-002"]["opt_in"]
    assert rules["CONNECT-STO-009"]["frameworks"]["published"]["fsbp"] == ["S3.1", "S3.8"]
    assert "(opt-in)" in next(one for one in cli("rules", "list").out.splitlines() if "ACC-002" in one)
    shown = cli("rules", "show", "CONNECT-ACC-002").out
    assert "**Opt-in**" in shown


def test_a_strangers_title_moves_no_cursor(cli):
    file = rule_of(cli, "ACME-QUE-001", "mine")
    text = file.read_text("utf-8")
    hostile = text.replace("title: Every queue says what it is for", 'title: "a\\e[31m\\u202e"')
    file.write_text(hostile, encoding="utf-8")
    for args in (("list",), ("show", "ACME-QUE-001")):
        ran = cli("rules", *args, "--rules", "mine")
        assert ran.code == 0, ran.err
        assert "\x1b" not in ran.out
        assert "\u202e" not in ran.out


def config_of(cli, text):
    (cli.folder / "connect-audit.yaml").write_text(text, encoding="utf-8")


def listed(ran):
    assert ran.code == 0, ran.err
    return {one["id"]: one for one in json.loads(ran.out)}


def test_rules_of_the_configuration_are_listed_shown_and_tested_as_a_scan_would_run_them(company, cli):
    rule_of(cli, "ACME-QUE-001", "mine")
    config_of(cli, "rules: [mine]\nenable: [ACC-002]\ndisable: [STO-003]\n")
    below = copy(cli)
    below.folder = cli.folder / "below"
    below.folder.mkdir()
    known = listed(below("rules", "list", "--format", "json"))
    assert {name for name in known if name.startswith("ACME")} == {"ACME-QUE-001"}
    assert [known[name]["runs"] for name in ("ACME-QUE-001", "CONNECT-ACC-002", "CONNECT-STO-003")] == [
        True,
        True,
        False,
    ]
    report = json.loads(cli("scan", *FAST, "--region", "us-west-2", "--format", "json", "-q").out)
    assert {one["id"] for one in report["rules"]} == {name for name, one in known.items() if one["runs"]}
    lines = {line[:15].strip(): line for line in cli("rules", "list").out.splitlines()}
    assert lines["CONNECT-STO-003"].endswith("(off by connect-audit.yaml)")
    assert "(" not in lines["CONNECT-ACC-002"]
    assert "SHA-256" in below("rules", "show", "ACME-QUE-001").out
    assert cli("rules", "test").out.endswith(
        "1 rule, 3 examples: 1 with an example that does not come out as it says.\n"
    )
    assert "ACME-QUE-001" not in cli("rules", "list", "--no-config").out


def test_a_folder_that_is_named_twice_is_read_once(cli):
    rule_of(cli, "ACME-QUE-001", "mine")
    rule_of(cli, "ACME-QUE-002", "mine/more")
    config_of(cli, "rules: [mine]\n")
    assert cli("rules", "list", "--rules", "mine/more").code == 0
    assert "1 rule, 3 examples" in cli("rules", "test", "mine/more").out
    assert "2 rules, 6 examples" in cli("rules", "test", "mine").out


@pytest.mark.parametrize("args", [("list",), ("show", "ACME-QUE-001"), ("test",)])
def test_python_in_a_folder_of_the_configuration_runs_only_when_allowed(cli, args):
    assert cli("rules", "new", "ACME-QUE-001", "--python", "--dir", "mine").code == 0
    file = cli.folder / "mine" / "acme_que_001.py"
    file.write_text(f"open({str(cli.folder / 'ran')!r}, 'w').close()\n{file.read_text('utf-8')}", "utf-8")
    config_of(cli, "rules: [mine]\n")
    refused = cli("rules", *args)
    assert refused.code == 2
    assert refused.out == ""
    assert "mine/acme_que_001.py: a rule in Python runs only with --allow-python-rules" in refused.err
    assert not (cli.folder / "ran").exists()
    allowed = cli("rules", *args, "--allow-python-rules")
    assert allowed.code == (1 if args == ("test",) else 0), allowed.err
    assert "ACME-QUE-001" in allowed.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rules: [nowhere]\n", "nowhere"),
        ("rules_packs: [acme]\n", "connect-audit.yaml:1"),
        ("rule: [x]\n", ":1:1"),
    ],
)
def test_a_configuration_that_cannot_be_used_stops_the_list_too(cli, text, words):
    config_of(cli, text)
    for args in (("list",), ("show", "CONNECT-STO-003"), ("test",)):
        ran = cli("rules", *args)
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err
        assert "STO-003" in cli("rules", "list", "--no-config").out


def test_a_selector_that_names_nothing_does_not_stop_the_list_that_would_help(cli):
    config_of(cli, "select: [QQQQ]\n")
    assert "CONNECT-STO-003" in cli("rules", "list").out
    assert "`connect-audit rules list`" in cli("config", "show").err


class Installed:
    """Packages that are installed beside connect-audit, as an installer leaves them."""

    def __init__(self, cli):
        self.cli, self.site = cli, cli.folder / "site"

    def package(self, name, entry, init=""):
        package = self.site / name
        (package / "rules").mkdir(parents=True)
        (package / "__init__.py").write_text(init, encoding="utf-8")
        info = self.site / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8"
        )
        (info / "entry_points.txt").write_text(f"[connect_audit.rules]\nacme = {entry}\n", encoding="utf-8")
        return package / "rules"

    def __call__(self, *args):
        return self.cli(*args, PYTHONPATH=f"{self.site}{os.pathsep}{ROOT}")


@pytest.fixture
def installed(cli):
    return Installed(cli)


def test_a_pack_is_off_until_named_and_none_of_its_code_runs(company, cli, installed):
    folder = installed.package("acme_rules", "acme_rules.rules", "raise RuntimeError('this must not run')")
    rule_of(cli, "ACME-QUE-001", folder)
    assert "ACME" not in installed("rules", "list").out
    assert "ACME-QUE-001" in installed("rules", "list", "--rules-pack", "acme").out
    assert installed("rules", "test", "--rules-pack", "acme").code == 1
    args = ("--rules-pack", "acme", "--select", "ACME", "--region", "us-west-2", "--format", "json", "-q")
    report = json.loads(installed("scan", *FAST, *args).out)
    (own,) = [one for one in report["rules"] if not one["built_in"]]
    assert (own["id"], len(own["sha256"])) == ("ACME-QUE-001", 64)
    assert report["findings"]


def test_a_function_may_name_the_folder(cli, installed):
    code = "from pathlib import Path\n\ndef folder():\n    return Path(__file__).parent / 'rules'\n"
    rule_of(cli, "ACME-QUE-001", installed.package("acme_rules", "acme_rules:folder", code))
    assert "ACME-QUE-001" in installed("rules", "list", "--rules-pack", "acme").out


def test_python_in_a_pack_runs_only_when_allowed(cli, installed):
    folder = installed.package("acme_rules", "acme_rules.rules")
    assert cli("rules", "new", "ACME-QUE-002", "--python", "--dir", folder).code == 0
    refused = installed("rules", "list", "--rules-pack", "acme")
    assert refused.code == 2
    assert "acme_que_002.py" in refused.err
    assert "ACME-QUE-002" in installed("rules", "list", "--rules-pack", "acme", "--allow-python-rules").out


def test_the_configuration_names_packs_too(cli, installed):
    rule_of(cli, "ACME-QUE-001", installed.package("acme_rules", "acme_rules.rules"))
    (cli.folder / "connect-audit.yaml").write_text("rules_packs: [acme]\nselect: [ACME]\n", encoding="utf-8")
    shown = json.loads(installed("config", "show", "--format", "json").out)
    assert [one["rule_id"] for one in shown["rules"]] == ["ACME-QUE-001"]
    (packs,) = [one for one in shown["values"] if one["name"] == "rules_packs"]
    assert (packs["value"], packs["source"]) == (["acme"], "connect-audit.yaml:1")
    missing = cli("config", "show")
    assert missing.code == 2
    assert missing.err.startswith("connect-audit: connect-audit.yaml:1:15: the pack acme: ")


@pytest.mark.parametrize(
    ("entry", "init", "words"),
    [
        ("acme_rules.nothing", "", "which is no folder"),
        ("nowhere_at_all.rules", "", "no package nowhere_at_all"),
        ("acme_rules:folder", "", "AttributeError"),
        ("acme_rules:folder", "def folder():\n    return 1 / 0\n", "ZeroDivisionError"),
    ],
)
def test_a_pack_that_cannot_be_used(installed, entry, init, words):
    installed.package("acme_rules", entry, init)
    ran = installed("rules", "list", "--rules-pack", "acme")
    assert ran.code == 2
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_two_packs_of_one_name(installed):
    installed.package("acme_rules", "acme_rules.rules")
    installed.package("other_rules", "other_rules.rules")
    ran = installed("rules", "list", "--rules-pack", "acme")
    assert ran.code == 2
    assert "acme_rules and other_rules" in ran.err
