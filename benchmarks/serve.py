"""Serves a sandbox with a stage set for a benchmark, in a process of its own, until it is told to end.

    python benchmarks/serve.py --large 1 --rate 2 --burst 5 --log calls.jsonl

The stage is set past the throttle and outside the log. Prints the address when it is ready.
"""

from __future__ import annotations

import argparse

import boto3
from large import large_instance

from auditor.sandbox import serve

HOME = "123456789012"


def small_instance(url: str, account: str = HOME, region: str = "us-east-1") -> None:
    """One instance with what the service gives a new one, and recordings kept in a bucket under a key."""
    session = boto3.Session("benchmark", "benchmark", region_name=region)
    if account != HOME:
        role = f"arn:aws:iam::{account}:role/Audit"
        given = session.client("sts", endpoint_url=url).assume_role(RoleArn=role, RoleSessionName="stage")
        keys = given["Credentials"]
        session = boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=region
        )
    connect, s3, kms = (session.client(name, endpoint_url=url) for name in ("connect", "s3", "kms"))
    instance = connect.create_instance(
        IdentityManagementType="SAML",
        InstanceAlias=f"a{account}-{region}",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
    )["Id"]
    bucket = f"recordings-{account}-{region}"
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **where)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    connect.associate_instance_storage_config(
        InstanceId=instance,
        ResourceType="CALL_RECORDINGS",
        StorageConfig={
            "StorageType": "S3",
            "S3Config": {
                "BucketName": bucket,
                "BucketPrefix": "recordings",
                "EncryptionConfig": {"EncryptionType": "KMS", "KeyId": key},
            },
        },
    )


def accounts_of(count: int) -> list[str]:
    """The ids of so many accounts; the first is the credentials' own."""
    return [HOME, *(f"{210000000000 + number}" for number in range(1, count))]


def main() -> None:
    """Sets the stage and serves."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--large", type=float, default=0, help="one large instance of this scale")
    asked.add_argument("--accounts", type=int, default=0, help="a small instance in each of so many accounts")
    asked.add_argument("--regions", nargs="*", default=["us-east-1"])
    asked.add_argument("--rate", type=float)
    asked.add_argument("--burst", type=int, default=5)
    asked.add_argument("--latency", type=float, default=0, help="seconds that each call takes besides")
    asked.add_argument("--log")
    asked.add_argument("--unfilled", action="store_true", help="searching flows does not tell their content")
    given = asked.parse_args()

    def stage(url: str) -> None:
        if given.large:
            large_instance(url, given.large)
        for account in accounts_of(given.accounts) if given.accounts else ():
            for region in given.regions:
                small_instance(url, account, region)

    serve(
        port=0,
        rate=given.rate,
        burst=given.burst,
        latency=given.latency,
        log=given.log,
        stage=stage,
        search_fills_flow_content=not given.unfilled,
        say=lambda words: print(words, flush=True),
    )


if __name__ == "__main__":
    main()
