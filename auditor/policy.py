"""The least-privilege IAM policy of a scan: what its calls need, what is refused whatever else is granted.

Everything follows from the table of kinds and from what somebody looks at. Which calls a scan makes is decided
in `collect.reading`; `calls_of` says the same for all that may happen there, its fallbacks included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from auditor.kinds import KINDS, Call, Kind

MANAGED_POLICY_LIMIT = 6144
"""Characters of a customer-managed policy, white space not counted (IAM User Guide, quotas)."""

INSTANCE = "connect.instance"
BESIDE = frozenset({"account:ListRegions", "servicequotas:ListServiceQuotas"})
"""What a scan asks beside the kinds. `sts:GetCallerIdentity` needs no permission, so it is not here."""

DEPENDENT: Mapping[str, tuple[str, ...]] = {
    "connect:ListInstances": ("ds:DescribeDirectories",),
    "connect:DescribeInstance": ("ds:DescribeDirectories",),
}
"""Actions that AWS checks as well when these are called, even for instances without a directory."""

SESSION = "signs somebody in to the contact centre"
CONTACT = "is about a customer's contact"
EVALUATION = "tells how an agent handled a customer's contact"
FILE = "hands out what customers and agents sent or said"
VALUES = "holds values that people keep in a data table, not settings"
CUSTOMER = "is a customer's own record"

NEVER: Mapping[str, str] = {
    "cases:GetCase": CUSTOMER,
    "cases:SearchCases": CUSTOMER,
    "connect:AdminGetEmergencyAccessToken": SESSION,
    "connect:BatchDescribeDataTableValue": VALUES,
    "connect:BatchGetAttachedFileMetadata": FILE,
    "connect:DescribeContact": CONTACT,
    "connect:DescribeContactEvaluation": EVALUATION,
    "connect:EvaluateDataTableValues": VALUES,
    "connect:GetAttachedFile": FILE,
    "connect:GetContactAttributes": CONTACT,
    "connect:GetContactMetrics": CONTACT,
    "connect:GetFederationToken*": SESSION,  # GetFederationTokens signs in as an administrator
    "connect:GetPromptFile": "hands out a link to a recording",
    "connect:ListAssociatedContacts": CONTACT,
    "connect:ListContactEvaluations": EVALUATION,
    "connect:ListContactReferences": CONTACT,
    "connect:ListDataTableValues": VALUES,
    "connect:ListRealtimeContactAnalysisSegments": FILE,
    "connect:ListRealtimeContactAnalysisSegmentsV2": FILE,
    "connect:SearchContactEvaluations": EVALUATION,
    "connect:SearchContacts": CONTACT,
    "profile:ListProfileObjects": CUSTOMER,
    "profile:SearchProfiles": CUSTOMER,
}
"""Reads that no audit of settings needs, and why. They are denied, so that no wildcard of another policy of the
same role grants them. Only actions of Amazon Connect and its family: the role may have other work elsewhere."""

Document = dict[str, Any]


class TooLong(Exception):
    """Not even one action fits into a policy beside the resources that it is limited to."""


class Wanted(Protocol):
    """What somebody will look at: see `collect.need.Need`."""

    def kind(self, kind: Kind) -> bool:
        """Whether a kind is read at all."""

    def facet(self, kind: Kind, name: str) -> bool:
        """Whether a field that costs a call of its own is read."""

    def paths(self, kind: str, paths: Iterable[str]) -> bool:
        """Whether somebody looks at one of these paths."""


def calls_of(wanted: Wanted, kinds: Sequence[Kind] = KINDS) -> Iterator[tuple[Kind, Call]]:
    """Every call that a scan may make, with the kind that it reads.

    A call of a row is left out only where the reading is known not to make it.
    """
    for kind in kinds:
        # An instance is always read, with all that there is about it.
        whole = kind.name == INSTANCE
        if not (whole or wanted.kind(kind)):
            continue
        idle = [facet.call for facet in kind.facets if not (whole or wanted.facet(kind, facet.field))]
        if kind.describe and not (whole or _describes(kind, wanted)):
            idle.append(kind.describe)
        for call in kind.calls():
            if not any(call is one for one in idle):
                yield kind, call


def _describes(kind: Kind, wanted: Wanted) -> bool:
    """Whether single resources may be described: neighbours, what a search may miss or be refused, lacking fields."""
    if not kind.lists or kind.search:
        return True
    source = kind.lists[0].call
    lacking = (*source.omits, *source.doubtful)
    return wanted.paths(kind.name, (*lacking, *kind.made_of(lacking)))


def actions_of(calls: Iterable[Call]) -> dict[str, bool]:
    """The IAM actions that these calls need, sorted; True where all calls of an action name one instance."""
    found: dict[str, bool] = {}
    for call in calls:
        action = call.iam_action
        bound = "{instance}" in call.params.values()
        found[action] = bound and found.get(action, True)
        found |= dict.fromkeys(DEPENDENT.get(action, ()), False)
    return dict(sorted((found | dict.fromkeys(BESIDE, False)).items()))


def documents(
    actions: Mapping[str, bool], instances: Sequence[str] = (), limit: int = MANAGED_POLICY_LIMIT
) -> list[Document]:
    """The policies that allow these actions, each below the limit; the first begins with what is denied.

    `instances` are ARNs: what can be limited to them is. Raises `TooLong` when there are too many.
    """
    refused = _statement("NeverNeeded", "Deny", sorted(NEVER))
    made: list[list[Document]] = [[refused]]
    for one in statements(actions, instances):
        rest = one
        while not _fits([*made[-1], rest], limit):
            if not _fits([rest], limit):  # too long for any policy: it is cut where this one is full
                now, rest = _cut(made[-1], rest, limit)
                made[-1] += now
                if not made[-1]:
                    raise TooLong(f"{len(instances)} instances are too many for one policy")
            made.append([])
        made[-1].append(rest)
    return [_document(part) for part in made]


def statements(actions: Mapping[str, bool], instances: Sequence[str] = ()) -> list[Document]:
    """One statement for each service; two where some of its actions can be limited to the instances."""
    grouped: dict[tuple[str, bool], list[str]] = {}
    for action, bound in sorted(actions.items()):
        grouped.setdefault((action.partition(":")[0], bound and bool(instances)), []).append(action)
    return [
        _statement(
            f"Read{_camel(service)}{'Instances' if bound else ''}",
            "Allow",
            names,
            sorted({one for arn in instances for one in _inside(arn)}) if bound else "*",
        )
        for (service, bound), names in sorted(grouped.items())
    ]


def size(document: Mapping[str, Any]) -> int:
    """The characters of a policy as IAM counts them."""
    return len(re.sub(r"\s", "", json.dumps(document)))


def snippet(actions: Iterable[str]) -> Document:
    """A policy that grants just these, and what AWS checks beside them."""
    granted = {name for action in actions for name in (action, *DEPENDENT.get(action, ()))}
    return _document(statements(dict.fromkeys(granted, False)))


def _inside(arn: str) -> tuple[str, ...]:
    """The ARNs of an instance, of what is in it, and of what belongs to its Region though it names an instance."""
    partition, region, account = arn.split(":")[1], arn.split(":")[3], arn.split(":")[4]
    beside = f"arn:{partition}:connect:{region}"
    return (
        arn,
        f"{arn}/*",
        f"{beside}:{account}:phone-number/*",
        f"{beside}:{account}:traffic-distribution-group/*",
        f"{beside}:aws:view/*",
    )


def _cut(before: list[Document], statement: Document, limit: int) -> tuple[list[Document], Document]:
    """As much of a statement as fits behind others (nothing, or one statement), and the rest of it."""
    names = statement["Action"]
    count = 0
    while count < len(names) and _fits([*before, statement | {"Action": names[: count + 1]}], limit):
        count += 1
    now = [statement | {"Action": names[:count]}] if count else []
    return now, statement | {"Action": names[count:]}


def _fits(found: list[Document], limit: int) -> bool:
    return size(_document(found)) <= limit


def _document(found: list[Document]) -> Document:
    return {"Version": "2012-10-17", "Statement": found}


def _statement(sid: str, effect: str, actions: list[str], resource: str | list[str] = "*") -> Document:
    return {"Sid": sid, "Effect": effect, "Resource": resource, "Action": actions}


def _camel(service: str) -> str:
    return "".join(part.capitalize() for part in service.split("-"))


ROLE_NAME = "ConnectAudit"
_DESCRIPTION = "The role that connect-audit reads Amazon Connect with: read only, customers' data denied"
_ROLE_PATTERN = r"[A-Za-z0-9_+=,.@-]{1,64}"
_EXTERNAL_ID_PATTERN = r"[A-Za-z0-9_+=,.@:/-]*"


def cloudformation(policies: Sequence[Document]) -> Document:
    """A template, for a stack or a StackSet, with the role and its managed policies."""
    names = [f"Policy{number}" for number in range(1, len(policies) + 1)] if policies[1:] else ["Policy"]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AuditAccountId}:root"}},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
            }
        ],
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _DESCRIPTION,
        "Parameters": {
            "AuditAccountId": {
                "Type": "String",
                "Description": "The account that connect-audit runs in",
                "AllowedPattern": "[0-9]{12}",
                "ConstraintDescription": "an account id has 12 digits",
            },
            "ExternalId": {
                "Type": "String",
                "Description": "What connect-audit passes as --external-id",
                "MinLength": 2,
                "MaxLength": 1224,
                "AllowedPattern": _EXTERNAL_ID_PATTERN,
            },
            "RoleName": {
                "Type": "String",
                "Description": "What connect-audit passes as --role-name: the same in every account",
                "Default": ROLE_NAME,
                "AllowedPattern": _ROLE_PATTERN,
            },
        },
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": {"Ref": "RoleName"},
                    "Description": _DESCRIPTION,
                    "AssumeRolePolicyDocument": trust,
                    "ManagedPolicyArns": [{"Ref": name} for name in names],
                },
            },
            **{
                name: {
                    "Type": "AWS::IAM::ManagedPolicy",
                    "Properties": {"Description": _DESCRIPTION, "PolicyDocument": policy},
                }
                for name, policy in zip(names, policies, strict=True)
            },
        },
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


def terraform(policies: Sequence[Document]) -> str:
    """The same role and policies as Terraform configuration, laid out as `terraform fmt` does."""
    blocks = [_TERRAFORM]
    for number, policy in enumerate(policies, 1):
        name = f"connect_audit_{number}"
        blocks.append(
            f'resource "aws_iam_policy" "{name}" {{\n'
            '  name_prefix = "${var.role_name}-"\n'
            f'  description = "{_DESCRIPTION}"\n'
            f"  policy = jsonencode({_hcl(policy, 1)})\n"
            "}\n\n"
            f'resource "aws_iam_role_policy_attachment" "{name}" {{\n'
            f"  role       = aws_iam_role.connect_audit.name\n"
            f"  policy_arn = aws_iam_policy.{name}.arn\n"
            "}\n"
        )
    return "\n".join(blocks)


def _hcl(value: Any, depth: int) -> str:
    """A JSON value as an HCL expression."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, Mapping):
        # Short values stand under each other; what takes several lines stands by itself.
        width = max((len(key) for key, one in value.items() if isinstance(one, str)), default=0)
        lines = [
            f"{inner}{key:<{width if isinstance(one, str) else 0}} = {_hcl(one, depth + 1)}\n"
            for key, one in value.items()
        ]
        return f"{{\n{''.join(lines)}{outer}}}"
    if isinstance(value, list):
        items = [f"{inner}{_hcl(one, depth + 1)},\n" for one in value]
        return f"[\n{''.join(items)}{outer}]"
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")


_TERRAFORM = f"""\
variable "audit_account_id" {{
  type        = string
  description = "The account that connect-audit runs in"
  validation {{
    condition     = can(regex("^[0-9]{{12}}$", var.audit_account_id))
    error_message = "An account id has 12 digits."
  }}
}}

variable "external_id" {{
  type        = string
  description = "What connect-audit passes as --external-id"
  validation {{
    condition     = length(var.external_id) >= 2
    error_message = "An external id has at least 2 characters."
  }}
}}

variable "role_name" {{
  type        = string
  description = "What connect-audit passes as --role-name: the same in every account"
  default     = "{ROLE_NAME}"
}}

data "aws_partition" "current" {{}}

resource "aws_iam_role" "connect_audit" {{
  name        = var.role_name
  description = "{_DESCRIPTION}"
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [
      {{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = {{ AWS = "arn:${{data.aws_partition.current.partition}}:iam::${{var.audit_account_id}}:root" }}
        Condition = {{ StringEquals = {{ "sts:ExternalId" = var.external_id }} }}
      }},
    ]
  }})
}}

output "role_arn" {{
  value = aws_iam_role.connect_audit.arn
}}
"""
