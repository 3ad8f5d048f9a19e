"""What people write into names and descriptions."""

import re
from collections.abc import Iterator
from typing import Any

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

FLOW, PROFILE = "connect.contact_flow", "connect.security_profile"
QUICK_CONNECT = "connect.quick_connect"
OTHERS = (
    "connect.contact_flow_module",
    "connect.hours_of_operation",
    "connect.prompt",
    "connect.queue",
    QUICK_CONNECT,
    "connect.routing_profile",
    PROFILE,
)
FIELDS = ("Name", "Description")
OF_A_PERSON = "QuickConnectConfig.QuickConnectType"
NOTHING = "nothing about a person"

_ADDRESS = re.compile(r"\b([\w.+-]+)@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b")
_PERSON = re.compile(r"[a-z]{1,20}[._][a-z]{2,20}", re.IGNORECASE)
_OFFICE = frozenset(
    [
        *(
            "accounts",
            "admin",
            "alerts",
            "billing",
            "call",
            "care",
            "center",
            "centre",
            "chat",
            "claims",
            "contact",
        ),
        *(
            "customer",
            "desk",
            "email",
            "help",
            "helpdesk",
            "hr",
            "info",
            "inbox",
            "it",
            "mail",
            "no",
            "noreply",
        ),
        *("office", "orders", "reply", "sales", "service", "services", "support", "team", "web"),
        *(
            "ajuda",
            "atendimento",
            "central",
            "cliente",
            "clientes",
            "cobranca",
            "comercial",
            "contato",
            "conosco",
        ),
        *("equipe", "fale", "faturamento", "financeiro", "ouvidoria", "pos", "relacionamento", "rh", "sac"),
        *("sinistros", "suporte", "ti", "time", "venda", "vendas"),
        *("atencion", "ayuda", "contacto", "equipo", "facturacion", "servicio", "soporte", "ventas"),
    ]
)
"""Words in the addresses of offices, which are nobody's own: in English, Portuguese and Spanish."""
_SOCIAL_SECURITY = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_CPF = re.compile(r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)")


def _named(kind: str, name: str, description: str = "", **more: Any) -> Thing:
    label = "SecurityProfileName" if kind == PROFILE else "Name"
    return thing(kind, id="x-1", **{label: name, "Description": description, **more})


@rule(
    id="CONNECT-FLW-012",
    severity=Severity.LOW,
    severity_reason="It is seldom much, but it is copied into logs, metrics and exports that nobody guards.",
    kind=FLOW,
    also=OTHERS,
    reads={
        FLOW: FIELDS,
        **dict.fromkeys(OTHERS, FIELDS),
        PROFILE: ("SecurityProfileName", "Description"),
        QUICK_CONNECT: (*FIELDS, OF_A_PERSON),
    },
    fix=Fix(
        console="Rename the resource, or change its description, on the admin website.",
        cli="aws connect update-contact-flow-metadata, update-queue-name, update-quick-connect-name, …",
        cloudformation="Name and Description of the resource",
        terraform="name and description of the resource",
        note="A security profile cannot be renamed: make another one. Quick connects to users are not judged.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/compliance-validation-best-practices-PII.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/data-protection.html",
    ),
    interpretive={"gdpr": ("Art. 5(1)(c)",), "lgpd": ("Art. 6",)},
    examples=(
        passes("plain words", _named(FLOW, "Main line", "Answers +1 800 555 0100, see ticket 4711-22-333")),
        passes(
            "the address of an office",
            _named("connect.queue", "support@example.com", "customer.service@example.com"),
        ),
        passes(
            "the address of an office in Brazil",
            _named(
                "connect.queue", "SAC", "fale.conosco@example.com.br, atendimento.sinistros@example.com.br"
            ),
        ),
        passes("digits that are no number of a person", _named("connect.prompt", "Prompt 123.456.789-00")),
        passes(
            "a quick connect to a number",
            _named(QUICK_CONNECT, "Taxi", QuickConnectConfig={"QuickConnectType": "PHONE_NUMBER"}),
        ),
        fails(
            "somebody's address in a description",
            _named(FLOW, "Main", "Questions to ana.silva@example.com"),
            Evidence("Description", NOTHING, "a person's e-mail address"),
        ),
        fails(
            "a Brazilian taxpayer's number",
            _named(FLOW, "Test 529.982.247-25"),
            Evidence("Name", NOTHING, "a taxpayer number (CPF)"),
        ),
        *(
            fails(
                f"a social security number: {kind}",
                _named(kind, "VIP 078-05-1120", QuickConnectConfig={"QuickConnectType": "QUEUE"}),
                Evidence(
                    "SecurityProfileName" if kind == PROFILE else "Name", NOTHING, "a social security number"
                ),
            )
            for kind in OTHERS
        ),
        unknown(
            "the description is not readable",
            _named(FLOW, "Main", unread={"Description": "connect:DescribeContactFlow"}),
        ),
        not_applicable(
            "a quick connect to a user",
            _named(QUICK_CONNECT, "ana.silva@example.com", QuickConnectConfig={"QuickConnectType": "USER"}),
        ),
    ),
)
def names_hold_no_personal_data(resource: Seen, _around: Around) -> Outcome:
    """No name or description of what flows are made of holds personal data.

    Names turn up in metrics, logs, contact records, tickets and invoices, where nobody protects or deletes personal
    data, and everybody who may list the resources reads them. Only what can be told apart well is reported: e-mail
    addresses like first.last, US social security numbers and Brazilian taxpayer numbers.
    """
    if resource.kind == QUICK_CONNECT and resource.get(OF_A_PERSON) == "USER":
        return NotApplicable("a quick connect to a user bears the user's name")
    fields = ("SecurityProfileName", "Description") if resource.kind == PROFILE else FIELDS
    found = [
        Evidence(path, NOTHING, what) for path in fields for what in _personal(str(resource.get(path) or ""))
    ]
    return Fail(tuple(found)) if found else []


def _personal(text: str) -> Iterator[str]:
    """What of a text is about a person, in words: the value itself is not repeated."""
    if any(_is_persons(one.group(1)) for one in _ADDRESS.finditer(text)):
        yield "a person's e-mail address"
    if _SOCIAL_SECURITY.search(text):
        yield "a social security number"
    if any(_checks(one.group()) for one in _CPF.finditer(text)):
        yield "a taxpayer number (CPF)"


def _is_persons(local: str) -> bool:
    """Whether an address is like first.last, and not like customer.service."""
    return bool(_PERSON.fullmatch(local)) and not _OFFICE & set(re.split(r"[._]", local.lower()))


def _checks(number: str) -> bool:
    """Whether the two check digits of a CPF are right."""
    digits = [int(one) for one in number if one.isdigit()]
    return len(set(digits)) > 1 and all(
        sum(digit * weight for digit, weight in zip(digits, range(size + 1, 1, -1), strict=False))
        * 10
        % 11
        % 10
        == digits[size]
        for size in (9, 10)
    )
