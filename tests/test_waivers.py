"""Waivers: what they accept, what becomes of them, and how one is added."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from auditor import bundled
from auditor.catalogue import Catalogue
from auditor.evaluate import evaluate
from auditor.mask import Clear
from auditor.model import Cause, Key, Place, Reason, Resource, Snapshot, Unit, UnitState
from auditor.positions import BadFile, parse
from auditor.render import html, terminal
from auditor.report import Report, Run, document
from auditor.rule import Fail, Fix, Pass, Rule, Severity, Verdict
from auditor.waivers import EXPIRED, State, Waivers, apply, read
from tests.conftest import FAST

SCHEMA = json.loads((bundled.SCHEMAS / "waivers-v1.schema.json").read_text("utf-8"))
REPORT = json.loads((bundled.SCHEMAS / "report-v1.schema.json").read_text("utf-8"))
ACCOUNT = "111122223333"
HERE, THERE = Place(ACCOUNT, "us-east-1", "i-here"), Place(ACCOUNT, "us-west-2", "i-there")
TODAY = date(2026, 11, 23)
DENIED = Cause(Reason.DENIED, "connect:DescribeQueue")
WHY = "reason: agreed\n    owner: ana@example.com\n    until: "
LATER = f"{WHY}2027-12-31"
ANYWHERE = f"scope: {{account: '*'}}\n    {LATER}"


def check(queue, _around):
    return (
        Pass()
        if queue.get("Status") == "ENABLED"
        else Fail.at("Status", expected="ENABLED", actual="DISABLED")
    )


def rule(rule_id, **more):
    said = {"title": "t", "severity": Severity.MEDIUM, "why": "w", "fix": Fix(note="n"), "sources": ("s",)}
    reads = {"connect.queue": ("Status",)}
    return Rule(
        id=rule_id, kind="connect.queue", reads=reads, examples=(), **{**said, "check": check, **more}
    )


def crash(_queue, _around):
    raise ZeroDivisionError


QUEUES, OTHER = rule("CONNECT-QUE-001"), rule("CONNECT-QUE-002")
BOTH = rule("CONNECT-QUE-009", check=None, members=("CONNECT-QUE-001", "CONNECT-QUE-002"))
RULES = (QUEUES, OTHER, BOTH)
IDS = {one.id for one in RULES}


def queue(place, identity, status):
    data, rest = ({"Status": status}, None) if status else ({}, DENIED)
    return Resource(Key(place, "connect.queue", identity), data, f"Queue {identity}", "", {}, rest)


def snapshot(*queues):
    def instance(place, alias):
        data = {"InstanceAlias": alias, "InstanceStatus": "ACTIVE", "Tags": {"environment": alias}}
        return Resource(Key(place, "connect.instance", place.instance_id), data, alias)

    kinds = ("connect.instance", "connect.queue")
    return Snapshot(
        taken_at="2026-01-15T12:00:00Z",
        partition="aws",
        units=tuple(Unit(place.account, place.region, UnitState.SCANNED) for place in (HERE, THERE)),
        resources=(instance(HERE, "prod"), instance(THERE, "test"), *queues),
        complete=frozenset((place, kind) for place in (HERE, THERE) for kind in kinds),
    )


BAD = (queue(HERE, "q1", "DISABLED"), queue(HERE, "q2", "DISABLED"), queue(THERE, "q3", "DISABLED"))


def waivers(tmp_path, text):
    file = tmp_path / "waivers.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file, IDS)


def judged(tmp_path, entries, seen, rules=(QUEUES,), today=TODAY, soon=""):
    """The report of a run with these waivers."""
    held = (
        waivers(tmp_path, f"{soon}waivers:\n" + "".join(f"  - {one}\n" for one in entries))
        if entries
        else Waivers()
    )
    findings = evaluate(rules, seen)
    waived = apply(held, findings, seen, rules, today)
    return Report(seen, (*findings, *waived.findings), Catalogue(()), Run(), waived=waived)


def accepted(report):
    return sorted(one.subject.key.id for one in report.findings if report.waiver(one))


def states(report):
    return [one.state for one in report.waived.entries]


# What is accepted


@pytest.mark.parametrize(
    ("scope", "ids"),
    [
        ("{account: '*'}", ["q1", "q2", "q3"]),
        ("{account: '111122223333', region: us-east-1}", ["q1", "q2"]),
        ("{instance: pr*}", ["q1", "q2"]),
        ("{instance: [i-there, nobody]}", ["q3"]),
        ("{tags: {environment: test}}", ["q3"]),
        ("{resource: q1}", ["q1"]),
        ("{resource: ['Queue q[23]']}", ["q2", "q3"]),
        ("{instance: prod, resource: q3}", []),
    ],
)
def test_a_waiver_accepts_the_failures_of_its_scope(tmp_path, scope, ids):
    report = judged(tmp_path, [f"rule: CONNECT-QUE-001\n    scope: {scope}\n    {LATER}"], snapshot(*BAD))
    assert accepted(report) == ids
    assert report.exit_code(Severity.INFO) == (0 if len(ids) == 3 else 1)
    assert sum(one.verdict is Verdict.FAIL for one in report.findings) == 3, "nothing disappears"


def test_a_waiver_of_another_rule_accepts_nothing(tmp_path):
    report = judged(
        tmp_path, [f"rule: CONNECT-QUE-002\n    scope: {{account: '*'}}\n    {LATER}"], snapshot(*BAD)
    )
    assert (accepted(report), states(report)) == ([], [State.UNJUDGED])


def test_a_fingerprint_accepts_one_finding(tmp_path):
    mark = next(one.fingerprint for one in evaluate([QUEUES], snapshot(*BAD)) if one.subject.key.id == "q2")
    assert accepted(judged(tmp_path, [f"fingerprint: {mark}\n    {LATER}"], snapshot(*BAD))) == ["q2"]
    elsewhere = f"fingerprint: {mark}\n    scope: {{instance: test}}\n    {LATER}"
    assert accepted(judged(tmp_path, [elsewhere], snapshot(*BAD))) == []


def test_accepting_a_failure_does_not_accept_not_knowing(tmp_path):
    seen = snapshot(queue(HERE, "q1", ""))
    mark = evaluate([QUEUES], seen)[0].fingerprint
    for what in (f"fingerprint: {mark}", "rule: CONNECT-QUE-001\n    scope: {account: '*'}"):
        report = judged(tmp_path, [f"{what}\n    {LATER}"], seen)
        assert (report.exit_code(Severity.INFO), states(report)) == (3, [State.UNJUDGED])


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        ("{action: connect:DescribeQueue}", 0),
        ("{action: 'connect:*'}", 0),
        ("{kind: connect.queue}", 0),
        ("{action: connect:DescribeQueue, kind: connect.queue}", 0),
        ("{action: connect:ListQueues}", 3),
        ("{kind: connect.user}", 3),
    ],
)
def test_a_cause_of_unknowns_can_be_accepted(tmp_path, cause, code):
    seen = snapshot(queue(HERE, "q1", ""))
    report = judged(tmp_path, [f"unknown: {cause}\n    scope: {{instance: prod}}\n    {LATER}"], seen)
    assert report.exit_code(Severity.INFO) == code
    assert report.incomplete, "it is still not known"


def test_a_cause_is_accepted_where_the_scope_says_and_a_failure_never(tmp_path):
    entry = f"unknown: {{action: connect:DescribeQueue}}\n    scope: {{instance: test}}\n    {LATER}"
    assert judged(tmp_path, [entry], snapshot(queue(HERE, "q1", ""))).exit_code(Severity.INFO) == 3
    assert judged(tmp_path, [entry], snapshot(queue(THERE, "q1", "DISABLED"))).exit_code(Severity.INFO) == 1


def test_a_rule_that_broke_is_never_accepted(tmp_path):
    seen = snapshot(queue(HERE, "q1", "ENABLED"))
    entries = [
        f"rule: CONNECT-QUE-001\n    scope: {{account: '*'}}\n    {LATER}",
        f"unknown: {{kind: connect.queue}}\n    scope: {{account: '*'}}\n    {LATER}",
    ]
    assert (
        judged(tmp_path, entries, seen, (rule("CONNECT-QUE-001", check=crash),)).exit_code(Severity.INFO) == 3
    )


def test_a_composite_is_accepted_where_all_that_it_fails_for_is(tmp_path):
    seen = snapshot(queue(HERE, "q1", "DISABLED"))
    one = f"rule: CONNECT-QUE-001\n    scope: {{account: '*'}}\n    {LATER}"
    other = f"rule: CONNECT-QUE-002\n    scope: {{account: '*'}}\n    {WHY}2027-01-31"
    assert judged(tmp_path, [one], seen, RULES).exit_code(Severity.INFO) == 1
    report = judged(tmp_path, [one, other], seen, RULES)
    assert report.exit_code(Severity.INFO) == 0
    (whole,) = [
        finding for finding in report.findings if finding.rule_id == BOTH.id and report.waiver(finding)
    ]
    assert report.waiver(whole).until == date(2027, 1, 31), "what ends first"


# What becomes of a waiver


def test_it_holds_on_its_last_day_and_comes_back_the_day_after(tmp_path):
    entry = "rule: CONNECT-QUE-001\n    scope: {account: '*'}\n    " + WHY + "2026-11-23"
    held = judged(tmp_path, [entry], snapshot(BAD[0]))
    assert (held.exit_code(Severity.INFO), states(held)) == (0, [State.USED])
    over = judged(tmp_path, [entry], snapshot(BAD[0]), today=date(2026, 11, 24))
    assert (over.exit_code(Severity.MEDIUM), states(over)) == (1, [State.EXPIRED])
    (finding,) = over.waived.findings
    assert (finding.rule_id, finding.verdict, finding.severity) == (EXPIRED.id, Verdict.FAIL, Severity.LOW)
    later = judged(tmp_path, [entry], snapshot(BAD[0]), today=date(2027, 5, 5))
    assert later.waived.findings[0].fingerprint == finding.fingerprint
    assert judged(tmp_path, [entry, entry], snapshot(), today=date(2027, 5, 5)).exit_code(Severity.INFO) == 1


def test_an_expired_waiver_of_another_account_is_not_this_runs_business(tmp_path):
    entry = "rule: CONNECT-QUE-001\n    scope: {account: '999988887777'}\n    " + WHY + "2020-01-01"
    report = judged(tmp_path, [entry], snapshot())
    assert (report.waived.findings, states(report)) == ((), [State.EXPIRED])


def test_a_cause_is_unused_only_if_a_rule_looked_at_what_it_hides(tmp_path):
    def state(cause):
        entry = f"unknown: {{action: {cause}}}\n    {ANYWHERE}"
        return states(judged(tmp_path, [entry], snapshot(queue(HERE, "q1", "ENABLED"))))

    assert state("connect:DescribeQueue") == [State.UNUSED]
    assert state("kms:DescribeKey") == [State.UNJUDGED]


def test_what_is_mended_makes_its_waiver_unused(tmp_path):
    entry = f"rule: CONNECT-QUE-001\n    scope: {{resource: q1}}\n    {LATER}"
    assert states(judged(tmp_path, [entry], snapshot(queue(HERE, "q1", "ENABLED")))) == [State.UNUSED]
    assert states(judged(tmp_path, [entry], snapshot(queue(HERE, "q1", "")))) == [State.UNJUDGED]


@pytest.mark.parametrize(
    ("until", "soon", "ends"),
    [
        ("2026-12-23", "", True),
        ("2026-12-24", "", False),
        ("2026-12-24", "soon: 31\n", True),
        ("2026-11-24", "soon: 0\n", False),
    ],
)
def test_what_ends_soon_is_told(tmp_path, until, soon, ends):
    entry = f"rule: CONNECT-QUE-001\n    scope: {{account: '*'}}\n    {WHY}{until}"
    (one,) = judged(tmp_path, [entry], snapshot(BAD[0]), soon=soon).waived.entries
    assert one.ends_soon is ends


# What a reader sees


def test_every_output_shows_what_is_waived(tmp_path, monkeypatch):
    entries = [
        f"rule: CONNECT-QUE-001\n    scope: {{resource: q1}}\n    ticket: OPS-1\n    {LATER}",
        f"unknown: {{action: connect:DescribeQueue}}\n    scope: {{instance: test}}\n    {LATER}",
        f"rule: CONNECT-QUE-001\n    scope: {{resource: q2}}\n    {WHY}2026-01-01",
        f"rule: CONNECT-QUE-002\n    scope: {{account: '*'}}\n    {LATER}",
    ]
    seen = snapshot(*BAD[:2], queue(THERE, "q3", ""), queue(HERE, "q4", "ENABLED"))
    written = document(judged(tmp_path, entries, seen), Clear())
    jsonschema.Draft202012Validator(REPORT).validate(written)
    assert written["summary"]["waived"] == {"fail": 1, "unknown": 1}
    assert written["summary"]["verdicts"]["fail"] == 3, "q1, q2 and the expired waiver"
    assert sum(written["summary"]["failures"].values()) == 2, "q2 and the expired waiver"
    (waived,) = [one["waived"] for one in written["findings"] if one["resource"]["id"] == "q1"]
    assert waived == {
        "reason": "agreed", "owner": "ana@example.com", "until": "2027-12-31", "ticket": "OPS-1",
        "source": f"{tmp_path / 'waivers.yaml'}:2",
    }  # fmt: skip
    assert [one["state"] for one in written["waivers"]] == ["used", "used", "expired", "unjudged"]

    text = terminal.text(written, colour=False)
    assert "used: CONNECT-QUE-001, resource q1 · 1 finding" in text
    assert "expired: CONNECT-QUE-001, resource q2" in text
    assert EXPIRED.id in text
    assert "2 failed (1 medium, 1 low), 0 undecided, 0 not applicable, 2 waived." in text
    (tmp_path / "r.html").write_text("", encoding="utf-8")
    with (tmp_path / "r.html").open("w", encoding="utf-8") as out:
        html.write(written, out)
    page = (tmp_path / "r.html").read_text("utf-8")
    section = page[page.index('<section id="waived">') : page.index('<section id="coverage">')]
    for words in (
        "agreed",
        "ana@example.com",
        "2027-12-31",
        "OPS-1",
        "expired",
        "Queue q1",
        "connect:DescribeQueue",
    ):
        assert words in section
    assert "2 findings are waived. 1 waiver has expired." in page
    assert "1 check that depends on it is accepted as undecided" in page


def test_a_waiver_is_inert_on_the_page(tmp_path):
    entry = "rule: CONNECT-QUE-001\n    scope: {resource: q1}\n    reason: <script>alert(1)</script>\n"
    entry += '    owner: "\\e[31m<b>"\n    until: 2027-12-31'
    written = document(judged(tmp_path, [entry], snapshot(*BAD)), Clear())
    with (tmp_path / "r.html").open("w", encoding="utf-8") as out:
        html.write(written, out)
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<b>" not in page[
        page.index('<section id="waived">') : page.index('<section id="coverage">')
    ].replace("<summary><b>", "")
    assert "\x1b" not in page + terminal.text(written, colour=False)


# Mistakes

MISTAKES = [
    ("waiver: []", "1:1", "did you mean `waivers`?"),
    ("soon: 3", "1:1", "has no `waivers`"),
    ("waivers: {}", "1:10", "a list of waivers"),
    ("waivers:\n  - rule: CONNECT-QUE-001", "2:5", "has no `reason`"),
    (f"waivers:\n  - {ANYWHERE}", "2:5", "one of rule, fingerprint, unknown"),
    (f"waivers:\n  - rule: CONNECT-QUE-001\n    {LATER}", "2:5", "has no `scope`"),
    (f"waivers:\n  - rule: CONNECT-QUE-001\n    scope: {{}}\n    {LATER}", "3:12", "at least one of account"),
    (f"waivers:\n  - rule: CONNECT-QUE-001\n    scope: {{acount: '*'}}\n    {LATER}", "3:13", "mean `account`?"),
    (f"waivers:\n  - fingerprint: 12ab\n    {LATER}", "2:18", "32 letters and digits"),
    (f"waivers:\n  - unknown: {{}}\n    {ANYWHERE}", "2:14", "an `action` or a `kind`"),
    (f"waivers:\n  - unknown: {{action: queues}}\n    {ANYWHERE}", "2:23", "kms:DescribeKey"),
    (f"waivers:\n  - unknown: {{action: a:B}}\n    rule: X\n    {ANYWHERE}", "2:14", "make two of it"),
    (f"waivers:\n  - rule: A\n    scope: {{account: '*'}}\n    {WHY}soon", "6:12", "a day such as 2026-12-31"),
    ("waivers: [{fingerprint: " + "a" * 32 + ", until: 2027-01-01, owner: o, reason: ''}]", "1:96", "an empty text"),
]  # fmt: skip
OF_RULES = [
    (f"waivers:\n  - rule: CONNECT-QUE-01\n    {ANYWHERE}", "2:11", "did you mean `CONNECT-QUE-001`?"),
    (f"waivers:\n  - unknown: {{kind: connect.queu}}\n    {ANYWHERE}", "2:21", "did you mean `connect.queue`?"),
    (f"waivers:\n  - fingerprint: {'a' * 32}\n    {WHY}2026-02-31", "5:12", "a day such as"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "words"), [*MISTAKES, *OF_RULES])
def test_a_mistake_is_told_with_where_it_stands(tmp_path, text, at, words):
    text = text.replace("rule: A\n", "rule: CONNECT-QUE-001\n")
    with pytest.raises(BadFile) as wrong:
        waivers(tmp_path, text)
    assert str(wrong.value).startswith(f"{tmp_path / 'waivers.yaml'}:{at}: ")
    assert words in str(wrong.value)


@pytest.mark.parametrize("text", [text for text, _, _ in MISTAKES])
def test_the_schema_refuses_what_is_refused(tmp_path, text):
    plain = parse(text, tmp_path / "x", "a file").plain()
    assert not jsonschema.Draft7Validator(SCHEMA).is_valid(plain)


def test_the_documented_waivers_are_good_ones(tmp_path):
    page = (Path(__file__).parent.parent / "docs" / "waivers.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    file = tmp_path / "waivers.yaml"
    file.write_text(example, encoding="utf-8")
    assert len(read(file, {"CONNECT-STO-003"}).waivers) == 3
    jsonschema.Draft7Validator(SCHEMA).validate(parse(example, file, "a file").plain())


# Adding one

OLD = "b" * 32
MARK = "0123456789abcdef" * 2
WAIVE = (
    "waive",
    MARK,
    "--reason",
    'It is "agreed": yes',
    "--owner",
    "ana@example.com",
    "--until",
    "2027-12-31",
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# ours\nwaivers: []  # none yet\n# end\n", "# ours\nwaivers:   # none yet\n<HERE># end\n"),
        ("# ours\nwaivers:  # none left\n# end\n", "# ours\nwaivers:  # none left\n<HERE># end\n"),
        ("waivers: ~ # null\nsoon: 5", "waivers:  # null\n<HERE>soon: 5"),
        ("# nothing yet\n\n# end", "# nothing yet\n\n# end\nwaivers:\n<HERE>"),
        ("# nothing yet\r\n", "# nothing yet\r\nwaivers:\r\n<HERE>"),
        (f"waivers:\n- fingerprint: {OLD}\n  reason: |\n    r\n\n  owner: 'o'\n  until: 2027-01-01\n\n# end",
         f"waivers:\n- fingerprint: {OLD}\n  reason: |\n    r\n\n  owner: 'o'\n  until: 2027-01-01\n<HERE>\n# end"),
        ("waivers:\r\n    - {fingerprint: " + OLD + ", reason: r, owner: o, until: 2027-01-01}",
         "waivers:\r\n    - {fingerprint: " + OLD + ", reason: r, owner: o, until: 2027-01-01}\r\n<HERE>"),
        ("waivers:\n  - {fingerprint: " + OLD + ", reason: r, owner: o, until: 2027-01-01}\nsoon: 5\n",
         "waivers:\n  - {fingerprint: " + OLD + ", reason: r, owner: o, until: 2027-01-01}\n<HERE>soon: 5\n"),
    ],
)  # fmt: skip
def test_an_entry_is_added_and_every_other_byte_stays(cli, before, after):
    file = cli.folder / "waivers.yaml"
    file.write_bytes(before.encode())
    file.chmod(0o640)
    ran = cli(*WAIVE)
    assert ran.code == 0, ran.err
    head, tail = after.split("<HERE>")
    text = file.read_bytes().decode()
    assert text.startswith(head)
    assert text.endswith(tail)
    assert file.stat().st_mode & 0o777 == 0o640
    added = read(file, set()).waivers[-1]
    assert (added.fingerprint, added.reason, added.owner) == (MARK, 'It is "agreed": yes', "ana@example.com")
    assert added.until == date(2027, 12, 31)
    assert ran.out == f"waivers.yaml:{added.source.rpartition(':')[2]}: accepted until 2027-12-31.\n"


@pytest.mark.parametrize(
    "text", ["waivers:\n", "waivers: null\nsoon: 3\n", "", "# none yet\n\n", "\ufeff# none\n"]
)
def test_whoever_removes_the_last_waiver_has_none(tmp_path, text):
    """As a scan asks people to, where it is unused."""
    (tmp_path / "waivers.yaml").write_text(text, "utf-8")
    assert read(tmp_path / "waivers.yaml", set()).waivers == ()
    if "waivers" in text:
        jsonschema.Draft7Validator(SCHEMA).validate(parse(text, tmp_path / "x", "a file").plain())


def test_of_two_waivers_of_one_finding_the_first_is_named(cli):
    assert cli(*WAIVE).err == ""
    again = cli(*WAIVE[:-1], "2028-12-31")
    assert again.code == 0
    assert again.err == (
        "waivers.yaml:3 accepts the same until 2027-12-31: remove it, or it is a finding of its own from then on.\n"
    )


@pytest.mark.parametrize(
    "reason", ["a\nb", "#", "ünï \U0001f600", "\x1b[31m", "a\u2028b", "{a: b}", "- x", "'"]
)
def test_whatever_the_reason_is_it_comes_back(cli, reason):
    assert cli("waive", MARK, "--reason", reason, "--owner", "o", "--until", "2027-12-31").code == 0
    (added,) = read(cli.folder / "waivers.yaml", set()).waivers
    assert added.reason == reason.strip()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({1: "12"}, "32 digits"),
        ({3: " "}, "--reason is empty"),
        ({7: "tomorrow"}, "such as 2026-12-31"),
        ({7: "2020-01-01"}, "that day is over"),
    ],
)
def test_what_cannot_be_an_entry_is_refused(cli, change, words):
    ran = cli(*[change.get(place, word) for place, word in enumerate(WAIVE)])
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert not list(cli.folder.iterdir())


@pytest.mark.parametrize("before", ["waivers: [{fingerprint: x}]\n", "waivers:\n  - rule: X\n", "a: [\n"])
def test_a_file_that_is_wrong_is_left_alone(cli, before):
    (cli.folder / "waivers.yaml").write_text(before)
    ran = cli(*WAIVE)
    assert ran.code == 2
    assert "Nothing was written." in ran.err
    assert (cli.folder / "waivers.yaml").read_text() == before


def test_from_finding_to_waiver_to_the_day_it_ends(company, cli, sandbox):
    sandbox.deny("kms:DescribeKey")
    try:
        scan = ("scan", *FAST, "--region", "us-west-2", "-o", "r.json", "-o", "r.html")
        assert cli(*scan).code == 3
        for one in json.loads((cli.folder / "r.json").read_text("utf-8"))["findings"]:
            if one["verdict"] in ("fail", "unknown"):
                why = ("--reason", "r", "--owner", "o", "--until", "2027-06-30", "--now", "2027-01-01")
                cli("waive", one["fingerprint"], "--report", "r.json", *why)
        ran = cli(*scan, "--now", "2027-06-01T12:00:00+02:00")
        report = json.loads((cli.folder / "r.json").read_text("utf-8"))
        assert ran.code == 0, ran.err
        assert "Clean, but for what is waived (exit 0)." in ran.err
        assert "the waiver ends on 2027-06-30: ask o." in ran.err
        assert report["run"]["judged_at"] == "2027-06-01T10:00:00Z"
        assert report["summary"]["waived"]["fail"] == report["summary"]["verdicts"]["fail"] > 0
        assert report["summary"]["waived"]["unknown"] == report["summary"]["verdicts"]["unknown"] > 0
        jsonschema.Draft202012Validator(REPORT).validate(report)
        assert cli(*scan, "--now", "2027-07-01").code == 3
        assert json.loads((cli.folder / "r.json").read_text("utf-8"))["summary"]["waived"] == {
            "fail": 0,
            "unknown": 0,
        }
    finally:
        sandbox.allow("kms:DescribeKey")


def test_what_a_report_does_not_hold_cannot_be_waived_from_it(company, cli):
    assert cli("scan", *FAST, "--select", "IDN-002", "-o", "r.json").code == 1
    findings = json.loads((cli.folder / "r.json").read_text("utf-8"))["findings"]
    passed = next(one["fingerprint"] for one in findings if one["verdict"] == "pass")
    why = ("--reason", "r", "--owner", "o", "--until", "2027-06-30", "--now", "2027-01-01", "--report")
    assert "its verdict is pass" in cli("waive", passed, *why, "r.json").err
    assert "has no finding" in cli("waive", MARK, *why, "r.json").err
    assert "cannot be read" in cli("waive", MARK, *why, "none.json").err
    (cli.folder / "bad.json").write_text("[]")
    assert "no JSON report" in cli("waive", MARK, *why, "bad.json").err
    failed = next(one["fingerprint"] for one in findings if one["verdict"] == "fail")
    assert cli("waive", failed, *why, "r.json").code == 0
    assert cli("scan", *FAST, "--select", "IDN-002", "-o", "r.json", "--now", "2027-01-01").code == 0
    assert "accepted already: see waivers.yaml:3" in cli("waive", failed, *why, "r.json").err
    assert cli("scan", *FAST, "--now", "now").code == 2
