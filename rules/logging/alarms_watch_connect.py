"""Who is told when calls are refused or flows break."""

from typing import Any

from auditor.model import Cause, Reason
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    Unread,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

NAMESPACE = "AWS/Connect"
SHARE = "ConcurrentCallsPercentage"
OF_CALLS = (
    "CallBackNotDialableNumber",
    "CallRecordingUploadError",
    "CallsBreachingConcurrencyQuota",
    SHARE,
    "MisconfiguredPhoneNumbers",
    "ThrottledCalls",
)
"""What an instance without calls counts nothing in."""
KNOWN = (
    *OF_CALLS,
    "ChatsBreachingActiveChatQuota",
    "ConcurrentActiveChatsPercentage",
    "ConcurrentTasksPercentage",
    "ContactFlowErrors",
    "ContactFlowFatalErrors",
    "QueueCapacityExceededError",
    "TasksBreachingConcurrencyQuota",
)
DEFAULT = [
    "CallRecordingUploadError",
    SHARE,
    "ContactFlowFatalErrors",
    "MisconfiguredPhoneNumbers",
    "ThrottledCalls",
]
INSTANCE_ID = "11111111-2222-3333-4444-555555555555"
INSTANCE = thing("connect.instance")
CHATS = thing("connect.instance", InboundCallsEnabled=False, OutboundCallsEnabled=False)
TOPIC = "arn:aws:sns:us-east-1:111122223333:operations"


def _alarm(metric: str, *, instance: str = INSTANCE_ID, acts: bool = True, **more: Any) -> Thing:
    said = {
        "Namespace": NAMESPACE,
        "MetricName": metric,
        "Dimensions": [
            {"Name": "InstanceId", "Value": instance},
            {"Name": "MetricGroup", "Value": "VoiceCalls"},
        ],
        "Threshold": 0.8 if metric == SHARE else 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "ActionsEnabled": True,
        "AlarmActions": [TOPIC] if acts else [],
        **more,
    }
    return thing("cloudwatch.alarm", id=f"{metric}-{instance[:4]}", **said)


def _on_expression(*metrics: dict[str, Any]) -> Thing:
    return thing(
        "cloudwatch.alarm",
        id="expression",
        Metrics=list(metrics),
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        ActionsEnabled=True,
        AlarmActions=[TOPIC],
    )


ALL = tuple(_alarm(metric) for metric in DEFAULT)
FLOWS = _alarm("ContactFlowFatalErrors")
ONLY_FLOWS = {"metrics_watched": ["ContactFlowFatalErrors"]}


def _none(metric: str) -> Evidence:
    return Evidence(f"alarms on {metric}", "at least one", [])


@rule(
    id="CONNECT-LOG-009",
    severity=Severity.MEDIUM,
    severity_reason="Contacts go on; but callers who are refused, or cut off by a broken flow, are noticed late.",
    kind="connect.instance",
    reads={
        "connect.instance": ("Id", "InboundCallsEnabled", "OutboundCallsEnabled"),
        "cloudwatch.alarm": (
            "ActionsEnabled",
            "AlarmActions",
            "ComparisonOperator",
            "Dimensions",
            "MetricName",
            "Metrics",
            "Namespace",
            "Threshold",
        ),
    },
    params=(
        Param(
            "metrics_watched",
            DEFAULT,
            "The metrics that must have an alarm, those of calls only where calls are on. An empty list judges "
            "nothing, where another product watches them.",
            type="list",
            choices=KNOWN,
        ),
    ),
    fix=Fix(
        console="In CloudWatch, create an alarm on the metric of the namespace AWS/Connect, with a topic to notify.",
        cli=(
            "aws cloudwatch put-metric-alarm --alarm-name NAME --namespace AWS/Connect --metric-name "
            "ConcurrentCallsPercentage --dimensions Name=InstanceId,Value=INSTANCE_ID "
            "Name=MetricGroup,Value=VoiceCalls --statistic Maximum --period 60 --evaluation-periods 1 --threshold 0.8 "
            "--comparison-operator GreaterThanOrEqualToThreshold --alarm-actions TOPIC_ARN"
        ),
        cloudformation="AWS::CloudWatch::Alarm: Namespace: AWS/Connect",
        terraform='aws_cloudwatch_metric_alarm: namespace = "AWS/Connect"',
        note=(
            "ConcurrentCallsPercentage is a share between 0 and 1, other than those of chats and tasks, which go to "
            "100. Where another product or another account watches the metrics, set the parameter metrics_watched."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/monitoring-cloudwatch.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
    ),
    published={"nist": ("AU-6(1)", "AU-6(5)", "SI-4(5)", "SI-4(12)", "IR-4")},
    interpretive={"iso27001": ("A.8.16",), "soc2": ("CC7.2",)},
    examples=(
        passes("an alarm on each metric", INSTANCE, *ALL),
        passes("only the metric that is asked for", INSTANCE, FLOWS, **ONLY_FLOWS),
        passes(
            "an alarm on an expression over the metric",
            INSTANCE,
            _on_expression(
                {"Id": "all", "Expression": "SUM(METRICS())", "ReturnData": True},
                {
                    "Id": "one",
                    "MetricStat": {
                        "Metric": {
                            "Namespace": NAMESPACE,
                            "MetricName": "ContactFlowFatalErrors",
                            "Dimensions": [{"Name": "InstanceId", "Value": INSTANCE_ID}],
                        },
                        "Period": 60,
                        "Stat": "Sum",
                    },
                },
            ),
            **ONLY_FLOWS,
        ),
        passes(
            "an alarm on a query over the flows of all instances",
            INSTANCE,
            _on_expression(
                {
                    "Id": "q",
                    "Expression": 'SELECT SUM(ContactFlowFatalErrors) FROM SCHEMA("AWS/Connect", InstanceId)',
                }
            ),
            **ONLY_FLOWS,
        ),
        passes(
            "an alarm on the share below a threshold above one is another matter",
            INSTANCE,
            _alarm(SHARE, Threshold=1.0, ComparisonOperator="GreaterThanOrEqualToThreshold"),
            metrics_watched=[SHARE],
        ),
        passes("an instance for chats has no calls to count", CHATS, FLOWS),
        fails("no alarm for an instance for chats", CHATS, _none("ContactFlowFatalErrors")),
        fails("no alarm", INSTANCE, *(_none(metric) for metric in DEFAULT)),
        fails(
            "an alarm on another instance, or another metric",
            INSTANCE,
            _alarm("ContactFlowFatalErrors", instance="99999999-2222-3333-4444-555555555555"),
            _alarm("QueueSize"),
            _none("ContactFlowFatalErrors"),
            **ONLY_FLOWS,
        ),
        fails(
            "an alarm on another service's metric of that name",
            INSTANCE,
            _alarm("ContactFlowFatalErrors", Namespace="Example"),
            _none("ContactFlowFatalErrors"),
            **ONLY_FLOWS,
        ),
        fails(
            "a threshold of 80 for a share that never exceeds 1",
            INSTANCE,
            _alarm(SHARE, Threshold=80.0),
            Evidence("Threshold", "at most 1, a share", 80.0, f"cloudwatch.alarm {SHARE}-1111"),
            metrics_watched=[SHARE],
        ),
        unknown("alarms are not readable", INSTANCE, unread("cloudwatch.alarm", "cloudwatch:DescribeAlarms")),
        unknown(
            "the only alarm does nothing itself; a composite alarm may act for it",
            INSTANCE,
            _alarm("ContactFlowFatalErrors", acts=False),
            **ONLY_FLOWS,
        ),
        not_applicable("another product watches", INSTANCE, metrics_watched=[]),
        not_applicable("only metrics of calls, without calls", CHATS, metrics_watched=[SHARE]),
    ),
)
def alarms_watch_connect(instance: Seen, around: Around) -> Outcome:
    """Alarms watch the critical metrics of Amazon Connect.

    When the quota of concurrent calls is reached callers hear a busy signal; when a flow fails they are cut off; when
    recordings cannot be uploaded they are lost. Connect counts each of these in CloudWatch and tells nobody. With an
    alarm the people on duty know within minutes, without one from complaints.
    """
    calls = (instance.get("InboundCallsEnabled"), instance.get("OutboundCallsEnabled")) != (False, False)
    metrics = [one for one in around.params["metrics_watched"] if calls or one not in OF_CALLS]
    if not metrics:
        return NotApplicable("no metric is to be watched here (parameter metrics_watched)")
    alarms = around.all("cloudwatch.alarm")
    failures, silent = [], []
    for metric in metrics:
        watching = [alarm for alarm in alarms if _watches(alarm, metric, instance.get("Id"))]
        acting = [alarm for alarm in watching if alarm.get("ActionsEnabled") and alarm.get("AlarmActions")]
        useless = [alarm for alarm in acting if metric == SHARE and _never_fires(alarm)]
        if not watching:
            failures.append(Fail((_none(metric),), discriminator=metric))
        elif not acting:
            silent.append(metric)
        elif len(useless) == len(acting):
            seen = tuple(
                Evidence("Threshold", "at most 1, a share", one.get("Threshold"), one.cited)
                for one in useless
            )
            failures.append(Fail(seen, discriminator=f"{metric} threshold"))
    if silent and not failures:
        words = f"the alarms on {', '.join(silent)} act by themselves on nothing; a composite alarm may act for them"
        raise Unread(Cause(Reason.NOT_POPULATED, "cloudwatch:DescribeAlarms", words), "composite alarms")
    return failures


def _watches(alarm: Seen, metric: str, instance: str) -> bool:
    """Whether an alarm looks at a metric of this instance, by itself or within an expression."""
    if alarm.get("MetricName"):
        said = {name: alarm.get(name) for name in ("Namespace", "MetricName", "Dimensions")}
        return _is(said, metric, instance)
    parts = alarm.get("Metrics") or ()
    if any(_is(part.get("MetricStat", {}).get("Metric", {}), metric, instance) for part in parts):
        return True
    # A search or a query names its metric in a text; without the id of an instance it means all of them.
    texts = [str(part.get("Expression", "")) for part in parts]
    return any(NAMESPACE in text and metric in text for text in texts) and (
        any(instance in text for text in texts)
        or not any("InstanceId=" in text.replace(" ", "") for text in texts)
    )


def _is(said: Any, metric: str, instance: str) -> bool:
    dimensions = {one["Name"]: one["Value"] for one in said.get("Dimensions") or ()}
    named = (said.get("Namespace"), said.get("MetricName"), dimensions.get("InstanceId"))
    return named == (NAMESPACE, metric, instance)


def _never_fires(alarm: Seen) -> bool:
    """Whether an alarm waits for a share to exceed more than the whole."""
    above = str(alarm.get("ComparisonOperator", "")).startswith("GreaterThan")
    return bool(alarm.get("MetricName") and above and (alarm.get("Threshold") or 0) > 1)
