"""Who can become the role that signs people in."""

import re
from collections.abc import Iterator

from auditor.iam_examples import BY_LAMBDA, BY_SAML, ITS_USERS, PROVIDER, SIGN_IN, allow, role
from auditor.iam_policy_document import Statement
from auditor.iam_principals import READS, Principal, Principals, federation_roles, undecided
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
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

TYPE = "IdentityManagementType"
TRUST = "AssumeRolePolicyDocument"
BY_SAML_ALONE = "nobody but users of a SAML provider"
LIMITED = "a condition that SAML:aud is a sign-in endpoint of AWS"
ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
ENDPOINT = re.compile(
    r"https://(?:[\w*-]+\.)?signin\.(?:aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn)/saml(?:/acs/[\w*-]+|\*)?"
    r"|https://[\w*.-]+\.sign-in\.connect\.aws/saml\*?"
)
EQUAL = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike"})

SAML = thing("connect.instance", IdentityManagementType="SAML")
ENTER = allow("connect:GetFederationToken", ITS_USERS)
BARE = {name: said for name, said in BY_SAML.items() if name != "Condition"}


def _aud(*values: str, operator: str = "StringEquals", key: str = "SAML:aud") -> dict[str, object]:
    return {**BARE, "Condition": {operator: {key: list(values)}}}


def _evidence(expected: str, *actual: str) -> Evidence:
    return Evidence(TRUST, expected, list(actual), "iam.role AROA-Agents")


@rule(
    id="CONNECT-IDN-006",
    severity=Severity.HIGH,
    severity_reason="Whoever can assume the role chooses the name under which Connect lets them in.",
    severities=(Severity.MEDIUM,),
    kind="connect.instance",
    reads={"connect.instance": (TYPE,), **READS},
    fix=Fix(
        console='In IAM open the role, "Trust relationships", "Edit trust policy": leave the SAML provider alone in '
        "Principal, and add the condition StringEquals SAML:aud https://signin.aws.amazon.com/saml.",
        cli="aws iam update-assume-role-policy --role-name ROLE --policy-document file://trust.json",
        cloudformation="AWS::IAM::Role: AssumeRolePolicyDocument",
        terraform="aws_iam_role: assume_role_policy",
        note=(
            "A Regional endpoint (https://REGION.signin.aws.amazon.com/saml) is as good, and so is the one that Global "
            "Resiliency makes (https://INSTANCE_ID.REGION.sign-in.connect.aws/saml)."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/configure-saml.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/integrate-idp.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
    ),
    interpretive={"nist": ("AC-3", "AC-6"), "iso27001": ("A.5.15",), "soc2": ("CC6.1",)},
    examples=(
        passes("the trust of the guide", SAML, role("Agents", ENTER)),
        passes(
            "a Regional endpoint beside the global one, session tags, another spelling of the key",
            SAML,
            role(
                "Agents",
                ENTER,
                trust=[
                    {
                        **_aud(SIGN_IN, "https://us-east-1.signin.aws.amazon.com/saml", key="saml:aud"),
                        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                    }
                ],
            ),
        ),
        passes(
            "the endpoint of Global Resiliency",
            SAML,
            role(
                "Agents",
                ENTER,
                trust=_aud(
                    "https://11111111-2222-3333-4444-555555555555.us-east-1.sign-in.connect.aws/saml*",
                    operator="StringLike",
                ),
            ),
        ),
        passes(
            "tagging sessions may be open to others: it lets nobody in",
            SAML,
            role(
                "Agents",
                ENTER,
                trust=[BY_SAML, {**BY_LAMBDA, "Principal": {"AWS": "*"}, "Action": "sts:TagSession"}],
            ),
        ),
        passes(
            "another role's trust is not this rule's business",
            SAML,
            role("Agents", ENTER),
            role("Build", allow("s3:*"), trust={**BY_LAMBDA, "Principal": {"AWS": "*"}}),
        ),
        fails(
            "everybody",
            SAML,
            role("Agents", ENTER, trust=[BY_SAML, {**BY_LAMBDA, "Principal": "*"}]),
            _evidence(BY_SAML_ALONE, "*"),
        ),
        fails(
            "the account's own principals, and a function",
            SAML,
            role(
                "Agents",
                ENTER,
                trust=[
                    BY_SAML,
                    BY_LAMBDA,
                    {**BY_LAMBDA, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
                ],
            ),
            _evidence(BY_SAML_ALONE, "lambda.amazonaws.com"),
            _evidence(BY_SAML_ALONE, "arn:aws:iam::111122223333:root"),
        ),
        fails(
            "no condition on the endpoint",
            SAML,
            role("Agents", ENTER, trust=BARE),
            _evidence(LIMITED),
        ),
        fails(
            "any endpoint will do",
            SAML,
            role("Agents", ENTER, trust=_aud("https://*", operator="StringLike")),
            _evidence(LIMITED, "https://*"),
        ),
        fails(
            "a condition on something else",
            SAML,
            role("Agents", ENTER, trust=_aud(PROVIDER, key="SAML:iss")),
            _evidence(LIMITED),
        ),
        unknown("roles are not readable", SAML, unread("iam.role", "iam:GetAccountAuthorizationDetails")),
        unknown(
            "a denial in the trust may take back what is too much",
            SAML,
            role("Agents", ENTER, trust=[{**BARE, "Effect": "Deny", "Principal": "*"}, BARE]),
        ),
        not_applicable("there is no such role", SAML),
        not_applicable(
            "users live in a directory",
            thing("connect.instance", IdentityManagementType="EXISTING_DIRECTORY"),
        ),
    ),
)
def federation_role_trusts_only_saml(instance: Seen, around: Around) -> Outcome:
    """Only users of the SAML provider can assume the roles that sign people in.

    Connect takes the name of the role's session for the user's name. Anybody else who can assume the role therefore
    signs in as whom they like, an administrator of the contact centre included, and no identity provider asks for a
    second factor. Without a condition on SAML:aud an assertion that was made for another service opens Connect too.
    """
    if instance.get(TYPE) != "SAML":
        return NotApplicable("its users do not sign in through SAML")
    roles = federation_roles(Principals.of(around), instance)
    if not roles:
        return NotApplicable("no role was made for signing in to it (CONNECT-IDN-004 judges that)")
    return [failure for role in roles for failure in _failures(role)] or Pass()


def _failures(role: Principal) -> Iterator[Fail]:
    letting_in = [
        one for one in role.trust if one.allows and any(one.speaks_of(action) for action in ASSUMING)
    ]
    strangers = [found for one in letting_in if (found := _strangers(one))]
    unlimited = [one for one in letting_in if not _strangers(one) and not _limited(one)]
    if not strangers and not unlimited:
        return
    if not all(one.allows for one in role.trust):
        undecided(f"the trust policy of {role.name} also denies")
    evidence = [Evidence(TRUST, BY_SAML_ALONE, found, role.seen.cited) for found in strangers]
    evidence += [Evidence(TRUST, LIMITED, _audiences(one), role.seen.cited) for one in unlimited]
    yield Fail(
        tuple(evidence),
        discriminator=role.seen.id,
        severity=Severity.HIGH if strangers else Severity.MEDIUM,
    )


def _strangers(statement: Statement) -> list[str]:
    """Who is let in without being a user of a SAML provider."""
    others = ["everybody but some"] if statement.everybody_but else []
    return others + [
        who
        for kind, named in statement.principals.items()
        for who in named
        if kind != "Federated" or ":saml-provider/" not in who
    ]


def _limited(statement: Statement) -> bool:
    audiences = _audiences(statement)
    return bool(audiences) and all(ENDPOINT.fullmatch(one) for one in audiences)


def _audiences(statement: Statement) -> list[str]:
    return [
        value
        for operator, keys in statement.condition.items()
        if operator.rpartition(":")[2].removesuffix("IfExists") in EQUAL
        for key, values in keys.items()
        if key.casefold() == "saml:aud"
        for value in values
    ]
