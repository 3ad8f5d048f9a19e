"""Users, hierarchy and security profiles: what the table cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import AwsError
from .state import Record, new_id, stamp

if TYPE_CHECKING:
    from .ask import Ask, Handler

LEVELS = ("LevelOne", "LevelTwo", "LevelThree", "LevelFour", "LevelFive")


def prepare_security_profile(ask: Ask, record: Record) -> None:
    record["OrganizationResourceId"] = ask.instance.id


def prepare_user(ask: Ask, record: Record) -> None:
    """A password belongs to CONNECT_MANAGED instances, and to no other."""
    password = record.pop("Password", None)
    managed = ask.instance.record["IdentityManagementType"] == "CONNECT_MANAGED"
    if ask.operation == "CreateUser" and managed != (password is not None):
        raise ask.refuse(
            f"Password is {'required' if managed else 'not allowed'} with this identity management"
        )
    if not managed:
        record.setdefault("DirectoryUserId", new_id())


def user_view(ask: Ask, record: Record) -> Record:
    """SearchUsers gives the after-contact-work limit in milliseconds, DescribeUser in seconds."""
    phone = record.get("PhoneConfig") or {}
    if ask.operation != "SearchUsers" or "AfterContactWorkTimeLimit" not in phone:
        return record
    limit = phone["AfterContactWorkTimeLimit"] * 1000
    return {**record, "PhoneConfig": {**phone, "AfterContactWorkTimeLimit": limit}}


def associate_proficiencies(ask: Ask) -> dict[str, Any]:
    """Adds proficiencies; one already there takes the new level."""
    user = ask.find("User", ask.params["UserId"])
    for one in ask.params["UserProficiencies"]:
        ask.check("PredefinedAttribute", one["AttributeName"])
    held = {_proficiency(one): one for one in user.get("UserProficiencies") or []}
    held.update({_proficiency(one): one for one in ask.params["UserProficiencies"]})
    user["UserProficiencies"] = list(held.values())
    ask.touch(user)
    return {}


def disassociate_proficiencies(ask: Ask) -> dict[str, Any]:
    user = ask.find("User", ask.params["UserId"])
    gone = {_proficiency(one) for one in ask.params["UserProficiencies"]}
    user["UserProficiencies"] = [
        one for one in user.get("UserProficiencies") or [] if _proficiency(one) not in gone
    ]
    ask.touch(user)
    return {}


def _proficiency(one: Record) -> tuple[str, str]:
    return one["AttributeName"], one["AttributeValue"]


def describe_structure(ask: Ask) -> dict[str, Any]:
    return {"HierarchyStructure": dict(ask.instance.hierarchy)}


def update_structure(ask: Ask) -> dict[str, Any]:
    """Names the levels; a level left out ceases to be."""
    instance, given = ask.instance, ask.params["HierarchyStructure"]
    levels = {}
    for level in LEVELS:
        if level in given:
            held = instance.hierarchy.get(level) or {}
            level_id = held.get("Id") or new_id()
            levels[level] = {
                "Id": level_id,
                "Arn": f"{instance.arn}/agent-group-level/{level_id}",
                "Name": given[level]["Name"],
                **stamp(ask.place.region),
            }
    instance.hierarchy = levels
    return {}


def prepare_hierarchy_group(ask: Ask, record: Record) -> None:
    """A group sits one level below its parent, and that level must exist."""
    parents = _ancestors(ask, record)
    depth = len(parents)
    if depth >= len(LEVELS) or LEVELS[depth] not in ask.instance.hierarchy:
        raise AwsError("InvalidRequestException", f"the hierarchy has no level {depth + 1}")
    record["LevelId"] = ask.instance.hierarchy[LEVELS[depth]]["Id"]


def hierarchy_group_view(ask: Ask, record: Record) -> Record:
    keys = ("Id", "Arn", "Name", "LastModifiedTime", "LastModifiedRegion")
    path = [*_ancestors(ask, record), record]
    summaries = [{key: group[key] for key in keys} for group in path]
    return {**record, "HierarchyPath": dict(zip(LEVELS, summaries, strict=False))}


def _ancestors(ask: Ask, record: Record) -> list[Record]:
    groups = ask.instance.objects["HierarchyGroup"]
    path: list[Record] = []
    while record.get("ParentGroupId") in groups:
        record = groups[record["ParentGroupId"]]
        path.insert(0, record)
    return path


def associate_security_profiles(ask: Ask) -> dict[str, Any]:
    held = _entity_profiles(ask)
    for one in ask.params["SecurityProfiles"]:
        ask.check("SecurityProfile", one["Id"])
        if one["Id"] not in held:
            held.append(one["Id"])
    return {}


def disassociate_security_profiles(ask: Ask) -> dict[str, Any]:
    held = _entity_profiles(ask)
    for one in ask.params["SecurityProfiles"]:
        if one["Id"] in held:
            held.remove(one["Id"])
    return {}


def list_entity_profiles(ask: Ask) -> dict[str, Any]:
    page, token = ask.cut(_entity_profiles(ask))
    return {"SecurityProfiles": [{"Id": one} for one in page], **token}


def _entity_profiles(ask: Ask) -> list[str]:
    """The profile ids of a user, or of an AI agent, which is an ARN the sandbox takes on trust."""
    if ask.params["EntityType"] == "USER":
        held: list[str] = ask.find("User", ask.params["EntityArn"])["SecurityProfileIds"]
        return held
    return ask.instance.lists[f"security profiles of {ask.params['EntityArn']}"]


HANDLERS: dict[str, Handler] = {
    "AssociateSecurityProfiles": associate_security_profiles,
    "AssociateUserProficiencies": associate_proficiencies,
    "DescribeUserHierarchyStructure": describe_structure,
    "DisassociateSecurityProfiles": disassociate_security_profiles,
    "DisassociateUserProficiencies": disassociate_proficiencies,
    "ListEntitySecurityProfiles": list_entity_profiles,
    "UpdateUserHierarchyStructure": update_structure,
    "UpdateUserProficiencies": associate_proficiencies,
}
