"""What is read for a spec: what it says, and nothing else."""

from pathlib import Path

import pytest

from auditor.spec.needs import needs
from auditor.spec.reader import read

ALWAYS = {"connect.instance": {"InstanceAlias", "Tags"}}
FLOW = """\
{"Version": "2019-10-30", "StartAction": "a", "Metadata": {}, "Actions": [{"Identifier": "a", "Parameters":
{"QueueId": "${queue:Sales}", "LambdaFunctionARN": "${lambda:orders}"}, "Type": "UpdateContactTargetQueue",
"Transitions": {}}]}
"""
USERS_OF_QUEUES = {
    "connect.queue": {"Name"},
    "connect.routing_profile": {
        "Name",
        "DefaultOutboundQueueId",
        "Queues.QueueId",
        "ManualAssignmentQueues.QueueId",
    },
    "connect.quick_connect": {"Name", "QuickConnectConfig.QueueConfig.QueueId"},
    "connect.contact_flow": {"Name", "Content"},
    "connect.contact_flow_module": {"Name", "Content"},
}
"""What says who uses a queue that should not be there."""


def needed(folder: Path, text: str) -> dict[str, set[str]]:
    (folder / "main.json").write_text(FLOW)
    file = folder / "a.connect-spec.yaml"
    file.write_text(f"version: 1\n{text}\n", "utf-8")
    return {kind: set(paths) for kind, paths in needs(read(file)).items()}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("queues: {Sales: {Status: ENABLED}}", {"connect.queue": {"Name", "Status"}}),
        ("queues: [Sales]", {"connect.queue": {"Name"}}),
        ("queues: {exhaustive: false, Sales: {absent: false}}", {"connect.queue": {"Name", "absent"}}),
        ("queues: {exhaustive: true}", USERS_OF_QUEUES),
        ("queues: {Sales: {absent: true}}", {**USERS_OF_QUEUES, "connect.queue": {"Name", "absent"}}),
        (
            "security_profiles: {Agent: {absent: true}}",
            {
                "connect.security_profile": {"SecurityProfileName", "absent"},
                "connect.user": {"Username", "SecurityProfileIds"},
            },
        ),
        ("approved_origins: {exhaustive: true}", {"connect.approved_origin": {"Origin"}}),
        (
            "queues: {Sales: {HoursOfOperation: Office}}",
            {"connect.queue": {"Name", "HoursOfOperationId"}, "connect.hours_of_operation": {"Name"}},
        ),
        (
            "queues: {Sales: {OutboundCallerConfig: {match: {required: [OutboundCallerIdName]}}}}",
            {
                "connect.queue": {"Name", "OutboundCallerConfig"},
                "connect.phone_number": {"PhoneNumber"},
                "connect.contact_flow": {"Name"},
            },
        ),
        (
            "routing_profiles: {Basic: {Queues: [{Queue: Sales}]}}",
            {"connect.routing_profile": {"Name", "Queues"}, "connect.queue": {"Name"}},
        ),
        (
            "queues: {Sales: {Description: 'see ${quick_connect:Desk} and ${nothing:here}'}}",
            {"connect.queue": {"Name", "Description"}, "connect.quick_connect": {"Name"}},
        ),
        (
            "flows: {Main: {Content: main.json}}",
            {"connect.contact_flow": {"Name", "Content"}, "connect.queue": {"Name"}},
        ),
        (
            "queues: {Sales: {Tags: {exhaustive: true, Owner: x}}}",
            {"connect.queue": {"Name", "Tags", "Tags.Owner"}},
        ),
        ("flows: {Main: {State: ACTIVE}}", {"connect.contact_flow": {"Name", "State"}}),
        (
            "use_cases: {exhaustive: true}",
            {
                "connect.use_case": {"UseCaseType", "IntegrationAssociationId"},
                "connect.integration_association": {
                    "IntegrationType",
                    "SourceApplicationName",
                    "IntegrationArn",
                },
            },
        ),
        (
            "storage: {CALL_RECORDINGS: {S3Config: {BucketName: b}}}",
            {"connect.storage_config": {"ResourceType", "S3Config.BucketName"}},
        ),
        (
            "storage: {CALL_RECORDINGS: {S3Config: {EncryptionConfig: {Key: alias/a}}}}",
            {
                "connect.storage_config": {"ResourceType", "S3Config.EncryptionConfig.KeyId"},
                "kms.key": {"Aliases"},
            },
        ),
        (
            "storage: {CALL_RECORDINGS: {S3Config: {match: {required: [EncryptionConfig]}}}}",
            {"connect.storage_config": {"ResourceType", "S3Config"}, "kms.key": {"Aliases"}},
        ),
    ],
)
def test_what_is_said_is_read(tmp_path: Path, said: str, read: dict[str, set[str]]) -> None:
    assert needed(tmp_path, said) == ALWAYS | read


def test_a_directory_is_looked_for(tmp_path: Path) -> None:
    assert "ds.directory" in needed(tmp_path, "instance: {DirectoryId: d-1}")
    assert "ds.directory" not in needed(tmp_path, "instance: {IdentityManagementType: SAML}")
