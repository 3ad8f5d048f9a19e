"""Whether an instance could be made again."""

from collections.abc import Mapping

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Pass,
    Seen,
    Severity,
    Thing,
    fails,
    passes,
    rule,
    thing,
    unknown,
)

STACK = "aws:cloudformation:stack-name"


def _tagged(tags: Mapping[str, str]) -> Thing:
    return thing("connect.instance", Tags=tags)


@rule(
    id="CONNECT-TAG-005",
    severity=Severity.INFO,
    severity_reason="A tag only tells that a stack made the instance once; other tools leave no mark by themselves.",
    kind="connect.instance",
    reads={"connect.instance": ("Tags",)},
    opt_in="Only CloudFormation leaves a mark by itself; an instance made by Terraform looks made by hand.",
    params=(
        Param(
            "code_tags",
            [],
            "Keys of tags that your own tools set, such as ManagedBy.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        cloudformation="AWS::Connect::Instance: import the instance into a stack",
        terraform="aws_connect_instance: import it, and set a tag that code_tags names (default_tags)",
        note="This is inferred from tags: nothing shows whether the code still says what is there.",
    ),
    sources=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-connect-instance.html",
    ),
    interpretive={"nist": ("CM-2",), "iso27001": ("A.8.9",)},
    examples=(
        passes("a stack made it", _tagged({STACK: "contact-centre"})),
        passes(
            "the company's own tools say so", _tagged({"ManagedBy": "terraform"}), code_tags=["ManagedBy"]
        ),
        fails("no tags", _tagged({}), Evidence("Tags", STACK, {})),
        fails("a tag that nobody named", _tagged({"Owner": "a"}), Evidence("Tags", STACK, {"Owner": "a"})),
        fails(
            "no tag of any tool",
            _tagged({"Owner": "a"}),
            Evidence("Tags", f"{STACK} or ManagedBy", {"Owner": "a"}),
            code_tags=["ManagedBy"],
        ),
        unknown(
            "the tags are not readable",
            thing("connect.instance", unread={"Tags": "connect:DescribeInstance"}),
        ),
    ),
)
def instance_is_made_by_code(instance: Seen, around: Around) -> Outcome:
    """The instance is made by code, as far as its tags tell (inferred).

    What was set by hand on an admin website cannot be made again from memory after a mistake, and nobody sees who
    changed what and why. With code, the second instance for a test, or for another Region, is like the first.
    """
    tags = instance.get("Tags") or {}
    marks = (STACK, *around.params["code_tags"])
    if any(tags.get(mark) for mark in marks):
        return Pass()
    return Fail.at("Tags", expected=" or ".join(marks), actual=tags)
