"""Exceptions to opening hours that lie in the past."""

from datetime import date, timedelta
from typing import Any

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
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

TILL = "EffectiveTill"


def _override(till: str, **more: Any) -> Thing:
    return thing(
        "connect.hours_of_operation_override",
        id="ho-1",
        Name="Holiday",
        OverrideType="STANDARD",
        HoursOfOperationId="h-1",
        EffectiveFrom="2025-01-01",
        EffectiveTill=till,
        **more,
    )


@rule(
    id="CONNECT-RTG-007",
    severity=Severity.LOW,
    severity_reason="Overrides that are over close nothing; they use up a quota of fifty and hide those to come.",
    opt_in="It costs a call for each hours of operation, and what it finds is a matter of tidiness.",
    kind="connect.hours_of_operation_override",
    reads={"connect.hours_of_operation_override": (TILL, "RecurrenceConfig")},
    params=(
        Param(
            "days_kept", 30, "How many days an override may stay when it is over.", minimum=1, maximum=36500
        ),
    ),
    fix=Fix(
        console="On the admin website open Routing > Hours of operation, and delete the override.",
        cli=(
            "aws connect delete-hours-of-operation-override --instance-id INSTANCE_ID "
            "--hours-of-operation-id HOURS_ID --hours-of-operation-override-id OVERRIDE_ID"
        ),
        cloudformation="AWS::Connect::HoursOfOperation: HoursOfOperationOverrides without it",
        note="The Terraform resource has no overrides.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/hours-of-operation-overrides.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_HoursOfOperationOverride.html",
    ),
    examples=(
        passes("an override to come", _override("2026-12-26")),
        passes("one that ended last week", _override("2026-01-08")),
        passes("one that has just been kept for as long as it may be", _override("2025-12-16")),
        fails(
            "one that ended last year",
            _override("2025-01-01"),
            Evidence(TILL, "2025-12-16 or later", "2025-01-01"),
        ),
        fails(
            "one day too old",
            _override("2026-01-12"),
            Evidence(TILL, "2026-01-13 or later", "2026-01-12"),
            days_kept=2,
        ),
        unknown(
            "the override could not be described",
            thing(
                "connect.hours_of_operation_override",
                id="ho-1",
                unread={TILL: "connect:ListHoursOfOperationOverrides"},
            ),
        ),
        not_applicable(
            "a holiday of every year is never over",
            _override(
                "2025-01-01",
                RecurrenceConfig={"RecurrencePattern": {"Frequency": "YEARLY", "Interval": 1}},
            ),
        ),
    ),
)
def overrides_are_not_over(override: Seen, around: Around) -> Outcome:
    """No override of opening hours has been over for long.

    Hours of operation take fifty overrides. When the list is full of last year's holidays, the next one cannot be
    added, and the contact centre is open on a day when nobody works. In a long list nobody sees which holiday is
    missing.
    """
    if override.get("RecurrenceConfig"):
        return NotApplicable("it recurs, and is never over")
    oldest = date.fromisoformat(around.taken_at[:10]) - timedelta(days=around.params["days_kept"])
    till = override.get(TILL)
    if till is None or date.fromisoformat(str(till)[:10]) >= oldest:
        return Pass()
    return Fail.at(TILL, expected=f"{oldest.isoformat()} or later", actual=till)
