"""Where recordings of calls go."""

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Pass,
    Seen,
    Severity,
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

INSTANCE = thing("connect.instance")
INBOUND = thing("connect.instance_attribute", AttributeType="INBOUND_CALLS", Value="true")
NO_INBOUND = thing("connect.instance_attribute", AttributeType="INBOUND_CALLS", Value="false")
OUTBOUND = thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="true")
NO_OUTBOUND = thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="false")
RECORDINGS = thing(
    "connect.storage_config",
    ResourceType="CALL_RECORDINGS",
    StorageType="S3",
    S3Config={"BucketName": "example-recordings", "BucketPrefix": "connect/example/CallRecordings"},
)
CHATS = thing(
    "connect.storage_config",
    ResourceType="CHAT_TRANSCRIPTS",
    StorageType="S3",
    S3Config={"BucketName": "example-transcripts"},
)
NONE = Evidence("storage configurations for CALL_RECORDINGS", "at least one", [])


@rule(
    id="CONNECT-STO-001",
    severity=Severity.HIGH,
    severity_reason="Calls that were to be recorded are lost for good; nobody notices until a recording is needed.",
    kind="connect.instance",
    reads={
        "connect.instance": (),
        "connect.instance_attribute": ("Value",),
        "connect.storage_config": ("ResourceType",),
    },
    params=(
        Param(
            "recordings_wanted",
            True,
            "Whether this contact centre records calls; false where recording is forbidden or not wanted.",
            type="boolean",
        ),
    ),
    fix=Fix(
        console='On the instance\'s page choose "Data storage", then "Call recordings", and select a bucket and a key.',
        cli=(
            "aws connect associate-instance-storage-config --instance-id INSTANCE_ID --resource-type CALL_RECORDINGS "
            "--storage-config 'StorageType=S3,S3Config={BucketName=BUCKET,BucketPrefix=PREFIX,"
            "EncryptionConfig={EncryptionType=KMS,KeyId=KEY_ARN}}'"
        ),
        cloudformation="AWS::Connect::InstanceStorageConfig: ResourceType: CALL_RECORDINGS",
        terraform='aws_connect_instance_storage_config: resource_type = "CALL_RECORDINGS"',
        note=(
            "Instances made by the API, CloudFormation or Terraform start without any storage; those made in the "
            "console have it. A flow must also switch recording on. Where calls must not be recorded, set the "
            "parameter recordings_wanted to false."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-instances.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/set-up-recordings.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateInstance.html",
    ),
    interpretive={"iso27001": ("A.8.15",)},
    examples=(
        passes("recordings have a bucket", INSTANCE, INBOUND, OUTBOUND, RECORDINGS),
        passes(
            "outbound calls only, recordings have a bucket", INSTANCE, NO_INBOUND, OUTBOUND, RECORDINGS, CHATS
        ),
        fails("an instance made by the API has no storage", INSTANCE, INBOUND, NO_OUTBOUND, NONE),
        fails("only chats have storage", INSTANCE, INBOUND, OUTBOUND, CHATS, NONE),
        fails("outbound calls only, without storage", INSTANCE, NO_INBOUND, OUTBOUND, NONE),
        unknown(
            "storage is not readable",
            INSTANCE,
            INBOUND,
            OUTBOUND,
            unread("connect.storage_config", "connect:ListInstanceStorageConfigs"),
        ),
        unknown(
            "attributes are not readable",
            INSTANCE,
            RECORDINGS,
            unread("connect.instance_attribute", "connect:ListInstanceAttributes"),
        ),
        unknown("AWS does not list the attributes", INSTANCE, RECORDINGS),
        not_applicable("chat and tasks only", INSTANCE, NO_INBOUND, NO_OUTBOUND),
        not_applicable("recording is not wanted", INSTANCE, INBOUND, OUTBOUND, recordings_wanted=False),
    ),
)
def recordings_have_storage(_instance: Seen, around: Around) -> Outcome:
    """Call recordings have a storage configuration.

    Connect keeps a recording only if it has been told where. Without a storage configuration a flow may switch
    recording on and the call still leaves nothing behind: complaints cannot be settled, agents cannot be coached,
    and a duty to record is broken without any error.
    """
    if not around.params["recordings_wanted"]:
        return NotApplicable("recordings are not wanted here (parameter recordings_wanted)")
    if not (_on("INBOUND_CALLS", around) or _on("OUTBOUND_CALLS", around)):
        return NotApplicable("neither inbound nor outbound calls are on")
    settings = around.all("connect.storage_config", part="CALL_RECORDINGS")
    if any(setting.get("ResourceType") == "CALL_RECORDINGS" for setting in settings):
        return Pass()
    return Fail((NONE,))


def _on(name: str, around: Around) -> bool:
    switch = around.one("connect.instance_attribute", name)
    if switch is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes"), name)
    return bool(switch.get("Value") != "false")
