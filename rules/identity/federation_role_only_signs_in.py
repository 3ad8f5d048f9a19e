"""What the role that signs people in may do beside that."""

from collections.abc import Iterator

from auditor.iam_examples import BY_LAMBDA, ITS_USERS, allow, deny, of_account, of_aws, policy, role
from auditor.iam_policy_document import Statement, matches
from auditor.iam_principals import READS, Principal, Principals, federation_roles, undecided
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
PARAM = "allowed_actions"

SAML = thing("connect.instance", IdentityManagementType="SAML")
ENTER = allow(SIGN_IN, ITS_USERS)
MORE = of_account("Agents")


def _evidence(name: str, *actions: str, path: str = "RolePolicyList", only: str = SIGN_IN) -> Evidence:
    actual = {"policy": name, "actions": list(actions)}
    return Evidence(path, f"nothing but {only}", actual, "iam.role AROA-Agents")


@rule(
    id="CONNECT-IDN-008",
    severity=Severity.MEDIUM,
    severity_reason="What else the role allows is in the browser of every agent, but it takes an agent to misuse it.",
    kind="connect.instance",
    reads={"connect.instance": (TYPE,), **READS},
    params=(
        Param(
            PARAM,
            [SIGN_IN],
            "The actions that the role may allow, such as those of a softphone of one's own; patterns with * work.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="In IAM take everything but connect:GetFederationToken out of the role's policies.",
        cli="aws iam put-role-policy, or aws iam detach-role-policy for a policy that has nothing to do with it",
        cloudformation="AWS::IAM::Role: Policies and ManagedPolicyArns",
        terraform="aws_iam_role_policy, aws_iam_role_policy_attachment",
        note=(
            "Give people who also work on the AWS console another role. Where a softphone of your own calls AWS from "
            "the agent's browser, name its actions in the parameter allowed_actions."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/configure-saml.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
    ),
    published={"nist": ("AC-2", "AC-3", "AC-5", "AC-6")},
    interpretive={"iso27001": ("A.8.2",), "soc2": ("CC6.3",)},
    examples=(
        passes("the role of the guide", SAML, role("Agents", ENTER)),
        passes(
            "more is denied, and a wide permission only names the sign-in",
            SAML,
            role("Agents", allow("Connect:getFederationToken", ITS_USERS), deny("s3:*")),
        ),
        passes(
            "actions of the company's softphone, by the parameter",
            SAML,
            role("Agents", ENTER, allow(["lambda:InvokeFunction", "connect:GetFederationToken"])),
            allowed_actions=[SIGN_IN, "lambda:Invoke*"],
        ),
        passes(
            "another role of SAML users, for administrators, is not the one for agents",
            SAML,
            role("Agents", ENTER),
            role("Administrators", attached=(of_aws("AdministratorAccess"),)),
            policy(of_aws("AdministratorAccess"), allow("*")),
        ),
        fails(
            "storage beside the sign-in",
            SAML,
            role("Agents", ENTER, allow(["s3:GetObject", SIGN_IN])),
            _evidence("Inline", "s3:GetObject"),
        ),
        fails(
            "a denial of something else takes nothing back",
            SAML,
            role("Agents", ENTER, allow("s3:GetObject"), deny("s3:DeleteObject")),
            _evidence("Inline", "s3:GetObject"),
        ),
        fails(
            "a pattern that is wider than the sign-in",
            SAML,
            role("Agents", allow("connect:Get*", ITS_USERS)),
            _evidence("Inline", "connect:Get*"),
        ),
        fails(
            "the emergency login, under its old name",
            SAML,
            role("Agents", allow([SIGN_IN, "connect:GetFederationTokens"], ITS_USERS)),
            _evidence("Inline", "connect:GetFederationTokens"),
        ),
        fails(
            "a managed policy with everything but some",
            SAML,
            role("Agents", ENTER, attached=(MORE,)),
            policy(MORE, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
            _evidence("Agents", "all but iam:*", path="AttachedManagedPolicies"),
        ),
        unknown(
            "policies are not readable", SAML, unread("iam.policy", "iam:GetAccountAuthorizationDetails")
        ),
        unknown(
            "the text of one of its policies is not in the answer",
            SAML,
            role("Agents", ENTER, attached=(of_aws("job-function/Billing"),)),
        ),
        unknown(
            "a boundary may take back what is too much",
            SAML,
            role("Agents", ENTER, allow("s3:*"), boundary=MORE),
            policy(MORE, allow("connect:*")),
        ),
        unknown(
            "a denial may take back what is too much",
            SAML,
            role("Agents", ENTER, allow("s3:Get*"), deny("s3:*Object", "arn:aws:s3:::recordings/*")),
        ),
        not_applicable("there is no such role", SAML, role("Function", ENTER, trust=BY_LAMBDA)),
        not_applicable(
            "users are stored in Connect", thing("connect.instance", IdentityManagementType="CONNECT_MANAGED")
        ),
    ),
)
def federation_role_only_signs_in(instance: Seen, around: Around) -> Outcome:
    """The roles that sign people in allow nothing else.

    Every agent's browser holds the credentials of this role while they sign in, and who takes them can call all that
    the role allows, from anywhere, until they expire. Signing in needs one action: what an agent may do in Connect is
    decided by security profiles, not by this role.
    """
    if instance.get(TYPE) != "SAML":
        return NotApplicable("its users do not sign in through SAML")
    roles = federation_roles(Principals.of(around), instance)
    if not roles:
        return NotApplicable("no role was made for signing in to it (CONNECT-IDN-004 judges that)")
    permitted = tuple(around.params[PARAM])
    return [failure for role in roles for failure in _failures(role, permitted)] or Pass()


def _failures(role: Principal, permitted: tuple[str, ...]) -> Iterator[Fail]:
    evidence = []
    for source in role.sources:
        if source.statements is None:
            undecided(f"{role.seen.cited}: policy {source.name} could not be read")
        more = [action for one in source.statements if one.allows for action in _beyond(one, permitted)]
        if more:
            actual = {"policy": source.name, "actions": more}
            expected = f"nothing but {', '.join(permitted)}"
            evidence.append(Evidence(source.path, expected, actual, role.seen.cited))
            if role.boundary is not None or any(_takes_back(role, action) for action in more):
                undecided(f"{role.seen.cited}: a boundary or a denial may take back what is too much")
    if evidence:
        yield Fail(tuple(evidence), discriminator=role.seen.id)


def _beyond(statement: Statement, permitted: tuple[str, ...]) -> list[str]:
    """The patterns of actions that reach further than what is permitted."""
    if statement.not_actions:
        return [f"all but {', '.join(statement.not_actions)}"]
    return [
        action for action in statement.actions if not any(matches(pattern, action) for pattern in permitted)
    ]


def _takes_back(role: Principal, action: str) -> bool:
    """Whether a denial has to do with what is too much."""
    denials = [one for source in role.sources for one in source.statements or () if not one.allows]
    return any(one.touches("*" if action.startswith("all but ") else action) for one in denials)
