"""What tests share: one populated sandbox per worker, and the command line as users run it."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox import Sandbox
from auditor.sandbox.company import Company, populate

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "123456789012"
LONGEST = 120
"""Seconds that a command may take."""
FAST = ("--rate", "*=1000")
"""Lifts the client-side quotas: the sandbox of most tests does not throttle."""


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


class Cli:
    """Runs `connect-audit` in a process of its own, with an environment that knows no other AWS."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self.env = environment(url)

    def __call__(self, *args: str | Path, **env: str) -> Ran:
        if hasattr(os, "fork") and not any(name.startswith(("PYTHON", "LANG", "LC_", "TZ")) for name in env):
            return self._forked([*map(str, args)], {**self.env, **env})
        done = subprocess.run(
            [sys.executable, "-m", "auditor", *map(str, args)],
            capture_output=True,
            cwd=self.folder,
            encoding="utf-8",
            env={**self.env, **env},
            timeout=LONGEST,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def _forked(self, args: list[str], env: dict[str, str]) -> Ran:
        launcher = _launcher()
        with tempfile.TemporaryDirectory() as streams:
            out, err = Path(streams, "out"), Path(streams, "err")
            asked = {"args": args, "env": env, "folder": str(self.folder), "seconds": LONGEST}
            launcher.stdin.write(json.dumps({**asked, "out": str(out), "err": str(err)}) + "\n")
            launcher.stdin.flush()
            code = int(launcher.stdout.readline())
            return Ran(code, out.read_text("utf-8"), err.read_text("utf-8"))


@cache
def _launcher() -> Any:
    """What the command is forked from in this process's tests; it ends with them."""
    launcher = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "launcher.py")],
        env=environment(""), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    atexit.register(launcher.communicate)
    return launcher


def environment(url: str) -> dict[str, str]:
    """The environment of a user whose AWS is at `url`."""
    kept: Mapping[str, str] = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "COVERAGE"))
    }
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": url,
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """An empty pretended account."""
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def company(sandbox: Sandbox) -> Company:
    """The demo's company in it."""
    return sandbox.stage(populate)


@pytest.fixture
def cli(sandbox: Sandbox, tmp_path: Path) -> Cli:
    """The command line in an empty folder, with the sandbox for AWS."""
    return Cli(sandbox.url, tmp_path)


@pytest.fixture
def aws(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> str:
    """This process's own environment, for tests that collect without the command line."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in environment(sandbox.url).items():
        if name.startswith("AWS_") or name == "NO_PROXY":
            monkeypatch.setenv(name, value)
    return sandbox.url


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` writes the golden files anew; look at their difference before you commit it."""
    parser.addoption("--accept", action="store_true", help="write the golden files anew")
