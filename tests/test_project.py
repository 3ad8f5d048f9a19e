"""The promises that the project makes about itself: start-up, layers, words."""

import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["scan", "--help"], ["rules", "--help"]])
def test_help_imports_nothing_heavy(args):
    script = (
        "import sys\nfrom auditor.cli.app import main\n"
        f"sys.argv = ['connect-audit', *{args!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'boto3', 'botocore', 'jsonschema', 'jinja2', 'moto', 'ruamel', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported: {sorted(heavy)}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_import_contracts_hold():
    code = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_the_readme_opens_with_two_commands_that_ci_runs_as_well():
    commands = re.findall(r"^    (python3 -m venv .+)$", README, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("connect-audit demo")
    assert "pytest" in commands[1]
    assert README.index(commands[0]) < README.index("## ")
    assert "sed -n 's/^    " in (ROOT / ".ci/run").read_text("utf-8"), "CI takes the command from the README"


def test_the_command_line_of_the_readme_exists():
    for command in set(re.findall(r"^    connect-audit ([a-z-]+)(?: ([a-z]+))?", README, re.MULTILINE)):
        words = [word for word in command if word]
        words = words[:2] if words[0] == "rules" else words[:1]
        done = subprocess.run(
            [sys.executable, "-m", "auditor", *words, "--help"],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, words


def test_every_option_that_the_readme_names_exists():
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "scan", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    lines = [line for line in README.splitlines() if line.startswith("    connect-audit scan")]
    options = {option for line in lines for option in re.findall(r"--[a-z-]+", line)}
    assert options
    assert not [option for option in sorted(options) if option not in done.stdout]


def test_links_inside_the_documentation_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_lock_file_holds_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    locked = {
        re.split(r"[=\[; ]", line)[0].lower()
        for line in (ROOT / "requirements-ci.txt").read_text("utf-8").splitlines()
        if line and not line.startswith(("#", " "))
    }
    for one in wanted:
        name = re.split(r"[>=\[; ]", one)[0].lower().replace(".", "-")
        assert name == "connect-audit" or name in locked, name
