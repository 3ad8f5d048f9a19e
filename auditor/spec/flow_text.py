"""The content of a flow as a spec holds it: canonical, and with names instead of ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from auditor.flows import Flow, NotAFlow, Reference, canonical, document, named, references, text
from auditor.flows.actions import LAMBDA, LEX
from auditor.flows.references import Named
from auditor.spec.names import Names
from auditor.spec.sections import BY_KIND, CALLED
from auditor.spec.words import function_shown


@dataclass(frozen=True, eq=False)
class FlowText:
    """The content of one flow, from an instance (whose names stand for its ids) or from a file beside a spec.

    Two are equal when a contact meets the same in both: order, identifiers and layout do not count.
    """

    content: str
    names: Names | None = None
    """The names of the instance that it was read from; None: it holds names already."""

    @cached_property
    def parsed(self) -> Flow | None:
        """The flow as it was written; None where the content is no flow."""
        try:
            return Flow.parse(self.content)
        except NotAFlow:
            return None

    @cached_property
    def flow(self) -> Flow | None:
        """The canonical flow with names; None where the content is no flow."""
        if self.parsed is None:
            return None
        return canonical(named(self.parsed, self._name) if self.names else self.parsed)

    @cached_property
    def text(self) -> str:
        """Its canonical JSON; content that is no flow as it is."""
        return text(self.flow) if self.flow else self.content

    @cached_property
    def hash(self) -> str:
        """The hash of its canonical text: equal where the flows are."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def uses(self) -> Iterator[tuple[str, str]]:
        """The things that its blocks name, as section and name."""
        for reference in references(self.flow) if self.flow else ():
            by_name = Named.read(reference.value)
            if by_name and by_name.kind in BY_KIND:
                yield BY_KIND[by_name.kind].name, by_name.name
            elif reference.kind in CALLED:
                yield CALLED[reference.kind], self._called(reference, by_name)

    def _called(self, reference: Reference, by_name: Named | None) -> str:
        """The name of an association with what a block calls."""
        if reference.kind == LEX:
            bots = self.names.bots if self.names else {}
            return f"V2/{bots.get(reference.id, reference.id)}"
        return by_name.name if by_name else reference.id

    def unnamed(self) -> Iterator[str]:
        """The sections of what its blocks name by id alone."""
        for reference in references(self.flow) if self.flow else ():
            if reference.kind in BY_KIND and not Named.read(reference.value):
                yield BY_KIND[reference.kind].name

    @cached_property
    def _document(self) -> dict[str, Any] | str:
        """What equal ones have in common; of content that is no flow the content."""
        return document(self.flow) if self.flow else self.content

    def _is_written_as(self, other: FlowText) -> bool:
        """Whether this is from a file that holds the other one in canonical form, as most do: export wrote them.

        What stands there canonical is its own canonical form, which then need not be made.
        """
        if self.names is not None or self.parsed is None or other.flow is None:
            return False
        return bool(document(self.parsed) == other._document)

    def _name(self, reference: Reference) -> str | None:
        """What a reference's thing is called here; None where it is none of the instance's."""
        names = self.names
        if names is None or reference.instance_id not in ("", names.place.instance_id):
            return None
        if reference.kind == LAMBDA:
            near = function_shown(reference.id, names.place.account, names.place.region)
            return near if near != reference.id else None
        section = BY_KIND.get(reference.kind)
        return names.labels.get(section.name, {}).get(reference.id) if section else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FlowText):
            return NotImplemented
        if self.content == other.content and self.names is other.names:
            return True
        return (
            self._is_written_as(other)
            or other._is_written_as(self)
            or bool(self._document == other._document)
        )

    def __hash__(self) -> int:
        return hash(self.text)
