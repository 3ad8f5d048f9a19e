"""What somebody typed into a flow and should not have."""

from typing import Any

from auditor.flows import action, content, secrets
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Seen,
    Severity,
    Thing,
    fails,
    passes,
    rule,
    thing,
    unknown,
)

FLOW, MODULE = "connect.contact_flow", "connect.contact_flow_module"
NONE = "no secret and no card number"
BY_NAME = "secret by its name"

# Put together here, so that nothing takes this file for a leak.
ACCESS_KEY = "AKIA" + "QWERTYUIOPASDF23"
CARD = "4111 1111 1111" + " 1111"
PRIVATE_KEY = "-----BEGIN PRIVATE" + " KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n-----END PRIVATE KEY-----"
LOOKUP = "arn:aws:lambda:us-east-1:111122223333:function:lookup"
END = action("end", "DisconnectParticipant")


def _calling(**attributes: Any) -> str:
    invoke = action(
        "a", "InvokeLambdaFunction", "end", LambdaFunctionARN=LOOKUP, LambdaInvocationAttributes=attributes
    )
    return content(invoke, END)


def _flow(said: str) -> Thing:
    return thing(FLOW, id="f-1", Name="Main", Content=said)


@rule(
    id="CONNECT-FLW-002",
    severity=Severity.CRITICAL,
    severities=(Severity.HIGH,),
    severity_reason=(
        "Whoever reads the flow or its export can use the secret. What is a secret only by the name of its field may "
        "be harmless: high."
    ),
    kind=FLOW,
    also=(MODULE,),
    reads={FLOW: ("Content",), MODULE: ("Content",)},
    fix=Fix(
        console=(
            "Replace the secret first: it must be taken for known. Keep the new one in AWS Secrets Manager, let the "
            "Lambda function read it there, and take the value out of the block; then publish."
        ),
        cli="aws secretsmanager create-secret, then aws connect update-contact-flow-content",
        cloudformation="AWS::SecretsManager::Secret, read by the function and not by the flow",
        terraform="aws_secretsmanager_secret, read by the function and not by the flow",
        note="Earlier versions of the flow keep the old value, and so do exports of it. Nothing of it is shown here.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html",
        "https://docs.aws.amazon.com/prescriptive-guidance/latest/secure-sensitive-data-secrets-manager-terraform/best-practices.html",
    ),
    interpretive={"nist": ("IA-5(7)",), "pci": ("8.6.2",), "iso27001": ("A.8.24",), "soc2": ("CC6.1",)},
    examples=(
        passes(
            "what the contact brings along",
            _flow(_calling(token="$.External.token", card="$.StoredCustomerInput")),
        ),
        passes(
            "ids, ARNs and numbers to call", _flow(_calling(flow=LOOKUP, caller="+14155550100", id="4" * 15))
        ),
        passes(
            "sixteen digits that are no card's, and an example of AWS's documentation",
            _flow(_calling(order="4111 1111 1111 1112", note="AKIA" + "IOSFODNN7EXAMPLE")),
        ),
        passes("where a secret is to be found", _flow(_calling(secret="/prod/crm/key", apiKey="${crm_key}"))),
        passes(
            "a prompt that asks for a password",
            _flow(content(action("a", "MessageParticipant", "end", Text="Please say your password."), END)),
        ),
        fails(
            "an access key for a function",
            _flow(_calling(note=f"use {ACCESS_KEY}")),
            Evidence(
                "InvokeLambdaFunction[a].LambdaInvocationAttributes.note", NONE, "‹secret: AWS access key›"
            ),
        ),
        fails(
            "a test card and a key that no contact comes to",
            _flow(
                content(
                    END,
                    action(
                        "b", "UpdateContactAttributes", "end", Attributes={"card": CARD, "k": PRIVATE_KEY}
                    ),
                )
            ),
            Evidence("UpdateContactAttributes[b].Attributes.card", NONE, "‹secret: card number›"),
            Evidence("UpdateContactAttributes[b].Attributes.k", NONE, "‹secret: private key›"),
        ),
        fails(
            "a password in a module",
            thing(MODULE, id="m-1", Name="Look up", Content=_calling(crmPassword="hunter-2-go")),
            Evidence(
                "InvokeLambdaFunction[a].LambdaInvocationAttributes.crmPassword", NONE, f"‹secret: {BY_NAME}›"
            ),
        ),
        fails(
            "a secret that a saved snapshot does not hold any more",
            _flow(_calling(note="use ‹secret: AWS access key›")),
            Evidence(
                "InvokeLambdaFunction[a].LambdaInvocationAttributes.note", NONE, "‹secret: AWS access key›"
            ),
        ),
        unknown(
            "the content is not readable",
            thing(FLOW, id="f-1", Name="Main", unread={"Content": "connect:DescribeContactFlow"}),
        ),
    ),
)
def no_literal_secret(flow: Seen, around: Around) -> Outcome:
    """No secret and no card number is written in the flow.

    Everybody who may view flows reads what is in their blocks, and so does everybody who gets an export; flow logs
    show it again for each contact. A key or password that was typed in to call a system is thereby known to more
    people than may use that system, and cannot be told apart from those of the person who typed it.
    """
    found: dict[str, list[Evidence]] = {}
    for one in around.flow(flow).actions.values():
        for secret in secrets(one.parameters):
            found.setdefault(secret.what, []).append(Evidence(one.at(secret.path), NONE, secret.shown))
    return [
        Fail(tuple(evidence), discriminator=what, severity=Severity.HIGH if what == BY_NAME else None)
        for what, evidence in sorted(found.items())
    ]
