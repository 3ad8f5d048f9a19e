"""How one kind is read at one place, from its row of the table alone.

First the lists and the search, a call for each page: the `Survey`. It settles what else will be asked for: the
calls that each resource costs, and the neighbours that it names.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.collect.backlog import Quota, Request
from auditor.collect.faults import GONE, REJECTED, CallFailed
from auditor.collect.gathered import Gathered
from auditor.collect.need import Need
from auditor.collect.past import NO_PAST, Past, holds
from auditor.collect.schedule import Ahead, Reading, Together
from auditor.kinds import Call, Facet, Kind, Listing, lookup
from auditor.kinds.row import Absent, filled
from auditor.model import Cause, Gap, Key, Place, Reason, Resource

SEARCH = "search"
"""The part of a kind that is a gap where its search was not answered."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place, and where to send calls about it."""

    place: Place
    region: str
    """The Region that is asked; for what belongs to the account as a whole, any one that answers."""

    @property
    def words(self) -> dict[str, Any]:
        """What a call's parameters may refer to."""
        return {"account": self.place.account, "instance": self.place.instance_id}


@dataclass(frozen=True, slots=True)
class Part:
    """One run of a listing: the listing, the words of this run, and what to call it if it fails."""

    listing: Listing
    words: Mapping[str, Any]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One resource as the lists and the search have it, and what is still worth asking for."""

    kind: Kind
    where: Where
    identity: str
    base: Mapping[str, Any]
    lacking: tuple[str, ...]
    """The fields that only describing it can fill."""
    describe: Call | None
    """The call that describes it; None where there is none, or nobody looks at what it would add."""
    facets: tuple[Facet, ...]
    idle: tuple[str, ...] = ()
    """Fields that came along and nobody looks at."""
    unsearched: bool = False
    """There is a search, and it does not have this one: only a description has its fields."""
    poorer: Cause | None = None
    """Why the search gave nothing at all."""
    then: Resource | None = None
    """An earlier reading of it, for what has not changed since."""
    reused: tuple[str, ...] = ()
    """The fields that are taken from there: paths of what only describing tells, and whole facets."""

    def known(self) -> dict[str, Any]:
        """All that is known of it without asking."""
        known = dict(self.base)
        for path in self.reused:
            value = lookup(self.then.data, path) if self.then else None
            if value is not None:
                known = placed(known, path, value)
        return known

    def calls(self) -> Iterator[Call]:
        """The calls that reading it will make, but for further pages."""
        if self.describe is not None:
            yield self.describe
        for facet in self.facets:
            yield facet.call


@dataclass(frozen=True, slots=True)
class Survey:
    """What the lists and the search of a kind have at a place."""

    kind: Kind
    where: Where
    items: tuple[Item, ...] = ()
    gaps: tuple[Gap, ...] = ()


def survey(
    kind: Kind, where: Where, need: Need, owner: Survey | None = None, past: Past = NO_PAST
) -> Reading:
    """The `Survey` of a listed kind: list, search, reconcile; then what of the past still holds.

    `owner` is that of the kind whose resources it is listed for.
    """
    parts, gaps = _parts(kind, where, owner)
    runs = [pages(where, part.listing.call, part.words) for part in parts]
    searches = [pages(where, kind.search, where.words, _idle(kind, need))] if kind.search else []
    answers = yield Together([*runs, *searches])
    listed: list[Mapping[str, Any]] = []
    try:
        for part, answer in zip(parts, answers, strict=False):
            if not isinstance(answer, CallFailed):
                listed += summaries_of(part, answer)
            elif not (part.listing.per and answer.code in GONE):  # what it hung on has gone meanwhile
                gaps.append(_gap(kind, where.place, part, answer, answers[: len(parts)]))
        summaries = _by_id(kind, listed)
        yield from _below(kind, where, summaries, gaps)
        searched = answers[-1] if searches else None
        whole = {} if searched is None or isinstance(searched, CallFailed) else _by_id(kind, searched)
    except KeyError as field:
        # The answer has no field that identifies its items: they cannot be told apart, so none is believed.
        cause = Cause(Reason.FAILED, _first(kind).iam_action, f"the answer lacks {field.args[0]}")
        return Survey(kind, where, (), (*gaps, Gap(where.place, kind.name, "", cause)))
    poorer = searched.cause if isinstance(searched, CallFailed) else None
    if poorer and poorer.reason is Reason.FAILED:
        # Listing and describing stand in for a search that is refused or out of reach. An answer that makes
        # no sense is another matter: what it would have held is not known.
        gaps.append(Gap(where.place, kind.name, "", poorer))
    elif poorer:
        cause = Cause(Reason.REPLACED, poorer.action, str(poorer.reason))
        gaps.append(Gap(where.place, kind.name, SEARCH, cause))
    dated = yield from _dated(kind, where, summaries, need, past)

    def item(identity: str) -> Item:
        summary, found = summaries.get(identity, {}), whole.get(identity)
        then = past.unchanged(kind, Key(where.place, kind.name, identity), {**(found or {}), **summary})
        return item_of(kind, where, identity, summary, found, poorer, need, then, dated)

    ids = sorted({**summaries, **whole})
    return Survey(kind, where, tuple(map(item, ids)), tuple(gaps))


def costs_each(kind: Kind, need: Need) -> bool:
    """Whether each resource of a listed kind costs a call, or may: what lists or search leave empty is described."""
    source = kind.search or kind.lists[0].call
    described = kind.describe is not None and need.paths(kind.name, (*source.omits, *source.doubtful))
    return described or bool(_looked_at(kind, need))


def _dated(
    kind: Kind, where: Where, summaries: Mapping[str, Mapping[str, Any]], need: Need, past: Past
) -> Reading:
    """The facets that the kind's evidence covers here.

    Their answers carry a time. Whether that is the resource's own, the one that changed last testifies: were it
    another, the two would not be the same.
    """
    facets = [facet for facet in _looked_at(kind, need) if facet.dated]
    if not facets or not any(Key(where.place, kind.name, one) in past.resources for one in summaries):
        return ()
    identity, latest = max(summaries.items(), key=lambda one: (str(lookup(one[1], kind.evidence[0])), one[0]))
    words = {**where.words, **latest, "id": identity}

    def first_page(call: Call) -> Reading:
        return (yield _request(where, call, {**filled(dict(call.params), words), call.size: call.page}))

    answers = yield Together(first_page(facet.call) for facet in facets)
    return tuple(
        facet.field
        for facet, answer in zip(facets, answers, strict=True)
        if not isinstance(answer, CallFailed)
        and all(lookup(answer, name) == lookup(latest, name) is not None for name in kind.evidence)
    )


def item_of(
    kind: Kind,
    where: Where,
    identity: str,
    summary: Mapping[str, Any],
    whole: Mapping[str, Any] | None,
    poorer: Cause | None,
    need: Need,
    then: Resource | None = None,
    dated: Sequence[str] = (),
) -> Item:
    """A resource with this summary in the lists, and this entry in the search.

    What is known from `then` is not asked for: fields that only describing tells, and the `dated` facets.
    """
    source = kind.search or kind.lists[0].call
    base = whole if whole is not None else summary
    unsearched = kind.search is not None and whole is None
    lacking = (*source.omits, *(path for path in source.doubtful if lookup(base, path) is None))
    lacking += tuple(kind.made_of(lacking))
    described = unsearched or need.paths(kind.name, lacking)
    facets = _looked_at(kind, need)
    reused: list[str] = []
    if then is not None:
        told = [path for path in lacking if holds(then, path)]
        if described and not unsearched and not need.paths(kind.name, set(lacking).difference(told)):
            described, reused = False, told
        reused += [facet.field for facet in facets if facet.field in dated and holds(then, facet.field)]
    return Item(
        kind=kind,
        where=where,
        identity=identity,
        base=base,
        lacking=lacking,
        describe=kind.describe if described else None,
        facets=tuple(facet for facet in facets if facet.field not in reused),
        idle=_idle(kind, need),
        unsearched=unsearched,
        poorer=poorer,
        then=then,
        reused=tuple(reused),
    )


def read_items(survey: Survey, found: Gathered) -> Reading:
    """Reads what was surveyed to its end, into `found`."""
    kind, place = survey.kind, survey.where.place
    resources = yield Together(read_item(item) for item in survey.items)
    there = [resource for resource in resources if isinstance(resource, Resource)]
    vanished = [
        Gap(place, kind.name, item.identity, Cause(Reason.GONE, detail="deleted after it was listed"))
        for item, resource in zip(survey.items, resources, strict=True)
        if resource is None
    ]
    found.add(place, kind.name, there, (*survey.gaps, *vanished))


def read_neighbour(kind: Kind, where: Where, identity: str, need: Need, found: Gathered) -> Reading:
    """Reads one neighbour by the id that a setting names it with."""
    call = kind.describe
    if call is None:
        raise TypeError(f"{kind.name} is a neighbour and has no describe")
    key = Key(where.place, kind.name, identity)
    base: dict[str, Any] = {kind.id[0]: identity}
    rest: Cause | None = None
    try:
        answer = yield from _one(where, call, {**where.words, "id": identity}, kind.id[0], identity)
        if answer is None:
            yield _not_asked(where, (facet.call for facet in _looked_at(kind, need)))
            found.neighbour(key, None)
            return
        base = {**answer, **base}
    except CallFailed as failure:
        rest = failure.cause
    fields = yield from _facets(kind, _looked_at(kind, need), where, identity, base, rest)
    if fields is None:
        found.neighbour(key, None)
    else:
        found.neighbour(key, _resource(kind, key, base | fields[0], fields[1], rest))


def neighbour_calls(kind: Kind, need: Need) -> Iterator[Call]:
    """The calls that reading one neighbour will make, but for further pages."""
    if kind.describe is not None:
        yield kind.describe
    for facet in _looked_at(kind, need):
        yield facet.call


def named_by(kind: Kind, namer: str, data: Mapping[str, Any]) -> list[str]:
    """The ids of this kind that a resource of the kind `namer` names. A field that was not read names nothing."""
    ids = [named.identity(data) for named in kind.named if named.kind == namer]
    return [one for one in ids if one is not None]


def pages(where: Where, call: Call, words: Mapping[str, Any], drop: tuple[str, ...] = ()) -> Reading:
    """Every item of every page, without the fields to `drop`.

    Raises `CallFailed` on a page that fails, is cut short or repeats.
    """
    items: list[Any] = []
    token, seen = None, set()
    while True:
        params = filled(dict(call.params), words)
        if call.page:
            params[call.size] = call.page
        if token:
            params[call.token] = token
        try:
            answer = yield _request(where, call, params)
        except CallFailed as failure:
            if failure.code in call.absent:
                return items
            raise
        if call.result not in answer:
            raise CallFailed(Cause(Reason.FAILED, call.iam_action, f"the answer lacks {call.result}"))
        result = answer[call.result]
        page = [result] if isinstance(result, Mapping) else result
        items += without(page, drop) if drop else page
        token = answer.get(call.next or call.token)
        if not token or not call.page:
            return items
        if token in seen:
            raise CallFailed(
                Cause(Reason.FAILED, call.iam_action, "a page token repeats: the list has no end")
            )
        seen.add(token)


def _parts(kind: Kind, where: Where, owner: Survey | None) -> tuple[list[Part], list[Gap]]:
    """Every run of the kind's listings, and the gaps that other kinds' gaps tear into it."""
    parts: list[Part] = []
    gaps: list[Gap] = []
    for listing in kind.lists:
        if listing.each:
            field, values = listing.each
            parts += [Part(listing, {**where.words, field: value}, value) for value in values]
        elif owner is not None and listing.per == owner.kind.name:
            gaps += [replace(gap, kind=kind.name) for gap in owner.gaps if gap.hides]
            parts += runs_for(listing, owner)
        elif not listing.per:
            parts.append(Part(listing, where.words))
    return parts, gaps


def runs_for(listing: Listing, owner: Survey) -> list[Part]:
    """The runs of a listing that is made for each of these resources."""
    return list(_of_owners(listing, owner.where, {item.identity: item.base for item in owner.items}))


def _of_owners(listing: Listing, where: Where, owners: Mapping[str, Mapping[str, Any]]) -> Iterable[Part]:
    """A run for each of these resources that has the fields which the call takes."""
    for identity, data in owners.items():
        part = Part(listing, {**where.words, **data}, identity)
        try:
            filled(dict(listing.call.params), part.words)
        except Absent:
            continue
        yield part


def _below(kind: Kind, where: Where, summaries: dict[str, Mapping[str, Any]], gaps: list[Gap]) -> Reading:
    """Adds what hangs below each summary, where a kind is listed by its own resources."""
    for listing in kind.lists:
        new = dict(summaries) if listing.per == kind.name else {}
        while new:
            parts = list(_of_owners(listing, where, new))
            answers = yield Together(pages(where, listing.call, part.words) for part in parts)
            new = {}
            for part, answer in zip(parts, answers, strict=True):
                if isinstance(answer, CallFailed):
                    gaps.append(_gap(kind, where.place, part, answer, answers))
                else:
                    new |= _by_id(kind, summaries_of(part, answer))
            new = {identity: data for identity, data in new.items() if identity not in summaries}
            summaries |= new


def _gap(kind: Kind, place: Place, part: Part, failure: CallFailed, answers: Sequence[Any]) -> Gap:
    """The gap that a failed run leaves.

    A value that is rejected while others of the same listing are answered is one that the Region does not
    know; when all are rejected, it is the call that is wrong.
    """
    answered = any(not isinstance(answer, CallFailed) for answer in answers)
    if part.listing.each and failure.code in REJECTED and answered:
        cause = Cause(Reason.UNSUPPORTED, failure.cause.action, failure.cause.detail)
        return Gap(place, kind.name, part.name, cause)
    if kind.refused and failure.cause.reason is Reason.DENIED:
        return Gap(place, kind.name, part.name, replace(failure.cause, detail=kind.refused))
    return Gap(place, kind.name, part.name, failure.cause)


def read_item(item: Item) -> Reading:
    """One resource: described where that is worth a call, with its facets; None if it is gone."""
    kind, base = item.kind, item.known()
    unread: dict[str, Cause] = {}
    rest: Cause | None = None
    if item.describe is not None:
        call, words = item.describe, {**item.where.words, **base, "id": item.identity}
        try:
            answer = yield from _one(item.where, call, words, "", item.identity)
            base |= answer or {}
            # A search that was refused is why its fields are lacking; one that lags will have them tomorrow. What the
            # search itself has not got is known to be absent.
            cause = item.poorer or Cause(Reason.NOT_POPULATED, call.iam_action)
            lost = call.omits if item.unsearched else ()
            unread |= {path: cause for path in lost if lookup(base, path) is None}
        except CallFailed as failure:
            if failure.code in GONE:
                yield _not_asked(item.where, (facet.call for facet in item.facets))
                return None
            if item.unsearched:
                rest = failure.cause
            unread |= dict.fromkeys(item.lacking, failure.cause)
    elif kind.describe is not None:
        action = kind.describe.iam_action
        unread |= {path: Cause(Reason.NOT_ASKED, action) for path in item.lacking}
    fields = yield from _facets(kind, item.facets, item.where, item.identity, base, rest)
    if fields is None:
        return None
    key = Key(item.where.place, kind.name, item.identity)
    unread |= {path: Cause(Reason.NOT_ASKED) for path in item.idle} | fields[1]
    unread = {path: cause for path, cause in unread.items() if path not in item.reused}
    resource = _resource(kind, key, without(base, item.idle) | fields[0], unread, rest)
    return replace(resource, read_at=item.then.read_at) if item.then and item.reused else resource


def _idle(kind: Kind, need: Need) -> tuple[str, ...]:
    """The fields that a search may bring along and nobody looks at: the content of flows, megabytes of it."""
    doubtful = kind.search.doubtful if kind.search else ()
    return tuple(path for path in doubtful if not need.paths(kind.name, (path,)))


def _looked_at(kind: Kind, need: Need) -> tuple[Facet, ...]:
    return tuple(facet for facet in kind.facets if need.facet(kind, facet.field))


def _facets(
    kind: Kind,
    asked: Sequence[Facet],
    where: Where,
    identity: str,
    base: Mapping[str, Any],
    rest: Cause | None,
) -> Reading:
    """The resource's further fields, and the causes of those that were not read; None if it is gone."""
    words = {**where.words, **base, "id": identity}
    answers = yield Together(_facet(where, facet, words, rest) for facet in asked)
    fields: dict[str, Any] = {}
    unread = {
        facet.field: Cause(Reason.NOT_ASKED, facet.call.iam_action)
        for facet in kind.facets
        if facet not in asked
    }
    gone = kind.describe.absent if kind.describe else ()
    for facet, answer in zip(asked, answers, strict=True):
        if not isinstance(answer, CallFailed):
            fields |= {} if answer is None else {facet.field: answer}
        elif answer.code in GONE or answer.code in gone:
            return None
        else:
            unread[facet.field] = answer.cause
    return fields, unread


def _facet(where: Where, facet: Facet, words: Mapping[str, Any], rest: Cause | None) -> Reading:
    """One further field; None where AWS says that it is not set."""
    call = facet.call
    try:
        if call.page:
            return (yield from pages(where, call, words))
        return (yield from _one(where, call, words, "", ""))
    except Absent as field:
        yield _not_asked(where, [call])
        if facet.optional and rest is None:
            return None
        raise CallFailed(rest or Cause(Reason.FAILED, call.iam_action, f"lacks {field}")) from None


def _one(where: Where, call: Call, words: Mapping[str, Any], field: str, identity: str) -> Reading:
    """What one describing call answers; None where AWS says that it does not exist."""
    if call.page:
        matching = [item for item in (yield from pages(where, call, words)) if item.get(field) == identity]
        return matching[0] if matching else None
    try:
        answer = yield _request(where, call, filled(dict(call.params), words))
    except CallFailed as failure:
        if failure.code in call.absent:
            return None
        if failure.code not in call.instead:
            raise
        again = {**call.params, **call.instead[failure.code]}
        answer = yield _request(where, call, filled(again, words))
    if not call.result:
        return dict(answer)
    if call.result not in answer:
        raise CallFailed(Cause(Reason.FAILED, call.iam_action, f"the answer lacks {call.result}"))
    beside = {name: answer[name] for name in call.beside if name in answer}
    result = answer[call.result]
    return {**result, **beside} if isinstance(result, Mapping) else result


def _request(where: Where, call: Call, params: Mapping[str, Any]) -> Request:
    return Request(where.place.account, where.region, call.service, call.operation, params)


def _not_asked(where: Where, calls: Iterable[Call]) -> Ahead:
    """Takes back calls that were foreseen, where what they would ask about turns out not to exist."""
    account, region = where.place.account, where.region
    return Ahead({quota: -count for quota, count in quotas_of(account, region, calls).items()})


def quotas_of(account: str, region: str, calls: Iterable[Call]) -> Counter[Quota]:
    """How many of these calls each quota counts."""
    return Counter(Quota(account, region, call.service, call.operation) for call in calls)


def _resource(
    kind: Kind, key: Key, data: dict[str, Any], unread: dict[str, Cause], rest: Cause | None
) -> Resource:
    derived, underivable = _derived(kind, data)
    return Resource(
        key=key,
        data=without(data, kind.secret) | derived,
        name=str(lookup(data, kind.label) or "") if kind.label else "",
        arn=str(lookup(data, kind.arn) or "") if kind.arn else "",
        unread=unread | underivable,
        rest=rest,
    )


def _derived(kind: Kind, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Cause]]:
    """What is kept of fields that are dropped, and the causes of what could not be made of them."""
    fields: dict[str, Any] = {}
    unread: dict[str, Cause] = {}
    for one in kind.derived:
        if one.source in data:
            try:
                fields[one.name] = one.by(data[one.source])
            except ValueError as error:
                unread[one.name] = Cause(Reason.UNDECIDED, _last(kind).iam_action, str(error))
    return fields, unread


def without(value: Any, paths: Iterable[str]) -> Any:
    """A value without the fields at these dotted paths, which lead through lists as well."""
    if isinstance(value, list):
        return [without(item, paths) for item in value]
    if not isinstance(value, Mapping):
        return value
    kept = dict(value)
    for path in paths:
        head, _, rest = path.partition(".")
        if rest and head in kept:
            kept[head] = without(kept[head], (rest,))
        elif not rest:
            kept.pop(head, None)
    return kept


def placed(value: Mapping[str, Any], path: str, what: Any) -> dict[str, Any]:
    """A value with `what` at this dotted path."""
    head, _, rest = path.partition(".")
    inner = value.get(head)
    return {**value, head: placed(inner if isinstance(inner, Mapping) else {}, rest, what) if rest else what}


def summaries_of(part: Part, items: Iterable[Any]) -> list[dict[str, Any]]:
    """The items of this listing, with their fields named as the full answer names them."""
    listing = part.listing
    extra = {listing.each[0]: part.name} if listing.each else {}
    extra |= filled(dict(listing.adds), part.words)

    def named(item: Any) -> dict[str, Any]:
        fields = {listing.scalar: item} if listing.scalar else dict(item)
        return {listing.renames.get(name, name): value for name, value in fields.items()} | extra

    return [named(item) for item in items if listing.mentions in str(item)]


def _by_id(kind: Kind, items: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The items by what identifies them. Raises `KeyError` for one that has nothing to identify it.

    Two different things with the same content for an id (two associations with one target) are both kept.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for item in items:
        identity = kind.identify(item)
        twins = (f"{identity}#{number}" for number in itertools.count(2))
        while len(kind.id) > 1 and found.get(identity, item) != item:
            identity = next(twins)
        found[identity] = item
    return found


def _first(kind: Kind) -> Call:
    return kind.search or kind.lists[0].call


def _last(kind: Kind) -> Call:
    """The call with the fullest answer."""
    return kind.describe or _first(kind)
