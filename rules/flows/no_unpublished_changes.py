"""Changes that somebody saved and nobody published."""

from datetime import datetime
from typing import Any

from auditor.flows import action, compare, content
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

FLOW = "connect.contact_flow"
SAVED, CHANGED = "Saved.Content", "Saved.LastModifiedTime"
OLD, NEW = "2025-11-01T09:00:00Z", "2026-01-10T09:00:00Z"
END = action("end", "DisconnectParticipant")
LIVE = content(action("say", "MessageParticipant", "end", Text="Welcome."), END)
DRAWN_ANEW = content(
    action("b1", "MessageParticipant", "b2", Text="Welcome."), END | {"Identifier": "b2"}, Metadata={}
)
CHANGE = content(action("say", "MessageParticipant", "end", Text="Welcome back."), END)


def _flow(saved: str, when: str = OLD, live: str = LIVE, **more: Any) -> Thing:
    said: dict[str, Any] = {"State": "ACTIVE", "Status": "PUBLISHED", **more}
    draft = {"Content": saved, "LastModifiedTime": when}
    return thing(FLOW, id="f-1", Name="Main", Content=live, Saved=draft, **said)


@rule(
    id="CONNECT-FLW-008",
    severity=Severity.LOW,
    severity_reason="Contacts are served by what is published; what is lost is certainty about what that is.",
    kind=FLOW,
    reads={FLOW: ("Content", "State", "Status", SAVED, CHANGED)},
    opt_in="It costs a call for each flow.",
    params=(
        Param("days_max", 30, "How many days a change may wait to be published.", minimum=0, maximum=36500),
    ),
    fix=Fix(
        console="Open the flow in the designer: publish what is saved, or choose the published version and save that.",
        cli=(
            "aws connect describe-contact-flow --instance-id ID --contact-flow-id 'FLOW_ARN:$SAVED', then "
            "update-contact-flow-content with what is to be live"
        ),
        note="CloudFormation and Terraform publish what they set; the next deployment discards the change.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeContactFlow.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/flow-version-control.html",
    ),
    interpretive={"nist": ("CM-3",), "soc2": ("CC8.1",)},
    examples=(
        passes("what is saved is published", _flow(LIVE)),
        passes("blocks were only moved and named anew", _flow(DRAWN_ANEW)),
        passes("a change of last week", _flow(CHANGE, NEW)),
        fails(
            "a change that has waited for months",
            _flow(CHANGE),
            Evidence(
                SAVED,
                "as it was published",
                ["~ 1 MessageParticipant", "    Text: 'Welcome.' → 'Welcome back.'"],
            ),
            Evidence(CHANGED, "at most 30 days ago", OLD),
        ),
        fails(
            "a flow that was never published",
            _flow(LIVE, Status="SAVED"),
            Evidence("Status", "PUBLISHED", "SAVED"),
            Evidence(CHANGED, "at most 30 days ago", OLD),
        ),
        fails(
            "no change may wait",
            _flow(CHANGE, NEW),
            Evidence(
                SAVED,
                "as it was published",
                ["~ 1 MessageParticipant", "    Text: 'Welcome.' → 'Welcome back.'"],
            ),
            Evidence(CHANGED, "at most 3 days ago", NEW),
            days_max=3,
        ),
        unknown(
            "what was saved is not readable",
            thing(FLOW, id="f-1", Name="Main", Content=LIVE, unread={"Saved": "connect:DescribeContactFlow"}),
        ),
        not_applicable("an archived flow", _flow(CHANGE, State="ARCHIVED")),
    ),
)
def no_unpublished_changes(flow: Seen, around: Around) -> Outcome:
    """No change to the flow waits unpublished for long.

    The designer opens a flow as it was saved last, not as contacts are served by it. Whoever reviews it, or goes on
    with it months later, sees and then publishes a change that somebody left there and nobody looked at.
    """
    if flow.get("State") == "ARCHIVED":
        return NotApplicable("no contact comes to it: it is archived")
    difference = (
        Evidence("Status", "PUBLISHED", "SAVED")
        if flow.get("Status") == "SAVED"
        else _difference(flow, around)
    )
    saved, most = flow.get(CHANGED), around.params["days_max"]
    if difference is None or (saved and _days(saved, around.taken_at) <= most):
        return Pass()
    return Fail((difference, Evidence(CHANGED, f"at most {most} days ago", saved)))


def _difference(flow: Seen, around: Around) -> Evidence | None:
    """What would change if the draft were published; where blocks stand does not count."""
    live, saved = around.flow(flow), around.flow(flow, SAVED)
    # The same text is the same flow, read once: nothing has to be compared.
    lines = [] if live is saved else list(compare(live, saved).lines())
    return Evidence(SAVED, "as it was published", lines) if lines else None


def _days(since: str, until: str) -> int:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).days
