"""Instances: their life, attributes, storage, and the flat associations; tags of everything."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..errors import AwsError
from . import defaults
from .ask import Ask, Handler, Resource, bare
from .engine import add, show
from .resources import BY_NOUN, RESOURCES
from .state import Instance, Place, Record, new_id, not_found, now

# A directory belongs to one instance; the check that it exists is handed in, for directories live elsewhere.
DirectoryExists = Callable[[str, str, str], bool]

STORAGE_MEMBER = {
    "S3": "S3Config",
    "KINESIS_VIDEO_STREAM": "KinesisVideoStreamConfig",
    "KINESIS_STREAM": "KinesisStreamConfig",
    "KINESIS_FIREHOSE": "KinesisFirehoseConfig",
}

# Which storage types a resource type takes. Source: API reference, AssociateInstanceStorageConfig.
STREAMS = ("KINESIS_STREAM", "KINESIS_FIREHOSE")
STORAGE_TYPES = {
    "MEDIA_STREAMS": ("KINESIS_VIDEO_STREAM",),
    "CONTACT_TRACE_RECORDS": STREAMS,
    "AGENT_EVENTS": ("KINESIS_STREAM",),
    "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS": ("KINESIS_STREAM",),
    "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS": ("KINESIS_STREAM",),
    "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS": ("KINESIS_STREAM",),
}

SECURITY_KEYS = 2


def create_instance(directory_exists: DirectoryExists) -> Handler:
    def run(ask: Ask) -> dict[str, Any]:
        kind, alias = ask.params["IdentityManagementType"], ask.params.get("InstanceAlias")
        directory = ask.params.get("DirectoryId")
        if kind == "EXISTING_DIRECTORY":
            if not directory:
                raise AwsError("InvalidRequestException", "DirectoryId is required for EXISTING_DIRECTORY")
            if not directory_exists(ask.place.account, ask.place.region, directory):
                raise AwsError("ResourceNotFoundException", f"Directory not found: {directory}")
        elif not alias:
            raise AwsError("InvalidRequestException", "InstanceAlias is required")
        alias = alias or str(directory)
        refuse_alias(ask, alias)
        instance = new_instance(ask.place, new_id(), alias, ask.params)
        ask.place.instances[instance.id] = instance
        furnish(ask, instance)
        return {"Id": instance.id, "Arn": instance.arn}

    return run


def refuse_alias(ask: Ask, alias: str) -> None:
    """An alias is the host name of the instance, so it is unique in the whole world. Raises AwsError."""
    for place in ask.world.places():
        for other in place.instances.values():
            if other.record["InstanceAlias"].lower() == alias.lower():
                raise AwsError("InvalidRequestException", f"The instance alias {alias} is taken")


def new_instance(place: Place, instance_id: str, alias: str, params: Record) -> Instance:
    roles = f"arn:aws:iam::{place.account}:role/aws-service-role/connect.amazonaws.com"
    record = {
        "Id": instance_id,
        "Arn": place.arn(f"instance/{instance_id}"),
        "IdentityManagementType": params["IdentityManagementType"],
        "InstanceAlias": alias,
        "CreatedTime": now(),
        "ServiceRole": f"{roles}/AWSServiceRoleForAmazonConnect_{instance_id[:20].replace('-', '')}",
        "InstanceStatus": "ACTIVE",
        "InboundCallsEnabled": params["InboundCallsEnabled"],
        "OutboundCallsEnabled": params["OutboundCallsEnabled"],
        "InstanceAccessUrl": f"https://{alias}.my.connect.aws",
        "Tags": dict(params.get("Tags") or {}),
    }
    attributes = {
        "INBOUND_CALLS": str(params["InboundCallsEnabled"]).lower(),
        "OUTBOUND_CALLS": str(params["OutboundCallsEnabled"]).lower(),
        **defaults.ATTRIBUTES,
    }
    return Instance(record, attributes)


def furnish(ask: Ask, instance: Instance) -> None:
    """The objects every new instance has."""

    def make(noun: str, **params: Any) -> Record:
        asked = Ask(
            f"Create{noun}",
            {"InstanceId": instance.id, **params},
            ask.plan,
            ask.world,
            ask.place,
            ask.pages,
            ask.resources,
        )
        return add(asked, BY_NOUN[noun], asked.params, instance)

    for name, (description, permissions) in defaults.SECURITY_PROFILES.items():
        make(
            "SecurityProfile",
            SecurityProfileName=name,
            Description=description,
            Permissions=list(permissions),
        )
    for name, kind in defaults.FLOWS.items():
        make("ContactFlow", Name=name, Type=kind, Content=defaults.minimal_flow(name), Description=name)
    for order, (name, kind) in enumerate(defaults.AGENT_STATUSES.items(), 1):
        make("AgentStatus", Name=name, Type=kind, State="ENABLED", DisplayOrder=order)
    for name in defaults.PROMPTS:
        make("Prompt", Name=name)
    hours = make(
        "HoursOfOperation",
        Name="Basic Hours",
        Description="All day, every day",
        TimeZone="US/Eastern",
        Config=list(defaults.ALL_DAY),
    )
    queue = make(
        "Queue",
        Name="BasicQueue",
        Description="A simple, basic voice queue.",
        HoursOfOperationId=hours["HoursOfOperationId"],
    )
    make(
        "RoutingProfile",
        Name="Basic Routing Profile",
        Description="A simple routing profile.",
        DefaultOutboundQueueId=queue["QueueId"],
        IsDefault=True,
        MediaConcurrencies=[
            {"Channel": channel, "Concurrency": n} for channel, n in (("VOICE", 1), ("CHAT", 2))
        ],
        QueueConfigs=[
            {"QueueReference": {"QueueId": queue["QueueId"], "Channel": channel}, "Priority": 1, "Delay": 0}
            for channel in ("VOICE", "CHAT")
        ],
    )
    make(
        "AuthenticationProfile",
        Name="Default Authentication Profile",
        IsDefault=True,
        CreatedTime=now(),
        AllowedIps=[],
        BlockedIps=[],
        PeriodicSessionDuration=60,
        MaxSessionDuration=720,
        SessionInactivityDuration=720,
        SessionInactivityHandlingEnabled=False,
    )


def delete_instance(ask: Ask) -> dict[str, Any]:
    """The numbers of an instance are released with it."""
    instance = ask.instance
    del ask.place.instances[instance.id]
    for number_id, number in list(ask.place.numbers.items()):
        if number["TargetArn"] == instance.arn:
            del ask.place.numbers[number_id]
    return {}


def describe_instance(ask: Ask) -> dict[str, Any]:
    instance = ask.instance
    answer = {"Instance": {key: value for key, value in instance.record.items() if value != {}}}
    if instance.replication:
        answer["ReplicationConfiguration"] = instance.replication
    return answer


def list_instances(ask: Ask) -> dict[str, Any]:
    page, token = ask.cut([instance.record for instance in ask.place.instances.values()])
    shape = ask.plan.model.output_shape.members["InstanceSummaryList"].member
    plain = Resource("Instance", "InstanceId", "instance")
    return {"InstanceSummaryList": [show(record, plain, shape) for record in page], **token}


def replicate_instance(ask: Ask) -> dict[str, Any]:
    """The replica has the id of its source, another Region and another alias."""
    source = ask.place.instance(ask.params["InstanceId"])
    region = ask.params["ReplicaRegion"]
    if region == ask.place.region or source.replication:
        raise AwsError("ResourceConflictException", "The instance is replicated, or the Region is its own")
    if source.record["IdentityManagementType"] != "SAML":
        raise AwsError("InvalidRequestException", "Only SAML instances can be replicated")
    target = ask.world.place(ask.place.account, region)
    alias = ask.params.get("ReplicaAlias") or f"{source.record['InstanceAlias']}-{region}"[:45]
    refuse_alias(ask, alias)
    replica = new_instance(target, source.id, alias, {**source.record, "Tags": source.record["Tags"]})
    replica.attributes = dict(source.attributes)
    for noun, records in source.objects.items():
        replica.objects[noun] = {
            key: {**record, **_moved(record, source.arn, replica.arn)} for key, record in records.items()
        }
    target.instances[replica.id] = replica
    status = {
        "Region": region,
        "ReplicationStatus": "INSTANCE_REPLICATION_COMPLETE",
        "ReplicationStatusReason": "",
    }
    configuration = {
        "ReplicationStatusSummaryList": [status],
        "SourceRegion": ask.place.region,
        "GlobalSignInEndpoint": f"https://{source.record['InstanceAlias']}.my.connect.aws/global",
    }
    source.replication = replica.replication = configuration
    return {"Id": replica.id, "Arn": replica.arn}


def _moved(record: Record, old: str, new: str) -> Record:
    """The ARNs of a record as they are in another Region."""
    return {
        key: value.replace(old, new)
        for key, value in record.items()
        if isinstance(value, str) and value.startswith(old)
    }


def list_attributes(ask: Ask) -> dict[str, Any]:
    page, token = ask.cut(list(ask.instance.attributes.items()))
    return {"Attributes": [{"AttributeType": name, "Value": value} for name, value in page], **token}


def describe_attribute(ask: Ask) -> dict[str, Any]:
    name = ask.params["AttributeType"]
    if name not in ask.instance.attributes:
        raise not_found("Attribute", name)
    return {"Attribute": {"AttributeType": name, "Value": ask.instance.attributes[name]}}


def update_attribute(ask: Ask) -> dict[str, Any]:
    instance, name, value = ask.instance, ask.params["AttributeType"], ask.params["Value"].lower()
    if value not in ("true", "false"):
        raise ask.refuse(f"Value must be true or false: {value}")
    instance.attributes[name] = value
    member = {"INBOUND_CALLS": "InboundCallsEnabled", "OUTBOUND_CALLS": "OutboundCallsEnabled"}.get(name)
    if member:
        instance.record[member] = value == "true"
    return {}


def associate_storage(ask: Ask) -> dict[str, Any]:
    """One configuration per resource type, as in the service."""
    held = ask.instance.storage[ask.params["ResourceType"]]
    if held:
        raise AwsError(
            "ResourceConflictException", f"{ask.params['ResourceType']} has a storage configuration"
        )
    config = checked_storage(ask)
    config["AssociationId"] = new_id()
    held[config["AssociationId"]] = config
    return {"AssociationId": config["AssociationId"]}


def checked_storage(ask: Ask) -> Record:
    config, resource = dict(ask.params["StorageConfig"]), ask.params["ResourceType"]
    kind = config["StorageType"]
    if kind not in STORAGE_TYPES.get(resource, ("S3",)):
        raise ask.refuse(f"{resource} cannot be stored in {kind}")
    if STORAGE_MEMBER[kind] not in config:
        raise ask.refuse(f"{STORAGE_MEMBER[kind]} is required for {kind}")
    return config


def _storage(ask: Ask) -> tuple[dict[str, Record], str]:
    held, given = ask.instance.storage[ask.params["ResourceType"]], ask.params["AssociationId"]
    if given not in held:
        raise not_found("StorageConfig", given)
    return held, given


def describe_storage(ask: Ask) -> dict[str, Any]:
    held, given = _storage(ask)
    return {"StorageConfig": held[given]}


def update_storage(ask: Ask) -> dict[str, Any]:
    held, given = _storage(ask)
    held[given] = {**checked_storage(ask), "AssociationId": given}
    return {}


def disassociate_storage(ask: Ask) -> dict[str, Any]:
    held, given = _storage(ask)
    del held[given]
    return {}


def list_storage(ask: Ask) -> dict[str, Any]:
    page, token = ask.cut(list(ask.instance.storage[ask.params["ResourceType"]].values()))
    return {"StorageConfigs": list(page), **token}


def associate_origin(ask: Ask) -> dict[str, Any]:
    if not re.match(r"https?://", ask.params["Origin"]):
        raise ask.refuse(f"an origin starts with http:// or https://: {ask.params['Origin']}")
    _append(ask, "origins", ask.params["Origin"])
    return {}


def associate_lambda(ask: Ask) -> dict[str, Any]:
    if not re.match(r"arn:[\w-]+:lambda:", ask.params["FunctionArn"]):
        raise ask.refuse(f"not the ARN of a function: {ask.params['FunctionArn']}")
    _append(ask, "lambdas", ask.params["FunctionArn"])
    return {}


def _append(ask: Ask, name: str, value: Any) -> None:
    held = ask.instance.lists[name]
    if value in held:
        raise AwsError("ResourceConflictException", f"{value} is associated already")
    held.append(value)


def _remove(ask: Ask, name: str, value: Any) -> dict[str, Any]:
    held = ask.instance.lists[name]
    if value not in held:
        raise not_found("Association", str(value))
    held.remove(value)
    return {}


def _list(ask: Ask, name: str, key: str) -> dict[str, Any]:
    page, token = ask.cut(ask.instance.lists[name])
    return {key: list(page), **token}


def associate_key(ask: Ask) -> dict[str, Any]:
    held = ask.instance.lists["keys"]
    if len(held) >= SECURITY_KEYS:
        raise AwsError(
            "ServiceQuotaExceededException", f"an instance has {SECURITY_KEYS} security keys at most"
        )
    association = new_id()
    held.append({"AssociationId": association, "Key": ask.params["Key"], "CreationTime": now()})
    return {"AssociationId": association}


def disassociate_key(ask: Ask) -> dict[str, Any]:
    for key in ask.instance.lists["keys"]:
        if key["AssociationId"] == ask.params["AssociationId"]:
            return _remove(ask, "keys", key)
    raise not_found("SecurityKey", ask.params["AssociationId"])


def _bot(ask: Ask) -> Record:
    bot: Record = {key: ask.params[key] for key in ("LexBot", "LexV2Bot") if key in ask.params}
    if len(bot) != 1:
        raise ask.refuse("exactly one of LexBot and LexV2Bot is required")
    return bot


def associate_bot(ask: Ask) -> dict[str, Any]:
    _append(ask, "bots", _bot(ask))
    return {}


def list_bots(ask: Ask) -> dict[str, Any]:
    member = {"V1": "LexBot", "V2": "LexV2Bot"}[ask.params["LexVersion"]]
    page, token = ask.cut([bot for bot in ask.instance.lists["bots"] if member in bot])
    return {"LexBots": list(page), **token}


def list_lex_bots(ask: Ask) -> dict[str, Any]:
    page, token = ask.cut([bot["LexBot"] for bot in ask.instance.lists["bots"] if "LexBot" in bot])
    return {"LexBots": list(page), **token}


def disassociate_lex_bot(ask: Ask) -> dict[str, Any]:
    bot = {"LexBot": {"Name": ask.params["BotName"], "LexRegion": ask.params["LexRegion"]}}
    return _remove(ask, "bots", bot)


def associate_data_set(ask: Ask) -> dict[str, Any]:
    share = new_id()
    target = ask.params.get("TargetAccountId") or ask.place.account
    association = {
        "DataSetId": ask.params["DataSetId"],
        "TargetAccountId": target,
        "ResourceShareId": share,
        "ResourceShareArn": f"arn:aws:ram:{ask.place.region}:{ask.place.account}:resource-share/{share}",
    }
    _append(ask, "data sets", association)
    return association


def disassociate_data_set(ask: Ask) -> dict[str, Any]:
    target = ask.params.get("TargetAccountId") or ask.place.account
    for one in ask.instance.lists["data sets"]:
        if (one["DataSetId"], one["TargetAccountId"]) == (ask.params["DataSetId"], target):
            return _remove(ask, "data sets", one)
    raise not_found("DataSet", ask.params["DataSetId"])


def list_data_sets(ask: Ask) -> dict[str, Any]:
    wanted = ask.params.get("DataSetId")
    page, token = ask.cut(
        [one for one in ask.instance.lists["data sets"] if wanted in (None, one["DataSetId"])]
    )
    return {"Results": list(page), **token}


def _tagged(ask: Ask) -> dict[str, str]:
    """The tags of whatever the ARN names, ready to be changed. Raises AwsError."""
    arn = ask.params["resourceArn"]
    kind, *rest = arn.split(":", 5)[-1].split("/")
    record: Record | None = None
    if kind == "phone-number":
        record = ask.place.numbers.get(rest[0])
    elif kind == "traffic-distribution-group":
        record = ask.place.groups.get(rest[0])
    elif kind == "instance" and rest[0] in ask.place.instances:
        record = _in_instance(ask.place.instances[rest[0]], rest[1:])
    if record is None:
        raise not_found("Resource", arn)
    tags: dict[str, str] = record.setdefault("Tags", {})
    return tags


def _in_instance(instance: Instance, rest: list[str]) -> Record | None:
    if not rest:
        return instance.record
    word, given = rest[0], bare(rest[-1])
    if word == "integration-association":
        association = instance.objects["IntegrationAssociation"].get(rest[1])
        inside: dict[str, Record] = association["_use_cases"] if association and len(rest) > 2 else {}
        return inside.get(given) if len(rest) > 2 else association
    for resource in RESOURCES:
        if resource.path == word and given in instance.objects[resource.noun]:
            return instance.objects[resource.noun][given]
    return None


def list_tags(ask: Ask) -> dict[str, Any]:
    return {"tags": dict(_tagged(ask))}


def tag(ask: Ask) -> dict[str, Any]:
    _tagged(ask).update(ask.params["tags"])
    return {}


def untag(ask: Ask) -> dict[str, Any]:
    tags = _tagged(ask)
    for key in ask.params["tagKeys"]:
        tags.pop(key, None)
    return {}


def search_resource_tags(ask: Ask) -> dict[str, Any]:
    instance = ask.place.instance(ask.params["InstanceId"])
    pairs = {
        pair
        for records in instance.objects.values()
        for record in records.values()
        for pair in (record.get("Tags") or {}).items()
    }
    page, token = ask.cut(sorted(pairs))
    return {"Tags": [{"key": key, "value": value} for key, value in page], **token}


HANDLERS: dict[str, Handler] = {
    "AssociateAnalyticsDataSet": associate_data_set,
    "AssociateApprovedOrigin": associate_origin,
    "AssociateBot": associate_bot,
    "AssociateInstanceStorageConfig": associate_storage,
    "AssociateLambdaFunction": associate_lambda,
    "AssociateLexBot": associate_bot,
    "AssociateSecurityKey": associate_key,
    "DeleteInstance": delete_instance,
    "DescribeInstance": describe_instance,
    "DescribeInstanceAttribute": describe_attribute,
    "DescribeInstanceStorageConfig": describe_storage,
    "DisassociateAnalyticsDataSet": disassociate_data_set,
    "DisassociateApprovedOrigin": lambda ask: _remove(ask, "origins", ask.params["Origin"]),
    "DisassociateBot": lambda ask: _remove(ask, "bots", _bot(ask)),
    "DisassociateInstanceStorageConfig": disassociate_storage,
    "DisassociateLambdaFunction": lambda ask: _remove(ask, "lambdas", ask.params["FunctionArn"]),
    "DisassociateLexBot": disassociate_lex_bot,
    "DisassociateSecurityKey": disassociate_key,
    "ListAnalyticsDataAssociations": list_data_sets,
    "ListApprovedOrigins": lambda ask: _list(ask, "origins", "Origins"),
    "ListBots": list_bots,
    "ListInstanceAttributes": list_attributes,
    "ListInstanceStorageConfigs": list_storage,
    "ListInstances": list_instances,
    "ListLambdaFunctions": lambda ask: _list(ask, "lambdas", "LambdaFunctions"),
    "ListLexBots": list_lex_bots,
    "ListSecurityKeys": lambda ask: _list(ask, "keys", "SecurityKeys"),
    "ListTagsForResource": list_tags,
    "ReplicateInstance": replicate_instance,
    "SearchResourceTags": search_resource_tags,
    "TagResource": tag,
    "UntagResource": untag,
    "UpdateInstanceAttribute": update_attribute,
    "UpdateInstanceStorageConfig": update_storage,
}
