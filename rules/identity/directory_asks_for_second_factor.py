"""Whether the directory that users live in asks for a second factor."""

from typing import Any

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

TYPE = "IdentityManagementType"
COMPANY = thing("connect.instance", IdentityManagementType="EXISTING_DIRECTORY", InstanceAlias="example")


def _directory(status: str = "", type: str = "MicrosoftAD", alias: str = "example") -> Thing:
    more: dict[str, Any] = {"RadiusStatus": status} if status else {}
    return thing("ds.directory", id=f"d-{alias}", Alias=alias, Type=type, **more)


def _evidence(status: str | None) -> Evidence:
    return Evidence("RadiusStatus", "Completed", status, "ds.directory d-example")


@rule(
    id="CONNECT-IDN-011",
    severity=Severity.MEDIUM,
    severity_reason="A stolen password is then enough to sign in; it takes one, and the directory's own rules remain.",
    kind="connect.instance",
    reads={"connect.instance": (TYPE, "InstanceAlias"), "ds.directory": ("Alias", "Type", "RadiusStatus")},
    opt_in="A company may ask for the second factor elsewhere, such as on the network that leads to Connect.",
    fix=Fix(
        console='In Directory Service open the directory, "Networking & security", and enable multi-factor '
        "authentication with the RADIUS server.",
        cli="aws ds enable-radius --directory-id DIRECTORY_ID --radius-settings ...",
        note="Simple AD cannot do it. Neither CloudFormation nor Terraform has a resource for it.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-bp.html",
        "https://docs.aws.amazon.com/directoryservice/latest/admin-guide/ms_ad_mfa.html",
        "https://docs.aws.amazon.com/directoryservice/latest/admin-guide/ad_connector_mfa.html",
    ),
    interpretive={
        "nist": ("IA-2(1)", "IA-2(2)"),
        "pci": ("8.4.2",),
        "iso27001": ("A.8.5",),
        "hipaa": ("164.312(d)",),
        "soc2": ("CC6.1",),
    },
    examples=(
        passes("a RADIUS server is asked", COMPANY, _directory("Completed")),
        passes("an AD Connector", COMPANY, _directory("Completed", "ADConnector"), _directory(alias="other")),
        fails("none", COMPANY, _directory(), _directory("Completed", alias="other"), _evidence(None)),
        fails("it could not be reached", COMPANY, _directory("Failed"), _evidence("Failed")),
        unknown("directories are not readable", COMPANY, unread("ds.directory", "ds:DescribeDirectories")),
        unknown("none has the instance's alias", COMPANY, _directory("Completed", alias="other")),
        not_applicable("a Simple AD cannot do it", COMPANY, _directory(type="SimpleAD")),
        not_applicable("it is being set up", COMPANY, _directory("Creating")),
        not_applicable(
            "users come from a SAML provider, whose second factor nobody sees from here",
            thing("connect.instance", IdentityManagementType="SAML"),
        ),
    ),
)
def directory_asks_for_second_factor(instance: Seen, around: Around) -> Outcome:
    """The directory with the instance's alias asks for a second factor (inferred).

    The pages where agents sign in are open to the whole internet. With nothing but a password, whoever has guessed or
    stolen one hears recordings and reads customers' data. Which directory an instance uses is not in any API: it is
    found by its alias.
    """
    if instance.get(TYPE) != "EXISTING_DIRECTORY":
        return NotApplicable("its users do not live in a directory")
    alias = instance.get("InstanceAlias")
    directory = next((one for one in around.all("ds.directory") if alias and one.get("Alias") == alias), None)
    if directory is None:
        cause = Cause(Reason.UNDECIDED, "ds:DescribeDirectories", "no directory has the instance's alias")
        raise Unread(cause, "ds.directory")
    if directory.get("Type") == "SimpleAD":
        return NotApplicable("a Simple AD cannot ask for a second factor")
    status = directory.get("RadiusStatus")
    if status == "Completed":
        return Pass()
    if status == "Creating":
        return NotApplicable("it is being set up")
    return Fail.at("RadiusStatus", expected="Completed", actual=status, cites=directory)
