"""Whose key encrypts what Connect stores."""

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

PATH = "S3Config.EncryptionConfig.KeyId"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"
FOREIGN = "arn:aws:kms:us-east-1:999988887777:key/0f0f0f0f-1111-2222-3333-444444444444"
OWN = thing("kms.key", id=KEY, KeyManager="CUSTOMER")
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


@rule(
    id="CONNECT-STO-004",
    severity=Severity.MEDIUM,
    severity_reason="The data is encrypted either way; what is missing is control over who may use the key.",
    kind="connect.storage_config",
    reads={"connect.storage_config": (PATH,), "kms.key": ("KeyManager",)},
    fix=Fix(
        console='Create a symmetric key in KMS, then choose it under "Data storage" on the instance\'s page.',
        cli=(
            "aws connect update-instance-storage-config --instance-id INSTANCE_ID --resource-type CALL_RECORDINGS "
            "--association-id ASSOCIATION_ID --storage-config 'StorageType=S3,S3Config={BucketName=BUCKET,"
            "BucketPrefix=PREFIX,EncryptionConfig={EncryptionType=KMS,KeyId=KEY_ARN}}'"
        ),
        cloudformation="AWS::Connect::InstanceStorageConfig: EncryptionConfig.KeyId of an AWS::KMS::Key",
        terraform="aws_connect_instance_storage_config: encryption_config.key_id of an aws_kms_key",
        note=(
            "Whoever makes the change needs kms:CreateGrant on the key. Keep the old key: files that exist already "
            "stay encrypted with it."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/key-management.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/encryption-at-rest.html",
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html",
    ),
    interpretive={"nist": ("SC-12",), "iso27001": ("A.8.24",), "soc2": ("CC6.1",)},
    examples=(
        passes("a customer managed key", _recordings(KEY), OWN),
        passes(
            "a customer managed key named by its alias",
            _recordings("alias/recordings"),
            thing("kms.key", id="alias/recordings", KeyManager="CUSTOMER"),
        ),
        passes(
            "a customer managed key of another account that may be read",
            _recordings(FOREIGN),
            thing("kms.key", id=FOREIGN, KeyManager="CUSTOMER"),
        ),
        fails(
            "the key that the console makes",
            _recordings("alias/aws/connect"),
            thing("kms.key", id="alias/aws/connect", KeyManager="AWS"),
            Evidence("KeyManager", "CUSTOMER", "AWS", "kms.key alias/aws/connect"),
        ),
        fails(
            "the key of S3, named by its ARN",
            _recordings(KEY),
            thing("kms.key", id=KEY, KeyManager="AWS"),
            Evidence("KeyManager", "CUSTOMER", "AWS", f"kms.key {KEY}"),
        ),
        unknown("the key is not readable", _recordings(KEY), unread("kms.key", "kms:DescribeKey", KEY)),
        unknown(
            "a key of another account that is not found may only be hidden",
            _recordings(FOREIGN),
            missing("kms.key", FOREIGN),
        ),
        unknown(
            "a key of another Region is not found in this one",
            _recordings(ELSEWHERE),
            missing("kms.key", ELSEWHERE),
        ),
        not_applicable("a key that does not exist", _recordings(KEY), missing("kms.key", KEY)),
        not_applicable(
            "an alias that does not exist",
            _recordings("alias/recordings"),
            missing("kms.key", "alias/recordings"),
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
def kms_key_is_customer_managed(setting: Seen, around: Around) -> Outcome:
    """The KMS key is customer managed.

    A key of your own has a key policy: you decide who may decrypt recordings, you see in CloudTrail who did, and you
    can take the right away from everybody at once. The policy of a key that AWS manages cannot be changed, and such
    a key cannot be shared with another account, for example one that keeps an archive.
    """
    named = setting.get(PATH)
    if not named:
        return NotApplicable(
            "it stores in no bucket with a KMS key (CONNECT-STO-003 and CONNECT-STR-006 judge that)"
        )
    key = around.one("kms.key", named)
    if key is not None:
        manager = key.get("KeyManager")
        if manager == "CUSTOMER":
            return Pass()
        return Fail.at("KeyManager", expected="CUSTOMER", actual=manager, cites=key)
    parts = named.split(":")
    if parts[0] == "arn" and (setting.region, setting.account) != tuple(parts[3:5]):
        # KMS answers "not found" for keys that it does not want to show, and for those of other Regions.
        words = "not found from this account and Region, which proves nothing"
        raise Unread(Cause(Reason.FAILED, "kms:DescribeKey", words), f"kms.key {named}")
    return NotApplicable("the key does not exist (CONNECT-STO-005 judges that)")
