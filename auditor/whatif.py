"""Judges the future: a spec laid over a snapshot, and what the rules would then say.

What the spec leaves open stays unread: a matcher that is not met yet says what a value should be like, not what it
will be, and what is not there yet has no ids. So a plan never calls something fine that nobody can know.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.evaluate import INSTANCE, Finding, Settings, evaluate
from auditor.expect import is_match
from auditor.model import Cause, Key, Reason, Resource, Snapshot
from auditor.rule import Rule, Verdict
from auditor.spec.drift import Change, Drift, steps
from auditor.spec.holding import Holding, planned_id
from auditor.spec.portrait import Portrait
from auditor.spec.sections import BY_KIND, BY_NAME, KIND_OF, Shape

OPEN = Cause(Reason.UNDECIDED, "", "planned: the spec says what it should be like, not what it will be")
NOT_MADE = Cause(Reason.NOT_POPULATED, "", "planned: it is not known before it is made")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change would do to the findings."""

    introduced: tuple[Finding, ...]
    """Failures that there would be and that there are not."""
    fixed: tuple[Finding, ...]
    """Failures that there are and that there would not be."""
    unsure: tuple[Finding, ...]
    """What is decided now and could not be said before the change is made."""


def outlook(
    rules: Sequence[Rule],
    snapshot: Snapshot,
    changes: Iterable[tuple[Portrait, Sequence[Drift]]],
    settings: Settings | None = None,
) -> Outlook:
    """What rules would say after these changes of some instances, beside what they say now."""
    after = snapshot
    for portrait, drifts in changes:
        after = laid_over(after, portrait, drifts)
    rules = concerned(rules, _touched(snapshot, after))
    now, then = evaluate(rules, snapshot, settings), evaluate(rules, after, settings)
    failed_now = {one.fingerprint for one in now if one.verdict is Verdict.FAIL}
    failed_then = {one.fingerprint for one in then if one.verdict is Verdict.FAIL}
    decided_now = {_of(one) for one in now if one.verdict in (Verdict.PASS, Verdict.FAIL)}
    open_then = {_of(one) for one in then if one.verdict in (Verdict.UNKNOWN, Verdict.ERROR)}
    new, gone = failed_then - failed_now, failed_now - failed_then
    return Outlook(
        introduced=tuple(one for one in then if one.fingerprint in new),
        fixed=tuple(one for one in now if one.fingerprint in gone and _of(one) not in open_then),
        unsure=tuple(one for one in then if one.verdict is Verdict.UNKNOWN and _of(one) in decided_now),
    )


def concerned(rules: Sequence[Rule], kinds: set[str]) -> Sequence[Rule]:
    """The rules that may answer otherwise once resources of these kinds are others.

    A rule sees the kinds that it judges, those that it declares to read, and whether the instance is active and
    where it belongs; a composite sees its members, which are asked with it.
    """
    if INSTANCE in kinds:
        return rules
    found = {rule.id for rule in rules if not kinds.isdisjoint((*rule.kinds, *rule.reads))}
    composites = [{rule.id, *rule.members} for rule in rules if rule.members]
    while more := set().union(*(one for one in composites if one & found)) - found:
        found |= more
    return [rule for rule in rules if rule.id in found]


def _touched(before: Snapshot, after: Snapshot) -> set[str]:
    """The kinds of what differs between a snapshot and what was laid over it."""
    old, new = ({one.key: one for one in some.resources} for some in (before, after))
    return {key.kind for key in old.keys() | new.keys() if old.get(key) is not new.get(key)}


def laid_over(snapshot: Snapshot, portrait: Portrait, drifts: Sequence[Drift]) -> Snapshot:
    """The snapshot as it would be once these differences of one instance are gone."""
    changed: dict[Key, Resource] = {}
    gone: set[Key] = set()
    made: list[Resource] = []
    by_key = {one.key: one for one in snapshot.resources}
    for drift in drifts:
        if drift.change is Change.UNKNOWN:
            continue
        if BY_NAME[drift.section].having:
            changed |= _referring(drift, portrait, ChainMap(changed, by_key))
            continue
        if drift.path == "" and drift.key is None:
            made.append(_made(drift, portrait))
        elif drift.key is None:
            continue
        elif drift.path == "" and drift.wanted is None:
            gone.add(drift.key)
        else:
            changed[drift.key] = _changed(changed.get(drift.key, by_key[drift.key]), drift, portrait)
    kept = [changed.get(one.key, one) for one in snapshot.resources if one.key not in gone]
    return replace(snapshot, resources=tuple(sorted([*kept, *made], key=lambda one: one.key)))


def _of(finding: Finding) -> tuple[str, Key]:
    """What a finding answers: an unknown stands for every failure that the rule may find there."""
    return finding.rule_id, finding.subject.key


def _referring(drift: Drift, portrait: Portrait, seen: Mapping[Key, Resource]) -> dict[Key, Resource]:
    """The resource that refers, or no longer refers, to what makes it a thing of a section.

    One that is not there yet is made by the section of its kind.
    """
    section = BY_NAME[drift.section]
    path, name = section.having
    ref = section.refs[path]
    thing = portrait.things(BY_KIND[section.kind].name).get(drift.name)
    key = drift.key or (thing.key if thing else None)
    identity = portrait.names.identity(ref.section, name, ref.form) or planned_id(ref.section, name)
    if key is None:
        return {}
    others = [one for one in seen[key].data.get(path) or () if one != identity]
    wanted = others if drift.change is Change.DELETE else [*others, identity]
    return {key: replace(seen[key], data={**seen[key].data, path: wanted})}


def _changed(resource: Resource, drift: Drift, portrait: Portrait) -> Resource:
    """The resource with one field as it is wanted."""
    section = BY_NAME[drift.section]
    holding = Holding(section, portrait)
    said_path = drift.path or section.value
    path = holding.path(said_path)
    plain, undecided = _decided(drift.wanted, said_path, holding)
    unread = {
        where: cause
        for where, cause in resource.unread.items()
        if where != path and not where.startswith(f"{path}.")
    } | {holding.path(one): OPEN for one in undecided}
    if said_path in undecided:
        return replace(resource, unread=unread)
    value = holding.held(plain, said_path)
    return replace(resource, data=_put(resource.data, steps(path), value), unread=unread)


def _made(drift: Drift, portrait: Portrait) -> Resource:
    """The resource that is not there yet, as far as the spec says what it will be."""
    section = BY_NAME[drift.section]
    kind = KIND_OF[section.kind]
    holding = Holding(section, portrait)
    identity = planned_id(section.name, drift.name)
    plain, undecided = _decided(drift.wanted, section.value, holding)
    if section.shape is Shape.VALUES:
        data = {} if undecided else {section.value: holding.held(plain, section.value)}
    else:
        data = dict(holding.held(plain or {}, ""))
    labels = section.label or (kind.label,)
    if len(labels) == 1 and labels[0] and "." not in labels[0]:
        # A name that is joined of several fields cannot be taken apart: each may hold what joins them.
        data.setdefault(labels[0], holding.held(drift.name, labels[0]))
    if len(kind.id) == 1:
        data.setdefault(kind.id[0], identity)
    if kind.arn:
        data.setdefault(kind.arn, identity)
    key = Key(portrait.at(section), kind.name, identity)
    unread = {holding.path(one): OPEN for one in undecided}
    return Resource(key, data, drift.name, "", unread, NOT_MADE)


def _decided(said: Any, path: str, holding: Holding) -> tuple[Any, list[str]]:
    """What a spec says plainly, and the paths of what it only says to be like something.

    A list, and what is written in a way of its own, stands open as a whole where a part of it does.
    """
    if isinstance(said, Mapping) and not is_match(said) and not holding.in_its_own_way(path):
        plain, undecided = {}, []
        for name, one in said.items():
            inner = f"{path}.{name}" if path else str(name)
            value, left = _decided(one, inner, holding)
            undecided += left
            if inner not in left:
                plain[name] = value
        return plain, undecided
    return (None, [path]) if _describes(said) else (said, [])


def _describes(said: Any) -> bool:
    """Whether there is a matcher in a value."""
    if isinstance(said, Mapping):
        return is_match(said) or any(map(_describes, said.values()))
    return isinstance(said, list) and any(map(_describes, said))


def _put(data: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The data with a value at a path, or without it where nothing is wanted there."""
    head, *rest = path
    if rest:
        inner = data.get(head)
        return {**data, head: _put(inner if isinstance(inner, Mapping) else {}, tuple(rest), value)}
    if value is None:
        return {name: one for name, one in data.items() if name != head}
    return {**data, head: value}
