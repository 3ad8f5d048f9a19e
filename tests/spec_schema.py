"""Makes the JSON Schema of specs from the table of sections and botocore's model of what AWS answers."""

from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StructureShape

from auditor.kinds import Call
from auditor.spec.compare import EXHAUSTIVE
from auditor.spec.sections import KIND_OF, SECTIONS, VOLATILE, Codec, Section, dropped, spelled
from auditor.spec.sections import Shape as Form

DEEPEST = 12
MATCH = {"$ref": "#/$defs/match"}
VARIABLE = {"type": "string", "pattern": r"\$\{var:[A-Za-z0-9_.-]+\}"}
TEXT = {"type": "string"}
CLOCK = r"([01]?\d|2[0-3]):[0-5]\d"
WEEK = {
    "type": "object",
    "propertyNames": {
        "enum": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"],
    },
    "additionalProperties": {
        "anyOf": [{"$ref": "#/$defs/span"}, {"type": "array", "items": {"$ref": "#/$defs/span"}}],
    },
}
CODECS: dict[Codec, dict[str, Any]] = {
    Codec.HOURS: WEEK,
    Codec.FLAG: {"type": ["boolean", "string"]},
    Codec.KEY: TEXT,
    Codec.FUNCTION: TEXT,
    Codec.BOT: TEXT,
    Codec.LEAST: {"type": "number"},
    Codec.FLOW: TEXT,
}
GONE = {"$ref": "#/$defs/gone"}
NAMES_OF_INSTANCE: dict[str, dict[str, Any]] = {
    "DirectoryId": TEXT,
    "Region": TEXT,
    "Regions": {"type": "array", "items": TEXT},
}


def schema() -> dict[str, Any]:
    """The schema of a spec, version 1."""
    sections = {section.name: _section(section) for section in SECTIONS}
    head = {
        "match": {"$ref": "#/$defs/who"},
        "params": {"type": "object", "description": "Parameters of rules: by name, or by rule and name."},
        "severity": {
            "type": "object",
            "description": "Severities of drift, by the id of the rule.",
            "additionalProperties": {"enum": ["critical", "high", "medium", "low", "info"]},
        },
        "variables": {
            "type": "object",
            "description": "What `${var:name}` stands for.",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:connect-audit:schema:spec:v1",
        "title": "connect-audit spec, version 1",
        "description": "What Amazon Connect instances should be, by name. Only what is said is compared.",
        "type": "object",
        "required": ["version"],
        "additionalProperties": False,
        "properties": {
            "version": {"const": 1},
            **head,
            "environments": {
                "type": "object",
                "description": "Overlays by name: what is different in `dev` or `prod`.",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {**head, **{name: {"$ref": f"#/properties/{name}"} for name in sections}},
                },
            },
            **sections,
        },
        "$defs": {
            "match": {
                "type": "object",
                "required": ["match"],
                "additionalProperties": False,
                "properties": {"match": {"type": "object"}},
            },
            "gone": {
                "type": "object",
                "description": "It should not be there.",
                "additionalProperties": False,
                "properties": {"absent": {"const": True}},
            },
            "who": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "alias": {"anyOf": [TEXT, MATCH]},
                    "account": {"type": "string", "pattern": r"^\d{12}$"},
                    "region": TEXT,
                    "tags": {"type": "object", "additionalProperties": {"anyOf": [TEXT, MATCH]}},
                },
            },
            "span": {"type": "string", "pattern": rf"^{CLOCK}\s*-\s*{CLOCK}$", "examples": ["08:00-18:00"]},
            "tags": {
                "type": "object",
                "properties": {EXHAUSTIVE: {"type": "boolean"}},
                "additionalProperties": {"anyOf": [TEXT, MATCH, {"type": "null"}]},
            },
        },
    }


def _section(section: Section) -> dict[str, Any]:
    exhaustive = {EXHAUSTIVE: {"type": "boolean", "description": "Whatever is not named is a difference."}}
    fields = _fields(section)
    said: dict[str, Any] = {"description": f"Each {section.title}, by name."}
    if section.shape is Form.THING:
        return {
            "description": f"The {section.title}.",
            "type": "object",
            "properties": fields,
            "additionalProperties": False,
        }
    if section.shape is Form.NAMES:
        one: dict[str, Any] = {"anyOf": [{"type": "null"}, GONE]}
    elif section.shape is Form.VALUES:
        one = _loose(fields[spelled(section, section.value)])
        one["anyOf"].append(GONE)
    else:
        one = {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {"absent": {"type": "boolean", "description": "It should not be there."}, **fields},
        }
    return said | {
        "anyOf": [
            {"type": "array", "items": TEXT},
            {"type": "object", "properties": exhaustive, "additionalProperties": one},
        ]
    }


def _fields(section: Section) -> dict[str, Any]:
    kind = KIND_OF[section.kind]
    found: dict[str, Any] = {}
    # The fullest answers come last, and what only the list's summaries have is no part of a spec.
    calls = [one for one in (kind.search, kind.describe) if one] or [kind.lists[0].call]
    for call in calls:
        shape = result(call)
        if isinstance(shape, ListShape):
            shape = shape.member
        if isinstance(shape, StructureShape):
            found |= _members(section, shape, "", 0)
        for name in call.beside:
            whole = model(call).output_shape
            found |= _one(section, name, whole.members[name], 0)
    for facet in kind.facets:
        found |= _one(section, facet.field, result(facet.call), 0)
    if section.name == "instance":
        found |= {name: _loose(value) for name, value in NAMES_OF_INSTANCE.items()}
    return dict(sorted(found.items()))


def model(call: Call) -> Any:
    """botocore's model of an operation."""
    return _service(call.service).operation_model(call.operation)


@cache
def _service(name: str) -> Any:
    return botocore.session.get_session().get_service_model(name)


def result(call: Call) -> Shape:
    """The shape of what is kept of an answer."""
    shape = model(call).output_shape
    return shape.members[call.result] if call.result else shape


def _members(section: Section, shape: StructureShape, path: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        if name not in VOLATILE and name not in ("NextToken", "ResponseMetadata"):
            found |= _one(section, f"{path}.{name}" if path else name, member, depth)
    return found


def _one(section: Section, path: str, shape: Shape, depth: int) -> dict[str, Any]:
    """The schema of one field under the name that a spec has for it; empty where it is no part of a spec."""
    if path in dropped(section):
        return {}
    name = spelled(section, path).rpartition(".")[2]
    ref, codec = section.refs.get(path), section.codecs.get(path)
    if codec is not None:
        value = CODECS[codec]
    elif ref is not None:
        value = {"type": "array", "items": TEXT} if isinstance(shape, ListShape) else TEXT
    elif name in ("Tags", "tags"):
        value = {"$ref": "#/$defs/tags"}
    else:
        value = _value(section, path, shape, depth)
    return {name: _loose(value)}


def _value(section: Section, path: str, shape: Shape, depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        return {}
    if isinstance(shape, StructureShape):
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": dict(sorted(_members(section, shape, path, depth + 1).items())),
        }
    if isinstance(shape, ListShape):
        if section.refs.get(path):
            return {"type": "array", "items": TEXT}
        return {"type": "array", "items": _value(section, path, shape.member, depth + 1)}
    if isinstance(shape, MapShape):
        return {"type": "object"}
    numbers = {
        "integer": "integer",
        "long": "integer",
        "double": "number",
        "float": "number",
        "boolean": "boolean",
    }
    # A field that AWS answers with a value that this model does not know yet is let through: no enumerations.
    return {"type": numbers.get(shape.type_name, "string")}


def _loose(value: dict[str, Any]) -> dict[str, Any]:
    """The value, or what it should be like, or a variable, or nothing."""
    return {"anyOf": [value, MATCH, VARIABLE, {"type": "null"}]}
