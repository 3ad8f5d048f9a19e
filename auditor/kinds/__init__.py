"""The table of kinds: every kind of resource that connect-audit can describe, one row each.

The collector, the read-only guard, the coverage section and the list of IAM actions all follow from these
rows; a test holds each row against botocore's own service models. Adding a kind is adding a row to
one of the modules that `connect.py` or `neighbours.py` sums up.
"""

from __future__ import annotations

from auditor.kinds.connect import CONNECT
from auditor.kinds.neighbours import NEIGHBOURS
from auditor.kinds.row import Call, Facet, Kind, Listing, Named, Scope, lookup
from auditor.kinds.unreadable import UNREADABLE, Unreadable

KINDS: tuple[Kind, ...] = (*CONNECT, *NEIGHBOURS)
"""Every row, in the order in which coverage shows them."""

__all__ = [
    "KINDS",
    "UNREADABLE",
    "Call",
    "Facet",
    "Kind",
    "Listing",
    "Named",
    "Scope",
    "Unreadable",
    "lookup",
]
