"""What the functions behind flows may do in the account."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.model import Cause, Reason
from auditor.resource_policy import Statement, statements
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Seen,
    Severity,
    Thing,
    Unread,
    fails,
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

HARMLESS = frozenset({"cloudwatch:*", "logs:*", "xray:*"})
"""What every function may have in full: it writes logs, metrics and traces with it."""
ARN = "arn:aws:lambda:us-east-1:111122223333:function:customer-lookup"
ROLE_ARN = "arn:aws:iam::111122223333:role/customer-lookup"
POLICY_ARN = "arn:aws:iam::111122223333:policy/customer-lookup"
CITED = "iam.role AROA1"
WANTED = "no policy that allows everything, or everything of a service"
FUNCTION = thing("connect.lambda_function", FunctionArn=ARN)
LAMBDA = thing("lambda.function", id=ARN, Role=ROLE_ARN)


def _document(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    said = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": said}


def _role(*documents: dict[str, Any], attached: tuple[str, ...] = (), **more: Any) -> Thing:
    inline = [{"PolicyName": f"p{number}", "PolicyDocument": one} for number, one in enumerate(documents)]
    managed = [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in attached]
    return thing(
        "iam.role", id="AROA1", Arn=ROLE_ARN, RolePolicyList=inline, AttachedManagedPolicies=managed, **more
    )


def _policy(document: dict[str, Any], arn: str = POLICY_ARN) -> Thing:
    old = {"Document": _document("*"), "VersionId": "v1", "IsDefaultVersion": False}
    return thing(
        "iam.policy",
        id=f"ANPA{arn[-1]}",
        Arn=arn,
        PolicyVersionList=[old, {"Document": document, "VersionId": "v2", "IsDefaultVersion": True}],
    )


@rule(
    id="CONNECT-INT-008",
    severity=Severity.MEDIUM,
    severity_reason="It takes a mistake in the function first; then whoever calls can reach the whole account.",
    severities=(Severity.LOW,),
    kind="connect.lambda_function",
    reads={
        "connect.lambda_function": ("FunctionArn",),
        "lambda.function": ("Role",),
        "iam.role": ("Arn", "RolePolicyList", "AttachedManagedPolicies", "PermissionsBoundary"),
        "iam.policy": ("Arn", "PolicyVersionList"),
    },
    opt_in=(
        "It speaks of the functions and not of Amazon Connect, so other tools usually judge it already: Security Hub "
        "has IAM.1 and IAM.21 for it."
    ),
    fix=Fix(
        console="In IAM open the function's role and replace the policy by one with the actions and resources it uses.",
        cli="aws iam put-role-policy --role-name ROLE --policy-name POLICY --policy-document file://policy.json",
        cloudformation="AWS::IAM::Role: Policies and ManagedPolicyArns",
        terraform="aws_iam_role_policy and aws_iam_role_policy_attachment",
        note="IAM Access Analyzer can write such a policy from what the function did in the last weeks.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-bp.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    ),
    published={"fsbp": ("IAM.1", "IAM.21"), "nist": ("AC-2", "AC-3", "AC-5", "AC-6")},
    interpretive={"iso27001": ("A.8.2",), "soc2": ("CC6.3",)},
    examples=(
        passes(
            "some actions on a table",
            FUNCTION,
            LAMBDA,
            _role(_document(["dynamodb:GetItem"], "arn:aws:dynamodb:us-east-1:111122223333:table/customers")),
        ),
        passes(
            "everything on one table, and all of its logs",
            FUNCTION,
            LAMBDA,
            _role(
                _document("dynamodb:*", "arn:aws:dynamodb:us-east-1:111122223333:table/c"),
                _document("logs:*"),
            ),
        ),
        passes(
            "a managed policy whose former version allowed everything",
            FUNCTION,
            LAMBDA,
            _role(attached=(POLICY_ARN,)),
            _policy(_document("dynamodb:GetItem")),
        ),
        passes("everything is denied", FUNCTION, LAMBDA, _role(_document("*", Effect="Deny"))),
        fails(
            "everything",
            FUNCTION,
            LAMBDA,
            _role(_document("*")),
            Evidence("Policies", WANTED, ["*"], CITED),
        ),
        fails(
            "everything but IAM, by a managed policy",
            FUNCTION,
            LAMBDA,
            _role(attached=(POLICY_ARN,)),
            _policy({"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]}),
            Evidence("Policies", WANTED, ["everything but iam:*"], CITED),
        ),
        fails(
            "everything of a service",
            FUNCTION,
            LAMBDA,
            _role(_document(["s3:*", "logs:*"])),
            Evidence("Policies", WANTED, ["s3:*"], CITED),
        ),
        unknown(
            "roles are not readable",
            FUNCTION,
            LAMBDA,
            unread("iam.role", "iam:GetAccountAuthorizationDetails"),
        ),
        unknown(
            "policies are not readable",
            FUNCTION,
            LAMBDA,
            _role(attached=(POLICY_ARN,)),
            unread("iam.policy", "iam:GetAccountAuthorizationDetails"),
        ),
        unknown(
            "a policy that is not among those of the account", FUNCTION, LAMBDA, _role(attached=(POLICY_ARN,))
        ),
        unknown("a role that is not among those of the account", FUNCTION, LAMBDA),
        unknown(
            "the function is not readable",
            FUNCTION,
            unread("lambda.function", "lambda:GetFunctionConfiguration", ARN),
            _role(_document("*")),
        ),
        passes(
            "a boundary beside a policy that is limited already",
            FUNCTION,
            LAMBDA,
            _role(_document("dynamodb:GetItem"), PermissionsBoundary={"PermissionsBoundaryArn": POLICY_ARN}),
        ),
        unknown(
            "a boundary may limit what the role's policy does not",
            FUNCTION,
            LAMBDA,
            _role(_document("*"), PermissionsBoundary={"PermissionsBoundaryArn": POLICY_ARN}),
        ),
        not_applicable("the function does not exist", FUNCTION, missing("lambda.function", ARN)),
    ),
)
def lambda_role_is_limited(association: Seen, around: Around) -> Outcome:
    """The function's role allows neither everything nor everything of a service.

    What callers say and type reaches the function. When the function takes too much of it at its word, the caller
    acts with the function's rights: with a limited role on one table, with an administrative one on every recording,
    every customer and the account itself.
    """
    function = around.behind("lambda.function", association.get("FunctionArn"))
    if function is None:
        return NotApplicable("the function does not exist (CONNECT-INT-003 judges that)")
    role = _by_arn(around, "iam.role", function.get("Role"))
    wide = sorted({words for document in _documents(role, around) for words in _wide(document)})
    if not wide:
        return []
    if role.get("PermissionsBoundary"):
        words = "a permissions boundary limits the role; what it leaves of the policies is not computed"
        raise Unread(Cause(Reason.UNDECIDED, "iam:GetAccountAuthorizationDetails", words), role.cited)
    whole = any(words == "*" or words.startswith("everything but") for words in wide)
    severity = Severity.MEDIUM if whole else Severity.LOW
    return Fail.at("Policies", expected=WANTED, actual=wide, cites=role, severity=severity)


def _by_arn(around: Around, kind: str, arn: str) -> Seen:
    """A role or a policy by its ARN. Raises `Unread` where the account's own list lacks it."""
    found = [one for one in around.naming(kind, "Arn", arn.rpartition("/")[2]) if one.get("Arn") == arn]
    if not found:
        words = f"{arn} is not among those that were listed"
        raise Unread(Cause(Reason.UNDECIDED, "iam:GetAccountAuthorizationDetails", words), f"{kind} {arn}")
    return found[0]


def _documents(role: Seen, around: Around) -> Iterator[Mapping[str, Any]]:
    """The role's own policies, and the version in force of those attached to it."""
    for inline in role.get("RolePolicyList", ()):
        yield inline["PolicyDocument"]
    for attached in role.get("AttachedManagedPolicies", ()):
        policy = _by_arn(around, "iam.policy", attached["PolicyArn"])
        for version in policy.get("PolicyVersionList", ()):
            if version["IsDefaultVersion"]:
                yield version["Document"]


def _wide(document: Mapping[str, Any]) -> Iterator[str]:
    """What a policy allows on everything that is all, or all of a service."""
    for statement in statements(json.dumps(document)):
        if statement.allows and "*" in statement.resources and not statement.conditions:
            yield from _wide_actions(statement)


def _wide_actions(statement: Statement) -> Iterator[str]:
    if statement.all_but_actions:
        yield f"everything but {', '.join(statement.actions)}"
        return
    for action in statement.actions:
        if action in ("*", "*:*") or (action.endswith(":*") and action not in HARMLESS):
            yield action
