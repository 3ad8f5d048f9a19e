"""Who can give themselves everything."""

from auditor.permissions import ALL_POWERFUL, administrative
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
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

INSTANCE = thing("connect.instance")
ADMIN = thing(
    "connect.security_profile", id="sp-admin", SecurityProfileName="Admin", Permissions=[*ALL_POWERFUL]
)
AGENT = thing(
    "connect.security_profile", id="sp-agent", SecurityProfileName="Agent", Permissions=["BasicAgentAccess"]
)
RENAMED = thing(
    "connect.security_profile",
    id="sp-platform",
    SecurityProfileName="Platform team",
    Permissions=[*ALL_POWERFUL, "Queues.View"],
)
ANA = thing("connect.user", id="u-ana", Username="ana", SecurityProfileIds=["sp-admin", "sp-agent"])
BEN = thing("connect.user", id="u-ben", Username="ben", SecurityProfileIds=["sp-agent"])
SIX = [
    thing("connect.user", id=f"u-{number}", Username=f"admin{number}", SecurityProfileIds=["sp-admin"])
    for number in range(6)
]
HOLDERS = "users holding an administrative security profile"


@rule(
    id="CONNECT-ACC-001",
    severity=Severity.HIGH,
    severities=(Severity.MEDIUM,),
    severity_reason=(
        "An administrator can read every recording, change every flow and make further administrators. Too few of them "
        "let nobody in who should stay out, and an emergency login is left: medium."
    ),
    kind="connect.instance",
    reads={
        "connect.instance": (),
        "connect.security_profile": ("SecurityProfileName", "Permissions"),
        "connect.user": ("SecurityProfileIds", "Username"),
    },
    params=(
        Param(
            "admin_min",
            1,
            "The least number of administrators; 0 where nobody signs in as one.",
            minimum=0,
            maximum=10000,
        ),
        Param(
            "admin_max",
            5,
            "The greatest number of administrators.",
            minimum=0,
            maximum=10000,
            not_below="admin_min",
        ),
    ),
    fix=Fix(
        console="Under Users > User management, give people who need less another security profile.",
        cli=(
            "aws connect update-user-security-profiles --instance-id INSTANCE_ID --user-id USER_ID "
            "--security-profile-ids PROFILE_ID"
        ),
        cloudformation="AWS::Connect::User: SecurityProfileArns without the administrative profile",
        terraform="aws_connect_user: security_profile_ids without the administrative profile",
        note=(
            "Keep one administrator who can sign in when the identity provider is down. Users who are hidden from "
            "the auditor by tag-based access control are not counted: give its role unrestricted read access."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/default-security-profiles.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/connect-security-profiles.html",
    ),
    interpretive={
        "nist": ("AC-6(5)",),
        "iso27001": ("A.8.2",),
        "soc2": ("CC6.3",),
    },
    examples=(
        passes("one administrator", INSTANCE, ADMIN, AGENT, ANA, BEN),
        passes(
            "the profile called Admin counts whatever it allows",
            INSTANCE,
            thing(
                "connect.security_profile",
                id="sp-admin",
                SecurityProfileName="Admin",
                unread={"Permissions": "connect:ListSecurityProfilePermissions"},
            ),
            AGENT,
            ANA,
            BEN,
        ),
        passes(
            "the administrative profile has another name, and no permission beyond those that count",
            INSTANCE,
            thing(
                "connect.security_profile",
                id="sp-platform",
                SecurityProfileName="Platform team",
                Permissions=sorted(ALL_POWERFUL),
            ),
            AGENT,
            thing("connect.user", id="u-cem", Username="cem", SecurityProfileIds=["sp-platform"]),
        ),
        passes(
            "a user with two administrative profiles is one administrator",
            INSTANCE,
            ADMIN,
            RENAMED,
            thing("connect.user", id="u-dua", Username="dua", SecurityProfileIds=["sp-admin", "sp-platform"]),
            admin_max=1,
        ),
        passes("six where six are accepted", INSTANCE, ADMIN, *SIX, admin_max=6),
        passes("nobody signs in as an administrator on purpose", INSTANCE, ADMIN, AGENT, BEN, admin_min=0),
        fails(
            "six administrators",
            INSTANCE,
            ADMIN,
            AGENT,
            BEN,
            *SIX,
            Evidence(HOLDERS, "1 to 5", ["admin0", "admin1", "admin2", "admin3", "admin4", "admin5"]),
        ),
        fails("no administrator", INSTANCE, ADMIN, AGENT, BEN, Evidence(HOLDERS, "1 to 5", [])),
        fails(
            "too many through a renamed profile",
            INSTANCE,
            ADMIN,
            RENAMED,
            ANA,
            thing("connect.user", id="u-cem", Username="cem", SecurityProfileIds=["sp-platform"]),
            Evidence(HOLDERS, "1 to 1", ["ana", "cem"]),
            admin_max=1,
        ),
        unknown("users are not readable", INSTANCE, ADMIN, unread("connect.user", "connect:ListUsers")),
        unknown(
            "nobody can tell what another profile allows",
            INSTANCE,
            ADMIN,
            thing(
                "connect.security_profile",
                id="sp-other",
                SecurityProfileName="Supervisor",
                unread={"Permissions": "connect:ListSecurityProfilePermissions"},
            ),
            ANA,
        ),
        not_applicable(
            "the instance is still being created",
            thing("connect.instance", InstanceStatus="CREATION_IN_PROGRESS"),
        ),
    ),
)
def few_administrators(_instance: Seen, around: Around) -> Outcome:
    """The number of administrators is within bounds.

    Whoever may create users and edit their permissions can give anybody everything: listen to every call, change
    every flow, delete recordings. With many such people a stolen password or a mistake reaches the whole contact
    centre; with none, nobody can help when something breaks. A profile counts as administrative when it is called
    Admin, or when it may create users, change their permissions and edit security profiles, whatever its name.
    """
    powerful = {profile.id for profile in around.all("connect.security_profile") if administrative(profile)}
    holders = [
        user for user in around.all("connect.user") if powerful & set(user.get("SecurityProfileIds", ()))
    ]
    least, most = around.params["admin_min"], around.params["admin_max"]
    if least <= len(holders) <= most:
        return Pass()
    # Names only now: where they are masked, the count can still be judged.
    names = sorted(user.get("Username", user.id) for user in holders)
    severity = Severity.MEDIUM if len(holders) < least else None
    return Fail((Evidence(HOLDERS, f"{least} to {most}", names),), severity=severity)
