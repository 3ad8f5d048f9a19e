"""Measures what needs no AWS, within one process: the verdicts of rules over one large instance."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from clock import cpu_of
from verdicts import verdicts

from auditor.bundled import RULES
from auditor.catalogue import load as rules_in
from auditor.evaluate import evaluate
from auditor.model import Key, Resource, Snapshot
from auditor.rule import Rule
from auditor.store import load

SCALES = (1, 4, 16)
MOST = 100_000
"""Resources that the rules are also tried on."""
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FLOWS = ("connect.contact_flow", "connect.contact_flow_module")
CONTENTS = ("Content", "Saved.Content")


def grown(snapshot: Snapshot, times: int) -> Snapshot:
    """The snapshot with everything in its instance so many times, each copy naming the others of its own copy."""
    kept = {one.id for one in (instance.key for instance in snapshot.instances())}

    def copied(one: Resource, number: int) -> Resource:
        def other(found: re.Match[str]) -> str:
            return found[0] if found[0] in kept else f"{found[0][:-3]}{number:03x}"

        told = UUID.sub(other, json.dumps([one.key.id, one.arn, dict(one.data)]))
        identity, arn, data = json.loads(told)
        name = f"{one.name}-{number}"
        data = {field: name if value == one.name else value for field, value in data.items()}
        if one.key.kind in FLOWS:
            # Flows of the same text are parsed once: each copy has a text of its own.
            for holder in (data, data.get("Saved", {})):
                if "Content" in holder:
                    holder["Content"] = holder["Content"].replace("Sua", f"{number} Sua")
        return replace(one, key=Key(one.key.place, one.key.kind, identity), arn=arn, data=data, name=name)

    more = [
        copied(one, number)
        for number in range(1, times)
        for one in snapshot.resources
        if one.key.place.instance_id and one.key.kind != "connect.instance" and UUID.search(one.key.id)
    ]
    return replace(snapshot, resources=(*snapshot.resources, *more), texts={})


def over_flows(rule: Rule) -> bool:
    """Whether a rule reads what is in flows."""
    return any(field in rule.reads.get(kind, ()) for kind in FLOWS for field in CONTENTS)


def alone(catalogue: Iterable[Rule], snapshot: Snapshot) -> dict[str, float]:
    """What each rule costs by itself, in CPU seconds, without whose turn it is to collect garbage."""
    gc.collect()
    gc.freeze()
    costs = {one.id: cpu_of(lambda one=one: evaluate([one], snapshot), 1) for one in catalogue}
    gc.unfreeze()
    return costs


def rules(snapshot_file: Path, custodian: str) -> None:
    """The whole catalogue over a large instance, beside reading its snapshot; growth; the dearest rules."""
    verdicts(custodian)
    catalogue = [one for one in rules_in(RULES).rules if not one.members]
    flows = [one for one in catalogue if over_flows(one)]
    plain = [one for one in catalogue if not over_flows(one)]
    reading = cpu_of(lambda: load(snapshot_file))
    base = load(snapshot_file).snapshot
    print(
        f"\n{len(plain)} rules, and {len(flows)} over flow content, over one large instance (CPU)\n"
        f"  limits: 10 x reading its snapshot; linear\n"
        f"  reading the snapshot of {len(base.resources)} resources: {reading:.2f} s"
    )
    costs: dict[str, list[float]] = {one.id: [] for one in catalogue}
    scales = (*SCALES, -(-MOST // len(base.resources)))
    for times in scales:
        # A snapshot remembers what was made of it (indexes, parsed flows): each scale begins without.
        snapshot = grown(base, times)
        mine, content = (
            cpu_of(lambda group=group, snapshot=snapshot: evaluate(group, snapshot), 1)
            for group in (plain, flows)
        )
        count = len(snapshot.resources)
        print(
            f"  {times:>2}x {count:>6} resources: {mine:.2f} s ({mine / count * 1e6:.0f} us a resource, "
            f"{mine / reading / times:.1f} x reading); over flow content {content:.2f} s "
            f"({content / reading / times:.1f} x)",
            flush=True,
        )
        for one, spent in alone(catalogue, snapshot).items():
            costs[one].append(spent)
    print(
        f"  the dearest one by one, CPU seconds at each scale, flows parsed, "
        f"and growth per resource from {scales[1]}x to {scales[-1]}x"
    )
    for group, most in ((plain, 8), (flows, len(flows))):
        for one in sorted(group, key=lambda rule: -costs[rule.id][-1])[:most]:
            spent = costs[one.id]
            growth = spent[-1] / max(spent[1], 1e-9) / (scales[-1] / scales[1])
            print(f"    {one.id:<18} {'  '.join(f'{cost:7.3f}' for cost in spent)}   x{growth:.2f}")
        print()
