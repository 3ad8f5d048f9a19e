"""How long flow logs are kept."""

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
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

DAYS = "retentionInDays"
GROUP = "/aws/connect/example"
CITED = f"logs.log_group {GROUP}"
INSTANCE = thing("connect.instance", InstanceAlias="example")


def _group(days: int | None) -> Thing:
    said: dict[str, Any] = {} if days is None else {DAYS: days}
    return thing(
        "logs.log_group", id=GROUP, arn=f"arn:aws:logs:us-east-1:111122223333:log-group:{GROUP}:*", **said
    )


@rule(
    id="CONNECT-LOG-003",
    severity=Severity.MEDIUM,
    severities=(Severity.LOW,),
    severity_reason=(
        "Logs that are gone too soon are missed when an incident is found late. Logs that are kept for too long, or "
        "for ever, cost money and hold what callers typed: low."
    ),
    kind="connect.instance",
    reads={
        "connect.instance": ("InstanceAlias",),
        "logs.log_group": ("arn", DAYS),
    },
    params=(
        Param(
            "log_retention_days_min",
            365,
            "Days that flow logs must be kept at least.",
            minimum=0,
            maximum=36500,
        ),
        Param(
            "log_retention_days_max",
            3653,
            "Days after which flow logs must be gone. 0: they may be kept for ever.",
            minimum=0,
            maximum=36500,
            not_below="log_retention_days_min",
            unbounded=0,
        ),
    ),
    fix=Fix(
        console="In CloudWatch, open the log group and edit its retention setting.",
        cli="aws logs put-retention-policy --log-group-name /aws/connect/ALIAS --retention-in-days 400",
        cloudformation="AWS::Logs::LogGroup: RetentionInDays",
        terraform="aws_cloudwatch_log_group: retention_in_days",
        note=(
            "A shorter period deletes older logs within days. To manage the group in CloudFormation or Terraform it "
            "has to be imported: Connect made it when flow logs were turned on."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-best-practices.html",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
    ),
    published={"nist": ("AU-10", "AU-11", "AU-6(3)", "AU-6(4)", "CA-7", "SI-12")},
    interpretive={
        "pci": ("10.5.1",),
        "iso27001": ("A.8.15",),
        "gdpr": ("Art. 5(1)(e)",),
        "lgpd": ("Art. 15", "Art. 16"),
    },
    examples=(
        passes("kept for 400 days", INSTANCE, _group(400)),
        passes("kept for exactly a year", INSTANCE, _group(365)),
        passes("kept for ever where that is accepted", INSTANCE, _group(None), log_retention_days_max=0),
        passes("kept for a month where a month is enough", INSTANCE, _group(30), log_retention_days_min=30),
        fails("kept for a month", INSTANCE, _group(30), Evidence(DAYS, "at least 365", 30, CITED)),
        fails(
            "kept for ever, as a new log group is",
            INSTANCE,
            _group(None),
            Evidence(DAYS, "at most 3653", "never expires", CITED),
        ),
        fails(
            "kept for longer than it may",
            INSTANCE,
            _group(1096),
            Evidence(DAYS, "at most 731", 1096, CITED),
            log_retention_days_max=731,
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
def flow_log_retention(instance: Seen, around: Around) -> Outcome:
    """Flow logs are kept for as long as they must be, and no longer than they may.

    A new log group keeps everything for ever. Flow logs hold contact attributes and what callers typed, so each year
    adds personal data that nobody needs, and cost. A period that is too short deletes the only trace of what a flow
    did before an error or a fraud comes to light.
    """
    alias = instance.get("InstanceAlias")
    if not alias:
        return NotApplicable("the instance has no alias, so its log group has no name")
    group = around.one("logs.log_group", f"/aws/connect/{alias}")
    if group is None or not group.get("arn"):
        return NotApplicable("the log group does not exist (CONNECT-LOG-002 judges that)")
    least, most = around.params["log_retention_days_min"], around.params["log_retention_days_max"]
    days = group.get(DAYS)
    if days is not None and days < least:
        return Fail.at(DAYS, expected=f"at least {least}", actual=days, cites=group, discriminator="short")
    if not most or (days is not None and days <= most):
        return Pass()
    return Fail.at(
        DAYS,
        expected=f"at most {most}",
        actual=days or "never expires",
        cites=group,
        severity=Severity.LOW,
        discriminator="long",
    )
