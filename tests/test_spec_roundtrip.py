"""What export writes down, a diff reads back, whatever people call their things."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.kinds import Scope
from auditor.model import GLOBAL, Key, Place, Resource, Snapshot
from auditor.spec.compare import differences
from auditor.spec.portrait import Portrait
from auditor.spec.reader import read
from auditor.spec.resolve import check_fields, check_names
from auditor.spec.sections import KIND_OF, SECTIONS, Codec, Section, Shape
from auditor.spec.writer import write

PLACE = Place("123456789012", "us-east-1", "11111111-2222-3333-4444-555555555555")
PROVEN = (
    "attributes",
    "storage",
    "approved_origins",
    "number_flows",
    "queues",
    "flows",
    "predefined_attributes",
)
TRAPS = (
    "no", "Yes", "on", "~", "null", "true", "12:30", "0123", "012345678901", "1e3", "0x1F", ".5", "+1", "<<", "=",
    " leading", "trailing ", "a: b", "a #b", "# a", "- a", "? a", "'single'", '"double"', "{a}", "[a]", "*a", "&a",
    "!a", "|", ">", "%YAML", "@a", "`a`", "---", "...", "😀", "é", "one\ntwo", "tab\there", "\u2028", "\x85",
    "2026-01-01", "exhaustive ", "a/b", "${missing:x}", "\\n", ",", "\ufeff", "x" * 200,
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(TRAPS),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip),
)


def resource(section: Section, number: int, name: str, text: str) -> Resource:
    """A thing with a name, and with a text in each field that is compared as one."""
    kind = KIND_OF[section.kind]
    identity = f"{number:08x}-2222-3333-4444-555555555555"
    data: dict[str, Any] = {}
    for path in (*kind.id, *section.label, *((kind.label,) if not section.label else ())):
        _put(data, path, identity if path in section.refs else name)
    if len(kind.id) == 1 and kind.id[0] not in (kind.label, *section.label):
        data[kind.id[0]] = identity
    if section.shape is Shape.VALUES:
        data[section.value] = identity if section.value in section.refs else text
    if section.shape is Shape.NAMED:
        data.setdefault("Description", text)
        data.setdefault("Tags", {name: text, "aws:made": "x"})
    if Codec.FLOW in section.codecs.values():
        data["Content"] = _flow(text)
    place = PLACE
    if kind.scope is not Scope.INSTANCE:
        place = Place(PLACE.account, GLOBAL if kind.scope is Scope.ACCOUNT else PLACE.region)
    return Resource(
        Key(place, kind.name, identity if len(kind.id) > 1 else str(data[kind.id[0]])), data, name
    )


def _put(data: dict[str, Any], path: str, value: str) -> None:
    *steps, last = path.split(".")
    for step in steps:
        data = data.setdefault(step, {})
    data[last] = value


def _flow(text: str) -> str:
    action = {
        "Identifier": "a",
        "Type": "MessageParticipant",
        "Parameters": {"Text": text},
        "Transitions": {},
    }
    return json.dumps({"Version": "2019-10-30", "StartAction": "a", "Actions": [action], "Metadata": {}})


def snapshot(section: Section, names: list[str], text: str) -> Snapshot:
    """An instance with these things of one section."""
    region = Place(PLACE.account, PLACE.region)
    head = Resource(
        Key(PLACE, "connect.instance", PLACE.instance_id),
        {"Id": PLACE.instance_id, "InstanceAlias": "prod", "IdentityManagementType": "SAML"},
        "prod",
    )
    things = [resource(section, number, name, text) for number, name in enumerate(names)]
    places = {PLACE, region, Place(PLACE.account, GLOBAL)}
    return Snapshot(
        "2026-01-01T00:00:00Z",
        "aws",
        resources=(head, *things),
        complete=frozenset((place, one.kind) for one in SECTIONS for place in places),
    )


@pytest.mark.parametrize("section", [one for one in SECTIONS if one.name in PROVEN], ids=lambda one: one.name)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True), text=NAMES)
def test_what_was_written_is_read_back(
    tmp_path_factory, section: Section, names: list[str], text: str
) -> None:
    folder = tmp_path_factory.mktemp("s")
    portrait = Portrait(snapshot(section, names, text), PLACE)
    written = write(portrait, stem="flows", asked=frozenset({section.name}))
    file = folder / "a.connect-spec.yaml"
    file.write_bytes(written.text.encode("utf-8"))
    for path, content in written.flows.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode("utf-8"))
    (made,) = read(file).environments
    check_names(made.said, portrait)
    check_fields(made.strange, portrait)
    assert set(portrait.things(section.name)) == set(made.wanted.sections[section.name]) - {"exhaustive"}
    assert len(portrait.things(section.name)) >= 1
    assert differences(made.wanted, portrait) == ()
