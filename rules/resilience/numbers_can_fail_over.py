"""Whether numbers follow when a Region fails."""

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
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

GROUP_ARN = "arn:aws:connect:us-east-1:111122223333:traffic-distribution-group/tdg-1"
INSTANCE_ARN = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
WANTED = "the ARN of a traffic distribution group"
OWN = thing("connect.traffic_distribution_group", id="tdg-1", Name="calls", IsDefault=False)
DEFAULT = thing("connect.traffic_distribution_group", id="tdg-0", Name="default", IsDefault=True)
FOLLOWS = thing("connect.phone_number", id="pn-1", TargetArn=GROUP_ARN, PhoneNumberType="DID")
STAYS = thing("connect.phone_number", id="pn-1", TargetArn=INSTANCE_ARN, PhoneNumberType="DID")
SOURCE = thing(
    "connect.instance",
    ReplicationConfiguration={
        "ReplicationStatusSummaryList": [
            {"Region": "us-west-2", "ReplicationStatus": "INSTANCE_REPLICATION_COMPLETE"}
        ]
    },
)


@rule(
    id="CONNECT-RES-007",
    severity=Severity.HIGH,
    severity_reason="When the Region fails, this number rings there and nowhere else.",
    kind="connect.phone_number",
    reads={
        "connect.phone_number": ("TargetArn", "PhoneNumberType"),
        "connect.instance": ("ReplicationConfiguration",),
        "connect.traffic_distribution_group": ("IsDefault",),
    },
    params=(
        Param(
            "numbers_that_stay",
            [],
            "Ids of phone numbers that may stay with the instance, as for calling out.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="On the admin website under Channels > Phone numbers, move the number to the group.",
        cli="aws connect update-phone-number --phone-number-id NUMBER_ID --target-arn GROUP_ARN",
        cloudformation="AWS::Connect::PhoneNumber: TargetArn",
        terraform="aws_connect_phone_number: target_arn",
        note=(
            "Not every type of number in every country can be moved to a group. Both Regions need a flow for it. Name "
            "numbers that stay on purpose in the parameter numbers_that_stay."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/get-started-connect-global-resiliency.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/claim-phone-numbers-traffic-distribution-groups.html",
    ),
    interpretive={"nist": ("CP-8",), "iso27001": ("A.5.30",), "soc2": ("A1.2",)},
    examples=(
        passes("a number of the group", FOLLOWS, SOURCE, DEFAULT, OWN),
        passes("a number of the group, seen from a Region without a replica", FOLLOWS, OWN),
        fails("a number of the instance", STAYS, OWN, Evidence("TargetArn", WANTED, INSTANCE_ARN)),
        fails(
            "a replicated instance that moves no number at all",
            STAYS,
            SOURCE,
            DEFAULT,
            Evidence("TargetArn", WANTED, INSTANCE_ARN),
        ),
        unknown(
            "groups are not readable",
            STAYS,
            unread("connect.traffic_distribution_group", "connect:ListTrafficDistributionGroups"),
        ),
        unknown(
            "nobody can tell whether there is a replica",
            STAYS,
            thing("connect.instance", unread={"ReplicationConfiguration": "connect:DescribeInstance"}),
        ),
        not_applicable("an instance in one Region", STAYS),
        not_applicable("a number that stays on purpose", STAYS, SOURCE, OWN, numbers_that_stay=["pn-1"]),
        not_applicable(
            "a short code takes messages only",
            thing("connect.phone_number", id="pn-1", TargetArn=INSTANCE_ARN, PhoneNumberType="SHORT_CODE"),
            SOURCE,
            OWN,
        ),
        not_applicable("a group that AWS made by itself", STAYS, DEFAULT),
    ),
)
def numbers_can_fail_over(number: Seen, around: Around) -> Outcome:
    """With a replica, the number belongs to a traffic distribution group.

    A group moves its numbers to the other Region with one command. A number that was claimed for the instance itself
    is not moved: its callers hear nothing until the Region is back, while everybody believes in the replica.
    """
    groups = around.all("connect.traffic_distribution_group")
    distributed = any(not group.get("IsDefault") for group in groups)
    if not distributed and not around.instance.get("ReplicationConfiguration"):
        return NotApplicable("the instance has no replica and no traffic distribution group of its own")
    target = number.get("TargetArn") or ""
    if ":traffic-distribution-group/" in target:
        return Pass()
    if number.id in around.params["numbers_that_stay"]:
        return NotApplicable("it stays on purpose (parameter numbers_that_stay)")
    if number.get("PhoneNumberType") == "SHORT_CODE":
        return NotApplicable("a short code takes no calls")
    return Fail.at("TargetArn", expected=WANTED, actual=target)
