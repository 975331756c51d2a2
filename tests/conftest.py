"""A frozen checkout, the five levels rendered once, and the command line."""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import plumbum
import pytest
from filelock import FileLock

from tests.support import pages
from tests.support.durations import CpuTimes, format_durations
from tests.support.edits import figures
from tests.support.scores import Scores

ROOT = Path(__file__).resolve().parents[1]
LEVELS = range(5)
NOT_OURS = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "dist", "uv.lock")
ADDRESS = "https://mlops-init.invalid/mlops-init.git"
GIT_SETTINGS = "[user]\nname = Owner\nemail = owner@example.com\n[init]\ndefaultBranch = main\n"


def pytest_configure(config: pytest.Config) -> None:
    """Test a copy: who edits the checkout meanwhile changes no test, and git sees no settings."""
    # Some images set it; then every verb compiles anew all that it imports.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if "MLOPS_INIT_FROZEN" not in os.environ:
        scratch = Path(tempfile.mkdtemp(prefix="mlops-init-tests-"))
        shutil.copytree(ROOT, scratch / "checkout", ignore=NOT_OURS)
        address = f'[url "{scratch}/release"]\ninsteadOf = {ADDRESS}\n'
        (scratch / "gitconfig").write_text(GIT_SETTINGS + address)
        (scratch / "settings.yml").write_text("{}\n")
        os.environ |= {
            "MLOPS_INIT_FROZEN": str(scratch),
            "GIT_CONFIG_GLOBAL": str(scratch / "gitconfig"),
            "GIT_CONFIG_SYSTEM": os.devnull,
            "COPIER_CACHE_DIR": str(scratch / "cache"),
            "COPIER_SETTINGS_PATH": str(scratch / "settings.yml"),
        }
        # pytest-copie has imported plumbum already, and that has copied the environment.
        plumbum.local.env.update(os.environ)
        config.add_cleanup(lambda: shutil.rmtree(scratch))
        config.add_cleanup(lambda: os.unsetenv("MLOPS_INIT_FROZEN"))
    sys.path.insert(0, str(_frozen() / "generator"))
    config.pluginmanager.register(Scores(config))
    config.pluginmanager.register(CpuTimes())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where the minutes went, and what was not run and why."""
    every = itertools.chain.from_iterable(terminalreporter.stats.values())
    reports = [each for each in every if isinstance(each, pytest.TestReport)]
    terminalreporter.section("minutes")
    for line in format_durations(reports):
        terminalreporter.line(line)
    for line in (figures.summed_up(reports), pages.summed_up(reports)):
        if line:
            terminalreporter.line(line)
    skipped = terminalreporter.getreports("skipped")
    for report in skipped:
        terminalreporter.line(f"not run: {report.nodeid}: {report.longreprtext}")
    terminalreporter.line(f"{len(skipped)} not run")


def _frozen() -> Path:
    return Path(os.environ["MLOPS_INIT_FROZEN"], "checkout")


@dataclass(frozen=True)
class CommandResult:
    """How the command line ended, and what it printed."""

    status: int
    out: str
    err: str


def run_cli(*words: object, cwd: Path | None = None) -> CommandResult:
    """Run mlops-init in this process."""
    from mlops_init.cli import main

    out, err = StringIO(), StringIO()
    argv = ["mlops-init", *map(str, words)]
    with (
        chdir(cwd or Path.cwd()),
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "argv", argv),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return CommandResult(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def run_git(*words: str, cwd: Path) -> str:
    """Run git as the owner of a project does."""
    done = subprocess.run(["git", *words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"git {' '.join(words)}: {done.stderr}"
    return done.stdout


def commit(project: Path) -> None:
    """Commit all there is, as the owner of a project does."""
    run_git("add", "--all", "--force", cwd=project)
    run_git("commit", "--quiet", "--message", "Mine", cwd=project)


def upgrade_cleanly(project: Path, level: int) -> None:
    """Upgrade a project, all of it staged and nothing in conflict."""
    said = run_cli("upgrade", "--level", level, cwd=project)
    assert said.status == 0, said
    assert run_git("diff", "--name-only", cwd=project) == ""  # all of it is staged


def contents(folder: Path) -> dict[str, tuple[bool, bytes]]:
    """Every file below a folder, git's own aside: whether it can be run, and its bytes."""
    return {
        path.relative_to(folder).as_posix(): (os.access(path, os.X_OK), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def folders(project: Path) -> set[str]:
    """Every folder of a project, except git's own."""
    paths = (path.relative_to(project) for path in project.rglob("*") if path.is_dir())
    return {path.as_posix() for path in paths if ".git" not in path.parts}


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The frozen checkout that everything is rendered from."""
    return _frozen()


@pytest.fixture(scope="session")
def project() -> Callable[[int], Path]:
    """A fresh project of a level, made once for all workers: to read, not to change."""
    shared = _frozen().parent / "levels"
    shared.mkdir(exist_ok=True)

    def made(level: int) -> Path:
        place = shared / str(level) / "churn"
        with FileLock(shared / f"{level}.lock"):
            if not place.exists():
                said = run_cli(place, "--level", level, "--defaults")
                assert said.status == 0, said.err
        return place

    return made


@pytest.fixture
def own(project: Callable[[int], Path], tmp_path: Path) -> Callable[[int], Path]:
    """A project of a level that a test may change: committed, and clean."""

    def made(level: int) -> Path:
        place = tmp_path / "own" / "churn"
        shutil.copytree(project(level), place, symlinks=True)
        return place

    return made


def older(checkout: Path) -> None:
    """Take a checkout back to a template that had another page, and a line less."""
    docs, workflow = checkout / "template/docs", checkout / "template/.github/workflows/checks.yml"
    (docs / "checks.md").rename(docs / "gone.md")
    workflow.write_text(workflow.read_text().replace("\njobs:", "\n# as it was\njobs:"))
    manifest = checkout / "maturity_levels/level_1.yml"
    manifest.write_text(manifest.read_text().replace("/docs/how-to/checks.md", "/docs/gone.md"))


@pytest.fixture(scope="session")
def release() -> Path:
    """A clone of this repository as if it were published: tagged v0.0.1, and v0.0.2 as it is."""
    clone = _frozen().parent / "release"
    with FileLock(f"{clone}.lock"):
        if not clone.exists():
            scratch = clone.with_suffix(".new")
            shutil.copytree(_frozen(), scratch, ignore=NOT_OURS)
            older(scratch)
            run_git("init", "--quiet", cwd=scratch)
            for tag in ("v0.0.1", "v0.0.2"):
                run_git("add", "--all", cwd=scratch)
                run_git("commit", "--quiet", "--message", tag, cwd=scratch)
                run_git("tag", tag, cwd=scratch)
                if tag == "v0.0.1":
                    for part in ("maturity_levels", "template"):
                        shutil.rmtree(scratch / part)
                        shutil.copytree(_frozen() / part, scratch / part, ignore=NOT_OURS)
            scratch.rename(clone)
    return clone
