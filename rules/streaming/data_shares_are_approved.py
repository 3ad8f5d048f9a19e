"""Who receives the analytics data of an instance."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)

SHARE = "connect.analytics_data_association"
TARGET, DATA = "TargetAccountId", "DataSetId"
OWN, PARTNER = "111122223333", "999988887777"
INSTANCE = thing("connect.instance")


def _share(account: str, data: str = "contact_record") -> Thing:
    said: dict[str, Any] = {TARGET: account} if account else {}
    return thing(SHARE, DataSetId=data, ResourceShareStatus="ACTIVE", **said)


def _evidence(account: str, approved: list[str], *data: str) -> Evidence:
    return Evidence(f"data sets shared with account {account}", _wanted(approved), list(data))


def _wanted(approved: list[str]) -> str:
    return f"none: only for {', '.join(approved)}"


@rule(
    id="CONNECT-STR-009",
    severity=Severity.HIGH,
    severity_reason="Whole tables of contacts go to people whom this account cannot stop from passing them on.",
    kind="connect.instance",
    reads={"connect.instance": (), SHARE: (TARGET, DATA)},
    params=(
        Param(
            "approved_accounts",
            [],
            "Accounts (12 digits) that analytics data may be shared with, beside the instance's own. None by default.",
            type="list",
            form="account",
        ),
    ),
    fix=Fix(
        console="In Amazon Connect's console choose \"Analytics tools\" on the instance's page and remove the share.",
        cli=(
            "aws connect disassociate-analytics-data-set --instance-id INSTANCE_ID --data-set-id DATA_SET_ID "
            "--target-account-id ACCOUNT_ID"
        ),
        cloudformation="AWS::Connect::DataLakeAssociation: TargetAccountId (a change replaces it)",
        note=(
            "Each account is one finding, with the data sets that it gets. Ending a share does not take back what the "
            "other account has copied. Where it is to have the data, name it in the parameter approved_accounts. "
            "Terraform has no resource for it."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/access-datalake.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ListAnalyticsDataAssociations.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_DisassociateAnalyticsDataSet.html",
    ),
    interpretive={
        "nist": ("AC-4", "AC-21"),
        "iso27001": ("A.5.14",),
        "gdpr": ("Art. 28", "Art. 32"),
        "lgpd": ("Art. 39", "Art. 46"),
    },
    examples=(
        passes("shared with the own account", INSTANCE, _share(OWN)),
        passes("no account is named, which is the own one", INSTANCE, _share("")),
        passes("shared with an approved account", INSTANCE, _share(PARTNER), approved_accounts=[PARTNER]),
        passes("nothing is shared", INSTANCE),
        fails(
            "two data sets are shared with another account, one with the own",
            INSTANCE,
            _share(PARTNER),
            _share(PARTNER, "agent_queue_statistic_record"),
            _share(OWN),
            _evidence(PARTNER, [OWN], "agent_queue_statistic_record", "contact_record"),
        ),
        fails(
            "shared with two other accounts than the approved one",
            INSTANCE,
            _share(PARTNER),
            _share("123412341234"),
            _evidence("123412341234", [OWN, "444455556666"], "contact_record"),
            _evidence(PARTNER, [OWN, "444455556666"], "contact_record"),
            approved_accounts=["444455556666"],
        ),
        unknown("shares are not readable", INSTANCE, unread(SHARE, "connect:ListAnalyticsDataAssociations")),
        not_applicable(
            "the creation failed",
            thing("connect.instance", InstanceStatus="CREATION_FAILED"),
            _share(PARTNER),
        ),
    ),
)
def data_shares_are_approved(instance: Seen, around: Around) -> Outcome:
    """Analytics data is shared with approved accounts only.

    A share hands another account whole tables of the contact centre: who called when and from which number, contact
    attributes, what agents did. Whoever administers that account decides who reads them there and for how long.
    Shares are made once for a project and easily forgotten.
    """
    approved = sorted({instance.account, *around.params["approved_accounts"]})
    given: dict[str, list[str]] = {}
    for share in around.all(SHARE):
        given.setdefault(share.get(TARGET) or instance.account, []).append(share.get(DATA))
    return [
        Fail((_evidence(account, approved, *sorted(given[account])),), discriminator=account)
        for account in sorted(set(given) - set(approved))
    ]
