"""Judges the future: a spec laid over a snapshot, and what the rules would then say.

What the spec leaves open stays unread: a matcher that is not met yet says what a value should be like, not what it
will be, and what is not there yet has no ids. So a plan never calls something fine that nobody can know.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.evaluate import INSTANCE, Finding, Settings, evaluate
from auditor.expect import is_match
from auditor.model import Cause, Key, Reason, Resource, Snapshot
from auditor.rule import Rule, Verdict
from auditor.spec.drift import Change, Drift, steps
from auditor.spec.following import followed
from auditor.spec.holding import Holding, planned_id
from auditor.spec.portrait import Portrait
from auditor.spec.sections import BY_KIND, BY_NAME, KIND_OF, Section, Shape

OPEN = Cause(Reason.UNDECIDED, "", "planned: the spec says what it should be like, not what it will be")
NOT_MADE = Cause(Reason.NOT_POPULATED, "", "planned: it is not known before it is made")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change would do to the findings."""

    introduced: tuple[Finding, ...]
    """Failures that there would be and that there are not, or that would be more severe than they are."""
    fixed: tuple[Finding, ...]
    """Failures that there are and that there would not be."""
    unsure: tuple[Finding, ...]
    """What could not be said before the change is made, and is not unknown already."""


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
    failed_now = {one.fingerprint: one.severity.rank for one in now if one.verdict is Verdict.FAIL}
    failed_then = {one.fingerprint for one in then if one.verdict is Verdict.FAIL}
    open_now, open_then = _undecided(now), _undecided(then)
    return Outlook(
        introduced=tuple(
            one
            for one in then
            if one.verdict is Verdict.FAIL
            and one.severity.rank < failed_now.get(one.fingerprint, one.severity.rank + 1)
        ),
        fixed=tuple(
            one
            for one in now
            if one.verdict is Verdict.FAIL
            and one.fingerprint not in failed_then
            and _of(one) not in open_then
        ),
        unsure=tuple(
            one
            for one in then
            if one.verdict in (Verdict.UNKNOWN, Verdict.ERROR) and _of(one) not in open_now
        ),
    )


def _undecided(findings: Iterable[Finding]) -> set[tuple[str, Key]]:
    return {_of(one) for one in findings if one.verdict in (Verdict.UNKNOWN, Verdict.ERROR)}


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
    made: dict[Key, Resource] = {}
    by_key = {one.key: one for one in snapshot.resources}
    for drift in drifts:
        if drift.change is Change.UNKNOWN:
            continue
        if BY_NAME[drift.section].having:
            one = _referring(drift, portrait, ChainMap(made, changed, by_key))
            (changed if one.key in by_key else made)[one.key] = one
        elif drift.path == "" and drift.key is None:
            one = _made(drift, portrait)
            made[one.key] = one
        elif drift.key is None:
            continue
        elif drift.path == "" and drift.wanted is None:
            gone.add(drift.key)
        else:
            changed[drift.key] = _changed(changed.get(drift.key, by_key[drift.key]), drift, portrait)
    kept = [changed.get(one.key, one) for one in snapshot.resources if one.key not in gone]
    after = replace(snapshot, resources=tuple(sorted([*kept, *made.values()], key=lambda one: one.key)))
    return followed(snapshot, after)


def _of(finding: Finding) -> tuple[str, Key]:
    """What a finding answers: an unknown stands for every failure that the rule may find there."""
    return finding.rule_id, finding.subject.key


def _referring(drift: Drift, portrait: Portrait, seen: Mapping[Key, Resource]) -> Resource:
    """The resource that refers, or no longer refers, to what makes it a thing of a section.

    Of one that is not there, and that the section of its kind does not make either, nothing else is known.
    """
    section = BY_NAME[drift.section]
    owner = BY_KIND[section.kind]
    path, name = section.having
    ref = section.refs[path]
    thing = portrait.things(owner.name).get(drift.name)
    planned = Key(portrait.at(owner), owner.kind, planned_id(owner.name, drift.name))
    key = drift.key or (thing.key if thing else planned)
    one = seen[key] if key in seen else _made(Drift(owner.name, drift.name, Change.CREATE), portrait)
    identity = portrait.names.identity(ref.section, name, ref.form) or planned_id(ref.section, name)
    others = [held for held in one.data.get(path) or () if held != identity]
    wanted = others if drift.change is Change.DELETE else [*others, identity]
    return replace(one, data={**one.data, path: wanted})


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
    for path, part in _parts(drift.name, section, kind.label):
        if path not in data:
            data = _put(data, steps(path), holding.held(part, path))
    if any(one in data for one in section.one_of):
        data = {**dict.fromkeys(section.one_of), **data}
    data = {**section.made, **data}
    if len(kind.id) == 1:
        data.setdefault(kind.id[0], identity)
    if kind.arn:
        data.setdefault(kind.arn, identity)
    key = Key(portrait.at(section), kind.name, identity)
    unread = {holding.path(one): OPEN for one in undecided}
    return Resource(key, data, drift.name, "", unread, NOT_MADE)


def _parts(name: str, section: Section, label: str) -> Iterator[tuple[str, str]]:
    """The fields that a name is made of, and what it says of each."""
    labels = section.label or (label,)
    if len(labels) == 1:
        yield from [(labels[0], name)] if labels[0] and "." not in labels[0] else []
        return
    # Nothing but the section's patterns can take a joined name apart: each part may hold what joins them.
    found = next(filter(None, (re.fullmatch(one, name) for one in section.apart)), None)
    yield from (
        (path, part) for path, part in zip(labels, found.groups() if found else (), strict=False) if part
    )


def _decided(said: Any, path: str, holding: Holding) -> tuple[Any, list[str]]:
    """What a spec says plainly, and the paths of what it only says to be like something.

    A list, and what is written in a way of its own, stands open as a whole where a part of it does. A matcher that
    one value alone meets says that value: nobody passes a rule by the way in which a spec is written.
    """
    said = _only(said)
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


def _only(said: Any) -> Any:
    """The one value that a matcher allows, where it allows one; anything else as it is."""
    if not is_match(said) or not isinstance(said["match"], Mapping):
        return said
    match said["match"]:
        case {"const": value, **more} if not more:
            return value
        case {"enum": [value], **more} if not more:
            return value
    return said


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
