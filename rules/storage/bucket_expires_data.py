"""How long a bucket keeps what Connect writes into it."""

from collections.abc import Mapping
from typing import Any

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
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

BUCKET = "example-recordings"
PREFIX = "connect/example/CallRecordings"
CITED = f"s3.bucket {BUCKET}"
DAYS = "Lifecycle.Expiration.Days"
OLD_DAYS = "Lifecycle.NoncurrentVersionExpiration.NoncurrentDays"
SOME_RULE = "an enabled rule that expires everything below the prefix"
OLD_RULE = "an enabled rule that also expires old versions, as the bucket keeps them"


def _setting(prefix: str = PREFIX, kind: str = "CALL_RECORDINGS") -> Thing:
    return thing(
        "connect.storage_config",
        ResourceType=kind,
        StorageType="S3",
        S3Config={"BucketName": BUCKET, "BucketPrefix": prefix},
    )


RECORDINGS = _setting()


def _after(days: int, **more: Any) -> dict[str, Any]:
    """A lifecycle rule for everything, but for what `more` says."""
    return {"ID": "expire", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": days}, **more}


def _bucket(*rules: dict[str, Any], versioning: str = "") -> Thing:
    lifecycle: dict[str, Any] = {"Lifecycle": list(rules)} if rules else {}
    status = {"Status": versioning} if versioning else {}
    return thing("s3.bucket", id=BUCKET, Versioning=status, **lifecycle)


@rule(
    id="CONNECT-STO-014",
    severity=Severity.MEDIUM,
    severities=(Severity.HIGH,),
    severity_reason=(
        "Data that is kept for ever is a growing liability, not an accident. Data that is deleted within days is "
        "usually one: high."
    ),
    kind="connect.storage_config",
    reads={
        "connect.storage_config": ("S3Config.BucketName", "S3Config.BucketPrefix"),
        "s3.bucket": ("Lifecycle", "Versioning.Status"),
    },
    params=(
        Param(
            "retention_days_min",
            7,
            "Days that stored data must last at least; what expires sooner is taken for a mistake.",
            minimum=0,
            maximum=36500,
        ),
        Param(
            "retention_days_max",
            3653,
            "Days after which stored data must be gone, old versions included. 0: it may be kept for ever.",
            minimum=0,
            maximum=36500,
            not_below="retention_days_min",
            unbounded=0,
        ),
    ),
    fix=Fix(
        console='In S3, open the bucket\'s "Management" and create a lifecycle rule for the prefix.',
        cli=(
            "aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration "
            '\'{"Rules":[{"ID":"expire","Status":"Enabled","Filter":{"Prefix":"PREFIX/"},"Expiration":{"Days":1825},'
            '"NoncurrentVersionExpiration":{"NoncurrentDays":30}}]}\''
        ),
        cloudformation="AWS::S3::Bucket: LifecycleConfiguration with ExpirationInDays and NoncurrentVersionExpiration",
        terraform="aws_s3_bucket_lifecycle_configuration: expiration and noncurrent_version_expiration",
        note=(
            "put-bucket-lifecycle-configuration replaces all rules: keep the others. The rule that expires uploads of "
            "attachments after a day belongs on their staging prefix, never on the whole bucket. How long recordings "
            "must and may be kept is a matter of the law that applies to them: set the parameters to that."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/enable-attachments.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
    ),
    published={"fsbp": ("S3.13",), "nist": ("CP-10", "CP-6(2)", "CP-9", "SC-5(2)", "SI-13(5)")},
    interpretive={
        "pci": ("3.2.1",),
        "iso27001": ("A.8.10",),
        "gdpr": ("Art. 5(1)(e)",),
        "lgpd": ("Art. 15", "Art. 16"),
    },
    examples=(
        passes("everything expires after five years", RECORDINGS, _bucket(_after(1825))),
        passes(
            "a folder above the recordings expires, in the old way of writing it",
            RECORDINGS,
            _bucket({"ID": "old", "Status": "Enabled", "Prefix": "connect/", "Expiration": {"Days": 400}}),
        ),
        passes(
            "old versions expire as well",
            RECORDINGS,
            _bucket(_after(400, NoncurrentVersionExpiration={"NoncurrentDays": 30}), versioning="Enabled"),
        ),
        passes(
            "one rule for files, one for old versions",
            RECORDINGS,
            _bucket(
                _after(400),
                {"Status": "Enabled", "Filter": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
                versioning="Suspended",
            ),
        ),
        passes(
            "only the staging prefix of attachments expires after a day",
            _setting("connect/example/Attachments", "ATTACHMENTS"),
            _bucket(_after(1, Filter={"Prefix": "connect/example/Attachments/staging/"}), _after(730)),
        ),
        passes(
            "a rule that is switched off does no harm",
            RECORDINGS,
            _bucket(_after(1, Status="Disabled"), _after(730)),
        ),
        passes(
            "small files go sooner, the rest after two years",
            RECORDINGS,
            _bucket(_after(1, Filter={"ObjectSizeLessThan": 100}), _after(730)),
        ),
        passes(
            "kept for ever where that is accepted",
            RECORDINGS,
            _bucket(versioning="Enabled"),
            retention_days_max=0,
        ),
        passes("a week where a week is enough", RECORDINGS, _bucket(_after(7))),
        fails("no lifecycle at all", RECORDINGS, _bucket(), Evidence("Lifecycle", SOME_RULE, [], CITED)),
        fails(
            "only an archive, another folder, some tags, and a rule that is switched off",
            RECORDINGS,
            _bucket(
                {
                    "ID": "archive",
                    "Status": "Enabled",
                    "Filter": {},
                    "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
                },
                _after(400, ID="reports", Filter={"Prefix": "connect/example/Reports/"}),
                _after(
                    400,
                    ID="tagged",
                    Filter={"And": {"Prefix": "connect/", "Tags": [{"Key": "a", "Value": "b"}]}},
                ),
                _after(400, ID="off", Status="Disabled"),
            ),
            Evidence("Lifecycle", SOME_RULE, ["archive", "reports", "tagged", "off"], CITED),
        ),
        fails(
            "the whole bucket expires after a day",
            RECORDINGS,
            _bucket(_after(1), _after(730)),
            Evidence(DAYS, "at least 7", 1, CITED),
        ),
        fails(
            "everything is to be gone since a day in the past",
            RECORDINGS,
            _bucket(_after(0, Expiration={"Date": "2026-01-01T00:00:00+00:00"})),
            Evidence(DAYS, "at least 7", 0, CITED),
        ),
        fails(
            "kept for twenty years",
            RECORDINGS,
            _bucket(_after(7300)),
            Evidence(DAYS, "at most 3653", 7300, CITED),
        ),
        fails(
            "a shorter limit was set",
            RECORDINGS,
            _bucket(_after(730)),
            Evidence(DAYS, "at most 365", 730, CITED),
            retention_days_max=365,
        ),
        fails(
            "a bucket with versions keeps the old ones",
            RECORDINGS,
            _bucket(_after(730), versioning="Enabled"),
            Evidence(OLD_DAYS, OLD_RULE, None, CITED),
        ),
        fails(
            "a bucket with versions keeps the last three for ever",
            RECORDINGS,
            _bucket(
                _after(
                    730,
                    NoncurrentVersionExpiration={"NoncurrentDays": 30, "NewerNoncurrentVersions": 3},
                ),
                versioning="Enabled",
            ),
            Evidence(OLD_DAYS, OLD_RULE, None, CITED),
        ),
        fails(
            "old versions last longer than they may",
            RECORDINGS,
            _bucket(_after(365, NoncurrentVersionExpiration={"NoncurrentDays": 3650}), versioning="Enabled"),
            Evidence(DAYS, "at most 3653, with the days of old versions", 4015, CITED),
        ),
        unknown(
            "the lifecycle is not readable",
            RECORDINGS,
            thing(
                "s3.bucket", id=BUCKET, Versioning={}, unread={"Lifecycle": "s3:GetLifecycleConfiguration"}
            ),
        ),
        unknown(
            "nobody can tell whether old versions are kept",
            RECORDINGS,
            thing(
                "s3.bucket",
                id=BUCKET,
                Lifecycle=[_after(730)],
                unread={"Versioning": "s3:GetBucketVersioning"},
            ),
        ),
        unknown("the bucket may not be asked", RECORDINGS, unread("s3.bucket", "s3:ListBucket", BUCKET)),
        not_applicable("the bucket does not exist", RECORDINGS, missing("s3.bucket", BUCKET)),
        not_applicable(
            "it does not store in S3",
            thing(
                "connect.storage_config",
                ResourceType="AGENT_EVENTS",
                StorageType="KINESIS_STREAM",
                KinesisStreamConfig={
                    "StreamArn": "arn:aws:kinesis:us-east-1:111122223333:stream/agent-events"
                },
            ),
        ),
    ),
)
def bucket_expires_data(setting: Seen, around: Around) -> Outcome:
    """Stored data expires, neither too soon nor too late.

    Recordings and transcripts are personal data: privacy laws allow keeping them as long as they are needed and no
    longer, and each year that is kept for nothing is one more that can leak. A lifecycle rule that is too short, or
    meant for another folder, deletes recordings without asking, and nobody notices until one is needed.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    least, most = around.params["retention_days_min"], around.params["retention_days_max"]
    rules = bucket.get("Lifecycle", ())
    place = f"{setting.get('S3Config.BucketPrefix') or ''}".strip("/")
    covering = [one for one in rules if _covers(one, f"{place}/" if place else "")]
    days = _soonest(_days(one.get("Expiration", {}), around.taken_at) for one in covering)
    versions = bucket.get("Versioning.Status") is not None
    old_days = _soonest(_old_days(one) for one in covering)
    if days is None:
        names = [one.get("ID", "without a name") for one in rules]
        return (
            Fail.at("Lifecycle", expected=SOME_RULE, actual=names, cites=bucket, discriminator="none")
            if most
            else []
        )
    failures = []
    if days < least:
        soon = Evidence(DAYS, f"at least {least}", days, bucket.cited)
        failures.append(Fail((soon,), discriminator="soon", severity=Severity.HIGH))
    if most and versions and old_days is None:
        failures.append(
            Fail.at(OLD_DAYS, expected=OLD_RULE, actual=None, cites=bucket, discriminator="versions")
        )
    whole = days + (old_days or 0) if versions else days
    if most and whole > most:
        wanted = f"at most {most}" + (", with the days of old versions" if versions else "")
        failures.append(Fail.at(DAYS, expected=wanted, actual=whole, cites=bucket, discriminator="late"))
    return failures


def _covers(one: Mapping[str, Any], place: str) -> bool:
    """Whether a lifecycle rule is in force for everything below a place in the bucket."""
    limits = {**one.get("Filter", {}), **({"Prefix": one["Prefix"]} if "Prefix" in one else {})}
    limits = {**limits, **limits.pop("And", {})}
    prefix = limits.pop("Prefix", None) or ""
    return one.get("Status") == "Enabled" and not limits and place.startswith(prefix)


def _days(expiration: Mapping[str, Any], today: str) -> int | None:
    """After how many days an expiration takes effect; none where it never does, or on a day still to come."""
    if "Date" in expiration:
        # From that day on S3 expires whatever the rule covers, new files as well.
        return 0 if str(expiration["Date"])[:10] <= today[:10] else None
    days: int | None = expiration.get("Days")
    return days


def _old_days(one: Mapping[str, Any]) -> int | None:
    """After how many days a rule removes every old version; none where it keeps some."""
    said = one.get("NoncurrentVersionExpiration", {})
    days: int | None = None if said.get("NewerNoncurrentVersions") else said.get("NoncurrentDays")
    return days


def _soonest(days: Any) -> int | None:
    return min((one for one in days if one is not None), default=None)
