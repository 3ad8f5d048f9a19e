"""Whether bots may answer in a chat as they think."""

import json
from fnmatch import fnmatchcase
from typing import Any

from auditor.model import Cause, Reason
from auditor.resource_policy import Statement, statements
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

ACTION = "lex:RecognizeMessageAsync"
CONNECT = "connect.amazonaws.com"
READ = "lex:DescribeResourcePolicy"
ALIAS = "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID"
INSTANCE_ARN = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
OTHER_ARN = "arn:aws:connect:us-east-1:111122223333:instance/99999999-2222-3333-4444-555555555555"
WANTED = f"allows {CONNECT} {ACTION} for this instance"
MISSING = Evidence("Policy", WANTED, "it does not", f"lex.bot_alias {ALIAS}")

ON = thing("connect.instance_attribute", AttributeType="MESSAGE_STREAMING", Value="true")
OFF = thing("connect.instance_attribute", AttributeType="MESSAGE_STREAMING", Value="false")
BOT = thing("connect.lex_bot", LexVersion="V2", LexV2Bot={"AliasArn": ALIAS})


def _statement(action: Any, source: str = INSTANCE_ARN, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": CONNECT},
        "Action": action,
        "Resource": ALIAS,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "111122223333"},
            "ArnEquals": {"AWS:SourceArn": source},
        },
        **more,
    }


def _alias(*said: dict[str, Any]) -> Thing:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [*said]})
    return thing("lex.bot_alias", id=ALIAS, botAliasName="live", Policy=policy)


@rule(
    id="CONNECT-TEL-006",
    severity=Severity.MEDIUM,
    severity_reason="Chats that reach the bot take its error branch; calls are not touched.",
    opt_in="It reads bots in Amazon Lex, a call for each alias, and matters only where chats are streamed.",
    kind="connect.lex_bot",
    reads={
        "connect.lex_bot": ("LexV2Bot.AliasArn",),
        "connect.instance_attribute": ("Value",),
        "lex.bot_alias": ("Policy",),
    },
    fix=Fix(
        console="Open the bot in Amazon Lex, then the alias, and edit its resource-based policy.",
        cli=(
            "aws lexv2-models create-resource-policy-statement --resource-arn ALIAS_ARN --statement-id streaming "
            "--effect Allow --principal service=connect.amazonaws.com --action lex:RecognizeMessageAsync "
            '--condition \'{"ArnEquals":{"AWS:SourceArn":"INSTANCE_ARN"}}\''
        ),
        cloudformation="AWS::Lex::ResourcePolicy: a statement that allows lex:RecognizeMessageAsync",
        note=(
            "Terraform has no resource for the policy. Or switch streaming off: update-instance-attribute "
            "--attribute-type MESSAGE_STREAMING --value false."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateInstanceAttribute.html",
        "https://docs.aws.amazon.com/lexv2/latest/dg/security_iam_resource-based-policy-examples.html",
    ),
    examples=(
        passes("allowed for this instance", BOT, ON, _alias(_statement(["lex:RecognizeText", ACTION]))),
        passes(
            "allowed for every instance of the account, and for every action",
            BOT,
            ON,
            _alias(_statement("lex:*", "arn:aws:connect:us-east-1:111122223333:instance/*")),
        ),
        fails(
            "only what calls need is allowed", BOT, ON, _alias(_statement("lex:StartConversation")), MISSING
        ),
        fails("allowed for another instance", BOT, ON, _alias(_statement(ACTION, OTHER_ARN)), MISSING),
        fails(
            "the alias has no policy", BOT, ON, thing("lex.bot_alias", id=ALIAS, botAliasName="live"), MISSING
        ),
        fails(
            "allowed to somebody else",
            BOT,
            ON,
            _alias(_statement(ACTION, Principal={"Service": "lexv2.amazonaws.com"})),
            MISSING,
        ),
        unknown("the alias is not readable", BOT, ON, unread("lex.bot_alias", "lex:DescribeBotAlias", ALIAS)),
        unknown("AWS does not list the attribute", BOT, _alias(_statement(ACTION))),
        unknown(
            "allowed on a condition that only a request can meet",
            BOT,
            ON,
            _alias(_statement(ACTION, Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
        ),
        unknown(
            "allowed, and refused by another statement",
            BOT,
            ON,
            _alias(_statement(ACTION), _statement("lex:*", Effect="Deny", Principal="*")),
        ),
        not_applicable("chats are not streamed", BOT, OFF, _alias()),
        not_applicable(
            "a bot of the first version",
            thing("connect.lex_bot", LexVersion="V1", LexBot={"Name": "Old"}),
            ON,
        ),
        not_applicable(
            "the alias was deleted: another rule says so", BOT, ON, missing("lex.bot_alias", ALIAS)
        ),
    ),
)
def lex_aliases_allow_streaming(bot: Seen, around: Around) -> Outcome:
    """Where chats are streamed, the aliases of Lex bots allow it.

    With message streaming, Connect talks to a bot by another operation of Amazon Lex, and the policy of the bot's alias
    must allow that operation to this instance. Aliases from before have a policy for calls and plain chats only: then
    every chat that reaches the bot fails, while calls to the same bot go on and nobody looks for a policy.
    """
    switch = around.one("connect.instance_attribute", "MESSAGE_STREAMING")
    if switch is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes"), "MESSAGE_STREAMING")
    named = bot.get("LexV2Bot.AliasArn")
    if switch.get("Value") == "false" or not named:
        return NotApplicable(
            "chats are not streamed" if named else "a bot of the first version takes no streams"
        )
    alias = around.one("lex.bot_alias", named)
    if alias is None:
        return NotApplicable("the alias does not exist")
    policy = alias.get("Policy")
    about = [one for one in statements(policy or "{}") if one.speaks_of(ACTION) and _to_connect(one)]
    met = [(one, _met(one, _arn(around, named))) for one in about]
    if any(one.allows is False and holds is not False for one, holds in met):
        raise Unread(Cause(Reason.UNDECIDED, READ, "a statement may refuse it"), f"{alias.cited}: Policy")
    allowed = [holds for one, holds in met if one.allows]
    if True in allowed:
        return Pass()
    if None in allowed:
        detail = "it is allowed on a condition that only a request can meet"
        raise Unread(Cause(Reason.UNDECIDED, READ, detail), f"{alias.cited}: Policy")
    return Fail.at("Policy", expected=WANTED, actual="it does not", cites=alias)


def _arn(around: Around, neighbour: str) -> str:
    """The instance's ARN, in the partition of a neighbour's."""
    place = around.place
    partition = neighbour.split(":")[1]
    return f"arn:{partition}:connect:{place.region}:{place.account}:instance/{place.instance_id}"


def _to_connect(statement: Statement) -> bool:
    principals = statement.principals
    return CONNECT in principals.get("Service", ()) or "*" in principals.get("AWS", ())


def _met(statement: Statement, instance: str) -> bool | None:
    """Whether a call from this instance meets the conditions of a statement; None where that cannot be told."""
    account = instance.split(":")[4]
    undecided = False
    for condition in statement.conditions:
        said = {"aws:sourcearn": instance, "aws:sourceaccount": account}.get(condition.key)
        if said is None or condition.operator not in (
            "arnequals",
            "arnlike",
            "stringequals",
            "stringlike",
        ):
            undecided = True
        elif not any(fnmatchcase(said, pattern) for pattern in condition.values):
            return False
    return None if undecided else True
