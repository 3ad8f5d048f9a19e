"""Whether Connect may use the key that a setting names."""

import json
from typing import Any

from auditor.model import Cause, Reason
from auditor.resource_policy import Answer, lets_in
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
WRITING = ("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"
FOREIGN = "arn:aws:kms:us-east-1:999988887777:key/0f0f0f0f-1111-2222-3333-444444444444"
ROLE = (
    "arn:aws:iam::111122223333:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_a1"
)
OTHER_ROLE = "arn:aws:iam::111122223333:role/quality"
INSTANCE = thing("connect.instance", ServiceRole=ROLE)
ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "kms:*",
    "Resource": "*",
}
FOR_ROLE = {**ROOT, "Principal": {"AWS": ROLE}}
ON_CONDITION = {
    **ROOT,
    "Principal": {"AWS": "*"},
    "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
}
WANTED = "a grant for the instance's service role to encrypt, or a statement in the key policy"


def _setting(key: str) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="CALL_RECORDINGS",
        StorageType="S3",
        S3Config={
            "BucketName": "example-recordings",
            "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": key},
        },
    )


RECORDINGS = _setting(KEY)


def _grant(grantee: str, *operations: str) -> dict[str, Any]:
    return {"GranteePrincipal": grantee, "Operations": list(operations or ("Decrypt", "GenerateDataKey"))}


def _key(*grants: dict[str, Any], policy: tuple[dict[str, Any], ...] = (ROOT,), id: str = KEY) -> Thing:
    document = json.dumps({"Version": "2012-10-17", "Statement": policy})
    return thing("kms.key", id=id, KeyManager="CUSTOMER", Grants=list(grants), Policy=document)


def _evidence(*grantees: str) -> Evidence:
    return Evidence("Grants", WANTED, list(grantees), f"kms.key {KEY}")


@rule(
    id="CONNECT-STO-007",
    severity=Severity.MEDIUM,
    severity_reason="Data is lost where it applies, but Connect makes the grant itself: somebody must have retired it.",
    kind="connect.storage_config",
    reads={
        "connect.storage_config": PATHS,
        "connect.instance": ("ServiceRole",),
        "kms.key": ("KeyManager", "Grants", "Policy"),
    },
    opt_in="it costs two more calls for each key, and what it looks for is rare: somebody has to retire a grant",
    fix=Fix(
        console='On the instance\'s page choose "Data storage", edit the kind of data and save the same key again.',
        cli=(
            "aws connect update-instance-storage-config --instance-id INSTANCE_ID --resource-type CALL_RECORDINGS "
            "--association-id ASSOCIATION_ID --storage-config with the key that it has"
        ),
        cloudformation="AWS::KMS::Key: KeyPolicy with a statement for the instance's service role",
        terraform="aws_kms_grant for the instance's service role, or a statement in the policy of aws_kms_key",
        note=(
            "Saving the setting makes a new grant; whoever does it needs kms:CreateGrant. IAM policies of the service "
            "role are not looked at: where they alone let it use the key, waive the finding."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/key-management.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html",
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html",
    ),
    interpretive={"nist": ("SC-12",)},
    examples=(
        passes("the role has a grant", RECORDINGS, INSTANCE, _key(_grant(OTHER_ROLE), _grant(ROLE))),
        passes(
            "the key policy lets the role in without a grant",
            RECORDINGS,
            INSTANCE,
            _key(policy=(ROOT, FOR_ROLE)),
        ),
        passes(
            "the key policy lets the service in",
            RECORDINGS,
            INSTANCE,
            _key(policy=(ROOT, {**ROOT, "Principal": {"Service": "connect.amazonaws.com"}})),
        ),
        fails("no grant", RECORDINGS, INSTANCE, _key(), _evidence()),
        fails(
            "a grant for somebody else, or for reading only",
            RECORDINGS,
            INSTANCE,
            _key(_grant(OTHER_ROLE), _grant(ROLE, "Decrypt")),
            _evidence(OTHER_ROLE, ROLE),
        ),
        unknown(
            "a grant names its grantee by an internal id",
            RECORDINGS,
            INSTANCE,
            _key(_grant("AROAEXAMPLE")),
        ),
        unknown(
            "the key policy lets everybody in on a condition",
            RECORDINGS,
            INSTANCE,
            _key(policy=(ROOT, ON_CONDITION)),
        ),
        unknown(
            "the grants are not readable",
            RECORDINGS,
            INSTANCE,
            thing("kms.key", id=KEY, KeyManager="CUSTOMER", Policy="{}", unread={"Grants": "kms:ListGrants"}),
        ),
        unknown(
            "a key of another account that is not found may only be hidden",
            _setting(FOREIGN),
            INSTANCE,
            missing("kms.key", FOREIGN),
        ),
        unknown("the key is not readable", RECORDINGS, INSTANCE, unread("kms.key", "kms:DescribeKey", KEY)),
        not_applicable(
            "AWS decides who may use its own keys",
            _setting("alias/aws/connect"),
            INSTANCE,
            thing("kms.key", id="alias/aws/connect", KeyManager="AWS"),
        ),
        not_applicable("the key does not exist", RECORDINGS, INSTANCE, missing("kms.key", KEY)),
        not_applicable(
            "the instance has no service role", RECORDINGS, thing("connect.instance", ServiceRole=""), _key()
        ),
        not_applicable(
            "no key is named",
            thing(
                "connect.storage_config",
                ResourceType="CALL_RECORDINGS",
                StorageType="S3",
                S3Config={"BucketName": "example-recordings"},
            ),
            INSTANCE,
        ),
    ),
)
def kms_key_lets_connect_in(setting: Seen, around: Around) -> Outcome:
    """The KMS key lets the instance's service role in (inferred).

    Connect writes recordings and transcripts with a service-linked role, which uses the key through a grant that is
    made when the key is chosen. Somebody who tidies up grants can retire that one. Calls and chats then go on, but
    Connect cannot encrypt what it wants to store, and it is lost.
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
        return NotApplicable("AWS manages the key, and lets Connect in")
    role = around.instance.get("ServiceRole")
    if not role:
        return NotApplicable("the instance has no service role")
    grants = key.get("Grants", ())
    if any(one["GranteePrincipal"] == role and set(WRITING) & set(one["Operations"]) for one in grants):
        return Pass()
    answer = lets_in(key.get("Policy") or "{}", role, "kms:GenerateDataKey", "connect.amazonaws.com")
    if answer is Answer.YES:
        return Pass()
    grantees = [one["GranteePrincipal"] for one in grants]
    if answer is Answer.PERHAPS or any(not one.startswith("arn:") for one in grantees):
        words = "a condition, or a grantee without a name, may mean the service role"
        raise Unread(Cause(Reason.NOT_POPULATED, "kms:ListGrants", words), f"kms.key {named}: Grants")
    return Fail.at("Grants", expected=WANTED, actual=grantees, cites=key)
