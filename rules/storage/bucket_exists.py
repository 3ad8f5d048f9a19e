"""Whether there is a bucket behind a setting."""

from auditor.model import Cause, Reason
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

RECORDINGS = thing(
    "connect.storage_config",
    ResourceType="CALL_RECORDINGS",
    StorageType="S3",
    S3Config={"BucketName": "example-recordings", "BucketPrefix": "connect/example/CallRecordings"},
)
REPORTS = thing(
    "connect.storage_config",
    ResourceType="SCHEDULED_REPORTS",
    StorageType="S3",
    S3Config={"BucketName": "example-reports"},
)


@rule(
    id="CONNECT-STO-008",
    severity=Severity.CRITICAL,
    severities=(Severity.MEDIUM,),
    severity_reason=(
        "Anybody may claim the name of a bucket that does not exist, and would then receive the recordings. A bucket "
        "in another Region is a question of where data may live: medium."
    ),
    kind="connect.storage_config",
    reads={"connect.storage_config": ("S3Config.BucketName",), "s3.bucket": ("BucketRegion",)},
    fix=Fix(
        console="Choose a bucket of your own in the instance's Region under \"Data storage\" on the instance's page.",
        cli=(
            "aws s3api create-bucket --bucket BUCKET --region REGION, or aws connect update-instance-storage-config "
            "with another bucket"
        ),
        cloudformation="AWS::Connect::InstanceStorageConfig: S3Config.BucketName of an AWS::S3::Bucket",
        terraform="aws_connect_instance_storage_config: s3_config.bucket_name of an aws_s3_bucket",
        note=(
            "This rule asks whether the bucket answers and where it is. It does not ask who owns it: a bucket of a "
            "log archive account is a legitimate place."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-instances.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html",
    ),
    interpretive={"nist": ("AC-4",)},
    examples=(
        passes(
            "the bucket is in the instance's Region",
            RECORDINGS,
            thing("s3.bucket", id="example-recordings", BucketRegion="us-east-1"),
        ),
        passes(
            "another bucket for reports",
            REPORTS,
            thing("s3.bucket", id="example-reports", BucketRegion="us-east-1"),
            missing("s3.bucket", "example-recordings"),
        ),
        fails(
            "the bucket does not exist",
            RECORDINGS,
            missing("s3.bucket", "example-recordings"),
            Evidence("Name", "a bucket that exists", None, "s3.bucket example-recordings"),
        ),
        fails(
            "the bucket is in another Region",
            RECORDINGS,
            thing("s3.bucket", id="example-recordings", BucketRegion="eu-west-1"),
            Evidence("BucketRegion", "us-east-1", "eu-west-1", "s3.bucket example-recordings"),
        ),
        unknown(
            "the bucket exists but may not be asked where it is",
            RECORDINGS,
            thing("s3.bucket", id="example-recordings", unread={"BucketRegion": "s3:ListBucket"}),
        ),
        unknown(
            "the bucket may not be asked",
            RECORDINGS,
            unread("s3.bucket", "s3:ListBucket", "example-recordings"),
        ),
        unknown(
            "S3 does not say where the bucket is", RECORDINGS, thing("s3.bucket", id="example-recordings")
        ),
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
def bucket_exists(setting: Seen, around: Around) -> Outcome:
    """The bucket exists and is in the instance's Region.

    When the bucket of a setting has been deleted, Connect has nowhere to put recordings, transcripts or reports, and
    they are lost. Names of buckets are shared by all accounts: a stranger may create a bucket of the same name and
    receive your callers' voices. A bucket in another Region moves personal data out of the Region that was chosen
    for the contact centre.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return Fail((Evidence("Name", "a bucket that exists", None, f"s3.bucket {name}"),))
    region = bucket.get("BucketRegion")
    if region is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "s3:ListBucket"), f"s3.bucket {name}: BucketRegion")
    if region == setting.region:
        return Pass()
    return Fail.at(
        "BucketRegion",
        expected=setting.region,
        actual=region,
        cites=bucket,
        severity=Severity.MEDIUM,
        discriminator="Region",
    )
