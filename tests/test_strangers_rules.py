"""A YAML rule from a stranger cannot do harm: it is read in bounded time and memory, or refused with a reason."""

import time

import pytest

from auditor import declarative
from auditor.catalogue import load
from auditor.declarative import BadRule
from auditor.examples import problems
from auditor.positions import DEEPEST, LARGEST_FILE
from tests.conftest import ROOT

RULE = (ROOT / "rules/storage/storage_has_kms_key.yaml").read_text("utf-8")
EXPECT = "expect:\n  S3Config.EncryptionConfig.EncryptionType: KMS"


def expecting(wanted):
    assert EXPECT in RULE
    return RULE.replace(EXPECT, f"expect:\n  S3Config.EncryptionConfig.EncryptionType: {wanted}", 1)


def bomb(levels=30, width=10):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n" + RULE


HOSTILE = {
    "a repeat inside a repeat": (expecting("{match: {pattern: '^(a+)+$'}}"), "repeat inside a repeat"),
    "a repeat inside a repeat, nested": (
        expecting("{match: {pattern: '((a*)b?)*c'}}"),
        "repeat inside a repeat",
    ),
    "a pattern in a pattern": (
        expecting("{match: {items: {pattern: '(x+x+)+y'}}}"),
        "repeat inside a repeat",
    ),
    "many repeats in a row": (expecting("{match: {pattern: '^.*.*.*.*=$'}}"), "three unbounded repeats"),
    "many options in a row": (
        expecting("{match: {pattern: '" + "a?" * 40 + "a" * 40 + "'}}"),
        "too many options",
    ),
    "$ref to a file": (expecting("{match: {$ref: 'file:///etc/passwd'}}"), "$ref"),
    "$ref to a network": (expecting("{match: {anyOf: [{$ref: 'https://127.0.0.1/x'}]}}"), "$ref"),
    "$ref to itself": (expecting("{match: {$ref: '#'}}"), "$ref"),
    "an unknown keyword": (expecting("{match: {contentMediaType: x}}"), "contentMediaType"),
    "nested lists": (RULE + "deep: " + "[" * 5000 + "]" * 5000, f"more than {DEEPEST} levels"),
    "nested mappings": (RULE + "deep: " + "{a: " * 5000 + "1" + "}" * 5000, f"more than {DEEPEST} levels"),
    "deep indentation": (RULE + "".join(" " * n + "a:\n" for n in range(400)), None),
    "a bomb of aliases": (bomb(), "stands for more than"),
    "an alias of itself": (RULE + "loop: &loop [*loop]\n", "holds itself"),
    "a huge file": (RULE + "# " + "x" * LARGEST_FILE, "KiB"),
    "a key twice": (RULE + "severity: low\n", "stands here already"),
    "a number for a key": (RULE + "1: x\n", "a name is a text"),
    "a flag for a key": (RULE + "true: x\n", "a name is a text"),
    "a list for a key": (RULE + "? [a, b]\n: x\n", "a name is a text"),
    "a merge": (RULE + "<<: {title: other}\n", "<<"),
    "a Python object": (RULE + "x: !!python/object/apply:os.system ['true']\n", "only plain data"),
    "a tag of somebody's own": (RULE + "x: !include /etc/passwd\n", "only plain data"),
    "a number without end": (expecting("9" * 100_000), None),
    "two documents": (RULE + "---\n" + RULE, "not YAML"),
    "another version of YAML": ("%YAML 1.1\n---\n" + RULE, "%YAML"),
    "a zero byte": (RULE + "x: \0\n", "not YAML"),
    "nothing": ("", "one mapping"),
    "a list": ("- a\n", "one mapping"),
}


@pytest.mark.parametrize(("text", "words"), HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_at_once_and_by_name(tmp_path, text, words):
    file = tmp_path / "rule.yaml"
    file.write_text(text, encoding="utf-8")
    began = time.perf_counter()
    with pytest.raises(BadRule) as refused:
        declarative.read(file)
    assert time.perf_counter() - began < 20
    assert str(refused.value).startswith(str(file))
    assert len(str(refused.value)) < 1000
    if words:
        assert words in str(refused.value)


def test_what_is_not_text_is_refused(tmp_path):
    file = tmp_path / "rule.yaml"
    file.write_bytes(RULE.encode("utf-16"))
    with pytest.raises(BadRule, match=r"rule\.yaml"):
        declarative.read(file)


def test_an_alias_alone_is_no_harm(tmp_path):
    file = tmp_path / "rule.yaml"
    text = RULE.replace("CONNECT-STO-003", "ACME-STO-003")
    text = text.replace("  StorageType: S3\n", "  StorageType: &s3 S3\n", 1)
    file.write_text(text, encoding="utf-8")
    rule = declarative.read(file)
    assert rule.id == "ACME-STO-003"
    assert problems(rule) == []


def test_one_bad_file_of_a_folder_is_named(tmp_path):
    (tmp_path / "good.yaml").write_text(RULE.replace("CONNECT-STO-003", "ACME-STO-003"), encoding="utf-8")
    (tmp_path / "evil.yaml").write_text(bomb(), encoding="utf-8")
    with pytest.raises(BadRule, match=r"evil\.yaml"):
        load(ROOT / "tests" / "golden" / "rules", [tmp_path])
