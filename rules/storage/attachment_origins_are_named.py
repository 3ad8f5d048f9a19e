"""Which websites may exchange files with the bucket of attachments."""

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
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

BUCKET = "example-attachments"
CITED = f"s3.bucket {BUCKET}"
PATH = "Cors.AllowedOrigins"
NAMED = "named origins"
SHARED = ("ATTACHMENTS", "EMAIL_MESSAGES")


def _setting(kind: str) -> Thing:
    return thing(
        "connect.storage_config", ResourceType=kind, StorageType="S3", S3Config={"BucketName": BUCKET}
    )


def _bucket(*rules: tuple[str, ...]) -> Thing:
    said = [{"AllowedMethods": ["PUT", "GET"], "AllowedOrigins": list(origins)} for origins in rules]
    cors: dict[str, Any] = {"Cors": said} if said else {}
    return thing("s3.bucket", id=BUCKET, **cors)


ATTACHMENTS, EMAILS = _setting("ATTACHMENTS"), _setting("EMAIL_MESSAGES")
DESKTOP = "https://example.my.connect.aws"


@rule(
    id="CONNECT-STO-019",
    severity=Severity.MEDIUM,
    severity_reason=(
        "A website still needs a signed address for each file, and the Administrator Guide itself offers * as its "
        "second option."
    ),
    kind="connect.storage_config",
    reads={"connect.storage_config": ("S3Config.BucketName", "ResourceType"), "s3.bucket": ("Cors",)},
    opt_in="it costs one more call for each bucket, of which a scan makes twelve already",
    fix=Fix(
        console='In S3, open the bucket\'s "Permissions" and edit "Cross-origin resource sharing (CORS)".',
        cli=(
            "aws s3api put-bucket-cors --bucket BUCKET --cors-configuration "
            '\'{"CORSRules":[{"AllowedMethods":["PUT","GET"],"AllowedOrigins":["https://ALIAS.my.connect.aws"],'
            '"AllowedHeaders":["*"]}]}\''
        ),
        cloudformation="AWS::S3::Bucket: CorsConfiguration.CorsRules with AllowedOrigins",
        terraform="aws_s3_bucket_cors_configuration: cors_rule { allowed_origins = [...] }",
        note=(
            "Name the instance's own address and each website that embeds the agent workspace or the chat. "
            "put-bucket-cors replaces all rules of the bucket."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/enable-attachments.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html",
    ),
    interpretive={"nist": ("AC-4",)},
    examples=(
        passes(
            "the agent workspace and a website", ATTACHMENTS, _bucket((DESKTOP, "https://www.example.com"))
        ),
        passes(
            "e-mails, with a rule for each origin", EMAILS, _bucket((DESKTOP,), ("https://*.example.com",))
        ),
        fails("every origin", ATTACHMENTS, _bucket(("*",)), Evidence(PATH, NAMED, ["*"], CITED)),
        fails(
            "every origin with TLS, beside a named one",
            ATTACHMENTS,
            _bucket((DESKTOP,), ("https://*", DESKTOP)),
            Evidence(PATH, NAMED, ["https://*"], CITED),
        ),
        fails(
            "e-mails without any rule", EMAILS, _bucket(), Evidence("Cors", "at least one rule", None, CITED)
        ),
        unknown(
            "the rules are not readable",
            ATTACHMENTS,
            thing("s3.bucket", id=BUCKET, unread={"Cors": "s3:GetBucketCORS"}),
        ),
        unknown("the bucket may not be asked", ATTACHMENTS, unread("s3.bucket", "s3:ListBucket", BUCKET)),
        not_applicable("recordings are not exchanged", _setting("CALL_RECORDINGS"), _bucket(("*",))),
        not_applicable("the bucket does not exist", ATTACHMENTS, missing("s3.bucket", BUCKET)),
    ),
)
def attachment_origins_are_named(setting: Seen, around: Around) -> Outcome:
    """Attachments are exchanged with named origins only.

    Browsers send and fetch attachments straight to and from the bucket, and its CORS rules say from which websites.
    With * a page anywhere on the internet that got hold of a signed address can use it in a visitor's browser. With
    no rule at all browsers refuse, and neither agents nor customers can exchange files.
    """
    if setting.get("ResourceType") not in SHARED:
        return NotApplicable("browsers do not exchange this kind of data with the bucket")
    name = setting.get("S3Config.BucketName")
    bucket = around.one("s3.bucket", name) if name else None
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    rules = bucket.get("Cors")
    if not rules:
        return Fail.at("Cors", expected="at least one rule", actual=None, cites=bucket, discriminator="none")
    wide = sorted({one for said in rules for one in said["AllowedOrigins"] if one.rpartition("/")[2] == "*"})
    return [Fail.at(PATH, expected=NAMED, actual=wide, cites=bucket, discriminator="origins")] if wide else []
