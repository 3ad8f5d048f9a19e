"""Whether SAML users have an identity provider to come from."""

from auditor.iam_examples import PROVIDER
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Pass,
    Seen,
    Severity,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

TYPE = "IdentityManagementType"
WANTED = "a SAML provider in the account's IAM"
SAML = thing("connect.instance", IdentityManagementType="SAML")
COMPANY = thing("iam.saml_provider", id=PROVIDER)
IDENTITY_CENTER = thing(
    "iam.saml_provider", id="arn:aws:iam::111122223333:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
)


@rule(
    id="CONNECT-IDN-003",
    severity=Severity.HIGH,
    severity_reason="Without an identity provider no agent of a SAML instance can sign in.",
    kind="connect.instance",
    reads={"connect.instance": (TYPE,), "iam.saml_provider": ()},
    fix=Fix(
        console='In IAM choose "Identity providers", "Add provider", SAML, and upload the provider\'s metadata.',
        cli="aws iam create-saml-provider --name NAME --saml-metadata-document file://metadata.xml",
        cloudformation="AWS::IAM::SAMLProvider",
        terraform="aws_iam_saml_provider",
        note=(
            "Nothing in AWS links an instance to its provider. Where users come through a role of another account, "
            "the provider is there: waive the finding."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/configure-saml.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html",
    ),
    interpretive={"nist": ("IA-2", "IA-8"), "iso27001": ("A.5.16",), "soc2": ("CC6.1",)},
    examples=(
        passes("the company's own provider", SAML, COMPANY),
        passes("the provider of IAM Identity Center", SAML, IDENTITY_CENTER),
        passes("several providers", SAML, COMPANY, IDENTITY_CENTER),
        fails("no provider", SAML, Evidence(TYPE, WANTED, "SAML, and no provider")),
        fails(
            "no provider, whatever else the account holds",
            SAML,
            thing("iam.role", id="AROA-1", RoleName="Agents"),
            Evidence(TYPE, WANTED, "SAML, and no provider"),
        ),
        unknown("providers are not readable", SAML, unread("iam.saml_provider", "iam:ListSAMLProviders")),
        not_applicable(
            "users are stored in Connect",
            thing("connect.instance", IdentityManagementType="CONNECT_MANAGED"),
            unread("iam.saml_provider", "iam:ListSAMLProviders"),
        ),
        not_applicable(
            "users live in a directory",
            thing("connect.instance", IdentityManagementType="EXISTING_DIRECTORY"),
        ),
    ),
)
def saml_provider_exists(instance: Seen, around: Around) -> Outcome:
    """A SAML instance has a SAML provider in its account.

    Users of a SAML instance have no password in Connect: they come from an identity provider that IAM trusts. When
    it has been deleted, nobody signs in any more, and calls wait in queues without agents. A provider that exists is
    evidence, not proof: no API says which one an instance's users come from.
    """
    if instance.get(TYPE) != "SAML":
        return NotApplicable("its users do not sign in through SAML")
    if around.all("iam.saml_provider"):
        return Pass()
    return Fail.at(TYPE, expected=WANTED, actual="SAML, and no provider")
