"""Whether the directory that an instance's users live in works."""

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
WORKING = frozenset({"Active", "Updating"})
MAKING = frozenset({"Requested", "Creating", "Created"})

COMPANY = thing("connect.instance", IdentityManagementType="EXISTING_DIRECTORY", InstanceAlias="example")
OTHER = thing("ds.directory", id="d-9999999999", Alias="other", Type="MicrosoftAD", Stage="Failed")


def _directory(stage: str, **more: Any) -> Thing:
    return thing("ds.directory", id="d-1111111111", Alias="example", Stage=stage, **more)


def _evidence(stage: str) -> Evidence:
    return Evidence("Stage", "Active", stage, "ds.directory d-1111111111")


@rule(
    id="CONNECT-IDN-010",
    severity=Severity.HIGH,
    severity_reason="Without the directory nobody can sign in; which directory it is was inferred from the alias.",
    kind="connect.instance",
    reads={"connect.instance": (TYPE, "InstanceAlias"), "ds.directory": ("Alias", "Stage")},
    fix=Fix(
        console='In Directory Service open the directory and follow the advice under "Directory status".',
        cli="aws ds describe-directories --directory-ids DIRECTORY_ID shows the reason as StageReason",
        note=(
            "No API can move an instance to another directory. No API says which directory an instance uses either: "
            "it was found by its alias, which Connect takes over."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/directory-service.html",
        "https://docs.aws.amazon.com/directoryservice/latest/devguide/API_DirectoryDescription.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateInstance.html",
    ),
    interpretive={"nist": ("IA-2",), "soc2": ("A1.2",)},
    examples=(
        passes("an active directory", COMPANY, _directory("Active"), OTHER),
        passes("it stays at work while it is updated", COMPANY, _directory("Updating")),
        fails("impaired", COMPANY, _directory("Impaired"), OTHER, _evidence("Impaired")),
        fails("inoperable", COMPANY, _directory("Inoperable"), _evidence("Inoperable")),
        fails("being deleted", COMPANY, _directory("Deleting"), _evidence("Deleting")),
        fails(
            "being restored, when nobody can sign in either",
            COMPANY,
            _directory("Restoring"),
            _evidence("Restoring"),
        ),
        unknown("directories are not readable", COMPANY, unread("ds.directory", "ds:DescribeDirectories")),
        unknown("none has the instance's alias", COMPANY, OTHER),
        unknown(
            "the instance has no alias",
            thing("connect.instance", IdentityManagementType="EXISTING_DIRECTORY", InstanceAlias=""),
            _directory("Active"),
        ),
        unknown("the stage is not in the answer", COMPANY, thing("ds.directory", id="d-1", Alias="example")),
        not_applicable("the directory is still being made", COMPANY, _directory("Creating")),
        not_applicable(
            "users come from a SAML provider",
            thing("connect.instance", IdentityManagementType="SAML"),
            _directory("Failed"),
        ),
    ),
)
def directory_is_active(instance: Seen, around: Around) -> Outcome:
    """The directory with the instance's alias is active (inferred: no API names it).

    Agents of such an instance sign in with what the directory knows of them. While it is impaired or gone they cannot
    sign in, and an instance cannot be moved to another directory: users would be lost with it.
    """
    if instance.get(TYPE) != "EXISTING_DIRECTORY":
        return NotApplicable("its users do not live in a directory")
    alias = instance.get("InstanceAlias")
    directory = next((one for one in around.all("ds.directory") if alias and one.get("Alias") == alias), None)
    stage = directory.get("Stage") if directory else None
    if directory is None or stage is None:
        cause = Cause(Reason.UNDECIDED, "ds:DescribeDirectories", "no directory has the instance's alias")
        raise Unread(cause, "ds.directory")
    if stage in MAKING:
        return NotApplicable(f"the directory is still being made ({stage})")
    if stage in WORKING:
        return Pass()
    return Fail.at("Stage", expected="Active", actual=stage, cites=directory)
