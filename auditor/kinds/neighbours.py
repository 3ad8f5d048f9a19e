"""What stands behind an instance's settings, and around it.

A neighbour is named by the settings of an instance, or listed once for its Region or its account. IAM action
names that differ from the operation's are from the AWS service authorization reference.
"""

from __future__ import annotations

from auditor.kinds.neighbours_account import ACCOUNT
from auditor.kinds.neighbours_family import FAMILY
from auditor.kinds.neighbours_storage import STORAGE
from auditor.kinds.row import Kind

NEIGHBOURS: tuple[Kind, ...] = (*STORAGE, *FAMILY, *ACCOUNT)
