"""Existing files at the paths of new ones are named, and stay."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import commit, run_git
from tests.upgrade.test_upgrade_refusals import refused

Project = Callable[[int], Path]


def test_a_file_whose_changes_git_ignores_is_named(own: Project) -> None:
    place = own(0)
    run_git("update-index", "--assume-unchanged", "pyproject.toml", cwd=place)
    (place / "pyproject.toml").write_text("mine, and in no commit\n")
    sentence = refused(place, "--level", 1)
    assert sentence.startswith("git is told to ignore changes to pyproject.toml: ")


def test_a_submodule_in_the_way_is_named(own: Project, tmp_path: Path) -> None:
    place, other = own(0), tmp_path / "other"
    other.mkdir()
    run_git("init", "--quiet", cwd=other)
    (other / "mine").write_text("mine")
    commit(other)
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    run_git(*add, str(other), "src/churn/validation", cwd=place)
    commit(place)
    sentence = refused(place, "--level", 1)
    assert sentence.startswith(
        "src/churn/validation is a submodule, and new files would go there: "
    )


def test_another_repository_in_the_way_is_named(own: Project) -> None:
    place = own(0)
    (place / ".git/info").mkdir(exist_ok=True)
    (place / ".git/info/exclude").write_text("src/churn/validation\n")
    other = place / "src/churn/validation"
    other.mkdir()
    run_git("init", "--quiet", cwd=other)
    sentence = refused(place, "--level", 1)
    assert sentence.startswith("src/churn/validation is another git repository, and new files ")


@pytest.mark.parametrize("way", [".github/workflows/checks.yml", ".github/workflows", ".github"])
def test_ignored_files_in_the_way_are_named(own: Project, way: str) -> None:
    place = own(0)
    (place / ".git/info").mkdir(exist_ok=True)
    (place / ".git/info/exclude").write_text(".github\n")
    (place / way).parent.mkdir(parents=True, exist_ok=True)
    (place / way).write_text("mine")
    sentence = refused(place, "--level", 1)
    assert sentence == f"New files would replace {way}: move it away.\n"


def test_a_folder_in_the_way_is_named(own: Project) -> None:
    place = own(0)
    (place / "docs/how-to/validation.md").mkdir()
    (place / "docs/how-to/validation.md/mine").write_text("mine")
    commit(place)
    sentence = refused(place, "--level", 1)
    assert sentence == "New files would replace docs/how-to/validation.md: move it away.\n"
