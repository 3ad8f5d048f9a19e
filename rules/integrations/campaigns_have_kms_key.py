"""What encrypts the lists of people that outbound campaigns call."""

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
    fails,
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

ID = "11111111-2222-3333-4444-555555555555"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"
CONFIG = "encryptionConfig"
INSTANCE = thing("connect.instance")
CITED = f"connectcampaignsv2.instance_config {ID}"
WANTED = "enabled, with the ARN of a key"


@rule(
    id="CONNECT-INT-018",
    severity=Severity.MEDIUM,
    severity_reason="AWS encrypts the data anyway, with a key of its own that you can neither see nor take away.",
    kind="connect.instance",
    reads={"connect.instance": ("Id",), "connectcampaignsv2.instance_config": (CONFIG,)},
    opt_in="Many companies accept AWS's own key for the lists that campaigns call.",
    fix=Fix(
        console='On the instance\'s page under "Outbound campaigns" choose a KMS key when you enable them.',
        cli=(
            "aws connectcampaignsv2 start-instance-onboarding-job --connect-instance-id INSTANCE_ID "
            "--encryption-config enabled=true,encryptionType=KMS,keyArn=KEY_ARN"
        ),
        note=(
            "The key is chosen when campaigns are enabled for an instance: to change it, the instance is offboarded "
            "and enabled again. Neither CloudFormation nor Terraform has a resource for it."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/enable-outbound-campaigns.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/key-management.html",
    ),
    interpretive={"nist": ("SC-28",), "iso27001": ("A.8.24",), "gdpr": ("Art. 32",), "lgpd": ("Art. 46",)},
    examples=(
        passes(
            "a key",
            INSTANCE,
            thing(
                "connectcampaignsv2.instance_config", id=ID, encryptionConfig={"enabled": True, "keyArn": KEY}
            ),
        ),
        passes(
            "a key, and the type of encryption",
            INSTANCE,
            thing(
                "connectcampaignsv2.instance_config",
                id=ID,
                encryptionConfig={"enabled": True, "encryptionType": "KMS", "keyArn": KEY},
            ),
        ),
        fails(
            "no key",
            INSTANCE,
            thing("connectcampaignsv2.instance_config", id=ID, encryptionConfig={"enabled": False}),
            Evidence(CONFIG, WANTED, {"enabled": False}, CITED),
        ),
        fails(
            "nothing said of encryption",
            INSTANCE,
            thing("connectcampaignsv2.instance_config", id=ID),
            Evidence(CONFIG, WANTED, {}, CITED),
        ),
        unknown(
            "the settings are not readable",
            INSTANCE,
            unread("connectcampaignsv2.instance_config", "connect-campaigns:GetConnectInstanceConfig", ID),
        ),
        not_applicable(
            "campaigns are not enabled", INSTANCE, missing("connectcampaignsv2.instance_config", ID)
        ),
    ),
)
def campaigns_have_kms_key(instance: Seen, around: Around) -> Outcome:
    """Outbound campaigns are encrypted with a key of the company.

    A campaign holds the numbers and names of everybody that it calls. With a key of your own you decide who can read
    them, you see when they are read, and you can end it.
    """
    config = around.one("connectcampaignsv2.instance_config", instance.get("Id"))
    if config is None:
        return NotApplicable("outbound campaigns are not enabled for the instance")
    said = config.get(CONFIG, {})
    if said.get("enabled") and said.get("keyArn"):
        return Pass()
    return Fail.at(CONFIG, expected=WANTED, actual=said, cites=config)
