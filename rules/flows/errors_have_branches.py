"""What happens to a contact when an action fails."""

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.flows import Flow, action, content
from auditor.flows.actions import needs_of
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
)

FLOW, MODULE = "connect.contact_flow", "connect.contact_flow_module"
FIELDS = ("Content", "State", "Status")
BRANCH = "an action to go on with"
LOOKUP = "arn:aws:lambda:us-east-1:111122223333:function:lookup"
END = action("end", "DisconnectParticipant")
FAILS = {"NoMatchingError": "end"}


def _flow(*actions: Mapping[str, Any], kind: str = FLOW, **more: str) -> Thing:
    said: dict[str, Any] = {"State": "ACTIVE", **more}
    return thing(kind, id="f-1", Name="Main", Content=content(*actions, END), **said)


def _invoke(**errors: str) -> dict[str, Any]:
    return action("call", "InvokeLambdaFunction", "end", errors=errors, LambdaFunctionARN=LOOKUP)


@rule(
    id="CONNECT-FLW-006",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason=(
        "A contact for which the action fails is dropped without a word; most contacts do not fail. No contact comes "
        "to a draft, which somebody may just be drawing: low."
    ),
    kind=FLOW,
    also=(MODULE,),
    reads={FLOW: FIELDS, MODULE: FIELDS},
    fix=Fix(
        console='Open the flow in the designer, draw the branch that is named (such as "Error"), and publish.',
        cli="aws connect update-contact-flow-content --instance-id ID --contact-flow-id FLOW_ID --content JSON",
        cloudformation="AWS::Connect::ContactFlow: Transitions.Errors of the action in Content",
        terraform="aws_connect_contact_flow: Transitions.Errors of the action in content",
        note=(
            "The service refuses to publish such a flow, so the failure mostly shows in drafts that were never "
            "published, and in flows that were published before an error was demanded."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/APIReference/flow-language.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateContactFlow.html",
    ),
    tags=("reliability",),
    examples=(
        passes("a function that may fail", _flow(_invoke(**FAILS))),
        passes(
            "messages and logging need no branch",
            _flow(
                action("log", "UpdateFlowLoggingBehavior", "say", FlowLoggingBehavior="Enabled"),
                action("say", "MessageParticipant", "end", Text="Welcome."),
            ),
        ),
        passes(
            "input that is stored knows no wrong choice",
            _flow(action("ask", "GetParticipantInput", "end", errors=FAILS, StoreInput="True")),
        ),
        passes("an action that is newer than this rule", _flow(action("new", "DoWhatNobodyKnows", "end"))),
        passes("a block that no contact comes to", _flow(END | {"Identifier": "first"}, _invoke())),
        fails(
            "a function without a branch",
            _flow(_invoke()),
            Evidence("InvokeLambdaFunction[call].NoMatchingError", BRANCH, None),
        ),
        fails(
            "a transfer of a module that forgets a full queue",
            _flow(action("go", "TransferContactToQueue", "end", errors=FAILS), kind=MODULE),
            Evidence("TransferContactToQueue[go].QueueAtCapacity", BRANCH, None),
        ),
        fails(
            "a menu in a draft knows neither silence nor a wrong key",
            _flow(
                action(
                    "menu", "GetParticipantInput", "end", errors=FAILS, equals={"1": "end"}, Text="Press 1."
                ),
                Status="SAVED",
            ),
            Evidence("GetParticipantInput[menu].InputTimeLimitExceeded", BRANCH, None),
            Evidence("GetParticipantInput[menu].NoMatchingCondition", BRANCH, None),
        ),
        fails(
            "a call that comes back",
            _flow(
                action(
                    "out",
                    "TransferParticipantToThirdParty",
                    "end",
                    errors={**FAILS, "CallFailed": "end"},
                    ThirdPartyPhoneNumber="+14155550100",
                    ContinueFlowExecution="True",
                )
            ),
            Evidence("TransferParticipantToThirdParty[out].ConnectionTimeLimitExceeded", BRANCH, None),
        ),
        fails(
            "branches that lead nowhere",
            _flow(_invoke(NoMatchingError="gone")),
            Evidence("InvokeLambdaFunction[call].on NoMatchingError", BRANCH, "gone"),
        ),
        unknown(
            "the content is not readable",
            thing(FLOW, id="f-1", Name="Main", unread={"Content": "connect:DescribeContactFlow"}),
        ),
        not_applicable("an archived flow", _flow(_invoke(), State="ARCHIVED")),
    ),
)
def errors_have_branches(flow: Seen, around: Around) -> Outcome:
    """Each action that can fail says what happens then.

    A function times out, a queue is full, a number does not answer: each of these is an error that an action of the
    flow can have. Without a branch for it the contact ends there, and the caller hears the line go dead; for a
    draft, nobody can publish it before the branch is drawn.
    """
    if flow.get("State") == "ARCHIVED":
        return NotApplicable("no contact comes to it: it is archived")
    found = tuple(_lacking(around.flow(flow)))
    draft = flow.get("Status") == "SAVED"
    return Fail(found, severity=Severity.LOW if draft else None) if found else []


def _lacking(flow: Flow) -> Iterator[Evidence]:
    """Each error without a branch, and each branch without a target."""
    for one in flow.reachable:
        for error in needs_of(one):
            if not one.errors.get(error):
                yield Evidence(one.at(error), BRANCH, None)
        for edge in one.edges:
            if edge.to and edge.to not in flow.actions:
                yield Evidence(one.at(edge.label), BRANCH, edge.to)
