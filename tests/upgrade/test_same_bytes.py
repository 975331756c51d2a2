"""Plain Copier, mlops-init and the installed wheel create the same project."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from filelock import FileLock
from pytest_copie.plugin import Copie

from tests.support.generator import LEVELS, contents

Project = Callable[[int], Path]

ANSWERS = ".copier-answers.yml"
ORIGIN = ("_src_path", "_commit", "_template")


def check_same(made: Path, other: Path) -> None:
    """Every file is equal, except for the origin in the answers file."""
    left, right = contents(made), contents(other)
    answers = [yaml.safe_load(found.pop(ANSWERS)[1]) for found in (left, right)]
    assert left == right
    named = [{key: each for key, each in found.items() if key not in ORIGIN} for found in answers]
    assert named[0] == named[1]


@pytest.fixture(scope="session")
def installed(checkout: Path) -> Path:
    """The program of the wheel, installed by pip outside the checkout."""
    place = checkout.parent / "installed"
    program = place / "bin" / "mlops-init"
    with FileLock(f"{place}.lock"):
        if not program.exists():
            wheel = build(checkout, checkout.parent / "dist")
            run(sys.executable, "-m", "venv", "--system-site-packages", place)
            # pip and not uv: pip compiles the Python it finds, also that of the template.
            pip = (place / "bin/python", "-m", "pip", "install", "--quiet", "--no-deps")
            run(*pip, "--force-reinstall", "--no-index", wheel)
            link_dependencies(place)
    return program


def build(checkout: Path, target: Path) -> Path:
    from uv import find_uv_bin

    source = Path(shutil.copytree(checkout, checkout.parent / "source"))
    run(find_uv_bin(), "build", "--quiet", "--wheel", "--out-dir", target, source)
    return next(target.glob("*.whl"))


def link_dependencies(place: Path) -> None:
    """What this environment has, that one has too; its own packages come first."""
    here = next(path for path in sys.path if path.endswith("site-packages"))
    site = next(place.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(f"{here}\n")


def run(*words: str | Path, cwd: Path | None = None) -> None:
    """Run a program in an environment that knows nothing of ours."""
    clean = {key: each for key, each in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(words, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("level", LEVELS)
def test_plain_copier_creates_the_same_project(
    release: Path, project: Project, tmp_path: Path, level: int
) -> None:
    import copier

    # Without `unsafe`: the template needs no trust.
    copier.run_copy(
        str(release), tmp_path / "churn", data={"level": level}, defaults=True, quiet=True
    )
    check_same(tmp_path / "churn", project(level))


def test_pytest_copie_creates_the_same_project(
    copie: Copie, checkout: Path, project: Project
) -> None:
    result = copie.copy({"level": 4, "project_name": "churn"}, template_dir=checkout)
    assert result.exit_code == 0, result.exception
    assert result.project_dir is not None
    check_same(result.project_dir, project(4))


@pytest.mark.parametrize("level", [0, 4])
def test_the_wheel_creates_the_same_project(
    installed: Path, project: Project, tmp_path: Path, level: int
) -> None:
    run(installed, "churn", "--level", str(level), cwd=tmp_path)
    assert contents(tmp_path / "churn") == contents(project(level))


def test_the_wheel_upgrades_a_project_of_the_checkout(
    installed: Path, project: Project, tmp_path: Path
) -> None:
    shutil.copytree(project(1), tmp_path / "churn")
    run(installed, "upgrade", "churn", "--level", "3", cwd=tmp_path)
    assert contents(tmp_path / "churn") == contents(project(3))


def without_network() -> list[str]:
    """What starts a program in a network namespace that has nothing in it."""
    words = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None:
        pytest.skip("util-linux's unshare is not on this machine: the network cannot be disabled")
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no network namespaces: the network cannot be disabled")
    return words


def test_the_wheel_needs_no_network(installed: Path, project: Project, tmp_path: Path) -> None:
    alone = without_network()
    run(*alone, installed, "churn", "--level", "0", cwd=tmp_path)
    run(*alone, installed, "upgrade", "churn", "--level", "4", cwd=tmp_path)
    assert contents(tmp_path / "churn") == contents(project(4))
    run(*alone, installed, "upgrade", "churn", "--abort", cwd=tmp_path)
    assert contents(tmp_path / "churn") == contents(project(0))


@pytest.mark.parametrize("example", ["late-arrival", "none"])
def test_the_example_changes_no_code(
    release: Path, project: Project, tmp_path: Path, example: str
) -> None:
    import copier

    data = {"level": 4, "example": example}
    copier.run_copy(str(release), tmp_path / "churn", data=data, defaults=True, quiet=True)
    left, right = contents(tmp_path / "churn"), contents(project(4))
    changed = {path for path in left.keys() | right.keys() if left.get(path) != right.get(path)}
    pages = {"docs/reference/data-card.md", "docs/explanation/framing.md"}
    about_data = {"conf/data.yml", "data/flights.parquet"} | pages
    assert changed - about_data - {ANSWERS} == set()
