"""Reads of other services which moto lacks, or answers otherwise than AWS does.

A neighbour is a function of (moto, call, parameters) that returns the members of the answer, or None
to leave the call to moto after all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from . import lex
from .bucket_policy import is_public
from .calls import Call, Request, Response
from .errors import AwsError
from .family import Family
from .moto_services import MOTO_LOCK, MotoServices
from .pages import ForeignToken, Pages
from .protocol import Plan, Service, json_response, xml_response
from .quotas import Quotas
from .trail import Trail

# Regions as ListRegions has them. af-south-1 is the opt-in Region of Connect's list; the others here
# are enabled in every account. Source: account management guide, "Enable or disable Regions".
REGIONS: Mapping[str, str] = {
    "af-south-1": "DISABLED",
    "ap-northeast-1": "ENABLED_BY_DEFAULT",
    "ap-northeast-2": "ENABLED_BY_DEFAULT",
    "ap-northeast-3": "ENABLED_BY_DEFAULT",
    "ap-south-1": "ENABLED_BY_DEFAULT",
    "ap-southeast-1": "ENABLED_BY_DEFAULT",
    "ap-southeast-2": "ENABLED_BY_DEFAULT",
    "ca-central-1": "ENABLED_BY_DEFAULT",
    "eu-central-1": "ENABLED_BY_DEFAULT",
    "eu-north-1": "ENABLED_BY_DEFAULT",
    "eu-west-1": "ENABLED_BY_DEFAULT",
    "eu-west-2": "ENABLED_BY_DEFAULT",
    "eu-west-3": "ENABLED_BY_DEFAULT",
    "sa-east-1": "ENABLED_BY_DEFAULT",
    "us-east-1": "ENABLED_BY_DEFAULT",
    "us-east-2": "ENABLED_BY_DEFAULT",
    "us-west-1": "ENABLED_BY_DEFAULT",
    "us-west-2": "ENABLED_BY_DEFAULT",
}

DEFAULT_PAGE = 50

OWNER_HEADER = "x-amz-expected-bucket-owner"

Neighbour = Callable[[MotoServices, Call, dict[str, Any]], "dict[str, Any] | None"]


def list_regions(_moto: MotoServices, _call: Call, params: dict[str, Any]) -> dict[str, Any]:
    wanted = params.get("RegionOptStatusContains")
    regions = [{"RegionName": name, "RegionOptStatus": status} for name, status in REGIONS.items()]
    return {"Regions": [region for region in regions if not wanted or region["RegionOptStatus"] in wanted]}


def bucket_policy_status(moto: MotoServices, call: Call, params: dict[str, Any]) -> dict[str, Any] | None:
    """Moto takes any condition for a restriction; the service takes few. The errors are moto's."""
    bucket = moto.backend("s3", call.account, "aws").buckets.get(params["Bucket"])
    if bucket is None or not bucket.policy:
        return None
    return {"PolicyStatus": {"IsPublic": is_public(bucket.policy)}}


def bucket_encryption(moto: MotoServices, call: Call, params: dict[str, Any]) -> dict[str, Any] | None:
    """Since January 2023 a bucket without a configuration is encrypted with SSE-S3, old buckets too.

    Source: S3 user guide, "Setting default server-side encryption behavior".
    """
    bucket = moto.backend("s3", call.account, "aws").buckets.get(params["Bucket"])
    if bucket is None or bucket.encryption:
        return None
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    return {"ServerSideEncryptionConfiguration": {"Rules": [default]}}


def aws_managed_key(moto: MotoServices, call: Call, params: dict[str, Any]) -> None:
    """The key behind `alias/aws/<service>` comes into being when it is first asked for, and is AWS's own."""
    alias = params["KeyId"].rpartition(":")[2]
    if not alias.startswith("alias/aws/"):
        return
    keys = moto.backend("kms", call.account, call.region)
    key_id = keys.get_key_id_from_alias(alias)
    if key_id is None:
        service = alias.rpartition("/")[2]
        about = f"Default key that protects {service} data when no other key is defined"
        key_id = keys.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", about, None).id
        keys.create_alias(key_id, alias)
    keys.keys[key_id].key_manager = "AWS"
    keys.keys[key_id].key_rotation_status = True


def key_by_id_or_arn(_moto: MotoServices, _call: Call, params: dict[str, Any]) -> None:
    """Some operations do not take an alias. Raises AwsError.

    Source: KMS API reference, the parameter KeyId of GetKeyPolicy and of ListGrants.
    """
    if "alias/" in params["KeyId"]:
        raise AwsError("NotFoundException", f"Invalid keyId '{params['KeyId']}'", 400)


def key_usage(moto: MotoServices, call: Call, response: Response) -> Response:
    """A key made without a usage encrypts and decrypts; moto leaves it without one.

    Source: KMS API reference, CreateKey, KeyUsage.
    """
    said = json.loads(response.body)
    key = moto.backend("kms", call.account, call.region).keys[said["KeyMetadata"]["KeyId"]]
    key.key_usage = said["KeyMetadata"]["KeyUsage"] = key.key_usage or "ENCRYPT_DECRYPT"
    return replace(response, body=json.dumps(said).encode())


def event_selectors(moto: MotoServices, call: Call, params: dict[str, Any]) -> dict[str, Any] | None:
    """A trail of all Regions can be asked about in each; moto knows it at home only.

    Without selectors of its own a trail records management events (CloudTrail API, GetEventSelectors).
    """
    for backend in moto.backends("cloudtrail")[call.account].values():
        for trail in backend.trails.values():
            here = trail.is_multi_region or backend.region_name == call.region
            if here and params["TrailName"] in (trail.arn, trail.trail_name):
                managed = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
                if trail.advanced_event_selectors:
                    return {"TrailARN": trail.arn, "AdvancedEventSelectors": trail.advanced_event_selectors}
                return {"TrailARN": trail.arn, "EventSelectors": trail.event_selectors or [managed]}
    return None


def nothing(key: str) -> Neighbour:
    """A list of a service nobody staged anything in."""

    def run(_moto: MotoServices, _call: Call, _params: dict[str, Any]) -> dict[str, Any]:
        return {key: []}

    return run


NEIGHBOURS: Mapping[tuple[str, str], Neighbour] = {
    ("account", "ListRegions"): list_regions,
    ("cloudtrail", "GetEventSelectors"): event_selectors,
    ("customer-profiles", "ListAccountIntegrations"): nothing("Items"),
    ("lexv2-models", "DescribeBot"): lex.check,
    ("lexv2-models", "DescribeBotAlias"): lex.check,
    ("lexv2-models", "DescribeResourcePolicy"): lex.check,
    ("lexv2-models", "ListBotAliases"): lex.list_aliases,
    ("kms", "DescribeKey"): aws_managed_key,
    ("kms", "GetKeyPolicy"): key_by_id_or_arn,
    ("kms", "ListGrants"): key_by_id_or_arn,
    ("s3", "GetBucketEncryption"): bucket_encryption,
    ("s3", "GetBucketPolicyStatus"): bucket_policy_status,
}


def policy_names(moto: MotoServices, call: Call, response: Response) -> Response:
    """The details of a policy hold its name and its id; moto leaves both out (IAM API, ManagedPolicyDetail)."""
    held = moto.backend("iam", call.account, "aws").managed_policies

    def named(found: re.Match[bytes]) -> bytes:
        policy = held.get(found[1].decode())
        if policy is None:
            return found[0]
        return f"<PolicyName>{policy.name}</PolicyName><PolicyId>{policy.id}</PolicyId>".encode() + found[0]

    return replace(
        response, body=re.sub(rb"<Arn>(arn:aws:iam::[^<]*:policy/[^<]+)</Arn>", named, response.body)
    )


def trail_status(moto: MotoServices, call: Call, response: Response) -> Response:
    """A trail delivers when something happens, and not whenever somebody asks, as moto has it."""
    said = json.loads(response.body)
    if "StartLoggingTime" in said:
        said["LatestDeliveryTime"] = said["StartLoggingTime"]
        said["LatestDeliveryAttemptTime"] = said["TimeLoggingStarted"]
    return replace(response, body=json.dumps(said).encode())


def stream_encryption(moto: MotoServices, call: Call, response: Response) -> Response:
    """A delivery stream that nobody encrypted says so; moto says nothing (Firehose API, DescribeDeliveryStream)."""
    said = json.loads(response.body)
    said["DeliveryStreamDescription"].setdefault(
        "DeliveryStreamEncryptionConfiguration", {"Status": "DISABLED"}
    )
    return replace(response, body=json.dumps(said).encode())


def valid_until(moto: MotoServices, call: Call, response: Response) -> Response:
    """A provider is valid until its metadata says (IAM API, GetSAMLProvider); moto's all are until 2032."""
    said = re.search(rb"validUntil=(?:\"|&quot;)([^\"&]+)", response.body)
    if said is None:
        return response
    until = re.compile(rb"<ValidUntil>[^<]*</ValidUntil>")
    return replace(response, body=until.sub(b"<ValidUntil>" + said[1] + b"</ValidUntil>", response.body))


# What happens to an answer of moto's before it is sent.
AFTER: Mapping[tuple[str, str], Callable[[MotoServices, Call, Response], Response]] = {
    ("cloudtrail", "GetTrailStatus"): trail_status,
    ("firehose", "DescribeDeliveryStream"): stream_encryption,
    ("iam", "GetAccountAuthorizationDetails"): policy_names,
    ("iam", "GetSAMLProvider"): valid_until,
    ("kms", "CreateKey"): key_usage,
    ("lexv2-models", "CreateBot"): lex.available_bot,
    ("lexv2-models", "CreateBotAlias"): lex.available_alias,
}


class Neighbours:
    """The table above, served."""

    def __init__(self, moto: MotoServices, trail: Trail) -> None:
        self._moto = moto
        self._pages = Pages()
        self._family = Family()
        self._table = {**NEIGHBOURS, **Quotas().handlers(), **trail.handlers()}

    def answer(
        self, call: Call, request: Request, labels: Mapping[str, str], service: Service
    ) -> Response | None:
        """The answer, or None for a call that is not ours. Raises AwsError, and BadAnswer."""
        if call.service == "s3" and "Bucket" in labels:
            self._check_owner(call, request, labels["Bucket"])
        if self._family.serves(call):
            plan = service.plan(call.operation)
            params = plan.read(request, labels)
            with MOTO_LOCK:
                found = self._family.answer(call, params, plan)
            return json_response(plan.write(self._page(plan, call, params, found)))
        neighbour = self._table.get((call.service, call.operation))
        if neighbour is None:
            return None
        plan = service.plan(call.operation)
        params = plan.read(request, labels)
        with MOTO_LOCK:
            answer = neighbour(self._moto, call, params)
        if answer is None:
            return None
        if service.protocol == "rest-xml":
            return _payload(plan, answer)
        return json_response(plan.write(self._page(plan, call, params, answer)))

    def after(self, call: Call, response: Response) -> Response:
        """An answer of moto's as the service would have given it."""
        change = AFTER.get((call.service, call.operation))
        if change is None or response.status >= 300:
            return response
        with MOTO_LOCK:
            return change(self._moto, call, response)

    def _check_owner(self, call: Call, request: Request, bucket: str) -> None:
        """Moto lets every account in and does not look at the expected owner. Raises AwsError, as S3 does.

        A policy which lets another account in is not considered.
        """
        owner = self._moto.backends("s3").bucket_accounts.get(bucket, (None, None))[1]
        expected = request.headers.get(OWNER_HEADER, owner)
        if owner is not None and not (call.account == owner == expected):
            raise AwsError("AccessDenied", "Access Denied", 403)

    def _page(self, plan: Plan, call: Call, params: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        """The answer with the one page of its list that was asked for."""
        key = next((name for name, value in answer.items() if isinstance(value, list)), None)
        if key is None:
            return answer
        size = params.get("MaxResults") or params.get("maxResults") or plan.limit or DEFAULT_PAGE
        try:
            page, token = self._pages.cut(
                answer[key], (call.account, call.region, call.operation), params, size
            )
        except ForeignToken:
            raise AwsError("ValidationException", "NextToken is invalid for this request", 400) from None
        name = "NextToken" if "NextToken" in plan.model.output_shape.members else "nextToken"
        return {**answer, key: list(page), **({name: token} if token else {})}


def _payload(plan: Plan, answer: dict[str, Any]) -> Response:
    """An S3 answer whose body is one structure of the output."""
    name = plan.model.output_shape.serialization["payload"]
    return xml_response(name, "http://s3.amazonaws.com/doc/2006-03-01/", plan.write(answer)[name])
