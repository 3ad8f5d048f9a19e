"""Whether flows that answer numbers write logs, and go on writing them."""

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.flows import Action, Form, action, content, idle, references
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
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

FLOW, MODULE = "connect.contact_flow", "connect.contact_flow_module"
ASSOCIATION, ATTRIBUTE = "connect.flow_association", "connect.instance_attribute"
FIELDS = ("Content", "State", "Status")
LOGGING, STATE = "UpdateFlowLoggingBehavior", "FlowLoggingBehavior"
NEVER = 'a "Set logging behavior" block that turns logs on'
AGAIN = "turned on again before the flow ends"
END = action("end", "DisconnectParticipant")
ON = action("on", LOGGING, "end", FlowLoggingBehavior="Enabled")
OFF = action("off", LOGGING, "ask", FlowLoggingBehavior="Disabled")
ASK = action("ask", "GetParticipantInput", "on", StoreInput="True")
THEN = action("ask", "GetParticipantInput", "m", StoreInput="True")
CALL = action("m", "InvokeFlowModule", "end", FlowModuleId="m-1")
ANSWERS = thing(
    ASSOCIATION,
    ResourceType="VOICE_PHONE_NUMBER",
    ResourceId="pn-1",
    FlowId="arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555/contact-flow/f-1",
)
LOGS = thing(ATTRIBUTE, AttributeType="CONTACTFLOW_LOGS", Value="true")
NO_LOGS = thing(ATTRIBUTE, AttributeType="CONTACTFLOW_LOGS", Value="false")


def _flow(*actions: Mapping[str, Any], **more: str) -> Thing:
    said: dict[str, Any] = {"State": "ACTIVE", "Status": "PUBLISHED", **more}
    return thing(FLOW, id="f-1", Name="Main", Content=content(*actions), **said)


SETUP = thing(MODULE, id="m-1", Name="Set up", Content=content(ON, END))
QUIET = thing(MODULE, id="m-1", Name="Greet", Content=content(END))


@rule(
    id="CONNECT-LOG-005",
    severity=Severity.LOW,
    severity_reason="Contacts are served; when one is not, nobody can see why.",
    kind=FLOW,
    reads={FLOW: FIELDS, MODULE: ("Content",), ASSOCIATION: ("FlowId",), ATTRIBUTE: ("Value",)},
    fix=Fix(
        console=(
            'Put a "Set logging behavior" block that enables logs at the start of the flow that answers, and one '
            "after each that disables them; publish."
        ),
        cli="aws connect update-contact-flow-content --instance-id ID --contact-flow-id FLOW_ID --content JSON",
        cloudformation="AWS::Connect::ContactFlow: an UpdateFlowLoggingBehavior action in Content",
        terraform="aws_connect_contact_flow: an UpdateFlowLoggingBehavior action in content",
        note="Logging stays as it was set when a contact goes on to other flows. It has no effect while the "
        "instance's flow logs are off (CONNECT-LOG-001).",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-logs.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/set-logging-behavior.html",
    ),
    interpretive={"iso27001": ("A.8.15",)},
    examples=(
        passes("logs are on from the start", _flow(ON, END), ANSWERS, LOGS),
        passes(
            "a module turns them on",
            _flow(CALL, END),
            ANSWERS,
            SETUP,
            LOGS,
        ),
        passes("off while the caller types, on again after", _flow(OFF, ASK, ON, END), LOGS),
        passes(
            "off while the caller types, and a module turns them on again",
            _flow(OFF, THEN, CALL, END),
            SETUP,
            LOGS,
        ),
        fails(
            "off for good, whatever else a module does",
            _flow(OFF, THEN, CALL, END),
            QUIET,
            LOGS,
            Evidence(f"{LOGGING}[off].{STATE}", AGAIN, "Disabled"),
        ),
        fails(
            "the flow of a number never turns them on",
            _flow(END),
            ANSWERS,
            LOGS,
            Evidence(LOGGING, NEVER, None),
        ),
        fails(
            "neither does its module", _flow(CALL, END), ANSWERS, QUIET, LOGS, Evidence(LOGGING, NEVER, None)
        ),
        fails(
            "off for good",
            _flow(OFF, ASK | {"Transitions": {"NextAction": "end"}}, END),
            LOGS,
            Evidence(f"{LOGGING}[off].{STATE}", AGAIN, "Disabled"),
        ),
        unknown(
            "nobody can tell which flow answers",
            _flow(END),
            unread(ASSOCIATION, "connect:ListFlowAssociations"),
            LOGS,
        ),
        unknown(
            "the module is not readable",
            _flow(CALL, END),
            ANSWERS,
            unread(MODULE, "connect:ListContactFlowModules"),
            LOGS,
        ),
        unknown(
            "the instance's attributes are not readable",
            _flow(END),
            ANSWERS,
            unread(ATTRIBUTE, "connect:ListInstanceAttributes"),
        ),
        not_applicable("no number leads to it", _flow(END), LOGS),
        not_applicable("flow logs are off for the instance", _flow(END), ANSWERS, NO_LOGS),
        not_applicable("a draft", _flow(END, Status="SAVED"), ANSWERS, LOGS),
    ),
)
def flows_turn_logging_on(flow: Seen, around: Around) -> Outcome:
    """A flow that answers a number turns logging on, and no flow leaves it off.

    The instance's setting only allows flow logs: a contact is logged from the block on that turns logging on, and
    in each flow that it goes on to. It is good to turn logging off while a caller types a card number; where nothing
    turns it on again, the rest of the contact leaves no trace, in later flows as well.
    """
    if idle(flow):
        return NotApplicable(f"no contact comes to it: {idle(flow)}")
    attribute = around.one(ATTRIBUTE, "CONTACTFLOW_LOGS")
    if attribute is not None and attribute.get("Value") == "false":
        return NotApplicable("flow logs are off for the instance (CONNECT-LOG-001)")
    graph = around.flow(flow)
    left = [
        Evidence(one.at(STATE), AGAIN, "Disabled")
        for one in graph.of(LOGGING)
        if one.says(STATE) == "Disabled" and not _turned_on(graph.walk(one.id), around)
    ]
    if left:
        return Fail(tuple(left), discriminator="left off")
    if _says_on(graph.of(LOGGING)):
        return []
    if not any(graph.of(LOGGING)) and not around.naming(ASSOCIATION, "FlowId", flow.id):
        return NotApplicable("no number leads to it, and it leaves logging as it is")
    if _turned_on(graph.reachable, around):
        return []
    return Fail.at(LOGGING, expected=NEVER, actual=None, discriminator="never on")


def _says_on(actions: Iterable[Action]) -> bool:
    return any(one.type == LOGGING and one.says(STATE) == "Enabled" for one in actions)


def _turned_on(actions: Iterable[Action], around: Around) -> bool:
    """Whether one of these actions turns logging on, or a module that one of them calls does."""
    taken = tuple(actions)
    if _says_on(taken):
        return True
    called = {
        said.id
        for one in taken
        for said in references(one)
        if said.kind == MODULE and said.form is Form.STATIC
    }
    modules = [module for module in (around.one(MODULE, identity) for identity in sorted(called)) if module]
    return any(_says_on(around.flow(module).of(LOGGING)) for module in modules)
