"""Whether the key that encrypts what Connect stores works."""

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
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

PATHS = ("S3Config.EncryptionConfig.KeyId", "KinesisVideoStreamConfig.EncryptionConfig.KeyId")
WANTED = (
    # A key is "Updating" for seconds while its primary Region moves, and works meanwhile.
    ("KeyState", "Enabled", ("Enabled", "Updating")),
    ("KeySpec", "SYMMETRIC_DEFAULT", ("SYMMETRIC_DEFAULT",)),
    ("KeyUsage", "ENCRYPT_DECRYPT", ("ENCRYPT_DECRYPT",)),
)
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"
REPLICA = "arn:aws:kms:us-east-1:111122223333:key/mrk-0f0f0f0f111122223333444444444444"
FOREIGN = "arn:aws:kms:us-east-1:999988887777:key/0f0f0f0f-1111-2222-3333-444444444444"
ELSEWHERE = "arn:aws:kms:eu-west-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"


def _recordings(key: str) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="CALL_RECORDINGS",
        StorageType="S3",
        S3Config={
            "BucketName": "example-recordings",
            "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": key},
        },
    )


def _media(key: str) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="MEDIA_STREAMS",
        StorageType="KINESIS_VIDEO_STREAM",
        KinesisVideoStreamConfig={
            "Prefix": "example",
            "RetentionPeriodHours": 24,
            "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": key},
        },
    )


def _key(
    id: str, state: str = "Enabled", spec: str = "SYMMETRIC_DEFAULT", usage: str = "ENCRYPT_DECRYPT"
) -> Thing:
    return thing("kms.key", id=id, KeyState=state, KeySpec=spec, KeyUsage=usage)


@rule(
    id="CONNECT-STO-005",
    severity=Severity.CRITICAL,
    severity_reason="New recordings are lost at once, and once a key is deleted the old ones can never be read again.",
    kind="connect.storage_config",
    reads={"connect.storage_config": PATHS, "kms.key": ("KeyState", "KeySpec", "KeyUsage")},
    fix=Fix(
        console="In KMS, cancel the key's deletion or enable the key; otherwise choose another key for the data.",
        cli="aws kms cancel-key-deletion --key-id KEY_ARN, then aws kms enable-key --key-id KEY_ARN",
        cloudformation="AWS::KMS::Key: Enabled: true, KeySpec: SYMMETRIC_DEFAULT, KeyUsage: ENCRYPT_DECRYPT",
        terraform='aws_kms_key: is_enabled = true, customer_master_key_spec = "SYMMETRIC_DEFAULT"',
        note=(
            "A deleted key cannot be brought back. The spec and the usage of a key never change: name another key "
            "in the setting instead, in the Region of the instance. A key in an external key store works again when "
            "its store is connected; one without key material needs the material imported."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_EncryptionConfig.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",
    ),
    published={"fsbp": ("KMS.3",), "nist": ("SC-12", "SC-12(2)")},
    interpretive={"iso27001": ("A.8.24",)},
    examples=(
        passes("an enabled symmetric key", _recordings(KEY), _key(KEY)),
        passes("an enabled key for media streams", _media(KEY), _key(KEY)),
        passes(
            "the AWS managed key by its alias", _recordings("alias/aws/connect"), _key("alias/aws/connect")
        ),
        passes("a replica of a multi-Region key in this Region", _recordings(REPLICA), _key(REPLICA)),
        passes("a key whose primary Region is moving", _recordings(REPLICA), _key(REPLICA, state="Updating")),
        passes("a key of another account that may be read", _recordings(FOREIGN), _key(FOREIGN)),
        fails(
            "a key that is going to be deleted",
            _recordings(KEY),
            _key(KEY, state="PendingDeletion"),
            Evidence("KeyState", "Enabled", "PendingDeletion", f"kms.key {KEY}"),
        ),
        fails(
            "a disabled key for media streams",
            _media(KEY),
            _key(KEY, state="Disabled"),
            Evidence("KeyState", "Enabled", "Disabled", f"kms.key {KEY}"),
        ),
        fails(
            "a key without key material",
            _recordings(KEY),
            _key(KEY, state="PendingImport"),
            Evidence("KeyState", "Enabled", "PendingImport", f"kms.key {KEY}"),
        ),
        fails(
            "a key whose external key store is not connected",
            _recordings(KEY),
            _key(KEY, state="Unavailable"),
            Evidence("KeyState", "Enabled", "Unavailable", f"kms.key {KEY}"),
        ),
        fails(
            "a disabled key for signatures",
            _recordings(KEY),
            _key(KEY, state="Disabled", spec="RSA_2048", usage="SIGN_VERIFY"),
            Evidence("KeyState", "Enabled", "Disabled", f"kms.key {KEY}"),
            Evidence("KeySpec", "SYMMETRIC_DEFAULT", "RSA_2048", f"kms.key {KEY}"),
            Evidence("KeyUsage", "ENCRYPT_DECRYPT", "SIGN_VERIFY", f"kms.key {KEY}"),
        ),
        fails(
            "a key that does not exist",
            _recordings(KEY),
            missing("kms.key", KEY),
            Evidence("KeyState", "Enabled", None, f"kms.key {KEY}"),
        ),
        fails(
            "an alias that does not exist",
            _recordings("alias/recordings"),
            missing("kms.key", "alias/recordings"),
            Evidence("KeyState", "Enabled", None, "kms.key alias/recordings"),
        ),
        fails(
            "a key of another Region",
            _recordings(ELSEWHERE),
            missing("kms.key", ELSEWHERE),
            Evidence("S3Config.EncryptionConfig.KeyId", "a key in us-east-1", ELSEWHERE),
        ),
        unknown("the key is not readable", _recordings(KEY), unread("kms.key", "kms:DescribeKey", KEY)),
        unknown(
            "a key of another account that is not found may only be hidden",
            _recordings(FOREIGN),
            missing("kms.key", FOREIGN),
        ),
        not_applicable(
            "no key is named",
            thing(
                "connect.storage_config",
                ResourceType="CALL_RECORDINGS",
                StorageType="S3",
                S3Config={"BucketName": "example-recordings"},
            ),
        ),
        not_applicable(
            "a Kinesis stream has no key in its setting",
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
def kms_key_is_usable(setting: Seen, around: Around) -> Outcome:
    """The KMS key is usable.

    Connect cannot write a recording, a transcript or a media stream with a key that is disabled, waiting for
    deletion, of the wrong type or in another Region. The data is then lost while calls go on as usual. What was
    written before cannot be read until the key works again; after the key's deletion, never.
    """
    path = next((path for path in PATHS if setting.get(path)), "")
    if not path:
        return NotApplicable("it names no KMS key (CONNECT-STO-003 judges that)")
    named = setting.get(path)
    parts = named.split(":") if named.startswith("arn:") else ["", "", "", setting.region, setting.account]
    if parts[3] != setting.region:
        return Fail.at(path, expected=f"a key in {setting.region}", actual=named, discriminator="Region")
    found = around.one("kms.key", named)
    if found is None and parts[4] != setting.account:
        # KMS answers "not found" for keys of other accounts that it does not want to show.
        words = "not found from this account, which proves nothing"
        raise Unread(Cause(Reason.FAILED, "kms:DescribeKey", words), f"kms.key {named}")
    if found is None:
        gone = Evidence("KeyState", "Enabled", None, f"kms.key {named}")
        return Fail((gone,), discriminator="KeyState")
    return [
        Fail.at(field, expected=wanted, actual=found.get(field), cites=found, discriminator=field)
        for field, wanted, accepted in WANTED
        if found.get(field) not in accepted
    ]
