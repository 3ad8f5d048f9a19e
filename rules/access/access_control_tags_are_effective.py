"""Restrictions that restrict nothing."""

from typing import Any

from auditor.rule import (
    Around,
    Evidence,
    Fail,
    Fix,
    NotApplicable,
    Outcome,
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

TAGS, TAGGED = "AllowedAccessControlTags", "TagRestrictedResources"
GROUP, GROUPED = "AllowedAccessControlHierarchyGroupId", "HierarchyRestrictedResources"
NEEDS = (
    (TAGS, TAGGED, "the kinds of resources that the tags restrict"),
    (TAGGED, TAGS, "the tags that resources must have"),
    (GROUP, GROUPED, "the kinds of resources that the hierarchy group restricts"),
)
"""What, where it is set, does nothing without what. Restricted resources without a group mean the user's own one."""


def _profile(**restrictions: Any) -> Thing:
    return thing("connect.security_profile", id="sp-1", SecurityProfileName="Team leads", **restrictions)


@rule(
    id="CONNECT-ACC-013",
    severity=Severity.MEDIUM,
    severity_reason="The access that was to be narrowed is as wide as before, and everybody believes otherwise.",
    kind="connect.security_profile",
    reads={"connect.security_profile": (TAGS, TAGGED, GROUP, GROUPED)},
    fix=Fix(
        console=(
            'On the admin website open Users > Security profiles, edit the profile and under "Access control" choose '
            "both the tags (or the hierarchy group) and the resources."
        ),
        cli=(
            "aws connect update-security-profile --instance-id INSTANCE_ID --security-profile-id PROFILE_ID "
            "--allowed-access-control-tags KEY=VALUE --tag-restricted-resources RESOURCE"
        ),
        cloudformation="AWS::Connect::SecurityProfile: AllowedAccessControlTags and TagRestrictedResources together",
        note=(
            "The Terraform resource has no such fields. A user with a second profile that restricts nothing has the "
            "wider access of the two."
        ),
    ),
    sources=(
        "https://docs.aws.amazon.com/connect/latest/adminguide/tag-based-access-control.html",
        "https://docs.aws.amazon.com/connect/latest/adminguide/hierarchy-based-access-control.html",
        "https://docs.aws.amazon.com/connect/latest/APIReference/API_SecurityProfile.html",
    ),
    interpretive={"nist": ("AC-3",), "iso27001": ("A.5.15",)},
    examples=(
        passes(
            "tags and the resources they restrict",
            _profile(AllowedAccessControlTags={"team": "sales"}, TagRestrictedResources=["User", "Queue"]),
        ),
        passes(
            "a hierarchy group and the resources it restricts",
            _profile(AllowedAccessControlHierarchyGroupId="hg-1", HierarchyRestrictedResources=["User"]),
        ),
        passes(
            "restricted to the user's own hierarchy group, which is not named",
            _profile(HierarchyRestrictedResources=["User"]),
        ),
        fails(
            "tags that restrict no resource",
            _profile(AllowedAccessControlTags={"team": "sales"}, TagRestrictedResources=[]),
            Evidence(TAGGED, "the kinds of resources that the tags restrict", []),
        ),
        fails(
            "resources to restrict, by no tag",
            _profile(TagRestrictedResources=["User"]),
            Evidence(TAGS, "the tags that resources must have", None),
        ),
        fails(
            "tags and a hierarchy group that both restrict nothing",
            _profile(AllowedAccessControlTags={"team": "sales"}, AllowedAccessControlHierarchyGroupId="hg-1"),
            Evidence(TAGGED, "the kinds of resources that the tags restrict", None),
            Evidence(GROUPED, "the kinds of resources that the hierarchy group restricts", None),
        ),
        unknown(
            "the profile could not be described",
            thing(
                "connect.security_profile",
                id="sp-1",
                SecurityProfileName="Team leads",
                unread=dict.fromkeys((TAGS, TAGGED, GROUP, GROUPED), "connect:DescribeSecurityProfile"),
            ),
        ),
        not_applicable("the profile restricts nothing and does not mean to", _profile()),
    ),
)
def access_control_tags_are_effective(profile: Seen, _around: Around) -> Outcome:
    """Access-control tags and hierarchy groups restrict named resources.

    A security profile may narrow its permissions to resources with certain tags, or to users of a hierarchy group.
    That takes two fields: by what to restrict, and which kinds of resources. With only one of them set nothing is
    restricted: a team lead who was to edit the users of one team can edit everybody's, and the tag beside the
    permission makes reviewers believe otherwise.
    """
    if not any(profile.get(path) for path in (TAGS, TAGGED, GROUP, GROUPED)):
        return NotApplicable("it restricts nothing by tag or hierarchy")
    return [
        Fail.at(lacking, expected=expected, actual=profile.get(lacking), discriminator=lacking)
        for given, lacking, expected in NEEDS
        if profile.get(given) and not profile.get(lacking)
    ]
