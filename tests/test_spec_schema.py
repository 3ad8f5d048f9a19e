"""The published schema of specs says what the table of sections and botocore's model say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from auditor import bundled
from tests.conftest import ROOT
from tests.spec_schema import schema

FILE = ROOT / "auditor" / "schemas" / "spec-v1.schema.json"


def test_the_published_schema_is_in_sync(request: pytest.FixtureRequest) -> None:
    made = json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
    if request.config.getoption("--accept"):
        FILE.write_text(made, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == made, "run `pytest tests/test_spec_schema.py --accept`"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("file", sorted(bundled.SCHEMAS.glob("*.json")), ids=lambda file: file.name)
def test_a_published_schema_needs_no_network(file: Path) -> None:
    said = json.loads(file.read_text("utf-8"))
    assert said["$id"] == f"urn:connect-audit:schema:{file.name.partition('-v1.')[0]}:v1"
    refs = set(_refs(said))
    assert all(one.startswith("#/") for one in refs)
    resolver = Registry().with_resource(said["$id"], Resource.from_contents(said)).resolver(said["$id"])
    for ref in refs:
        assert resolver.lookup(ref).contents


@pytest.mark.parametrize("address", [b"connect-audit.dev", b"github.com/connect-audit"])
def test_nothing_has_an_address_that_is_not_ours(address: bytes) -> None:
    files = [one for one in (ROOT / "auditor").rglob("*") if one.suffix in {".py", ".json"}]
    assert not [
        one for one in (*files, *ROOT.glob("docs/*.md"), ROOT / "README.md") if address in one.read_bytes()
    ]


def _refs(said: Any) -> Iterator[str]:
    """Every `$ref` in a schema."""
    if isinstance(said, dict):
        if isinstance(said.get("$ref"), str):
            yield said["$ref"]
        said = list(said.values())
    if isinstance(said, list):
        for one in said:
            yield from _refs(one)
