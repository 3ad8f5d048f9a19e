"""Mistakes in a spec: one sentence, with file, line and column."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.positions import BadFile
from auditor.spec import reader
from auditor.spec.reader import read

HEAD = "version: 1\n"


def spec(folder: Path, text: str) -> Path:
    file = folder / "a.connect-spec.yaml"
    file.write_text(text, "utf-8")
    return file


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(BadFile) as caught:
        read(spec(folder, text))
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.startswith(f"{folder / 'a.connect-spec.yaml'}:")
    return sentence.removeprefix(f"{folder / 'a.connect-spec.yaml'}:")


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("queues: {}\n", "1", "no `version`"),
        ("version: 2\nqueues: {}\n", "1:10", "version 1"),
        (HEAD, "1", "says nothing"),
        (HEAD + "queus: {}\n", "2:1", "did you mean `queues`?"),
        (HEAD + "match: {alia: a}\nqueues: {}\n", "2:9", "did you mean `alias`?"),
        (HEAD + "queues: text\n", "2:9", "a mapping"),
        (HEAD + "instance: [a]\n", "2:1", "not a list"),
        (HEAD + "queues:\n  Sales: [a]\n", "3:10", "a mapping"),
        (HEAD + "queues: {exhaustive: maybe}\n", "2:22", "true or false"),
        (HEAD + "approved_origins: [https://a.example, https://a.example]\n", "2:39", "stands here already"),
        (HEAD + "queues:\n  Sales: {}\n  Sales: {}\n", "4:3", "stands here already, in line 3"),
        (HEAD + "queues:\n  Sales: {Status: {match: {rege: a}}}\n", "3:19", "match"),
        (
            HEAD + "routing_profiles:\n  All: {MediaConcurrencies: [{Concurrency: {match: {bogus: 1}}}]}\n",
            "3:44",
            "'bogus' is not a matcher",
        ),
        (HEAD + "attributes: {EARLY_MEDIA: {absent: false}}\n", "2:36", "absent"),
        (HEAD + "flows:\n  Main: {Content: none.json}\n", "3:19", "cannot be read"),
        (HEAD + "flows:\n  Main: {Content: ../../etc/passwd}\n", "3:19", "leads out of the folder"),
        (HEAD + "flows:\n  Main: {Content: /etc/passwd}\n", "3:19", "leads out of the folder"),
        (HEAD + "environments: {prod: {queus: {}}}\nqueues: {}\n", "2:23", "did you mean `queues`?"),
        (HEAD + "hours_of_operation: {A: {Config: {MONDY: []}}}\n", "2:35", "did you mean `MONDAY`?"),
        (HEAD + "hours_of_operation: {A: {Config: {MONDAY: 12:30}}}\n", "2:43", "look like '08:00-18:00'"),
        (HEAD + "hours_of_operation: {A: {Config: {MONDAY: ['25:00-26:00']}}}\n", "2:44", "'25:00-26:00'"),
        (HEAD + "hours_of_operation: {A: {Config: {MONDAY: ['08:00-18:60']}}}\n", "2:44", "18:60"),
        # YAML's traps.
        (HEAD + "instance: {Tags: {Account: 012345678901}}\n", "2:28", "quote it, '012345678901'"),
        (HEAD + "instance: {Tags: {Live: true}}\n", "2:25", "quote it, 'true'"),
        (HEAD + "match: {account: 012345678901}\nqueues: {}\n", "2:18", "quote it, '012345678901'"),
        (HEAD + "match: {account: 123456789012}\nqueues: {}\n", "2:18", "quote it, '123456789012'"),
        (HEAD + "match: {account: '12'}\nqueues: {}\n", "2:18", "must look like '123456789012'"),
        (HEAD + "queues: {1234: {}}\n", "2:10", "quote it, '1234'"),
        (HEAD + "queues: {true: {}}\n", "2:10", "quote it, 'true'"),
        (HEAD + "queues: {null: {}}\n", "2:10", "quote it, 'null'"),
        (HEAD + "queues:\n  <<: {}\n", "3:3", "`<<`"),
        (HEAD + "queues: !!python/object:os.system {}\n", "2:9", "tag"),
        (HEAD + "queues: &a {Sales: *a}\n", "2", "holds itself"),
        (HEAD + "queues: {Sales: {Status: *b}}\n", "2:26", "YAML"),
        (HEAD + "queues: {Sales: {\n", "", "YAML"),
        (HEAD + "hours_of_operation:\n  Main: {TimeZone: 5}\n", "3:20", "text"),
        # Variables.
        (
            HEAD + "variables: {bucket: b}\nqueues: {Sales: {Description: '${var:buket}'}}\n",
            "3:31",
            "`bucket`?",
        ),
        (
            HEAD + "variables: {a: '${var:b}', b: '${var:a}'}\nqueues: {Sales: {Description: '${var:a}'}}\n",
            "2:",
            "a -> b -> a are made of each other",
        ),
        (
            HEAD + "variables: {a: 'x${var:a}'}\nqueues: {Sales: {Description: '${var:a}'}}\n",
            "2:16",
            "a -> a",
        ),
        (HEAD + "variables: {a: '${var:a}'}\nqueues: {Sales: {}}\n", "2:16", "a -> a"),
        (HEAD + "variables: {a: {'${var:a}': 1}}\nqueues: {Sales: {}}\n", "2:29", "a -> a"),
        (
            HEAD + "variables: {a: {b: 1}}\nqueues: {Sales: {Description: 'x ${var:a}'}}\n",
            "3:31",
            "`a` is no text and no number",
        ),
        (HEAD + "variables: {a: }\nqueues: {Sales: {Description: 'x ${var:a}'}}\n", "3:31", "is no text"),
        (HEAD + "queues: {Sales: {Description: 'x ${var:a b}'}}\n", "2:31", "write `$${var:`"),
        (HEAD + "queues: {Sales: {Description: '${var:'}}\n", "2:31", "write `$${var:`"),
        (
            HEAD + "variables: {a: Sales}\nqueues: {Sales: {}, '${var:a}': {}}\n",
            "3:21",
            "`Sales` stands here already, in line 3",
        ),
        (HEAD + "queues: {'${var:a}': {}}\n", "2:22", "there is no variable `a`"),
        (HEAD + "queues: [exhaustive]\n", "2:10", "`exhaustive: true`"),
        ("version: 1.0\nqueues: {}\n", "1:10", "whole number"),
        ("version: true\nqueues: {}\n", "1:10", "whole number"),
        ("version: '1'\nqueues: {}\n", "1:10", "whole number, not '1'"),
        (HEAD + "severity: {CONNECT-LOG-001: hihg}\nqueues: {}\n", "2:29", "did you mean `high`?"),
        (HEAD + "queues: {Sales: {Description: a\x00b}}\n", "2:32", "#x0000"),
        (HEAD + "queues:\n  " + "{a: " * 500 + "1" + "}" * 500 + "\n", "3:199", "50 levels deep"),
    ],
)
def test_a_mistake_has_its_line_and_column(tmp_path: Path, text: str, where: str, words: str) -> None:
    sentence = refusal(tmp_path, text)
    assert re.match(rf"{where}", sentence), sentence
    assert words in sentence


def test_a_value_may_be_wanted_absent(tmp_path: Path) -> None:
    (made,) = read(spec(tmp_path, HEAD + "number_flows: {'+15550100': {absent: true}}\n")).environments
    assert made.wanted.sections == {"number_flows": {"+15550100": {"absent": True}}}


def test_variables_cannot_fill_the_memory(tmp_path: Path) -> None:
    ten = "".join("${var:v{0}}" for _ in range(10))
    texts = [f"  v{one}: '{ten.replace('{0}', str(one - 1))}'" for one in range(1, 20)]
    text = "\n".join(
        [HEAD + "variables:", "  v0: abc", *texts, "queues: {Sales: {Description: '${var:v19}'}}\n"]
    )
    assert "longer than" in refusal(tmp_path, text)


def test_a_chain_of_variables_ends(tmp_path: Path) -> None:
    for chain in (range(1, 3_000), range(2_999, 0, -1)):
        made = [f"  v{one}: '${{var:v{one + 1}}}'" for one in chain]
        text = "\n".join([HEAD + "variables:", *made, "  v3000: x", "queues: {'${var:v1}': {}}\n"])
        assert "more than 50 variables" in refusal(tmp_path, text)
    made = [f"  v{one}: '${{var:v{one + 1}}}'" for one in range(1, 40)]
    text = "\n".join([HEAD + "variables:", *made, "  v40: x", "queues: {'${var:v1}': {}}\n"])
    assert list(read(spec(tmp_path, text)).environments[0].wanted.sections["queues"]) == ["x"]


def test_a_text_of_variables_is_not_made_before_it_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_VALUES", 200)
    text = (
        HEAD
        + f"variables: {{a: {'x' * 100_000}}}\nqueues: {{Sales: {{Description: '{'${var:a}' * 5_000}'}}}}\n"
    )
    assert "longer than" in refusal(tmp_path, text)


def test_variables_cannot_multiply_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_VALUES", 10_000)
    lists = [
        f"  v{one}: [{', '.join([f'${{var:v{one - 1}}}'] * 10)}]".replace("$", "'$").replace("}", "}'")
        for one in range(1, 12)
    ]
    text = "\n".join(
        [HEAD + "variables:", "  v0: abc", *lists, "queues: {Sales: {Description: '${var:v11}'}}\n"]
    )
    assert "more than 10000 values" in refusal(tmp_path, text)


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LARGEST_SPEC", 10_240)
    assert "at most 10 KiB" in refusal(tmp_path, HEAD + "#" * 20_000)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"- a\n- b\n", b"", b"text"])
def test_what_is_no_spec(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.connect-spec.yaml"
    file.write_bytes(content)
    with pytest.raises(BadFile, match=re.escape(str(file))):
        read(file)


DEEP = f'{{"a": {"[" * 900}{"]" * 900}}}'


def action(parameters: str = "{}", transitions: str = "{}") -> bytes:
    """The content of a flow of one action."""
    said = f'"Identifier": "a", "Type": "Loop", "Parameters": {parameters}, "Transitions": {transitions}'
    return f'{{"Version": "2019-10-30", "StartAction": "a", "Actions": [{{{said}}}]}}'.encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[]", "a flow is a JSON object"),
        (b"", "this is not JSON"),
        (b'{"Version": "2019-10-30",\n "Actions": }', "(line 2, column 13)"),
        (b'{"Version": "2019-10-30", "StartAction": "z", "Actions": []}', "StartAction 'z'"),
        (b"\xe9", "this is not text in UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (action(DEEP), "the Parameters of 'a' are nested more than 60"),
        (action(transitions=DEEP), "the Transitions of 'a' are nested more than 60"),
        (action()[:-1] + b', "Settings": ' + DEEP.encode() + b"}", "the Settings are nested more than 60"),
        (b" " * (8 * 1024 * 1024 + 1), "at most 8192 KiB"),
    ],
    ids=lambda one: one[:20] if isinstance(one, str) else "",
)
def test_a_flow_that_is_none(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "main.json").write_bytes(content)
    sentence = refusal(tmp_path, HEAD + "flows: {Main: {Content: main.json}}\n")
    assert sentence.startswith("2:25: ")
    assert "`main.json`" in sentence
    assert words in sentence


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes as POSIX has them")
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.symlink_to(path.name), "symbolic links"),
        (lambda path: path.symlink_to("/etc/passwd"), "leads out of the folder"),
        (os.mkfifo, "pipe"),
        (lambda path: path.mkdir(), "directory"),
    ],
    ids=["loop", "link", "pipe", "folder"],
)
def test_what_has_the_name_of_a_flow_and_is_no_file(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    make(tmp_path / "main.json")
    sentence = refusal(tmp_path, HEAD + "flows: {Main: {Content: main.json}}\n")
    assert words in sentence
    assert sentence.count("cannot be read") <= 1


@pytest.mark.parametrize(
    ("name", "words"), [("a\\0b", "null byte"), ("x" * 5_000, "too long")], ids=["0", "long"]
)
def test_a_name_that_no_flow_has(tmp_path: Path, name: str, words: str) -> None:
    sentence = refusal(tmp_path, HEAD + f'flows: {{Main: {{Content: "{name}"}}}}\n')
    assert words in sentence
    assert len(sentence) < 250


def test_variables_stand_in_names_too(tmp_path: Path) -> None:
    text = HEAD + (
        "variables: {team: Sales, on: true, many: 7}\n"
        "queues: {'${var:team} ${var:many} ${var:on}': {Description: '$${var:x}'}, '$${var:x}': {}}\n"
    )
    (made,) = read(spec(tmp_path, text)).environments
    assert made.wanted.sections["queues"] == {"Sales 7 true": {"Description": "${var:x}"}, "${var:x}": {}}


def test_a_quoted_time_a_quoted_no_and_a_bare_no_are_texts(tmp_path: Path) -> None:
    """YAML 1.2: `no` is a text, and so is `12:30`; older readers make a boolean and a number of them."""
    text = HEAD + "queues: {no: {Description: 12:30}, '0123': {Description: 'no'}}\n"
    (made,) = read(spec(tmp_path, text)).environments
    assert made.wanted.sections["queues"] == {"no": {"Description": "12:30"}, "0123": {"Description": "no"}}


def test_a_variable_has_the_type_of_its_value(tmp_path: Path) -> None:
    text = HEAD + (
        "variables: {on: true, most: 7, who: team, name: 'the ${var:who}'}\n"
        "attributes: {CONTACTFLOW_LOGS: '${var:on}'}\n"
        "queues: {Sales: {MaxContacts: '${var:most}', Description: 'of ${var:name} (${var:most})'}}\n"
    )
    (made,) = read(spec(tmp_path, text)).environments
    assert made.wanted.sections["attributes"] == {"CONTACTFLOW_LOGS": True}
    assert made.wanted.sections["queues"]["Sales"] == {"MaxContacts": 7, "Description": "of the team (7)"}


def test_an_environment_is_laid_over_the_rest(tmp_path: Path) -> None:
    text = HEAD + (
        "variables: {size: 5}\n"
        "queues:\n  Sales: {MaxContacts: '${var:size}', Status: ENABLED}\n  Old: {Status: DISABLED}\n"
        "environments:\n"
        "  dev: {match: {alias: dev}}\n"
        "  prod:\n    match: {alias: prod}\n    variables: {size: 50}\n"
        "    queues: {Sales: {Status: DISABLED}, More: {}}\n"
    )
    dev, prod = read(spec(tmp_path, text)).environments
    assert (dev.name, prod.name) == ("dev", "prod")
    assert dev.wanted.sections["queues"] == {
        "Sales": {"MaxContacts": 5, "Status": "ENABLED"},
        "Old": {"Status": "DISABLED"},
    }
    assert prod.wanted.sections["queues"] == {
        "Sales": {"MaxContacts": 50, "Status": "DISABLED"},
        "Old": {"Status": "DISABLED"},
        "More": {},
    }
    mark = prod.wanted.mark(("queues", "Sales", "Status"))
    assert mark is not None
    assert mark.line == 11


def test_an_aliased_line_is_where_people_look(tmp_path: Path) -> None:
    (made,) = read(spec(tmp_path, HEAD + "queues:\n  Sales:\n    Status: ENABLED\n")).environments
    mark = made.wanted.mark(("queues", "Sales", "Status"))
    assert mark is not None
    assert (mark.line, mark.column) == (4, 13)
    nearest = made.wanted.mark(("queues", "Sales", "MaxContacts"))
    assert nearest is not None
    assert nearest.line == 3
