"""Measures the verdict alone: one assertion on many resources, here and as Cloud Custodian's value filters.

Theirs is `process` of each filter on what the one before let through, as a policy runs them: with the key as JMESPath
and the note that a filter leaves on each resource it matches. Ours is shown in three steps: whether the assertion
holds (all that Custodian tells), the rule's answer with the evidence of each failure, and `evaluate` as a whole, which
gives every resource a finding with its fingerprint, sorted. 5 resources of 8 are as they should be.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clock import cpu_of

from auditor.bundled import RULES
from auditor.catalogue import load as rules_in
from auditor.declarative import holding
from auditor.evaluate import evaluate
from auditor.expect import matcher
from auditor.model import Key, Place, Resource, Snapshot
from auditor.rule import Around, Rule, Verdict

COUNT = 4000
ROUNDS, PASSES = 7, 3
KIND = "connect.storage_config"
PLACE = Place("123456789012", "us-east-1", "i")
GOOD = 5
"""Of 8 resources."""


@dataclass(frozen=True)
class Assertion:
    """One thing to be asserted: as our rule's `expect`, as Custodian's filters, and what is right and wrong."""

    name: str
    expect: dict[str, Any]
    filters: list[dict[str, Any]]
    right: dict[str, Any]
    wrong: dict[str, Any]


def _value(key: str, value: Any, **more: str) -> dict[str, Any]:
    return {"type": "value", "key": key, "value": value, **more}


NAME = "^(prod|dev)-[a-z0-9-]+$"
BUCKET = {
    "BucketName": "prod-recordings-1",
    "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": "arn:aws:kms"},
}
PLAIN = {"BucketName": "Legacy_Recordings", "EncryptionConfig": {"EncryptionType": "NONE"}}
ASSERTIONS = (
    Assertion(
        "equal, one level",
        {"StorageType": "S3"},
        [_value("StorageType", "S3")],
        {"StorageType": "S3"},
        {"StorageType": "KINESIS_STREAM"},
    ),
    Assertion(
        "one of a list, one level",
        {"StorageType": {"match": {"enum": ["S3", "KINESIS_STREAM"]}}},
        [_value("StorageType", ["S3", "KINESIS_STREAM"], op="in")],
        {"StorageType": "S3"},
        {"StorageType": "KINESIS_FIREHOSE"},
    ),
    Assertion(
        "at most, one level",
        {"MaxContacts": {"match": {"maximum": 100}}},
        [_value("MaxContacts", 100, op="lte")],
        {"MaxContacts": 50},
        {"MaxContacts": 500},
    ),
    Assertion(
        "pattern, one level",
        {"Name": {"match": {"pattern": NAME}}},
        [_value("Name", NAME, op="regex-case")],
        {"Name": "prod-recordings-1"},
        {"Name": "Legacy_Recordings"},
    ),
    Assertion(
        "length of a list, one level",
        {"Origins": {"match": {"minItems": 1}}},
        [_value("Origins", 1, op="gte", value_type="size")],
        {"Origins": ["https://a.example", "https://b.example"]},
        {"Origins": []},
    ),
    Assertion(
        "there, one level, else absent",
        {"Description": {"match": {"minLength": 1}}},
        [_value("Description", "not-null")],
        {"Description": "Recordings of calls"},
        {},
    ),
    Assertion(
        "equal, two levels",
        {"S3Config.BucketName": "prod-recordings-1"},
        [_value("S3Config.BucketName", "prod-recordings-1")],
        {"S3Config": BUCKET},
        {"S3Config": PLAIN},
    ),
    Assertion(
        "equal, three levels",
        {"S3Config.EncryptionConfig.EncryptionType": "KMS"},
        [_value("S3Config.EncryptionConfig.EncryptionType", "KMS")],
        {"S3Config": BUCKET},
        {"S3Config": PLAIN},
    ),
    Assertion(
        "a bucket with a key and a name",
        {
            "StorageType": "S3",
            "S3Config.EncryptionConfig.EncryptionType": "KMS",
            "S3Config.BucketName": {"match": {"pattern": NAME}},
        },
        [
            _value("StorageType", "S3"),
            _value("S3Config.EncryptionConfig.EncryptionType", "KMS"),
            _value("S3Config.BucketName", NAME, op="regex-case"),
        ],
        {"StorageType": "S3", "S3Config": BUCKET},
        {"StorageType": "S3", "S3Config": PLAIN},
    ),
)

CUSTODIAN = """
import copy, gc, json, sys, time
from c7n.filters.core import FilterRegistry
registry = FilterRegistry("value")
for line in sys.stdin:
    asked = json.loads(line)
    times = []
    for _ in range(asked["passes"]):
        filters = [registry.factory(one).validate() for one in asked["filters"]]
        resources = copy.deepcopy(asked["resources"])
        gc.collect()
        began = time.process_time()
        for one in filters:
            resources = one.process(resources)
        times.append(time.process_time() - began)
    print(json.dumps([sorted(times)[len(times) // 2], len(resources)]), flush=True)
"""
RULE = """
id: BENCHMARK-{number:03}
title: Storage is as the benchmark has it
severity: low
kind: {kind}
why: It is what the other program is asked.
expect: {expect}
fix: {{note: None.}}
sources: ["https://docs.aws.amazon.com/connect/"]
examples:
  - {{name: right, verdict: pass, subject: {right}}}
  - {{name: wrong, verdict: fail, subject: {wrong}, evidence: []}}
"""


def verdicts(custodian: str) -> None:
    """The table, with ratios round by round: theirs, ours, theirs, ours."""
    print(
        f"\nthe verdict alone, us per resource and rule, {COUNT} resources, {ROUNDS} rounds\n"
        f"  limit: a tenth of Custodian's value filters\n"
        f"  {'':<32}  custodian   holds          with evidence  with finding (times faster in brackets)"
    )
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        rules = _rules(Path(folder))
        python = str(Path(custodian).with_name("python"))
        with subprocess.Popen(
            [python, "-c", CUSTODIAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            for one, rule in zip(ASSERTIONS, rules, strict=True):
                ratios.append(_beside(one, rule, other))
            if other.stdin:
                other.stdin.close()
    for step, told in enumerate(("holds", "with evidence", "with finding")):
        found = [one[step] for one in ratios]
        print(
            f"  {told}: {min(found):.1f} to {max(found):.1f} times faster, median {statistics.median(found):.1f}"
        )


def _beside(one: Assertion, rule: Rule, other: subprocess.Popen[str]) -> list[float]:
    """Prints one line; how many times faster each step of ours is."""
    told = [
        {
            "Id": f"i-{number}",
            "Arn": f"arn:aws:connect:{number}",
            **(one.right if number % 8 < GOOD else one.wrong),
        }
        for number in range(COUNT)
    ]
    resources = tuple(Resource(Key(PLACE, KIND, data["Id"]), data) for data in told)
    places = (Resource(Key(PLACE, "connect.instance", "i"), {}), *resources)
    snapshot = Snapshot("2026-01-01T00:00:00Z", "aws", (), places, frozenset({(PLACE, KIND)}))
    holds = holding([(path, matcher(wanted)) for path, wanted in one.expect.items()])
    judge = rule.judge(Around(PLACE, rule.defaults, snapshot, rule.reads))
    steps: tuple[Callable[[], Any], ...] = (
        # The first line of the judge of a rule that is data.
        lambda: [not resource.unread and holds(resource.data) for resource in resources],
        lambda: [judge(resource) for resource in resources],
        lambda: evaluate([rule], snapshot),
    )
    passed = sum(finding.verdict is Verdict.PASS for finding in evaluate([rule], snapshot))
    theirs, ours = [], []
    for _ in range(ROUNDS):
        seconds, count = _asked(other, {"filters": one.filters, "resources": told, "passes": PASSES})
        if count != passed:
            raise ValueError(f"{one.name}: custodian lets {count} through, connect-audit {passed}")
        theirs.append(seconds)
        ours.append([cpu_of(step, PASSES) for step in steps])
    each = [statistics.median(step) / COUNT * 1e6 for step in zip(*ours, strict=True)]
    faster = [
        statistics.median(their / our[step] for their, our in zip(theirs, ours, strict=True))
        for step in range(3)
    ]
    cells = "".join(f"  {us:5.2f} ({ratio:4.1f})  " for us, ratio in zip(each, faster, strict=True))
    print(f"  {one.name:<32}  {statistics.median(theirs) / COUNT * 1e6:6.2f}    {cells}")
    return faster


def _asked(other: subprocess.Popen[str], question: dict[str, Any]) -> tuple[float, int]:
    if other.stdin is None or other.stdout is None:
        raise RuntimeError("the other process has no pipes")
    other.stdin.write(json.dumps(question) + "\n")
    other.stdin.flush()
    seconds, count = json.loads(other.stdout.readline())
    return seconds, count


def _rules(folder: Path) -> list[Rule]:
    """Each assertion as the rule that people would write."""
    for number, one in enumerate(ASSERTIONS, 1):
        said = {name: json.dumps(getattr(one, name)) for name in ("expect", "right", "wrong")}
        file = folder / f"rule{number}.yaml"
        file.write_text(RULE.format(number=number, kind=KIND, **said), encoding="utf-8")
    found = {rule.id: rule for rule in rules_in(RULES, [folder]).rules}
    return [found[f"BENCHMARK-{number:03}"] for number in range(1, len(ASSERTIONS) + 1)]
