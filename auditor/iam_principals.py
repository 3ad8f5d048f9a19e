"""Who in an account may do what: roles and users with the policies that they hold, and whom roles trust.

For rules. Service control policies, resource policies and session policies are not visible from here: an answer is
about what the account's own IAM policies grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Final, NoReturn

from auditor.iam_policy_document import (
    Answer,
    Ask,
    BadDocument,
    Maybe,
    Statement,
    all_of,
    allowed,
    any_of,
    statements,
)
from auditor.model import Cause, Reason
from auditor.rule import Around, Evidence, Fail, Seen, Severity, Unread

ACTION: Final = "iam:GetAccountAuthorizationDetails"
_HELD = ("AttachedManagedPolicies", "PermissionsBoundary")
READS: Final[Mapping[str, tuple[str, ...]]] = {
    "iam.role": ("RoleName", "Path", "AssumeRolePolicyDocument", "RolePolicyList", *_HELD),
    "iam.user": ("UserName", "UserPolicyList", "GroupList", *_HELD),
    "iam.group": ("GroupName", "GroupPolicyList", "AttachedManagedPolicies"),
    "iam.policy": ("Arn", "PolicyName", "PolicyVersionList"),
}
"""What a rule that asks who may do something reads."""

SERVICE_LINKED = "/aws-service-role/"
ANOTHER_INSTANCE = "00000000-0000-0000-0000-000000000000"
"""An instance that no policy names."""

_WELL_KNOWN: Final[Mapping[str, Any]] = {
    "AdministratorAccess": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    "AmazonConnect_FullAccess": {"Statement": {"Effect": "Allow", "Action": "connect:*", "Resource": "*"}},
}
"""What matters here of AWS's own policies, for where AWS's answer leaves their text out."""


@dataclass(frozen=True, slots=True)
class Source:
    """One policy of a principal: where it is written, and its statements; None where they could not be read."""

    name: str
    path: str
    """The field that holds the policy: of the principal, or of its group for what is written in the group."""
    written: Seen
    """The managed policy, or who has the inline one. A managed policy that is not known: its holder."""
    statements: tuple[Statement, ...] | None
    aws_managed: bool = False
    by_name: bool = False
    """Whether only its name tells it from other policies of `written`: it is inline, or only its ARN is known."""

    @property
    def id(self) -> str:
        """What tells it from every other policy of the account, whatever either is called."""
        return f"{self.written.id}/{self.name}" if self.by_name else self.written.id


@dataclass(frozen=True, slots=True)
class Grant:
    """What a policy says that lets a principal call an action."""

    source: Source
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    named: bool
    """Whether it names the action's service, unlike `*` and NotAction."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A role or a user with everything that decides what they may do."""

    seen: Seen
    label: str
    """The field with its name."""
    sources: tuple[Source, ...]
    boundary: Source | None = None

    @property
    def name(self) -> str:
        """The role's or the user's name. Raises `Unread` where it was masked."""
        return str(self.seen.get(self.label))

    def may(self, ask: Ask) -> Answer:
        """Whether the account's own policies let it call the action on one of the resources."""
        answer = _within(self.sources, ask)
        if self.boundary is not None and answer is not False:
            answer = all_of((answer, _within((self.boundary,), ask)))
        return answer

    def grants(self, ask: Ask) -> list[Grant]:
        """What lets it, or may let it, policy by policy."""
        return [
            _grant(source, one, ask)
            for source in self.sources
            for one in source.statements or ()
            if one.allows and one.answers(ask) is not False
        ]

    def is_one_of(self, patterns: Iterable[str]) -> bool:
        """Whether its name or its ARN is one of these; `*` stands for anything."""
        wanted = tuple(patterns)
        return bool(wanted) and any(
            fnmatchcase(text, pattern) for text in (self.name, self.seen.arn) for pattern in wanted
        )

    @property
    def providers(self) -> tuple[str, ...]:
        """The SAML providers whose users may assume the role."""
        return tuple(
            sorted(
                {
                    who
                    for one in self.trust
                    if one.allows and one.speaks_of("sts:AssumeRoleWithSAML")
                    for who in one.principals.get("Federated", ())
                    if ":saml-provider/" in who
                }
            )
        )

    @property
    def trust(self) -> tuple[Statement, ...]:
        """The statements that say who may assume the role. Raises `Unread` where they are not a policy."""
        try:
            return statements(self.seen.get("AssumeRolePolicyDocument", {}))
        except BadDocument as error:
            undecided(f"the trust policy of {self.name}: {error}")


@dataclass(frozen=True)
class Principals:
    """The roles and users of the account around an instance, but for those that only AWS services can be."""

    roles: tuple[Principal, ...]
    users: tuple[Principal, ...]

    @classmethod
    def of(cls, around: Around) -> Principals:
        """Reads them all. Raises `Unread` where any kind of them, or of what they hold, could not be."""
        return _Reader(around).principals()

    def that_may(self, *asks: Ask) -> tuple[list[Principal], list[tuple[Principal, Maybe]]]:
        """Those who may do any of it, and those of whom nobody can tell, with the reason."""
        sure: list[Principal] = []
        unsure: list[tuple[Principal, Maybe]] = []
        for one in (*self.roles, *self.users):
            answer = any_of(one.may(ask) for ask in asks)
            if isinstance(answer, Maybe):
                unsure.append((one, answer))
            elif answer:
                sure.append(one)
        return sure, unsure


def _grant(source: Source, statement: Statement, ask: Ask) -> Grant:
    named = tuple(dict.fromkeys(pattern for name in ask.names for pattern in statement.naming(name)))
    actions = named or statement.actions or tuple(f"all but {name}" for name in statement.not_actions)
    resources = statement.resources or tuple(f"all but {name}" for name in statement.not_resources)
    return Grant(source, actions, resources, bool(named))


def asking(instance: Seen, *names: str, below: str = "", instance_id: str = "") -> Ask:
    """The question whether an action may be called on an instance, or on what is `below` it (`/user/*`).

    With an `instance_id` the same is asked of another instance of its account and Region.
    """
    prefix, _, own = instance.arn.rpartition("/")
    identity = instance_id or own
    arn = f"{prefix}/{identity}"
    context = {
        "connect:instanceid": (identity, arn),
        "aws:requestedregion": (instance.region,),
        "aws:principalaccount": (instance.account,),
        "aws:resourceaccount": (instance.account,),
        "aws:securetransport": ("true",),
    }
    return Ask(names, (arn, arn + below) if below else (arn,), context)


def federating(instance: Seen, instance_id: str = "") -> Ask:
    """The question who may sign in to an instance as the user of their own name."""
    return asking(instance, "connect:GetFederationToken", below="/user/*", instance_id=instance_id)


def federation_roles(principals: Principals, instance: Seen) -> list[Principal]:
    """The roles through which SAML users sign in to an instance: made for it, so not just allowed everything.

    Roles of which nobody can tell are among them.
    """
    ask = federating(instance)
    return [
        role
        for role in principals.roles
        if role.providers
        and role.may(ask) is not False
        and any(_for_federation(grant) for grant in role.grants(ask))
    ]


def _for_federation(grant: Grant) -> bool:
    """Whether somebody wrote it for signing in: `connect:*` and AWS's own policies are for administrators."""
    return not grant.source.aws_managed and any(
        name.casefold().startswith("connect:get") for name in grant.actions
    )


def excess(
    around: Around, asks: Sequence[Ask], accepted: Sequence[str], wanted: str, administrators: Severity
) -> list[Fail]:
    """Failures for those who may do any of it and are not accepted; none where there are none.

    One for each principal with a policy about the service, and one of severity `administrators` for all whose
    policies allow everything. Raises `Unread` where it hangs on somebody of whom nobody can tell.
    """
    sure, unsure = Principals.of(around).that_may(*asks)
    sure = [one for one in sure if not one.is_one_of(accepted)]
    doubts = [(one, maybe) for one, maybe in unsure if not one.is_one_of(accepted)]
    named = [(one, grants) for one in sure if (grants := _named(one, asks))]
    # Whoever holds a policy about the service weighs more than whoever may do everything anyway.
    doubts.sort(key=lambda doubt: not _named(doubt[0], asks))
    if doubts and not named and (_named(doubts[0][0], asks) or not sure):
        unsure_of(*doubts[0])
    broad = sorted(one.name for one in sure if not _named(one, asks))
    failures = [
        Fail(tuple(_evidence_of(one, grant, wanted) for grant in grants), discriminator=one.seen.id)
        for one, grants in named
    ]
    if broad:
        everything = (Evidence("roles and users that may do everything", wanted, broad),)
        failures.append(Fail(everything, discriminator="administrators", severity=administrators))
    return failures


def _named(principal: Principal, asks: Sequence[Ask]) -> list[Grant]:
    """What policies about the service grant, each statement once."""
    found = {
        (grant.source.id, grant.actions, grant.resources): grant
        for ask in asks
        for grant in principal.grants(ask)
        if grant.named
    }
    return list(found.values())


def _evidence_of(principal: Principal, grant: Grant, wanted: str) -> Evidence:
    actual = {
        principal.label: principal.name,
        "policy": grant.source.name,
        "actions": list(grant.actions),
        "resources": list(grant.resources),
    }
    return Evidence(grant.source.path, wanted, actual, principal.seen.cited)


def undecided(why: str) -> NoReturn:
    """Raises `Unread`: the policies were read, and their text does not decide the question."""
    raise Unread(Cause(Reason.UNDECIDED, ACTION, why), "iam")


def unsure_of(principal: Principal, maybe: Maybe) -> NoReturn:
    """Raises `Unread`, naming whose right cannot be told and what it hangs on."""
    undecided(f"{principal.seen.cited}: {maybe.why}")


def _within(sources: Iterable[Source], ask: Ask) -> Answer:
    """What policies together say; one that could not be read may allow and deny anything."""
    sources = tuple(sources)
    answer = allowed((one for source in sources for one in source.statements or ()), ask)
    hidden = next((source for source in sources if source.statements is None), None)
    return answer if hidden is None else Maybe(f"policy {hidden.name} could not be read")


@dataclass
class _Reader:
    """Reads each managed policy and each group once, however many hold it."""

    around: Around
    _managed: dict[str, Source] = field(default_factory=dict)
    _groups: dict[str, tuple[Source, ...]] = field(default_factory=dict)

    def principals(self) -> Principals:
        for policy in self.around.all("iam.policy"):
            self._managed[policy.get("Arn")] = _managed(policy)
        for group in self.around.all("iam.group"):
            held = (*self._inline(group, "GroupPolicyList"), *self._attached(group))
            self._groups[group.get("GroupName")] = held
        roles = [self._role(one) for one in self.around.all("iam.role")]
        users = [self._user(one) for one in self.around.all("iam.user")]
        used = (one for one in roles if not str(one.seen.get("Path", "/")).startswith(SERVICE_LINKED))
        return Principals(tuple(used), tuple(users))

    def _role(self, role: Seen) -> Principal:
        held = (*self._inline(role, "RolePolicyList"), *self._attached(role))
        return Principal(role, "RoleName", held, self._boundary(role))

    def _user(self, user: Seen) -> Principal:
        held = (*self._inline(user, "UserPolicyList"), *self._attached(user), *self._of_groups(user))
        return Principal(user, "UserName", held, self._boundary(user))

    def _inline(self, holder: Seen, path: str) -> Iterator[Source]:
        for one in holder.get(path) or ():
            read = _statements(one.get("PolicyDocument"))
            yield Source(one["PolicyName"], path, holder, read, by_name=True)

    def _attached(self, holder: Seen) -> Iterator[Source]:
        path = "AttachedManagedPolicies"
        for one in holder.get(path) or ():
            yield self._by_arn(one["PolicyArn"], path, holder)

    def _of_groups(self, user: Seen) -> Iterator[Source]:
        for name in user.get("GroupList") or ():
            for one in self._groups.get(name, ()):
                yield one if one.by_name else replace(one, path="GroupList")

    def _boundary(self, holder: Seen) -> Source | None:
        said = holder.get("PermissionsBoundary") or {}
        arn = said.get("PermissionsBoundaryArn")
        return self._by_arn(arn, "PermissionsBoundary", holder) if arn else None

    def _by_arn(self, arn: str, path: str, holder: Seen) -> Source:
        known = self._managed.get(arn)
        if known is not None:
            return replace(known, path=path)
        name = arn.rpartition("/")[2]
        text = _WELL_KNOWN.get(name) if _is_aws(arn) else None
        return Source(name, path, holder, statements(text) if text else None, _is_aws(arn), by_name=True)


def _managed(policy: Seen) -> Source:
    arn = policy.get("Arn")
    versions = policy.get("PolicyVersionList") or ()
    document = next((one.get("Document") for one in versions if one.get("IsDefaultVersion")), None)
    name = policy.get("PolicyName") or arn.rpartition("/")[2]
    return Source(name, "", policy, _statements(document), _is_aws(arn))


def _statements(document: Any) -> tuple[Statement, ...] | None:
    try:
        return statements(document)
    except BadDocument:
        return None


def _is_aws(arn: str) -> bool:
    return ":iam::aws:policy/" in arn
