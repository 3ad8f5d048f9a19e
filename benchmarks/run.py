"""Measures connect-audit as whole processes, beside Cloud Custodian, against one sandbox process.

    python benchmarks/run.py [--custodian PATH] [--rounds 7] [--only NAME]

Prints a table per measurement: median (least to most) of wall seconds, CPU seconds and peak memory, and the ratio
round by round. Needs a POSIX system (os.wait4).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pure
from serve import accounts_of

from auditor.collect.access import Sessions
from auditor.collect.rates import rate_of

ACCOUNT = "123456789012"
NOWHERE = "http://127.0.0.1:1"
"""AWS for what must not ask it."""
ONLY = ("startup", "scan", "throttle", "unfilled", "growth", "since", "organization", "rules", "diff")
POLICY = """
policies:
  - name: connect-instances
    resource: aws.connect-instance
    filters:
      - type: value
        key: IdentityManagementType
        value: CONNECT_MANAGED
"""


INTERVAL = 0.1
"""Seconds between two looks at the memory of a command that has several processes."""


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost, with the processes that it makes."""

    wall: float
    cpu: float
    mebibytes: float
    """The most that its processes had together, shared pages once; of one process, as the system counts it."""
    code: int


def cost_of(command: Sequence[str], env: dict[str, str], folder: str, *, several: bool = False) -> Cost:
    """Runs a command to its end, as a whole process, or as one that makes several."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=env, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    together = 0.0
    while not (waited := os.wait4(process.pid, os.WNOHANG if several else 0))[0]:
        together = max(together, memory_of(process.pid))
        time.sleep(INTERVAL)
    wall = time.perf_counter() - began
    _, status, usage = waited
    process.returncode = os.waitstatus_to_exitcode(status)
    memory = together if several else usage.ru_maxrss / 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, memory, process.returncode)


def memory_of(pid: int) -> float:
    """The mebibytes of a process and all that it made, each shared page counted once (Linux's Pss)."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        made = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:  # it has ended meanwhile
        return 0.0
    found = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
    return (int(found[1]) / 1024 if found else 0.0) + sum(memory_of(int(one)) for one in made)


def beside(
    commands: dict[str, Sequence[str]], rounds: int, env: dict[str, str], folder: str
) -> dict[str, list[Cost]]:
    """Each command in turn, `rounds` times, after one round that does not count."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            cost = cost_of(command, env, folder)
            if number:
                costs[name].append(cost)
    return costs


def show(title: str, costs: dict[str, list[Cost]], base: str, limits: str) -> None:
    """The table of one measurement; ratios are to `base`, round by round."""
    print(f"\n{title}\n  limits: {limits}")
    for name, runs in costs.items():
        ratios = [run.wall / other.wall for run, other in zip(runs, costs[base], strict=True)]
        codes = sorted({run.code for run in runs})
        print(
            f"  {name:<24} wall {spread([run.wall for run in runs])} s   cpu {spread([run.cpu for run in runs])} s   "
            f"peak {max(run.mebibytes for run in runs):.0f} MiB   x{base} {spread(ratios)}   exit {codes}"
        )


def spread(figures: Sequence[float]) -> str:
    """The median, and the least and the most."""
    return f"{statistics.median(figures):.3f} ({min(figures):.3f}-{max(figures):.3f})"


@contextmanager
def sandbox(*options: str) -> Iterator[str]:
    """A sandbox process with its stage set, and its address."""
    command = [sys.executable, str(Path(__file__).with_name("serve.py")), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None:
            raise RuntimeError("the sandbox has no output")
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(10)


def environment(url: str) -> dict[str, str]:
    """AWS is the sandbox."""
    return {
        **os.environ,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_DEFAULT_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1",
    }


def ours(*args: str) -> list[str]:
    """The command under test, as installed beside this Python."""
    return [str(Path(sys.executable).with_name("connect-audit")), *args]


COLLECTING = ours(
    *("scan", "--all", "--select", "CONNECT-ACC-001", "--show-pii", "-q"),
    *("--rate", "*=100000", "--region", "us-east-1"),
)
"""Reads everything in one Region and judges it with one rule."""


def startup(custodian: str, rounds: int, folder: str) -> None:
    """`--help` and `--version` beside `custodian --help`."""
    commands = {
        "custodian": [custodian, "--help"],
        "connect-audit --help": ours("--help"),
        "connect-audit --version": ours("--version"),
    }
    costs = beside(commands, rounds, dict(os.environ), folder)
    show("start-up", costs, "custodian", "at most 0.35 of custodian")


def scan(custodian: str, rounds: int, folder: str) -> None:
    """A default scan of one instance beside one Custodian policy, with the throttle lifted."""
    policy = Path(folder, "policy.yml")
    policy.write_text(POLICY, encoding="utf-8")
    with sandbox("--accounts", "1") as url:
        commands = {
            "custodian": [
                custodian,
                "run",
                "-s",
                folder,
                "-r",
                "us-east-1",
                "--cache-period",
                "0",
                str(policy),
            ],
            "connect-audit scan": ours(
                "scan", "--rate", "*=10000", "-o", f"{folder}/r.html", "-o", f"{folder}/r.json"
            ),
        }
        costs = beside(commands, rounds, environment(url), folder)
    show("scan of one instance", costs, "custodian", "at most 1.5 of custodian; at most 110 MiB")
    run = json.loads(Path(folder, "r.json").read_text("utf-8"))["run"]
    print(f"  connect-audit made {run['calls']} calls")


def throttle(folder: str) -> None:
    """One large instance at AWS's own throttle: lost and throttled calls, and the time over the floor."""
    log = Path(folder, "calls.jsonl")
    with sandbox("--large", "1", "--rate", "2", "--burst", "5", "--log", str(log)) as url:
        # The sandbox loads what it serves a call with when it is first asked: not in the time that is measured.
        cost_of(ours("scan", "--dry-run"), environment(url), folder)
        before = len(calls_in(log))
        time.sleep(5)  # every bucket is full again
        cost = cost_of(ours("scan", "-o", f"{folder}/t.json"), environment(url), folder)
    report = json.loads(Path(folder, "t.json").read_text("utf-8"))
    lost = [one for one in report["unread"] if one["cause"]["reason"] == "throttled"]
    calls = calls_in(log)[before:]
    refused = [call for call in calls if call["throttled"]]
    floor, busiest = floor_of(calls)
    connect = sum(call["service"] == "connect" for call in calls)
    run = report["run"]
    said, seconds = run["foreseen"], run["seconds"]
    print(
        f"\none large instance at 2 a second, burst 5\n"
        f"  limits: none lost, at most 1 % throttled, wall at most 1.1 x floor + 2 s, 300 Connect calls, 250 MiB\n"
        f"  {len(calls)} calls, {connect} to Connect, {len(refused)} throttled "
        f"({len(refused) / len(calls):.1%}), {len(lost)} lost\n"
        f"  floor {floor:.1f} s ({busiest}), wall {cost.wall:.1f} s, allowed {floor * 1.1 + 2:.1f} s, "
        f"cpu {cost.cpu:.1f} s, peak {cost.mebibytes:.0f} MiB\n"
        f"  foreseen after {said['after']:.1f} s: {said['calls']} calls in {said['seconds']:.1f} s; "
        f"were {run['calls']} in {seconds:.1f} s (limits: 10 %)"
    )


def unfilled(folder: str) -> None:
    """The calls where searching flows does not tell their content, with the throttle lifted."""
    print("\none large instance, content of flows not in the search\n  limits: 850 Connect calls")
    with sandbox("--large", "1", "--unfilled", "--log", f"{folder}/u.jsonl") as url:
        cost = cost_of(
            ours("scan", "--rate", "*=100000", "-q", "-o", f"{folder}/u.json"), environment(url), folder
        )
    calls = calls_in(Path(folder, "u.jsonl"))
    connect = Counter(call["operation"] for call in calls if call["service"] == "connect")
    most = ", ".join(f"{count} {name}" for name, count in connect.most_common(3))
    print(f"  {connect.total()} calls to Connect ({most}), peak {cost.mebibytes:.0f} MiB")


def calls_in(log: Path) -> list[dict[str, Any]]:
    """What a sandbox was asked."""
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def floor_of(calls: Sequence[dict[str, Any]]) -> tuple[float, str]:
    """The least seconds in which AWS's throttle lets these calls through, and the operation that needs them."""
    counts = Counter((call["account"], call["region"], call["service"], call["operation"]) for call in calls)
    floors = {}
    for (account, region, service, operation), count in counts.items():
        quota = rate_of(service, operation, {})
        seconds = max(0.0, count - quota.burst) / quota.per_second
        floors[f"{count} {operation} in {account} {region}"] = seconds
    busiest = max(floors, key=lambda name: floors[name])
    return floors[busiest], busiest


def growth(folder: str) -> None:
    """Time and memory over the size of an instance, with the throttle lifted."""
    print("\ngrowth of one instance, throttle lifted\n  limits: 250 MiB at 1x; linear")
    for scale in (1, 4, 16):
        with sandbox("--large", str(scale)) as url:
            command = ours("scan", "--rate", "*=100000", "--region", "us-east-1", "-o", f"{folder}/g.json")
            cost = cost_of(command, environment(url), folder)
        run = json.loads(Path(folder, "g.json").read_text("utf-8"))["run"]
        print(
            f"  {scale:>2}x  {run['calls']:>5} calls   wall {cost.wall:.1f} s   cpu {cost.cpu:.1f} s   "
            f"peak {cost.mebibytes:.0f} MiB"
        )


def since(folder: str) -> None:
    """The calls of a second run over one large instance in which nothing changed, with the throttle lifted."""
    # What was read within two seconds of its last change is not settled: see auditor/collect/past.py.
    print("\na second run with --since, nothing changed\n  limits: 40 % of the calls")
    with sandbox("--large", "1") as url:
        time.sleep(3)
        for clear in (["--show-pii"], []):
            first, second = f"{folder}/s1.jsonl.gz", f"{folder}/s2.jsonl.gz"
            calls = []
            for more in (["--snapshot-out", first], ["--since", first, "--snapshot-out", second]):
                command = ours("scan", "--rate", "*=100000", "-q", "-o", f"{folder}/s.json", *clear, *more)
                cost = cost_of(command, environment(url), folder)
                calls.append(json.loads(Path(folder, "s.json").read_text("utf-8"))["run"]["calls"])
            print(
                f"  {'clear ' if clear else 'masked'} snapshot: {calls[1]} of {calls[0]} calls "
                f"({calls[1] / calls[0]:.0%})   wall {cost.wall:.1f} s   peak {cost.mebibytes:.0f} MiB"
            )


def organization(folder: str, count: int = 40) -> None:
    """So many accounts in 3 Regions beside each other, at AWS's own throttle.

    A small instance in each unit; then a large one besides in one of them, which has the slowest floor; then that
    with answers that are as long on their way as from another continent.
    """
    print(
        f"\n{count} accounts x 3 Regions\n"
        f"  limits: 1.3 x the slowest unit's floor plus the CPU of making clients; 400 MiB; "
        f"12 calls a bucket, 3 a key"
    )
    for title, options in (
        ("small instances", ()),
        ("one large among them", ("--large", "1")),
        ("answers take 100 ms", ("--large", "1", "--latency", "0.1")),
    ):
        print(f"  {title}:")
        beside_each_other(folder, count, options)


def beside_each_other(folder: str, count: int, more: Sequence[str]) -> None:
    """One scan of so many accounts in 3 Regions, of a sandbox with these options."""
    regions = ("us-east-1", "us-west-2", "eu-central-1")
    log = Path(folder, "org.jsonl")
    log.unlink(missing_ok=True)
    options = [
        "--accounts",
        str(count + 1),
        "--regions",
        *regions,
        "--rate",
        "2",
        "--burst",
        "5",
        "--log",
        str(log),
    ]
    with sandbox(*options, *more) as url:
        *accounts, other = accounts_of(count + 1)
        where = [word for region in regions for word in ("--region", region)]
        command = ours("scan", "--role-name", "Audit", "-q", "-o", f"{folder}/o.json", *where)
        # The sandbox loads what it serves a call with when it is first asked: not in the time that is measured.
        cost_of([*command, "--account", other], environment(url), folder)
        before = len(calls_in(log))
        command += [word for account in accounts for word in ("--account", account)]
        cost = cost_of(command, environment(url), folder, several=True)
    calls = calls_in(log)[before:]
    floor, busiest = floor_of([call for call in calls if call["service"] != "sts"])
    making = making_clients({call["service"] for call in calls}, regions, count)
    behind = Counter((call["account"], call["region"], call["service"]) for call in calls)
    most = {name: max(behind[one] for one in behind if one[2] == name) for name in ("s3", "kms")}
    report = json.loads(Path(folder, "o.json").read_text("utf-8"))
    print(
        f"    CPU of making {count} sessions and the clients {making:.1f} s: allowed {1.3 * floor + making:.1f} s; "
        f"{most['s3']} calls for a bucket, {most['kms']} for a key\n"
        f"    {len(calls)} calls, {sum(call['throttled'] for call in calls)} throttled, "
        f"{len(report['instances'])} instances, {len(report['unread'])} unread\n"
        f"    floor {floor:.1f} s ({busiest}), wall {cost.wall:.1f} s, cpu {cost.cpu:.1f} s, "
        f"peak {cost.mebibytes:.0f} MiB",
        flush=True,
    )


def making_clients(services: Iterable[str], regions: Iterable[str], accounts: int) -> float:
    """The CPU seconds of a session for each account, and of a client for each Region and service."""
    began = time.process_time()
    sessions = Sessions()
    made = [sessions.new() for _ in range(accounts)]
    one = made[0]
    one.set_credentials("benchmark", "benchmark")
    for region, service in itertools.product(regions, services):
        one.create_client(service, region_name=region, endpoint_url="http://127.0.0.1:1")
    return time.process_time() - began


def rules(custodian: str, folder: str) -> None:
    """Rules over the saved snapshot of one large instance."""
    saved = Path(folder, "large.jsonl.gz")
    with sandbox("--large", "1") as url:
        cost_of([*COLLECTING, "--snapshot-out", str(saved)], environment(url), folder)
    pure.rules(saved, custodian)


def diff(folder: str) -> None:
    """A spec of everything in one large instance, users too, beside collecting that instance, with the throttle lifted.

    Collecting is a scan of everything with one cheap rule, and nothing written. The second spec wants every tenth
    queue disabled and another text in every twentieth flow, so that the rules have a future to judge.
    """
    print("\nspec of one large instance (CPU of whole processes)\n  limits: less than collecting it; linear")
    saved, spec = Path(folder, "large.jsonl.gz"), Path(folder, "large.connect-spec.yaml")
    other, plan = Path(folder, "other.connect-spec.yaml"), Path(folder, "plan.json")
    export = ours("export", "-q", "--from-snapshot", str(saved), "--section", "users", "-o")
    for scale in (1, 4, 16):
        with sandbox("--large", str(scale)) as url:
            collecting = cost_of(COLLECTING, environment(url), folder)
            cost_of([*COLLECTING, "--snapshot-out", str(saved)], environment(url), folder)
        costs = {
            "collecting": collecting,
            "export": cost_of([*export, str(spec)], environment(NOWHERE), folder),
        }
        cost_of([*export, str(other)], environment(NOWHERE), folder)
        change(other)
        for name, what in (("diff", spec), ("diff, with changes", other)):
            plan.unlink(missing_ok=True)
            command = ours("diff", str(what), "--from-snapshot", str(saved), "-q", "-o", str(plan))
            costs[name] = cost_of(command, environment(NOWHERE), folder)
        found = json.loads(plan.read_text("utf-8"))["summary"]
        print(f"  {scale:>2}x, {spec.stat().st_size / 1e6:.1f} MB, {sum(found.values())} changes")
        for name, cost in costs.items():
            print(
                f"    {name:<20} cpu {cost.cpu:6.2f} s   x{cost.cpu / collecting.cpu:.2f} of collecting   "
                f"peak {cost.mebibytes:.0f} MiB   exit {cost.code}",
                flush=True,
            )


def change(spec: Path) -> None:
    """Makes a spec want every tenth queue disabled, and another text in every twentieth flow."""
    before, head, rest = spec.read_text("utf-8").partition("\nqueues:\n")
    queues, end, after = rest.partition("\n\n")
    count = itertools.count(1)
    queues = re.sub(
        "Status: ENABLED", lambda found: found[0] if next(count) % 10 else "Status: DISABLED", queues
    )
    spec.write_text(before + head + queues + end + after, "utf-8")
    for flow in sorted(spec.parent.glob("other.flows/flows/*.json"))[::20]:
        flow.write_text(flow.read_text("utf-8").replace("Sua ligacao", "A sua ligacao", 1), "utf-8")


def main() -> None:
    """Runs what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--custodian", default="custodian", help="the command to compare with")
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--only", choices=ONLY)
    given = asked.parse_args()
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, {given.rounds} rounds")
    with tempfile.TemporaryDirectory() as folder:
        if given.only in (None, "startup"):
            startup(given.custodian, given.rounds, folder)
        if given.only in (None, "scan"):
            scan(given.custodian, given.rounds, folder)
        if given.only in (None, "throttle"):
            throttle(folder)
        if given.only in (None, "unfilled"):
            unfilled(folder)
        if given.only in (None, "growth"):
            growth(folder)
        if given.only in (None, "since"):
            since(folder)
        if given.only in (None, "organization"):
            organization(folder)
        if given.only in (None, "rules"):
            rules(given.custodian, folder)
        if given.only in (None, "diff"):
            diff(folder)


if __name__ == "__main__":
    main()
