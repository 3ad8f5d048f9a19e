"""Whether fetching a recording leaves a trace."""

from typing import Any

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
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)
from auditor.trail_selectors import admits, object_reads, selectors

BUCKET = "example-recordings"
TARGET = "Logging.LoggingEnabled.TargetBucket"
CITED = f"s3.bucket {BUCKET}"
RECORDED = "trails that record who fetches its objects"
OWN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/own"
ORGANIZATION = "arn:aws:cloudtrail:us-east-1:999988887777:trail/organization"

RECORDINGS = thing(
    "connect.storage_config",
    ResourceType="CALL_RECORDINGS",
    StorageType="S3",
    S3Config={"BucketName": BUCKET, "BucketPrefix": "connect/example/CallRecordings"},
)
LOGGED = thing(
    "s3.bucket", id=BUCKET, Logging={"LoggingEnabled": {"TargetBucket": "example-logs", "TargetPrefix": ""}}
)
UNLOGGED = thing("s3.bucket", id=BUCKET, Logging={})
FAILING = (
    Evidence(TARGET, "a bucket for access logs", None, CITED),
    Evidence(RECORDED, "at least one", []),
)


def _trail(*values: str, arn: str = OWN, logs: bool = True, how: str = "All") -> Thing:
    data = [{"Type": "AWS::S3::Object", "Values": list(values)}] if values else []
    basic = {"ReadWriteType": how, "IncludeManagementEvents": True, "DataResources": data}
    return thing(
        "cloudtrail.trail",
        id=arn,
        IsLogging=logs,
        Selectors={"EventSelectors": [basic]},
    )


def _advanced(**arn: Any) -> Thing:
    fields = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "resources.ARN", **arn},
    ]
    return thing(
        "cloudtrail.trail",
        id=OWN,
        IsLogging=True,
        Selectors={"AdvancedEventSelectors": [{"FieldSelectors": fields}]},
    )


@rule(
    id="CONNECT-STO-017",
    severity=Severity.MEDIUM,
    severity_reason="Nobody gets in because of it; but after a leak nobody can tell who fetched which recording.",
    kind="connect.storage_config",
    reads={
        "connect.storage_config": ("S3Config.BucketName", "S3Config.BucketPrefix"),
        "s3.bucket": (TARGET,),
        "cloudtrail.trail": ("IsLogging", "Selectors"),
    },
    fix=Fix(
        console='In S3, open the bucket\'s "Properties" and turn on "Server access logging".',
        cli=(
            "aws s3api put-bucket-logging --bucket BUCKET --bucket-logging-status "
            '\'{"LoggingEnabled":{"TargetBucket":"LOG_BUCKET","TargetPrefix":"BUCKET/"}}\', or aws cloudtrail '
            "put-event-selectors with data events of AWS::S3::Object for the bucket"
        ),
        cloudformation="AWS::S3::Bucket: LoggingConfiguration, or AWS::CloudTrail::Trail: EventSelectors",
        terraform="aws_s3_bucket_logging, or aws_cloudtrail: event_selector with data_resource",
        note=(
            "Data events of CloudTrail cost money for each event; access logs cost only their storage. Event data "
            "stores of CloudTrail Lake are not looked at: where one records the bucket, waive the finding."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/logging-with-S3.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-best-practices.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
    ),
    published={"fsbp": ("S3.9",), "nist": ("AU-2", "AU-3", "AU-12", "AC-6(9)"), "pci": ("10.2.1",)},
    interpretive={"iso27001": ("A.8.15",), "soc2": ("CC7.2",), "hipaa": ("164.312(b)",)},
    examples=(
        passes(
            "the bucket logs access",
            RECORDINGS,
            LOGGED,
            unread("cloudtrail.trail", "cloudtrail:DescribeTrails"),
        ),
        passes("a trail records all buckets", RECORDINGS, UNLOGGED, _trail("arn:aws:s3")),
        passes(
            "a trail records what is fetched from the bucket",
            RECORDINGS,
            UNLOGGED,
            _trail(f"arn:aws:s3:::{BUCKET}/connect/", how="ReadOnly"),
        ),
        passes(
            "a trail with advanced selectors records the bucket",
            RECORDINGS,
            UNLOGGED,
            _advanced(StartsWith=[f"arn:aws:s3:::{BUCKET}/"]),
        ),
        passes(
            "the trail of the organization records all buckets",
            RECORDINGS,
            UNLOGGED,
            _trail(),
            _trail("arn:aws:s3", arn=ORGANIZATION),
        ),
        passes(
            "the own trail records the bucket, the organization's cannot be asked",
            RECORDINGS,
            UNLOGGED,
            _trail("arn:aws:s3"),
            thing(
                "cloudtrail.trail",
                id="arn:aws:cloudtrail:us-east-1:000000000000:trail/organization",
                IsLogging=True,
                unread={"Selectors": "cloudtrail:GetEventSelectors"},
            ),
        ),
        fails("no trail at all", RECORDINGS, UNLOGGED, *FAILING),
        fails("a trail without data events", RECORDINGS, UNLOGGED, _trail(), *FAILING),
        fails("a trail that was stopped", RECORDINGS, UNLOGGED, _trail("arn:aws:s3", logs=False), *FAILING),
        fails(
            "a trail that records other buckets, or changes only",
            RECORDINGS,
            UNLOGGED,
            _trail("arn:aws:s3:::example/"),
            _trail("arn:aws:s3", arn=ORGANIZATION, how="WriteOnly"),
            *FAILING,
        ),
        fails(
            "advanced selectors leave the bucket out",
            RECORDINGS,
            UNLOGGED,
            _advanced(NotStartsWith=[f"arn:aws:s3:::{BUCKET}/"]),
            *FAILING,
        ),
        unknown(
            "the organization's trail cannot be asked what it records",
            RECORDINGS,
            UNLOGGED,
            thing(
                "cloudtrail.trail",
                id=ORGANIZATION,
                IsLogging=True,
                unread={"Selectors": "cloudtrail:GetEventSelectors"},
            ),
        ),
        unknown(
            "trails are not readable",
            RECORDINGS,
            UNLOGGED,
            unread("cloudtrail.trail", "cloudtrail:DescribeTrails"),
        ),
        unknown(
            "logging is not readable",
            RECORDINGS,
            thing("s3.bucket", id=BUCKET, unread={"Logging": "s3:GetBucketLogging"}),
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
def object_access_is_logged(setting: Seen, around: Around) -> Outcome:
    """Access to what is stored is logged.

    Connect shows who played a recording on its own website, but not who fetched the file from the bucket. Without
    access logs or data events of a trail nobody can answer which recordings a leaked password or a dishonest employee
    has copied, and every caller has to be told of a possible leak.
    """
    name = setting.get("S3Config.BucketName")
    if not name:
        return NotApplicable("it does not store in S3")
    bucket = around.one("s3.bucket", name)
    if bucket is None:
        return NotApplicable("the bucket does not exist (CONNECT-STO-008 judges that)")
    if bucket.get(TARGET):
        return Pass()
    fetching = object_reads(name, setting.get("S3Config.BucketPrefix") or "")
    # Other accounts' trails last: often nobody here may ask what they record, and the own one may be enough.
    trails = sorted(around.all("cloudtrail.trail"), key=lambda one: f":{setting.account}:" not in one.id)
    for trail in trails:
        recorded = trail.get("IsLogging") and selectors(trail.get("Selectors", {}))
        if any(admits(one, fetching) for one in recorded or ()):
            return Pass()
    return Fail(
        (
            Evidence(TARGET, "a bucket for access logs", None, bucket.cited),
            Evidence(RECORDED, "at least one", []),
        )
    )
