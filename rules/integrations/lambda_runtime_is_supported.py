"""Whether AWS still mends what the functions behind flows run on."""

from collections.abc import Mapping
from typing import Any

from auditor.model import Cause, Reason
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

AS_OF = "2026-11"
LATER = "9999-12-31"
DEPRECATED: Mapping[str, str] = {
    "dotnet10": "2028-11-14",
    "dotnet6": "2024-12-20",
    "dotnet8": "2026-11-10",
    "dotnetcore1.0": "2019-06-27",
    "dotnetcore2.0": "2019-05-30",
    "dotnetcore2.1": "2022-01-05",
    "dotnetcore3.1": "2023-04-03",
    "go1.x": "2024-01-08",
    "java11": "2027-06-30",
    "java11.al2023": LATER,
    "java17": "2027-06-30",
    "java17.al2023": LATER,
    "java21": "2029-06-30",
    "java25": "2029-06-30",
    "java8": "2024-01-08",
    "java8.al2": "2027-06-30",
    "java8.al2023": LATER,
    "nodejs": "2016-08-30",
    "nodejs10.x": "2021-07-30",
    "nodejs12.x": "2023-03-31",
    "nodejs14.x": "2023-12-04",
    "nodejs16.x": "2024-06-12",
    "nodejs18.x": "2025-09-01",
    "nodejs20.x": "2026-04-30",
    "nodejs22.x": "2027-04-30",
    "nodejs24.x": "2028-04-30",
    "nodejs26.x": LATER,
    "nodejs4.3": "2020-03-05",
    "nodejs4.3-edge": "2020-03-05",
    "nodejs6.10": "2019-08-12",
    "nodejs8.10": "2020-03-06",
    "provided": "2024-01-08",
    "provided.al2": "2026-07-31",
    "provided.al2023": "2029-06-30",
    "python2.7": "2021-07-15",
    "python3.10": "2026-10-31",
    "python3.11": "2027-06-30",
    "python3.12": "2028-10-31",
    "python3.13": "2029-06-30",
    "python3.14": "2029-06-30",
    "python3.15": LATER,
    "python3.6": "2022-07-18",
    "python3.7": "2023-12-04",
    "python3.8": "2024-10-14",
    "python3.9": "2025-12-15",
    "ruby2.5": "2021-07-30",
    "ruby2.7": "2023-12-07",
    "ruby3.2": "2026-03-31",
    "ruby3.3": "2027-03-31",
    "ruby3.4": "2028-03-31",
    "ruby4.0": "2029-03-31",
}
"""When AWS deprecates each runtime, as of `AS_OF`; `LATER` where no day was published yet."""
CUSTOMER_MANAGED = "custom"
ARN = "arn:aws:lambda:us-east-1:111122223333:function:customer-lookup"
FUNCTION = thing("connect.lambda_function", FunctionArn=ARN)


def _runs(runtime: str, package: str = "Zip") -> Thing:
    more: dict[str, Any] = {"Runtime": runtime} if runtime else {}
    return thing("lambda.function", id=ARN, PackageType=package, **more)


def _evidence(actual: str, day: str) -> Evidence:
    return Evidence(
        "Runtime", f"one that AWS supports ({actual} until {day})", actual, f"lambda.function {ARN}"
    )


@rule(
    id="CONNECT-INT-006",
    severity=Severity.MEDIUM,
    severity_reason="The function goes on working, with holes that nobody mends, until one day it cannot be changed.",
    kind="connect.lambda_function",
    reads={"connect.lambda_function": ("FunctionArn",), "lambda.function": ("Runtime", "PackageType")},
    fix=Fix(
        console="In Lambda open the function, test it with a newer runtime, and choose that under Runtime settings.",
        cli="aws lambda update-function-configuration --function-name FUNCTION --runtime RUNTIME",
        cloudformation="AWS::Lambda::Function: Runtime",
        terraform="aws_lambda_function: runtime",
        note="A version keeps the runtime that it was published with: publish a new one and move the alias.",
    ),
    sources=(
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",
    ),
    published={"fsbp": ("Lambda.2",), "nist": ("CM-2", "SI-2")},
    interpretive={"iso27001": ("A.8.8",), "soc2": ("CC7.1",)},
    examples=(
        passes("a current runtime", FUNCTION, _runs("python3.13")),
        passes("a runtime that is deprecated later this year", FUNCTION, _runs("nodejs20.x")),
        passes("a runtime without a date of deprecation yet", FUNCTION, _runs("nodejs26.x")),
        fails(
            "a runtime that AWS no longer supports",
            FUNCTION,
            _runs("nodejs18.x"),
            _evidence("nodejs18.x", "2025-09-01"),
        ),
        fails(
            "a runtime deprecated a month ago",
            FUNCTION,
            _runs("python3.9"),
            _evidence("python3.9", "2025-12-15"),
        ),
        fails("Go by itself", FUNCTION, _runs("go1.x"), _evidence("go1.x", "2024-01-08")),
        unknown(
            "the function is not readable",
            FUNCTION,
            unread("lambda.function", "lambda:GetFunctionConfiguration", ARN),
        ),
        unknown("a runtime that is newer than this rule", FUNCTION, _runs("nodejs30.x")),
        not_applicable("a container image brings its own", FUNCTION, _runs("", "Image")),
        not_applicable("a runtime that its publisher looks after", FUNCTION, _runs("custom")),
        not_applicable("the function does not exist", FUNCTION, missing("lambda.function", ARN)),
    ),
)
def lambda_runtime_is_supported(association: Seen, around: Around) -> Outcome:
    """The function's runtime is supported by AWS.

    AWS no longer mends what is found in a deprecated runtime, and after some time refuses changes to functions that
    use it. A mistake in a function behind the main line can then not be put right on the day it shows.
    """
    function = around.behind("lambda.function", association.get("FunctionArn"))
    if function is None:
        return NotApplicable("the function does not exist (CONNECT-INT-003 judges that)")
    runtime = function.get("Runtime")
    if function.get("PackageType") == "Image" or runtime == CUSTOMER_MANAGED:
        return NotApplicable("it runs on an image or a runtime that AWS does not look after")
    if runtime not in DEPRECATED:
        words = f"the table of runtimes of {AS_OF} does not know {runtime}"
        raise Unread(Cause(Reason.UNDECIDED, "lambda:GetFunctionConfiguration", words), function.cited)
    day = DEPRECATED[runtime]
    if around.taken_at[: len(day)] < day:
        return Pass()
    wanted = f"one that AWS supports ({runtime} until {day})"
    return Fail.at("Runtime", expected=wanted, actual=runtime, cites=function)
