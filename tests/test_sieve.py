"""The sieve lets through what the judge passes and what was read whole, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.declarative import _check
from auditor.evaluate import evaluate
from auditor.examples import INSTANCE_ID, snapshot_of
from auditor.expect import matcher
from auditor.model import Cause, Key, Place, Reason, Resource
from auditor.patterns import LONGEST_INPUT
from auditor.rule import Assertion, Example, Fail, Fix, Pass, Rule, Severity, Verdict, thing
from auditor.sieve import sieve
from tests.test_expect import MATCHES, NAMES, VALUES

KEY = Key(Place("123456789012", "us-east-1", INSTANCE_ID), "connect.queue", "q")
DENIED = Cause(Reason.DENIED, "connect:DescribeQueue")
LONG = "a" * (LONGEST_INPUT + 1)
FIELDS = st.dictionaries(
    st.sampled_from(["A", "B", "A.A", "A.B", "A.A.A"]),
    st.builds(lambda one: {"match": one}, MATCHES) | VALUES,
)
THINGS = st.builds(
    lambda data, unread: Resource(KEY, data, unread=dict.fromkeys(unread, DENIED)),
    st.dictionaries(NAMES, VALUES | st.sampled_from([True, 1, 1.0, False, 0, 0.0, (), (True,), (1,), LONG])),
    st.sampled_from([(), (), (), ("A",), ("C.A",)]),
)


def check_of(when, expect):
    """The check of a rule that is data, and says this."""
    made = [{path: lambda _, one=one: matcher(one) for path, one in some.items()} for some in (when, expect)]
    return _check("", *made)


@given(FIELDS, FIELDS, st.lists(THINGS, max_size=8), st.integers(1, 3))
def test_the_sieve_and_the_judge_agree(when, expect, things, times):
    check = check_of(when, expect)
    judge, resources = check.judge({}), [*things] * times
    whole = [one for one in resources if not one.unread]
    told = check.sieve({})([one.data for one in whole])
    assert list(told) == [isinstance(judge(one), Pass) for one in whole]


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        (1, [1, 1.0]),
        (True, [True]),
        ({"match": {"type": "boolean"}}, [True, False]),
        ({"match": {"maximum": 0}}, [0, 0.0, -0.0]),
        ({"match": {"enum": ["a", False]}}, ["a", False]),
        ({"match": {"pattern": "^a$"}}, ["a"]),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_equal_values_that_are_not_the_same_are_told_apart(wanted, fitting, backwards):
    values = [1, True, 1.0, 0, False, 0.0, -0.0, "a", None, LONG] * 4
    if backwards:
        values.reverse()
    told = sieve([("A", matcher(wanted))])([{"A": value} for value in values])
    found = [repr(value) for value, fits in zip(values, told, strict=True) if fits]
    assert found == [repr(value) for value in values if repr(value) in map(repr, fitting)]


TEXTS = st.text("abAB1", max_size=4) | st.just(LONG)
PATTERNS = st.builds(lambda pattern: {"pattern": pattern}, st.sampled_from(["^a", "b$", "(?i)a", "^b?$"]))
NEGATED = PATTERNS | st.builds(lambda one: {"not": one}, PATTERNS)


@given(
    st.one_of(
        st.tuples(
            st.lists(TEXTS, unique=True),
            NEGATED
            | st.builds(lambda several: {"allOf": several}, st.lists(NEGATED, min_size=1, max_size=3)),
        ),
        st.tuples(
            st.lists(st.lists(st.integers(), max_size=3), min_size=1) | st.lists(VALUES),
            st.fixed_dictionaries({"minItems": st.integers(0, 3)}, optional={"maxItems": st.integers(0, 3)})
            | st.fixed_dictionaries({"type": st.just("array"), "maxItems": st.integers(0, 3)}),
        ),
        st.tuples(
            st.lists(st.booleans(), min_size=4),
            st.fixed_dictionaries({"enum": st.lists(st.sampled_from([True, False, 0, 1]), min_size=1)}),
        ),
    )
)
def test_what_many_values_are_asked_at_once_is_what_each_is_asked(asked):
    values, match = asked
    wanted = matcher({"match": match})
    told = sieve([("A", wanted)])([{"A": value} for value in values])
    assert list(told) == [wanted.fits(value) for value in values]


def judged(check, *values):
    """The verdict on a queue with each of these values at `A`."""
    return verdicts(check, *({"A": value} for value in values))


def verdicts(check, *things):
    """The verdict on a queue with each of these fields."""
    queues = [thing("connect.queue", id=f"q{number}", **one) for number, one in enumerate(things)]
    rule = Rule(
        id="TEST-AAA-001",
        title="t",
        severity=Severity.MEDIUM,
        kind="connect.queue",
        reads={"connect.queue": ("A",)},
        why="w",
        fix=Fix(note="n"),
        sources=("https://example.com",),
        examples=(),
        check=check,
    )
    found = evaluate([rule], snapshot_of(Example("e", Verdict.PASS, queues[0], tuple(queues[1:]))))
    return [one.verdict for one in found]


def test_a_crash_is_the_verdict_of_the_one_resource_that_it_is_of():
    check = check_of({}, {"A": {"match": {"type": "integer"}}})
    too_large = 10**400  # for a float
    assert judged(check, 1, too_large, "a", 2) == [Verdict.PASS, Verdict.ERROR, Verdict.FAIL, Verdict.PASS]


def test_what_is_masked_is_never_sure():
    masked = {"A": "a", "unread": {"A": "connect:DescribeQueue"}}
    found = verdicts(check_of({}, {"A": "a"}), {"A": "a"}, masked, {"A": "b"}, masked)
    assert sorted(found) == [Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.UNKNOWN]


def test_what_is_unread_elsewhere_makes_nothing_unsure():
    check = Assertion(
        judge=lambda _: lambda _: Fail.at("A", expected="not to be asked", actual="asked"),
        sieve=check_of({}, {"A": 1}).sieve,
    )
    unread = {name: {"A": 1, "unread": {name: "connect:DescribeQueue"}} for name in ("AA", "B", "A", "A.B")}
    found = dict(zip(unread, verdicts(check, *unread.values()), strict=True))
    assert found == {"AA": Verdict.PASS, "B": Verdict.PASS, "A": Verdict.FAIL, "A.B": Verdict.FAIL}


def test_only_what_the_sieve_does_not_let_through_is_judged():
    check = Assertion(
        judge=lambda _: lambda _: Fail.at("A", expected="not to be asked", actual="asked"),
        sieve=check_of({}, {"A": 1}).sieve,
    )
    assert judged(check, 1, 2, 1) == [Verdict.PASS, Verdict.FAIL, Verdict.PASS]
