"""What encrypts what the AI assistant keeps."""

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
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

KEEPS = {
    "WISDOM_ASSISTANT": "qconnect.assistant",
    "WISDOM_KNOWLEDGE_BASE": "qconnect.knowledge_base",
    "WISDOM_QUICK_RESPONSES": "qconnect.knowledge_base",
    "Q_MESSAGE_TEMPLATES": "qconnect.knowledge_base",
}
"""What each type of integration names, at the end of its ARN."""
PATH = "serverSideEncryptionConfiguration.kmsKeyId"
KEY = {"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"}
WISDOM = "arn:aws:wisdom:us-east-1:111122223333"
WANTED = "a KMS key"


def _integration(type: str, path: str) -> Thing:
    return thing(
        "connect.integration_association",
        IntegrationAssociationId="ia-1",
        IntegrationType=type,
        IntegrationArn=f"{WISDOM}:{path}",
    )


ASSISTANT = _integration("WISDOM_ASSISTANT", "assistant/a-1")
ARTICLES = _integration("WISDOM_KNOWLEDGE_BASE", "knowledge-base/kb-1")
ANSWERS = _integration("WISDOM_QUICK_RESPONSES", "knowledge-base/kb-1")


@rule(
    id="CONNECT-INT-014",
    severity=Severity.MEDIUM,
    severity_reason="AWS encrypts it anyway, with a key of its own that you can neither see nor take away.",
    kind="connect.integration_association",
    reads={
        "connect.integration_association": ("IntegrationType", "IntegrationArn"),
        "qconnect.assistant": (PATH,),
        "qconnect.knowledge_base": (PATH,),
    },
    opt_in="Many companies accept AWS's own key for articles and answers, and a key can only be chosen at creation.",
    fix=Fix(
        console="The key is chosen when the AI agent domain is created: create a new one with your key.",
        cli=(
            "aws qconnect create-assistant (or create-knowledge-base) with --server-side-encryption-configuration "
            "kmsKeyId=KEY_ARN, then aws connect create-integration-association"
        ),
        cloudformation="AWS::Wisdom::Assistant and AWS::Wisdom::KnowledgeBase: ServerSideEncryptionConfiguration",
        note=(
            "No API changes the key of what exists: what it holds has to be brought over. Tag the new one "
            "AmazonConnectEnabled=True, which the instance's role asks for. Terraform's AWS provider may lack both."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/key-management.html",
        "https://docs.aws.amazon.com/amazon-q-connect/latest/APIReference/API_ServerSideEncryptionConfiguration.html",
    ),
    interpretive={"nist": ("SC-28",), "iso27001": ("A.8.24",), "gdpr": ("Art. 32",), "lgpd": ("Art. 46",)},
    examples=(
        passes(
            "an assistant with a key",
            ASSISTANT,
            thing("qconnect.assistant", assistantId="a-1", serverSideEncryptionConfiguration=KEY),
        ),
        passes(
            "quick responses with a key",
            ANSWERS,
            thing("qconnect.knowledge_base", knowledgeBaseId="kb-1", serverSideEncryptionConfiguration=KEY),
        ),
        fails(
            "an assistant without a key",
            ASSISTANT,
            thing("qconnect.assistant", assistantId="a-1"),
            Evidence(PATH, WANTED, None, "qconnect.assistant a-1"),
        ),
        fails(
            "articles without a key, though the assistant has one",
            ARTICLES,
            thing("qconnect.assistant", assistantId="a-1", serverSideEncryptionConfiguration=KEY),
            thing("qconnect.knowledge_base", knowledgeBaseId="kb-1", serverSideEncryptionConfiguration={}),
            Evidence(PATH, WANTED, None, "qconnect.knowledge_base kb-1"),
        ),
        unknown(
            "assistants are not readable", ASSISTANT, unread("qconnect.assistant", "wisdom:ListAssistants")
        ),
        unknown(
            "the settings of the articles are not readable",
            ARTICLES,
            thing(
                "qconnect.knowledge_base",
                knowledgeBaseId="kb-1",
                unread={"serverSideEncryptionConfiguration": "wisdom:GetKnowledgeBase"},
            ),
        ),
        not_applicable("another integration", _integration("CASES_DOMAIN", "domain/d-1")),
        not_applicable("an assistant that is not there", ASSISTANT),
    ),
)
def assistant_has_kms_key(integration: Seen, around: Around) -> Outcome:
    """The AI assistant, or the knowledge base, is encrypted with a key of the company.

    An assistant keeps what agents ask it and what it heard of the conversation; knowledge bases keep articles, answers
    and templates. With a key of your own you decide who can read them, you see when they are read, and you can end it.
    """
    kind = KEEPS.get(integration.get("IntegrationType"))
    if kind is None:
        return NotApplicable("it is not an AI assistant or a knowledge base")
    found = around.one(kind, integration.get("IntegrationArn").rpartition("/")[2])
    if found is None:
        return NotApplicable("what it names does not exist in this account and Region")
    return Pass() if found.get(PATH) else Fail.at(PATH, expected=WANTED, actual=None, cites=found)
