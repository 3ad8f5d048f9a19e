"""Some of the places of a snapshot, as people name them: by account, Region, instance and the instance's tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from auditor.model import Key, Place, Snapshot
from auditor.positions import Said

INSTANCE = "connect.instance"
CONDITIONS = ("account", "region", "instance", "tags")
_ACCOUNT = r"[0-9]{12}|(?=.*[*?\[])[0-9*?\[\]!-]{1,40}"


@dataclass(frozen=True, slots=True)
class Where:
    """The places that answer every condition that is given; without any, everywhere.

    Conditions are globs (`prod-*`); of several for one thing, one must fit. An instance is named by alias, id or
    ARN. Only an instance has an alias and tags, so what speaks of them never speaks of a whole Region or account.
    """

    account: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    instance: tuple[str, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        return "; ".join(self._words()) or "everywhere"

    def _words(self) -> Iterator[str]:
        named = (("account", self.account), ("Region", self.region), ("instance", self.instance))
        yield from (f"{name} {' or '.join(globs)}" for name, globs in named if globs)
        yield from (f"tag {name}={' or '.join(globs)}" for name, globs in sorted(self.tags.items()))

    def holds(self, place: Place, snapshot: Snapshot) -> bool:
        """Whether a place is one of them. Raises `Unread` where that takes tags that were not read."""
        if not self.may_hold(place.account, place.region):
            return False
        if not self.instance and not self.tags:
            return True
        found = snapshot.one(Key(place, INSTANCE, place.instance_id)) if place.instance_id else None
        if found is None or not fits(self.instance, found.key.id, found.name, found.arn):
            return False
        tags = found.get("Tags", {}) if self.tags else {}
        return all(name in tags and fits(globs, tags[name]) for name, globs in self.tags.items())

    def may_hold(self, account: str, region: str) -> bool:
        """Whether anything in a Region of an account can be one of them."""
        return fits(self.account, account) and fits(self.region, region)

    def as_json(self) -> dict[str, object]:
        """The conditions that are given."""
        given = {"account": self.account, "region": self.region, "instance": self.instance}
        said: dict[str, object] = {name: list(globs) for name, globs in given.items() if globs}
        return (
            {**said, "tags": {name: list(globs) for name, globs in self.tags.items()}} if self.tags else said
        )


def fits(globs: tuple[str, ...], *texts: str) -> bool:
    """Whether one of the texts fits one of the globs; without globs, anything does."""
    return not globs or any(fnmatchcase(text, glob) for glob in globs for text in texts)


def read(said: Said) -> Where:
    """The places that a mapping names; members that are no conditions are left to the caller. Raises `BadFile`."""
    tags = said["tags"].mapping("tags and their values") if "tags" in said else {}
    return Where(
        account=globs(said, "account", _ACCOUNT, "an account id of 12 digits"),
        region=globs(said, "region"),
        instance=globs(said, "instance"),
        tags={name: globs(said["tags"], name) for name in tags},
    )


def globs(said: Said, name: str, pattern: str = "", like: str = "") -> tuple[str, ...]:
    """The texts of a member that is one text or a list of them; none where it is left out."""
    if name not in said:
        return ()
    given = said[name].items() if isinstance(said[name].value, list) else [said[name]]
    if not given:
        raise said[name].bad(f"`{name}` is empty: leave it out, or name one")
    return tuple(one.string(pattern, like) for one in given)
