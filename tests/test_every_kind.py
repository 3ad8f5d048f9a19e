"""Every kind that the sandbox can hold, made once through the API, and what a scan then finds of it."""

import json
import re

import pytest

from auditor import bundled
from auditor.catalogue import load
from auditor.collect.need import Need
from auditor.kinds import KINDS, Scope
from auditor.model import GLOBAL, Place, Reason
from auditor.sandbox import Response
from auditor.sandbox.company import everything as furnish
from auditor.sandbox.company.common import TAGS
from auditor.spec.compare import Wanted, differences
from auditor.spec.flow_text import FlowText
from auditor.spec.portrait import portraits
from auditor.spec.reader import read
from auditor.spec.sections import SECTIONS, Shape
from auditor.spec.writer import write
from tests.conftest import ACCOUNT
from tests.test_collect import collect

EAST = Place(ACCOUNT, "us-east-1")
WHOLE = Place(ACCOUNT, GLOBAL)
BY_NAME = {kind.name: kind for kind in KINDS}


@pytest.fixture(scope="module")
def everything(sandbox, company):
    """The company, and one of each kind that it has not got."""
    sandbox.stage(lambda url: furnish(url, company))
    return company


NOT_FOUND = {
    "s3.account_public_access_block": "the company has none",
    "tag.resource": "the tags of Connect are the sandbox's own, and moto serves this read",
}
"""Kinds of which the sandbox holds none, and why."""


@pytest.fixture
def snapshot(everything, aws):
    return collect().snapshot


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_each_kind_is_read_to_the_end_and_found(everything, once, name):
    kind, found = BY_NAME[name], once.snapshot
    place = {
        Scope.INSTANCE: Place(ACCOUNT, "us-east-1", everything.exemplary), Scope.REGION: EAST, Scope.ACCOUNT: WHOLE
    }[kind.scope]  # fmt: skip
    if kind.lists:
        assert (place, name) in found.complete
        assert not [gap for gap in found.gaps if gap.kind == name]
    seen = found.seen(place, name)
    assert bool(seen) != (name in NOT_FOUND)
    for one in seen:
        assert one.rest is None
        assert one.name or kind.label in ("", "ResourceName") or name == "connect.lex_bot"
        assert not [cause for cause in one.unread.values() if cause.reason is not Reason.NOT_POPULATED], (
            one.unread
        )
        if kind.lists:
            assert kind.identify(one.data) == one.key.id
    fields = {field for one in seen for field in one.data}
    facets = {facet.field for facet in kind.facets}
    assert facets <= fields | UNSET.get(name, frozenset())


UNSET = {
    "s3.bucket": frozenset({"ObjectLock", "Lifecycle"}),
    "lex.bot_alias": frozenset({"Policy"}),
}
"""Facets that are known not to be set on anything that the sandbox holds."""


@pytest.fixture(scope="module")
def once(everything, sandbox):
    """One collection of everything for all that only look at it."""
    with pytest.MonkeyPatch.context() as patch:
        from tests.conftest import environment

        for name, value in environment(sandbox.url).items():
            if name.startswith("AWS_") or name == "NO_PROXY":
                patch.setenv(name, value)
        return collect()


def one(once, kind, name):
    return next(found for found in once.snapshot.resources if (found.key.kind, found.name) == (kind, name))


def test_facets_hold_what_was_set(once):
    flow = one(once, "connect.contact_flow", "Versões")
    assert [len(flow.get("Versions")), len(flow.get("Aliases"))] == [1, 1]
    assert one(once, "connect.contact_flow_module", "Módulo").get("Aliases")[0]["AliasName"] == "producao"
    assert one(once, "connect.data_table", "Feriados").get("Attributes")[0]["Name"] == "dia"
    assert one(once, "connect.use_case", "RULES_EVALUATION").get("Tags") == TAGS
    assert one(once, "connect.rule", "Regra").get("Actions")
    assert one(once, "connect.task_template", "Tarefa").get("Fields")
    assert one(once, "connect.vocabulary", "termos").get("Content")
    assert one(once, "connect.predefined_attribute", "Idioma").get("Values") == {"StringList": ["pt"]}
    assert any(
        found.get("Proficiencies") for found in once.snapshot.resources if found.key.kind == "connect.user"
    )
    addresses = {
        found.key.id for found in once.snapshot.resources if found.key.kind == "connect.email_address"
    }
    held = [
        held
        for found in once.snapshot.resources
        if found.key.kind == "connect.queue"
        for held in found.get("EmailAddresses")
    ]
    assert held
    assert {one["Id"] for one in held} <= addresses
    assert one(once, "connect.traffic_distribution_group", "dr").get("Users")
    assert one(once, "qconnect.ai_prompt", "saudação").get("templateConfiguration")
    assert one(once, "qconnect.ai_guardrail", "limites").get("blockedInputMessaging") == "Não"
    (association,) = one(once, "qconnect.assistant", "aurora").get("Associations")
    assert association["associationType"] == "KNOWLEDGE_BASE"
    (association,) = one(once, "appintegrations.data_integration", "casos").get("Associations")
    assert association["ClientId"] == "aurora"


def test_an_override_knows_its_hours_and_a_use_case_its_association(once, everything):
    place = Place(ACCOUNT, "us-east-1", everything.exemplary)
    hours = {found.key.id for found in once.snapshot.of(place, "connect.hours_of_operation")}
    (override,) = once.snapshot.of(place, "connect.hours_of_operation_override")
    assert override.get("HoursOfOperationId") in hours
    associations = {found.key.id for found in once.snapshot.of(place, "connect.integration_association")}
    (case,) = once.snapshot.of(place, "connect.use_case")
    assert case.get("IntegrationAssociationId") in associations


def test_units_are_found_on_every_level(once):
    units = {found.name: found for found in once.snapshot.of(WHOLE, "organizations.unit")}
    assert set(units) == {"Operação", "Brasil", "Sudeste"}
    assert units["Sudeste"].get("ParentId") == units["Brasil"].key.id


def test_only_alarms_on_connect_are_kept(once):
    names = {found.name for found in once.snapshot.of(EAST, "cloudwatch.alarm")}
    assert "aurora-atendimento-ThrottledCalls" in names
    assert "outra" not in names


def test_secrets_are_dropped_as_soon_as_they_are_read(once):
    kept = {found.key.kind: found for found in once.snapshot.resources}
    assert "SAMLMetadataDocument" not in kept["iam.saml_provider"].data
    assert kept["iam.saml_provider"].get("ValidUntil")
    assert kept["iam.saml_provider"].get("SigningCertificates")
    for function in once.snapshot.seen(EAST, "lambda.function"):
        assert "Environment" not in function.data
        assert function.get("Policy")
    for directory in once.snapshot.seen(EAST, "ds.directory"):
        assert "RadiusSettings" not in directory.data


def test_a_scan_by_default_asks_for_nothing_that_stands_apart(everything, aws, sandbox):
    before = len(sandbox.calls)
    rules = load(bundled.RULES).rules
    need = Need.of(rules, wide=True)
    found = collect(need=need).snapshot
    asked = {(call.service, call.operation) for call in sandbox.calls[before:]}
    for kind in KINDS:
        if kind.apart and kind.name not in need.fields:
            assert not [found for found in found.resources if found.key.kind == kind.name]
            assert not asked & (
                {(call.service, call.operation) for call in kind.calls()} - _calls_of_others(kind)
            )
        for facet in kind.facets:
            looked_at = need.paths(kind.name, (facet.field,)) or (kind.named and not facet.apart)
            if not looked_at and kind.name != "connect.instance":
                assert (facet.call.service, facet.call.operation) not in asked, facet.field


def _calls_of_others(kind):
    return {(call.service, call.operation) for other in KINDS if other is not kind for call in other.calls()}


def test_a_scan_by_default_makes_clients_for_no_further_service(everything, aws, sandbox):
    before = len(sandbox.calls)
    collect(need=Need(wide=True))
    assert {call.service for call in sandbox.calls[before:]} <= {
        "account", "sts", "connect", "s3", "s3control", "kms", "logs"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "search"),
    [("connect.email_address", "SearchEmailAddresses"), ("connect.vocabulary", "SearchVocabularies")],
)
def test_what_only_a_search_can_list_is_incomplete_without_it(everything, aws, sandbox, name, search):
    assert BY_NAME[name].by_search
    sandbox.deny(f"connect:{search}")
    try:
        poorer = collect(need=Need({name: frozenset()})).snapshot
    finally:
        sandbox.allow(f"connect:{search}")
    place = Place(ACCOUNT, "us-east-1", everything.exemplary)
    assert (place, name) not in poorer.complete
    (gap,) = poorer.gaps_of(place, name)
    assert gap.cause.action == f"connect:{search}"


def test_a_refusal_says_what_else_it_may_mean(everything, aws, sandbox):
    sandbox.deny("connect:ListAuthenticationProfiles")
    try:
        poorer = collect(need=Need({"connect.authentication_profile": frozenset()})).snapshot
    finally:
        sandbox.allow("connect:ListAuthenticationProfiles")
    gaps = [gap for gap in poorer.gaps if gap.kind == "connect.authentication_profile"]
    assert {gap.cause.reason for gap in gaps} == {Reason.DENIED}
    assert all("preview" in gap.cause.detail for gap in gaps)


def test_what_a_search_may_not_fill_is_described_where_it_lacks(everything, aws, sandbox):
    """Whether SearchContactFlows fills the content is not documented: both must do."""

    def emptied(call, request):
        if call.operation != "SearchContactFlowModules":
            return None
        body = {"ContactFlowModules": [{"Id": module.key.id, "Arn": module.arn, "Name": module.name}]}
        return Response(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    place = Place(ACCOUNT, "us-east-1", everything.exemplary)
    need = Need({"connect.contact_flow_module": frozenset({"Content"})})
    before = len(sandbox.calls)
    whole = collect(need=need).snapshot.of(place, "connect.contact_flow_module")
    assert "DescribeContactFlowModule" not in {call.operation for call in sandbox.calls[before:]}
    module = whole[0]
    sandbox.fault(emptied)
    try:
        found = collect(need=need).snapshot
        unasked = collect(need=Need(wide=True)).snapshot
    finally:
        sandbox.fault(None)
    assert all(one.get("Content") for one in found.of(place, module.key.kind))
    lacking = next(one for one in unasked.seen(place, module.key.kind) if one.key == module.key)
    assert lacking.unread["Content"].reason is Reason.NOT_ASKED


def test_an_account_outside_any_organization_has_none(everything, aws, sandbox):
    def outside(call, _):
        if call.service != "organizations":
            return None
        body = b'{"__type": "AWSOrganizationsNotInUseException", "Message": "not a member"}'
        return Response(400, body, {"x-amzn-ErrorType": "AWSOrganizationsNotInUseException"})

    names = [kind.name for kind in KINDS if kind.name.startswith("organizations.")]
    sandbox.fault(outside)
    try:
        found = collect(need=Need(dict.fromkeys(names, frozenset()))).snapshot
    finally:
        sandbox.fault(None)
    assert all(not found.of(WHOLE, name) for name in names)


@pytest.mark.parametrize("code", [501, 403])
def test_services_that_do_not_answer_are_unread(everything, aws, sandbox, code):
    family = ("qconnect", "customer-profiles", "organizations", "iam", "lexv2-models", "cloudtrail")

    def refuse(call, _):
        return Response(code, b'{"__type": "AccessDeniedException"}') if call.service in family else None

    sandbox.fault(refuse)
    try:
        found = collect().snapshot
    finally:
        sandbox.fault(None)
    assert {gap.kind for gap in found.gaps} >= {
        "qconnect.assistant", "qconnect.ai_agent", "customer_profiles.domain", "organizations.unit", "iam.role",
        "cloudtrail.trail",
    }  # fmt: skip
    assert (EAST, "qconnect.ai_agent") not in found.complete
    assert all(alias.rest for alias in found.seen(EAST, "lex.bot_alias"))


def test_kinds_of_the_region_are_not_read_where_there_is_no_instance(everything, aws, sandbox):
    before = len(sandbox.calls)
    found = collect(regions=("eu-central-1",), need=Need({"cloudtrail.trail": frozenset()})).snapshot
    assert "DescribeTrails" not in {call.operation for call in sandbox.calls[before:]}
    assert not found.gaps


@pytest.fixture(scope="module")
def written(once, everything, tmp_path_factory):
    """The portrait of the exemplary instance, the text that export writes of it, and what a diff reads of that."""
    (seen,) = (one for one in portraits(once.snapshot) if one.place.instance_id == everything.exemplary)
    folder = tmp_path_factory.mktemp("spec")
    made = write(seen, stem="flows", asked=frozenset(one.name for one in SECTIONS))
    file = folder / "a.connect-spec.yaml"
    file.write_text(made.text, "utf-8")
    for path, content in made.flows.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    (environment,) = read(file).environments
    return seen, made.text, environment.wanted


def test_a_spec_of_every_kind_is_the_instance(written):
    seen, _, wanted = written
    assert {name for name, said in wanted.sections.items() if len(said) > 1} >= {
        one.name for one in SECTIONS if one.shape is not Shape.NAMES
    } - {"default_vocabularies"}
    assert differences(wanted, seen) == ()


OTHER_FLOW = json.dumps(
    {
        "Version": "2019-10-30",
        "StartAction": "a",
        "Actions": [{"Identifier": "a", "Type": "EndFlowExecution", "Parameters": {}, "Transitions": {}}],
    }
)


def another(value):
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return FlowText(OTHER_FLOW) if isinstance(value, FlowText) else f"{value}!"


def with_another(value):
    """Each value that is like this one, but for one other value inside; and where that stands."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            if name != "exhaustive":
                yield from (({**value, name: one}, (name, *where)) for one, where in with_another(inner))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            rest = value[:number], value[number + 1 :]
            yield from (([*rest[0], one, *rest[1]], ()) for one, _ in with_another(inner))
    elif value is None or value == {}:
        yield {"absent": True}, ()
    else:
        yield another(value), ()


@pytest.mark.parametrize("section", [one.name for one in SECTIONS])
def test_each_value_of_a_spec_of_every_kind_is_compared(written, section):
    """Whatever single value a spec has otherwise is told, once, and where it stands."""
    seen, _, wanted = written
    tried = 0
    for said, where in with_another(wanted.sections[section]):
        (drift,) = differences(Wanted({section: said}), seen)
        # Opening hours are compared as a whole.
        said_at = (section, *where)[: len(drift.where)]
        assert (drift.where, len(said_at)) == (said_at, 1 + len(where) - ("Config" in where[:-1]))
        tried += 1
    assert tried


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_a_spec_has_no_ids_of_the_instance_and_nothing_of_who_and_when(written):
    seen, text, _ = written
    own = [
        one for one in seen.snapshot.resources if one.key.place == seen.place and UUID.fullmatch(one.key.id)
    ]
    nameless = {one.kind for one in SECTIONS if one.nameless}
    assert len(own) > 100
    assert [one.key for one in own if one.key.id in text and one.key.kind not in nameless] == []
    assert not re.search(r"\b(LastUpdatedBy|CreatedBy|LockVersion|AttributeId|LastModifiedTime)\b", text)


def test_a_spec_is_one_that_people_keep(written):
    """In one order, a name beside its value, whole numbers without a fraction."""
    _, text, _ = written
    assert not re.search(r"^ *[?:]( |$)", text, re.MULTILINE)
    assert not re.search(r"\d\.0$", text, re.MULTILINE)
    tags = re.findall(r"Tags:\n( +)exhaustive: true\n((?:\1\w+: .*\n)+)", text)
    names = [re.findall(r"^ +(\w+):", one, re.MULTILINE) for _, one in tags]
    assert len(names) > 20
    assert names == [sorted(one) for one in names]
