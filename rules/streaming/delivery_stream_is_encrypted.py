"""Whether what waits in a delivery stream is encrypted."""

from typing import Any

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

PATH = "KinesisFirehoseConfig.FirehoseArn"
STATUS = "DeliveryStreamEncryptionConfiguration.Status"
SOURCE = "Source.KinesisStreamSourceDescription"
FIREHOSE = "arn:aws:firehose:us-east-1:111122223333:deliverystream/records"
FOREIGN = "arn:aws:firehose:us-east-1:999988887777:deliverystream/records"
CITED = f"firehose.delivery_stream {FIREHOSE}"


def _records(arn: str = FIREHOSE) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="CONTACT_TRACE_RECORDS",
        StorageType="KINESIS_FIREHOSE",
        KinesisFirehoseConfig={"FirehoseArn": arn},
    )


def _firehose(status: str, arn: str = FIREHOSE, **more: Any) -> Thing:
    said = {"DeliveryStreamEncryptionConfiguration": {"Status": status}, **more}
    return thing("firehose.delivery_stream", id=arn, **said)


RECORDS = _records()


@rule(
    id="CONNECT-STR-005",
    severity=Severity.MEDIUM,
    severity_reason="Records wait in the stream for minutes, and nobody reads them there but Firehose itself.",
    kind="connect.storage_config",
    reads={"connect.storage_config": (PATH,), "firehose.delivery_stream": (STATUS, SOURCE)},
    opt_in="records are in a delivery stream for minutes only; what matters more is where it delivers them",
    fix=Fix(
        console='In Firehose, open the stream\'s "Configuration" and turn on server-side encryption.',
        cli=(
            "aws firehose start-delivery-stream-encryption --delivery-stream-name NAME "
            "--delivery-stream-encryption-configuration-input KeyType=CUSTOMER_MANAGED_CMK,KeyARN=KEY_ARN"
        ),
        cloudformation="AWS::KinesisFirehose::DeliveryStream: DeliveryStreamEncryptionConfigurationInput",
        terraform="aws_kinesis_firehose_delivery_stream: server_side_encryption { enabled = true }",
        note="The bucket that the stream delivers to is not judged here; it needs the same safeguards as recordings.",
    ),
    sources=(
        "https://docs.aws.amazon.com/firehose/latest/dev/encryption.html",
        "https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/datafirehose-controls.html",
    ),
    published={"fsbp": ("DataFirehose.1",)},
    interpretive={"nist": ("SC-28",), "iso27001": ("A.8.24",)},
    examples=(
        passes("encrypted", RECORDS, _firehose("ENABLED")),
        passes(
            "encrypted, as part of a longer answer",
            RECORDS,
            _firehose("ENABLED", DeliveryStreamStatus="ACTIVE"),
        ),
        fails("switched off", RECORDS, _firehose("DISABLED"), Evidence(STATUS, "ENABLED", "DISABLED", CITED)),
        fails(
            "never switched on",
            RECORDS,
            thing("firehose.delivery_stream", id=FIREHOSE),
            Evidence(STATUS, "ENABLED", None, CITED),
        ),
        fails(
            "it could not be switched on",
            RECORDS,
            _firehose("ENABLING_FAILED"),
            Evidence(STATUS, "ENABLED", "ENABLING_FAILED", CITED),
        ),
        unknown(
            "the stream is not readable",
            RECORDS,
            unread("firehose.delivery_stream", "firehose:DescribeDeliveryStream", FIREHOSE),
        ),
        unknown(
            "a stream of another account is looked for by its name, and another of that name is found here",
            _records(FOREIGN),
            _firehose("ENABLED", FOREIGN),
        ),
        not_applicable(
            "it takes records from a data stream, whose encryption counts",
            RECORDS,
            _firehose("DISABLED", Source={"KinesisStreamSourceDescription": {"KinesisStreamARN": "arn"}}),
        ),
        not_applicable("the stream does not exist", RECORDS, missing("firehose.delivery_stream", FIREHOSE)),
        not_applicable(
            "it stores in S3",
            thing(
                "connect.storage_config",
                ResourceType="CALL_RECORDINGS",
                StorageType="S3",
                S3Config={"BucketName": "example-recordings"},
            ),
        ),
    ),
)
def delivery_stream_is_encrypted(setting: Seen, around: Around) -> Outcome:
    """The Firehose delivery stream is encrypted at rest.

    Contact records hold callers' numbers and contact attributes, such as account numbers that a flow has stored.
    Firehose keeps them on disk until a batch is delivered, for up to a day when the destination does not answer.
    """
    arn = setting.get(PATH)
    if not arn:
        return NotApplicable("it does not send to a Firehose delivery stream")
    stream = around.one("firehose.delivery_stream", arn)
    if (setting.region, setting.account) != tuple(arn.split(":")[3:5]):
        words = "it belongs to another account or Region, where it was not looked for"
        cause = Cause(Reason.FAILED, "firehose:DescribeDeliveryStream", words)
        raise Unread(cause, f"firehose.delivery_stream {arn}")
    if stream is None:
        return NotApplicable("the stream does not exist (CONNECT-STR-002 judges that)")
    if stream.get(SOURCE):
        return NotApplicable("it takes records from a Kinesis data stream, whose encryption counts")
    status = stream.get(STATUS)
    return Pass() if status == "ENABLED" else Fail.at(STATUS, expected="ENABLED", actual=status, cites=stream)
