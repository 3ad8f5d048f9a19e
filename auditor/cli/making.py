"""What to say of a spec whose instance was not seen: that it is to be made, or that nobody knows."""

from __future__ import annotations

from auditor.cli.specs import called
from auditor.model import Cause, Place, Reason, Snapshot, UnitState
from auditor.plan import Compared
from auditor.spec.compare import undecided
from auditor.spec.creation import creations, review
from auditor.spec.needs import where
from auditor.spec.spec import Environment, Spec


def missing(spec: Spec, environment: Environment, snapshot: Snapshot) -> list[Compared]:
    """The plan of an instance that was not seen; empty where the spec does not say enough to make it."""
    alias = environment.wanted.sections.get("instance", {}).get("InstanceAlias", environment.match.alias)
    hidden = _hidden(environment, snapshot)
    if hidden is not None:
        place, cause = hidden
        note = f"whether the instance exists is not known: {place.account} {place.region} was not read"
        if not where(environment):
            note += "; say `Region` under `instance` if it is to be elsewhere"
        drifts = undecided(environment.wanted, cause, note)
        name = alias if isinstance(alias, str) else ""
        return [Compared(place, name, called(spec, environment), drifts)]
    if not isinstance(environment.wanted.sections.get("instance", {}).get("InstanceAlias"), str):
        return []
    place, guessed = _place(environment, snapshot)
    drifts = tuple(creations(environment.wanted))
    remarks = review(environment.wanted, snapshot, place, guessed)
    return [Compared(place, alias, called(spec, environment), drifts, exists=False, review=remarks)]


def _hidden(environment: Environment, snapshot: Snapshot) -> tuple[Place, Cause] | None:
    """A Region in which the instance may be, and why it was not read there."""
    account, region = environment.match.account, where(environment)
    looked = [
        unit for unit in snapshot.units if account in ("", unit.account) and region in ("", unit.region)
    ]
    for unit in looked:
        if unit.state is UnitState.INCOMPLETE:
            return Place(unit.account, unit.region), unit.cause or Cause(Reason.NOT_ASKED, "", unit.detail)
    if looked:
        return None
    place = Place(account or next((unit.account for unit in snapshot.units), ""), region)
    return place, Cause(Reason.NOT_ASKED, "", "nobody looked there")


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
