"""Files and names as a nasty user gives them: one sentence that names them, exit 2, and nothing lost."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.catalogue import load
from auditor.declarative import BadRule
from auditor.files import Pending, Unwritable
from auditor.positions import LARGEST_FILE
from tests.conftest import ROOT

MARK = "0123456789abcdef" * 2
WAIVE = ("--reason", "r", "--owner", "o", "--until", "2099-01-01")
ENTRY = f"waivers:\n  - fingerprint: {'b' * 32}\n    reason: r\n    owner: o\n    until: 2099-01-01\n"
SHOW = ("config", "show")
posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes as POSIX has them")


def refused(ran, *words):
    assert (ran.code, ran.out) == (2, ""), ran.err
    assert len(ran.err.splitlines()) == 1, ran.err
    for one in words:
        assert one in ran.err


def link(path, to):
    path.symlink_to(to)


def pipe(path):
    os.mkfifo(path)


FOUND = {
    "a folder": (lambda path: path.mkdir(), "directory"),
    "a link to itself": (lambda path: link(path, path.name), "symbolic links"),
    "a link to nothing": (lambda path: link(path, "nowhere"), "No such file"),
    "a pipe": (pipe, "pipe"),
}


@posix
@pytest.mark.parametrize(("make", "words"), FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("name", ["connect-audit.yaml", "waivers.yaml"])
def test_what_bears_the_name_of_a_file_is_never_left_out_in_silence(cli, name, make, words):
    make(cli.folder / name)
    refused(cli(*SHOW), name, words)


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("rules: [mine, nope]\n", "1:9", "no folder of rules mine"),
        ("rules: ['{long}']\n", "1:9", "no folder of rules"),
        ('rules: ["a\\0b"]\n', "1:9", "zero character"),
        ("rules: ['~nobody-of-this-name/x']\n", "1:9", "not known here"),
        ("waivers: nope.yaml\n", "1:10", "no waivers file nope.yaml"),
        ('waivers: "a\\0b"\n', "1:10", "zero character"),
        ('select: ["\\ud800"]\n', "1:10", "half of a character"),
        ("select: [STO-03]\n", "1:10", "did you mean `STO-0"),
    ],
)
def test_what_a_configuration_names_is_told_with_where_it_names_it(cli, text, at, words):
    (cli.folder / "connect-audit.yaml").write_text(text.replace("{long}", "x" * 5000), encoding="utf-8")
    refused(cli(*SHOW), f"connect-audit.yaml:{at}:", words)


def test_what_is_no_text_is_told_with_its_line(cli):
    (cli.folder / "connect-audit.yaml").write_bytes("select: [STO]\n# é\n".encode("latin-1"))
    refused(cli(*SHOW), "connect-audit.yaml:2:", "UTF-8")


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(("selector", "words"), [("QQQ", "rules list"), ("", "empty"), ("STO-03", "`STO-0")])
def test_a_selector_that_names_nothing_is_no_wish_for_everything(cli, option, selector, words):
    refused(cli(*SHOW, option, "STO", option, selector), option, words)


def test_what_people_type_begins_no_line_and_moves_no_cursor(cli):
    for args in (
        ("rules", "show", "A\nB\x1b[31m"),
        ("rules", "new", "A\n"),
        ("rules", "list", "--rules-pack", "a\nb"),
    ):
        ran = cli(*args)
        refused(ran)
        assert "\x1b" not in ran.err


def test_a_rule_is_shown_by_the_id_that_selects_it(cli):
    assert cli("rules", "show", "sto-003").out == cli("rules", "show", "CONNECT-STO-003").out


# Rules


@pytest.mark.parametrize("rule_id", ["ACME-QUE-٠٠١", "A" * 300 + "-001", "ACME-QUE-001\n", "{id}-001"])
def test_an_id_that_no_file_should_have(cli, rule_id):
    refused(cli("rules", "new", rule_id))
    assert not list(cli.folder.iterdir())


def test_a_new_rule_takes_no_other_rules_place(cli):
    assert cli("rules", "new", "ACME-QUE-001").code == 0
    refused(cli("rules", "new", "ACME-QUE-001", "--python"), "acme_que_001.yaml", "already")
    (cli.folder / "file").write_text("mine", encoding="utf-8")
    refused(cli("rules", "new", "ACME-QUE-002", "--dir", "file"), "file", "cannot be made")
    assert (cli.folder / "file").read_text("utf-8") == "mine"


@posix
@pytest.mark.parametrize("suffix", ["yaml", "py"])
@pytest.mark.parametrize(("make", "_words"), FOUND.values(), ids=FOUND)
def test_what_has_the_name_of_a_rule_and_is_no_file(tmp_path, suffix, make, _words):
    make(tmp_path / f"rule.{suffix}")
    with pytest.raises(BadRule, match=rf"rule\.{suffix}: "):
        load(ROOT / "tests" / "golden" / "rules", [tmp_path], python_allowed=True)


def test_rules_in_a_folder_that_cannot_be_read_are_not_left_out_in_silence(tmp_path):
    here, step = os.open(tmp_path, os.O_RDONLY), "d" * 200
    for _ in range(25):  # deeper than any path may be long
        os.mkdir(step, dir_fd=here)
        below = os.open(step, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    with pytest.raises(BadRule, match="the folder cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    "code", ["import sys; sys.exit(0)", "class Odd(BaseException): pass\nraise Odd", "exit()"]
)
def test_a_rule_cannot_end_the_scan_as_if_it_were_clean(cli, code):
    (cli.folder / "mine").mkdir()
    (cli.folder / "mine" / "rule.py").write_text(code, encoding="utf-8")
    refused(cli("rules", "test", "mine", "--allow-python-rules"), "rule.py:")


def test_the_sha_of_a_rule_is_of_what_ran(tmp_path):
    text = (ROOT / "rules/storage/recordings_have_storage.py").read_text("utf-8")
    file = tmp_path / "own.py"
    file.write_text(
        text.replace("CONNECT-STO-001", "OWN-STO-001")
        + "\nfrom pathlib import Path\nPath(__file__).write_text('# harmless')\n",
        encoding="utf-8",
    )
    ran = hashlib.sha256(file.read_bytes()).hexdigest()
    found = load(ROOT / "tests" / "golden" / "rules", [tmp_path], python_allowed=True)
    assert [one.sha256 for one in found.entries if not one.built_in] == [ran]


# Waivers


def waive(cli, *args, mark=MARK):
    return cli("waive", mark, *WAIVE, *args)


def test_of_many_that_waive_at_once_none_is_lost(cli):
    marks = [f"{number:032x}" for number in range(1, 11)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "auditor", "waive", mark, *WAIVE],
            cwd=cli.folder, env=cli.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        for mark in marks
    ]  # fmt: skip
    assert [one.communicate(timeout=60)[1] for one in running] == [b""] * len(marks)
    text = (cli.folder / "waivers.yaml").read_text("utf-8")
    assert [mark for mark in marks if text.count(mark) != 1] == []
    assert [one.name for one in cli.folder.iterdir()] == ["waivers.yaml"]


@posix
def test_a_link_to_the_waivers_stays_a_link(cli):
    (cli.folder / "shared.yaml").write_text(ENTRY, encoding="utf-8")
    link(cli.folder / "waivers.yaml", "shared.yaml")
    assert waive(cli).code == 0
    assert (cli.folder / "waivers.yaml").is_symlink()
    assert (cli.folder / "shared.yaml").read_text("utf-8").startswith(ENTRY)
    assert MARK in (cli.folder / "shared.yaml").read_text("utf-8")


@posix
@pytest.mark.parametrize(
    "make",
    [FOUND["a folder"][0], FOUND["a link to itself"][0], FOUND["a pipe"][0]],
    ids=["folder", "loop", "pipe"],
)
def test_what_is_no_file_is_not_replaced(cli, make):
    make(cli.folder / "waivers.yaml")
    before = (cli.folder / "waivers.yaml").lstat()
    refused(waive(cli), "waivers.yaml")
    assert (cli.folder / "waivers.yaml").lstat().st_ino == before.st_ino
    assert len(list(cli.folder.iterdir())) == 1


@posix
def test_no_file_takes_the_place_of_a_device_or_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull)):
        # Only asked for: nothing is placed, so that a mistake here breaks no machine.
        with pytest.raises(Unwritable, match="device or a pipe"):
            Pending(path, "report").discard()


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (b"\xff\xfe" + ENTRY.encode("utf-16-le"), "UTF-8"),
        (ENTRY.encode() + b"# \xe9\n", "waivers.yaml:6:3: this is not text in UTF-8"),
        (ENTRY.encode() + b"#" * LARGEST_FILE, "at most 256 KiB"),
        (ENTRY.encode() + b"#" * (LARGEST_FILE - len(ENTRY) - 20), "at most 256 KiB"),
    ],
)
def test_a_file_that_a_scan_would_refuse_is_neither_read_nor_made(cli, before, words):
    (cli.folder / "waivers.yaml").write_bytes(before)
    refused(waive(cli), words, "Nothing was written.")
    assert (cli.folder / "waivers.yaml").read_bytes() == before


@pytest.mark.parametrize("until", ["20991231", "2099-W01-1", "٢٠٩٩-01-01", "2099-1-1", ""])
def test_a_day_is_written_in_one_way(cli, until):
    refused(cli("waive", MARK, "--reason", "r", "--owner", "o", "--until", until), "such as 2026-12-31")


@posix
@pytest.mark.parametrize("option", ["--reason", "--owner", "--ticket"])
def test_what_a_shell_passes_on_may_be_no_text(cli, option):
    refused(cli("waive", MARK, *WAIVE, option, "r\udc80"), option, "UTF-8")
    assert not list(cli.folder.iterdir())


PLACE = '{"account": "", "region": "", "instance_id": ""}'
ODD = [
    "[" * 100_000,
    f'{{"findings": [{{"fingerprint": "{MARK}"}}]}}',
    f'{{"findings": [{{"fingerprint": "{MARK}", "verdict": "fail", "rule_id": 1, "resource": {PLACE}}}]}}',
    f'{{"findings": [{{"fingerprint": "{MARK}", "verdict": "fail", "rule_id": "A", "resource": []}}]}}',
    '{"findings": null}',
]


@pytest.mark.parametrize("text", ODD, ids=["deep", "bare", "number", "list", "null"])
def test_a_report_that_is_none_is_told(cli, text):
    (cli.folder / "r.json").write_text(text, encoding="utf-8")
    refused(waive(cli, "--report", "r.json"), "no JSON report")
    assert not (cli.folder / "waivers.yaml").exists()
