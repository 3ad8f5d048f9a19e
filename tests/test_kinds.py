"""Every row of the table of kinds, held against botocore's own service models."""

import re

import botocore.session
import pytest

from auditor.collect.guard import CREDENTIAL_PROVIDERS, OURS, allowed
from auditor.kinds import KINDS
from auditor.kinds.connect import STORAGE_RESOURCE_TYPES

MODELS = botocore.session.Session()
CALLS = [(kind, call) for kind in KINDS for call in kind.calls()]
IDS = [f"{kind.name}-{call.operation}" for kind, call in CALLS]

# What an auditor of settings has no business with: customers' contacts, what was said, sessions and secrets.
FORBIDDEN = re.compile(
    r"Contact(?!Flow)|Metric|Recording|Transcript|Segment|FederationToken|EmergencyAccess|PromptFile|AttachedFile$"
    r"|DataTableValue|GetSecret|Decrypt|GenerateDataKey|GetObject|SearchAvailable|UserData|Participant"
)
WRITING = re.compile(
    r"^(Create|Update|Delete|Put|Associate|Disassociate|Start|Stop|Tag|Untag|Send|Batch|Import|Claim)"
)


def shape_at(shape, path):
    """The shape at a dotted path of a result, stepping into list items; None where there is none."""
    for step in path.split(".") if path else ():
        while shape.type_name == "list":
            shape = shape.member
        if shape.type_name != "structure" or step not in shape.members:
            return None
        shape = shape.members[step]
    return shape


def operation(call):
    return MODELS.get_service_model(call.service).operation_model(call.operation)


@pytest.mark.parametrize(("kind", "call"), CALLS, ids=IDS)
def test_a_call_exists_with_its_parameters_its_result_and_its_pages(kind, call):
    model = operation(call)
    takes, gives = model.input_shape.members if model.input_shape else {}, model.output_shape
    assert set(call.params) <= set(takes)
    assert set(model.input_shape.required_members if model.input_shape else ()) <= set(call.params)
    if call.result:
        assert call.result in gives.members
    assert set(call.beside) <= set(gives.members)
    if call.page:
        assert gives.members[call.result].type_name == "list"
        assert call.token in takes
        assert call.token in gives.members
        assert takes[call.size].metadata.get("max", call.page) == call.page, (
            "ask for the largest page there is"
        )
    else:
        assert "NextToken" not in gives.members, "the operation has pages"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_fields_that_a_row_names_exist_in_the_fullest_answer(kind):
    shapes = full_shapes(kind)
    given = {listing.each[0] for listing in kind.lists if listing.each} | {
        listing.scalar for listing in kind.lists if listing.scalar
    }
    given |= {facet.field for facet in kind.facets} | ({kind.id[0]} if kind.named else set())
    known = ("DirectoryId",)  # can be set and never read back (CloudFormation marks it write-only)
    for path in (*kind.id, kind.label, kind.arn, *kind.personal, *kind.secret, *kind.immutable):
        if path and path.split(".")[0] not in given and path not in known:
            assert any(shape_at(shape, path) is not None for shape in shapes), path


def full_shapes(kind):
    """The shapes of one resource, from every call that returns one."""
    shapes = []
    for call in [kind.describe, kind.search, *(listing.call for listing in kind.lists)]:
        if call is not None:
            output = operation(call).output_shape
            shape = shape_at(output, call.result)
            shapes.append(shape.member if shape.type_name == "list" else shape)
    return shapes


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.lists], ids=lambda kind: kind.name)
def test_what_a_summary_is_renamed_to_is_a_field_of_the_full_answer(kind):
    for listing in kind.lists:
        summary = shape_at(operation(listing.call).output_shape, listing.call.result).member
        for name, renamed in listing.renames.items():
            assert name in summary.members
            assert any(shape_at(shape, renamed) is not None for shape in full_shapes(kind))
        if listing.scalar:
            assert summary.type_name == "string"
        else:
            named = {listing.renames.get(name, name) for name in summary.members} | {
                listing.each[0] if listing.each else ""
            }
            assert kind.id[0] in named


def test_a_field_that_a_search_omits_can_be_had_by_describing():
    for kind in KINDS:
        for path in kind.search.omits if kind.search else ():
            assert kind.describe is not None
            described = shape_at(operation(kind.describe).output_shape, f"{kind.describe.result}.{path}")
            assert described is not None, f"{kind.name}: {path}"


def test_every_storage_resource_type_is_asked_for():
    known = MODELS.get_service_model("connect").shape_for("InstanceStorageResourceType").enum
    assert set(known) <= set(STORAGE_RESOURCE_TYPES)


def test_neighbours_are_named_by_kinds_and_have_a_describe():
    names = {kind.name for kind in KINDS} | {""}
    for kind in KINDS:
        assert bool(kind.named) != bool(kind.lists)
        assert all(named.kind in names for named in kind.named)
        assert kind.describe or not kind.named


def test_nothing_that_writes_signs_in_or_reads_customers_data_can_be_called():
    for service, name in allowed() - CREDENTIAL_PROVIDERS:
        assert not WRITING.search(name), f"{service}:{name}"
        assert not FORBIDDEN.search(name), f"{service}:{name}"


def test_what_is_called_beside_the_table_exists():
    for service, name in OURS | CREDENTIAL_PROVIDERS:
        assert name in MODELS.get_service_model(service).operation_names


def test_names_are_unique_and_iam_actions_are_spelled_like_actions():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    for _, call in CALLS:
        assert re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+", call.iam_action)
