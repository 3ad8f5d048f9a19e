"""Composes YAML with libyaml, which takes a tenth of the time that ruamel.yaml takes.

Reading the rules would else be most of what a command does before it begins. But libyaml knows YAML 1.1, and tells
mistakes in other words: so what it refuses, and what it may read otherwise, is left to ruamel.yaml, whose nodes and
tags are made here. A test holds both to the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

LIBYAML: Any = getattr(yaml, "CBaseLoader", None)
"""What reads a text with libyaml; None where PyYAML was built without it."""
_ODD = re.compile(r"[^\n\x20-\x7e\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What a version of YAML, or a program for it, may read in its own way: tabs, other line breaks, byte order marks."""
_LENIENT = re.compile(r"[|>][-+\d]*#|(?<![^\s\[{,])[&*][\w-]*[^\w\s,\]}-]")
"""What libyaml takes and YAML 1.2 does not: a comment right behind a block's sign, and odd names of anchors."""
DEEPEST = 100
_TagOf: TypeAlias = "Callable[..., Any]"


class _Unlike(Exception):
    """Something that ruamel.yaml may read otherwise, or tells in its own words."""


def compose(text: str) -> Node | None:
    """The root node of a text; None where that takes ruamel.yaml."""
    if LIBYAML is None or _ODD.search(text) or _LENIENT.search(text):
        return None
    reader, tree = LIBYAML(text), _Tree(cache(_tag_of))
    try:
        while (event := reader.get_event()) is not None:
            tree.take(event)
    except (yaml.YAMLError, _Unlike):
        return None
    finally:
        reader.dispose()
    return tree.root if isinstance(tree.root, MappingNode) else None


@dataclass(slots=True)
class _Tree:
    """Makes nodes of events. Without recursion: a text may be nested as deep as it is long."""

    tag_of: _TagOf
    root: Node | None = None
    open: list[CollectionNode] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Goes on with the next event. Raises `_Unlike`."""
        match event:
            case ScalarEvent():
                self._put(event, self._scalar(event))
            case AliasEvent():
                if event.anchor not in self.anchors:
                    raise _Unlike("an alias of nothing")
                self.open[-1].value.append(self.anchors[event.anchor])
            case NodeEvent():
                node = self._collection(event)
                self._put(event, node)
                self.open.append(node)
                if len(self.open) > DEEPEST:
                    raise _Unlike("nested deep")
            case CollectionEndEvent():
                self._close(event)
            case DocumentStartEvent() if event.explicit or self.root is not None:
                raise _Unlike("documents in a row")

    def _put(self, event: Any, node: Node) -> None:
        """Puts a node where it belongs."""
        if event.tag is not None:
            raise _Unlike("a tag of one's own")
        if event.anchor:
            if event.anchor in self.anchors:
                raise _Unlike("an anchor that is used twice")
            self.anchors[event.anchor] = node
        if self.open:
            self.open[-1].value.append(node)
        else:
            self.root = node

    def _scalar(self, event: Any) -> ScalarNode:
        tag = self.tag_of(ScalarNode, event.value, event.implicit)
        return ScalarNode(tag, event.value, event.start_mark, event.end_mark, style=event.style)

    def _collection(self, event: Any) -> CollectionNode:
        kind = MappingNode if isinstance(event, MappingStartEvent) else SequenceNode
        return kind(
            self.tag_of(kind, None, True), [], event.start_mark, event.end_mark, flow_style=event.flow_style
        )

    def _close(self, event: Any) -> None:
        """Ends the innermost collection, of which a mapping has its names and values in turns until then."""
        node = self.open.pop()
        node.end_mark = event.end_mark
        if isinstance(node, MappingNode):
            node.value = list(zip(node.value[::2], node.value[1::2], strict=True))


_RESOLVER = YAML(typ="safe", pure=True).resolver


def _tag_of(node: type[Node], text: str | None, implicit: Any) -> Any:
    """The tag that YAML 1.2 gives a node."""
    return _RESOLVER.resolve(node, text, implicit)
