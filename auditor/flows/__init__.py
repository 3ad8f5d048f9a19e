"""Contact flows and flow modules as graphs: read, followed, made comparable, compared.

Pure. The content is what DescribeContactFlow answers: the Amazon Connect Flow language, version 2019-10-30.
"""

from auditor.flows.canonical import canonical, document, fingerprint, named, placed, text
from auditor.flows.compare import Changed, Comparison, compare
from auditor.flows.drawing import Block, drawing
from auditor.flows.flow import Action, Edge, Flow, NotAFlow, idle
from auditor.flows.made import action, content
from auditor.flows.references import Form, Reference, leaves, references
from auditor.flows.secrets import Secret, masked, secrets

__all__ = [
    "Action",
    "Block",
    "Changed",
    "Comparison",
    "Edge",
    "Flow",
    "Form",
    "NotAFlow",
    "Reference",
    "Secret",
    "action",
    "canonical",
    "compare",
    "content",
    "document",
    "drawing",
    "fingerprint",
    "idle",
    "leaves",
    "masked",
    "named",
    "placed",
    "references",
    "secrets",
    "text",
]
