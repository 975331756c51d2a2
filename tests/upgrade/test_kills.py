"""An upgrade that is killed at any moment is taken back, to the last byte."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, commit, run_git

Project = Callable[[int], Path]

SEED = 2026
KILLS = 100
ABORTS = 20
GIT = ("index", "index.lock", "HEAD", "MERGE_MSG", "packed-refs")


def state(place: Path) -> dict[str, object]:
    """Work tree with its ignored files, links, modes and empty folders; index, refs, leftovers."""
    found: dict[str, object] = {}
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if name.split("/")[0] == ".git":
            continue
        if path.is_symlink():
            found[name] = path.readlink()
        else:
            found[name] = path.stat().st_mode, path.read_bytes() if path.is_file() else None
    git = place / ".git"
    found |= {f".git/{name}": (git / name).read_bytes() for name in GIT if (git / name).exists()}
    found["refs"] = run_git("for-each-ref", cwd=place)
    found["left over"] = sorted(path.name for path in git.glob("mlops-init*"))
    return found


def raising(own: Project) -> Path:
    """Level 0, with work of its owner's, and a file of theirs where a folder comes."""
    place = own(0)
    (place / "src/churn/registry").write_text("mine\n")
    (place / "src/churn/mine.py").write_text("MINE = True\n")
    (place / "README.md").write_text("# Mine\n")
    (place / "link").symlink_to("README.md")
    commit(place)
    (place / "uv.lock").write_text("mine")
    (place / "docs/empty").mkdir()
    return place


def lowering(own: Project) -> Path:
    """Level 4, with compiled Python and run-time state; lowered with a conflict."""
    place = own(4)
    edited = place / "src/churn/serving/app.py"
    edited.write_text(edited.read_text() + "# mine\n")
    commit(place)
    for folder in ("monitoring", "retraining", "serving"):
        (place / "src/churn" / folder / "__pycache__").mkdir()
        (place / "src/churn" / folder / "__pycache__/compiled.pyc").write_bytes(b"\0")
    (place / "var/runs/1").mkdir(parents=True)
    (place / "var/runs/1/model").write_bytes(b"\0model")
    return place


MOVES = {"raise": (raising, 4), "lower": (lowering, 1)}


@dataclass
class Case:
    """A project that can be brought back to its start, and killed."""

    place: Path
    level: int
    start: Path
    before: dict[str, object]
    checkout: Path

    def fresh(self) -> None:
        shutil.rmtree(self.place)
        shutil.copytree(self.start, self.place, symlinks=True)
        run_git("update-index", "--refresh", cwd=self.place)
        self.before = state(self.place)

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        scratch = self.place.parent / "tmp"
        scratch.mkdir(exist_ok=True)
        environment = os.environ | {
            "PYTHONPATH": str(self.checkout / "generator"),
            "RENDERS": str(self.place.parent / "renders"),
            "TMPDIR": str(scratch),
        }
        program = (sys.executable, ROOT / "tests/support/killed_upgrade.py")
        return subprocess.run(
            [*map(str, (*program, *words))],
            cwd=self.place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )

    def upgrade(self, how: str, moment: int, delay: float) -> subprocess.CompletedProcess[str]:
        return self.run(how, moment, delay, "upgrade", "--level", self.level)

    def left_in_tmp(self) -> list[str]:
        return [each.name for each in (self.place.parent / "tmp").glob("mlops-init-*")]


@pytest.fixture
def case(own: Project, checkout: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Case:
    make, level = MOVES[request.param]
    place = make(own)
    shutil.copytree(place, tmp_path / "start", symlinks=True)
    made = Case(place, level, tmp_path / "start", {}, checkout)
    made.fresh()
    return made


def moments(done: subprocess.CompletedProcess[str]) -> int:
    assert done.returncode in (0, 1), done.stderr
    return int(done.stdout.rsplit("moments: ", 1)[1])


def taken_back(case: Case, by: str) -> None:
    """By `--abort`, or by the next upgrade (which is then taken back itself)."""
    if by == "upgrade":
        again = case.upgrade("never", 0, 0)
        came_to_its_end = "is staged: commit it, or undo it" in again.stderr
        assert again.returncode in (0, 1) or came_to_its_end, again.stderr
    said = case.run("never", 0, 0, "upgrade", "--abort")
    nothing_begun = "There is no upgrade to undo" in said.stderr
    assert said.returncode == 0 or nothing_begun, said.stderr
    after = state(case.place)
    assert after.pop("left over") in ([], ["mlops-init.lock"])
    assert after == {key: each for key, each in case.before.items() if key != "left over"}
    assert case.left_in_tmp() == []


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("case", MOVES, indirect=True)
def test_an_upgrade_killed_at_any_moment_is_taken_back(case: Case, part: int) -> None:
    last = moments(case.upgrade("never", 0, 0))
    count = KILLS // (4 * len(MOVES)) + 1
    chance = random.Random(f"{SEED} {case.level} {part}")
    for number in range(count):
        case.fresh()
        # Spread from the first moment to the last, by all parts together.
        moment = 1 + round((last - 1) * (number * 4 + part) / (count * 4 - 1))
        how = ("self", "late", "group")[number % 3]
        delay = chance.uniform(0, 6)
        by = "upgrade" if number % 5 == 4 else "abort"
        print(f"seed {SEED}: {how} at {moment} of {last}, {delay:.1f} ms later, {by}")
        killed = case.upgrade(how, moment, delay)
        assert killed.returncode < 0 or how != "self", killed.stderr
        taken_back(case, by)


@pytest.mark.parametrize("case", MOVES, indirect=True)
def test_taking_back_can_be_killed_too(case: Case) -> None:
    assert case.upgrade("never", 0, 0).returncode in (0, 1)
    last = moments(case.run("never", 0, 0, "upgrade", "--abort"))
    count = ABORTS // len(MOVES)
    for number in range(count):
        case.fresh()
        case.upgrade("never", 0, 0)
        moment = 1 + round((last - 1) * number / (count - 1))
        killed = case.run("self", moment, 0, "upgrade", "--abort")
        assert killed.returncode < 0
        taken_back(case, "abort")
