"""A copy of the checkout, and projects of all levels that are rendered from it once."""

import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import plumbum
import pytest
from filelock import FileLock

from tests.support import pages
from tests.support.durations import CpuTimes, format_durations
from tests.support.edits import counts
from tests.support.generator import NOT_OURS, ROOT, run_cli, run_git
from tests.support.scores import Scores

ADDRESS = "https://mlops-init.invalid/mlops-init.git"
GIT_SETTINGS = "[user]\nname = Owner\nemail = owner@example.com\n[init]\ndefaultBranch = main\n"


def pytest_configure(config: pytest.Config) -> None:
    """Test a copy of the checkout, which nobody edits meanwhile, with git settings of our own."""
    # Some images set it; then each command compiles again all that it imports.
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
    # Projects have the same files, so mypy checks a file once; each worker has its own cache.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["MYPY_CACHE_DIR"] = str(Path(os.environ["MLOPS_INIT_FROZEN"], f"mypy-{worker}"))
    sys.path.insert(0, str(_frozen_checkout() / "generator"))
    config.pluginmanager.register(Scores(config))
    config.pluginmanager.register(CpuTimes())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the minutes of each file, and each test that was not run with the reason."""
    every = itertools.chain.from_iterable(terminalreporter.stats.values())
    reports = [each for each in every if isinstance(each, pytest.TestReport)]
    terminalreporter.section("minutes")
    for line in format_durations(reports):
        terminalreporter.line(line)
    for line in (counts.format_counts(reports), pages.format_counts(reports)):
        if line:
            terminalreporter.line(line)
    skipped = terminalreporter.getreports("skipped")
    for report in skipped:
        terminalreporter.line(f"not run: {report.nodeid}: {report.longreprtext}")
    terminalreporter.line(f"{len(skipped)} not run")


def _frozen_checkout() -> Path:
    return Path(os.environ["MLOPS_INIT_FROZEN"], "checkout")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The copy of the checkout, from which everything is rendered."""
    return _frozen_checkout()


@pytest.fixture(scope="session")
def project(checkout: Path) -> Callable[[int], Path]:
    """`project(3)`: a project of level 3, made once for all workers. Tests must not change it."""
    shared = checkout.parent / "levels"
    shared.mkdir(exist_ok=True)

    def get_project(level: int) -> Path:
        place = shared / str(level) / "churn"
        with FileLock(shared / f"{level}.lock"):
            if not place.exists():
                result = run_cli(place, "--level", level, "--defaults")
                assert result.status == 0, result.err
        return place

    return get_project


@pytest.fixture
def own(project: Callable[[int], Path], tmp_path: Path) -> Callable[[int], Path]:
    """`own(3)`: a copy of a project of level 3 that a test may change, without local changes."""

    def copy_project(level: int) -> Path:
        place = tmp_path / "own" / "churn"
        shutil.copytree(project(level), place, symlinks=True)
        return place

    return copy_project


def restore_older_template(checkout: Path) -> None:
    """Turn the template into an older one, with another page and one line less."""
    docs = checkout / "template/docs"
    workflow = checkout / "template/.github/workflows/checks.yml.jinja"
    (docs / "how-to/checks.md").rename(docs / "gone.md")
    workflow.write_text(workflow.read_text().replace("\njobs:", "\n# as it was\njobs:"))
    manifest = checkout / "maturity_levels/level_1.yml"
    manifest.write_text(manifest.read_text().replace("/docs/how-to/checks.md", "/docs/gone.md"))


@pytest.fixture(scope="session")
def release(checkout: Path) -> Path:
    """A repository of mlops-init with two releases: v0.0.1, and v0.0.2 which is the checkout."""
    repository = checkout.parent / "release"
    with FileLock(f"{repository}.lock"):
        if not repository.exists():
            scratch = repository.with_suffix(".new")
            shutil.copytree(checkout, scratch, ignore=NOT_OURS)
            restore_older_template(scratch)
            run_git("init", "--quiet", cwd=scratch)
            for tag in ("v0.0.1", "v0.0.2"):
                run_git("add", "--all", cwd=scratch)
                run_git("commit", "--quiet", "--message", tag, cwd=scratch)
                run_git("tag", tag, cwd=scratch)
                if tag == "v0.0.1":
                    for part in ("maturity_levels", "template"):
                        shutil.rmtree(scratch / part)
                        shutil.copytree(checkout / part, scratch / part, ignore=NOT_OURS)
            scratch.rename(repository)
    return repository
