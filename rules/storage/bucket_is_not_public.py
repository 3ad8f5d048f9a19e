"""Whether strangers can reach what Connect stores."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
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

GROUPS = "http://acs.amazonaws.com/groups/global/"
PUBLIC = {f"{GROUPS}AllUsers": "everyone", f"{GROUPS}AuthenticatedUsers": "every AWS account"}
ACCOUNT = "111122223333"
BUCKET = "example-recordings"
CITED = f"s3.bucket {BUCKET}"

RECORDINGS = thing(
    "connect.storage_config",
    ResourceType="CALL_RECORDINGS",
    StorageType="S3",
    S3Config={"BucketName": BUCKET, "BucketPrefix": "connect/example/CallRecordings"},
)
OWNER = {"Grantee": {"Type": "CanonicalUser", "ID": "0123abcd"}, "Permission": "FULL_CONTROL"}
LOG_DELIVERY = {
    "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"},
    "Permission": "WRITE",
}
EVERYONE = {"Grantee": {"Type": "Group", "URI": f"{GROUPS}AllUsers"}, "Permission": "READ"}
EVERY_ACCOUNT = {"Grantee": {"Type": "Group", "URI": f"{GROUPS}AuthenticatedUsers"}, "Permission": "READ_ACP"}
ENFORCED = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
PREFERRED = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
OPEN = missing("s3.account_public_access_block", ACCOUNT)
UNASKED = unread("s3.account_public_access_block", "s3:GetAccountPublicAccessBlock", ACCOUNT)
POLICY = Evidence("PolicyStatus.IsPublic", False, True, CITED)
NO_PUBLIC_GRANT = "no grant to everyone or to every AWS account"


def _bucket(*grants: dict[str, Any], unread: dict[str, str] | None = None, **more: Any) -> Thing:
    return thing("s3.bucket", id=BUCKET, unread=unread, Acl=[OWNER, *grants], **more)


def _account(**on: Any) -> Thing:
    return thing("s3.account_public_access_block", id=ACCOUNT, **on)


@rule(
    id="CONNECT-STO-010",
    severity=Severity.CRITICAL,
    severity_reason="Callers' voices and transcripts are readable, or can be replaced, by strangers right now.",
    kind="connect.storage_config",
    reads={
        "connect.storage_config": ("S3Config.BucketName",),
        "s3.bucket": ("PolicyStatus", "Acl", "Ownership", "PublicAccessBlock", "OwnedHere"),
        "s3.account_public_access_block": ("IgnorePublicAcls", "RestrictPublicBuckets"),
    },
    fix=Fix(
        console=(
            'In S3, open the bucket\'s "Permissions", turn on "Block all public access", then remove the public '
            "statement from the policy and the public grants from the access control list."
        ),
        cli=(
            "aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration "
            "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
        ),
        cloudformation=(
            "AWS::S3::Bucket: PublicAccessBlockConfiguration with all four settings true, and OwnershipControls with "
            "BucketOwnerEnforced"
        ),
        terraform="aws_s3_bucket_public_access_block and aws_s3_bucket_ownership_controls (BucketOwnerEnforced)",
        note="Blocking public access works at once; removing the statement or the grant mends the cause.",
    ),
    sources=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
    ),
    published={"fsbp": ("S3.2", "S3.3"), "nist": ("AC-21", "AC-3", "SC-7")},
    interpretive={
        "iso27001": ("A.8.3",),
        "soc2": ("CC6.1",),
        "hipaa": ("164.312(a)(1)",),
        "gdpr": ("Art. 32",),
        "lgpd": ("Art. 46",),
    },
    examples=(
        passes("no policy, and grants to the owner only", RECORDINGS, _bucket(), OPEN),
        passes("a policy that is not public", RECORDINGS, _bucket(PolicyStatus={"IsPublic": False}), OPEN),
        passes("a grant to the group that delivers access logs", RECORDINGS, _bucket(LOG_DELIVERY), OPEN),
        passes(
            "the bucket's block takes the effect from a public policy",
            RECORDINGS,
            _bucket(PolicyStatus={"IsPublic": True}, PublicAccessBlock={"RestrictPublicBuckets": True}),
            UNASKED,
        ),
        passes(
            "the account's block takes the effect from a public policy",
            RECORDINGS,
            _bucket(PolicyStatus={"IsPublic": True}),
            _account(RestrictPublicBuckets=True),
        ),
        passes(
            "the access control list has no effect", RECORDINGS, _bucket(EVERYONE, Ownership=ENFORCED), OPEN
        ),
        passes(
            "the bucket ignores public grants",
            RECORDINGS,
            _bucket(EVERYONE, PublicAccessBlock={"IgnorePublicAcls": True}),
            UNASKED,
        ),
        passes(
            "the account ignores public grants",
            RECORDINGS,
            _bucket(EVERYONE),
            _account(IgnorePublicAcls=True),
        ),
        fails("a public policy", RECORDINGS, _bucket(PolicyStatus={"IsPublic": True}), OPEN, POLICY),
        fails(
            "blocking new public policies leaves the old one in effect",
            RECORDINGS,
            _bucket(PolicyStatus={"IsPublic": True}, PublicAccessBlock={"BlockPublicPolicy": True}),
            _account(RestrictPublicBuckets=False),
            POLICY,
        ),
        fails(
            "everyone may list the bucket",
            RECORDINGS,
            _bucket(EVERYONE, Ownership=PREFERRED),
            OPEN,
            Evidence("Acl", NO_PUBLIC_GRANT, ["everyone: READ"], CITED),
        ),
        fails(
            "a public policy and grants to every AWS account",
            RECORDINGS,
            _bucket(EVERY_ACCOUNT, PolicyStatus={"IsPublic": True}),
            OPEN,
            POLICY,
            Evidence("Acl", NO_PUBLIC_GRANT, ["every AWS account: READ_ACP"], CITED),
        ),
        unknown(
            "nobody can tell whether the policy is public",
            RECORDINGS,
            _bucket(unread={"PolicyStatus": "s3:GetBucketPolicyStatus"}),
            OPEN,
        ),
        unknown(
            "the access control list is not readable",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, unread={"Acl": "s3:GetBucketAcl"}),
            OPEN,
        ),
        unknown(
            "the account's block may take the effect from a public policy, but is not readable",
            RECORDINGS,
            _bucket(PolicyStatus={"IsPublic": True}),
            UNASKED,
        ),
        unknown(
            "the policy is public and another account owns the bucket, whose block cannot be seen",
            RECORDINGS,
            _bucket(PolicyStatus={"IsPublic": True}, unread={"OwnedHere": "s3:ListBucket"}),
            _account(RestrictPublicBuckets=True),
        ),
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
def bucket_is_not_public(setting: Seen, around: Around) -> Outcome:
    """The bucket is not public.

    A bucket is public when its policy, or a grant in its access control list, lets in everyone or every AWS account,
    and no block on public access takes the effect from it. Whoever knows or guesses its name can then list callers'
    recordings, read them, or put files of their own beside them.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    failures = []
    if bucket.get("PolicyStatus.IsPublic") and not _blocks("RestrictPublicBuckets", bucket, around):
        failures.append(
            Fail.at(
                "PolicyStatus.IsPublic", expected=False, actual=True, cites=bucket, discriminator="policy"
            )
        )
    grants = [
        f"{PUBLIC[grant['Grantee']['URI']]}: {grant['Permission']}"
        for grant in bucket.get("Acl", ())
        if grant["Grantee"].get("URI") in PUBLIC
    ]
    if grants and not _disabled(bucket) and not _blocks("IgnorePublicAcls", bucket, around):
        failures.append(
            Fail.at("Acl", expected=NO_PUBLIC_GRANT, actual=grants, cites=bucket, discriminator="acl")
        )
    return failures


def _blocks(setting: str, bucket: Seen, around: Around) -> bool:
    """Whether the bucket's block, or else the account's, has a setting on."""
    if bucket.get(f"PublicAccessBlock.{setting}") is True:
        return True
    bucket.get(
        "OwnedHere"
    )  # raises for another account's bucket: this account's block says nothing about that
    account = around.one("s3.account_public_access_block", around.place.account)
    return account is not None and account.get(setting) is True


def _disabled(bucket: Seen) -> bool:
    """Whether access control lists have no effect on the bucket."""
    return any(
        one.get("ObjectOwnership") == "BucketOwnerEnforced" for one in bucket.get("Ownership.Rules", ())
    )
