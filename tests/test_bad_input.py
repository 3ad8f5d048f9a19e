"""Bad input: one clear sentence, the right exit code, nothing half-written."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.conftest import ACCOUNT, FAST, ROOT, environment

RULE = (ROOT / "rules/storage/storage_has_kms_key.yaml").read_text("utf-8")


def refused(ran, code, *words):
    """One sentence on standard error and nothing else anywhere."""
    assert ran.code == code, ran.err + ran.out
    assert ran.out == ""
    assert "Traceback" not in ran.err
    lines = ran.err.strip().splitlines()
    assert len(lines) == 1, ran.err
    for word in words:
        assert word in ran.err


def test_an_account_that_is_not_the_credentials_own(cli):
    refused(cli("scan", "--account", "999988887777"), 2, ACCOUNT, "999988887777", "--role-name")


def test_an_account_id_that_is_none(cli):
    refused(cli("scan", "--account", "prod"), 2, "12 digits")


def test_no_credentials(cli):
    env = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    refused(cli("scan", **env), 2, "No AWS credentials", "aws configure")


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId"])
def test_credentials_that_aws_does_not_take(cli, sandbox, code):
    from auditor.sandbox import Response

    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>".encode()
    sandbox.fault(lambda call, _: Response(403, body) if call.service == "sts" else None)
    try:
        refused(cli("scan"), 2, code, "expired", "aws sso login")
    finally:
        sandbox.fault(None)


def test_an_expired_sso_session_says_which_command_renews_it(cli, tmp_path):
    config = tmp_path / "config"
    config.write_text(
        textwrap.dedent("""\
            [profile audit]
            sso_session = corp
            sso_account_id = 123456789012
            sso_role_name = Audit
            region = us-east-1
            [sso-session corp]
            sso_start_url = https://corp.example/start
            sso_region = us-east-1
            """)
    )
    env = {
        "AWS_CONFIG_FILE": str(config),
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
        "HOME": str(tmp_path),
    }
    refused(cli("scan", "--profile", "audit", **env), 2, "aws sso login --profile audit")


def test_a_profile_that_does_not_exist(cli):
    refused(cli("scan", "--profile", "nowhere"), 2, "nowhere", "aws configure list-profiles")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ("--account", "222233334444", "--role-name", "Audit"),
            ("222233334444", "cannot be assumed", "--external-id"),
        ),
        (("--role-arn", "arn:aws:iam::222233334444:role/Audit"), ("222233334444", "cannot be assumed")),
        (
            ("--account", "222233334444", "--role-name", "Audit", "--external-id", "x"),
            ("ExternalId", "min length: 2"),
        ),
        (("--role-arn", "Audit"), ("is not the ARN of a role",)),
        (("--role-arn", "arn:aws:iam::222233334444:role/A", "--role-name", "A"), ("exclude each other",)),
        (
            ("--account", "333344445555", "--role-arn", "arn:aws:iam::222233334444:role/A"),
            ("is not in account 333344445555",),
        ),
    ],
)
def test_a_role_that_cannot_be_assumed(cli, sandbox, args, words):
    sandbox.deny("sts:AssumeRole")
    try:
        refused(cli("scan", *args), 2, *words)
    finally:
        sandbox.allow("sts:AssumeRole")


def test_a_region_without_connect(cli):
    refused(cli("scan", "--region", "sa-east-1"), 2, "sa-east-1", "us-east-1")


def test_a_partition_without_connect(cli, sandbox):
    from auditor.sandbox import Response

    body = (
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        b"<Arn>arn:aws-cn:iam::123456789012:user/a</Arn><UserId>A</UserId><Account>123456789012</Account>"
        b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )
    sandbox.fault(lambda call, _: Response(200, body) if call.service == "sts" else None)
    try:
        refused(cli("scan"), 4, "aws-cn", "not offered")
    finally:
        sandbox.fault(None)


def test_an_endpoint_that_does_not_answer(cli):
    refused(cli("scan", AWS_ENDPOINT_URL="http://127.0.0.1:9"), 2, "cannot be reached", "127.0.0.1:9")


def test_nothing_to_scan(cli):
    ran = cli("scan", *FAST, "-o", "r.json")
    assert ran.code == 4
    assert "nothing to scan" in ran.err
    assert (cli.folder / "r.json").exists(), "the report says which Regions were looked at"


def test_an_instance_that_does_not_exist(cli):
    ran = cli("scan", *FAST, "--instance", "nowhere", "-o", "r.json")
    refused(ran, 4, "No instance is called nowhere", "us-east-1")
    assert list(cli.folder.iterdir()) == []


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_an_output_of_no_known_kind(cli, name):
    refused(cli("scan", "-o", name), 2, name, ".html")


def test_an_output_folder_that_cannot_be_written_is_found_before_anything_is_read(cli, sandbox):
    before = len(sandbox.calls)
    refused(cli("scan", "-o", "no/such/folder/r.json"), 2, "no/such/folder/r.json", "cannot be written")
    (cli.folder / "r.json").mkdir()
    refused(cli("scan", "-o", "r.html", "-o", "r.json"), 2, "folder")
    assert [one.name for one in cli.folder.iterdir()] == ["r.json"]
    assert len(sandbox.calls) == before


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (lambda text: text.replace("severity: high", "severity: dire", 1), "severity", ("'dire'", "critical")),
        (lambda text: text.replace("kind: connect", "kind: conect", 1), "kind", ("conect.storage_config",)),
        (lambda text: text + "\nsurprise: 1\n", "surprise", ("surprise",)),
        (lambda text: text.replace("id: CONNECT-STO-003", "id: sto3"), "id", ("CONNECT-STO-003",)),
        (lambda text: text.replace("expect:", "expect:\n  S3Config.X: {match: {pattern: '^(a+)+$'}}", 1), "S3Config.X",
         ("repeat inside a repeat",)),
        (lambda text: text.replace("title:", "title: [", 1), None, ("not YAML",)),
    ],
)  # fmt: skip
def test_a_rule_file_that_is_wrong(cli, change, line, words):
    text = change(RULE)
    folder = cli.folder / "mine"
    folder.mkdir()
    (folder / "rule.yaml").write_text(text, encoding="utf-8")
    number = next(
        (
            str(n)
            for n, said in enumerate(text.splitlines(), 1)
            if line and said.strip().startswith(f"{line}:")
        ),
        "",
    )
    ran = cli("scan", "--rules", "mine")
    refused(ran, 2, str(Path("mine") / "rule.yaml"), *words)
    if number:
        assert f"rule.yaml:{number}:" in ran.err


def test_two_rules_with_one_id(cli):
    folder = cli.folder / "mine"
    folder.mkdir()
    (folder / "again.yaml").write_text(RULE, encoding="utf-8")
    refused(cli("scan", "--rules", "mine"), 2, "CONNECT-STO-003", "again.yaml", "storage_has_kms_key.yaml")


def test_python_rules_of_others_run_only_when_allowed(company, cli):
    folder = cli.folder / "mine"
    folder.mkdir()
    text = (ROOT / "rules/storage/recordings_have_storage.py").read_text("utf-8")
    mark = cli.folder / "ran"
    own = text.replace("CONNECT-STO-001", "OWN-STO-001") + f"\nopen({str(mark)!r}, 'w').close()\n"
    (folder / "own.py").write_text(own, encoding="utf-8")
    refused(cli("scan", "--rules", "mine"), 2, "own.py", "--allow-python-rules")
    assert not mark.exists()
    ran = cli(
        "scan", *FAST, "--rules", "mine", "--allow-python-rules", "--format", "json", "--region", "us-west-2"
    )
    assert mark.exists()
    assert '"sha256"' in ran.out
    (folder / "own.py").write_text("import nothing_at_all\n")
    refused(cli("scan", "--rules", "mine", "--allow-python-rules"), 2, "own.py:1:", "nothing_at_all")


@pytest.mark.parametrize("rate", ["ListQueues", "ListQueues=fast", "=2", "*=0", "*=-1", "*=inf", "*=nan"])
def test_a_rate_that_is_none(cli, rate):
    refused(cli("scan", "--rate", rate), 2, rate)


def test_a_rule_that_does_not_exist(cli):
    refused(cli("rules", "show", "CONNECT-SOT-020"), 2, "did you mean CONNECT-STO-020?")


def test_the_sandbox_says_which_extra_it_needs(cli):
    hidden = cli.folder / "hidden"
    (hidden / "moto").mkdir(parents=True)
    (hidden / "moto" / "__init__.py").write_text(
        "raise ModuleNotFoundError('No module named moto', name='moto')"
    )
    ran = cli("demo", PYTHONPATH=f"{hidden}{os.pathsep}{ROOT}")
    refused(ran, 2, "moto", "connect-audit[sandbox]")


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_ctrl_c_writes_what_it_has_and_exits_130(company, sandbox, tmp_path):
    sandbox._gate.latency = 0.2
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", "scan", "-o", "r.json", "--region", "us-east-1"],
        cwd=tmp_path, env=environment(sandbox.url), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        before = len(sandbox.calls)
        deadline = time.monotonic() + 30
        while len(sandbox.calls) < before + 40 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        sandbox._gate.latency = 0.0
        process.kill()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    report = (tmp_path / "r.json").read_text("utf-8")
    assert '"interrupted": true' in report
    assert '"state": "incomplete"' in report
