"""Who can create, change and delete whole instances."""

from auditor.iam_examples import (
    BY_LAMBDA,
    INSTANCE_ARN,
    ITS_USERS,
    allow,
    deny,
    of_account,
    of_aws,
    policy,
    role,
    user,
)
from auditor.iam_principals import ANOTHER_INSTANCE, READS, asking, excess
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

CREATE = "connect:CreateInstance"
CHANGES = ("connect:DeleteInstance", "connect:UpdateInstanceAttribute", "connect:UpdateInstanceStorageConfig")
PARAM = "administrators"
WANTED = f"nobody who may create, change or delete instances but those in {PARAM}"
ALL = "roles and users that may do everything"

INSTANCE = thing("connect.instance")
FULL = of_aws("AmazonConnect_FullAccess")
ADMIN = of_aws("AdministratorAccess")
LIMITS = of_account("Limits")


def _evidence(name: str, path: str, written: str, action: str, resource: str = "*") -> Evidence:
    actual = {"RoleName": name, "policy": written, "actions": [action], "resources": [resource]}
    return Evidence(path, WANTED, actual, f"iam.role AROA-{name}")


@rule(
    id="CONNECT-IDN-018",
    severity=Severity.MEDIUM,
    severity_reason="Such a right is needed for building and dangerous in daily work; most findings are to be named.",
    severities=(Severity.INFO,),
    kind="connect.instance",
    reads={"connect.instance": (), **READS},
    params=(
        Param(
            PARAM,
            [],
            "Names or ARNs of roles and users that may administer instances; * stands for anything.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console=(
            "In IAM replace AmazonConnect_FullAccess and connect:* by the actions that the work needs, or name who "
            "administers instances in the parameter administrators."
        ),
        cli="aws iam detach-role-policy, aws iam detach-user-policy or aws iam detach-group-policy",
        cloudformation="AWS::IAM::Role: ManagedPolicyArns and Policies",
        terraform="aws_iam_role_policy_attachment, aws_iam_role_policy",
        note=(
            "A service control policy that denies connect:DeleteInstance is not visible from here: waive the finding "
            "where one does."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security_iam_awsmanpol.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html",
    ),
    interpretive={
        "nist": ("AC-2", "AC-5", "AC-6"),
        "pci": ("7.2.1", "7.2.2"),
        "iso27001": ("A.8.2",),
        "soc2": ("CC6.3",),
    },
    examples=(
        passes("nobody", INSTANCE, role("Agents", allow("connect:GetFederationToken", ITS_USERS))),
        passes(
            "reading, and working with users and queues",
            INSTANCE,
            role("Operations", allow(["connect:Describe*", "connect:UpdateUser*", "connect:CreateQueue"])),
        ),
        passes(
            "the whole of another instance",
            INSTANCE,
            role("Tools", allow("connect:*", f"{INSTANCE_ARN[:-1]}9/*")),
        ),
        passes(
            "a boundary that leaves it out",
            INSTANCE,
            role("Developers", attached=(FULL,), boundary=LIMITS),
            policy(FULL, allow("connect:*")),
            policy(LIMITS, allow("*"), deny(["connect:*Instance", "connect:UpdateInstance*"])),
        ),
        passes(
            "those who are known",
            INSTANCE,
            role("Deploy", allow("connect:*")),
            role("AWSReservedSSO_AdministratorAccess_0123456789abcdef", allow("*")),
            user("root-like", allow("*")),
            administrators=["Deploy", "AWSReservedSSO_AdministratorAccess_*", "root-like"],
        ),
        fails(
            "the policy for full access",
            INSTANCE,
            role("Supervisors", attached=(FULL,)),
            policy(FULL, allow(["connect:*", "ds:CreateAlias"])),
            _evidence("Supervisors", "AttachedManagedPolicies", "AmazonConnect_FullAccess", "connect:*"),
        ),
        fails(
            "deleting this very instance",
            INSTANCE,
            role("Cleaner", allow("connect:delete*", INSTANCE_ARN), trust=BY_LAMBDA),
            _evidence("Cleaner", "RolePolicyList", "Inline", "connect:delete*", INSTANCE_ARN),
        ),
        fails(
            "only creating",
            INSTANCE,
            role("Factory", allow(CREATE)),
            _evidence("Factory", "RolePolicyList", "Inline", CREATE),
        ),
        fails(
            "administrators of the whole account",
            INSTANCE,
            role("Administrators", attached=(ADMIN,)),
            policy(ADMIN, allow("*")),
            Evidence(ALL, WANTED, ["Administrators"]),
        ),
        unknown(
            "policies are not readable", INSTANCE, unread("iam.policy", "iam:GetAccountAuthorizationDetails")
        ),
        unknown(
            "it hangs on a second factor",
            INSTANCE,
            role("Operations", allow("connect:*", Bool={"aws:MultiFactorAuthPresent": "true"})),
        ),
        not_applicable("the creation failed", thing("connect.instance", InstanceStatus="CREATION_FAILED")),
    ),
)
def instance_administrators_are_known(instance: Seen, around: Around) -> Outcome:
    """Only named principals may create, change or delete instances.

    Deleting an instance takes its numbers, flows, users and history away at once and for ever; changing its storage
    sends recordings elsewhere. AmazonConnect_FullAccess and `connect:*` allow all of that, and people give them to
    supervisors and functions that need a single action.

    Administrators of the whole account are one finding, as info, until they are named in the parameter
    `administrators`.
    """
    asks = [asking(instance, CREATE, instance_id=ANOTHER_INSTANCE)]
    asks += [asking(instance, action) for action in CHANGES]
    return excess(around, asks, around.params[PARAM], WANTED, Severity.INFO) or Pass()
