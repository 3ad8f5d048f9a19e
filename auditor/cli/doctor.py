"""`connect-audit doctor`: what a scan would lack, and the next step for each."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from auditor import policy
from auditor.cli.selection import Selection
from auditor.cli.stop import INCOMPLETE, USAGE, Stop
from auditor.collect.access import Identity, Sessions
from auditor.collect.checkup import Check, Checkup, State, examine
from auditor.render.terminal import visible


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command."""

    identity: Identity
    selection: Selection
    regions: tuple[str, ...] = ()
    format: str = "text"


def run(asked: Asked, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> int:
    """Looks, prints what it found, and returns the exit code."""
    for account in asked.identity.accounts:
        if not (account.isdigit() and len(account) == 12):
            raise Stop(f"--account {account}: an account id has 12 digits.")
    if asked.identity.role_arn and asked.identity.role_name:
        raise Stop("--role-arn and --role-name exclude each other: use one of them.")
    need = asked.selection.need(asked.selection.catalogue())
    found = examine(Sessions(), asked.identity, need, clock, asked.regions)
    code = exit_code(found)
    snippet = policy.snippet(found.grant) if found.grant else None
    if asked.format == "json":
        json.dump(_document(found, snippet, code), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(found, snippet))
    return code


def exit_code(found: Checkup) -> int:
    """0 when nothing is missing or unknown, 2 without usable credentials, else 3."""
    if not found.usable:
        return USAGE
    lacking = any(check.state in (State.MISSING, State.UNKNOWN) for check in found.checks)
    return INCOMPLETE if lacking else 0


def _document(found: Checkup, snippet: policy.Document | None, code: int) -> dict[str, Any]:
    return {
        "doctor_version": 1,
        "exit_code": code,
        "checks": [asdict(check) for check in found.checks],
        "policy": snippet,
    }


def _lines(found: Checkup, snippet: policy.Document | None) -> Iterator[str]:
    several = len({check.account for check in found.checks if check.account}) > 1

    groups: dict[tuple[str, ...], list[Check]] = {}
    for check in found.checks:
        # Regions of which the same is to be said share a line.
        alike = (check.what, check.account, check.state, check.detail, check.next, check.action)
        groups.setdefault(alike, []).append(check)
    for same in groups.values():
        first = same[0]
        regions = ", ".join(check.region for check in same if check.region)
        about = " ".join(filter(None, (first.account if several else "", regions, first.action)))
        words = f"{about}: {first.detail}" if about else first.detail
        yield visible(f"{first.state:<8} {first.what:<12} {words}")
        if first.next:
            yield visible(f"{'':<21} → {first.next}")
    if snippet:
        yield ""
        yield "This policy allows what is denied; attach it to whoever scans:"
        yield ""
        yield from json.dumps(snippet, indent=2).splitlines()
    yield ""
    yield _sum(found)


def _sum(found: Checkup) -> str:
    if not found.usable:
        return "Nothing can be scanned with these credentials (exit 2)."
    missing = sum(check.state is State.MISSING for check in found.checks)
    unknown = sum(check.state is State.UNKNOWN for check in found.checks)
    if not (missing or unknown):
        untried = any(check.what == "action" and check.state is State.NOTE for check in found.checks)
        return f"Nothing is missing{' of what could be tried' if untried else ''}."
    return f"Missing: {missing}; unknown: {unknown} (exit 3)."
