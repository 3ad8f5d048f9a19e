"""Who can sign in past the identity provider."""

from auditor.iam_examples import (
    BY_LAMBDA,
    INSTANCE_ARN,
    ITS_USERS,
    allow,
    deny,
    group,
    of_account,
    of_aws,
    policy,
    role,
    user,
)
from auditor.iam_principals import READS, asking, excess
from auditor.rule import (
    Around,
    Evidence,
    Fix,
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

EMERGENCY = "connect:AdminGetEmergencyAccessToken"
OLD_NAME = "connect:GetFederationTokens"
PARAM = "break_glass_principals"
WANTED = f"nobody who may call {EMERGENCY} but those in {PARAM}"
ALL = "roles and users that may do everything"

INSTANCE = thing("connect.instance")
FULL = of_aws("AmazonConnect_FullAccess")
ADMIN = of_aws("AdministratorAccess")
READ_ONLY = of_aws("AmazonConnectReadOnlyAccess")
MANAGED = of_account("Connect")
ADMINISTRATORS = (role("Administrators", attached=(ADMIN,)), policy(ADMIN, allow("*")))


def _evidence(
    path: str, cited: str, name: str, written: str, actions: list[str], resource: str = "*"
) -> Evidence:
    label = "UserName" if cited.startswith("iam.user") else "RoleName"
    actual = {label: name, "policy": written, "actions": actions, "resources": [resource]}
    return Evidence(path, WANTED, actual, cited)


@rule(
    id="CONNECT-IDN-016",
    severity=Severity.HIGH,
    severity_reason="It makes anybody an administrator of the contact centre, past the identity provider.",
    severities=(Severity.INFO,),
    kind="connect.instance",
    reads={"connect.instance": (), **READS},
    params=(
        Param(
            PARAM,
            [],
            "Names or ARNs of roles and users that may sign in in an emergency; * stands for anything.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console=(
            "In IAM take connect:AdminGetEmergencyAccessToken out of the policies, or add a statement that denies it. "
            "Name who keeps it in the parameter break_glass_principals."
        ),
        cli="aws iam put-role-policy with a statement that denies connect:AdminGetEmergencyAccessToken",
        cloudformation="AWS::IAM::ManagedPolicy with a statement that denies connect:AdminGetEmergencyAccessToken",
        terraform="aws_iam_policy with a statement that denies connect:AdminGetEmergencyAccessToken",
        note=(
            "For all accounts at once, deny it in a service control policy but for aws:PrincipalArn of the emergency "
            "role. Such a policy is not visible from here: waive the finding where one denies it. The old name of the "
            "action, connect:GetFederationTokens, still works."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/emergency-admin-login.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/authentication-profiles.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security_iam_awsmanpol.html",
    ),
    published={"nist": ("AC-2", "AC-3", "AC-5", "AC-6")},
    interpretive={"iso27001": ("A.8.2",), "soc2": ("CC6.3",)},
    examples=(
        passes("nobody has a policy about it", INSTANCE, role("Agents", allow("s3:*"))),
        passes(
            "signing in is not the emergency login",
            INSTANCE,
            role("Agents", allow("connect:GetFederationToken", ITS_USERS)),
        ),
        passes(
            "AWS's policy for reading denies it",
            INSTANCE,
            role("Auditors", attached=(READ_ONLY,)),
            policy(READ_ONLY, allow("connect:Get*"), deny(EMERGENCY)),
        ),
        passes(
            "only for another instance",
            INSTANCE,
            role("Tools", allow("connect:*", f"{INSTANCE_ARN[:-1]}9")),
        ),
        passes(
            "the role of Connect itself",
            INSTANCE,
            role("AWSServiceRole", allow("connect:*"), path="/aws-service-role/connect.amazonaws.com/"),
        ),
        passes(
            "the role for emergencies, by its name and by its ARN",
            INSTANCE,
            role("BreakGlass-1", allow(EMERGENCY)),
            role("BreakGlass-2", attached=(FULL,)),
            policy(FULL, allow("connect:*")),
            *ADMINISTRATORS,
            break_glass_principals=["BreakGlass-1", "arn:aws:iam::*:role/BreakGlass-?", "Administrators"],
        ),
        fails(
            "by its name",
            INSTANCE,
            role("Support", allow([EMERGENCY, OLD_NAME], INSTANCE_ARN)),
            _evidence(
                "RolePolicyList",
                "iam.role AROA-Support",
                "Support",
                "Inline",
                [EMERGENCY, OLD_NAME],
                INSTANCE_ARN,
            ),
        ),
        fails(
            "all of Connect, for a function",
            INSTANCE,
            role("Function", attached=(FULL,), trust=BY_LAMBDA),
            policy(FULL, allow("connect:*")),
            _evidence(
                "AttachedManagedPolicies",
                "iam.role AROA-Function",
                "Function",
                "AmazonConnect_FullAccess",
                ["connect:*"],
            ),
        ),
        fails(
            "AWS's answer leaves the text of its own policy out",
            INSTANCE,
            role("Function", attached=(FULL,)),
            _evidence(
                "AttachedManagedPolicies",
                "iam.role AROA-Function",
                "Function",
                "AmazonConnect_FullAccess",
                ["connect:*"],
            ),
        ),
        fails(
            "a user, through a group",
            INSTANCE,
            user("ana", groups=("Staff",)),
            group("Staff", attached=(MANAGED,)),
            policy(MANAGED, allow("connect:Admin*")),
            _evidence("GroupList", "iam.user AIDA-ana", "ana", "Connect", ["connect:Admin*"]),
        ),
        fails(
            "administrators of the whole account",
            INSTANCE,
            *ADMINISTRATORS,
            user("eva", {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
            Evidence(ALL, WANTED, ["Administrators", "eva"]),
        ),
        unknown("roles are not readable", INSTANCE, unread("iam.role", "iam:GetAccountAuthorizationDetails")),
        unknown(
            "groups are not readable", INSTANCE, unread("iam.group", "iam:GetAccountAuthorizationDetails")
        ),
        unknown(
            "it hangs on where the call comes from",
            INSTANCE,
            role("Support", allow(EMERGENCY, IpAddress={"aws:SourceIp": "192.0.2.0/24"})),
            *ADMINISTRATORS,
        ),
        unknown(
            "it hangs on a denial for some",
            INSTANCE,
            role("Support", allow("connect:*"), deny(EMERGENCY, Null={"aws:MultiFactorAuthAge": "true"})),
        ),
        not_applicable(
            "the instance is still being created",
            thing("connect.instance", InstanceStatus="CREATION_IN_PROGRESS"),
        ),
    ),
)
def emergency_access_is_limited(instance: Seen, around: Around) -> Outcome:
    """Only named principals may sign in to the instance in an emergency.

    The emergency login opens the contact centre as an administrator to anybody whose IAM policies allow one action.
    No identity provider asks for a second factor, and the ranges of addresses in authentication profiles do not
    apply: who takes such credentials can listen to every recording and change every flow. `connect:*` includes the
    action, which people seldom know.

    Administrators of the whole account can always give it to themselves: they are one finding, as info, until they
    are named in the parameter `break_glass_principals`.
    """
    ask = asking(instance, EMERGENCY, OLD_NAME)
    return excess(around, [ask], around.params[PARAM], WANTED, Severity.INFO) or Pass()
