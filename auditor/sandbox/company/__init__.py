"""Aurora Seguros, a fictional insurer in Brazil, built through the API of a sandbox.

Three Amazon Connect instances: `aurora-atendimento` (exemplary), `aurora-legado` (neglected), both
in us-east-1, and `aurora-parceiros` (middling) in us-west-2. All people are invented. What is wrong with the
neglected one is listed in docs/demo-company.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .aws import HOME, WEST, Aws
from .everything import everything
from .exemplary import exemplary
from .neglected import HOSTILE, neglected
from .partners import partners

__all__ = ["HOME", "HOSTILE", "WEST", "Aws", "Company", "everything", "populate"]


@dataclass(frozen=True)
class Company:
    """What `populate` built, by the ids a test asks for."""

    account: str
    exemplary: str
    neglected: str
    partners: str
    key_arn: str
    doomed_key_arn: str
    partners_key_arn: str
    buckets: Mapping[str, str]
    queues: Mapping[str, str]
    numbers: Mapping[str, str]
    orphaned_queue: str
    missing_function: str
    directory: str


def populate(url: str, *, account: str = "123456789012") -> Company:
    """Builds the company in the sandbox at `url`.

    `account` other than the default is entered through sts:AssumeRole. Raises botocore's ClientError
    when the sandbox holds the company already.
    """
    aws = Aws(url)
    if account != "123456789012":
        aws = aws.assuming(f"arn:aws:iam::{account}:role/builder")
    return Company(
        account=account, **exemplary(aws, account), **neglected(aws, account), **partners(aws, account)
    )
