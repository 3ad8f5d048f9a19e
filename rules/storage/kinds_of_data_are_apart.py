"""Where different kinds of data meet."""

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Seen,
    Severity,
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

BUCKET, PREFIX = "S3Config.BucketName", "S3Config.BucketPrefix"
INSTANCE = thing("connect.instance")
ONE_KIND = "one kind of data"
VOICES_AND_REPORTS = {"CALL_RECORDINGS", "SCHEDULED_REPORTS"}


def _stored(kind: str, prefix: str, bucket: str = "example-data") -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType=kind,
        StorageType="S3",
        S3Config={"BucketName": bucket, **({"BucketPrefix": prefix} if prefix else {})},
    )


STREAM = thing(
    "connect.storage_config",
    ResourceType="AGENT_EVENTS",
    StorageType="KINESIS_STREAM",
    KinesisStreamConfig={"StreamArn": "arn:aws:kinesis:us-east-1:111122223333:stream/agent-events"},
)


def _evidence(place: str, *kinds: str) -> Evidence:
    return Evidence(f"s3://{place}", ONE_KIND, list(kinds))


@rule(
    id="CONNECT-STO-018",
    severity=Severity.LOW,
    severities=(Severity.MEDIUM,),
    severity_reason=(
        "Nothing is lost or open; it only cannot be kept apart. Reports are read by many who must not hear calls: "
        "medium where they share with recordings."
    ),
    kind="connect.instance",
    reads={"connect.instance": (), "connect.storage_config": ("ResourceType", BUCKET, PREFIX)},
    fix=Fix(
        console='On the instance\'s page choose "Data storage" and give each kind of data a prefix of its own.',
        cli=(
            "aws connect update-instance-storage-config --instance-id INSTANCE_ID --resource-type RESOURCE_TYPE "
            "--association-id ASSOCIATION_ID --storage-config with another BucketPrefix"
        ),
        cloudformation="AWS::Connect::InstanceStorageConfig: S3Config.BucketPrefix",
        terraform="aws_connect_instance_storage_config: s3_config.bucket_prefix",
        note=(
            "One bucket with several prefixes is fine, as the console sets it up. Files that exist already stay where "
            "they are, and Connect goes on finding them there."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-instances.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_S3Config.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    ),
    interpretive={"iso27001": ("A.5.12",)},
    examples=(
        passes(
            "one bucket, a prefix for each, as the console sets it up",
            INSTANCE,
            _stored("CALL_RECORDINGS", "connect/example/CallRecordings"),
            _stored("CHAT_TRANSCRIPTS", "connect/example/ChatTranscripts"),
            _stored("SCHEDULED_REPORTS", "connect/example/Reports"),
        ),
        passes(
            "the same prefix in different buckets",
            INSTANCE,
            _stored("CALL_RECORDINGS", "connect", "example-voice"),
            _stored("CHAT_TRANSCRIPTS", "connect", "example-text"),
            STREAM,
        ),
        passes(
            "one prefix within another",
            INSTANCE,
            _stored("CALL_RECORDINGS", "connect"),
            _stored("CHAT_TRANSCRIPTS", "connect/text"),
        ),
        passes("no storage", INSTANCE),
        fails(
            "chats and screens share a prefix, but for a slash",
            INSTANCE,
            _stored("CHAT_TRANSCRIPTS", "connect/"),
            _stored("SCREEN_RECORDINGS", "connect"),
            _evidence("example-data/connect", "CHAT_TRANSCRIPTS", "SCREEN_RECORDINGS"),
        ),
        fails(
            "recordings and reports share a bucket without any prefix",
            INSTANCE,
            _stored("CALL_RECORDINGS", ""),
            _stored("SCHEDULED_REPORTS", ""),
            _stored("ATTACHMENTS", "files"),
            _evidence("example-data", "CALL_RECORDINGS", "SCHEDULED_REPORTS"),
        ),
        fails(
            "two places, each with two kinds",
            INSTANCE,
            _stored("CALL_RECORDINGS", "a"),
            _stored("SCREEN_RECORDINGS", "a"),
            _stored("ATTACHMENTS", "b"),
            _stored("EMAIL_MESSAGES", "b"),
            _evidence("example-data/a", "CALL_RECORDINGS", "SCREEN_RECORDINGS"),
            _evidence("example-data/b", "ATTACHMENTS", "EMAIL_MESSAGES"),
        ),
        unknown(
            "storage is not readable",
            INSTANCE,
            unread("connect.storage_config", "connect:ListInstanceStorageConfigs"),
        ),
        not_applicable(
            "the creation failed", thing("connect.instance", InstanceStatus="CREATION_FAILED"), STREAM
        ),
    ),
)
def kinds_of_data_are_apart(_instance: Seen, around: Around) -> Outcome:
    """No two kinds of data share a bucket and prefix.

    Who may read, and how long something is kept, is set for a bucket or a prefix. Where recordings and reports lie
    in one folder, whoever gets the reports can fetch callers' voices too, and no lifecycle rule can delete the one
    and keep the other.
    """
    places: dict[str, set[str]] = {}
    for setting in around.all("connect.storage_config"):
        if setting.get(BUCKET):
            place = f"{setting.get(BUCKET)}/{setting.get(PREFIX) or ''}".rstrip("/")
            places.setdefault(place, set()).add(setting.get("ResourceType"))
    return [
        Fail(
            (_evidence(place, *sorted(kinds)),),
            discriminator=place,
            severity=Severity.MEDIUM if kinds >= VOICES_AND_REPORTS else None,
        )
        for place, kinds in sorted(places.items())
        if len(kinds) > 1
    ]
