"""Measures the verdict alone: one assertion on many resources, here and as Cloud Custodian's value filters.

First assertions of each kind and depth, then the rules of the catalogue that are data, on resources of their examples.

Theirs is `process` of each filter on what the one before let through, as a policy runs them: with the key as JMESPath
and the note that a filter leaves on each resource it matches. Ours is shown in three steps: of which resources the
assertion holds (all that Custodian tells), the rule's answers with the evidence of each failure, and `evaluate` as a
whole, which gives every resource a finding with its fingerprint, sorted (of the assertions alone: some rules of the
catalogue speak of instances, and nobody has thousands). 5 resources of 8 are as they should be.

Fields have few values there, as most have in an instance; at last come some of which every resource has one of its own.
"""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clock import cpu_of

from auditor.bundled import RULES
from auditor.catalogue import load as rules_in
from auditor.evaluate import evaluate
from auditor.model import Key, Place, Resource, Snapshot
from auditor.rule import Around, Outcome, Pass, Rule, Verdict

COUNT = 4000
ROUNDS, PASSES = 7, 3
KIND = "connect.storage_config"
PLACE = Place("123456789012", "us-east-1", "i")
GOOD = 5
"""Of 8 resources."""
STEPS = ("holds", "with evidence", "with finding")


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
    "instance_has_alias": "InstanceAlias",
    "instance_has_service_linked_role": "ServiceRole",
    "approved_origins_are_safe": "Origin",
}
"""The field of some of them that is then given a value of its own in each resource."""


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
    """The table, of the best round of each: theirs, ours, theirs, ours."""
    print(
        f"\nthe verdict alone, us per resource and rule, {COUNT} resources, {ROUNDS} rounds\n"
        f"  limit: a tenth of Custodian's value filters\n"
        f"  {'':<36}  custodian   holds          with evidence  with finding (times faster in brackets)"
    )
    python = str(Path(custodian).with_name("python"))
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [python, "-c", CUSTODIAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other,
    ):
        _table([(one, rule) for one, rule in zip(ASSERTIONS, _rules(Path(folder)), strict=True)], other)
        print("  the rules of the catalogue that are data, on the subjects of their examples:")
        catalogue = _of_the_catalogue()
        _table([(one, one.rule) for one in catalogue], other)
        print("  the same where each resource has a value of its own:")
        their_own = [replace(one, own=OWN[one.name]) for one in catalogue if one.name in OWN]
        _table([(one, one.rule) for one in their_own], other)
        if other.stdin:
            other.stdin.close()


def _table(asked: Sequence[tuple[Assertion | OfTheCatalogue, Rule]], other: subprocess.Popen[str]) -> None:
    measured = [_beside(one, rule, other) for one, rule in asked]
    for step, told in enumerate(STEPS[: len(measured[0]) - 1], 1):
        found = [one[0] / one[step] for one in measured]
        whole = sum(one[0] for one in measured) / sum(one[step] for one in measured)
        print(
            f"  {told}: {min(found):.1f} to {max(found):.1f} times faster, median {statistics.median(found):.1f}, "
            f"all together {whole:.1f}"
        )


def _beside(one: Assertion | OfTheCatalogue, rule: Rule, other: subprocess.Popen[str]) -> list[float]:
    """Prints one line; the seconds of theirs and of each step of ours: what else the machine does only adds to them."""
    told = [
        {"Id": f"i-{number}", "Arn": f"arn:aws:connect:{number}", **data}
        for number, data in enumerate(itertools.islice(one.resources(), COUNT))
    ]
    resources = tuple(Resource(Key(PLACE, rule.kind, data["Id"]), data) for data in told)
    places = (Resource(Key(PLACE, "connect.instance", "i"), {}), *resources)
    snapshot = Snapshot("2026-01-01T00:00:00Z", "aws", (), places, frozenset({(PLACE, rule.kind)}))
    around = Around(PLACE, rule.defaults, snapshot, rule.reads)
    sieve, judge = rule.sieve(around), rule.judge(around)

    def answers() -> list[Outcome]:
        sure, passed = set(map(id, sieve(resources))), Pass()
        return [passed if id(resource) in sure else judge(resource) for resource in resources]

    steps: list[Callable[[], Any]] = [lambda: sieve(resources), answers]
    if isinstance(one, Assertion):
        steps.append(lambda: evaluate([rule], snapshot))
    passed = len(sieve(resources))
    theirs, ours = [], []
    for _ in range(ROUNDS):
        seconds, count = _asked(other, {"filters": one.filters, "resources": told, "passes": PASSES})
        if count != passed or passed != sum(isinstance(judge(resource), Pass) for resource in resources):
            raise ValueError(f"{one.name}: custodian lets {count} through, connect-audit {passed}")
        theirs.append(seconds)
        ours.append([cpu_of(step, PASSES) for step in steps])
    costs = [min(theirs), *map(min, zip(*ours, strict=True))]
    cells = "".join(f"  {cost / COUNT * 1e6:5.2f} ({costs[0] / cost:4.1f})  " for cost in costs[1:])
    print(f"  {one.name:<36}  {costs[0] / COUNT * 1e6:6.2f}    {cells}", flush=True)
    return costs


def _of_the_catalogue() -> list[OfTheCatalogue]:
    """The rules of the catalogue that are data, parameters at their defaults."""
    entries = {entry.file.stem: entry for entry in rules_in(RULES).entries if entry.file.suffix == ".yaml"}
    return [OfTheCatalogue(name, entries[name].rule, filters) for name, filters in CATALOGUE.items()]


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
