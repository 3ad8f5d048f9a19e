"""Names: which botocore service a signing name stands for, and the IAM action of an operation.

Source of the action names: the Service Authorization Reference; where it differs from the API
name (Amazon S3 above all) the difference is a row here.
"""

from __future__ import annotations

# Signing name in the SigV4 credential scope -> botocore service, where the two differ.
SERVICE_OF_SIGNING_NAME = {
    "app-integrations": "appintegrations",
    "cases": "connectcases",
    "connect-campaigns": "connectcampaignsv2",
    "lex": "lexv2-models",
    "monitoring": "cloudwatch",
    "profile": "customer-profiles",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
    "voiceid": "voice-id",
    "wisdom": "qconnect",
}

# Two services share one signing name and are told apart by the path: (signing name, path prefix).
SERVICE_OF_PATH = (
    ("s3", "/v20180820/", "s3control"),
    ("connect-campaigns", "/v2/", "connectcampaignsv2"),
    ("connect-campaigns", "/", "connectcampaigns"),
)

# botocore service -> IAM prefix, where it is not the service's own name.
PREFIX = {
    "appintegrations": "app-integrations",
    "connectcampaigns": "connect-campaigns",
    "connectcampaignsv2": "connect-campaigns",
    "connectcases": "cases",
    "customer-profiles": "profile",
    "lexv2-models": "lex",
    "qconnect": "wisdom",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "service-quotas": "servicequotas",
    "voice-id": "voiceid",
}

# (botocore service, operation) -> IAM action name, where it is not the operation's own name.
ACTION = {
    ("lambda", "Invoke"): "InvokeFunction",
    ("s3", "CreateMultipartUpload"): "PutObject",
    ("s3", "DeleteBucketCors"): "PutBucketCORS",
    ("s3", "DeleteBucketEncryption"): "PutEncryptionConfiguration",
    ("s3", "DeleteBucketLifecycle"): "PutLifecycleConfiguration",
    ("s3", "DeletePublicAccessBlock"): "PutBucketPublicAccessBlock",
    ("s3", "GetBucketAccelerateConfiguration"): "GetAccelerateConfiguration",
    ("s3", "GetBucketCors"): "GetBucketCORS",
    ("s3", "GetBucketEncryption"): "GetEncryptionConfiguration",
    ("s3", "GetBucketLifecycle"): "GetLifecycleConfiguration",
    ("s3", "GetBucketLifecycleConfiguration"): "GetLifecycleConfiguration",
    ("s3", "GetBucketNotificationConfiguration"): "GetBucketNotification",
    ("s3", "GetBucketReplication"): "GetReplicationConfiguration",
    ("s3", "GetObjectLockConfiguration"): "GetBucketObjectLockConfiguration",
    ("s3", "GetPublicAccessBlock"): "GetBucketPublicAccessBlock",
    ("s3", "HeadBucket"): "ListBucket",
    ("s3", "HeadObject"): "GetObject",
    ("s3", "ListBuckets"): "ListAllMyBuckets",
    ("s3", "ListObjects"): "ListBucket",
    ("s3", "ListObjectsV2"): "ListBucket",
    ("s3", "ListObjectVersions"): "ListBucketVersions",
    ("s3", "PutBucketCors"): "PutBucketCORS",
    ("s3", "PutBucketEncryption"): "PutEncryptionConfiguration",
    ("s3", "PutBucketLifecycleConfiguration"): "PutLifecycleConfiguration",
    ("s3", "PutBucketNotificationConfiguration"): "PutBucketNotification",
    ("s3", "PutObjectLockConfiguration"): "PutBucketObjectLockConfiguration",
    ("s3", "PutPublicAccessBlock"): "PutBucketPublicAccessBlock",
    ("s3control", "DeletePublicAccessBlock"): "PutAccountPublicAccessBlock",
    ("s3control", "GetPublicAccessBlock"): "GetAccountPublicAccessBlock",
    ("s3control", "PutPublicAccessBlock"): "PutAccountPublicAccessBlock",
}


def service_of(signing_name: str, path: str) -> str:
    """The botocore service which a request signed for `signing_name` to `path` is meant for."""
    for name, prefix, service in SERVICE_OF_PATH:
        if name == signing_name and path.startswith(prefix):
            return service
    return SERVICE_OF_SIGNING_NAME.get(signing_name, signing_name)


def action_of(service: str, operation: str) -> str:
    """The IAM action which an operation of a botocore service needs, `prefix:Name`."""
    return f"{PREFIX.get(service, service)}:{ACTION.get((service, operation), operation)}"
