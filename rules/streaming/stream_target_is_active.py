"""Whether there is a stream behind a setting, and whether it takes records."""

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

TARGETS = (
    # A data stream is "updating" while it is resharded or its encryption changes, and takes records meanwhile.
    ("KinesisStreamConfig.StreamArn", "kinesis.stream", "StreamStatus", ("ACTIVE", "UPDATING")),
    (
        "KinesisFirehoseConfig.FirehoseArn",
        "firehose.delivery_stream",
        "DeliveryStreamStatus",
        ("ACTIVE",),
    ),
)
STREAM = "arn:aws:kinesis:us-east-1:111122223333:stream/agent-events"
FIREHOSE = "arn:aws:firehose:us-east-1:111122223333:deliverystream/records"
FOREIGN = "arn:aws:kinesis:us-east-1:999988887777:stream/agent-events"
FAR_FIREHOSE = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/records"


def _events(arn: str = STREAM) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="AGENT_EVENTS",
        StorageType="KINESIS_STREAM",
        KinesisStreamConfig={"StreamArn": arn},
    )


def _records(arn: str = FIREHOSE) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="CONTACT_TRACE_RECORDS",
        StorageType="KINESIS_FIREHOSE",
        KinesisFirehoseConfig={"FirehoseArn": arn},
    )


def _stream(status: str, arn: str = STREAM) -> Thing:
    return thing("kinesis.stream", id=arn, StreamStatus=status)


def _firehose(status: str, arn: str = FIREHOSE) -> Thing:
    return thing("firehose.delivery_stream", id=arn, DeliveryStreamStatus=status)


@rule(
    id="CONNECT-STR-002",
    severity=Severity.HIGH,
    severity_reason="Contact records and agent events are lost while Connect goes on as usual.",
    kind="connect.storage_config",
    reads={
        "connect.storage_config": ("KinesisStreamConfig.StreamArn", "KinesisFirehoseConfig.FirehoseArn"),
        "kinesis.stream": ("StreamStatus",),
        "firehose.delivery_stream": ("DeliveryStreamStatus",),
    },
    fix=Fix(
        console='On the instance\'s page choose "Data streaming" and select a stream that exists.',
        cli=(
            "aws connect update-instance-storage-config --instance-id INSTANCE_ID --resource-type RESOURCE_TYPE "
            "--association-id ASSOCIATION_ID --storage-config "
            "'StorageType=KINESIS_STREAM,KinesisStreamConfig={StreamArn=STREAM_ARN}'"
        ),
        cloudformation="AWS::Connect::InstanceStorageConfig: KinesisStreamConfig.StreamArn of an AWS::Kinesis::Stream",
        terraform="aws_connect_instance_storage_config: kinesis_stream_config.stream_arn of an aws_kinesis_stream",
        note=(
            "A stream made again under the same name has the same ARN, and Connect writes to it again. What was sent "
            "meanwhile is gone; contact records can be looked up in Connect for two years."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/data-streaming.html",
        "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html",
        "https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html",
    ),
    interpretive={"nist": ("AU-4",)},
    examples=(
        passes("an active data stream", _events(), _stream("ACTIVE")),
        passes("a data stream that is being resharded", _events(), _stream("UPDATING")),
        passes("an active delivery stream", _records(), _firehose("ACTIVE")),
        fails(
            "a data stream that was deleted",
            _events(),
            missing("kinesis.stream", STREAM),
            Evidence("StreamStatus", "ACTIVE", None, f"kinesis.stream {STREAM}"),
        ),
        fails(
            "a data stream that is being deleted",
            _events(),
            _stream("DELETING"),
            Evidence("StreamStatus", "ACTIVE", "DELETING", f"kinesis.stream {STREAM}"),
        ),
        fails(
            "a delivery stream that could not be made",
            _records(),
            _firehose("CREATING_FAILED"),
            Evidence(
                "DeliveryStreamStatus", "ACTIVE", "CREATING_FAILED", f"firehose.delivery_stream {FIREHOSE}"
            ),
        ),
        fails(
            "a delivery stream that was deleted",
            _records(),
            missing("firehose.delivery_stream", FIREHOSE),
            Evidence("DeliveryStreamStatus", "ACTIVE", None, f"firehose.delivery_stream {FIREHOSE}"),
        ),
        unknown(
            "the stream is not readable",
            _events(),
            unread("kinesis.stream", "kinesis:DescribeStreamSummary", STREAM),
        ),
        unknown(
            "a stream of another account that is not found may only be hidden",
            _events(FOREIGN),
            missing("kinesis.stream", FOREIGN),
        ),
        unknown(
            "a delivery stream of another Region is looked for by its name, and another of that name is found here",
            _records(FAR_FIREHOSE),
            _firehose("ACTIVE", FAR_FIREHOSE),
        ),
        not_applicable(
            "it stores in S3",
            thing(
                "connect.storage_config",
                ResourceType="CALL_RECORDINGS",
                StorageType="S3",
                S3Config={"BucketName": "example-recordings"},
            ),
        ),
        not_applicable(
            "Connect makes media streams itself, when a call needs one",
            thing(
                "connect.storage_config",
                ResourceType="MEDIA_STREAMS",
                StorageType="KINESIS_VIDEO_STREAM",
                KinesisVideoStreamConfig={"Prefix": "example", "RetentionPeriodHours": 24},
            ),
        ),
    ),
)
def stream_target_is_active(setting: Seen, around: Around) -> Outcome:
    """The stream exists and is active.

    A setting keeps the ARN of a stream that was deleted. Connect then has nowhere to send contact records or agent
    events, and says so nowhere. Workforce planning, billing and dashboards that are fed from the stream show less
    than happened, and the gap cannot be filled from the stream later.
    """
    for path, kind, field, accepted in TARGETS:
        arn = setting.get(path)
        if arn:
            return _judged(setting, around, arn, (kind, field), accepted)
    return NotApplicable("it does not send to a stream that has to exist")


def _judged(
    setting: Seen, around: Around, arn: str, looked_at: tuple[str, str], accepted: tuple[str, ...]
) -> Outcome:
    """What becomes of a setting that names this stream."""
    kind, field = looked_at
    stream = around.one(kind, arn)
    if (setting.region, setting.account) != tuple(arn.split(":")[3:5]):
        words = "it belongs to another account or Region, where it was not looked for"
        raise Unread(Cause(Reason.FAILED, _ACTIONS[kind], words), f"{kind} {arn}")
    status = stream.get(field) if stream else None
    if status in accepted:
        return Pass()
    return Fail((Evidence(field, "ACTIVE", status, f"{kind} {arn}"),))


_ACTIONS = {
    "kinesis.stream": "kinesis:DescribeStreamSummary",
    "firehose.delivery_stream": "firehose:DescribeDeliveryStream",
}
