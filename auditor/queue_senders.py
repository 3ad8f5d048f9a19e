"""What sends contacts to which queue: flows, modules and quick connects, as far as they name it.

About half of all flows choose the queue while they run. Where any of them does, a queue that nothing names may be
sent to all the same: then nobody can say that nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.flows import Form, Reference, idle, references
from auditor.flows.actions import FLOW, MODULE, QUEUE
from auditor.rule import Around, Seen

FLOW_FIELDS = ("Name", "Content", "State", "Status")
QUICK_CONNECT = "connect.quick_connect"
TARGET = "QuickConnectConfig.QueueConfig.QueueId"
READS: Mapping[str, tuple[str, ...]] = {
    FLOW: FLOW_FIELDS,
    MODULE: FLOW_FIELDS,
    QUICK_CONNECT: ("Name", TARGET),
}
"""What a rule that asks for senders must say that it reads."""

SENDS = frozenset({"CreateCallbackContact", "DequeueContactAndTransferToQueue", "UpdateContactTargetQueue"})
"""The actions that put contacts into a queue; others only ask how it is doing."""


@dataclass(frozen=True, slots=True)
class Senders:
    """The names of what sends contacts to a queue, and whether more may come that nobody can foresee."""

    names: tuple[str, ...]
    open: bool
    """Whether some flow chooses its queue while it runs."""


def senders_of(queue: Seen, around: Around) -> Senders:
    """What sends contacts to a queue. Raises `Unread` where any flow or quick connect could not be read.

    AWS's samples do not count: every instance has them, they name BasicQueue, and no customer comes to them.
    """
    by_queue, dynamic = around.once(_by_flows)
    buttons = around.naming(QUICK_CONNECT, TARGET, queue.id)
    names = {
        *by_queue.get(queue.id, ()),
        *(f"quick connect {one.get('Name', one.id)}" for one in buttons),
    }
    return Senders(tuple(sorted(names)), dynamic)


def _by_flows(around: Around) -> tuple[Mapping[str, tuple[str, ...]], bool]:
    """The flows and modules that name each queue, and whether any chooses a queue while it runs."""
    found: dict[str, list[str]] = {}
    dynamic = False
    for kind, word in ((FLOW, "flow"), (MODULE, "module")):
        for one in around.all(kind):
            if idle(one) or one.get("Name", "").startswith("Sample "):
                continue
            for reference in references(around.flow(one)):
                if not _sends(reference):
                    continue
                if reference.form is not Form.STATIC:
                    dynamic = True
                elif reference.instance_id in ("", around.place.instance_id):
                    found.setdefault(reference.id, []).append(f"{word} {one.get('Name', one.id)}")
    return {queue: tuple(names) for queue, names in found.items()}, dynamic


def _sends(reference: Reference) -> bool:
    return reference.kind == QUEUE and reference.action.type in SENDS
