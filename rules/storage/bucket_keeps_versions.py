"""Whether what was overwritten or deleted in a bucket can be had again."""

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
STATUS = "Versioning.Status"
CITED = f"s3.bucket {BUCKET}"


def _setting(kind: str) -> Thing:
    return thing(
        "connect.storage_config", ResourceType=kind, StorageType="S3", S3Config={"BucketName": BUCKET}
    )


def _bucket(status: str = "") -> Thing:
    return thing("s3.bucket", id=BUCKET, Versioning={"Status": status} if status else {})


RECORDINGS = _setting("CALL_RECORDINGS")


@rule(
    id="CONNECT-STO-015",
    severity=Severity.LOW,
    severity_reason="It takes a mistake or an attack before anything is lost; Connect itself overwrites nothing.",
    kind="connect.storage_config",
    reads={"connect.storage_config": ("S3Config.BucketName",), "s3.bucket": (STATUS,)},
    opt_in="it is at odds with erasing personal data on request, so each company decides for itself",
    fix=Fix(
        console='In S3, open the bucket\'s "Properties" and turn on "Bucket Versioning".',
        cli="aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled",
        cloudformation="AWS::S3::Bucket: VersioningConfiguration with Status: Enabled",
        terraform='aws_s3_bucket_versioning: versioning_configuration { status = "Enabled" }',
        note=(
            "Set a lifecycle rule that expires old versions at the same time (CONNECT-STO-014): otherwise what was "
            "deleted, and what the law told you to erase, is kept for ever and paid for."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
    ),
    published={"nist": ("AU-9(2)", "CP-9", "CP-10", "SI-12")},
    interpretive={"iso27001": ("A.8.13",)},
    examples=(
        passes("recordings have versions", RECORDINGS, _bucket("Enabled")),
        passes("transcripts have versions", _setting("CHAT_TRANSCRIPTS"), _bucket("Enabled")),
        fails("versioning was never on", RECORDINGS, _bucket(), Evidence(STATUS, "Enabled", None, CITED)),
        fails(
            "versioning is suspended",
            RECORDINGS,
            _bucket("Suspended"),
            Evidence(STATUS, "Enabled", "Suspended", CITED),
        ),
        unknown(
            "versioning is not readable",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, unread={"Versioning": "s3:GetBucketVersioning"}),
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
def bucket_keeps_versions(setting: Seen, around: Around) -> Outcome:
    """The bucket keeps versions of its files.

    Without versions a recording that somebody deletes or overwrites is gone, whether by a mistake, by a script or by
    a person who wants evidence to disappear. With versions the earlier file stays until a lifecycle rule removes it,
    and deleting a version for good takes a permission of its own.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    status = bucket.get(STATUS)
    return Pass() if status == "Enabled" else Fail.at(STATUS, expected="Enabled", actual=status, cites=bucket)
