"""How far the right to sign in to instances reaches."""

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
from auditor.iam_principals import (
    ANOTHER_INSTANCE,
    READS,
    Grant,
    Principal,
    Principals,
    asking,
    federating,
    unsure_of,
)
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
EMERGENCY = ("connect:AdminGetEmergencyAccessToken", "connect:GetFederationTokens")
WANTED = f"{SIGN_IN} on named instances, by Resource or by a condition on connect:InstanceId"

SAML = thing("connect.instance", IdentityManagementType="SAML")
MANAGED = of_account("ConnectSignIn")
READ_ONLY = of_aws("AmazonConnectReadOnlyAccess")


def _said(name: str, holders: list[str], action: str = SIGN_IN, resource: str = "*") -> dict[str, object]:
    return {"policy": name, "actions": [action], "resources": [resource], "held by": holders}


@rule(
    id="CONNECT-IDN-005",
    severity=Severity.HIGH,
    severity_reason=(
        "Whoever may sign in to every instance reaches recordings and customers' data in all of them. Where no holder "
        "comes from a SAML provider it takes a session that bears a user's name: medium. AWS's own policies: info."
    ),
    severities=(Severity.MEDIUM, Severity.INFO),
    kind="connect.instance",
    reads={"connect.instance": (TYPE,), **READS},
    fix=Fix(
        console="In IAM edit the policy: as Resource, INSTANCE_ARN/user/${aws:userid} for each instance meant.",
        cli=(
            "aws iam create-policy-version --policy-arn ARN --policy-document file://policy.json --set-as-default, or "
            "aws iam put-role-policy, with the narrower Resource"
        ),
        cloudformation="AWS::IAM::ManagedPolicy or AWS::IAM::Role: Resource of the statement",
        terraform="aws_iam_policy or aws_iam_role_policy: Resource of the statement",
        note=(
            "AWS's own policies cannot be edited; they are told as info. To keep one and withhold the sign-in, deny "
            "connect:GetFederationToken beside it. Service control policies are not looked at."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/configure-saml.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonConnectReadOnlyAccess.html",
    ),
    published={"nist": ("AC-2", "AC-3", "AC-6")},
    interpretive={"iso27001": ("A.5.15", "A.8.2"), "soc2": ("CC6.1", "CC6.3")},
    examples=(
        passes("nobody may sign in through IAM", SAML),
        passes(
            "one instance by its ARN, one by a condition",
            SAML,
            role("Agents", allow(SIGN_IN, ITS_USERS)),
            role("Others", allow(SIGN_IN, StringEquals={"connect:InstanceId": INSTANCE_ARN[-36:]})),
        ),
        passes(
            "everything of Connect, but not signing in",
            SAML,
            role("Builders", allow("connect:*"), deny("connect:GetFederationToken*")),
        ),
        passes(
            "an exporter of metrics that may read all of Connect, the emergency login by its old name included",
            SAML,
            role("Exporter", allow(["connect:Get*", "connect:List*"]), trust=BY_LAMBDA),
        ),
        passes(
            "who may do everything of Connect, the emergency login included, is judged by another rule",
            SAML,
            role("Deploy", allow("connect:*"), trust=BY_LAMBDA),
        ),
        passes(
            "an administrator of the whole account is not a policy about signing in",
            SAML,
            role("Administrators", attached=(of_aws("AdministratorAccess"),)),
            policy(of_aws("AdministratorAccess"), allow("*")),
        ),
        passes(
            "the role of Connect itself",
            SAML,
            role("AWSServiceRole", allow("connect:*"), path="/aws-service-role/connect.amazonaws.com/"),
        ),
        passes("a policy that nobody has", SAML, policy(MANAGED, allow(SIGN_IN))),
        fails(
            "every instance, in a managed policy of two roles",
            SAML,
            role("Agents", attached=(MANAGED,)),
            role("Supervisors", attached=(MANAGED,)),
            policy(MANAGED, allow(SIGN_IN)),
            Evidence(
                "PolicyVersionList",
                WANTED,
                _said("ConnectSignIn", ["Agents", "Supervisors"]),
                "iam.policy ANPA-ConnectSignIn",
            ),
        ),
        fails(
            "every instance of the Region, in another spelling, in an inline policy",
            SAML,
            role(
                "Tools",
                allow("Connect:getfederationtoken", "arn:aws:connect:us-east-1:111122223333:instance/*"),
                trust=BY_LAMBDA,
            ),
            Evidence(
                "RolePolicyList",
                WANTED,
                _said(
                    "Inline",
                    ["Tools"],
                    "Connect:getfederationtoken",
                    "arn:aws:connect:us-east-1:111122223333:instance/*",
                ),
                "iam.role AROA-Tools",
            ),
        ),
        fails(
            "through a group",
            SAML,
            user("ana", groups=("Staff",)),
            group("Staff", allow(SIGN_IN)),
            Evidence("GroupPolicyList", WANTED, _said("Inline", ["ana"]), "iam.group AGPA-Staff"),
        ),
        fails(
            "one of AWS's own policies",
            SAML,
            role("Auditors", attached=(READ_ONLY,)),
            policy(READ_ONLY, allow(["connect:Get*", "connect:List*"]), deny(EMERGENCY[0])),
            Evidence(
                "PolicyVersionList",
                WANTED,
                _said("AmazonConnectReadOnlyAccess", ["Auditors"], "connect:Get*"),
                "iam.policy ANPA-AmazonConnectReadOnlyAccess",
            ),
        ),
        unknown("roles are not readable", SAML, unread("iam.role", "iam:GetAccountAuthorizationDetails")),
        unknown("users are not readable", SAML, unread("iam.user", "iam:GetAccountAuthorizationDetails")),
        unknown(
            "it hangs on a tag of who asks",
            SAML,
            role("Agents", allow(SIGN_IN, StringEquals={"aws:PrincipalTag/team": "voice"})),
        ),
        unknown(
            "it hangs on a denial with a condition",
            SAML,
            role("Agents", allow(SIGN_IN), deny(SIGN_IN, NotIpAddress={"aws:SourceIp": "192.0.2.0/24"})),
        ),
        not_applicable(
            "nobody signs in through IAM", thing("connect.instance", IdentityManagementType="CONNECT_MANAGED")
        ),
    ),
)
def federation_names_instances(instance: Seen, around: Around) -> Outcome:
    """Policies that let people sign in to Connect, and no more, name the instances.

    connect:GetFederationToken signs in whoever calls it, as the user of the same name. Granted on every resource it
    opens every instance of the account, the ones made later too, with whatever the user of that name may hear and
    change there. Whoever may use the emergency login of every instance needs no sign-in: CONNECT-IDN-016 lists those,
    with `connect:*` and the administrators of the whole account among them.
    """
    if instance.get(TYPE) != "SAML":
        return NotApplicable("its users do not sign in through SAML")
    ask = federating(instance, ANOTHER_INSTANCE)
    emergency = asking(instance, *EMERGENCY, instance_id=ANOTHER_INSTANCE)
    sure, unsure = Principals.of(around).that_may(ask)
    found: dict[str, tuple[Grant, list[Principal]]] = {}
    for principal in sure:
        for grant in principal.grants(ask):
            if grant.named and principal.may(emergency) is not True:
                found.setdefault(grant.source.id, (grant, []))[1].append(principal)
    doubts = [(one, why) for one, why in unsure if any(grant.named for grant in one.grants(ask))]
    if doubts and all(grant.source.aws_managed for grant, _ in found.values()):
        unsure_of(*doubts[0])
    return [_failure(source, grant, holders) for source, (grant, holders) in found.items()] or Pass()


def _failure(source: str, grant: Grant, holders: list[Principal]) -> Fail:
    written = grant.source.written
    path = "PolicyVersionList" if written.cited.startswith("iam.policy ") else grant.source.path
    return Fail.at(
        path,
        expected=WANTED,
        actual={
            "policy": grant.source.name,
            "actions": list(grant.actions),
            "resources": list(grant.resources),
            "held by": sorted({holder.name for holder in holders}),
        },
        cites=written,
        discriminator=source,
        severity=_severity(grant, holders),
    )


def _severity(grant: Grant, holders: list[Principal]) -> Severity:
    if grant.source.aws_managed:
        return Severity.INFO
    by_saml = any(holder.seen.kind == "iam.role" and holder.providers for holder in holders)
    return Severity.HIGH if by_saml else Severity.MEDIUM
