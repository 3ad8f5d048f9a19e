"""What callers type in that nobody should be able to read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.flows import Action as Block
from auditor.flows import Flow, action, content, idle
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
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

FLOW, MODULE = "connect.contact_flow", "connect.contact_flow_module"
FIELDS = ("Content", "State", "Status")
INPUT = "$.StoredCustomerInput"
WORDS = (
    "card number",
    "credit card",
    "debit card",
    "cvv",
    "cvc",
    "security code",
    "expiry date",
    "expiration date",
    "pin",
    "passcode",
    "password",
    "social security",
    "ssn",
    "date of birth",
    "cpf",
    "iban",
    "sort code",
    "routing number",
    "kreditkarte",
    "kartennummer",
    "tarjeta",
    "contraseña",
    "cartão",
    "cartao",
    "senha",
    "código de segurança",
    "codigo de segurança",
    "data de nascimento",
    "carte bancaire",
)
IDENTIFYING = frozenset({"cpf", "data de nascimento", "date of birth"})
"""Who a caller is: data of a person, but neither a secret nor a means of payment."""
PART = re.compile(
    r"\b(?:last|final|últim[oa]s|ultim[oa]s)\s+(?:three|four|five|[3-5]|tr[eê]s|quatro|cuatro|cinco)\b"
    r"|\b(?:three|four|five|[3-5]|tr[eê]s|quatro|cuatro|cinco)\s+(?:last|final|últim[oa]s|ultim[oa]s)\b",
    re.IGNORECASE,
)
"""Asks for the end of a number, which opens nothing by itself."""
CHECKED = {"CustomValidation": {"MaximumLength": "16"}}
KEY = {"EncryptionKeyId": "3f3f3f3f-1111-2222-3333-444444444444", "Key": "-----BEGIN CERTIFICATE-----"}
END = action("end", "DisconnectParticipant")


def _flow(*actions: Mapping[str, Any], kind: str = FLOW, **more: str) -> Thing:
    said: dict[str, Any] = {"State": "ACTIVE", "Status": "PUBLISHED", **more}
    return thing(kind, id="f-1", Name="Pay", Content=content(*actions), **said)


def _ask(to: str = "end", **more: Any) -> dict[str, Any]:
    said = {"StoreInput": "True", "InputTimeLimitSeconds": "5", "InputValidation": CHECKED, **more}
    return action("ask", "GetParticipantInput", to, errors={"NoMatchingError": "end"}, **said)


@rule(
    id="CONNECT-FLW-003",
    severity=Severity.HIGH,
    severities=(Severity.LOW,),
    severity_reason=(
        "Card numbers and PINs stand in contact records and logs for all who read those. Input that only tells who the "
        "caller is, such as a CPF, is personal data but opens nothing: low."
    ),
    kind=FLOW,
    also=(MODULE,),
    reads={FLOW: FIELDS, MODULE: FIELDS},
    params=(
        Param(
            "words",
            list(WORDS),
            "Words that say that the input is sensitive, in any case.",
            type="list",
            form="name",
        ),
        Param(
            "every_input",
            False,
            "Whether all stored input is to be encrypted, whatever it is.",
            type="boolean",
        ),
    ),
    fix=Fix(
        console=(
            'Open the "Store customer input" block, select "Encrypt entry", give the id of the instance\'s security '
            "key and the certificate, and publish; let the function that takes the value decrypt it."
        ),
        cli="aws connect associate-security-key, then aws connect update-contact-flow-content",
        cloudformation="AWS::Connect::SecurityKey; AWS::Connect::ContactFlow: InputEncryption in the action",
        terraform="aws_connect_contact_flow: InputEncryption in the action's Parameters",
        note=(
            "Whether input is sensitive is inferred from the words around it; recorded prompts have none. Turn flow "
            "logs off while callers type, and on again afterwards. What a caller says to a Lex bot is not covered by "
            "this block."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/encrypt-data.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/compliance-validation-best-practices-PCI.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/store-customer-input.html",
    ),
    interpretive={
        "nist": ("SC-28",),
        "pci": ("3.5.1", "3.3.2"),
        "hipaa": ("164.312(a)(2)(iv)",),
        "gdpr": ("Art. 32",),
        "lgpd": ("Art. 46",),
    },
    examples=(
        passes(
            "a card number that is encrypted",
            _flow(_ask(Text="Enter your card number.", InputEncryption=KEY), END),
        ),
        passes("the number of an order", _flow(_ask(Text="Enter your order number."), END)),
        passes(
            "the last digits of a card",
            _flow(_ask(Text="Digite os quatro últimos dígitos do seu cartão."), END),
        ),
        passes(
            "the last digits, in English",
            _flow(_ask(Text="Enter the last 4 digits of your credit card."), END),
        ),
        passes(
            "pinstripes and opinions",
            _flow(_ask(Text="For pinstripes press 1, for opinions 2."), END),
        ),
        fails(
            "a card number in clear",
            _flow(_ask(SSML="<speak>Enter your <b>card number</b>.</speak>"), END),
            Evidence(
                "GetParticipantInput[ask].InputEncryption",
                "a key: the caller is asked for 'card number'",
                None,
            ),
        ),
        fails(
            "a password, in Portuguese, and a taxpayer number: one opens the account, one tells whose it is",
            _flow(
                action("who", "MessageParticipant", "ask", Text="Digite seu CPF."),
                _ask("pass"),
                _ask("end", Text="Digite sua senha.") | {"Identifier": "pass"},
                END,
            ),
            Evidence(
                "GetParticipantInput[pass].InputEncryption", "a key: the caller is asked for 'senha'", None
            ),
            Evidence(
                "GetParticipantInput[ask].InputEncryption", "a key: the caller is asked for 'cpf'", None
            ),
        ),
        fails(
            "the message before says what is asked for",
            _flow(action("say", "MessageParticipant", "ask", Text="Your PIN, please."), _ask(Text=""), END),
            Evidence(
                "GetParticipantInput[ask].InputEncryption", "a key: the caller is asked for 'pin'", None
            ),
        ),
        fails(
            "a module keeps it under a name that says what it is",
            _flow(
                _ask("keep", Text="Please enter it now.", StoreInput=True),
                action("keep", "UpdateContactAttributes", "end", Attributes={"cardNumber": INPUT}),
                END,
                kind=MODULE,
            ),
            Evidence(
                "GetParticipantInput[ask].InputEncryption",
                "a key: the caller is asked for 'card number'",
                None,
            ),
        ),
        fails(
            "all input is to be encrypted",
            _flow(_ask(Text="Enter your order number."), END),
            Evidence(
                "GetParticipantInput[ask].InputEncryption", "a key: all stored input is to be encrypted", None
            ),
            every_input=True,
        ),
        unknown(
            "the content is not readable",
            thing(FLOW, id="f-1", Name="Pay", unread={"Content": "connect:DescribeContactFlow"}),
        ),
        not_applicable(
            "a number to call back",
            _flow(
                _ask(
                    Text="Forgot your PIN? Enter your phone number.",
                    InputValidation={"PhoneNumberValidation": {"NumberFormat": "Local", "CountryCode": "US"}},
                ),
                END,
            ),
        ),
        not_applicable(
            "a menu",
            _flow(_ask(Text="To change your PIN press 1.", StoreInput="False", InputValidation={}), END),
        ),
        not_applicable("a flow that stores no input", _flow(END)),
        not_applicable("a draft", _flow(_ask(Text="Enter your PIN."), END, Status="SAVED")),
    ),
)
def sensitive_input_is_encrypted(flow: Seen, around: Around) -> Outcome:
    """Keypad input that by the words around it is sensitive is encrypted (inferred).

    What a caller types into a "Store customer input" block is kept in clear unless the block encrypts it: flow logs
    write it down, functions get it, and as an attribute it stays in the contact record for years. AWS's own advice
    for card and health data is to encrypt it in the block with a key of the instance.
    """
    if idle(flow):
        return NotApplicable(f"no contact comes to it: {idle(flow)}")
    graph = around.flow(flow)
    stores = [one for one in graph.of("GetParticipantInput") if one.on("StoreInput") and _typed_freely(one)]
    if not stores:
        return NotApplicable("it stores nothing that callers type")
    wanted = _pattern(around.params["words"])
    secret: list[Evidence] = []
    identifying: list[Evidence] = []
    for one in stores:
        words = _sensitive(one, graph, wanted)
        reason = f"the caller is asked for '{words}'" if words else "all stored input is to be encrypted"
        if (words or around.params["every_input"]) and not one.says("InputEncryption.EncryptionKeyId"):
            found = identifying if words in IDENTIFYING else secret
            found.append(Evidence(one.at("InputEncryption"), f"a key: {reason}", one.get("InputEncryption")))
    return [
        *([Fail(tuple(secret))] if secret else []),
        *([Fail(tuple(identifying), "identifying", Severity.LOW)] if identifying else []),
    ]


def _typed_freely(one: Block) -> bool:
    """Whether a block can be encrypted: one that takes a phone number cannot."""
    return not one.get("InputValidation.PhoneNumberValidation")


def _sensitive(one: Block, graph: Flow, wanted: re.Pattern[str]) -> str:
    """The words by which a block asks for something sensitive, the worst first; nothing where it does not."""
    said = [text for text in _told(one, graph) if not PART.search(text)]
    hits = [hit.group().lower() for text in said for hit in wanted.finditer(text)]
    return min(hits, key=lambda words: words in IDENTIFYING, default="")


def _told(one: Block, graph: Flow) -> Iterator[str]:
    """What says what a block asks for: its words, those just before it, and what its answer is kept under."""
    before = [other for other in graph.of("MessageParticipant") if one.id in other.targets]
    for block in (one, *before):
        yield from (re.sub(r"<[^>]*>", "", block.says(path)) for path in ("Text", "SSML"))
    for later in graph.walk(
        one.id, avoid=(other.id for other in graph.of("GetParticipantInput") if other is not one)
    ):
        for path in ("Attributes", "FlowAttributes", "LambdaInvocationAttributes"):
            kept = later.get(path)
            for name, value in kept.items() if isinstance(kept, Mapping) else ():
                if INPUT in (value, value.get("Value") if isinstance(value, Mapping) else None):
                    yield re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+", " ", name)


def _pattern(words: list[str]) -> re.Pattern[str]:
    """Matches any of these as whole words, however they are spaced."""
    each = (r"\s+".join(map(re.escape, word.split())) for word in words if word.strip())
    return re.compile(rf"\b(?:{'|'.join(each) or '(?!)'})\b", re.IGNORECASE)
