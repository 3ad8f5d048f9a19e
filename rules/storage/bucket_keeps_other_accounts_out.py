"""What a bucket's policy gives to other accounts."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from auditor.model import Cause, Reason
from auditor.resource_policy import EVERYONE, Condition, Statement, account_of, statements
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Pass,
    Seen,
    Severity,
    Thing,
    Unread,
    fails,
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

OF_BUCKET = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
)
OF_OBJECTS = ("s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl")
FIXED = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")
HOW_ONLY = ("aws:securetransport", "s3:tlsversion", "s3:x-amz-", "s3:signatureversion")
"""Conditions on how a request is made: they say nothing of who makes it."""

BUCKET = "example-recordings"
ARN = f"arn:aws:s3:::{BUCKET}"
READER = "arn:aws:iam::999988887777:role/analytics"


def _recordings(prefix: str = "connect/example/CallRecordings") -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="CALL_RECORDINGS",
        StorageType="S3",
        S3Config={"BucketName": BUCKET, "BucketPrefix": prefix},
    )


RECORDINGS = _recordings()


def _allow(principal: Any, action: Any = "s3:GetObject", resource: str = f"{ARN}/*", **more: Any) -> Any:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **more}


def _bucket(*said: Any) -> Thing:
    policy = json.dumps({"Version": "2012-10-17", "Statement": said})
    return thing("s3.bucket", id=BUCKET, OwnedHere={}, Policy=policy)


def _evidence(who: str, *actions: str) -> Evidence:
    return Evidence("Policy", f"nothing of this for {who}", list(actions), f"s3.bucket {BUCKET}")


ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}


@rule(
    id="CONNECT-STO-011",
    severity=Severity.HIGH,
    severities=(Severity.MEDIUM,),
    severity_reason=(
        "Whoever administers the other account decides who there may read, replace or publish recordings. A whole "
        "organization is let in on purpose more often than not, but each of its accounts counts: medium."
    ),
    kind="connect.storage_config",
    reads={
        "connect.storage_config": ("S3Config.BucketName", "S3Config.BucketPrefix"),
        "s3.bucket": ("Policy", "OwnedHere"),
    },
    params=(
        Param(
            "approved_accounts",
            [],
            "Accounts (12 digits) and organizations (o-…) that may read or change what is stored, for example one for "
            "analytics. None by default.",
            type="list",
            form="account",
        ),
    ),
    fix=Fix(
        console=(
            'In S3, open the bucket\'s "Permissions" and remove the other account, or the actions, from the policy.'
        ),
        cli="aws s3api put-bucket-policy --bucket BUCKET --policy without the statement",
        cloudformation="AWS::S3::BucketPolicy: PolicyDocument without the statement",
        terraform="aws_s3_bucket_policy without the statement",
        note=(
            "put-bucket-policy replaces the whole policy: keep the other statements. Where the other account is to "
            "have access, name it in the parameter approved_accounts."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    ),
    published={"fsbp": ("S3.6",), "nist": ("CA-9(1)", "CM-2")},
    interpretive={
        "iso27001": ("A.8.3",),
        "soc2": ("CC6.1", "CC6.3"),
        "hipaa": ("164.312(a)(1)",),
        "gdpr": ("Art. 32",),
        "lgpd": ("Art. 46",),
    },
    examples=(
        passes("no policy", RECORDINGS, thing("s3.bucket", id=BUCKET, OwnedHere={})),
        passes(
            "the own account and services",
            RECORDINGS,
            _bucket(
                _allow({"AWS": ["111122223333", "arn:aws:iam::111122223333:role/quality"]}),
                _allow({"Service": "logging.s3.amazonaws.com"}, "s3:PutObject"),
            ),
        ),
        passes(
            "an approved account",
            RECORDINGS,
            _bucket(_allow({"AWS": READER})),
            approved_accounts=["999988887777"],
        ),
        passes(
            "an approved organization",
            RECORDINGS,
            _bucket(_allow("*", Condition=ORGANIZATION)),
            approved_accounts=["o-example"],
        ),
        passes(
            "everyone of the own account",
            RECORDINGS,
            _bucket(_allow("*", Condition={"StringEquals": {"aws:PrincipalAccount": "111122223333"}})),
        ),
        passes(
            "another account reads a folder that Connect does not write to",
            RECORDINGS,
            _bucket(_allow({"AWS": READER}, resource=f"{ARN}/exports/*")),
        ),
        passes(
            "another account may only list",
            RECORDINGS,
            _bucket(_allow({"AWS": READER}, "s3:ListBucket", ARN)),
        ),
        passes(
            "another account is denied everything",
            RECORDINGS,
            _bucket({**_allow({"AWS": READER}, "s3:*"), "Effect": "Deny"}),
        ),
        passes("a principal that was deleted", RECORDINGS, _bucket(_allow({"AWS": "AROAEXAMPLE"}))),
        fails(
            "a role of another account reads recordings",
            RECORDINGS,
            _bucket(_allow({"AWS": READER}, "s3:Get*")),
            _evidence("account 999988887777", "s3:GetObject"),
        ),
        fails(
            "two accounts, one of which may change the policy",
            RECORDINGS,
            _bucket(
                _allow({"AWS": "444455556666"}, ["s3:PutBucketPolicy"], ARN),
                _allow({"AWS": "arn:aws:iam::999988887777:root"}, "s3:PutObject*"),
            ),
            _evidence("account 444455556666", "s3:PutBucketPolicy"),
            _evidence("account 999988887777", "s3:PutObject", "s3:PutObjectAcl"),
        ),
        fails(
            "everything but some actions",
            RECORDINGS,
            _bucket(
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": READER},
                    "NotAction": ["s3:Put*", "s3:Delete*"],
                    "Resource": [ARN, f"{ARN}/*"],
                }
            ),
            _evidence("account 999988887777", "s3:GetObject"),
        ),
        fails(
            "a folder above the recordings",
            RECORDINGS,
            _bucket(_allow({"AWS": READER}, resource=f"{ARN}/connect/*")),
            _evidence("account 999988887777", "s3:GetObject"),
        ),
        fails(
            "everyone in an organization",
            RECORDINGS,
            _bucket(_allow("*", Condition=ORGANIZATION)),
            _evidence("organization o-example", "s3:GetObject"),
        ),
        fails(
            "an account of an organization",
            RECORDINGS,
            _bucket(
                _allow(
                    "*",
                    Condition={
                        "StringEquals": {
                            "aws:PrincipalOrgID": "o-example",
                            "aws:PrincipalAccount": "999988887777",
                        }
                    },
                )
            ),
            _evidence("account 999988887777", "s3:GetObject"),
        ),
        fails("everyone", RECORDINGS, _bucket(_allow({"AWS": "*"})), _evidence("everyone", "s3:GetObject")),
        fails(
            "everyone, if only over TLS",
            _recordings(""),
            _bucket(_allow("*", Condition={"Bool": {"aws:SecureTransport": "true"}})),
            _evidence("everyone", "s3:GetObject"),
        ),
        unknown(
            "everyone who comes from a network",
            RECORDINGS,
            _bucket(_allow("*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}})),
        ),
        unknown(
            "everyone in organizations that a pattern describes",
            RECORDINGS,
            _bucket(_allow("*", Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}})),
        ),
        unknown(
            "a canonical user, whose account it does not tell",
            RECORDINGS,
            _bucket(
                _allow({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"})
            ),
        ),
        unknown(
            "a distribution of CloudFront",
            RECORDINGS,
            _bucket(_allow({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"})),
        ),
        unknown(
            "another account is let in, and a denial may keep it out again",
            RECORDINGS,
            _bucket(
                _allow({"AWS": READER}),
                {
                    **_allow("*", "s3:*"),
                    "Effect": "Deny",
                    "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-example"}},
                },
            ),
        ),
        unknown(
            "another account owns the bucket, so nobody can tell which accounts are others to it",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, unread={"OwnedHere": "s3:ListBucket"}),
        ),
        unknown(
            "the policy is not readable",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, OwnedHere={}, unread={"Policy": "s3:GetBucketPolicy"}),
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
def bucket_keeps_other_accounts_out(setting: Seen, around: Around) -> Outcome:
    """The bucket's policy gives other accounts nothing dangerous.

    A bucket's policy can let another account read callers' voices, replace or delete them, or change the policy and
    let in anybody else. Who that account lets in is out of your hands, and its use does not show in your own trail of
    who may do what. An account that is not known to be a partner is often left over from a project or a supplier.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    bucket.get("OwnedHere")  # raises for another account's bucket: the policy was written from there
    policy = bucket.get("Policy")
    if policy is None:
        return Pass()
    said = statements(policy)
    own = {setting.account, *around.params["approved_accounts"]}
    place = f"{name}/{setting.get('S3Config.BucketPrefix') or ''}".rstrip("/")
    given: dict[str, set[str]] = {}
    for statement in said:
        actions = set(_dangerous(statement, name, place)) if statement.allows else set()
        for who in _others(statement, own) if actions else ():
            given.setdefault(who, set()).update(actions)
    unsure = given.pop("", None)
    if unsure or (given and any(_may_keep_out(one) for one in said)):
        words = "the policy does not tell which accounts its statements let in or keep out"
        raise Unread(Cause(Reason.NOT_POPULATED, "s3:GetBucketPolicy", words), f"s3.bucket {name}: Policy")
    return [
        Fail.at(
            "Policy",
            expected=f"nothing of this for {who}",
            actual=sorted(given[who]),
            cites=bucket,
            discriminator=who,
            severity=Severity.MEDIUM if who.startswith("organization") else None,
        )
        for who in sorted(given)
    ]


def _dangerous(statement: Statement, bucket: str, place: str) -> Iterator[str]:
    """The dangerous actions of a statement on the bucket, or on what Connect writes below a place in it."""
    patterns = [one.rpartition(":::")[2] for one in statement.resources]
    if any(fnmatchcase(bucket, one) for one in patterns):
        yield from filter(statement.speaks_of, OF_BUCKET)
    if any(_reaches(one, place) for one in patterns):
        yield from filter(statement.speaks_of, OF_OBJECTS)


def _reaches(pattern: str, place: str) -> bool:
    """Whether a pattern may match objects below a place."""
    literal = re.split(r"[*?$]", pattern, maxsplit=1)[0]
    return literal.startswith(f"{place}/") or (literal != pattern and f"{place}/".startswith(literal))


def _others(statement: Statement, own: set[str]) -> Iterator[str]:
    """Whom a statement lets in beside those who may: in words, or nothing where that cannot be told."""
    for kind, principals in statement.principals.items():
        if kind == "Service":
            continue
        for principal in principals:
            if principal == EVERYONE:
                yield from _everyone(statement.conditions, own)
            elif kind == "AWS" and re.fullmatch(r"[A-Z0-9]{4,}", principal) and not principal.isdigit():
                continue  # the id of a user or role that was deleted: nobody can be it again
            elif account_of(principal) not in own:
                yield f"account {account_of(principal)}" if account_of(principal) else ""


def _everyone(conditions: tuple[Condition, ...], own: set[str]) -> Iterator[str]:
    """Whom `*` stands for under these conditions, beside those who may."""
    about = [one for one in conditions if not one.key.startswith(HOW_ONLY)]
    if not about:
        yield "everyone"
        return
    named = [who for who in map(_named, about) if who]
    if not named:
        yield ""
        return
    # All conditions hold at once: what is named more narrowly, an account, says more than its organization.
    accounts = [who for who in named if not any(one.startswith("o-") for one in who)]
    for who in sorted(set.intersection(*(accounts or named)) - own):
        yield f"organization {who}" if who.startswith("o-") else f"account {who}"


def _named(condition: Condition) -> set[str]:
    """The accounts or organizations that a condition limits a statement to; none where it does not tell."""
    if condition.operator.removeprefix("foranyvalue:") not in FIXED:
        return set()
    if condition.key == "aws:principalaccount" and all(one.isdigit() for one in condition.values):
        return set(condition.values)
    if condition.key in ("aws:principalorgid", "aws:principalorgpaths"):
        organizations = {one.partition("/")[0] for one in condition.values}
        return organizations if all(re.fullmatch("o-[a-z0-9]+", one) for one in organizations) else set()
    if condition.key == "aws:principalarn" and all(account_of(one) for one in condition.values):
        return {account_of(one) for one in condition.values}
    return set()


def _may_keep_out(statement: Statement) -> bool:
    """Whether a denial may take back what another statement gives: one that asks who it is, or asks nothing."""
    return (
        not statement.allows
        and EVERYONE in statement.principals.get("AWS", ())
        and any(statement.speaks_of(one) for one in (*OF_BUCKET, *OF_OBJECTS))
        and not any(one.key.startswith(HOW_ONLY) for one in statement.conditions)
    )
