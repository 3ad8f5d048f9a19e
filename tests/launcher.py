"""Runs the command in processes of their own that need not import everything anew: forked from one that has.

    python tests/launcher.py

reads one JSON line for each run, {"args", "folder", "env", "out", "err", "seconds"}, and answers its exit code. The
child is a real process with an environment, a folder, streams and signals of its own; what it lacks is the half second
of imports before it. POSIX only.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import sys
from typing import Any

LATER = ("jinja2", "jsonschema", "rich.console", "rich.live", "rich.table", "ruamel.yaml")
"""What the command imports when it needs it."""


def main() -> None:
    """Answers until there is nothing left to read."""
    load()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            become(asked)
            return  # and so to the end that every Python has
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def load() -> None:
    """Imports all of the command, and reads the model of the service that every scan asks."""
    import auditor

    names = [found.name for found in pkgutil.walk_packages(auditor.__path__, "auditor.")]
    for name in (*names, *LATER):
        if "sandbox" not in name and not name.endswith("__main__"):
            importlib.import_module(name)
    access = importlib.import_module("auditor.collect.access")
    access.Sessions().new().get_service_model("connect")
    gc.freeze()  # the children share what is there


def become(asked: dict[str, Any]) -> None:
    """The run that was asked for, as if it had been started by itself."""
    signal.alarm(asked["seconds"])
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["folder"])
    for descriptor, name, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, asked["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, asked["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        os.dup2(os.open(name, flags, 0o600), descriptor)
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8", line_buffering=number == 2)
        for number, mode in enumerate("rww")
    )
    sys.argv = ["connect-audit", *asked["args"]]
    importlib.import_module("auditor.cli.app").main()


if __name__ == "__main__":
    main()
