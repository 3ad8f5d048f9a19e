"""Whether an instance says whose it is."""

from collections.abc import Mapping
from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    fails,
    passes,
    rule,
    thing,
    unknown,
)

SYSTEM = "aws:"
"""How tags begin that AWS sets, and nobody else can."""
ANY = "at least one tag of your own"


def _instance(tags: Mapping[str, str] | None) -> Thing:
    more: dict[str, Any] = {} if tags is None else {"Tags": tags}
    return thing("connect.instance", **more)


@rule(
    id="CONNECT-TAG-001",
    severity=Severity.LOW,
    severity_reason="Nothing goes wrong by it; it is who to call, and who pays, that nobody knows.",
    kind="connect.instance",
    drift=("instance.Tags",),
    reads={"connect.instance": ("Tags",)},
    params=(
        Param(
            "required_tags",
            [],
            "Tags that must be there, as `Key` or as `Key=value`; none given: any tag will do.",
            type="list",
            form="tag",
        ),
    ),
    fix=Fix(
        console="On the instance's page open the account overview and add the tags.",
        cli="aws connect tag-resource --resource-arn INSTANCE_ARN --tags Owner=TEAM",
        cloudformation="AWS::Connect::Instance: Tags",
        terraform="aws_connect_instance: tags",
        note="Tags that begin with aws: are AWS's own and do not count.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/tagging.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_TagResource.html",
    ),
    interpretive={"iso27001": ("A.5.9",), "nist": ("CM-8",)},
    examples=(
        passes("a tag", _instance({"Owner": "contact-centre"})),
        passes(
            "the tags that are required",
            _instance({"Owner": "contact-centre", "Environment": "prod"}),
            required_tags=["Owner", "Environment=prod"],
        ),
        fails("no tags", _instance({}), Evidence("Tags", ANY, {})),
        fails("no tags at all in the answer", _instance(None), Evidence("Tags", ANY, {})),
        fails(
            "only a tag of AWS",
            _instance({"aws:cloudformation:stack-name": "connect"}),
            Evidence("Tags", ANY, {"aws:cloudformation:stack-name": "connect"}),
        ),
        fails(
            "a required tag is missing, another has the wrong value",
            _instance({"Environment": "test"}),
            Evidence("Tags", "Owner, Environment=prod", {"Environment": "test"}),
            required_tags=["Owner", "Environment=prod"],
        ),
        fails(
            "a required tag without a value",
            _instance({"Owner": ""}),
            Evidence("Tags", "Owner", {"Owner": ""}),
            required_tags=["Owner"],
        ),
        unknown(
            "the tags are not readable",
            thing("connect.instance", unread={"Tags": "connect:DescribeInstance"}),
        ),
    ),
)
def instance_has_tags(instance: Seen, around: Around) -> Outcome:
    """The instance carries the required tags.

    When something is wrong with an instance, or its bill is high, a tag says whom to ask. Permissions that depend on
    tags, and reports of cost by team, leave out what carries none.
    """
    tags = instance.get("Tags") or {}
    required = around.params["required_tags"]
    if not required:
        own = [key for key in tags if not key.startswith(SYSTEM)]
        return [] if own else Fail.at("Tags", expected=ANY, actual=tags)
    if all(_carried(one, tags) for one in required):
        return []
    return Fail.at("Tags", expected=", ".join(required), actual=tags)


def _carried(required: str, tags: Mapping[str, str]) -> bool:
    key, equals, value = required.partition("=")
    return tags.get(key) == value if equals else bool(tags.get(key))
