"""The way back: a spec's words as AWS holds them, so that rules can judge what an instance would be."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from auditor.flows import Flow, NotAFlow, placed, text
from auditor.flows.references import Named
from auditor.spec.flow_text import FlowText
from auditor.spec.portrait import Portrait
from auditor.spec.sections import BY_KIND, KIND_OF, Codec, Form, Section, spelled
from auditor.spec.words import flag_held, week_held

PLANNED = "planned-"
"""What the ids begin with that AWS will give only once a thing is made."""


def planned_id(section: str, name: str) -> str:
    """What stands for the id of a thing that is not there yet.

    It has no character that means something in an id or an ARN: rules cut those at `/` and `:`, and flows take `$.`
    for what only the contact tells.
    """
    return f"{PLANNED}{section}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


class Holding:
    """Turns what a spec wants of one section's things into data as AWS answers it."""

    def __init__(self, section: Section, portrait: Portrait) -> None:
        self._section = section
        self._portrait = portrait
        self._paths = {spelled(section, path): path for path in (*section.refs, *section.codecs)}

    def path(self, path: str) -> str:
        """The path of a field in AWS's data."""
        steps = path.split(".")
        held = [self._paths.get(".".join(steps[: number + 1]), "") for number in range(len(steps))]
        return ".".join(known.rpartition(".")[2] or step for known, step in zip(held, steps, strict=True))

    def in_its_own_way(self, path: str) -> bool:
        """Whether a field is written otherwise than AWS holds it, so that it is held as a whole."""
        return self._paths.get(path, path) in self._section.codecs

    def held(self, said: Any, path: str) -> Any:
        """A wanted value, as AWS would hold it. `path` is its path in a spec's words."""
        held_path = self._paths.get(path, path)
        ref, codec = self._section.refs.get(held_path), self._section.codecs.get(held_path)
        if ref is not None:
            return self._referred(said, ref.section, ref.form, ref.of)
        if codec is not None:
            return self._written(said, codec)
        if isinstance(said, Mapping):
            return {
                # The name of a tag is no path, whatever dots are in it.
                self._paths[inner].rpartition(".")[2] if inner in self._paths else name: self.held(one, inner)
                for name, one in said.items()
                if name != "exhaustive"
                for inner in (f"{path}.{name}" if path else str(name),)
            }
        if isinstance(said, list):
            return [self.held(one, path) for one in said]
        return said

    def _referred(self, said: Any, section: str, form: Form, member: str) -> Any:
        if isinstance(said, list):
            ids = [self._identity(section, str(name), form) for name in said]
            return [{member: one} for one in ids] if member else ids
        return self._identity(section, str(said), form)

    def _identity(self, section: str, name: str, form: Form) -> str:
        return self._portrait.names.identity(section, name, form) or planned_id(section, name)

    def _written(self, said: Any, codec: Codec) -> Any:
        match codec:
            case Codec.HOURS:
                return week_held(said) if isinstance(said, Mapping) else said
            case Codec.FLAG:
                return flag_held(said)
            case Codec.FLOW:
                return self._content(said) if isinstance(said, FlowText) else said
            case Codec.FUNCTION:
                return self._function(str(said))
            case Codec.KEY | Codec.LEAST | Codec.BOT:
                return said

    def _function(self, name: str) -> str:
        place = self._portrait.place
        partition = self._portrait.snapshot.partition
        return (
            name
            if name.startswith("arn:")
            else f"arn:{partition}:lambda:{place.region}:{place.account}:function:{name}"
        )

    def _content(self, said: FlowText) -> str:
        try:
            return text(placed(Flow.parse(said.content), self._value))
        except NotAFlow:
            return said.content

    def _value(self, named: Named) -> str | None:
        section = BY_KIND.get(named.kind)
        if named.kind == "lambda.function":
            return self._function(named.name)
        if section is None:
            return None
        return self._identity(section.name, named.name, Form.ARN if KIND_OF[named.kind].arn else Form.ID)
