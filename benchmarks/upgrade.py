"""CPU of `mlops-init upgrade` against `copier update` and against plain git commands.

    python benchmarks/upgrade.py            15 runs of each
    python benchmarks/upgrade.py --runs 5

Each command upgrades the same project from level 1 to 4, with no, 1,000, 20,000 and 100,000 files
of the user. The CPU time includes child processes. The results are ratios; the seconds are printed
only to show their size.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from processes import cost, run
from published import commit, create_release

OLD, NEW = 1, 4
SIZES = (0, 1_000, 20_000, 100_000)
MIN_SIZE = 20_000  # the cost of fewer files is smaller than the variation between runs
# Given two generated projects: check the work tree, store both, preview the merge, do it.
PLAIN_GIT = """
set -e
git status --porcelain --untracked-files=all
git diff --cached --quiet HEAD
store() {
  GIT_INDEX_FILE=$PWD/.git/plain-index GIT_WORK_TREE=$1 GIT_DIR=$PWD/.git sh -c '
    cd "$GIT_WORK_TREE" && git add --all --force . && git write-tree'
  rm .git/plain-index
}
made=$(git commit-tree "$(store "$MADE")" -m made)
wanted=$(git commit-tree "$(store "$WANTED")" -p "$made" -m wanted)
ours=$(git commit-tree HEAD^{tree} -p "$made" -m ours)
git merge-tree --write-tree "$ours" "$wanted"
git ls-files -v --stage
git cherry-pick --no-commit --allow-empty "$wanted"
git status --porcelain
"""
GIT = "plain git"
Run = dict[str, float]


def create_project(release: Path, place: Path, level: int) -> Path:
    """Create a project with plain Copier."""
    import copier

    data = {"level": level}
    copier.run_copy(str(release), place, data=data, defaults=True, quiet=True)
    return place


def add_files(project: Path, place: Path, files: int) -> Path:
    """Copy a project and add files of the user, in folders of a hundred."""
    shutil.copytree(project, place)
    for number in range(files):
        file = place / f"work/{number // 100:03}/{number:05}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"VALUE = {number}\n" * 20)
    return commit(place)


def measure(projects: Mapping[int, Path], renders: Mapping[str, str]) -> dict[int, Run]:
    """Seconds of each command on each project, which is restored after each command.

    A command runs on all projects in turn, so that a slow minute of the machine affects them all.
    """
    own, level = Path(sys.executable).parent, f"level={NEW}"
    commands = {
        "upgrade": (own / "mlops-init", "upgrade", "--level", NEW, "-y"),
        "copier update": (own / "copier", "update", "-q", "-l", "--vcs-ref=:current:", "-d", level),
        GIT: ("sh", "-c", PLAIN_GIT),
    }
    seconds: dict[int, Run] = {size: {} for size in projects}
    for name, words in commands.items():
        for size, project in projects.items():
            seconds[size][name] = cost(*words, cwd=project, **renders).cpu
            restore(project)
    return seconds


def restore(project: Path) -> None:
    """Restore a project. A new copy would slow down the next measurement."""
    run("git", "reset", "--quiet", "--hard", cwd=project)
    run("git", "clean", "--quiet", "-ffdx", cwd=project)
    shutil.rmtree(project / ".git/mlops-init", ignore_errors=True)
    run("git", "prune", "--expire=now", cwd=project)


def print_results(rounds: list[dict[int, Run]]) -> None:
    """Print medians and their ratios, and the quartiles of the cost of files."""
    for size in SIZES:
        files = f"{size:,} files of the user" if size else "an untouched project"
        seconds = medians(rounds, size)
        print(
            line(f"upgrade / copier update, {files}", seconds["upgrade"], seconds["copier update"])
        )
        if size >= MIN_SIZE:
            more = {name: added(rounds, size, name) for name in seconds}
            for name in ("upgrade", "copier update"):
                label = f"cost of {size:,} files, {name} / {GIT}"
                low, middle, high = more[name]
                print(f"{line(label, middle, more[GIT][1])}   ({low:.2f} to {high:.2f} s)")


def medians(rounds: list[dict[int, Run]], size: int) -> Run:
    """Median seconds of each command."""
    return {
        name: statistics.median(each[size][name] for each in rounds) for name in rounds[0][size]
    }


def added(rounds: list[dict[int, Run]], size: int, name: str) -> list[float]:
    """Quartiles of the seconds that files add to a command within a round."""
    return statistics.quantiles((each[size][name] - each[0][name] for each in rounds), n=4)


def line(name: str, ours: float, peer: float) -> str:
    """A labelled ratio and its two values."""
    return f"{name:57} {ours / peer:5.2f}   {ours:.2f} s / {peer:.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of mlops-init upgrade, as ratios.")
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    print(f"{'CPU, medians of ' + str(runs) + ' runs':57} ratio   seconds")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        scratch = Path(name)
        release = create_release(scratch / "release")
        made, wanted = (
            create_project(release, scratch / f"level-{level}" / "churn", level)
            for level in (OLD, NEW)
        )
        renders = {"MADE": str(made), "WANTED": str(wanted)}
        projects = {size: add_files(made, scratch / f"of-{size}" / "churn", size) for size in SIZES}
        measure(projects, renders)  # the first round is slower
        rounds = [measure(projects, renders) for _ in range(runs)]
    print_results(rounds)


if __name__ == "__main__":
    main()
