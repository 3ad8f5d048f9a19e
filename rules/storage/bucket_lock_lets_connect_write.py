"""Whether an Object Lock on a bucket stands in Connect's way."""

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
MODE = "ObjectLock.Rule.DefaultRetention.Mode"
ENABLED = "ObjectLock.ObjectLockEnabled"
CITED = f"s3.bucket {BUCKET}"
NO_LOCK = "no Object Lock"
NOT_COMPLIANCE = "no default retention, or GOVERNANCE"


def _setting(kind: str) -> Thing:
    return thing(
        "connect.storage_config", ResourceType=kind, StorageType="S3", S3Config={"BucketName": BUCKET}
    )


def _bucket(mode: str = "") -> Thing:
    lock: dict[str, Any] = {"ObjectLockEnabled": "Enabled"}
    if mode:
        lock["Rule"] = {"DefaultRetention": {"Mode": mode, "Days": 365}}
    return thing("s3.bucket", id=BUCKET, ObjectLock=lock)


RECORDINGS, ATTACHMENTS = _setting("CALL_RECORDINGS"), _setting("ATTACHMENTS")
UNLOCKED = thing("s3.bucket", id=BUCKET)


@rule(
    id="CONNECT-STO-016",
    severity=Severity.HIGH,
    severity_reason="Connect does not support such a bucket: recordings may not be delivered, and uploads fail.",
    kind="connect.storage_config",
    reads={
        "connect.storage_config": ("S3Config.BucketName", "ResourceType"),
        "s3.bucket": (MODE, ENABLED),
    },
    fix=Fix(
        console=(
            'Choose a bucket without Object Lock under "Data storage" on the instance\'s page, and replicate it to a '
            "bucket that has the lock."
        ),
        cli=(
            "aws s3api put-object-lock-configuration --bucket BUCKET --object-lock-configuration "
            "ObjectLockEnabled=Enabled (without a default retention), or aws connect update-instance-storage-config "
            "with another bucket"
        ),
        cloudformation="AWS::S3::Bucket: ObjectLockConfiguration without a DefaultRetention in COMPLIANCE mode",
        terraform="aws_s3_bucket_object_lock_configuration without a default_retention in COMPLIANCE mode",
        note=(
            "This rule contradicts control S3.15 of Security Hub, which wants Object Lock on every bucket (PCI DSS "
            "10.5.1 among others). Both can be had: Connect writes to a bucket without the lock, and S3 replicates "
            "it to one with the lock in compliance mode. Waive S3.15 for the first bucket. Object Lock cannot be "
            "turned off once it is on; files that are locked in compliance mode stay until their time is over."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-instances.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/enable-attachments.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
    ),
    examples=(
        passes("no Object Lock", RECORDINGS, UNLOCKED),
        passes("Object Lock without a default retention", RECORDINGS, _bucket()),
        passes("a default retention in governance mode", RECORDINGS, _bucket("GOVERNANCE")),
        passes("attachments in a bucket without Object Lock", ATTACHMENTS, UNLOCKED),
        fails(
            "a default retention in compliance mode",
            RECORDINGS,
            _bucket("COMPLIANCE"),
            Evidence(MODE, NOT_COMPLIANCE, "COMPLIANCE", CITED),
        ),
        fails(
            "attachments in a bucket that only has Object Lock turned on",
            ATTACHMENTS,
            _bucket(),
            Evidence(ENABLED, NO_LOCK, "Enabled", CITED),
        ),
        fails(
            "attachments in a bucket in governance mode",
            ATTACHMENTS,
            _bucket("GOVERNANCE"),
            Evidence(ENABLED, NO_LOCK, "Enabled", CITED),
        ),
        unknown(
            "the lock is not readable",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, unread={"ObjectLock": "s3:GetBucketObjectLockConfiguration"}),
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
def bucket_lock_lets_connect_write(setting: Seen, around: Around) -> Outcome:
    """The bucket has no Object Lock that Amazon Connect does not support.

    Connect does not support buckets whose Object Lock is in compliance mode, and for attachments it supports no
    Object Lock at all. Recordings may then not arrive, and customers and agents cannot send each other files. Where
    a law asks for copies that nobody can delete, they belong in a replica of the bucket.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    enabled, mode = bucket.get(ENABLED), bucket.get(MODE)
    if setting.get("ResourceType") == "ATTACHMENTS" and enabled == "Enabled":
        return Fail.at(ENABLED, expected=NO_LOCK, actual=enabled, cites=bucket, discriminator="attachments")
    if mode == "COMPLIANCE":
        return Fail.at(MODE, expected=NOT_COMPLIANCE, actual=mode, cites=bucket, discriminator="compliance")
    return Pass()
