"""Each file of the template has one owner in the manifests, and is the same at all levels."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pathspec import GitIgnoreSpec

from tests.support.generator import LEVELS, contents, folders, run_cli

Project = Callable[[int], Path]

VARYING = {"pyproject.toml", ".copier-answers.yml"}
FROM_THE_START = ["README.md", "Makefile", ".gitignore", ".gitattributes", "tests/conftest.py"]
FROM_LEVEL_1 = [".github/workflows/checks.yml", ".pre-commit-config.yaml"]
RUFF = Path(sys.executable).with_name("ruff")
IMPORTED_AS = {
    "cyclonedx-python-lib": "cyclonedx",
    "import-linter": "importlinter",
    "markdown-it-py": "markdown_it",
    "psycopg2-binary": "psycopg2",
    "python-json-logger": "pythonjsonlogger",
    "pytest-xdist": "xdist",
    "pyyaml": "yaml",
    "scikit-learn": "sklearn",
}


def patterns(checkout: Path, level: int) -> list[str]:
    manifest = yaml.safe_load((checkout / f"maturity_levels/level_{level}.yml").read_text())
    capabilities = [each for each in manifest["capabilities"].values() if "optional" not in each]
    return [path for each in capabilities for path in each["paths"]]


def added(project: Project, level: int) -> set[str]:
    below = set(contents(project(level - 1))) if level else set()
    return set(contents(project(level))) - below


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_adds_only_the_files_of_its_manifest(
    project: Project, checkout: Path, level: int
) -> None:
    owned = GitIgnoreSpec.from_lines(patterns(checkout, level))
    assert added(project, level) - set(owned.match_files(added(project, level))) == set()


@pytest.mark.parametrize("level", LEVELS)
def test_every_pattern_of_a_manifest_matches_a_file(
    project: Project, checkout: Path, level: int
) -> None:
    dead = [
        pattern
        for pattern in patterns(checkout, level)
        if not any(GitIgnoreSpec.from_lines([pattern]).match_files(added(project, level)))
    ]
    assert dead == []


@pytest.mark.rubric("problem", points=2, levels=LEVELS)
@pytest.mark.parametrize("example", ["air-time", "late-arrival"])
def test_the_framing_page_answers_every_question(tmp_path: Path, example: str) -> None:
    made = run_cli(tmp_path / "p", "--level", 0, "--example", example, "--defaults", "--no-git")
    assert made.status == 0
    page = (tmp_path / "p/docs/explanation/framing.md").read_text()
    parts = re.split(r"^## (.+)$", page, flags=re.M)[1:]
    asked = ("suitable?", "Framing", "Baseline", "What a mistake costs", "Risks")
    assert all(title.endswith(end) for title, end in zip(parts[::2], asked, strict=True))
    rows = [row.split("|")[1:-1] for row in page.splitlines() if row.startswith("|")]
    assert len(rows) > 20
    assert all(cell.strip() for row in rows for cell in row)


@pytest.mark.parametrize("level", LEVELS[1:])
def test_a_level_removes_no_file(project: Project, level: int) -> None:
    assert set(contents(project(level - 1))) <= set(contents(project(level)))


@pytest.mark.parametrize("level", LEVELS[1:])
def test_files_of_a_lower_level_do_not_change(project: Project, level: int) -> None:
    before, after = contents(project(level - 1)), contents(project(level))
    changed = {path for path, each in before.items() if after.get(path) != each}
    assert changed - VARYING == set()


def test_shared_files_exist_from_the_start(project: Project) -> None:
    assert [path for path in FROM_THE_START if path not in contents(project(0))] == []
    assert [path for path in FROM_LEVEL_1 if path not in contents(project(1))] == []


@pytest.mark.parametrize("level", LEVELS[1:])
def test_only_dependency_groups_change_in_pyproject(project: Project, level: int) -> None:
    def read(number: int) -> tuple[dict[str, Any], dict[str, list[str]]]:
        found = tomllib.loads((project(number) / "pyproject.toml").read_text())
        found.get("tool", {}).get("uv", {}).pop("default-groups", None)
        return found, found.pop("dependency-groups")

    (rest_below, groups_below), (rest, groups) = read(level - 1), read(level)
    assert rest == rest_below
    assert {name: groups.get(name) for name in groups_below} == groups_below


@pytest.mark.parametrize("level", LEVELS)
def test_no_file_is_empty(project: Project, level: int) -> None:
    empty = {path for path, (_, content) in contents(project(level)).items() if not content}
    assert {Path(path).name for path in empty} == {"py.typed"}  # empty by its definition, PEP 561


def list_empty_folders(project: Path) -> list[str]:
    return [each for each in folders(project) if not any((project / each).iterdir())]


@pytest.mark.parametrize("level", LEVELS)
def test_no_folder_is_empty(project: Project, level: int) -> None:
    assert list_empty_folders(project(level)) == []


def test_no_folder_is_empty_without_an_example(tmp_path: Path) -> None:
    words = ("--level", 0, "--example", "none", "--no-git")
    assert run_cli("churn", *words, cwd=tmp_path).status == 0
    assert list_empty_folders(tmp_path / "churn") == []


@pytest.mark.parametrize("level", LEVELS)
def test_git_ignores_no_generated_file(project: Project, level: int) -> None:
    rules = GitIgnoreSpec.from_lines((project(level) / ".gitignore").read_text().splitlines())
    assert list(rules.match_files(contents(project(level)))) == []


def test_the_template_reads_like_a_project(checkout: Path) -> None:
    paths = [path.relative_to(checkout) for path in (checkout / "template").rglob("*")]
    assert paths
    assert [str(path) for path in paths if "{%" in str(path)] == []


def test_only_files_with_a_placeholder_end_in_jinja(checkout: Path) -> None:
    files = [path for path in (checkout / "template").rglob("*") if path.is_file()]
    plain = [path for path in files if path.suffix == ".jinja" and "{{" not in path.read_text()]
    plain = [path for path in plain if "{%" not in path.read_text()]
    assert [str(path.relative_to(checkout)) for path in plain] == []


def test_no_placeholder_is_left_over(project: Project) -> None:
    left = re.compile(rb"\{\{ *(project_name|package_name|command|level|has)\b|\{%-? ")
    found = [path for path, (_, text) in contents(project(4)).items() if left.search(text)]
    # The project renders its own pages from the templates in this folder.
    assert [path for path in found if "/status/templates/" not in path] == []


def test_no_package_hides_the_standard_library(checkout: Path) -> None:
    reserved = yaml.safe_load((checkout / "maturity_levels/reserved_names.yml").read_text())
    ours = {name for name in sys.stdlib_module_names if re.fullmatch("[a-z][a-z0-9_]*", name)}
    ours.add("test")  # a module all the same
    assert ours - set(reserved["standard_library"]) == set()
    assert {kind: sorted(names) for kind, names in reserved.items()} == reserved


def test_no_package_hides_a_dependency(project: Project, checkout: Path) -> None:
    reserved = yaml.safe_load((checkout / "maturity_levels/reserved_names.yml").read_text())
    found = tomllib.loads((project(4) / "pyproject.toml").read_text())
    lines = [*found["project"]["dependencies"]]
    lines += [line for group in found["dependency-groups"].values() for line in group]
    names = [re.split(r"[\[<>=~!; ]", line.lower())[0] for line in lines if isinstance(line, str)]
    imported = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}
    stubs = {name for name in imported if name.startswith("types_")}
    assert imported - stubs - set(reserved["dependencies"]) == set()


def test_a_file_has_one_owner(project: Project, checkout: Path) -> None:
    owners: dict[str, list[str]] = {path: [] for path in contents(project(4))}
    for level in LEVELS:
        manifest = yaml.safe_load((checkout / f"maturity_levels/level_{level}.yml").read_text())
        for name, capability in manifest["capabilities"].items():
            rules = GitIgnoreSpec.from_lines(capability["paths"])
            for path in rules.match_files(owners):
                owners[path].append(name)
    assert {path: names for path, names in owners.items() if len(names) != 1} == {}


@pytest.mark.parametrize("package", ["a", "a_name_of_thirty_letters_or_so"])
def test_a_short_and_a_long_name_come_out_formatted(tmp_path: Path, package: str) -> None:
    place = tmp_path / "churn"
    assert run_cli(place, "--level", 4, "--package", package, "--defaults").status == 0
    for check in (["format", "--check", "."], ["check", "."]):
        done = subprocess.run(
            [RUFF, *check], cwd=place, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
