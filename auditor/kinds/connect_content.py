"""What people wrote for an instance: flows, prompts, views, rules, forms, vocabularies, tables, tests."""

from __future__ import annotations

from auditor.kinds.row import Call, Facet, Kind, Listing, Scope

INSTANCE = {"InstanceId": "{instance}"}

CONTENT: tuple[Kind, ...] = (
    Kind(
        name="connect.contact_flow",
        title="flows",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        lists=(
            Listing(
                Call("connect", "ListContactFlows", "ContactFlowSummaryList", params=INSTANCE, page=1000),
                renames={
                    "ContactFlowType": "Type",
                    "ContactFlowState": "State",
                    "ContactFlowStatus": "Status",
                },
            ),
        ),
        search=Call(
            "connect",
            "SearchContactFlows",
            "ContactFlows",
            params=INSTANCE,
            page=100,
            doubtful=("Content", "FlowContentSha256"),
        ),
        describe=Call(
            "connect",
            "DescribeContactFlow",
            "ContactFlow",
            params={**INSTANCE, "ContactFlowId": "{id}"},
            # What was never published is described as it was saved last.
            instead={"ContactFlowNotPublishedException": {"ContactFlowId": "{Arn}:$SAVED"}},
        ),
        facets=(
            Facet(
                "Versions",
                Call(
                    "connect",
                    "ListContactFlowVersions",
                    "ContactFlowVersionSummaryList",
                    params={**INSTANCE, "ContactFlowId": "{id}"},
                    page=1000,
                ),
            ),
            Facet(
                "Aliases",
                Call(
                    "connect",
                    "ListContactFlowAliases",
                    "ContactFlowAliasSummaryList",
                    params={**INSTANCE, "ContactFlowId": "{id}"},
                    page=1000,
                ),
            ),
            # As it was saved last, where that was not published.
            Facet(
                "Saved",
                Call(
                    "connect",
                    "DescribeContactFlow",
                    "ContactFlow",
                    params={**INSTANCE, "ContactFlowId": "{Arn}:$SAVED"},
                ),
                apart=True,
            ),
        ),
        cloudformation="AWS::Connect::ContactFlow",
        terraform="aws_connect_contact_flow",
        immutable=("Type",),
        evidence=("LastModifiedTime", "LastModifiedRegion"),
    ),
    Kind(
        name="connect.contact_flow_module",
        title="flow modules",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListContactFlowModules",
                    "ContactFlowModulesSummaryList",
                    params=INSTANCE,
                    page=1000,
                ),
            ),
        ),
        search=Call(
            "connect",
            "SearchContactFlowModules",
            "ContactFlowModules",
            params=INSTANCE,
            page=100,
            doubtful=("Content", "ExternalInvocationConfiguration"),
        ),
        describe=Call(
            "connect",
            "DescribeContactFlowModule",
            "ContactFlowModule",
            params={**INSTANCE, "ContactFlowModuleId": "{id}"},
        ),
        facets=(
            Facet(
                "Versions",
                Call(
                    "connect",
                    "ListContactFlowModuleVersions",
                    "ContactFlowModuleVersionSummaryList",
                    params={**INSTANCE, "ContactFlowModuleId": "{id}"},
                    page=1000,
                ),
            ),
            Facet(
                "Aliases",
                Call(
                    "connect",
                    "ListContactFlowModuleAliases",
                    "ContactFlowModuleAliasSummaryList",
                    params={**INSTANCE, "ContactFlowModuleId": "{id}"},
                    page=1000,
                ),
            ),
        ),
        cloudformation="AWS::Connect::ContactFlowModule",
        terraform="aws_connect_contact_flow_module",
        evidence=("FlowModuleContentSha256",),
    ),
    Kind(
        name="connect.prompt",
        title="prompts",
        scope=Scope.INSTANCE,
        id=("PromptId",),
        label="Name",
        arn="PromptARN",
        lists=(
            Listing(
                Call("connect", "ListPrompts", "PromptSummaryList", params=INSTANCE, page=1000),
                renames={"Id": "PromptId", "Arn": "PromptARN"},
            ),
        ),
        search=Call("connect", "SearchPrompts", "Prompts", params=INSTANCE, page=100),
        describe=Call("connect", "DescribePrompt", "Prompt", params={**INSTANCE, "PromptId": "{id}"}),
        cloudformation="AWS::Connect::Prompt",
    ),
    Kind(
        name="connect.task_template",
        title="task templates",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListTaskTemplates",
                    "TaskTemplates",
                    params=INSTANCE,
                    page=100,
                    omits=(
                        "InstanceId",
                        "ContactFlowId",
                        "SelfAssignFlowId",
                        "ContactHooks",
                        "Constraints",
                        "Defaults",
                        "Fields",
                        "Tags",
                    ),
                ),
            ),
        ),
        describe=Call("connect", "GetTaskTemplate", params={**INSTANCE, "TaskTemplateId": "{id}"}),
        cloudformation="AWS::Connect::TaskTemplate",
    ),
    Kind(
        name="connect.view",
        title="views",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        # The instance's own: AWS's views are the same for everybody.
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListViews",
                    "ViewsSummaryList",
                    params={**INSTANCE, "Type": "CUSTOMER_MANAGED"},
                    page=100,
                ),
            ),
        ),
        search=Call(
            "connect",
            "SearchViews",
            "Views",
            params={**INSTANCE, "SearchCriteria": {"ViewTypeCondition": "CUSTOMER_MANAGED"}},
            page=100,
            doubtful=("Content",),
        ),
        describe=Call("connect", "DescribeView", "View", params={**INSTANCE, "ViewId": "{id}"}),
        facets=(
            Facet(
                "Versions",
                Call(
                    "connect",
                    "ListViewVersions",
                    "ViewVersionSummaryList",
                    params={**INSTANCE, "ViewId": "{id}"},
                    page=100,
                ),
            ),
        ),
        personal=("Name",),
        cloudformation="AWS::Connect::View",
    ),
    Kind(
        name="connect.rule",
        title="rules",
        scope=Scope.INSTANCE,
        id=("RuleId",),
        label="Name",
        arn="RuleArn",
        lists=(
            Listing(
                Call("connect", "ListRules", "RuleSummaryList", params=INSTANCE, page=200),
            ),
        ),
        search=Call(
            "connect", "SearchRules", "Rules", params=INSTANCE, page=200, omits=("Function", "Actions")
        ),
        describe=Call("connect", "DescribeRule", "Rule", params={**INSTANCE, "RuleId": "{id}"}),
        cloudformation="AWS::Connect::Rule",
        immutable=("TriggerEventSource",),
        evidence=("LastUpdatedTime",),
    ),
    Kind(
        name="connect.evaluation_form",
        title="evaluation forms",
        scope=Scope.INSTANCE,
        id=("EvaluationFormId",),
        label="Title",
        arn="EvaluationFormArn",
        lists=(
            Listing(
                Call(
                    "connect", "ListEvaluationForms", "EvaluationFormSummaryList", params=INSTANCE, page=100
                ),
            ),
        ),
        search=Call(
            "connect",
            "SearchEvaluationForms",
            "EvaluationFormSearchSummaryList",
            params=INSTANCE,
            page=100,
            omits=(
                "EvaluationFormVersion",
                "Locked",
                "Items",
                "ScoringStrategy",
                "AutoEvaluationConfiguration",
                "ReviewConfiguration",
                "TargetConfiguration",
                "LanguageConfiguration",
                "LatestValidationStatus",
                "LastValidationTime",
            ),
        ),
        describe=Call(
            "connect",
            "DescribeEvaluationForm",
            "EvaluationForm",
            params={**INSTANCE, "EvaluationFormId": "{id}"},
            # The search's own words for what stands in the configurations.
            omits=("ContactInteractionType", "EvaluationFormLanguage", "AutoEvaluationEnabled"),
        ),
        facets=(
            Facet(
                "Versions",
                Call(
                    "connect",
                    "ListEvaluationFormVersions",
                    "EvaluationFormVersionSummaryList",
                    params={**INSTANCE, "EvaluationFormId": "{id}"},
                    page=100,
                ),
            ),
        ),
        cloudformation="AWS::Connect::EvaluationForm",
        # Activating a version is no change of the form, and locks it.
        evidence=("LastModifiedTime", "LatestVersion", "ActiveVersion"),
    ),
    Kind(
        name="connect.extraction_definition",
        title="extraction definitions",
        scope=Scope.INSTANCE,
        id=("ExtractionDefinitionId",),
        label="Name",
        arn="ExtractionDefinitionArn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListExtractionDefinitions",
                    "ExtractionDefinitionSummaryList",
                    params=INSTANCE,
                    page=100,
                    omits=("ExtractionConfiguration", "Display", "Tags"),
                ),
            ),
        ),
        describe=Call(
            "connect",
            "DescribeExtractionDefinition",
            "ExtractionDefinition",
            params={**INSTANCE, "ExtractionDefinitionId": "{id}"},
        ),
    ),
    Kind(
        name="connect.vocabulary",
        title="vocabularies",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        # There is no List: that all were seen rests on the search alone (see `Kind.by_search`).
        lists=(
            Listing(
                Call(
                    "connect",
                    "SearchVocabularies",
                    "VocabularySummaryList",
                    params=INSTANCE,
                    page=100,
                    omits=("Content", "Tags"),
                ),
            ),
        ),
        describe=Call(
            "connect", "DescribeVocabulary", "Vocabulary", params={**INSTANCE, "VocabularyId": "{id}"}
        ),
        cloudformation="AWS::Connect::Vocabulary",
        terraform="aws_connect_vocabulary",
        immutable=("Name", "LanguageCode", "Content"),
    ),
    Kind(
        name="connect.default_vocabulary",
        title="default vocabularies",
        scope=Scope.INSTANCE,
        id=("LanguageCode",),
        label="VocabularyName",
        lists=(
            Listing(
                Call(
                    "connect", "ListDefaultVocabularies", "DefaultVocabularyList", params=INSTANCE, page=100
                ),
            ),
        ),
    ),
    Kind(
        name="connect.data_table",
        title="data tables",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        # The columns are settings; the values that people keep in them are not, and nothing here reads those.
        lists=(
            Listing(
                Call("connect", "ListDataTables", "DataTableSummaryList", params=INSTANCE, page=1000),
            ),
        ),
        search=Call("connect", "SearchDataTables", "DataTables", params=INSTANCE, page=1000),
        describe=Call(
            "connect", "DescribeDataTable", "DataTable", params={**INSTANCE, "DataTableId": "{id}"}
        ),
        facets=(
            Facet(
                "Attributes",
                Call(
                    "connect",
                    "ListDataTableAttributes",
                    "Attributes",
                    params={**INSTANCE, "DataTableId": "{id}"},
                    page=1000,
                ),
            ),
        ),
        cloudformation="AWS::Connect::DataTable",
        immutable=("Status",),
    ),
    Kind(
        name="connect.workspace",
        title="workspaces",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        lists=(
            Listing(
                Call("connect", "ListWorkspaces", "WorkspaceSummaryList", params=INSTANCE, page=100),
            ),
        ),
        search=Call(
            "connect",
            "SearchWorkspaces",
            "Workspaces",
            params=INSTANCE,
            page=500,
            omits=("Theme", "LastModifiedTime", "LastModifiedRegion"),
        ),
        describe=Call(
            "connect",
            "DescribeWorkspace",
            "Workspace",
            params={**INSTANCE, "WorkspaceId": "{id}"},
            omits=("CreatedAt",),
        ),
        facets=(
            Facet(
                "Pages",
                Call(
                    "connect",
                    "ListWorkspacePages",
                    "WorkspacePageList",
                    params={**INSTANCE, "WorkspaceId": "{id}"},
                    page=100,
                ),
            ),
        ),
        cloudformation="AWS::Connect::Workspace",
    ),
    Kind(
        name="connect.workspace_association",
        title="workspace associations",
        scope=Scope.INSTANCE,
        id=("WorkspaceId", "ResourceId"),
        label="ResourceName",
        lists=(
            Listing(
                Call(
                    "connect",
                    "SearchWorkspaceAssociations",
                    "WorkspaceAssociations",
                    params=INSTANCE,
                    page=500,
                ),
            ),
        ),
        personal=("ResourceName",),
    ),
    Kind(
        name="connect.test_case",
        title="test cases",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        lists=(
            Listing(
                Call("connect", "ListTestCases", "TestCaseSummaryList", params=INSTANCE, page=1000),
            ),
        ),
        search=Call(
            "connect", "SearchTestCases", "TestCases", params=INSTANCE, page=100, doubtful=("Content",)
        ),
        describe=Call("connect", "DescribeTestCase", "TestCase", params={**INSTANCE, "TestCaseId": "{id}"}),
        cloudformation="AWS::Connect::TestCase",
    ),
    Kind(
        name="connect.notification",
        title="notifications",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Id",
        arn="Arn",
        lists=(
            Listing(
                Call("connect", "ListNotifications", "NotificationSummaryList", params=INSTANCE, page=100),
            ),
        ),
        cloudformation="AWS::Connect::Notification",
        immutable=("Recipients", "ExpiresAt", "Priority"),
    ),
)
