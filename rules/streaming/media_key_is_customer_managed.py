"""Whose key encrypts the live audio of calls."""

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

PATH = "KinesisVideoStreamConfig.EncryptionConfig.KeyId"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"
FOREIGN = "arn:aws:kms:us-east-1:999988887777:key/0f0f0f0f-1111-2222-3333-444444444444"
OF_AWS = "alias/aws/kinesisvideo"
NAMED = "a KMS key"


def _media(key: str | None = KEY) -> Thing:
    encryption = {} if key is None else {"EncryptionConfig": {"EncryptionType": "KMS", "KeyId": key}}
    return thing(
        "connect.storage_config",
        ResourceType="MEDIA_STREAMS",
        StorageType="KINESIS_VIDEO_STREAM",
        KinesisVideoStreamConfig={"Prefix": "example", "RetentionPeriodHours": 24, **encryption},
    )


def _key(id: str = KEY, manager: str = "CUSTOMER") -> Thing:
    return thing("kms.key", id=id, KeyManager=manager)


@rule(
    id="CONNECT-STR-006",
    severity=Severity.MEDIUM,
    severity_reason=(
        "What is streamed is the raw audio of calls. It is encrypted either way, with a key of AWS where none is "
        "named; what is missing is control over the key."
    ),
    kind="connect.storage_config",
    reads={"connect.storage_config": ("StorageType", PATH), "kms.key": ("KeyManager",)},
    fix=Fix(
        console='On the instance\'s page choose "Data storage", edit "Live media streaming" and choose your key.',
        cli=(
            "aws connect update-instance-storage-config --instance-id INSTANCE_ID --resource-type MEDIA_STREAMS "
            "--association-id ASSOCIATION_ID --storage-config 'StorageType=KINESIS_VIDEO_STREAM,"
            "KinesisVideoStreamConfig={Prefix=PREFIX,RetentionPeriodHours=24,"
            "EncryptionConfig={EncryptionType=KMS,KeyId=KEY_ARN}}'"
        ),
        cloudformation="AWS::Connect::InstanceStorageConfig: KinesisVideoStreamConfig.EncryptionConfig.KeyId",
        terraform="aws_connect_instance_storage_config: kinesis_video_stream_config { encryption_config { ... } }",
        note=(
            "Streams that exist already keep the key that they were made with; Connect uses the new key for those "
            "that it makes later."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/enable-live-media-streams.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_KinesisVideoStreamConfig.html",
        "https://docs.aws.amazon.com/kinesisvideostreams/latest/dg/how-kms.html",
    ),
    interpretive={
        "nist": ("SC-28",),
        "iso27001": ("A.8.24",),
        "soc2": ("CC6.1",),
        "hipaa": ("164.312(a)(2)(iv)",),
    },
    examples=(
        passes("a customer managed key", _media(), _key()),
        passes("a customer managed key by its alias", _media("alias/media"), _key("alias/media")),
        passes("a customer managed key of another account that may be read", _media(FOREIGN), _key(FOREIGN)),
        fails("no key is named", _media(None), Evidence(PATH, NAMED, None)),
        fails("the name of the key is empty", _media(""), Evidence(PATH, NAMED, "")),
        fails(
            "the key of AWS for video streams",
            _media(OF_AWS),
            _key(OF_AWS, "AWS"),
            Evidence("KeyManager", "CUSTOMER", "AWS", f"kms.key {OF_AWS}"),
        ),
        unknown("the key is not readable", _media(), unread("kms.key", "kms:DescribeKey", KEY)),
        unknown(
            "a key of another account that is not found may only be hidden",
            _media(FOREIGN),
            missing("kms.key", FOREIGN),
        ),
        not_applicable("the key does not exist", _media(), missing("kms.key", KEY)),
        not_applicable(
            "recordings are another matter",
            thing(
                "connect.storage_config",
                ResourceType="CALL_RECORDINGS",
                StorageType="S3",
                S3Config={"BucketName": "example-recordings"},
            ),
        ),
    ),
)
def media_key_is_customer_managed(setting: Seen, around: Around) -> Outcome:
    """Live media streaming uses a customer managed KMS key.

    Live media streaming copies the audio of callers into Kinesis video streams while they speak. With a key of your
    own, whoever reads a stream needs the right to use the key as well, and taking it away silences all readers at
    once. With a key of AWS anybody in the account who may read the streams can listen, and no policy stands between.
    """
    if setting.get("StorageType") != "KINESIS_VIDEO_STREAM":
        return NotApplicable("it is not live media streaming")
    named = setting.get(PATH)
    if not named:
        return Fail.at(PATH, expected=NAMED, actual=named, discriminator="none")
    key = around.one("kms.key", named)
    if key is None:
        parts = named.split(":")
        if parts[0] == "arn" and (setting.region, setting.account) != tuple(parts[3:5]):
            # KMS answers "not found" for keys that it does not want to show, and for those of other Regions.
            words = "not found from this account and Region, which proves nothing"
            raise Unread(Cause(Reason.FAILED, "kms:DescribeKey", words), f"kms.key {named}")
        return NotApplicable("the key does not exist (CONNECT-STO-005 judges that)")
    manager = key.get("KeyManager")
    if manager == "CUSTOMER":
        return Pass()
    return Fail.at(
        "KeyManager",
        expected="CUSTOMER",
        actual=manager,
        cites=key,
        discriminator="manager",
    )
