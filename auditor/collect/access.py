"""Who looks where: credentials, accounts, roles, and the clients made of them.

boto3's default chain does the work (environment, profiles with role_arn and source_profile, web identity, SSO,
credential_process, containers, instance profiles), and so do its settings for proxies, CA bundles and endpoints.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import botocore
import botocore.session
from botocore import exceptions as boto
from botocore import xform_name
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

from auditor import __version__
from auditor.collect.faults import DENIED, EXPIRED, UNKNOWN_CALLER
from auditor.collect.guard import Guard, allowed
from auditor.kinds import KINDS, Kind

ROLE_SESSION_NAME = "connect-audit"
FALLBACK_REGION = "us-east-1"
# Throttled calls are rare behind our own buckets; what is left to botocore are single faults of the network.
RETRIES = {"mode": "standard", "total_max_attempts": 4}
ROLE_RETRIES = {"mode": "standard", "total_max_attempts": 10}
ROLES_AT_ONCE = 8
# What botocore raises for a setting that it cannot use; for endpoints and numbers it is a bare ValueError.
SETTINGS = (
    ValueError,
    boto.InvalidChecksumConfigError,
    boto.InvalidDefaultsMode,
    boto.InvalidEndpointConfigurationError,
    boto.InvalidProxiesConfigError,
    boto.InvalidRetryConfigurationError,
    boto.InvalidSTSRegionalEndpointsConfigError,
)


class NoAccess(Exception):
    """The credentials, the role or the account cannot be used. One sentence: what, why, what to do."""

    def __init__(self, sentence: str) -> None:
        # botocore's own words may have several lines.
        super().__init__(" ".join(sentence.split()))


class NoSuchOperation(Exception):
    """An operation that the installed botocore does not know, or does not know yet."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the caller asked for on the command line."""

    profile: str = ""
    accounts: tuple[str, ...] = ()
    role_name: str = ""
    role_arn: str = ""
    external_id: str = ""
    role_session_name: str = ROLE_SESSION_NAME
    region: str = ""
    """The Region to ask who we are in, when the configuration names none."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account that can be read: its id, its partition, and a session that speaks for it."""

    id: str
    partition: str
    session: Any
    region: str
    """The Region for calls about the account as a whole."""


@cache
def _models() -> Any:
    """The loader of every session; a second would read and keep all models again: 15 MiB and 70 ms an account."""
    return botocore.session.Session().get_component("data_loader")


class Sessions:
    """Makes botocore sessions that are guarded, read timestamps as UTC, and share one data loader."""

    def __init__(
        self, kinds: Iterable[Kind] = KINDS, besides: frozenset[tuple[str, str]] = frozenset()
    ) -> None:
        self._guard = Guard(allowed(kinds) | besides)

    def new(self, profile: str = "") -> Any:
        """A session on a profile, or on the default credential chain."""
        session = botocore.session.Session(profile=profile or None)
        session.register_component("data_loader", _models())
        session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=utc)
        self._guard.watch(session)
        session.register("before-call.s3-control", _keep_account_out_of_host)
        return session

    def assuming(self, sts: Any, source: Any, role_arn: str, identity: Identity, region: str) -> Any:
        """A session of a role that `source` may assume through its client `sts`.

        It renews its credentials by itself.
        """
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=lambda *_, **__: sts,
            source_credentials=source.get_credentials(),
            role_arn=role_arn,
            extra_args={
                "RoleSessionName": identity.role_session_name,
                **({"ExternalId": identity.external_id} if identity.external_id else {}),
            },
        )
        session = self.new(identity.profile)
        session.set_config_variable("region", region)
        # botocore has no public way to hand a session refreshable credentials; its own CLI does it like this.
        session._credentials = DeferredRefreshableCredentials(
            method="assume-role", refresh_using=fetcher.fetch_credentials
        )
        return session


class Clients:
    """One client per Region and service, made when first asked for, which speaks for every account.

    A client of botocore is a class of its own with a method for each operation: 0.1 to 0.7 MiB and 10 ms, and
    nothing in it is an account's but the credentials. So each call is signed with those of whom it is made for.
    """

    def __init__(self, workers: int) -> None:
        self._clients: dict[tuple[str, str, str], Any] = {}
        # Making clients is not thread-safe in botocore; using them is.
        self._making = threading.Lock()
        self._speaking = threading.local()
        self._config = Config(
            retries=RETRIES,
            max_pool_connections=workers,
            connect_timeout=10,
            read_timeout=60,
            # Whole, as botocore would put its own together anew for every call: an eighth of what a call costs.
            user_agent=f"connect-audit/{__version__} Botocore/{botocore.__version__}",
        )

    def call(
        self, account: Account, region: str, service: str, operation: str, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The answer to one call. Raises `NoSuchOperation`, and what botocore raises."""
        client = self._client(account, region, service)
        if operation not in client.meta.service_model.operation_names:
            raise NoSuchOperation(f"this boto3 has no {service}:{operation}: update it")
        self._speaking.account = account
        answer: dict[str, Any] = getattr(client, xform_name(operation))(**params)
        return answer

    def _client(self, account: Account, region: str, service: str) -> Any:
        key = (account.partition, region, service)
        client = self._clients.get(key)
        if client is None:
            with self._making:
                client = self._clients.get(key) or self._make(account, region, service)
                self._clients[key] = client
        return client

    def _make(self, account: Account, region: str, service: str) -> Any:
        client = account.session.create_client(service, region_name=region, config=self._config)
        client.meta.events.register("before-sign", self._sign_as_asked)
        return client

    def _sign_as_asked(self, request: Any, **_: Any) -> None:
        """Requests are signed, and signed again when they are retried, by the thread that makes the call.

        Without credentials botocore would sign with those of the account that the client was made for.
        """
        credentials = self._speaking.account.session.get_credentials()
        if credentials is None:
            raise boto.NoCredentialsError
        request.context.setdefault("signing", {})["request_credentials"] = credentials


def open_accounts(sessions: Sessions, identity: Identity) -> tuple[list[Account], dict[str, str]]:
    """The accounts to scan, and the sentence for each that cannot be opened.

    No account named means the account of the credentials. An account of the credentials is used as it is;
    into any other the role is assumed. Raises `NoAccess` when nothing at all can be opened.
    """
    session = _session(sessions, identity)
    region = session.get_config_variable("region") or identity.region or FALLBACK_REGION
    own, partition = _who(session, region, identity)
    here = Account(own, partition, session, region)
    wanted = identity.accounts or ((_account_of(identity.role_arn),) if identity.role_arn else (own,))
    sts = session.create_client("sts", region_name=region, config=Config(retries=ROLE_RETRIES))
    opened: list[Account] = []
    refused: dict[str, str] = {}
    with ThreadPoolExecutor(ROLES_AT_ONCE) as pool:
        accounts = list(dict.fromkeys(wanted))
        tries = [pool.submit(_open, sessions, sts, identity, here, account) for account in accounts]
        for account, attempt in zip(accounts, tries, strict=True):
            try:
                opened.append(attempt.result())
            except NoAccess as reason:
                refused[account] = str(reason)
    sts.close()  # its connections: processes that are forked from here must not share them
    if not opened:
        raise NoAccess(" ".join(refused.values()))
    return opened, refused


def utc(value: Any) -> str:
    """An AWS timestamp (seconds since 1970, or ISO 8601) as ISO 8601 in UTC, whatever the host's time zone."""
    if isinstance(value, (int, float)):
        moment = datetime.fromtimestamp(value, UTC)
    else:
        text = str(value)
        try:
            moment = datetime.fromtimestamp(float(text), UTC)
        except ValueError:
            moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _session(sessions: Sessions, identity: Identity) -> Any:
    try:
        session = sessions.new(identity.profile)
        session.get_config_variable("region")
    except boto.ProfileNotFound as error:
        raise NoAccess(
            f"There is no AWS profile '{identity.profile}': {error}. See `aws configure list-profiles`."
        ) from error
    except boto.BotoCoreError as error:
        raise NoAccess(f"The AWS configuration cannot be read: {error}.") from error
    return session


def _who(session: Any, region: str, identity: Identity) -> tuple[str, str]:
    """The account id and the partition of the credentials."""
    try:
        answer = session.create_client("sts", region_name=region).get_caller_identity()
    except SETTINGS as error:
        raise NoAccess(
            f"The AWS settings cannot be used: {str(error).rstrip('.')}. Correct --region, the environment (AWS_…) "
            "or the configuration file of AWS; an endpoint begins with https:// or http://."
        ) from error
    except boto.ClientError as error:
        raise NoAccess(_rejected(error, identity)) from error
    except boto.BotoCoreError as error:
        raise NoAccess(_no_credentials(error, identity)) from error
    return str(answer["Account"]), str(answer["Arn"]).split(":")[1]


def _open(sessions: Sessions, sts: Any, identity: Identity, here: Account, account: str) -> Account:
    if account == here.id and not identity.role_arn:
        return here
    role = identity.role_arn or (
        f"arn:{here.partition}:iam::{account}:role/{identity.role_name}" if identity.role_name else ""
    )
    if not role:
        raise NoAccess(
            f"The credentials belong to account {here.id}, not to {account}: use credentials of {account} "
            "(--profile), or name a role there with --role-name."
        )
    if _account_of(role) != account:
        raise NoAccess(f"The role {role} is not in account {account}: use --role-name for several accounts.")
    session = sessions.assuming(sts, here.session, role, identity, here.region)
    try:
        session.get_credentials().get_frozen_credentials()
    except boto.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        hint = (
            f"allow sts:AssumeRole on it for the caller, and the caller in its trust policy"
            f"{'' if identity.external_id else ' (does it ask for --external-id?)'}"
            if code in DENIED
            else "check the role's ARN"
        )
        raise NoAccess(f"Account {account}: the role {role} cannot be assumed ({code}): {hint}.") from error
    except boto.BotoCoreError as error:
        raise NoAccess(f"Account {account}: the role {role} cannot be assumed: {error}.") from error
    return Account(account, here.partition, session, here.region)


def _account_of(role_arn: str) -> str:
    parts = role_arn.split(":")
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != "iam" or not parts[4]:
        raise NoAccess(f"'{role_arn}' is not the ARN of a role (arn:aws:iam::123456789012:role/Name).")
    return parts[4]


def _rejected(error: boto.ClientError, identity: Identity) -> str:
    code = error.response.get("Error", {}).get("Code", "")
    if code in EXPIRED | UNKNOWN_CALLER:
        return (
            f"AWS does not accept the credentials ({code}): they have expired, were deleted, or belong to another "
            f"partition (GovCloud needs --region us-gov-west-1). {_renew(identity)}"
        )
    return f"AWS does not say whose credentials these are (sts:GetCallerIdentity: {code}). {_renew(identity)}"


def _no_credentials(error: boto.BotoCoreError, identity: Identity) -> str:
    profile = f" --profile {identity.profile}" if identity.profile else ""
    match error:
        case boto.SSOError() | boto.TokenRetrievalError() | boto.NoAuthTokenError():
            return f"The SSO session has expired or was never opened: run `aws sso login{profile}`, then scan again."
        case boto.LoginError():
            return f"The sign-in session has expired: run `aws login{profile}`, then scan again."
        case boto.NoCredentialsError():
            return (
                "No AWS credentials were found: run `aws configure`, set AWS_PROFILE or pass --profile "
                "(or try `connect-audit demo`, which needs none)."
            )
        case boto.ConnectionError() | boto.HTTPClientError():
            return (
                f"AWS cannot be reached: {error}. Check the network, proxies (HTTPS_PROXY) and AWS_CA_BUNDLE."
            )
    return f"The AWS credentials cannot be used: {error}. {_renew(identity)}"


def _renew(identity: Identity) -> str:
    profile = f" --profile {identity.profile}" if identity.profile else ""
    return f"Renew them (`aws sso login{profile}`, `aws login{profile}` or `aws configure{profile}`) and scan again."


def _keep_account_out_of_host(params: dict[str, Any], **_: Any) -> None:
    """Takes S3 Control's account prefix off a host that is not AWS's: `123456789012.127.0.0.1` has no address."""
    parts = urlsplit(params["url"])
    host = parts.hostname or ""
    account, _dot, rest = host.partition(".")
    if account.isdigit() and len(account) == 12 and ".amazonaws.com" not in f".{rest}":
        params["url"] = urlunsplit(parts._replace(netloc=parts.netloc.removeprefix(f"{account}.")))


def regions_of(session: Any, partition: str) -> Sequence[str]:
    """Every Region of a partition where Amazon Connect exists, as botocore's endpoint data has them."""
    return sorted(session.get_available_regions("connect", partition_name=partition))
