"""`--since`: what did not change is taken from an earlier snapshot, and whatever did change is seen."""

import json
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import boto3
import botocore.session
import jsonschema
import pytest

from auditor.bundled import RULES
from auditor.catalogue import load as load_rules
from auditor.collect.need import Need
from auditor.collect.past import NO_PAST, Past, holds
from auditor.kinds import KINDS
from auditor.model import Cause, Key, Place, Reason, Resource
from auditor.sandbox import Response, Sandbox
from auditor.sandbox.company import populate
from auditor.sandbox.company.flows import flow as content_of
from auditor.sandbox.company.flows import say
from auditor.store import load
from tests.conftest import FAST, Cli, environment
from tests.test_collect import collect
from tests.test_every_kind import everything  # noqa: F401
from tests.test_kinds import operation, shape_at
from tests.test_scan import SCHEMA

EVIDENT = {kind.name: kind for kind in KINDS if kind.evidence}
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
BEFORE, FLOW = content_of(say("Antes.")), content_of(say("Olá."))
LATER = "2999-01-01T00:00:00Z"
"""After every change of the sandbox's: what was read then is settled."""
REUSED = (
    "DescribeAuthenticationProfile", "DescribeEvaluationForm", "DescribeRoutingProfile", "DescribeRule",
    "DescribeSecurityProfile", "DescribeUser",
)  # fmt: skip
"""What is not called again while nothing changes."""


@pytest.fixture(scope="module")
def searchless():
    """An account in which searching flows does not tell their content."""
    with Sandbox(search_fills_flow_content=False) as running:
        running.stage(populate)
        yield running


def past_of(collected, read_at=LATER):
    return Past.of(collected.snapshot.resources, read_at, LONG_AGO)


def counted(collected):
    calls: Counter[str] = Counter()
    for quota, count in collected.tally.by_operation.items():
        calls[quota.operation] += count
    return calls


def only(name):
    """That one kind is looked at, as whole as a saved snapshot has it."""
    kind = EVIDENT[name]
    source = kind.search or kind.lists[0].call
    told = {*source.omits, *source.doubtful, *kind.evidence, *(facet.field for facet in kind.facets)}
    return Need({name: frozenset(told)})


def a_second_later():
    """Times are told in whole seconds: two changes in one of them have the same time."""
    time.sleep(1 - time.time() % 1)


def without_age(snapshot):
    return [replace(one, read_at="") for one in snapshot.resources]


# The table


@pytest.mark.parametrize("kind", EVIDENT.values(), ids=EVIDENT)
def test_evidence_is_a_field_of_what_is_read_anew_and_of_what_is_kept(kind):
    read_anew = [shape_of(listing.call) for listing in kind.lists] + (
        [shape_of(kind.search)] if kind.search else []
    )
    for name in kind.evidence:
        assert any(shape_at(shape, name) is not None for shape in read_anew)
        kept = [*read_anew, shape_at(operation(kind.describe).output_shape, kind.describe.result)]
        assert any(shape_at(shape, name) is not None for shape in kept)
    saved = [*(kind.search or kind.lists[0].call).omits, *(kind.search.doubtful if kind.search else ())]
    assert saved or any(facet.dated for facet in kind.facets), "nothing is saved by it"
    assert kind.describe.operation.startswith("Describe")


def shape_of(call):
    result = shape_at(operation(call).output_shape, call.result)
    return result.member if result.type_name == "list" else result


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_dated_facet_has_the_evidence_of_its_kind_in_its_answer(kind):
    for facet in kind.facets:
        if facet.dated:
            assert kind.evidence
            assert set(kind.evidence) <= set(operation(facet.call).output_shape.members)
            assert all(
                shape_at(shape_of(listing.call), name) for listing in kind.lists for name in kind.evidence
            )
            assert facet.call.page


# Two runs with nothing in between


def test_a_second_run_reads_the_same_with_fewer_calls(everything, aws):  # noqa: F811
    first = collect()
    second = collect(past=past_of(first))
    assert without_age(second.snapshot) == list(first.snapshot.resources)
    assert replace(second.snapshot, resources=()) == replace(first.snapshot, resources=())
    before, after = counted(first), counted(second)
    assert {name: after[name] for name in REUSED} == dict.fromkeys(REUSED, 0)
    assert all(before[name] for name in REUSED)
    instances = len(list(first.snapshot.instances()))
    witnesses = {"ListUserProficiencies", "ListSecurityProfilePermissions", "ListRoutingProfileQueues"}
    assert {name: after[name] for name in witnesses} == dict.fromkeys(witnesses, instances)
    unsaved = after["ListContactFlowVersions"], after["DescribePhoneNumber"], after["GetBucketPolicy"]
    assert unsaved == (
        before["ListContactFlowVersions"],
        before["DescribePhoneNumber"],
        before["GetBucketPolicy"],
    )
    foreseen = second.tally.outlook.calls
    assert abs(foreseen - second.tally.done) <= second.tally.done * 0.1


def test_what_was_taken_keeps_its_age_through_any_number_of_runs(everything, aws):  # noqa: F811
    first = collect()
    second = collect(past=past_of(first))
    third = collect(past=past_of(second, read_at="2999-06-01T00:00:00Z"))
    kinds = Counter(one.key.kind for one in second.snapshot.resources if one.read_at)
    assert {"connect.user", "connect.queue", "connect.rule", "connect.evaluation_form"} <= set(kinds)
    assert set(kinds) <= set(EVIDENT)
    assert {one.read_at for one in second.snapshot.resources} == {"", LATER}
    assert third.snapshot.resources == second.snapshot.resources


def test_only_what_somebody_looks_at_is_taken(everything, aws):  # noqa: F811
    need = Need({"connect.security_profile": frozenset({"Permissions"})})
    past = past_of(collect())
    assert without_age(collect(need=need, past=past).snapshot) == list(collect(need=need).snapshot.resources)
    second = collect(need=need, past=past)
    assert counted(second)["DescribeSecurityProfile"] == 0
    witnesses = len(list(second.snapshot.instances()))
    assert counted(second)["ListSecurityProfilePermissions"] == witnesses, "one in each instance"


def test_a_second_default_scan_repeats_lists_and_searches_alone(everything, aws):  # noqa: F811
    """What is left after the default rules' own calls for each resource has no evidence: a list is the evidence."""
    need = Need.of(load_rules(RULES).selected((), ()).rules, wide=True)
    first, second = counted(collect(need=need)), counted(collect(need=need, past=past_of(collect())))
    saved = first - second
    described = {kind.describe.operation for kind in EVIDENT.values() if kind.describe}
    dated = {
        facet.call.operation
        for kind in EVIDENT.values()
        for facet in kind.facets
        if facet.dated and facet.call
    }
    assert saved
    assert set(saved) <= described | dated
    never_published = "DescribeContactFlow"  # no search has such a flow, so there is no evidence either
    assert {name for name in described if second[name]} <= {never_published}
    assert not second - first


# One change in between


def own(company):
    return {"InstanceId": company.exemplary}


def first_of(connect, operation_name, key, company, **more):
    return getattr(connect, operation_name)(**own(company), **more)[key][0]


def change_permissions(connect, company):
    profile = first_of(connect, "list_security_profiles", "SecurityProfileSummaryList", company)["Id"]
    connect.update_security_profile(**own(company), SecurityProfileId=profile, Permissions=["Users.View"])
    return "connect.security_profile", profile, "Permissions", ["Users.View"]


def change_applications(connect, company):
    profile = first_of(connect, "list_security_profiles", "SecurityProfileSummaryList", company)["Id"]
    new = [{"Namespace": "aurora.crm", "ApplicationPermissions": ["ACCESS"]}]
    connect.update_security_profile(**own(company), SecurityProfileId=profile, Applications=new)
    return "connect.security_profile", profile, "Applications", new


def change_allowed_modules(connect, company):
    profile = first_of(connect, "list_security_profiles", "SecurityProfileSummaryList", company)["Id"]
    module = first_of(connect, "list_contact_flow_modules", "ContactFlowModulesSummaryList", company)["Id"]
    new = [{"Type": "MCP", "FlowModuleId": module}]
    connect.update_security_profile(**own(company), SecurityProfileId=profile, AllowedFlowModules=new)
    return "connect.security_profile", profile, "AllowedFlowModules", new


def change_allowed_agents(connect, company):
    profile = first_of(connect, "list_security_profiles", "SecurityProfileSummaryList", company)["Id"]
    new = [{"Type": "THIRD_PARTY", "Arn": "arn:aws:wisdom:us-east-1:123456789012:ai-agent/a/b"}]
    connect.update_security_profile(**own(company), SecurityProfileId=profile, AllowedAIAgents=new)
    return "connect.security_profile", profile, "AllowedAIAgents", new


def change_access_control(connect, company):
    profile = first_of(connect, "list_security_profiles", "SecurityProfileSummaryList", company)["Id"]
    tags = {"Equipe": "norte"}
    connect.update_security_profile(**own(company), SecurityProfileId=profile, AllowedAccessControlTags=tags)
    return "connect.security_profile", profile, "AllowedAccessControlTags", tags


def change_email(connect, company):
    user = first_of(connect, "list_users", "UserSummaryList", company)["Id"]
    info = connect.describe_user(**own(company), UserId=user)["User"].get("IdentityInfo", {})
    info["Email"] = "novo@aurora.example"
    connect.update_user_identity_info(**own(company), UserId=user, IdentityInfo=info)
    return "connect.user", user, "IdentityInfo.Email", "novo@aurora.example"


def change_proficiencies(connect, company):
    user = first_of(connect, "list_users", "UserSummaryList", company)["Id"]
    new = [{"AttributeName": "Idioma", "AttributeValue": "pt", "Level": 5.0}]
    connect.associate_user_proficiencies(**own(company), UserId=user, UserProficiencies=new)
    return "connect.user", user, "Proficiencies", new


def change_quick_connects(connect, company):
    queue = first_of(connect, "list_queues", "QueueSummaryList", company, QueueTypes=["STANDARD"])["Id"]
    quick = first_of(connect, "list_quick_connects", "QuickConnectSummaryList", company)["Id"]
    held = connect.list_queue_quick_connects(**own(company), QueueId=queue)["QuickConnectSummaryList"]
    if held:
        connect.disassociate_queue_quick_connects(
            **own(company), QueueId=queue, QuickConnectIds=[one["Id"] for one in held]
        )
        return "connect.queue", queue, "QuickConnects", []
    connect.associate_queue_quick_connects(**own(company), QueueId=queue, QuickConnectIds=[quick])
    return "connect.queue", queue, "QuickConnects.0.Id", quick


def change_queue_addresses(connect, company):
    address = connect.search_email_addresses(**own(company))["EmailAddresses"][0]["EmailAddressId"]
    for queue in connect.list_queues(**own(company), QueueTypes=["STANDARD"])["QueueSummaryList"]:
        held = connect.list_queue_email_addresses(**own(company), QueueId=queue["Id"])
        if not held["EmailAddressMetadataList"]:
            connect.associate_queue_email_addresses(
                **own(company), QueueId=queue["Id"], EmailAddressesConfig=[{"EmailAddressId": address}]
            )
            return "connect.queue", queue["Id"], "EmailAddresses", {"Id": address}
    raise AssertionError("every queue has an e-mail address")


def change_timer(connect, company):
    profile = first_of(connect, "list_routing_profiles", "RoutingProfileSummaryList", company)["Id"]
    timer = "TIME_SINCE_LAST_INBOUND"
    connect.update_routing_profile_agent_availability_timer(
        **own(company), RoutingProfileId=profile, AgentAvailabilityTimer=timer
    )
    return "connect.routing_profile", profile, "AgentAvailabilityTimer", timer


def change_profile_queues(connect, company):
    profile = first_of(connect, "list_routing_profiles", "RoutingProfileSummaryList", company)["Id"]
    queue = first_of(connect, "list_queues", "QueueSummaryList", company, QueueTypes=["STANDARD"])["Id"]
    config = {"QueueReference": {"QueueId": queue, "Channel": "VOICE"}, "Priority": 7, "Delay": 77}
    connect.associate_routing_profile_queues(**own(company), RoutingProfileId=profile, QueueConfigs=[config])
    return "connect.routing_profile", profile, "Queues", {"Delay": 77}


def change_manual_queues(connect, company):
    profile = first_of(connect, "list_routing_profiles", "RoutingProfileSummaryList", company)["Id"]
    queue = first_of(connect, "list_queues", "QueueSummaryList", company, QueueTypes=["STANDARD"])["Id"]
    config = {"QueueReference": {"QueueId": queue, "Channel": "TASK"}}
    connect.associate_routing_profile_queues(
        **own(company), RoutingProfileId=profile, ManualAssignmentQueueConfigs=[config]
    )
    return (
        "connect.routing_profile", profile, "ManualAssignmentQueues", {"QueueId": queue, "Channel": "TASK"}
    )  # fmt: skip


def change_sessions(connect, company):
    profile = first_of(connect, "list_authentication_profiles", "AuthenticationProfileSummaryList", company)[
        "Id"
    ]
    connect.update_authentication_profile(
        **own(company), AuthenticationProfileId=profile, AllowedIps=["10.9.0.0/16"]
    )
    return "connect.authentication_profile", profile, "AllowedIps", ["10.9.0.0/16"]


def change_actions(connect, company):
    rule = first_of(connect, "list_rules", "RuleSummaryList", company)
    actions = [{"ActionType": "GENERATE_EVENTBRIDGE_EVENT", "EventBridgeAction": {"Name": "novo"}}]
    connect.update_rule(
        **own(company), RuleId=rule["RuleId"], Name=rule["Name"], Function="{}", Actions=actions,
        PublishStatus="PUBLISHED",
    )  # fmt: skip
    return "connect.rule", rule["RuleId"], "Actions", actions


def change_questions(connect, company):
    form = first_of(connect, "list_evaluation_forms", "EvaluationFormSummaryList", company)[
        "EvaluationFormId"
    ]
    items = [{"Question": {"Title": "Cordial?", "RefId": "q9", "QuestionType": "TEXT"}}]
    connect.update_evaluation_form(
        **own(company), EvaluationFormId=form, EvaluationFormVersion=1, Title="Qualidade", Items=items
    )
    return "connect.evaluation_form", form, "Items", items


def activate_form(connect, company):
    form = first_of(connect, "list_evaluation_forms", "EvaluationFormSummaryList", company)[
        "EvaluationFormId"
    ]
    version = connect.describe_evaluation_form(**own(company), EvaluationFormId=form)["EvaluationForm"]
    connect.activate_evaluation_form(
        **own(company), EvaluationFormId=form, EvaluationFormVersion=version["EvaluationFormVersion"]
    )
    return "connect.evaluation_form", form, "Locked", True


CHANGES = {
    ("connect.security_profile", "Permissions"): change_permissions,
    ("connect.security_profile", "Applications"): change_applications,
    ("connect.security_profile", "AllowedFlowModules"): change_allowed_modules,
    ("connect.security_profile", "AllowedAIAgents"): change_allowed_agents,
    ("connect.security_profile", "AllowedAccessControlTags"): change_access_control,
    ("connect.user", "IdentityInfo"): change_email,
    ("connect.user", "Proficiencies"): change_proficiencies,
    ("connect.queue", "QuickConnects"): change_quick_connects,
    ("connect.queue", "EmailAddresses"): change_queue_addresses,
    ("connect.routing_profile", "AgentAvailabilityTimer"): change_timer,
    ("connect.routing_profile", "Queues"): change_profile_queues,
    ("connect.routing_profile", "ManualAssignmentQueues"): change_manual_queues,
    ("connect.authentication_profile", "AllowedIps"): change_sessions,
    ("connect.rule", "Actions"): change_actions,
    ("connect.evaluation_form", "Items"): change_questions,
    ("connect.evaluation_form", "Locked"): activate_form,
}
"""What is changed between two runs, by kind and field."""


def test_each_kind_and_each_list_that_is_reused_is_changed_in_a_test():
    contents = {("connect.contact_flow", "Content"), ("connect.contact_flow_module", "Content")}
    changed = {*CHANGES, *contents}
    assert {kind for kind, _ in changed} == set(EVIDENT)
    dated = {(kind.name, facet.field) for kind in EVIDENT.values() for facet in kind.facets if facet.dated}
    assert dated <= changed
    described = {kind.name for kind in EVIDENT.values() if (kind.search or kind.lists[0].call).omits}
    assert described <= {kind for kind, field in changed - dated}


def has(value, expected):
    """Whether a field has what was set; what AWS adds beside it does not matter."""
    if isinstance(expected, list):
        return isinstance(value, list) and len(value) == len(expected) and all(map(has, value, expected))
    if isinstance(expected, dict) and isinstance(value, list):
        return any(has(one, expected) for one in value)
    if isinstance(expected, dict):
        return isinstance(value, dict) and all(
            has(value.get(name), inner) for name, inner in expected.items()
        )
    return bool(value == expected)


def value_of(snapshot, kind, identity, path):
    one = next(one for one in snapshot.resources if (one.key.kind, one.key.id) == (kind, identity))
    head, _, rest = path.partition(".0.")
    value = one.get(head)
    return value[0][rest] if rest and value else value


@pytest.mark.parametrize(("what", "change"), CHANGES.items(), ids=[" ".join(what) for what in CHANGES])
def test_a_change_between_two_runs_is_seen(everything, aws, what, change):  # noqa: F811
    need = only(what[0])
    first = collect(need=need)
    a_second_later()
    kind, identity, path, expected = change(boto3.client("connect", region_name="us-east-1"), everything)
    assert (kind, path.partition(".")[0]) == what
    assert not has(value_of(first.snapshot, kind, identity, path), expected), "the change changes nothing"
    second = collect(need=need, past=past_of(first))
    assert has(value_of(second.snapshot, kind, identity, path), expected)
    assert without_age(second.snapshot) == list(collect(need=need).snapshot.resources)


def test_nothing_can_change_who_may_call_a_module_so_that_the_hash_of_its_content_is_evidence_enough():
    connect = botocore.session.Session().get_service_model("connect")
    named = "ExternalInvocationConfiguration"
    search = EVIDENT["connect.contact_flow_module"].search
    assert search
    assert named in search.doubtful
    takes = {
        name
        for name in connect.operation_names
        if named in getattr(connect.operation_model(name).input_shape, "members", {})
    }
    assert takes == {"CreateContactFlowModule"}


def change_flow(connect, instance):
    listed = connect.list_contact_flows(InstanceId=instance)["ContactFlowSummaryList"]
    flow = next(one["Id"] for one in listed if one["ContactFlowStatus"] == "PUBLISHED")
    connect.update_contact_flow_content(InstanceId=instance, ContactFlowId=flow, Content=FLOW)
    return "connect.contact_flow", flow


def change_module(connect, instance):
    module = connect.list_contact_flow_modules(InstanceId=instance)["ContactFlowModulesSummaryList"][0]["Id"]
    connect.update_contact_flow_module_content(InstanceId=instance, ContactFlowModuleId=module, Content=FLOW)
    return "connect.contact_flow_module", module


@pytest.mark.parametrize("change", [change_flow, change_module])
def test_content_that_a_search_does_not_fill_is_described_again_when_it_changed(
    searchless, monkeypatch, change
):
    for name, value in environment(searchless.url).items():
        if name.startswith("AWS_") or name == "NO_PROXY":
            monkeypatch.setenv(name, value)
    content = frozenset({"Content"})
    need = Need({"connect.contact_flow": content, "connect.contact_flow_module": content})
    connect = boto3.client("connect", region_name="us-east-1")
    instance = connect.list_instances()["InstanceSummaryList"][0]["Id"]
    connect.create_contact_flow_module(InstanceId=instance, Name=f"antes {change.__name__}", Content=BEFORE)
    first = collect(need=need)
    assert not [one for one in first.snapshot.resources if "Content" in one.unread]
    unchanged = counted(collect(need=need, past=past_of(first)))
    assert unchanged["DescribeContactFlow"] == 0, "what was never published is as it was, too"
    assert unchanged["DescribeContactFlowModule"] == 0
    a_second_later()
    kind, identity = change(connect, instance)
    second = collect(need=need, past=past_of(first))
    assert value_of(second.snapshot, kind, identity, "Content") == FLOW
    assert without_age(second.snapshot) == list(collect(need=need).snapshot.resources)
    described = counted(second)
    described.subtract(unchanged)
    assert described["DescribeContactFlow"] + described["DescribeContactFlowModule"] == 1


def test_a_tag_is_seen_although_it_changes_no_time(everything, aws):  # noqa: F811
    connect = boto3.client("connect", region_name="us-east-1")
    user = first_of(connect, "list_users", "UserSummaryList", everything)
    need = only("connect.user")
    first = collect(need=need)
    connect.tag_resource(resourceArn=user["Arn"], tags={"Novo": "sim"})
    after = first_of(connect, "list_users", "UserSummaryList", everything)
    assert after["LastModifiedTime"] == user["LastModifiedTime"]
    second = collect(need=need, past=past_of(first))
    assert value_of(second.snapshot, "connect.user", user["Id"], "Tags")["Novo"] == "sim"


def test_what_is_gone_vanishes_and_what_is_new_is_there(everything, aws):  # noqa: F811
    connect = boto3.client("connect", region_name="us-east-1")
    old = connect.create_security_profile(**own(everything), SecurityProfileName="some")["SecurityProfileId"]
    need = only("connect.security_profile")
    first = collect(need=need)
    connect.delete_security_profile(**own(everything), SecurityProfileId=old)
    new = connect.create_security_profile(**own(everything), SecurityProfileName="surge")["SecurityProfileId"]
    second = collect(need=need, past=past_of(first))
    connect.delete_security_profile(**own(everything), SecurityProfileId=new)
    ids = {one.key.id for one in second.snapshot.resources if one.key.kind == "connect.security_profile"}
    assert new in ids
    assert old not in ids


def test_a_list_whose_time_is_not_the_resources_own_is_read_anew(everything, aws, sandbox):  # noqa: F811
    first = collect(need=only("connect.user"))
    other = json.dumps({"UserProficiencyList": [], "LastModifiedTime": 1, "LastModifiedRegion": "us-east-1"})
    sandbox.fault(
        lambda call, _: Response(200, other.encode()) if call.operation == "ListUserProficiencies" else None
    )
    try:
        second = collect(need=only("connect.user"), past=past_of(first))
    finally:
        sandbox.fault(None)
    users = sum(one.key.kind == "connect.user" for one in first.snapshot.resources)
    instances = len(list(first.snapshot.instances()))
    assert counted(second)["ListUserProficiencies"] == users + instances
    assert counted(second)["DescribeUser"] == 0


def test_a_witness_that_does_not_answer_testifies_nothing(everything, aws, sandbox):  # noqa: F811
    first = collect(need=only("connect.user"))
    sandbox.deny("connect:ListUserProficiencies")
    try:
        second = collect(need=only("connect.user"), past=past_of(first))
    finally:
        sandbox.allow("connect:ListUserProficiencies")
    users = [one for one in second.snapshot.resources if one.key.kind == "connect.user"]
    assert {one.unread["Proficiencies"].reason for one in users} == {Reason.DENIED}


# What must not be taken

KIND = EVIDENT["connect.user"]
HERE = Place("111122223333", "us-east-1", "i-1")
KEY = Key(HERE, "connect.user", "u")
DATED = {"Id": "u", "LastModifiedTime": "2026-01-10T00:00:00Z", "LastModifiedRegion": "us-east-1"}
READ = "2026-01-15T12:00:00Z"


def past(*resources, oldest=LONG_AGO):
    return Past.of(resources, READ, oldest)


def test_equal_evidence_is_needed_and_all_of_it():
    known = past(Resource(KEY, DATED))
    assert known.unchanged(KIND, KEY, DATED) == Resource(KEY, DATED, read_at=READ)
    for changed in ({"LastModifiedTime": "2026-01-10T00:00:01Z"}, {"LastModifiedRegion": "us-west-2"}):
        assert known.unchanged(KIND, KEY, DATED | changed) is None
    undated = {"Id": "u"}
    assert past(Resource(KEY, undated)).unchanged(KIND, KEY, undated) is None, "two absences prove nothing"
    elsewhere = Key(Place("111122223333", "us-west-2", "i-1"), "connect.user", "u")
    assert known.unchanged(KIND, elsewhere, DATED) is None
    assert NO_PAST.unchanged(KIND, KEY, DATED) is None


@pytest.mark.parametrize(("seconds", "taken"), [("57", True), ("58", True), ("59", False)])
def test_what_changed_in_the_moment_of_reading_is_not_settled(seconds, taken):
    data = DATED | {"LastModifiedTime": f"2026-01-15T11:59:{seconds}Z"}
    assert (past(Resource(KEY, data)).unchanged(KIND, KEY, data) is not None) == taken


def test_nothing_is_taken_that_is_too_old_whenever_it_was_copied():
    young, copied = Resource(KEY, DATED), Resource(KEY, DATED, read_at="2026-01-11T00:00:00Z")
    bound = datetime(2026, 1, 12, tzinfo=UTC)
    assert past(young, oldest=bound).resources
    assert not past(copied, oldest=bound).resources


def test_users_whom_a_directory_manages_are_read_anew():
    instance = Resource(
        Key(HERE, "connect.instance", "i-1"), {"IdentityManagementType": "EXISTING_DIRECTORY"}
    )
    queue = Resource(Key(HERE, "connect.queue", "q"), DATED)
    assert set(past(Resource(KEY, DATED), queue, instance).resources) == {queue.key}


def test_what_was_unread_or_masked_is_not_held():
    cause = Cause(Reason.MASKED)
    one = Resource(
        KEY, {"IdentityInfo": {"Email": "‹masked›"}, "Tags": {}}, unread={"IdentityInfo.Email": cause}
    )
    assert not holds(one, "IdentityInfo.Email")
    assert not holds(one, "IdentityInfo")
    assert not holds(one, "Tags")
    assert holds(one, "IdentityInfo.Mobile"), "known to be absent"
    assert not holds(replace(one, rest=cause), "AfterContactWorkConfigs")


def test_what_was_denied_is_asked_for_again(everything, aws, sandbox):  # noqa: F811
    denied = ("connect:DescribeUser", "connect:ListUserProficiencies")
    sandbox.deny(*denied)
    try:
        first = collect(need=only("connect.user"))
    finally:
        sandbox.allow(*denied)
    assert without_age(collect(need=only("connect.user"), past=past_of(first)).snapshot) == list(
        collect(need=only("connect.user")).snapshot.resources
    )


def test_without_the_search_everything_is_described(everything, aws, sandbox):  # noqa: F811
    need = only("connect.security_profile")
    first = collect(need=need)
    sandbox.deny("connect:SearchSecurityProfiles")
    try:
        second = collect(need=need, past=past_of(first))
    finally:
        sandbox.allow("connect:SearchSecurityProfiles")
    assert counted(second)["DescribeSecurityProfile"] == counted(first)["DescribeSecurityProfile"]


# The command


@pytest.fixture(scope="module")
def kept(everything, sandbox, tmp_path_factory):  # noqa: F811
    """A clear and a masked snapshot of the account, some seconds after the last change."""
    folder = tmp_path_factory.mktemp("kept")
    cli = Cli(sandbox.url, folder)
    time.sleep(3)
    for name, *more in (("clear.jsonl", "--show-pii"), ("masked.jsonl",)):
        assert cli("scan", *FAST, "--region", "us-east-1", "--snapshot-out", name, *more).code == 1
    return folder


def scan(cli, *args):
    ran = cli("scan", *FAST, "--region", "us-east-1", "-o", "r.json", *args)
    document = json.loads((cli.folder / "r.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return ran, document


def reused(document):
    return {
        kind["kind"]: kind["reused"]
        for place in document["coverage"]
        for kind in place["kinds"]
        if "reused" in kind
    }


def test_a_scan_since_a_snapshot_finds_the_same_and_says_how_old_it_is(kept, cli):
    _, whole = scan(cli, "--all", "--show-pii")
    more = ("--since", kept / "clear.jsonl", "--snapshot-out", "new.jsonl", "-o", "r.html")
    ran, document = scan(cli, "--all", "--show-pii", *more)
    assert document["findings"] == whole["findings"]
    assert document["run"]["calls"] < whole["run"]["calls"] * 0.75
    taken_at = load(kept / "clear.jsonl").header.taken_at
    assert reused(document)["connect.user"] >= 10
    ages = {kind.get("oldest") for place in document["coverage"] for kind in place["kinds"]}
    assert ages == {None, taken_at}
    assert f"read at {taken_at}" in ran.out
    assert f"in part from a snapshot, the oldest of {taken_at}" in (cli.folder / "r.html").read_text("utf-8")
    again = load(cli.folder / "new.jsonl").snapshot
    assert {one.read_at for one in again.resources} == {"", taken_at}


def test_from_a_masked_snapshot_nothing_masked_is_taken(kept, cli):
    _, whole = scan(cli, "--all")
    _, document = scan(cli, "--all", "--since", kept / "masked.jsonl")
    assert document["findings"] == whole["findings"]
    assert "masked" not in {one["cause"]["reason"] for one in document["unread"]}
    _, clear = scan(cli, "--all", "--since", kept / "clear.jsonl")
    assert document["run"]["calls"] > clear["run"]["calls"]


def test_nothing_is_taken_from_what_another_version_made(kept, cli):
    header, _, rest = (kept / "clear.jsonl").read_text("utf-8").partition("\n")
    said = json.loads(header)
    said["tool"]["botocore"] = "1.0"
    (cli.folder / "old.jsonl").write_text(f"{json.dumps(said)}\n{rest}", encoding="utf-8")
    ran, document = scan(cli, "--all", "--since", "old.jsonl")
    assert reused(document) == {}
    assert "another version" in ran.err


def test_the_age_of_what_is_taken_is_bounded(kept, cli):
    clear = kept / "clear.jsonl"
    assert reused(scan(cli, "--all", "--since", clear, "--max-age", "1h")[1])
    assert reused(scan(cli, "--all", "--since", clear, "--max-age", "0m")[1]) == {}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--since", "no.jsonl"), "no.jsonl"),
        (("--max-age", "7d"), "--since"),
        (("--since", "no.jsonl", "--max-age", "soon"), "such as 7d"),
        (
            ("--since", "no.jsonl", "--from-snapshot", "no.jsonl"),
            "--since cannot be used with --from-snapshot",
        ),
    ],
)
def test_what_cannot_be_is_said(cli, args, words):
    ran = cli("scan", *args)
    assert ran.code == 2
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_snapshot_with_a_time_that_is_none_is_refused(kept, cli):
    text = (kept / "clear.jsonl").read_text("utf-8").replace('"taken_at":"2', '"taken_at":"?', 1)
    (cli.folder / "odd.jsonl").write_text(text, encoding="utf-8")
    ran = cli("scan", "--since", "odd.jsonl")
    assert ran.code == 2
    assert "odd.jsonl" in ran.err
    assert "Traceback" not in ran.err
