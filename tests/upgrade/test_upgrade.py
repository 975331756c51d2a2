"""An upgrade creates the same files as a new project, and keeps the changes of the user."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from tests.support.generator import (
    LEVELS,
    commit,
    contents,
    folders,
    run_cli,
    run_git,
    upgrade_cleanly,
)

Project = Callable[[int], Path]


@pytest.mark.parametrize(("old", "new"), [*permutations(LEVELS, 2)])
def test_an_upgrade_gives_the_new_project_of_the_other_level(
    own: Project, project: Project, old: int, new: int
) -> None:
    place = own(old)
    upgrade_cleanly(place, new)
    assert contents(place) == contents(project(new))
    assert folders(place) == folders(project(new))


@pytest.mark.parametrize("way", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0]])
def test_step_by_step_or_at_once_is_the_same(
    own: Project, project: Project, way: list[int]
) -> None:
    place = own(way[0])
    for level in way[1:]:
        upgrade_cleanly(place, level)
        run_git("commit", "--quiet", "--no-edit", cwd=place)
    assert contents(place) == contents(project(way[-1]))


def test_an_upgrade_is_committed_by_the_user(own: Project) -> None:
    place = own(2)
    upgrade_cleanly(place, 3)
    run_git("commit", "--no-edit", cwd=place)
    assert run_git("log", "-1", "--format=%an: %B", cwd=place).strip() == (
        "Owner: Upgrade to level 3, Automated deployment"
    )


def test_abort_undoes_an_upgrade(own: Project, project: Project) -> None:
    place = own(1)
    (place / "uv.lock").write_text("mine")
    upgrade_cleanly(place, 4)
    result = run_cli("upgrade", "--abort", cwd=place)
    assert (result.status, result.out) == (0, "churn is as it was before the upgrade.\n")
    (place / "uv.lock").unlink()
    assert contents(place) == contents(project(1))
    assert not (place / ".git/MERGE_MSG").exists()


def test_upgrade_keeps_my_edits(own: Project) -> None:
    place = own(0)
    features, settings = place / "src/churn/features.py", place / "pyproject.toml"
    features.write_text(features.read_text() + "\n# trailing blanks are mine  \n")
    settings.write_text(settings.read_text().replace("dependencies = [\n", ADDED, 1))
    (place / "src/churn/mine.py").write_text("MINE = True\n")
    (place / "docs/reference/data-card.md").unlink()
    run_git("config", "apply.whitespace", "error", cwd=place)
    commit(place)
    mine = features.read_bytes()
    upgrade_cleanly(place, 4)
    assert features.read_bytes() == mine
    assert (place / "src/churn/mine.py").read_text() == "MINE = True\n"
    assert '"attrs>=25"' in settings.read_text()
    assert "mlflow" in settings.read_text()
    assert not (place / "docs/reference/data-card.md").exists()


ADDED = 'dependencies = [\n  "attrs>=25",\n'


def test_upgrade_follows_a_folder_i_moved(own: Project) -> None:
    place = own(0)
    (place / "work").mkdir()
    run_git("mv", "notebooks", "work/notebooks", cwd=place)
    run_git("mv", "pyproject.toml", "work/pyproject.toml", cwd=place)
    commit(place)
    upgrade_cleanly(place, 4)
    assert "mlflow" in (place / "work/pyproject.toml").read_text()
    assert not (place / "notebooks").exists()


def test_upgrade_lists_conflicts_and_keeps_both_sides(own: Project) -> None:
    place = own(0)
    checks = place / ".github/workflows/checks.yml"
    checks.parent.mkdir(parents=True)
    checks.write_text("name: mine\n")
    commit(place)
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert result.status == 1
    assert "  .github/workflows/checks.yml\n" in result.out
    assert "name: mine" in checks.read_text()
    assert ">>>>>>>" in checks.read_text()
    assert ">>>>>>> level 1" in checks.read_text()
    assert "1 conflict to resolve:\n" in result.out
    assert "your version and the level's differ: edit it, then git add\n" in result.out
    assert "Upgrade to level 1, Tested" in (place / ".git/MERGE_MSG").read_text()
    assert run_cli("upgrade", "--abort", cwd=place).status == 0
    assert checks.read_text() == "name: mine\n"
    assert run_git("status", "--porcelain", "--ignored", cwd=place) == ""


def test_lowering_keeps_what_i_edited(own: Project) -> None:
    place = own(1)
    edited = place / ".github/workflows/checks.yml"
    edited.write_text(edited.read_text() + "# mine\n")
    commit(place)
    mine = edited.read_bytes()
    result = run_cli("upgrade", "--level", 0, cwd=place)
    assert result.status == 1
    assert "you changed it, the level removes it: git add keeps it" in result.out
    assert edited.read_bytes() == mine


def test_my_lock_file_does_not_change(own: Project) -> None:
    place = own(0)
    (place / "uv.lock").write_text("mine")
    upgrade_cleanly(place, 4)
    assert (place / "uv.lock").read_text() == "mine"


def test_the_next_commands_update_a_committed_lock_file(own: Project) -> None:
    place = own(0)
    assert "uv.lock" not in run_cli("upgrade", "--level", 1, cwd=place).out
    run_cli("upgrade", "--abort", cwd=place)
    (place / "uv.lock").write_text("version = 1\n")
    commit(place)
    assert " lock && git add uv.lock" in run_cli("upgrade", "--level", 1, cwd=place).out


def test_lowering_leaves_no_folder_that_python_could_import(own: Project) -> None:
    place = own(1)
    compiled = place / "src/churn/validation/__pycache__"
    compiled.mkdir()
    (compiled / "contract.pyc").write_text("")
    state = place / "var/runs"
    state.mkdir(parents=True)
    upgrade_cleanly(place, 0)
    assert not compiled.parent.exists()
    assert state.exists()


def test_my_binary_file_at_the_path_of_a_new_one_is_kept(own: Project) -> None:
    place = own(0)
    mine = place / "docs/how-to/validation.md"
    mine.write_bytes(b"\x00\x01mine")
    commit(place)
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert result.status == 1
    assert "  docs/how-to/validation.md\n      your file is there: git add keeps it" in result.out
    assert mine.read_bytes() == b"\x00\x01mine"


def test_an_upgrade_shows_what_it_adds(own: Project) -> None:
    result = run_cli("upgrade", "--level", 1, cwd=own(0))
    assert "churn: level 0 → 1, Tested" in result.out
    assert "validation" in result.out
    assert "0 files deleted" in result.out
    assert "mlops-init upgrade --abort" in result.out
    assert "new commands: ingest validate" in result.out
    assert "\x1b" not in result.out
    assert [line for line in result.out.splitlines() if line != line.rstrip()] == []


def test_an_upgrade_names_the_own_data_of_the_user(tmp_path: Path) -> None:
    place = tmp_path / "churn"
    assert run_cli(place, "--level", 0, "--example", "none", "--defaults").status == 0
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert "your data as immutable snapshots" in result.out
