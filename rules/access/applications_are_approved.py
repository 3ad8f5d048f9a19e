"""Which third-party applications people are let into."""

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
    not_applicable,
    passes,
    rule,
    thing,
    unknown,
)


def _profile(*namespaces: str, kind: str = "THIRD_PARTY_APPLICATION") -> Thing:
    applications = [
        {"Namespace": one, "ApplicationPermissions": ["ACCESS"], "Type": kind} for one in namespaces
    ]
    return thing(
        "connect.security_profile", id="sp-1", SecurityProfileName="Agent", Applications=applications
    )


@rule(
    id="CONNECT-ACC-014",
    severity=Severity.MEDIUM,
    severity_reason="The application sees contacts as the agent does; somebody put it there, and nobody approved it.",
    opt_in="It costs a call for each security profile, and says nothing until the approved applications are named.",
    kind="connect.security_profile",
    reads={"connect.security_profile": ("Applications",)},
    params=(
        Param(
            "approved_applications",
            [],
            "Namespaces of the applications and MCP servers that security profiles may open. Empty: nobody said.",
            type="list",
            form="name",
        ),
    ),
    fix=Fix(
        console="On the admin website open Users > Security profiles, edit the profile and clear the application.",
        cli=(
            "aws connect update-security-profile --instance-id INSTANCE_ID --security-profile-id PROFILE_ID "
            "--applications Namespace=NAMESPACE,ApplicationPermissions=ACCESS"
        ),
        cloudformation="AWS::Connect::SecurityProfile: Applications without the one named",
        note="--applications replaces the whole list. The Terraform resource has no such field.",
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/assign-security-profile-3p-apps.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_ListSecurityProfileApplications.html",
    ),
    interpretive={"nist": ("AC-6",), "iso27001": ("A.5.15",)},
    examples=(
        passes("an approved application", _profile("crm"), approved_applications=["crm"]),
        passes(
            "one of several approved applications", _profile("crm"), approved_applications=["crm", "wiki"]
        ),
        fails(
            "an application that nobody approved",
            _profile("crm", "notes"),
            Evidence("Applications", "only crm (parameter approved_applications)", "notes"),
            approved_applications=["crm"],
        ),
        fails(
            "two MCP servers that nobody approved",
            _profile("tools", "more-tools", kind="MCP"),
            Evidence("Applications", "only crm, wiki (parameter approved_applications)", "tools (MCP)"),
            Evidence("Applications", "only crm, wiki (parameter approved_applications)", "more-tools (MCP)"),
            approved_applications=["crm", "wiki"],
        ),
        unknown(
            "applications are not readable",
            thing(
                "connect.security_profile",
                id="sp-1",
                unread={"Applications": "connect:ListSecurityProfileApplications"},
            ),
            approved_applications=["crm"],
        ),
        not_applicable("the profile opens no application", _profile(), approved_applications=["crm"]),
        not_applicable("nobody said which applications are approved", _profile("crm")),
    ),
)
def applications_are_approved(profile: Seen, around: Around) -> Outcome:
    """Security profiles open only approved applications.

    A third-party application runs in the agent's workspace and is told about the contact on the line; an MCP server
    gives tools to AI agents. Both act with the rights that the profile gives them. An application that was tried once
    and never taken off keeps seeing every customer that these agents talk to.
    """
    approved = around.params["approved_applications"]
    if not approved:
        return NotApplicable("nobody said which applications are approved (parameter approved_applications)")
    applications = profile.get("Applications") or ()
    if not applications:
        return NotApplicable("the profile opens no application")
    expected = f"only {', '.join(approved)} (parameter approved_applications)"
    return [
        Fail.at("Applications", expected=expected, actual=_words(one), discriminator=one.get("Namespace", ""))
        for one in applications
        if one.get("Namespace") not in approved
    ]


def _words(application: dict[str, str]) -> str:
    """An application's namespace, and its kind where that is not the usual one."""
    kind = application.get("Type", "THIRD_PARTY_APPLICATION")
    name = application.get("Namespace", "")
    return name if kind == "THIRD_PARTY_APPLICATION" else f"{name} ({kind})"
