"""The wheel, an editable install and a checkout all find the rules and the templates."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

RULES = sorted(path.stem for path in (ROOT / "rules").rglob("*") if path.suffix in (".py", ".yaml"))


def run(*command, cwd, **env):
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**clean, **env}, capture_output=True, encoding="utf-8",
        timeout=300, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    code, out, err = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert code == 0, out + err
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def venv(tmp_path_factory):
    """A clean environment."""
    folder = tmp_path_factory.mktemp("clean")
    code, _, err = run(sys.executable, "-m", "venv", folder, cwd="/")
    assert code == 0, err
    return folder / ("Scripts" if sys.platform == "win32" else "bin")


def test_the_wheel_adds_one_name_and_holds_everything(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"auditor"}
    bundled = {Path(name).stem for name in names if name.startswith("auditor/_bundled/rules/")}
    assert bundled >= set(RULES)
    assert "auditor/_bundled/reports/templates/report.html.j2" in names
    assert "auditor/schemas/report-v1.schema.json" in names
    assert "auditor/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_the_metadata_pins_nothing_exactly(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith("METADATA")]
    metadata = archive.read(name).decode()
    wanted = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:")]
    assert wanted
    assert not [line for line in wanted if "==" in line.split(";")[0]]


def test_the_wheel_works_in_a_clean_environment_from_the_root_folder(wheel, venv):
    code, out, err = run(venv / "python", "-m", "pip", "install", "--quiet", wheel, cwd="/")
    assert code == 0, out + err
    works(venv / "connect-audit", venv / "python", "_bundled")
    code, _, err = run(venv / "connect-audit", "demo", cwd="/")
    assert (code, len(err.splitlines())) == (2, 1), "without the extra the command says which one to install"
    assert "connect-audit[sandbox]" in err


def test_an_editable_install_finds_them_in_the_checkout(wheel, venv):
    code, out, err = run(venv / "python", "-m", "pip", "install", "--quiet", "--no-deps", "-e", ROOT, cwd="/")
    assert code == 0, out + err
    works(venv / "connect-audit", venv / "python", str(ROOT))


def test_a_checkout_finds_them_without_any_install(tmp_path):
    script = tmp_path / "connect-audit"
    script.write_text(
        f"#!{sys.executable}\nimport sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from auditor.cli.app import main; main()\n"
    )
    script.chmod(0o755)
    works(script, sys.executable, str(ROOT), PYTHONPATH=str(ROOT))


def works(command, python, place, **env):
    """The command lists every rule and shows its version, and the templates are at that place."""
    code, out, err = run(command, "rules", "list", cwd="/")
    assert code == 0, err
    assert len(out.splitlines()) == len(RULES)
    assert run(command, "--version", cwd="/")[1].startswith("connect-audit ")
    code, out, err = run(
        python, "-c", "from auditor import bundled; print(bundled.TEMPLATES)", cwd="/", **env
    )
    assert place in out, out + err
    assert (Path(out.strip()) / "report.html.j2").is_file()
