"""The quick reading of YAML makes what ruamel.yaml makes, to the column, or leaves it to ruamel.yaml."""

import time
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor import quick_yaml
from auditor.positions import BadFile, Said, parse
from tests.conftest import ROOT

FILE = Path("a.yaml")
SCALARS = [
    *("a", "x y", "1", "-5", "1.5", ".5", ".inf", "0o7", "1_000", "true", "no", "null", "~", "12:30", "2026-01-01"),
    *("''", "'a: b'", "'it''s'", '"q"', '"a # b"', '"\\n"', "[]", "{}", "[a]", "{a: b}", "${var:a}", "https://x.y"),
    *("a#b", "a:b", "a :b", "a: b", "a: #b", "a #b", "a:", "a'b", "a, b]", "a ? b", "日本", "😀", "a\\b", "a- b"),
    *("- a", "-", "--", "---", "...", "<<", "=", "*x", "&x", "!t", "|", ">", "%a", "?", "? a", "@a", "`a", ":", "#c"),
    *("\t", "a\tb", "\u00a0", "\u2028", "\u0085", "\ufeff", "'a", '"a', "[a", "x" * 1100),
]  # fmt: skip
NAMES = [*"abcdefgh", *SCALARS]
TEXTS = [
    "",
    "one",
    "one two",
    "  more",
    "a: b,",
    "a,",
    "a: [b, {c: d}],",
    '"c": "d\\"e",',
    "x # y",
    "*x,",
    "&y z,",
]


def said(text: str) -> Said | str:
    try:
        return parse(text, FILE, "a file")
    except BadFile as problem:
        return str(problem)


def said_by_ruamel(text: str) -> Said | str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick_yaml, "compose", lambda _: None)
        return said(text)


@st.composite
def blocks(draw: st.DrawFn, column: int = 0, depth: int = 0) -> list[str]:
    """The lines of a mapping, well indented; what stands in them is anything."""
    lines: list[str] = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)):
        head = f"{' ' * column}{name}:"
        form = draw(st.sampled_from(["scalar", "scalar", "mapping", "list", "text", "flow", "nothing"]))
        if form == "scalar" or (form != "nothing" and depth == 3):
            lines.append(f"{head} {draw(st.sampled_from(SCALARS))}{draw(st.sampled_from(['', ' # c', ' ']))}")
            continue
        if form in ("text", "flow"):
            begin = draw(
                st.sampled_from(["|", "|-", ">", ">-", ">+", "|2", "| # c", "'", '"', "a", "{", "[", "&x"])
            )
            end = {"{": ["}"], "[": ["]"], "'": ["'"], '"': ['"']}.get(begin, [])
            inner = draw(st.lists(st.sampled_from([*TEXTS, *SCALARS]), min_size=1, max_size=3))
            lines += [f"{head} {begin}", *(" " * (column + 2) + one for one in [*inner, *end])]
            continue
        lines.append(head)
        if form == "mapping":
            lines += draw(blocks(column + draw(st.sampled_from([1, 2, 4])), depth + 1))
        for _ in range(draw(st.integers(1, 2)) if form == "list" else 0):
            dash = column + 2 * (depth % 2)
            inner = draw(blocks(dash + 2, depth + 1) | st.sampled_from(SCALARS).map(lambda one: [one]))
            lines += [f"{' ' * dash}- {inner[0].lstrip(' ')}", *inner[1:]]
    return lines


@given(blocks(), st.sampled_from(["", "\n", "\n\n"]))
def test_it_makes_what_ruamel_makes(lines: list[str], end: str) -> None:
    text = "\n".join(lines) + end
    assert said(text) == said_by_ruamel(text)


def test_an_anchor_that_is_used_twice_is_a_mistake_and_no_warning() -> None:
    assert (
        said("a:\n- &x: a\n- &x: a")
        == "a.yaml:3:3: an anchor (`&name`) is used twice: each needs its own name"
    )


@given(blocks(), st.data())
def test_a_line_that_does_not_fit_is_told_as_ruamel_tells_it(lines: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(lines) - 1))
    moved = data.draw(st.sampled_from([" ", "   ", "# ", "- ", "a: ", "\n"]))
    text = "\n".join([*lines[:place], moved + lines[place], *lines[place + 1 :]])
    assert said(text) == said_by_ruamel(text)


@given(st.lists(st.sampled_from("ab:- #'\"[]{}\n,&*!|>%@`?~.1\t"), max_size=12).map("".join))
def test_any_text(text: str) -> None:
    assume(text)
    assert said(text) == said_by_ruamel(text)


PLAIN = """\
# comment
version: 1

match:
  alias: 'prod'
queues:
  exhaustive: true
  Sales [0123]: {}
  "Fila: 1":
    Tags:
    Status: ENABLED  # why
    Names:
    - a
    - Day: MONDAY
      Hours:
        - 08:00-18:00
  Empty: []
"""


def test_what_export_writes_is_read_quickly() -> None:
    assert quick_yaml.compose(PLAIN) is not None
    assert said(PLAIN) == said_by_ruamel(PLAIN)


@pytest.mark.parametrize("file", sorted(ROOT.glob("rules/**/*.yaml")), ids=lambda file: file.stem)
def test_our_own_rules_are_read_quickly_and_alike(file: Path) -> None:
    text = file.read_text("utf-8")
    assert quick_yaml.compose(text) is not None
    assert said(text) == said_by_ruamel(text)


@pytest.mark.parametrize(
    "text",
    [
        *("a: *x", "a: !t b", "a: !!str 1", "a: |# b", "a: &x: b", "&x a: 1\nb: &x 2", "a\tb: c", "a: b\r\n", "- - a"),
        *("--- a", "a: 1\n---\nb: 1", "%YAML 1.1\n---\na: on", "a: " + "[" * 200, "[" * 100_000, "a: {b", "a: '", ""),
    ],
)  # fmt: skip
def test_what_may_be_read_otherwise_is_left_to_ruamel(text: str) -> None:
    assert quick_yaml.compose(text) is None


def test_without_libyaml_ruamel_reads_all(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = said(PLAIN)
    monkeypatch.setattr(quick_yaml, "LIBYAML", None)
    assert quick_yaml.compose(PLAIN) is None
    assert said(PLAIN) == expected


@pytest.mark.parametrize(
    "line", ["a" + " " * 200_000 + ":", "a:" * 100_000, "'" * 200_001, "a b" * 70_000 + ": : "]
)
def test_a_long_line_takes_no_longer_than_its_length(line: str) -> None:
    began = time.process_time()
    quick_yaml.compose(line)
    assert time.process_time() - began < 2
