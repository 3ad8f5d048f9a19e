"""The HTML report: complete without a script, inert whatever people typed, and light however much there is."""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import jsonschema
import pytest

from auditor.bundled import SCHEMAS, TEMPLATES
from auditor.render import html

Json = dict[str, Any]

HOME, DR = "111122223333", "444455556666"
LONDON, PAULO, BAHRAIN = "eu-west-2", "sa-east-1", "me-south-1"
ONE, TWO, THREE = (
    "0a1b2c3d-1111-4222-8333-aaaaaaaaaaaa",
    "0a1b2c3d-1111-4222-8333-bbbbbbbbbbbb",
    "0a1b2c3d-1111-4222-8333-cccccccccccc",
)
ALIAS = {ONE: "northwind-support", TWO: "northwind-vendas", THREE: "northwind-sandbox"}
REGION = {ONE: LONDON, TWO: PAULO, THREE: LONDON}
DOCS = "https://docs.aws.amazon.com/connect/latest/adminguide"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "Fila \u202egnp.exe",
    "zero\u200bwidth\x07bell",
    "{{ 7 * 7 }}{% raw %}",
    "</style></script><svg onload=alert(3)>",
    "javascript:alert(4)",
)


def _rule(number: str, title: str, severity: str, group: str, kind: str, why: str, **more: Any) -> Json:
    fix = {
        "console": f"Amazon Connect > {group.capitalize()} > change the setting > Save.",
        **more.pop("fix", {}),
    }
    sources = more.pop("sources", [f"{DOCS}/security-best-practices.html"])
    return {
        "id": f"CONNECT-{number}",
        "title": title,
        "severity": severity,
        "group": group,
        "kind": kind,
        "why": why,
        "fix": fix,
        "sources": sources,
        "severity_reason": "",
        "params": {},
        "members": [],
        "built_in": True,
        **more,
    }


RULES: list[Json] = [
    _rule(
        "STO-005",
        "The KMS key of every storage configuration can be used",
        "critical",
        "storage",
        "connect.storage_config",
        "When the key is disabled or waits for its deletion, new recordings cannot be written and old ones cannot "
        "be played. Nobody on the floor notices until a supervisor looks for a call.",
        fix={
            "console": "KMS > Customer managed keys > choose the key > Key actions > Cancel key deletion, then Enable.",
            "cli": "aws kms cancel-key-deletion --key-id <key-id>\naws kms enable-key --key-id <key-id>",
            "note": "A deleted key cannot be brought back, and neither can what it encrypted.",
        },
        sources=[
            "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
            f"{DOCS}/encryption-at-rest.html",
        ],
    ),
    _rule(
        "FLW-002",
        "No secret stands in a flow",
        "critical",
        "flows",
        "connect.flow",
        "Everybody who may open the flow editor, and every export of the flow, shows what is written there.",
        fix={
            "console": "Open the flow, move the value to AWS Secrets Manager and let a Lambda function read it.",
            "note": "Take the value as known to others: change it where it is used, too.",
        },
    ),
    _rule(
        "STO-003",
        "Every S3 storage configuration names a KMS key",
        "high",
        "storage",
        "connect.storage_config",
        "Without one, who may read the bucket may listen to the recordings: the key is the second lock.",
        fix={
            "console": "Amazon Connect > your instance > Data storage > Edit > Enable encryption > Save.",
            "cli": "aws connect update-instance-storage-config \\\n  --instance-id <instance-id> \\\n"
            "  --association-id <association-id> \\\n  --resource-type CALL_RECORDINGS \\\n"
            "  --storage-config file://storage.json",
            "cloudformation": "Recordings:\n  Type: AWS::Connect::InstanceStorageConfig\n  Properties:\n"
            "    ResourceType: CALL_RECORDINGS\n    StorageType: S3\n    S3Config:\n      BucketName: !Ref Bucket\n"
            "      BucketPrefix: recordings\n      EncryptionConfig:\n        EncryptionType: KMS\n"
            "        KeyId: !GetAtt Key.Arn",
            "terraform": 'resource "aws_connect_instance_storage_config" "recordings" {\n  instance_id   = '
            'aws_connect_instance.this.id\n  resource_type = "CALL_RECORDINGS"\n\n  storage_config {\n    '
            'storage_type = "S3"\n    s3_config {\n      bucket_name   = aws_s3_bucket.recordings.id\n      '
            'bucket_prefix = "recordings"\n      encryption_config {\n        encryption_type = "KMS"\n        '
            "key_id          = aws_kms_key.recordings.arn\n      }\n    }\n  }\n}",
            "note": "Recordings made before keep the encryption that they have.",
        },
        sources=[f"{DOCS}/update-instance-settings.html", f"{DOCS}/encryption-at-rest.html"],
    ),
    _rule(
        "STO-009",
        "The bucket blocks public access in all four ways",
        "high",
        "storage",
        "connect.storage_config",
        "One wrong policy or list is then not enough to publish the recordings of customers.",
        fix={
            "console": "S3 > the bucket > Permissions > Block public access > Edit > Block all > Save.",
            "cli": "aws s3api put-public-access-block --bucket <bucket> --public-access-block-configuration \\\n"
            "  BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
            "terraform": 'resource "aws_s3_bucket_public_access_block" "recordings" {\n  bucket = '
            "aws_s3_bucket.recordings.id\n\n  block_public_acls       = true\n  block_public_policy     = true\n"
            "  ignore_public_acls      = true\n  restrict_public_buckets = true\n}",
        },
        sources=[
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
        ],
    ),
    _rule(
        "INT-001",
        "Approved origins hold no wildcard, no http and no localhost",
        "high",
        "integrations",
        "connect.approved_origin",
        "Any page on such an origin can embed the agent's softphone and act as the agent who is signed in.",
        sources=[f"{DOCS}/app-integration.html", "javascript:alert(4)", "http://example.com/insecure"],
    ),
    _rule(
        "RTG-001",
        "Everything that a queue names exists",
        "high",
        "routing",
        "connect.queue",
        "Callers who reach a queue without working hours or with a deleted whisper flow are disconnected.",
    ),
    _rule(
        "NUM-001",
        "Every claimed voice number is connected to a flow",
        "high",
        "numbers",
        "connect.phone_number",
        "Whoever calls such a number hears that it is not in service.",
        fix={
            "console": "Amazon Connect > Channels > Phone numbers > the number > Contact flow > choose one > Save.",
            "cli": "aws connect associate-phone-number-contact-flow --phone-number-id <id> \\\n"
            "  --instance-id <instance-id> --contact-flow-id <flow-id>",
        },
        sources=[f"{DOCS}/associate-claimed-ported-phone-number-to-flow.html"],
    ),
    _rule(
        "IDN-002",
        "Users sign in through the company's identity provider",
        "medium",
        "identity",
        "connect.instance",
        "Who leaves the company then loses access the same day, and multi-factor sign-in holds for everybody.",
        fix={"note": "This cannot be changed in place: it takes a new instance and a migration."},
        sources=[f"{DOCS}/connect-identity-management.html"],
    ),
    _rule(
        "ACC-006",
        "Few may listen to recordings that are not redacted",
        "medium",
        "access",
        "connect.security_profile",
        "Unredacted recordings hold card numbers and health data.",
        fix={
            "terraform": 'resource "aws_connect_security_profile" "agents" {\n  permissions = ["BasicAgent"]\n}'
        },
    ),
    _rule(
        "LOG-001",
        "Flow logs are on",
        "medium",
        "logging",
        "connect.instance_attribute",
        "Without them nobody can tell afterwards which way a caller took, and why the call ended.",
        fix={
            "cli": "aws connect update-instance-attribute --instance-id <instance-id> \\\n"
            "  --attribute-type CONTACTFLOW_LOGS --value true"
        },
    ),
    _rule(
        "LOG-003",
        "The flow log group has a retention period",
        "medium",
        "logging",
        "logs.log_group",
        "Logs that are kept for ever cost for ever, and hold personal data for longer than anybody may keep it.",
    ),
    _rule(
        "INT-004",
        "Lambda policies name the instance that may call",
        "high",
        "integrations",
        "connect.lambda_association",
        "Otherwise any Connect instance, of any account, may call the function.",
    ),
    _rule(
        "RTG-006",
        "Hours of operation are in the expected time zone",
        "low",
        "routing",
        "connect.hours_of_operation",
        "A queue that opens in another zone turns callers away in the morning.",
    ),
    _rule(
        "TAG-001",
        "The instance carries the required tags",
        "low",
        "governance",
        "connect.instance",
        "Costs and owners are found by tags.",
    ),
    _rule(
        "TEL-004",
        "The best voices are chosen by themselves",
        "info",
        "telephony",
        "connect.instance_attribute",
        "Prompts then sound as the language's best voice does, without a change of any flow.",
    ),
    _rule(
        "RES-001",
        "The instance is active",
        "high",
        "resilience",
        "connect.instance",
        "Nothing works in another.",
    ),
    _rule(
        "SED-004",
        "The data-storage step is complete",
        "high",
        "setup",
        "connect.instance",
        "The set-up step holds only when each of its checks does.",
    ),
    _rule(
        "USR-002",
        "Nobody shares an account",
        "medium",
        "users",
        "connect.user",
        "What a shared account did, nobody did.",
    ),
    {
        **_rule(
            "X-HOUSE-1", "Queues carry a cost centre", "low", "house", "connect.queue", "Our own bookkeeping."
        ),
        "id": "HOUSE-001",
        "built_in": False,
        "sha256": hashlib.sha256(b"house").hexdigest(),
        "file": "house_queues.yaml",
    },
]
_BY_ID = {rule["id"].removeprefix("CONNECT-"): rule for rule in RULES}


def _finding(
    number: str, verdict: str, instance: str, kind: str, id_: str, name: str = "", **more: Any
) -> Json:
    rule = _BY_ID[number]
    region = more.pop("region", REGION.get(instance, LONDON))
    account = more.pop("account", HOME)
    seed = json.dumps([rule["id"], account, region, instance, kind, id_, more.get("discriminator", "")])
    return {
        "fingerprint": hashlib.sha256(seed.encode()).hexdigest()[:32],
        "rule_id": rule["id"],
        "verdict": verdict,
        "severity": more.pop("severity", rule["severity"]),
        "title": rule["title"],
        "resource": {
            "account": account,
            "region": region,
            "instance_id": instance,
            "instance_alias": ALIAS.get(instance, ""),
            "kind": kind,
            "id": id_,
            "name": name,
            "arn": f"arn:aws:connect:{region}:{account}:instance/{instance}/x/{id_[:20]}" if instance else "",
        },
        "evidence": more.pop("evidence", []),
        **more,
    }


def _is(path: str, expected: Any, actual: Any, cites: str = "") -> Json:
    return {
        "path": path,
        "expected": expected,
        "actual": actual,
        **({"cites": dict(zip(("kind", "id"), cites.split(" ", 1), strict=True))} if cites else {}),
    }


def _uuid(number: int) -> str:
    digits = hashlib.sha256(str(number).encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def _failures() -> Iterator[Json]:
    key = "kms.key 5d1c0f3e-8a53-4a0e-9b7e-0d3a51c2b7aa"
    yield _finding(
        "STO-005",
        "fail",
        ONE,
        "connect.storage_config",
        "CALL_RECORDINGS:S3",
        "CALL_RECORDINGS",
        evidence=[
            _is("KeyState", "Enabled", "PendingDeletion", key),
            _is("DeletionDate", None, "2026-12-01T00:00:00Z", key),
        ],
    )
    yield _finding(
        "FLW-002",
        "fail",
        TWO,
        "connect.flow",
        _uuid(1),
        "Vendas – identificação do cliente",
        discriminator="block-7f3a",
        evidence=[
            _is(
                "Content.Actions.7f3a.Parameters.LambdaInvocationAttributes.apiKey",
                "no literal secret",
                "‹masked 1f2e3d4c›",
            )
        ],
    )
    for kind in ("CALL_RECORDINGS", "CHAT_TRANSCRIPTS"):
        yield _finding(
            "STO-003",
            "fail",
            TWO,
            "connect.storage_config",
            f"{kind}:S3",
            kind,
            evidence=[_is("S3Config.EncryptionConfig", {"EncryptionType": "KMS", "KeyId": "a key"}, None)],
        )
    yield _finding(
        "STO-009",
        "fail",
        ONE,
        "connect.storage_config",
        "CALL_RECORDINGS:S3",
        "CALL_RECORDINGS",
        evidence=[
            _is(f"PublicAccessBlock.{flag}", True, False, "s3.bucket northwind-recordings-london")
            for flag in ("BlockPublicAcls", "RestrictPublicBuckets")
        ],
    )
    for origin in ("http://intranet.northwind.example", "https://*.northwind.example"):
        yield _finding(
            "INT-001",
            "fail",
            ONE,
            "connect.approved_origin",
            origin,
            origin,
            evidence=[_is("Origin", "https, one host", origin)],
        )
    names = ("Fila de Atendimento – São Paulo", "Cobrança", *HOSTILE[:3])
    for place, name in enumerate(names):
        yield _finding(
            "RTG-001",
            "fail",
            TWO,
            "connect.queue",
            _uuid(10 + place),
            name,
            evidence=[
                _is(
                    "HoursOfOperationId",
                    "an existing hours of operation",
                    _uuid(90 + place),
                    f"connect.hours_of_operation {_uuid(90 + place)}",
                )
            ],
        )
    for place in range(2):
        yield _finding(
            "NUM-001",
            "fail",
            TWO,
            "connect.phone_number",
            _uuid(20 + place),
            f"••••••••41{place}7",
            severity=("high", "medium")[place],
            evidence=[_is("flow association", "a flow", None)],
        )
    yield _finding(
        "IDN-002",
        "fail",
        THREE,
        "connect.instance",
        THREE,
        ALIAS[THREE],
        evidence=[_is("IdentityManagementType", ["SAML", "EXISTING_DIRECTORY"], "CONNECT_MANAGED")],
    )
    held = [f"Permission.Number{place}" for place in range(30)]
    for place, name in enumerate(("Agentes – Atendimento", HOSTILE[3], HOSTILE[4])):
        yield _finding(
            "ACC-006",
            "fail",
            ONE,
            "connect.security_profile",
            _uuid(30 + place),
            name,
            evidence=[_is("Permissions", [], held[: 3 + 20 * place])],
        )
    for instance in (TWO, THREE):
        yield _finding(
            "LOG-001",
            "fail",
            instance,
            "connect.instance_attribute",
            "CONTACTFLOW_LOGS",
            "CONTACTFLOW_LOGS",
            evidence=[_is("Value", "true", "false")],
        )
    yield _finding(
        "LOG-003",
        "fail",
        "",
        "logs.log_group",
        "/aws/connect/northwind-support",
        "/aws/connect/northwind-support",
        evidence=[_is("retentionInDays", {"minimum": 30, "maximum": 400}, None)],
    )
    yield _finding(
        "RTG-006",
        "fail",
        TWO,
        "connect.hours_of_operation",
        _uuid(40),
        "Horário comercial",
        evidence=[_is("TimeZone", "America/Sao_Paulo", "UTC")],
    )
    yield _finding(
        "TAG-001",
        "fail",
        THREE,
        "connect.instance",
        THREE,
        ALIAS[THREE],
        evidence=[_is("Tags.owner", "any text", None), _is("Tags.cost-centre", "any text", "")],
    )
    yield _finding(
        "TEL-004",
        "fail",
        ONE,
        "connect.instance_attribute",
        "AUTO_RESOLVE_BEST_VOICES",
        "AUTO_RESOLVE_BEST_VOICES",
        evidence=[_is("Value", True, False)],
    )
    yield _finding(
        "HOUSE-001",
        "fail",
        ONE,
        "connect.queue",
        _uuid(50),
        HOSTILE[5],
        evidence=[_is("Tags.cost-centre", 4711, HOSTILE[6])],
    )
    yield _finding(
        "SED-004",
        "fail",
        TWO,
        "connect.instance",
        TWO,
        ALIAS[TWO],
        evidence=[_is("CONNECT-STO-003", "pass", "fail"), _is("CONNECT-STO-009", "pass", "pass")],
    )


LAMBDA = {
    "reason": "denied",
    "action": "lambda:GetPolicy",
    "detail": "User: arn:aws:sts::111122223333:assumed-role/"
    "audit/scan is not authorized to perform: lambda:GetPolicy on resource: order-status",
}
USERS = {"reason": "denied", "action": "connect:SearchUsers", "detail": "AccessDeniedException"}


def _others() -> Iterator[Json]:
    for place, name in enumerate(("order-status", "identify-caller", "callback")):
        yield (
            _finding(
                "INT-004",
                "unknown",
                ONE,
                "connect.lambda_association",
                f"arn:function:{name}",
                name,
                cause={**LAMBDA, "detail": LAMBDA["detail"].replace("order-status", name)},
                severity="high",
            )
            if place < 2
            else _finding("INT-004", "pass", ONE, "connect.lambda_association", name, name)
        )
    yield _finding("USR-002", "unknown", TWO, "connect.user", "", cause=USERS)
    yield _finding(
        "STO-009",
        "unknown",
        TWO,
        "connect.storage_config",
        "CALL_RECORDINGS:S3",
        "CALL_RECORDINGS",
        cause={"reason": "throttled", "action": "s3:GetBucketPublicAccessBlock", "detail": "SlowDown"},
    )
    yield _finding(
        "HOUSE-001",
        "error",
        THREE,
        "connect.queue",
        _uuid(60),
        "BasicQueue",
        reason="KeyError: 'cost-centre' (line 12 of check)",
    )
    for number, instance, count in (
        ("STO-003", ONE, 9),
        ("RTG-001", ONE, 14),
        ("RTG-001", THREE, 1),
        ("NUM-001", ONE, 6),
        ("ACC-006", ONE, 21),
        ("RTG-006", ONE, 4),
        ("HOUSE-001", TWO, 11),
        ("FLW-002", ONE, 32),
        ("FLW-002", TWO, 17),
        ("USR-002", ONE, 118),
        ("STO-005", TWO, 4),
    ):
        for place in range(count):
            yield _finding(number, "pass", instance, _BY_ID[number]["kind"], _uuid(1000 + place), f"n{place}")
    for number in ("RES-001", "IDN-002", "TAG-001"):
        for instance in (ONE, TWO):
            yield _finding(number, "pass", instance, "connect.instance", instance, ALIAS[instance])
    for number in ("STO-005", "STO-009", "INT-001", "INT-004"):
        yield _finding(
            number,
            "not_applicable",
            THREE,
            "connect.instance",
            THREE,
            ALIAS[THREE],
            reason="there are no storage configurations here" if "STO" in number else "nothing is here",
        )


def _counted(findings: list[Json]) -> Json:
    verdicts = Counter(one["verdict"] for one in findings)
    failures = Counter(one["severity"] for one in findings if one["verdict"] == "fail")
    names = ("pass", "fail", "unknown", "not_applicable", "error")
    return {
        "verdicts": {name: verdicts[name] for name in names},
        "failures": {name: failures[name] for name in html.SEVERITIES},
    }


def _maps(rule_id: str, basis: str, verdict: str, failed: int = 0, waived: int = 0) -> Json:
    return {"rule_id": rule_id, "basis": basis, "verdict": verdict, "failed": failed, "waived": waived}


def document(findings: list[Json] | None = None, **more: Any) -> Json:
    """A realistic run: three instances in two Regions, much in order, some of it not, and some of it unseen."""
    found = [*_failures(), *_others()] if findings is None else findings
    found.sort(key=lambda one: (one["rule_id"], one["resource"]["region"], one["resource"]["id"]))
    instances = [
        {
            "account": HOME,
            "region": REGION[one],
            "id": one,
            "alias": ALIAS[one],
            "arn": f"arn:aws:connect:{REGION[one]}:{HOME}:instance/{one}",
            "status": "ACTIVE",
            "identity_management": "CONNECT_MANAGED" if one == THREE else "SAML",
            "access_url": f"https://{ALIAS[one]}.my.connect.aws",
            "created": "2024-02-29T10:00:00Z",
            "inbound_calls": True,
            "outbound_calls": one != THREE,
            "tags": {} if one == THREE else {"owner": "Atenção ao Cliente", "stage": "production"},
            **_counted([finding for finding in found if finding["resource"]["instance_id"] == one]),
        }
        for one in (ONE, TWO, THREE)
    ]
    titles = {
        "connect.instance": "instances",
        "connect.storage_config": "storage configurations",
        "connect.queue": "queues",
        "connect.user": "users",
        "connect.lambda_association": "Lambda associations",
        "connect.flow": "flows",
        "connect.phone_number": "phone numbers",
        "connect.security_profile": "security profiles",
    }

    def kinds(one: str) -> Iterator[Json]:
        for place, (kind, title) in enumerate(titles.items()):
            state = {(TWO, "connect.user"): "unread", (ONE, "connect.lambda_association"): "partial"}.get(
                (one, kind)
            )
            yield {
                "kind": kind,
                "title": title,
                "count": 0 if state == "unread" else 3 * place + 1,
                "state": state or "complete",
            }

    def line(instance: str, kind: str, what: str, resources: int, cause: Json) -> Json:
        return {
            "account": HOME,
            "region": REGION[instance],
            "instance_id": instance,
            "instance_alias": ALIAS[instance],
            "kind": kind,
            "what": what,
            "resources": resources,
            "cause": cause,
        }

    made = {
        "schema_version": 1,
        "tool": {"name": "connect-audit", "version": "1.0.0"},
        "taken_at": "2026-11-23T18:29:07Z",
        "partition": "aws",
        "summary": {"complete": False, "instances": 3, **_counted(found)},
        "units": [
            {"account": HOME, "region": LONDON, "state": "scanned", "detail": ""},
            {"account": HOME, "region": PAULO, "state": "scanned", "detail": ""},
            {
                "account": HOME,
                "region": BAHRAIN,
                "state": "out_of_scope",
                "detail": "the account has not enabled this Region (DISABLED)",
            },
            {
                "account": HOME,
                "region": "ap-southeast-2",
                "state": "incomplete",
                "detail": "",
                "cause": {
                    "reason": "unreachable",
                    "action": "connect:ListInstances",
                    "detail": "connect timeout",
                },
            },
        ],
        "instances": instances,
        "findings": found,
        "rules": RULES,
        "unreadable": [
            {
                "title": "saved reports",
                "why": "No operation lists them.",
                "source": "https://docs.aws.amazon.com/x",
            }
        ],
        "coverage": [
            {
                "account": HOME,
                "region": "global",
                "instance_id": "",
                "instance_alias": "",
                "kinds": [
                    {
                        "kind": "s3.account",
                        "title": "account-wide S3 public access block",
                        "count": 1,
                        "state": "complete",
                    }
                ],
            },
            {
                "account": HOME,
                "region": LONDON,
                "instance_id": "",
                "instance_alias": "",
                "kinds": [
                    {"kind": "s3.bucket", "title": "S3 buckets", "count": 2, "state": "complete"},
                    {"kind": "kms.key", "title": "KMS keys", "count": 1, "state": "complete"},
                ],
            },
            *(
                {
                    "account": HOME,
                    "region": REGION[one],
                    "instance_id": one,
                    "instance_alias": ALIAS[one],
                    "kinds": list(kinds(one)),
                }
                for one in (ONE, TWO, THREE)
            ),
        ],
        "frameworks": [
            {
                "id": "pci",
                "title": "PCI DSS",
                "edition": "4.0.1",
                "url": "https://docs.aws.amazon.com/securityhub/latest/userguide/pci-standard.html",
                "requirements": [
                    {
                        "requirement": "3.5.1",
                        "verdict": "fail",
                        "rules": [
                            _maps("CONNECT-STO-003", "interpretive", "fail", failed=2, waived=1),
                            _maps("CONNECT-STO-009", "published", "unknown"),
                        ],
                    },
                    {
                        "requirement": "10.2.1",
                        "verdict": "not_applicable",
                        "rules": [_maps("CONNECT-STO-017", "published", "not_applicable")],
                    },
                ],
            }
        ],
        "unread": [
            line(ONE, "connect.lambda_association", "Policy", 2, LAMBDA),
            line(TWO, "connect.user", "", 0, USERS),
            line(
                TWO,
                "s3.bucket",
                "PublicAccessBlock",
                1,
                {"reason": "throttled", "action": "s3:GetBucketPublicAccessBlock", "detail": "SlowDown"},
            ),
            line(
                TWO,
                "connect.storage_config",
                "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS",
                0,
                {"reason": "unsupported", "detail": "InvalidParameterException"},
            ),
        ],
        "run": {
            "started_at": "2026-11-23T18:28:01Z",
            "seconds": 66.204,
            "interrupted": False,
            "calls": 1482,
            "throttled": 7,
            "operations": [
                {"account": HOME, "region": LONDON, "operation": "connect:DescribeQueue", "calls": 14},
                {"account": HOME, "region": PAULO, "operation": "connect:DescribeQueue", "calls": 11},
                {"account": HOME, "region": LONDON, "operation": "connect:ListInstances", "calls": 1},
            ],
        },
        **more,
    }
    return copy.deepcopy(made)


def empty() -> Json:
    """A run that found no instance."""
    blank = document([], instances=[], coverage=[], unread=[])
    blank["units"] = blank["units"][:3]
    blank["summary"] = {"complete": True, "instances": 0, **_counted([])}
    blank["run"] |= {"calls": 2, "operations": []}
    return blank


def many(count: int = 10_000) -> Json:
    """A run with very much to mend."""
    templates = list(_failures())
    findings = []
    for place in range(count):
        one = copy.deepcopy(templates[place % len(templates)])
        one["fingerprint"] = hashlib.sha256(str(place).encode()).hexdigest()[:32]
        one["resource"]["id"] = _uuid(place)
        findings.append(one)
    return document(findings)


def render(made: Mapping[str, Any]) -> str:
    """The page of a document that keeps to the published schema."""
    jsonschema.validate(made, json.loads((SCHEMAS / "report-v1.schema.json").read_text("utf-8")))
    out = io.StringIO()
    html.write(made, out)
    return out.getvalue()


class Page(HTMLParser):
    """A page as a browser takes it apart."""

    VOID = frozenset(("meta", "link", "input", "br", "img", "path", "rect", "use", "wbr"))

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.raw: dict[str, str] = {}
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside in ("style", "script"):
            self.raw[inside] = self.raw.get(inside, "") + data
        else:
            self.texts.append((inside, data))

    @property
    def text(self) -> str:
        """All that can be read, in one line."""
        return " ".join(" ".join(text for _, text in self.texts).split())

    def attributes(self, *names: str) -> list[str]:
        """The values of these attributes, wherever they stand."""
        return [value for _, attrs in self.tags for name, value in attrs.items() if name in names]


@pytest.fixture(scope="module")
def page() -> Page:
    """The realistic run, rendered."""
    return Page(render(document()))


def test_it_is_well_formed_and_has_what_assistive_technology_needs(page: Page) -> None:
    assert not page.wrong
    assert not page.open
    assert ("html", {"lang": "en"}) in page.tags
    assert Counter(tag for tag, _ in page.tags)["h1"] == 1
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in page.attributes("href") if target.startswith("#")} <= set(ids)
    for tag, attrs in page.tags:
        if tag == "th":
            assert attrs.get("scope"), attrs
        if tag == "button":
            assert attrs.get("type"), attrs


def test_the_answer_comes_first(page: Page) -> None:
    said = (
        "3 instances in 2 Regions: 26 things to mend, 2 critical. "
        "5 checks could not be decided. 1 Region could not be scanned to the end."
    )
    assert said in page.text
    heads = [text.strip() for inside, text in page.texts if inside in ("h1", "h2") and text.strip()]
    assert heads == [
        "3 instances in 2 Regions: 26 things to mend, 2 critical.",
        "Instances",
        "What was not read, and why",
        "What to mend",
        "Undecided checks",
        "What it says of frameworks",
        "Coverage",
        "What passed, and what did not apply",
        "How it was run",
    ]
    for words in ("23 November 2026, 18:29 UTC", HOME, "connect-audit 1.0.0", *ALIAS.values()):
        assert words in page.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "Nothing to scan: no Amazon Connect instance was found in 2 Regions."),
        ({"units": []}, "Nothing to scan: no Amazon Connect instance was found."),
    ],
)
def test_nothing_to_scan_is_said(change: Json, said: str) -> None:
    page = Page(render(empty() | change))
    assert said in page.text
    assert not page.wrong
    assert "Everything that was asked for was read." in page.text
    assert "Nothing was judged, so nothing failed." in page.text


def test_clean_and_complete_is_said_without_more() -> None:
    passing = [one for one in _others() if one["verdict"] == "pass"]
    clean = document(passing, unread=[])
    clean["units"] = clean["units"][:3]
    clean["summary"]["complete"] = True
    page = Page(render(clean))
    assert "3 instances in 2 Regions: nothing to mend was found." in page.text
    assert "Everything that was asked for was read." in page.text
    assert "No failure was found." in page.text
    assert "Every check could be decided." in page.text


def test_an_interrupted_run_says_so() -> None:
    made = document()
    made["run"]["interrupted"] = True
    assert "The scan was interrupted." in Page(render(made)).text


def test_every_failure_is_there_under_its_rule(page: Page) -> None:
    failed = [one for one in document()["findings"] if one["verdict"] == "fail"]
    ids = page.attributes("id")
    for one in failed:
        assert f"f={one['fingerprint']}" in ids
        assert one["rule_id"] in page.text
        assert one["title"] in page.text
    for rule in RULES:
        assert rule["id"] in page.text


def test_a_card_explains_and_mends(page: Page) -> None:
    rule = _BY_ID["STO-003"]
    for words in (rule["why"], rule["fix"]["console"], rule["fix"]["note"]):
        assert words in page.text
    blocks = [text for inside, text in page.texts if inside == "pre"]
    assert {rule["fix"][way] for way in ("cli", "cloudformation", "terraform")} <= set(blocks)
    assert f"{DOCS}/update-instance-settings.html" in page.attributes("href")


def test_a_rule_of_two_severities_explains_itself_once(page: Page) -> None:
    ids = page.attributes("id")
    assert "CONNECT-NUM-001" in ids
    assert "CONNECT-NUM-001.medium" in ids
    assert page.text.count(_BY_ID["NUM-001"]["why"]) == 1


def test_what_was_not_read_names_the_action_and_what_it_leaves_open(page: Page) -> None:
    codes = [text for inside, text in page.texts if inside == "code"]
    for action in ("lambda:GetPolicy", "connect:SearchUsers", "s3:GetBucketPublicAccessBlock"):
        assert action in codes
    unread = page.text[page.text.index("What was not read, and why") : page.text.index("What to mend")]
    for words in (
        "access was denied",
        "2 checks stay undecided because of it: CONNECT-INT-004 × 2",
        "1 check stays undecided because of it: CONNECT-USR-002",
        "all: the listing itself failed",
        "No check that was made depends on it.",
        "ap-southeast-2 was not scanned to the end",
        "Out of scope: 1 Region",
        BAHRAIN,
        '"Action": [ "connect:SearchUsers", "lambda:GetPolicy" ]',
    ):
        assert words in unread, words


def test_a_rule_that_broke_is_shown(page: Page) -> None:
    assert "The rule itself broke" in page.text
    assert "KeyError: 'cost-centre' (line 12 of check)" in page.text


def test_rules_from_elsewhere_are_listed_with_their_digest(page: Page) -> None:
    tail = page.text[page.text.index("Rules that are not built in") :]
    assert RULES[-1]["sha256"] in tail
    assert "house_queues.yaml" in tail
    assert "connect-audit refuses every operation outside its read-only list." in tail


def test_each_requirement_says_its_rules_their_verdicts_and_whose_reading_that_is(page: Page) -> None:
    start = page.text.index("What it says of frameworks")
    said = page.text[start:]
    assert "PCI DSS 4.0.1 1 failed 1 not applicable" in said
    assert "names a KMS key our interpretation · 2 findings , 1 waived".replace(" ,", ",") in said
    assert "in all four ways published by AWS" in said
    assert said.index("3.5.1") < said.index("10.2.1")


def test_a_document_without_frameworks_has_no_such_section() -> None:
    old = document()
    del old["frameworks"]
    assert 'id="frameworks"' not in render(old)


def test_values_of_every_type_can_be_told_apart(page: Page) -> None:
    for words in ("absent", "empty list", "empty text", "+11 more", "4711", "retentionInDays", "false"):
        assert words in page.text
    assert "None" not in page.text
    assert "True" not in page.text


def test_the_policy_lets_nothing_in_but_the_page_itself(page: Page) -> None:
    policy = next(
        attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"
    )

    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives == {
        "default-src": "'none'",
        "style-src": digest(page.raw["style"]),
        "script-src": digest(page.raw["script"]),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    names = [tag for tag, _ in page.tags]
    assert names.count("style") == names.count("script") == 1
    first = next(place for place, (_, attrs) in enumerate(page.tags) if "http-equiv" in attrs)
    assert first < names.index("style")


def test_nothing_is_asked_of_a_network(page: Page) -> None:
    for tag, attrs in page.tags:
        for name, value in attrs.items():
            if name in ("src", "href", "action", "srcset", "poster", "data"):
                link = tag == "a" and value.startswith("https://") and "noreferrer" in attrs["rel"]
                assert link or value.startswith("#") or value == "data:,", (tag, attrs)
    assert not {"img", "iframe", "object", "embed", "base", "audio", "video"} & {tag for tag, _ in page.tags}
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]
    for word in ("fetch(", "XMLHttp", "innerHTML", "outerHTML", "insertAdjacent", "eval(", "document.write"):
        assert word not in page.raw["script"]
    assert len(page.raw["script"]) < 6000


def test_only_https_sources_become_links(page: Page) -> None:
    assert "javascript:alert(4)" in page.text
    assert "http://example.com/insecure" in page.text
    assert not [one for one in page.attributes("href") if one.startswith(("javascript", "http:"))]


def test_no_attribute_carries_style_or_script(page: Page) -> None:
    for tag, attrs in page.tags:
        assert not [name for name in attrs if name == "style" or name.startswith("on")], (tag, attrs)


def _texts(made: Any) -> Iterator[tuple[Any, Any]]:
    """Every text of a document that anybody could have typed: what holds it, and its name there."""
    pairs = made.items() if isinstance(made, dict) else enumerate(made)
    for name, value in list(pairs):
        if isinstance(value, dict | list):
            yield from _texts(value)
        elif isinstance(value, str) and name not in FIXED:
            yield made, name


FIXED = {"schema_version", "state", "verdict", "severity", "fingerprint"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_inert_wherever_it_stands(hostile: str, page: Page) -> None:
    made = document()
    for holder, name in _texts(made):
        holder[name] = hostile + "\ud800\u2028\u2066\x00\x1b[31m"
    for one in made["findings"]:
        one["resource"]["name"] = hostile
    out = io.StringIO()
    html.write(made, out)
    text = out.getvalue()
    text.encode()  # a lone surrogate would end the report in the middle
    spoilt = Page(text)
    assert {tag for tag, _ in spoilt.tags} <= {tag for tag, _ in page.tags}
    assert Counter(tag for tag, _ in spoilt.tags)["script"] == 1
    assert spoilt.raw == page.raw
    for _, attrs in spoilt.tags:
        assert not [name for name in attrs if name == "style" or name.startswith("on")]
        assert "javascript:" not in attrs.get("href", "")
    assert ("{{ 7 * 7 }}" in spoilt.text) == ("7 * 7" in hostile)
    for character in "\u202e\u200b\x07\u2028\u2066\x00\x1b":
        assert character not in text


def test_what_cannot_be_seen_is_spelt_out(page: Page) -> None:
    assert "Fila ‹U+202E›gnp.exe" in page.text
    assert "zero‹U+200B›width‹U+0007›bell" in page.text
    assert HOSTILE[0] in page.text
    names = [text for inside, text in page.texts if inside == "bdi"]
    assert HOSTILE[0] in names
    assert "Fila de Atendimento – São Paulo" in names


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("Atenção", "Atenção"),
        (" both ends ", "␠both ends␠"),
        ("  ", "␠␠"),
        ("", ""),
        ("a\nb\tc", "a\\nb\\tc"),
        ("no\u00a0break", "no‹U+00A0›break"),
        ("\u061cعربي", "‹U+061C›عربي"),
        ("\ud800", "‹U+D800›"),
    ],
)
def test_names(text: str, seen: str) -> None:
    assert html.name(text) == seen


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: html.moment("2026-01-05T09:07:00Z"), "5 January 2026, 09:07 UTC"),
        (lambda: html.moment("yesterday"), "yesterday"),
        (lambda: html.moment(""), ""),
        (lambda: html.counted(1, "Region"), "1 Region"),
        (lambda: html.counted(12345, "thing"), "12,345 things"),
        (lambda: html.kind_words("connect.storage_config"), "storage config"),
        (lambda: html.kind_words("kms.key"), "KMS key"),
        (lambda: html.kind_words("region"), "region"),
        (lambda: html.because("denied"), "access was denied"),
        (lambda: html.because("something new"), "something new"),
        (lambda: html.clip("a" * 500, 10), "aaaaaaaaaa… (500 characters)"),
        (lambda: html.clip({"a": [1]}), '{"a": [1]}'),
    ],
)
def test_words(call: Callable[[], str], said: str) -> None:
    assert call() == said


@pytest.mark.parametrize(
    ("counts", "most"),
    [
        ([], 200),
        ([3, 5], 200),
        ([10_000], 200),
        ([500] * 6, 200),
        ([500] * 12, 100),
        ([2, 2, 5000, 5000], 200),
        ([50] * 1000, 3),
    ],
)
def test_the_page_holds_only_so_much(counts: list[int], most: int) -> None:
    assert html.cap(counts) == most


def test_ten_thousand_failures_stay_light_and_nothing_is_left_out_in_silence() -> None:
    text = render(many())
    page = Page(text)
    assert len(text.encode()) < 1_500_000
    assert not page.wrong
    shown = sum(value.startswith("f=") for value in page.attributes("id"))
    assert shown <= html.IN_ALL
    said = (
        f"{shown:,} of 10,000 failures are shown here; the other {10_000 - shown:,} are in the JSON report."
    )
    assert said in page.text
    left = [
        int(more.replace(",", ""))
        for more in re.findall(r"… and ([\d,]+) more: they are in the JSON", page.text)
    ]
    assert sum(left) == 10_000 - shown


def test_a_large_estate_stays_light() -> None:
    made = document()
    for name in ("instances", "coverage", "unread", "units"):
        first = made[name]
        made[name] = [
            {**one, "account": f"{account:012}"} for account in range(700) for one in copy.deepcopy(first)
        ]
    text = render(made)
    page = Page(text)
    assert not page.wrong
    assert len(text.encode()) < 1_500_000
    for words in (
        "2,100 instances in 700 accounts and 2 Regions",
        "2,040 more instances",
        "… and 1,540 more: they are in the JSON report.",
        "… and 600 more Regions: they are in the JSON report.",
        "me-south-1 (700 accounts)",
        "… and 3,440 more places: they are in the JSON report.",
    ):
        assert words in page.text, words


def test_the_same_document_gives_the_same_page() -> None:
    assert render(document()) == render(document())


def test_bars_show_what_is_there_and_stay_within() -> None:
    pieces = html.segments({"critical": 1, "high": 0, "medium": 9999}, 10_000)
    assert [piece.name for piece in pieces] == ["critical", "medium"]
    assert pieces[0].length > 1
    assert pieces[-1].start + pieces[-1].length <= 100.01
    assert list(html.segments({}, 0)) == []


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        html.write({**document(), "schema_version": 2}, io.StringIO())


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _themes() -> list[dict[str, str]]:
    style = (TEMPLATES / "report.css").read_text("utf-8")
    blocks = re.findall(r":root[^{}]*\{([^{}]*--page[^{}]*)\}", style)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]


def test_text_can_be_read_in_both_themes() -> None:
    light, system, chosen = _themes()
    assert system == chosen
    assert light.keys() == system.keys()
    for theme in (light, system):
        for text in ("text", "strong", "muted", "link"):
            for back in ("page", "paper", "sunk"):
                assert _contrast(theme[text], theme[back]) >= 4.5, (text, back)
        for name in (*html.SEVERITIES, "unknown", "pass"):
            for back in (f"{name}-back", "paper", "page", "sunk"):
                assert _contrast(theme[name], theme[back]) >= 4.5, (name, back)
        for text in ("text", "strong", "muted"):
            assert _contrast(theme[text], theme["medium-back"]) >= 4.5, text


def test_what_a_scanned_region_did_without_is_told_under_coverage() -> None:
    made = document([])
    made["units"][0]["detail"] = "1 of 3 instances"
    for unit in made["units"][:2]:
        unit["remark"] = "asked at the rates that AWS publishes; asked <b>"
    page = render(made)
    assert f">{HOME} {LONDON}: 1 of 3 instances</p>" in page
    for told in ("asked at the rates that AWS publishes", "asked &lt;b&gt;"):
        assert f">{HOME} {LONDON}, {HOME} {PAULO}: {told}</p>" in page
