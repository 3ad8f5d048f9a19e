"""What a bucket does with files that name no key of their own."""

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
PATH = "Encryption.Rules.ApplyServerSideEncryptionByDefault.SSEAlgorithm"
WANTED = "aws:kms or aws:kms:dsse"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"


def _recordings(**more: Any) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="CALL_RECORDINGS",
        StorageType="S3",
        S3Config={"BucketName": BUCKET, **more},
    )


PLAIN = _recordings()
WITH_KEY = _recordings(EncryptionConfig={"EncryptionType": "KMS", "KeyId": KEY})


def _bucket(algorithm: str, **more: Any) -> Thing:
    default = {"SSEAlgorithm": algorithm, **more}
    return thing(
        "s3.bucket",
        id=BUCKET,
        Encryption={"Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]},
    )


def _evidence(actual: Any) -> Evidence:
    return Evidence(PATH, WANTED, actual, f"s3.bucket {BUCKET}")


@rule(
    id="CONNECT-STO-013",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason=(
        "S3 encrypts every file with a key of its own, so nothing is in plain text. Where the setting names a KMS key, "
        "what Connect writes does not depend on the default: low."
    ),
    kind="connect.storage_config",
    reads={
        "connect.storage_config": ("S3Config.BucketName", "S3Config.EncryptionConfig.KeyId"),
        "s3.bucket": ("Encryption",),
    },
    fix=Fix(
        console='In S3, open the bucket\'s "Properties", edit "Default encryption" and choose SSE-KMS with your key.',
        cli=(
            "aws s3api put-bucket-encryption --bucket BUCKET --server-side-encryption-configuration "
            '\'{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"KEY_ARN"},'
            '"BucketKeyEnabled":true}]}\''
        ),
        cloudformation="AWS::S3::Bucket: BucketEncryption with SSEAlgorithm: aws:kms and KMSMasterKeyID",
        terraform='aws_s3_bucket_server_side_encryption_configuration: sse_algorithm = "aws:kms"',
        note="Without a key's id S3 uses the key aws/s3, which cannot be shared with another account.",
    ),
    sources=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
    ),
    published={"nist": ("SC-28", "SC-28(1)")},
    interpretive={"iso27001": ("A.8.24",), "soc2": ("CC6.1",), "hipaa": ("164.312(a)(2)(iv)",)},
    examples=(
        passes("SSE-KMS with a key", PLAIN, _bucket("aws:kms", KMSMasterKeyID=KEY)),
        passes("two layers of encryption with KMS", WITH_KEY, _bucket("aws:kms:dsse", KMSMasterKeyID=KEY)),
        passes("SSE-KMS without a key's id uses the key aws/s3", PLAIN, _bucket("aws:kms")),
        fails("S3's own keys, and none in the setting", PLAIN, _bucket("AES256"), _evidence("AES256")),
        fails("S3's own keys, the setting names a key", WITH_KEY, _bucket("AES256"), _evidence("AES256")),
        fails("a very old bucket without a default", PLAIN, thing("s3.bucket", id=BUCKET), _evidence(None)),
        unknown(
            "the default is not readable",
            PLAIN,
            thing("s3.bucket", id=BUCKET, unread={"Encryption": "s3:GetEncryptionConfiguration"}),
        ),
        unknown("the bucket may not be asked", PLAIN, unread("s3.bucket", "s3:ListBucket", BUCKET)),
        not_applicable("the bucket does not exist", PLAIN, missing("s3.bucket", BUCKET)),
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
def bucket_encrypts_with_kms(setting: Seen, around: Around) -> Outcome:
    """The bucket encrypts with KMS by default.

    The default protects what nobody chose a key for: files that a person or a program other than Connect puts beside
    the recordings, such as copies and query results, and everything that Connect writes where its setting names no
    key. With the keys of S3 itself whoever may read the object reads it; with KMS they also need the right to use
    the key, and each use is logged.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    rules = bucket.get("Encryption", {}).get("Rules", ())
    found = next(
        (one.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm") for one in rules), None
    )
    if found in ("aws:kms", "aws:kms:dsse"):
        return Pass()
    severity = Severity.LOW if setting.get("S3Config.EncryptionConfig.KeyId") else Severity.MEDIUM
    return Fail.at(PATH, expected=WANTED, actual=found, cites=bucket, severity=severity)
