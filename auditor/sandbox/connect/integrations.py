"""Integration associations, their use cases, and traffic distribution groups."""

from __future__ import annotations

from typing import Any

from ..errors import AwsError
from .ask import Ask, Handler, bare
from .state import Record, new_id, not_found, stamp

NOUN = "IntegrationAssociation"


def create_association(ask: Ask) -> dict[str, Any]:
    instance = ask.instance
    for other in instance.objects[NOUN].values():
        if all(other[key] == ask.params[key] for key in ("IntegrationType", "IntegrationArn")):
            raise AwsError(
                "DuplicateResourceException", f"{ask.params['IntegrationArn']} is associated already"
            )
    given = new_id()
    record = {
        **{key: value for key, value in ask.params.items() if key != "InstanceId"},
        "InstanceId": instance.id,
        "IntegrationAssociationId": given,
        "IntegrationAssociationArn": f"{instance.arn}/integration-association/{given}",
        "_use_cases": {},
        **stamp(ask.place.region),
    }
    instance.objects[NOUN][given] = record
    return {key: record[key] for key in ("IntegrationAssociationId", "IntegrationAssociationArn")}


def delete_association(ask: Ask) -> dict[str, Any]:
    """An association with use cases cannot be deleted."""
    record = ask.find(NOUN, ask.params["IntegrationAssociationId"])
    if record["_use_cases"]:
        raise AwsError("InvalidRequestException", "the association has use cases")
    del ask.instance.objects[NOUN][record["IntegrationAssociationId"]]
    return {}


def list_associations(ask: Ask) -> dict[str, Any]:
    kind, arn = ask.params.get("IntegrationType"), ask.params.get("IntegrationArn")
    found = [
        record
        for record in ask.instance.objects[NOUN].values()
        if kind in (None, record["IntegrationType"]) and arn in (None, record["IntegrationArn"])
    ]
    page, token = ask.cut(found)
    shown = [
        {key: value for key, value in record.items() if key != "Tags" and not key.startswith("_")}
        for record in page
    ]
    return {"IntegrationAssociationSummaryList": shown, **token}


def create_use_case(ask: Ask) -> dict[str, Any]:
    record = ask.find(NOUN, ask.params["IntegrationAssociationId"])
    if any(one["UseCaseType"] == ask.params["UseCaseType"] for one in record["_use_cases"].values()):
        raise AwsError("DuplicateResourceException", f"the use case {ask.params['UseCaseType']} exists")
    given = new_id()
    arn = f"{record['IntegrationAssociationArn']}/use-case/{given}"
    record["_use_cases"][given] = {
        "UseCaseId": given,
        "UseCaseArn": arn,
        "UseCaseType": ask.params["UseCaseType"],
        "Tags": ask.params.get("Tags", {}),
    }
    return {"UseCaseId": given, "UseCaseArn": arn}


def delete_use_case(ask: Ask) -> dict[str, Any]:
    record = ask.find(NOUN, ask.params["IntegrationAssociationId"])
    if record["_use_cases"].pop(ask.params["UseCaseId"], None) is None:
        raise not_found("UseCase", ask.params["UseCaseId"])
    return {}


def list_use_cases(ask: Ask) -> dict[str, Any]:
    record = ask.find(NOUN, ask.params["IntegrationAssociationId"])
    page, token = ask.cut(list(record["_use_cases"].values()))
    shown = [{key: value for key, value in one.items() if key != "Tags"} for one in page]
    return {"UseCaseSummaryList": shown, **token}


def create_group(ask: Ask) -> dict[str, Any]:
    """A group spans the Regions of a replicated instance."""
    instance = ask.place.instance(ask.params["InstanceId"])
    if instance.replication is None:
        raise AwsError("ResourceNotReadyException", "the instance is not replicated")
    regions = [instance.replication["SourceRegion"]]
    regions += [one["Region"] for one in instance.replication["ReplicationStatusSummaryList"]]
    given = new_id()
    record = {
        **{key: value for key, value in ask.params.items() if key not in ("InstanceId", "ClientToken")},
        "Id": given,
        "Arn": ask.place.arn(f"traffic-distribution-group/{given}"),
        "InstanceArn": instance.arn,
        "Status": "ACTIVE",
        "IsDefault": False,
        "_users": [],
        "_distribution": {
            "TelephonyConfig": {"Distributions": _shares(regions, "Percentage", 100, 0)},
            "AgentConfig": {"Distributions": _shares(regions, "Percentage", 100, 0)},
            "SignInConfig": {"Distributions": _shares(regions, "Enabled", True, True)},
        },
    }
    ask.place.groups[given] = record
    return {"Id": given, "Arn": record["Arn"]}


def _shares(regions: list[str], member: str, first: Any, other: Any) -> list[Record]:
    return [{"Region": region, member: first if n == 0 else other} for n, region in enumerate(regions)]


def _group(ask: Ask, param: str = "TrafficDistributionGroupId") -> Record:
    found = ask.place.groups.get(bare(ask.params[param]))
    if found is None:
        raise not_found("TrafficDistributionGroup", ask.params[param])
    return found


GROUP = ("Id", "Arn", "Name", "InstanceArn", "Status", "IsDefault")


def describe_group(ask: Ask) -> dict[str, Any]:
    group = _group(ask)
    return {
        "TrafficDistributionGroup": {
            key: group[key] for key in (*GROUP, "Description", "Tags") if key in group
        }
    }


def delete_group(ask: Ask) -> dict[str, Any]:
    group = _group(ask)
    if any(number["TargetArn"] == group["Arn"] for number in ask.place.numbers.values()):
        raise AwsError("ResourceInUseException", "numbers are claimed to the group")
    del ask.place.groups[group["Id"]]
    return {}


def list_groups(ask: Ask) -> dict[str, Any]:
    wanted = ask.params.get("InstanceId")
    groups = list(ask.place.groups.values())
    if wanted:
        groups = [group for group in groups if group["InstanceArn"].endswith(wanted.rpartition("/")[2])]
    page, token = ask.cut(groups)
    return {
        "TrafficDistributionGroupSummaryList": [{key: group[key] for key in GROUP} for group in page],
        **token,
    }


def get_distribution(ask: Ask) -> dict[str, Any]:
    group = _group(ask, "Id")
    return {"Id": group["Id"], "Arn": group["Arn"], **group["_distribution"]}


def update_distribution(ask: Ask) -> dict[str, Any]:
    """The percentages of a configuration add up to 100."""
    group = _group(ask, "Id")
    for name in ("TelephonyConfig", "AgentConfig", "SignInConfig"):
        if name not in ask.params:
            continue
        shares = ask.params[name]["Distributions"]
        if name != "SignInConfig" and sum(share["Percentage"] for share in shares) != 100:
            raise AwsError("InvalidRequestException", f"{name} does not add up to 100")
        group["_distribution"][name] = ask.params[name]
    return {}


def associate_user(ask: Ask) -> dict[str, Any]:
    group = _group(ask)
    user = ask.find("User", ask.params["UserId"])
    if user["Id"] not in group["_users"]:
        group["_users"].append(user["Id"])
    return {}


def disassociate_user(ask: Ask) -> dict[str, Any]:
    group = _group(ask)
    if ask.params["UserId"] not in group["_users"]:
        raise not_found("User", ask.params["UserId"])
    group["_users"].remove(ask.params["UserId"])
    return {}


def list_group_users(ask: Ask) -> dict[str, Any]:
    page, token = ask.cut(_group(ask)["_users"])
    return {"TrafficDistributionGroupUserSummaryList": [{"UserId": user} for user in page], **token}


HANDLERS: dict[str, Handler] = {
    "AssociateTrafficDistributionGroupUser": associate_user,
    "CreateIntegrationAssociation": create_association,
    "CreateTrafficDistributionGroup": create_group,
    "CreateUseCase": create_use_case,
    "DeleteIntegrationAssociation": delete_association,
    "DeleteTrafficDistributionGroup": delete_group,
    "DeleteUseCase": delete_use_case,
    "DescribeTrafficDistributionGroup": describe_group,
    "DisassociateTrafficDistributionGroupUser": disassociate_user,
    "GetTrafficDistribution": get_distribution,
    "ListIntegrationAssociations": list_associations,
    "ListTrafficDistributionGroupUsers": list_group_users,
    "ListTrafficDistributionGroups": list_groups,
    "ListUseCases": list_use_cases,
    "UpdateTrafficDistribution": update_distribution,
}
