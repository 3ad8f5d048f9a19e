"""Whether SAML users can be who the identity provider says they are."""

import re

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
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

TYPE = "IdentityManagementType"
NAME = "Username"
SESSION = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
WANTED = "2 to 64 of the letters A to Z, digits and _ + = , . @ -"
SAML = thing("connect.instance", IdentityManagementType="SAML")


def _user(name: str) -> Thing:
    return thing("connect.user", id="u-1", Username=name)


def _evidence(name: str) -> Evidence:
    return Evidence(NAME, WANTED, name, "connect.user u-1")


@rule(
    id="CONNECT-USR-003",
    severity=Severity.MEDIUM,
    severity_reason="One person cannot sign in; the others can.",
    kind="connect.instance",
    reads={"connect.instance": (TYPE,), "connect.user": (NAME,)},
    fix=Fix(
        console="On the admin website create the user anew with a name that the identity provider can send.",
        cli="aws connect create-user --username NAME with the profiles of the old user, then aws connect delete-user",
        cloudformation="AWS::Connect::User: Username (a change replaces the user)",
        terraform="aws_connect_user: name",
        note="No API renames a user. A new user starts without the old one's history.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/configure-saml.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateUser.html",
    ),
    examples=(
        passes("a name", SAML, _user("ana.souza")),
        passes("an address", SAML, _user("Ana-Souza@example.com")),
        passes("characters that only STS lists", SAML, _user("ana_souza+qa")),
        fails("a space", SAML, _user("ana souza"), _evidence("ana souza")),
        fails("a letter beyond ASCII", SAML, _user("josé"), _evidence("josé")),
        fails("the name of a domain's user", SAML, _user("EXAMPLE\\ana"), _evidence("EXAMPLE\\ana")),
        fails("one letter", SAML, _user("a"), _evidence("a")),
        fails("65 letters", SAML, _user("a" * 65), _evidence("a" * 65)),
        unknown("users are not readable", SAML, unread("connect.user", "connect:ListUsers")),
        not_applicable(
            "users are stored in Connect",
            thing("connect.instance", IdentityManagementType="CONNECT_MANAGED"),
            _user("ana souza"),
        ),
    ),
)
def saml_names_can_match(instance: Seen, around: Around) -> Outcome:
    """Every user of a SAML instance has a name that an identity provider can send.

    Connect finds the user by the name of the role's session, which STS takes from the assertion: both have to be the
    same to the letter. A name with a character that STS refuses can never come, so that the person cannot sign in and
    is missing from the shift. Whether the identity provider really sends the names that are possible, and in the same
    case of letters, cannot be seen from here.
    """
    if instance.get(TYPE) != "SAML":
        return NotApplicable("its users do not sign in through SAML")
    return [
        Fail.at(NAME, expected=WANTED, actual=user.get(NAME), cites=user, discriminator=user.id)
        for user in around.all("connect.user")
        if not SESSION.fullmatch(user.get(NAME) or "")
    ] or Pass()
