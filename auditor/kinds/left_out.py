"""What the API of the Connect family tells and no row of the table reads, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Some operations that read, and are not called."""

    title: str
    why: str
    operations: Mapping[str, tuple[str, ...]]
    """By service, as botocore names both; a service of which nothing is read has an asterisk."""


LEFT_OUT: tuple[LeftOut, ...] = (
    LeftOut(
        "what a list or a search tells as well",
        "The answers hold nothing that what is called does not hold.",
        {
            "connect": (
                "BatchGetFlowAssociation",
                "DescribeContactFlowAlias",
                "DescribeContactFlowModuleAlias",
                "DescribeDataTableAttribute",
                "DescribeInstanceAttribute",
                "DescribeInstanceStorageConfig",
                "DescribeNotification",
                "GetFlowAssociation",
                "ListLexBots",
                "ListPhoneNumbers",
                "SearchNotifications",
                "SearchResourceTags",
            ),
            "appintegrations": ("GetEventIntegration", "ListTagsForResource"),
            "connectcampaigns": ("ListTagsForResource",),
            "connectcampaignsv2": ("ListTagsForResource",),
            "connectcases": ("ListTagsForResource",),
            "customer-profiles": ("GetIntegration", "ListAccountIntegrations", "ListTagsForResource"),
            "qconnect": ("GetAIAgent", "GetAssistantAssociation", "ListTagsForResource"),
            "wisdom": ("*",),
        },
    ),
    LeftOut(
        "what AWS works out of settings",
        "The settings themselves are read: opening hours with their overrides, forms, versions.",
        {
            "connect": ("GetEffectiveHoursOfOperations", "GetEvaluationFormValidation"),
            "customer-profiles": ("GetAutoMergingPreview",),
        },
    ),
    LeftOut(
        "what AWS offers to everybody",
        "Catalogues to choose from, of which nothing is anybody's setting.",
        {
            "connect": ("ListAnalyticsDataLakeDataSets", "ListEvaluationFormAIVersions"),
            "customer-profiles": (
                "GetProfileObjectTypeTemplate",
                "ListProfileObjectTypeTemplates",
                "ListRecommenderRecipes",
            ),
            "qconnect": ("ListModels",),
        },
    ),
    LeftOut(
        "how far replication has come, resource by resource",
        "It is a state that passes. Whether an instance is replicated, and where to, is read with the instance.",
        {"connect": ("GetCrossRegionRouting", "ListReplicationFindings")},
    ),
    LeftOut(
        "the security profiles of an AI agent",
        "They are told for one agent and one instance together; which agents a security profile allows is read.",
        {"connect": ("ListEntitySecurityProfiles",)},
    ),
    LeftOut(
        "definitions of metrics",
        "How a figure is computed decides nothing about access, routing or data; no rule judges it.",
        {"connect": ("DescribeMetric", "ListMetrics", "SearchMetrics")},
    ),
    LeftOut(
        "the pictures of workspaces",
        "They are files behind links, not settings.",
        {"connect": ("ListWorkspaceMedia",)},
    ),
    LeftOut(
        "runs of test cases",
        "They are what happened, not what is set.",
        {
            "connect": (
                "GetTestCaseExecutionSummary",
                "ListTestCaseExecutionRecords",
                "ListTestCaseExecutions",
            )
        },
    ),
    LeftOut(
        "how campaigns and jobs are getting on",
        "It changes by the minute and is nobody's setting.",
        {
            "connectcampaigns": (
                "GetCampaignState",
                "GetCampaignStateBatch",
                "GetInstanceOnboardingJobStatus",
            ),
            "connectcampaignsv2": (
                "GetCampaignState",
                "GetCampaignStateBatch",
                "GetInstanceOnboardingJobStatus",
            ),
            "connectcases": ("GetMergeCasesStatus",),
            "customer-profiles": (
                "GetIdentityResolutionJob",
                "GetUploadJob",
                "GetUploadJobPath",
                "ListIdentityResolutionJobs",
                "ListUploadJobs",
            ),
            "qconnect": ("GetImportJob", "ListImportJobs"),
        },
    ),
    LeftOut(
        "what is inside a Cases domain",
        "Fields, layouts, templates and rules are the data model of cases; no rule judges it.",
        {
            "connectcases": (
                "BatchGetCaseRule",
                "BatchGetField",
                "GetCaseEventConfiguration",
                "GetLayout",
                "GetTemplate",
                "ListCaseRules",
                "ListFieldOptions",
                "ListFields",
                "ListLayouts",
                "ListTemplates",
            )
        },
    ),
    LeftOut(
        "what is inside a Customer Profiles domain, beside its integrations and the names of its object types",
        "Attributes, layouts, segments, streams and recommenders are the data model of profiles; no rule judges it.",
        {
            "customer-profiles": (
                "GetCalculatedAttributeDefinition",
                "GetDomainLayout",
                "GetDomainObjectType",
                "GetEventStream",
                "GetEventTrigger",
                "GetObjectTypeAttributeStatistics",
                "GetProfileObjectType",
                "GetRecommender",
                "GetRecommenderFilter",
                "GetRecommenderSchema",
                "GetSegmentDefinition",
                "GetSegmentEstimate",
                "GetSegmentSnapshot",
                "GetSegmentSubscription",
                "GetStreamForSegments",
                "GetWorkflow",
                "GetWorkflowSteps",
                "ListCalculatedAttributeDefinitions",
                "ListDomainLayouts",
                "ListDomainObjectTypes",
                "ListEventStreams",
                "ListEventTriggers",
                "ListObjectTypeAttributes",
                "ListRecommenderFilters",
                "ListRecommenderSchemas",
                "ListRecommenders",
                "ListSegmentDefinitions",
                "ListSegmentSubscriptionEvents",
                "ListWorkflows",
            )
        },
    ),
    LeftOut(
        "customers' profiles",
        "They are customers' own records: this tool refuses to read them.",
        {
            "customer-profiles": (
                "BatchGetCalculatedAttributeForProfile",
                "BatchGetProfile",
                "GetCalculatedAttributeForProfile",
                "GetMatches",
                "GetProfileHistoryRecord",
                "GetProfileRecommendations",
                "GetSegmentMembership",
                "GetSimilarProfiles",
                "ListCalculatedAttributesForProfile",
                "ListObjectTypeAttributeValues",
                "ListProfileAttributeValues",
                "ListProfileHistoryRecords",
                "ListRuleBasedMatches",
            )
        },
    ),
    LeftOut(
        "customers' cases",
        "They are customers' own records: this tool refuses to read them.",
        {"connectcases": ("GetCaseAuditEvents", "ListCasesForContact", "SearchAllRelatedItems")},
    ),
    LeftOut(
        "what AI assistants answer from, and earlier versions of what they are made of",
        "Articles, quick responses and templates of messages are what a company says, not how its instance is set.",
        {
            "qconnect": (
                "GetContentAssociation",
                "GetContentSummary",
                "GetQuickResponse",
                "ListAIAgentVersions",
                "ListAIGuardrailVersions",
                "ListAIPromptVersions",
                "ListContentAssociations",
                "ListContents",
                "ListQuickResponses",
                "ListSpans",
                "SearchQuickResponses",
            )
        },
    ),
    LeftOut(
        "Voice ID",
        "AWS ended the service on 2026-05-20; an integration of that type is still listed and told.",
        {"voice-id": ("*",)},
    ),
    LeftOut(
        "service control policies",
        "Only the management account and delegated administrators may read them: who is said to be allowed something "
        "may still be kept from it by one, and the rules about IAM say so.",
        {"organizations": ("DescribePolicy", "ListParents", "ListPoliciesForTarget")},
    ),
)
