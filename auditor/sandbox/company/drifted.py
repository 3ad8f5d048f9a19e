"""What happened to the exemplary instance after somebody wrote down what it should be."""

from __future__ import annotations

from auditor.sandbox.company import Company

from .aws import HOME, Aws


def drift(url: str, company: Company) -> None:
    """Changes the exemplary instance in the sandbox at `url`: a few things that people do on a busy day."""
    connect = Aws(url)("connect", HOME)
    own = {"InstanceId": company.exemplary}
    connect.update_instance_attribute(**own, AttributeType="CONTACTFLOW_LOGS", Value="false")
    connect.associate_approved_origin(**own, Origin="https://teste.fornecedor.example")
    queues = connect.list_queues(**own, QueueTypes=["STANDARD"])["QueueSummaryList"]
    sales = next(one["Id"] for one in queues if one["Name"] == "Vendas")
    connect.update_queue_status(**own, QueueId=sales, Status="DISABLED")
    flows = connect.list_contact_flows(**own)["ContactFlowSummaryList"]
    entry = next(one["Id"] for one in flows if one["Name"] == "Entrada principal")
    content = connect.describe_contact_flow(**own, ContactFlowId=entry)["ContactFlow"]["Content"]
    changed = content.replace("Bem-vindo", "Um momento")
    connect.update_contact_flow_content(**own, ContactFlowId=entry, Content=changed)
