"""The account around an instance: directories, IAM, trails, alarms, quotas, its organization."""

from __future__ import annotations

from auditor.kinds.row import Call, Derived, Facet, Kind, Listing, Scope
from auditor.saml_metadata import signing_certificates

UNITS = Call(
    "organizations",
    "ListOrganizationalUnitsForParent",
    "OrganizationalUnits",
    params={"ParentId": "{Id}"},
    page=20,
)
PARENT = {"ParentId": "{Id}"}

ACCOUNT: tuple[Kind, ...] = (
    Kind(
        name="ds.directory",
        title="directories",
        scope=Scope.REGION,
        id=("DirectoryId",),
        label="Name",
        apart=True,
        # The largest page is not documented; a Region seldom has more directories than fit into this one.
        lists=(Listing(Call("ds", "DescribeDirectories", "DirectoryDescriptions", page=10, size="Limit")),),
        personal=("ConnectSettings.CustomerUserName",),
        secret=("RadiusSettings", "OwnerDirectoryDescription.RadiusSettings"),
        # CloudFormation has a type for each sort of directory.
        terraform="aws_directory_service_directory",
    ),
    Kind(
        name="iam.saml_provider",
        title="SAML providers",
        scope=Scope.ACCOUNT,
        id=("Arn",),
        label="Arn",
        arn="Arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "iam",
                    "ListSAMLProviders",
                    "SAMLProviderList",
                    omits=(
                        "SAMLMetadataDocument",
                        "SAMLProviderUUID",
                        "Tags",
                        "AssertionEncryptionMode",
                        "PrivateKeyList",
                    ),
                )
            ),
        ),
        describe=Call("iam", "GetSAMLProvider", params={"SAMLProviderArn": "{id}"}),
        # The identity provider's metadata: certificates and addresses that no rule may carry away.
        secret=("SAMLMetadataDocument",),
        derived=(Derived("SigningCertificates", "SAMLMetadataDocument", signing_certificates),),
        cloudformation="AWS::IAM::SAMLProvider",
        terraform="aws_iam_saml_provider",
    ),
    Kind(
        name="iam.role",
        title="IAM roles",
        scope=Scope.ACCOUNT,
        id=("RoleId",),
        label="RoleName",
        arn="Arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "iam",
                    "GetAccountAuthorizationDetails",
                    "RoleDetailList",
                    params={"Filter": ["Role"]},
                    page=1000,
                    size="MaxItems",
                    token="Marker",
                )
            ),
        ),
        cloudformation="AWS::IAM::Role",
        terraform="aws_iam_role",
    ),
    Kind(
        name="iam.user",
        title="IAM users",
        scope=Scope.ACCOUNT,
        id=("UserId",),
        label="UserName",
        arn="Arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "iam",
                    "GetAccountAuthorizationDetails",
                    "UserDetailList",
                    params={"Filter": ["User"]},
                    page=1000,
                    size="MaxItems",
                    token="Marker",
                )
            ),
        ),
        personal=("UserName",),
        cloudformation="AWS::IAM::User",
        terraform="aws_iam_user",
    ),
    Kind(
        name="iam.group",
        title="IAM groups",
        scope=Scope.ACCOUNT,
        id=("GroupId",),
        label="GroupName",
        arn="Arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "iam",
                    "GetAccountAuthorizationDetails",
                    "GroupDetailList",
                    params={"Filter": ["Group"]},
                    page=1000,
                    size="MaxItems",
                    token="Marker",
                )
            ),
        ),
        cloudformation="AWS::IAM::Group",
        terraform="aws_iam_group",
    ),
    Kind(
        name="iam.policy",
        title="IAM policies",
        scope=Scope.ACCOUNT,
        id=("PolicyId",),
        label="PolicyName",
        arn="Arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "iam",
                    "GetAccountAuthorizationDetails",
                    "Policies",
                    params={"Filter": ["LocalManagedPolicy", "AWSManagedPolicy"]},
                    page=1000,
                    size="MaxItems",
                    token="Marker",
                )
            ),
        ),
        cloudformation="AWS::IAM::ManagedPolicy",
        terraform="aws_iam_policy",
    ),
    Kind(
        name="cloudtrail.trail",
        title="CloudTrail trails",
        scope=Scope.REGION,
        id=("TrailARN",),
        label="Name",
        arn="TrailARN",
        apart=True,
        # Asked in each Region: a trail of all Regions, or of the organization, shows there as well.
        lists=(Listing(Call("cloudtrail", "DescribeTrails", "trailList")),),
        facets=(
            # The rest of the answer says when something was last delivered: other words at every reading.
            Facet(
                "IsLogging", Call("cloudtrail", "GetTrailStatus", "IsLogging", params={"Name": "{TrailARN}"})
            ),
            Facet("Selectors", Call("cloudtrail", "GetEventSelectors", params={"TrailName": "{TrailARN}"})),
        ),
        cloudformation="AWS::CloudTrail::Trail",
        terraform="aws_cloudtrail",
    ),
    Kind(
        name="cloudwatch.alarm",
        title="alarms on metrics of Amazon Connect",
        scope=Scope.REGION,
        id=("AlarmName",),
        label="AlarmName",
        arn="AlarmArn",
        apart=True,
        # No parameter selects a namespace, and in an alarm on an expression it stands deep inside.
        lists=(
            Listing(
                Call(
                    "cloudwatch",
                    "DescribeAlarms",
                    "MetricAlarms",
                    params={"AlarmTypes": ["MetricAlarm"]},
                    page=100,
                    size="MaxRecords",
                ),
                mentions="AWS/Connect",
            ),
        ),
        cloudformation="AWS::CloudWatch::Alarm",
        terraform="aws_cloudwatch_metric_alarm",
    ),
    Kind(
        name="service_quotas.quota",
        title="service quotas of Amazon Connect",
        scope=Scope.REGION,
        id=("QuotaCode", "QuotaContext.ContextId"),
        label="QuotaName",
        arn="QuotaArn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "service-quotas",
                    "ListServiceQuotas",
                    "Quotas",
                    params={"ServiceCode": "connect", "QuotaAppliedAtLevel": "ALL"},
                    page=100,
                )
            ),
        ),
        terraform="aws_servicequotas_service_quota",
    ),
    Kind(
        name="service_quotas.default",
        title="default quotas of Amazon Connect",
        scope=Scope.REGION,
        id=("QuotaCode",),
        label="QuotaName",
        arn="QuotaArn",
        apart=True,
        # What a new account has: a quota that nobody raised may be missing among those that apply.
        lists=(
            Listing(
                Call(
                    "service-quotas",
                    "ListAWSDefaultServiceQuotas",
                    "Quotas",
                    params={"ServiceCode": "connect"},
                    page=100,
                )
            ),
        ),
    ),
    Kind(
        name="organizations.organization",
        title="organization",
        scope=Scope.ACCOUNT,
        id=("Id",),
        label="Id",
        arn="Arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "organizations",
                    "DescribeOrganization",
                    "Organization",
                    absent=("AWSOrganizationsNotInUseException",),
                )
            ),
        ),
        personal=("MasterAccountEmail",),
        cloudformation="AWS::Organizations::Organization",
        terraform="aws_organizations_organization",
    ),
    Kind(
        name="organizations.account",
        title="accounts of the organization",
        scope=Scope.ACCOUNT,
        id=("Id",),
        label="Name",
        arn="Arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "organizations",
                    "ListAccounts",
                    "Accounts",
                    page=20,
                    absent=("AWSOrganizationsNotInUseException",),
                )
            ),
        ),
        personal=("Email",),
        refused="only the management account and delegated administrators may list it",
        cloudformation="AWS::Organizations::Account",
        terraform="aws_organizations_account",
    ),
    Kind(
        name="organizations.root",
        title="roots of the organization",
        scope=Scope.ACCOUNT,
        id=("Id",),
        label="Name",
        arn="Arn",
        apart=True,
        lists=(
            Listing(
                Call(
                    "organizations",
                    "ListRoots",
                    "Roots",
                    page=20,
                    absent=("AWSOrganizationsNotInUseException",),
                )
            ),
        ),
        refused="only the management account and delegated administrators may list it",
    ),
    Kind(
        name="organizations.unit",
        title="organizational units",
        scope=Scope.ACCOUNT,
        id=("Id",),
        label="Name",
        arn="Arn",
        apart=True,
        lists=(
            Listing(UNITS, per="organizations.root", adds=PARENT),
            Listing(UNITS, per="organizations.unit", adds=PARENT),
        ),
        refused="only the management account and delegated administrators may list it",
        cloudformation="AWS::Organizations::OrganizationalUnit",
        terraform="aws_organizations_organizational_unit",
    ),
    Kind(
        name="tag.resource",
        title="tagged resources of Amazon Connect",
        scope=Scope.REGION,
        id=("ResourceARN",),
        label="ResourceARN",
        arn="ResourceARN",
        apart=True,
        lists=(
            Listing(
                Call(
                    "resourcegroupstaggingapi",
                    "GetResources",
                    "ResourceTagMappingList",
                    params={"ResourceTypeFilters": ["connect"]},
                    page=100,
                    size="ResourcesPerPage",
                    token="PaginationToken",
                )
            ),
        ),
    ),
)
