"""A project has an optional capability only if its user wants it; it can be added and removed."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock
from mlops_init.template.levels import list_optional
from pathspec import GitIgnoreSpec

from tests.support.generator import commit, contents, run_cli, run_git

Project = Callable[[int], Path]
ProjectWith = Callable[[str, int], Path]

ANSWERS = ".copier-answers.yml"
WITH_DEPENDENCIES = {"kubernetes", "notifications", "tuning"}
OPTIONAL = [(name, level.number) for name, level in list_optional().items()]
RUFF = Path(sys.executable).with_name("ruff")
FIRST = {level: name for name, level in reversed(OPTIONAL)}
optional = pytest.mark.parametrize(("name", "level"), OPTIONAL)
one_of_each_level = pytest.mark.parametrize(("level", "name"), FIRST.items())


def create(tmp_path: Path, *words: object) -> Path:
    place = tmp_path / "new" / "churn"
    result = run_cli(place, "--defaults", *words)
    assert result.status == 0, result.err
    return place


def upgrade(project: Path, *words: object) -> None:
    result = run_cli("upgrade", *words, cwd=project)
    assert result.status == 0, result
    commit(project)


def patterns(checkout: Path, name: str, level: int) -> GitIgnoreSpec:
    manifest = yaml.safe_load((checkout / f"maturity_levels/level_{level}.yml").read_text())
    return GitIgnoreSpec.from_lines(manifest["capabilities"][name]["paths"])


def read_pyproject(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "pyproject.toml").read_text())


def test_there_is_an_optional_capability() -> None:
    assert OPTIONAL == [
        ("tuning", 2),
        ("canary", 3),
        ("kubernetes", 3),
        ("alerting", 4),
        ("drills", 4),
        ("notifications", 4),
    ]


@pytest.fixture
def project_with(checkout: Path) -> ProjectWith:
    """`project_with("canary", 3)`: made once for all workers. Tests must not change it."""
    shared = checkout.parent / "with"
    shared.mkdir(exist_ok=True)

    def get(name: str, level: int) -> Path:
        with FileLock(shared / f"{name}.lock"):
            place = shared / name / "new" / "churn"
            return (
                place if place.exists() else create(shared / name, "--level", level, "--with", name)
            )

    return get


@optional
def test_it_only_adds_its_files_and_its_dependencies(
    project: Project, project_with: ProjectWith, checkout: Path, name: str, level: int
) -> None:
    before, after = project(level), project_with(name, level)
    old, new = contents(before), contents(after)
    owned = patterns(checkout, name, level)
    assert set(owned.match_files(old)) == set()
    assert set(owned.match_files(new)) == new.keys() - old.keys() != set()
    groups = [read_pyproject(each)["dependency-groups"] for each in (before, after)]
    added = groups[1].keys() - groups[0].keys()
    assert added == ({name} if name in WITH_DEPENDENCIES else set())
    changed = {ANSWERS} | ({"pyproject.toml"} if added else set())
    assert {path for path in old if old[path] != new[path]} == changed
    assert {key: each for key, each in groups[1].items() if key != name} == groups[0]
    assert added <= set(read_pyproject(after)["tool"]["uv"]["default-groups"])


@optional
def test_every_pattern_matches_a_file(
    checkout: Path, project_with: ProjectWith, name: str, level: int
) -> None:
    made = contents(project_with(name, level))
    for pattern in patterns(checkout, name, level).patterns:
        assert any(pattern.match_file(path) for path in made), pattern


@optional
def test_adding_and_removing_it_gives_the_same_bytes_as_a_new_project(
    own: Project, project: Project, project_with: ProjectWith, name: str, level: int
) -> None:
    place = own(level)
    upgrade(place, "--with", name)
    assert contents(place) == contents(project_with(name, level))
    upgrade(place, "--without", name)
    assert contents(place) == contents(project(level))


@one_of_each_level
def test_it_stays_when_the_level_changes(
    own: Project, tmp_path: Path, name: str, level: int
) -> None:
    place, higher = own(level - 1), min(level + 1, 4)
    upgrade(place, "--level", higher, "--with", name)
    assert contents(place) == contents(create(tmp_path, "--level", higher, "--with", name))
    upgrade(place, "--level", level - 1)
    assert not any(f"/{name}/" in path for path in contents(place))
    upgrade(place, "--level", higher)
    assert contents(place) == contents(tmp_path / "new/churn")


def test_the_preview_and_the_message_of_the_commit_name_it(own: Project) -> None:
    place = own(2)
    result = run_cli("upgrade", "--with", "tuning", cwd=place)
    assert result.out.startswith("churn: level 2, add tuning\n")
    assert "\nadds\n" in result.out
    assert "commands tune · dependencies filelock optuna" in " ".join(result.out.split())
    assert "new commands: tune\n" in result.out
    assert (place / ".git/MERGE_MSG").read_text() == "Add tuning\n"
    commit(place)
    result = run_cli("upgrade", "--without", "tuning", cwd=place)
    assert result.out.startswith("churn: level 2, remove tuning\n")
    assert "\nremoves\n" in result.out
    assert "new commands" not in result.out


@pytest.mark.parametrize(
    "words", [("--set", "optional=tuning"), ("--set", "optional=[tuning]"), ("--answers", "a.yml")]
)
def test_it_is_an_answer_like_any_other(tmp_path: Path, words: tuple[str, str]) -> None:
    (tmp_path / "a.yml").write_text("optional: [tuning]\n")
    result = run_cli("churn", "--level", 2, "--defaults", *words, cwd=tmp_path)
    assert result.status == 0, result.err
    assert " tune\n" in result.out
    assert (tmp_path / "churn/conf/tuning.yml").exists()


def test_a_name_that_is_repeated_counts_once(tmp_path: Path) -> None:
    words = ("--level", 2, "--with", "tuning", "--with", "tuning")
    answers = yaml.safe_load((create(tmp_path, *words) / ANSWERS).read_text())
    assert answers["optional"] == ["tuning"]


def test_adding_and_removing_the_same_capability_is_refused(own: Project) -> None:
    place = own(2)
    result = run_cli("upgrade", "--with", "tuning", "--without", "tuning", cwd=place)
    sentence = "--with tuning and --without tuning exclude each other: choose one.\n"
    assert (result.status, result.err) == (2, sentence)
    assert run_git("status", "--porcelain", cwd=place) == ""


def test_a_level_that_is_too_low_is_refused(own: Project, tmp_path: Path) -> None:
    sentence = "tuning needs level 2: use --level 2 or higher.\n"
    new = run_cli("other", "--level", 1, "--with", "tuning", "--defaults", cwd=tmp_path)
    place = own(1)
    for result in (new, run_cli("upgrade", "--with", "tuning", cwd=place)):
        assert (result.status, result.err) == (2, sentence)
    assert not (tmp_path / "other").exists()
    assert run_git("status", "--porcelain", cwd=place) == ""


def test_an_unknown_name_is_refused(own: Project, tmp_path: Path) -> None:
    names = ", ".join(name for name, _ in OPTIONAL)
    sentence = f'"serving" is not an optional capability: choose {names}.\n'
    place = own(2)
    for words in (["other", "--defaults", "--with"], ["other", "--defaults", "--set"]):
        name = "optional=serving" if words[-1] == "--set" else "serving"
        result = run_cli(*words, name, cwd=tmp_path)
        assert (result.status, result.err) == (2, sentence)
    for option in ("--with", "--without"):
        result = run_cli("upgrade", option, "serving", cwd=place)
        assert (result.status, result.err) == (2, sentence)


def test_explain_says_how_to_add_it(project: Project) -> None:
    result = run_cli("explain", "conf/tuning.yml", cwd=project(3))
    assert (result.status, result.err) == (
        2,
        "conf/tuning.yml is part of tuning, which is optional: mlops-init upgrade --with tuning.\n",
    )


def test_the_level_shows_that_it_is_optional() -> None:
    adds, _, more = run_cli("levels", 2).out.partition("optional, with --with NAME\n")
    assert "tuning" in more
    assert "tuning" not in adds


@pytest.mark.parametrize("package", ["a", "a_name_of_thirty_letters_or_so"])
def test_its_files_come_out_formatted(tmp_path: Path, package: str) -> None:
    words = [word for name, _ in OPTIONAL for word in ("--with", name)]
    place = create(tmp_path, "--level", 4, "--package", package, *words)
    for check in (["format", "--check", "."], ["check", "."]):
        done = subprocess.run(
            [RUFF, *check], cwd=place, capture_output=True, text=True, check=False, env=os.environ
        )
        assert done.returncode == 0, done.stdout


def test_plain_copier_creates_the_same_files(release: Path, tmp_path: Path) -> None:
    import copier

    data = {"level": 2, "optional": ["tuning"]}
    copier.run_copy(str(release), tmp_path / "churn", data=data, defaults=True, quiet=True)
    left, right = (
        contents(each)
        for each in (tmp_path / "churn", create(tmp_path, "--level", 2, "--with", "tuning"))
    )
    assert {path: each for path, each in left.items() if path != ANSWERS} == {
        path: each for path, each in right.items() if path != ANSWERS
    }
