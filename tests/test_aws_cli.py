"""The real AWS CLI, in an environment of its own, agrees with the sandbox and with what a scan saw."""

import json
import subprocess
import sys

import pytest

from tests.conftest import FAST, environment

REGION = ("--region", "us-east-1", "--output", "json")


@pytest.fixture(scope="module")
def aws_command(tmp_path_factory):
    """An AWS CLI that shares nothing with this environment."""
    folder = tmp_path_factory.mktemp("awscli")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    install = [
        programs / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "awscli",
    ]
    subprocess.run([str(word) for word in install], check=True, timeout=300, capture_output=True)
    return [str(programs / "python"), "-m", "awscli"]


@pytest.fixture
def ask(aws_command, company, sandbox):
    """Asks the AWS CLI and gives its JSON."""
    env = {name: value for name, value in environment(sandbox.url).items() if name != "PYTHONPATH"}

    def run(*words):
        done = subprocess.run(
            [*aws_command, *words, *REGION],
            env=env,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_the_aws_cli_agrees(ask, company, cli):
    cli("scan", *FAST, "-o", "r.json", "--show-pii")
    report = json.loads((cli.folder / "r.json").read_text("utf-8"))
    seen = {one["alias"]: one for one in report["instances"] if one["region"] == "us-east-1"}
    listed = ask("connect", "list-instances")["InstanceSummaryList"]
    assert {one["InstanceAlias"] for one in listed} == set(seen)
    mine = ("--instance-id", company.exemplary)
    counts = {
        row["kind"]: row["count"]
        for place in report["coverage"]
        if place["instance_id"] == company.exemplary
        for row in place["kinds"]
    }
    queues = ask("connect", "search-queues", *mine)["Queues"]
    assert len(queues) == counts["connect.queue"]
    assert len(ask("connect", "list-users", *mine)["UserSummaryList"]) == counts["connect.user"]
    kept = ask("connect", "list-instance-storage-configs", *mine, "--resource-type", "CALL_RECORDINGS")
    (config,) = kept["StorageConfigs"]
    assert config["S3Config"]["EncryptionConfig"] == {"EncryptionType": "KMS", "KeyId": company.key_arn}
    flows = ask("connect", "list-contact-flows", *mine)["ContactFlowSummaryList"]
    assert len(flows) == counts["connect.contact_flow"]
    flow = ask("connect", "describe-contact-flow", *mine, "--contact-flow-id", flows[0]["Id"])["ContactFlow"]
    assert json.loads(flow["Content"])["Version"] == "2019-10-30"
    assert ask("s3api", "get-bucket-policy-status", "--bucket", config["S3Config"]["BucketName"]) == {
        "PolicyStatus": {"IsPublic": False}
    }
