"""What differs from a spec, as findings."""

from dataclasses import replace

import pytest

from auditor import bundled
from auditor.catalogue import load
from auditor.drifting import Against, rule_of, with_drift
from auditor.evaluate import Override, Settings, evaluate
from auditor.examples import run, snapshot_of
from auditor.model import Cause, Gap, Reason
from auditor.rule import Example, Verdict, thing
from auditor.spec.compare import Wanted, differences
from auditor.spec.drift import Change, Drift
from auditor.spec.portrait import portraits
from auditor.spec.sections import SECTIONS
from auditor.where import Where

RULES = load(bundled.RULES).selected().rules
DRIFT = [rule for rule in RULES if rule.drift and rule.check is None]
EXAMPLES = [
    (rule, one)
    for rule in DRIFT
    for one in rule.examples
    if one.spec and one.around and one.verdict is not Verdict.NOT_APPLICABLE
]


def against(example):
    (portrait,) = portraits(snapshot_of(example))
    wanted = Wanted(example.spec)
    return Against(portrait, wanted, differences(wanted, portrait))


@pytest.mark.parametrize("section", [section.name for section in SECTIONS])
def test_a_default_rule_speaks_of_each_section(section):
    assert rule_of(Drift(section, "name", Change.UPDATE, "Field"), RULES)


def test_no_two_rules_speak_of_the_same_part():
    places = [place for rule in RULES for place in rule.drift]
    assert len(places) == len(set(places))


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.id}-{one.name}" for rule, one in EXAMPLES]
)
def test_what_could_not_be_read_is_unknown(rule, example):
    snapshot = snapshot_of(example)
    kinds = {one.kind for one in example.around}
    denied = Cause(Reason.DENIED, "test:Denied")
    hidden = replace(
        snapshot,
        resources=tuple(one for one in snapshot.resources if one.key.kind not in kinds),
        complete=frozenset(one for one in snapshot.complete if one[1] not in kinds),
        gaps=tuple(Gap(next(snapshot.instances()).key.place, kind, "", denied) for kind in kinds),
    )
    (portrait,) = portraits(hidden)
    wanted = Wanted(example.spec)
    one = Against(portrait, wanted, differences(wanted, portrait))
    found = with_drift(evaluate([rule], hidden), [rule], [one], hidden, Settings())
    assert {finding.verdict for finding in found} == {Verdict.UNKNOWN}


def test_one_difference_is_one_finding_under_the_most_exact_rule():
    example = Example(
        "e",
        Verdict.FAIL,
        thing("connect.instance", IdentityManagementType="CONNECT_MANAGED", InstanceAlias="old"),
        (thing("connect.instance_attribute", AttributeType="INBOUND_CALLS", Value="false"),),
        spec={
            "instance": {"IdentityManagementType": "SAML", "InstanceAlias": "new", "Tags": {"Owner": "x"}},
            "attributes": {"INBOUND_CALLS": True},
        },
    )
    snapshot = snapshot_of(example)
    drift = [rule for rule in RULES if rule.drift]
    found = with_drift((), drift, [against(example)], snapshot, Settings())
    failed = [one.rule_id for one in found if one.verdict is Verdict.FAIL]
    assert failed == ["CONNECT-IDN-001", "CONNECT-IDN-012", "CONNECT-TAG-001", "CONNECT-TEL-001"]
    assert len({one.fingerprint for one in found}) == len(found)


@pytest.mark.parametrize(
    ("wanted", "verdicts"),
    [(True, {Verdict.PASS}), (False, {Verdict.FAIL})],
    ids=["as the spec says", "not as the spec says"],
)
def test_what_differs_counts_in_the_rules_that_are_made_of_others(wanted, verdicts):
    """Otherwise step 3 of the set-up would be complete beside its own failure."""
    example = Example(
        "e",
        Verdict.FAIL,
        thing("connect.instance"),
        (
            thing("connect.instance_attribute", AttributeType="INBOUND_CALLS", Value="true"),
            thing("connect.instance_attribute", AttributeType="OUTBOUND_CALLS", Value="false"),
            thing("connect.phone_number", id="pn-1", PhoneNumberType="DID"),
            thing("connect.flow_association", ResourceType="VOICE_PHONE_NUMBER", ResourceId="pn-1"),
        ),
        spec={"attributes": {"INBOUND_CALLS": wanted}},
    )
    snapshot = snapshot_of(example)
    rules = load(bundled.RULES).selected(["SED-003"]).rules
    found = with_drift(evaluate(rules, snapshot), rules, [against(example)], snapshot, Settings())
    step = [one for one in found if one.rule_id == "CONNECT-SED-003"]
    assert {one.verdict for one in step} == verdicts
    assert len(step) == 1
    assert [one.path for one in step[0].evidence] == ([] if wanted else ["CONNECT-TEL-001"])


def test_without_a_spec_nothing_is_said():
    for rule in DRIFT:
        (none,) = [one for one in rule.examples if not one.spec]
        assert {one.verdict for one in run(rule, none)} == {Verdict.NOT_APPLICABLE}


TAGGED = Settings(
    overrides=(Override(Where(tags={"Stage": ("dev",)}), off={"CONNECT-IDN-001": "dev may differ"}),)
)
RULE = next(rule for rule in DRIFT if rule.id == "CONNECT-IDN-001")


def untagged(**spec):
    """An instance whose tags could not be read, and a spec of it."""
    example = Example(
        "e",
        Verdict.FAIL,
        thing("connect.instance", unread={"Tags": "connect:ListTagsForResource"}),
        spec={"instance": spec},
    )
    return snapshot_of(example), against(example)


@pytest.mark.parametrize("evaluated", [True, False])
def test_settings_that_hang_on_unread_tags_are_unknown_once(evaluated):
    snapshot, one = untagged(IdentityManagementType="CONNECT_MANAGED")
    before = evaluate([RULE], snapshot, TAGGED) if evaluated else ()
    (found,) = with_drift(before, [RULE], [one], snapshot, TAGGED)
    assert (found.verdict, found.subject.key.kind) == (Verdict.UNKNOWN, "connect.instance")
    assert found.cause == Cause(Reason.DENIED, "connect:ListTagsForResource")


def test_two_unread_fields_of_one_thing_are_two_findings():
    example = Example(
        "e",
        Verdict.FAIL,
        thing("connect.instance"),
        (
            thing(
                "connect.queue",
                id="1",
                Name="Sales",
                unread={"Status": "connect:A", "Description": "connect:B"},
            ),
        ),
        spec={"queues": {"Sales": {"Status": "ENABLED", "Description": "x"}}},
    )
    found = with_drift((), RULES, [against(example)], snapshot_of(example), Settings())
    unknown = [one for one in found if one.verdict is Verdict.UNKNOWN]
    assert {one.cause.action for one in unknown if one.cause} == {"connect:A", "connect:B"}
    assert len({one.fingerprint for one in unknown}) == 2
