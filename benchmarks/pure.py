"""Measures what needs no AWS, within one process: the verdicts of rules, and specs, over one large instance."""

from __future__ import annotations

import gc
import json
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from auditor.bundled import RULES
from auditor.catalogue import load as rules_in
from auditor.evaluate import evaluate
from auditor.model import Key, Place, Resource, Snapshot
from auditor.rule import Around, Rule, Seen, outcomes
from auditor.spec.compare import differences
from auditor.spec.portrait import Portrait, portraits
from auditor.spec.reader import read
from auditor.spec.writer import write
from auditor.store import load

SCALES = (1, 4, 16)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FLOWS = {"connect.flow", "connect.flow_module"}
COUNT = 2000

CUSTODIAN = """
import json, sys, time
from c7n.filters.core import ValueFilter
resources = json.load(open(sys.argv[1]))
wanted = ValueFilter({"type": "value", "key": "IdentityManagementType", "value": "CONNECT_MANAGED"})
times = []
for _ in range(int(sys.argv[2])):
    began = time.process_time()
    found = [one for one in resources if wanted(one)]
    times.append(time.process_time() - began)
assert len(found) == len(resources) // 2
print(sorted(times)[len(times) // 2])
"""
RULE = """
id: BENCHMARK-001
title: Users are managed in the instance
severity: low
kind: connect.instance
why: It is what the other program is asked.
expect: {IdentityManagementType: CONNECT_MANAGED}
fix: {note: None.}
sources: ["https://docs.aws.amazon.com/connect/"]
examples:
  - {name: managed, verdict: pass, subject: {IdentityManagementType: CONNECT_MANAGED}}
  - name: another directory
    verdict: fail
    subject: {IdentityManagementType: SAML}
    evidence: [{path: IdentityManagementType, expected: CONNECT_MANAGED, actual: SAML}]
"""


def cpu_of(work: Callable[[], Any], rounds: int = 3) -> float:
    """The median of the CPU seconds of some work."""
    times = []
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return statistics.median(times)


def grown(snapshot: Snapshot, times: int) -> Snapshot:
    """The snapshot with everything in its instance so many times, each copy naming the others of its own copy."""
    kept = {one.id for one in (instance.key for instance in snapshot.instances())}

    def copied(one: Resource, number: int) -> Resource:
        def other(found: re.Match[str]) -> str:
            return found[0] if found[0] in kept else f"{found[0][:-3]}{number:03x}"

        told = UUID.sub(other, json.dumps([one.key.id, one.arn, dict(one.data)]))
        identity, arn, data = json.loads(told)
        name = f"{one.name} {number}"
        data = {field: name if value == one.name else value for field, value in data.items()}
        return replace(one, key=Key(one.key.place, one.key.kind, identity), arn=arn, data=data, name=name)

    more = [
        copied(one, number)
        for number in range(1, times)
        for one in snapshot.resources
        if one.key.place.instance_id and one.key.kind != "connect.instance" and UUID.search(one.key.id)
    ]
    return replace(snapshot, resources=(*snapshot.resources, *more))


def verdicts(custodian: str) -> None:
    """One assertion on one field of many resources, here and there."""
    place = Place("123456789012", "us-east-1", "i")
    answers = ("CONNECT_MANAGED", "SAML")
    told = [{"Id": f"i-{n}", "IdentityManagementType": answers[n % 2]} for n in range(COUNT)]
    resources = [Resource(Key(place, "connect.instance", one["Id"]), one) for one in told]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "rule.yaml").write_text(RULE, encoding="utf-8")
        catalogue = rules_in(RULES, [Path(folder)])
        rule = next(one for one in catalogue.rules if one.id == "BENCHMARK-001")
        Path(folder, "resources.json").write_text(json.dumps(told), encoding="utf-8")
        python = str(Path(custodian).with_name("python"))
        command = [python, "-c", CUSTODIAN, f"{folder}/resources.json", "15"]
        theirs = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    check = rule.check
    if check is None:
        raise TypeError("the rule has no check")
    fields = rule.reads["connect.instance"]
    snapshot = Snapshot("2026-01-01T00:00:00Z", "aws", resources=tuple(resources))
    around = Around(place, rule.defaults, snapshot, rule.reads)
    mine = cpu_of(lambda: [list(outcomes(check(Seen(one, fields), around))) for one in resources], 15)
    print(
        f"\none assertion on one field, per resource\n  limits: a tenth of Custodian's value filter\n"
        f"  custodian {theirs / COUNT * 1e6:.2f} us, connect-audit {mine / COUNT * 1e6:.2f} us: "
        f"{mine / theirs:.2f} of custodian"
    )


def over_flows(rule: Rule) -> bool:
    """Whether a rule reads what is in flows."""
    return any("Content" in rule.reads.get(kind, ()) for kind in FLOWS)


def rules(snapshot_file: Path, custodian: str) -> None:
    """The whole catalogue over a large instance, beside reading its snapshot; growth; the dearest rules."""
    verdicts(custodian)
    catalogue = rules_in(RULES).rules
    plain = [one for one in catalogue if not over_flows(one) and not one.members]
    flows = [one for one in catalogue if over_flows(one) and not one.members]
    reading = cpu_of(lambda: load(snapshot_file))
    base = load(snapshot_file).snapshot
    print(
        f"\n{len(plain)} rules, and {len(flows)} over flow content, over one large instance\n"
        f"  limits: 10 x reading its snapshot; linear\n"
        f"  reading the snapshot of {len(base.resources)} resources: {reading:.2f} s"
    )
    costs: dict[str, list[float]] = {one.id: [] for one in (*plain, *flows)}
    for times in SCALES:
        # A snapshot remembers what was made of it (indexes, parsed flows): each scale begins without.
        snapshot = grown(base, times)
        evaluate(plain[:1], snapshot)
        for one in (*plain, *flows):
            began = time.process_time()
            evaluate([one], snapshot)
            costs[one.id].append(time.process_time() - began)
        mine, content = (sum(costs[one.id][-1] for one in group) for group in (plain, flows))
        count = len(snapshot.resources)
        print(
            f"  {times:>2}x {count:>6} resources: {mine:.2f} s ({mine / count * 1e6:.0f} us each; "
            f"{mine / reading / times:.1f} x reading), over flow content {content:.2f} s"
        )
    print(
        "  the dearest, with CPU seconds at each scale, and growth against size from the second to the third:"
    )
    for name, spent in sorted(costs.items(), key=lambda cost: -cost[1][-1])[:10]:
        growth = spent[-1] / max(spent[-2], 1e-9) / (SCALES[-1] / SCALES[-2])
        print(f"    {name:<18} {'  '.join(f'{one:6.3f}' for one in spent)}   x{growth:.2f}")


def diff(snapshot_file: Path, collecting: float) -> None:
    """Export, reading the spec back and comparing it with the instance that it was made of."""
    base = load(snapshot_file).snapshot
    print(
        f"\nspec of one large instance (CPU)\n  limits: linear; less than collecting it, {collecting:.1f} s at 1x"
    )
    for times in SCALES:
        snapshot = grown(base, times)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "large.yaml")

            def export(snapshot: Snapshot = snapshot, file: Path = file) -> None:
                written = write(portraits(snapshot)[0], stem="large.flows")
                file.write_text(written.text, encoding="utf-8")
                for name, text in written.flows.items():
                    path = file.parent / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8")

            writing = cpu_of(export, 1)
            reading = cpu_of(lambda file=file: read(file), 1)
            wanted = read(file).environments[0].wanted
            portrait = Portrait(snapshot, portraits(snapshot)[0].place)
            comparing = cpu_of(lambda wanted=wanted, portrait=portrait: differences(wanted, portrait), 1)
            found = differences(wanted, portrait)
            print(
                f"  {times:>2}x {len(snapshot.resources):>6} resources: export {writing:.1f} s, "
                f"reading {reading:.1f} s, differences {comparing:.1f} s ({len(found)} found), "
                f"{file.stat().st_size / 1e6:.1f} MB"
            )
