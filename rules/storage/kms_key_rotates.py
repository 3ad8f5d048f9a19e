"""Whether the material of the key that encrypts what Connect stores changes by itself."""

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

PATHS = ("S3Config.EncryptionConfig.KeyId", "KinesisVideoStreamConfig.EncryptionConfig.KeyId")
ENABLED = "Rotation.KeyRotationEnabled"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"
FOREIGN = "arn:aws:kms:us-east-1:999988887777:key/0f0f0f0f-1111-2222-3333-444444444444"


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


MEDIA = thing(
    "connect.storage_config",
    ResourceType="MEDIA_STREAMS",
    StorageType="KINESIS_VIDEO_STREAM",
    KinesisVideoStreamConfig={
        "Prefix": "example",
        "RetentionPeriodHours": 24,
        "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": KEY},
    },
)


def _key(id: str = KEY, rotates: bool | None = True, **more: Any) -> Thing:
    status = {} if rotates is None else {"Rotation": {"KeyRotationEnabled": rotates}}
    said = {"KeyManager": "CUSTOMER", "Origin": "AWS_KMS", **status, **more}
    return thing("kms.key", id=id, **said)


def _off(key: str = KEY) -> Evidence:
    return Evidence(ENABLED, True, False, f"kms.key {key}")


@rule(
    id="CONNECT-STO-006",
    severity=Severity.MEDIUM,
    severity_reason="Nothing is exposed by an old key alone; rotation limits what a leaked one could open.",
    kind="connect.storage_config",
    reads={"connect.storage_config": PATHS, "kms.key": ("KeyManager", "Origin", ENABLED)},
    fix=Fix(
        console='In KMS, open the key, choose "Key material and rotations" and turn on automatic rotation.',
        cli="aws kms enable-key-rotation --key-id KEY_ARN",
        cloudformation="AWS::KMS::Key: EnableKeyRotation: true",
        terraform="aws_kms_key: enable_key_rotation = true",
        note=(
            "Rotation keeps the key's id and its old material: recordings stay readable and nothing has to be "
            "encrypted again. For a multi-Region key turn it on at the primary key."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html",
    ),
    published={"cis": ("3.6",), "nist": ("SC-12", "SC-12(2)", "SC-28(3)"), "pci": ("3.7.4",)},
    interpretive={"iso27001": ("A.8.24",), "soc2": ("CC6.1",)},
    examples=(
        passes("the key rotates", _recordings(KEY), _key()),
        passes("the key of media streams rotates", MEDIA, _key()),
        passes("a key of another account that may be read rotates", _recordings(FOREIGN), _key(FOREIGN)),
        fails("the key does not rotate", _recordings(KEY), _key(rotates=False), _off()),
        fails("the key of media streams does not rotate", MEDIA, _key(rotates=False), _off()),
        fails(
            "a key named by its alias does not rotate",
            _recordings("alias/recordings"),
            _key("alias/recordings", rotates=False),
            _off("alias/recordings"),
        ),
        unknown("the key is not readable", _recordings(KEY), unread("kms.key", "kms:DescribeKey", KEY)),
        unknown(
            "nobody may ask whether it rotates",
            _recordings(KEY),
            thing(
                "kms.key",
                id=KEY,
                KeyManager="CUSTOMER",
                Origin="AWS_KMS",
                unread={"Rotation": "kms:GetKeyRotationStatus"},
            ),
        ),
        unknown(
            "a key of another account that is not found may only be hidden",
            _recordings(FOREIGN),
            missing("kms.key", FOREIGN),
        ),
        unknown("KMS does not say whether it rotates", _recordings(KEY), _key(rotates=None)),
        not_applicable(
            "AWS rotates its own keys",
            _recordings("alias/aws/connect"),
            _key("alias/aws/connect", KeyManager="AWS"),
        ),
        not_applicable(
            "imported key material cannot rotate by itself",
            _recordings(KEY),
            _key(rotates=False, Origin="EXTERNAL"),
        ),
        not_applicable(
            "the key lives in a store of its own", _recordings(KEY), _key(rotates=None, Origin="AWS_CLOUDHSM")
        ),
        not_applicable("the key does not exist", _recordings(KEY), missing("kms.key", KEY)),
        not_applicable(
            "no key is named",
            thing(
                "connect.storage_config",
                ResourceType="CALL_RECORDINGS",
                StorageType="S3",
                S3Config={"BucketName": "example-recordings"},
            ),
        ),
    ),
)
def kms_key_rotates(setting: Seen, around: Around) -> Outcome:
    """The customer managed KMS key rotates.

    A key that never changes encrypts years of recordings and transcripts with one piece of material: whoever got hold
    of it could read them all. With automatic rotation KMS uses new material each year and keeps the old for reading,
    so neither Connect nor anybody who plays a recording notices.
    """
    named = next((setting.get(path) for path in PATHS if setting.get(path)), "")
    if not named:
        return NotApplicable("it names no KMS key (CONNECT-STO-003 judges that)")
    key = around.one("kms.key", named)
    if key is None:
        parts = named.split(":")
        if parts[0] == "arn" and (setting.region, setting.account) != tuple(parts[3:5]):
            # KMS answers "not found" for keys that it does not want to show, and for those of other Regions.
            words = "not found from this account and Region, which proves nothing"
            raise Unread(Cause(Reason.FAILED, "kms:DescribeKey", words), f"kms.key {named}")
        return NotApplicable("the key does not exist (CONNECT-STO-005 judges that)")
    if key.get("KeyManager") == "AWS":
        return NotApplicable("AWS manages the key, and rotates it every year")
    if key.get("Origin") != "AWS_KMS":
        return NotApplicable("the key's material does not come from KMS, so KMS cannot rotate it by itself")
    rotates = key.get(ENABLED)
    if rotates is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "kms:GetKeyRotationStatus"), f"kms.key {named}: {ENABLED}")
    return Pass() if rotates else Fail.at(ENABLED, expected=True, actual=rotates, cites=key)
