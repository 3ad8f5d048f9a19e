"""Whom flows call."""

import re
from collections.abc import Mapping
from typing import Any

from auditor.flows import Action as Block
from auditor.flows import Flow, Form, action, content, idle
from auditor.model import Cause, Reason
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
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

FLOW, MODULE = "connect.contact_flow", "connect.contact_flow_module"
FIELDS = ("Content", "State", "Status")
NUMBER = "ThirdPartyPhoneNumber"
TYPED = ("$.StoredCustomerInput", "$.Lex.")
ANSWERED = "$.Lex.SessionAttributes"
"""What the caller typed or said, but for what the bot's function or the flow put into the bot's session.

Everything else comes from the company's own functions, tables and settings.
"""
ATTRIBUTE = re.compile(
    r"\$\.(?:Attributes|FlowAttributes)\.([\w-]+)$|\$\.(?:Attributes|FlowAttributes)\['([^']+)'\]$"
)
CHOSEN = "a number that the caller cannot choose"
APPROVED = "a number that begins with one of approved_prefixes"
END = action("end", "DisconnectParticipant")


def _flow(*actions: Mapping[str, Any], kind: str = FLOW, **more: str) -> Thing:
    said: dict[str, Any] = {"State": "ACTIVE", "Status": "PUBLISHED", **more}
    return thing(kind, id="f-1", Name="Main", Content=content(*actions, END), **said)


def _call(number: str) -> dict[str, Any]:
    return action("out", "TransferParticipantToThirdParty", "end", ThirdPartyPhoneNumber=number)


def _keep(value: str, to: str = "out") -> dict[str, Any]:
    return action("keep", "UpdateContactAttributes", to, Attributes={"target": value})


@rule(
    id="CONNECT-FLW-007",
    severity=Severity.HIGH,
    severities=(Severity.MEDIUM,),
    severity_reason=(
        "Fraudsters have the company pay for calls to expensive numbers. A fixed number that nobody approved: medium."
    ),
    kind=FLOW,
    also=(MODULE,),
    reads={FLOW: FIELDS, MODULE: FIELDS},
    params=(
        Param(
            "approved_prefixes",
            [],
            "How fixed numbers may begin, such as +1415 or a whole number; empty: any fixed number is fine.",
            type="list",
            form="number",
        ),
    ),
    fix=Fix(
        console=(
            'In the "Transfer to phone number" block choose a number, or an attribute that a Lambda function of yours '
            "gives; let the function check what callers ask for against a list."
        ),
        cli="aws connect update-contact-flow-content --instance-id ID --contact-flow-id FLOW_ID --content JSON",
        cloudformation="AWS::Connect::ContactFlow: ThirdPartyPhoneNumber in Content",
        terraform="aws_connect_contact_flow: ThirdPartyPhoneNumber in content",
        note="The list of countries that the instance may call limits the damage; it is set with AWS Support.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/transfer-to-phone-number.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/country-code-allow-list.html",
    ),
    interpretive={"nist": ("SI-10",)},
    examples=(
        passes("a fixed number", _flow(_call("+14155550100"))),
        passes("what a function looked up", _flow(_call("$.External.partner"))),
        passes("what the function of a bot looked up", _flow(_call("$.Lex.SessionAttributes.partner"))),
        passes(
            "an attribute that the flow fills from a function",
            _flow(_keep("$.External.partner"), _call("$.Attributes.target")),
        ),
        passes("an approved number", _flow(_call("+14155550100")), approved_prefixes=["+1415"]),
        fails(
            "what the caller typed",
            _flow(_call("$.StoredCustomerInput")),
            Evidence(f"TransferParticipantToThirdParty[out].{NUMBER}", CHOSEN, "$.StoredCustomerInput"),
        ),
        fails(
            "what the caller said to a bot, by way of an attribute, in a module",
            _flow(_keep("$.Lex.Slots.number"), _call("$.Attributes.target"), kind=MODULE),
            Evidence(f"TransferParticipantToThirdParty[out].{NUMBER}", CHOSEN, "$.Attributes.target"),
            Evidence("UpdateContactAttributes[keep].Attributes.target", CHOSEN, "$.Lex.Slots.number"),
        ),
        fails(
            "a number that is not approved",
            _flow(_call("+882165550100")),
            Evidence(f"TransferParticipantToThirdParty[out].{NUMBER}", APPROVED, "+882165550100"),
            approved_prefixes=["+1415", "+1416"],
        ),
        unknown("an attribute that something else fills", _flow(_call("$.Attributes.target"))),
        unknown(
            "the content is not readable",
            thing(FLOW, id="f-1", Name="Main", unread={"Content": "connect:DescribeContactFlow"}),
        ),
        not_applicable("a flow that calls nobody", _flow(END | {"Identifier": "first"})),
        not_applicable("a draft", _flow(_call("$.StoredCustomerInput"), Status="SAVED")),
    ),
)
def transfers_out_are_not_chosen_by_callers(flow: Seen, around: Around) -> Outcome:
    """No caller can choose the number that the flow transfers them to.

    Whoever can make a contact centre call any number has it call expensive ones that they earn from, at night and by
    the thousand, and the company gets the bill. So the number that a flow transfers to has to be fixed, or to come
    from the company's own function; digits or words of the caller must never become the number by themselves.
    """
    if idle(flow):
        return NotApplicable(f"no contact comes to it: {idle(flow)}")
    graph = around.flow(flow)
    transfers = list(graph.of("TransferParticipantToThirdParty"))
    if not transfers:
        return NotApplicable("it transfers to no phone number")
    chosen = [evidence for one in transfers for evidence in _chosen(one, graph)]
    unapproved = [
        Evidence(one.at(NUMBER), APPROVED, one.says(NUMBER))
        for one in transfers
        if Form.of(one.says(NUMBER)) is Form.STATIC and not _approved(one.says(NUMBER), around)
    ]
    if not chosen:
        for one in transfers:
            _known(one, graph, flow)
    return [
        *([Fail(tuple(chosen), discriminator="chosen")] if chosen else []),
        *(
            [Fail(tuple(unapproved), discriminator="unapproved", severity=Severity.MEDIUM)]
            if unapproved
            else []
        ),
    ]


def _chosen(one: Block, graph: Flow) -> list[Evidence]:
    """How the caller chooses the number of a transfer, step by step; nothing where they do not."""
    number = one.says(NUMBER)
    if _typed(number):
        return [Evidence(one.at(NUMBER), CHOSEN, number)]
    ways = [(by, path) for by, path in _setters(number, graph) if _typed(by.says(path))]
    steps = [Evidence(by.at(path), CHOSEN, by.says(path)) for by, path in ways]
    return [Evidence(one.at(NUMBER), CHOSEN, number), *steps] if steps else []


def _typed(value: str) -> bool:
    return value.startswith(TYPED) and not value.startswith(ANSWERED)


def _known(one: Block, graph: Flow, flow: Seen) -> None:
    """Raises `Unread` where the number is an attribute that this flow does not fill."""
    number = one.says(NUMBER)
    if ATTRIBUTE.match(number) and not _setters(number, graph):
        what = f"{number} is not filled by this flow"
        raise Unread(
            Cause(Reason.UNDECIDED, "connect:DescribeContactFlow", what), f"{flow.cited}: {one.at(NUMBER)}"
        )


def _setters(number: str, graph: Flow) -> list[tuple[Block, str]]:
    """The actions that fill the attribute that a number is taken from, and where."""
    found = ATTRIBUTE.match(number)
    name = (found.group(1) or found.group(2)) if found else ""
    paths = (f"Attributes.{name}", f"FlowAttributes.{name}.Value")
    return [
        (one, path)
        for one in graph.of("UpdateContactAttributes", "UpdateFlowAttributes")
        for path in paths
        if name and one.says(path)
    ]


def _approved(number: str, around: Around) -> bool:
    prefixes = tuple(around.params["approved_prefixes"])
    return not prefixes or number.startswith(prefixes)
