"""Whether functions may run for longer than flows wait for them."""

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
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

LONGEST_WAIT = 8
ARN = "arn:aws:lambda:us-east-1:111122223333:function:customer-lookup"
FUNCTION = thing("connect.lambda_function", FunctionArn=ARN)


def _evidence(seconds: int) -> Evidence:
    return Evidence("Timeout", "at most 8 seconds", seconds, f"lambda.function {ARN}")


@rule(
    id="CONNECT-INT-007",
    severity=Severity.LOW,
    severity_reason="Only slow answers are lost, and whether there are any is in the function's metrics.",
    kind="connect.lambda_function",
    reads={"connect.lambda_function": ("FunctionArn",), "lambda.function": ("Timeout",)},
    opt_in="A function that flows call without waiting, or that others call as well, may well run for longer.",
    fix=Fix(
        console='In Lambda open the function, "Configuration" > "General configuration", and lower the timeout.',
        cli="aws lambda update-function-configuration --function-name FUNCTION --timeout 8",
        cloudformation="AWS::Lambda::Function: Timeout",
        terraform="aws_lambda_function: timeout",
        note="For work that takes longer, call the function asynchronously and wait for it in the flow.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/invoke-lambda-function-block.html",
    ),
    examples=(
        passes("a short timeout", FUNCTION, thing("lambda.function", id=ARN, Timeout=3)),
        passes("as long as a flow can wait", FUNCTION, thing("lambda.function", id=ARN, Timeout=8)),
        fails("a second longer", FUNCTION, thing("lambda.function", id=ARN, Timeout=9), _evidence(9)),
        fails("minutes", FUNCTION, thing("lambda.function", id=ARN, Timeout=900), _evidence(900)),
        unknown(
            "the function is not readable",
            FUNCTION,
            unread("lambda.function", "lambda:GetFunctionConfiguration", ARN),
        ),
        not_applicable("the function does not exist", FUNCTION, missing("lambda.function", ARN)),
    ),
)
def lambda_answers_in_time(association: Seen, around: Around) -> Outcome:
    """The function's own timeout is no longer than a flow can wait for it.

    A block that waits for a function gives up after at most 8 seconds and sends the caller down the error branch. A
    function that may run for longer goes on by itself: an order is placed, and the caller was told that it failed.
    """
    function = around.behind("lambda.function", association.get("FunctionArn"))
    if function is None:
        return NotApplicable("the function does not exist (CONNECT-INT-003 judges that)")
    seconds = function.get("Timeout")
    if seconds <= LONGEST_WAIT:
        return Pass()
    return Fail.at("Timeout", expected=f"at most {LONGEST_WAIT} seconds", actual=seconds, cites=function)
