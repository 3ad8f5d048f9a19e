"""Where integrations take data to."""

import re
from typing import Any

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    Unread,
    fails,
    passes,
    rule,
    thing,
    unknown,
)

TYPE, ARN, URL = "IntegrationType", "IntegrationArn", "SourceApplicationUrl"
OWN = "arn:aws:cases:us-east-1:111122223333:domain/0f0f0f0f-1111-2222-3333-444444444444"
OTHER = "arn:aws:app-integrations:us-east-1:999988887777:application/0f0f0f0f-1111-2222-3333-444444444444"


def _integration(arn: str = OWN, type: str = "CASES_DOMAIN", **more: Any) -> Thing:
    return thing(
        "connect.integration_association",
        IntegrationAssociationId="ia-1",
        IntegrationType=type,
        IntegrationArn=arn,
        **more,
    )


@rule(
    id="CONNECT-INT-017",
    severity=Severity.MEDIUM,
    severity_reason="What an integration may take along is limited by its type; who gets it is not visible to agents.",
    kind="connect.integration_association",
    reads={"connect.integration_association": (TYPE, ARN, URL)},
    params=(
        Param(
            "approved_accounts",
            [],
            "Accounts beside the instance's own that may be integrated.",
            type="list",
            form="account",
        ),
        Param(
            "approved_types",
            [],
            "Types of integrations that are wanted; none given: all of them.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="On the instance's page open the list of integrations, and remove those that nobody can account for.",
        cli=(
            "aws connect delete-integration-association --instance-id INSTANCE_ID --integration-association-id "
            "ASSOCIATION_ID"
        ),
        cloudformation=(
            "AWS::Connect::IntegrationAssociation (of type APPLICATION or CASES_DOMAIN; it knows no others of these): "
            "remove it, or name another IntegrationArn"
        ),
        note="Name accounts that are trusted in the parameter approved_accounts.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_IntegrationAssociationSummary.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateIntegrationAssociation.html",
    ),
    interpretive={"nist": ("AC-4", "CA-9"), "iso27001": ("A.5.14",), "soc2": ("CC6.7",)},
    examples=(
        passes("a target in the instance's own account", _integration()),
        passes(
            "a CRM that is reached over TLS",
            _integration(type="EVENT", SourceApplicationUrl="https://crm.example.com"),
        ),
        passes("a target in an approved account", _integration(OTHER), approved_accounts=["999988887777"]),
        passes("an approved type", _integration(), approved_types=["CASES_DOMAIN", "APPLICATION"]),
        fails(
            "a target in an account that nobody named",
            _integration(OTHER, "APPLICATION"),
            Evidence(ARN, "in an account among 111122223333", OTHER),
        ),
        fails(
            "a target that is not in the approved account either",
            _integration(OTHER, "APPLICATION"),
            Evidence(ARN, "in an account among 111122223333, 222233334444", OTHER),
            approved_accounts=["222233334444"],
        ),
        fails(
            "a CRM that is reached without TLS",
            _integration(type="EVENT", SourceApplicationUrl="http://crm.example.com"),
            Evidence(URL, "an https address", "http://crm.example.com"),
        ),
        fails(
            "a type that is not wanted",
            _integration(),
            Evidence(TYPE, "one of APPLICATION", "CASES_DOMAIN"),
            approved_types=["APPLICATION"],
        ),
        unknown(
            "integrations are not readable",
            thing(
                "connect.integration_association",
                IntegrationAssociationId="ia-1",
                unread=dict.fromkeys((TYPE, ARN, URL), "connect:ListIntegrationAssociations"),
            ),
        ),
        unknown("a target that does not say whose it is", _integration("arn:aws:s3:::example-bucket")),
    ),
)
def integrations_stay_in_approved_accounts(integration: Seen, around: Around) -> Outcome:
    """The integration stays in approved accounts, and is of an approved type.

    Integrations take contacts, messages, customers' data and whole calls out of the instance, to an application, a
    mail domain, a user pool or an analytics service. One that points to another account's is easily forgotten, and goes
    on when the project or the vendor it was made for is gone.
    """
    types = around.params["approved_types"]
    accounts = sorted({integration.account, *around.params["approved_accounts"]})
    kind, arn, url = integration.get(TYPE), integration.get(ARN), integration.get(URL) or ""
    failures = []
    if types and kind not in types:
        expected = f"one of {', '.join(sorted(types))}"
        failures.append(Fail.at(TYPE, expected=expected, actual=kind, discriminator=TYPE))
    if url.lower().startswith("http://"):
        failures.append(Fail.at(URL, expected="an https address", actual=url, discriminator=URL))
    account = _account_of(arn)
    if account and account not in accounts:
        expected = f"in an account among {', '.join(accounts)}"
        failures.append(Fail.at(ARN, expected=expected, actual=arn, discriminator=ARN))
    if not account and not failures:
        words = f"{arn} does not say which account it belongs to"
        raise Unread(Cause(Reason.UNDECIDED, "connect:ListIntegrationAssociations", words), integration.cited)
    return failures


def _account_of(arn: str) -> str:
    found = re.match(r"arn:[^:]+:[^:]+:[^:]*:(\d{12}):", arn or "")
    return found[1] if found else ""
