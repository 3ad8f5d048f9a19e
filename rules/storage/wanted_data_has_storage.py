"""Where transcripts, exported reports and other data go."""

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

INSTANCE = thing("connect.instance")
KINDS_OF_DATA = (
    "ATTACHMENTS",
    "CHAT_TRANSCRIPTS",
    "CONTACT_EVALUATIONS",
    "EMAIL_MESSAGES",
    "SCHEDULED_REPORTS",
    "SCREEN_RECORDINGS",
)


def _stored(kind: str) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType=kind,
        StorageType="S3",
        S3Config={"BucketName": "example-data", "BucketPrefix": f"connect/example/{kind}"},
    )


def _none(kind: str) -> Evidence:
    return Evidence(f"storage configurations for {kind}", "at least one", [])


@rule(
    id="CONNECT-STO-002",
    severity=Severity.MEDIUM,
    severity_reason="Contacts are served as usual; what is lost is the record of chats, and reports that people need.",
    kind="connect.instance",
    reads={"connect.instance": (), "connect.storage_config": ("ResourceType",)},
    params=(
        Param(
            "storage_wanted",
            ["CHAT_TRANSCRIPTS", "SCHEDULED_REPORTS"],
            "The kinds of data that must have storage. A contact centre without chat names SCHEDULED_REPORTS only; "
            "an empty list judges nothing.",
            type="list",
            choices=KINDS_OF_DATA,
        ),
    ),
    fix=Fix(
        console='On the instance\'s page choose "Data storage", then the kind of data, and select a bucket and a key.',
        cli=(
            "aws connect associate-instance-storage-config --instance-id INSTANCE_ID --resource-type CHAT_TRANSCRIPTS "
            "--storage-config 'StorageType=S3,S3Config={BucketName=BUCKET,BucketPrefix=PREFIX,"
            "EncryptionConfig={EncryptionType=KMS,KeyId=KEY_ARN}}'"
        ),
        cloudformation="AWS::Connect::InstanceStorageConfig: ResourceType: CHAT_TRANSCRIPTS or SCHEDULED_REPORTS",
        terraform='aws_connect_instance_storage_config: resource_type = "CHAT_TRANSCRIPTS" or "SCHEDULED_REPORTS"',
        note=(
            "Instances made by the API, CloudFormation or Terraform start without any storage; those made in the "
            "console have it. Once chats have a bucket all transcripts are stored: no block in a flow is needed."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/update-instance-settings.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-instances.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_AssociateInstanceStorageConfig.html",
    ),
    interpretive={"iso27001": ("A.8.15",)},
    examples=(
        passes("both have storage", INSTANCE, _stored("CHAT_TRANSCRIPTS"), _stored("SCHEDULED_REPORTS")),
        passes(
            "without chat only reports are wanted",
            INSTANCE,
            _stored("SCHEDULED_REPORTS"),
            storage_wanted=["SCHEDULED_REPORTS"],
        ),
        passes(
            "evaluations are wanted and stored",
            INSTANCE,
            _stored("CONTACT_EVALUATIONS"),
            storage_wanted=["CONTACT_EVALUATIONS"],
        ),
        fails(
            "an instance made by the API has no storage",
            INSTANCE,
            _none("CHAT_TRANSCRIPTS"),
            _none("SCHEDULED_REPORTS"),
        ),
        fails(
            "recordings and chats have storage, reports have none",
            INSTANCE,
            _stored("CALL_RECORDINGS"),
            _stored("CHAT_TRANSCRIPTS"),
            _none("SCHEDULED_REPORTS"),
        ),
        fails(
            "e-mails are wanted and not stored",
            INSTANCE,
            _stored("CHAT_TRANSCRIPTS"),
            _none("EMAIL_MESSAGES"),
            storage_wanted=["EMAIL_MESSAGES"],
        ),
        unknown(
            "storage is not readable",
            INSTANCE,
            unread("connect.storage_config", "connect:ListInstanceStorageConfigs"),
        ),
        not_applicable("nothing is wanted", INSTANCE, storage_wanted=[]),
    ),
)
def wanted_data_has_storage(_instance: Seen, around: Around) -> Outcome:
    """Each kind of data that must be kept has a storage configuration.

    Connect keeps transcripts and exported reports only if it has been told where. Without a storage configuration a
    chat leaves nothing behind when it ends: complaints cannot be settled and agents cannot be coached. Reports that
    people scheduled or exported are not written, and those who work with them are not told.
    """
    wanted = around.params["storage_wanted"]
    if not wanted:
        return NotApplicable("no kind of data is wanted here (parameter storage_wanted)")
    return [
        Fail((_none(kind),), discriminator=kind)
        for kind in wanted
        if not any(
            setting.get("ResourceType") == kind for setting in around.all("connect.storage_config", part=kind)
        )
    ]
