"""Where the link for a new password goes."""

from collections import defaultdict

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
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

TYPE = "IdentityManagementType"
EMAIL = "IdentityInfo.Email"
PARAM = "domains"
STORED = thing("connect.instance", IdentityManagementType="CONNECT_MANAGED")


def _user(id: str, email: str = "") -> Thing:
    info = {"FirstName": "Ana", **({"Email": email} if email else {})}
    return thing("connect.user", id=id, Username=f"name-{id}", IdentityInfo=info)


def _evidence(id: str, expected: str, actual: str | None) -> Evidence:
    return Evidence(EMAIL, expected, actual, f"connect.user {id}")


@rule(
    id="CONNECT-USR-006",
    severity=Severity.LOW,
    severity_reason="It takes another person's mailbox, or an administrator, to misuse it.",
    kind="connect.instance",
    reads={"connect.instance": (TYPE,), "connect.user": (EMAIL,)},
    opt_in="it costs a call for each user, of two a second, and reads everybody's address",
    params=(
        Param(
            PARAM,
            [],
            "The domains that addresses may have, such as example.com; empty: any.",
            type="list",
            form="domain",
        ),
    ),
    fix=Fix(
        console="On the admin website open Users > User management, the user, and correct the address.",
        cli=(
            "aws connect update-user-identity-info --instance-id INSTANCE_ID --user-id USER_ID --identity-info "
            "FirstName=...,LastName=...,Email=ADDRESS"
        ),
        cloudformation="AWS::Connect::User: IdentityInfo.Email",
        terraform="aws_connect_user: identity_info.email",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html",
    ),
    interpretive={"nist": ("IA-5",), "iso27001": ("A.5.16",)},
    examples=(
        passes(
            "everybody has one of their own",
            STORED,
            _user("u-1", "ana@example.com"),
            _user("u-2", "b@example.com"),
        ),
        passes("of the company", STORED, _user("u-1", "ana@Example.com"), domains=["example.com"]),
        fails("none", STORED, _user("u-1"), _evidence("u-1", "an address of one's own", None)),
        fails(
            "two with the same, in another case of letters",
            STORED,
            _user("u-1", "team@example.com"),
            _user("u-2", "Team@example.com"),
            _user("u-3", "ana@example.com"),
            _evidence("u-1", "an address of one's own", "team@example.com"),
            _evidence("u-2", "an address of one's own", "Team@example.com"),
        ),
        fails(
            "a private mailbox, and a domain that ends alike",
            STORED,
            _user("u-1", "ana@mail.test"),
            _user("u-2", "eva@notexample.com"),
            _evidence("u-1", "an address in example.com", "ana@mail.test"),
            _evidence("u-2", "an address in example.com", "eva@notexample.com"),
            domains=["example.com"],
        ),
        unknown("users are not readable", STORED, unread("connect.user", "connect:ListUsers")),
        unknown(
            "a user could not be described",
            STORED,
            thing("connect.user", id="u-1", unread={EMAIL: "connect:DescribeUser"}),
        ),
        not_applicable(
            "users come from a SAML provider",
            thing("connect.instance", IdentityManagementType="SAML"),
            _user("u-1"),
        ),
    ),
)
def emails_are_unique(instance: Seen, around: Around) -> Outcome:
    """Every user who is stored in Connect has an e-mail address of their own.

    The link for a new password goes to this address. Two users with one address, or an address outside the company,
    let somebody else set the password and sign in as that user; without an address only an administrator can help.
    """
    if instance.get(TYPE) != "CONNECT_MANAGED":
        return NotApplicable("its users have no password in Connect")
    domains = tuple(one.casefold() for one in around.params[PARAM])
    holders: dict[str, list[Seen]] = defaultdict(list)
    for user in around.all("connect.user"):
        holders[str(user.get(EMAIL) or "").casefold()].append(user)
    failures = []
    for address, users in holders.items():
        own, inside = bool(address) and len(users) == 1, _inside(address, domains)
        if not own or not inside:
            wanted = f"an address in {', '.join(domains)}" if own else "an address of one's own"
            failures += [
                Fail.at(EMAIL, expected=wanted, actual=user.get(EMAIL), cites=user, discriminator=user.id)
                for user in users
            ]
    return failures or Pass()


def _inside(address: str, domains: tuple[str, ...]) -> bool:
    return not domains or address.rpartition("@")[2] in domains
