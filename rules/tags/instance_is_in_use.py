"""Whether anybody still works with an instance."""

from datetime import datetime

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Pass,
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

OF_AWS = ("Default ", "Sample ")
"""How the names of the flows begin that every instance is made with."""
PATH = "users, numbers, flows of your own"
WANTED = "two users, a number or a flow"
OLD = thing("connect.instance", CreatedTime="2025-01-15T12:00:00Z")
ADMIN = thing("connect.user", id="u-1")
SHIPPED = (
    thing("connect.contact_flow", id="cf-1", Name="Default agent hold"),
    thing("connect.contact_flow", id="cf-2", Name="Sample inbound flow (first contact experience)"),
)


def _evidence(users: int) -> Evidence:
    return Evidence(PATH, WANTED, {"users": users, "numbers": 0, "flows": 0})


def _made(when: str) -> Thing:
    return thing("connect.instance", CreatedTime=when)


@rule(
    id="CONNECT-TAG-004",
    severity=Severity.LOW,
    severity_reason="It is one more way in, and whoever finds it can put it to use in the company's name.",
    kind="connect.instance",
    reads={
        "connect.instance": ("CreatedTime",),
        "connect.user": (),
        "connect.phone_number": (),
        "connect.contact_flow": ("Name",),
    },
    params=(
        Param(
            "grace_days",
            30,
            "How many days a new instance may take to be put to use.",
            minimum=0,
            maximum=36500,
        ),
    ),
    fix=Fix(
        console="Ask whoever created the instance. If nobody needs it, delete it in the list of instances.",
        cli="aws connect delete-instance --instance-id INSTANCE_ID",
        cloudformation="AWS::Connect::Instance: remove the resource",
        terraform="aws_connect_instance: remove the resource",
        note=(
            "This is inferred from what is set up: nothing here looks at contacts. Deleting cannot be undone, and AWS "
            "limits how many instances can be created and deleted in 30 days."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/delete-connect-instance.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateInstance.html",
    ),
    interpretive={"nist": ("CM-8",), "iso27001": ("A.5.9",)},
    examples=(
        passes("two users", OLD, ADMIN, thing("connect.user", id="u-2"), *SHIPPED),
        passes(
            "a number that nobody answers but a bot", OLD, thing("connect.phone_number", id="pn-1"), *SHIPPED
        ),
        passes(
            "a flow of your own, for chats with a bot",
            OLD,
            thing("connect.contact_flow", id="cf-9", Name="Chat"),
        ),
        fails("one user and what every instance is made with", OLD, ADMIN, *SHIPPED, _evidence(1)),
        fails("nothing at all", OLD, _evidence(0)),
        unknown("users are not readable", OLD, unread("connect.user", "connect:ListUsers"), *SHIPPED),
        unknown(
            "numbers are not readable",
            OLD,
            ADMIN,
            unread("connect.phone_number", "connect:ListPhoneNumbersV2"),
        ),
        unknown(
            "flows are not readable", OLD, ADMIN, unread("connect.contact_flow", "connect:ListContactFlows")
        ),
        not_applicable("made last year, where that is not long", OLD, grace_days=400),
        not_applicable("made last week", _made("2026-01-08T12:00:00Z"), ADMIN),
    ),
)
def instance_is_in_use(instance: Seen, around: Around) -> Outcome:
    """The instance is in use, as far as what is set up in it tells (inferred).

    An instance without users, numbers and flows of its own serves nobody. Somebody made it, with an administrator whose
    password nobody watches, and its alias, its role and its storage are still the company's.
    """
    age = datetime.fromisoformat(around.taken_at) - datetime.fromisoformat(instance.get("CreatedTime"))
    if age.days < around.params["grace_days"]:
        return NotApplicable(f"it was made {age.days} days ago")
    found = {
        "users": len(around.all("connect.user")),
        "numbers": len(around.all("connect.phone_number")),
        "flows": sum(not one.get("Name").startswith(OF_AWS) for one in around.all("connect.contact_flow")),
    }
    if found["users"] > 1 or found["numbers"] or found["flows"]:
        return Pass()
    return Fail.at(PATH, expected=WANTED, actual=found)
