"""Whether a queue's hours exist."""

from auditor.rule import Around, Fail, Fix, Outcome, Pass, Seen, Severity, passes, rule, thing


@rule(
    id="GOLD-QUE-002",
    severity=Severity.CRITICAL,
    kind="connect.queue",
    reads={"connect.queue": ("HoursOfOperationId",), "connect.hours_of_operation": ()},
    fix=Fix(console="Choose other hours."),
    sources=("https://docs.aws.amazon.com/connect/latest/adminguide/set-hours-operation.html",),
    examples=(
        passes(
            "they exist",
            thing("connect.queue", QueueId="q", HoursOfOperationId="h"),
            thing("connect.hours_of_operation", HoursOfOperationId="h"),
        ),
    ),
)
def queue_has_hours(queue: Seen, around: Around) -> Outcome:
    """The queue's hours of operation exist.

    Without hours a queue is always closed.
    """
    hours = queue.get("HoursOfOperationId")
    if around.one("connect.hours_of_operation", hours):
        return Pass()
    return Fail.at("HoursOfOperationId", expected="hours that exist", actual=hours)
