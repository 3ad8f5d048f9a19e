"""`connect-audit demo`: the main job, on an AWS account that is pretended on this machine."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from auditor.cli import export, scan
from auditor.cli.asked import Asked
from auditor.cli.sandbox import sandbox_module
from auditor.cli.stop import Stop

EXEMPLARY = "aurora-atendimento"
OWN_AWS_SETTINGS = ("AWS_", "BOTO_")
"""What a person's environment says to AWS tools: none of it may reach, or be reached by, the demo."""


def run(folder: Path) -> int:
    """Populates a pretended account through its API, scans it over HTTP, and says what to try next."""
    served = sandbox_module()
    company = sandbox_module("auditor.sandbox.company")
    drifted = sandbox_module("auditor.sandbox.company.drifted")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(f"{folder}: the folder for the reports cannot be made: {error.strerror}.") from error
    before, after = folder / "account.jsonl", folder / "account-a-day-later.jsonl"
    spec = folder / f"{EXEMPLARY}.connect-spec.yaml"
    reports = (folder / "report.html", folder / "report.json")
    with served.Sandbox() as sandbox:
        sys.stderr.write("Setting up a pretended AWS account with three Amazon Connect instances…\n")
        built = sandbox.stage(company.populate)
        with _environment(sandbox.url):
            asked = Asked(
                accounts=("123456789012",),
                outputs=reports,
                rates=("*=500",),
                no_config=True,
                snapshot_out=before,
                show_pii=True,
                demo=True,
            )
            scan.run(asked)
            export.run(
                replace(
                    asked,
                    outputs=(),
                    snapshot_out=None,
                    from_snapshot=before,
                    instances=(EXEMPLARY,),
                    quiet=True,
                    accounts=(),
                    rates=(),
                ),
                export.Export(spec),
            )
            sandbox.stage(partial(drifted.drift, company=built))
            scan.run(replace(asked, outputs=(), snapshot_out=after, quiet=True))
    sys.stderr.write(
        f"\nOpen {reports[0].resolve()} in a browser.\n"
        "Then try:\n"
        f"  connect-audit diff {spec} --from-snapshot {after}\n"
        "                                         what somebody changed since the spec was written\n"
        "  connect-audit scan -o report.html      your own account, with your AWS credentials; it only reads\n"
        "  connect-audit rules show CONNECT-STO-005    why a rule matters, and how to mend what it finds\n"
        "  connect-audit sandbox                  the same pretended account for any AWS tool\n"
    )
    return 0


@contextlib.contextmanager
def _environment(url: str) -> Iterator[None]:
    """An environment in which AWS is the sandbox and the user's own settings do not exist."""
    pretended: Mapping[str, str] = {
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    before = dict(os.environ)
    for name in before:
        if name.startswith(OWN_AWS_SETTINGS):
            del os.environ[name]
    os.environ.update(pretended)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
