"""Queues, hours of operation, routing profiles and quick connects: what the table cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import AwsError
from .state import Record, new_id, not_found

if TYPE_CHECKING:
    from .ask import Ask, Handler


def agent_queues(ask: Ask) -> list[Record]:
    """Each user has a queue of its own, which ListQueues lists without a name and no search knows."""
    return [
        {
            "QueueId": user["Id"],
            "QueueArn": f"{ask.instance.arn}/queue/agent/{user['Id']}",
            "QueueType": "AGENT",
        }
        for user in ask.instance.objects["User"].values()
    ]


def hours_with_parents(ask: Ask, record: Record) -> Record:
    parents = []
    for config in record.get("ParentHoursOfOperationConfigs") or []:
        parent = ask.instance.objects["HoursOfOperation"].get(config["HoursOfOperationId"])
        if parent:
            parents.append(
                {key: parent[f"HoursOfOperation{key}"] for key in ("Id", "Arn")} | {"Name": parent["Name"]}
            )
    return {**record, "ParentHoursOfOperations": parents} if parents else record


def routing_profile_view(ask: Ask, record: Record) -> Record:
    """A routing profile with the members that are counted from other objects."""
    configs = record.get("QueueConfigs") or []
    manual = record.get("ManualAssignmentQueueConfigs") or []
    users = ask.instance.objects["User"].values()
    return {
        **record,
        "InstanceId": ask.instance.id,
        "NumberOfAssociatedQueues": len(configs),
        "NumberOfAssociatedManualAssignmentQueues": len(manual),
        "NumberOfAssociatedUsers": sum(
            user["RoutingProfileId"] == record["RoutingProfileId"] for user in users
        ),
        "AssociatedQueueIds": _distinct_queues(configs),
        "AssociatedManualAssignmentQueueIds": _distinct_queues(manual),
    }


def _distinct_queues(configs: list[Record]) -> list[str]:
    return list(dict.fromkeys(config["QueueReference"]["QueueId"] for config in configs))


def queue_config_summary(ask: Ask, config: Record) -> Record | None:
    queue = ask.instance.objects["Queue"].get(config["QueueReference"]["QueueId"])
    if queue is None:
        return None
    return {
        "QueueId": queue["QueueId"],
        "QueueArn": queue["QueueArn"],
        "QueueName": queue["Name"],
        "Channel": config["QueueReference"]["Channel"],
        **{key: config[key] for key in ("Priority", "Delay") if key in config},
    }


def quick_connect_summary(ask: Ask, quick_connect: str) -> Record | None:
    found = ask.instance.objects["QuickConnect"].get(quick_connect)
    if found is None:
        return None
    return {
        "Id": found["QuickConnectId"],
        "Arn": found["QuickConnectARN"],
        "Name": found["Name"],
        "QuickConnectType": found["QuickConnectType"],
        "LastModifiedTime": found["LastModifiedTime"],
        "LastModifiedRegion": found["LastModifiedRegion"],
    }


def email_metadata(ask: Ask, config: Record) -> Record | None:
    found = ask.instance.objects["EmailAddress"].get(config["EmailAddressId"])
    if found is None:
        return None
    outbound = ask.find("Queue", ask.params["QueueId"]).get("OutboundEmailConfig") or {}
    default = outbound.get("OutboundEmailAddressId") == found["EmailAddressId"]
    return {
        "Id": found["EmailAddressId"],
        "Arn": found["EmailAddressArn"],
        "IsDefaultOutboundEmail": default,
    }


def prepare_quick_connect(ask: Ask, record: Record) -> None:
    record["QuickConnectType"] = record["QuickConnectConfig"]["QuickConnectType"]


# What belongs to a queue is answered with the time at which the queue was last modified, so it changes with that
# (botocore, ListQueueQuickConnectsResponse.LastModifiedTime).
def associate_quick_connects(ask: Ask) -> dict[str, Any]:
    queue = ask.find("Queue", ask.params["QueueId"])
    for given in ask.params["QuickConnectIds"]:
        ask.check("QuickConnect", given)
    held = queue.setdefault("QuickConnectIds", [])
    held.extend(given for given in ask.params["QuickConnectIds"] if given not in held)
    ask.touch(queue)
    return {}


def disassociate_quick_connects(ask: Ask) -> dict[str, Any]:
    queue = ask.find("Queue", ask.params["QueueId"])
    queue["QuickConnectIds"] = [
        one for one in queue.get("QuickConnectIds", []) if one not in ask.params["QuickConnectIds"]
    ]
    ask.touch(queue)
    return {}


def associate_email_addresses(ask: Ask) -> dict[str, Any]:
    queue = ask.find("Queue", ask.params["QueueId"])
    for config in ask.params["EmailAddressesConfig"]:
        ask.check("EmailAddress", config["EmailAddressId"])
    queue.setdefault("EmailAddressesConfig", []).extend(ask.params["EmailAddressesConfig"])
    ask.touch(queue)
    return {}


def disassociate_email_addresses(ask: Ask) -> dict[str, Any]:
    queue = ask.find("Queue", ask.params["QueueId"])
    gone = ask.params["EmailAddressesId"]
    kept = [one for one in queue.get("EmailAddressesConfig", []) if one["EmailAddressId"] not in gone]
    queue["EmailAddressesConfig"] = kept
    ask.touch(queue)
    return {}


# The two lists of queues a routing profile has: request member, reference member of the removal.
QUEUE_LISTS = (
    ("QueueConfigs", "QueueReferences"),
    ("ManualAssignmentQueueConfigs", "ManualAssignmentQueueReferences"),
)


def associate_profile_queues(ask: Ask) -> dict[str, Any]:
    """Adds queues; a queue and channel already there takes the new priority and delay."""
    profile = ask.find("RoutingProfile", ask.params["RoutingProfileId"])
    for member, _ in QUEUE_LISTS:
        for config in ask.params.get(member) or []:
            ask.check("Queue", config["QueueReference"]["QueueId"])
        held = {_reference(config["QueueReference"]): config for config in profile.get(member) or []}
        held.update({_reference(config["QueueReference"]): config for config in ask.params.get(member) or []})
        profile[member] = list(held.values())
    ask.touch(profile)
    return {}


def disassociate_profile_queues(ask: Ask) -> dict[str, Any]:
    profile = ask.find("RoutingProfile", ask.params["RoutingProfileId"])
    for member, references in QUEUE_LISTS:
        gone = {_reference(reference) for reference in ask.params.get(references) or []}
        profile[member] = [
            one for one in profile.get(member) or [] if _reference(one["QueueReference"]) not in gone
        ]
    ask.touch(profile)
    return {}


def _reference(reference: Record) -> tuple[str, str]:
    return reference["QueueId"], reference["Channel"]


def associate_hours(ask: Ask) -> dict[str, Any]:
    child = ask.find("HoursOfOperation", ask.params["HoursOfOperationId"])
    for config in ask.params["ParentHoursOfOperationConfigs"]:
        parent = ask.find("HoursOfOperation", config["HoursOfOperationId"])
        child.setdefault("ParentHoursOfOperationConfigs", []).append(config)
        summary = {
            "Name": child["Name"],
            "Id": child["HoursOfOperationId"],
            "Arn": child["HoursOfOperationArn"],
        }
        parent.setdefault("_children", []).append(summary)
    return {}


def disassociate_hours(ask: Ask) -> dict[str, Any]:
    child = ask.find("HoursOfOperation", ask.params["HoursOfOperationId"])
    gone = ask.params["ParentHoursOfOperationIds"]
    kept = [
        one for one in child.get("ParentHoursOfOperationConfigs", []) if one["HoursOfOperationId"] not in gone
    ]
    child["ParentHoursOfOperationConfigs"] = kept
    for given in gone:
        parent = ask.find("HoursOfOperation", given)
        parent["_children"] = [
            one for one in parent.get("_children", []) if one["Id"] != child["HoursOfOperationId"]
        ]
    return {}


def create_override(ask: Ask) -> dict[str, Any]:
    hours = ask.find("HoursOfOperation", ask.params["HoursOfOperationId"])
    held = hours.setdefault("_overrides", [])
    if any(one["Name"] == ask.params["Name"] for one in held):
        raise AwsError("DuplicateResourceException", f"an override with the name {ask.params['Name']} exists")
    override = {key: value for key, value in ask.params.items() if key != "InstanceId"}
    override.setdefault("OverrideType", "STANDARD")
    override["HoursOfOperationOverrideId"] = new_id()
    override["HoursOfOperationArn"] = hours["HoursOfOperationArn"]
    held.append(override)
    ask.touch(hours)
    return {"HoursOfOperationOverrideId": override["HoursOfOperationOverrideId"]}


def _override(ask: Ask) -> tuple[Record, Record]:
    hours = ask.find("HoursOfOperation", ask.params["HoursOfOperationId"])
    given = ask.params["HoursOfOperationOverrideId"]
    for one in hours.get("_overrides", []):
        if one["HoursOfOperationOverrideId"] == given:
            return hours, one
    raise not_found("HoursOfOperationOverride", given)


def describe_override(ask: Ask) -> dict[str, Any]:
    return {"HoursOfOperationOverride": _override(ask)[1]}


def update_override(ask: Ask) -> dict[str, Any]:
    hours, override = _override(ask)
    override.update({key: value for key, value in ask.params.items() if key != "InstanceId"})
    ask.touch(hours)
    return {}


def delete_override(ask: Ask) -> dict[str, Any]:
    hours, override = _override(ask)
    hours["_overrides"].remove(override)
    ask.touch(hours)
    return {}


def search_overrides(ask: Ask) -> dict[str, Any]:
    found = [
        one
        for hours in ask.instance.objects["HoursOfOperation"].values()
        for one in hours.get("_overrides", [])
    ]
    wanted = ((ask.params.get("SearchCriteria") or {}).get("StringCondition") or {}).get("Value", "").lower()
    found = [one for one in found if wanted in one["Name"].lower()]
    page, token = ask.cut(found)
    return {"HoursOfOperationOverrides": list(page), "ApproximateTotalCount": len(found), **token}


HANDLERS: dict[str, Handler] = {
    "AssociateHoursOfOperations": associate_hours,
    "AssociateQueueEmailAddresses": associate_email_addresses,
    "AssociateQueueQuickConnects": associate_quick_connects,
    "AssociateRoutingProfileQueues": associate_profile_queues,
    "CreateHoursOfOperationOverride": create_override,
    "DeleteHoursOfOperationOverride": delete_override,
    "DescribeHoursOfOperationOverride": describe_override,
    "DisassociateHoursOfOperations": disassociate_hours,
    "DisassociateQueueEmailAddresses": disassociate_email_addresses,
    "DisassociateQueueQuickConnects": disassociate_quick_connects,
    "DisassociateRoutingProfileQueues": disassociate_profile_queues,
    "SearchHoursOfOperationOverrides": search_overrides,
    "UpdateHoursOfOperationOverride": update_override,
    "UpdateRoutingProfileQueues": associate_profile_queues,
}
