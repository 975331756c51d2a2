"""A dry run changes nothing, and --abort undoes an upgrade completely."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from mlops_init.git.repository import find_repository
from mlops_init.upgrade.journal import Journal
from mlops_init.upgrade.locks import exclusive_lock

from tests.support.generator import commit, contents, run_cli, run_git, upgrade_cleanly
from tests.upgrade.test_kills import state

Project = Callable[[int], Path]


def create_conflict(place: Path) -> Path:
    """Commit a file at the path of a file of level 1."""
    checks = place / ".github/workflows/checks.yml"
    checks.parent.mkdir(parents=True)
    checks.write_text("name: mine\n")
    commit(place)
    return checks


def read_all(place: Path) -> dict[str, bytes]:
    """Every file below a folder, git's own too."""
    return {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize("conflict", [False, True])
def test_a_dry_run_shows_everything_and_changes_nothing(own: Project, conflict: bool) -> None:
    place = own(0)
    if conflict:
        create_conflict(place)
    before = read_all(place)
    dry = run_cli("upgrade", "--level", 1, "--dry-run", cwd=place)
    assert read_all(place) == before
    real = run_cli("upgrade", "--level", 1, cwd=place)
    assert dry.status == real.status == int(conflict)
    assert real.out.startswith(dry.out)
    assert ("1 conflict expected:\n  .github/workflows/checks.yml" in dry.out) == conflict


def test_a_dry_run_refuses_the_same(own: Project) -> None:
    place = own(0)
    (place / "mine").write_text("not committed")
    words = ("upgrade", "--level", 1)
    dry, real = (run_cli(*words, *more, cwd=place) for more in (["--dry-run"], []))
    assert dry == real
    assert real.status == 2


def test_the_preview_shows_capabilities_and_clauses(own: Project) -> None:
    result = run_cli("upgrade", "--level", 2, "--dry-run", cwd=own(1)).out
    assert "  training is automatic and repeatable\n" in result
    assert "commands track runs · dependencies filelock mlflow" in result
    new_pages = "docs/how-to/pipelines.md docs/how-to/registry.md docs/how-to/state.md"
    assert f"new pages: {new_pages}" in result
    assert "2 files changed (.copier-answers.yml, pyproject.toml) · 0 files deleted" in result


def test_abort_restores_the_state_before_exactly(own: Project) -> None:
    place = own(0)
    create_conflict(place)
    (place / ".git/MERGE_MSG").write_text("mine\n")
    before = state(place)
    assert run_cli("upgrade", "--level", 1, cwd=place).status == 1
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    after = state(place)
    assert after.pop("left over") == ["mlops-init.lock"]
    assert after == {key: each for key, each in before.items() if key != "left over"}


def test_abort_keeps_my_later_changes(own: Project) -> None:
    place = own(0)
    checks = create_conflict(place)
    assert run_cli("upgrade", "--level", 1, cwd=place).status == 1
    checks.write_text("name: settled, with care\n")
    (place / "new.py").write_text("NEW = True\n")
    result = run_cli("upgrade", "--abort", cwd=place)
    assert result.status == 0
    assert checks.read_text() == "name: mine\n"
    assert (place / "new.py").read_text() == "NEW = True\n"
    kept = [line.strip() for line in result.out.splitlines() if "mlops-init-backup" in line]
    assert [Path(each).read_text() for each in kept] == ["name: settled, with care\n"]


def test_abort_deletes_compiled_python_in_new_folders(own: Project, project: Project) -> None:
    place = own(0)
    upgrade_cleanly(place, 1)
    (place / "src/churn/validation/__pycache__").mkdir()
    (place / "src/churn/validation/__pycache__/acceptance.pyc").write_bytes(b"\0")
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    assert contents(place) == contents(project(0))
    assert not (place / "src/churn/validation").exists()


@pytest.mark.parametrize("words", [("reset", "--hard"), ("reset", "--merge")])
def test_an_upgrade_that_git_reset_is_forgotten(own: Project, words: tuple[str, ...]) -> None:
    place = own(0)
    upgrade_cleanly(place, 1)
    run_git(*words, cwd=place)
    assert "There is no upgrade to undo" in run_cli("upgrade", "--abort", cwd=place).err
    upgrade_cleanly(place, 2)


def test_without_an_upgrade_there_is_nothing_to_undo(own: Project) -> None:
    result = run_cli("upgrade", "--abort", cwd=own(0))
    assert result.status == 2
    assert result.err.startswith("There is no upgrade to undo in ")


def test_a_committed_upgrade_is_not_undone(own: Project) -> None:
    place = own(0)
    upgrade_cleanly(place, 1)
    run_git("commit", "--quiet", "--no-edit", cwd=place)
    result = run_cli("upgrade", "--abort", cwd=place)
    assert result.status == 2
    assert result.err.endswith("is committed: undo it with git revert.\n")
    upgrade_cleanly(place, 2)


def test_a_lock_of_another_git_command_is_kept(own: Project) -> None:
    place = own(0)
    upgrade_cleanly(place, 1)
    lock = place / ".git/index.lock"
    lock.write_text("another process")
    result = run_cli("upgrade", "--abort", cwd=place)
    assert result.status == 2
    assert result.err.startswith("Another git command is running in ")
    assert lock.read_text() == "another process"
    lock.unlink()
    assert run_cli("upgrade", "--abort", cwd=place).status == 0


def test_of_two_upgrades_at_once_one_refuses(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    place = own(0)
    monkeypatch.setattr("mlops_init.upgrade.locks.TIMEOUT", 0.1)
    before = contents(place)
    with exclusive_lock(find_repository(place)):
        result = run_cli("upgrade", "--level", 1, cwd=place)
    assert (result.status, contents(place)) == (2, before)
    assert result.err == f"Another upgrade is running in {place}: wait for it.\n"


def test_two_upgrades_at_once_have_one_result(
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
    result = [each.communicate()[1] for each in both]
    assert sorted(each.returncode for each in both) == [0, 2], result
    assert contents(place) == contents(project(4))


def test_git_of_a_killed_upgrade_holds_the_lock(own: Project) -> None:
    here = find_repository(own(0))
    with exclusive_lock(here):
        orphan = subprocess.Popen(["sleep", "0.5"], close_fds=False)
    with exclusive_lock(here):  # waits for it
        assert orphan.poll() is not None
    assert not Journal(here).exists
