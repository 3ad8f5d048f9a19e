"""What counts as sending contacts to a queue."""

import pytest

from auditor.examples import snapshot_of
from auditor.flows import action, content
from auditor.model import Key, Place, Resource
from auditor.queue_senders import READS, senders_of
from auditor.rule import Around, Example, Seen, Verdict, thing

INSTANCE = "11111111-2222-3333-4444-555555555555"
PLACE = Place("111122223333", "us-east-1", INSTANCE)
QUEUE = Seen(Resource(Key(PLACE, "connect.queue", "q-1"), {}), ())
END = action("end", "DisconnectParticipant")


def flow(name, queue, kind="UpdateContactTargetQueue", state="ACTIVE", **parameters):
    block = action("b", kind, "end", **({"QueueId": queue} if queue else {}), **parameters)
    return thing(
        "connect.contact_flow",
        id=f"cf-{name}",
        Name=name,
        State=state,
        Status="PUBLISHED",
        Content=content(block, END),
    )


def senders(*things):
    snapshot = snapshot_of(Example("e", Verdict.PASS, thing("connect.instance"), things))
    return senders_of(QUEUE, Around(PLACE, {}, snapshot, READS))


@pytest.mark.parametrize(
    "kind", ["UpdateContactTargetQueue", "DequeueContactAndTransferToQueue", "CreateCallbackContact"]
)
def test_flows_that_put_contacts_into_the_queue_are_named(kind):
    arn = f"arn:aws:connect:us-east-1:111122223333:instance/{INSTANCE}/queue/q-1"
    found = senders(flow("B", "q-1", kind), flow("A", arn, kind), flow("C", "q-2", kind))
    assert (found.names, found.open) == (("flow A", "flow B"), False)


@pytest.mark.parametrize(
    "other",
    [
        flow("Asks", "q-1", "GetMetricData"),
        flow("Old", "q-1", state="ARCHIVED"),
        flow("Sample inbound flow", "q-1"),
        flow("Copied", "arn:aws:connect:us-east-1:111122223333:instance/other/queue/q-1"),
        flow("To an agent", "", AgentId="u-1"),
    ],
)
def test_what_does_not_put_contacts_into_the_queue_is_not_named(other):
    found = senders(other)
    assert (found.names, found.open) == ((), False)


@pytest.mark.parametrize("queue", ["$.Attributes.queue", "${Queue}"])
def test_a_flow_that_does_not_say_which_queue_may_mean_any(queue):
    found = senders(flow("Chooses", queue))
    assert (found.names, found.open) == ((), True)


def test_a_quick_connect_sends_there_too():
    config = {"QuickConnectType": "QUEUE", "QueueConfig": {"QueueId": "q-1"}}
    button = thing("connect.quick_connect", id="qc-1", Name="Care", QuickConnectConfig=config)
    assert senders(button).names == ("quick connect Care",)
