"""Specs on the command line: read, held against instances, and what they bend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.cli.selection import Chosen, unusable
from auditor.cli.stop import nothing_done
from auditor.config import Part
from auditor.drifting import Against
from auditor.evaluate import Settings
from auditor.model import Place, Snapshot
from auditor.positions import BadFile
from auditor.spec.compare import differences, undecided
from auditor.spec.needs import needs, neighbours, where
from auditor.spec.portrait import Portrait, portraits
from auditor.spec.reader import read
from auditor.spec.resolve import check_fields, check_flows, check_names
from auditor.spec.spec import Environment, Spec
from auditor.where import Where


@dataclass(frozen=True, slots=True)
class Described:
    """An instance, and the environment of a spec that speaks of it."""

    portrait: Portrait
    spec: Spec
    environment: Environment
    against: Against


def read_spec(path: Path, done: str = "compared") -> Spec:
    """The spec in a file. Raises `Stop` for one that cannot be used; nothing was `done` then.

    A path into the folder that people are in is told as they would write it: code scanning wants it so.
    """
    here = Path.cwd()
    try:
        return read(path.relative_to(here) if path.is_relative_to(here) else path)
    except BadFile as problem:
        raise unusable(problem, done) from problem


def needed(specs: Iterable[Spec]) -> Mapping[str, frozenset[str]]:
    """The fields by kind that some specs speak of."""
    found: dict[str, frozenset[str]] = {}
    for spec in specs:
        for kind, paths in needs(spec).items():
            found[kind] = found.get(kind, frozenset()) | paths
    return found


def planned(specs: Iterable[Spec], region: Place, partition: str, likely: bool) -> Iterator[tuple[str, str]]:
    """Kind and id of the buckets, keys and functions that some specs name in a Region."""
    for spec in specs:
        yield from neighbours(spec, region, partition, likely=likely)


def aimed(specs: Iterable[Spec], region: Place) -> bool:
    """Whether some spec says that its instance is in a Region."""
    return any(
        where(one) == region.region and one.match.account in ("", region.account)
        for spec in specs
        for one in spec.environments
    )


def described(
    specs: Iterable[Spec], snapshot: Snapshot, only: str = "", done: str = "compared"
) -> tuple[list[Described], list[str]]:
    """Every instance that a spec speaks of, and who was left over, in sentences.

    Of two specs that speak of one instance the first is used. Raises `Stop` for a name in a spec that means
    nothing, or more than one thing.
    """
    specs = list(specs)
    found: list[Described] = []
    left: list[str] = []
    for portrait in portraits(snapshot):
        instance = next(one for one in snapshot.instances() if one.key.place == portrait.place)
        speaking = [(spec, one) for spec in specs if (one := spec.of(instance, only))]
        whom = f"{instance.name or instance.key.id} ({portrait.place.account} {portrait.place.region})"
        if not speaking:
            files = ", ".join(str(spec.file) for spec in specs)
            left.append(f"{files} does not speak of the instance {whom}.")
            continue
        spec, environment = speaking[0]
        if environment.undecided:
            drifts = undecided(environment.wanted, environment.undecided)
            found.append(
                Described(portrait, spec, environment, Against(portrait, environment.wanted, drifts))
            )
            continue
        try:
            check_names(environment.said, portrait)
            check_flows(environment.said, environment.wanted.sections, portrait)
            if environment.strange:
                check_fields(environment.strange, portrait)
        except BadFile as problem:
            raise unusable(problem, done) from problem
        drifts = differences(environment.wanted, portrait)
        found.append(Described(portrait, spec, environment, Against(portrait, environment.wanted, drifts)))
        left += [
            f"{called(*one)} speaks of {whom} as well: {called(spec, environment)} is used."
            for one in speaking[1:]
        ]
    return found, left


def silent(
    specs: Iterable[Spec], found: Iterable[Described], only: str = ""
) -> list[tuple[Spec, Environment]]:
    """The environments that speak of no instance that was seen."""
    spoken = {(one.spec.file, one.environment.name) for one in found}
    return [
        (spec, environment)
        for spec in specs
        for environment in spec.environments
        if only in ("", environment.name) and (spec.file, environment.name) not in spoken
    ]


def unmatched(spec: Spec, environment: Environment) -> str:
    """That an environment speaks of no instance, as a sentence."""
    return f"{called(spec, environment)} speaks of no instance that was seen ({environment.match})."


def called(spec: Spec, environment: Environment) -> str:
    """How sentences name an environment of a spec."""
    return f"{spec.file} ({environment.name})" if environment.name else str(spec.file)


def bent(chosen: Chosen, found: Iterable[Described]) -> Settings:
    """The settings, with what specs say of the rules about their instances: it wins over the configuration's."""
    overrides = []
    for one in found:
        said = one.environment.bends
        if said is None or one.environment.undecided:
            continue
        place = one.portrait.place
        there = Where((place.account,), (place.region,), (place.instance_id,))
        part = Part(said, there)
        try:
            overrides.append(part.override(chosen.everything))
            wrong = chosen.config.contradiction(chosen.everything, chosen.options, [part])
        except BadFile as problem:
            raise unusable(problem, "judged") from problem
        if wrong:
            raise nothing_done(wrong, "judged")
    return chosen.bent(overrides)
