"""Whose key encrypts flow logs."""

from typing import Any

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
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

PATH = "kmsKeyId"
GROUP = "/aws/connect/example"
INSTANCE = thing("connect.instance", InstanceAlias="example")
KEY = "arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444444444444"


def _group(name: str = GROUP, key: str = "") -> Thing:
    said: dict[str, Any] = {PATH: key} if key else {}
    return thing(
        "logs.log_group", id=name, arn=f"arn:aws:logs:us-east-1:111122223333:log-group:{name}:*", **said
    )


def _evidence(name: str = GROUP) -> Evidence:
    return Evidence(PATH, "the ARN of a KMS key", None, f"logs.log_group {name}")


@rule(
    id="CONNECT-LOG-004",
    severity=Severity.LOW,
    severity_reason="CloudWatch Logs encrypts everything with its own key; what is missing is control over the key.",
    kind="connect.instance",
    reads={
        "connect.instance": ("InstanceAlias",),
        "logs.log_group": ("arn", PATH),
    },
    fix=Fix(
        cli="aws logs associate-kms-key --log-group-name /aws/connect/ALIAS --kms-key-id KEY_ARN",
        cloudformation="AWS::Logs::LogGroup: KmsKeyId",
        terraform="aws_cloudwatch_log_group: kms_key_id",
        note=(
            "The console cannot set the key of a log group that exists. The key's policy must let "
            "logs.REGION.amazonaws.com use it; if the key is later disabled, its logs cannot be read. Logs that "
            "exist already keep the encryption that they were written with."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-logs-stored-in-cloudwatch.html",
    ),
    interpretive={"nist": ("SC-28",), "iso27001": ("A.8.24",), "hipaa": ("164.312(a)(2)(iv)",)},
    examples=(
        passes("the log group has a key", INSTANCE, _group(key=KEY)),
        passes(
            "the log group of an instance whose alias begins like another's",
            thing("connect.instance", InstanceAlias="example2"),
            _group(f"{GROUP}2", KEY),
            _group(),
        ),
        fails("the log group has no key", INSTANCE, _group(), _evidence()),
        fails(
            "only the group of another instance has a key",
            INSTANCE,
            _group(),
            _group(f"{GROUP}2", KEY),
            _evidence(),
        ),
        unknown(
            "log groups are not readable",
            INSTANCE,
            unread("logs.log_group", "logs:DescribeLogGroups", GROUP),
        ),
        not_applicable("the log group does not exist", INSTANCE, missing("logs.log_group", GROUP)),
        not_applicable("the instance has no alias", thing("connect.instance", InstanceAlias="")),
    ),
)
def flow_logs_have_a_key(instance: Seen, around: Around) -> Outcome:
    """The flow log group is encrypted with a customer managed key.

    Flow logs hold contact attributes and what callers typed, unless a flow turns logging off around it. With a key
    of your own whoever reads the logs needs the right to use the key as well, and taking that right away closes the
    logs to everybody at once.
    """
    alias = instance.get("InstanceAlias")
    if not alias:
        return NotApplicable("the instance has no alias, so its log group has no name")
    group = around.one("logs.log_group", f"/aws/connect/{alias}")
    if group is None or not group.get("arn"):
        return NotApplicable("the log group does not exist (CONNECT-LOG-002 judges that)")
    if group.get(PATH):
        return Pass()
    return Fail.at(PATH, expected="the ARN of a KMS key", actual=None, cites=group)
