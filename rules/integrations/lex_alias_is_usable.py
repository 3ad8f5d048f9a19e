"""Whether the bots that callers talk to are the ones that were released."""

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
    fails,
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

ALIAS = "LexV2Bot.AliasArn"
ARN = "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/KLMNOPQRST"
TEST = "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID"
DISTANT = "arn:aws:lex:us-west-2:111122223333:bot-alias/ABCDEFGHIJ/KLMNOPQRST"
EXISTS, AVAILABLE, NUMBERED = "an alias that exists", "Available", "a numbered version"


def _bot(arn: str) -> Thing:
    return thing("connect.lex_bot", LexVersion="V2", LexV2Bot={"AliasArn": arn})


def _alias(arn: str, version: str = "4", status: str = "Available") -> Thing:
    return thing("lex.bot_alias", id=arn, botAliasStatus=status, botVersion=version)


@rule(
    id="CONNECT-INT-010",
    severity=Severity.MEDIUM,
    severity_reason="The draft works until somebody edits it; an alias that is gone or has failed is not heard at all.",
    severities=(Severity.HIGH,),
    kind="connect.lex_bot",
    reads={"connect.lex_bot": ("LexVersion", ALIAS), "lex.bot_alias": ("botAliasStatus", "botVersion")},
    fix=Fix(
        console=(
            "In Lex create a version of the bot and an alias for it, associate the alias with the instance, and choose "
            'it in the flows\' "Get customer input" blocks.'
        ),
        cli=(
            "aws lexv2-models create-bot-version, then create-bot-alias, then aws connect associate-bot --instance-id "
            "INSTANCE_ID --lex-v2-bot AliasArn=ALIAS_ARN"
        ),
        cloudformation="AWS::Lex::BotVersion, AWS::Lex::BotAlias and AWS::Connect::IntegrationAssociation (LEX_BOT)",
        terraform="aws_lexv2models_bot_version; the resource for associations knows Lex V1 only",
        note="The alias that every bot is made with, TSTALIASID, always stands for the draft.",
    ),
    sources=(
        "https://docs.aws.amazon.com/lexv2/latest/dg/aliases.html",
        "https://docs.aws.amazon.com/lexv2/latest/APIReference/API_DescribeBotAlias.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-lex.html",
    ),
    examples=(
        passes("an alias of a version", _bot(ARN), _alias(ARN)),
        passes("an alias in another Region that may be read", _bot(DISTANT), _alias(DISTANT)),
        fails(
            "the alias that every bot is made with",
            _bot(TEST),
            _alias(TEST, version="DRAFT"),
            Evidence("botVersion", NUMBERED, "DRAFT", f"lex.bot_alias {TEST}"),
        ),
        fails(
            "an alias that points to no version",
            _bot(ARN),
            thing("lex.bot_alias", id=ARN, botAliasStatus="Available"),
            Evidence("botVersion", NUMBERED, None, f"lex.bot_alias {ARN}"),
        ),
        fails(
            "an alias that has failed",
            _bot(ARN),
            _alias(ARN, status="Failed"),
            Evidence("botAliasStatus", AVAILABLE, "Failed", f"lex.bot_alias {ARN}"),
        ),
        fails(
            "an alias that was deleted",
            _bot(ARN),
            missing("lex.bot_alias", ARN),
            Evidence(ALIAS, EXISTS, ARN),
        ),
        unknown("the alias is not readable", _bot(ARN), unread("lex.bot_alias", "lex:DescribeBotAlias", ARN)),
        unknown(
            "an alias of another Region is not found from this one",
            _bot(DISTANT),
            missing("lex.bot_alias", DISTANT),
        ),
        not_applicable("an alias that is just being made", _bot(ARN), _alias(ARN, status="Creating")),
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
def lex_alias_is_usable(bot: Seen, around: Around) -> Outcome:
    """The bot's alias exists, is available and stands for a released version.

    The draft of a bot changes under the callers while somebody works on it, and what it understands today it may not
    tomorrow. It also takes few conversations at a time. An alias that was deleted or has failed understands nobody:
    callers go down the block's error branch.
    """
    if bot.get("LexVersion") != "V2":
        return NotApplicable("it is a bot of version 1 (CONNECT-INT-009 judges that)")
    arn = bot.get(ALIAS)
    alias = around.behind("lex.bot_alias", arn)
    if alias is None:
        return Fail.at(ALIAS, expected=EXISTS, actual=arn, severity=Severity.HIGH)
    status, version = alias.get("botAliasStatus"), alias.get("botVersion")
    if status == "Creating":
        return NotApplicable("the alias is just being made")
    if status != AVAILABLE:
        return Fail.at(
            "botAliasStatus", expected=AVAILABLE, actual=status, cites=alias, severity=Severity.HIGH
        )
    if version in (None, "DRAFT"):
        return Fail.at("botVersion", expected=NUMBERED, actual=version, cites=alias)
    return Pass()
