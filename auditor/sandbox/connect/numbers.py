"""Phone numbers and which flow answers them.

A number belongs to a target, an instance or a traffic distribution group. Sources: API reference,
ListPhoneNumbersV2 (without a target every number of the account in the Region; with an instance only
those claimed to that instance) and ListFlowAssociations (both ids are ARNs).
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import AwsError
from .ask import Ask, Handler, bare
from .state import Record, new_id, not_found

# (prefix, country, type): the few number plans the sandbox deals in; the first that fits decides.
PLANS = (
    ("+550800", "BR", "TOLL_FREE"),
    ("+55800", "BR", "TOLL_FREE"),
    ("+55", "BR", "DID"),
    ("+351800", "PT", "TOLL_FREE"),
    ("+351", "PT", "DID"),
    ("+44800", "GB", "TOLL_FREE"),
    ("+44", "GB", "DID"),
    ("+1800", "US", "TOLL_FREE"),
    ("+1833", "US", "TOLL_FREE"),
    ("+1844", "US", "TOLL_FREE"),
    ("+1855", "US", "TOLL_FREE"),
    ("+1866", "US", "TOLL_FREE"),
    ("+1877", "US", "TOLL_FREE"),
    ("+1888", "US", "TOLL_FREE"),
    ("+1", "US", "DID"),
    ("+", "US", "DID"),
)


def search_available(ask: Ask) -> dict[str, Any]:
    """Ten numbers of the wanted plan which nobody has claimed."""
    country, kind = ask.params["PhoneNumberCountryCode"], ask.params["PhoneNumberType"]
    prefixes = [prefix for prefix, a, b in PLANS if (a, b) == (country, kind)]
    if not prefixes:
        return {"AvailableNumbersList": []}
    prefix = ask.params.get("PhoneNumberPrefix") or prefixes[0]
    taken = {number["PhoneNumber"] for place in ask.world.places() for number in place.numbers.values()}
    offered = (f"{prefix}{n:0{max(1, 12 - len(prefix))}d}" for n in range(5550100, 5550400))
    free = [number for number in offered if number not in taken][: ask.params.get("MaxResults", 10)]
    shown = [
        {"PhoneNumber": number, "PhoneNumberCountryCode": country, "PhoneNumberType": kind} for number in free
    ]
    return {"AvailableNumbersList": shown}


def claim(ask: Ask) -> dict[str, Any]:
    number = ask.params["PhoneNumber"]
    if not re.fullmatch(r"\+[1-9]\d{1,14}", number):
        raise ask.refuse(f"not an E.164 number: {number}")
    if any(one["PhoneNumber"] == number for place in ask.world.places() for one in place.numbers.values()):
        raise ask.refuse(f"the number is not available: {number}")
    country, kind = next((country, kind) for prefix, country, kind in PLANS if number.startswith(prefix))
    number_id = new_id()
    record = {
        "PhoneNumberId": number_id,
        "PhoneNumberArn": ask.place.arn(f"phone-number/{number_id}"),
        "PhoneNumber": number,
        "PhoneNumberCountryCode": country,
        "PhoneNumberType": kind,
        "PhoneNumberStatus": {"Status": "CLAIMED", "Message": ""},
        "Tags": dict(ask.params.get("Tags") or {}),
        **_target(ask),
    }
    if "PhoneNumberDescription" in ask.params:
        record["PhoneNumberDescription"] = ask.params["PhoneNumberDescription"]
    ask.place.numbers[number_id] = record
    return {"PhoneNumberId": number_id, "PhoneNumberArn": record["PhoneNumberArn"]}


def _target(ask: Ask) -> Record:
    """TargetArn, and InstanceId where the target is an instance. Raises AwsError."""
    given = ask.params.get("TargetArn") or ask.params.get("InstanceId")
    if not given:
        raise ask.refuse("TargetArn or InstanceId is required")
    if "traffic-distribution-group/" in given:
        if bare(given) not in ask.place.groups:
            raise not_found("TrafficDistributionGroup", given)
        return {"TargetArn": given}
    instance = ask.place.instance(given)
    return {"TargetArn": instance.arn, "InstanceId": instance.id}


def _own(ask: Ask) -> Record:
    given = ask.params["PhoneNumberId"]
    found = ask.place.numbers.get(bare(given))
    if found is None:
        raise not_found("PhoneNumber", given)
    return found


def release(ask: Ask) -> dict[str, Any]:
    """Queues which call out with the number keep its id, as they do in the service."""
    del ask.place.numbers[_own(ask)["PhoneNumberId"]]
    return {}


def describe(ask: Ask) -> dict[str, Any]:
    return {"ClaimedPhoneNumberSummary": _public(_own(ask))}


def _public(number: Record) -> Record:
    return {key: value for key, value in number.items() if not key.startswith("_")}


def update(ask: Ask) -> dict[str, Any]:
    number = _own(ask)
    number.pop("InstanceId", None)
    number.update(_target(ask))
    return {key: number[key] for key in ("PhoneNumberId", "PhoneNumberArn")}


def update_metadata(ask: Ask) -> dict[str, Any]:
    _own(ask)["PhoneNumberDescription"] = ask.params.get("PhoneNumberDescription", "")
    return {}


SUMMARY = (
    "PhoneNumberId",
    "PhoneNumberArn",
    "PhoneNumber",
    "PhoneNumberCountryCode",
    "PhoneNumberType",
    "TargetArn",
    "InstanceId",
    "PhoneNumberDescription",
)


def list_v2(ask: Ask) -> dict[str, Any]:
    numbers = list(ask.place.numbers.values())
    if ask.params.get("TargetArn") or ask.params.get("InstanceId"):
        target = _target(ask)["TargetArn"]
        numbers = [number for number in numbers if number["TargetArn"] == target]
    page, token = ask.cut([number for number in numbers if _wanted(number, ask.params)])
    shown = [{key: number[key] for key in SUMMARY if key in number} for number in page]
    return {"ListPhoneNumbersSummaryList": shown, **token}


def _wanted(number: Record, params: Record) -> bool:
    return (
        number["PhoneNumberCountryCode"]
        in (params.get("PhoneNumberCountryCodes") or [number["PhoneNumberCountryCode"]])
        and number["PhoneNumberType"] in (params.get("PhoneNumberTypes") or [number["PhoneNumberType"]])
        and number["PhoneNumber"].startswith(params.get("PhoneNumberPrefix") or "+")
    )


def list_v1(ask: Ask) -> dict[str, Any]:
    """The older list: ARNs below the instance, which nothing else knows."""
    instance = ask.instance
    held = [
        one
        for one in ask.place.numbers.values()
        if one["TargetArn"] == instance.arn and _wanted(one, ask.params)
    ]
    page, token = ask.cut(held)
    shown = [
        {
            "Id": number["PhoneNumberId"],
            "Arn": f"{instance.arn}/phone-number/{number['PhoneNumberId']}",
            **{key: number[key] for key in ("PhoneNumber", "PhoneNumberType", "PhoneNumberCountryCode")},
        }
        for number in page
    ]
    return {"PhoneNumberSummaryList": shown, **token}


def associate_flow(ask: Ask) -> dict[str, Any]:
    number = _own(ask)
    flow = ask.find("ContactFlow", ask.params["ContactFlowId"])
    if number.get("InstanceId", ask.instance.id) != ask.instance.id:
        raise ask.refuse("the number belongs to another instance")
    number["_flows"] = {**number.get("_flows", {}), ask.instance.id: flow["Arn"]}
    return {}


def disassociate_flow(ask: Ask) -> dict[str, Any]:
    number = _own(ask)
    if ask.instance.id not in number.get("_flows", {}):
        raise not_found("FlowAssociation", ask.params["PhoneNumberId"])
    number["_flows"] = {key: value for key, value in number["_flows"].items() if key != ask.instance.id}
    return {}


def _associations(ask: Ask) -> list[Record]:
    instance = ask.instance
    voice = [
        {
            "ResourceId": number["PhoneNumberArn"],
            "FlowId": number["_flows"][instance.id],
            "ResourceType": "VOICE_PHONE_NUMBER",
        }
        for number in ask.place.numbers.values()
        if instance.id in number.get("_flows", {})
    ]
    return [*voice, *instance.lists["flow associations"]]


def list_associations(ask: Ask) -> dict[str, Any]:
    wanted = ask.params.get("ResourceType")
    page, token = ask.cut([one for one in _associations(ask) if wanted in (None, one["ResourceType"])])
    return {"FlowAssociationSummaryList": list(page), **token}


def batch_associations(ask: Ask) -> dict[str, Any]:
    wanted, ids = ask.params.get("ResourceType"), ask.params["ResourceIds"]
    found = [
        one
        for one in _associations(ask)
        if one["ResourceId"] in ids and wanted in (None, one["ResourceType"])
    ]
    return {"FlowAssociationSummaryList": found}


def get_association(ask: Ask) -> dict[str, Any]:
    for one in ask.instance.lists["flow associations"]:
        if (one["ResourceId"], one["ResourceType"]) == (ask.params["ResourceId"], ask.params["ResourceType"]):
            return dict(one)
    raise not_found("FlowAssociation", ask.params["ResourceId"])


def associate_other(ask: Ask) -> dict[str, Any]:
    """Flows of e-mail addresses, WhatsApp numbers and analytics connectors."""
    if ask.params["ResourceType"] == "SMS_PHONE_NUMBER":
        raise ask.refuse("the sandbox keeps no SMS numbers")
    flow = ask.find("ContactFlow", ask.params["FlowId"])
    association = {key: ask.params[key] for key in ("ResourceId", "ResourceType")} | {"FlowId": flow["Arn"]}
    ask.instance.lists["flow associations"].append(association)
    return {}


def disassociate_other(ask: Ask) -> dict[str, Any]:
    held = ask.instance.lists["flow associations"]
    for one in held:
        if (one["ResourceId"], one["ResourceType"]) == (ask.params["ResourceId"], ask.params["ResourceType"]):
            held.remove(one)
            return {}
    raise AwsError("ResourceNotFoundException", f"no flow is associated with {ask.params['ResourceId']}")


HANDLERS: dict[str, Handler] = {
    "AssociateFlow": associate_other,
    "AssociatePhoneNumberContactFlow": associate_flow,
    "BatchGetFlowAssociation": batch_associations,
    "ClaimPhoneNumber": claim,
    "DescribePhoneNumber": describe,
    "DisassociateFlow": disassociate_other,
    "DisassociatePhoneNumberContactFlow": disassociate_flow,
    "GetFlowAssociation": get_association,
    "ListFlowAssociations": list_associations,
    "ListPhoneNumbers": list_v1,
    "ListPhoneNumbersV2": list_v2,
    "ReleasePhoneNumber": release,
    "SearchAvailablePhoneNumbers": search_available,
    "UpdatePhoneNumber": update,
    "UpdatePhoneNumberMetadata": update_metadata,
}
