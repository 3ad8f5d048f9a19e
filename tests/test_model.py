"""A snapshot answers with what was seen, or says that nobody could look."""

import pytest

from auditor.model import Cause, Gap, Key, Place, Reason, Resource, Snapshot, Unread

HERE = Place("111122223333", "us-east-1", "i-1")
REGION = Place("111122223333", "us-east-1")
DENIED = Cause(Reason.DENIED, "connect:ListQueues")


def snapshot(**more):
    return Snapshot(taken_at="2026-01-01T00:00:00Z", partition="aws", **more)


def resource(data, **more):
    return Resource(Key(HERE, "connect.queue", "q"), data, **more)


def test_only_a_complete_kind_may_be_empty():
    assert snapshot(complete=frozenset({(HERE, "connect.queue")})).of(HERE, "connect.queue") == ()
    with pytest.raises(Unread) as unread:
        snapshot().of(HERE, "connect.queue")
    assert unread.value.cause.reason is Reason.NOT_ASKED


def test_a_gap_hides_the_kind_and_names_its_cause():
    holed = snapshot(gaps=(Gap(HERE, "connect.queue", "", DENIED),), resources=(resource({}),))
    with pytest.raises(Unread) as unread:
        holed.of(HERE, "connect.queue")
    assert unread.value.cause == DENIED
    assert len(holed.seen(HERE, "connect.queue")) == 1
    with pytest.raises(Unread):
        holed.one(Key(HERE, "connect.queue", "another"))
    assert holed.one(Key(HERE, "connect.queue", "q")) is not None


def test_a_part_that_was_read_is_not_hidden_by_another_part():
    gaps = (Gap(HERE, "connect.storage_config", "CALL_RECORDINGS", DENIED),)
    holed = snapshot(gaps=gaps)
    assert holed.of(HERE, "connect.storage_config", "ATTACHMENTS") == ()
    with pytest.raises(Unread):
        holed.of(HERE, "connect.storage_config", "CALL_RECORDINGS")
    with pytest.raises(Unread):
        holed.of(HERE, "connect.storage_config")


def test_a_part_that_the_region_does_not_know_hides_nothing():
    unknown = Gap(HERE, "connect.storage_config", "EMAIL_MESSAGES", Cause(Reason.UNSUPPORTED))
    assert snapshot(gaps=(unknown,)).of(HERE, "connect.storage_config") == ()


def test_a_neighbour_is_found_missing_or_unread():
    key = Key(REGION, "s3.bucket", "b")
    assert snapshot(missing=frozenset({key})).one(key) is None
    with pytest.raises(Unread) as unread:
        snapshot(unread={key: DENIED}).one(key)
    assert unread.value.cause == DENIED
    with pytest.raises(Unread):
        snapshot().one(key)


@pytest.mark.parametrize("path", ["A", "A.B", "A.B.C"])
def test_reading_at_above_or_below_an_unread_field_raises(path):
    one = resource({"A": {"B": {"C": 1}, "D": 2}}, unread={"A.B": DENIED})
    with pytest.raises(Unread):
        one.get(path)
    assert one.get("A.D") == 2
    assert one.get("A", besides=("A.B",)) == {"B": {"C": 1}, "D": 2}


def test_a_field_that_is_a_prefix_of_an_unread_one_is_readable():
    assert resource({"Name": "x"}, unread={"NameTag": DENIED}).get("Name") == "x"


def test_what_was_not_described_is_unread_and_not_absent():
    summary = resource({"Name": "x"}, rest=DENIED)
    assert summary.get("Name") == "x"
    with pytest.raises(Unread):
        summary.get("HoursOfOperationId")
    assert resource({"Name": "x"}).get("HoursOfOperationId", "none") == "none"
