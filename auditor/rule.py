"""What a rule is, what its check may see, and what it may answer.

A rule is a frozen value. Importing the file that makes one does nothing else: no registry, no side effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from auditor.flows import Flow, NotAFlow
from auditor.forms import FORMS
from auditor.kinds import KINDS, Scope
from auditor.model import GLOBAL, Cause, Key, Masked, Place, Reason, Resource, Snapshot, Unread

Made = TypeVar("Made")

_SCOPES = {kind.name: kind.scope for kind in KINDS}
_DESCRIBES = {kind.name: kind.describe.iam_action for kind in KINDS if kind.describe}

__all__ = [
    "Around",
    "Check",
    "Evidence",
    "Example",
    "Fail",
    "Fix",
    "NotApplicable",
    "Outcome",
    "Param",
    "Pass",
    "Rule",
    "Seen",
    "Severity",
    "Thing",
    "Undeclared",
    "Unread",
    "Verdict",
    "elsewhere",
    "fails",
    "missing",
    "not_applicable",
    "passes",
    "rule",
    "thing",
    "unknown",
    "unread",
]


class Severity(StrEnum):
    """How bad a failure is for callers, agents or data, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Verdict(StrEnum):
    """What a rule says about one resource."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was looked at: where, what was expected there, and what there is.

    `cites` names the neighbour that the path is read from, as `kind id`; empty: the judged resource itself.
    """

    path: str
    expected: Any
    actual: Any
    cites: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """The title is true of this resource."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The rule has nothing to say about this resource, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Fail:
    """The title is not true of this resource, and the evidence for that.

    Where one resource can fail in several independent ways, the `discriminator` tells them apart for ever (it
    is part of the fingerprint). `severity` may only be one that the rule says it varies over.
    """

    evidence: tuple[Evidence, ...]
    discriminator: str = ""
    severity: Severity | None = None

    @classmethod
    def at(cls, path: str, *, expected: Any, actual: Any, cites: Seen | None = None, **more: Any) -> Fail:
        """A failure with one piece of evidence."""
        return cls((Evidence(path, expected, actual, cites.cited if cites else ""),), **more)


Outcome: TypeAlias = "Pass | NotApplicable | Fail | Sequence[Fail]"
Check: TypeAlias = "Callable[[Seen, Around], Outcome]"
Judge: TypeAlias = "Callable[[Resource], Outcome]"
"""A check with all that is the same for every resource of a place made."""
Sieve: TypeAlias = "Callable[[Sequence[Mapping[str, Any]]], Sequence[bool]]"
"""Whether each of many resources surely passes, by their data, of which all that the check looks at was read: no judge
need look at it."""


class Undeclared(Exception):
    """A check read something that its rule does not declare in `reads`: nothing says that it was collected."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A resource as a check sees it: only the fields that the rule declares."""

    _resource: Resource
    _fields: tuple[str, ...]

    @property
    def id(self) -> str:
        """What identifies the resource."""
        return self._resource.key.id

    @property
    def kind(self) -> str:
        """What kind of resource it is."""
        return self._resource.key.kind

    @property
    def name(self) -> str:
        """Its name, where it has one. Raises `Unread` where it was masked: a token is not a name."""
        if isinstance(self._resource.name, Masked):
            raise Unread(Cause(Reason.MASKED), f"{self._resource.key.kind} {self.id}: name")
        return self._resource.name

    @property
    def arn(self) -> str:
        """Its ARN, where it has one."""
        return self._resource.arn

    @property
    def region(self) -> str:
        """The Region it was read in."""
        return self._resource.key.place.region

    @property
    def account(self) -> str:
        """The account it was read in."""
        return self._resource.key.place.account

    @property
    def cited(self) -> str:
        """How evidence names it: kind and id."""
        return f"{self._resource.key.kind} {self.id}"

    def get(self, path: str, default: Any = None, *, besides: tuple[str, ...] = ()) -> Any:
        """The value at a dotted path, or `default` where it is absent.

        Raises `Unread` where it was not read and `Undeclared` where the rule does not declare it.
        """
        if not _covers(self._fields, path):
            raise Undeclared(f"{self._resource.key.kind} {path}")
        return self._resource.get(path, default, besides=besides)


@dataclass(frozen=True, slots=True)
class Around:
    """What a check may see beside the resource it judges: its own instance's, and the neighbours they name.

    Nothing of other instances, but for the replica of its own one (`replica`).
    """

    place: Place
    params: Mapping[str, Any]
    _snapshot: Snapshot
    _reads: Mapping[str, tuple[str, ...]]
    _seen: dict[tuple[str, str], tuple[Seen, ...]] = field(default_factory=dict)
    _made: dict[Any, Any] = field(default_factory=dict)

    @property
    def taken_at(self) -> str:
        """When the snapshot was taken, as ISO 8601 in UTC: the only clock that a rule may look at."""
        return self._snapshot.taken_at

    def all(self, kind: str, part: str = "") -> tuple[Seen, ...]:
        """Every resource of a kind: of this instance, or of its Region or account, where the kind belongs to those.

        Raises `Unread` when any of them may be hidden.

        With `part` (a storage resource type) only that part must have been read.
        """
        fields = self._declared(kind)
        if (kind, part) not in self._seen:
            found = self._snapshot.of(_place_of(kind, self.place), kind, part)
            self._seen[kind, part] = tuple(Seen(one, fields) for one in found)
        return self._seen[kind, part]

    def naming(self, kind: str, path: str, identity: str) -> tuple[Seen, ...]:
        """The resources of a kind whose field at `path` names something by this id, or by an ARN that ends in it.

        The field holds one such name, or a list of them. One pass over the kind serves every later question of
        every rule. Raises `Unread` when any of the resources may be hidden.
        """
        seen = self.all(kind)
        if not _covers(self._declared(kind), path):
            raise Undeclared(f"{kind} {path}")
        place = _place_of(kind, self.place)
        index = self._snapshot.once(
            ("naming", place, kind, path), lambda: _naming(self._snapshot.seen(place, kind), path)
        )
        if isinstance(index, Unread):
            raise Unread(index.cause, index.what)
        return tuple(seen[position] for position in index.get(identity, ()))

    def one(self, kind: str, identity: str) -> Seen | None:
        """A resource by its id, of this instance, its Region or its account; None where it does not exist.

        Raises `Unread` when nobody could look. A neighbour that could only partly be read is there, and raises
        for the fields that were not: a check that something exists reads a field of it.
        """
        fields = self._declared(kind)
        unread: Unread | None = None
        for place in self.place.around:
            try:
                found = self._snapshot.one(Key(place, kind, identity))
            except Unread as reason:
                unread = unread if unread and unread.cause.reason != "not_asked" else reason
            else:
                return Seen(found, fields) if found else None
        raise unread or Undeclared(kind)

    def flow(self, one: Seen, path: str = "Content") -> Flow:
        """The flow in the content of a flow or module, read once for all rules.

        Raises `Unread` where nobody could read it, and where it is not in the Flow language.
        """
        content = one.get(path)
        flow = self._snapshot.of_text(content, _flow)
        if isinstance(flow, NotAFlow):
            reason = Reason.UNDECIDED if content else Reason.NOT_POPULATED
            raise Unread(Cause(reason, _DESCRIBES[one.kind], str(flow)), f"{one.cited}: {path}")
        return flow

    def once(self, make: Callable[[Around], Made]) -> Made:
        """What a function makes of what is around, made once for all resources that the rule judges here.

        Where it raises `Unread`, that is what everybody gets.
        """
        if make not in self._made:
            try:
                self._made[make] = make(self)
            except Unread as reason:
                self._made[make] = reason
        found = self._made[make]
        if isinstance(found, Unread):
            raise Unread(found.cause, found.what)
        made: Made = found
        return made

    def behind(self, kind: str, arn: str) -> Seen | None:
        """The neighbour that an ARN names, or None where it does not exist.

        Raises `Unread` also where it was not found and belongs to another account or Region: AWS answers "not
        found" for what may not be seen from here, which proves nothing.
        """
        found = self.one(kind, arn)
        region, account = (arn.split(":") + [""] * 5)[3:5]
        if found is None and (region, account) != (self.place.region, self.place.account):
            words = (
                f"it belongs to account {account} in {region}: that it is not found from here proves nothing"
            )
            raise Unread(Cause(Reason.UNDECIDED, _DESCRIBES[kind], words), f"{kind} {arn}")
        return found

    def replica(self, region: str) -> Around:
        """What there is around the replica that this instance has in another Region, which has the same id.

        This is the only other place that a check may look at. Raises `Unread` where that Region was not scanned.
        """
        place = Place(self.place.account, region, self.place.instance_id)
        if not self._snapshot.seen(place, "connect.instance"):
            cause = Cause(
                Reason.NOT_ASKED, "connect:ListInstances", f"the replica in {region} was not scanned"
            )
            raise Unread(cause, f"connect.instance {place.instance_id} in {region}")
        return Around(place, self.params, self._snapshot, self._reads)

    @property
    def instance(self) -> Seen:
        """The instance itself."""
        found = self.one("connect.instance", self.place.instance_id)
        if found is None:
            raise Undeclared("connect.instance")
        return found

    def _declared(self, kind: str) -> tuple[str, ...]:
        """The fields that the rule says it reads of a kind. Raises `Undeclared` when it does not name the kind."""
        if kind not in self._reads:
            raise Undeclared(kind)
        return self._reads[kind]


def _covers(fields: tuple[str, ...], path: str) -> bool:
    """Whether a path is one of these fields, or within one."""
    return path in fields or any(path.startswith(one + ".") for one in fields)


def _naming(resources: Iterable[Resource], path: str) -> dict[str, list[int]] | Unread:
    """The positions of the resources that name something at a path, by its id; or why nobody can tell."""
    index: dict[str, list[int]] = {}
    for position, one in enumerate(resources):
        try:
            said = one.get(path) or ""
        except Unread as reason:
            return reason.with_traceback(None)
        names = said if isinstance(said, (list, tuple)) else (said,)
        for name in {str(name).rpartition("/")[2] for name in names}:
            index.setdefault(name, []).append(position)
    return index


def _flow(content: Any) -> Flow | NotAFlow:
    try:
        return Flow.parse(content or "")
    except NotAFlow as error:
        return error.with_traceback(None)


def _place_of(kind: str, place: Place) -> Place:
    """Where the resources of a kind are that a rule sees from a place."""
    return {
        Scope.INSTANCE: place,
        Scope.REGION: Place(place.account, place.region),
        Scope.ACCOUNT: Place(place.account, GLOBAL),
    }[_SCOPES[kind]]


PARAM_TYPES = ("integer", "string", "boolean", "list")


@dataclass(frozen=True, slots=True)
class Param:
    """A number, text, flag or list of texts that people may set for a rule.

    A default of None means that it is not set: the rule then judges by what it sees.
    """

    name: str
    default: Any
    about: str
    type: str = "integer"
    """`integer`, `string`, `boolean` or `list` (of texts)."""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    """The texts that are allowed, where not every one is."""
    form: str = ""
    """How a text has to look: the name of one of `auditor.forms`."""
    not_below: str = ""
    """The whole number of the same rule that it may not be less than: nothing is within the two then."""
    unbounded: int | None = None
    """What stands for no bound at all, and so is below nothing."""

    @property
    def means(self) -> str:
        """What may be given for it, in words."""
        words = {"string": "a text", "boolean": "true or false", "list": "a list of texts"}.get(self.type)
        if words is None:
            low, high = self.minimum, self.maximum
            bounds = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
            words = " ".join(["a whole number,", " and ".join(bounds)]) if bounds else "a whole number"
        if self.not_below:
            free = "" if self.unbounded is None else f"{self.unbounded} or "
            words += f", {free}not below {self.not_below}"
        if self.form:
            return f"{words}: {FORMS[self.form].like}"
        chosen = " of" if self.type == "list" else ":"
        return f"{words}{chosen} {', '.join(self.choices)}" if self.choices else words

    def wrong(self, value: Any) -> str:
        """What is wrong with a value for it, in words; empty where nothing is."""
        if value is None and self.default is None:
            return ""
        fits = {
            "integer": isinstance(value, int) and not isinstance(value, bool) and self._bounded(value),
            "string": isinstance(value, str) and self._chosen([value]),
            "boolean": isinstance(value, bool),
            "list": isinstance(value, list | tuple)
            and all(isinstance(one, str) for one in value)
            and self._chosen(value),
        }
        return "" if fits[self.type] else f"it is {self.means}"

    def _bounded(self, value: int) -> bool:
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )

    def _chosen(self, values: Iterable[str]) -> bool:
        form = FORMS.get(self.form)
        return all(
            (not self.choices or one in self.choices) and (form is None or form.fits(one)) for one in values
        )


@dataclass(frozen=True, slots=True)
class Fix:
    """How to mend a failure; empty where a way does not exist (`note` says why, when none does)."""

    console: str = ""
    cli: str = ""
    cloudformation: str = ""
    terraform: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A resource in an example: its kind, its fields, and the causes of what was not read of it.

    `state` is `present`, `missing` (looked for, does not exist) or `unread` (with `action`).
    """

    kind: str
    data: Mapping[str, Any]
    id: str = ""
    state: str = "present"
    action: str = ""
    unread: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    """Where it is, if not in the example's own Region: there the instance has a replica."""


@dataclass(frozen=True, slots=True)
class Example:
    """A test, a specification and a piece of documentation at once."""

    name: str
    verdict: Verdict
    subject: Thing
    around: tuple[Thing, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    """What a failing example must say, in full."""
    members: Mapping[str, Verdict] = field(default_factory=dict)
    """What the rules that a composite is made of say; one that is not mentioned does not apply."""
    spec: Mapping[str, Any] = field(default_factory=dict)
    """Of a rule on drift: what a spec says, section by section; empty: there is no spec."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A check that is data: it looks at nothing but the resource, and is made once for given parameters."""

    judge: Callable[[Mapping[str, Any]], Judge]
    sieve: Callable[[Mapping[str, Any]], Sieve]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that should be true of every resource of a kind."""

    id: str
    title: str
    """A sentence that is true when the rule passes."""
    severity: Severity
    kind: str
    reads: Mapping[str, tuple[str, ...]]
    """The fields that the check looks at, by kind. They decide what is collected."""
    why: str
    fix: Fix
    sources: tuple[str, ...]
    examples: tuple[Example, ...]
    check: Check | Assertion | None = None
    severity_reason: str = ""
    also: tuple[str, ...] = ()
    """Further kinds that it judges in the same way: modules beside flows."""
    severities: tuple[Severity, ...] = ()
    """What a failure may be instead of `severity`."""
    params: tuple[Param, ...] = ()
    members: tuple[str, ...] = ()
    """A composite has the ids of other rules, and no check of its own."""
    drift: tuple[str, ...] = ()
    """The parts of a spec whose differences it tells, as `attributes.INBOUND_CALLS`; the most exact rule does."""
    opt_in: str = ""
    """Why it runs only where somebody names it; empty: it runs by default."""
    published: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Requirements by framework that AWS itself maps to what the rule checks."""
    interpretive: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Requirements by framework that the check serves in our own reading."""
    tags: tuple[str, ...] = ()
    """Words to select it by, beside its id and group."""
    inactive_too: bool = False
    """Whether it judges an instance that is not active."""
    retired: str = ""
    """Why it no longer runs; its id stays taken."""

    def judge(self, around: Around) -> Judge:
        """What judges one resource after the other with what is around them."""
        check, reads = self.check, self.reads
        if check is None:
            raise TypeError(f"{self.id} has neither a check nor members")
        if isinstance(check, Assertion):
            return check.judge(around.params)
        return lambda resource: check(Seen(resource, reads.get(resource.key.kind, ())), around)

    def sieve(self, around: Around) -> Sieve:
        """What tells of many resources at once which surely pass: of a check that is code, none."""
        if isinstance(self.check, Assertion):
            return self.check.sieve(around.params)
        return lambda things: [False] * len(things)

    def contradictions(self, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The parameters that leave nothing between them, by name: the least, and the greatest that is below it."""
        for param in self.params:
            least, most = params.get(param.not_below), params[param.name]
            if least is not None and most not in (None, param.unbounded) and most < least:
                yield param.not_below, param.name

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind that it judges."""
        return (self.kind, *self.also)

    @property
    def frameworks(self) -> tuple[str, ...]:
        """The frameworks that it is mapped to, whoever says so."""
        return tuple(dict.fromkeys([*self.published, *self.interpretive]))

    @property
    def defaults(self) -> dict[str, Any]:
        """The parameters' values when nobody sets them."""
        return {param.name: param.default for param in self.params}


def rule(**said: Any) -> Callable[[Check], Rule]:
    """Makes a rule of a check: the docstring's first line is the title, the rest is why it matters.

    Takes every field of `Rule` but `title`, `why` and `check`.
    """

    def made(check: Check) -> Rule:
        title, _, why = (check.__doc__ or "").strip().partition("\n")
        said.setdefault("severities", ())
        return Rule(title=title.strip().rstrip("."), why=_unwrapped(why), check=check, **said)

    return made


def thing(kind: str, /, *, id: str = "", unread: Mapping[str, str] | None = None, **data: Any) -> Thing:
    """A resource in an example; `unread` maps fields to the IAM action that was denied."""
    return Thing(kind, data, id, "present", "", unread or {})


def missing(kind: str, id: str) -> Thing:
    """A neighbour in an example that was looked for and does not exist."""
    return Thing(kind, {}, id, "missing")


def elsewhere(region: str, thing: Thing) -> Thing:
    """The same thing in an example, belonging to the instance's replica in another Region."""
    return replace(thing, region=region)


def unread(kind: str, action: str, id: str = "") -> Thing:
    """A kind (or one neighbour) in an example that could not be read for want of `action`."""
    return Thing(kind, {}, id, "unread", action)


def passes(name: str, subject: Thing, *around: Thing, **params: Any) -> Example:
    """An example that must pass."""
    return Example(name, Verdict.PASS, subject, around, params)


def fails(name: str, subject: Thing, *around: Thing | Evidence, **params: Any) -> Example:
    """An example that must fail with exactly this evidence."""
    things = tuple(one for one in around if isinstance(one, Thing))
    evidence = tuple(one for one in around if isinstance(one, Evidence))
    return Example(name, Verdict.FAIL, subject, things, params, evidence)


def unknown(name: str, subject: Thing, *around: Thing, **params: Any) -> Example:
    """An example that nobody can decide."""
    return Example(name, Verdict.UNKNOWN, subject, around, params)


def not_applicable(name: str, subject: Thing, *around: Thing, **params: Any) -> Example:
    """An example that the rule has nothing to say about."""
    return Example(name, Verdict.NOT_APPLICABLE, subject, around, params)


def outcomes(answer: Outcome) -> Sequence[Pass | NotApplicable | Fail]:
    """The answers in what a check returned; an empty sequence of failures is a pass."""
    if isinstance(answer, (Pass, NotApplicable, Fail)):
        return (answer,)
    return tuple(answer or (Pass(),))


def _unwrapped(text: str) -> str:
    """A docstring's body with its paragraphs on one line each."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part)
