"""Notifications, test cases, extraction definitions, tables, workspaces and settings of attached files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .state import Record, new_id, now, stamp

if TYPE_CHECKING:
    from .ask import Ask, Handler

WORKSPACE_RESOURCES = {"agent": ("USER", "User"), "routing-profile": ("ROUTING_PROFILE", "RoutingProfile")}


def prepare_notification(ask: Ask, record: Record) -> None:
    record.setdefault("CreatedAt", now())
    record.setdefault("InstanceId", ask.instance.id)


def prepare_extraction_definition(ask: Ask, record: Record) -> None:
    record.setdefault("CreatedTime", now())
    record["LastUpdatedTime"] = now()
    record["LastUpdatedBy"] = f"arn:aws:sts::{ask.place.account}:assumed-role/sandbox/session"


def prepare_data_table(ask: Ask, record: Record) -> None:
    record.setdefault("CreatedTime", now())
    record["LockVersion"] = {"DataTable": new_id()}


def prepare_workspace(ask: Ask, record: Record) -> None:
    record.setdefault("CreatedAt", now())


def create_attribute(ask: Ask) -> dict[str, Any]:
    table = ask.find("DataTable", ask.params["DataTableId"])
    version = new_id()
    attribute = {
        **{key: value for key, value in ask.params.items() if key != "InstanceId"},
        "AttributeId": new_id(),
        "DataTableId": table["Id"],
        "DataTableArn": table["Arn"],
        "LockVersion": {"Attribute": version, "DataTable": version},
        **stamp(ask.place.region),
    }
    table.setdefault("_attributes", []).append(attribute)
    return {key: attribute[key] for key in ("Name", "AttributeId", "LockVersion")}


def create_page(ask: Ask) -> dict[str, Any]:
    workspace = ask.find("Workspace", ask.params["WorkspaceId"])
    wanted = ("ResourceArn", "Page", "Slug", "InputData")
    page = {key: ask.params[key] for key in wanted if key in ask.params}
    workspace.setdefault("_pages", []).append(page)
    return {}


def associate_workspace(ask: Ask) -> dict[str, Any]:
    workspace = ask.find("Workspace", ask.params["WorkspaceId"])
    for arn in ask.params["ResourceArns"]:
        path, given = arn.split("/")[-2:]
        kind, noun = WORKSPACE_RESOURCES[path]
        resource = ask.find(noun, given)
        ask.instance.lists["workspace associations"].append(
            {
                "WorkspaceId": workspace["Id"],
                "WorkspaceArn": workspace["Arn"],
                "ResourceId": given,
                "ResourceArn": arn,
                "ResourceType": kind,
                "ResourceName": resource.get("Name") or resource.get("Username"),
            }
        )
    done = [{"ResourceArn": arn} for arn in ask.params["ResourceArns"]]
    return {"SuccessfulList": done, "FailedList": []}


def search_workspace_associations(ask: Ask) -> dict[str, Any]:
    held = ask.instance.lists["workspace associations"]
    page, token = ask.cut(held)
    return {"WorkspaceAssociations": list(page), "ApproximateTotalCount": len(held), **token}


def associate_default_vocabulary(ask: Ask) -> dict[str, Any]:
    """Without a vocabulary the language has no default any more."""
    held, language = ask.instance.objects["DefaultVocabulary"], ask.params["LanguageCode"]
    held.pop(language, None)
    if "VocabularyId" in ask.params:
        vocabulary = ask.find("Vocabulary", ask.params["VocabularyId"])
        held[language] = {
            "InstanceId": ask.instance.id,
            "LanguageCode": language,
            "VocabularyId": vocabulary["Id"],
            "VocabularyName": vocabulary["VocabularyName"],
        }
    return {}


def update_attached_files(ask: Ask) -> dict[str, Any]:
    wanted = ("AttachmentScope", "MaximumSizeLimitInBytes", "ExtensionConfiguration")
    record = {
        "InstanceId": ask.instance.id,
        **{key: ask.params[key] for key in wanted if key in ask.params},
        "LastModifiedTime": now(),
    }
    ask.instance.objects["AttachedFilesConfiguration"][ask.params["AttachmentScope"]] = record
    return record


HANDLERS: dict[str, Handler] = {
    "AssociateDefaultVocabulary": associate_default_vocabulary,
    "AssociateWorkspace": associate_workspace,
    "CreateDataTableAttribute": create_attribute,
    "CreateWorkspacePage": create_page,
    "SearchWorkspaceAssociations": search_workspace_associations,
    "UpdateAttachedFilesConfiguration": update_attached_files,
}
