"""The published schema of specs says what the table of sections and botocore's model say."""

import json

import jsonschema
import pytest

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
