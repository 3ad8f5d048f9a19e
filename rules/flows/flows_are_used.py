"""Flows and modules that nothing leads to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.flows import Form, action, content, idle, leaves, references
from auditor.model import Cause, Reason
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
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

FLOW, MODULE = "connect.contact_flow", "connect.contact_flow_module"
FIELDS = ("Name", "Content", "State", "Status")
ENTRIES: Mapping[str, tuple[str, ...]] = {
    "connect.flow_association": ("FlowId",),
    "connect.queue": ("OutboundCallerConfig.OutboundFlowId",),
    "connect.quick_connect": (
        "QuickConnectConfig.UserConfig.ContactFlowId",
        "QuickConnectConfig.QueueConfig.ContactFlowId",
        "QuickConnectConfig.FlowConfig.ContactFlowId",
    ),
    "connect.task_template": ("ContactFlowId", "SelfAssignFlowId"),
}
"""What leads contacts to flows, beside other flows."""
EXPOSED = "ExternalInvocationConfiguration.Enabled"
STOCK = ("Default ", "Sample ")
LEADS = "something that leads to it"
END = action("end", "DisconnectParticipant")
ROOT = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555/contact-flow"


def _flow(identity: str, *actions: Mapping[str, Any], **more: str) -> Thing:
    said: dict[str, Any] = {"Name": f"Flow {identity}", "State": "ACTIVE", "Status": "PUBLISHED", **more}
    return thing(FLOW, id=identity, Content=content(*actions, END), **said)


def _go(to: str) -> dict[str, Any]:
    return action("go", "TransferToFlow", "end", ContactFlowId=to)


MODULE_1 = thing(MODULE, id="m-1", Name="Greet", Content=content(END), State="ACTIVE")
NUMBER = thing(
    "connect.flow_association", ResourceType="VOICE_PHONE_NUMBER", ResourceId="pn-1", FlowId=f"{ROOT}/f-1"
)
INVOKE = action("m", "InvokeFlowModule", "end", FlowModuleId="m-1:$LATEST")


@rule(
    id="CONNECT-FLW-010",
    severity=Severity.LOW,
    severity_reason="It serves nobody; it takes up the quota, and somebody may take it for what is live.",
    kind=FLOW,
    also=(MODULE,),
    reads={FLOW: FIELDS, MODULE: (*FIELDS, EXPOSED), **ENTRIES},
    opt_in=(
        "What starts chats, tasks, calls and campaigns through the API cannot be seen; name the flows that are "
        "started so in the parameter entry_flows."
    ),
    params=(
        Param(
            "entry_flows",
            [],
            "Names of flows and modules that something outside starts.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="Open the flow in the designer, check that nothing outside starts it, and archive it.",
        cli=(
            "aws connect update-contact-flow-metadata --instance-id ID --contact-flow-id FLOW_ID "
            "--contact-flow-state ARCHIVED"
        ),
        cloudformation="AWS::Connect::ContactFlow: State: ARCHIVED",
        terraform="Remove the aws_connect_contact_flow or aws_connect_contact_flow_module.",
        note="An archived flow can be brought back. The flows that every instance is made with are not judged.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateContactFlowMetadata.html",
    ),
    tags=("cost",),
    examples=(
        passes("a number leads to it", _flow("f-1"), NUMBER),
        passes(
            "a number leads to a flow that leads to it",
            _flow("f-2"),
            _flow("f-1", _go(f"{ROOT}/f-2:$LATEST"), Name="Main"),
            NUMBER,
        ),
        passes("a module that is used", MODULE_1, _flow("f-1", INVOKE), NUMBER),
        passes(
            "an agent guide that an attribute names by its id alone",
            _flow("f-2"),
            _flow(
                "f-1",
                action("a", "UpdateContactAttributes", "end", Attributes={"DefaultFlowForAgentUI": "f-2"}),
            ),
            NUMBER,
        ),
        passes(
            "a queue's whisper",
            _flow("f-1"),
            thing("connect.queue", id="q", OutboundCallerConfig={"OutboundFlowId": "f-1"}),
        ),
        passes(
            "a quick connect",
            _flow("f-1"),
            thing(
                "connect.quick_connect",
                id="qc",
                QuickConnectConfig={"QuickConnectType": "QUEUE", "QueueConfig": {"ContactFlowId": "f-1"}},
            ),
        ),
        passes("a task template", _flow("f-1"), thing("connect.task_template", id="t", ContactFlowId="f-1")),
        passes("a chat on the website starts it", _flow("f-1", Name="Web chat"), entry_flows=["Web chat"]),
        passes(
            "a module that is a tool",
            thing(
                MODULE,
                id="m-1",
                Name="Refund",
                Content=content(END),
                ExternalInvocationConfiguration={"Enabled": True},
            ),
        ),
        fails(
            "nothing leads to it",
            _flow("f-2"),
            _flow("f-1", INVOKE),
            MODULE_1,
            NUMBER,
            Evidence("references", LEADS, []),
        ),
        fails(
            "two flows that lead only to each other",
            _flow("f-2", _go("f-3")),
            _flow("f-3", _go("f-2")),
            Evidence("references", LEADS, ["Flow f-3"]),
        ),
        fails(
            "a module of a flow that is archived",
            MODULE_1,
            _flow("f-1", INVOKE, State="ARCHIVED"),
            NUMBER,
            Evidence("references", LEADS, []),
        ),
        unknown(
            "a flow goes wherever the contact says",
            _flow("f-2"),
            _flow("f-1", _go("$.Attributes.flow")),
            NUMBER,
        ),
        unknown(
            "quick connects are not readable",
            _flow("f-1"),
            unread("connect.quick_connect", "connect:ListQuickConnects"),
        ),
        not_applicable("a flow that every instance has", _flow("f-1", Name="Default customer queue")),
        not_applicable("an archived flow", _flow("f-1", State="ARCHIVED")),
    ),
)
def flows_are_used(flow: Seen, around: Around) -> Outcome:
    """Something leads to each flow and module.

    A flow that nothing leads to is left over from a test or from what another one replaced. It is found when somebody
    searches by name, changed in place of the live one, or connected again with the faults that it was replaced for;
    meanwhile it counts against the quota of the instance.
    """
    if idle(flow):
        return NotApplicable(f"no contact comes to it: {idle(flow)}")
    if flow.get("Name").startswith(STOCK):
        return NotApplicable("every instance is made with it")
    use = around.once(_use)
    if flow.id in use.reached:
        return Pass()
    if flow.kind in use.anywhere:
        detail = f"{use.anywhere[flow.kind]} goes wherever the contact says"
        raise Unread(Cause(Reason.UNDECIDED, "connect:DescribeContactFlow", detail), flow.cited)
    return Fail.at("references", expected=LEADS, actual=sorted(use.by.get(flow.id, ())))


@dataclass(frozen=True)
class Use:
    """What leads to what in an instance."""

    reached: frozenset[str]
    by: Mapping[str, frozenset[str]]
    """The names of the flows that mention a flow or module, by its id."""
    anywhere: Mapping[str, str]
    """A flow that is reached and leads to flows, or to modules, that only the contact tells; by kind."""


def _use(around: Around) -> Use:
    """Follows flows from everything that leads contacts to them."""
    # Judged first: a field of another kind may be unread, and then nobody knows.
    entries = {
        _id(one.get(path)) for kind, paths in ENTRIES.items() for one in around.all(kind) for path in paths
    }
    live = {one.id: one for kind in (FLOW, MODULE) for one in around.all(kind) if not idle(one)}
    named = {
        one.id
        for one in live.values()
        if one.get("Name") in around.params["entry_flows"] or one.get("Name").startswith(STOCK)
    }
    tools = {one.id for one in live.values() if one.kind == MODULE and one.get(EXPOSED) is True}
    mentions = {identity: frozenset(_mentioned(one, around) & live.keys()) for identity, one in live.items()}
    reached: set[str] = set()
    waiting = sorted((entries | named | tools) & live.keys())
    while waiting:
        identity = waiting.pop()
        if identity not in reached:
            reached.add(identity)
            waiting += mentions[identity] - reached
    anywhere = {
        kind: live[identity].name for identity in sorted(reached) for kind in _dynamic(live[identity], around)
    }
    by: dict[str, set[str]] = {}
    for identity, found in mentions.items():
        for other in found - {identity}:
            by.setdefault(other, set()).add(live[identity].name)
    return Use(frozenset(reached), {identity: frozenset(names) for identity, names in by.items()}, anywhere)


def _mentioned(one: Seen, around: Around) -> set[str]:
    """The ids at the end of every text of a flow: flows are named in attributes as well."""
    return {_id(text) for block in around.flow(one).reachable for _, text in leaves(block.parameters)}


def _dynamic(one: Seen, around: Around) -> Iterator[str]:
    """The kinds of flow and module that a flow names by what only the contact tells."""
    for reference in references(around.flow(one)):
        if reference.kind in {FLOW, MODULE} and reference.form is not Form.STATIC:
            yield reference.kind


def _id(reference: Any) -> str:
    """The id in a reference, which is an id or an ARN, and may end with a version or alias."""
    return str(reference or "").rpartition("/")[2].partition(":")[0]
