"""Who counts as an administrator, and what a profile needs approval for."""

import pytest

from auditor.examples import snapshot_of
from auditor.model import Cause, Key, Place, Reason, Resource, Unread
from auditor.permissions import ALL_POWERFUL, USERS, administrative, only_in_approved, permissions_of
from auditor.rule import Around, Example, Fail, NotApplicable, Pass, Seen, Severity, Verdict, thing

PLACE = Place("111122223333", "us-east-1", "11111111-2222-3333-4444-555555555555")
FIELDS = ("SecurityProfileName", "Permissions")
USER = thing("connect.user", id="u-1", SecurityProfileIds=["sp-1"])


def profile(name, *permissions, unread=None):
    key = Key(PLACE, "connect.security_profile", "sp-1")
    return Seen(Resource(key, {FIELDS[0]: name, FIELDS[1]: [*permissions]}, unread=unread or {}), FIELDS)


def around(*things, approved=("Admin",)):
    snapshot = snapshot_of(Example("e", Verdict.PASS, thing("connect.instance"), things))
    return Around(
        PLACE, {"approved_profiles": [*approved]}, snapshot, {"connect.user": ("SecurityProfileIds",)}
    )


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (profile("Admin"), True),
        (profile("Platform team", *ALL_POWERFUL, "Queues.View"), True),
        (profile("Joiners", "Users.Create", "Users.EditPermission"), False),
        (profile("admin"), False),
    ],
)
def test_an_administrator_is_known_by_the_name_or_by_the_permissions(one, expected):
    assert administrative(one) is expected


def test_a_permission_that_nobody_has_heard_of_is_data():
    assert permissions_of(profile("New", "Hovercraft.Launch")) == {"Hovercraft.Launch"}
    assert only_in_approved(profile("New", "Hovercraft.Launch"), around(USER), USERS) == Pass()


def test_approval_goes_by_name():
    one = profile("Joiners", "Users.Create")
    assert only_in_approved(one, around(USER, approved=("Joiners",)), USERS) == Pass()
    found = only_in_approved(one, around(USER), USERS)
    assert isinstance(found, Fail)
    assert [evidence.actual for evidence in found.evidence] == [["Users.Create"], 1]
    assert found.severity is None


def test_a_profile_that_nobody_holds_is_less_bad():
    found = only_in_approved(profile("Joiners", "Users.Create"), around(approved=()), USERS)
    assert isinstance(found, Fail)
    assert found.severity is Severity.LOW
    assert "in no profile" in found.evidence[0].expected


def test_permissions_that_were_not_read_are_not_none():
    one = profile("Joiners", unread={"Permissions": Cause(Reason.DENIED, "connect:X")})
    with pytest.raises(Unread):
        only_in_approved(one, around(USER), USERS)


def test_what_aws_supplies_and_nobody_holds_is_nobodys_doing():
    one = profile("CallCenterManager", "Users.Create")
    assert isinstance(only_in_approved(one, around(), USERS), NotApplicable)
    assert isinstance(only_in_approved(one, around(USER), USERS), Fail)
