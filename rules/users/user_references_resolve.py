"""What users refer to."""

from collections.abc import Iterator
from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
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

ROUTING = "RoutingProfileId"
SECURITY = "SecurityProfileIds"
ONE_ROUTING = "a routing profile that exists"
SOME_SECURITY = "at least one security profile, all of which exist"
SOME_USER = "at least one user, as there are numbers"

INSTANCE = thing("connect.instance")
BASIC = thing("connect.routing_profile", id="rp-1", Name="Basic")
AGENT = thing("connect.security_profile", id="sp-1", SecurityProfileName="Agent")
NUMBER = thing("connect.phone_number", id="pn-1", PhoneNumberType="DID")


def _user(routing: str | None = "rp-1", security: tuple[str, ...] = ("sp-1",), **more: Any) -> Thing:
    said: dict[str, Any] = {ROUTING: routing} if routing else {}
    return thing("connect.user", id="u-1", Username="ana", SecurityProfileIds=list(security), **said, **more)


@rule(
    id="CONNECT-USR-001",
    severity=Severity.MEDIUM,
    severity_reason="One user cannot work as meant; the others go on.",
    kind="connect.instance",
    reads={
        "connect.instance": (),
        "connect.user": (ROUTING, SECURITY),
        "connect.routing_profile": (),
        "connect.security_profile": (),
        "connect.phone_number": (),
    },
    fix=Fix(
        console="On the admin website open Users > User management, the user, and choose the profiles again.",
        cli=(
            "aws connect update-user-routing-profile, or aws connect update-user-security-profiles, with --instance-id "
            "INSTANCE_ID --user-id USER_ID"
        ),
        cloudformation="AWS::Connect::User: RoutingProfileArn and SecurityProfileArns",
        terraform="aws_connect_user: routing_profile_id and security_profile_ids",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/user-management.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_User.html",
    ),
    interpretive={"nist": ("AC-2",), "iso27001": ("A.5.18",)},
    examples=(
        passes("both profiles exist", INSTANCE, _user(), BASIC, AGENT, NUMBER),
        passes("a test instance without numbers and users", INSTANCE, BASIC, AGENT),
        passes(
            "users are enough: nobody needs the numbers then",
            INSTANCE,
            _user(),
            BASIC,
            AGENT,
            unread("connect.phone_number", "connect:ListPhoneNumbersV2"),
        ),
        fails(
            "a routing profile that was deleted",
            INSTANCE,
            _user("rp-9"),
            BASIC,
            AGENT,
            Evidence(ROUTING, ONE_ROUTING, "rp-9", "connect.user u-1"),
        ),
        fails(
            "one of two security profiles was deleted",
            INSTANCE,
            _user(security=("sp-1", "sp-9")),
            BASIC,
            AGENT,
            Evidence(SECURITY, SOME_SECURITY, ["sp-9"], "connect.user u-1"),
        ),
        fails(
            "neither is set",
            INSTANCE,
            _user(None, ()),
            BASIC,
            AGENT,
            Evidence(ROUTING, ONE_ROUTING, None, "connect.user u-1"),
            Evidence(SECURITY, SOME_SECURITY, [], "connect.user u-1"),
        ),
        fails(
            "numbers, and nobody to answer", INSTANCE, NUMBER, BASIC, AGENT, Evidence("users", SOME_USER, 0)
        ),
        unknown(
            "users are not readable", INSTANCE, unread("connect.user", "connect:ListUsers"), BASIC, AGENT
        ),
        unknown(
            "routing profiles are not readable",
            INSTANCE,
            _user(),
            unread("connect.routing_profile", "connect:ListRoutingProfiles"),
            AGENT,
        ),
        unknown(
            "a user could not be described",
            INSTANCE,
            thing(
                "connect.user",
                id="u-1",
                unread={ROUTING: "connect:DescribeUser", SECURITY: "connect:DescribeUser"},
            ),
            BASIC,
            AGENT,
        ),
        not_applicable(
            "the instance is still being created",
            thing("connect.instance", InstanceStatus="CREATION_IN_PROGRESS"),
        ),
    ),
)
def user_references_resolve(_instance: Seen, around: Around) -> Outcome:
    """There are users, and every profile that they refer to exists.

    The routing profile decides which calls an agent gets, the security profiles what a person may do. With a
    reference to one that was deleted an agent gets no calls, or cannot open the softphone, although everything about
    the user looks right. An instance with numbers and without users has nobody to take a call.
    """
    users = around.all("connect.user")
    routing = {one.id for one in around.all("connect.routing_profile")}
    security = {one.id for one in around.all("connect.security_profile")}
    if not users and around.all("connect.phone_number"):
        return Fail.at("users", expected=SOME_USER, actual=0, discriminator="users")
    return [failure for user in users for failure in _failures(user, routing, security)] or Pass()


def _failures(user: Seen, routing: set[str], security: set[str]) -> Iterator[Fail]:
    evidence = []
    profile = user.get(ROUTING)
    if profile not in routing:
        evidence.append(Evidence(ROUTING, ONE_ROUTING, profile, user.cited))
    held = user.get(SECURITY) or []
    gone = [one for one in held if one not in security]
    if gone or not held:
        evidence.append(Evidence(SECURITY, SOME_SECURITY, gone, user.cited))
    if evidence:
        yield Fail(tuple(evidence), discriminator=user.id)
