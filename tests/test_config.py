"""The configuration: what it may say, what wins, and how every mistake in it is told."""

import json
from pathlib import Path

import jsonschema
import pytest

from auditor import bundled, config
from auditor.catalogue import Catalogue, Entry, load
from auditor.evaluate import Override, Settings, evaluate
from auditor.model import Cause, Key, Place, Reason, Resource, Snapshot, Unit, UnitState
from auditor.positions import BadFile, parse
from auditor.rule import Fail, Fix, Param, Pass, Rule, Severity, Verdict
from auditor.where import Where
from tests.conftest import FAST

SCHEMA = json.loads((bundled.SCHEMAS / "config-v1.schema.json").read_text("utf-8"))
ACCOUNT = "111122223333"
PROD, TEST = Place(ACCOUNT, "us-east-1", "i-prod"), Place(ACCOUNT, "us-west-2", "i-test")
TAGS_DENIED = Cause(Reason.DENIED, "connect:DescribeInstance")


def rule(rule_id, *params, **more):
    def check(_instance, around):
        return (
            Fail.at("p", expected="high", actual=around.params) if around.params.get("top", 9) < 5 else Pass()
        )

    said = {
        "title": "t",
        "severity": Severity.MEDIUM,
        "kind": "connect.instance",
        "why": "w",
        "sources": ("s",),
    }
    fix, reads = Fix(note="n"), {"connect.instance": ("Id",)}
    return Rule(id=rule_id, params=params, fix=fix, reads=reads, examples=(), check=check, **{**said, **more})


TOP = Param("top", 9, "a", minimum=0, maximum=10)
RULES = (
    rule("CONNECT-AAA-001", TOP),
    rule(
        "CONNECT-AAA-002",
        Param("top", 9, "a", maximum=7),
        Param("countries", ["BR"], "a", type="list", form="country"),
    ),
    rule("CONNECT-BBB-001", Param("mode", "soft", "a", type="string", choices=("soft", "hard"))),
    rule("CONNECT-BBB-002", Param("on", None, "a", type="boolean"), tags=("loud",)),
    rule("CONNECT-CCC-001", opt_in="it costs a call for every user"),
)
CATALOGUE = Catalogue(
    tuple(Entry(one, Path("x"), one.id[8:11].lower() + "s", "0" * 64, built_in=True) for one in RULES)
)


def said(tmp_path, text):
    file = tmp_path / "connect-audit.yaml"
    file.write_text(text, encoding="utf-8")
    return config.read(file)


def settings(tmp_path, text):
    return said(tmp_path, text).settings(CATALOGUE)


def chosen(tmp_path, text, select=(), ignore=()):
    running = said(tmp_path, text).selected(CATALOGUE, tuple(select), tuple(ignore))
    return [one.id.removeprefix("CONNECT-") for one in running.rules]


def instance(place, alias, tags):
    data = {"Id": place.instance_id, "InstanceAlias": alias, "InstanceStatus": "ACTIVE"}
    data, unread = (data, {"Tags": TAGS_DENIED}) if tags is None else ({**data, "Tags": tags}, {})
    return Resource(Key(place, "connect.instance", place.instance_id), data, alias, "", unread)


def snapshot(prod=("prod-br", {"environment": "prod"}), test=("test-br", {"environment": "test"})):
    return Snapshot(
        taken_at="2026-01-15T12:00:00Z",
        partition="aws",
        units=tuple(Unit(place.account, place.region, UnitState.SCANNED) for place in (PROD, TEST)),
        resources=(instance(PROD, *prod), instance(TEST, *test)),
        complete=frozenset({(PROD, "connect.instance"), (TEST, "connect.instance")}),
    )


# What runs


@pytest.mark.parametrize(
    ("text", "flags", "runs"),
    [
        ("{}", {}, ["AAA-001", "AAA-002", "BBB-001", "BBB-002"]),
        ("select: [AAA]", {}, ["AAA-001", "AAA-002"]),
        ("select: [connect-aaa-001, loud]", {}, ["AAA-001", "BBB-002"]),
        ("select: [bbbs]\nignore: [BBB-001]", {}, ["BBB-002"]),
        ("ignore: [AAA]\nselect: [AAA-001, B]", {}, ["AAA-001", "BBB-001", "BBB-002"]),
        ("select: [CC]", {}, []),
        ("select: [CCC-001]", {}, ["CCC-001"]),
        ("enable: [CCC]", {}, ["AAA-001", "AAA-002", "BBB-001", "BBB-002", "CCC-001"]),
        ("select: [AAA-001]\nenable: [ccc]", {}, ["AAA-001", "CCC-001"]),
        ("disable: [loud, AAA]", {}, ["BBB-001"]),
        ("select: [AAA]\nignore: [AAA-001]", {"select": ["A"]}, ["AAA-001", "AAA-002"]),
        ("select: [AAA]\nignore: [AAA-001]", {"ignore": ["AAA-002"]}, []),
        ("disable: [AAA-001]", {"select": ["A"]}, ["AAA-002"]),
        ("disable: [AAA]", {"select": ["AAA-001"]}, ["AAA-001"]),
        ("enable: [CCC]", {"select": ["AAA-001"]}, ["AAA-001"]),
        ("enable: [CCC]", {"select": ["CC"]}, ["CCC-001"]),
    ],
)
def test_which_rules_run(tmp_path, text, flags, runs):
    assert chosen(tmp_path, text, **flags) == runs


# What they work with


def test_a_bare_name_sets_every_rule_that_has_it_and_a_rule_its_own(tmp_path):
    made = settings(tmp_path, "params: {AAA-002: {top: 1}, top: 5, countries: [BR, NO], on: true}")
    assert made.params == {
        "CONNECT-AAA-001": {"top": 5},
        "CONNECT-AAA-002": {"top": 1, "countries": ["BR", "NO"]},
        "CONNECT-BBB-002": {"on": True},
    }


def test_the_most_exact_severity_wins(tmp_path):
    made = settings(tmp_path, "severity: {CONNECT-AAA-002: info, A: critical, aaas: low, loud: high}")
    assert made.severities == {
        "CONNECT-AAA-001": Severity.CRITICAL,
        "CONNECT-AAA-002": Severity.INFO,
        "CONNECT-BBB-002": Severity.HIGH,
    }


def verdicts(made, seen):
    found = evaluate([RULES[0]], seen, made)
    return {one.subject.key.place.instance_id: (one.verdict, one.severity, one.reason) for one in found}


def test_an_override_holds_where_it_says_and_the_later_wins(tmp_path):
    made = settings(
        tmp_path,
        "overrides:\n"
        "  - {where: {tags: {environment: prod}}, params: {top: 1}, severity: {AAA: high}}\n"
        "  - {where: {instance: 'prod-*'}, severity: {AAA: critical}}\n"
        "  - {where: {account: '111122223333', region: [us-west-2]}, disable: [AAA-001]}\n",
    )
    found = verdicts(made, snapshot())
    assert found["i-prod"][:2] == (Verdict.FAIL, Severity.CRITICAL)
    assert found["i-test"][0] is Verdict.NOT_APPLICABLE
    assert "connect-audit.yaml:4 turns the rule off" in found["i-test"][2]


def test_an_override_that_hangs_on_tags_nobody_could_read_leaves_its_rules_open(tmp_path):
    made = settings(
        tmp_path, "overrides: [{where: {tags: {environment: prod}}, params: {AAA-001: {top: 1}}}]"
    )
    found = evaluate(RULES[:2], snapshot(prod=("prod-br", None)), made)
    by = {(one.rule_id, one.subject.key.place.instance_id): one for one in found}
    assert by["CONNECT-AAA-001", "i-prod"].cause == TAGS_DENIED
    assert by["CONNECT-AAA-001", "i-test"].verdict is Verdict.PASS
    assert by["CONNECT-AAA-002", "i-prod"].verdict is Verdict.PASS, "nothing is different for it"


def test_what_speaks_of_instances_never_speaks_of_an_account():
    assert Where(account=("1111*",)).holds(Place(ACCOUNT, "global"), snapshot())
    assert not Where(instance=("*",)).holds(Place(ACCOUNT, "global"), snapshot())
    assert not Where(tags={"environment": ("*",)}).holds(Place(ACCOUNT, "us-east-1"), snapshot())


def test_without_settings_nothing_is_bent():
    held = Settings(overrides=(Override(Where(region=("eu-west-2",)), {"CONNECT-AAA-001": {"top": 0}}),))
    assert held.of(RULES[0], PROD, snapshot()).params == {"top": 9}


# Mistakes

OF_SHAPE = [
    ("selct: [A]\n", "1:1", "did you mean `select`?"),
    ("select: AAA\n", "1:9", "a list of texts"),
    ("select: []\n", "1:9", "empty"),
    ("fail_on: hihg\n", "1:10", "did you mean `high`?"),
    ("severity: {AAA: worst}\n", "1:17", "use critical, high"),
    ("overrides:\n  - params: {top: 1}\n", "2:5", "has no `where`"),
    ("overrides:\n  - where: {}\n    params: {top: 1}\n", "2:12", "at least one of account"),
    (
        "overrides:\n  - where: {account: '1111'}\n    params: {top: 1}\n",
        "2:22",
        "an account id of 12 digits",
    ),
    (
        "overrides:\n  - where: {account: 012345678901}\n    params: {top: 1}\n",
        "2:22",
        "quote it, '012345678901'",
    ),
    ("overrides:\n  - where: {regoin: us-east-1}\n    params: {top: 1}\n", "2:13", "did you mean `region`?"),
    ("overrides:\n  - where: {region: us-east-1}\n", "2:5", "at least one of params"),
]
"""Mistakes that the schema shows as well."""
OF_RULES = [
    ("select:\n  - AAA\n  - QQQ-001\n", "3:5", "`QQQ-001` names no rule"),
    ("disable: [lod]\n", "1:11", "did you mean `loud`?"),
    ("severity: {QQQ: low}\n", "1:12", "`QQQ` names no rule"),
    ("params:\n  topp: 5\n", "2:3", "did you mean `top`?"),
    ("params:\n  top: 8\n", "2:8", "`top` of CONNECT-AAA-002: it is a whole number, at most 7, not '8'"),
    ("params:\n  AAA-001: {top: -1}\n", "2:18", "at least 0 and at most 10"),
    ("params:\n  AAA-001: {topp: 1}\n", "2:13", "did you mean `top`?"),
    ("params: {top: true}\n", "1:15", "a whole number"),
    ("params: {mode: hrad}\n", "1:16", "did you mean `hard`?"),
    ("params: {mode: 12}\n", "1:16", "quote it, '12'"),
    ("params: {on: no}\n", "1:14", "no is a text in YAML 1.2"),
    ("params: {countries: [BR, 55]}\n", "1:26", "quote it, '55'"),
    ("params: {countries: BR}\n", "1:21", "a list of texts"),
    ("params:\n  countries:\n    - BR\n    - Brasil\n", "4:7", "countries such as BR, not 'Brasil'"),
]
"""Mistakes that take the rules to be seen."""
OF_YAML = [
    ("select: [A]\nselect: [B]\n", "2:1", "line 1"),
    ("a: &a [*a]\n", "1:4", "holds itself"),
    ("a: &x line 9, column 9\nb: &x 1\n", "2:4", "an anchor (`&name`) is used twice"),
    ("<<: {select: [A]}\n", "1:1", "write the members out"),
    ("rules: !!python/name:os.system x\n", "1:8", "plain data"),
    ("12: x\n", "1:1", "quote it, '12'"),
    ("select: [A\n", "2:1", "not YAML"),
    ("- a\n", "1:1", "one mapping"),
    ("select: [A]\nrules: [\0]\n", "2:9", "not YAML"),
    ("# so\n%YAML 1.1\n---\nselect: [A]\n", "2:1", "leave the %YAML line out"),
    ("fail_on: high\nselect: " + "[" * 5000, "2:58", "levels deep"),
]
MISTAKES = [*OF_SHAPE, *OF_RULES, *OF_YAML]


@pytest.mark.parametrize(
    ("text", "at", "words"), MISTAKES, ids=[text.strip()[:40] for text, _, _ in MISTAKES]
)
def test_a_mistake_is_told_with_where_it_stands(tmp_path, text, at, words):
    with pytest.raises(BadFile) as wrong:
        settings(tmp_path, text)
    sentence = str(wrong.value)
    assert sentence.startswith(f"{tmp_path / 'connect-audit.yaml'}:{at}: ")
    assert words in sentence
    assert "\n" not in sentence


def test_what_is_no_text_is_told_with_its_column(tmp_path):
    (tmp_path / "connect-audit.yaml").write_bytes("select: [STO]\nrules: [é, ".encode() + b"\xff]\n")
    with pytest.raises(BadFile, match=r"connect-audit\.yaml:2:12: this is not text in UTF-8"):
        config.read(tmp_path / "connect-audit.yaml")


def test_a_file_that_is_a_bomb_is_refused_at_once(tmp_path):
    layers = "".join(f"a{one}: &a{one} [{', '.join([f'*a{one - 1}'] * 9)}]\n" for one in range(1, 30))
    for text, words in [
        ("a0: &a0 [x]\n" + layers, "stands for more than"),
        ("select: " + "[" * 5000, "levels deep"),
        ("select: " + "[" * 60 + "]" * 60, "levels deep"),
        ("#" * 300_000, "256 KiB"),
        ("%YAML 1.1\n---\nselect: [NO]\n", "%YAML"),
    ]:
        with pytest.raises(BadFile, match=words):
            said(tmp_path, text)


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path):
    with pytest.raises(BadFile) as wrong:
        said(tmp_path, 'fail_on: "\\e[31m"\n')
    assert "\x1b" not in str(wrong.value)


# What leaves nothing between it

ADMINS, LOGS, PLACES = "CONNECT-ACC-001", "CONNECT-LOG-003", "overrides:\n"
RAISE = "nothing is within both, so raise `admin_max` or lower `admin_min`"
OTHERS = f"{PLACES}  - {{where: {{instance: a}}, params: {{admin_max: 12}}}}\n"
CONTRADICTIONS = [
    ("params:\n  admin_min: 9\n", f"2:14: `admin_min` of {ADMINS} is 9, and `admin_max` is 5 (the default): {RAISE}"),
    ("params:\n  ACC-001: {admin_max: 0}\n", f"2:24: `admin_max` of {ADMINS} is 0, and `admin_min` is 1 (the default)"),
    ("params:\n  admin_max: 3\n  admin_min: 4\n", f"3:14: `admin_min` of {ADMINS} is 4, and `admin_max` is 3 (FILE:2)"),
    ("params:\n  admin_min: 4\n  admin_max: 3\n", f"3:14: `admin_max` of {ADMINS} is 3, and `admin_min` is 4 (FILE:2)"),
    ("params: {log_retention_days_max: 364}\n", f"`log_retention_days_max` of {LOGS} is 364, and"),
    ("params: {retention_days_min: 9999}\n", "`retention_days_min` of CONNECT-STO-014 is 9999"),
    ("params: {media_retention_hours_max: 0}\n", "`media_retention_hours_max` of CONNECT-STR-007 is 0"),
    (OTHERS.replace("12", "0"), f"2:48: `admin_max` of {ADMINS} is 0, and `admin_min` is 1 (the default)"),
    ("params: {admin_min: 4}\n" + OTHERS.replace("12", "3"), "3:48: `admin_max` of CONNECT-ACC-001 is 3"),
    (OTHERS + "  - {where: {instance: b}, params: {admin_max: 2, admin_min: 3}}\n", f"3:62: `admin_min` of {ADMINS}"),
]  # fmt: skip
AGREED = [
    "params: {admin_min: 5}\n",
    "params: {admin_min: 0, admin_max: 0}\n",
    "params: {log_retention_days_max: 0, retention_days_max: 0}\n",
    "params: {media_retention_hours_min: 0, media_retention_hours_max: 0}\n",
    OTHERS,
    # Both may be in force at one place, and are fine together.
    OTHERS + "  - {where: {region: us-east-1}, params: {admin_min: 9}}\n",
]


@pytest.mark.parametrize(("text", "words"), CONTRADICTIONS)
def test_parameters_that_leave_nothing_between_them_are_told_with_where_they_stand(tmp_path, text, words):
    sentence = said(tmp_path, text).contradiction(load(bundled.RULES))
    file = str(tmp_path / "connect-audit.yaml")
    assert sentence.startswith(f"{file}:")
    assert words.replace("FILE", file) in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("text", AGREED)
def test_parameters_that_leave_something_between_them_are_taken(tmp_path, text):
    assert said(tmp_path, text).contradiction(load(bundled.RULES)) == ""


# The schema

GOOD = [
    "{}",
    "select: [A]\nfail_on: high\nrules: [mine]\nwaivers: w.yaml\n",
    "params: {top: 5, AAA-002: {countries: [BR], top: 2}, on: true, mode: hard}\n",
    "overrides: [{where: {account: ['111122223333', '2*'], tags: {a: [b, c]}}, severity: {A: low}, disable: [B]}]\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_the_schema_takes_what_is_taken(tmp_path, text):
    settings(tmp_path, text)
    jsonschema.Draft7Validator(SCHEMA).validate(said(tmp_path, text).said.plain())


@pytest.mark.parametrize("text", [text for text, _, _ in OF_SHAPE])
def test_the_schema_refuses_what_is_refused(tmp_path, text):
    plain = parse(text, tmp_path / "x", "a file").plain()
    assert not jsonschema.Draft7Validator(SCHEMA).is_valid(plain)


# The command line


def test_a_scan_follows_the_nearest_file_and_flags_win(company, cli):
    (cli.folder / "connect-audit.yaml").write_text(
        "select: [IDN-002]\nparams: {allowed: [SAML]}\nseverity: {IDN-002: high}\nfail_on: critical\n"
    )
    inner = cli.folder / "a" / "b"
    inner.mkdir(parents=True)
    cli.folder = inner

    def failing(*args):
        ran = cli("scan", *FAST, "-o", "r.json", *args)
        report = json.loads((inner / "r.json").read_text("utf-8"))
        return ran.code, [
            (one["rule_id"], one["severity"]) for one in report["findings"] if one["verdict"] == "fail"
        ]

    assert failing() == (0, [("CONNECT-IDN-002", "high")] * 2)
    assert failing("--fail-on", "high")[0] == 1
    assert failing("--no-config", "--select", "IDN-002") == (1, [("CONNECT-IDN-002", "medium")])
    (inner / "connect-audit.yaml").write_text("select: [TEL]\n")
    assert {rule[:-4] for rule, _ in failing()[1]} == {"CONNECT-TEL"}
    assert failing("--config", "../../connect-audit.yaml")[0] == 0


def test_a_mistake_ends_a_scan_before_anything_is_read(cli, sandbox):
    (cli.folder / "connect-audit.yaml").write_text("params:\n  admin_mx: 5\n")
    before = len(sandbox.calls)
    for command in (("scan",), ("config", "show"), ("iam-policy",), ("doctor",)):
        ran = cli(*command)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "connect-audit: connect-audit.yaml:2:3: no rule has a parameter `admin_mx`: "
            "did you mean `admin_max`? Nothing was scanned.\n"
        )
    assert len(sandbox.calls) == before
    assert cli("scan", "--config", "nowhere.yaml").code == 2
    assert "exclude each other" in cli("scan", "--config", "connect-audit.yaml", "--no-config").err


def test_parameters_that_contradict_each_other_end_a_scan_before_anything_is_read(cli, sandbox):
    (cli.folder / "connect-audit.yaml").write_text("params:\n  admin_min: 9\n")
    before = len(sandbox.calls)
    for command in (("scan",), ("config", "show"), ("iam-policy",), ("doctor",)):
        ran = cli(*command)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "connect-audit: connect-audit.yaml:2:14: `admin_min` of CONNECT-ACC-001 is 9, and `admin_max` is 5 "
            "(the default): nothing is within both, so raise `admin_max` or lower `admin_min`. Nothing was scanned.\n"
        )
    assert len(sandbox.calls) == before


def test_show_says_where_every_value_comes_from(cli):
    (cli.folder / "connect-audit.yaml").write_text(
        "select: [ACC]\nparams:\n  admin_max: 4\n"
        "overrides:\n  - where: {instance: prod}\n    params: {admin_max: 2}\n"
    )
    shown = json.loads(cli("config", "show", "--fail-on", "high", "--format", "json").out)
    values = {one["name"]: (one["value"], one["source"]) for one in shown["values"]}
    assert values["select"] == (["ACC"], "connect-audit.yaml:1")
    assert values["fail_on"] == ("high", "--fail-on")
    assert values["ignore"] == ([], "default")
    (acc,) = [one for one in shown["rules"] if one["rule_id"] == "CONNECT-ACC-001"]
    params = {one["name"]: (one["value"], one["source"]) for one in acc["params"]}
    assert params == {"admin_min": (1, "default"), "admin_max": (4, "connect-audit.yaml:3")}
    assert shown["overrides"][0]["given"] == [
        {"rule_id": "CONNECT-ACC-001", "name": "admin_max", "value": 2, "source": "connect-audit.yaml:6"}
    ]
    text = cli("config", "show").out
    assert "CONNECT-ACC-001 admin_max" in text
    assert "connect-audit.yaml:3" in text
    assert "Where instance prod (connect-audit.yaml:5)" in text


def test_the_documented_configuration_is_a_good_one(tmp_path):
    page = (Path(__file__).parent.parent / "docs" / "configuration.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    made = said(tmp_path, example)
    jsonschema.Draft7Validator(SCHEMA).validate(made.said.plain())
    assert load(bundled.RULES).named("STO-010")
    assert len(made.parts) == 2
