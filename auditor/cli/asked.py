"""What a scan was asked for on the command line, and what it then works on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from auditor.cli.selection import Selection
from auditor.cli.stop import NOTHING, Stop
from auditor.model import Snapshot, UnitState
from auditor.report import Run
from auditor.spec.spec import Spec
from auditor.store import Maker

MAX_AGE = "7d"
ROLE_SESSION_NAME = "connect-audit"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command."""

    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    outputs: tuple[Path, ...] = ()
    fail_on: str = ""
    """Empty: what the configuration says, or any."""
    rules: tuple[Path, ...] = ()
    allow_python_rules: bool = False
    profile: str = ""
    role_name: str = ""
    role_arn: str = ""
    external_id: str = ""
    role_session_name: str = ROLE_SESSION_NAME
    rates: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    """Parameters of rules, as NAME=VALUE."""
    all: bool = False
    snapshot_out: Path | None = None
    from_snapshot: Path | None = None
    since: Path | None = None
    max_age: str = ""
    format: str = "text"
    show_pii: bool = False
    quiet: bool = False
    verbose: int = 0
    specs: tuple[Path, ...] = ()
    besides: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Fields by kind that are read whatever the rules look at: what a spec speaks of."""
    wanted: tuple[Spec, ...] = ()
    """Specs, whose buckets, keys and functions are read whether a setting names them or not."""
    judged: bool = True
    """Whether the rules have a say in what is read."""
    config: Path | None = None
    no_config: bool = False
    waivers: Path | None = None
    now: str = ""
    """The time by which waivers end; empty: the clock's."""
    dry_run: bool = False
    demo: bool = False
    """The exit code is the demo's own, so nothing is said about it."""

    @property
    def selection(self) -> Selection:
        """The rules; a snapshot that is kept is a whole one."""
        everything = self.all or self.snapshot_out is not None
        return Selection(
            self.select,
            self.ignore,
            self.rules,
            self.allow_python_rules,
            everything,
            self.config,
            self.no_config,
            self.frameworks,
            self.params,
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot, how this run came by it, and what read it."""

    snapshot: Snapshot
    run: Run
    maker: Maker


def no_such_instance(asked: Asked, snapshot: Snapshot) -> None:
    """Says that no instance has such a name, unless a Region that could have it was not read."""
    names = ", ".join(asked.instances)
    if all(unit.state is not UnitState.INCOMPLETE for unit in snapshot.units):
        regions = ", ".join(sorted({unit.region for unit in snapshot.units}))
        raise Stop(
            f"No instance is called {names} in {regions}: leave --instance out to see what there is.", NOTHING
        )


_AGE = re.compile(r"(\d{1,5})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def age(said: str) -> timedelta:
    """How old what `--since` takes may be. Raises `Stop`."""
    found = _AGE.fullmatch(said)
    if not found:
        raise Stop(f"--max-age {said}: write a number of days, hours or minutes, such as 7d, 12h or 90m.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def rates(said: tuple[str, ...]) -> dict[str, float]:
    """The rates that people gave, by operation."""
    given = {}
    for one in said:
        name, _, number = one.partition("=")
        try:
            given[name] = float(number)
        except ValueError:
            given[name] = 0.0
        if not name or not given[name] > 0 or given[name] == float("inf"):
            raise Stop(f"--rate {one}: write OPERATION=N, such as ListQueues=1 or *=10, with N above 0.")
    return given
