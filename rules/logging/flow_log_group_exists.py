"""Where flow logs go."""

from auditor.model import Cause, Reason
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
    Unread,
    fails,
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

INSTANCE = thing("connect.instance", InstanceAlias="example")
ON = thing("connect.instance_attribute", AttributeType="CONTACTFLOW_LOGS", Value="true")
OFF = thing("connect.instance_attribute", AttributeType="CONTACTFLOW_LOGS", Value="false")
GROUP = "/aws/connect/example"
ARN = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/connect/example"
FOUND = thing("logs.log_group", id=GROUP, arn=f"{ARN}:*")
OTHER = thing("logs.log_group", id=f"{GROUP}2", arn=f"{ARN}2:*")


@rule(
    id="CONNECT-LOG-002",
    severity=Severity.HIGH,
    severity_reason="Logging looks enabled everywhere, and nothing is written.",
    kind="connect.instance",
    reads={
        "connect.instance": ("InstanceAlias",),
        "connect.instance_attribute": ("Value",),
        "logs.log_group": ("arn",),
    },
    fix=Fix(
        console="In CloudWatch, create a log group with exactly this name in the Region of the instance.",
        cli="aws logs create-log-group --log-group-name /aws/connect/ALIAS --region REGION",
        cloudformation="AWS::Logs::LogGroup: LogGroupName: /aws/connect/ALIAS",
        terraform='aws_cloudwatch_log_group: name = "/aws/connect/ALIAS"',
        note=(
            "Connect makes the group when flow logs are turned on. Once somebody has deleted it, it has to be made "
            "by hand; logs of the time between are lost."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-logs-stored-in-cloudwatch.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-logs.html",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html",
    ),
    interpretive={"nist": ("AU-12",), "iso27001": ("A.8.15",)},
    examples=(
        passes("the log group exists", INSTANCE, ON, FOUND),
        passes(
            "the log group of an instance whose alias begins like another's",
            thing("connect.instance", InstanceAlias="example2"),
            ON,
            OTHER,
            missing("logs.log_group", GROUP),
        ),
        fails(
            "the log group was deleted",
            INSTANCE,
            ON,
            missing("logs.log_group", GROUP),
            Evidence("logGroupName", GROUP, None, f"logs.log_group {GROUP}"),
        ),
        fails(
            "only the group of another instance exists",
            INSTANCE,
            ON,
            OTHER,
            missing("logs.log_group", GROUP),
            Evidence("logGroupName", GROUP, None, f"logs.log_group {GROUP}"),
        ),
        unknown(
            "log groups are not readable",
            INSTANCE,
            ON,
            unread("logs.log_group", "logs:DescribeLogGroups", GROUP),
        ),
        unknown(
            "nobody could look for the log group",
            INSTANCE,
            ON,
            thing("logs.log_group", id=GROUP, unread={"arn": "logs:DescribeLogGroups"}),
        ),
        unknown(
            "attributes are not readable",
            INSTANCE,
            unread("connect.instance_attribute", "connect:ListInstanceAttributes"),
            FOUND,
        ),
        unknown("AWS does not list the attribute", INSTANCE, FOUND),
        not_applicable("flow logs are off", INSTANCE, OFF, missing("logs.log_group", GROUP)),
        not_applicable("the instance has no alias", thing("connect.instance", InstanceAlias=""), ON),
    ),
)
def flow_log_group_exists(instance: Seen, around: Around) -> Outcome:
    """The flow log group exists.

    Connect writes flow logs to the group /aws/connect/ followed by the instance's alias. When somebody deletes that
    group, Connect writes nothing more and does not make the group again, while the instance still says that logs are
    enabled. It is usually noticed on the day the logs are needed.
    """
    logs = around.one("connect.instance_attribute", "CONTACTFLOW_LOGS")
    if logs is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes"), "CONTACTFLOW_LOGS")
    if logs.get("Value") != "true":
        return NotApplicable("flow logs are off (CONNECT-LOG-001 judges that)")
    alias = instance.get("InstanceAlias")
    if not alias:
        return NotApplicable("the instance has no alias, so its log group has no name")
    name = f"/aws/connect/{alias}"
    group = around.one("logs.log_group", name)
    # A group that nobody was allowed to look for is no proof: only an answer from CloudWatch holds its ARN.
    if group is not None and group.get("arn"):
        return Pass()
    return Fail((Evidence("logGroupName", name, None, f"logs.log_group {name}"),))
