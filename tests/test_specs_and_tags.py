"""A spec that chooses its instances by tags, where those could not be read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.cli.specs import described, read_spec
from auditor.examples import snapshot_of
from auditor.model import Cause, Reason, Snapshot
from auditor.rule import Example, Verdict, thing
from auditor.spec.drift import Change

DENIED = Cause(Reason.DENIED, "connect:DescribeInstance")
SPEC = """
version: 1
match: {tags: {Stage: prod, team.owner: a}}
instance: {IdentityManagementType: SAML}
queues: {Sales: {Status: ENABLED}}
"""


def seen(**unread: Cause) -> Snapshot:
    """An instance with tags of which some may be unread."""
    tags = {"Stage": "prod", "team.owner": "a", "Owner": "somebody"}
    whole = snapshot_of(Example("e", Verdict.PASS, thing("connect.instance", Tags=tags)))
    return replace(whole, resources=tuple(replace(one, unread=unread) for one in whole.resources))


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    file = tmp_path / "a.connect-spec.yaml"
    file.write_text(SPEC, "utf-8")
    return file


def test_a_spec_that_may_speak_of_an_instance_leaves_it_unknown(spec: Path) -> None:
    for path in ("Tags", "Tags.Stage"):
        (found,), left = described([read_spec(spec)], seen(**{path: DENIED}))
        assert [(one.section, one.change, one.cause) for one in found.against.drifts] == [
            ("instance", Change.UNKNOWN, DENIED),
            ("queues", Change.UNKNOWN, DENIED),
        ]
        assert not left


def test_a_tag_that_is_not_asked_for_may_be_unread(spec: Path) -> None:
    (found,), _ = described([read_spec(spec)], seen(**{"Tags.Owner": DENIED}))
    assert [one.change for one in found.against.drifts] == [Change.CREATE]


def test_what_another_condition_rules_out_is_not_spoken_of(spec: Path) -> None:
    spec.write_text(SPEC.replace("{tags:", "{region: eu-central-1, tags:"), "utf-8")
    found, (left,) = described([read_spec(spec)], seen(Tags=DENIED))
    assert not found
    assert "does not speak of" in left
