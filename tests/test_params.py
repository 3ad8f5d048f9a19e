"""`--param`: rule parameters on the command line, said as the configuration says them, and stronger than all else."""

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import bundled, config
from auditor.catalogue import load
from auditor.cli import params
from auditor.cli.selection import Selection
from auditor.cli.specs import Described, bent, described, read_spec
from auditor.cli.stop import USAGE, USAGE_BESIDE_DIFFERENCES, Stop
from auditor.evaluate import Override, Settings
from auditor.examples import snapshot_of
from auditor.forms import FORMS
from auditor.model import Unread
from auditor.permissions import ALL_POWERFUL
from auditor.positions import parse
from auditor.rule import Example, Severity, Verdict, thing
from auditor.store import Maker, save
from auditor.where import Where
from tests.conftest import ROOT
from tests.test_config import CATALOGUE, OF_RULES, PROD, RULES, TAGS_DENIED, snapshot

BUILT_IN = load(bundled.RULES)
FEW = "CONNECT-ACC-001"
"""It has the parameters `admin_min` and `admin_max`."""


def read(*said, catalogue=CATALOGUE):
    return config.param_values(params.given(said, catalogue))


# What may be said

SAID = [
    (["top=5"], {"CONNECT-AAA-001": {"top": 5}, "CONNECT-AAA-002": {"top": 5}}),
    (["AAA-001.top=0"], {"CONNECT-AAA-001": {"top": 0}}),
    (["CONNECT-AAA-001.top=10"], {"CONNECT-AAA-001": {"top": 10}}),
    (["AAA-001.top=1", "top=2"], {"CONNECT-AAA-001": {"top": 1}, "CONNECT-AAA-002": {"top": 2}}),
    (["top=2", "AAA-001.top=1"], {"CONNECT-AAA-001": {"top": 1}, "CONNECT-AAA-002": {"top": 2}}),
    ([" top = 5 "], {"CONNECT-AAA-001": {"top": 5}, "CONNECT-AAA-002": {"top": 5}}),
    (["on=true", "mode=hard"], {"CONNECT-BBB-002": {"on": True}, "CONNECT-BBB-001": {"mode": "hard"}}),
    (["on=null"], {"CONNECT-BBB-002": {"on": None}}),
    (["countries=[BR, PT]"], {"CONNECT-AAA-002": {"countries": ["BR", "PT"]}}),
    (["countries=[NO]"], {"CONNECT-AAA-002": {"countries": ["NO"]}}),
    (["countries=[]"], {"CONNECT-AAA-002": {"countries": []}}),
    (["mode='soft' # for now"], {"CONNECT-BBB-001": {"mode": "soft"}}),
]


@pytest.mark.parametrize(("said", "means"), SAID, ids=[" ".join(said) for said, _ in SAID])
def test_an_option_says_what_a_line_of_the_configuration_does(said, means):
    assert read(*said) == means


PRINTED = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)


def texts(param):
    if param.choices:
        return st.sampled_from(param.choices)
    return (
        PRINTED.filter(FORMS[param.form].fits) if param.form == "name" else st.sampled_from(LIKE[param.form])
    )


LIKE = {
    "": ["spare", "1234", "true", "null", "a: b", "- #", "'"],
    "account": ["012345678901"],
    "country": ["BR", "NO"],
    "domain": ["example.com"],
    "network": ["10.0.0.0/8"],
    "number": ["+5511"],
    "region": ["us-east-1"],
    "tag": ["Owner"],
    "time_zone": ["Europe/Berlin"],
}


@pytest.mark.parametrize("page", ["configuration.md", "spec.md"])
def test_the_documented_options_are_good_ones(page):
    text = (ROOT / "docs" / page).read_text("utf-8")
    said = [
        one for line in re.findall(r"connect-audit .*--param.*|`--param [^`]+`", text) for one in words(line)
    ]
    assert said
    assert all(params.given((one,), BUILT_IN) for one in said)


def words(line):
    """The values of `--param` in a command, as a shell would give them."""
    typed = shlex.split(line.strip("`"))
    return [value for option, value in pairwise(typed) if option == "--param"]


VALUES = {
    "integer": lambda param: st.integers(param.minimum, param.maximum),
    "boolean": lambda _: st.booleans(),
    "string": texts,
    "list": lambda param: st.lists(texts(param), max_size=4),
}
HAVING = [(rule, param) for rule in BUILT_IN.rules for param in rule.params]


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_every_parameter_of_the_catalogue_takes_every_value_that_it_may_have(data):
    rule, param = data.draw(st.sampled_from(HAVING))
    value = data.draw(VALUES[param.type](param))
    assert not param.wrong(value), "the test draws what is allowed"
    said = f"{rule.id}.{param.name}={json.dumps(value, ensure_ascii=False)}"
    assert read(said, catalogue=BUILT_IN) == {rule.id: {param.name: value}}


# Mistakes

QUOTED = "quote it, '12', inside the quotes of the shell."
WRONG = [
    ("topp=5", "no rule has a parameter `topp`: did you mean `top`?"),
    ("zzz=5", "no rule has a parameter `zzz`: see `connect-audit config show` for those that there are."),
    ("AAA-001.topp=5", "CONNECT-AAA-001 has no parameter `topp`: did you mean `top`?"),
    ("CCC-001.top=5", "CONNECT-CCC-001 has no parameter `top`: it has none."),
    ("AAA-01.top=5", "no rule has a parameter `AAA-01`: did you mean `AAA-001`?"),
    ("AAA-002={top: 5}", "`AAA-002` is a rule and no parameter: write AAA-002.NAME=VALUE (it has top, countries)."),
    ("CCC-001=5", "`CCC-001` is a rule and no parameter: write CCC-001.NAME=VALUE (it has none)."),
    ("top=8", "`top` of CONNECT-AAA-002: it is a whole number, at most 7, not '8'."),
    ("AAA-001.top=-1", "`top` of CONNECT-AAA-001: it is a whole number, at least 0 and at most 10, not '-1'."),
    ("AAA-001.top=5.0", "`top` of CONNECT-AAA-001: it is a whole number, at least 0 and at most 10, not '5.0'."),
    ("AAA-001.top=[5]", "`top` of CONNECT-AAA-001: it is a whole number, at least 0 and at most 10."),
    ("mode=hrad", "`mode` of CONNECT-BBB-001: it is a text: soft, hard, not 'hrad': did you mean `hard`?"),
    ("mode=12", "`mode` of CONNECT-BBB-001: it is a text: soft, hard; 12 is none in YAML: " + QUOTED),
    ("on=yes", "`on` of CONNECT-BBB-002: it is true or false; yes is a text in YAML 1.2."),
    (
        "countries=BR,PT",
        "`countries` of CONNECT-AAA-002: it is a list of texts: countries such as BR, not 'BR,PT': write [BR,PT].",
    ),
    (
        "countries=[BR, Brasil]",
        "`countries` of CONNECT-AAA-002: it is a list of texts: countries such as BR, not 'Brasil'.",
    ),
    ("top=5\non: true", "it says more than one value: use a --param for each."),
    ("top=[5", "this is not YAML: expected ',' or ']', but got '<stream end>'."),
    ("top=!!set 5", "the tag tag:yaml.org,2002:set is not understood: only plain data is."),
]  # fmt: skip
SHAPELESS = ["", "top", "top=", "top= ", "=5", ".top=5", "AAA-001.=5", "a.b.top=5", " =5"]


@pytest.mark.parametrize(("said", "words"), WRONG, ids=[said for said, _ in WRONG])
def test_a_mistake_is_one_sentence_in_the_words_of_the_configuration(said, words):
    with pytest.raises(Stop) as stop:
        params.given((said,), CATALOGUE)
    shown = said.replace("\n", "\\u000a")
    assert str(stop.value) == f"--param {shown}: {words} Nothing was scanned."
    assert stop.value.code == USAGE


@pytest.mark.parametrize("said", SHAPELESS)
def test_what_is_no_name_with_a_value_is_told_how_to_be_written(said):
    with pytest.raises(
        Stop, match=r"write NAME=VALUE or RULE-ID\.NAME=VALUE, such as .* Nothing was scanned\."
    ):
        params.given((said,), CATALOGUE)


@pytest.mark.parametrize(
    "twice", [("top=1", "top=2"), ("AAA-001.top=1", "CONNECT-AAA-001.top=1")], ids=" ".join
)
def test_what_is_said_twice_is_refused_as_in_the_file(twice):
    with pytest.raises(Stop) as stop:
        params.given(twice, CATALOGUE)
    assert str(stop.value) == (
        f"--param {twice[1]}: --param {twice[0]} says this already: leave one of them out. Nothing was scanned."
    )


BY_NAME = [(text, words) for text, _, words in OF_RULES if text.startswith("params:")]


@pytest.mark.parametrize(("text", "words"), BY_NAME, ids=[text.strip()[:40] for text, _ in BY_NAME])
def test_the_mistakes_of_the_file_are_those_of_the_option(text, words):
    ((name, value),) = parse(text, Path("x"), "a file")["params"].value.items()
    single = isinstance(value.value, dict)
    key, value = (
        next((f"{name}.{inner}", one) for inner, one in value.value.items()) if single else (name, value)
    )
    with pytest.raises(Stop) as stop:
        params.given((f"{key}={value.text or json.dumps(value.plain())}",), CATALOGUE)
    assert words in str(stop.value)


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_a_value_or_a_sentence(value):
    outcome: list[config.Given] | Stop
    try:
        outcome = params.given((f"AAA-001.top={value}",), CATALOGUE)
    except Stop as stop:
        outcome = stop
    if isinstance(outcome, Stop):
        assert outcome.code == USAGE
        assert str(outcome).isprintable()
        assert str(outcome).startswith("--param AAA-001.top=")
    else:
        assert [(one.rule_id, one.name) for one in outcome] == [("CONNECT-AAA-001", "top")]
        assert outcome[0].value in range(11)


# What wins

EVERYWHERE = "params: {admin_max: 10}\n"
SINGLE = "params: {admin_max: 10, ACC-001: {admin_max: 20}}\n"
OVERRIDES = {
    "account": "'111122223333'",
    "region": "us-east-1",
    "instance": "'*'",
    "tags": "{Stage: prod}",
}
HERE = "overrides: [{{where: {{{}: {}}}, params: {{admin_max: 30}}}}]\n"
SPEC = "version: 1\nmatch: {region: us-east-1}\nqueues: {Sales: {absent: true}}\n"
BENT = SPEC + "params: {admin_max: 40}\n"
ENVIRONMENT = (
    BENT + "environments: {prod: {match: {region: us-east-1}, params: {ACC-001: {admin_max: 50}}}}\n"
)
SEEN = snapshot_of(
    Example(
        "six administrators",
        Verdict.FAIL,
        thing(
            "connect.instance",
            InstanceAlias="prod",
            IdentityManagementType="CONNECT_MANAGED",
            Tags={"Stage": "prod"},
        ),
        (
            thing(
                "connect.security_profile",
                id="sp",
                SecurityProfileName="Admin",
                Permissions=[*ALL_POWERFUL],
            ),
            *(
                thing("connect.user", id=f"u-{number}", Username=f"u{number}", SecurityProfileIds=["sp"])
                for number in range(6)
            ),
        ),
    )
)
PLACE = next(SEEN.instances()).key.place
WINS = [
    ("default", "", "", (), 5),
    ("configuration", EVERYWHERE, "", (), 10),
    ("configuration, one rule", SINGLE, "", (), 20),
    *(
        (f"override by {name}", SINGLE + HERE.format(name, value), "", (), 30)
        for name, value in OVERRIDES.items()
    ),
    ("spec", SINGLE + HERE.format("instance", "'*'"), BENT, (), 40),
    ("environment of a spec", SINGLE + HERE.format("instance", "'*'"), ENVIRONMENT, (), 50),
    ("option", SINGLE + HERE.format("instance", "'*'"), ENVIRONMENT, ("admin_max=60",), 60),
    (
        "option, one rule",
        SINGLE + HERE.format("tags", "{Stage: prod}"),
        ENVIRONMENT,
        ("ACC-001.admin_max=70", "admin_max=60"),
        70,
    ),
    *(
        (f"option over an override by {name}", HERE.format(name, value), "", ("admin_max=60",), 60)
        for name, value in OVERRIDES.items()
    ),
    ("option over the default", "", "", ("admin_max=60",), 60),
]


@pytest.mark.parametrize(
    ("said", "spec", "options", "value"), [row[1:] for row in WINS], ids=[row[0] for row in WINS]
)
def test_option_before_spec_before_override_before_configuration_before_default(
    said, spec, options, value, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    made = settings_of(tmp_path, said, spec, options)
    rule = next(one for one in BUILT_IN.rules if one.id == FEW)
    held = made.of(rule, PLACE, SEEN).params
    assert held == {"admin_min": 1, "admin_max": value}


def settings_of(folder, said, spec, options):
    """What rules work with, as a scan would make it of these files and options."""
    (folder / "connect-audit.yaml").write_text(said or "{}", "utf-8")
    chosen = Selection(params=options).chosen()
    found: list[Described] = []
    if spec:
        (folder / "a.connect-spec.yaml").write_text(spec, "utf-8")
        found, _ = described([read_spec(folder / "a.connect-spec.yaml")], SEEN)
        assert found, "the spec speaks of the instance"
    return bent(chosen, found)


def test_what_an_option_sets_hangs_on_no_tags_and_the_rest_of_an_override_stays():
    high = {"CONNECT-AAA-001": Severity.HIGH}
    tagged = Override(Where(tags={"environment": ("prod",)}), {"CONNECT-AAA-001": {"top": 1}}, source="c:1")
    both = Override(
        Where(instance=("*",)),
        {"CONNECT-AAA-001": {"top": 2}, "CONNECT-AAA-002": {"top": 2, "countries": ["PT"]}},
        high,
        {"CONNECT-BBB-001": "off"},
    )
    unread = snapshot(prod=("prod-br", None))
    made = Settings(overrides=(tagged, both)).insisting(read("top=5"))
    assert made.of(RULES[0], PROD, unread).params == {"top": 5}
    assert made.of(RULES[1], PROD, unread).params == {"top": 5, "countries": ["PT"]}
    assert made.overrides == (
        Override(both.where, {"CONNECT-AAA-002": {"countries": ["PT"]}}, high, both.off),
    )
    with pytest.raises(Unread) as unknown:
        Settings(overrides=(tagged,)).of(RULES[0], PROD, unread)
    assert unknown.value.cause == TAGS_DENIED


# The command line


@pytest.fixture
def saved(cli):
    """A snapshot of an instance with six administrators, which manages its own users."""
    file = cli.folder / "s.jsonl"
    with file.open("wb") as out:
        save(SEEN, file, out, Maker(), clear=True)
    return file


def test_a_scan_follows_it_and_its_report_tells(cli, saved):
    (cli.folder / "connect-audit.yaml").write_text(
        "overrides: [{where: {instance: '*'}, params: {admin_max: 3}, severity: {ACC-001: low}}]\n"
    )

    def told(*more):
        ran = cli("scan", "--from-snapshot", saved, "--select", "ACC-001", "-f", "json", *more)
        assert ran.out, ran.err
        report = json.loads(ran.out)
        (rule,) = report["rules"]
        (override,) = report["overrides"]
        (verdict,) = {one["verdict"] for one in report["findings"] if one["rule_id"] == FEW}
        return rule["params"], override["params"], override["severity"], verdict

    low = {FEW: "low"}
    assert told() == ({"admin_min": 1, "admin_max": 5}, {FEW: {"admin_max": 3}}, low, "fail")
    of_both = ("--param", "admin_max=7", "--param", "ACC-001.admin_min=0")
    assert told(*of_both) == ({"admin_min": 0, "admin_max": 7}, {}, low, "pass")


def test_a_diff_judges_with_it(cli, saved):
    spec = cli.folder / "a.connect-spec.yaml"
    spec.write_text(
        "version: 1\nmatch: {alias: prod}\ninstance: {IdentityManagementType: SAML}\n"
        "params: {allowed: [SAML]}\n"
    )
    command = ("diff", spec, "--from-snapshot", saved, "--select", "IDN-002", "-f", "json")

    def ahead(*more):
        ran = cli(*command, *more)
        assert ran.out, ran.err
        return ran.code, [one["rule_id"] for one in json.loads(ran.out)["outlook"]["introduced"]]

    assert ahead() == (0, [])
    assert ahead("--param", "allowed=[CONNECT_MANAGED]") == (1, ["CONNECT-IDN-002"])


@pytest.mark.parametrize("what", [("{saved}", "{saved}"), ("{saved}", "--instance", "a", "--with", "b")])
def test_a_diff_that_asks_no_rules_takes_no_parameter(cli, saved, what):
    ran = cli("diff", *(str(one).format(saved=saved) for one in what), "--param", "admin_max=7")
    assert (ran.code, ran.out) == (2, "")
    assert "--param sets a parameter of rules, which are asked only what a spec would change" in ran.err


def test_show_says_that_a_value_comes_from_an_option(cli):
    (cli.folder / "connect-audit.yaml").write_text(
        "select: [ACC-001]\nparams: {admin_max: 4, admin_min: 2}\noverrides:\n"
        "  - {where: {instance: a}, params: {admin_max: 2}}\n"
        "  - {where: {instance: b}, params: {admin_max: 2, admin_min: 3}}\n"
    )
    command = ("config", "show", "--param", "admin_max=7")
    shown = json.loads(cli(*command, "--format", "json").out)
    (acc,) = shown["rules"]
    sources = {one["name"]: (one["value"], one["source"]) for one in acc["params"]}
    assert sources == {"admin_min": (2, "connect-audit.yaml:2"), "admin_max": (7, "--param")}
    assert [(one["words"], [given["name"] for given in one["given"]]) for one in shown["overrides"]] == [
        ("instance b", ["admin_min"])
    ]
    lines = cli(*command).out.splitlines()
    assert any(line.split() == [FEW, "admin_max", "7", "--param"] for line in lines)


IN_VAIN = {
    "TAG-001.required_tags=[Owner]": "CONNECT-TAG-001 does not run",
    "required_tags=[Owner]": "CONNECT-TAG-001 and CONNECT-TAG-002 do not run",
}


@pytest.mark.parametrize("command", ["scan", "diff", "show"])
def test_an_option_for_a_rule_that_does_not_run_is_told_and_no_mistake(cli, saved, command):
    (cli.folder / "a.connect-spec.yaml").write_text(SPEC)
    words = {
        "scan": ("scan", "--from-snapshot", saved, "-q", "-f", "json"),
        "diff": ("diff", "a.connect-spec.yaml", "--from-snapshot", saved, "-q", "-f", "json"),
        "show": ("config", "show", "-f", "json"),
    }[command]
    loud = tuple(word for word in words if word != "-q")
    options = [word for option in (*IN_VAIN, "admin_max=6") for word in ("--param", option)]
    told = [
        f"--param {option} changes nothing, because {why}: select what it is for, or leave it out."
        for option, why in IN_VAIN.items()
    ]
    ran = cli(*loud, "--select", "ACC-001", *options)
    assert (ran.code, [line for line in ran.err.splitlines() if "changes nothing" in line]) == (0, told)
    assert json.loads(ran.out)
    if command != "show":
        assert cli(*words, "--select", "ACC-001", *options).err == ""
    ran = cli(*loud, "--select", "ACC-001", "--select", "TAG-001", *options)
    assert json.loads(ran.out)
    assert "changes nothing" not in ran.err


def test_an_option_that_contradicts_another_parameter_is_told_and_one_that_mends_it_is_taken(cli, saved):
    config = cli.folder / "connect-audit.yaml"
    config.write_text("params:\n  admin_min: 7\n  admin_max: 7\n")
    command = ("scan", "--from-snapshot", saved, "--select", "ACC-001", "-f", "json")
    ran = cli(*command, "--param", "ACC-001.admin_max=6")
    assert (ran.code, ran.out) == (USAGE, "")
    assert ran.err == (
        "connect-audit: --param admin_max=6: `admin_max` of CONNECT-ACC-001 is 6, and `admin_min` is 7 "
        "(connect-audit.yaml:2): nothing is within both, so raise `admin_max` or lower `admin_min`. "
        "Nothing was scanned.\n"
    )
    config.write_text("params: {admin_min: 6}\n")
    assert cli(*command).code == USAGE
    assert cli(*command, "--param", "admin_max=6").code == 0


def test_a_spec_that_contradicts_another_parameter_is_told(cli, saved):
    (cli.folder / "connect-audit.yaml").write_text("params: {admin_min: 3}\n")
    (cli.folder / "a.connect-spec.yaml").write_text(SPEC + "params: {admin_max: 2}\n")
    ran = cli("scan", "--from-snapshot", saved, "--select", "ACC-001", "--spec", "a.connect-spec.yaml")
    assert (ran.code, ran.out) == (USAGE, "")
    assert ran.err.startswith(
        "connect-audit: a.connect-spec.yaml:4:21: `admin_max` of CONNECT-ACC-001 is 2, and `admin_min` is 3 "
        "(connect-audit.yaml:1): "
    )
    assert ran.err.endswith(" Nothing was judged.\n")


@pytest.mark.parametrize(
    "command", [("scan",), ("diff", "a.connect-spec.yaml"), ("config", "show")], ids=" ".join
)
def test_a_mistake_ends_the_command_before_anything_is_read(cli, sandbox, command):
    before = len(sandbox.calls)
    ran = cli(*command, "--param", "admin_mx=5")
    assert (ran.code, ran.out) == (USAGE, "")
    assert ran.err == (
        "connect-audit: --param admin_mx=5: no rule has a parameter `admin_mx`: did you mean `admin_max`? "
        "Nothing was scanned.\n"
    )
    assert len(sandbox.calls) == before
    if command[0] == "diff":
        assert cli(*command, "--param", "admin_mx=5", "--detailed-exitcode").code == USAGE_BESIDE_DIFFERENCES
