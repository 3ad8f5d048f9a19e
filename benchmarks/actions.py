"""Takes every IAM action away in turn, and holds what `scan --all` then says against the table of kinds.

    python benchmarks/actions.py [--jobs 2] [--slice 1/6] [--only connect:ListUsers ...]

Each action is denied to a whole process of the command, on the demo's company with one thing of every kind beside. What
the scan then lacks must be exactly what the table says that the action reads: either a fallback of the table made it
good, or it is unread with that action for a cause, and the rules that look there are unknown. Prints a table in
Markdown and what was wrong; exits 1 where anything was.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from run import ACCOUNT, environment, ours

from auditor import policy
from auditor.collect.need import EVERYTHING
from auditor.kinds import KINDS, Kind
from auditor.kinds.row import words_of
from auditor.sandbox import Sandbox
from auditor.sandbox.company import everything, populate

ANY = "*"
"""All that there is of a kind, in place of a field."""

KNOWN = {
    "connect:SearchContactFlows": "DescribeContactFlow knows no flow that was never published: it is unread",
}
"""Where a fallback of the table cannot make everything good, and why."""


@dataclass(frozen=True)
class Result:
    """What a scan without an action said."""

    action: str
    code: int
    unread: frozenset[tuple[str, str]]
    """Kind and field (or part) of each line that lacks for this action, or for another one."""
    unknown: frozenset[str]
    """Rules that are unknown."""
    wrong: tuple[str, ...]
    """Where it did not do what the table says."""

    @property
    def outcome(self) -> str:
        """In a word, for the table."""
        return (
            "unread" if self.unread else "no instance" if self.code == 3 and not self.unknown else "made good"
        )


def predicted(action: str) -> set[tuple[str, str]]:
    """What the table says that an action reads, and what hangs on it: kind and field, or any of a kind.

    Fields that another call may or may not fill are not among them: see `possible`.
    """
    found: set[tuple[str, str]] = set()
    for kind in KINDS:
        for field, call in _reads(kind):
            if call == action:
                found.add((kind.name, field))
    more = True
    while more:
        lost = {kind for kind, field in found if field == ANY}
        hanging = {(kind.name, ANY) for kind in KINDS for listing in kind.lists if listing.per in lost}
        more = not hanging <= found
        found |= hanging
    return found


def possible(action: str) -> set[tuple[str, str]]:
    """What may be unread as well: fields of which AWS does not say whether a list or a search fills them."""
    return {
        (kind.name, field)
        for kind in KINDS
        if kind.describe and kind.describe.iam_action == action
        for call in (kind.search, *(listing.call for listing in kind.lists))
        if call
        for field in call.doubtful
    }


def _reads(kind: Kind) -> Iterator[tuple[str, str]]:
    """The fields of a kind, each with the action that reads it."""
    for listing in kind.lists:
        yield ANY, listing.call.iam_action
    source = kind.search or (kind.lists[0].call if kind.lists else None)
    if kind.search and kind.describe:
        # What describing cannot make good when the search is refused.
        yield from ((field, kind.search.iam_action) for field in kind.describe.omits)
    elif kind.search:
        yield ANY, kind.search.iam_action
    if kind.describe:
        action = kind.describe.iam_action
        if source is None:
            yield ANY, action
        else:
            yield from ((field, action) for field in source.omits)
            # Fields that are made of what only describing tells.
            told = {facet.field for facet in kind.facets if _made_of(facet.call.params) & set(source.omits)}
            yield from ((field, action) for field in (*told, *kind.made_of(source.omits)))
    for facet in kind.facets:
        yield facet.field, facet.call.iam_action


def _made_of(params: Any) -> set[str]:
    return {word for value in params.values() if isinstance(value, str) for word in words_of(value)}


def scan(url: str) -> tuple[int, dict[str, Any]]:
    """A scan of everything as a whole process: its exit code and its report."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "r.json")
        command = ours("scan", "--all", "--region", "us-east-1", "--rate", "*=10000", "-q", "-o", str(out))
        done = subprocess.run(
            command, env=environment(url), cwd=folder, capture_output=True, check=False, timeout=300
        )
        return done.returncode, json.loads(out.read_text("utf-8"))


class Stage:
    """A sandbox with everything in it, and what a scan says that may do all."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.sandbox.start()
        company = self.sandbox.stage(populate)
        self.sandbox.stage(lambda url: everything(url, company))
        self.code, self.free = scan(self.sandbox.url)

    def without(self, action: str) -> Result:
        """A scan that lacks one action, judged."""
        self.sandbox.deny(action)
        try:
            code, report = scan(self.sandbox.url)
        finally:
            self.sandbox.allow(action)
        before = {json.dumps(line, sort_keys=True) for line in self.free["unread"]}
        lines = [line for line in report["unread"] if json.dumps(line, sort_keys=True) not in before]
        unread = frozenset((line["kind"], line["what"]) for line in lines)
        unknown = frozenset(one["rule_id"] for one in report["findings"] if one["verdict"] == "unknown")
        wrong = [*_wrong_lines(action, lines), *_wrong_findings(action, self.free, report)]
        incomplete = bool(unknown) or any(unit["state"] == "incomplete" for unit in report["units"])
        if code != (3 if incomplete else self.code):
            wrong.append(f"exit {code}, though {'something' if incomplete else 'nothing'} is unknown")
        return Result(action, code, unread, unknown, tuple(wrong))


def _wrong_lines(action: str, lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Unread lines that the table does not predict, and predictions without a line."""
    expected = predicted(action)
    whole = {kind for kind, field in expected if field == ANY}
    for line in lines:
        named = line["cause"].get("action")
        kind, what = line["kind"], line["what"]
        if named != action:
            if action not in KNOWN:
                yield f"{kind} {what} lacks {named}, which was allowed"
        elif kind not in whole and (kind, what) not in expected | possible(action):
            yield f"{kind} {what} is unread, and the table does not say so"
    seen = {line["kind"] for line in lines}
    if action != "connect:ListInstances":
        yield from (f"{kind} is not unread" for kind in sorted({kind for kind, _ in expected} - seen))


def _wrong_findings(action: str, free: dict[str, Any], report: dict[str, Any]) -> Iterator[str]:
    """Verdicts that changed into anything but an unknown for this action."""
    before = {one["fingerprint"]: one["verdict"] for one in free["findings"]}
    for one in report["findings"]:
        if one["verdict"] == before.get(one["fingerprint"]) or one["verdict"] == "not_applicable":
            continue
        if one["verdict"] != "unknown" or one["cause"].get("action") not in (action, None):
            yield f"{one['rule_id']} became {one['verdict']} ({one.get('cause')})"
    unknown = {one["rule_id"] for one in report["findings"] if one["verdict"] == "unknown"}
    kept = {one["fingerprint"] for one in report["findings"]}
    for one in free["findings"]:
        gone = one["fingerprint"] not in kept and one["rule_id"] not in unknown
        if gone and action != "connect:ListInstances":
            yield f"{one['rule_id']} says nothing more of {one['resource']['name']}, and is not unknown"


def share(actions: Sequence[str]) -> list[Result]:
    """The results of some actions, on a stage of their own."""
    stage = Stage()
    try:
        return [stage.without(action) for action in actions]
    finally:
        stage.sandbox.stop()


def slice_of(text: str) -> slice:
    """`2/6`: every sixth action, from the second on."""
    number, _, parts = text.partition("/")
    try:
        chosen = slice(int(number) - 1, None, int(parts))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is no slice such as 1/6") from error
    if not 0 <= chosen.start < chosen.step:
        raise argparse.ArgumentTypeError(f"'{text}' is no slice: there are {parts}, from 1 on")
    return chosen


def main() -> int:
    """Runs what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked.add_argument(
        "--slice", type=slice_of, default=slice(None), help="a part of the actions, such as 1/6"
    )
    asked.add_argument("--only", nargs="*", default=[])
    given = asked.parse_args()
    actions = given.only or list(policy.actions_of(call for _, call in policy.calls_of(EVERYTHING)))
    actions = actions[given.slice]
    began = time.perf_counter()
    with ProcessPoolExecutor(given.jobs) as pool:
        shares = pool.map(share, [actions[start :: given.jobs] for start in range(given.jobs)])
        results = sorted((one for some in shares for one in some), key=lambda one: one.action)
    print("| action | outcome | unread | rules unknown | exit |\n|---|---|---|---|---|")
    for one in results:
        lacks = ", ".join(sorted({" ".join(filter(None, line)) for line in one.unread}))
        print(f"| {one.action} | {one.outcome} | {lacks} | {', '.join(sorted(one.unknown))} | {one.code} |")
    wrong = [f"{one.action}: {what}" for one in results for what in one.wrong]
    print(
        f"\n{len(results)} actions of account {ACCOUNT} in {time.perf_counter() - began:.0f} s: "
        f"{sum(one.outcome == 'made good' for one in results)} made good, "
        f"{sum(one.outcome == 'unread' for one in results)} unread, "
        f"{sum(one.code == 3 for one in results)} exit 3, "
        f"{sum(bool(one.unknown) for one in results)} make {len(frozenset().union(*(one.unknown for one in results)))} "
        f"rules unknown, {len(wrong)} wrong"
    )
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
