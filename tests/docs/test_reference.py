"""The reference pages show the commands, levels and questions that there are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.generator import NOT_OURS

SCRIPT = "generator/scripts/reference.py"


def run_reference(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a checkout with the package of that checkout."""
    return subprocess.run(
        [sys.executable, SCRIPT, *words],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": f"{checkout}/generator"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_reference_pages_are_up_to_date(checkout: Path) -> None:
    result = run_reference(checkout, "--check")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "page"),
    [
        ("maturity_levels/level_1.yml", "name: Tested", "name: Checked", "levels.md"),
        ("copier.yml", "default: air-time", "default: none", "questions.md"),
        ("generator/mlops_init/exit_status.py", "succeeded", "ended", "commands.md"),
    ],
)
def test_a_page_out_of_date_is_named_and_written(
    checkout: Path, tmp_path: Path, file: str, old: str, new: str, page: str
) -> None:
    clone = shutil.copytree(checkout, tmp_path / "clone", ignore=NOT_OURS)
    text = (clone / file).read_text()
    assert old in text
    (clone / file).write_text(text.replace(old, new))
    result = run_reference(clone, "--check")
    assert result.returncode == 1
    assert page in result.stderr
    assert "Traceback" not in result.stderr
    assert run_reference(clone).returncode == 0
    assert run_reference(clone, "--check").returncode == 0
    assert new.split()[-1] in (clone / "docs/reference" / page).read_text()


def test_another_installed_package_is_refused(checkout: Path, tmp_path: Path) -> None:
    clone = shutil.copytree(checkout, tmp_path / "clone", ignore=NOT_OURS)
    result = subprocess.run(
        [sys.executable, SCRIPT],
        cwd=clone,
        env=os.environ | {"PYTHONPATH": f"{checkout}/generator"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr == (
        f"Another mlops-init is installed: run pip install -e '.[dev]' in {clone}.\n"
    )
