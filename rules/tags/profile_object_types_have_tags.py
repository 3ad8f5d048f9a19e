"""Whether types of objects in Customer Profiles say whose they are."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

SYSTEM = "aws:"
ANY = "at least one tag of your own"


def _domain(**types: dict[str, str] | None) -> Thing:
    listed: list[dict[str, Any]] = [
        {"ObjectTypeName": name, **({} if tags is None else {"Tags": tags})} for name, tags in types.items()
    ]
    return thing("customer_profiles.domain", DomainName="amazon-connect-example", ObjectTypes=listed)


def _evidence(name: str, expected: str, actual: dict[str, str]) -> Evidence:
    return Evidence(f"ObjectTypes of {name}: Tags", expected, actual)


@rule(
    id="CONNECT-TAG-003",
    severity=Severity.LOW,
    severity_reason="Nothing goes wrong by it; it is who to ask that nobody knows.",
    kind="customer_profiles.domain",
    reads={"customer_profiles.domain": ("ObjectTypes",)},
    opt_in="Security Hub has the same control; elsewhere few people tag types of objects.",
    params=(
        Param(
            "required_keys",
            [],
            "Keys of tags that must be there; none given: any tag will do.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        cli="aws customer-profiles tag-resource --resource-arn OBJECT_TYPE_ARN --tags Owner=TEAM",
        cloudformation="AWS::CustomerProfiles::ObjectType: Tags",
        note="Tags that begin with aws: are AWS's own and do not count. The console has no page for these tags.",
    ),
    sources=(
        "https://docs.aws.amazon.com/securityhub/latest/userguide/connect-controls.html",
        "https://docs.aws.amazon.com/customerprofiles/latest/APIReference/API_ListProfileObjectTypes.html",
    ),
    interpretive={"iso27001": ("A.5.9",)},
    examples=(
        passes("a tag", _domain(CTR={"Owner": "crm"})),
        passes(
            "the required keys",
            _domain(CTR={"Owner": "crm"}, Order={"Owner": "shop"}),
            required_keys=["Owner"],
        ),
        fails("no tags", _domain(CTR={"Owner": "crm"}, Order=None), _evidence("Order", ANY, {})),
        fails(
            "only a tag of AWS, and none",
            _domain(CTR={"aws:cloudformation:stack-name": "crm"}, Order={}),
            _evidence("CTR", ANY, {"aws:cloudformation:stack-name": "crm"}),
            _evidence("Order", ANY, {}),
        ),
        fails(
            "another key",
            _domain(CTR={"Team": "crm"}),
            _evidence("CTR", "Owner", {"Team": "crm"}),
            required_keys=["Owner"],
        ),
        unknown(
            "the types are not readable",
            thing(
                "customer_profiles.domain",
                DomainName="amazon-connect-example",
                unread={"ObjectTypes": "profile:ListProfileObjectTypes"},
            ),
        ),
        not_applicable("a domain without types of objects", _domain()),
    ),
)
def profile_object_types_have_tags(domain: Seen, around: Around) -> Outcome:
    """The types of objects in the Customer Profiles domain carry tags.

    A type of object says what is kept of customers from one source. When nobody knows whose source it is, nobody dares
    to change or delete it, and data of customers goes on coming in.
    """
    types = domain.get("ObjectTypes")
    if not types:
        return NotApplicable("the domain has no types of objects")
    required = around.params["required_keys"]
    return [
        Fail.at(
            f"ObjectTypes of {one['ObjectTypeName']}: Tags",
            expected=", ".join(required) or ANY,
            actual=one.get("Tags") or {},
            discriminator=one["ObjectTypeName"],
        )
        for one in types
        if not _tagged(one.get("Tags") or {}, required)
    ]


def _tagged(tags: dict[str, str], required: list[str]) -> bool:
    if required:
        return all(tags.get(key) for key in required)
    return any(not key.startswith(SYSTEM) for key in tags)
