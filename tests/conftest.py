"""A copy of the checkout, and projects of all levels that are rendered from it once."""

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support import pages
from tests.support.durations import CpuTimes, format_durations
from tests.support.edits import counts
from tests.support.fast_renders import make_renders_fast
from tests.support.frozen_checkout import freeze_checkout, frozen_checkout
from tests.support.generator import NOT_OURS, run_cli, run_git
from tests.support.scores import Scores

# The conftest.py of a folder may import the generator before pytest is configured.
is_first = freeze_checkout()


def pytest_configure(config: pytest.Config) -> None:
    """Remove the copy of the checkout at the end, and count what the tests show."""
    if is_first:
        config.add_cleanup(lambda: shutil.rmtree(frozen_checkout().parent))
    make_renders_fast()
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


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The copy of the checkout, from which everything is rendered."""
    return frozen_checkout()


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
