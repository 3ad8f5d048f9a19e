"""What a survey is going to cost: the calls that follow from it, by quota."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from auditor.collect.backlog import Quota
from auditor.collect.need import Need
from auditor.collect.reading import Survey, neighbour_calls, quotas_of, runs_for
from auditor.kinds import Call, Kind


def calls_of(survey: Survey, owned: Iterable[Kind], named: Iterable[Kind], need: Need) -> Counter[Quota]:
    """The calls for the details of what was surveyed, for the kinds that it owns and for the neighbours it names.

    What cannot be known yet is left out: further pages, and the details of what the lists of `owned` will have.
    """
    place, region = survey.where.place, survey.where.region

    def all_calls() -> Iterator[Call]:
        for item in survey.items:
            yield from item.calls()
        for kind in owned:
            for listing in kind.lists:
                calls = [listing.call] * len(runs_for(listing, survey)) if listing.per else [listing.call]
                yield from calls
            if kind.search is not None:
                yield kind.search
        for kind in named:
            yield from neighbour_calls(kind, need)

    return quotas_of(place.account, region, all_calls())
