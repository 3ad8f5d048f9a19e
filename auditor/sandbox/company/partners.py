"""`aurora-parceiros`, the middling instance: sound where somebody looked, careless elsewhere."""

from __future__ import annotations

from typing import Any

from .aws import WEST, Aws
from .common import FIRST, LAST, block_public, encrypt, key, security_profiles, store
from .flows import flow, logging, recording, say, to_queue

ALIAS = "aurora-parceiros"


def partners(aws: Aws, account: str) -> dict[str, Any]:
    """Builds it. Returns the ids by the names that `Company` has for them."""
    connect, s3 = aws("connect", WEST), aws("s3", WEST)
    subnets = aws("ec2", WEST).describe_subnets()["Subnets"][:2]
    directory = aws("ds", WEST).create_directory(
        Name="parceiros.aurora.example",
        Password="Aurora-Parceiros-1",
        Size="Small",
        VpcSettings={"VpcId": subnets[0]["VpcId"], "SubnetIds": [one["SubnetId"] for one in subnets]},
    )["DirectoryId"]
    aws("ds", WEST).create_alias(DirectoryId=directory, Alias=ALIAS)
    instance = connect.create_instance(
        IdentityManagementType="EXISTING_DIRECTORY",
        InstanceAlias=ALIAS,
        DirectoryId=directory,
        InboundCallsEnabled=True,
        OutboundCallsEnabled=False,
        Tags={"Environment": "production"},
    )["Id"]
    # Flow logs are on, and the log group they would go to does not exist.
    connect.update_instance_attribute(InstanceId=instance, AttributeType="CONTACTFLOW_LOGS", Value="true")
    own = key(aws, WEST, "Aurora: parceiros")
    bucket = f"amazon-connect-aurora-parceiros-{account}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": WEST})
    block_public(s3, bucket)
    encrypt(s3, bucket, own)
    for resource in ("CALL_RECORDINGS", "CHAT_TRANSCRIPTS"):
        store(connect, instance, resource, bucket, f"connect/{resource.lower()}", own)
    connect.associate_approved_origin(InstanceId=instance, Origin="https://parceiros.aurora.example")
    queue = connect.list_queues(InstanceId=instance, QueueTypes=["STANDARD"])["QueueSummaryList"][0]["Id"]
    entry = connect.create_contact_flow(
        InstanceId=instance,
        Name="Entrada parceiros",
        Type="CONTACT_FLOW",
        Content=flow(logging(True), recording(), say("Olá, parceiro."), *to_queue(queue)),
    )["ContactFlowId"]
    number = connect.claim_phone_number(InstanceId=instance, PhoneNumber="+12065550177")["PhoneNumberId"]
    connect.associate_phone_number_contact_flow(
        PhoneNumberId=number, InstanceId=instance, ContactFlowId=entry
    )
    held = security_profiles(connect, instance)
    profile = connect.list_routing_profiles(InstanceId=instance)["RoutingProfileSummaryList"][0]["Id"]
    for n in range(6):
        connect.create_user(
            InstanceId=instance,
            Username=f"parceiro{n:02d}",
            RoutingProfileId=profile,
            SecurityProfileIds=[held["Admin" if n < 1 else "Agent"]],
            IdentityInfo={"FirstName": FIRST[-1 - n], "LastName": LAST[n]},
            PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 30},
        )
    return {"partners": instance, "partners_key_arn": own, "directory": directory}
