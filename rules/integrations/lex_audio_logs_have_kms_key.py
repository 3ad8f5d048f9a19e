"""What protects the recordings that bots keep."""

from typing import Any

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
    fails,
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

SETTINGS = "conversationLogSettings.audioLogSettings"
ARN = "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/KLMNOPQRST"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"
BOT = thing("connect.lex_bot", LexVersion="V2", LexV2Bot={"AliasArn": ARN})


def _audio(bucket: str, key: str = "", enabled: bool = True) -> dict[str, Any]:
    place = {
        "s3BucketArn": f"arn:aws:s3:::{bucket}",
        "logPrefix": "lex/",
        **({"kmsKeyArn": key} if key else {}),
    }
    return {"enabled": enabled, "destination": {"s3Bucket": place}}


def _alias(*audio: dict[str, Any]) -> Thing:
    return thing("lex.bot_alias", id=ARN, conversationLogSettings={"audioLogSettings": list(audio)})


def _evidence(bucket: str) -> Evidence:
    return Evidence(f"{SETTINGS} of {bucket}", "a KMS key", None, f"lex.bot_alias {ARN}")


@rule(
    id="CONNECT-INT-011",
    severity=Severity.MEDIUM,
    severity_reason="S3 encrypts them anyway; a key of your own keeps others in the account from reading them.",
    kind="connect.lex_bot",
    reads={"connect.lex_bot": ("LexVersion", "LexV2Bot.AliasArn"), "lex.bot_alias": (SETTINGS,)},
    opt_in="The bucket may name a key by itself, which the bot's settings do not show.",
    fix=Fix(
        console='In Lex open the alias, "Conversation logs", and choose a KMS key beside the bucket of the audio logs.',
        cli=(
            "aws lexv2-models update-bot-alias with --conversation-log-settings whose "
            "audioLogSettings[].destination.s3Bucket has a kmsKeyArn"
        ),
        cloudformation="AWS::Lex::BotAlias: ConversationLogSettings.AudioLogSettings[].Destination.S3Bucket.KmsKeyArn",
        note=(
            "Terraform's AWS provider may have no resource for aliases of Lex V2. The key of text logs is a setting of "
            "their log group, which this rule does not look at."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/lexv2/latest/dg/conversation-logs.html",
        "https://docs.aws.amazon.com/lexv2/latest/APIReference/API_S3BucketLogDestination.html",
    ),
    interpretive={"nist": ("SC-28",), "iso27001": ("A.8.24",), "gdpr": ("Art. 32",), "lgpd": ("Art. 46",)},
    examples=(
        passes("a key for the audio logs", BOT, _alias(_audio("example-bot", KEY))),
        passes(
            "a second bucket that is switched off",
            BOT,
            _alias(_audio("example-bot", KEY), _audio("o", enabled=False)),
        ),
        fails("no key", BOT, _alias(_audio("example-bot")), _evidence("arn:aws:s3:::example-bot")),
        fails(
            "a key for one of two buckets",
            BOT,
            _alias(_audio("example-bot", KEY), _audio("example-copy")),
            _evidence("arn:aws:s3:::example-copy"),
        ),
        unknown("the alias is not readable", BOT, unread("lex.bot_alias", "lex:DescribeBotAlias", ARN)),
        not_applicable("audio is not logged", BOT, thing("lex.bot_alias", id=ARN, botVersion="4")),
        not_applicable("audio logs are switched off", BOT, _alias(_audio("example-bot", enabled=False))),
        not_applicable("the alias does not exist", BOT, missing("lex.bot_alias", ARN)),
        not_applicable(
            "a bot of version 1",
            thing(
                "connect.lex_bot",
                LexVersion="V1",
                LexBot={"Name": "BookAppointment", "LexRegion": "us-east-1"},
            ),
        ),
    ),
)
def lex_audio_logs_have_kms_key(bot: Seen, around: Around) -> Outcome:
    """The bot's audio logs name a KMS key.

    What callers tell a bot is often what they would tell nobody else: numbers of cards, of accounts, of insurances.
    The audio log keeps their voices saying it. With a KMS key, reading it takes a right to the key beside the right to
    the bucket.
    """
    if bot.get("LexVersion") != "V2":
        return NotApplicable("it is a bot of version 1 (CONNECT-INT-009 judges that)")
    alias = around.behind("lex.bot_alias", bot.get("LexV2Bot.AliasArn"))
    if alias is None:
        return NotApplicable("the alias does not exist (CONNECT-INT-010 judges that)")
    buckets = [log["destination"]["s3Bucket"] for log in alias.get(SETTINGS, ()) if log["enabled"]]
    if not buckets:
        return NotApplicable("it keeps no audio logs")
    return [
        Fail.at(
            f"{SETTINGS} of {bucket['s3BucketArn']}",
            expected="a KMS key",
            actual=None,
            cites=alias,
            discriminator=bucket["s3BucketArn"],
        )
        for bucket in buckets
        if not bucket.get("kmsKeyArn")
    ]
