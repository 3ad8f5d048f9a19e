"""Roles, users and policies for the examples of rules: as `GetAccountAuthorizationDetails` answers, and no longer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.rule import Thing, thing

ACCOUNT = "111122223333"
INSTANCE_ARN = f"arn:aws:connect:us-east-1:{ACCOUNT}:instance/11111111-2222-3333-4444-555555555555"
ITS_USERS = f"{INSTANCE_ARN}/user/${{aws:userid}}"
"""The resource in AWS's own example of a policy for signing in."""
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/Company"
SIGN_IN = "https://signin.aws.amazon.com/saml"
BY_SAML = {
    "Effect": "Allow",
    "Principal": {"Federated": PROVIDER},
    "Action": "sts:AssumeRoleWithSAML",
    "Condition": {"StringEquals": {"SAML:aud": SIGN_IN}},
}
BY_LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str | list[str] = "*", **condition: Any) -> dict[str, Any]:
    """A statement that allows; the condition by operator, as `StringEquals={...}`."""
    more = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **condition: Any) -> dict[str, Any]:
    """A statement that denies."""
    return {**allow(action, resource, **condition), "Effect": "Deny"}


def role(
    name: str,
    *inline: Mapping[str, Any],
    trust: Mapping[str, Any] | list[Any] = BY_SAML,
    attached: tuple[str, ...] = (),
    boundary: str = "",
    path: str = "/",
) -> Thing:
    """A role with one inline policy called Inline (if it has statements), whose id is `AROA-` and its name."""
    more = {"PermissionsBoundary": {"PermissionsBoundaryArn": boundary}} if boundary else {}
    trusts = trust if isinstance(trust, list) else [trust]
    return thing(
        "iam.role",
        id=f"AROA-{name}",
        RoleName=name,
        Path=path,
        Arn=f"arn:aws:iam::{ACCOUNT}:role{path}{name}",
        AssumeRolePolicyDocument=document(*trusts),
        RolePolicyList=_inline(inline),
        AttachedManagedPolicies=_attached(attached),
        **more,
    )


def user(
    name: str, *inline: Mapping[str, Any], groups: tuple[str, ...] = (), attached: tuple[str, ...] = ()
) -> Thing:
    """An IAM user, whose id is `AIDA-` and its name."""
    return thing(
        "iam.user",
        id=f"AIDA-{name}",
        UserName=name,
        Path="/",
        Arn=f"arn:aws:iam::{ACCOUNT}:user/{name}",
        UserPolicyList=_inline(inline),
        GroupList=list(groups),
        AttachedManagedPolicies=_attached(attached),
    )


def group(name: str, *inline: Mapping[str, Any], attached: tuple[str, ...] = ()) -> Thing:
    """A group, whose id is `AGPA-` and its name."""
    return thing(
        "iam.group",
        id=f"AGPA-{name}",
        GroupName=name,
        Path="/",
        Arn=f"arn:aws:iam::{ACCOUNT}:group/{name}",
        GroupPolicyList=_inline(inline),
        AttachedManagedPolicies=_attached(attached),
    )


def policy(arn: str, *statements: Mapping[str, Any]) -> Thing:
    """A managed policy, whose id is `ANPA-` and its name."""
    name = arn.rpartition("/")[2]
    return thing(
        "iam.policy",
        id=f"ANPA-{name}",
        Arn=arn,
        PolicyName=name,
        PolicyVersionList=[
            {"VersionId": "v2", "IsDefaultVersion": True, "Document": document(*statements)},
            {"VersionId": "v1", "IsDefaultVersion": False, "Document": document(deny("*"))},
        ],
    )


def of_account(name: str) -> str:
    """The ARN of a policy that the company wrote."""
    return f"arn:aws:iam::{ACCOUNT}:policy/{name}"


def of_aws(name: str) -> str:
    """The ARN of one of AWS's own policies."""
    return f"arn:aws:iam::aws:policy/{name}"


def _inline(statements: tuple[Mapping[str, Any], ...]) -> list[dict[str, Any]]:
    return [{"PolicyName": "Inline", "PolicyDocument": document(*statements)}] if statements else []


def _attached(arns: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns]
