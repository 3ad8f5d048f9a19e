"""What stands behind an instance's settings: buckets, keys, log groups, the account's own safeguards.

IAM action names that differ from the operation's are from the AWS service authorization reference; the codes
that mean "not set" are from the operations' API reference pages (read 2026-11).
"""

from __future__ import annotations

from auditor.kinds.row import Call, Facet, Kind, Named, Scope

BUCKET = {"Bucket": "{id}"}

NEIGHBOURS: tuple[Kind, ...] = (
    Kind(
        name="s3.bucket",
        title="S3 buckets",
        scope=Scope.REGION,
        id=("Name",),
        label="Name",
        named=(Named("connect.storage_config", "{S3Config.BucketName}"),),
        # No expected owner is sent: a log archive in another account is a legitimate place for recordings.
        describe=Call(
            "s3",
            "HeadBucket",
            params=BUCKET,
            absent=("404", "NoSuchBucket"),
            action="s3:ListBucket",
        ),
        facets=(
            # Answered only for a bucket of this account: without it nobody knows whose safeguards apply.
            Facet(
                "OwnedHere",
                Call(
                    "s3",
                    "HeadBucket",
                    params={**BUCKET, "ExpectedBucketOwner": "{account}"},
                    action="s3:ListBucket",
                ),
            ),
            Facet(
                "Encryption",
                Call(
                    "s3",
                    "GetBucketEncryption",
                    "ServerSideEncryptionConfiguration",
                    params=BUCKET,
                    absent=("ServerSideEncryptionConfigurationNotFoundError",),
                    action="s3:GetEncryptionConfiguration",
                ),
            ),
            Facet(
                "Policy",
                Call("s3", "GetBucketPolicy", "Policy", params=BUCKET, absent=("NoSuchBucketPolicy",)),
            ),
            Facet(
                "PolicyStatus",
                Call(
                    "s3",
                    "GetBucketPolicyStatus",
                    "PolicyStatus",
                    params=BUCKET,
                    absent=("NoSuchBucketPolicy",),
                ),
            ),
            Facet("Acl", Call("s3", "GetBucketAcl", "Grants", params=BUCKET)),
            Facet(
                "PublicAccessBlock",
                Call(
                    "s3",
                    "GetPublicAccessBlock",
                    "PublicAccessBlockConfiguration",
                    params=BUCKET,
                    absent=("NoSuchPublicAccessBlockConfiguration",),
                    action="s3:GetBucketPublicAccessBlock",
                ),
            ),
            Facet("Versioning", Call("s3", "GetBucketVersioning", params=BUCKET)),
            Facet(
                "Lifecycle",
                Call(
                    "s3",
                    "GetBucketLifecycleConfiguration",
                    "Rules",
                    params=BUCKET,
                    absent=("NoSuchLifecycleConfiguration",),
                    action="s3:GetLifecycleConfiguration",
                ),
            ),
            Facet(
                "Ownership",
                Call(
                    "s3",
                    "GetBucketOwnershipControls",
                    "OwnershipControls",
                    params=BUCKET,
                    absent=("OwnershipControlsNotFoundError",),
                ),
            ),
        ),
        cloudformation="AWS::S3::Bucket",
        terraform="aws_s3_bucket",
    ),
    Kind(
        name="s3.account_public_access_block",
        title="account-wide S3 public access block",
        scope=Scope.ACCOUNT,
        id=("AccountId",),
        describe=Call(
            "s3control",
            "GetPublicAccessBlock",
            "PublicAccessBlockConfiguration",
            params={"AccountId": "{id}"},
            absent=("NoSuchPublicAccessBlockConfiguration",),
            action="s3:GetAccountPublicAccessBlock",
        ),
        named=(Named("", "{account}"),),
        terraform="aws_s3_account_public_access_block",
    ),
    Kind(
        name="kms.key",
        title="KMS keys",
        scope=Scope.REGION,
        id=("Reference",),
        label="KeyId",
        arn="Arn",
        named=(
            Named("connect.storage_config", "{S3Config.EncryptionConfig.KeyId}"),
            Named("connect.storage_config", "{KinesisVideoStreamConfig.EncryptionConfig.KeyId}"),
        ),
        describe=Call(
            "kms",
            "DescribeKey",
            "KeyMetadata",
            params={"KeyId": "{id}"},
            absent=("NotFoundException",),
        ),
        facets=(
            Facet(
                "Rotation",
                Call(
                    "kms",
                    "GetKeyRotationStatus",
                    params={"KeyId": "{Arn}"},
                    # Asymmetric keys and keys of a custom key store cannot rotate by themselves.
                    absent=("UnsupportedOperationException",),
                ),
            ),
        ),
        cloudformation="AWS::KMS::Key",
        terraform="aws_kms_key",
    ),
    Kind(
        name="logs.log_group",
        title="flow log groups",
        scope=Scope.REGION,
        id=("logGroupName",),
        label="logGroupName",
        arn="arn",
        # The group that Connect writes flow logs to has the name of the alias (Administrator Guide).
        named=(Named("connect.instance", "/aws/connect/{InstanceAlias}"),),
        describe=Call(
            "logs",
            "DescribeLogGroups",
            "logGroups",
            params={"logGroupNamePrefix": "{id}"},
            page=50,
            size="limit",
            token="nextToken",
        ),
        cloudformation="AWS::Logs::LogGroup",
        terraform="aws_cloudwatch_log_group",
    ),
)
