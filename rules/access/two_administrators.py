"""Who helps when the only administrator is away."""

from auditor.permissions import administrative
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

INSTANCE = thing("connect.instance")
ADMIN = thing("connect.security_profile", id="sp-admin", SecurityProfileName="Admin", Permissions=[])
RENAMED = thing(
    "connect.security_profile",
    id="sp-platform",
    SecurityProfileName="Platform team",
    Permissions=["SecurityProfiles.Edit", "Users.Create", "Users.EditPermission"],
)
AGENT = thing(
    "connect.security_profile", id="sp-agent", SecurityProfileName="Agent", Permissions=["BasicAgentAccess"]
)
HOLDERS = "users holding an administrative security profile"


def _user(name: str, *profiles: str) -> Thing:
    return thing("connect.user", id=f"u-{name}", Username=name, SecurityProfileIds=[*profiles])


@rule(
    id="CONNECT-ACC-002",
    severity=Severity.LOW,
    severity_reason="Nothing is wrong until the one administrator is away, and AWS has an emergency sign-in for then.",
    opt_in="A small or trial instance has one administrator and needs no second.",
    kind="connect.instance",
    reads={
        "connect.instance": (),
        "connect.security_profile": ("SecurityProfileName", "Permissions"),
        "connect.user": ("SecurityProfileIds", "Username"),
    },
    fix=Fix(
        console="On the admin website open Users > User management and give a second person the Admin profile.",
        cli=(
            "aws connect update-user-security-profiles --instance-id INSTANCE_ID --user-id USER_ID "
            "--security-profile-ids ADMIN_PROFILE_ID"
        ),
        cloudformation="AWS::Connect::User: SecurityProfileArns with the administrative profile",
        terraform="aws_connect_user: security_profile_ids with the administrative profile",
        note=(
            "Until there is a second one, anybody who may call connect:AdminGetEmergencyAccessToken can sign in from "
            "the AWS console in an emergency."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/emergency-admin-login.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/default-security-profiles.html",
    ),
    examples=(
        passes(
            "two administrators", INSTANCE, ADMIN, AGENT, _user("ana", "sp-admin"), _user("ben", "sp-admin")
        ),
        passes(
            "two administrators through two profiles",
            INSTANCE,
            ADMIN,
            RENAMED,
            _user("ana", "sp-admin"),
            _user("ben", "sp-platform"),
        ),
        fails(
            "one administrator",
            INSTANCE,
            ADMIN,
            AGENT,
            _user("ana", "sp-admin"),
            _user("ben", "sp-agent"),
            Evidence(HOLDERS, "at least 2", ["ana"]),
        ),
        fails(
            "one administrator with two administrative profiles",
            INSTANCE,
            ADMIN,
            RENAMED,
            _user("ana", "sp-admin", "sp-platform"),
            Evidence(HOLDERS, "at least 2", ["ana"]),
        ),
        unknown("users are not readable", INSTANCE, ADMIN, unread("connect.user", "connect:ListUsers")),
        unknown(
            "security profiles are not readable",
            INSTANCE,
            unread("connect.security_profile", "connect:ListSecurityProfiles"),
            _user("ana", "sp-admin"),
        ),
        not_applicable("nobody is an administrator", INSTANCE, ADMIN, AGENT, _user("ben", "sp-agent")),
    ),
)
def two_administrators(_instance: Seen, around: Around) -> Outcome:
    """At least two users are administrators.

    With a single administrator, one illness or one lost password leaves nobody who can close a queue, move a number
    or let a new colleague in while customers call. AWS names exactly this case as the reason for its emergency
    sign-in, which needs rights in IAM that contact centre staff seldom have.
    """
    powerful = {one.id for one in around.all("connect.security_profile") if administrative(one)}
    holders = [one for one in around.all("connect.user") if powerful & set(one.get("SecurityProfileIds", ()))]
    if not holders:
        return NotApplicable("nobody is an administrator: CONNECT-ACC-001 judges that")
    if len(holders) > 1:
        return Pass()
    return Fail.at(HOLDERS, expected="at least 2", actual=[holders[0].get("Username", holders[0].id)])
