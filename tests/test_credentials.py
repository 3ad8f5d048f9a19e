"""The whole default credential chain works, and the guard lets its calls through."""

import json
import sys
import textwrap

import pytest

from tests.conftest import FAST

OTHER = "222233334444"
NO_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
WHERE = ("--region", "us-east-1", "-o", "r.json")


@pytest.fixture
def profile(cli):
    """Writes an AWS configuration and scans with it; the account that was scanned."""

    def scan(config, *args, **env):
        path = cli.folder / "config"
        path.write_text(textwrap.dedent(config), encoding="utf-8")
        ran = cli("scan", *FAST, *WHERE, *args, **{**NO_KEYS, "AWS_CONFIG_FILE": str(path), **env})
        assert ran.code == 4, ran.err
        report = json.loads((cli.folder / "r.json").read_text("utf-8"))
        return {unit["account"] for unit in report["units"]}

    return scan


def test_a_chain_of_profiles(profile):
    config = f"""\
        [profile base]
        aws_access_key_id = key
        aws_secret_access_key = secret
        [profile hop]
        source_profile = base
        role_arn = arn:aws:iam::{OTHER}:role/Audit
        region = us-east-1
        """
    assert profile(config, "--profile", "hop") == {OTHER}
    assert profile(config, AWS_PROFILE="hop") == {OTHER}


def test_a_process_that_gives_credentials(profile, cli):
    script = cli.folder / "credentials.py"
    script.write_text('print(\'{"Version": 1, "AccessKeyId": "key", "SecretAccessKey": "secret"}\')')
    config = f"""\
        [default]
        region = us-east-1
        credential_process = "{sys.executable}" "{script}"
        """
    assert profile(config) == {"123456789012"}


def test_a_web_identity(profile, cli):
    token = cli.folder / "token"
    token.write_text("a-token")
    role = f"arn:aws:iam::{OTHER}:role/Audit"
    env = {"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_REGION": "us-east-1"}
    for name in NO_KEYS:
        env[name] = ""
    assert profile("[default]\n", **env) == {OTHER}


def test_an_endpoint_of_the_profile(profile, sandbox):
    config = f"""\
        [profile local]
        aws_access_key_id = key
        aws_secret_access_key = secret
        region = us-east-1
        endpoint_url = {sandbox.url}
        """
    assert profile(config, "--profile", "local", AWS_ENDPOINT_URL="") == {"123456789012"}


def test_govcloud_has_its_own_regions(cli, sandbox):
    from auditor.sandbox import Response

    body = (
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        b"<Arn>arn:aws-us-gov:iam::123456789012:user/a</Arn><UserId>A</UserId><Account>123456789012</Account>"
        b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )
    sandbox.fault(lambda call, _: Response(200, body) if call.service == "sts" else None)
    try:
        ran = cli("scan", *FAST, "-o", "r.json")
    finally:
        sandbox.fault(None)
    report = json.loads((cli.folder / "r.json").read_text("utf-8"))
    assert ran.code == 4, ran.err
    assert report["partition"] == "aws-us-gov"
    assert {unit["region"] for unit in report["units"]} == {"us-gov-west-1"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("AWS_ENDPOINT_URL", "localhost:4599"),
        ("AWS_DEFAULT_REGION", "us east"),
        ("AWS_RETRY_MODE", "wild"),
        ("AWS_MAX_ATTEMPTS", "many"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_a_sentence(cli, setting, value):
    ran = cli("scan", **{setting: value})
    assert ran.code == 2
    assert "The AWS settings cannot be used" in ran.err
    assert value in ran.err
