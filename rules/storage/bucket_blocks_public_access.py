"""The safeguard of S3 against publishing a bucket by mistake."""

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

SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ACCOUNT = "111122223333"
BUCKET = "example-recordings"
CITED = f"s3.bucket {BUCKET}"
HERE_OR_ACCOUNT = "true, here or account-wide"

RECORDINGS = thing(
    "connect.storage_config",
    ResourceType="CALL_RECORDINGS",
    StorageType="S3",
    S3Config={"BucketName": BUCKET, "BucketPrefix": "connect/example/CallRecordings"},
)


def _bucket(*on: str) -> Thing:
    return thing("s3.bucket", id=BUCKET, PublicAccessBlock={one: one in on for one in SETTINGS})


def _account(*on: str) -> Thing:
    block: dict[str, Any] = {one: one in on for one in SETTINGS}
    return thing("s3.account_public_access_block", id=ACCOUNT, **block)


@rule(
    id="CONNECT-STO-009",
    severity=Severity.HIGH,
    severity_reason="It is the safeguard against one careless policy; by itself it does not mean that data is public.",
    kind="connect.storage_config",
    reads={
        "connect.storage_config": ("S3Config.BucketName",),
        "s3.bucket": ("PublicAccessBlock", "OwnedHere"),
        "s3.account_public_access_block": SETTINGS,
    },
    fix=Fix(
        console='In S3, open the bucket\'s "Permissions" and turn on "Block all public access".',
        cli=(
            "aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration "
            "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
        ),
        cloudformation="AWS::S3::Bucket: PublicAccessBlockConfiguration with all four settings true",
        terraform="aws_s3_bucket_public_access_block with all four settings true",
        note=(
            "The account-wide block is that of the instance's account; for a bucket that another account owns, set "
            "all four on the bucket itself."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html",
    ),
    published={
        "fsbp": ("S3.1", "S3.8"),
        "cis": ("2.1.4",),
        "nist": ("AC-21", "AC-3", "AC-3(7)", "AC-4", "AC-4(21)", "AC-6", "SC-7"),
        "pci": ("1.4.4",),
    },
    interpretive={"iso27001": ("A.8.3",), "soc2": ("CC6.1",), "gdpr": ("Art. 32",), "lgpd": ("Art. 46",)},
    examples=(
        passes("the bucket blocks all four", RECORDINGS, _bucket(*SETTINGS), _account()),
        passes(
            "the bucket blocks all four, the account's block is not readable",
            RECORDINGS,
            _bucket(*SETTINGS),
            unread("s3.account_public_access_block", "s3:GetAccountPublicAccessBlock", ACCOUNT),
        ),
        passes(
            "the bucket sets nothing, the account blocks all four",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET),
            _account(*SETTINGS),
        ),
        passes(
            "bucket and account block all four together",
            RECORDINGS,
            _bucket("BlockPublicAcls", "IgnorePublicAcls"),
            _account("BlockPublicPolicy", "RestrictPublicBuckets"),
        ),
        fails(
            "nothing is set anywhere",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET),
            missing("s3.account_public_access_block", ACCOUNT),
            *(Evidence(f"PublicAccessBlock.{one}", HERE_OR_ACCOUNT, None, CITED) for one in SETTINGS),
        ),
        fails(
            "one setting is off in both places",
            RECORDINGS,
            _bucket("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy"),
            _account("BlockPublicAcls"),
            Evidence("PublicAccessBlock.RestrictPublicBuckets", HERE_OR_ACCOUNT, False, CITED),
        ),
        unknown(
            "the bucket's block is not readable",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, unread={"PublicAccessBlock": "s3:GetBucketPublicAccessBlock"}),
            _account(*SETTINGS),
        ),
        unknown(
            "the bucket leaves a setting to an account block that is not readable",
            RECORDINGS,
            _bucket("BlockPublicAcls"),
            unread("s3.account_public_access_block", "s3:GetAccountPublicAccessBlock", ACCOUNT),
        ),
        unknown(
            "another account owns the bucket, and its account-wide block cannot be seen",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, unread={"OwnedHere": "s3:ListBucket"}),
            _account(*SETTINGS),
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
def bucket_blocks_public_access(setting: Seen, around: Around) -> Outcome:
    """The bucket blocks public access with all four settings.

    These settings make S3 refuse or ignore whatever would open a bucket to the internet. Without them one changed
    policy or one file uploaded with the wrong access list can publish callers' voices and transcripts. The settings
    of the whole account count as much as those of the bucket: S3 applies the stricter of the two.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    left = [one for one in SETTINGS if bucket.get(f"PublicAccessBlock.{one}") is not True]
    if not left:
        return Pass()
    bucket.get(
        "OwnedHere"
    )  # raises for another account's bucket: this account's block says nothing about that
    account = around.one("s3.account_public_access_block", setting.account)
    left = [one for one in left if account is None or account.get(one) is not True]
    if not left:
        return Pass()
    paths = [f"PublicAccessBlock.{one}" for one in left]
    return Fail(tuple(Evidence(path, HERE_OR_ACCOUNT, bucket.get(path), bucket.cited) for path in paths))
