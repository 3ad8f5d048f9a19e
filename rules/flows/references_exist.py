"""What flows name directly: queues, flows, modules, prompts, hours, views, templates, tables, agents."""

from collections.abc import Mapping
from typing import Any

from auditor.flows import Form, Reference, action, content, idle, references
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
FIELDS = ("Content", "State", "Status")
NEIGHBOURS = (
    "connect.data_table",
    "connect.hours_of_operation",
    "connect.prompt",
    "connect.queue",
    "connect.task_template",
    "connect.user",
    "connect.view",
)
SECURITY_KEY = "connect.security_key"
CHECKED = frozenset({FLOW, MODULE, SECURITY_KEY, *NEIGHBOURS})
Action = Mapping[str, Any]

INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
ELSEWHERE = "arn:aws:connect:us-east-1:111122223333:instance/99999999-2222-3333-4444-555555555555"
SALES = thing("connect.queue", id="q-1", Name="Sales")
OTHER = thing(FLOW, id="f-2", Name="Payments", State="ACTIVE", Status="PUBLISHED")
END = action("end", "DisconnectParticipant")
NAMES_ALL = (
    action("a", "MessageParticipant", "b", PromptId="p-1"),
    action("b", "CheckHoursOfOperation", "c", HoursOfOperationId=f"{INSTANCE}/operating-hours/h-1"),
    action("c", "ShowView", "d", ViewResource={"Id": f"{INSTANCE}/view/v-1:2"}),
    action("d", "CreateTask", "e", TaskTemplateId="t-1", ContactFlowId="f-2"),
    action("e", "EvaluateDataTableValues", "f", DataTableId="dt-1"),
    action("f", "InvokeFlowModule", "g", FlowModuleId=f"{INSTANCE}/flow-module/m-1:$LATEST"),
    action("g", "UpdateContactTargetQueue", "end", AgentId=f"{INSTANCE}/queue/agent/u-1"),
    END,
)
ALL = (
    thing("connect.prompt", id="p-1", Name="Beep.wav"),
    thing("connect.hours_of_operation", id="h-1", Name="Office hours"),
    thing("connect.view", id="v-1", Name="Form"),
    thing("connect.task_template", id="t-1", Name="Callback"),
    thing("connect.data_table", id="dt-1", Name="Holidays"),
    thing(MODULE, id="m-1", Name="Greeting", State="ACTIVE", Status="PUBLISHED"),
    thing("connect.user", id="u-1", Username="ana"),
    OTHER,
)


def _flow(*actions: Action, **more: str) -> Thing:
    said: dict[str, Any] = {"Content": content(*actions), "State": "ACTIVE", "Status": "PUBLISHED", **more}
    return thing(FLOW, id="f-1", Name="Main", **said)


def _to_queue(queue: str) -> tuple[Action, ...]:
    return (action("set", "UpdateContactTargetQueue", "end", QueueId=queue), END)


def _to_flow(flow: str) -> tuple[Action, ...]:
    return (action("go", "TransferToFlow", "end", ContactFlowId=flow), END)


def _encrypted() -> tuple[Action, ...]:
    key = {"EncryptionKeyId": "k-1", "Key": "-----BEGIN CERTIFICATE-----"}
    return (action("ask", "GetParticipantInput", "end", StoreInput="True", InputEncryption=key), END)


NO_KEY = Evidence(
    "GetParticipantInput[ask].InputEncryption.EncryptionKeyId", "a security key that exists", "k-1"
)


@rule(
    id="CONNECT-FLW-001",
    severity=Severity.HIGH,
    severity_reason="Each contact that comes to the block takes its error branch, which often ends the call.",
    kind=FLOW,
    also=(MODULE,),
    reads={FLOW: FIELDS, MODULE: FIELDS, SECURITY_KEY: (), **dict.fromkeys(NEIGHBOURS, ())},
    fix=Fix(
        console="Open the flow in the designer, choose the resource again in the block that is named, and publish.",
        cli="aws connect update-contact-flow-content --instance-id ID --contact-flow-id FLOW_ID --content JSON",
        cloudformation="AWS::Connect::ContactFlow: Content with !GetAtt or !Sub in place of copied ARNs",
        terraform="aws_connect_contact_flow: content from templatefile() with the resources' own attributes",
        note=(
            "What only the contact tells ($.Attributes…) cannot be checked. Functions and bots belong to other "
            "services; those that are associated with the instance have rules of their own (CONNECT-INT-003, "
            "CONNECT-INT-010). Of the key that encrypts input only this is judged, that the instance has one at all: "
            "no page of AWS says how its id in a flow and its id in the instance's list go together."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/migrate-contact-flows.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/flow-language.html",
    ),
    examples=(
        passes("a queue by its id", _flow(*_to_queue("q-1")), SALES),
        passes("everything that a flow can name, by id, by ARN and by version", _flow(*NAMES_ALL), *ALL),
        passes("a queue that the contact brings along", _flow(*_to_queue("$.Attributes.queue"))),
        passes(
            "a view of AWS's own",
            _flow(
                action(
                    "v", "ShowView", "end", ViewResource={"Id": "arn:aws:connect:us-east-1:aws:view/form:1"}
                ),
                END,
            ),
        ),
        passes(
            "a block that no contact comes to",
            _flow(END, action("spare", "UpdateContactTargetQueue", "end", QueueId="q-9")),
        ),
        passes(
            "an agent guide that is named in an attribute",
            _flow(
                action(
                    "a",
                    "UpdateContactAttributes",
                    "end",
                    Attributes={"DefaultFlowForAgentUI": f"{INSTANCE}/contact-flow/f-2"},
                ),
                END,
            ),
            OTHER,
        ),
        passes(
            "input that is encrypted with a key of the instance, whatever its id",
            _flow(*_encrypted()),
            thing("connect.security_key", AssociationId="k-2"),
        ),
        fails("input that is encrypted, in an instance without a key", _flow(*_encrypted()), NO_KEY),
        fails(
            "a queue that was deleted, named twice",
            _flow(
                action("set", "UpdateContactTargetQueue", "ask", QueueId="q-9"),
                action("ask", "GetMetricData", "end", QueueId=f"{INSTANCE}/queue/q-9"),
                END,
            ),
            SALES,
            Evidence("UpdateContactTargetQueue[set].QueueId", "a queue that exists", "q-9"),
            Evidence("GetMetricData[ask].QueueId", "a queue that exists", f"{INSTANCE}/queue/q-9"),
        ),
        fails(
            "an ARN of the instance that the flow was copied from",
            _flow(*_to_queue(f"{ELSEWHERE}/queue/q-1")),
            SALES,
            Evidence(
                "UpdateContactTargetQueue[set].QueueId", "a queue of this instance", f"{ELSEWHERE}/queue/q-1"
            ),
        ),
        fails(
            "a flow that is archived",
            _flow(*_to_flow("f-3")),
            thing(FLOW, id="f-3", Name="Old", State="ARCHIVED", Status="PUBLISHED"),
            Evidence(
                "TransferToFlow[go].ContactFlowId", "a flow in service", "it is archived", f"{FLOW} f-3"
            ),
        ),
        fails(
            "a flow that was never published, called by a module",
            thing(MODULE, id="m-1", Name="Go", Content=content(*_to_flow("f-3")), State="ACTIVE"),
            thing(FLOW, id="f-3", Name="New", State="ACTIVE", Status="SAVED"),
            Evidence(
                "TransferToFlow[go].ContactFlowId",
                "a flow in service",
                "it was never published",
                f"{FLOW} f-3",
            ),
        ),
        unknown(
            "queues are not readable", _flow(*_to_queue("q-1")), unread("connect.queue", "connect:ListQueues")
        ),
        unknown(
            "the flow's content is not readable",
            thing(FLOW, id="f-1", Name="Main", unread={"Content": "connect:DescribeContactFlow"}),
        ),
        not_applicable("an archived flow", _flow(*_to_queue("q-9"), State="ARCHIVED")),
        not_applicable("a draft", _flow(*_to_queue("q-9"), Status="SAVED")),
    ),
)
def references_exist(flow: Seen, around: Around) -> Outcome:
    """Everything of the instance that the flow names exists and is in service.

    A block keeps the id of a queue, prompt or flow after that was deleted or archived, and a flow that was copied
    from another instance keeps that instance's ARNs. The service does not complain until a contact comes to the
    block: then it fails, and the caller hears what the error branch has, which often is nothing.
    """
    if idle(flow):
        return NotApplicable(f"no contact comes to it: {idle(flow)}")
    wrong: dict[str, list[Evidence]] = {}
    for reference in references(around.flow(flow)):
        if reference.kind in CHECKED and reference.form is Form.STATIC and reference.account != "aws":
            found = _wrong(reference, around)
            if found:
                wrong.setdefault(f"{reference.kind} {reference.id}", []).append(found)
    return [Fail(tuple(evidence), discriminator=what) for what, evidence in wrong.items()]


def _wrong(reference: Reference, around: Around) -> Evidence | None:
    """What is wrong with a reference, or nothing."""
    what = _word(reference)
    if reference.instance_id not in {"", around.place.instance_id}:
        return Evidence(reference.where, f"{what} of this instance", reference.value)
    if reference.kind == SECURITY_KEY:
        found = next(iter(around.all(SECURITY_KEY)), None)
    else:
        found = around.one(reference.kind, reference.id)
    if found is None:
        return Evidence(reference.where, f"{what} that exists", reference.value)
    if reference.kind in {FLOW, MODULE} and idle(found):
        return Evidence(reference.where, f"{what} in service", idle(found), found.cited)
    return None


def _word(reference: Reference) -> str:
    """The kind in words, with its article."""
    return {FLOW: "a flow", MODULE: "a module", "connect.hours_of_operation": "hours of operation"}.get(
        reference.kind, f"a {reference.kind.partition('.')[2].replace('_', ' ')}"
    )
