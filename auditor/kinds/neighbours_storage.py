"""Where an instance's data goes: buckets, keys, log groups, streams.

The codes that mean "not set" are from the operations' API reference pages (read 2026-11).
"""

from __future__ import annotations

from auditor.kinds.row import Call, Facet, Kind, Listing, Named, Scope

BUCKET = {"Bucket": "{id}"}
NO_SUCH_KEY = ("NotFoundException", "InvalidArnException")

STORAGE: tuple[Kind, ...] = (
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
            Facet("Logging", Call("s3", "GetBucketLogging", params=BUCKET), apart=True),
            Facet(
                "ObjectLock",
                Call(
                    "s3",
                    "GetObjectLockConfiguration",
                    "ObjectLockConfiguration",
                    params=BUCKET,
                    absent=("ObjectLockConfigurationNotFoundError",),
                    action="s3:GetBucketObjectLockConfiguration",
                ),
                apart=True,
            ),
            Facet(
                "Cors",
                Call(
                    "s3",
                    "GetBucketCors",
                    "CORSRules",
                    params=BUCKET,
                    absent=("NoSuchCORSConfiguration",),
                    action="s3:GetBucketCORS",
                ),
                apart=True,
            ),
            Facet(
                "Tags",
                Call("s3", "GetBucketTagging", "TagSet", params=BUCKET, absent=("NoSuchTagSet",)),
                apart=True,
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
            Facet(
                "Aliases",
                Call(
                    "kms",
                    "ListAliases",
                    "Aliases",
                    params={"KeyId": "{Arn}"},
                    page=1000,
                    size="Limit",
                    token="Marker",
                    next="NextMarker",
                ),
                apart=True,
            ),
            Facet(
                "Policy",
                Call("kms", "GetKeyPolicy", "Policy", params={"KeyId": "{Arn}", "PolicyName": "default"}),
                apart=True,
            ),
            Facet(
                "Grants",
                # botocore's model says 1000 for all of KMS, the operation's own page 100.
                Call(
                    "kms",
                    "ListGrants",
                    "Grants",
                    params={"KeyId": "{Arn}"},
                    page=100,
                    size="Limit",
                    token="Marker",
                    next="NextMarker",
                ),
                apart=True,
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
    Kind(
        name="kinesis.stream",
        title="Kinesis data streams",
        scope=Scope.REGION,
        id=("StreamARN",),
        label="StreamName",
        arn="StreamARN",
        apart=True,
        named=(Named("connect.storage_config", "{KinesisStreamConfig.StreamArn}"),),
        describe=Call(
            "kinesis",
            "DescribeStreamSummary",
            "StreamDescriptionSummary",
            params={"StreamARN": "{id}"},
            absent=("ResourceNotFoundException",),
        ),
        # The key of a stream is named by the stream alone, so that it is no neighbour of a setting. Where the stream
        # names it by an alias these two operations do not know it.
        facets=(
            Facet(
                "KeyPolicy",
                Call(
                    "kms",
                    "GetKeyPolicy",
                    "Policy",
                    params={"KeyId": "{KeyId}", "PolicyName": "default"},
                    absent=NO_SUCH_KEY,
                ),
                apart=True,
                optional=True,
            ),
            Facet(
                "KeyGrants",
                Call(
                    "kms",
                    "ListGrants",
                    "Grants",
                    params={"KeyId": "{KeyId}"},
                    absent=NO_SUCH_KEY,
                    page=100,
                    size="Limit",
                    token="Marker",
                    next="NextMarker",
                ),
                apart=True,
                optional=True,
            ),
        ),
        cloudformation="AWS::Kinesis::Stream",
        terraform="aws_kinesis_stream",
    ),
    Kind(
        name="firehose.delivery_stream",
        title="Firehose delivery streams",
        scope=Scope.REGION,
        id=("DeliveryStreamARN",),
        label="DeliveryStreamName",
        arn="DeliveryStreamARN",
        apart=True,
        named=(Named("connect.storage_config", "{KinesisFirehoseConfig.FirehoseArn}"),),
        describe=Call(
            "firehose",
            "DescribeDeliveryStream",
            "DeliveryStreamDescription",
            # arn:aws:firehose:region:account:deliverystream/name
            params={"DeliveryStreamName": "{id/1}"},
            absent=("ResourceNotFoundException",),
        ),
        secret=(
            "Destinations.HttpEndpointDestinationDescription.RequestConfiguration",
            "Destinations.RedshiftDestinationDescription.Username",
            "Destinations.SplunkDestinationDescription.HECToken",
        ),
        cloudformation="AWS::KinesisFirehose::DeliveryStream",
        terraform="aws_kinesis_firehose_delivery_stream",
    ),
    Kind(
        name="kinesisvideo.stream",
        title="Kinesis video streams",
        scope=Scope.INSTANCE,
        id=("StreamARN",),
        label="StreamName",
        arn="StreamARN",
        apart=True,
        # Connect makes them itself, and the setting knows no more of them than how their names begin.
        lists=(
            Listing(
                Call(
                    "kinesisvideo",
                    "ListStreams",
                    "StreamInfoList",
                    params={
                        "StreamNameCondition": {
                            "ComparisonOperator": "BEGINS_WITH",
                            "ComparisonValue": "{KinesisVideoStreamConfig.Prefix}",
                        }
                    },
                    page=10000,
                ),
                per="connect.storage_config",
            ),
        ),
        cloudformation="AWS::KinesisVideo::Stream",
        terraform="aws_kinesis_video_stream",
    ),
)
