"""The services around Amazon Connect which moto lacks: what is created is listed and can be read.

One table for all of them: Customer Profiles, Amazon Q in Connect, AppIntegrations, campaigns, Cases. The names
of operations and members are those of their models; ARNs are as in the Service Authorization Reference.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .calls import Call
from .connect.engine import fitted
from .errors import AwsError
from .protocol import Plan

Record = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Thing:
    """A kind of thing: who creates, lists and reads it, and what identifies it.

    `owner` is the member by which a thing belongs to another one; `given` says that the caller chooses the id.
    `key` is the member of an answer which holds it, where the answer is not the thing itself.
    """

    service: str
    create: str
    listing: str
    listed: str
    id: str
    arn: str = ""
    path: str = ""
    prefix: str = ""
    read: str = ""
    key: str = ""
    by: str = ""
    owner: str = ""
    given: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)


THINGS = (
    Thing(
        "customer-profiles", "CreateDomain", "ListDomains", "Items", "DomainName",
        read="GetDomain", given=True,
    ),
    Thing(
        "customer-profiles", "PutIntegration", "ListIntegrations", "Items", "Uri",
        owner="DomainName", given=True,
    ),
    Thing(
        "customer-profiles", "PutProfileObjectType", "ListProfileObjectTypes", "Items", "ObjectTypeName",
        owner="DomainName", given=True,
    ),
    Thing(
        "qconnect", "CreateAssistant", "ListAssistants", "assistantSummaries", "assistantId",
        "assistantArn", "assistant", "wisdom", "GetAssistant", "assistant", defaults={"status": "ACTIVE"},
    ),
    Thing(
        "qconnect", "CreateKnowledgeBase", "ListKnowledgeBases", "knowledgeBaseSummaries", "knowledgeBaseId",
        "knowledgeBaseArn", "knowledge-base", "wisdom", "GetKnowledgeBase", "knowledgeBase",
        defaults={"status": "ACTIVE"},
    ),
    Thing(
        "qconnect", "CreateAIAgent", "ListAIAgents", "aiAgentSummaries", "aiAgentId",
        "aiAgentArn", "ai-agent", "wisdom", key="aiAgent", owner="assistantId",
        defaults={"status": "ACTIVE", "origin": "CUSTOMER"},
    ),
    Thing(
        "qconnect", "CreateAIGuardrail", "ListAIGuardrails", "aiGuardrailSummaries", "aiGuardrailId",
        "aiGuardrailArn", "ai-guardrail", "wisdom", key="aiGuardrail", owner="assistantId",
        read="GetAIGuardrail", defaults={"status": "ACTIVE"},
    ),
    Thing(
        "qconnect", "CreateAIPrompt", "ListAIPrompts", "aiPromptSummaries", "aiPromptId",
        "aiPromptArn", "ai-prompt", "wisdom", key="aiPrompt", owner="assistantId",
        read="GetAIPrompt", defaults={"status": "ACTIVE", "origin": "CUSTOMER"},
    ),
    Thing(
        "qconnect", "CreateAssistantAssociation", "ListAssistantAssociations", "assistantAssociationSummaries",
        "assistantAssociationId", "assistantAssociationArn", "association", "wisdom",
        key="assistantAssociation", owner="assistantId",
    ),
    Thing(
        "appintegrations", "CreateApplication", "ListApplications", "Applications", "Id",
        "Arn", "application", "app-integrations", "GetApplication", by="Arn",
    ),
    Thing(
        "appintegrations", "CreateDataIntegration", "ListDataIntegrations", "DataIntegrations", "Id",
        "Arn", "data-integration", "app-integrations", "GetDataIntegration", by="Identifier",
    ),
    Thing(
        "appintegrations", "CreateEventIntegration", "ListEventIntegrations", "EventIntegrations", "Name",
        "EventIntegrationArn", "event-integration", "app-integrations", "GetEventIntegration", given=True,
    ),
    Thing(
        "connectcampaignsv2", "CreateCampaign", "ListCampaigns", "campaignSummaryList", "id",
        "arn", "campaign", "connect-campaigns", "DescribeCampaign", "campaign",
        defaults={"channelSubtypes": ["TELEPHONY"]},
    ),
    Thing(
        "connectcases", "CreateDomain", "ListDomains", "domains", "domainId",
        "domainArn", "domain", "cases", "GetDomain", defaults={"domainStatus": "Active"},
    ),
)  # fmt: skip

ASSOCIATIONS = {
    "ListApplicationAssociations": ("ListApplications", "ApplicationId", "ApplicationAssociations"),
    "ListDataIntegrationAssociations": (
        "ListDataIntegrations", "DataIntegrationIdentifier", "DataIntegrationAssociations"
    ),
    "ListEventIntegrationAssociations": (
        "ListEventIntegrations", "EventIntegrationName", "EventIntegrationAssociations"
    ),
}  # fmt: skip
"""The operations that list who uses an integration: of what, named by which parameter, and the answer's member."""


class Family:
    """What one sandbox holds of these services."""

    def __init__(self) -> None:
        self._held: defaultdict[tuple[str, str, Thing], dict[str, Record]] = defaultdict(dict)
        self._instances: dict[tuple[str, str, str], Record] = {}
        self._handlers: dict[tuple[str, str], Callable[[Call, Record, Plan], Record]] = {
            ("connectcampaignsv2", "GetConnectInstanceConfig"): self._config,
            ("connectcampaignsv2", "ListConnectInstanceIntegrations"): self._integrations,
            ("connectcampaignsv2", "PutConnectInstanceIntegration"): self._integrate,
            ("connectcampaignsv2", "StartInstanceOnboardingJob"): self._onboard,
            ("connectcampaignsv2", "GetInstanceCommunicationLimits"): self._limits,
            ("connectcampaignsv2", "PutInstanceCommunicationLimits"): self._limit,
            ("appintegrations", "CreateDataIntegrationAssociation"): self._associate,
        }
        self._associated: defaultdict[tuple[str, str, str], list[Record]] = defaultdict(list)
        for operation in ASSOCIATIONS:
            self._handlers["appintegrations", operation] = self._associations
        for thing in THINGS:
            for operation, run in (
                (thing.create, self._create), (thing.listing, self._list), (thing.read, self._read)
            ):  # fmt: skip
                self._handlers[thing.service, operation] = _bound(run, thing)

    def answer(self, call: Call, params: Record, plan: Plan) -> Record:
        """The members of the answer. Raises AwsError for what does not exist."""
        return self._handlers[call.service, call.operation](call, params, plan)

    def serves(self, call: Call) -> bool:
        return (call.service, call.operation) in self._handlers

    def _of(self, thing: Thing, call: Call) -> dict[str, Record]:
        return self._held[call.account, call.region, thing]

    def _create(self, thing: Thing, call: Call, params: Record, plan: Plan) -> Record:
        self._check_owner(thing, call, params)
        given = params[thing.id] if thing.given else str(uuid.uuid4())
        record = {**thing.defaults, **params, thing.id: given, "_made": datetime.now(UTC)}
        if "ScheduleConfig" in params:
            record["ScheduleConfiguration"] = params["ScheduleConfig"]
        if "knowledgeBaseId" in params.get("association", {}):
            record["associationData"] = {"knowledgeBaseAssociation": params["association"]}
        if thing.arn:
            path = "/".join(part for part in (thing.path, params.get(thing.owner, ""), given) if part)
            record[thing.arn] = f"arn:aws:{thing.prefix}:{call.region}:{call.account}:{path}"
        if thing.service == "qconnect":
            owner = params.get(thing.owner) or given
            arn = f"arn:aws:wisdom:{call.region}:{call.account}:assistant/{owner}"
            record.setdefault("assistantArn", arn)
        self._of(thing, call)[given] = record
        return self._shown(thing, record, plan)

    def _list(self, thing: Thing, call: Call, params: Record, plan: Plan) -> Record:
        self._check_owner(thing, call, params)
        shape = plan.model.output_shape.members[thing.listed].member
        wanted = [
            record
            for record in self._of(thing, call).values()
            if not thing.owner or record[thing.owner] == params[thing.owner]
        ]
        return {thing.listed: [_fit(record, shape) for record in wanted]}

    def _read(self, thing: Thing, call: Call, params: Record, plan: Plan) -> Record:
        given = params[thing.by or thing.id]
        for record in self._of(thing, call).values():
            if given in (record[thing.id], record.get(thing.arn)):
                return self._shown(thing, record, plan)
        raise AwsError("ResourceNotFoundException", f"{given} not found ({call.operation})", 404)

    def _check_owner(self, thing: Thing, call: Call, params: Record) -> None:
        """Raises AwsError where the things that are asked for would belong to nothing."""
        if not thing.owner:
            return
        owner = next(one for one in THINGS if one.service == thing.service and one.id == thing.owner)
        if params[thing.owner] not in self._of(owner, call):
            raise AwsError("ResourceNotFoundException", f"{params[thing.owner]} not found", 404)

    def _shown(self, thing: Thing, record: Record, plan: Plan) -> Record:
        shape = plan.model.output_shape
        if thing.key in shape.members:
            return {thing.key: _fit(record, shape.members[thing.key])}
        return _fit(record, shape)

    def _onboard(self, call: Call, params: Record, plan: Plan) -> Record:
        instance = params["connectInstanceId"]
        self._instances[call.account, call.region, instance] = {
            "config": {
                "connectInstanceId": instance,
                "serviceLinkedRoleArn": f"arn:aws:iam::{call.account}:role/aws-service-role/"
                "connect-campaigns.amazonaws.com/AWSServiceRoleForConnectCampaigns",
                "encryptionConfig": params["encryptionConfig"],
            },
            "integrations": [],
        }
        return {"connectInstanceOnboardingJobStatus": {"connectInstanceId": instance, "status": "SUCCEEDED"}}

    def _onboarded(self, call: Call, params: Record) -> Record:
        found = self._instances.get((call.account, call.region, params["connectInstanceId"]))
        if found is None:
            raise AwsError("ResourceNotFoundException", "The instance has not been onboarded", 404)
        return found

    def _config(self, call: Call, params: Record, plan: Plan) -> Record:
        return {"connectInstanceConfig": self._onboarded(call, params)["config"]}

    def _integrate(self, call: Call, params: Record, plan: Plan) -> Record:
        self._onboarded(call, params)["integrations"].append(params["integrationConfig"])
        return {}

    def _limit(self, call: Call, params: Record, plan: Plan) -> Record:
        self._onboarded(call, params)["limits"] = params["communicationLimitsConfig"]
        return {}

    def _limits(self, call: Call, params: Record, plan: Plan) -> Record:
        return {"communicationLimitsConfig": self._onboarded(call, params).get("limits", {})}

    def _associate(self, call: Call, params: Record, plan: Plan) -> Record:
        arn = self._integration(call, "ListDataIntegrations", params["DataIntegrationIdentifier"])
        made = str(uuid.uuid4())
        self._associated[call.account, call.region, arn].append(
            {
                "DataIntegrationArn": arn,
                "DataIntegrationAssociationArn": arn.replace(
                    ":data-integration/", ":data-integration-association/"
                )
                + f"/{made}",
                **{name: params[name] for name in ("ClientId", "DestinationURI") if name in params},
            }
        )
        return {"DataIntegrationAssociationId": made, "DataIntegrationArn": arn}

    def _associations(self, call: Call, params: Record, plan: Plan) -> Record:
        listing, named, listed = ASSOCIATIONS[call.operation]
        arn = self._integration(call, listing, params[named])
        return {listed: list(self._associated[call.account, call.region, arn])}

    def _integration(self, call: Call, listing: str, given: str) -> str:
        """The ARN of an integration. Raises AwsError where there is none."""
        thing = next(one for one in THINGS if (one.service, one.listing) == ("appintegrations", listing))
        for record in self._of(thing, call).values():
            if given in (record[thing.id], record[thing.arn]):
                return str(record[thing.arn])
        raise AwsError("ResourceNotFoundException", f"{given} not found", 404)

    def _integrations(self, call: Call, params: Record, plan: Plan) -> Record:
        return {"integrationSummaryList": list(self._onboarded(call, params)["integrations"])}


def _bound(run: Callable[[Thing, Call, Record, Plan], Record], thing: Thing) -> Any:
    return lambda call, params, plan: run(thing, call, params, plan)


def _fit(record: Record, shape: Any) -> Record:
    """A record as a shape of the API; a required time which nobody gave is when the thing was made."""
    done: Record = {**fitted(record, shape)}
    for name in shape.required_members:
        if shape.members[name].type_name == "timestamp":
            done.setdefault(name, record["_made"])
    return done
