"""What to say of a spec whose instance was not seen: that it is to be made, or that nobody knows."""

from __future__ import annotations

from auditor.cli.specs import called
from auditor.model import Cause, Place, Snapshot, Unit, UnitState
from auditor.plan import Compared
from auditor.spec.compare import undecided
from auditor.spec.creation import creations, review
from auditor.spec.needs import where
from auditor.spec.spec import Environment, Spec


def missing(
    spec: Spec, environment: Environment, snapshot: Snapshot, instances: tuple[str, ...] = ()
) -> list[Compared]:
    """The plan of an instance that was not seen; empty where the spec does not say enough to make it.

    `instances` are those that somebody limited the scan to: of others nothing can be said.
    """
    alias = environment.wanted.sections.get("instance", {}).get("InstanceAlias", environment.match.alias)
    hidden = _hidden(environment, snapshot)
    if hidden is not None:
        unit, cause = hidden
        note = f"whether the instance exists could not be read in {unit.account} {unit.region}"
        if not where(environment):
            note += ": say `Region` under `instance` if it is to be elsewhere"
        drifts = undecided(environment.wanted, cause, note)
        name = alias if isinstance(alias, str) else ""
        return [Compared(Place(unit.account, unit.region), name, called(spec, environment), drifts)]
    if not isinstance(environment.wanted.sections.get("instance", {}).get("InstanceAlias"), str):
        return []
    if instances and alias not in instances:
        return []
    place, guessed = _place(environment, snapshot)
    drifts = tuple(creations(environment.wanted))
    remarks = review(environment.wanted, snapshot, place, guessed)
    return [Compared(place, alias, called(spec, environment), drifts, exists=False, review=remarks)]


def _hidden(environment: Environment, snapshot: Snapshot) -> tuple[Unit, Cause] | None:
    """A Region that could not be listed and in which the instance may be, and why."""
    account, region = environment.match.account, where(environment)
    for unit in snapshot.units:
        fits = account in ("", unit.account) and region in ("", unit.region)
        if fits and unit.state is UnitState.INCOMPLETE and unit.cause is not None:
            return unit, unit.cause
    return None


def _place(environment: Environment, snapshot: Snapshot) -> tuple[Place, str]:
    """Where the instance is to be, and, where the spec does not say, why there."""
    account, region = environment.match.account, where(environment)
    looked = [unit for unit in snapshot.units if account in ("", unit.account)]
    account = account or (looked[0].account if looked else "")
    if region or len(looked) == 1:
        return Place(account, region or looked[0].region), ""
    regions = sorted(
        {one.key.place.region for one in snapshot.instances() if one.key.place.account == account}
    )
    if regions:
        return Place(account, regions[0]), "where instances are already"
    return Place(account, looked[0].region if looked else ""), "which was looked at first"
