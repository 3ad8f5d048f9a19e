"""Verdicts: what a check may answer, what becomes of what was not read, and what a finding is called."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.evaluate import evaluate, fingerprint
from auditor.examples import INSTANCE_ID, problems, snapshot_of
from auditor.model import Key, Place, Unit, UnitState
from auditor.rule import (
    Evidence,
    Example,
    Fail,
    Fix,
    NotApplicable,
    Pass,
    Rule,
    Severity,
    Verdict,
    elsewhere,
    fails,
    missing,
    passes,
    thing,
    unread,
)

WRONG = Fail.at("Status", expected="as it should be", actual="otherwise")

QUEUE = thing("connect.queue", QueueId="q1", Name="Vendas", Status="ENABLED", HoursOfOperationId="h1")


def make(check=None, **more):
    said = {
        "id": "TEST-AAA-001",
        "title": "t",
        "severity": Severity.MEDIUM,
        "kind": "connect.queue",
        "reads": {"connect.queue": ("Status", "HoursOfOperationId"), "connect.hours_of_operation": ("Name",)},
        "why": "w",
        "fix": Fix(note="n"),
        "sources": ("https://example.com",),
        "examples": (),
    }
    return Rule(check=check, **{**said, **more})


def judge(rule, *things, subject=QUEUE):
    return evaluate([rule], snapshot_of(Example("e", Verdict.PASS, subject, things)))


def test_the_answers_of_a_check_become_verdicts():
    fail = Fail.at("Status", expected="ENABLED", actual="DISABLED")
    for answer, verdict in [
        (Pass(), Verdict.PASS),
        ((), Verdict.PASS),
        (NotApplicable("why"), Verdict.NOT_APPLICABLE),
        (fail, Verdict.FAIL),
        ([fail], Verdict.FAIL),
    ]:
        (finding,) = judge(make(lambda *_, answer=answer: answer))
        assert finding.verdict is verdict
    assert finding.evidence == (Evidence("Status", "ENABLED", "DISABLED"),)


def test_what_names_a_resource_is_found_in_a_field_or_in_a_list_of_them():
    profile = thing("connect.routing_profile", id="rp-1", AssociatedQueueIds=["q1", "q1", "x/q2"])
    other = thing("connect.routing_profile", id="rp-2", DefaultOutboundQueueId="arn:aws:connect:::queue/q1")

    def named_by(path):
        found: list[str] = []
        reads = {"connect.routing_profile": ("AssociatedQueueIds", "DefaultOutboundQueueId")}

        def check(queue, around):
            found.extend(one.id for one in around.naming("connect.routing_profile", path, queue.id))
            return Pass()

        judge(make(check, reads=reads), profile, other)
        return found

    assert named_by("AssociatedQueueIds") == ["rp-1"]
    assert named_by("DefaultOutboundQueueId") == ["rp-2"]


def test_where_a_field_that_names_was_not_read_everybody_who_asks_is_unknown():
    other = thing("connect.queue", id="q2", Name="Suporte")
    profile = thing(
        "connect.routing_profile",
        id="rp-1",
        unread={"AssociatedQueueIds": "connect:ListRoutingProfileQueues"},
    )
    reads = {"connect.routing_profile": ("AssociatedQueueIds",)}

    def check(queue, around):
        return Pass() if around.naming("connect.routing_profile", "AssociatedQueueIds", queue.id) else WRONG

    rules = [make(check, reads=reads, id=f"TEST-AAA-00{number}") for number in (1, 2)]
    found = evaluate(rules, snapshot_of(Example("e", Verdict.PASS, QUEUE, (other, profile))))
    assert [one.verdict for one in found] == [Verdict.UNKNOWN] * 4
    assert {one.cause.action for one in found if one.cause} == {"connect:ListRoutingProfileQueues"}


def test_what_names_a_resource_is_not_found_in_a_field_that_the_rule_does_not_declare():
    def check(queue, around):
        return Pass() if around.naming("connect.routing_profile", "AssociatedQueueIds", queue.id) else WRONG

    (finding,) = judge(make(check, reads={"connect.routing_profile": ("Name",)}))
    assert (finding.verdict, finding.reason) == (
        Verdict.ERROR,
        "the rule reads connect.routing_profile AssociatedQueueIds, which it does not declare",
    )


def test_several_failures_of_one_resource_are_several_findings():
    def check(queue, around):
        return [Fail(WRONG.evidence, discriminator="a"), Fail(WRONG.evidence, discriminator="b")]

    found = judge(make(check))
    assert [one.discriminator for one in found] == ["a", "b"]
    assert len({one.fingerprint for one in found}) == 2


def test_failures_that_cannot_be_told_apart_are_a_mistake_of_the_rule():
    (finding,) = judge(make(lambda *_: [WRONG, WRONG]))
    assert finding.verdict is Verdict.ERROR


def test_what_was_not_read_is_unknown_and_names_the_action():
    def check(queue, around):
        return Pass() if around.one("connect.hours_of_operation", "h1") else WRONG

    (finding,) = judge(make(check), unread("connect.hours_of_operation", "connect:ListHoursOfOperations"))
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.cause.action == "connect:ListHoursOfOperations"


def test_a_kind_that_could_not_be_listed_is_unknown_even_with_no_resource():
    (finding,) = judge(make(lambda *_: Pass()), subject=unread("connect.queue", "connect:ListQueues"))
    assert (finding.verdict, finding.cause.action) == (Verdict.UNKNOWN, "connect:ListQueues")


def test_a_rule_that_has_nothing_to_judge_says_so():
    (finding,) = judge(make(lambda *_: Pass()), subject=thing("connect.instance"))
    assert finding.verdict is Verdict.NOT_APPLICABLE
    assert finding.subject.key.kind == "connect.instance"


@pytest.mark.parametrize(
    "check",
    [
        lambda queue, around: queue.get("Name"),
        lambda queue, around: around.all("connect.user"),
        lambda queue, around: 1 / 0,
        lambda queue, around: Fail(WRONG.evidence, severity=Severity.CRITICAL),
    ],
    ids=["undeclared field", "undeclared kind", "crash", "undeclared severity"],
)
def test_a_rule_that_breaks_its_word_is_an_error_and_not_a_pass(check):
    (finding,) = judge(make(check))
    assert finding.verdict is Verdict.ERROR
    assert finding.reason


def test_an_instance_that_is_not_active_is_not_judged():
    creating = thing("connect.instance", InstanceStatus="CREATION_IN_PROGRESS")
    (finding,) = judge(make(lambda *_: 1 / 0), creating)
    assert finding.verdict is Verdict.NOT_APPLICABLE
    both = make(lambda *_: Pass(), inactive_too=True)
    assert judge(both, creating)[0].verdict is Verdict.PASS


def test_a_composite_fails_if_any_member_fails_else_is_unknown_if_any_is():
    def member(number, answer):
        return make(answer, id=f"TEST-AAA-00{number}")

    def denied(queue, around):
        return around.all("connect.hours_of_operation")

    whole = make(
        id="TEST-ZZZ-001", members=("TEST-AAA-001", "TEST-AAA-002"), kind="connect.instance", reads={}
    )
    hidden = unread("connect.hours_of_operation", "connect:ListHoursOfOperations")
    good, bad, unsure = (lambda *_: Pass()), (lambda *_: WRONG), denied
    for answers, verdict in [
        ((good, good), Verdict.PASS),
        ((unsure, bad), Verdict.FAIL),
        ((good, unsure), Verdict.UNKNOWN),
        ((lambda *_: NotApplicable("x"), lambda *_: NotApplicable("x")), Verdict.NOT_APPLICABLE),
    ]:
        rules = [whole, member(1, answers[0]), member(2, answers[1])]
        found = evaluate(rules, snapshot_of(Example("e", Verdict.PASS, QUEUE, (hidden,))))
        assert next(one for one in found if one.rule_id == whole.id).verdict is verdict


@pytest.mark.parametrize(
    ("whole", "said", "worst"),
    [
        (Severity.HIGH, [Severity.LOW], Severity.LOW),
        (Severity.HIGH, [Severity.LOW, Severity.MEDIUM], Severity.MEDIUM),
        (Severity.MEDIUM, [Severity.CRITICAL, Severity.LOW], Severity.MEDIUM),
    ],
    ids=["one", "the worst of two", "not above its own"],
)
def test_a_composite_is_no_worse_than_what_it_fails_for(whole, said, worst):
    def member(number, severity):
        return make(lambda *_: WRONG, id=f"TEST-AAA-00{number}", severity=severity)

    parts = [member(number, severity) for number, severity in enumerate(said)]
    composite = make(
        id="TEST-ZZZ-001",
        members=tuple(one.id for one in parts),
        severity=whole,
        kind="connect.instance",
        reads={},
    )
    found = evaluate([composite, *parts], snapshot_of(Example("e", Verdict.PASS, QUEUE)))
    assert next(one for one in found if one.rule_id == composite.id).severity is worst


TEXTS = st.text(max_size=8)
PARTS = st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)


@given(PARTS, PARTS)
def test_a_fingerprint_is_the_same_for_the_same_thing_only(one, other):
    def mark(parts):
        rule, partition, account, region, instance, kind, identity, discriminator = parts
        return fingerprint(
            rule, partition, Key(Place(account, region, instance), kind, identity), discriminator
        )

    assert (mark(one) == mark(other)) is (one == other)


def test_a_fingerprint_never_changes():
    """Histories, waivers and ticket systems hold these: a new value here breaks every one of them."""
    key = Key(Place("111122223333", "us-east-1", "i-1"), "connect.queue", "q1")
    assert fingerprint("CONNECT-RTG-001", "aws", key) == "3a5abdb92017bbe4eb3032914dc8a5f7"


def test_names_messages_and_time_are_not_part_of_a_fingerprint():
    rule = make(lambda *_: WRONG)
    (before,) = judge(rule)
    renamed = thing("connect.queue", QueueId="q1", Name="Sales")
    (after,) = judge(dataclasses.replace(rule, title="another"), subject=renamed)
    assert before.fingerprint == after.fingerprint
    assert before.subject.name != after.subject.name


def test_a_failure_without_evidence_is_no_failure_but_a_broken_rule():
    rule = make(lambda *_: Fail(()), examples=(fails("disabled", QUEUE), passes("fine", QUEUE)))
    (finding,) = judge(rule)
    assert (finding.verdict, finding.reason) == (
        Verdict.ERROR,
        "the rule answered a failure without evidence",
    )
    assert 'expected "fail", got "error (the rule answered a failure without evidence)"' in str(
        problems(rule)[0]
    )


def test_a_failing_example_says_path_expected_and_actual():
    rule = make(
        lambda queue, around: Fail.at("Status", expected="ENABLED", actual=queue.get("Status")),
        examples=(fails("disabled", QUEUE, Evidence("Status", "ENABLED", "DISABLED")), passes("fine", QUEUE)),
    )
    said = [str(problem) for problem in problems(rule)]
    assert any('"path": "Status", "expected": "ENABLED", "actual": "DISABLED"' in one for one in said)
    assert any('example \'fine\': verdict: expected "pass", got "fail"' in one for one in said)


def test_the_place_of_an_example_is_the_instance():
    (finding,) = judge(make(lambda *_: Pass()))
    assert finding.subject.key.place.instance_id == INSTANCE_ID


def _judging_both(check, **more):
    reads = {"connect.contact_flow": ("Content",), "connect.contact_flow_module": ("Content",)}
    return make(
        check, kind="connect.contact_flow", also=("connect.contact_flow_module",), reads=reads, **more
    )


def _flow(kind, identity, content):
    return thing(kind, id=identity, Content=content)


END = '{"Version": "2019-10-30", "StartAction": "a", "Actions": [{"Identifier": "a", "Type": "Wait"}]}'


def test_a_rule_may_judge_several_kinds():
    rule = _judging_both(lambda one, around: Fail.at("Content", expected="", actual=around.flow(one).start))
    module = _flow("connect.contact_flow_module", "m", END)
    found = judge(rule, module, subject=_flow("connect.contact_flow", "f", END))
    assert [(one.subject.key.kind, one.verdict) for one in found] == [
        ("connect.contact_flow", Verdict.FAIL),
        ("connect.contact_flow_module", Verdict.FAIL),
    ]
    (none,) = judge(rule)
    assert none.reason == "there are no flows or flow modules here"
    hidden = judge(rule, unread("connect.contact_flow_module", "connect:ListContactFlowModules"))
    assert [one.subject.key.kind for one in hidden if one.verdict is Verdict.UNKNOWN] == [
        "connect.contact_flow_module"
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{}", "undecided: connect:DescribeContactFlow: this has no list"),
        (None, "not_populated: connect:Desc"),
    ],
)
def test_what_is_no_flow_is_unknown(content, reason):
    rule = _judging_both(lambda one, around: Fail.at("Content", expected="", actual=around.flow(one).start))
    (found,) = judge(rule, subject=_flow("connect.contact_flow", "f", content))
    assert found.verdict is Verdict.UNKNOWN
    assert str(found.cause).startswith(reason)


def test_a_flow_is_read_once_for_all_rules():
    seen = []

    def look(one, around):
        seen.append(around.flow(one))
        return Pass()

    rules = [_judging_both(look, id=name) for name in ("TEST-AAA-001", "TEST-AAA-002")]
    subject = _flow("connect.contact_flow", "f", END)
    evaluate(rules, snapshot_of(Example("e", Verdict.PASS, subject)))
    assert len(seen) == 2
    assert seen[0] is seen[1]


def test_what_is_made_of_all_around_is_made_once():
    made = []

    def index(around):
        made.append(1)
        return [one.id for one in around.all("connect.contact_flow")]

    rule = _judging_both(lambda one, around: Pass() if one.id in around.once(index) else NotApplicable("no"))
    judge(rule, _flow("connect.contact_flow", "g", END), subject=_flow("connect.contact_flow", "f", END))
    assert made == [1]

    hidden = unread("connect.contact_flow", "connect:ListContactFlows")
    modules = [_flow("connect.contact_flow_module", name, END) for name in "ab"]
    found = judge(rule, hidden, *modules)
    assert [one.verdict for one in found] == [Verdict.UNKNOWN] * 3
    assert made == [1, 1]


ELSEWHERE = "us-west-2"
FUNCTION = "arn:aws:lambda:{}:{}:function:crm"


def test_a_check_may_look_at_the_replica_of_its_own_instance_and_at_nothing_else():
    def check(queue, around):
        return [
            Fail(WRONG.evidence, discriminator=one.name)
            for one in around.replica(ELSEWHERE).all("connect.hours_of_operation")
        ]

    here, there = (
        thing("connect.hours_of_operation", HoursOfOperationId="h1", Name=name) for name in ("here", "there")
    )
    found = judge(make(check), here, elsewhere(ELSEWHERE, there))
    assert [one.discriminator for one in found if one.verdict is Verdict.FAIL] == ["there"]
    (finding,) = judge(make(check), here)
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.cause.action == "connect:ListInstances"


def test_what_is_not_found_of_another_account_or_region_proves_nothing():
    def check(queue, around):
        arn = queue.get("Status")
        return Pass() if around.behind("lambda.function", arn) else WRONG

    rule = make(check, reads={"connect.queue": ("Status",), "lambda.function": ()})
    for region, account, verdict in [
        ("us-east-1", "111122223333", Verdict.FAIL),
        ("us-west-2", "111122223333", Verdict.UNKNOWN),
        ("us-east-1", "999988887777", Verdict.UNKNOWN),
    ]:
        arn = FUNCTION.format(region, account)
        queue = thing("connect.queue", QueueId="q1", Status=arn)
        (gone,) = judge(rule, missing("lambda.function", arn), subject=queue)
        assert gone.verdict is verdict
        assert gone.cause is None or gone.cause.action == "lambda:GetFunctionConfiguration"
        (there,) = judge(rule, thing("lambda.function", id=arn), subject=queue)
        assert there.verdict is Verdict.PASS


def test_a_region_without_an_instance_is_not_judged():
    """The collector does not look there at what belongs to Regions: it would all be unknown, for ever."""
    rule = make(lambda *_: WRONG, kind="customer_profiles.domain", reads={"customer_profiles.domain": ()})
    domain = thing("customer_profiles.domain", DomainName="crm")
    here = snapshot_of(Example("e", Verdict.PASS, domain))
    wider = dataclasses.replace(
        here, units=(*here.units, Unit(here.units[0].account, ELSEWHERE, UnitState.SCANNED))
    )
    assert evaluate([rule], wider) == evaluate([rule], here)
    assert [one.verdict for one in evaluate([rule], wider)] == [Verdict.FAIL]
