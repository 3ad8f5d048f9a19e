"""What flows name directly: queues, flows, prompts, hours, views, templates, tables, agents, functions, bots."""

from collections.abc import Callable, Mapping
from typing import Any

from auditor.flows import Form, Reference, action, content, idle, references
from auditor.flows.actions import LAMBDA, LEX, LEX_V1
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
FUNCTION, BOT = "connect.lambda_function", "connect.lex_bot"
FUNCTION_ARN, ALIAS_ARN = "FunctionArn", "LexV2Bot.AliasArn"
CHECKED = frozenset({FLOW, MODULE, SECURITY_KEY, *NEIGHBOURS})
Action = Mapping[str, Any]


def _functions(around: Around) -> frozenset[str]:
    """The ARNs of the functions that are associated, without version or alias."""
    return frozenset(":".join(one.get(FUNCTION_ARN).split(":")[:7]) for one in around.all(FUNCTION))


def _bots(around: Around) -> frozenset[str]:
    """The ARNs of the aliases of bots that are associated."""
    return frozenset(one.get(ALIAS_ARN) for one in around.all(BOT, "V2"))


ASSOCIATED: Mapping[tuple[str, str], tuple[str, Callable[[Around], frozenset[str]]]] = {
    (LAMBDA, "LambdaFunctionARN"): ("a function that is associated with the instance", _functions),
    (LEX, ALIAS_ARN): ("a bot that is associated with the instance", _bots),
}
"""What blocks may name only once it is associated, by its kind and the parameter: in words, and what is.

An ARN elsewhere, as in an attribute, is passed on and not called.
"""

LOOKUP = "arn:aws:lambda:us-east-1:111122223333:function:customer-lookup"
ALIAS = "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/KLMNOPQRST"
TO_LOOKUP = "InvokeLambdaFunction[call].LambdaFunctionARN"
TO_BOT = "ConnectParticipantWithLexBot[ask]"
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


def _call(function: str, **more: Any) -> tuple[Action, ...]:
    return (action("call", "InvokeLambdaFunction", "end", LambdaFunctionARN=function, **more), END)


def _ask(**bot: Any) -> tuple[Action, ...]:
    return (action("ask", "ConnectParticipantWithLexBot", "end", Text="How can we help?", **bot), END)


def _encrypted() -> tuple[Action, ...]:
    key = {"EncryptionKeyId": "k-1", "Key": "-----BEGIN CERTIFICATE-----"}
    return (action("ask", "GetParticipantInput", "end", StoreInput="True", InputEncryption=key), END)


NO_KEY = Evidence(
    "GetParticipantInput[ask].InputEncryption.EncryptionKeyId", "a security key that exists", "k-1"
)


@rule(
    id="CONNECT-FLW-001",
    severity=Severity.HIGH,
    severities=(Severity.MEDIUM,),
    severity_reason=(
        "Each contact that comes to the block takes its error branch, which often ends the call. A function or a bot "
        "that is not associated may answer all the same, where its own policy lets Amazon Connect in: medium."
    ),
    kind=FLOW,
    also=(MODULE,),
    reads={
        FLOW: FIELDS,
        MODULE: FIELDS,
        SECURITY_KEY: (),
        FUNCTION: (FUNCTION_ARN,),
        BOT: (ALIAS_ARN,),
        **dict.fromkeys(NEIGHBOURS, ()),
    },
    fix=Fix(
        console="Open the flow in the designer, choose the resource again in the block that is named, and publish.",
        cli="aws connect update-contact-flow-content --instance-id ID --contact-flow-id FLOW_ID --content JSON",
        cloudformation="AWS::Connect::ContactFlow: Content with !GetAtt or !Sub in place of copied ARNs",
        terraform="aws_connect_contact_flow: content from templatefile() with the resources' own attributes",
        note=(
            "What only the contact tells ($.Attributes…) cannot be checked. Whether a function or a bot exists, rules "
            "on those that are associated judge (CONNECT-INT-003, CONNECT-INT-010): associate one that is not, and it "
            "is looked at. Those of another account or Region may well be called without, and are not judged. Of "
            "the key that encrypts input only this is judged, that the instance has one at all: no page of AWS says "
            "how its id in a flow and its id in the instance's list go together."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/migrate-contact-flows.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/invoke-lambda-function-block.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-lex.html",
        "https://docs.aws.amazon.com/lex/latest/dg/migrate.html",
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
        passes(
            "a function and a bot that are associated, whatever their version",
            _flow(*_call(f"{LOOKUP}:live")[:1], *_ask(LexV2Bot={"AliasArn": ALIAS})),
            thing(FUNCTION, FunctionArn=LOOKUP),
            thing(BOT, LexVersion="V2", LexV2Bot={"AliasArn": ALIAS}),
        ),
        passes(
            "a function of AWS's own, as its samples call one, and one of another Region",
            _flow(
                action(
                    "one", "InvokeLambdaFunction", "call", LambdaFunctionARN=LOOKUP.replace("1111", "9999")
                ),
                *_call(LOOKUP.replace("us-east-1", "us-west-2")),
            ),
        ),
        passes(
            "a function that is named to another one",
            _flow(*_call(LOOKUP, LambdaInvocationAttributes={"then": f"{LOOKUP}-2"})),
            thing(FUNCTION, FunctionArn=LOOKUP),
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
        fails(
            "a function that is not associated",
            _flow(*_call(f"{LOOKUP}:live")),
            thing(FUNCTION, FunctionArn=f"{LOOKUP}-2"),
            Evidence(TO_LOOKUP, "a function that is associated with the instance", f"{LOOKUP}:live"),
        ),
        fails(
            "a bot that is not associated",
            _flow(*_ask(LexV2Bot={"AliasArn": ALIAS})),
            thing(BOT, LexVersion="V2", LexV2Bot={"AliasArn": f"{ALIAS[:-1]}X"}),
            Evidence(f"{TO_BOT}.{ALIAS_ARN}", "a bot that is associated with the instance", ALIAS),
        ),
        fails(
            "a bot of Lex V1, associated or not",
            _flow(*_ask(LexBot={"Name": "BookAppointment", "Region": "us-east-1", "Alias": "live"})),
            thing(BOT, LexVersion="V1", LexBot={"Name": "BookAppointment", "LexRegion": "us-east-1"}),
            Evidence(f"{TO_BOT}.LexBot.Name", "a bot of Lex V2", "BookAppointment"),
        ),
        unknown(
            "functions are not readable",
            _flow(*_call(LOOKUP)),
            unread(FUNCTION, "connect:ListLambdaFunctions"),
        ),
        unknown(
            "bots are not readable",
            _flow(*_ask(LexV2Bot={"AliasArn": ALIAS})),
            unread(BOT, "connect:ListBots"),
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

    A function or a Lex bot of the instance's account and Region has to be associated with the instance before a flow
    uses it, and Lex V1 ended on 15 September 2025.
    """
    if idle(flow):
        return NotApplicable(f"no contact comes to it: {idle(flow)}")
    wrong: dict[tuple[str, str], list[Evidence]] = {}
    for reference in references(around.flow(flow)):
        found = _wrong(reference, around)
        if found:
            wrong.setdefault((reference.kind, reference.id), []).append(found)
    return [
        Fail(
            tuple(evidence),
            discriminator=f"{kind} {identity}",
            severity=Severity.MEDIUM if kind in (LAMBDA, LEX) else None,
        )
        for (kind, identity), evidence in wrong.items()
    ]


def _wrong(reference: Reference, around: Around) -> Evidence | None:
    """What is wrong with a reference, or nothing."""
    if reference.kind == LEX_V1:
        return Evidence(reference.where, "a bot of Lex V2", reference.value)
    if reference.form is not Form.STATIC or reference.account == "aws":
        return None
    if (reference.kind, reference.path) in ASSOCIATED:
        return _unassociated(reference, around)
    return _gone(reference, around) if reference.kind in CHECKED else None


def _unassociated(reference: Reference, around: Around) -> Evidence | None:
    """That a function or a bot is not associated, though it could be: it is of the same account and Region."""
    if (reference.account, reference.region) != (around.place.account, around.place.region):
        return None
    wanted, associated = ASSOCIATED[reference.kind, reference.path]
    if reference.id in around.once(associated):
        return None
    return Evidence(reference.where, wanted, reference.value)


def _gone(reference: Reference, around: Around) -> Evidence | None:
    """That a thing of the instance is not there, belongs to another instance, or is out of service."""
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
