"""Whether Connect may use the key that encrypts a data stream."""

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

PATH, STORED_WITH = "KinesisStreamConfig.StreamArn", "S3Config.EncryptionConfig.KeyId"
STREAM = "arn:aws:kinesis:us-east-1:111122223333:stream/agent-events"
FOREIGN = "arn:aws:kinesis:us-east-1:999988887777:stream/agent-events"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"
ROLE = (
    "arn:aws:iam::111122223333:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_a1"
)
WANTED = "a key that also encrypts recordings, transcripts or reports, or one that lets the instance's service role in"
CITED = f"kinesis.stream {STREAM}"

INSTANCE = thing("connect.instance", ServiceRole=ROLE)
ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "kms:*",
    "Resource": "*",
}
FOR_ROLE = {**ROOT, "Principal": {"AWS": ROLE}, "Action": ["kms:GenerateDataKey", "kms:Decrypt"]}
ON_CONDITION = {
    **ROOT,
    "Principal": {"AWS": "*"},
    "Condition": {"StringEquals": {"kms:ViaService": "kinesis.us-east-1.amazonaws.com"}},
}
GRANT = {"GranteePrincipal": ROLE, "Operations": ["GenerateDataKey"]}


def _events(arn: str = STREAM) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="AGENT_EVENTS",
        StorageType="KINESIS_STREAM",
        KinesisStreamConfig={"StreamArn": arn},
    )


EVENTS = _events()


def _stored(key: str) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType="CALL_RECORDINGS",
        StorageType="S3",
        S3Config={
            "BucketName": "example-recordings",
            "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": key},
        },
    )


def _key(named: str, arn: str = KEY) -> Thing:
    return thing("kms.key", id=named, Arn=arn)


def _stream(*policy: dict[str, Any], key: str = KEY, grants: tuple[dict[str, Any], ...] = ()) -> Thing:
    document = json.dumps({"Version": "2012-10-17", "Statement": policy or (ROOT,)})
    return thing(
        "kinesis.stream",
        id=STREAM,
        EncryptionType="KMS",
        KeyId=key,
        KeyPolicy=document,
        KeyGrants=list(grants),
    )


HIDDEN = {"KeyPolicy": "kms:GetKeyPolicy", "KeyGrants": "kms:ListGrants"}
UNSEEN = thing("kinesis.stream", id=STREAM, EncryptionType="KMS", KeyId=KEY, unread=HIDDEN)


@rule(
    id="CONNECT-STR-004",
    severity=Severity.HIGH,
    severity_reason="Where it applies nothing reaches the stream at all; Connect shows no error.",
    kind="connect.storage_config",
    reads={
        "connect.storage_config": (PATH, STORED_WITH),
        "connect.instance": ("ServiceRole",),
        "kms.key": ("Arn",),
        "kinesis.stream": ("EncryptionType", "KeyId", "KeyPolicy", "KeyGrants"),
    },
    fix=Fix(
        console="In KMS, add the instance's service role to the users of the stream's key.",
        cli=(
            "aws kms put-key-policy --key-id KEY_ARN --policy-name default --policy with a statement that allows the "
            "service role kms:GenerateDataKey; or aws kinesis start-stream-encryption with the key of recordings"
        ),
        cloudformation="AWS::KMS::Key: KeyPolicy with a statement for the service role",
        terraform="aws_kms_key: policy with a statement for the service role",
        note=(
            "That Connect gets in by the same key that encrypts recordings or reports is what the Administrator Guide "
            "said in 2023. IAM policies of the service role are not looked at. The metric IncomingRecords of the "
            "stream shows whether anything arrives; where it does, waive the finding."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/data-streaming.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/key-management.html",
        "https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html",
    ),
    examples=(
        passes("the key of recordings", EVENTS, INSTANCE, UNSEEN, _stored(KEY)),
        passes(
            "the key of recordings, named there by its alias",
            EVENTS,
            INSTANCE,
            UNSEEN,
            _stored("alias/recordings"),
            _key("alias/recordings"),
        ),
        passes("the key policy lets the service role in", EVENTS, INSTANCE, _stream(ROOT, FOR_ROLE)),
        passes("the service role has a grant", EVENTS, INSTANCE, _stream(grants=(GRANT,))),
        fails(
            "a key of its own that leaves the decision to IAM policies",
            EVENTS,
            INSTANCE,
            _stream(),
            Evidence("KeyId", WANTED, KEY, CITED),
        ),
        fails(
            "another key than that of recordings, with a grant for reading only",
            EVENTS,
            INSTANCE,
            _stream(grants=({**GRANT, "Operations": ["Decrypt"]},)),
            _stored("alias/recordings"),
            _key("alias/recordings", KEY.replace("0f0f", "1a1a")),
            Evidence("KeyId", WANTED, KEY, CITED),
        ),
        unknown("the key's policy and grants are not readable", EVENTS, INSTANCE, UNSEEN),
        unknown(
            "the stream names its key by an alias, which KMS does not take here",
            EVENTS,
            INSTANCE,
            thing("kinesis.stream", id=STREAM, EncryptionType="KMS", KeyId="alias/streams", KeyGrants=[]),
        ),
        unknown("the key lets everybody in on a condition", EVENTS, INSTANCE, _stream(ROOT, ON_CONDITION)),
        unknown(
            "a grant names its grantee by an internal id",
            EVENTS,
            INSTANCE,
            _stream(grants=({**GRANT, "GranteePrincipal": "AROAEXAMPLE"},)),
        ),
        unknown(
            "the stream is not readable",
            EVENTS,
            INSTANCE,
            unread("kinesis.stream", "kinesis:DescribeStreamSummary", STREAM),
        ),
        unknown(
            "a stream of another account that is not found may only be hidden",
            _events(FOREIGN),
            INSTANCE,
            missing("kinesis.stream", FOREIGN),
        ),
        not_applicable("the key of AWS for Kinesis", EVENTS, INSTANCE, _stream(key="alias/aws/kinesis")),
        not_applicable(
            "the stream is not encrypted",
            EVENTS,
            INSTANCE,
            thing("kinesis.stream", id=STREAM, EncryptionType="NONE"),
        ),
        not_applicable("the stream does not exist", EVENTS, INSTANCE, missing("kinesis.stream", STREAM)),
        not_applicable("it stores in S3", _stored(KEY), INSTANCE),
    ),
)
def stream_key_lets_connect_in(setting: Seen, around: Around) -> Outcome:
    """The stream's KMS key lets Amazon Connect in (inferred).

    To write to an encrypted stream Connect needs the right to use its key. It gets that right with the key that
    encrypts recordings, transcripts or reports; any other key must give it to the instance's service role. Otherwise
    contact records and agent events most likely never arrive, and nothing in Connect says so.
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
    named = stream.get("KeyId") or ""
    if stream.get("EncryptionType") != "KMS" or named.endswith("alias/aws/kinesis"):
        return NotApplicable(
            "the stream has no key, or that of AWS, which lets in whoever may write to the stream"
        )
    if _encrypts_storage(named, around):
        return Pass()
    role = around.instance.get("ServiceRole")
    grants = stream.get("KeyGrants", ())
    if any(
        one["GranteePrincipal"] == role
        and any(done.startswith("GenerateDataKey") for done in one["Operations"])
        for one in grants
    ):
        return Pass()
    policy = stream.get("KeyPolicy")
    if policy is None:
        words = "the stream names its key by an alias, or the key is gone"
        raise Unread(Cause(Reason.NOT_POPULATED, "kms:GetKeyPolicy", words), f"{stream.cited}: KeyPolicy")
    answer = lets_in(policy, role or "", "kms:GenerateDataKey", "connect.amazonaws.com")
    if answer is Answer.YES:
        return Pass()
    if answer is Answer.PERHAPS or any(not one["GranteePrincipal"].startswith("arn:") for one in grants):
        words = "a condition, or a grantee without a name, may mean the service role"
        raise Unread(Cause(Reason.NOT_POPULATED, "kms:GetKeyPolicy", words), f"{stream.cited}: KeyPolicy")
    return Fail.at("KeyId", expected=WANTED, actual=named, cites=stream)


def _encrypts_storage(key: str, around: Around) -> bool:
    """Whether a key also encrypts what the instance stores in S3, by the name that its settings use or by its ARN."""
    names = {setting.get(STORED_WITH) for setting in around.all("connect.storage_config")} - {None, ""}
    if key in names:
        return True
    found = [around.one("kms.key", name) for name in sorted(names)]
    return any(one.get("Arn") == key for one in found if one)
