"""What a row of the table of kinds says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Scope(StrEnum):
    """What a kind belongs to; it decides the place of its resources."""

    INSTANCE = "instance"
    REGION = "region"
    ACCOUNT = "account"


ACTION_PREFIXES: Mapping[str, str] = {
    "appintegrations": "app-integrations",
    "connectcampaigns": "connect-campaigns",
    "connectcampaignsv2": "connect-campaigns",
    "connectcases": "cases",
    "customer-profiles": "profile",
    "lexv2-models": "lex",
    "qconnect": "wisdom",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "service-quotas": "servicequotas",
}
"""IAM's prefix of a service where it is not the client's name (AWS service authorization reference)."""


@dataclass(frozen=True, slots=True)
class Call:
    """One read operation, and where its answer holds what is wanted.

    `params` are literal, but for `{words}` in them, which are filled in: `{account}`, `{instance}` (its id),
    `{id}` and the path of any field of the resource that the call is about. `{id/1}` is what stands between its
    first slash and the next one: how an ARN is taken apart.
    """

    service: str
    operation: str
    result: str = ""
    """The member of the answer that is kept; empty: the whole answer. A list of one thing may be that thing."""
    beside: tuple[str, ...] = ()
    """Further top-level members kept as fields beside those of `result`."""
    params: Mapping[str, Any] = field(default_factory=dict)
    page: int = 0
    """The page size asked for: the most that the operation takes. 0: the operation has no pages."""
    size: str = "MaxResults"
    """The parameter that holds the page size."""
    token: str = "NextToken"
    """The member that holds the page token, in the request and in the answer."""
    next: str = ""
    """The member of the answer that holds the page token, where it has another name there."""
    omits: tuple[str, ...] = ()
    """Fields of the resource that AWS documents this operation not to fill, or whose shape lacks them."""
    doubtful: tuple[str, ...] = ()
    """Fields of which AWS does not say whether this operation fills them: where they lack, it does not."""
    absent: tuple[str, ...] = ()
    """Error codes that mean that the setting, or the thing, or all there could be in a list, does not exist."""
    instead: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Error codes after which it is called once more, and the parameters that are other then."""
    action: str = ""
    """The IAM action, where it is not the service's prefix and the operation's name."""

    @property
    def iam_action(self) -> str:
        """The IAM action that allows this call, such as `s3:GetEncryptionConfiguration`."""
        return self.action or f"{ACTION_PREFIXES.get(self.service, self.service)}:{self.operation}"


@dataclass(frozen=True, slots=True)
class Listing:
    """One way to list a kind: once, once for each value of a parameter, or once for each resource of a kind."""

    call: Call
    renames: Mapping[str, str] = field(default_factory=dict)
    """Fields of the list's summaries that the full answer calls by another name."""
    each: tuple[str, tuple[str, ...]] | None = None
    """A parameter and its values; the value becomes a field of what is listed, and a part of the kind."""
    per: str = ""
    """The kind whose resources the call is made for, one by one; those that lack a field it takes are left out.

    It may be the listed kind itself: then what hangs below each one is listed too.
    """
    scalar: str = ""
    """The field under which a bare string of the list is kept."""
    adds: Mapping[str, str] = field(default_factory=dict)
    """Fields that what is listed has from where it was listed: templates as in the call's `params`."""
    mentions: str = ""
    """Only what mentions this anywhere is kept, where the operation itself cannot be told so."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One more call for each resource, whose answer is kept as the field `field`."""

    field: str
    call: Call
    apart: bool = False
    """Read only when somebody looks at it, even of a neighbour, whose facets are otherwise read with it."""
    dated: bool = False
    """Its answer carries the kind's `evidence`: where that is the resource's own, it covers this field as well."""
    optional: bool = False
    """Whether a resource may lack what the call takes (a stream without a key): the field is then known absent."""


@dataclass(frozen=True, slots=True)
class Named:
    """How a resource names a neighbour: the kind that names it, and its id there as a template of fields.

    `{S3Config.BucketName}` takes that field of the naming resource. Where a field is absent, nothing is named.
    """

    kind: str
    id: str

    def identity(self, data: Mapping[str, Any]) -> str | None:
        """The id of the neighbour that a resource with this data names; None where it names none."""
        try:
            found: str = filled(self.id, data)
        except Absent:
            return None
        return found


@dataclass(frozen=True, slots=True)
class Derived:
    """A field made of another one as soon as that is read, so that the other, which is secret, can be dropped.

    `by` raises `ValueError` where it can make nothing of the value.
    """

    name: str
    source: str
    by: Callable[[Any], Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource.

    A kind is listed (and described in bulk by a search where there is one), or it is a neighbour, `named` by
    resources of other kinds and read one by one with `describe`.
    """

    name: str
    title: str
    """The words people use for several of them, as the coverage section shows them."""
    scope: Scope
    id: tuple[str, ...]
    """The paths of the fields that identify one; those present are joined with `/`."""
    label: str = ""
    """The path of the field that holds its name."""
    arn: str = ""
    """The path of the field that holds its ARN."""
    lists: tuple[Listing, ...] = ()
    search: Call | None = None
    describe: Call | None = None
    facets: tuple[Facet, ...] = ()
    named: tuple[Named, ...] = ()
    personal: tuple[str, ...] = ()
    """Fields about a person, masked wherever data leaves the process."""
    secret: tuple[str, ...] = ()
    """Fields that are dropped as soon as they are read: no rule needs key material."""
    derived: tuple[Derived, ...] = ()
    """What is kept of them."""
    apart: bool = False
    """Read only when somebody looks at it: it costs a call for each resource of another kind, or a service of
    its own that no other rule needs."""
    refused: str = ""
    """What a refusal may mean, beside a permission that is lacking."""
    cloudformation: str = ""
    terraform: str = ""
    immutable: tuple[str, ...] = ()
    """Fields that no API can change: a difference means replacing the resource."""
    evidence: tuple[str, ...] = ()
    """Fields of the list's (or else the search's) answer that change whenever what only describing tells does.

    While they are as an earlier snapshot has them, that is taken from the snapshot. The first is never absent.
    Tags are not covered: tagging changes none of them.
    """

    @property
    def by_search(self) -> bool:
        """Whether nothing but a search can list it: what the caller's tags hide, or what was just made, is missing."""
        return any(listing.call.operation.startswith("Search") for listing in self.lists)

    @property
    def owner(self) -> str:
        """The other kind whose resources it is listed for; empty where there is none."""
        return next((listing.per for listing in self.lists if listing.per not in ("", self.name)), "")

    def identify(self, data: Mapping[str, Any]) -> str:
        """What identifies a resource with this data. Raises `KeyError` when it lacks the first of the fields."""
        values = [lookup(data, path) for path in self.id]
        if values[0] is None:
            raise KeyError(self.id[0])
        return "/".join(str(value).rstrip("/") for value in values if value not in (None, ""))

    def made_of(self, paths: Iterable[str]) -> Iterator[str]:
        """The fields that are derived of these."""
        sources = set(paths)
        return (one.name for one in self.derived if one.source in sources)

    def calls(self) -> Iterator[Call]:
        """Every call that reading this kind can make."""
        for listing in self.lists:
            yield listing.call
        for call in (self.search, self.describe):
            if call is not None:
                yield call
        for facet in self.facets:
            yield facet.call


def lookup(data: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or None."""
    value: Any = data
    for step in path.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return value


WORD = re.compile(r"\{([A-Za-z0-9_.]+)(?:/(\d))?\}")
"""A word of a template: the path of a field, and which of its parts between slashes is meant."""


def words_of(template: str) -> tuple[str, ...]:
    """The paths of fields that a template is made of."""
    return tuple(path for path, _ in WORD.findall(template))


class Absent(Exception):
    """A field that a template is made of does not exist."""


def filled(template: Any, words: Mapping[str, Any]) -> Any:
    """A template with its `{words}` filled in. Raises `Absent` when one of them has no value."""
    if isinstance(template, str):
        return WORD.sub(lambda found: _word(words, *found.groups()), template)
    if isinstance(template, Mapping):
        return {name: filled(value, words) for name, value in template.items()}
    if isinstance(template, list):
        return [filled(value, words) for value in template]
    return template


def _word(words: Mapping[str, Any], path: str, part: str | None) -> str:
    value = lookup(words, path)
    if value in (None, ""):
        raise Absent(path)
    if part is None:
        return str(value)
    parts = str(value).split("/")
    if int(part) >= len(parts):
        raise Absent(f"{path}/{part}")
    return parts[int(part)]
