"""An upgrade that is killed at any moment is undone, to the last byte."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.generator import ROOT, commit, run_git
from tests.support.projects import NIGHTLY

Project = Callable[[int], Path]

SEED = 2026
KILLS, ABORTS = (100, 20) if NIGHTLY else (6, 4)
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


def prepare_upgrade(own: Project) -> Path:
    """Level 0 with changes of the user, one of them a file where a new folder goes."""
    place = own(0)
    (place / "src/churn/registry").write_text("mine\n")
    (place / "src/churn/mine.py").write_text("MINE = True\n")
    (place / "README.md").write_text("# Mine\n")
    (place / "link").symlink_to("README.md")
    commit(place)
    (place / "uv.lock").write_text("mine")
    (place / "docs/empty").mkdir()
    return place


def prepare_lowering(own: Project) -> Path:
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


MOVES = {"raise": (prepare_upgrade, 4), "lower": (prepare_lowering, 1)}


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it printed."""

    status: int
    printed: str


class WarmProcess:
    """A process that has loaded mlops-init, and runs each command in a fork of itself."""

    def __init__(self, checkout: Path) -> None:
        environment = os.environ | {"PYTHONPATH": str(checkout / "generator")}
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests/support/killed_upgrade.py"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, job: dict[str, object]) -> Result:
        assert self.process.stdin and self.process.stdout
        print(json.dumps(job), file=self.process.stdin, flush=True)
        return Result(**json.loads(self.process.stdout.readline()))

    def stop(self) -> None:
        self.process.communicate()


@pytest.fixture(scope="session")
def process(checkout: Path) -> Iterator[WarmProcess]:
    warm = WarmProcess(checkout)
    yield warm
    warm.stop()


@dataclass
class Case:
    """A project to upgrade, and the state that has to come back."""

    place: Path
    level: int
    before: dict[str, object]
    process: WarmProcess

    def remember(self) -> None:
        """Keep the state that has to come back; each kill starts from what the one before left."""
        run_git("prune", "--expire=now", cwd=self.place)  # so that each writes the same objects
        run_git("update-index", "--refresh", cwd=self.place)
        self.before = state(self.place)

    def run(self, how: str, moment: int, delay: float, *words: object) -> Result:
        scratch = self.place.parent / "tmp"
        scratch.mkdir(exist_ok=True)
        environment = {"RENDERS": f"{self.place.parent}/renders", "TMPDIR": str(scratch)}
        return self.process.run(
            {
                "cwd": str(self.place),
                "environment": environment,
                "printed": f"{self.place.parent}/printed",
                "how": how,
                "moment": moment,
                "delay": delay,
                "words": [*map(str, words)],
            }
        )

    def upgrade(self, how: str, moment: int, delay: float) -> Result:
        return self.run(how, moment, delay, "upgrade", "--level", self.level)

    def left_in_tmp(self) -> list[str]:
        return [each.name for each in (self.place.parent / "tmp").glob("mlops-init-*")]


@pytest.fixture
def case(own: Project, process: WarmProcess, request: pytest.FixtureRequest) -> Case:
    make, level = MOVES[request.param]
    place = make(own)
    run_git("gc", "--quiet", cwd=place)  # few files, as `state` reads them all
    return Case(place, level, {}, process)


def moments(ended: Result) -> int:
    assert ended.status in (0, 1), ended.printed
    return int(ended.printed.rsplit("moments: ", 1)[1])


def undo_and_compare(case: Case, by: str) -> None:
    """By `--abort`, or by the next upgrade (which is then taken back itself)."""
    if by == "upgrade":
        again = case.upgrade("never", 0, 0)
        is_finished = "is staged: commit it, or undo it" in again.printed
        assert again.status in (0, 1) or is_finished, again.printed
    undone = case.run("never", 0, 0, "upgrade", "--abort")
    nothing_to_undo = "There is no upgrade to undo" in undone.printed
    assert undone.status == 0 or nothing_to_undo, undone.printed
    after = state(case.place)
    assert after.pop("left over") in ([], ["mlops-init.lock"])
    assert after == {key: each for key, each in case.before.items() if key != "left over"}
    assert case.left_in_tmp() == []


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("case", MOVES, indirect=True)
def test_an_upgrade_killed_at_any_moment_can_be_undone(case: Case, part: int) -> None:
    case.remember()
    last = moments(case.upgrade("never", 0, 0))
    undo_and_compare(case, "abort")
    count = KILLS // (4 * len(MOVES)) + 1
    chance = random.Random(f"{SEED} {case.level} {part}")
    for number in range(count):
        case.remember()
        # Spread from the first moment to the last, by all parts together.
        moment = 1 + round((last - 1) * (number * 4 + part) / (count * 4 - 1))
        how = ("self", "late", "group")[(number + part) % 3]
        delay = chance.uniform(0, 6)
        by = "upgrade" if how == "group" else "abort"
        print(f"seed {SEED}: {how} at {moment} of {last}, {delay:.1f} ms later, {by}")
        killed = case.upgrade(how, moment, delay)
        assert killed.status < 0 or how != "self", killed.printed
        undo_and_compare(case, by)


@pytest.mark.parametrize("case", MOVES, indirect=True)
def test_an_undo_that_is_killed_can_be_run_again(case: Case) -> None:
    case.remember()
    assert case.upgrade("never", 0, 0).status in (0, 1)
    last = moments(case.run("never", 0, 0, "upgrade", "--abort"))
    count = ABORTS // len(MOVES)
    for number in range(count):
        case.remember()
        case.upgrade("never", 0, 0)
        moment = 1 + round((last - 1) * number / (count - 1))
        killed = case.run("self", moment, 0, "upgrade", "--abort")
        assert killed.status < 0
        undo_and_compare(case, "abort")
