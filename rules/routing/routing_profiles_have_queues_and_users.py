"""Who gets contacts, and from where."""

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

QUEUES, MANUAL, USERS = (
    "NumberOfAssociatedQueues",
    "NumberOfAssociatedManualAssignmentQueues",
    "NumberOfAssociatedUsers",
)


def _profile(users: int, queues: int, manual: int = 0, **more: Any) -> Thing:
    numbers = {USERS: users, QUEUES: queues, MANUAL: manual}
    return thing("connect.routing_profile", id="rp-1", **{"Name": "Sales", **numbers, **more})


@rule(
    id="CONNECT-RTG-008",
    severity=Severity.LOW,
    severity_reason=(
        "Agents who get nothing from any queue notice it on their first day, and for supervisors it may be meant. A "
        "profile that nobody has is untidy."
    ),
    kind="connect.routing_profile",
    reads={"connect.routing_profile": ("Name", "IsDefault", QUEUES, MANUAL, USERS)},
    params=(
        Param(
            "without_queues",
            [],
            "Names of the routing profiles whose users need no queue: they supervise, only call out, or only get "
            "transfers.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="On the admin website open Users > Routing profiles and add queues, or delete the profile.",
        cli=(
            "aws connect associate-routing-profile-queues --instance-id INSTANCE_ID --routing-profile-id PROFILE_ID "
            "--queue-configs 'QueueReference={QueueId=QUEUE_ID,Channel=VOICE},Priority=1,Delay=0'"
        ),
        cloudformation="AWS::Connect::RoutingProfile: QueueConfigs",
        terraform="aws_connect_routing_profile: queue_configs",
        note="Name profiles that need no queue in the parameter without_queues.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/routing-profiles.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_RoutingProfile.html",
    ),
    examples=(
        passes("agents and queues", _profile(4, 3)),
        passes("agents who pick contacts themselves", _profile(4, 0, 2)),
        fails("agents without a queue", _profile(4, 0), Evidence(QUEUES, "at least 1", 0)),
        fails("a profile that no agent has", _profile(0, 3), Evidence(USERS, "at least 1", 0)),
        fails("neither queue nor agent", _profile(0, 0), Evidence(USERS, "at least 1", 0)),
        fails(
            "a default profile that agents have, emptied of its queue",
            _profile(4, 0, Name="Basic Routing Profile", IsDefault=True),
            Evidence(QUEUES, "at least 1", 0),
        ),
        unknown(
            "the numbers are not readable",
            thing(
                "connect.routing_profile",
                id="rp-1",
                Name="Sales",
                unread=dict.fromkeys((QUEUES, MANUAL, USERS), "connect:DescribeRoutingProfile"),
            ),
        ),
        not_applicable(
            "nobody has the profile that comes with the instance",
            _profile(0, 1, Name="Basic Routing Profile", IsDefault=True),
        ),
        not_applicable(
            "agents who only call out", _profile(4, 0, Name="Callers"), without_queues=["Callers"]
        ),
    ),
)
def routing_profiles_have_queues_and_users(profile: Seen, around: Around) -> Outcome:
    """Every routing profile has queues, and agents who serve them.

    A routing profile decides which queues' contacts an agent gets. One without a queue leaves its agents idle while
    callers wait elsewhere. One without agents is a copy from a project that ended, and is easily taken for the one in
    use by whoever adds the next queue.
    """
    if not profile.get(USERS):
        if profile.get("IsDefault") or profile.get("Name") == "Basic Routing Profile":
            return NotApplicable("nobody needs to have the profile that comes with the instance")
        return Fail.at(USERS, expected="at least 1", actual=profile.get(USERS))
    if profile.get(QUEUES) or profile.get(MANUAL):
        return Pass()
    if profile.get("Name") in around.params["without_queues"]:
        return NotApplicable("its agents need no queue (parameter without_queues)")
    return Fail.at(QUEUES, expected="at least 1", actual=profile.get(QUEUES))
