"""The plan as a document, and what every renderer makes of names that mean harm."""

import json
import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor import bundled
from auditor.cli import diff
from auditor.cli.asked import Asked, Taken
from auditor.cli.stop import Stop
from auditor.evaluate import Finding, Subject
from auditor.mask import Clear
from auditor.model import Cause, Key, Place, Reason, Snapshot
from auditor.plan import Compared, Plan, document
from auditor.render import plan_html, plan_markdown, plan_sarif, plan_text
from auditor.report import Run
from auditor.rule import Evidence, Severity, Verdict
from auditor.sandbox import Sandbox
from auditor.sandbox.company import Company
from auditor.spec.creation import Remark, Weight
from auditor.spec.drift import Change, Drift, Mark
from auditor.spec.flow_text import FlowText
from auditor.store import Maker
from auditor.whatif import Outlook
from tests.conftest import FAST, Cli

SCHEMA = json.loads((bundled.SCHEMAS / "plan-v1.schema.json").read_text("utf-8"))
PLACE = Place("123456789012", "us-east-1", "11111111-2222-3333-4444-555555555555")
MARK = Mark("prod.connect-spec.yaml", 12, 3)
HOSTILE = (
    "<script>alert(1)</script>",
    "`rm -rf`",
    "a | b",
    "\x1b[31mred",
    "\u202egnp.exe",
    "[click](https://evil.example)",
    "![](https://evil.example/x.png)",
    "@everyone",
    "</details>",
    "one\ntwo",
    "# heading",
    "```",
)


def block(text: str) -> FlowText:
    action = {
        "Identifier": "a",
        "Type": "MessageParticipant",
        "Parameters": {"Text": text},
        "Transitions": {},
    }
    return FlowText(
        json.dumps({"Version": "2019-10-30", "StartAction": "a", "Actions": [action], "Metadata": {}})
    )


def every_change(name: str = "Sales") -> tuple[Drift, ...]:
    """A difference of every class, and of every member that one can have."""
    key = Key(PLACE, "connect.queue", "22222222-2222-3333-4444-555555555555")
    denied = Cause(Reason.DENIED, "connect:ListQueues", name)
    return (
        Drift("instance", "instance", Change.REPLACE, "IdentityManagementType", "SAML", "CONNECT_MANAGED"),
        Drift("queues", name, Change.DELETE, seen={"Status": name}, key=key, dependents=(f"flows {name}",)),
        Drift("queues", name, Change.CREATE, wanted={"Description": name}, mark=MARK),
        Drift("queues", name, Change.UPDATE, "Description", name, f"other {name}", key, MARK),
        Drift("queues", name, Change.UPDATE, f"Tags.{name}", {"match": {"regex": name}}, 1, key, MARK),
        Drift("flows", name, Change.UPDATE, "Content", block(name), block(f"old {name}"), key, MARK),
        Drift("quotas", name, Change.MANUAL, "", 10, 5, note=name),
        Drift("queues", name, Change.UNKNOWN, cause=denied),
    )


def plan(*drifts: Drift, name: str = "Sales") -> dict[str, Any]:
    subject = Subject(Key(PLACE, "connect.queue", name), name)
    evidence = (Evidence("Name", name, name),)
    finding = Finding(
        "CONNECT-LOG-001", Verdict.FAIL, Severity.HIGH, name, subject, "0" * 32, evidence, reason=name
    )
    review = (Remark(Weight.STOP, name, MARK), Remark(Weight.LOOK, name))
    event = {
        "words": name,
        "event": name,
        "id": "1",
        "who": name,
        "when": "2026-01-01T00:00:00Z",
        "from": name,
    }
    made = Plan(
        Snapshot("2026-01-01T00:00:00Z", "aws"),
        (
            Compared(PLACE, name, f"{name}.yaml", drifts),
            Compared(
                Place(PLACE.account, PLACE.region), f"new {name}", name, (), exists=False, review=review
            ),
        ),
        Outlook((finding,), (finding,), (finding,)),
        (name,),
        "spec",
        {(PLACE, one.where): event for one in drifts[:4]},
    )
    return document(made, Clear())


def html(written: dict[str, Any]) -> str:
    out = StringIO()
    plan_html.write(written, out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["Sales", *HOSTILE])
def test_a_plan_is_as_its_schema_says(name: str) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(plan(*every_change(name), name=name))


def test_the_schema_is_strict() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for spoil in (
        lambda doc: doc.update(more=1),
        lambda doc: doc["instances"][0]["drift"][0].update(change="else"),
        lambda doc: doc["instances"][0]["drift"][-1].pop("cause"),
        lambda doc: doc["instances"][0]["drift"][0].update(cause={"reason": "denied"}),
        lambda doc: doc["instances"][0]["drift"][2]["mark"].update(line=0),
        lambda doc: doc["instances"][0]["drift"][0]["event"].pop("when"),
        lambda doc: doc["instances"][0]["summary"].pop("update"),
    ):
        written = plan(*every_change())
        spoil(written)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(SCHEMA).validate(written)


def test_the_figures_are_those_of_the_differences() -> None:
    summary = plan(*every_change())["summary"]
    assert summary == {"replace": 1, "delete": 1, "create": 1, "update": 3, "manual": 1, "unknown": 1}


class _Page(HTMLParser):
    """Everything that a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [
            value or "" for name, value in attrs if name in ("href", "src") or name.startswith("on")
        ]


@pytest.mark.parametrize("name", HOSTILE)
def test_html_is_inert(name: str) -> None:
    written = html(plan(*every_change(name), name=name))
    page, plain = _Page(), _Page()
    page.feed(written)
    plain.feed(html(plan(*every_change())))
    assert page.tags == plain.tags
    assert page.links == plain.links
    assert "script" not in page.tags


def test_side_by_side_only_what_differs_of_a_long_list_is_marked() -> None:
    queues = [{"Queue": name, "Channel": "VOICE", "Priority": 1, "Delay": 0} for name in ("A", "B", "C")]
    written = html(
        plan(Drift("routing_profiles", "Sales", Change.UPDATE, "Queues", queues, queues[:2], mark=MARK))
    )
    entry = "&#34;Queue&#34;: &#34;%s&#34;"
    assert [entry % name in part for part in re.findall("<b>(.*?)</b>", written) for name in "ABC"].count(
        True
    ) == 1
    assert re.search("<b> *{" + entry % "C", written)
    short = html(plan(Drift("queues", "Sales", Change.UPDATE, "Description", "new", "old", mark=MARK)))
    assert "<pre>new</pre>" in short


def test_what_is_made_or_gone_has_one_side() -> None:
    made = html(plan(Drift("queues", "New", Change.CREATE, wanted={"Status": "ENABLED"}, mark=MARK)))
    gone = html(plan(Drift("queues", "Old", Change.DELETE, seen={"Status": "ENABLED"}, mark=MARK)))
    field = html(plan(Drift("queues", "Old", Change.UPDATE, "Description", "new", None, mark=MARK)))
    sides = [(shown.count(">is</p>"), shown.count(">should be</p>")) for shown in (made, gone, field)]
    assert sides == [(0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_terminal_gets_no_control_characters(name: str) -> None:
    written = plan_text.text(plan(*every_change(name), name=name), colour=False)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written)
    plain = plan_text.text(plan(*every_change()), colour=False)
    assert written.count("\n") == plain.count("\n")


def test_colour_changes_no_letter_and_no_place() -> None:
    written = plan(*every_change())
    coloured = plan_text.text(written, colour=True)
    assert "\x1b[31mSTOP\x1b[0m" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plan_text.text(written, colour=False)


def spoken(written: str) -> str:
    """What of a Markdown text is not in code: what GitHub formats, links and calls people by."""
    outside = re.sub(r"````diff\n.*?\n````", "(code)", written, flags=re.DOTALL)
    return re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "(code)", outside)


@pytest.mark.parametrize(
    "name", [*HOSTILE, "#1", "a\\|b", "a\\", "``a", "a`", "www.evil.example", "a@evil.example"]
)
def test_markdown_is_inert(name: str) -> None:
    written = plan_markdown.text(plan(*every_change(name), name=name))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written)
    quoted = {plan_markdown.inert(name): "Sales", plan_markdown.inert(f"{name}.yaml"): "Sales.yaml"}
    for words, plain in quoted.items():
        written = written.replace(words, plain)
    outside = spoken(written)
    assert outside == spoken(plan_markdown.text(plan(*every_change()))), outside


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("@everyone", "@&#8203;everyone"),
        ("#1", "#&#8203;1"),
        ("https://evil.example", "https:&#8203;//evil.example"),
        ("www.evil.example", "www.&#8203;evil.example"),
        ("a@evil.example", "a@&#8203;evil.example"),
        ("`*_<a>", r"\`\*\_\<a\>"),
        ("a: b", "a: b"),
    ],
)
def test_a_sentence_calls_nobody(name: str, sentence: str) -> None:
    assert plan_markdown.inert(name) == sentence


@pytest.mark.parametrize(
    ("name", "cell", "written"),
    [
        ("a", False, "`a`"),
        ("", False, ""),
        ("a`b", False, "``a`b``"),
        ("`a``", False, "``` `a`` ```"),
        ("a|b", False, "`a|b`"),
        ("a|b", True, r"`a\|b`"),
        ("a\\|b", True, r"`a\\u007cb`"),
        ("a\\", True, "` a\\ `"),
        (" a", False, "`  a `"),
    ],
)
def test_what_people_typed_is_code(name: str, cell: bool, written: str) -> None:
    assert plan_markdown.code(name, cell=cell) == written


def test_what_is_worst_is_cut_last() -> None:
    many = [Drift("queues", f"Queue {number}", Change.CREATE, mark=MARK) for number in range(2_000)]
    written = plan_markdown.text(plan(*many, *every_change()))
    assert len(written) < 65_536
    for words in ("1 to replace", "1 to delete", "1 not comparable", "3 to change in place"):
        assert f" {words}" in written.split("<summary>+")[0], words


def test_findings_that_read_the_same_are_one_line() -> None:
    written = plan()
    written["outlook"]["introduced"] *= 3
    for shown in (plan_text.text(written, colour=False), plan_markdown.text(written), html(written)):
        assert shown.count(", 3 times") == 1
        assert shown.count("CONNECT-LOG-001") == 3, "one line in each of the three parts"


def test_findings_of_one_rule_are_one_line_that_counts_what_it_leaves_out() -> None:
    written = plan()
    (one,) = written["outlook"]["introduced"]
    written["outlook"]["introduced"] = [
        {**one, "resource": {**one["resource"], "name": f"Queue {number}"}} for number in range(13)
    ] + [{**one, "severity": "low"}]
    for shown in (plan_text.text(written, colour=False), plan_markdown.text(written), html(written)):
        assert shown.count("CONNECT-LOG-001") == 4
        assert "Queue 9" in shown
        assert "Queue 10" not in shown
        assert "and 3 more" in shown


def test_a_section_as_a_whole_is_told_without_a_name() -> None:
    whole = Drift("queues", "", Change.UNKNOWN, cause=Cause(Reason.DENIED, "connect:ListQueues"))
    manual = Drift("quotas", "Queues", Change.MANUAL, "", 10, 5)
    shown = plan_text.text(plan(whole, manual), colour=False)
    assert "? any queue\n" in shown
    assert "service quota Queues 5 → 10" in shown


def test_a_fence_cannot_be_left() -> None:
    written = plan_markdown.text(plan(*every_change("````\n# out")))
    assert len(re.findall("^````", written, re.MULTILINE)) == 2


def test_markdown_fits_into_a_comment_and_says_what_does_not() -> None:
    many = [Drift("queues", f"Queue {number}", Change.CREATE, mark=MARK) for number in range(5_000)]
    written = plan_markdown.text(plan(*many))
    assert len(written) < 65_536
    left = re.search(r"(\d+) more lines do not fit here", written)
    assert left
    shown = len(re.findall(r"^\| queue `Queue", written, re.MULTILINE))
    assert 0 < shown < 5_000
    assert int(left[1]) >= 5_000 - shown
    assert written.count("<details") == written.count("</details>")


def test_sarif_points_at_the_spec() -> None:
    log = plan_sarif.log(plan(*every_change()))
    assert log["version"] == "2.1.0"
    run, other = log["runs"]
    assert run["automationDetails"]["id"] != other["automationDetails"]["id"]
    described = run["tool"]["driver"]["rules"]
    rules = [one["id"] for one in described]
    assert len(rules) == len(set(rules)) == 7
    for one in described:
        # GitHub refuses a rule without these.
        assert all(one[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
    marks = set()
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning", "note", "none")
        assert result["message"]["text"]
        marks.add(result["partialFingerprints"]["connectAudit/v1"])
    assert len(marks) == len(run["results"])
    placed = [one for one in run["results"] if "physicalLocation" in one["locations"][0]]
    assert len(placed) == 5
    for one in placed:
        where = one["locations"][0]["physicalLocation"]
        assert where["artifactLocation"]["uri"] == "prod.connect-spec.yaml"
        assert where["region"] == {"startLine": 12, "startColumn": 3}
    assert run["invocations"][0]["executionSuccessful"] is False
    assert {one["level"] for one in other["invocations"][0]["toolExecutionNotifications"]} == {
        "error",
        "note",
    }


def test_sarif_says_what_a_change_would_bring_where_the_spec_asks_for_it() -> None:
    key = Key(PLACE, "connect.queue", "q-1")
    drifts = (
        Drift("attributes", "EARLY_MEDIA", Change.UPDATE, "", True, False, mark=Mark("a.yaml", 1)),
        Drift("queues", "Sales", Change.UPDATE, "Status", "A", "B", key, Mark("a.yaml", 7)),
        Drift("queues", "New", Change.CREATE, mark=Mark("a.yaml", 9)),
    )
    written = plan(*drifts)
    (one,) = written["outlook"]["introduced"]
    lines = {}
    for name, identity in (("Sales", "q-1"), ("New", "planned-1"), ("Other", "q-2")):
        place = {"name": name, "id": identity, "kind": "connect.queue"}
        written["outlook"]["introduced"] = [{**one, "resource": {**one["resource"], **place}}]
        first = plan_sarif.log(written)["runs"][0]["results"][0]
        assert (first["ruleId"], first["level"]) == ("CONNECT-LOG-001", "error")
        lines[name] = first["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert lines == {"Sales": 7, "New": 9, "Other": 1}


def test_sarif_says_what_stops_a_creation() -> None:
    _, other = plan_sarif.log(plan(*every_change()))["runs"]
    (stop,) = other["results"]
    assert (stop["ruleId"], stop["level"]) == ("create/stop", "error")
    assert stop["locations"][0]["physicalLocation"]["region"]["startLine"] == 12


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("prod.connect-spec.yaml", "prod.connect-spec.yaml"),
        ("sub dir/é#x.yaml", "sub%20dir/%C3%A9%23x.yaml"),
        ("../x.yaml", "../x.yaml"),
    ],
)
def test_a_file_in_sarif_is_a_uri(file: str, uri: str) -> None:
    drift = Drift("queues", "Sales", Change.CREATE, mark=Mark(file, 3))
    (result,) = plan_sarif.log(plan(drift))["runs"][0]["results"][-1:]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_file_elsewhere_is_an_absolute_uri(tmp_path: Path) -> None:
    drift = Drift("queues", "Sales", Change.CREATE, mark=Mark(str(tmp_path / "a b.yaml"), 3))
    (result,) = plan_sarif.log(plan(drift))["runs"][0]["results"][-1:]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (tmp_path / "a b.yaml").as_uri()


@pytest.mark.parametrize("name", HOSTILE)
def test_sarif_texts_hold_no_control_characters(name: str) -> None:
    for run in plan_sarif.log(plan(*every_change(name)))["runs"]:
        for result in run["results"]:
            assert result["message"]["text"].isprintable()


def test_more_results_than_code_scanning_takes_are_counted() -> None:
    many = [
        Drift("queues", f"Queue {number}", Change.CREATE) for number in range(plan_sarif.MOST_RESULTS + 3)
    ]
    run = plan_sarif.log(plan(*many))["runs"][0]
    assert len(run["results"]) == plan_sarif.MOST_RESULTS
    assert "4 more" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.parametrize(
    ("drifts", "outlook", "detailed", "code"),
    [
        ((), (), False, 0),
        ((), (), True, 0),
        (every_change()[:1], (), False, 0),
        (every_change()[:1], (), True, 2),
        (every_change(), (), True, 3),
    ],
)
def test_exit_codes(
    drifts: tuple[Drift, ...], outlook: tuple[Finding, ...], detailed: bool, code: int
) -> None:
    made = Plan(
        Snapshot("2026-01-01T00:00:00Z", "aws"),
        (Compared(PLACE, "a", "b", drifts),),
        Outlook(outlook, (), ()),
    )
    assert made.exit_code(Severity.LOW, detailed=detailed) == code


@pytest.mark.parametrize(
    ("weights", "drifts", "code"),
    [
        ((), (), 0),
        ((Weight.LOOK, Weight.UNKNOWN), (), 0),
        ((Weight.LOOK, Weight.STOP), (), 1),
        ((Weight.STOP,), every_change()[-1:], 3),
    ],
)
def test_an_instance_that_cannot_be_made_is_not_fine(
    weights: tuple[Weight, ...], drifts: tuple[Drift, ...], code: int
) -> None:
    region = Place(PLACE.account, PLACE.region)
    review = tuple(Remark(weight, "words") for weight in weights)
    made = Plan(
        Snapshot("2026-01-01T00:00:00Z", "aws"),
        (Compared(region, "a", "b", drifts, exists=False, review=review),),
    )
    for fail_on in (Severity.CRITICAL, Severity.INFO):
        assert made.exit_code(fail_on) == made.exit_code(fail_on, detailed=True) == code


class Asking:
    """The command line on the company, with a spec of a few lines."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli

    def __call__(self, spec: str, *more: str | Path) -> tuple[int, dict[str, Any], str]:
        file = self.cli.folder / "a.connect-spec.yaml"
        file.write_text(f"version: 1\n{spec}", "utf-8")
        ran = self.cli("diff", file, *FAST, "--region", "us-east-1", "-f", "json", "--no-judge", *more)
        return ran.code, json.loads(ran.out) if ran.out else {}, ran.err


@pytest.fixture
def asking(company: Company, cli: Cli) -> Asking:
    return Asking(cli)


ALIAS = "match: {alias: aurora-atendimento}\n"


def test_a_difference_counts_only_where_somebody_asked(asking: Asking) -> None:
    spec = ALIAS + "instance: {IdentityManagementType: CONNECT_MANAGED}\n"
    assert asking(spec)[0] == 0
    assert asking(spec, "--detailed-exitcode")[0] == 2
    assert asking(spec.replace("CONNECT_MANAGED", "SAML"), "--detailed-exitcode")[0] == 0


@pytest.mark.parametrize(
    ("spec", "more"),
    [("queue: {}\n", ()), ("instance: {}\n", ("--nonsense",)), ("instance: {}\n", ("--fail-on", "much"))],
)
def test_a_mistake_is_told_apart_from_differences(asking: Asking, spec: str, more: tuple[str, ...]) -> None:
    assert asking(ALIAS + spec, *more)[0] == 2
    assert asking(ALIAS + spec, *more, "--detailed-exitcode")[0] == 64


def test_what_could_not_be_read_is_neither_missing_nor_in_sync(asking: Asking, sandbox: Sandbox) -> None:
    actions = ("connect:ListQueues", "connect:SearchQueues")
    sandbox.deny(*actions)
    code, written, _ = asking(ALIAS + "queues: {Nowhere: {}, Vendas: {Status: ENABLED}}\n")
    sandbox.allow(*actions)
    assert code == 3
    jsonschema.Draft202012Validator(SCHEMA).validate(written)
    drift = written["instances"][0]["drift"]
    assert {one["name"]: one["change"] for one in drift} == {"Nowhere": "unknown", "Vendas": "unknown"}
    assert all(one["cause"]["reason"] == "denied" for one in drift)
    again = asking(ALIAS + "queues: {Nowhere: {}, Vendas: {Status: ENABLED}}\n")[1]
    assert {one["name"]: one["change"] for one in again["instances"][0]["drift"]} == {"Nowhere": "create"}


def test_a_spec_in_the_folder_is_told_relative_to_it(asking: Asking) -> None:
    file = asking.cli.folder / "a.connect-spec.yaml"
    _, written, _ = asking(ALIAS + "instance: {IdentityManagementType: CONNECT_MANAGED}\n")
    assert file.is_absolute()
    assert written["instances"][0]["drift"][0]["mark"]["file"] == "a.connect-spec.yaml"


def test_instances_that_nobody_speaks_of_are_told(asking: Asking) -> None:
    _, written, _ = asking(ALIAS + "instance: {}\n")
    assert [one["alias"] for one in written["instances"]] == ["aurora-atendimento"]
    assert any("aurora-legado" in one for one in written["unmatched"])
    code, written, err = asking("match: {alias: nobody}\nattributes: {EARLY_MEDIA: true}\n")
    assert (code, written) == (4, {})
    assert "speaks of no instance" in err


def test_an_alias_that_is_taken_is_refused(asking: Asking) -> None:
    spec = (
        "match: {alias: new, region: us-west-2}\n"
        "instance: {InstanceAlias: aurora-atendimento, IdentityManagementType: SAML}\n"
    )
    there = ("--region", "us-west-2")
    code, written, err = asking(spec, *there)
    assert code == 1, err
    assert any(
        one["weight"] == "stop" and "is taken" in one["words"] for one in written["instances"][0]["review"]
    )
    fresh = spec.replace("InstanceAlias: aurora-atendimento", "InstanceAlias: fresh")
    assert asking(fresh, *there)[0] == 0


@pytest.mark.parametrize("where", [ALIAS, "instance: {InstanceAlias: fresh, IdentityManagementType: SAML}\n"])
def test_what_is_personal_in_a_spec_is_masked(asking: Asking, where: str) -> None:
    spec = (
        "users: {nova.pessoa@aurora.example: {IdentityInfo: {FirstName: Iracema, LastName: Quaresma}}}\n"
        "administrators: [nova.pessoa@aurora.example]\n"
        "quick_connects:\n"
        "  Casa: {QuickConnectConfig: {QuickConnectType: PHONE_NUMBER, PhoneConfig: {PhoneNumber: '+551155554321'}}}\n"
    )
    told = json.dumps(asking(where + spec)[1], ensure_ascii=False)
    for personal in ("nova.pessoa", "Iracema", "Quaresma", "+55115555"):
        assert personal not in told
    assert "4321" in told
    told = json.dumps(asking(where + spec, "--show-pii")[1], ensure_ascii=False)
    assert all(one in told for one in ("nova.pessoa", "Iracema", "Quaresma", "+551155554321"))


def test_one_file_serves_several_instances(asking: Asking) -> None:
    spec = """
variables: {kind: SAML}
instance: {IdentityManagementType: "${var:kind}"}
environments:
  prod: {match: {alias: aurora-atendimento}}
  old:
    match: {alias: aurora-legado}
    variables: {kind: EXISTING_DIRECTORY}
"""
    _, written, _ = asking(spec)
    wanted = {one["alias"]: [drift["wanted"] for drift in one["drift"]] for one in written["instances"]}
    assert wanted["aurora-atendimento"] == []
    assert wanted["aurora-legado"] == ["EXISTING_DIRECTORY"]
    _, written, _ = asking(spec, "--environment", "prod")
    assert [one["alias"] for one in written["instances"]] == ["aurora-atendimento"]
    code, _, err = asking(spec, "--environment", "test")
    assert code == 2
    assert "it has prod, old" in err


@pytest.mark.parametrize(
    ("spec", "where", "words"),
    [
        ("queues: {Venda: {HoursOfOperation: Comercia}}\n", 3, "did you mean `Comercial`?"),
        ("queues: {Vendas: {Statu: ENABLED}}\n", 3, "did you mean `Status`?"),
        ("queues: {Vendas: {Status: [a]}}\n", 3, "not a list"),
        ("queue: {}\n", 3, "did you mean `queues`?"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(
    asking: Asking, spec: str, where: int, words: str
) -> None:
    out = asking.cli.folder / "plan.json"
    code, written, err = asking(ALIAS + spec, "-o", out)
    assert (code, written) == (2, {})
    assert re.search(rf"a\.connect-spec\.yaml:{where}:\d+: ", err), err
    assert words in err
    assert not out.exists()
    assert "Traceback" not in err


def test_every_format_is_written(asking: Asking) -> None:
    outputs = [asking.cli.folder / f"plan.{kind}" for kind in ("json", "md", "html", "sarif")]
    code, written, err = asking(
        ALIAS + "instance: {IdentityManagementType: CONNECT_MANAGED}\n",
        *(part for one in outputs for part in ("-o", one)),
    )
    assert code == 0, err
    jsonschema.Draft202012Validator(SCHEMA).validate(written)
    assert json.loads(outputs[0].read_text("utf-8"))["instances"] == written["instances"]
    assert "IdentityManagementType" in outputs[1].read_text("utf-8")
    assert "IdentityManagementType" in outputs[2].read_text("utf-8")
    assert json.loads(outputs[3].read_text("utf-8"))["runs"][0]["results"]


def test_a_spec_of_another_instance_is_not_held_against_this_one(asking: Asking) -> None:
    """Nor is its own instance, at which nobody looked, said to be missing."""
    spec = "instance: {InstanceAlias: aurora-atendimento, IdentityManagementType: SAML}\n"
    code, written, err = asking(spec, "--instance", "aurora-legado")
    assert (code, written) == (2, {})
    assert "aurora-atendimento, line 2" in err
    assert "--instance aurora-legado is another one" in err
    assert asking(spec, "--instance", "aurora-atendimento")[0] == 0
    two = "environments:\n  a: {match: {alias: aurora-legado}, instance: {InstanceAlias: aurora-legado}}\n"
    code, written, _ = asking(f"{two}  b: {{{spec.strip()}}}\n", "--instance", "aurora-legado")
    assert [(one["alias"], one["exists"]) for one in written["instances"]] == [("aurora-legado", True)]


@pytest.mark.parametrize("where", ["region: eu-central-1", "account: '999988887777'"])
def test_an_instance_where_nobody_looked_is_not_missing(asking: Asking, where: str) -> None:
    said = f"match: {{alias: new, {where}}}\ninstance: {{InstanceAlias: new, IdentityManagementType: SAML}}\n"
    code, written, err = asking(said, "--region", "us-east-1")
    (instance,) = written["instances"]
    assert code == 3, err
    assert [(one["change"], one["cause"]["reason"]) for one in instance["drift"]] == [
        ("unknown", "not_asked")
    ]


def test_an_instance_is_not_missing_where_the_list_was_refused(asking: Asking, sandbox: Sandbox) -> None:
    said = "match: {alias: new}\ninstance: {InstanceAlias: new, IdentityManagementType: SAML}\n"
    sandbox.deny("connect:ListInstances")
    code, written, err = asking(said)
    sandbox.allow("connect:ListInstances")
    assert code == 3, err
    assert [one["cause"]["action"] for one in written["instances"][0]["drift"]] == ["connect:ListInstances"]
    assert asking(said)[0] == 0


FLOW = """\
{"Version": "2019-10-30", "StartAction": "a", "Actions": [{"Identifier": "a", "Type": "UpdateContactTargetQueue",
"Parameters": {"QueueId": "%s"}, "Transitions": {}}]}
"""


@pytest.mark.parametrize(
    ("spec", "queue", "words"),
    [
        ("queues: {Vendas: {TimeZone: x}}\n", "", "no field `TimeZone` here"),
        ("storage: {CALL_RECORDING: {}}\n", "", "did you mean `CALL_RECORDINGS`?"),
        ("attributes: {EARLY_MEDIA: yes}\n", "", "'yes' is a text in YAML 1.2"),
        ("flows: {A: {Content: a.json}}\n", "${queue:Venda}", "`a.json` names `${queue:Venda}`"),
        ("flows: {A: {Content: a.json}}\n", "${quue:Vendas}", "did you mean `queue`?"),
    ],
)
def test_a_name_that_means_nothing_is_told_before_anything_is_compared(
    asking: Asking, spec: str, queue: str, words: str
) -> None:
    (asking.cli.folder / "a.json").write_text(FLOW % queue, "utf-8")
    code, written, err = asking(ALIAS + spec)
    assert (code, written) == (2, {})
    assert words in err
    assert re.search(r"a\.connect-spec\.yaml:3:\d+: ", err), err


def test_a_flow_may_name_what_the_spec_makes(asking: Asking) -> None:
    (asking.cli.folder / "a.json").write_text(FLOW % "${queue:Nova}", "utf-8")
    code, written, err = asking(ALIAS + "queues: {Nova: {}}\nflows: {A: {Content: a.json}}\n")
    assert code == 0, err
    assert [one["name"] for one in written["instances"][0]["drift"]] == ["Nova", "A"]


MANY = [f"Permission{number}.View" for number in range(40)]
WEEK = {day: ["08:00-18:00"] for day in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")}


@pytest.mark.parametrize(
    ("seen", "wanted", "words"),
    [
        ([*MANY, "Users.Create"], MANY, '["Users.Create"] → []'),
        (MANY, [*MANY[:-1], "Users.Create"], '["Permission39.View"] → ["Users.Create"]'),
        (
            WEEK,
            {**WEEK, "SATURDAY": ["09:00-12:00"]},
            '{"SATURDAY": ["08:00-18:00"]} → {"SATURDAY": ["09:00-12:00"]}',
        ),
        ({**WEEK, "SUNDAY": []}, WEEK, '{"SUNDAY": []} → {}'),
        (["a", "b"], ["a"], '["a", "b"] → ["a"]'),
        (MANY, list(reversed(MANY)), '["Permission0.View"'),
    ],
    ids=["more", "another", "member", "one member more", "short", "order"],
)
def test_what_differs_is_shown_however_long_the_value_is(seen: Any, wanted: Any, words: str) -> None:
    key = Key(PLACE, "connect.security_profile", "1")
    document = plan(
        Drift("security_profiles", "Agent", Change.UPDATE, "Permissions", wanted, seen, key, MARK)
    )
    assert words in plan_text.text(document, colour=False)
    assert all(one in plan_markdown.text(document) for one in words.split(" → "))


def test_what_was_interrupted_is_not_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Half of an account looks like one that lost the other half."""
    file = tmp_path / "a.connect-spec.yaml"
    file.write_text("version: 1\ninstance: {InstanceAlias: a}\n", "utf-8")
    half = Taken(Snapshot("", "aws"), Run(interrupted=True), Maker())
    monkeypatch.setattr(diff, "take", lambda _asked, _catalogue: half)
    for sides in (diff.Sides(file), diff.Sides(instance="a", beside="b")):
        with pytest.raises(Stop, match="Interrupted: nothing was compared") as stopped:
            diff.run(Asked(), sides)
        assert stopped.value.code == 130
