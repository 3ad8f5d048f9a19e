"""Whether flows leave a trace."""

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Pass,
    Seen,
    Severity,
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

INSTANCE = thing("connect.instance")
ON = thing("connect.instance_attribute", AttributeType="CONTACTFLOW_LOGS", Value="true")
OFF = thing("connect.instance_attribute", AttributeType="CONTACTFLOW_LOGS", Value="false")
CALLS = thing("connect.instance_attribute", AttributeType="INBOUND_CALLS", Value="true")
CITED = "connect.instance_attribute CONTACTFLOW_LOGS"


@rule(
    id="CONNECT-LOG-001",
    severity=Severity.MEDIUM,
    severity_reason="Contacts are served without logs; what is lost is the means to find out what went wrong.",
    kind="connect.instance",
    reads={"connect.instance": (), "connect.instance_attribute": ("Value",)},
    fix=Fix(
        console='On the instance\'s page choose "Flows" and select "Enable flow logs".',
        cli=(
            "aws connect update-instance-attribute --instance-id INSTANCE_ID --attribute-type CONTACTFLOW_LOGS "
            "--value true"
        ),
        cloudformation="AWS::Connect::Instance: Attributes.ContactflowLogs: true",
        terraform="aws_connect_instance: contact_flow_logs_enabled = true",
        note=(
            "Instances made by the API, CloudFormation or Terraform start with flow logs off; those made in the "
            'console start with them on. A flow writes logs only after a "Set logging behavior" block turned them on.'
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-logs.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/connect-controls.html",
        "https://docs.aws.amazon.com/config/latest/developerguide/connect-instance-logging-enabled.html",
    ),
    published={"fsbp": ("Connect.2",)},
    interpretive={"iso27001": ("A.8.15",)},
    examples=(
        passes("flow logs are on", INSTANCE, ON),
        passes("flow logs are on, among other attributes", INSTANCE, CALLS, ON),
        fails("an instance made by the API", INSTANCE, OFF, Evidence("Value", "true", "false", CITED)),
        fails("other attributes are on", INSTANCE, CALLS, OFF, Evidence("Value", "true", "false", CITED)),
        unknown(
            "attributes are not readable",
            INSTANCE,
            unread("connect.instance_attribute", "connect:ListInstanceAttributes"),
        ),
        unknown("AWS does not list the attribute", INSTANCE, CALLS),
        not_applicable(
            "the creation failed", thing("connect.instance", InstanceStatus="CREATION_FAILED"), OFF
        ),
    ),
)
def flow_logs_are_enabled(_instance: Seen, around: Around) -> Outcome:
    """Flow logs are enabled.

    A flow log shows each step that a contact took, what a Lambda function answered and which branch was chosen. When
    callers are cut off or reach the wrong queue, it is often the only trace. Nothing is written for the time before
    logs were enabled.
    """
    logs = around.one("connect.instance_attribute", "CONTACTFLOW_LOGS")
    if logs is None:
        raise Unread(Cause(Reason.NOT_POPULATED, "connect:ListInstanceAttributes"), "CONTACTFLOW_LOGS")
    if logs.get("Value") == "true":
        return Pass()
    return Fail.at("Value", expected="true", actual=logs.get("Value"), cites=logs)
