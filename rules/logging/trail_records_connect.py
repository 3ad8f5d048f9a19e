"""Whether changes to the contact centre leave a trace."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
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
from auditor.trail_selectors import admits, management_events, selectors

INSTANCE = thing("connect.instance")
OWN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/own"
ORGANIZATION = "arn:aws:cloudtrail:us-east-1:999988887777:trail/organization"
TRAILS = "trails of this Region"
WANTED = "one that is logging, in all Regions, all events of Connect that read or change something"
STOPPED, ONE_REGION, SOME_EVENTS = "is stopped", "records one Region only", "leaves out events of Connect"


def _trail(
    arn: str = OWN,
    *,
    logs: bool = True,
    everywhere: bool = True,
    selector: dict[str, Any] | None = None,
    advanced: tuple[dict[str, Any], ...] = (),
) -> Thing:
    basic = {"ReadWriteType": "All", "IncludeManagementEvents": True, **(selector or {})}
    management = {"Field": "eventCategory", "Equals": ["Management"]}
    return thing(
        "cloudtrail.trail",
        id=arn,
        IsMultiRegionTrail=everywhere,
        IsLogging=logs,
        Selectors=(
            {"AdvancedEventSelectors": [{"FieldSelectors": [management, *advanced]}]}
            if advanced
            else {"EventSelectors": [basic]}
        ),
    )


def _evidence(**trails: str) -> Evidence:
    arns = {"own": OWN, "organization": ORGANIZATION}
    return Evidence(TRAILS, WANTED, [f"{arns[name]} {flaw}" for name, flaw in trails.items()])


@rule(
    id="CONNECT-LOG-006",
    severity=Severity.HIGH,
    severities=(Severity.LOW,),
    severity_reason=(
        "Without it nobody can say who changed a flow, a number or a person's permissions. Where one Region is "
        "recorded, what happens to the instance is, and only global services are left out: low."
    ),
    kind="connect.instance",
    reads={
        "connect.instance": (),
        "cloudtrail.trail": ("IsMultiRegionTrail", "IsLogging", "Selectors"),
    },
    fix=Fix(
        console='In CloudTrail, choose "Create trail" and leave management events on, for reading and for writing.',
        cli=(
            "aws cloudtrail create-trail --name NAME --s3-bucket-name BUCKET --is-multi-region-trail, then aws "
            "cloudtrail start-logging --name NAME"
        ),
        cloudformation="AWS::CloudTrail::Trail: IsLogging: true, IsMultiRegionTrail: true",
        terraform="aws_cloudtrail: is_multi_region_trail = true, enable_logging = true",
        note=(
            "A trail of the organization counts. Event data stores of CloudTrail Lake are not looked at: where one "
            "records management events, waive the finding."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/logging-using-cloudtrail.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    ),
    published={"fsbp": ("CloudTrail.1",), "nist": ("AU-2", "AU-3", "AU-12", "AC-2(4)"), "cis": ("3.1",)},
    interpretive={
        "pci": ("10.2.1",),
        "iso27001": ("A.8.15",),
        "soc2": ("CC7.2",),
        "hipaa": ("164.312(b)",),
    },
    examples=(
        passes("a trail of all Regions", INSTANCE, _trail()),
        passes(
            "a trail of the organization beside a trail for data events",
            INSTANCE,
            _trail(selector={"IncludeManagementEvents": False}),
            _trail(ORGANIZATION),
        ),
        passes(
            "only events of KMS are left out",
            INSTANCE,
            _trail(selector={"ExcludeManagementEventSources": ["kms.amazonaws.com"]}),
        ),
        passes(
            "the own trail records everything, the organization's cannot be asked",
            INSTANCE,
            _trail(),
            thing(
                "cloudtrail.trail",
                id="arn:aws:cloudtrail:us-east-1:000000000000:trail/organization",
                IsMultiRegionTrail=True,
                IsLogging=True,
                unread={"Selectors": "cloudtrail:GetEventSelectors"},
            ),
        ),
        fails("no trail", INSTANCE, _evidence()),
        fails(
            "a trail that was stopped, and one that records changes only",
            INSTANCE,
            _trail(logs=False),
            _trail(ORGANIZATION, selector={"ReadWriteType": "WriteOnly"}),
            _evidence(own=STOPPED, organization=SOME_EVENTS),
        ),
        fails(
            "a trail that leaves out Connect",
            INSTANCE,
            _trail(advanced=({"Field": "eventSource", "NotEquals": ["connect.amazonaws.com"]},)),
            _evidence(own=SOME_EVENTS),
        ),
        fails("a trail of one Region", INSTANCE, _trail(everywhere=False), _evidence(own=ONE_REGION)),
        unknown("trails are not readable", INSTANCE, unread("cloudtrail.trail", "cloudtrail:DescribeTrails")),
        unknown(
            "the organization's trail cannot be asked what it records",
            INSTANCE,
            thing(
                "cloudtrail.trail",
                id=ORGANIZATION,
                IsMultiRegionTrail=True,
                IsLogging=True,
                unread={"Selectors": "cloudtrail:GetEventSelectors"},
            ),
        ),
        not_applicable(
            "the creation failed", thing("connect.instance", InstanceStatus="CREATION_FAILED"), _trail()
        ),
    ),
)
def trail_records_connect(instance: Seen, around: Around) -> Outcome:
    """A trail of all Regions records who reads and changes Amazon Connect.

    Every call of Connect's API, and what people do on the admin website, can be recorded by CloudTrail. Its own event
    history forgets after 90 days and covers one Region. Without a trail nobody can tell who released a number, turned
    recording off in a flow or made somebody an administrator, nor prove that it was not them.
    """
    # Other accounts' trails last: often nobody here may ask what they record, and the own one may be enough.
    trails = sorted(around.all("cloudtrail.trail"), key=lambda one: f":{instance.account}:" not in one.id)
    flaws = {}
    for trail in trails:
        flaw = _flaw(trail)
        if not flaw:
            return Pass()
        flaws[trail.id] = flaw
    seen = Evidence(TRAILS, WANTED, [f"{arn} {flaw}" for arn, flaw in flaws.items()])
    return Fail((seen,), severity=Severity.LOW if ONE_REGION in flaws.values() else None)


def _flaw(trail: Seen) -> str:
    """Why a trail is not enough, or nothing."""
    if not trail.get("IsLogging"):
        return STOPPED
    recorded = selectors(trail.get("Selectors", {}))
    for read_only in (True, False):
        events = management_events("connect.amazonaws.com", read_only)
        if not any(admits(one, events) for one in recorded):
            return SOME_EVENTS
    return "" if trail.get("IsMultiRegionTrail") else ONE_REGION
