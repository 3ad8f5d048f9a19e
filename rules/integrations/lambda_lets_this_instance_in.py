"""Which contact centre a function answers to."""

import json
from fnmatch import fnmatchcase
from typing import Any

from auditor.resource_policy import EVERYONE, Statement, public, statements
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

CONNECT = "connect.amazonaws.com"
CALL = "lambda:InvokeFunction"
EQUAL = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
SOURCE_ACCOUNT, SOURCE_ARN = "aws:sourceaccount", "aws:sourcearn"
URL = frozenset({"lambda:functionurlauthtype", "lambda:invokedviafunctionurl"})
ORGANIZATION = frozenset({"aws:sourceorgid", "aws:sourceorgpaths", "aws:principalorgid"})
ARN = "arn:aws:lambda:us-east-1:111122223333:function:customer-lookup"
INSTANCE_ARN = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
OTHER_INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/99999999-2222-3333-4444-555555555555"
LETS_IN = f"a statement that lets {CONNECT} call it for this instance"
LIMITED = f"only statements for {CONNECT} that name an instance or an account"

FUNCTION = thing("connect.lambda_function", FunctionArn=ARN)
FROM_INSTANCE = {"ArnLike": {"AWS:SourceArn": INSTANCE_ARN}}
FROM_ACCOUNT = {"StringEquals": {"AWS:SourceAccount": "111122223333"}}


def _statement(condition: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    allowed = {"Effect": "Allow", "Principal": {"Service": CONNECT}, "Action": "lambda:InvokeFunction"}
    return {**allowed, "Resource": ARN, **({"Condition": condition} if condition else {}), **more}


def _function(*said: dict[str, Any]) -> Thing:
    return thing("lambda.function", id=ARN, Policy=json.dumps({"Version": "2012-10-17", "Statement": said}))


def _evidence(expected: str, actual: Any) -> Evidence:
    return Evidence("Policy", expected, actual, f"lambda.function {ARN}")


@rule(
    id="CONNECT-INT-004",
    severity=Severity.HIGH,
    severity_reason="Either flows cannot call the function, or contact centres of other companies can.",
    kind="connect.lambda_function",
    reads={
        "connect.lambda_function": ("FunctionArn",),
        "lambda.function": ("Policy",),
    },
    fix=Fix(
        console=(
            'In Lambda open the function, "Configuration" > "Permissions", and under "Resource-based policy '
            'statements" add Amazon Connect with the ARN of the instance and the number of the account.'
        ),
        cli=(
            "aws lambda add-permission --function-name FUNCTION_ARN --statement-id connect --action "
            "lambda:InvokeFunction --principal connect.amazonaws.com --source-account ACCOUNT --source-arn INSTANCE_ARN"
        ),
        cloudformation="AWS::Lambda::Permission: Principal, SourceArn (of the instance) and SourceAccount",
        terraform="aws_lambda_permission: principal, source_arn (of the instance) and source_account",
        note="The policy of an alias or a version is its own: give the permission to what is associated.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/cross-service-confused-deputy-prevention.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
    ),
    interpretive={"nist": ("AC-3", "AC-6"), "iso27001": ("A.5.15",), "soc2": ("CC6.1",)},
    examples=(
        passes(
            "the instance and its account are named",
            FUNCTION,
            _function(_statement(FROM_INSTANCE | FROM_ACCOUNT)),
        ),
        passes("the instance is named", FUNCTION, _function(_statement(FROM_INSTANCE))),
        passes("the account is named", FUNCTION, _function(_statement(FROM_ACCOUNT))),
        passes(
            "every instance of the account, among statements for others",
            FUNCTION,
            _function(
                _statement(Principal={"Service": "events.amazonaws.com"}),
                _statement(
                    {"StringLike": {"aws:SourceArn": "arn:aws:connect:us-east-1:111122223333:instance/*"}}
                ),
            ),
        ),
        passes(
            "two instances in two statements",
            FUNCTION,
            _function(_statement({"ArnLike": {"aws:SourceArn": OTHER_INSTANCE}}), _statement(FROM_INSTANCE)),
        ),
        passes(
            "a role of the company may call it as well",
            FUNCTION,
            _function(
                _statement(FROM_INSTANCE),
                _statement(
                    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/tests"}}, Principal="*"
                ),
            ),
        ),
        passes(
            "everybody may call its URL: no contact centre does, and another rule tells it",
            FUNCTION,
            _function(
                _statement(FROM_INSTANCE),
                _statement({"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}, Principal="*"),
            ),
        ),
        passes(
            "only what belongs to the organization",
            FUNCTION,
            _function(_statement({"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}})),
        ),
        fails("no policy at all", FUNCTION, thing("lambda.function", id=ARN), _evidence(LETS_IN, None)),
        fails(
            "a policy for another service",
            FUNCTION,
            _function(_statement(Principal={"Service": "events.amazonaws.com"})),
            _evidence(LETS_IN, "no statement for it"),
        ),
        fails(
            "a statement for another instance",
            FUNCTION,
            _function(_statement({"ArnLike": {"aws:SourceArn": OTHER_INSTANCE}})),
            _evidence(LETS_IN, [OTHER_INSTANCE]),
        ),
        fails(
            "every contact centre of everybody",
            FUNCTION,
            _function(_statement()),
            _evidence(LIMITED, "a statement that names none"),
        ),
        fails(
            "a pattern that leaves the account open, beside a good statement",
            FUNCTION,
            _function(
                _statement(FROM_INSTANCE),
                _statement({"ArnLike": {"aws:SourceArn": "arn:aws:connect:*:*:instance/*"}}),
            ),
            _evidence(LIMITED, "a statement that names none"),
        ),
        fails(
            "all accounts but one",
            FUNCTION,
            _function(_statement({"StringNotEquals": {"aws:SourceAccount": "999988887777"}})),
            _evidence(LIMITED, "a statement that names none"),
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
        not_applicable(
            "everyone may call it, and with it every contact centre: that is told once, by another rule",
            FUNCTION,
            _function(_statement(Principal="*", Action="lambda:*")),
        ),
        not_applicable("the function does not exist", FUNCTION, missing("lambda.function", ARN)),
    ),
)
def lambda_lets_this_instance_in(association: Seen, around: Around) -> Outcome:
    """The function can be called by this contact centre, and by no stranger's.

    Without a statement for Connect, flows cannot call the function and callers take the error branch. With one that
    names neither an instance nor an account, anybody with a contact centre of their own can have Connect call the
    function on their behalf, with input that they choose, and hear what it answers.
    """
    arn = association.get("FunctionArn")
    function = around.behind("lambda.function", arn)
    if function is None:
        return NotApplicable("the function does not exist (CONNECT-INT-003 judges that)")
    policy = function.get("Policy")
    if policy is None:
        return Fail.at("Policy", expected=LETS_IN, actual=None, cites=function)
    if any(public(one) and one.speaks_of(CALL) and not _by_url(one) for one in statements(policy)):
        return NotApplicable("everyone may call the function (CONNECT-INT-005 judges that)")
    about_connect = [one for one in statements(policy) if _lets_connect_call(one)]
    if not about_connect:
        return Fail.at("Policy", expected=LETS_IN, actual="no statement for it", cites=function)
    if not all(_limited(one) for one in about_connect):
        return Fail.at("Policy", expected=LIMITED, actual="a statement that names none", cites=function)
    where, instance_id = f"{association.region}:{association.account}", around.place.instance_id
    instance = f"arn:{arn.split(':')[1]}:connect:{where}:instance/{instance_id}"
    if any(_admits(one, instance) for one in about_connect):
        return Pass()
    named = sorted({value for one in about_connect for _, value in _sources(one)})
    return Fail.at("Policy", expected=LETS_IN, actual=named, cites=function)


def _by_url(statement: Statement) -> bool:
    """Whether it is for calls of the function's URL: Connect makes none."""
    return any(condition.key in URL for condition in statement.conditions)


def _lets_connect_call(statement: Statement) -> bool:
    """Whether it is for Connect, by its name or as one of everybody who comes for an account or an organization."""
    who = statement.principals
    anybody = EVERYONE in who.get("AWS", ()) and bool(_sources(statement))
    return statement.allows and (CONNECT in who.get("Service", ()) or anybody) and statement.speaks_of(CALL)


def _sources(statement: Statement) -> list[tuple[str, str]]:
    """What a statement wants the caller to be or to belong to: keys, and values each."""
    return [
        (condition.key, value)
        for condition in statement.conditions
        if condition.operator.removesuffix("ifexists") in EQUAL
        and condition.key in {SOURCE_ACCOUNT, SOURCE_ARN, *ORGANIZATION}
        for value in condition.values
    ]


def _limited(statement: Statement) -> bool:
    """Whether every value of one of the conditions stands for one account or organization."""
    sources = _sources(statement)
    keys = {key for key, _ in sources}
    return any(all(_names_an_owner(one, value) for one, value in sources if one == key) for key in keys)


def _names_an_owner(key: str, value: str) -> bool:
    parts = value.split(":")
    owner = parts[4] if key == SOURCE_ARN and len(parts) > 4 else value
    return bool(owner) and not set(owner) & set("*?")


def _admits(statement: Statement, instance: str) -> bool:
    """Whether an instance meets the conditions on accounts and ARNs; the organization is taken for its own."""
    wanted = {SOURCE_ARN: instance, SOURCE_ACCOUNT: instance.split(":")[4]}
    sources = _sources(statement)
    return all(
        any(fnmatchcase(actual, value) for one, value in sources if one == key)
        for key, actual in wanted.items()
        if any(one == key for one, _ in sources)
    )
