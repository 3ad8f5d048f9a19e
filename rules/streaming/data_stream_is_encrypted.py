"""Whether what waits in a data stream is encrypted."""

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

PATH = "KinesisStreamConfig.StreamArn"
STREAM = "arn:aws:kinesis:us-east-1:111122223333:stream/agent-events"
FOREIGN = "arn:aws:kinesis:us-east-1:999988887777:stream/agent-events"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"
OF_AWS = "alias/aws/kinesis"
CITED = f"kinesis.stream {STREAM}"


def _setting(kind: str = "AGENT_EVENTS", arn: str = STREAM) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType=kind,
        StorageType="KINESIS_STREAM",
        KinesisStreamConfig={"StreamArn": arn},
    )


def _stream(encryption: str = "KMS", **more: Any) -> Thing:
    return thing("kinesis.stream", id=STREAM, EncryptionType=encryption, **more)


EVENTS = _setting()


@rule(
    id="CONNECT-STR-003",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason=(
        "Records wait in the stream for a day or so, and reading them takes permissions. With the key of AWS they are "
        "encrypted, and only control over the key is missing: low."
    ),
    kind="connect.storage_config",
    reads={"connect.storage_config": (PATH,), "kinesis.stream": ("EncryptionType", "KeyId")},
    fix=Fix(
        console='In Kinesis, open the stream\'s "Configuration" and turn on server-side encryption with your key.',
        cli="aws kinesis start-stream-encryption --stream-arn STREAM_ARN --encryption-type KMS --key-id KEY_ARN",
        cloudformation="AWS::Kinesis::Stream: StreamEncryption with EncryptionType: KMS and KeyId",
        terraform='aws_kinesis_stream: encryption_type = "KMS", kms_key_id = KEY_ARN',
        note=(
            "Read CONNECT-STR-004 first: with a key that Connect may not use, it cannot write to the stream any more. "
            "The key that encrypts recordings or reports is one that it may use. Those who read the stream need "
            "kms:Decrypt."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/data-streaming.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/kinesis-controls.html",
    ),
    published={
        "fsbp": ("Kinesis.1",),
        "nist": ("SC-28", "SC-28(1)", "SC-13", "CA-9(1)", "CM-3(6)", "SC-7(10)", "SI-7(6)"),
    },
    interpretive={"iso27001": ("A.8.24",), "soc2": ("CC6.1",), "hipaa": ("164.312(a)(2)(iv)",)},
    examples=(
        passes("encrypted with a key of one's own", EVENTS, _stream(KeyId=KEY)),
        passes(
            "encrypted with a key named by its alias",
            _setting("CONTACT_TRACE_RECORDS"),
            _stream(KeyId="alias/streams"),
        ),
        fails("not encrypted", EVENTS, _stream("NONE"), Evidence("EncryptionType", "KMS", "NONE", CITED)),
        fails(
            "not encrypted, and Kinesis does not say so",
            EVENTS,
            thing("kinesis.stream", id=STREAM, StreamStatus="ACTIVE"),
            Evidence("EncryptionType", "KMS", None, CITED),
        ),
        fails(
            "encrypted with the key of AWS",
            EVENTS,
            _stream(KeyId=OF_AWS),
            Evidence("KeyId", "a customer managed key", OF_AWS, CITED),
        ),
        unknown(
            "the stream is not readable",
            EVENTS,
            unread("kinesis.stream", "kinesis:DescribeStreamSummary", STREAM),
        ),
        unknown(
            "a stream of another account that is not found may only be hidden",
            _setting(arn=FOREIGN),
            missing("kinesis.stream", FOREIGN),
        ),
        not_applicable("the stream does not exist", EVENTS, missing("kinesis.stream", STREAM)),
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
def data_stream_is_encrypted(setting: Seen, around: Around) -> Outcome:
    """The Kinesis data stream is encrypted with a customer managed key.

    Contact records hold callers' numbers and contact attributes, such as account numbers that a flow has stored.
    They wait in the stream until they are read. With a key of your own whoever reads the stream needs the right to
    use the key as well, and each use is logged.
    """
    arn = setting.get(PATH)
    if not arn:
        return NotApplicable("it does not send to a Kinesis data stream")
    stream = around.one("kinesis.stream", arn)
    if stream is None:
        if (setting.region, setting.account) != tuple(arn.split(":")[3:5]):
            words = "not found from this account and Region, which proves nothing"
            raise Unread(
                Cause(Reason.FAILED, "kinesis:DescribeStreamSummary", words), f"kinesis.stream {arn}"
            )
        return NotApplicable("the stream does not exist (CONNECT-STR-002 judges that)")
    encryption, key = stream.get("EncryptionType"), stream.get("KeyId") or ""
    if encryption != "KMS":
        return Fail.at(
            "EncryptionType", expected="KMS", actual=encryption, cites=stream, discriminator="none"
        )
    if key.endswith(OF_AWS):
        return Fail.at(
            "KeyId",
            expected="a customer managed key",
            actual=key,
            cites=stream,
            severity=Severity.LOW,
            discriminator="key",
        )
    return Pass()
