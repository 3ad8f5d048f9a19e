"""Measures the verdict alone: one assertion on many resources, here and as Cloud Custodian's value filters.

First assertions of each kind and depth, then the rules of the catalogue that are data, on resources of their examples.

Theirs is `process` of each filter on what the one before let through, as a policy runs them: with the key as JMESPath
and the note that a filter leaves on each resource it matches. Ours is shown in three steps: of which resources the
assertion holds (all that Custodian tells), the rule's answers with the evidence of each failure, and `evaluate` as a
whole, which gives every resource a finding with its fingerprint, sorted (of the assertions alone: some rules of the
catalogue speak of instances, and nobody has thousands). 5 resources of 8 are as they should be.

In each round both get resources that were parsed a moment before. *Holds* is the best pass over them, as `timeit`
tells the cost of work, and is set beside the best of theirs; *at first* is the first pass, in which half the time goes
into fetching the resources from memory, and is set beside the first of theirs, as are the further steps.

Fields have few values there, as most have in an instance; at last come some of which every resource has one of its own.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import statistics
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

from clock import moments

from auditor.bundled import RULES
from auditor.catalogue import load as rules_in
from auditor.evaluate import Finding, evaluate
from auditor.model import Key, Place, Resource, Snapshot
from auditor.rule import Around, Outcome, Pass, Rule, Verdict

COUNT = 4000
ROUNDS, PASSES = 15, 4
PASSED = Pass()
KIND = "connect.storage_config"
PLACE = Place("123456789012", "us-east-1", "i")
GOOD = 5
"""Of 8 resources."""
STEPS = ("holds", "holds, at first", "with evidence", "with finding")


@dataclass(frozen=True)
class Assertion:
    """One thing to be asserted: as our rule's `expect`, as Custodian's filters, and what is right and wrong."""

    name: str
    expect: dict[str, Any]
    filters: list[dict[str, Any]]
    right: dict[str, Any]
    wrong: dict[str, Any]

    def resources(self) -> Iterator[dict[str, Any]]:
        """What it is asserted of, without end: of 8 there are 5 as they should be."""
        return itertools.cycle([self.right] * GOOD + [self.wrong] * (8 - GOOD))


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


def _like(key: str, pattern: str) -> dict[str, Any]:
    # Custodian's match begins at the start of the text.
    return _value(key, pattern if pattern.startswith(("^", "(?i)^")) else f".*{pattern}", op="regex-case")


def _unlike(key: str, *patterns: str) -> dict[str, Any]:
    return {
        "not": [{"or": [_like(key, one) for one in patterns]} if patterns[1:] else _like(key, patterns[0])]
    }


BOTH_SEGMENTS = [f"REAL_TIME_CONTACT_ANALYSIS_{channel}_SEGMENTS" for channel in ("CHAT", "VOICE")]
HOURS = "KinesisVideoStreamConfig.RetentionPeriodHours"
CATALOGUE: dict[str, list[dict[str, Any]]] = {
    "access_url_is_current": [
        _value("InstanceAccessUrl", "not-null"),
        _unlike("InstanceAccessUrl", r"(?i)^https?://[^/]*\.awsapps\.com(/|$)"),
    ],
    "users_are_federated": [_value("IdentityManagementType", ["SAML", "EXISTING_DIRECTORY"], op="in")],
    "idle_sessions_end": [
        _value("SessionInactivityHandlingEnabled", True),
        _value("SessionInactivityDuration", 60, op="lte"),
    ],
    "instance_has_alias": [
        _like("InstanceAlias", "^[0-9A-Za-z][0-9A-Za-z-]*$"),
        _unlike("InstanceAlias", "^d-"),
    ],
    "instance_has_service_linked_role": [
        _like(
            "ServiceRole",
            r"^arn:aws[a-z-]*:iam::\d{12}:role/aws-service-role/connect\.amazonaws\.com/"
            "AWSServiceRoleForAmazonConnect",
        )
    ],
    "segments_have_a_channel": [
        _like("ResourceType", "^REAL_TIME_CONTACT_ANALYSIS_"),
        _value("ResourceType", BOTH_SEGMENTS, op="in"),
    ],
    "media_streams_are_kept_for_a_while": [
        _value("StorageType", "KINESIS_VIDEO_STREAM"),
        _value(HOURS, 1, op="gte"),
        _value(HOURS, 8760, op="lte"),
    ],
    "trail_is_protected": [_value("KmsKeyId", "not-null"), _value("LogFileValidationEnabled", True)],
    "approved_origins_are_safe": [
        _like("Origin", "(?i)^https://"),
        _unlike(
            "Origin",
            r"\*",
            "(?i)^[a-z]+://localhost([:/]|$)",
            r"(?i)^[a-z]+://([0-9.]+([:/]|$)|\[)",
        ),
    ],
    "lex_bots_are_v2": [_value("LexVersion", "V2")],
    "no_retired_integration": [_value("IntegrationType", ["VOICE_ID", "PINPOINT_APP"], op="ni")],
    "storage_has_kms_key": [
        _value("StorageType", "S3"),
        _value("S3Config.EncryptionConfig.EncryptionType", "KMS"),
        _value("S3Config.EncryptionConfig.KeyId", "not-null"),
    ],
    "traffic_group_is_active": [_value("Status", ["ACTIVE", "UPDATE_IN_PROGRESS"], op="in")],
    "numbers_are_claimed": [_value("PhoneNumberStatus.Status", ["CLAIMED", "IN_PROGRESS"], op="in")],
    "numbers_are_described": [_like("PhoneNumberDescription", r"\S")],
}
"""The rules of the catalogue that are data and look at a field, as Custodian's filters."""
OWN = {
    "instance_has_alias": ("InstanceAlias", ("^[0-9A-Za-z][0-9A-Za-z-]*$", "^d-")),
    "instance_has_service_linked_role": (
        "ServiceRole",
        (
            r"^arn:aws[a-z-]*:iam::\d{12}:role/aws-service-role/connect\.amazonaws\.com/AWSServiceRoleForAmazonConnect",
        ),
    ),
    "approved_origins_are_safe": (
        "Origin",
        (
            "(?i)^https://",
            r"\*",
            "(?i)^[a-z]+://localhost([:/]|$)",
            r"(?i)^[a-z]+://([0-9.]+([:/]|$)|\[)",
        ),
    ),
}
"""The field of some of them that is then given a value of its own in each resource, and our patterns for it."""


@dataclass(frozen=True)
class OfTheCatalogue:
    """A rule of the catalogue that is data, asserted of the subjects of its own examples.

    Where it has `own`, the text of that field ends in the number of the resource.
    """

    name: str
    rule: Rule
    filters: list[dict[str, Any]]
    own: str = ""

    def resources(self) -> Iterator[dict[str, Any]]:
        """The subjects of its examples, without end: of 8 there are 5 that pass."""
        subjects = {
            verdict: itertools.cycle(
                [
                    dict(one.subject.data)
                    for one in self.rule.examples
                    if one.verdict is verdict and not (one.subject.unread or one.params)
                ]
            )
            for verdict in (Verdict.PASS, Verdict.FAIL)
        }
        for number in itertools.count():
            subject = next(subjects[Verdict.PASS if number % 8 < GOOD else Verdict.FAIL])
            own = {self.own: f"{subject[self.own]}{number}"} if self.own in subject else {}
            yield {**subject, **own}


CUSTODIAN = """
import gc, json, sys, time
from c7n.filters.core import FilterRegistry
registry = FilterRegistry("value")
for line in sys.stdin:
    asked = json.loads(line)
    for _ in range(asked["rounds"]):
        filters = [registry.factory(one).validate() for one in asked["filters"]]
        told = json.loads(asked["resources"])
        gc.disable()
        times = []
        for _ in range(asked["passes"]):
            began, left = time.process_time(), told
            for one in filters:
                left = one.process(left)
            times.append(time.process_time() - began)
        gc.enable()
        print(json.dumps([times, len(left)]), flush=True)
        sys.stdin.readline()
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


class Custodian:
    """The filters of the other program, in a process of its own."""

    def __init__(self, command: str) -> None:
        python = str(Path(command).with_name("python"))
        if hasattr(os, "sched_setaffinity"):
            # On one processor both, in turns: two that are shared are not equally busy.
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        self._process = subprocess.Popen(
            [python, "-c", CUSTODIAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def rounds(self, filters: list[dict[str, Any]], resources: str) -> Iterator[tuple[list[float], int]]:
        """Of each round the seconds of its passes, and how many resources are let through: it waits between them."""
        asked = {"filters": filters, "resources": resources, "rounds": ROUNDS, "passes": PASSES}
        self._say(json.dumps(asked))
        for _ in range(ROUNDS):
            seconds, count = json.loads(self._process.stdout.readline())
            yield seconds, count
            self._say("next")

    def _say(self, line: str) -> None:
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def verdicts(custodian: str) -> None:
    """The tables, and what the regular expressions of the last of them take alone."""
    print(
        f"\nthe verdict alone, us per resource and rule, {COUNT} resources, {ROUNDS} rounds\n"
        f"  limit: a tenth of Custodian's value filters\n"
        f"  {'':<36}  custodian     "
        "holds         at first      with evidence with finding   (times faster in brackets)"
    )
    with tempfile.TemporaryDirectory() as folder, Custodian(custodian) as other:
        _table([(one, rule) for one, rule in zip(ASSERTIONS, _rules(Path(folder)), strict=True)], other)
        print("  the rules of the catalogue that are data, on the subjects of their examples:")
        catalogue = _of_the_catalogue()
        _table([(one, one.rule) for one in catalogue], other)
        print("  the same where each resource has a value of its own:")
        their_own = [replace(one, own=OWN[one.name][0]) for one in catalogue if one.name in OWN]
        _table([(one, one.rule) for one in their_own], other)
    print("  of which the regular expressions alone, each over all texts:")
    for one in their_own:
        print(f"  {one.name:<36}  {_searching(one) / COUNT * 1e6:24.2f}")


class Cost(NamedTuple):
    """What one assertion costs, in microseconds per resource."""

    theirs: float
    ours: float
    times: float
    """How many times faster ours is: the median of the rounds, in each of which both met the same machine."""


def _cost(theirs: Sequence[float], ours: Sequence[float]) -> Cost:
    """The least cost of all rounds, as what else the machine does only adds to it."""
    ratios = [one / other for one, other in zip(theirs, ours, strict=True)]
    return Cost(min(theirs) / COUNT * 1e6, min(ours) / COUNT * 1e6, statistics.median(ratios))


def _table(asked: Sequence[tuple[Assertion | OfTheCatalogue, Rule]], other: Custodian) -> None:
    measured = [_beside(one, rule, other) for one, rule in asked]
    for step, costs in zip(STEPS, zip(*measured, strict=True), strict=False):
        found = [cost.times for cost in costs]
        whole = sum(cost.theirs for cost in costs) / sum(cost.ours for cost in costs)
        print(
            f"  {step}: {min(found):.1f} to {max(found):.1f} times faster, median {statistics.median(found):.1f}, "
            f"all together {whole:.1f}"
        )


def _beside(one: Assertion | OfTheCatalogue, rule: Rule, other: Custodian) -> list[Cost]:
    """Prints one line: theirs and ours in turns."""
    text = json.dumps(
        [
            {"Id": f"i-{number}", "Arn": f"arn:aws:connect:{number}", **data}
            for number, data in enumerate(itertools.islice(one.resources(), COUNT))
        ]
    )
    rounds = []
    for seconds, count in other.rounds(one.filters, text):
        holds, *further = _steps(rule, json.loads(text), whole=isinstance(one, Assertion))
        ours = moments(holds, PASSES)
        if count != sum(holds()):
            raise ValueError(f"{one.name}: custodian lets {count} through, connect-audit {sum(holds())}")
        rounds.append(
            [min(seconds), seconds[0], min(ours), ours[0], *(moments(step, 1)[0] for step in further)]
        )
    again, first, *steps = zip(*rounds, strict=True)
    costs = [_cost(again, steps[0]), *(_cost(first, ours) for ours in steps[1:])]
    cells = "".join(f"   {cost.ours:5.2f} ({cost.times:4.1f})" for cost in costs)
    print(f"  {one.name:<36}  {costs[0].theirs:5.2f} {costs[1].theirs:5.2f}   {cells}", flush=True)
    return costs


def _steps(rule: Rule, told: list[dict[str, Any]], *, whole: bool) -> list[Callable[[], Any]]:
    """The steps in which ours is shown; of `whole` the last too."""
    data = tuple(told)
    resources = tuple(Resource(Key(PLACE, rule.kind, one["Id"]), one) for one in data)
    places = (Resource(Key(PLACE, "connect.instance", "i"), {}), *resources)
    snapshot = Snapshot("2026-01-01T00:00:00Z", "aws", (), places, frozenset({(PLACE, rule.kind)}))
    around = Around(PLACE, rule.defaults, snapshot, rule.reads)
    sieve, judge = rule.sieve(around), rule.judge(around)

    def holds() -> Sequence[bool]:
        return sieve(data)

    def with_evidence() -> list[Outcome]:
        told = zip(resources, sieve(data), strict=True)
        return [PASSED if sure else judge(resource) for resource, sure in told]

    def with_finding() -> Sequence[Finding]:
        return evaluate([rule], snapshot)

    return [holds, with_evidence, with_finding] if whole else [holds, with_evidence]


def _searching(one: OfTheCatalogue) -> float:
    """The seconds that a rule's regular expressions take, and nothing else."""
    field, patterns = OWN[one.name]
    texts = [told[field] for told in itertools.islice(one.resources(), COUNT) if field in told]
    searches = [re.compile(pattern).search for pattern in patterns]
    return sum(min(moments(partial(_searched, search, texts), ROUNDS)) for search in searches)


def _searched(search: Callable[[str], Any], texts: Sequence[str]) -> None:
    deque(map(search, texts), 0)


def _of_the_catalogue() -> list[OfTheCatalogue]:
    """The rules of the catalogue that are data, parameters at their defaults."""
    entries = {entry.file.stem: entry for entry in rules_in(RULES).entries if entry.file.suffix == ".yaml"}
    return [OfTheCatalogue(name, entries[name].rule, filters) for name, filters in CATALOGUE.items()]


def _rules(folder: Path) -> list[Rule]:
    """Each assertion as the rule that people would write."""
    for number, one in enumerate(ASSERTIONS, 1):
        said = {name: json.dumps(getattr(one, name)) for name in ("expect", "right", "wrong")}
        file = folder / f"rule{number}.yaml"
        file.write_text(RULE.format(number=number, kind=KIND, **said), encoding="utf-8")
    found = {rule.id: rule for rule in rules_in(RULES, [folder]).rules}
    return [found[f"BENCHMARK-{number:03}"] for number in range(1, len(ASSERTIONS) + 1)]
