"""Flows, modules, and the smaller documents of an instance: what the table cannot say."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from ..errors import AwsError
from .state import Record, new_id, not_found, now, stamp

if TYPE_CHECKING:
    from .ask import Ask, Handler

SAVED = "$SAVED"


def prepare_flow(ask: Ask, record: Record) -> None:
    """Content given without the qualifier $SAVED is published, unless the flow is created as SAVED."""
    if "ContactFlowState" in record:
        record["State"] = record.pop("ContactFlowState")
    if "Content" not in ask.params:
        return
    check_flow(record["Content"], "InvalidContactFlowException", "problems")
    record["FlowContentSha256"] = _sha256(record["Content"])
    created = ask.operation == "CreateContactFlow"
    draft = record["Status"] == "SAVED" if created else _qualifier(ask.params["ContactFlowId"]) == SAVED
    if not draft:
        record["_published"] = record["Content"]
        record["Status"] = "PUBLISHED"


def flow_view(ask: Ask, record: Record) -> Record:
    """The published content, a saved one (`:$SAVED`), or a version (`:3`). Raises AwsError."""
    if ask.operation == "SearchContactFlows":
        return {**record, "Content": record.get("_published", record["Content"])}
    qualifier = _qualifier(ask.params["ContactFlowId"])
    if qualifier == SAVED:
        return record
    if qualifier.isdigit():
        return {**record, **_version(record, int(qualifier))}
    if "_published" not in record:
        raise AwsError("ContactFlowNotPublishedException", "The flow has not been published.")
    return {**record, "Content": record["_published"], "FlowContentSha256": _sha256(record["_published"])}


def prepare_module(ask: Ask, record: Record) -> None:
    if "Content" in ask.params:
        check_flow(record["Content"], "InvalidContactFlowModuleException", "Problems")
        record["FlowModuleContentSha256"] = _sha256(record["Content"])


def check_flow(content: str, code: str, member: str) -> None:
    """Raises AwsError for what is no flow at all; the sandbox does not judge the actions in it."""
    try:
        flow = json.loads(content)
        missing = [key for key in ("Version", "StartAction", "Actions") if key not in flow]
        problems = [f"Missing required property: {key}" for key in missing]
        known = {action["Identifier"] for action in flow.get("Actions", [])}
        if not missing and flow["StartAction"] not in known:
            problems.append("StartAction names no action")
    except (ValueError, TypeError, KeyError):
        problems = ["The content is no flow in the Amazon Connect Flow language"]
    if problems:
        listed: dict[str, Any] = {member: [{"message": problem} for problem in problems]}
        raise AwsError(code, "", **listed)


def _sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _qualifier(given: str) -> str:
    tail = given.rpartition("/")[2] if given.startswith("arn:") else given
    return tail.partition(":")[2]


def _version(record: Record, number: int) -> Record:
    for one in record.get("_versions", []):
        if one["Version"] == number:
            return dict(one)
    raise not_found("Version", str(number))


def _create_version(ask: Ask, noun: str, param: str, arn: str) -> dict[str, Any]:
    record = ask.find(noun, ask.params[param])
    held = record.setdefault("_versions", [])
    number = held[-1]["Version"] + 1 if held else 1
    made = {
        "Arn": f"{record['Arn']}:{number}",
        "Version": number,
        "Content": record.get("_published", record["Content"]),
        **stamp(ask.place.region),
    }
    if "Description" in ask.params:
        made["VersionDescription"] = ask.params["Description"]
    held.append(made)
    return {arn: record["Arn"], "Version": number}


def _delete_version(ask: Ask, noun: str, param: str) -> dict[str, Any]:
    record = ask.find(noun, ask.params[param])
    number = ask.params[f"{noun}Version"]
    _version(record, number)
    record["_versions"] = [one for one in record["_versions"] if one["Version"] != number]
    return {}


def _create_alias(ask: Ask, noun: str, param: str, arn: str) -> dict[str, Any]:
    record = ask.find(noun, ask.params[param])
    number = ask.params[f"{noun}Version"]
    _version(record, number)
    alias = {
        "Arn": f"{record['Arn']}:{ask.params['AliasName']}",
        "AliasId": new_id(),
        "AliasName": ask.params["AliasName"],
        "Version": number,
        **stamp(ask.place.region),
    }
    if "Description" in ask.params:
        alias["AliasDescription"] = ask.params["Description"]
    record.setdefault("_aliases", []).append(alias)
    return {arn: record["Arn"], "Id": alias["AliasId"]}


def _alias(ask: Ask, noun: str, param: str) -> tuple[Record, Record]:
    record = ask.find(noun, ask.params[param])
    for one in record.get("_aliases", []):
        if ask.params["AliasId"] in (one["AliasId"], one["AliasName"]):
            return record, one
    raise not_found("Alias", ask.params["AliasId"])


def describe_module_alias(ask: Ask) -> dict[str, Any]:
    record, alias = _alias(ask, "ContactFlowModule", "ContactFlowModuleId")
    shown = {
        "ContactFlowModuleId": record["Id"],
        "ContactFlowModuleArn": record["Arn"],
        "AliasId": alias["AliasId"],
        "Version": alias["Version"],
        "Name": alias["AliasName"],
        "LastModifiedTime": alias["LastModifiedTime"],
        "LastModifiedRegion": alias["LastModifiedRegion"],
    }
    if "AliasDescription" in alias:
        shown["Description"] = alias["AliasDescription"]
    return {"ContactFlowModuleAlias": shown}


def delete_module_alias(ask: Ask) -> dict[str, Any]:
    record, alias = _alias(ask, "ContactFlowModule", "ContactFlowModuleId")
    record["_aliases"].remove(alias)
    return {}


def prepare_view(ask: Ask, record: Record) -> None:
    record.setdefault("CreatedTime", now())
    ask.touch(record)


def prepare_task_template(ask: Ask, record: Record) -> None:
    record.setdefault("CreatedTime", now())
    record["InstanceId"] = ask.instance.id


def prepare_rule(ask: Ask, record: Record) -> None:
    record.setdefault("CreatedTime", now())
    record["LastUpdatedTime"] = now()
    record["LastUpdatedBy"] = f"arn:aws:sts::{ask.place.account}:assumed-role/sandbox/session"
    record["EventSourceName"] = record["TriggerEventSource"]["EventSourceName"]
    record["ActionSummaries"] = [{"ActionType": action["ActionType"]} for action in record["Actions"]]


def prepare_evaluation_form(ask: Ask, record: Record) -> None:
    who = f"arn:aws:sts::{ask.place.account}:assumed-role/sandbox/session"
    record.setdefault("CreatedTime", now())
    record.setdefault("CreatedBy", who)
    record["LastModifiedBy"] = who


def activate_evaluation_form(ask: Ask) -> dict[str, Any]:
    record = ask.find("EvaluationForm", ask.params["EvaluationFormId"])
    active = ask.operation == "ActivateEvaluationForm"
    record["Status"], record["Locked"] = ("ACTIVE", True) if active else ("DRAFT", False)
    if active:
        record["ActiveVersion"] = record["EvaluationFormVersion"]
    else:
        record.pop("ActiveVersion", None)
    keys = ("EvaluationFormId", "EvaluationFormArn", "EvaluationFormVersion")
    return {key: record[key] for key in keys}


def prepare_email_address(ask: Ask, record: Record) -> None:
    record.setdefault("CreateTimestamp", now().isoformat())
    record["ModifiedTimestamp"] = now().isoformat()


HANDLERS: dict[str, Handler] = {
    "ActivateEvaluationForm": activate_evaluation_form,
    "CreateContactFlowAlias": lambda ask: _create_alias(
        ask, "ContactFlow", "ContactFlowId", "ContactFlowArn"
    ),
    "CreateContactFlowModuleAlias": lambda ask: _create_alias(
        ask, "ContactFlowModule", "ContactFlowModuleId", "ContactFlowModuleArn"
    ),
    "CreateContactFlowModuleVersion": lambda ask: _create_version(
        ask, "ContactFlowModule", "ContactFlowModuleId", "ContactFlowModuleArn"
    ),
    "CreateContactFlowVersion": lambda ask: _create_version(
        ask, "ContactFlow", "ContactFlowId", "ContactFlowArn"
    ),
    "DeactivateEvaluationForm": activate_evaluation_form,
    "DeleteContactFlowModuleAlias": delete_module_alias,
    "DeleteContactFlowModuleVersion": lambda ask: _delete_version(
        ask, "ContactFlowModule", "ContactFlowModuleId"
    ),
    "DeleteContactFlowVersion": lambda ask: _delete_version(ask, "ContactFlow", "ContactFlowId"),
    "DescribeContactFlowModuleAlias": describe_module_alias,
}
