"""When queues are open, and by which clock."""

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
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

MONDAY = {
    "Day": "MONDAY",
    "StartTime": {"Hours": 9, "Minutes": 0},
    "EndTime": {"Hours": 17, "Minutes": 0},
}
OPEN = "at least one day on which it opens"


def _hours(*config: Any, zone: str = "America/New_York") -> Thing:
    return thing("connect.hours_of_operation", id="h-1", Name="Office", TimeZone=zone, Config=[*config])


CHILD = thing(
    "connect.hours_of_operation",
    id="h-2",
    Name="Care",
    TimeZone="America/New_York",
    Config=[MONDAY],
    ParentHoursOfOperations=[{"Name": "Office", "Id": "h-1"}],
)
QUEUE = thing("connect.queue", id="q-1", Name="Sales", HoursOfOperationId="h-1")
OTHER_QUEUE = thing("connect.queue", id="q-2", Name="Care", HoursOfOperationId="h-2")


@rule(
    id="CONNECT-RTG-006",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason=(
        "Queues are closed when they should be open, which callers notice before anybody else. Hours that no queue "
        "has: low."
    ),
    kind="connect.hours_of_operation",
    drift=(
        "hours_of_operation",
        "hours_overrides",
    ),
    reads={
        "connect.hours_of_operation": ("TimeZone", "Config", "ParentHoursOfOperations"),
        "connect.queue": ("HoursOfOperationId",),
    },
    params=(
        Param(
            "time_zones",
            [],
            "Names of the time zones that the company works in, such as America/New_York. Empty: any.",
            type="list",
            form="time_zone",
        ),
    ),
    fix=Fix(
        console="On the admin website open Routing > Hours of operation, and set the days and the time zone.",
        cli=(
            "aws connect update-hours-of-operation --instance-id INSTANCE_ID --hours-of-operation-id HOURS_ID "
            "--time-zone ZONE --config 'Day=MONDAY,StartTime={Hours=9,Minutes=0},EndTime={Hours=17,Minutes=0}'"
        ),
        cloudformation="AWS::Connect::HoursOfOperation: Config and TimeZone",
        terraform="aws_connect_hours_of_operation: config and time_zone",
        note="Close a queue for a holiday with an override rather than by emptying its hours.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/set-hours-operation.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_HoursOfOperation.html",
    ),
    examples=(
        passes("open on Mondays", _hours(MONDAY), QUEUE),
        passes("open in a time zone that is expected", _hours(MONDAY), time_zones=["America/New_York"]),
        passes("never open by themselves: they hold the holidays of others", _hours(), CHILD, OTHER_QUEUE),
        fails(
            "never open, and a queue has them beside what they give to others",
            _hours(),
            CHILD,
            QUEUE,
            Evidence("Config", OPEN, []),
        ),
        fails("never open", _hours(), QUEUE, OTHER_QUEUE, Evidence("Config", OPEN, [])),
        fails(
            "never open, and no queue has these hours", _hours(), OTHER_QUEUE, Evidence("Config", OPEN, [])
        ),
        fails(
            "another time zone",
            _hours(MONDAY, zone="UTC"),
            QUEUE,
            Evidence("TimeZone", "one of America/New_York (parameter time_zones)", "UTC"),
            time_zones=["America/New_York"],
        ),
        fails(
            "never open, in another time zone",
            _hours(zone="Asia/Tokyo"),
            QUEUE,
            Evidence("Config", OPEN, []),
            Evidence("TimeZone", "one of Europe/Berlin, UTC (parameter time_zones)", "Asia/Tokyo"),
            time_zones=["Europe/Berlin", "UTC"],
        ),
        unknown(
            "the hours could not be described",
            thing(
                "connect.hours_of_operation",
                id="h-1",
                unread=dict.fromkeys(("TimeZone", "Config"), "connect:DescribeHoursOfOperation"),
            ),
            QUEUE,
        ),
        unknown(
            "never open, and nobody can tell which queues have these hours",
            _hours(),
            unread("connect.queue", "connect:ListQueues"),
        ),
        not_applicable(
            "the creation failed", _hours(), thing("connect.instance", InstanceStatus="CREATION_FAILED")
        ),
    ),
)
def hours_of_operation_are_set(hours: Seen, around: Around) -> Outcome:
    """Hours of operation have opening times, in an expected time zone.

    Flows ask these hours whether a queue is open. Hours without a day are always closed: every caller hears that
    nobody is there, while agents sit and wait. Hours in another time zone close a queue in the middle of the day and
    open it at night, and look right in the list.
    """
    found = []
    if not hours.get("Config"):
        found.append(("Config", OPEN))
    zones = around.params["time_zones"]
    if zones and hours.get("TimeZone") not in zones:
        found.append(("TimeZone", f"one of {', '.join(zones)} (parameter time_zones)"))
    used = not found or around.naming("connect.queue", "HoursOfOperationId", hours.id)
    if not used and found[0] == ("Config", OPEN) and hours.id in around.once(_parents):
        found.pop(0)  # Only its overrides count: others have it as their parent.
    return [
        Fail.at(
            path,
            expected=expected,
            actual=hours.get(path),
            discriminator=path,
            severity=None if used else Severity.LOW,
        )
        for path, expected in found
    ]


def _parents(around: Around) -> frozenset[str]:
    """The ids of the hours whose overrides others take over."""
    named = (one.get("ParentHoursOfOperations") or () for one in around.all("connect.hours_of_operation"))
    return frozenset(parent.get("Id") for parents in named for parent in parents)
