"""Connect: paging, limits, errors, and that each write shows in the reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from auditor.sandbox import Sandbox
from auditor.sandbox.connect.not_populated import NOT_POPULATED

FLOW = json.dumps(
    {
        "Version": "2019-10-30",
        "StartAction": "end",
        "Metadata": {},
        "Actions": [
            {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
        ],
    }
)


def code_of(function: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        function(**params)
    return str(caught.value.response["Error"]["Code"])


def status_of(function: Any, **params: Any) -> int:
    with pytest.raises(ClientError) as caught:
        function(**params)
    return int(caught.value.response["ResponseMetadata"]["HTTPStatusCode"])


def by_name(items: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(item for item in items if item.get("Name") == name)


@pytest.fixture
def hours(connect: Any, instance: str) -> str:
    listed = connect.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"]
    return str(by_name(listed, "Basic Hours")["Id"])


def test_a_new_instance_is_furnished(connect: Any, instance: str) -> None:
    attributes = {
        one["AttributeType"]: one["Value"]
        for page in connect.get_paginator("list_instance_attributes").paginate(InstanceId=instance)
        for one in page["Attributes"]
    }
    assert len(attributes) == 13
    assert (attributes["CONTACTFLOW_LOGS"], attributes["CONTACT_LENS"]) == ("false", "true")
    storage = connect.list_instance_storage_configs(InstanceId=instance, ResourceType="CALL_RECORDINGS")
    assert storage["StorageConfigs"] == []
    names = {
        one["SecurityProfileName"]
        for one in connect.search_security_profiles(InstanceId=instance)["SecurityProfiles"]
    }
    assert names == {"Admin", "Agent", "CallCenterManager", "QualityAnalyst"}
    flows = connect.list_contact_flows(InstanceId=instance)["ContactFlowSummaryList"]
    content = connect.describe_contact_flow(InstanceId=instance, ContactFlowId=flows[0]["Id"])["ContactFlow"][
        "Content"
    ]
    assert json.loads(content)["Version"] == "2019-10-30"
    described = connect.describe_instance(InstanceId=instance)["Instance"]
    assert described["Tags"] == {"Environment": "test"}
    assert "Tags" not in connect.list_instances()["InstanceSummaryList"][0]


def test_create_instance_checks(connect: Any, client: Any, instance: str) -> None:
    both = {"InboundCallsEnabled": True, "OutboundCallsEnabled": True}
    taken = client("connect", "us-west-2").create_instance
    assert (
        code_of(taken, IdentityManagementType="SAML", InstanceAlias="Aurora", **both)
        == "InvalidRequestException"
    )
    make = connect.create_instance
    assert (
        code_of(make, IdentityManagementType="SAML", InstanceAlias="d-0123", **both)
        == "InvalidRequestException"
    )
    assert code_of(make, IdentityManagementType="EXISTING_DIRECTORY", **both) == "InvalidRequestException"
    missing = "d-0123456789"
    got = code_of(make, IdentityManagementType="EXISTING_DIRECTORY", DirectoryId=missing, **both)
    assert got == "ResourceNotFoundException"


def test_pages_to_the_end(connect: Any, instance: str, hours: str) -> None:
    names = {f"Fila {n:03d}" for n in range(120)}
    for name in names:
        connect.create_queue(InstanceId=instance, Name=name, HoursOfOperationId=hours)
    first = connect.list_queues(InstanceId=instance)
    assert len(first["QueueSummaryList"]) == 100
    seen = [
        one["Name"]
        for page in connect.get_paginator("list_queues").paginate(
            InstanceId=instance, PaginationConfig={"PageSize": 7}
        )
        for one in page["QueueSummaryList"]
    ]
    assert len(seen) == len(set(seen)) == 121
    assert set(seen) >= names
    found = connect.search_queues(InstanceId=instance, MaxResults=50)
    assert found["ApproximateTotalCount"] == 121
    assert len(found["Queues"]) == 50


def test_foreign_tokens(connect: Any, instance: str) -> None:
    token = connect.list_instance_attributes(InstanceId=instance)["NextToken"]
    rest = connect.list_instance_attributes(InstanceId=instance, NextToken=token)
    assert len(rest["Attributes"]) == 6
    assert (
        code_of(connect.list_contact_flows, InstanceId=instance, NextToken=token)
        == "InvalidParameterException"
    )
    assert code_of(connect.list_instances, NextToken="bm90IG91cnM=") == "InvalidRequestException"


def test_page_limits(connect: Any, instance: str) -> None:
    too_many = [
        (connect.list_instance_attributes, 8, {}),
        (connect.list_security_keys, 3, {}),
        (connect.list_queues, 1001, {}),
        (connect.list_approved_origins, 26, {}),
        (connect.list_instance_storage_configs, 11, {"ResourceType": "ATTACHMENTS"}),
        (connect.search_users, 501, {}),
    ]
    for function, size, more in too_many:
        assert code_of(function, InstanceId=instance, MaxResults=size, **more) == "InvalidParameterException"
        function(InstanceId=instance, MaxResults=size - 1, **more)
    assert code_of(connect.list_instances, MaxResults=11) == "InvalidRequestException"
    assert (
        code_of(connect.list_bots, InstanceId=instance, LexVersion="V2", MaxResults=26)
        == "InvalidRequestException"
    )


def test_values_outside_the_model(connect: Any, instance: str) -> None:
    read = connect.list_instance_storage_configs
    assert code_of(read, InstanceId=instance, ResourceType="TELEPATHY") == "InvalidParameterException"
    assert code_of(connect.describe_instance, InstanceId="nobody") == "ResourceNotFoundException"
    assert status_of(connect.describe_instance, InstanceId="nobody") == 404


def test_attributes(connect: Any, instance: str) -> None:
    connect.update_instance_attribute(InstanceId=instance, AttributeType="OUTBOUND_CALLS", Value="false")
    read = connect.describe_instance_attribute(InstanceId=instance, AttributeType="OUTBOUND_CALLS")
    assert read["Attribute"]["Value"] == "false"
    assert connect.describe_instance(InstanceId=instance)["Instance"]["OutboundCallsEnabled"] is False
    wrong = {"InstanceId": instance, "AttributeType": "OUTBOUND_CALLS", "Value": "perhaps"}
    assert code_of(connect.update_instance_attribute, **wrong) == "InvalidParameterException"


def test_storage(connect: Any, instance: str) -> None:
    config = {"StorageType": "S3", "S3Config": {"BucketName": "b", "BucketPrefix": "p"}}
    where = {"InstanceId": instance, "ResourceType": "CALL_RECORDINGS"}
    made = connect.associate_instance_storage_config(**where, StorageConfig=config)["AssociationId"]
    (held,) = connect.list_instance_storage_configs(**where)["StorageConfigs"]
    assert held == {**config, "AssociationId": made}
    again = code_of(connect.associate_instance_storage_config, **where, StorageConfig=config)
    assert again == "ResourceConflictException"
    key = {"EncryptionType": "KMS", "KeyId": "alias/x"}
    config["S3Config"]["EncryptionConfig"] = key  # type: ignore[index]
    connect.update_instance_storage_config(**where, AssociationId=made, StorageConfig=config)
    read = connect.describe_instance_storage_config(**where, AssociationId=made)["StorageConfig"]
    assert read["S3Config"]["EncryptionConfig"] == key
    connect.disassociate_instance_storage_config(**where, AssociationId=made)
    assert connect.list_instance_storage_configs(**where)["StorageConfigs"] == []


def test_flat_associations(connect: Any, instance: str) -> None:
    function = "arn:aws:lambda:us-east-1:123456789012:function:f"
    alias = {"AliasArn": "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/KLMNOPQRST"}
    connect.associate_approved_origin(InstanceId=instance, Origin="https://a.example")
    connect.associate_lambda_function(InstanceId=instance, FunctionArn=function)
    connect.associate_bot(InstanceId=instance, LexV2Bot=alias)
    connect.associate_lex_bot(InstanceId=instance, LexBot={"Name": "old", "LexRegion": "us-east-1"})
    key = connect.associate_security_key(InstanceId=instance, Key="PEM")["AssociationId"]
    assert connect.list_approved_origins(InstanceId=instance)["Origins"] == ["https://a.example"]
    assert connect.list_lambda_functions(InstanceId=instance)["LambdaFunctions"] == [function]
    assert connect.list_bots(InstanceId=instance, LexVersion="V2")["LexBots"] == [{"LexV2Bot": alias}]
    old = {"Name": "old", "LexRegion": "us-east-1"}
    assert connect.list_bots(InstanceId=instance, LexVersion="V1")["LexBots"] == [{"LexBot": old}]
    assert connect.list_lex_bots(InstanceId=instance)["LexBots"] == [old]
    assert connect.list_security_keys(InstanceId=instance)["SecurityKeys"][0]["AssociationId"] == key
    conflict = code_of(connect.associate_approved_origin, InstanceId=instance, Origin="https://a.example")
    assert conflict == "ResourceConflictException"
    connect.disassociate_approved_origin(InstanceId=instance, Origin="https://a.example")
    connect.disassociate_lambda_function(InstanceId=instance, FunctionArn=function)
    connect.disassociate_bot(InstanceId=instance, LexV2Bot=alias)
    connect.disassociate_lex_bot(InstanceId=instance, BotName="old", LexRegion="us-east-1")
    connect.disassociate_security_key(InstanceId=instance, AssociationId=key)
    assert connect.list_approved_origins(InstanceId=instance)["Origins"] == []
    assert connect.list_bots(InstanceId=instance, LexVersion="V2")["LexBots"] == []


def test_queues(connect: Any, instance: str, hours: str) -> None:
    made = connect.create_queue(InstanceId=instance, Name="Vendas", HoursOfOperationId=hours, Tags={"a": "b"})
    own = {"InstanceId": instance, "QueueId": made["QueueId"]}
    assert made["QueueArn"].endswith(f"instance/{instance}/queue/{made['QueueId']}")
    twin = code_of(connect.create_queue, InstanceId=instance, Name="Vendas", HoursOfOperationId=hours)
    assert twin == "DuplicateResourceException"
    nowhere = code_of(connect.create_queue, InstanceId=instance, Name="X", HoursOfOperationId="nothing")
    assert nowhere == "ResourceNotFoundException"
    connect.update_queue_status(**own, Status="DISABLED")
    connect.update_queue_max_contacts(**own, MaxContacts=5)
    connect.update_queue_name(**own, Name="Vendas 2", Description="d")
    read = connect.describe_queue(**own)["Queue"]
    assert (read["Name"], read["Status"], read["MaxContacts"], read["Tags"]) == (
        "Vendas 2",
        "DISABLED",
        5,
        {"a": "b"},
    )
    quick = connect.create_quick_connect(
        InstanceId=instance,
        Name="Ajuda",
        QuickConnectConfig={
            "QuickConnectType": "PHONE_NUMBER",
            "PhoneConfig": {"PhoneNumber": "+551130035599"},
        },
    )["QuickConnectId"]
    connect.associate_queue_quick_connects(**own, QuickConnectIds=[quick])
    assert connect.list_queue_quick_connects(**own)["QuickConnectSummaryList"][0]["Name"] == "Ajuda"
    connect.delete_queue(**own)
    assert code_of(connect.describe_queue, **own) == "ResourceNotFoundException"


def test_search_criteria_and_tags(connect: Any, instance: str, hours: str) -> None:
    for name, tags in (("Vendas", {"team": "a"}), ("Vendas VIP", {"team": "b"}), ("Sinistros", {})):
        connect.create_queue(InstanceId=instance, Name=name, HoursOfOperationId=hours, Tags=tags)

    def found(**params: Any) -> set[str]:
        return {one["Name"] for one in connect.search_queues(InstanceId=instance, **params)["Queues"]}

    condition = {"FieldName": "name", "Value": "vend", "ComparisonType": "STARTS_WITH"}
    assert found(SearchCriteria={"StringCondition": condition}) == {"Vendas", "Vendas VIP"}
    other = {"FieldName": "name", "Value": "sin", "ComparisonType": "CONTAINS"}
    either = [{"StringCondition": condition}, {"StringCondition": other}]
    assert found(SearchCriteria={"OrConditions": either}) == {"Vendas", "Vendas VIP", "Sinistros"}
    tag = {"TagKey": "team", "TagValue": "b"}
    assert found(SearchFilter={"TagFilter": {"TagCondition": tag}}) == {"Vendas VIP"}
    assert len(found(SearchCriteria={})) == 4


def test_people(connect: Any, instance: str) -> None:
    profiles = connect.list_security_profiles(InstanceId=instance)["SecurityProfileSummaryList"]
    admin = by_name(profiles, "Admin")["Id"]
    routing = connect.list_routing_profiles(InstanceId=instance)["RoutingProfileSummaryList"][0]["Id"]
    user = connect.create_user(
        InstanceId=instance,
        Username="ana",
        SecurityProfileIds=[admin],
        RoutingProfileId=routing,
        IdentityInfo={"FirstName": "Ana", "LastName": "Araújo", "Email": "ana@aurora.example"},
        PhoneConfig={"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 60},
    )["UserId"]
    own = {"InstanceId": instance, "UserId": user}
    described = connect.describe_user(**own)["User"]
    assert described["IdentityInfo"]["Email"] == "ana@aurora.example"
    assert described["PhoneConfig"]["AfterContactWorkTimeLimit"] == 60
    (found,) = connect.search_users(InstanceId=instance)["Users"]
    assert found["IdentityInfo"] == {"FirstName": "Ana", "LastName": "Araújo"}
    assert found["PhoneConfig"]["AfterContactWorkTimeLimit"] == 60_000
    assert found["SecurityProfileIds"] == [admin]
    in_use = code_of(connect.delete_security_profile, InstanceId=instance, SecurityProfileId=admin)
    assert in_use == "ResourceInUseException"
    queues = connect.list_queues(InstanceId=instance)["QueueSummaryList"]
    assert [one["Id"] for one in queues if one["QueueType"] == "AGENT"] == [user]
    assert len(connect.search_queues(InstanceId=instance)["Queues"]) == 1
    connect.update_user_security_profiles(**own, SecurityProfileIds=[by_name(profiles, "Agent")["Id"]])
    assert connect.describe_user(**own)["User"]["SecurityProfileIds"] == [by_name(profiles, "Agent")["Id"]]
    permissions = connect.list_security_profile_permissions(InstanceId=instance, SecurityProfileId=admin)
    assert "Users.EditPermission" in permissions["Permissions"]
    connect.update_security_profile(InstanceId=instance, SecurityProfileId=admin, Permissions=["Users.View"])
    permissions = connect.list_security_profile_permissions(InstanceId=instance, SecurityProfileId=admin)
    assert permissions["Permissions"] == ["Users.View"]


def test_not_populated(connect: Any, instance: str, hours: str) -> None:
    queue = connect.create_queue(InstanceId=instance, Name="Q", HoursOfOperationId=hours)["QueueId"]
    made = connect.create_routing_profile(
        InstanceId=instance,
        Name="Perfil",
        Description="d",
        DefaultOutboundQueueId=queue,
        MediaConcurrencies=[
            {
                "Channel": "VOICE",
                "Concurrency": 1,
                "CrossChannelBehavior": {"BehaviorType": "ROUTE_ANY_CHANNEL"},
            }
        ],
        QueueConfigs=[{"QueueReference": {"QueueId": queue, "Channel": "VOICE"}, "Priority": 1, "Delay": 0}],
    )["RoutingProfileId"]
    described = connect.describe_routing_profile(InstanceId=instance, RoutingProfileId=made)["RoutingProfile"]
    found = by_name(connect.search_routing_profiles(InstanceId=instance)["RoutingProfiles"], "Perfil")
    assert described["MediaConcurrencies"][0]["CrossChannelBehavior"] == {"BehaviorType": "ROUTE_ANY_CHANNEL"}
    assert "CrossChannelBehavior" not in found["MediaConcurrencies"][0]
    assert "AgentAvailabilityTimer" in described
    assert "AgentAvailabilityTimer" not in found
    assert "AssociatedQueueIds" not in described
    assert found["AssociatedQueueIds"] == [queue]
    listed = connect.list_routing_profile_queues(InstanceId=instance, RoutingProfileId=made)
    assert listed["RoutingProfileQueueConfigSummaryList"][0]["QueueName"] == "Q"
    profile = connect.create_security_profile(
        InstanceId=instance,
        SecurityProfileName="P",
        AllowedAccessControlTags={"a": "b"},
        TagRestrictedResources=["User"],
    )["SecurityProfileId"]
    described = connect.describe_security_profile(InstanceId=instance, SecurityProfileId=profile)[
        "SecurityProfile"
    ]
    assert described["AllowedAccessControlTags"] == {"a": "b"}
    for one in connect.search_security_profiles(InstanceId=instance)["SecurityProfiles"]:
        assert not {"AllowedAccessControlTags", "TagRestrictedResources", "LastModifiedTime"} & set(one)


def test_the_table_names_members_of_the_model(connect: Any) -> None:
    operations = connect.meta.service_model.operation_names
    assert set(NOT_POPULATED) <= set(operations)


def test_flow_content_in_searches_is_a_knob(connect: Any, instance: str) -> None:
    assert all("Content" in one for one in connect.search_contact_flows(InstanceId=instance)["ContactFlows"])


def test_flows(connect: Any, instance: str) -> None:
    made = connect.create_contact_flow(
        InstanceId=instance, Name="Rascunho", Type="CONTACT_FLOW", Content=FLOW, Status="SAVED"
    )["ContactFlowId"]
    own = {"InstanceId": instance, "ContactFlowId": made}
    assert code_of(connect.describe_contact_flow, **own) == "ContactFlowNotPublishedException"
    saved = connect.describe_contact_flow(InstanceId=instance, ContactFlowId=f"{made}:$SAVED")["ContactFlow"]
    assert saved["Status"] == "SAVED"
    connect.update_contact_flow_content(**own, Content=FLOW)
    assert connect.describe_contact_flow(**own)["ContactFlow"]["Status"] == "PUBLISHED"
    connect.update_contact_flow_metadata(**own, ContactFlowState="ARCHIVED")
    listed = by_name(connect.list_contact_flows(InstanceId=instance)["ContactFlowSummaryList"], "Rascunho")
    assert (listed["ContactFlowState"], listed["ContactFlowType"]) == ("ARCHIVED", "CONTACT_FLOW")
    wrong = {"InstanceId": instance, "Name": "x", "Type": "CONTACT_FLOW", "Content": "{}"}
    assert code_of(connect.create_contact_flow, **wrong) == "InvalidContactFlowException"
    assert connect.create_contact_flow_version(**own)["Version"] == 1
    assert connect.list_contact_flow_versions(**own)["ContactFlowVersionSummaryList"][0]["Version"] == 1
    module = connect.create_contact_flow_module(InstanceId=instance, Name="M", Content=FLOW)["Id"]
    read = connect.describe_contact_flow_module(InstanceId=instance, ContactFlowModuleId=module)[
        "ContactFlowModule"
    ]
    assert read["Content"] == FLOW


def test_numbers(connect: Any, client: Any, instance: str) -> None:
    other = connect.create_instance(
        IdentityManagementType="SAML",
        InstanceAlias="outra",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )["Id"]
    offered = connect.search_available_phone_numbers(
        InstanceId=instance, PhoneNumberCountryCode="BR", PhoneNumberType="DID"
    )["AvailableNumbersList"]
    first = connect.claim_phone_number(InstanceId=instance, PhoneNumber=offered[0]["PhoneNumber"])[
        "PhoneNumberId"
    ]
    second = connect.claim_phone_number(InstanceId=other, PhoneNumber="+18335550142")["PhoneNumberId"]
    everything = connect.list_phone_numbers_v2()["ListPhoneNumbersSummaryList"]
    assert {one["PhoneNumberId"]: one["PhoneNumberType"] for one in everything} == {
        first: "DID",
        second: "TOLL_FREE",
    }
    (one,) = connect.list_phone_numbers_v2(InstanceId=instance)["ListPhoneNumbersSummaryList"]
    assert (one["PhoneNumberId"], one["InstanceId"]) == (first, instance)
    arn = connect.describe_instance(InstanceId=other)["Instance"]["Arn"]
    assert len(connect.list_phone_numbers_v2(TargetArn=arn)["ListPhoneNumbersSummaryList"]) == 1
    described = connect.describe_phone_number(PhoneNumberId=first)["ClaimedPhoneNumberSummary"]
    assert described["PhoneNumberStatus"]["Status"] == "CLAIMED"
    flow = connect.list_contact_flows(InstanceId=instance)["ContactFlowSummaryList"][0]
    connect.associate_phone_number_contact_flow(
        PhoneNumberId=first, InstanceId=instance, ContactFlowId=flow["Id"]
    )
    (held,) = connect.list_flow_associations(InstanceId=instance)["FlowAssociationSummaryList"]
    assert held == {
        "ResourceId": described["PhoneNumberArn"], "FlowId": flow["Arn"], "ResourceType": "VOICE_PHONE_NUMBER"
    }  # fmt: skip
    batch = connect.batch_get_flow_association(InstanceId=instance, ResourceIds=[described["PhoneNumberArn"]])
    assert batch["FlowAssociationSummaryList"] == [held]
    connect.disassociate_phone_number_contact_flow(PhoneNumberId=first, InstanceId=instance)
    assert connect.list_flow_associations(InstanceId=instance)["FlowAssociationSummaryList"] == []
    connect.release_phone_number(PhoneNumberId=first)
    assert code_of(connect.describe_phone_number, PhoneNumberId=first) == "ResourceNotFoundException"


def test_hours_and_overrides(connect: Any, instance: str, hours: str) -> None:
    own = {"InstanceId": instance, "HoursOfOperationId": hours}
    day = [
        {"Day": "FRIDAY", "StartTime": {"Hours": 0, "Minutes": 0}, "EndTime": {"Hours": 23, "Minutes": 59}}
    ]
    made = connect.create_hours_of_operation_override(
        **own,
        Name="Natal",
        Config=day,
        EffectiveFrom="2026-12-25",
        EffectiveTill="2026-12-25",
        OverrideType="CLOSED",
    )["HoursOfOperationOverrideId"]
    (listed,) = connect.list_hours_of_operation_overrides(**own)["HoursOfOperationOverrideList"]
    assert (listed["HoursOfOperationOverrideId"], listed["OverrideType"]) == (made, "CLOSED")
    found = connect.search_hours_of_operation_overrides(InstanceId=instance)
    assert found["ApproximateTotalCount"] == 1
    connect.update_hours_of_operation(**own, TimeZone="America/Sao_Paulo")
    assert connect.describe_hours_of_operation(**own)["HoursOfOperation"]["TimeZone"] == "America/Sao_Paulo"


def test_integrations(connect: Any, instance: str) -> None:
    given = {
        "InstanceId": instance,
        "IntegrationType": "APPLICATION",
        "IntegrationArn": "arn:aws:app-integrations:us-east-1:123456789012:application/x",
    }
    made = connect.create_integration_association(**given)["IntegrationAssociationId"]
    assert code_of(connect.create_integration_association, **given) == "DuplicateResourceException"
    own = {"InstanceId": instance, "IntegrationAssociationId": made}
    use = connect.create_use_case(**own, UseCaseType="RULES_EVALUATION")["UseCaseId"]
    assert connect.list_use_cases(**own)["UseCaseSummaryList"][0]["UseCaseId"] == use
    assert code_of(connect.delete_integration_association, **own) == "InvalidRequestException"
    connect.delete_use_case(**own, UseCaseId=use)
    connect.delete_integration_association(**own)
    listed = connect.list_integration_associations(InstanceId=instance)
    assert listed["IntegrationAssociationSummaryList"] == []


def test_hierarchy(connect: Any, instance: str) -> None:
    levels = {"LevelOne": {"Name": "Diretoria"}, "LevelTwo": {"Name": "Equipe"}}
    connect.update_user_hierarchy_structure(InstanceId=instance, HierarchyStructure=levels)
    structure = connect.describe_user_hierarchy_structure(InstanceId=instance)["HierarchyStructure"]
    assert structure["LevelTwo"]["Name"] == "Equipe"
    top = connect.create_user_hierarchy_group(InstanceId=instance, Name="A")["HierarchyGroupId"]
    low = connect.create_user_hierarchy_group(InstanceId=instance, Name="B", ParentGroupId=top)[
        "HierarchyGroupId"
    ]
    read = connect.describe_user_hierarchy_group(InstanceId=instance, HierarchyGroupId=low)["HierarchyGroup"]
    assert read["HierarchyPath"]["LevelOne"]["Id"] == top
    deep = {"InstanceId": instance, "Name": "C", "ParentGroupId": low}
    assert code_of(connect.create_user_hierarchy_group, **deep) == "InvalidRequestException"


def test_tags(connect: Any, instance: str, hours: str) -> None:
    arn = connect.describe_hours_of_operation(InstanceId=instance, HoursOfOperationId=hours)[
        "HoursOfOperation"
    ]["HoursOfOperationArn"]
    connect.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
    connect.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert connect.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}
    read = connect.describe_hours_of_operation(InstanceId=instance, HoursOfOperationId=hours)
    assert read["HoursOfOperation"]["Tags"] == {"b": "2"}


def test_replica(connect: Any, client: Any, instance: str) -> None:
    replica = connect.replicate_instance(
        InstanceId=instance, ReplicaRegion="us-west-2", ReplicaAlias="aurora-oeste"
    )
    assert replica["Id"] == instance
    west = client("connect", "us-west-2")
    read = west.describe_instance(InstanceId=instance)
    assert read["ReplicationConfiguration"]["SourceRegion"] == "us-east-1"
    assert ":us-west-2:" in read["Instance"]["Arn"]
    group = connect.create_traffic_distribution_group(Name="grupo", InstanceId=instance)["Id"]
    shares = connect.get_traffic_distribution(Id=group)["TelephonyConfig"]["Distributions"]
    assert [share["Percentage"] for share in shares] == [100, 0]
    assert (
        len(
            connect.list_traffic_distribution_groups(InstanceId=instance)[
                "TrafficDistributionGroupSummaryList"
            ]
        )
        == 1
    )


def test_delete_instance(connect: Any, instance: str) -> None:
    connect.claim_phone_number(InstanceId=instance, PhoneNumber="+551130035500")
    connect.delete_instance(InstanceId=instance)
    assert connect.list_instances()["InstanceSummaryList"] == []
    assert connect.list_phone_numbers_v2()["ListPhoneNumbersSummaryList"] == []


def test_smaller_documents(connect: Any, instance: str) -> None:
    connect.create_predefined_attribute(
        InstanceId=instance, Name="Idioma", Values={"StringList": ["pt", "en"]}
    )
    read = connect.describe_predefined_attribute(InstanceId=instance, Name="Idioma")["PredefinedAttribute"]
    assert read["Values"] == {"StringList": ["pt", "en"]}
    view = connect.create_view(
        InstanceId=instance, Name="Tela", Status="PUBLISHED", Content={"Template": "{}"}
    )["View"]
    assert connect.describe_view(InstanceId=instance, ViewId=view["Id"])["View"]["Name"] == "Tela"
    prompt = connect.create_prompt(InstanceId=instance, Name="Aviso", S3Uri="s3://bucket/aviso.wav")[
        "PromptId"
    ]
    assert connect.describe_prompt(InstanceId=instance, PromptId=prompt)["Prompt"]["Name"] == "Aviso"
    rule = connect.create_rule(
        InstanceId=instance,
        Name="Regra",
        TriggerEventSource={"EventSourceName": "OnPostCallAnalysisAvailable"},
        Function="{}",
        Actions=[{"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": {}}],
        PublishStatus="PUBLISHED",
    )["RuleId"]
    assert connect.list_rules(InstanceId=instance)["RuleSummaryList"][0]["RuleId"] == rule
    email = connect.create_email_address(InstanceId=instance, EmailAddress="oi@aurora.example")[
        "EmailAddressId"
    ]
    assert connect.search_email_addresses(InstanceId=instance)["EmailAddresses"][0]["EmailAddressId"] == email
    form = connect.create_evaluation_form(
        InstanceId=instance,
        Title="Qualidade",
        Items=[{"Question": {"Title": "Bom?", "RefId": "q1", "QuestionType": "TEXT"}}],
    )["EvaluationFormId"]
    read = connect.describe_evaluation_form(InstanceId=instance, EvaluationFormId=form)["EvaluationForm"]
    assert read["Status"] == "DRAFT"
    template = connect.create_task_template(
        InstanceId=instance, Name="Tarefa", Fields=[{"Id": {"Name": "n"}, "Type": "NAME"}]
    )["Id"]
    assert connect.get_task_template(InstanceId=instance, TaskTemplateId=template)["Name"] == "Tarefa"
    (profile,) = connect.list_authentication_profiles(InstanceId=instance)["AuthenticationProfileSummaryList"]
    connect.update_authentication_profile(
        InstanceId=instance, AuthenticationProfileId=profile["Id"], AllowedIps=["10.0.0.0/8"]
    )
    read = connect.describe_authentication_profile(InstanceId=instance, AuthenticationProfileId=profile["Id"])
    assert read["AuthenticationProfile"]["AllowedIps"] == ["10.0.0.0/8"]
    connect.associate_analytics_data_set(InstanceId=instance, DataSetId="contact_record")
    assert len(connect.list_analytics_data_associations(InstanceId=instance)["Results"]) == 1


def test_search_without_content(client_of: Any) -> None:
    with Sandbox(search_fills_flow_content=False) as sandbox:
        connect = client_of(sandbox.url, "connect")
        made = connect.create_instance(
            IdentityManagementType="SAML",
            InstanceAlias="sem",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )["Id"]
        flows = connect.search_contact_flows(InstanceId=made)["ContactFlows"]
        assert flows
        assert not any("Content" in one for one in flows)
