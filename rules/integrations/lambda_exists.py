"""Whether the functions that flows may call are there."""

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Pass,
    Seen,
    Severity,
    fails,
    missing,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

ARN = "arn:aws:lambda:us-east-1:111122223333:function:customer-lookup"
ALIAS = f"{ARN}:live"
FOREIGN = "arn:aws:lambda:us-east-1:999988887777:function:customer-lookup"
DISTANT = "arn:aws:lambda:us-west-2:111122223333:function:customer-lookup"
WANTED = "a function that exists"


@rule(
    id="CONNECT-INT-003",
    severity=Severity.HIGH,
    severity_reason="Callers who reach a block with this function are sent down its error branch.",
    kind="connect.lambda_function",
    reads={"connect.lambda_function": ("FunctionArn",), "lambda.function": ("FunctionName",)},
    fix=Fix(
        console='On the instance\'s page under "Flows" remove the function, or create it again in Lambda.',
        cli="aws connect disassociate-lambda-function --instance-id INSTANCE_ID --function-arn FUNCTION_ARN",
        cloudformation="AWS::Connect::IntegrationAssociation of type LAMBDA_FUNCTION: remove it",
        terraform="aws_connect_lambda_function_association: remove it, or name another function_arn",
        note=(
            "An ARN may end with a version or an alias, which can be deleted by itself. A function that a flow names "
            "without it being associated is not looked at here: CONNECT-FLW-001 tells of it."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ListLambdaFunctions.html",
        "https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html",
    ),
    examples=(
        passes(
            "a function that is there",
            thing("connect.lambda_function", FunctionArn=ARN),
            thing("lambda.function", id=ARN, FunctionName="customer-lookup"),
        ),
        passes(
            "an alias that is there",
            thing("connect.lambda_function", FunctionArn=ALIAS),
            thing("lambda.function", id=ALIAS, FunctionName="customer-lookup"),
        ),
        passes(
            "a function of another account that may be read",
            thing("connect.lambda_function", FunctionArn=FOREIGN),
            thing("lambda.function", id=FOREIGN, FunctionName="customer-lookup"),
        ),
        fails(
            "a function that was deleted",
            thing("connect.lambda_function", FunctionArn=ARN),
            missing("lambda.function", ARN),
            Evidence("FunctionArn", WANTED, ARN),
        ),
        fails(
            "an alias that was deleted",
            thing("connect.lambda_function", FunctionArn=ALIAS),
            missing("lambda.function", ALIAS),
            thing("lambda.function", id=ARN, FunctionName="customer-lookup"),
            Evidence("FunctionArn", WANTED, ALIAS),
        ),
        unknown(
            "the function is not readable",
            thing("connect.lambda_function", FunctionArn=ARN),
            unread("lambda.function", "lambda:GetFunctionConfiguration", ARN),
        ),
        unknown(
            "a function of another account that is not found may only be hidden",
            thing("connect.lambda_function", FunctionArn=FOREIGN),
            missing("lambda.function", FOREIGN),
        ),
        unknown(
            "a function of another Region is not found from this one",
            thing("connect.lambda_function", FunctionArn=DISTANT),
            missing("lambda.function", DISTANT),
        ),
    ),
)
def lambda_exists(association: Seen, around: Around) -> Outcome:
    """Every associated Lambda function exists.

    A flow that calls a function which is no longer there takes the block's error branch, for every caller: nobody
    is recognised, nothing is looked up, and in many flows the call ends. The association also keeps the name: whoever
    creates a function of that name is called by the flows from then on.
    """
    arn = association.get("FunctionArn")
    function = around.behind("lambda.function", arn)
    if function is None or not function.get("FunctionName"):
        return Fail.at("FunctionArn", expected=WANTED, actual=arn)
    return Pass()
