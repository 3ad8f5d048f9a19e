"""Matchers mean what JSON Schema means by the strict schema; absent fails; patterns cannot hang."""

import re
import time

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.expect import ABSENT, BadMatch, compiled, matcher, strict
from auditor.patterns import LONGEST_INPUT

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 1.0, 2.0])
    | st.text("ab", max_size=3)
)
NAMES = st.sampled_from(["A", "B", "C"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


def matches(inner):
    words = {
        "const": VALUES,
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "type": st.sampled_from(["string", "number", "integer", "boolean", "array", "object", "null"]),
        "pattern": st.sampled_from(["^a", "b$", "^[ab]{2}$", "a+"]),
        "minimum": st.integers(-2, 2),
        "maximum": st.integers(-2, 2),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "minItems": st.integers(0, 2),
        "maxItems": st.integers(0, 2),
        "not": inner,
        "items": inner,
        "contains": inner,
        "anyOf": st.lists(inner, min_size=1, max_size=2),
        "allOf": st.lists(inner, min_size=1, max_size=2),
        "properties": st.dictionaries(NAMES, inner, max_size=2),
        "required": st.lists(NAMES, max_size=2, unique=True),
    }
    return st.sets(st.sampled_from(sorted(words)), min_size=1, max_size=3).flatmap(
        lambda chosen: st.fixed_dictionaries({word: words[word] for word in sorted(chosen)})
    )


MATCHES = st.recursive(
    st.fixed_dictionaries({"type": st.sampled_from(["string", "integer"])}), matches, max_leaves=5
)


@given(MATCHES, VALUES)
def test_compiled_matchers_agree_with_jsonschema(match, value):
    schema = strict(match)
    says = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert (not compiled(schema)(value)) is says
    assert compiled(schema).fits(value) is says


@given(MATCHES)
def test_nothing_accepts_what_is_absent(match):
    for wanted in ({"match": match}, None):
        assert matcher(wanted)(ABSENT)
        assert not matcher(wanted).fits(ABSENT)


def test_every_mismatch_says_where_what_was_expected_and_what_is_there():
    wanted = {"match": {"properties": {"Mode": {"enum": ["KMS"]}, "Key": {"pattern": "^arn:"}}}}
    found = matcher(wanted)({"Mode": "AES"})
    assert [(one.path, one.expected, one.actual) for one in found] == [
        ("Key", "present", ABSENT),
        ("Mode", "one of KMS", "AES"),
    ]


def test_optional_properties_may_be_absent():
    wanted = matcher({"match": {"properties": {"A": {"const": 1}}, "optional": ["A"]}})
    assert not wanted({})
    assert wanted({"A": 2})


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "(a|a)*$",
        "(a*)*",
        "(?=a)b",
        r"(a)\1",
        "a*a*a*a*$",
        "x" * 300,
        "(",
        r"(a{2,}){3,}",
        "a?" * 40 + "a" * 40,
        "(a|aa)" * 20 + "b",
        "(a?){30}b",
        "(a?a)*b",
        "(a{0,9}){0,9}b",
        "[a-z]*[a-z]*[a-z]*=",
        "(?m)^a*a*a*b",
    ],
)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern):
    with pytest.raises(BadMatch):
        strict({"pattern": pattern})


@pytest.mark.parametrize(
    "pattern",
    [
        r"^arn:aws[a-z-]*:iam::\d{12}:role/",
        "^(KMS|AES)$",
        r"\.example$",
        "a.*b",
        "arn:.*:key/.*",
        r"^(\d{1,3}\.){3}\d{1,3}(/\d{1,2})?$",
        r"^([a-z0-9]+[._-])?[a-z]+@(example|example-eu)\.(com|org)$",
        r"(?i)https?://[^/]*\.example(/|$)",
    ],
)
def test_an_ordinary_pattern_is_taken(pattern):
    assert re.compile(strict({"pattern": pattern})["pattern"])


@pytest.mark.parametrize(
    ("pattern", "letter"),
    [("[a-z]*[a-z]*=", "x"), ("^.*.*.*=$", "x"), ("(a|aa)" * 8 + "b", "a"), ("(a{0,99})(a{0,99})b", "a")],
)
def test_a_pattern_that_is_taken_is_done_soon_on_the_worst_text(pattern, letter):
    began = time.process_time()
    assert matcher({"match": {"pattern": pattern}})(letter * LONGEST_INPUT), "it does not match"
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "match",
    [{"$ref": "#"}, {"uniqueItems": True}, {}, "text", {"minLength": -1}, {"optional": ["A"]}, {"enum": "A"}],
)
def test_what_is_not_in_the_vocabulary_is_refused(match):
    with pytest.raises(BadMatch):
        strict(match)


def test_a_text_longer_than_the_bound_does_not_match():
    assert matcher({"match": {"pattern": "a"}})("a" * 2000)


def test_true_is_not_one():
    assert matcher(1)(True)
    assert matcher({"match": {"enum": [1]}})(True)
    assert not matcher(1)(1.0)


LONG = "a" * 2000


@pytest.mark.parametrize(
    ("unwanted", "value"),
    [
        ({"pattern": "b$"}, LONG),
        ({"contains": {"pattern": "c"}}, ["b", LONG]),
        ({"properties": {"Name": {"pattern": "b$"}}}, {"Name": LONG}),
    ],
)
def test_nor_does_it_prove_that_something_is_not_in_it(unwanted, value):
    """A text too long to be looked through is not one without a secret in it."""
    assert matcher({"match": {"not": unwanted}})(value)
    assert not matcher({"match": {"not": {"const": "b"}}})(value)
