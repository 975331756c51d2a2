"""`mlops-init upgrade` follows what its owner moved, and says where it cannot."""

from collections.abc import Callable
from pathlib import Path

from tests.conftest import commit, contents, raised, run_cli, run_git

Project = Callable[[int], Path]


def test_new_capabilities_go_to_the_package_by_its_new_name(own: Project, project: Project) -> None:
    place = own(0)
    run_git("mv", "src/churn", "src/flights", cwd=place)
    commit(place)
    raised(place, 4)
    assert not (place / "src/churn").exists()
    assert contents(place / "src/flights") == contents(project(4) / "src/churn")


def test_what_follows_a_moved_folder_leaves_no_mark_of_ours(own: Project) -> None:
    place = own(1)
    run_git("mv", "docs", "pages", cwd=place)
    (place / "checks").mkdir()
    run_git("mv", "tests/ingestion", "tests/validation", "checks", cwd=place)
    commit(place)
    raised(place, 3)
    assert [path for path in contents(place) if "mlops-init" in path] == []


def test_a_folder_that_went_to_several_places_is_listed(own: Project) -> None:
    place = own(0)
    for page in sorted((place / "docs").glob("*/*.md")):  # each to a folder of its own
        (place / page.stem).mkdir()
        run_git("mv", str(page), f"{page.stem}/{page.name}", cwd=place)
    commit(place)
    assert run_cli("upgrade", "--level", 1, "--dry-run", cwd=place).status == 1
    said = run_cli("upgrade", "--level", 1, cwd=place)
    assert said.status == 1
    assert "docs you moved this folder to several places: check" in " ".join(said.out.split())
    assert (place / "docs/how-to/validation.md").exists()


def test_a_link_in_the_place_of_a_file_that_the_level_changes_is_listed(own: Project) -> None:
    place = own(1)
    settings = place / "pyproject.toml"
    settings.rename(place / "mine.toml")
    settings.symlink_to("mine.toml")
    commit(place)
    said = run_cli("upgrade", "--level", 2, cwd=place)
    assert said.status == 1
    assert "2 conflicts to resolve:\n" in said.out
    assert "  pyproject.toml\n      your file and the level's need the same path" in said.out
    assert "  pyproject.toml~level 2\n" in said.out
    assert "stay deleted" not in said.out
    assert settings.is_symlink()
    assert "mlflow" in (place / "pyproject.toml~level 2").read_text()


def test_a_file_in_the_way_of_a_folder_that_goes_along_is_refused(own: Project) -> None:
    place = own(0)
    run_git("mv", "src/churn", "src/flights", cwd=place)
    (place / "src/flights/validation").write_text("mine")
    commit(place)
    mine = contents(place)
    said = run_cli("upgrade", "--level", 1, cwd=place)
    assert said.status == 2
    assert "your file is where the folder of src/churn/validation/" in said.err
    assert contents(place) == mine


def test_a_file_where_the_level_has_a_folder_makes_way_and_comes_back(own: Project) -> None:
    place = own(1)
    (place / "src/churn/registry").write_text("mine\n")
    commit(place)
    mine = contents(place)
    said = run_cli("upgrade", "--level", 2, cwd=place)
    assert said.status == 1, said
    assert "  src/churn/registry~yours\n" in said.out
    assert (place / "src/churn/registry~yours").read_text() == "mine\n"
    assert (place / "src/churn/registry/versions.py").exists()
    (place / "src/churn/registry/notes.txt").write_text("since")
    said = run_cli("upgrade", "--abort", cwd=place)
    assert said.status == 0
    assert contents(place) == mine
    kept = (place / ".git/mlops-init-backup").rglob("notes.txt")
    assert [path.read_text() for path in kept] == ["since"]
