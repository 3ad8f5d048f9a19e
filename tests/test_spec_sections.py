"""What the table of a spec's sections says beyond the fields that AWS has."""

from dataclasses import replace
from typing import Any

import pytest

from auditor.model import Cause, Key, Place, Reason, Resource, Snapshot
from auditor.public_key import fingerprint
from auditor.spec.compare import Wanted, differences
from auditor.spec.drift import Change
from auditor.spec.portrait import Portrait
from auditor.spec.sections import SECTIONS
from auditor.whatif import laid_over
from tests.spec_data import PLACE, REGION

ARN = f"arn:aws:connect:us-east-1:123456789012:instance/{PLACE.instance_id}"
BOT = "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/KLMNOPQRST"
INSTANCE = Resource(Key(PLACE, "connect.instance", PLACE.instance_id), {"InstanceAlias": "prod"}, "prod", ARN)
DENIED = Cause(Reason.DENIED, "test:Denied")


def one(kind: str, identity: str, place: Place = PLACE, **data: Any) -> Resource:
    return Resource(Key(place, kind, identity), data)


def user(name: str, *profiles: str) -> Resource:
    return one("connect.user", f"u-{name}", Username=name, SecurityProfileIds=list(profiles))


ADMIN = one("connect.security_profile", "sp-1", SecurityProfileName="Admin")
AGENT = one("connect.security_profile", "sp-2", SecurityProfileName="Agent")
PEOPLE = (ADMIN, AGENT, user("ana", "sp-1", "sp-2"), user("ben", "sp-2"))


def portrait(*resources: Resource, instance: Resource = INSTANCE, **more: Any) -> Portrait:
    complete = frozenset((place, section.kind) for section in SECTIONS for place in (PLACE, REGION))
    return Portrait(Snapshot("", "aws", resources=(instance, *resources), complete=complete, **more), PLACE)


def drift(said: dict[str, Any], seen: Portrait) -> list[tuple[str, Change]]:
    return [(drift.name or drift.path, drift.change) for drift in differences(Wanted(said), seen)]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"exhaustive": True, "ana": None}, []),
        (["ana"], []),
        ({"exhaustive": True}, [("ana", Change.DELETE)]),
        (["ben"], [("ben", Change.CREATE)]),
        ({"ana": {"absent": True}}, [("ana", Change.DELETE)]),
    ],
)
def test_administrators_are_those_who_have_the_profile(said: Any, found: list[Any]) -> None:
    assert drift({"administrators": said}, portrait(*PEOPLE)) == found


@pytest.mark.parametrize(
    "unread",
    [
        (ADMIN, replace(user("ana"), unread={"SecurityProfileIds": DENIED})),
        (user("ana", "sp-1"),),
    ],
)
def test_whether_somebody_is_an_administrator_may_not_be_known(unread: tuple[Resource, ...]) -> None:
    seen = portrait(*unread)
    if ADMIN not in unread:
        kept = frozenset(one for one in seen.snapshot.complete if one[1] != "connect.security_profile")
        seen = Portrait(replace(seen.snapshot, complete=kept), PLACE)
    assert drift({"administrators": ["ana"]}, seen) == [("ana", Change.UNKNOWN)]


def test_a_change_of_administrators_changes_what_users_may_do() -> None:
    seen = portrait(*PEOPLE)
    wanted = Wanted({"administrators": {"exhaustive": True, "ben": None, "new": None}})
    after = laid_over(seen.snapshot, seen, differences(wanted, seen))
    held = {one.data["Username"]: one.data["SecurityProfileIds"] for one in after.seen(PLACE, "connect.user")}
    assert held == {"ana": ["sp-2"], "ben": ["sp-2", "sp-1"], "new": ["sp-1"]}


def quota(value: float, about: str = "") -> Resource:
    where = {"QuotaContext": {"ContextId": about}} if about else {}
    identity = f"L-1/{about}"
    return one("service_quotas.quota", identity, REGION, QuotaName="Queues", Value=value, **where)


@pytest.mark.parametrize(
    ("quotas", "least", "enough"),
    [
        ((quota(100),), 100, True),
        ((quota(100),), 50, True),
        ((quota(100),), 101, False),
        ((quota(100), quota(200, ARN)), 200, True),
        ((quota(300), quota(200, ARN)), 300, False),
        ((quota(300, f"{ARN[:-1]}9"), quota(100)), 200, False),
        ((quota(100, "*"),), 100, True),
    ],
)
def test_a_quota_is_enough_where_it_is_not_less(
    quotas: tuple[Resource, ...], least: int, enough: bool
) -> None:
    found = drift({"quotas": {"Queues": least}}, portrait(*quotas))
    assert found == ([] if enough else [("Queues", Change.MANUAL)])


def bots(*neighbours: Resource, **more: Any) -> Portrait:
    association = one("connect.lex_bot", f"V2/{BOT}", LexVersion="V2", LexV2Bot={"AliasArn": BOT})
    return portrait(association, *neighbours, **more)


def test_a_bot_is_called_by_its_name() -> None:
    named = one("lex.bot_alias", BOT, REGION, botAliasName="live", Bot={"botName": "Orders"})
    said = {"lex_bots": {"exhaustive": True, "V2/Orders/live": None}}
    assert drift(said, bots(named)) == []
    assert drift({"lex_bots": ["V2/Orders/test"]}, bots(named)) == [("V2/Orders/test", Change.CREATE)]


def test_a_bot_that_nobody_could_name_is_neither_missing_nor_extra() -> None:
    unnamed = replace(one("lex.bot_alias", BOT, REGION), rest=DENIED)
    found = differences(Wanted({"lex_bots": {"exhaustive": True, "V2/Orders/live": None}}), bots(unnamed))
    assert {drift.change for drift in found} == {Change.UNKNOWN}
    assert {drift.cause for drift in found} == {DENIED}


def test_a_bot_that_is_gone_has_its_arn_only() -> None:
    gone = frozenset({Key(REGION, "lex.bot_alias", BOT)})
    assert drift({"lex_bots": {"exhaustive": True, f"V2/{BOT}": None}}, bots(missing=gone)) == []


def test_a_security_key_is_known_by_its_fingerprint() -> None:
    keys = portrait(one("connect.security_key", "a-1", AssociationId="a-1", Fingerprint="ab12"))
    assert drift({"security_keys": {"exhaustive": True, "ab12": None}}, keys) == []


def test_a_fingerprint_is_that_of_the_key_and_not_of_its_layout() -> None:
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of hello
    for text in ("aGVsbG8=", "aGVs\nbG8=\n"):
        assert fingerprint(f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n") == digest


@pytest.mark.parametrize(
    "text", ["", "hello", "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----"], ids=("", "no", "bad")
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="the key is not"):
        fingerprint(text)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (["us-east-1", "us-west-2"], []),
        (["us-west-2", "us-east-1"], []),
        (["us-east-1"], [("instance", Change.UPDATE)]),
        ({"match": {"items": {"enum": ["us-east-1", "us-west-2", "eu-central-1"]}}}, []),
        ({"match": {"items": {"enum": ["us-east-1"]}}}, [("instance", Change.UPDATE)]),
    ],
)
def test_the_regions_are_those_of_the_instance_and_its_replicas(said: Any, found: list[Any]) -> None:
    replicas = [
        {"Region": name, "ReplicationStatus": "INSTANCE_REPLICATION_COMPLETE"} for name in ("us-west-2",)
    ]
    data = {**INSTANCE.data, "ReplicationConfiguration": {"ReplicationStatusSummaryList": replicas}}
    assert drift({"instance": {"Regions": said}}, portrait(instance=replace(INSTANCE, data=data))) == found


def test_nobody_can_say_which_directory_an_instance_uses() -> None:
    (found,) = differences(Wanted({"instance": {"DirectoryId": "d-1"}}), portrait())
    assert found.change is Change.UNKNOWN


KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-aaaa-4bbb-8ccc-222222222222"


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ({"data": {"Aliases": [{"AliasName": "alias/a"}]}}, []),
        ({"data": {"Aliases": [{"AliasName": "alias/b"}]}}, [Change.UPDATE]),
        ({"data": {"Aliases": []}}, [Change.UPDATE]),
        ({"data": {}, "unread": {"Aliases": DENIED}}, [Change.UNKNOWN]),
        (None, [Change.UNKNOWN]),
    ],
    ids=["it", "another", "none", "denied", "not asked"],
)
def test_a_key_whose_alias_nobody_could_read_is_not_another_key(key: Any, found: list[Change]) -> None:
    config: dict[str, Any] = {"StorageType": "S3", "S3Config": {"EncryptionConfig": {"KeyId": KEY}}}
    storage = one("connect.storage_config", "s", ResourceType="CALL_RECORDINGS", **config)
    keys = [Resource(Key(REGION, "kms.key", KEY), **key)] if key else []
    said = {"storage": {"CALL_RECORDINGS": {"S3Config": {"EncryptionConfig": {"Key": "alias/a"}}}}}
    assert [change for _, change in drift(said, portrait(storage, *keys))] == found
