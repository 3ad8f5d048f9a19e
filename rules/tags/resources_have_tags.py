"""Whether what an instance is made of says whose it is."""

from collections.abc import Mapping, Sequence
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
    unread,
)

KINDS = (
    "connect.contact_flow",
    "connect.contact_flow_module",
    "connect.hours_of_operation",
    "connect.queue",
    "connect.quick_connect",
    "connect.routing_profile",
    "connect.security_profile",
    "connect.user",
)
"""What can carry tags, and whose tags come with the search: those of numbers would take a call each."""
SHOWN = 10
INSTANCE = thing("connect.instance")
OWNED = {"Owner": "contact-centre"}


def _one(kind: str, id: str, tags: Mapping[str, str] | None) -> Thing:
    return thing(kind, id=id, **({"Tags": tags} if tags is not None else {}))


def _evidence(kind: str, expected: str, *ids: str, count: int = 0) -> Evidence:
    actual: dict[str, Any] = {"without": count or len(ids), "among them": list(ids)}
    return Evidence(f"Tags of {kind}", f"{expected} on each", actual)


@rule(
    id="CONNECT-TAG-002",
    severity=Severity.LOW,
    severity_reason="Nothing goes wrong by it, but for permissions that depend on tags.",
    kind="connect.instance",
    reads={"connect.instance": (), **dict.fromkeys(KINDS, ("Tags",))},
    params=(
        Param(
            "required_tags",
            [],
            "Tags that must be there, as `Key` or as `Key=value`; none given: nothing is judged.",
            type="list",
            form="tag",
        ),
        Param("kinds", list(KINDS), "The kinds whose resources must carry them.", type="list", choices=KINDS),
    ),
    fix=Fix(
        console="On the admin website open each queue, flow, profile or user and add the tags.",
        cli="aws connect tag-resource --resource-arn RESOURCE_ARN --tags Owner=TEAM",
        cloudformation="AWS::Connect::Queue, ContactFlow, User, …: Tags",
        terraform="aws_connect_queue, aws_connect_contact_flow, aws_connect_user, …: tags (or default_tags)",
        note="Each kind of resource is one finding. Leave kinds out with the parameter kinds.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/tagging.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/tag-based-access-control.html",
    ),
    interpretive={"iso27001": ("A.5.9",), "nist": ("CM-8",)},
    examples=(
        passes(
            "everything carries the tag",
            INSTANCE,
            *(_one(kind, "one", OWNED) for kind in KINDS),
            required_tags=["Owner"],
        ),
        passes(
            "users need not carry it",
            INSTANCE,
            _one("connect.user", "u-1", {}),
            _one("connect.queue", "q-1", OWNED),
            required_tags=["Owner"],
            kinds=["connect.queue"],
        ),
        *(
            fails(
                f"two of {kind} without the tag",
                INSTANCE,
                _one(kind, "one", None),
                _one(kind, "other", {"Owner": ""}),
                _one(kind, "third", OWNED),
                _evidence(kind, "Owner", "one", "other"),
                required_tags=["Owner"],
            )
            for kind in KINDS
        ),
        fails(
            "another value than required, on many",
            INSTANCE,
            *(_one("connect.queue", f"q-{number:02}", {"Environment": "test"}) for number in range(12)),
            _evidence(
                "connect.queue", "Environment=prod", *(f"q-{number:02}" for number in range(10)), count=12
            ),
            required_tags=["Environment=prod"],
        ),
        unknown(
            "queues are not readable",
            INSTANCE,
            unread("connect.queue", "connect:ListQueues"),
            required_tags=["Owner"],
        ),
        not_applicable("no tag is required", INSTANCE, _one("connect.queue", "q-1", {})),
    ),
)
def resources_have_tags(_instance: Seen, around: Around) -> Outcome:
    """Queues, flows, users and profiles carry the required tags.

    Who may change a queue, or listen to a team's calls, can depend on tags: what carries none is then hidden from those
    who should see it, or open to those who should not. Bills by team leave it out as well.
    """
    required: Sequence[str] = around.params["required_tags"]
    if not required:
        return NotApplicable("no tag is required: name some in the parameter required_tags")
    failures = []
    for kind in around.params["kinds"]:
        bare = [one.id for one in around.all(kind) if not _carries(one.get("Tags") or {}, required)]
        if bare:
            path, expected = f"Tags of {kind}", f"{', '.join(required)} on each"
            actual = {"without": len(bare), "among them": sorted(bare)[:SHOWN]}
            failures.append(Fail.at(path, expected=expected, actual=actual, discriminator=kind))
    return failures


def _carries(tags: Mapping[str, str], required: Sequence[str]) -> bool:
    """Whether all the required tags are there, with the value that is required where one is."""
    pairs = [one.partition("=") for one in required]
    return all(tags.get(key) == value if equals else tags.get(key) for key, equals, value in pairs)
