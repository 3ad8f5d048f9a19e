"""Whether users look like persons."""

import re

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Pass,
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

NAME = "Username"
PARAM = "shared_names"
WANTED = "the name of one person"
WORDS = re.compile(r"[^a-z]+")
INSTANCE = thing("connect.instance")


def _user(name: str) -> Thing:
    return thing("connect.user", id="u-1", Username=name)


def _evidence(name: str) -> Evidence:
    return Evidence(NAME, WANTED, name, "connect.user u-1")


@rule(
    id="CONNECT-USR-002",
    severity=Severity.LOW,
    severity_reason="A name proves nothing: it is a reason to ask whose account it is.",
    kind="connect.instance",
    reads={"connect.instance": (), "connect.user": (NAME,)},
    opt_in="it guesses from names, and a company may have good names that look like these",
    params=(
        Param(
            PARAM,
            ["admin", "agent", "demo", "guest", "shared", "supervisor", "temp", "test", "user"],
            "Words that a name of a shared account is made of, with or without digits.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="On the admin website open Users > User management, and give each person a user of their own.",
        cli="aws connect create-user for each person, then aws connect delete-user for the shared one",
        cloudformation="AWS::Connect::User: Username (a change replaces the user)",
        terraform="aws_connect_user: name",
        note="No API renames a user. Where the account belongs to one person after all, waive the finding.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_User.html",
    ),
    interpretive={
        "nist": ("IA-2", "AC-2(9)"),
        "pci": ("8.2.1", "8.2.2"),
        "iso27001": ("A.5.16",),
        "hipaa": ("164.312(a)(2)(i)",),
    },
    examples=(
        passes("a person", INSTANCE, _user("ana.souza")),
        passes("an address", INSTANCE, _user("test.pilot@example.com"), _user("adminah")),
        passes("a company with other words", INSTANCE, _user("agent1"), shared_names=["front-desk"]),
        fails("an agent with a number", INSTANCE, _user("Agent07"), _evidence("Agent07")),
        fails("two words", INSTANCE, _user("test-user_2@example.com"), _evidence("test-user_2@example.com")),
        fails("the administrator", INSTANCE, _user("admin"), _evidence("admin")),
        unknown("users are not readable", INSTANCE, unread("connect.user", "connect:ListUsers")),
        not_applicable("the creation failed", thing("connect.instance", InstanceStatus="CREATION_FAILED")),
    ),
)
def users_are_persons(_instance: Seen, around: Around) -> Outcome:
    """No user has the name of a shared account (guessed from the name).

    When several people share an account, nobody can tell afterwards who listened to a recording or changed a flow,
    and the password goes on with people who have left. Connect cannot say whether an account is shared; a name made
    of nothing but such words is a hint.
    """
    shared = {word.casefold() for word in around.params[PARAM]}
    return [
        Fail.at(NAME, expected=WANTED, actual=user.get(NAME), cites=user, discriminator=user.id)
        for user in around.all("connect.user")
        if _shared(user.get(NAME, ""), shared)
    ] or Pass()


def _shared(name: str, shared: set[str]) -> bool:
    """Whether a name, without the domain of an address, is made of such words and of digits alone."""
    words = [word for word in WORDS.split(name.casefold().partition("@")[0]) if word]
    return bool(words) and all(word in shared for word in words)
