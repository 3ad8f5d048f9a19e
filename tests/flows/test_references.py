from typing import Any

import pytest

from auditor.flows import Form, Reference, references
from auditor.flows.references import Named
from tests.flows.examples import INSTANCE, action, flow

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:lookup"


def _found(kind: str, **parameters: Any) -> dict[str, tuple[str, str]]:
    return {one.path: (one.kind, one.id) for one in references(flow(action("a", kind, **parameters)))}


def test_types_say_where_references_stand() -> None:
    assert _found("UpdateContactTargetQueue", QueueId="q-1") == {"QueueId": ("connect.queue", "q-1")}
    assert _found("UpdateContactEventHooks", EventHooks={"CustomerQueue": "f-1"}) == {
        "EventHooks.CustomerQueue": ("connect.contact_flow", "f-1")
    }
    assert _found("MessageParticipantIteratively", Messages=[{"Text": "Wait"}, {"PromptId": "p-1"}]) == {
        "Messages[1].PromptId": ("connect.prompt", "p-1")
    }
    nested = {"Steps": [{"Expression": {"OrExpression": [{"AgentsCriteria": {"AgentIds": ["u-1", "u-2"]}}]}}]}
    assert _found("UpdateContactRoutingCriteria", RoutingCriteria=nested) == {
        f"RoutingCriteria.Steps[0].Expression.OrExpression[0].AgentsCriteria.AgentIds[{number}]": (
            "connect.user",
            f"u-{number + 1}",
        )
        for number in (0, 1)
    }


def test_arns_are_references_wherever_they_stand() -> None:
    assert _found(
        "UpdateContactAttributes",
        Attributes={
            "DefaultFlowForAgentUI": f"{INSTANCE}/contact-flow/f-1",
            "lookup": FUNCTION,
            "note": "arn:no",
        },
    ) == {
        "Attributes.DefaultFlowForAgentUI": ("connect.contact_flow", "f-1"),
        "Attributes.lookup": ("lambda.function", FUNCTION),
    }
    assert _found("FromTomorrow", Into=f"{INSTANCE}/queue/agent/u-1") == {"Into": ("connect.user", "u-1")}


def test_what_is_not_reached_refers_to_nothing() -> None:
    unreached = action("b", "UpdateContactTargetQueue", QueueId="q-1")
    assert not list(references(flow(action("a", "DisconnectParticipant"), unreached)))


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("q-1", Form.STATIC),
        (f"{INSTANCE}/contact-flow/f-1:$SAVED", Form.STATIC),
        ("$.Attributes.queue", Form.DYNAMIC),
        ("$['Attributes']['queue']", Form.DYNAMIC),
        ("prefix-$.External.queue", Form.DYNAMIC),
        ("${queue_arn}", Form.TEMPLATE),
        ("{{ QUEUE }}", Form.TEMPLATE),
    ],
)
def test_only_static_values_can_be_looked_up(value: str, form: Form) -> None:
    assert Form.of(value) is form


@pytest.mark.parametrize(
    ("kind", "value", "identity", "qualifier", "instance"),
    [
        ("connect.queue", f"{INSTANCE}/queue/q-1", "q-1", "", INSTANCE.rpartition("/")[2]),
        ("connect.contact_flow", f"{INSTANCE}/contact-flow/f-1:$LATEST", "f-1", "$LATEST", INSTANCE[-36:]),
        ("connect.contact_flow_module", "m-1:prod", "m-1", "prod", ""),
        ("connect.view", "arn:aws:connect:us-west-2:aws:view/form:1", "form", "1", ""),
        ("connect.phone_number", "arn:aws:connect:us-east-1:111122223333:phone-number/n-1", "n-1", "", ""),
        ("lambda.function", f"{FUNCTION}:live", FUNCTION, "live", ""),
        ("lambda.function", FUNCTION, FUNCTION, "", ""),
        (
            "lex.bot_alias",
            "arn:aws:lex:us-east-1:1:bot-alias/B/A",
            "arn:aws:lex:us-east-1:1:bot-alias/B/A",
            "",
            "",
        ),
    ],
)
def test_ids_are_taken_out_of_arns(
    kind: str, value: str, identity: str, qualifier: str, instance: str
) -> None:
    one = Reference(flow(action("a", "Loop")).actions["a"], "Path", kind, value)
    assert (one.id, one.qualifier, one.instance_id) == (identity, qualifier, instance)


@pytest.mark.parametrize(
    "one",
    [
        Named("connect.queue", "Sales"),
        Named("connect.contact_flow_module", "Say hello", "$LATEST"),
        Named("connect.queue", "odd } name: {x}:y"),
        Named("connect.queue", "a}:b", "c"),
        Named("connect.queue", ""),
    ],
)
def test_a_reference_by_name_is_read_as_it_was_written(one: Named) -> None:
    assert Named.read(str(one)) == one


@pytest.mark.parametrize("value", ["${queue_arn}", "${nothing:Sales}", "Sales", "${queue:Sales} and more"])
def test_what_is_no_reference_by_name_is_left(value: str) -> None:
    assert Named.read(value) is None
