"""Clients of a sandbox, as the company uses them."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

HOME, WEST = "us-east-1", "us-west-2"


class Aws:
    """Clients of the sandbox, one per service and Region. The access key names the account's root."""

    def __init__(
        self, url: str, key: str = "sandbox", secret: str = "sandbox", token: str | None = None
    ) -> None:
        self._url = url
        self._made: dict[tuple[str, str], Any] = {}
        core = botocore.session.get_session()
        core.register_component("data_loader", _models())
        self._session = boto3.session.Session(key, secret, token, botocore_session=core)

    def assuming(self, role: str) -> Aws:
        """The same as a role, whose account may be another."""
        given = self("sts").assume_role(RoleArn=role, RoleSessionName="populate")["Credentials"]
        return Aws(self._url, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def __call__(self, service: str, region: str = HOME) -> Any:
        key = service, region
        if key not in self._made:
            config = Config(retries={"mode": "standard", "max_attempts": 10}, s3={"addressing_style": "path"})
            self._made[key] = self._session.client(
                service, region_name=region, endpoint_url=self._url, config=config
            )
        return self._made[key]


@cache
def _models() -> Any:
    """The service models, read once in a process: they take longer than the calls.

    The sandbox has its own, as botocore's clients change theirs.
    """
    return botocore.session.get_session().get_component("data_loader")
