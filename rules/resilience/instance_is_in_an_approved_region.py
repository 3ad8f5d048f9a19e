"""Where an instance is."""

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
)

EAST = thing("connect.instance")
FRANKFURT = thing(
    "connect.instance",
    Arn="arn:aws:connect:eu-central-1:111122223333:instance/11111111-2222-3333-4444-555555555555",
)


@rule(
    id="CONNECT-RES-009",
    severity=Severity.MEDIUM,
    severity_reason="Where data is kept is a promise to customers; whether it matters depends on what was promised.",
    kind="connect.instance",
    reads={"connect.instance": ("Arn",)},
    params=(
        Param(
            "approved_regions",
            [],
            "Regions that instances may be in; none given: nothing is judged.",
            type="list",
            form="region",
        ),
    ),
    fix=Fix(
        console="Create an instance in an approved Region, move numbers, users and flows to it, and delete this one.",
        cli="aws connect create-instance --region REGION, and aws connect delete-instance --instance-id INSTANCE_ID",
        cloudformation="AWS::Connect::Instance in a stack of an approved Region",
        terraform="aws_connect_instance with a provider of an approved Region",
        note="No API moves an instance. A service control policy can refuse Connect in other Regions from the start.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-bp.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/regions.html",
    ),
    interpretive={"iso27001": ("A.5.34",), "gdpr": ("Art. 44",), "lgpd": ("Art. 33",)},
    examples=(
        passes("the only approved Region", EAST, approved_regions=["us-east-1"]),
        passes("one of two approved Regions", FRANKFURT, approved_regions=["eu-central-1", "eu-west-2"]),
        fails(
            "a Region that nobody approved",
            EAST,
            Evidence("Region of Arn", "one of eu-central-1, eu-west-2", "us-east-1"),
            approved_regions=["eu-west-2", "eu-central-1"],
        ),
        fails(
            "another Region of the same continent",
            FRANKFURT,
            Evidence("Region of Arn", "one of eu-west-2", "eu-central-1"),
            approved_regions=["eu-west-2"],
        ),
        unknown(
            "the instance is not readable",
            thing("connect.instance", unread={"Arn": "connect:DescribeInstance"}),
            approved_regions=["us-east-1"],
        ),
        not_applicable("no Region was approved", EAST),
    ),
)
def instance_is_in_an_approved_region(instance: Seen, around: Around) -> Outcome:
    """The instance is in an approved Region.

    Recordings, transcripts and profiles of customers are kept in the Region of their instance, and an instance never
    moves. One that somebody made elsewhere for a test, and that took over real calls, keeps real customers' data there.
    """
    approved = sorted(around.params["approved_regions"])
    if not approved:
        return NotApplicable("no Region was approved: name some in the parameter approved_regions")
    region = instance.get("Arn").split(":")[3]
    if region in approved:
        return Pass()
    return Fail.at("Region of Arn", expected=f"one of {', '.join(approved)}", actual=region)
