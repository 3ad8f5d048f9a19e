"""What export writes down, a diff reads back, whatever people call their things."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.spec.belonging import resources_of
from auditor.spec.compare import differences
from auditor.spec.portrait import Portrait
from auditor.spec.reader import read
from auditor.spec.resolve import check_fields, check_names
from auditor.spec.sections import SECTIONS, Section, Shape
from auditor.spec.spec import Environment
from auditor.spec.writer import write
from tests.spec_data import PLACE, only, whole, with_a_change

TRAPS = (
    "no", "Yes", "on", "~", "null", "true", "12:30", "0123", "012345678901", "1e3", "0x1F", ".5", "+1", "<<", "=",
    " leading", "trailing ", "a: b", "a #b", "# a", "- a", "? a", "'single'", '"double"', "{a}", "[a]", "*a", "&a",
    "!a", "|", ">", "%YAML", "@a", "`a`", "---", "...", "😀", "é", "one\ntwo", "tab\there", "\u2028", "\x85",
    "2026-01-01", "exhaustive ", "exhaustive", "absent", "match", "a/b", "${missing:x}", "${var:x}", "$${var:x}",
    "\\n", ",", "\ufeff", "x" * 200,
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(TRAPS),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip),
)
SEEDS = st.integers(0, 2**32)
FEW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def exported(portrait: Portrait, folder: Path) -> Environment:
    """What a diff reads of what export writes, with every section."""
    written = write(portrait, stem="flows", asked=frozenset(one.name for one in SECTIONS))
    assert written.left == ()
    file = folder / "a.connect-spec.yaml"
    file.write_bytes(written.text.encode("utf-8"))
    for path, content in written.flows.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode("utf-8"))
    (made,) = read(file).environments
    check_names(made.said, portrait)
    check_fields(made.strange, portrait)
    return made


def holds_all(made: Environment, section: Section, portrait: Portrait) -> None:
    """Asserts that every thing of a section was written, under its name."""
    resources = resources_of(section, portrait.snapshot, PLACE)
    things, said = portrait.things(section.name), made.wanted.sections[section.name]
    assert len(things) == len(resources) > 0
    if section.shape is not Shape.THING:
        assert set(things) == set(said) - {"exhaustive"}


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.name)
@FEW
@given(
    names=st.lists(TEXTS, min_size=1, max_size=3), texts=st.lists(TEXTS, min_size=2, max_size=4), seed=SEEDS
)
def test_what_was_written_is_read_back_and_nothing_that_changes_since_is_missed(
    tmp_path_factory, section: Section, names: list[str], texts: list[str], seed: int
) -> None:
    snapshot = only(section, seed, names, texts)
    portrait = Portrait(snapshot, PLACE)
    made = exported(portrait, tmp_path_factory.mktemp("s"))
    holds_all(made, section, portrait)
    assert differences(made.wanted, portrait) == ()
    assert differences(made.wanted, Portrait(with_a_change(snapshot, section, seed), PLACE))


@FEW
@given(
    names=st.lists(TEXTS, min_size=2, max_size=3), texts=st.lists(TEXTS, min_size=2, max_size=4), seed=SEEDS
)
def test_a_whole_instance_is_read_back(
    tmp_path_factory, names: list[str], texts: list[str], seed: int
) -> None:
    portrait = Portrait(whole(seed, names, texts), PLACE)
    made = exported(portrait, tmp_path_factory.mktemp("s"))
    for section in SECTIONS:
        holds_all(made, section, portrait)
    assert differences(made.wanted, portrait) == ()
