"""What two security profiles make possible together that neither does alone."""

from dataclasses import dataclass

from auditor.permissions import (
    DELETING_RECORDINGS,
    FLOW_PUBLISHING,
    FLOW_WRITING,
    administrative,
    permissions_of,
)
from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
    Param,
    Seen,
    Severity,
    Thing,
    fails,
    missing,
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
    unread,
)


@dataclass(frozen=True, slots=True)
class Combination:
    """Two powers that no one person should gain by being given two profiles, and the harm that they make possible."""

    name: str
    harm: str
    """What one person could then do: it ends the sentence 'no two profiles that together let one person …'."""
    one: frozenset[str]
    other: frozenset[str]
    severity: Severity = Severity.MEDIUM

    def gained(self, profiles: list[Seen]) -> list[str]:
        """Which profile gives which permission of the two powers, where only together they give both."""
        held = [(profile, permissions_of(profile)) for profile in profiles]
        if any(allowed & self.one and allowed & self.other for _, allowed in held):
            return []  # One profile has both: whoever wrote that profile decided so.
        if not all(any(allowed & power for _, allowed in held) for power in (self.one, self.other)):
            return []
        gives = [
            (profile.get("SecurityProfileName", profile.id), sorted(allowed & (self.one | self.other)))
            for profile, allowed in held
        ]
        return sorted(f"{name}: {', '.join(permissions)}" for name, permissions in gives if permissions)


HEARING = frozenset({"CallRecordings.Unredacted.Access", "ListenCallRecordings", "ScreenRecording.Access"})

COMBINATIONS = (
    Combination(
        "profiles-and-users",
        "write a security profile that allows everything and give it to anybody, themselves included",
        frozenset({"SecurityProfiles.Create", "SecurityProfiles.Edit"}),
        frozenset({"Users.Create", "Users.EditPermission"}),
        Severity.HIGH,
    ),
    Combination(
        "flows-and-numbers",
        "publish a flow of their own and point a number of the company at it, so that its callers reach a stranger",
        FLOW_PUBLISHING,
        frozenset({"PhoneNumbers.Claim", "PhoneNumbers.Edit"}),
        Severity.HIGH,
    ),
    Combination(
        "writing-and-publishing-flows",
        "put a change to a flow before callers that nobody else has looked at",
        FLOW_WRITING,
        FLOW_PUBLISHING,
    ),
    Combination(
        "hearing-and-deleting-recordings",
        "listen to what was said and delete the recordings that speak against them",
        HEARING,
        DELETING_RECORDINGS,
    ),
    Combination(
        "every-contact-and-recordings",
        "find every customer's contacts and hear the unredacted recordings, where each profile alone opens only "
        "their own contacts or none of the sound",
        frozenset({"ContactSearch.View"}),
        HEARING,
        Severity.LOW,
    ),
    Combination(
        "choosing-and-exporting-customers",
        "choose customers by anything known of them and take their data away as a file",
        frozenset({"CustomerProfiles.Segments.Create"}),
        frozenset({"CustomerProfiles.Segments.Export"}),
    ),
    Combination(
        "ai-agents-and-guardrails",
        "change what an AI agent is told to do and take away the guardrail that would stop it",
        frozenset(
            {
                "QConnectAIAgents.Create",
                "QConnectAIAgents.Edit",
                "QConnectAIPrompts.Create",
                "QConnectAIPrompts.Edit",
            }
        ),
        frozenset({"QConnectGuardrails.Delete", "QConnectGuardrails.Edit"}),
    ),
    Combination(
        "evaluating-and-reviewing",
        "evaluate an agent and decide the review that the agent asks for",
        frozenset({"Evaluation.Create", "Evaluation.Edit"}),
        frozenset({"EvaluationReviews.Create"}),
        Severity.LOW,
    ),
)


def _profile(name: str, *permissions: str) -> Thing:
    return thing(
        "connect.security_profile", id=f"sp-{name}", SecurityProfileName=name, Permissions=[*permissions]
    )


def _user(*profiles: str) -> Thing:
    return thing(
        "connect.user", id="u-1", Username="ana", SecurityProfileIds=[f"sp-{name}" for name in profiles]
    )


def _gained(name: str, *actual: str) -> Evidence:
    harm = next(one.harm for one in COMBINATIONS if one.name == name)
    return Evidence(name, f"no two profiles that together let one person {harm}", [*actual])


AGENT = _profile("Agent", "BasicAgentAccess", "OutboundCallAccess")
AUTHOR = _profile("Authors", "ContactFlows.Edit", "ContactFlows.View")
RELEASE = _profile("Release", "ContactFlows.Publish", "ContactFlows.View")
NUMBERS = _profile("Numbers", "PhoneNumbers.Claim", "PhoneNumbers.Edit")


@rule(
    id="CONNECT-ACC-012",
    severity=Severity.MEDIUM,
    severities=(Severity.HIGH, Severity.LOW),
    severity_reason=(
        "One person can do what the company had split between two. What ends in full control, or in callers reaching "
        "a stranger: high. What many a supervisor needs both halves of, or what is unfair to agents only: low."
    ),
    kind="connect.user",
    reads={
        "connect.user": ("SecurityProfileIds",),
        "connect.security_profile": ("SecurityProfileName", "Permissions"),
    },
    params=(
        Param(
            "accepted",
            [],
            "Names of combinations that this company accepts, such as writing-and-publishing-flows in a small team.",
            type="list",
            choices=tuple(one.name for one in COMBINATIONS),
        ),
    ),
    fix=Fix(
        console="On the admin website open Users > User management and take one of the two profiles from the user.",
        cli=(
            "aws connect update-user-security-profiles --instance-id INSTANCE_ID --user-id USER_ID "
            "--security-profile-ids PROFILE_ID"
        ),
        cloudformation="AWS::Connect::User: SecurityProfileArns without one of the profiles",
        terraform="aws_connect_user: security_profile_ids without one of the profiles",
        note=(
            "Where one person must do both, write one profile that has both and have it approved: then it is a "
            "decision and not an accident. Only names of permissions are judged. Access-control tags and hierarchies "
            "may narrow what a permission reaches, but a second profile widens what the first one narrowed."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/connect-security-profiles.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-list.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/security-profile-best-practices.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/hierarchy-based-access-control.html",
    ),
    interpretive={
        "nist": ("AC-5", "AC-6"),
        "iso27001": ("A.5.3",),
        "soc2": ("CC6.3",),
    },
    examples=(
        passes("an agent who also writes drafts", _user("Agent", "Authors"), AGENT, AUTHOR),
        passes(
            "a manager with the agent's profile, as AWS advises for listening in",
            _user("Agent", "Manager"),
            AGENT,
            _profile(
                "Manager", "ManagerListenIn", "Users.Edit", "ListenCallRecordings", "ContactSearch.View"
            ),
        ),
        passes(
            "one profile has both powers by itself: that was decided when it was written",
            _user("Agent", "Flow team"),
            AGENT,
            _profile("Flow team", "ContactFlows.Edit", "ContactFlows.Publish"),
        ),
        passes(
            "one profile has both powers, another repeats one of them",
            _user("Authors", "Flow team"),
            AUTHOR,
            _profile("Flow team", "ContactFlows.Edit", "ContactFlows.Publish"),
        ),
        passes(
            "a combination that a small team accepts",
            _user("Authors", "Release"),
            AUTHOR,
            RELEASE,
            accepted=["writing-and-publishing-flows"],
        ),
        fails(
            "writes flows through one profile and publishes them through another",
            _user("Authors", "Release"),
            AUTHOR,
            RELEASE,
            _gained(
                "writing-and-publishing-flows", "Authors: ContactFlows.Edit", "Release: ContactFlows.Publish"
            ),
        ),
        fails(
            "three profiles, two combinations",
            _user("Authors", "Release", "Numbers"),
            AUTHOR,
            RELEASE,
            NUMBERS,
            _gained(
                "writing-and-publishing-flows", "Authors: ContactFlows.Edit", "Release: ContactFlows.Publish"
            ),
            _gained(
                "flows-and-numbers",
                "Numbers: PhoneNumbers.Claim, PhoneNumbers.Edit",
                "Release: ContactFlows.Publish",
            ),
        ),
        fails(
            "two harmless profiles make an administrator",
            _user("Profile authors", "Joiners"),
            _profile("Profile authors", "SecurityProfiles.Create", "SecurityProfiles.View"),
            _profile("Joiners", "Users.Create", "Users.View"),
            _gained(
                "profiles-and-users", "Joiners: Users.Create", "Profile authors: SecurityProfiles.Create"
            ),
        ),
        fails(
            "agents hear their own contacts, team leads find everybody's",
            _user("Listening agent", "Team lead"),
            _profile("Listening agent", "BasicAgentAccess", "MyContacts.View", "ListenCallRecordings"),
            _profile("Team lead", "AccessMetrics", "ContactSearch.View"),
            _gained(
                "every-contact-and-recordings",
                "Listening agent: ListenCallRecordings",
                "Team lead: ContactSearch.View",
            ),
        ),
        fails(
            "hears recordings under their present name, deletes them",
            _user("Quality", "Privacy desk"),
            _profile("Quality", "ContactSearch.View", "CallRecordings.Unredacted.Access"),
            _profile("Privacy desk", "DeleteCallRecordings"),
            _gained(
                "hearing-and-deleting-recordings",
                "Privacy desk: DeleteCallRecordings",
                "Quality: CallRecordings.Unredacted.Access",
            ),
        ),
        fails(
            "chooses customers and exports them",
            _user("Marketing", "Data"),
            _profile("Marketing", "CustomerProfiles.Segments.Create"),
            _profile("Data", "CustomerProfiles.Segments.Export"),
            _gained(
                "choosing-and-exporting-customers",
                "Data: CustomerProfiles.Segments.Export",
                "Marketing: CustomerProfiles.Segments.Create",
            ),
        ),
        fails(
            "steers AI agents and removes their guardrails",
            _user("Prompts", "Safety"),
            _profile("Prompts", "QConnectAIPrompts.Edit"),
            _profile("Safety", "QConnectGuardrails.Delete", "QConnectGuardrails.View"),
            _gained(
                "ai-agents-and-guardrails",
                "Prompts: QConnectAIPrompts.Edit",
                "Safety: QConnectGuardrails.Delete",
            ),
        ),
        fails(
            "evaluates agents and reviews the evaluations",
            _user("Evaluators", "Reviewers"),
            _profile("Evaluators", "Evaluation.Create"),
            _profile("Reviewers", "EvaluationReviews.Create"),
            _gained(
                "evaluating-and-reviewing",
                "Evaluators: Evaluation.Create",
                "Reviewers: EvaluationReviews.Create",
            ),
        ),
        unknown(
            "nobody can tell what a profile allows",
            _user("Authors", "Other"),
            AUTHOR,
            thing(
                "connect.security_profile",
                id="sp-Other",
                SecurityProfileName="Other",
                unread={"Permissions": "connect:ListSecurityProfilePermissions"},
            ),
        ),
        unknown(
            "security profiles are not readable",
            _user("Authors", "Release"),
            unread("connect.security_profile", "connect:ListSecurityProfiles"),
        ),
        not_applicable("one profile only", _user("Agent"), AGENT),
        not_applicable(
            "an administrator has every power without a second profile",
            _user("Admin", "Release"),
            _profile("Admin", "SecurityProfiles.Edit"),
            RELEASE,
        ),
        not_applicable(
            "the second profile has been deleted meanwhile",
            _user("Authors", "Gone"),
            AUTHOR,
            missing("connect.security_profile", "sp-Gone"),
        ),
    ),
)
def no_toxic_combinations(user: Seen, around: Around) -> Outcome:
    """No user gains a toxic combination by holding several security profiles.

    What a user may do is the sum of their profiles. Companies split dangerous work between two profiles so that it
    takes two people: one writes a flow, another publishes it; one joins people, another decides what they may do.
    Give both profiles to one person, for a holiday or a promotion, and the split is gone without anybody having
    changed a profile. Callers can then be led anywhere by one person, recordings heard and made to disappear,
    customers' data taken away.

    Each finding names the combination, the harm, and which profile adds which half of it. A combination that a single
    profile holds by itself is not reported here: somebody wrote that profile and could see what it allows.
    """
    named = (
        around.one("connect.security_profile", identity) for identity in user.get("SecurityProfileIds", ())
    )
    profiles = [profile for profile in named if profile is not None]
    if len(profiles) < 2:
        return NotApplicable("the user holds no more than one security profile")
    if any(administrative(profile) for profile in profiles):
        return NotApplicable("an administrator has every power anyway: CONNECT-ACC-001 counts them")
    accepted = around.params["accepted"]
    found = ((one, one.gained(profiles)) for one in COMBINATIONS if one.name not in accepted)
    return [
        Fail(
            (Evidence(one.name, f"no two profiles that together let one person {one.harm}", gives),),
            discriminator=one.name,
            severity=one.severity,
        )
        for one, gives in found
        if gives
    ]
