"""Who works in an instance: security profiles, users, the hierarchy they stand in, how they sign in."""

from __future__ import annotations

from auditor.kinds.row import Call, Facet, Kind, Listing, Scope

INSTANCE = {"InstanceId": "{instance}"}

SUMMARY = ("LastModifiedTime", "LastModifiedRegion")

PEOPLE: tuple[Kind, ...] = (
    Kind(
        name="connect.security_profile",
        title="security profiles",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="SecurityProfileName",
        arn="Arn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListSecurityProfiles",
                    "SecurityProfileSummaryList",
                    params=INSTANCE,
                    page=1000,
                ),
                renames={"Name": "SecurityProfileName"},
            ),
        ),
        search=Call(
            "connect",
            "SearchSecurityProfiles",
            "SecurityProfiles",
            params=INSTANCE,
            page=100,
            omits=(
                "AllowedAccessControlTags",
                "AllowedAccessControlHierarchyGroupId",
                "GranularAccessControlConfiguration",
                "HierarchyRestrictedResources",
                "TagRestrictedResources",
                *SUMMARY,
            ),
        ),
        describe=Call(
            "connect",
            "DescribeSecurityProfile",
            "SecurityProfile",
            params={**INSTANCE, "SecurityProfileId": "{id}"},
        ),
        facets=(
            Facet(
                "Permissions",
                Call(
                    "connect",
                    "ListSecurityProfilePermissions",
                    "Permissions",
                    params={**INSTANCE, "SecurityProfileId": "{id}"},
                    page=1000,
                ),
                dated=True,
            ),
            Facet(
                "Applications",
                Call(
                    "connect",
                    "ListSecurityProfileApplications",
                    "Applications",
                    params={**INSTANCE, "SecurityProfileId": "{id}"},
                    page=1000,
                ),
                dated=True,
            ),
            Facet(
                "AllowedFlowModules",
                Call(
                    "connect",
                    "ListSecurityProfileFlowModules",
                    "AllowedFlowModules",
                    params={**INSTANCE, "SecurityProfileId": "{id}"},
                    page=1000,
                ),
                dated=True,
            ),
            Facet(
                "AllowedAIAgents",
                Call(
                    "connect",
                    "ListSecurityProfileAIAgents",
                    "AllowedAIAgents",
                    params={**INSTANCE, "SecurityProfileId": "{id}"},
                    page=1000,
                ),
                dated=True,
            ),
        ),
        cloudformation="AWS::Connect::SecurityProfile",
        terraform="aws_connect_security_profile",
        immutable=("SecurityProfileName",),
        evidence=SUMMARY,
    ),
    Kind(
        name="connect.user",
        title="users",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Username",
        arn="Arn",
        lists=(Listing(Call("connect", "ListUsers", "UserSummaryList", params=INSTANCE, page=1000)),),
        search=Call(
            "connect",
            "SearchUsers",
            "Users",
            params=INSTANCE,
            page=500,
            omits=(
                "IdentityInfo.Email",
                "IdentityInfo.Mobile",
                "IdentityInfo.SecondaryEmail",
                # In milliseconds here, in seconds in DescribeUser: not one number under one name.
                "PhoneConfig.AfterContactWorkTimeLimit",
                "AfterContactWorkConfigs",
                *SUMMARY,
            ),
        ),
        describe=Call("connect", "DescribeUser", "User", params={**INSTANCE, "UserId": "{id}"}),
        facets=(
            Facet(
                "Proficiencies",
                Call(
                    "connect",
                    "ListUserProficiencies",
                    "UserProficiencyList",
                    params={**INSTANCE, "UserId": "{id}"},
                    page=100,
                ),
                dated=True,
            ),
        ),
        personal=(
            "Username",
            "IdentityInfo",
            "PhoneConfig.DeskPhoneNumber",
            "PhoneNumberConfigs.PhoneNumber",
        ),
        cloudformation="AWS::Connect::User",
        terraform="aws_connect_user",
        evidence=SUMMARY,
    ),
    Kind(
        name="connect.hierarchy_structure",
        title="hierarchy structure",
        scope=Scope.INSTANCE,
        id=("InstanceId",),
        # An instance has one, which is described and not listed.
        lists=(
            Listing(
                Call("connect", "DescribeUserHierarchyStructure", "HierarchyStructure", params=INSTANCE),
                adds={"InstanceId": "{instance}"},
            ),
        ),
        cloudformation="AWS::Connect::UserHierarchyStructure",
        terraform="aws_connect_user_hierarchy_structure",
    ),
    Kind(
        name="connect.hierarchy_group",
        title="hierarchy groups",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListUserHierarchyGroups",
                    "UserHierarchyGroupSummaryList",
                    params=INSTANCE,
                    page=1000,
                ),
            ),
        ),
        search=Call("connect", "SearchUserHierarchyGroups", "UserHierarchyGroups", params=INSTANCE, page=100),
        describe=Call(
            "connect",
            "DescribeUserHierarchyGroup",
            "HierarchyGroup",
            params={**INSTANCE, "HierarchyGroupId": "{id}"},
        ),
        cloudformation="AWS::Connect::UserHierarchyGroup",
        terraform="aws_connect_user_hierarchy_group",
        immutable=("LevelId",),
    ),
    Kind(
        name="connect.agent_status",
        title="agent statuses",
        scope=Scope.INSTANCE,
        id=("AgentStatusId",),
        label="Name",
        arn="AgentStatusARN",
        lists=(
            Listing(
                Call("connect", "ListAgentStatuses", "AgentStatusSummaryList", params=INSTANCE, page=1000),
                renames={"Id": "AgentStatusId", "Arn": "AgentStatusARN"},
            ),
        ),
        search=Call("connect", "SearchAgentStatuses", "AgentStatuses", params=INSTANCE, page=100),
        describe=Call(
            "connect", "DescribeAgentStatus", "AgentStatus", params={**INSTANCE, "AgentStatusId": "{id}"}
        ),
        cloudformation="AWS::Connect::AgentStatus",
    ),
    Kind(
        name="connect.authentication_profile",
        title="authentication profiles",
        scope=Scope.INSTANCE,
        id=("Id",),
        label="Name",
        arn="Arn",
        lists=(
            Listing(
                Call(
                    "connect",
                    "ListAuthenticationProfiles",
                    "AuthenticationProfileSummaryList",
                    params=INSTANCE,
                    page=1000,
                    omits=(
                        "Description",
                        "AllowedIps",
                        "BlockedIps",
                        "CreatedTime",
                        "PeriodicSessionDuration",
                        "MaxSessionDuration",
                        "SessionInactivityDuration",
                        "SessionInactivityHandlingEnabled",
                    ),
                ),
            ),
        ),
        describe=Call(
            "connect",
            "DescribeAuthenticationProfile",
            "AuthenticationProfile",
            params={**INSTANCE, "AuthenticationProfileId": "{id}"},
        ),
        refused="the API is a preview: AWS Support enables it for an account",
        evidence=SUMMARY,
    ),
)
