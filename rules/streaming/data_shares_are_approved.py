"""Who receives the analytics data of an instance."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    Outcome,
    Param,
    Pass,
    Seen,
    Severity,
    Thing,
    fails,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)

PATH = "TargetAccountId"
OWN, PARTNER = "111122223333", "999988887777"


def _share(account: str, data: str = "contact_record") -> Thing:
    said: dict[str, Any] = {"TargetAccountId": account} if account else {}
    return thing("connect.analytics_data_association", DataSetId=data, ResourceShareStatus="ACTIVE", **said)


@rule(
    id="CONNECT-STR-009",
    severity=Severity.HIGH,
    severity_reason="Whole tables of contacts go to people whom this account cannot stop from passing them on.",
    kind="connect.analytics_data_association",
    reads={"connect.analytics_data_association": (PATH,)},
    params=(
        Param(
            "approved_accounts",
            [],
            "Accounts (12 digits) that analytics data may be shared with, beside the instance's own. None by default.",
            type="list",
        ),
    ),
    fix=Fix(
        console="In Amazon Connect's console choose \"Analytics tools\" on the instance's page and remove the share.",
        cli=(
            "aws connect disassociate-analytics-data-set --instance-id INSTANCE_ID --data-set-id DATA_SET_ID "
            "--target-account-id ACCOUNT_ID"
        ),
        note=(
            "CloudFormation and Terraform cannot share analytics data. Ending a share does not take back what the "
            "other account has copied. Where it is to have the data, name it in the parameter approved_accounts."
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
        passes("shared with the own account", _share(OWN)),
        passes("no account is named, which is the own one", _share("")),
        passes("shared with an approved account", _share(PARTNER), approved_accounts=[PARTNER]),
        fails(
            "shared with another account",
            _share(PARTNER),
            Evidence(PATH, [OWN], PARTNER),
        ),
        fails(
            "shared with another account than the approved one",
            _share(PARTNER, "agent_queue_statistic_record"),
            Evidence(PATH, [OWN, "444455556666"], PARTNER),
            approved_accounts=["444455556666"],
        ),
        unknown(
            "the account is not readable",
            thing(
                "connect.analytics_data_association",
                DataSetId="contact_record",
                unread={PATH: "connect:ListAnalyticsDataAssociations"},
            ),
        ),
        not_applicable(
            "the creation failed",
            _share(PARTNER),
            thing("connect.instance", InstanceStatus="CREATION_FAILED"),
        ),
    ),
)
def data_shares_are_approved(share: Seen, around: Around) -> Outcome:
    """Analytics data is shared with approved accounts only.

    A share hands another account whole tables of the contact centre: who called when and from which number, contact
    attributes, what agents did. Whoever administers that account decides who reads them there and for how long.
    Shares are made once for a project and easily forgotten.
    """
    accounts = sorted({share.account, *around.params["approved_accounts"]})
    target = share.get(PATH) or share.account
    return Pass() if target in accounts else Fail.at(PATH, expected=accounts, actual=target)
