"""Where agents transfer contacts to."""

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
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

CONFIG = "QuickConnectConfig"
TARGETS = (
    ("UserConfig.UserId", "connect.user", "a user who exists"),
    ("UserConfig.ContactFlowId", "connect.contact_flow", "a flow that exists"),
    ("QueueConfig.QueueId", "connect.queue", "a queue that exists"),
    ("QueueConfig.ContactFlowId", "connect.contact_flow", "a flow that exists"),
    ("FlowConfig.ContactFlowId", "connect.contact_flow", "a flow that exists"),
)
PHONE = f"{CONFIG}.PhoneConfig.PhoneNumber"


def _connect(kind: str, **config: Any) -> Thing:
    return thing(
        "connect.quick_connect",
        id="qc-1",
        Name="Second line",
        QuickConnectConfig={"QuickConnectType": kind, **config},
    )


USER = thing("connect.user", id="u-1", Username="ana")
QUEUE = thing("connect.queue", id="q-1", Name="Second line")
FLOW = thing("connect.contact_flow", id="cf-1", Name="Transfer to queue", Type="QUEUE_TRANSFER")
TO_USER = _connect("USER", UserConfig={"UserId": "u-1", "ContactFlowId": "cf-1"})
TO_QUEUE = _connect("QUEUE", QueueConfig={"QueueId": "q-1", "ContactFlowId": "cf-1"})


@rule(
    id="CONNECT-RTG-010",
    severity=Severity.MEDIUM,
    severity_reason="An agent's transfer fails while the customer is on the line, or goes where nobody approved.",
    kind="connect.quick_connect",
    reads={
        "connect.quick_connect": (CONFIG,),
        "connect.user": (),
        "connect.queue": (),
        "connect.contact_flow": (),
    },
    params=(
        Param(
            "prefixes",
            [],
            "How the numbers may begin that quick connects call, such as +1 and +4930. Empty: any.",
            type="list",
            form="number",
        ),
    ),
    fix=Fix(
        console="On the admin website open Routing > Quick connects, and choose another destination or delete it.",
        cli=(
            "aws connect update-quick-connect-config --instance-id INSTANCE_ID --quick-connect-id QUICK_CONNECT_ID "
            "--quick-connect-config 'QuickConnectType=QUEUE,QueueConfig={QueueId=QUEUE_ID,ContactFlowId=FLOW_ID}'"
        ),
        cloudformation="AWS::Connect::QuickConnect: QuickConnectConfig",
        terraform="aws_connect_quick_connect: quick_connect_config",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/quick-connects.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_QuickConnectConfig.html",
    ),
    interpretive={"nist": ("AC-4",)},
    examples=(
        passes("to a user", TO_USER, USER, FLOW),
        passes("to a queue", TO_QUEUE, QUEUE, FLOW),
        passes("to a flow", _connect("FLOW", FlowConfig={"ContactFlowId": "x/contact-flow/cf-1:3"}), FLOW),
        passes("to any phone number", _connect("PHONE_NUMBER", PhoneConfig={"PhoneNumber": "+14155550100"})),
        passes(
            "to a phone number that begins as it may",
            _connect("PHONE_NUMBER", PhoneConfig={"PhoneNumber": "+493012345"}),
            prefixes=["+1", "+4930"],
        ),
        fails(
            "to a user who has left",
            TO_USER,
            FLOW,
            Evidence(f"{CONFIG}.UserConfig.UserId", "a user who exists", "u-1"),
        ),
        fails(
            "neither the queue nor the flow exists",
            TO_QUEUE,
            Evidence(f"{CONFIG}.QueueConfig.QueueId", "a queue that exists", "q-1"),
            Evidence(f"{CONFIG}.QueueConfig.ContactFlowId", "a flow that exists", "cf-1"),
        ),
        fails(
            "to a number abroad that nobody approved",
            _connect("PHONE_NUMBER", PhoneConfig={"PhoneNumber": "+882161234"}),
            Evidence(PHONE, "beginning with +1 or +44 (parameter prefixes)", "+882161234"),
            prefixes=["+1", "+44"],
        ),
        unknown("users are not readable", TO_USER, FLOW, unread("connect.user", "connect:ListUsers")),
        unknown("queues are not readable", TO_QUEUE, FLOW, unread("connect.queue", "connect:ListQueues")),
        unknown(
            "the quick connect could not be described",
            thing("connect.quick_connect", id="qc-1", unread={CONFIG: "connect:DescribeQuickConnect"}),
            USER,
            QUEUE,
            FLOW,
        ),
        not_applicable(
            "the creation failed", TO_USER, thing("connect.instance", InstanceStatus="CREATION_FAILED")
        ),
    ),
)
def quick_connects_resolve(connect: Seen, around: Around) -> Outcome:
    """Quick connects lead to what exists, and to numbers that begin as they may.

    A quick connect is the button with which an agent transfers a contact. When the person behind it has left, or the
    queue was deleted, the button stays and the transfer fails while the customer waits. One that leads to a phone
    number is charged as an outbound call: a number abroad, put there by mistake or on purpose, is dialled by every
    agent who sees the button.
    """
    failures = []
    for path, kind, expected in TARGETS:
        where = f"{CONFIG}.{path}"
        target = connect.get(where)
        if target and around.one(kind, _id(target)) is None:
            failures.append(Fail.at(where, expected=expected, actual=target, discriminator=path))
    prefixes = tuple(around.params["prefixes"])
    number = connect.get(PHONE) if prefixes else None
    if number and not number.startswith(prefixes):
        expected = f"beginning with {' or '.join(prefixes)} (parameter prefixes)"
        failures.append(Fail.at(PHONE, expected=expected, actual=number, discriminator="PhoneConfig"))
    return failures


def _id(reference: str) -> str:
    """The id in a reference, which is an id or an ARN; a flow's ARN may end with a version."""
    return reference.rpartition("/")[2].partition(":")[0]
