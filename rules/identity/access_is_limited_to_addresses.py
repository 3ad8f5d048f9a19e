"""From where people may sign in."""

from ipaddress import ip_network

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
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

ALLOWED = "AllowedIps"
PARAM = "allowed_ips"
OFFICES = ["192.0.2.0/24", "2001:db8::/32"]


def _profile(*ips: str) -> Thing:
    return thing("connect.authentication_profile", id="ap-1", Name="Default", AllowedIps=list(ips))


def _evidence(actual: list[str], wanted: list[str] = OFFICES) -> Evidence:
    return Evidence(ALLOWED, f"addresses inside {', '.join(wanted)}", actual)


@rule(
    id="CONNECT-IDN-015",
    severity=Severity.MEDIUM,
    severity_reason="It takes a stolen sign-in as well; where people work from home, the addresses cannot be limited.",
    kind="connect.authentication_profile",
    reads={"connect.authentication_profile": (ALLOWED,)},
    opt_in="The API is a preview that AWS enables for an account, and where agents work from home it cannot be wanted.",
    params=(
        Param(
            PARAM,
            [],
            "Ranges of addresses from which people may sign in, such as 192.0.2.0/24; profiles may allow less.",
            type="list",
            form="network",
        ),
    ),
    fix=Fix(
        console='On the instance\'s page choose "Authentication profiles", the profile, and enter the allowed ranges.',
        cli=(
            "aws connect update-authentication-profile --instance-id INSTANCE_ID --authentication-profile-id "
            "PROFILE_ID --allowed-ips RANGE ..."
        ),
        note=(
            "The API is a preview, which AWS Support enables. Neither CloudFormation nor Terraform has a resource for "
            "it. The emergency login is not limited by it: see CONNECT-IDN-016."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/authentication-profiles.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_AuthenticationProfile.html",
    ),
    interpretive={"nist": ("AC-3", "SC-7"), "iso27001": ("A.8.5",), "soc2": ("CC6.6",)},
    examples=(
        passes("what was set", _profile(*OFFICES), allowed_ips=OFFICES),
        passes(
            "less than that, and a single address",
            _profile("192.0.2.64/26", "192.0.2.7"),
            allowed_ips=OFFICES,
        ),
        passes("an address with bits beyond its range", _profile("192.0.2.5/25"), allowed_ips=OFFICES),
        fails("everywhere", _profile(), _evidence([]), allowed_ips=OFFICES),
        fails("everywhere, in writing", _profile("0.0.0.0/0"), _evidence(["0.0.0.0/0"]), allowed_ips=OFFICES),
        fails(
            "one range too many",
            _profile("192.0.2.0/24", "198.51.100.0/24"),
            _evidence(["198.51.100.0/24"]),
            allowed_ips=OFFICES,
        ),
        fails(
            "a wider range than what was set",
            _profile("192.0.0.0/16"),
            _evidence(["192.0.0.0/16"], ["192.0.2.0/24"]),
            allowed_ips=["192.0.2.0/24"],
        ),
        unknown(
            "the profile could not be described",
            thing(
                "connect.authentication_profile",
                id="ap-1",
                unread={ALLOWED: "connect:DescribeAuthenticationProfile"},
            ),
            allowed_ips=OFFICES,
        ),
        not_applicable("no addresses were set", _profile("0.0.0.0/0")),
    ),
)
def access_is_limited_to_addresses(profile: Seen, around: Around) -> Outcome:
    """People can sign in only from the addresses that were set.

    An empty list lets everybody in from everywhere. Where agents work in offices, a list of the offices' addresses
    makes a stolen password or session useless elsewhere, so that nobody outside hears recordings or takes calls.
    """
    wanted = around.params[PARAM]
    if not wanted:
        return NotApplicable(f"no addresses were set (parameter {PARAM})")
    said = profile.get(ALLOWED) or []
    beyond = [one for one in said if not _inside(one, wanted)]
    if said and not beyond:
        return Pass()
    return Fail.at(ALLOWED, expected=f"addresses inside {', '.join(wanted)}", actual=beyond)


def _inside(range_: str, wanted: list[str]) -> bool:
    """Whether one range, or one address, lies inside one of the others."""
    network = ip_network(range_, strict=False)
    for one in wanted:
        outer = ip_network(one, strict=False)
        if (
            network.version == outer.version
            and int(outer.network_address) <= int(network.network_address)
            and int(network.broadcast_address) <= int(outer.broadcast_address)
        ):
            return True
    return False
