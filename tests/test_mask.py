"""What is about a person does not leave the process, wherever it stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.mask import Mask, hidden, without_secrets
from auditor.model import Key, Masked, Place, Resource, Snapshot

HERE = Place("111122223333", "us-east-1", "i-1")


def mask(*users):
    found = tuple(
        Resource(
            Key(HERE, "connect.user", str(number)),
            {"Username": name, "PhoneConfig": {"PhoneType": "SOFT_PHONE"}},
        )
        for number, name in enumerate(users)
    )
    return Mask(Snapshot("2026-01-01T00:00:00Z", "aws", resources=found))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("maria.silva", "{maria.silva}"),
        ("to maria.silva, at once", "to {maria.silva}, at once"),
        ("maria.silva and +55 11 99999-1234", "{maria.silva} and {+55 11 99999-1234}"),
        ("maria.silva@corp.example", "{maria.silva@corp.example}"),
        ("annamaria.silvana", "annamaria.silvana"),
        ("ana", "{ana}"),
        ("banana and ana", "banana and ana"),
        ("SOFT_PHONE", "SOFT_PHONE"),
    ],
)
def test_personal_values_are_hidden_as_whole_words(text, shown):
    names = ("maria.silva", "maria.silva@corp.example", "+55 11 99999-1234", "ana")
    for name in sorted(names, key=len, reverse=True):
        shown = shown.replace("{" + name + "}", hidden(name))
    assert mask(*names)(text) == shown


def test_a_number_keeps_its_last_four_digits():
    assert hidden("+5511999991234") == "•" * 9 + "1234"


@given(st.lists(st.text("ab @.+1", min_size=6, max_size=12), max_size=6), st.text("ab @.+1-", max_size=40))
def test_no_personal_value_is_left_standing_alone(names, text):
    hide = mask(*names)
    for name in names:
        if name.strip():
            assert hide(name) == hidden(name)
            assert name not in hide(f"({name})") or not any(one.isalnum() for one in name)


def test_lists_and_mappings_are_masked_inside():
    assert mask("maria.silva")({"who": ["maria.silva", 1, None]}) == {"who": [hidden("maria.silva"), 1, None]}


KEY = "AKIA" + "QWERTYUIOPASDF23"


def flow_of(content, kind="connect.contact_flow", **more):
    return Resource(Key(HERE, kind, "f-1"), {"Name": "Main", "Content": content, **more}, name="Main")


@pytest.mark.parametrize("kind", ["connect.contact_flow", "connect.contact_flow_module"])
def test_secrets_in_flows_are_never_given_away(kind):
    said = json.dumps({"Actions": [{"Parameters": {"Text": f"use {KEY}", "password": "hunter-2-go"}}]})
    safe = without_secrets(flow_of(said, kind, Saved={"Content": said}))
    for content in (safe.data["Content"], safe.data["Saved"]["Content"]):
        assert json.loads(content)["Actions"][0]["Parameters"] == {
            "Text": "use ‹secret: AWS access key›",
            "password": "‹secret: secret by its name›",
        }
    assert without_secrets(safe) == safe


@pytest.mark.parametrize(
    "content", ['{"Actions":  [ {"Parameters": {"Text": "x"}}]}', "no JSON", "", None, Masked("‹masked 1›")]
)
def test_a_flow_without_secrets_stays_as_it_is_to_the_letter(content):
    assert without_secrets(flow_of(content)).data["Content"] is content or content == "no JSON"
    assert without_secrets(flow_of(content)) == flow_of(content)


def test_what_is_no_json_has_no_secrets_either():
    assert without_secrets(flow_of(f"({KEY}")).data["Content"] == "(‹secret: AWS access key›"
