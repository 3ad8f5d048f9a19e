"""The table of kinds: every kind of resource that connect-audit can describe, one row each.

The collector, the read-only guard, the coverage section and the list of IAM actions all follow from these
rows; a test holds each row against botocore's own service models. Adding a kind is adding a row to
one of the modules that `connect.py` or `neighbours.py` sums up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.kinds.connect import CONNECT
from auditor.kinds.left_out import LEFT_OUT, LeftOut
from auditor.kinds.neighbours import NEIGHBOURS
from auditor.kinds.row import Call, Facet, Kind, Listing, Named, Scope, lookup, words_of
from auditor.kinds.unreadable import UNREADABLE, Unreadable

KINDS: tuple[Kind, ...] = (*CONNECT, *NEIGHBOURS)
"""Every row, in the order in which coverage shows them."""

__all__ = [
    "KINDS",
    "LEFT_OUT",
    "UNREADABLE",
    "Call",
    "Facet",
    "Kind",
    "LeftOut",
    "Listing",
    "Named",
    "Scope",
    "Unreadable",
    "led_to",
    "lookup",
]


def led_to(fields: Mapping[str, Iterable[str]], kinds: tuple[Kind, ...] = KINDS) -> dict[str, frozenset[str]]:
    """The fields by kind, and what leads to them: who names a neighbour, whose lists are gone through."""
    found = {kind: set(paths) for kind, paths in fields.items()}
    for kind in reversed(kinds):
        if kind.name in found:
            for named in kind.named:
                if named.kind:
                    found.setdefault(named.kind, set()).update(words_of(named.id))
            for listing in kind.lists:
                if listing.per:
                    found.setdefault(listing.per, set())
    return {kind: frozenset(paths) for kind, paths in found.items()}
