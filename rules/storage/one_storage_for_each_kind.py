"""Whether data flows to more than one place."""

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
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

KINDS_OF_DATA = (
    "AGENT_EVENTS",
    "ATTACHMENTS",
    "CALL_RECORDINGS",
    "CHAT_TRANSCRIPTS",
    "CONTACT_EVALUATIONS",
    "CONTACT_TRACE_RECORDS",
    "EMAIL_MESSAGES",
    "MEDIA_STREAMS",
    "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS",
    "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS",
    "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS",
    "SCHEDULED_REPORTS",
    "SCREEN_RECORDINGS",
)
INSTANCE = thing("connect.instance")


def _recordings(bucket: str, prefix: str = "connect") -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="CALL_RECORDINGS",
        StorageType="S3",
        S3Config={"BucketName": bucket, "BucketPrefix": prefix},
    )


def _records(stream: str) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="CONTACT_TRACE_RECORDS",
        StorageType="KINESIS_STREAM",
        KinesisStreamConfig={"StreamArn": f"arn:aws:kinesis:us-east-1:111122223333:stream/{stream}"},
    )


def _id(stream: str) -> str:
    return f"CONTACT_TRACE_RECORDS/KINESIS_STREAM/arn:aws:kinesis:us-east-1:111122223333:stream/{stream}"


def _evidence(kind: str, *targets: str) -> Evidence:
    return Evidence(f"storage configurations for {kind}", "at most one", list(targets))


@rule(
    id="CONNECT-STO-021",
    severity=Severity.MEDIUM,
    severity_reason="Data goes where it should, and somewhere else besides, which nobody may be watching.",
    kind="connect.instance",
    drift=("storage",),
    reads={"connect.instance": (), "connect.storage_config": ("ResourceType",)},
    params=(
        Param(
            "several_accepted",
            [],
            "Kinds of data that may have several storage configurations.",
            type="list",
            choices=KINDS_OF_DATA,
        ),
    ),
    fix=Fix(
        console='On the instance\'s page look under "Data storage" and "Data streaming" for the one that is not meant.',
        cli=(
            "aws connect disassociate-instance-storage-config --instance-id INSTANCE_ID --resource-type RESOURCE_TYPE "
            "--association-id ASSOCIATION_ID"
        ),
        cloudformation="Delete the AWS::Connect::InstanceStorageConfig that is not meant",
        terraform="Remove the aws_connect_instance_storage_config that is not meant",
        note=(
            "Without a spec only a second one is reported; with a spec, each that differs from what it says. What was "
            "written to the other place stays there and has to be looked after."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/update-instance-settings.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ListInstanceStorageConfigs.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_DisassociateInstanceStorageConfig.html",
    ),
    interpretive={"nist": ("AC-4", "CM-2")},
    examples=(
        passes("one for each kind", INSTANCE, _recordings("example-voice"), _records("records")),
        passes("no storage", INSTANCE),
        passes(
            "two streams where that is accepted",
            INSTANCE,
            _records("records"),
            _records("records-copy"),
            several_accepted=["CONTACT_TRACE_RECORDS"],
        ),
        fails(
            "recordings have two buckets",
            INSTANCE,
            _recordings("example-voice"),
            _recordings("example-copy"),
            _evidence(
                "CALL_RECORDINGS",
                "CALL_RECORDINGS/S3/example-copy/connect",
                "CALL_RECORDINGS/S3/example-voice/connect",
            ),
        ),
        fails(
            "contact records flow to two streams, recordings to two prefixes",
            INSTANCE,
            _records("records"),
            _records("records-copy"),
            _recordings("example-voice"),
            _recordings("example-voice", "copy"),
            _evidence(
                "CALL_RECORDINGS",
                "CALL_RECORDINGS/S3/example-voice/connect",
                "CALL_RECORDINGS/S3/example-voice/copy",
            ),
            _evidence("CONTACT_TRACE_RECORDS", _id("records"), _id("records-copy")),
        ),
        unknown(
            "storage is not readable",
            INSTANCE,
            unread("connect.storage_config", "connect:ListInstanceStorageConfigs"),
        ),
        not_applicable(
            "the creation failed",
            thing("connect.instance", InstanceStatus="CREATION_FAILED"),
            _records("records"),
        ),
    ),
)
def one_storage_for_each_kind(_instance: Seen, around: Around) -> Outcome:
    """No kind of data has a second or an unexpected storage configuration.

    A second storage configuration sends the same data to a second place. Whoever added it, for a test or on purpose,
    can read callers' data there, and neither the access nor the deletion that was agreed for the first place applies.
    """
    targets: dict[str, list[str]] = {}
    for setting in around.all("connect.storage_config"):
        targets.setdefault(setting.get("ResourceType"), []).append(setting.id)
    return [
        Fail((_evidence(kind, *sorted(found)),), discriminator=kind)
        for kind, found in sorted(targets.items())
        if len(found) > 1 and kind not in around.params["several_accepted"]
    ]
