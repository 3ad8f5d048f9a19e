"""Every row of the table of kinds, held against botocore's own service models."""

import importlib.util
import re

import botocore
import botocore.session
import pytest

from auditor.collect.guard import CREDENTIAL_PROVIDERS, OURS, allowed
from auditor.kinds import KINDS, LEFT_OUT, UNREADABLE, Scope
from auditor.kinds.connect_instance import STORAGE_RESOURCE_TYPES
from auditor.kinds.row import words_of
from tests.conftest import ROOT

MODELS = botocore.session.Session()
CALLS = [(kind, call) for kind in KINDS for call in kind.calls()]
IDS = [f"{kind.name}-{call.operation}" for kind, call in CALLS]

# What an auditor of settings has no business with: customers' contacts, what was said, sessions and secrets.
FORBIDDEN = re.compile(
    r"Contact(?!Flow)|Metric|Recording|Transcript|Segment|PromptFile|AttachedFile(Metadata)?$|SearchAvailable"
    r"|UserData|UserNotification|Participant|Presigned|TestCaseExecution|WorkspaceMedia"
    r"|FederationToken|EmergencyAccess|SessionToken|GetToken|AuthToken|Credential|Password|Login|AssumeRole"
    r"|DataTable(Primary)?Values?|GetSecret|GetParameter|Decrypt|GenerateDataKey|GenerateMac|DeriveShared|^Sign"
    r"|GetObject(?!Lock)|SelectObject|ListObject|GetRecords|ShardIterator|SubscribeTo|GetMedia|DataEndpoint|GetClip"
    r"|GetFunction$|GetLayer|Invoke|LogEvents|LogRecord|LogStream|QueryResults|LookupEvents|EventHistory"
    r"|SearchProfiles|ProfileObjects|GetCase|SearchCases|RelatedItem|QueryAssistant|Recommendations|GetSession"
    r"|SearchSessions|SearchContent|GetContent|Message|Utterance|DialogHistory"
)
READING = re.compile(r"^(Describe|Get|Head|List|Search)[A-Z]")
FAMILY = (
    "connect", "connectcampaigns", "connectcampaignsv2", "connectcases", "customer-profiles", "qconnect",
    "appintegrations",
)  # fmt: skip
"""The services of which everything is accounted for."""
(PINNED,) = re.findall(r"^botocore==(\S+)", (ROOT / "requirements-ci.txt").read_text("utf-8"), re.MULTILINE)

# Where the operation's documentation has a smaller maximum than the model, which it shares with others.
DOCUMENTED_PAGES = {("kms", "ListGrants"): 100}


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
        assert (call.next or call.token) in gives.members
        largest = DOCUMENTED_PAGES.get((call.service, call.operation), takes[call.size].metadata.get("max"))
        assert largest in (None, call.page), "ask for the largest page there is"
    else:
        assert not {"NextToken", "nextToken", "Marker", "NextMarker", "PaginationToken"} & set(
            gives.members
        ), "the operation has pages"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_fields_that_a_row_names_exist_in_the_fullest_answer(kind):
    shapes = full_shapes(kind)
    given = {listing.each[0] for listing in kind.lists if listing.each} | {
        listing.scalar for listing in kind.lists if listing.scalar
    }
    given |= {facet.field for facet in kind.facets} | ({kind.id[0]} if kind.named else set())
    given |= {name for listing in kind.lists for name in listing.adds}
    assert {one.source for one in kind.derived} <= set(kind.secret)
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
        result = shape_at(operation(listing.call).output_shape, listing.call.result)
        summary = result.member if result.type_name == "list" else result
        for name, renamed in listing.renames.items():
            assert name in summary.members
            assert any(shape_at(shape, renamed) is not None for shape in full_shapes(kind))
        if listing.scalar:
            assert summary.type_name == "string"
        else:
            named = {listing.renames.get(name, name) for name in summary.members} | {
                listing.each[0] if listing.each else "",
                *listing.adds,
            }
            assert kind.id[0] in named


def test_a_field_that_a_search_omits_can_be_had_by_describing():
    for kind in KINDS:
        for path in kind.search.omits if kind.search else ():
            assert kind.describe is not None
            described = shape_at(operation(kind.describe).output_shape, f"{kind.describe.result}.{path}")
            assert described is not None, f"{kind.name}: {path}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_an_operation_omits_or_may_omit_is_a_field_of_the_description(kind):
    for source in (kind.search, *(listing.call for listing in kind.lists)):
        for path in (*source.omits, *source.doubtful) if source else ():
            assert kind.describe is not None, path
            full = operation(kind.describe).output_shape
            found = shape_at(full, f"{kind.describe.result}.{path}".strip("."))
            assert found is not None or path in kind.describe.beside, path


def told_by(call):
    """The fields of one resource in the answer of a call, by the names that they have there."""
    shape = shape_at(operation(call).output_shape, call.result)
    item = shape.member if shape.type_name == "list" else shape
    return set(item.members) if item.type_name == "structure" else set()


def listed_of(kind):
    """The fields that every list of a kind tells, by the names of the full answer."""
    told = [
        {listing.renames.get(name, name) for name in told_by(listing.call)} | set(listing.adds)
        for listing in kind.lists
    ]
    return set.intersection(*told)


DESCRIBED = [kind for kind in KINDS if kind.describe and kind.lists]


@pytest.mark.parametrize("kind", DESCRIBED, ids=lambda kind: kind.name)
def test_all_that_describing_adds_is_named(kind):
    source = kind.search or kind.lists[0].call
    before = told_by(kind.search) if kind.search else listed_of(kind)
    added = (told_by(kind.describe) | set(kind.describe.beside)) - before
    assert added <= {path.partition(".")[0] for path in (*source.omits, *source.doubtful)}


@pytest.mark.parametrize("kind", [kind for kind in DESCRIBED if kind.search], ids=lambda kind: kind.name)
def test_all_that_only_a_search_tells_is_named(kind):
    """Where the search is refused, these would else count as known to be absent."""
    only = told_by(kind.search) - told_by(kind.describe) - listed_of(kind)
    assert only <= set(kind.describe.omits)
    assert set(kind.describe.omits) <= told_by(kind.search)


CONNECT = [kind for kind in KINDS if kind.name.startswith("connect.")]


@pytest.mark.parametrize("kind", CONNECT, ids=lambda kind: kind.name)
def test_no_operation_takes_a_new_value_for_what_cannot_be_changed(kind):
    model = MODELS.get_service_model("connect")
    noun = kind.describe or kind.search or kind.lists[0].call
    thing = re.sub("^(Describe|Get|Search|List)", "", noun.operation).removesuffix("s")
    for name in model.operation_names:
        if re.match(f"Update{thing}(?![a-z])", name):
            assert not set(kind.immutable) - set(kind.id) & set(
                model.operation_model(name).input_shape.members
            )


@pytest.mark.skipif(importlib.util.find_spec("cfnlint") is None, reason="cfn-lint is not installed")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.cloudformation], ids=lambda kind: kind.name)
def test_a_cloudformation_type_exists_and_what_it_creates_only_cannot_be_changed(kind):
    manager = importlib.import_module("cfnlint.schema.manager").PROVIDER_SCHEMA_MANAGER
    schema = manager.get_resource_schema("us-east-1", kind.cloudformation).schema
    created = {path.removeprefix("/properties/") for path in schema.get("createOnlyProperties", ())}
    fields = {
        name for name in created if any(shape_at(shape, name) is not None for shape in full_shapes(kind))
    }
    if kind in CONNECT:
        assert fields - {"InstanceArn", "InstanceId"} <= set(kind.immutable)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_types_of_infrastructure_as_code_are_spelled_like_types(kind):
    assert re.fullmatch(r"(AWS::[A-Za-z0-9]+::[A-Za-z0-9]+)?", kind.cloudformation)
    assert re.fullmatch(r"(aws_[a-z0-9_]+)?", kind.terraform)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_a_call_is_filled_in_with_is_a_field_of_what_it_is_about(kind):
    own = full_shapes(kind)
    for facet in kind.facets:
        check_words(facet.call.params, own, {"account", "instance", "id"})
    if kind.describe:
        check_words(kind.describe.params, own, {"account", "instance", "id"})
    for listing in kind.lists:
        owner = next((one for one in KINDS if one.name == listing.per), None)
        words = {"account", "instance", listing.each[0] if listing.each else "instance"}
        check_words({**listing.call.params, **listing.adds}, full_shapes(owner) if owner else [], words)
        if owner and owner is not kind:
            assert KINDS.index(owner) < KINDS.index(kind), "the table goes from owners to what they own"
            assert owner.scope is kind.scope, "owners are looked up at the same place"


def check_words(params, shapes, known):
    for template in params.values():
        if isinstance(template, dict):
            check_words(template, shapes, known)
        for word in words_of(template) if isinstance(template, str) else ():
            assert word in known or any(shape_at(shape, word) is not None for shape in shapes), word


def test_what_costs_a_call_for_each_resource_of_another_kind_stands_apart():
    """But for the numbers of traffic distribution groups, of which an instance has a handful."""
    for kind in KINDS:
        if any(listing.per for listing in kind.lists):
            assert kind.apart or kind.name == "connect.phone_number"
        if kind.lists and kind.scope is not Scope.INSTANCE:
            assert kind.apart


def test_which_kinds_rest_on_a_search_alone():
    assert {kind.name for kind in KINDS if kind.by_search} == {
        "connect.email_address",
        "connect.vocabulary",
        "connect.workspace_association",
    }


def test_what_no_api_can_read_has_a_sentence_and_a_source():
    assert len({one.title for one in UNREADABLE}) == len(UNREADABLE)
    for one in UNREADABLE:
        assert re.fullmatch(r"[A-Z].+\.", one.why)
        assert one.source.startswith("https://docs.aws.amazon.com/connect/")


@pytest.mark.skipif(botocore.__version__ != PINNED, reason="another botocore has other operations")
@pytest.mark.parametrize("service", FAMILY)
def test_whatever_can_be_read_is_read_or_refused_or_said_to_be_left_out(service):
    reading = {
        name
        for name in MODELS.get_service_model(service).operation_names
        if READING.match(name.removeprefix("Batch"))
    }
    called = {call.operation for _, call in CALLS if call.service == service}
    left = {name for one in LEFT_OUT for name in one.operations.get(service, ())}
    silent = {name for name in reading - called - left if not FORBIDDEN.search(name)}
    assert not silent, "a row of the table, or a line of what is left out"
    assert not called & left
    assert left <= reading


def test_what_is_left_out_is_said_once_with_a_reason():
    named = [
        (service, name) for one in LEFT_OUT for service, names in one.operations.items() for name in names
    ]
    assert len(set(named)) == len(named)
    for one in LEFT_OUT:
        assert re.fullmatch(r"[A-Z].+\.", one.why)
        assert one.operations
        for service, names in one.operations.items():
            known = MODELS.get_service_model(service).operation_names
            assert names == ("*",) or set(names) <= set(known)
            assert names != ("*",) or service not in {call.service for _, call in CALLS}


def test_fields_in_an_answer_that_are_secret_are_known_to_the_table():
    """What the models mark as sensitive and nobody may carry away, where a row reads it."""
    secret = {name: set(kind.secret) for kind in KINDS for name in [kind.name]}
    assert "Environment" in secret["lambda.function"]
    assert "SAMLMetadataDocument" in secret["iam.saml_provider"]
    assert "RadiusSettings" in secret["ds.directory"]
    assert "Key" in secret["connect.security_key"]


@pytest.mark.parametrize(
    "name",
    [
        "GetFederationToken", "AdminGetEmergencyAccessToken", "DescribeContact", "SearchContacts", "GetMetricDataV2",
        "GetPromptFile", "GetAttachedFile", "BatchGetAttachedFileMetadata", "ListDataTableValues", "GetObject",
        "ListDataTablePrimaryValues", "EvaluateDataTableValues", "ListRealtimeContactAnalysisSegmentsV2",
        "GetCurrentUserData", "SearchContactEvaluations", "GetRecords", "GetShardIterator", "GetDataEndpoint",
        "GetFunction", "FilterLogEvents", "SearchProfiles", "ListProfileObjects", "GetCase", "GetSecretValue",
        "GetSessionToken", "AssumeRole", "Decrypt", "LookupEvents", "ListUserNotifications", "QueryAssistant",
    ],
)  # fmt: skip
def test_the_pattern_of_what_is_forbidden_knows_the_dangerous_ones(name):
    assert FORBIDDEN.search(name)


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
        assert READING.search(name), f"{service}:{name}"
        assert not FORBIDDEN.search(name), f"{service}:{name}"


def test_what_is_called_beside_the_table_exists():
    for service, name in OURS | CREDENTIAL_PROVIDERS:
        assert name in MODELS.get_service_model(service).operation_names


def test_names_are_unique_and_iam_actions_are_spelled_like_actions():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    for _, call in CALLS:
        assert re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+", call.iam_action)
