"""How a domain of Customer Profiles keeps what is known of customers."""

from typing import Any

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
    fails,
    passes,
    rule,
    thing,
    unknown,
)

KEY, QUEUE, DAYS = "DefaultEncryptionKey", "DeadLetterQueueUrl", "DefaultExpirationDays"
GOOD: dict[str, Any] = {
    KEY: "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444",
    QUEUE: "https://sqs.us-east-1.amazonaws.com/111122223333/profiles-dead-letters",
    DAYS: 366,
}
AWS_DAYS = 365
"""What holds where the domain sets no time."""
A_KEY, A_QUEUE = "a KMS key", "a queue for what could not be taken in"


def _domain(**more: Any) -> Thing:
    return thing("customer_profiles.domain", DomainName="amazon-connect-example", **(GOOD | more))


@rule(
    id="CONNECT-INT-016",
    severity=Severity.MEDIUM,
    severity_reason="AWS encrypts profiles anyway; the other two settings decide what is kept too long, or lost.",
    severities=(Severity.LOW,),
    kind="customer_profiles.domain",
    reads={"customer_profiles.domain": (KEY, QUEUE, DAYS)},
    params=(
        Param(
            "expiration_days_max",
            1097,
            "How many days data may be kept by default; the default accepts all but AWS's own maximum of 1098.",
            minimum=1,
            maximum=1098,
        ),
    ),
    fix=Fix(
        console='On the instance\'s page, under "Customer Profiles", set the KMS key, the queue and the days.',
        cli=(
            "aws customer-profiles update-domain --domain-name DOMAIN --default-encryption-key KEY_ARN "
            "--dead-letter-queue-url QUEUE_URL --default-expiration-days DAYS"
        ),
        cloudformation=(
            "AWS::CustomerProfiles::Domain: DefaultEncryptionKey, DeadLetterQueueUrl and DefaultExpirationDays"
        ),
        terraform=(
            "aws_customerprofiles_domain: default_encryption_key, dead_letter_queue_url, default_expiration_days"
        ),
        note="What is there already keeps its old key and its old date; what comes in from now on has the new ones.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/compliance-validation-best-practices-PII.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/enable-customer-profiles.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/customer-profiles-data-expiration.html",
        "https://docs.aws.amazon.com/customerprofiles/latest/APIReference/API_UpdateDomain.html",
    ),
    interpretive={
        "iso27001": ("A.8.10", "A.8.24"),
        "gdpr": ("Art. 5", "Art. 32"),
        "lgpd": ("Art. 16", "Art. 46"),
        "pci": ("3.5.1",),
    },
    examples=(
        passes("everything is set", _domain()),
        passes("no time is set: AWS's own holds, a year", _domain(DefaultExpirationDays=None)),
        passes("a shorter time", _domain(DefaultExpirationDays=90), expiration_days_max=100),
        passes(
            "the longest time where that was decided",
            _domain(DefaultExpirationDays=1098),
            expiration_days_max=1098,
        ),
        fails("no key", _domain(DefaultEncryptionKey=None), Evidence(KEY, A_KEY, None)),
        fails("no queue for what went wrong", _domain(DeadLetterQueueUrl=""), Evidence(QUEUE, A_QUEUE, "")),
        fails(
            "a domain without key and queue, kept for as long as possible",
            thing(
                "customer_profiles.domain", DomainName="amazon-connect-example", DefaultExpirationDays=1098
            ),
            Evidence(KEY, A_KEY, None),
            Evidence(QUEUE, A_QUEUE, None),
            Evidence(DAYS, "at most 1097", 1098),
        ),
        unknown(
            "the domain is not readable",
            thing(
                "customer_profiles.domain",
                DomainName="amazon-connect-example",
                unread=dict.fromkeys((KEY, QUEUE, DAYS), "profile:GetDomain"),
            ),
        ),
    ),
)
def customer_profiles_are_protected(domain: Seen, around: Around) -> Outcome:
    """The domain of Customer Profiles has a key, a dead-letter queue and an expiration.

    A domain gathers what is known of every customer: names, addresses, orders, contacts. AWS advises a KMS key of your
    own for it. Without a dead-letter queue, data that could not be taken in is lost without a trace, and agents see a
    profile with holes. What is known of a customer stays for as long as the domain says, three years at most, whether
    it is needed or not.
    """
    longest = around.params["expiration_days_max"]
    key, queue, days = domain.get(KEY), domain.get(QUEUE), domain.get(DAYS)
    failures = []
    if not key:
        failures.append(Fail.at(KEY, expected=A_KEY, actual=key, discriminator=KEY))
    if not queue:
        failures.append(
            Fail.at(QUEUE, expected=A_QUEUE, actual=queue, discriminator=QUEUE, severity=Severity.LOW)
        )
    if (days or AWS_DAYS) > longest:
        expected = f"at most {longest}"
        failures.append(
            Fail.at(DAYS, expected=expected, actual=days, discriminator=DAYS, severity=Severity.LOW)
        )
    return failures
