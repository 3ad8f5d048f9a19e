"""Lex V2 where moto differs from the service.

Ids have ten characters, bots become available, aliases are listed for their own bot, and what does not exist
is an error.
"""

from __future__ import annotations

import json
import secrets
import string
from dataclasses import replace
from datetime import datetime
from typing import Any

from .calls import Call, Response
from .errors import AwsError
from .moto_services import MotoServices

_ALPHABET = string.ascii_uppercase + string.digits


def short_id() -> str:
    """An id as Lex V2 makes them; Connect accepts no alias ARN above 100 characters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


def available_bot(moto: MotoServices, call: Call, response: Response) -> Response:
    bots = moto.backend("lexv2-models", call.account, call.region).bots
    old = json.loads(response.body)["botId"]
    bot = bots[short_id()] = bots.pop(old)
    bot.id = next(key for key, held in bots.items() if held is bot)
    bot.status = "Available"
    bot.arn = f"arn:aws:lex:{call.region}:{call.account}:bot/{bot.id}"
    return replace(response, body=response.body.replace(old.encode(), bot.id.encode()))


def available_alias(moto: MotoServices, call: Call, response: Response) -> Response:
    aliases = moto.backend("lexv2-models", call.account, call.region).bot_aliases
    old = json.loads(response.body)["botAliasId"]
    alias = aliases[short_id()] = aliases.pop(old)
    alias.id = next(key for key, held in aliases.items() if held is alias)
    alias.status = "Available"
    alias.arn = f"arn:aws:lex:{call.region}:{call.account}:bot-alias/{alias.bot_id}/{alias.id}"
    return replace(response, body=response.body.replace(old.encode(), alias.id.encode()))


def check(moto: MotoServices, call: Call, params: dict[str, Any]) -> None:
    """Raises AwsError for a bot or an alias which does not exist, and leaves the rest to moto."""
    held = moto.backend("lexv2-models", call.account, call.region)
    bot, alias, arn = (params.get(name) for name in ("botId", "botAliasId", "resourceArn"))
    if bot is not None and bot not in held.bots:
        raise AwsError("ResourceNotFoundException", f"Bot not found: {bot}")
    if alias is not None and alias not in held.bot_aliases:
        raise AwsError("ResourceNotFoundException", f"Bot alias not found: {alias}")
    if arn is not None and arn not in held.resource_policies:
        raise AwsError("ResourceNotFoundException", f"No policy is attached to {arn}")


def list_aliases(moto: MotoServices, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    check(moto, call, params)
    aliases = moto.backend("lexv2-models", call.account, call.region).bot_aliases.values()
    shown = [
        {
            "botAliasId": alias.id,
            "botAliasName": alias.bot_alias_name,
            "botAliasStatus": "Available",
            "creationDateTime": datetime.fromisoformat(alias.creation_date_time).astimezone(),
            "lastUpdatedDateTime": datetime.fromisoformat(alias.last_updated_date_time).astimezone(),
            **{
                key: value
                for key, value in (("botVersion", alias.bot_version), ("description", alias.description))
                if value
            },
        }
        for alias in aliases
        if alias.bot_id == params["botId"]
    ]
    return {"botAliasSummaries": shown, "botId": params["botId"]}
