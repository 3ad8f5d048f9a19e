"""Whether a trail was told to forget about Connect."""

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
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)
from auditor.trail_selectors import admits, conditions_on, selectors

CONNECT = "connect.amazonaws.com"
PATH = "Selectors"
WANTED = f"management events of {CONNECT} are not left out"
MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
DATA = {"Field": "eventCategory", "Equals": ["Data"]}


def _trail(*selectors: tuple[dict[str, Any], ...]) -> Thing:
    said = [{"FieldSelectors": list(fields)} for fields in selectors]
    return thing(
        "cloudtrail.trail", Name="own", TrailARN="arn:own", Selectors={"AdvancedEventSelectors": said}
    )


def _basic(**said: Any) -> Thing:
    return thing("cloudtrail.trail", Name="own", TrailARN="arn:own", Selectors={"EventSelectors": [said]})


def _source(**condition: Any) -> dict[str, Any]:
    return {"Field": "eventSource", **condition}


@rule(
    id="CONNECT-LOG-007",
    severity=Severity.MEDIUM,
    severity_reason="Another trail may record what this one leaves out; CONNECT-LOG-006 asks for one.",
    kind="cloudtrail.trail",
    reads={"cloudtrail.trail": ("Selectors",)},
    opt_in="CONNECT-LOG-006 already asks for one trail that records Connect; this one asks it of every trail",
    fix=Fix(
        console='In CloudTrail, open the trail and edit "Management events": remove the filter on eventSource.',
        cli="aws cloudtrail put-event-selectors --trail-name TRAIL_ARN --advanced-event-selectors without that filter",
        cloudformation="AWS::CloudTrail::Trail: AdvancedEventSelectors without that filter",
        terraform="aws_cloudtrail: advanced_event_selector without that field_selector",
        note="put-event-selectors replaces all selectors of the trail: keep the others.",
    ),
    sources=(
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/logging-using-cloudtrail.html",
    ),
    interpretive={"nist": ("AU-12",)},
    examples=(
        passes("every management event", _trail((MANAGEMENT,))),
        passes(
            "only events of KMS are left out", _trail((MANAGEMENT, _source(NotEquals=["kms.amazonaws.com"])))
        ),
        passes("a basic selector", _basic(ReadWriteType="All", IncludeManagementEvents=True)),
        passes(
            "one selector for others, one for Connect",
            _trail(
                (MANAGEMENT, _source(Equals=["s3.amazonaws.com"])),
                (MANAGEMENT, _source(StartsWith=["connect."])),
            ),
        ),
        fails(
            "Connect is left out",
            _trail((MANAGEMENT, _source(NotEquals=["kms.amazonaws.com", CONNECT]))),
            Evidence(PATH, WANTED, [_source(NotEquals=["kms.amazonaws.com", CONNECT])]),
        ),
        fails(
            "only others are let in",
            _trail((MANAGEMENT, _source(Equals=["iam.amazonaws.com"])), (DATA,)),
            Evidence(PATH, WANTED, [_source(Equals=["iam.amazonaws.com"])]),
        ),
        unknown(
            "its selectors are not readable",
            thing(
                "cloudtrail.trail", TrailARN="arn:own", unread={"Selectors": "cloudtrail:GetEventSelectors"}
            ),
        ),
        not_applicable("a trail for data events", _trail((DATA,))),
        not_applicable("a basic selector for data events", _basic(IncludeManagementEvents=False)),
    ),
)
def trail_leaves_connect_in(trail: Seen, _around: Around) -> Outcome:
    """The trail's selectors do not leave out Amazon Connect.

    A trail can be told to drop the events of a service, often to save money. One that drops those of Connect looks
    complete and is not: whoever searches it for a changed flow or a new administrator finds nothing, and may take
    that for proof that nothing happened.
    """
    management = [
        one
        for one in selectors(trail.get("Selectors", {}))
        if any("Management" in said.get("Equals", ()) for said in conditions_on(one, "eventCategory"))
    ]
    if not management:
        return NotApplicable("it records no management events")
    sources = [conditions_on(one, "eventSource") for one in management]
    if any(admits(said, {"eventSource": CONNECT}) for said in sources):
        return []
    return Fail.at(PATH, expected=WANTED, actual=[dict(one) for said in sources for one in said])
