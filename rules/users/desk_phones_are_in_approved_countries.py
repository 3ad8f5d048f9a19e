"""Where agents' desk phones are."""

import re
from collections.abc import Iterator
from typing import Any

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
    Thing,
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

# Not the whole `PhoneConfig`: a search has one of its fields in another unit, and a describe for each user is dear.
TYPE, NUMBER = "PhoneConfig.PhoneType", "PhoneConfig.DeskPhoneNumber"
PHONES = "PhoneNumberConfigs"
DESK = "DESK_PHONE"
PARAM = "approved_prefixes"
E164 = re.compile(r"[^\d+]")
INSTANCE = thing("connect.instance")
HOME = ["+55", "+351"]


def _user(number: str = "", kind: str = "DESK_PHONE", *others: str, id: str = "u-1") -> Thing:
    phone: dict[str, Any] = {"PhoneType": kind, **({"DeskPhoneNumber": number} if number else {})}
    more = [{"Channel": "VOICE", "PhoneType": DESK, "PhoneNumber": one} for one in others]
    said: dict[str, Any] = {PHONES: more} if more else {}
    return thing("connect.user", id=id, Username="ana", PhoneConfig=phone, **said)


def _evidence(path: str, number: str) -> Evidence:
    return Evidence(path, "a number that begins with +55, +351", number, "connect.user u-1")


@rule(
    id="CONNECT-USR-004",
    severity=Severity.MEDIUM,
    severity_reason="Calls to it cost money and leave the country; it takes somebody who may edit users.",
    kind="connect.instance",
    reads={"connect.instance": (), "connect.user": (TYPE, NUMBER, PHONES)},
    params=(
        Param(
            PARAM,
            [],
            "The beginnings of numbers that desk phones may have, such as +55 or +351.",
            type="list",
            form="number",
        ),
    ),
    fix=Fix(
        console="On the admin website open Users > User management, the user, and change the phone.",
        cli=(
            "aws connect update-user-phone-config --instance-id INSTANCE_ID --user-id USER_ID --phone-config "
            "PhoneType=SOFT_PHONE"
        ),
        cloudformation="AWS::Connect::User: PhoneConfig",
        terraform="aws_connect_user: phone_config",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/configure-agents.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_UserPhoneConfig.html",
    ),
    interpretive={"nist": ("AC-4",)},
    examples=(
        passes("a softphone", INSTANCE, _user("", "SOFT_PHONE"), approved_prefixes=HOME),
        passes("a desk phone at home", INSTANCE, _user("+55 11 5555-0100"), approved_prefixes=HOME),
        passes(
            "a number left behind beside a softphone is not called",
            INSTANCE,
            _user("+12065550100", "SOFT_PHONE"),
            approved_prefixes=HOME,
        ),
        passes(
            "the newer list, by channel",
            INSTANCE,
            _user("", "SOFT_PHONE", "+351215550100"),
            approved_prefixes=HOME,
        ),
        fails(
            "abroad",
            INSTANCE,
            _user("+12065550100"),
            _user("+5511555501", id="u-2"),
            _evidence("PhoneConfig.DeskPhoneNumber", "+12065550100"),
            approved_prefixes=HOME,
        ),
        fails(
            "abroad, in the newer list",
            INSTANCE,
            _user("", "SOFT_PHONE", "+551155550100", "+447700900123"),
            _evidence(PHONES, "+447700900123"),
            approved_prefixes=HOME,
        ),
        fails(
            "a number without its country",
            INSTANCE,
            _user("5511555501"),
            _evidence("PhoneConfig.DeskPhoneNumber", "5511555501"),
            approved_prefixes=HOME,
        ),
        unknown(
            "users are not readable",
            INSTANCE,
            unread("connect.user", "connect:ListUsers"),
            approved_prefixes=HOME,
        ),
        unknown(
            "a user's phone is not in the answer",
            INSTANCE,
            thing("connect.user", id="u-1", Username="ana"),
            approved_prefixes=HOME,
        ),
        not_applicable("no beginnings were set", INSTANCE, _user("+12065550100")),
    ),
)
def desk_phones_are_in_approved_countries(_instance: Seen, around: Around) -> Outcome:
    """Desk phones have numbers of approved countries.

    Where an agent has a desk phone, Connect calls it for every contact and the company pays for that call. A number
    in a country where nobody works costs money with each contact, and callers' voices leave the country; it may be a
    mistake or a fraud. Softphones need no number and are not judged.
    """
    approved = around.params[PARAM]
    if not approved:
        return NotApplicable(f"no beginnings of numbers were set (parameter {PARAM})")
    wanted = f"a number that begins with {', '.join(approved)}"
    beginnings = tuple(E164.sub("", one) for one in approved)
    failures = []
    for user in around.all("connect.user"):
        evidence = tuple(
            Evidence(path, wanted, number, user.cited)
            for path, number in _desk_phones(user)
            if not E164.sub("", number).startswith(beginnings)
        )
        if evidence:
            failures.append(Fail(evidence, discriminator=user.id))
    return failures or Pass()


def _desk_phones(user: Seen) -> Iterator[tuple[str, str]]:
    """The numbers of a user's desk phones, and where each is said: the newer list is for each channel."""
    phone, phones = user.get(TYPE), user.get(PHONES) or []
    if not phone and not phones:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:SearchUsers"), f"{user.cited}: {TYPE}")
    if phone == DESK:
        yield NUMBER, str(user.get(NUMBER) or "")
    for one in phones:
        if one.get("PhoneType") == DESK:
            yield PHONES, str(one.get("PhoneNumber") or "")
