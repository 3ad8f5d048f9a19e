"""Clients of a sandbox: real boto3, real HTTP, loopback only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config

pytest.importorskip("moto")

from auditor.sandbox import Sandbox

Client = Callable[..., Any]


@cache
def session() -> boto3.session.Session:
    """One session for all tests: it keeps the service models it has read."""
    return boto3.session.Session()


def make_client(url: str, service: str, region: str = "us-east-1", **credentials: str) -> Any:
    """A client that never retries, so that a test sees each answer."""
    given = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox", **credentials}
    config = Config(retries={"max_attempts": 0, "mode": "standard"}, s3={"addressing_style": "path"})
    return session().client(service, region_name=region, endpoint_url=url, config=config, **given)


@pytest.fixture(scope="session")
def client_of() -> Client:
    """Makes a client of the sandbox at a given URL, for tests which start their own."""
    return make_client


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    def make(service: str, region: str = "us-east-1", **credentials: str) -> Any:
        return make_client(sandbox.url, service, region, **credentials)

    return make


@pytest.fixture
def connect(client: Client) -> Any:
    return client("connect")


@pytest.fixture
def instance(connect: Any) -> str:
    made = connect.create_instance(
        IdentityManagementType="SAML",
        InstanceAlias="aurora",
        InboundCallsEnabled=True,
        OutboundCallsEnabled=True,
        Tags={"Environment": "test"},
    )
    return str(made["Id"])
