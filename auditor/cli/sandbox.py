"""`connect-audit sandbox`: a pretended AWS account for any AWS tool."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

from auditor.cli.stop import Stop


def sandbox_module(name: str = "auditor.sandbox") -> ModuleType:
    """The sandbox, or the sentence that says which extra it needs."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "auditor":
            raise
        raise Stop(
            f"The sandbox needs the package {error.name}, which is not installed: "
            "pip install 'connect-audit[sandbox]'."
        ) from error


def run(
    port: int,
    rate: float | None,
    burst: float,
    latency: float,
    deny: tuple[str, ...],
    log: Path | None,
    *,
    empty: bool,
) -> int:
    """Serves until Ctrl-C."""
    served = sandbox_module()
    company = sandbox_module("auditor.sandbox.company")
    try:
        served.serve(
            port=port,
            rate=rate,
            burst=int(burst),
            latency=latency,
            deny=deny,
            log=log,
            say=_say,
            stage=None if empty else company.populate,
        )
    except OSError as error:
        raise Stop(
            f"The sandbox cannot listen on 127.0.0.1:{port} or write its log: {error.strerror}."
        ) from error
    return 0


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
