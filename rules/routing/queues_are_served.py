"""Queues in which contacts wait for nobody."""

from typing import Any

from auditor.flows import action, content
from auditor.queue_senders import READS, senders_of
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
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

PROFILE = "connect.routing_profile"
AUTOMATIC, MANUAL = "AssociatedQueueIds", "AssociatedManualAssignmentQueueIds"
OUTBOUND, USERS = "DefaultOutboundQueueId", "NumberOfAssociatedUsers"
QUEUE_ARN = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555/queue/q-1"


def _queue(status: str = "ENABLED", name: str = "Sales") -> Thing:
    return thing("connect.queue", id="q-1", Name=name, Status=status)


def _profile(users: int = 4, **queues: Any) -> Thing:
    return thing(PROFILE, id="rp-1", Name="Sales agents", NumberOfAssociatedUsers=users, **queues)


def _flow(queue: str, kind: str = "UpdateContactTargetQueue", id: str = "cf-1", **more: str) -> Thing:
    said: dict[str, Any] = {"Name": "Main line", "State": "ACTIVE", "Status": "PUBLISHED", **more}
    steps = (action("queue", kind, "end", QueueId=queue), action("end", "DisconnectParticipant"))
    return thing("connect.contact_flow", id=id, Content=content(*steps), **said)


def _nobody(*profiles: str) -> Evidence:
    wanted = "at least one that agents have"
    return Evidence("routing profiles that have the queue", wanted, [*profiles])


def _sent_by(*names: str) -> Evidence:
    return Evidence("what sends contacts to it", [], [*names])


BUTTON = thing(
    "connect.quick_connect",
    id="qc-1",
    Name="Second line",
    QuickConnectConfig={"QuickConnectType": "QUEUE", "QueueConfig": {"QueueId": "q-1"}},
)


@rule(
    id="CONNECT-RTG-002",
    severity=Severity.HIGH,
    severities=(Severity.LOW,),
    severity_reason=(
        "Callers wait for somebody who can never come, and hear music until they hang up. Nothing sends contacts to "
        "it: low."
    ),
    kind="connect.queue",
    reads={
        "connect.queue": ("Name", "Status"),
        PROFILE: ("Name", AUTOMATIC, MANUAL, OUTBOUND, USERS),
        **READS,
    },
    fix=Fix(
        console="On the admin website open Users > Routing profiles and add the queue to the profile of its agents.",
        cli=(
            "aws connect associate-routing-profile-queues --instance-id INSTANCE_ID --routing-profile-id PROFILE_ID "
            "--queue-configs 'QueueReference={QueueId=QUEUE_ID,Channel=VOICE},Priority=1,Delay=0'"
        ),
        cloudformation="AWS::Connect::RoutingProfile: QueueConfigs with the queue",
        terraform="aws_connect_routing_profile: queue_configs with the queue",
        note=(
            "Disable a queue that nobody uses (aws connect update-queue-status --status DISABLED). What programs and "
            "campaigns put into a queue is not seen here."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/concepts-queue-based-routing.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/routing-profiles.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_SearchRoutingProfiles.html",
    ),
    examples=(
        passes("agents have it in their routing profile", _queue(), _profile(AssociatedQueueIds=["q-1"])),
        passes(
            "agents pick contacts from it themselves",
            _queue(),
            _profile(AssociatedQueueIds=["q-2"], AssociatedManualAssignmentQueueIds=["q-1"]),
            _flow("q-1"),
        ),
        passes(
            "nobody needs to read flows to see that it is served",
            _queue(),
            _profile(AssociatedQueueIds=["q-1"]),
            unread("connect.contact_flow", "connect:ListContactFlows"),
        ),
        fails(
            "a flow sends callers there, and no agent has it",
            _queue(),
            _profile(AssociatedQueueIds=["q-2"]),
            _flow(QUEUE_ARN),
            _nobody(),
            _sent_by("flow Main line"),
        ),
        fails(
            "only a profile without agents has it",
            _queue(),
            _profile(0, AssociatedQueueIds=["q-1"]),
            _flow("q-1", "CreateCallbackContact"),
            BUTTON,
            _nobody("Sales agents (no agents)"),
            _sent_by("flow Main line", "quick connect Second line"),
        ),
        fails(
            "sent there by one flow, while another chooses queues as it runs",
            _queue(),
            _flow("q-1"),
            thing(
                "connect.contact_flow_module",
                id="m-1",
                Name="Choose",
                State="ACTIVE",
                Status="PUBLISHED",
                Content=content(
                    action("queue", "UpdateContactTargetQueue", "end", QueueId="$.Attributes.queue"),
                    action("end", "EndFlowModuleExecution"),
                ),
            ),
            _nobody(),
            _sent_by("flow Main line"),
        ),
        fails("nothing sends contacts there either", _queue(), _profile(), _nobody(), _sent_by()),
        fails(
            "flows only ask how it is doing, or are drafts or samples",
            _queue(),
            _flow("q-1", "GetMetricData"),
            _flow("q-1", id="cf-2", Status="SAVED"),
            _flow("q-1", id="cf-3", Name="Sample queue customer"),
            _nobody(),
            _sent_by(),
        ),
        unknown(
            "routing profiles are not readable", _queue(), unread(PROFILE, "connect:ListRoutingProfiles")
        ),
        unknown(
            "flows are not readable", _queue(), unread("connect.contact_flow", "connect:ListContactFlows")
        ),
        unknown(
            "modules are not readable",
            _queue(),
            unread("connect.contact_flow_module", "connect:ListContactFlowModules"),
        ),
        not_applicable(
            "no agent has it, and a flow that chooses queues as it runs may send there",
            _queue(),
            _flow("$.Attributes.queue"),
        ),
        not_applicable("agents only call out from it", _queue(), _profile(DefaultOutboundQueueId="q-1")),
        not_applicable(
            "the queue that comes with the instance lies idle", _queue(name="BasicQueue"), _profile()
        ),
        not_applicable("it is disabled", _queue("DISABLED"), _flow("q-1")),
    ),
)
def queues_are_served(queue: Seen, around: Around) -> Outcome:
    """Every enabled queue is in a routing profile that agents have.

    Contacts in a queue are offered to the agents whose routing profile has that queue. Where none has it, nobody is
    ever offered them: callers hear music and the assurance that somebody will be with them shortly, until they hang
    up. It happens when a team is merged and its flow is forgotten.
    """
    if queue.get("Status") == "DISABLED":
        return NotApplicable("it is disabled (CONNECT-RTG-003 looks at what is sent there)")
    having = {
        profile.id: profile
        for path in (AUTOMATIC, MANUAL)
        for profile in around.naming(PROFILE, path, queue.id)
    }
    if any(profile.get(USERS) for profile in having.values()):
        return Pass()
    senders = senders_of(queue, around)
    if not senders.names:
        if around.naming(PROFILE, OUTBOUND, queue.id):
            return NotApplicable("agents call out from it, and nothing sends contacts there")
        if senders.open:
            return NotApplicable(
                "no agent has it; nobody can tell whether flows that choose a queue come here"
            )
        if queue.get("Name") == "BasicQueue":
            return NotApplicable("it came with the instance, and nothing sends contacts there")
    idle = [f"{profile.get('Name', profile.id)} (no agents)" for profile in having.values()]
    evidence = (
        Evidence("routing profiles that have the queue", "at least one that agents have", sorted(idle)),
        Evidence("what sends contacts to it", [], list(senders.names)),
    )
    return Fail(evidence, severity=None if senders.names else Severity.LOW)
