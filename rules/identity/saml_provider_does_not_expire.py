"""Until when the identity provider's metadata is good."""

from datetime import UTC, datetime, timedelta
from typing import Any

from auditor.iam_examples import BY_SAML, ITS_USERS, PROVIDER, allow, of_aws, policy, role
from auditor.iam_principals import READS, Principals, federation_roles
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
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

TYPE = "IdentityManagementType"
VALID = "ValidUntil"
CERTIFICATES = "SigningCertificates"
PARAM = "days_min"

SAML = thing("connect.instance", IdentityManagementType="SAML")
AGENTS = role("Agents", allow("connect:GetFederationToken", ITS_USERS))
CITED = f"iam.saml_provider {PROVIDER}"
LATER, SOON, PAST = "2027-01-15T00:00:00Z", "2026-02-01T00:00:00Z", "2026-01-10T00:00:00Z"
IN_30_DAYS = "after 2026-02-14T12:00:00Z"


def _provider(until: str | None, *ends: str, id: str = PROVIDER) -> Thing:
    more: dict[str, Any] = {VALID: until} if until else {}
    certificates = [{"NotBefore": "2024-01-15T00:00:00Z", "NotAfter": end} for end in ends]
    return thing("iam.saml_provider", id=id, **more, SigningCertificates=certificates)


@rule(
    id="CONNECT-IDN-007",
    severity=Severity.HIGH,
    severity_reason="From the moment the metadata expires no agent can sign in.",
    severities=(Severity.MEDIUM,),
    kind="connect.instance",
    reads={"connect.instance": (TYPE,), "iam.saml_provider": (VALID, CERTIFICATES), **READS},
    params=(Param(PARAM, 30, "How many days are enough for renewing the metadata.", minimum=0, maximum=365),),
    fix=Fix(
        console='In IAM, "Identity providers", choose the provider, "Replace metadata", and upload the current one.',
        cli="aws iam update-saml-provider --saml-provider-arn ARN --saml-metadata-document file://metadata.xml",
        cloudformation="AWS::IAM::SAMLProvider: SamlMetadataDocument",
        terraform="aws_iam_saml_provider: saml_metadata_document",
        note=(
            "Upload metadata that holds the next certificate beside the present one before the identity provider "
            "changes over; then nobody notices the change."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/configure-saml.html",
    ),
    interpretive={"nist": ("IA-5", "SC-12"), "iso27001": ("A.5.17",), "soc2": ("A1.2", "CC6.1")},
    examples=(
        passes("all is good for a year", SAML, AGENTS, _provider(LATER, LATER)),
        passes(
            "the old certificate ends, its successor is there", SAML, AGENTS, _provider(LATER, PAST, LATER)
        ),
        passes("metadata without an end", SAML, AGENTS, _provider(None, LATER)),
        passes("a week is enough", SAML, AGENTS, _provider(SOON, SOON), days_min=7),
        passes(
            "another provider, through which nobody signs in to Connect",
            SAML,
            AGENTS,
            _provider(LATER, LATER),
            _provider(PAST, PAST, id="arn:aws:iam::111122223333:saml-provider/Old"),
        ),
        fails(
            "the metadata ends in two weeks",
            SAML,
            AGENTS,
            _provider(SOON, LATER),
            Evidence(VALID, IN_30_DAYS, SOON, CITED),
        ),
        fails(
            "the metadata has expired",
            SAML,
            AGENTS,
            _provider(PAST, LATER),
            Evidence(VALID, IN_30_DAYS, PAST, CITED),
        ),
        fails(
            "the metadata has expired, and holds no certificate that could be read",
            SAML,
            AGENTS,
            _provider(PAST),
            Evidence(VALID, IN_30_DAYS, PAST, CITED),
        ),
        fails(
            "the last of two certificates ends in two weeks",
            SAML,
            AGENTS,
            _provider(LATER, PAST, SOON),
            Evidence(CERTIFICATES, f"one that is valid {IN_30_DAYS}", [SOON, PAST], CITED),
        ),
        fails(
            "both have ended, of one of two providers",
            SAML,
            role(
                "Agents",
                allow("connect:GetFederationToken", ITS_USERS),
                trust={
                    **BY_SAML,
                    "Principal": {"Federated": [PROVIDER, PROVIDER.replace("Company", "Partner")]},
                },
            ),
            _provider(PAST, PAST),
            _provider(LATER, LATER, id=PROVIDER.replace("Company", "Partner")),
            Evidence(VALID, IN_30_DAYS, PAST, CITED),
            Evidence(CERTIFICATES, f"one that is valid {IN_30_DAYS}", [PAST], CITED),
        ),
        unknown(
            "the metadata is not readable",
            SAML,
            AGENTS,
            thing(
                "iam.saml_provider",
                id=PROVIDER,
                ValidUntil=LATER,
                unread={CERTIFICATES: "iam:GetSAMLProvider"},
            ),
        ),
        unknown(
            "the answer has no metadata",
            SAML,
            AGENTS,
            thing("iam.saml_provider", id=PROVIDER, ValidUntil=LATER),
        ),
        unknown(
            "providers are not readable", SAML, AGENTS, unread("iam.saml_provider", "iam:ListSAMLProviders")
        ),
        unknown("roles are not readable", SAML, unread("iam.role", "iam:GetAccountAuthorizationDetails")),
        not_applicable(
            "the provider that the role trusts does not exist",
            SAML,
            AGENTS,
            missing("iam.saml_provider", PROVIDER),
        ),
        not_applicable(
            "no role was made for signing in to it",
            SAML,
            role("Administrators", attached=(of_aws("AdministratorAccess"),)),
            policy(of_aws("AdministratorAccess"), allow("*")),
            _provider(PAST, PAST),
        ),
        not_applicable(
            "users are stored in Connect", thing("connect.instance", IdentityManagementType="CONNECT_MANAGED")
        ),
    ),
)
def saml_provider_does_not_expire(instance: Seen, around: Around) -> Outcome:
    """The metadata of the SAML provider that signs people in does not expire soon.

    When the metadata's own validity ends, AWS accepts no assertion any more: agents who are signed in stay for hours,
    then a shift cannot sign in and callers wait. The end of a certificate does nothing by itself, as IAM does not look
    at it; but identity providers change over to a new certificate before, and what they sign from then on is refused
    until somebody uploads new metadata.

    The provider is found through the roles that let people sign in to the instance.
    """
    if instance.get(TYPE) != "SAML":
        return NotApplicable("its users do not sign in through SAML")
    roles = federation_roles(Principals.of(around), instance)
    trusted = sorted({arn for one in roles for arn in one.providers})
    known = {one.id: one for one in around.all("iam.saml_provider")}
    judged = [known[arn] for arn in trusted if arn in known]
    if not judged:
        return NotApplicable(
            "no provider of the account signs people in to it (CONNECT-IDN-003, CONNECT-IDN-004)"
        )
    least = datetime.fromisoformat(around.taken_at) + timedelta(days=around.params[PARAM])
    return [failure for provider in judged if (failure := _judge(provider, least))] or Pass()


def _judge(provider: Seen, least: datetime) -> Fail | None:
    wanted = f"after {least.astimezone(UTC).isoformat().replace('+00:00', 'Z')}"
    evidence = []
    until = provider.get(VALID)
    if until and datetime.fromisoformat(until) <= least:
        evidence.append(Evidence(VALID, wanted, until, provider.cited))
    certificates = provider.get(CERTIFICATES)
    if not certificates and not evidence:
        cause = Cause(Reason.NOT_POPULATED, "iam:GetSAMLProvider", "no certificate in the metadata")
        raise Unread(cause, f"{provider.cited}: {CERTIFICATES}")
    ends = sorted((one["NotAfter"] for one in certificates or ()), reverse=True)
    severity = Severity.HIGH if evidence else Severity.MEDIUM
    if ends and datetime.fromisoformat(ends[0]) <= least:
        evidence.append(Evidence(CERTIFICATES, f"one that is valid {wanted}", ends, provider.cited))
    return Fail(tuple(evidence), discriminator=provider.id, severity=severity) if evidence else None
