"""`connect-audit iam-policy`: what it grants is enough, and all of it is needed."""

import fnmatch
import importlib.util
import json
import re
import shutil
import subprocess
import sys

import botocore.session
import pytest

from auditor import bundled, policy
from auditor.catalogue import load
from auditor.collect.access import Identity, Sessions, open_accounts
from auditor.collect.collector import INSTANCE, REGIONS, Collector, Plan
from auditor.collect.guard import allowed
from auditor.collect.need import EVERYTHING, Need
from auditor.collect.rates import QUOTAS
from auditor.evaluate import evaluate
from auditor.kinds import KINDS
from auditor.model import UnitState
from auditor.rule import Verdict
from tests.conftest import FAST, ROOT

CATALOGUE = load(bundled.RULES)
STORAGE = CATALOGUE.selected(("STO",))
STORAGE_NEED = Need.of(STORAGE.rules, wide=False)
INSTANCE_ARN = "arn:aws:connect:us-east-1:123456789012:instance/11111111-2222-3333-4444-555555555555"


def granted(*documents):
    """The actions that policies allow, sorted; what they deny is taken off."""
    statements = [one for document in documents for one in document["Statement"]]
    denied = [name for one in statements if one["Effect"] == "Deny" for name in one["Action"]]
    return sorted(
        action
        for one in statements
        if one["Effect"] == "Allow"
        for action in one["Action"]
        if not any(fnmatch.fnmatchcase(action, pattern) for pattern in denied)
    )


def actions(need):
    return policy.actions_of(call for _, call in policy.calls_of(need))


def printed(cli, *args):
    """The policies that the command prints."""
    ran = cli("iam-policy", *args)
    assert ran.code == 0, ran.err
    whole = json.loads(ran.out)
    return whole if isinstance(whole, list) else [whole]


@pytest.fixture
def nothing_but(sandbox):
    """An account in which only these actions are allowed, for one test."""

    def only(names):
        sandbox.deny("*")
        sandbox.allow("sts:GetCallerIdentity", *names)

    yield only
    sandbox.allow("*")


def scanned(cli, *args):
    ran = cli("scan", *FAST, "-o", "r.json", *args)
    document = json.loads((cli.folder / "r.json").read_text("utf-8"))
    document.pop("run")
    document.pop("taken_at")
    return ran, document


@pytest.mark.parametrize("args", [(), ("--select", "STO"), ("--ignore", "STO"), ("--all",)], ids=" ".join)
def test_a_scan_with_exactly_this_policy_lacks_nothing(company, cli, nothing_but, args):
    _, free = scanned(cli, *args)
    nothing_but(granted(*printed(cli, *args)))
    ran, document = scanned(cli, *args)
    assert ran.code in (0, 1), ran.out + ran.err
    assert [one for one in document["findings"] if one["verdict"] in ("unknown", "error")] == []
    assert [one for one in document["unread"] if one["cause"]["reason"] == "denied"] == []
    assert document["summary"]["complete"]
    assert document == free, "nothing at all is different from a scan that may do everything"


def judged(need, rules):
    accounts, _ = open_accounts(Sessions(), Identity())
    plan = Plan(regions=("us-east-1",), need=need, rates={"*": 1000.0})
    snapshot = Collector(accounts, plan).run("2026-01-01T00:00:00Z").snapshot
    return snapshot, {
        (one.rule_id, one.fingerprint): (one.verdict, one.cause and one.cause.action)
        for one in evaluate(rules, snapshot)
    }


SPARE = (
    policy.BESIDE
    | {action for names in policy.DEPENDENT.values() for action in names}
    | {
        call.iam_action
        for kind in KINDS
        if kind.search and kind.lists and kind.describe and kind.name != INSTANCE
        for call in (kind.search, kind.describe)
    }
)
"""What a scan can do without: the Region's own answer, a directory that is not there, describing for searching."""


@pytest.fixture(scope="module")
def before():
    """What a scan that may do everything says of storage; kept for the tests that compare with it."""
    return {}


@pytest.mark.parametrize("action", actions(STORAGE_NEED))
def test_without_any_one_action_a_scan_is_never_silently_clean(company, aws, sandbox, before, action):
    before.update(before or judged(STORAGE_NEED, STORAGE.rules)[1])
    sandbox.deny(action)
    try:
        snapshot, after = judged(STORAGE_NEED, STORAGE.rules)
    finally:
        sandbox.allow(action)
    changed = {mark: said for mark, said in after.items() if before.get(mark) != said}
    gone = before.keys() - after.keys()
    assert {said for said in changed.values() if said[0] is not Verdict.NOT_APPLICABLE} <= {
        (Verdict.UNKNOWN, action)
    }
    named = {one.action for resource in snapshot.resources for one in resource.unread.values()}
    named |= {resource.rest.action for resource in snapshot.resources if resource.rest}
    named |= {gap.cause.action for gap in snapshot.gaps}
    named |= {unit.cause.action for unit in snapshot.units if unit.cause}
    if action not in named:
        assert action in SPARE, "an action that nothing lacks is not needed"
        assert not changed
        assert not gone
        assert all(unit.state is UnitState.SCANNED for unit in snapshot.units)


def test_a_search_that_is_denied_is_made_good_by_actions_of_the_same_policy(
    company, aws, sandbox, nothing_but
):
    rules = CATALOGUE.selected(("RTG",)).rules
    need = Need.of(rules, wide=False)
    granting = actions(need)
    assert {"connect:SearchQueues", "connect:ListQueues", "connect:DescribeQueue"} <= set(granting)
    _, before = judged(need, rules)
    nothing_but(set(granting) - {"connect:SearchQueues"})
    _, after = judged(need, rules)
    assert after == before


def test_what_the_dangerous_reads_are_is_denied_and_never_granted():
    everything = actions(EVERYTHING)
    for pattern in policy.NEVER:
        assert not fnmatch.filter(everything, pattern), pattern
    assert all(policy.NEVER.values()), "each has its reason"
    names = {f"{prefix}:{operation}" for service, prefix in (
        ("connect", "connect"), ("connectcases", "cases"), ("customer-profiles", "profile"),
        ("connect-contact-lens", "connect"),
    ) for operation in botocore.session.Session().get_service_model(service).operation_names}  # fmt: skip
    # The emergency sign-in is a permission of the AWS console, not an operation of the API.
    names |= {"connect:AdminGetEmergencyAccessToken"}
    assert not [pattern for pattern in policy.NEVER if not fnmatch.filter(names, pattern)]


def test_everything_that_the_guard_lets_through_for_a_scan_is_granted():
    services = {(call.service, call.operation) for _, call in policy.calls_of(EVERYTHING)}
    assert services == {(call.service, call.operation) for kind in KINDS for call in kind.calls()} - {
        # described only where a list lacks something, and it lacks nothing
        (kind.describe.service, kind.describe.operation)
        for kind in KINDS
        if kind.describe
        and kind.describe not in [call for one, call in policy.calls_of(EVERYTHING) if one is kind]
    }
    assert services <= allowed()
    assert {REGIONS.iam_action, QUOTAS.iam_action} == policy.BESIDE


def test_a_selection_grants_no_more_than_it_needs():
    assert (
        set(actions(STORAGE_NEED))
        < set(actions(Need.of(CATALOGUE.rules, wide=True)))
        <= set(actions(EVERYTHING))
    )
    assert not [name for name in actions(STORAGE_NEED) if "User" in name or "Flow" in name]


@pytest.mark.parametrize("limit", [1300, 2000, 6144])
@pytest.mark.parametrize("instances", [(), (INSTANCE_ARN,)], ids=["all", "one"])
def test_a_policy_that_is_too_long_becomes_several_that_say_the_same(limit, instances):
    wanted = actions(EVERYTHING)
    policies = policy.documents(wanted, instances, limit)
    assert len(policies) > 1
    assert all(policy.size(one) <= limit for one in policies)
    assert granted(*policies) == list(wanted)
    assert [one["Statement"][0]["Effect"] for one in policies] == ["Deny"] + ["Allow"] * (len(policies) - 1)
    for one in policies:
        sids = [statement["Sid"] for statement in one["Statement"]]
        assert len(set(sids)) == len(sids)
        assert all(re.fullmatch("[A-Za-z0-9]+", sid) for sid in sids)


def test_several_policies_are_an_array_and_are_said_to_be(cli):
    ran = cli("iam-policy", "--all")
    whole = json.loads(ran.out)
    assert isinstance(whole, list) == (len(policy.documents(actions(EVERYTHING))) > 1)
    if isinstance(whole, list):
        assert f"{len(whole)} policies" in ran.err
        assert "6,144" in ran.err


def test_more_instances_than_fit_are_refused_in_a_sentence(cli):
    many = [f"--instance-arn={INSTANCE_ARN[:-4]}{number:04}" for number in range(60)]
    ran = cli("iam-policy", *many)
    assert ran.code == 2
    assert "60 instances are too many" in ran.err
    assert "Traceback" not in ran.err


def test_what_names_an_instance_can_be_limited_to_it(cli):
    (document,) = printed(cli, "--select", "STO", "--instance-arn", INSTANCE_ARN)
    limited = [one for one in document["Statement"] if one["Resource"] != "*"]
    assert [one["Sid"] for one in limited] == ["ReadConnectInstances"]
    assert INSTANCE_ARN in limited[0]["Resource"]
    assert f"{INSTANCE_ARN}/*" in limited[0]["Resource"]
    assert "connect:ListInstances" not in limited[0]["Action"], "it has no resource to be limited to"
    assert granted(document) == list(actions(STORAGE_NEED))


@pytest.mark.parametrize(
    "arn", ["aurora", "arn:aws:connect:us-east-1:1:instance/x", INSTANCE_ARN + "/queue/x", "*"]
)
def test_something_else_than_an_instance_is_refused(cli, arn):
    ran = cli("iam-policy", "--instance-arn", arn)
    assert ran.code == 2
    assert "instance/ID" in ran.err


def test_a_selection_of_nothing_is_refused(cli):
    ran = cli("iam-policy", "--select", "NOPE")
    assert ran.code == 2
    assert "--select NOPE: it names no rule" in ran.err


@pytest.mark.parametrize("format", ["json", "cloudformation", "terraform"])
def test_the_same_command_prints_the_same_bytes(cli, format):
    first, second = (cli("iam-policy", "--format", format, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first == second


@pytest.mark.parametrize("args", [("--select", "STO"), ("--all",)], ids=" ".join)
def test_the_cloudformation_template_makes_the_role_with_all_policies(cli, args):
    template = json.loads(cli("iam-policy", *args, "--format", "cloudformation").out)
    assert list(template["Parameters"]) == ["AuditAccountId", "ExternalId", "RoleName"]
    assert re.fullmatch(template["Parameters"]["AuditAccountId"]["AllowedPattern"], "123456789012")
    resources = template["Resources"]
    made = {name: one for name, one in resources.items() if one["Type"] == "AWS::IAM::ManagedPolicy"}
    role = resources["Role"]["Properties"]
    assert [one["Ref"] for one in role["ManagedPolicyArns"]] == list(made)
    assert [one["Properties"]["PolicyDocument"] for one in made.values()] == printed(cli, *args)
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert trust["Action"] == "sts:AssumeRole"


@pytest.mark.skipif(importlib.util.find_spec("cfnlint") is None, reason="cfn-lint is not installed")
def test_the_cloudformation_template_passes_cfn_lint(cli):
    (cli.folder / "t.json").write_text(cli("iam-policy", "--all", "--format", "cloudformation").out, "utf-8")
    # W3037 holds actions against cfn-lint's own list, which is older than some of them.
    script = "from cfnlint.runner import main; main()"
    command = [sys.executable, "-W", "ignore", "-c", script, "--ignore-checks", "W3037", "--", "t.json"]
    done = subprocess.run(command, cwd=cli.folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


def test_the_terraform_configuration_makes_the_same_role_and_policies(cli):
    text = cli("iam-policy", "--all", "--format", "terraform").out
    policies = policy.documents(actions(EVERYTHING))
    assert text.count('resource "aws_iam_policy" ') == len(policies)
    assert text.count('resource "aws_iam_role_policy_attachment" ') == len(policies)
    assert text.count('resource "aws_iam_role" ') == 1
    assert '"sts:ExternalId" = var.external_id' in text
    listed = re.findall(r'^ +"([a-z0-9-]+:[A-Za-z0-9*]+)",$', text, re.MULTILINE)
    assert sorted(listed) == sorted([*policy.NEVER, *actions(EVERYTHING)])


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_the_terraform_configuration_is_laid_out_as_terraform_does(cli):
    (cli.folder / "role.tf").write_text(cli("iam-policy", "--all", "--format", "terraform").out, "utf-8")
    command = ["terraform", "fmt", "-check", "-diff"]
    done = subprocess.run(command, cwd=cli.folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_about_permissions_names_every_denied_read():
    page = (ROOT / "docs/permissions.md").read_text("utf-8")
    assert not [pattern for pattern in policy.NEVER if f"`{pattern}`" not in page]
