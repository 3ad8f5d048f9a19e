"""Whether SAML users have a role that lets them in."""

from auditor.iam_examples import (
    BY_LAMBDA,
    BY_SAML,
    INSTANCE_ARN,
    ITS_USERS,
    allow,
    deny,
    of_account,
    of_aws,
    policy,
    role,
)
from auditor.iam_policy_document import Maybe
from auditor.iam_principals import READS, Principals, federating, undecided, unsure_of
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
SIGN_IN = "connect:GetFederationToken"
WANTED = f"a role that a SAML provider's users may assume, and that allows {SIGN_IN} on the instance"
NONE = "no such role in this account"

SAML = thing("connect.instance", IdentityManagementType="SAML")
OTHER = INSTANCE_ARN.replace("11111111", "99999999")
MANAGED = of_account("ConnectSignIn")
BOUNDARY = of_account("Boundary")


@rule(
    id="CONNECT-IDN-004",
    severity=Severity.HIGH,
    severity_reason="Without the role no agent of a SAML instance can sign in.",
    kind="connect.instance",
    reads={"connect.instance": (TYPE,), **READS},
    fix=Fix(
        console=(
            "In IAM create a role for SAML 2.0 federation with the identity provider, and give it the policy of the "
            "guide: connect:GetFederationToken on INSTANCE_ARN/user/${aws:userid}."
        ),
        cli="aws iam create-role and aws iam put-role-policy, with the two documents of the guide",
        cloudformation="AWS::IAM::Role: AssumeRolePolicyDocument and Policies",
        terraform="aws_iam_role and aws_iam_role_policy",
        note=(
            "A deleted role must get its old name back, and the identity provider must send that name. Where users "
            "come through a role of another account, waive the finding. Service control policies are not looked at."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/configure-saml.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_GetFederationToken.html",
    ),
    interpretive={"nist": ("AC-3", "IA-8"), "iso27001": ("A.5.15",), "soc2": ("CC6.1",)},
    examples=(
        passes("the role of the guide", SAML, role("Agents", allow(SIGN_IN, ITS_USERS))),
        passes(
            "limited by a condition on the instance",
            SAML,
            role("Agents", allow(SIGN_IN, StringEquals={"connect:InstanceId": INSTANCE_ARN[-36:]})),
        ),
        passes(
            "a managed policy, in another spelling",
            SAML,
            role("Agents", attached=(MANAGED,)),
            policy(MANAGED, allow("Connect:getfederation*", [f"{OTHER}/user/*", f"{INSTANCE_ARN}/user/*"])),
        ),
        passes(
            "the boundary lets it through",
            SAML,
            role("Agents", allow(SIGN_IN, ITS_USERS), boundary=BOUNDARY),
            policy(BOUNDARY, allow("connect:*")),
        ),
        passes("everything of Connect, written by the company", SAML, role("Agents", allow("connect:*"))),
        fails("no role", SAML, Evidence(TYPE, WANTED, NONE)),
        fails(
            "only for another instance",
            SAML,
            role("Agents", allow(SIGN_IN, f"{OTHER}/user/${{aws:userid}}")),
            Evidence(TYPE, WANTED, NONE),
        ),
        fails(
            "a condition on another instance",
            SAML,
            role("Agents", allow(SIGN_IN, StringEquals={"connect:InstanceId": OTHER[-36:]})),
            Evidence(TYPE, WANTED, NONE),
        ),
        fails(
            "no SAML provider's user may assume the role",
            SAML,
            role("Function", allow(SIGN_IN, ITS_USERS), trust=BY_LAMBDA),
            Evidence(TYPE, WANTED, NONE),
        ),
        fails(
            "denied again",
            SAML,
            role("Agents", allow(SIGN_IN, ITS_USERS), deny("connect:*")),
            Evidence(TYPE, WANTED, NONE),
        ),
        fails(
            "the trust is a refusal",
            SAML,
            role("Agents", allow(SIGN_IN, ITS_USERS), trust={**BY_SAML, "Effect": "Deny"}),
            Evidence(TYPE, WANTED, NONE),
        ),
        fails(
            "the boundary leaves it out",
            SAML,
            role("Agents", allow(SIGN_IN, ITS_USERS), boundary=BOUNDARY),
            policy(BOUNDARY, allow("s3:*")),
            Evidence(TYPE, WANTED, NONE),
        ),
        unknown("roles are not readable", SAML, unread("iam.role", "iam:GetAccountAuthorizationDetails")),
        unknown(
            "it hangs on where somebody signs in",
            SAML,
            role("Agents", allow(SIGN_IN, ITS_USERS, IpAddress={"aws:SourceIp": "192.0.2.0/24"})),
        ),
        unknown(
            "only administrators of the whole account, whom nobody may mean",
            SAML,
            role("Administrators", attached=(of_aws("AdministratorAccess"),)),
            policy(of_aws("AdministratorAccess"), allow("*")),
        ),
        unknown(
            "the boundary's text is not in the answer",
            SAML,
            role("Agents", allow(SIGN_IN, ITS_USERS), boundary=of_aws("PowerUserAccess")),
        ),
        not_applicable(
            "users are stored in Connect", thing("connect.instance", IdentityManagementType="CONNECT_MANAGED")
        ),
    ),
)
def federation_role_exists(instance: Seen, around: Around) -> Outcome:
    """A role of the account lets SAML users sign in to the instance.

    The identity provider sends users to a role, and the role's policy lets them in. When the role was deleted, or its
    policy names another instance, nobody signs in and calls wait in queues without agents; AWS warns that users may
    have to be created anew. A role that may do everything in the account also lets people in, but is hardly the one
    that agents use: where there is only such a role, nobody can tell.
    """
    if instance.get(TYPE) != "SAML":
        return NotApplicable("its users do not sign in through SAML")
    principals = Principals.of(around)
    ask = federating(instance)
    entries = [one for one in principals.roles if one.providers and one.may(ask) is not False]
    meant = [
        one
        for one in entries
        if any(grant.named and not grant.source.aws_managed for grant in one.grants(ask))
    ]
    answers = [(one, one.may(ask)) for one in meant]
    if any(answer is True for _, answer in answers):
        return Pass()
    for one, answer in answers:
        if isinstance(answer, Maybe):
            unsure_of(one, answer)
    if entries:
        undecided(f"only roles with far wider rights let SAML users in, such as {entries[0].name}")
    return Fail.at(TYPE, expected=WANTED, actual=NONE)
