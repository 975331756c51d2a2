"""CPU of `mlops-init upgrade` beside `copier update`, and beside the git commands typed by hand.

    python benchmarks/upgrade.py            five runs of each
    python benchmarks/upgrade.py --runs 15

Whole processes with all they start, user and system time, one after the other on the same
project, which goes from level 1 to 4 and holds no, 1,000 and 20,000 files of its owner's. The
figures are ratios; seconds are printed to show their size only.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from processes import cost, run
from published import commit, published

OLD, NEW = 1, 4
SIZES = (0, 1_000, 20_000)
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
Run = dict[str, float]


def born(release: Path, place: Path, level: int) -> Path:
    """A project as plain Copier makes it."""
    import copier

    data = {"level": level}
    copier.run_copy(str(release), place, data=data, defaults=True, quiet=True)
    return place


def grown(project: Path, place: Path, files: int) -> Path:
    """A project with its owner's own files in it, in folders of a hundred."""
    shutil.copytree(project, place)
    for number in range(files):
        file = place / f"work/{number // 100:03}/{number:05}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"VALUE = {number}\n" * 20)
    return commit(place)


@contextmanager
def copied(project: Path) -> Iterator[Path]:
    """A copy to be worked on, whose index knows its files."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        place = Path(shutil.copytree(project, Path(scratch, "churn"), symlinks=True))
        run("git", "update-index", "-q", "--refresh", cwd=place)
        yield place


def measured(project: Path, renders: Mapping[str, str]) -> Run:
    """Seconds of each of the three, each on a copy of its own."""
    own, level = Path(sys.executable).parent, f"level={NEW}"
    update = (own / "copier", "update", "--quiet", "--defaults", "--vcs-ref=:current:", "-d", level)
    found = {}
    with copied(project) as place:
        found["upgrade"] = cost(own / "mlops-init", "upgrade", "--level", NEW, "-y", cwd=place).cpu
    with copied(project) as place:
        found["update"] = cost(*update, cwd=place).cpu
    with copied(project) as place:
        found["hand"] = cost("sh", "-c", BY_HAND, cwd=place, **renders).cpu
    return found


def told(rounds: list[dict[int, Run]]) -> None:
    """Print the ratios: of pairs as their median, of what files add as of the least of all runs."""
    least = {
        size: {name: min(each[size][name] for each in rounds) for name in rounds[0][size]}
        for size in SIZES
    }
    for size in SIZES:
        files = f"{size:,} files of the owner's" if size else "an untouched project"
        ratios = sorted(each[size]["upgrade"] / each[size]["update"] for each in rounds)
        spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
        sizes = f"{least[size]['upgrade']:.2f} s / {least[size]['update']:.2f} s"
        name = f"upgrade / copier update, {files}"
        print(f"{name:58} {statistics.median(ratios):5.2f}   {spread:14} {sizes}")
        if size:  # noise only ever adds, and would be most of a difference between two medians
            more = {each: least[size][each] - least[0][each] for each in ("upgrade", "hand")}
            name = f"what {files} add, upgrade / git by hand"
            sizes = f"{more['upgrade']:.2f} s / {more['hand']:.2f} s"
            print(f"{name:58} {more['upgrade'] / more['hand']:5.2f}   {'':14} {sizes}")


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of mlops-init upgrade, as ratios.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    print(f"{'CPU of ' + str(runs) + ' runs':58} ratio   {'range':14} seconds")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        scratch = Path(name)
        release = published(scratch / "release")
        made, wanted = (
            born(release, scratch / f"level-{level}" / "churn", level) for level in (OLD, NEW)
        )
        renders = {"MADE": str(made), "WANTED": str(wanted)}
        projects = {size: grown(made, scratch / f"of-{size}" / "churn", size) for size in SIZES}
        # Round by round, so that what else the machine does meets every size alike; one to warm up.
        rounds = [
            {size: measured(project, renders) for size, project in projects.items()}
            for _ in range(runs + 1)
        ][1:]
    told(rounds)


if __name__ == "__main__":
    main()
