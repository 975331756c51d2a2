"""An upgrade can be looked at without touching anything, and taken back whole."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from mlops_init.git.repository import find_repository
from mlops_init.upgrade.journal import Journal
from mlops_init.upgrade.locks import exclusive_lock

from tests.conftest import commit, contents, raised, run_cli, run_git
from tests.upgrade.test_kills import state

Project = Callable[[int], Path]


def in_conflict(place: Path) -> Path:
    """A file of the owner's where level 1 has one too."""
    checks = place / ".github/workflows/checks.yml"
    checks.parent.mkdir(parents=True)
    checks.write_text("name: mine\n")
    commit(place)
    return checks


def whole(place: Path) -> dict[str, bytes]:
    """Every file below a folder, git's own too."""
    return {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize("conflict", [False, True])
def test_a_dry_run_says_it_all_and_touches_nothing(own: Project, conflict: bool) -> None:
    place = own(0)
    if conflict:
        in_conflict(place)
    before = whole(place)
    dry = run_cli("upgrade", "--level", 1, "--dry-run", cwd=place)
    assert whole(place) == before
    real = run_cli("upgrade", "--level", 1, cwd=place)
    assert dry.status == real.status == int(conflict)
    assert real.out.startswith(dry.out)
    assert ("1 conflict expected:\n  .github/workflows/checks.yml" in dry.out) == conflict


def test_a_dry_run_refuses_what_the_real_one_refuses(own: Project) -> None:
    place = own(0)
    (place / "mine").write_text("not committed")
    words = ("upgrade", "--level", 1)
    dry, real = (run_cli(*words, *more, cwd=place) for more in (["--dry-run"], []))
    assert dry == real
    assert real.status == 2


def test_the_preview_names_what_comes_and_which_clause_it_answers(own: Project) -> None:
    said = run_cli("upgrade", "--level", 2, "--dry-run", cwd=own(1)).out
    assert "  training is automatic and repeatable\n" in said
    assert "commands track · dependencies filelock mlflow" in said
    new_pages = "docs/how-to/pipelines.md docs/how-to/registry.md docs/how-to/state.md"
    assert f"new pages: {new_pages}" in said
    assert "2 files changed (.copier-answers.yml, pyproject.toml) · 0 files deleted" in said


def test_abort_gives_the_state_before_exactly(own: Project) -> None:
    place = own(0)
    in_conflict(place)
    (place / ".git/MERGE_MSG").write_text("mine\n")
    before = state(place)
    assert run_cli("upgrade", "--level", 1, cwd=place).status == 1
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    after = state(place)
    assert after.pop("left over") == ["mlops-init.lock"]
    assert after == {key: each for key, each in before.items() if key != "left over"}


def test_abort_keeps_what_i_wrote_since(own: Project) -> None:
    place = own(0)
    checks = in_conflict(place)
    assert run_cli("upgrade", "--level", 1, cwd=place).status == 1
    checks.write_text("name: settled, with care\n")
    (place / "new.py").write_text("NEW = True\n")
    said = run_cli("upgrade", "--abort", cwd=place)
    assert said.status == 0
    assert checks.read_text() == "name: mine\n"
    assert (place / "new.py").read_text() == "NEW = True\n"
    kept = [line.strip() for line in said.out.splitlines() if "mlops-init-backup" in line]
    assert [Path(each).read_text() for each in kept] == ["name: settled, with care\n"]


def test_abort_takes_back_what_was_compiled_in_new_folders(own: Project, project: Project) -> None:
    place = own(0)
    raised(place, 1)
    (place / "src/churn/validation/__pycache__").mkdir()
    (place / "src/churn/validation/__pycache__/acceptance.pyc").write_bytes(b"\0")
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    assert contents(place) == contents(project(0))
    assert not (place / "src/churn/validation").exists()


@pytest.mark.parametrize("words", [("reset", "--hard"), ("reset", "--merge")])
def test_an_upgrade_that_git_took_back_is_forgotten(own: Project, words: tuple[str, ...]) -> None:
    place = own(0)
    raised(place, 1)
    run_git(*words, cwd=place)
    assert "There is no upgrade to undo" in run_cli("upgrade", "--abort", cwd=place).err
    raised(place, 2)


def test_without_an_upgrade_there_is_nothing_to_take_back(own: Project) -> None:
    said = run_cli("upgrade", "--abort", cwd=own(0))
    assert said.status == 2
    assert said.err.startswith("There is no upgrade to undo in ")


def test_a_committed_upgrade_is_not_taken_back(own: Project) -> None:
    place = own(0)
    raised(place, 1)
    run_git("commit", "--quiet", "--no-edit", cwd=place)
    said = run_cli("upgrade", "--abort", cwd=place)
    assert said.status == 2
    assert said.err.endswith("is committed: undo it with git revert.\n")
    raised(place, 2)


def test_a_lock_of_another_git_command_is_left_alone(own: Project) -> None:
    place = own(0)
    raised(place, 1)
    lock = place / ".git/index.lock"
    lock.write_text("somebody else's")
    said = run_cli("upgrade", "--abort", cwd=place)
    assert said.status == 2
    assert said.err.startswith("Another git command is running in ")
    assert lock.read_text() == "somebody else's"
    lock.unlink()
    assert run_cli("upgrade", "--abort", cwd=place).status == 0


def test_of_two_upgrades_at_once_one_refuses(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    place = own(0)
    monkeypatch.setattr("mlops_init.upgrade.locks.TIMEOUT", 0.1)
    before = contents(place)
    with exclusive_lock(find_repository(place)):
        said = run_cli("upgrade", "--level", 1, cwd=place)
    assert (said.status, contents(place)) == (2, before)
    assert said.err == f"Another upgrade is running in {place}: wait for it.\n"


def test_two_upgrades_typed_at_once_leave_one_result(
    own: Project, project: Project, checkout: Path
) -> None:
    place = own(0)
    words = (sys.executable, "-c", "from mlops_init.cli import main; main()")
    environment = os.environ | {"PYTHONPATH": str(checkout / "generator")}
    both = [
        subprocess.Popen(
            [*words, "upgrade", "--level", "4"],
            cwd=place,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [each.communicate()[1] for each in both]
    assert sorted(each.returncode for each in both) == [0, 2], said
    assert contents(place) == contents(project(4))


def test_git_that_a_killed_upgrade_left_behind_holds_the_lock(own: Project) -> None:
    here = find_repository(own(0))
    with exclusive_lock(here):
        orphan = subprocess.Popen(["sleep", "0.5"], close_fds=False)
    with exclusive_lock(here):  # waits for it
        assert orphan.poll() is not None
    assert not Journal(here).exists
