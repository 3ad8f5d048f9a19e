"""Whether what Connect stores can be fetched in plain text."""

import json
from fnmatch import fnmatchcase
from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Pass,
    Seen,
    Severity,
    Thing,
    fails,
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

BUCKET = "example-recordings"
ARN = f"arn:aws:s3:::{BUCKET}"
CITED = f"s3.bucket {BUCKET}"
WANTED = "a statement that denies everyone every action without TLS, on the bucket and on its objects"

RECORDINGS = thing(
    "connect.storage_config",
    ResourceType="CALL_RECORDINGS",
    StorageType="S3",
    S3Config={"BucketName": BUCKET, "BucketPrefix": "connect/example/CallRecordings"},
)
DENY: dict[str, Any] = {
    "Sid": "OnlyTls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [ARN, f"{ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
ALLOW = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:role/Quality"},
    "Action": "s3:GetObject",
    "Resource": f"{ARN}/*",
}


def _bucket(*statements: Any) -> Thing:
    return thing(
        "s3.bucket", id=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements})
    )


def _evidence(actual: Any) -> Evidence:
    return Evidence("Policy", WANTED, actual, CITED)


@rule(
    id="CONNECT-STO-012",
    severity=Severity.MEDIUM,
    severity_reason="Connect and the AWS tools use TLS by themselves; what is missing is that nobody can do without.",
    kind="connect.storage_config",
    reads={"connect.storage_config": ("S3Config.BucketName",), "s3.bucket": ("Policy",)},
    fix=Fix(
        console="In S3, add the statement shown for the CLI to the bucket's policy.",
        cli=(
            "aws s3api put-bucket-policy --bucket BUCKET --policy with the statement "
            '{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::BUCKET",'
            '"arn:aws:s3:::BUCKET/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}'
        ),
        cloudformation="AWS::S3::BucketPolicy: PolicyDocument with that statement",
        terraform="aws_s3_bucket_policy with that statement",
        note=(
            "put-bucket-policy replaces the whole policy: keep the statements that are there. A resource control "
            "policy of the organization may require TLS as well; it is not visible from here, so waive the finding "
            "where one does."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ),
    published={
        "fsbp": ("S3.5",),
        "cis": ("2.1.1",),
        "nist": ("AC-17(2)", "AC-4", "IA-5(1)", "SC-8", "SC-13", "SC-23", "SI-7(6)"),
        "pci": ("4.2.1",),
    },
    interpretive={"iso27001": ("A.8.24",), "soc2": ("CC6.7",), "hipaa": ("164.312(e)(1)",)},
    examples=(
        passes("everything without TLS is denied", RECORDINGS, _bucket(ALLOW, DENY)),
        passes(
            "lists, a principal in the long form and a condition in another spelling",
            RECORDINGS,
            _bucket(
                {
                    **DENY,
                    "Principal": {"AWS": ["*"]},
                    "Action": ["S3:*"],
                    "Condition": {"BoolIfExists": {"AWS:secureTransport": ["false"]}},
                }
            ),
        ),
        passes(
            "one statement for the bucket, one for its objects",
            RECORDINGS,
            _bucket({**DENY, "Resource": ARN}, {**DENY, "Action": "*", "Resource": f"{ARN}/*"}),
        ),
        passes(
            "one pattern for the bucket and its objects", RECORDINGS, _bucket({**DENY, "Resource": f"{ARN}*"})
        ),
        passes(
            "a policy with a single statement that is not in a list",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, Policy=json.dumps({"Statement": DENY})),
        ),
        fails("no policy", RECORDINGS, thing("s3.bucket", id=BUCKET), _evidence(None)),
        fails(
            "a policy that says nothing of TLS",
            RECORDINGS,
            _bucket(ALLOW),
            _evidence([f"nothing for {BUCKET}", f"nothing for {BUCKET}/*"]),
        ),
        fails(
            "the objects are covered, the bucket is not",
            RECORDINGS,
            _bucket({**DENY, "Resource": f"{ARN}/*"}),
            _evidence([f"nothing for {BUCKET}"]),
        ),
        fails(
            "only one folder is covered",
            RECORDINGS,
            _bucket({**DENY, "Resource": [ARN, f"{ARN}/connect/*"]}),
            _evidence([f"nothing for {BUCKET}/*"]),
        ),
        fails(
            "another bucket whose name begins alike",
            RECORDINGS,
            _bucket({**DENY, "Resource": [f"{ARN}-old", f"{ARN}-old/*"]}),
            _evidence([f"nothing for {BUCKET}", f"nothing for {BUCKET}/*"]),
        ),
        fails(
            "a further condition leaves gaps",
            RECORDINGS,
            _bucket(
                {**DENY, "Condition": {**DENY["Condition"], "StringEquals": {"aws:PrincipalTag/team": "crm"}}}
            ),
            _evidence([f"nothing for {BUCKET}", f"nothing for {BUCKET}/*"]),
        ),
        fails(
            "TLS is denied instead",
            RECORDINGS,
            _bucket({**DENY, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
            _evidence([f"nothing for {BUCKET}", f"nothing for {BUCKET}/*"]),
        ),
        fails(
            "plain HTTP is allowed instead",
            RECORDINGS,
            _bucket({**DENY, "Effect": "Allow"}),
            _evidence([f"nothing for {BUCKET}", f"nothing for {BUCKET}/*"]),
        ),
        fails(
            "all resources but some are denied",
            RECORDINGS,
            _bucket(
                {**{name: said for name, said in DENY.items() if name != "Resource"}, "NotResource": ARN}
            ),
            _evidence([f"nothing for {BUCKET}", f"nothing for {BUCKET}/*"]),
        ),
        fails(
            "only one role is denied, and only reading",
            RECORDINGS,
            _bucket({**DENY, "Principal": ALLOW["Principal"]}, {**DENY, "Action": "s3:GetObject"}),
            _evidence([f"nothing for {BUCKET}", f"nothing for {BUCKET}/*"]),
        ),
        fails(
            "a policy that is not JSON",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, Policy="{not JSON"),
            _evidence("a text that is not JSON"),
        ),
        unknown(
            "the policy is not readable",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, unread={"Policy": "s3:GetBucketPolicy"}),
        ),
        unknown("the bucket may not be asked", RECORDINGS, unread("s3.bucket", "s3:ListBucket", BUCKET)),
        not_applicable("the bucket does not exist", RECORDINGS, missing("s3.bucket", BUCKET)),
        not_applicable(
            "it does not store in S3",
            thing(
                "connect.storage_config",
                ResourceType="AGENT_EVENTS",
                StorageType="KINESIS_STREAM",
                KinesisStreamConfig={
                    "StreamArn": "arn:aws:kinesis:us-east-1:111122223333:stream/agent-events"
                },
            ),
        ),
    ),
)
def bucket_requires_tls(setting: Seen, around: Around) -> Outcome:
    """The bucket requires TLS.

    Without such a statement S3 also answers over plain HTTP. A script or a player that asks for a recording over
    HTTP sends callers' voices readable through every network on the way, and nobody notices because it works.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    policy = bucket.get("Policy")
    if policy is None:
        return Fail.at("Policy", expected=WANTED, actual=None, cites=bucket)
    try:
        statements = _list(json.loads(policy).get("Statement"))
    except (ValueError, AttributeError):
        return Fail.at("Policy", expected=WANTED, actual="a text that is not JSON", cites=bucket)
    patterns = [
        resource.rpartition(":::")[2]
        for statement in statements
        if _denies_without_tls(statement)
        for resource in _list(statement.get("Resource"))
    ]
    # In a pattern of IAM `*` and `?` mean what they mean here; the names of buckets have no brackets.
    bare = [
        f"nothing for {one}"
        for one in (name, f"{name}/*")
        if not any(fnmatchcase(one, pattern) for pattern in patterns)
    ]
    return Fail.at("Policy", expected=WANTED, actual=bare, cites=bucket) if bare else Pass()


def _denies_without_tls(statement: Any) -> bool:
    """Whether a statement denies everyone every action of S3 on one condition only: that there is no TLS."""
    principal = statement.get("Principal")
    everyone = "*" in _list(principal.get("AWS") if isinstance(principal, dict) else principal)
    actions = [str(action).lower() for action in _list(statement.get("Action"))]
    everything = "s3:*" in actions or "*" in actions
    conditions = [
        (operator, key.lower(), [str(value).lower() for value in _list(values)])
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    ]
    without_tls = [(operator, "aws:securetransport", ["false"]) for operator in ("Bool", "BoolIfExists")]
    alone = len(conditions) == 1 and conditions[0] in without_tls
    return statement.get("Effect") == "Deny" and everyone and everything and alone


def _list(value: Any) -> list[Any]:
    """What IAM lets people write as one value or as a list of them, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
