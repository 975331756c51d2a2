"""New files follow what the user has changed: the package, its format, the place of the project."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import commit, contents, run_cli, run_git, upgrade_cleanly

Project = Callable[[int], Path]


def rename_package(project: Path, name: str) -> None:
    """Rename the package in all files, except in the answers, which say not to edit them."""
    (project / "src/churn").rename(project / "src" / name)
    for path in contents(project):
        file = project / path
        if path != ".copier-answers.yml" and b"churn" in (content := file.read_bytes()):
            file.write_bytes(content.replace(b"churn", name.encode()))
    commit(project)


def squeeze(text: str) -> str:
    return " ".join(text.split())


def test_new_files_import_a_renamed_package(own: Project) -> None:
    place = own(1)
    rename_package(place, "planes")
    result = run_cli("upgrade", "--level", 3, cwd=place)
    assert result.status == 0, result
    assert "You renamed the package churn to planes" in squeeze(result.out)
    assert " run planes " in result.out
    assert "package_name: planes\n" in (place / ".copier-answers.yml").read_text()
    assert "level: 3\n" in (place / ".copier-answers.yml").read_text()
    assert not (place / "src/churn").exists()
    assert (place / "src/planes/serving").is_dir()
    code = {path: text for path, (_, text) in contents(place).items() if path.endswith(".py")}
    assert [path for path, text in code.items() if b"from churn" in text] == []
    assert any(b"from planes" in text for path, text in code.items() if "serving" in path)
    run_git("commit", "--quiet", "--no-edit", cwd=place)
    upgrade_cleanly(place, 1)
    assert not (place / "src/planes/serving").exists()


def test_a_command_that_keeps_its_name_is_printed(own: Project) -> None:
    place = own(0)
    rename_package(place, "planes")
    settings = place / "pyproject.toml"
    settings.write_text(settings.read_text().replace('planes = "planes.', 'churn = "planes.'))
    commit(place)
    assert " run churn ingest" in run_cli("upgrade", "--level", 1, cwd=place).out


def test_a_renamed_package_is_no_change_of_every_file(own: Project) -> None:
    place = own(1)
    rename_package(place, "planes")
    explained = json.loads(run_cli("explain", "--json", cwd=place).out)
    states = {each["path"]: each["state"] for each in explained["files"]}
    assert states["src/planes/features.py"] == states[".copier-answers.yml"] == "generated"
    assert "deleted" not in states.values()
    patch = run_cli("diff", "1", "2", "--patch", cwd=place).out
    assert "src/planes/tracking" in patch
    assert "src/churn" not in patch


def test_the_preview_says_that_the_package_is_not_found(own: Project) -> None:
    place = own(1)
    rename_package(place, "planes")
    (place / "src/tools").mkdir()
    (place / "src/tools/__init__.py").write_text("")
    commit(place)
    result = run_cli("upgrade", "--level", 2, "--dry-run", cwd=place)
    assert "src/churn does not exist" in squeeze(result.out)
    assert "write the name of your package as package_name" in squeeze(result.out)
    words = ("upgrade", "--level", 2, "--dry-run", "--json")
    assert json.loads(run_cli(*words, cwd=place).out)["package"] is None


SETTINGS = [
    ("line-length = 100", "line-length = 120", True),
    ("[tool.ruff.lint]", '[tool.ruff.format]\nquote-style = "single"\n\n[tool.ruff.lint]', True),
    ('select = ["', 'select = ["A", "', False),
]


@pytest.mark.parametrize(("old", "new", "is_named"), SETTINGS)
def test_ruff_format_is_a_next_step_if_its_settings_differ(
    own: Project, old: str, new: str, is_named: bool
) -> None:
    place = own(0)
    settings = place / "pyproject.toml"
    assert old in settings.read_text()
    settings.write_text(settings.read_text().replace(old, new, 1))
    commit(place)
    result = run_cli("upgrade", "--level", 1, cwd=place)
    assert result.status == 0, result
    assert ("run ruff format && git add --update" in result.out) == is_named


def test_the_file_ruff_toml_differs_as_well(own: Project) -> None:
    place = own(0)
    (place / "ruff.toml").write_text("line-length = 120\n")
    commit(place)
    assert "run ruff format" in run_cli("upgrade", "--level", 1, cwd=place).out


def test_workflows_in_a_sub_folder_do_not_run(own: Project) -> None:
    place = own(0)
    sentence = "workflows in churn/.github do not run"
    assert sentence not in squeeze(run_cli("upgrade", "--level", 1, "--dry-run", cwd=place).out)
    shutil.rmtree(place / ".git")
    run_git("init", "--quiet", cwd=place.parent)
    commit(place.parent)
    out = squeeze(run_cli("upgrade", "--level", 1, "--dry-run", cwd=place).out)
    assert sentence in out
    assert "working-directory: churn" in out
