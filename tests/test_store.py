"""Snapshot files: what is saved comes back, what is private stays, and what is not right is refused."""

import gzip
import io
import json
import stat
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import bundled
from auditor.files import Pending, Unwritable
from auditor.kinds import KINDS
from auditor.mask import hidden
from auditor.model import (
    GLOBAL,
    Cause,
    Gap,
    Key,
    Masked,
    Place,
    Reason,
    Resource,
    Snapshot,
    Unit,
    UnitState,
    Unread,
)
from auditor.store import DEEPEST, LONGEST_LINE, BadSnapshot, Complete, Maker, lines, load, read, save
from tests.conftest import FAST, ROOT, environment

SCHEMA = json.loads((bundled.SCHEMAS / "snapshot-v1.schema.json").read_text("utf-8"))
LINE = jsonschema.Draft202012Validator(SCHEMA)
REPORT = json.loads((bundled.SCHEMAS / "report-v1.schema.json").read_text("utf-8"))
MAKER = Maker("1.0", "1.43.0", "0123456789abcdef")
HERE = Place("111122223333", "us-east-1", "i-1")
REGION = Place("111122223333", "us-east-1")
DENIED = Cause(Reason.DENIED, "connect:DescribeUser", "not authorized")
MASKED = Cause(Reason.MASKED)


def user(number=1, **more):
    name = f"maria{number}@corp.example"
    data = {
        "Id": f"u-{number}",
        "Username": name,
        "IdentityInfo": {"FirstName": "Maria", "LastName": ""},
        "PhoneNumberConfigs": [{"PhoneNumber": "+5511300355", "Type": "DESK"}, {"Type": "SOFT"}],
        "Tags": {"Owner": name, "Team": "blue"},
        **more,
    }
    return Resource(Key(HERE, "connect.user", f"u-{number}"), data, name, f"arn:{number}")


def snapshot(**more):
    return Snapshot(**{
        "taken_at": "2026-01-15T12:00:00Z",
        "partition": "aws",
        "units": (
            Unit("111122223333", "eu-west-2", UnitState.INCOMPLETE, "instances not listed", DENIED),
            Unit("111122223333", "us-east-1", UnitState.SCANNED),
        ),
        "resources": (
            Resource(Key(HERE, "connect.queue", "q"), {"Name": "Vendas"}, "Vendas", rest=DENIED),
            user(),
        ),
        "complete": frozenset({(HERE, "connect.user"), (REGION, "s3.bucket")}),
        "gaps": (Gap(HERE, "connect.storage_config", "ATTACHMENTS", DENIED),),
        "missing": frozenset({Key(REGION, "s3.bucket", "gone")}),
        "unread": {Key(REGION, "kms.key", "k"): DENIED},
        **more,
    })  # fmt: skip


def saved(what, path, *, clear=True, maker=MAKER):
    with path.open("wb") as out:
        save(what, path, out, maker, clear=clear)
    return path


def text_of(path):
    return (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()


# What comes back

# A lone surrogate is what JSON can hold and UTF-8 cannot; two side by side are one character to JSON.
texts = st.text(max_size=8) | st.sampled_from(
    [
        "",
        "$",
        "$masked",
        "$$bytes",
        "\ud800",
        "a\udfffb",
        "\\",
        "\x00",
        "\u2028\x85\r\n",
        "Órfã 🙂",
        '"',
        "‹masked›",
    ]
)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts | st.binary(max_size=8)
    | st.datetimes(timezones=st.none() | st.sampled_from([UTC, timezone(timedelta(hours=-3))])).map(
        lambda moment: moment.replace(fold=0)
    )
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
causes = st.builds(Cause, st.sampled_from(Reason), texts, texts)
places = st.builds(Place, texts, texts, texts)
kinds = texts | st.sampled_from([kind.name for kind in KINDS if kind.personal])
keys = st.builds(Key, places, kinds, texts)
resources = st.builds(
    Resource, keys, st.dictionaries(texts | st.sampled_from(["Username", "IdentityInfo"]), values, max_size=4),
    texts, texts, st.dictionaries(texts, causes, max_size=3), st.none() | causes,
    st.sampled_from(["", "2026-01-15T12:00:00Z"]),
)  # fmt: skip


def in_order(them, key):
    return tuple(sorted({key(one): one for one in them}.values(), key=key))


snapshots = st.builds(
    Snapshot,
    taken_at=texts,
    partition=texts,
    units=st.lists(
        st.builds(Unit, texts, texts, st.sampled_from(UnitState), texts, st.none() | causes, texts), max_size=3
    ).map(lambda them: in_order(them, lambda one: (one.account, one.region))),
    resources=st.lists(resources, max_size=4).map(lambda them: in_order(them, lambda one: one.key)),
    complete=st.frozensets(st.tuples(places, kinds), max_size=3),
    gaps=st.frozensets(st.builds(Gap, places, kinds, texts, causes), max_size=3).map(lambda them: tuple(sorted(them))),
    missing=st.frozensets(keys, max_size=3),
    unread=st.dictionaries(keys, causes, max_size=3),
)  # fmt: skip
anything = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@anything
@given(snapshots)
def test_a_clear_snapshot_comes_back_as_it_was(tmp_path, what):
    path = saved(what, tmp_path / "s.jsonl")
    back = load(path)
    assert back.snapshot == what
    assert back.header.masked is False
    for one, other in zip(back.snapshot.resources, what.resources, strict=True):
        # Equal mappings may differ in their order, and evidence shows it.
        assert repr(one) == repr(other)
    again = saved(back.snapshot, tmp_path / "t.jsonl.gz", maker=back.header.maker)
    assert text_of(again).encode() == path.read_bytes()
    assert load(again) == back


@anything
@given(snapshots)
def test_a_masked_snapshot_saved_again_is_the_same_to_the_byte(tmp_path, what):
    path = saved(what, tmp_path / "s.jsonl", clear=False)
    back = load(path)
    assert back.header.masked
    for clear in (True, False):
        again = saved(back.snapshot, tmp_path / "t.jsonl", clear=clear, maker=back.header.maker)
        if not clear or '{"$masked":' in path.read_text("utf-8"):
            assert again.read_bytes() == path.read_bytes()


@anything
@given(snapshots, st.booleans())
def test_every_line_is_as_the_schema_says(what, clear):
    for line in lines(what, MAKER, clear=clear):
        LINE.validate(json.loads(line))


@pytest.mark.parametrize("what", [snapshot(), Snapshot("", "")])
@pytest.mark.parametrize("clear", [True, False])
def test_the_file_has_a_header_sorted_lines_and_a_trailer(tmp_path, what, clear):
    path = saved(what, tmp_path / "s.jsonl", clear=clear)
    header, *between, trailer = map(json.loads, path.read_text("utf-8").splitlines())
    assert header == {
        "snapshot": 1,
        "tool": {"name": "connect-audit", "version": "1.0", "botocore": "1.43.0", "kinds": "0123456789abcdef"},
        "taken_at": what.taken_at,
        "partition": what.partition,
        "masked": not clear,
    }  # fmt: skip
    order = list(trailer["counts"])
    assert order == ["unit", "resource", "gap", "complete", "missing", "unread"]
    found = [one["type"] for one in between]
    assert found == sorted(found, key=order.index)
    assert trailer == {"type": "end", "counts": {name: found.count(name) for name in order}}


def test_the_same_snapshot_gives_the_same_bytes_whatever_its_order(tmp_path):
    one = snapshot()
    other = replace(
        one, resources=one.resources[::-1], units=one.units[::-1], unread=dict(reversed(one.unread.items()))
    )
    for name in ("s.jsonl", "s.jsonl.gz"):
        assert (
            saved(one, tmp_path / name).read_bytes() == saved(other, tmp_path / f"other-{name}").read_bytes()
        )


def test_what_json_lacks_is_written_the_same_way_every_time(tmp_path):
    data = {
        "Day": date(2026, 1, 2),
        "Size": Decimal("1.50"),
        "Set": {"b", "a"},
        "Pair": (1, 2),
        "Nan": float("nan"),
    }
    path = saved(snapshot(resources=(Resource(Key(HERE, "k", "i"), data),)), tmp_path / "s.jsonl")
    (back,) = load(path).snapshot.resources
    assert repr(back.data) == repr(
        {"Day": "2026-01-02", "Size": "1.50", "Set": ["a", "b"], "Pair": [1, 2], "Nan": float("nan")}
    )
    with pytest.raises(BadSnapshot, match="type object cannot be saved"):
        list(lines(snapshot(resources=(Resource(Key(HERE, "k", "i"), {"What": object()}),)), MAKER))


def test_nothing_in_an_account_can_pose_as_a_marker(tmp_path):
    posing = user(Tags={"$masked": "x"}, Notes=[{"$bytes": "!"}], **{"$$moment": 1})
    (back,) = load(saved(snapshot(resources=(posing,)), tmp_path / "s.jsonl")).snapshot.resources
    assert back == posing
    assert back.get("Tags") == {"$masked": "x"}


# What is private


def test_personal_values_become_markers_and_reading_them_raises(tmp_path):
    path = saved(snapshot(), tmp_path / "s.jsonl", clear=False)
    text = path.read_text("utf-8")
    assert not [word for word in ("maria1", "Maria", "5511300") if word in text]
    assert "Vendas" in text
    _, back = load(path).snapshot.resources
    assert back.name == hidden("maria1@corp.example")
    for field in ("Username", "IdentityInfo", "IdentityInfo.FirstName", "PhoneNumberConfigs", "Tags.Owner"):
        with pytest.raises(Unread) as unread:
            back.get(field)
        assert unread.value.cause == MASKED
    assert set(back.unread) == {
        "Username",
        "IdentityInfo.FirstName",
        "PhoneNumberConfigs.PhoneNumber",
        "Tags.Owner",
    }
    assert back.get("Id") == "u-1"
    assert back.get("Tags.Team") == "blue"
    assert back.get("IdentityInfo.LastName") == ""
    assert back.get("IdentityInfo.Email") is None


@pytest.mark.parametrize("clear", [False, True])
def test_secrets_in_flows_are_not_even_saved_in_clear(tmp_path, clear):
    key = "AKIA" + "QWERTYUIOPASDF23"
    action = {"Identifier": "a", "Type": "MessageParticipant", "Parameters": {"Text": f"use {key}"}}
    content = json.dumps({"Version": "2019-10-30", "StartAction": "a", "Actions": [action]})
    flow = Resource(Key(HERE, "connect.contact_flow", "f-1"), {"Id": "f-1", "Content": content})
    lines_of = b"".join(lines(Snapshot("2026-01-01T00:00:00Z", "aws", resources=(flow,)), MAKER, clear=clear))
    assert key.encode() not in lines_of
    assert "‹secret: AWS access key›".encode() in lines_of


def test_what_was_unread_before_it_was_masked_keeps_its_cause(tmp_path):
    path = saved(
        snapshot(resources=(replace(user(), unread={"IdentityInfo": DENIED}),)), tmp_path / "s", clear=False
    )
    (back,) = load(path).snapshot.resources
    with pytest.raises(Unread) as unread:
        back.get("IdentityInfo.FirstName")
    assert unread.value.cause == DENIED


def test_a_short_value_is_no_reason_to_mask_other_fields_and_names_are_kept(tmp_path):
    people = (
        user(1, Username="blue"),
        Resource(Key(HERE, "connect.queue", "q"), {"Name": "supervisor", "Description": "supervisor"}, "supervisor"),
        user(2, Username="supervisor"),
    )  # fmt: skip
    path = saved(snapshot(resources=people), tmp_path / "s", clear=False)
    queue, first, _ = load(path).snapshot.resources
    assert first.get("Tags.Team") == "blue"
    assert queue.get("Name") == "supervisor"
    with pytest.raises(Unread):
        queue.get("Description")


def test_a_masked_snapshot_is_never_called_clear(tmp_path):
    back = load(saved(snapshot(), tmp_path / "s", clear=False)).snapshot
    assert json.loads(next(lines(back, MAKER, clear=True)))["masked"] is True


# What is refused


def edited(tmp_path, change, name="s.jsonl"):
    path = saved(snapshot(), tmp_path / "whole.jsonl")
    found = path.read_bytes().splitlines(keepends=True)
    done = change(found)
    out = tmp_path / name
    out.write_bytes(b"".join(found if done is None else done))
    return out


def at(number, text):
    def change(found):
        found[number - 1] = text if text.endswith(b"\n") else text + b"\n"

    return change


def swapped(number, old, new):
    def change(found):
        assert old in found[number - 1]
        found[number - 1] = found[number - 1].replace(old, new)

    return change


WRONG = [
    (at(3, b"{nonsense}"), "3: not JSON (Expecting property name enclosed in double quotes, column 2)"),
    (at(3, b""), "3: not JSON (Expecting value, column 1)"),
    (at(3, b"[1]"), "3: not an object"),
    (at(3, b'{"type":"unit","x":"\xff"}'), "3: not UTF-8 (byte 21)"),
    (at(3, b'{"type":"unit","x":NaN}'), "3: not JSON (NaN)"),
    (at(3, b'{"type":' + b"9" * 5000 + b"}"), "3: not a number that can be read"),
    (at(3, b'{"type":"secret"}'), '3: "secret" is no type of line: unit, resource, gap, '),
    (at(3, b"{}"), "3: null is no type of line"),
    (at(3, b'{"type":{"$bytes":"eA=="}}'), "3: \"b'x'\" is no type of line"),
    (at(3, b'{"type":"unit","type":"gap"}'), '3: the member "type" stands there twice'),
    (at(3, b'{"a":' * 200 + b"1" + b"}" * 200), f"3: nested deeper than {DEEPEST} levels"),
    (at(3, b'{"a":' * 200_000), f"3: nested deeper than {DEEPEST} levels"),
    (at(3, b"x" * (LONGEST_LINE + 1)), f"3: the line is longer than {LONGEST_LINE} bytes"),
    (at(1, b'{"schema_version":1}'), "1: this is no snapshot: its first line is not a snapshot's header"),
    (
        swapped(1, b'"snapshot":1', b'"snapshot":2'),
        "1: this is a snapshot of version 2; this connect-audit reads",
    ),
    (swapped(1, b'"snapshot":1', b'"snapshot":true'), "1: this is a snapshot of version true;"),
    (swapped(1, b'"masked":false', b'"masked":0'), "1: masked must be true or false"),
    (swapped(1, b'"tool":{', b'"tool":3,"x":{'), "1: tool must be an object"),
    (swapped(1, b'"botocore":', b'"boto":'), "1: tool.botocore is missing"),
    (swapped(2, b'"account":"111122223333"', b'"account":1'), "2: account must be text"),
    (
        swapped(2, b'"reason":"denied"', b'"reason":"tired"'),
        '2: cause.reason: "tired" is none of denied, throttled',
    ),
    (
        swapped(2, b'"state":"incomplete"', b'"state":"odd"'),
        '2: state: "odd" is none of scanned, out_of_scope',
    ),
    (swapped(4, b'"id":"q",', b""), "4: id is missing"),
    (swapped(4, b'"id":"q"', b'"id":null'), "4: id must be text"),
    (swapped(4, b'"id":"q"', b'"id":{"$masked":"q"}'), "4: id must be text"),
    (swapped(4, b'"data":{', b'"data":[],"x":{'), "4: data must be an object"),
    (
        swapped(4, b'"arn":""', b'"arn":"","age":3'),
        "4: age is no member that this version of connect-audit knows",
    ),
    (
        swapped(4, b'"Vendas"}', b'{"$moon":"x"}}'),
        '4: "$moon" is no marker that this version of connect-audit knows',
    ),
    (swapped(4, b'"Vendas"}', b'{"$bytes":"x"}}'), "4: $bytes does not hold what it should"),
    (swapped(4, b'"Vendas"}', b'{"$masked":1}}'), "4: $masked does not hold what it should"),
    (lambda them: [*them[:4], them[3], *them[4:]], "5: the resource stands there twice"),
    (lambda them: [*them[:7], them[6], *them[7:]], "8: the complete kind stands there twice"),
    (lambda them: [*them[:2], them[3], them[2], *them[4:]], "4: the line is out of order"),
    (lambda them: [*them[:3], them[4], them[3], *them[5:]], "5: the line is out of order"),
    (lambda them: [*them[:3], *them[4:]], "10: the trailer counts 2 lines of type resource, the file has 1"),
    (swapped(11, b'"gap":1', b'"gap":"1"'), '11: the trailer counts "1" lines of type gap, the file has 1'),
    (lambda them: [*them, *them], "12: there is more after the trailer"),
    (lambda them: them[:-1], "10: the file was cut short: it does not end with the trailer"),
    (lambda them: [*them[:4], them[4][:-9]], "5: the file was cut short: the line has no end"),
    (lambda them: [], "1: the file was cut short"),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG, ids=[sentence[:40] for _, sentence in WRONG])
def test_what_is_wrong_is_refused_with_its_line(tmp_path, change, sentence):
    path = edited(tmp_path, change)
    with pytest.raises(BadSnapshot) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}:{sentence}")
    assert "\n" not in str(refused.value)


def test_gzip_that_is_cut_short_or_damaged_is_refused(tmp_path):
    whole = saved(snapshot(), tmp_path / "s.jsonl.gz").read_bytes()
    path = tmp_path / "cut.gz"
    for length in range(2, len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(BadSnapshot, match=r"cut\.gz:\d+: "):
            load(path)
    path.write_bytes(whole[:40] + b"\x00\xff\x00" + whole[43:])
    with pytest.raises(BadSnapshot, match=r"damaged|cut short"):
        load(path)


@pytest.mark.parametrize("size", range(0, 2600, 97))
def test_a_file_cut_anywhere_is_refused(tmp_path, size):
    whole = saved(snapshot(), tmp_path / "s.jsonl").read_bytes()
    assert len(whole) < 2600
    path = tmp_path / "cut.jsonl"
    path.write_bytes(whole[: min(size, len(whole) - 1)])
    with pytest.raises(BadSnapshot):
        load(path)


def test_a_bomb_is_refused_at_its_first_line(tmp_path):
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb") as out:
        for _ in range(64):
            out.write(b" " * 2**20)
    tracemalloc.start()
    with pytest.raises(BadSnapshot, match=r"bomb\.gz:1: the line is longer"):
        load(path)
    assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    tracemalloc.stop()


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(BadSnapshot, match="the snapshot cannot be read: "):
            load(path)


def test_a_resource_that_no_reader_would_take_is_not_written(tmp_path):
    large = snapshot(resources=(user(Content="x" * LONGEST_LINE),))
    with pytest.raises(BadSnapshot, match=r"s\.jsonl:4: one resource is larger than"):
        saved(large, tmp_path / "s.jsonl")


# How it is written and read


class Counting(io.BytesIO):
    """Counts writes, keeps nothing, and remembers the longest."""

    def __init__(self):
        super().__init__()
        self.writes, self.longest = 0, 0

    def write(self, data):
        self.writes += 1
        self.longest = max(self.longest, len(data))
        return len(data)

    def writelines(self, them):
        for one in them:
            self.write(one)


def many(count):
    return snapshot(resources=tuple(user(number, Content="x" * 5000) for number in range(count)))


def test_a_snapshot_is_written_line_by_line():
    out, what = Counting(), many(2000)
    tracemalloc.start()
    save(what, Path("s.jsonl"), out, MAKER)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert out.writes == 2000 + 9
    assert out.longest < 6000
    assert peak < 3 * 2**20, "the file would be 11 MiB"


def test_a_snapshot_is_read_line_by_line(tmp_path):
    for name in ("s.jsonl", "s.jsonl.gz"):
        path = saved(many(2000), tmp_path / name)
        tracemalloc.start()
        count = sum(isinstance(part, Resource) for part in read(path))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 2000
        assert peak < 2**20
    assert Complete(HERE, "connect.user") in list(read(path))


def test_a_file_takes_its_place_whole_or_not_at_all(tmp_path):
    path = tmp_path / "s.jsonl"
    path.write_text("old")
    pending = Pending(path, "snapshot")
    with pytest.raises(BadSnapshot), pending.writing() as out:
        save(snapshot(resources=(user(Content="x" * LONGEST_LINE),)), path, out, MAKER)
    assert path.read_text() == "old"
    pending.discard()
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(Unwritable, match="the snapshot cannot be written there"):
        Pending(tmp_path / "none" / "s.jsonl", "snapshot")
    with pytest.raises(Unwritable, match="this is a folder"):
        Pending(tmp_path, "snapshot")


# The command


def document(cli, name):
    found = json.loads((cli.folder / name).read_text("utf-8"))
    jsonschema.Draft202012Validator(REPORT).validate(found)
    return found


def but_run(found):
    return json.dumps({name: value for name, value in found.items() if name != "run"}, ensure_ascii=False)


@pytest.fixture(scope="module")
def scanned(sandbox, company, tmp_path_factory):
    """A scan of the company that saved a clear snapshot and a clear report."""
    from tests.conftest import Cli

    cli = Cli(sandbox.url, tmp_path_factory.mktemp("scanned"))
    before = len(sandbox.calls)
    ran = cli("scan", *FAST, "--show-pii", "--snapshot-out", "s.jsonl", "-o", "r.json")
    assert ran.code in (1, 3), ran.err
    assert "Snapshot: s.jsonl" in ran.err
    return cli, ran, sandbox.calls[before:]


def test_judging_a_saved_clear_snapshot_is_judging_the_account(scanned, sandbox):
    cli, first, _ = scanned
    before = len(sandbox.calls)
    again = cli("scan", "--from-snapshot", "s.jsonl", "--show-pii", "-o", "again.json")
    assert len(sandbox.calls) == before
    assert (again.code, again.out) == (first.code, first.out)
    live, replay = document(cli, "r.json"), document(cli, "again.json")
    assert but_run(live) == but_run(replay)
    assert len(live["findings"]) > 50
    assert (live["run"]["source"], replay["run"]["source"]) == ("scan", "snapshot")
    assert replay["run"]["calls"] == 0


def test_a_masked_snapshot_differs_in_masked_unknowns_only(scanned):
    cli, _, _ = scanned
    kept = cli("scan", "--from-snapshot", "s.jsonl", "--snapshot-out", "masked.jsonl.gz", "-o", "clear.json")
    ran = cli("scan", "--from-snapshot", "masked.jsonl.gz", "-o", "masked.json")
    clear, masked = document(cli, "clear.json"), document(cli, "masked.json")
    changed = [
        two for one, two in zip(clear["findings"], masked["findings"], strict=True) if one != two
    ]  # fmt: skip
    assert {one["rule_id"] for one in changed} == {"CONNECT-ACC-001", "CONNECT-SED-002", "CONNECT-USR-003"}
    assert {(one["verdict"], one["cause"]["reason"]) for one in changed} == {("unknown", "masked")}
    assert (kept.code in (1, 3), ran.code) == (True, 3)
    for name in ("instances", "units", "rules", "taken_at", "partition"):
        strip = [{k: v for k, v in one.items() if k not in ("verdicts", "failures")} if isinstance(one, dict) else one
                 for one in masked[name]]  # fmt: skip
        assert strip == [{k: v for k, v in one.items() if k not in ("verdicts", "failures")}
                         if isinstance(one, dict) else one for one in clear[name]]  # fmt: skip
    again = cli("scan", "--from-snapshot", "masked.jsonl.gz", "--snapshot-out", "twice.jsonl.gz")
    assert again.code == 3
    folder = cli.folder
    assert (folder / "twice.jsonl.gz").read_bytes() == (folder / "masked.jsonl.gz").read_bytes()


def test_a_saved_snapshot_of_the_company_keeps_its_word(scanned):
    cli, _, calls = scanned
    text = (cli.folder / "s.jsonl").read_text("utf-8")
    for line in text.splitlines():
        LINE.validate(json.loads(line))
    clear = load(cli.folder / "s.jsonl")
    names = {one.data["Username"] for one in clear.snapshot.resources if one.key.kind == "connect.user"}
    masked = saved(clear.snapshot, cli.folder / "m.jsonl", clear=False).read_text("utf-8")
    assert len(names) > 9
    assert all(f'"{name}"' in text for name in names)
    assert not [name for name in names if f'"{name}"' in masked]
    assert clear.header.maker.botocore
    assert clear.header.maker.kinds == Maker().kinds
    asked = {call.operation for call in calls}
    assert {"DescribeUser", "DescribePhoneNumber"} <= asked, "saving takes everything, like --all"
    if sys.platform != "win32":
        assert stat.S_IMODE((cli.folder / "s.jsonl").stat().st_mode) == 0o600


def test_a_snapshot_is_masked_by_default(company, cli):
    cli("scan", *FAST, "--region", "us-east-1", "--snapshot-out", "s.jsonl.gz")
    back = load(cli.folder / "s.jsonl.gz")
    assert back.header.masked
    users = [one for one in back.snapshot.resources if one.key.kind == "connect.user"]
    assert users
    assert all(isinstance(one.data["Username"], Masked) and one.name == one.data["Username"] for one in users)


def test_replaying_needs_neither_boto3_nor_credentials(scanned):
    cli, _, _ = scanned
    args = ["connect-audit", "scan", "--from-snapshot", "s.jsonl", "-q", "-o", "bare.html"]
    script = (
        f"import sys\nfrom auditor.cli.app import main\nsys.argv = {args!r}\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "found = {'boto3', 'botocore', 'moto', 'urllib3'} & set(sys.modules)\n"
        "sys.exit(f'imported: {sorted(found)}' if found else 0)\n"
    )
    bare = {name: value for name, value in environment("").items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=cli.folder, env={**bare, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (cli.folder / "bare.html").stat().st_size > 1000


@pytest.mark.parametrize("option", [
    ("--account", "123456789012"), ("--region", "us-east-1"), ("--profile", "p"), ("--role-name", "r"),
    ("--role-arn", "arn:aws:iam::123456789012:role/r"), ("--external-id", "x"), ("--role-session-name", "me"),
    ("--rate", "*=5"), ("--all",),
])  # fmt: skip
def test_options_about_reading_aws_do_not_go_with_a_snapshot(scanned, option):
    cli, _, _ = scanned
    ran = cli("scan", "--from-snapshot", "s.jsonl", *option)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"connect-audit: {option[0]} cannot be used with --from-snapshot")
    assert ran.err.count("\n") == 1


def test_one_instance_of_a_snapshot_can_be_judged(scanned, company):
    cli, _, _ = scanned
    for name in ("aurora-atendimento", company.exemplary):
        cli("scan", "--from-snapshot", "s.jsonl", "--instance", name, "-o", "one.json")
        found = document(cli, "one.json")
        assert [one["alias"] for one in found["instances"]] == ["aurora-atendimento"]
        assert {one["resource"]["instance_alias"] for one in found["findings"]} <= {"aurora-atendimento", ""}
    ran = cli("scan", "--from-snapshot", "s.jsonl", "--instance", "nobody")
    assert ran.code == 4
    assert ran.err.startswith("connect-audit: No instance is called nobody in ")


def test_a_bad_snapshot_is_one_sentence(scanned):
    cli, _, _ = scanned
    whole = (cli.folder / "s.jsonl").read_bytes()
    (cli.folder / "bad.jsonl").write_bytes(whole[:-100])
    for name in ("bad.jsonl", "none.jsonl", "r.json"):
        ran = cli("scan", "--from-snapshot", name)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"connect-audit: {name}:")
        assert ran.err.endswith(". Nothing was judged.\n")
        assert ran.err.count("\n") == 1


def test_a_snapshot_that_cannot_be_written_ends_the_command_before_anything_is_read(cli, sandbox):
    before = len(sandbox.calls)
    for path, words in (("none/s.jsonl", "cannot be written there"), (".", "this is a folder")):
        ran = cli("scan", *FAST, "--snapshot-out", path)
        assert ran.code == 2
        assert words in ran.err
    ran = cli("scan", *FAST, "--snapshot-out", "r.json", "-o", "r.json")
    assert (ran.code, "name the same file" in ran.err) == (2, True)
    assert len(sandbox.calls) == before
    assert not list(cli.folder.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
def test_an_interrupted_scan_saves_what_it_has(company, cli, sandbox):
    import signal
    import time

    command = [
        sys.executable,
        "-m",
        "auditor",
        "scan",
        "--rate",
        "*=0.5",
        "--snapshot-out",
        "s.jsonl",
        "-o",
        "r.json",
    ]
    process = subprocess.Popen(
        command, cwd=cli.folder, env=cli.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    before = len(sandbox.calls)
    while not any(call.operation == "DescribeInstance" for call in sandbox.calls[before:]):
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    back = load(cli.folder / "s.jsonl").snapshot
    assert any(unit.state is UnitState.INCOMPLETE for unit in back.units)
    assert cli("scan", "--from-snapshot", "s.jsonl").code == 3


def test_the_global_place_is_a_region_like_any_other(tmp_path):
    place = Place("111122223333", GLOBAL)
    what = snapshot(complete=frozenset({(place, "account.public_access_block")}))
    assert load(saved(what, tmp_path / "s")).snapshot == what
