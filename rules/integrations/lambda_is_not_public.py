"""Whether strangers can call the functions that flows use."""

import json
from typing import Any

from auditor.resource_policy import public, statements
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
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

ARN = "arn:aws:lambda:us-east-1:111122223333:function:customer-lookup"
WANTED = "no statement that lets everyone in"
FUNCTION = thing("connect.lambda_function", FunctionArn=ARN)


def _function(principal: Any, condition: dict[str, Any] | None = None, **more: Any) -> Thing:
    said = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        **more,
    }
    if condition:
        said["Condition"] = condition
    return thing("lambda.function", id=ARN, Policy=json.dumps({"Version": "2012-10-17", "Statement": [said]}))


def _evidence(actual: Any) -> Evidence:
    return Evidence("Policy", WANTED, actual, f"lambda.function {ARN}")


@rule(
    id="CONNECT-INT-005",
    severity=Severity.CRITICAL,
    severity_reason="Anybody can call the function with input of their own and read what it answers about customers.",
    kind="connect.lambda_function",
    reads={"connect.lambda_function": ("FunctionArn",), "lambda.function": ("Policy",)},
    fix=Fix(
        console=(
            'In Lambda open the function, "Configuration" > "Permissions", and delete the statement whose principal is '
            "*; delete a function URL that nobody needs."
        ),
        cli="aws lambda remove-permission --function-name FUNCTION_ARN --statement-id STATEMENT_ID",
        cloudformation="AWS::Lambda::Permission: Principal connect.amazonaws.com, with SourceArn and SourceAccount",
        terraform="aws_lambda_permission: principal connect.amazonaws.com, with source_arn and source_account",
        note="A function URL without sign-in needs such a statement; call the function from elsewhere in another way.",
    ),
    sources=(
        "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    ),
    published={"fsbp": ("Lambda.1",), "nist": ("AC-3", "AC-6", "AC-21", "SC-7")},
    interpretive={"iso27001": ("A.5.15",), "soc2": ("CC6.1",), "gdpr": ("Art. 32",), "lgpd": ("Art. 46",)},
    examples=(
        passes("only Connect may call it", FUNCTION, _function({"Service": "connect.amazonaws.com"})),
        passes("no policy at all", FUNCTION, thing("lambda.function", id=ARN)),
        passes("another account", FUNCTION, _function({"AWS": "arn:aws:iam::999988887777:root"})),
        passes(
            "everyone of the organization",
            FUNCTION,
            _function("*", {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
        ),
        passes(
            "everyone who comes for this account",
            FUNCTION,
            _function({"AWS": "*"}, {"StringEquals": {"AWS:SourceAccount": "111122223333"}}),
        ),
        passes("everyone is denied", FUNCTION, _function("*", Effect="Deny")),
        fails("everyone", FUNCTION, _function("*"), _evidence(["lambda:invokefunction"])),
        fails(
            "every AWS principal, for everything",
            FUNCTION,
            _function({"AWS": ["*"]}, Action=["lambda:*"]),
            _evidence(["lambda:*"]),
        ),
        fails(
            "a function URL without sign-in",
            FUNCTION,
            _function(
                "*",
                {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
                Action="lambda:InvokeFunctionUrl",
            ),
            _evidence(["lambda:invokefunctionurl"]),
        ),
        fails(
            "a condition that everybody meets",
            FUNCTION,
            _function("*", {"StringLike": {"aws:PrincipalArn": "*"}}),
            _evidence(["lambda:invokefunction"]),
        ),
        fails(
            "everyone but one account",
            FUNCTION,
            _function("*", {"StringNotEquals": {"aws:SourceAccount": "999988887777"}}),
            _evidence(["lambda:invokefunction"]),
        ),
        unknown(
            "the policy is not readable",
            FUNCTION,
            thing("lambda.function", id=ARN, unread={"Policy": "lambda:GetPolicy"}),
        ),
        unknown(
            "the function is not readable",
            FUNCTION,
            unread("lambda.function", "lambda:GetFunctionConfiguration", ARN),
        ),
        not_applicable("the function does not exist", FUNCTION, missing("lambda.function", ARN)),
    ),
)
def lambda_is_not_public(association: Seen, around: Around) -> Outcome:
    """The function cannot be called by strangers.

    Functions behind flows look up customers, and change orders and appointments. Whoever can call one without being
    known can ask for any customer, as often as they like, and no call to the contact centre is needed for it.
    """
    function = around.behind("lambda.function", association.get("FunctionArn"))
    if function is None:
        return NotApplicable("the function does not exist (CONNECT-INT-003 judges that)")
    policy = function.get("Policy")
    if policy is None:
        return Pass()
    actions = sorted({action for one in statements(policy) if public(one) for action in one.actions})
    return Fail.at("Policy", expected=WANTED, actual=actions, cites=function) if actions else Pass()
