"""CPU of `mlops-init upgrade`, compared with `copier update` and with git commands.

    python benchmarks/upgrade.py            15 runs of each
    python benchmarks/upgrade.py --runs 5

Whole processes with all they start, user and system time, one after the other on the same
project, which goes from level 1 to 4 and holds no, 1,000, 20,000 and 100,000 files of its
user. The figures are ratios; seconds are printed to show their size only.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from processes import cost, run
from published import commit, published

OLD, NEW = 1, 4
SIZES = (0, 1_000, 20_000, 100_000)
MIN_FILES_SHOWN = 20_000  # the cost of fewer files is smaller than the noise
# Two renders are given: look whether all is committed, store them, see what would come, do it.
BY_HAND = """
set -e
git status --porcelain --untracked-files=all
git diff --cached --quiet HEAD
store() {
  GIT_INDEX_FILE=$PWD/.git/by-hand GIT_WORK_TREE=$1 GIT_DIR=$PWD/.git sh -c '
    cd "$GIT_WORK_TREE" && git add --all --force . && git write-tree'
  rm .git/by-hand
}
made=$(git commit-tree "$(store "$MADE")" -m made)
wanted=$(git commit-tree "$(store "$WANTED")" -p "$made" -m wanted)
ours=$(git commit-tree HEAD^{tree} -p "$made" -m ours)
git merge-tree --write-tree "$ours" "$wanted"
git ls-files -v --stage
git cherry-pick --no-commit --allow-empty "$wanted"
git status --porcelain
"""
HAND = "git by hand"
Run = dict[str, float]


def born(release: Path, place: Path, level: int) -> Path:
    """A project as plain Copier makes it."""
    import copier

    data = {"level": level}
    copier.run_copy(str(release), place, data=data, defaults=True, quiet=True)
    return place


def add_files(project: Path, place: Path, files: int) -> Path:
    """A project with files of its user in it, in folders of a hundred."""
    shutil.copytree(project, place)
    for number in range(files):
        file = place / f"work/{number // 100:03}/{number:05}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"VALUE = {number}\n" * 20)
    return commit(place)


def measure_round(projects: Mapping[int, Path], renders: Mapping[str, str]) -> dict[int, Run]:
    """Seconds of each of the three, on each project as it was; the same on all of them in turn.

    The machine may be slower now than a minute ago, so all sizes are measured in turn.
    """
    own, level = Path(sys.executable).parent, f"level={NEW}"
    commands = {
        "upgrade": (own / "mlops-init", "upgrade", "--level", NEW, "-y"),
        "copier update": (own / "copier", "update", "-q", "-l", "--vcs-ref=:current:", "-d", level),
        HAND: ("sh", "-c", BY_HAND),
    }
    seconds: dict[int, Run] = {size: {} for size in projects}
    for name, words in commands.items():
        for size, project in projects.items():
            seconds[size][name] = cost(*words, cwd=project, **renders).cpu
            restore(project)
    return seconds


def restore(project: Path) -> None:
    """Restore in place: copying and deleting would slow down the next measurement."""
    run("git", "reset", "--quiet", "--hard", cwd=project)
    run("git", "clean", "--quiet", "-ffdx", cwd=project)
    shutil.rmtree(project / ".git/mlops-init", ignore_errors=True)
    run("git", "prune", "--expire=now", cwd=project)


def print_ratios(rounds: list[dict[int, Run]]) -> None:
    """Print the medians and their ratios; of what files add, also the quartiles."""
    for size in SIZES:
        files = f"{size:,} files of the user" if size else "an untouched project"
        of = medians(rounds, size)
        print(format_ratio(f"upgrade / copier update, {files}", of["upgrade"], of["copier update"]))
        if size >= MIN_FILES_SHOWN:
            more = {name: added_seconds(rounds, size, name) for name in of}
            for name in ("upgrade", "copier update"):
                what = f"what {size:,} files add, {name} / {HAND}"
                low, middle, high = more[name]
                print(f"{format_ratio(what, middle, more[HAND][1])}   ({low:.2f} to {high:.2f} s)")


def medians(rounds: list[dict[int, Run]], size: int) -> Run:
    """Seconds of the run in the middle of each."""
    return {
        name: statistics.median(each[size][name] for each in rounds) for name in rounds[0][size]
    }


def added_seconds(rounds: list[dict[int, Run]], size: int, name: str) -> list[float]:
    """Seconds that files add to a command within a round: quartiles."""
    return statistics.quantiles((each[size][name] - each[0][name] for each in rounds), n=4)


def format_ratio(name: str, ours: float, theirs: float) -> str:
    """A ratio and what it is of."""
    return f"{name:57} {ours / theirs:5.2f}   {ours:.2f} s / {theirs:.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of mlops-init upgrade, as ratios.")
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    print(f"{'CPU, medians of ' + str(runs) + ' runs':57} ratio   seconds")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        scratch = Path(name)
        release = published(scratch / "release")
        made, wanted = (
            born(release, scratch / f"level-{level}" / "churn", level) for level in (OLD, NEW)
        )
        renders = {"MADE": str(made), "WANTED": str(wanted)}
        projects = {size: add_files(made, scratch / f"of-{size}" / "churn", size) for size in SIZES}
        rounds = [measure_round(projects, renders) for _ in range(runs + 1)][1:]  # one to warm up
    print_ratios(rounds)


if __name__ == "__main__":
    main()
