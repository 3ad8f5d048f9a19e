"""What stands between a customer's file and an agent."""

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

SIZE = "MaximumSizeLimitInBytes"
MEBIBYTE = 1024 * 1024
SCANNERS = "integrations of type FILE_SCANNER"


def _setting(kind: str) -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType=kind,
        StorageType="S3",
        S3Config={"BucketName": "example-attachments"},
    )


ATTACHMENTS = _setting("ATTACHMENTS")
SCANNER = thing("connect.integration_association", id="a-1", IntegrationType="FILE_SCANNER")
APPLICATION = thing("connect.integration_association", id="a-2", IntegrationType="APPLICATION")
CHAT = thing(
    "connect.attached_files_configuration", AttachmentScope="CHAT", MaximumSizeLimitInBytes=20 * MEBIBYTE
)
EMAIL = thing(
    "connect.attached_files_configuration", AttachmentScope="EMAIL", MaximumSizeLimitInBytes=40 * MEBIBYTE
)
NO_SCANNER = Evidence(SCANNERS, "at least one", [])


@rule(
    id="CONNECT-STO-020",
    severity=Severity.MEDIUM,
    severity_reason="An agent has to open the file, and the agent's own computer may still catch it.",
    kind="connect.storage_config",
    reads={
        "connect.storage_config": ("ResourceType",),
        "connect.integration_association": ("IntegrationType",),
        "connect.attached_files_configuration": (SIZE,),
    },
    opt_in="scanners that work on the bucket itself, such as malware protection of GuardDuty, cannot be seen",
    params=(
        Param(
            "attachment_mb_max",
            100,
            "The largest file, in mebibytes, that any channel may accept. Connect itself accepts 100 at most.",
            minimum=1,
            maximum=100,
        ),
    ),
    fix=Fix(
        console='On the instance\'s page choose "Data storage", then "Attachments", and select a scanner.',
        cli=(
            "aws connect create-integration-association --instance-id INSTANCE_ID --integration-type FILE_SCANNER "
            "--integration-arn LAMBDA_ARN; aws connect update-attached-files-configuration --instance-id INSTANCE_ID "
            "--attachment-scope CHAT --maximum-size-limit-in-bytes 20971520"
        ),
        cloudformation="AWS::Connect::IntegrationAssociation: IntegrationType: FILE_SCANNER",
        note=(
            "The scanner is a Lambda function of your own that answers APPROVED or REJECTED for each file. Where a "
            "scanner works on the bucket instead, waive the finding. CloudFormation cannot set the size."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/setup-attachment-scanning.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateIntegrationAssociation.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_AttachedFilesConfiguration.html",
    ),
    interpretive={"nist": ("SI-3",), "iso27001": ("A.8.7",)},
    examples=(
        passes("a scanner", ATTACHMENTS, APPLICATION, SCANNER, CHAT, EMAIL),
        passes("a scanner, and small files only", ATTACHMENTS, SCANNER, CHAT, attachment_mb_max=20),
        passes("a scanner, nothing said of sizes", ATTACHMENTS, SCANNER),
        fails("no scanner", ATTACHMENTS, APPLICATION, CHAT, NO_SCANNER),
        fails(
            "a scanner, and files of e-mails are too large",
            ATTACHMENTS,
            SCANNER,
            CHAT,
            EMAIL,
            Evidence(SIZE, "at most 20971520", 40 * MEBIBYTE, "connect.attached_files_configuration EMAIL"),
            attachment_mb_max=20,
        ),
        fails(
            "neither",
            ATTACHMENTS,
            CHAT,
            NO_SCANNER,
            Evidence(SIZE, "at most 1048576", 20 * MEBIBYTE, "connect.attached_files_configuration CHAT"),
            attachment_mb_max=1,
        ),
        unknown(
            "integrations are not readable",
            ATTACHMENTS,
            unread("connect.integration_association", "connect:ListIntegrationAssociations"),
        ),
        unknown(
            "sizes are not readable",
            ATTACHMENTS,
            SCANNER,
            unread("connect.attached_files_configuration", "connect:ListAttachedFilesConfigurations"),
        ),
        not_applicable("recordings are not sent by customers", _setting("CALL_RECORDINGS"), APPLICATION),
    ),
)
def attachments_are_scanned(setting: Seen, around: Around) -> Outcome:
    """Attachments are scanned, and limited in size.

    Whoever writes to the contact centre can attach a file, and an agent opens it. Connect hands it on as it is unless
    a scanner has been associated: malware then reaches the computer of somebody who sees customers' data all day.
    """
    if setting.get("ResourceType") != "ATTACHMENTS":
        return NotApplicable("it does not hold attachments")
    failures = []
    integrations = around.all("connect.integration_association")
    if not any(one.get("IntegrationType") == "FILE_SCANNER" for one in integrations):
        failures.append(Fail((NO_SCANNER,), discriminator="scanner"))
    most = around.params["attachment_mb_max"] * MEBIBYTE
    return failures + [
        Fail.at(SIZE, expected=f"at most {most}", actual=one.get(SIZE), cites=one, discriminator=one.id)
        for one in around.all("connect.attached_files_configuration")
        if (one.get(SIZE) or 0) > most
    ]
