"""`connect-audit scan` against the sandbox, as a user runs it."""

import json
import re
import stat
import sys

import boto3
import jsonschema
import pytest

from auditor import bundled
from auditor.catalogue import load
from auditor.collect.guard import CREDENTIAL_PROVIDERS, allowed
from tests.conftest import ACCOUNT, FAST, Cli

RULES = load(bundled.RULES).selected().rules
SCHEMA = json.loads((bundled.SCHEMAS / "report-v1.schema.json").read_text("utf-8"))


def scan(cli: Cli, *more, **env):
    """A scan with both reports: what the command did, and the JSON document."""
    ran = cli("scan", *FAST, "-o", "r.json", "-o", "r.html", *more, **env)
    return ran, json.loads((cli.folder / "r.json").read_text("utf-8"))


def failures(document, alias=None):
    return sorted(
        (one["rule_id"], one["resource"]["name"], one.get("discriminator", ""))
        for one in document["findings"]
        if one["verdict"] == "fail" and alias in (None, one["resource"]["instance_alias"])
    )


def verdicts(document):
    return {(one["rule_id"], one["fingerprint"]): one["verdict"] for one in document["findings"]}


def test_a_scan_writes_reports_that_keep_their_word(company, cli, sandbox):
    before = len(sandbox.calls)
    ran, document = scan(cli, "--account", ACCOUNT)
    assert ran.code == 1
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    html = (cli.folder / "r.html").read_text("utf-8")
    assert all(one["alias"] in html for one in document["instances"])
    assert all(one["title"].capitalize() in html for one in document["unreadable"])
    assert "Service control policies" in html, "what is left out is told as well"
    assert len(document["instances"]) == 3
    calls = sandbox.calls[before:]
    assert {(call.service, call.operation) for call in calls} <= allowed() - CREDENTIAL_PROVIDERS
    assert document["run"]["calls"] == len(calls) - 1, "all but the question who we are"
    assert not [call for call in calls if call.error and call.status >= 500]


def test_the_neglected_instance_has_findings_and_the_exemplary_one_has_none(company, cli):
    _, document = scan(cli)
    assert failures(document, "aurora-atendimento") == []
    wrong = {rule for rule, _, _ in failures(document, "aurora-legado")}
    assert {"CONNECT-ACC-001", "CONNECT-IDN-002", "CONNECT-NUM-001", "CONNECT-STO-005"} <= wrong
    assert {"CONNECT-LOG-002", "CONNECT-STO-012"} <= {
        rule for rule, _, _ in failures(document, "aurora-parceiros")
    }
    assert document["summary"]["complete"]


def change_flow_logs(connect, company):
    connect.update_instance_attribute(
        InstanceId=company.exemplary, AttributeType="CONTACTFLOW_LOGS", Value="false"
    )
    yield {(rule, "aurora-atendimento", "") for rule in ("CONNECT-LOG-001", "CONNECT-SED-004")}
    connect.update_instance_attribute(
        InstanceId=company.exemplary, AttributeType="CONTACTFLOW_LOGS", Value="true"
    )


def change_origin(connect, company):
    origin = "http://teste.aurora.example"
    connect.associate_approved_origin(InstanceId=company.exemplary, Origin=origin)
    yield {("CONNECT-INT-001", origin, "")}
    connect.disassociate_approved_origin(InstanceId=company.exemplary, Origin=origin)


def change_number(connect, company):
    number, arn = "+551130035500", company.numbers["+551130035500"]
    before = connect.list_flow_associations(InstanceId=company.exemplary)["FlowAssociationSummaryList"]
    flow = next(one["FlowId"] for one in before if one["ResourceId"].endswith(arn))
    connect.disassociate_phone_number_contact_flow(PhoneNumberId=arn, InstanceId=company.exemplary)
    steps = {(rule, "aurora-atendimento", "") for rule in ("CONNECT-SED-003", "CONNECT-SED-005")}
    yield {("CONNECT-NUM-001", "•" * 8 + number[-4:], ""), *steps}
    connect.associate_phone_number_contact_flow(
        PhoneNumberId=arn, InstanceId=company.exemplary, ContactFlowId=flow.rpartition("/")[2]
    )


@pytest.mark.parametrize("change", [change_flow_logs, change_origin, change_number])
def test_changing_a_setting_changes_exactly_its_findings(company, cli, aws, change):
    before = set(failures(scan(cli)[1]))
    changing = change(boto3.client("connect", region_name="us-east-1"), company)
    expected = next(changing)
    try:
        after = set(failures(scan(cli)[1]))
    finally:
        list(changing)
    assert {(rule, visible(name), mark) for rule, name, mark in after - before} == {
        (rule, visible(name), mark) for rule, name, mark in expected
    }
    assert before - after == set()
    assert set(failures(scan(cli)[1])) == before


def visible(name):
    return re.sub("•+", "•", name)


def test_two_scans_of_the_same_account_differ_in_their_run_only(company, cli):
    documents = []
    for _ in range(2):
        _, document = scan(cli)
        document.pop("run")
        document.pop("taken_at")
        documents.append(json.dumps(document))
    assert documents[0] == documents[1]


def test_a_denied_action_makes_its_rules_unknown_and_leaves_the_others_alone(company, cli, sandbox):
    _, before = scan(cli)
    sandbox.deny("connect:ListSecurityProfilePermissions")
    try:
        ran, after = scan(cli)
    finally:
        sandbox.allow("connect:ListSecurityProfilePermissions")
    assert ran.code == 3
    jsonschema.Draft202012Validator(SCHEMA).validate(after)
    unknown = [one for one in after["findings"] if one["verdict"] == "unknown"]
    looking = {
        rule.id for rule in RULES if "Permissions" in rule.reads.get("connect.security_profile", ())
    } | {"CONNECT-SED-002"}
    assert "CONNECT-ACC-001" in {one["rule_id"] for one in unknown} <= looking
    assert {one["cause"]["action"] for one in unknown} == {"connect:ListSecurityProfilePermissions"}
    others = {mark: said for mark, said in verdicts(after).items() if mark[0] not in looking}
    assert others == {mark: said for mark, said in verdicts(before).items() if mark[0] not in looking}
    assert "connect:ListSecurityProfilePermissions" in ran.out
    assert "connect:ListSecurityProfilePermissions" in (cli.folder / "r.html").read_text("utf-8")


@pytest.mark.parametrize(
    "denied",
    [
        "s3:GetBucketPolicy",
        "kms:DescribeKey",
        "logs:DescribeLogGroups",
        "connect:ListBots",
        "s3:ListBucket",
        "connect:ListPhoneNumbersV2",
    ],
)
def test_any_denied_call_is_named_and_never_clean(company, cli, sandbox, denied):
    sandbox.deny(denied)
    try:
        ran, document = scan(cli)
    finally:
        sandbox.allow(denied)
    assert ran.code == 3
    assert denied in {
        one["cause"].get("action") for one in document["findings"] if one["verdict"] == "unknown"
    }
    assert denied in {one["cause"].get("action") for one in document["unread"]}
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_a_search_that_others_stand_in_for_is_told_in_the_coverage(company, cli, sandbox):
    args = ("--region", "us-east-1", "--select", "ACC", "--snapshot-out", "s.jsonl")
    _, free = scan(cli, *args)
    sandbox.deny("connect:SearchUsers")
    try:
        ran, document = scan(cli, *args)
    finally:
        sandbox.allow("connect:SearchUsers")
    assert ran.code == 1
    assert document["findings"] == free["findings"]
    assert document["unread"] == free["unread"]
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert told(free) == {}
    because = {"action": "connect:SearchUsers", "reason": "denied"}
    assert told(document) == {"connect.user": because}
    words = "Described one by one, as a search was not answered: connect:SearchUsers (denied)."
    assert words in ran.out
    html = (cli.folder / "r.html").read_text("utf-8")
    assert "as <code>connect:SearchUsers</code> was not answered: access was denied" in html
    again = cli("scan", "--from-snapshot", "s.jsonl", "--select", "ACC", "-o", "again.json")
    assert words in again.out
    assert told(json.loads((cli.folder / "again.json").read_text("utf-8"))) == told(document)


def told(document):
    return {
        kind["kind"]: kind["replaced"]
        for place in document["coverage"]
        for kind in place["kinds"]
        if "replaced" in kind
    }


def test_a_region_that_fails_is_incomplete_and_one_not_enabled_is_out_of_scope(company, cli, sandbox):
    def fail(call, _):
        from auditor.sandbox import Response

        return Response(500) if (call.region, call.service) == ("us-west-2", "connect") else None

    sandbox.fault(fail)
    try:
        ran, document = scan(cli)
    finally:
        sandbox.fault(None)
    states = {unit["region"]: unit["state"] for unit in document["units"]}
    assert ran.code == 3
    assert states["us-west-2"] == "incomplete"
    assert states["af-south-1"] == "out_of_scope"
    assert states["us-east-1"] == "scanned"
    assert not document["summary"]["complete"]


def test_regions_and_instances_can_be_chosen(company, cli):
    _, document = scan(cli, "--region", "us-west-2")
    assert [one["alias"] for one in document["instances"]] == ["aurora-parceiros"]
    assert [unit["region"] for unit in document["units"]] == ["us-west-2"]
    for name in ("aurora-atendimento", company.exemplary):
        ran, document = scan(cli, "--instance", name)
        assert [one["alias"] for one in document["instances"]] == ["aurora-atendimento"]
        assert failures(document, "aurora-atendimento") == []
        assert ran.code == (1 if failures(document) else 0), ran.err


def test_fail_on_decides_the_exit_code(company, cli):
    chosen = ("scan", *FAST, "--region", "us-west-2")
    assert cli(*chosen, "--fail-on", "medium").code == 1
    assert cli(*chosen, "--fail-on", "critical").code == 0


def test_people_are_masked_unless_asked_for(company, cli):
    _, masked = scan(cli)
    text = json.dumps(masked, ensure_ascii=False)
    _, clear = scan(cli, "--show-pii")
    (admins,) = [
        one for one in clear["findings"] if one["rule_id"] == "CONNECT-ACC-001" and one["verdict"] == "fail"
    ]
    names = admins["evidence"][0]["actual"]
    assert len(names) == 10, "nine administrators, and one who can make himself one"
    assert not [name for name in names if name in text]
    assert "+55113003" not in text
    assert "aurora-legado" in text
    assert [one["fingerprint"] for one in masked["findings"]] == [
        one["fingerprint"] for one in clear["findings"]
    ]
    html = (cli.folder / "r.html").read_text("utf-8")
    assert names[0] in html, "the second scan was a clear one"


def test_hostile_names_are_inert_in_every_output(company, cli):
    ran, _ = scan(cli)
    html = (cli.folder / "r.html").read_text("utf-8")
    assert "<script>alert(1)" not in html
    assert "\x1b" not in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="files have no POSIX mode there")
def test_reports_are_readable_by_their_owner_only(company, cli):
    scan(cli)
    assert [stat.S_IMODE((cli.folder / name).stat().st_mode) for name in ("r.json", "r.html")] == [
        0o600,
        0o600,
    ]


def test_json_goes_to_standard_output_when_asked(company, cli):
    ran = cli("scan", *FAST, "--region", "us-west-2", "--format", "json")
    assert json.loads(ran.out)["schema_version"] == 1


def test_the_log_holds_no_bodies_tokens_or_keys(company, cli):
    ran = cli("scan", *FAST, "-vv", "--region", "us-east-1")
    assert "connect:SearchUsers" in ran.err
    for secret in (
        "testing",
        "BEGIN",
        "Authorization",
        "Signature",
        "NextToken",
        "Vendas",
        "SecurityProfileIds",
    ):
        assert secret not in ran.err.replace("GetAccountAuthorizationDetails", "")


def test_a_role_is_assumed_into_another_account(company, cli, aws):
    other = "222233334444"
    ran, document = scan(cli, "--account", other, "--role-name", "Audit", "--external-id", "corp-7")
    assert ran.code == 4, ran.err
    assert {unit["account"] for unit in document["units"]} == {other}


def test_two_accounts_are_two_sets_of_units(company, cli):
    _, document = scan(cli, "--account", ACCOUNT, "--account", "222233334444", "--role-name", "Audit")
    assert {unit["account"] for unit in document["units"]} == {ACCOUNT, "222233334444"}
    assert len(document["instances"]) == 3


def test_a_role_that_cannot_be_assumed_leaves_its_account_unread(company, cli, sandbox):
    sandbox.deny("sts:AssumeRole")
    try:
        ran, document = scan(cli, "--account", ACCOUNT, "--account", "222233334444", "--role-name", "Audit")
    finally:
        sandbox.allow("sts:AssumeRole")
    assert ran.code == 3
    (unread,) = [unit for unit in document["units"] if unit["account"] == "222233334444"]
    assert unread["state"] == "incomplete"
    assert "cannot be assumed" in unread["detail"]
    assert len(document["instances"]) == 3
