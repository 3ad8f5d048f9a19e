"""The kinds of Amazon Connect itself.

Page sizes are the maxima of botocore's `connect` model (API version 2017-08-08). What an operation does not
fill is from the operations' own API reference pages, read 2026-11. CloudFormation and Terraform types are
those of the resource specification and of the AWS provider.
"""

from __future__ import annotations

from auditor.kinds.connect_content import CONTENT
from auditor.kinds.connect_instance import INSTANCE_KINDS
from auditor.kinds.connect_people import PEOPLE
from auditor.kinds.connect_routing import ROUTING
from auditor.kinds.row import Kind

CONNECT: tuple[Kind, ...] = (*INSTANCE_KINDS, *PEOPLE, *ROUTING, *CONTENT)
