"""`connect-audit iam-policy`: the permissions that a scan needs, for AWS or for its template tools."""

from __future__ import annotations

import json
import re
import sys

from auditor import policy
from auditor.cli.selection import Selection
from auditor.cli.stop import Stop

_INSTANCE_ARN = re.compile(r"arn:aws[a-z-]*:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9-]+")


def run(selection: Selection, instances: tuple[str, ...], format: str) -> int:
    """Prints the policy; says on standard error when it takes several."""
    for arn in instances:
        if not _INSTANCE_ARN.fullmatch(arn):
            raise Stop(
                f"--instance-arn {arn}: write arn:aws:connect:REGION:ACCOUNT:instance/ID "
                "(the Arn that `aws connect list-instances` shows)."
            )
    actions = policy.actions_of(call for _, call in policy.calls_of(selection.need(selection.catalogue())))
    try:
        policies = policy.documents(actions, instances)
    except policy.TooLong as problem:
        raise Stop(f"--instance-arn: {problem}: leave it out, or make a role for fewer of them.") from problem
    if format == "terraform":
        sys.stdout.write(policy.terraform(policies))
    else:
        whole = policy.cloudformation(policies) if format == "cloudformation" else policies
        _print(whole[0] if whole is policies and len(policies) == 1 else whole)
    if len(policies) > 1:
        sys.stderr.write(
            f"{len(actions)} actions take {len(policies)} policies: one holds at most "
            f"{policy.MANAGED_POLICY_LIMIT:,} characters. Attach all of them"
            f"{'; the JSON is an array of them' if format == 'json' else ''}.\n"
        )
    return 0


def _print(whole: object) -> None:
    json.dump(whole, sys.stdout, indent=2)
    sys.stdout.write("\n")
