"""How old the keys are that callers' card digits are encrypted with."""

from datetime import datetime

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Pass,
    Seen,
    Severity,
    Thing,
    fails,
    passes,
    rule,
    thing,
    unknown,
)


def _key(id: str, made: str) -> Thing:
    return thing("connect.security_key", AssociationId=id, CreationTime=made)


FRESH = _key("k-new", "2025-11-01T09:00:00Z")


@rule(
    id="CONNECT-INT-012",
    severity=Severity.LOW,
    severity_reason="AWS names no age at which a key must be replaced; the bounds are this rule's own parameters.",
    kind="connect.security_key",
    reads={"connect.security_key": ("CreationTime",)},
    params=(
        Param("age_days_max", 730, "How many days old a key may be.", minimum=1, maximum=36500),
        Param(
            "overlap_days_max",
            90,
            "How many days two keys may stand side by side while flows are moved.",
            minimum=1,
            maximum=36500,
        ),
    ),
    fix=Fix(
        console=(
            'On the instance\'s page under "Flows", add the new public key under "Flow security keys", choose it in '
            "the flows that encrypt input, then remove the old one."
        ),
        cli="aws connect associate-security-key --instance-id INSTANCE_ID --key file://public-key.pem",
        cloudformation="AWS::Connect::SecurityKey: a new resource beside the old one, which is removed afterwards",
        note=(
            "An instance holds two keys at most. Terraform's AWS provider may have no resource for them. Keep the "
            "private key of a removed one for as long as what it encrypted is kept."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/encrypt-data.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_SecurityKey.html",
    ),
    interpretive={"nist": ("SC-12",), "pci": ("3.7.4",), "iso27001": ("A.8.24",)},
    examples=(
        passes("a key of some weeks", FRESH),
        passes("an old key that may be older here", _key("k-1", "2020-01-15T12:00:00Z"), age_days_max=3650),
        passes(
            "the old key of a rotation that began some weeks ago",
            _key("k-old", "2024-11-01T09:00:00Z"),
            FRESH,
        ),
        passes(
            "the new key of a rotation that was never finished",
            _key("k-2", "2025-06-01T09:00:00Z"),
            _key("k-1", "2025-01-01T09:00:00Z"),
        ),
        fails(
            "a key of three years",
            _key("k-1", "2023-01-14T12:00:00Z"),
            Evidence("CreationTime", "at most 730 days ago", "2023-01-14T12:00:00Z"),
        ),
        fails(
            "the old key of a rotation that was never finished",
            _key("k-1", "2025-01-01T09:00:00Z"),
            _key("k-2", "2025-06-01T09:00:00Z"),
            Evidence(
                "CreationTime", "removed within 90 days of 2025-06-01T09:00:00Z", "2025-01-01T09:00:00Z"
            ),
        ),
        fails(
            "a stricter age",
            _key("k-1", "2025-01-01T09:00:00Z"),
            Evidence("CreationTime", "at most 365 days ago", "2025-01-01T09:00:00Z"),
            age_days_max=365,
        ),
        unknown(
            "the age is not known",
            thing(
                "connect.security_key",
                AssociationId="k-1",
                unread={"CreationTime": "connect:ListSecurityKeys"},
            ),
        ),
    ),
)
def security_keys_are_rotated(key: Seen, around: Around) -> Outcome:
    """The key that encrypts callers' input is not old, nor left over from a rotation.

    Flows encrypt card numbers with this key as callers type them, so that neither agents nor logs show them. Whoever
    gets hold of the private key reads every number since the key was made. When a new key was added long ago and the
    old one is still there, some flows may still be using the old one.
    """
    made, now = key.get("CreationTime"), around.taken_at
    if _days(made, now) > around.params["age_days_max"]:
        expected = f"at most {around.params['age_days_max']} days ago"
        return Fail.at("CreationTime", expected=expected, actual=made)
    newest = max(one.get("CreationTime") for one in around.all("connect.security_key"))
    if newest > made and _days(newest, now) > around.params["overlap_days_max"]:
        expected = f"removed within {around.params['overlap_days_max']} days of {newest}"
        return Fail.at("CreationTime", expected=expected, actual=made)
    return Pass()


def _days(since: str, until: str) -> int:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).days
