"""`mlops-init upgrade` follows moved files and folders, and lists those that it cannot follow."""

from collections.abc import Callable
from pathlib import Path

from tests.support.generator import commit, contents, run_cli, run_git, upgrade_cleanly

Project = Callable[[int], Path]


def test_new_capabilities_go_to_the_package_by_its_new_name(own: Project, project: Project) -> None:
    place = own(0)
    run_git("mv", "src/churn", "src/flights", cwd=place)
    commit(place)
    upgrade_cleanly(place, 4)
    assert not (place / "src/churn").exists()
    assert contents(place / "src/flights") == contents(project(4) / "src/churn")


def test_a_moved_folder_contains_no_marker_file(own: Project) -> None:
    place = own(1)
    run_git("mv", "docs", "pages", cwd=place)
    (place / "checks").mkdir()
    run_git("mv", "tests/ingestion", "tests/validation", "checks", cwd=place)
    commit(place)
    upgrade_cleanly(place, 3)
    assert [path for path in contents(place) if "mlops-init" in path] == []


def test_a_folder_that_moved_to_several_places_is_listed(own: Project) -> None:
    place = own(1)
    for page in sorted((place / "docs/how-to").iterdir()):
        (place / page.stem).mkdir()
        run_git("mv", f"docs/how-to/{page.name}", f"{page.stem}/{page.name}", cwd=place)
    commit(place)
    assert run_cli("upgrade", "--level", 2, "--dry-run", cwd=place).status == 1
    result = run_cli("upgrade", "--level", 2, cwd=place)
    assert result.status == 1
    instruction = "docs/how-to you moved this folder to several places: check"
    assert instruction in " ".join(result.out.split())
    assert (place / "docs/how-to/tracking.md").exists()


def test_a_link_in_the_place_of_a_file_that_the_level_changes_is_listed(own: Project) -> None:
    place = own(1)
    settings = place / "pyproject.toml"
    settings.rename(place / "mine.toml")
    settings.symlink_to("mine.toml")
    commit(place)
    result = run_cli("upgrade", "--level", 2, cwd=place)
    assert result.status == 1
    assert "2 conflicts to resolve:\n" in result.out
    assert "  pyproject.toml\n      your file and the level's need the same path" in result.out
    assert "  pyproject.toml~level 2\n" in result.out
    assert "stay deleted" not in result.out
    assert settings.is_symlink()
    assert "mlflow" in (place / "pyproject.toml~level 2").read_text()


def test_a_file_at_the_path_of_a_moved_folder_is_refused(own: Project) -> None:
    place = own(0)
    (place / "code").mkdir()
    run_git("mv", "src/churn", "code/churn", cwd=place)
    (place / "code/churn/validation").write_text("mine")
    commit(place)
    mine = contents(place)
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert result.status == 2
    assert "your file is where the folder of src/churn/validation/" in result.err
    assert contents(place) == mine


def test_a_file_in_a_renamed_package_at_the_path_of_a_new_folder_is_renamed(own: Project) -> None:
    place = own(0)
    run_git("mv", "src/churn", "src/flights", cwd=place)
    (place / "src/flights/validation").write_text("mine")
    commit(place)
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert result.status == 1, result
    assert (place / "src/flights/validation~yours").read_text() == "mine"
    assert (place / "src/flights/validation/contract.py").exists()


def test_a_file_at_the_path_of_a_new_folder_is_renamed_and_restored(own: Project) -> None:
    place = own(1)
    (place / "src/churn/registry").write_text("mine\n")
    commit(place)
    mine = contents(place)
    result = run_cli("upgrade", "--level", 2, cwd=place)
    assert result.status == 1, result
    assert "  src/churn/registry~yours\n" in result.out
    assert (place / "src/churn/registry~yours").read_text() == "mine\n"
    assert (place / "src/churn/registry/versions.py").exists()
    (place / "src/churn/registry/notes.txt").write_text("since")
    result = run_cli("upgrade", "--abort", cwd=place)
    assert result.status == 0
    assert contents(place) == mine
    kept = (place / ".git/mlops-init-backup").rglob("notes.txt")
    assert [path.read_text() for path in kept] == ["since"]
