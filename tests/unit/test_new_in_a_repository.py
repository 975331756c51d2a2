"""`mlops-init new` in a repository that exists: nothing of the user is lost, and git is asked."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.generator import commit, contents, run_cli, run_git, upgrade_cleanly

Project = Callable[[int], Path]
README = "# Churn\n\nWho leaves us, and why.\n"
IGNORE = "# Python\n__pycache__/\n*.py[cod]\n.venv/\n"


def squeeze(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def forge(tmp_path: Path) -> Path:
    """A repository as a git host creates it."""
    place = tmp_path / "churn"
    run_git("init", "--quiet", str(place), cwd=tmp_path)
    for name, text in {"README.md": README, ".gitignore": IGNORE, "LICENSE": "MIT\n"}.items():
        (place / name).write_text(text)
    commit(place)
    return place


def test_a_repository_of_a_git_host_is_filled(forge: Path, project: Project) -> None:
    result = run_cli(".", "--level", 1, cwd=forge)
    assert result.status == 0, result
    files = contents(forge)
    assert files["LICENSE"] == (False, b"MIT\n")
    for name in ("README.md", ".gitignore"):
        assert f"{name} and" in result.out or f"and {name}" in result.out
    same = {path: each for path, each in contents(project(1)).items() if path not in files}
    assert same == {}
    readme = (forge / "README.md").read_text()
    assert readme.startswith(README + "\nThis project trains a machine learning model")
    assert readme.count("\n# ") == (project(1) / "README.md").read_text().count("\n# ")
    ignore = (forge / ".gitignore").read_text()
    assert ignore.startswith(IGNORE)
    assert "\n/var/\n" in ignore
    assert ignore.count("__pycache__/\n") == ignore.count(".venv/\n") == 1


def test_it_can_be_upgraded_and_keeps_the_text_of_the_user(forge: Path) -> None:
    assert run_cli(".", "--level", 1, cwd=forge).status == 0
    run_git("add", "--all", cwd=forge)
    run_git("commit", "--quiet", "--message", "Mine", cwd=forge)
    texts = [(forge / name).read_bytes() for name in ("README.md", ".gitignore", "LICENSE")]
    upgrade_cleanly(forge, 3)
    assert [(forge / name).read_bytes() for name in ("README.md", ".gitignore", "LICENSE")] == texts


def test_line_endings_of_the_user_stay(forge: Path) -> None:
    (forge / "README.md").write_bytes(README.replace("\n", "\r\n").encode())
    assert run_cli(".", "--level", 1, cwd=forge).status == 0
    readme = (forge / "README.md").read_bytes()
    assert readme.startswith(README.replace("\n", "\r\n").encode())
    assert readme.count(b"\n") == readme.count(b"\r\n")


def test_other_files_are_no_obstacle_without_a_repository(tmp_path: Path) -> None:
    (tmp_path / "churn/docs").mkdir(parents=True)
    (tmp_path / "churn/notes.txt").write_text("mine")
    (tmp_path / "churn/docs/mine.md").write_text("mine")
    assert run_cli("churn", "--level", 1, cwd=tmp_path).status == 0
    status = run_git("status", "--porcelain", "--untracked-files=all", cwd=tmp_path / "churn")
    assert status == "?? docs/mine.md\n?? notes.txt\n"


OBSTACLES = {
    "pyproject.toml": "pyproject.toml",
    "src/churn/model.py": "src/churn/model.py",
    "src": "src",  # a file where the project has a folder
    "Makefile/mine": "Makefile",
}


@pytest.mark.parametrize("path", OBSTACLES)
def test_files_in_the_way_are_named_and_stay(forge: Path, path: str) -> None:
    (forge / path).parent.mkdir(parents=True, exist_ok=True)
    (forge / path).write_text("mine")
    before = contents(forge)
    for words in ([], ["--dry-run"]):
        result = run_cli(".", *words, cwd=forge)
        assert result.status == 2
        assert f"also has ({OBSTACLES[path]}): move them away" in result.err
    assert contents(forge) == before


def test_a_link_is_in_the_way(forge: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (forge / "docs").symlink_to(tmp_path / "elsewhere")
    assert "also has (docs)" in run_cli(".", cwd=forge).err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_text_that_cannot_be_combined_is_in_the_way(forge: Path) -> None:
    (forge / "README.md").write_bytes(b"\xff\xfe")
    assert "also has (README.md)" in run_cli(".", cwd=forge).err


def test_an_error_restores_every_file(forge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, replace = contents(forge), Path.replace

    def fail(path: Path, target: Path) -> Path:
        if path.name == "pyproject.toml":
            raise OSError("no space")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    assert "cannot be created (no space)" in run_cli(".", cwd=forge).err
    assert contents(forge) == before
    assert run_git("status", "--porcelain", cwd=forge) == ""


def test_files_that_git_ignores_are_named_with_the_rule(forge: Path) -> None:
    (forge / ".gitignore").write_text("*.log\ndata/\n")
    result = run_cli(".", cwd=forge)
    assert result.status == 0
    assert "git ignores data/flights.parquet, so a clone would lack it." in squeeze(result.out)
    remedy = "Change the rule (.gitignore:2 data/), or add it with git add --force."
    assert remedy in squeeze(result.out)
    assert (forge / "data/flights.parquet").exists()


def test_files_that_git_ignores_in_a_sub_folder_are_named(forge: Path) -> None:
    (forge / ".gitignore").write_text("data/\n")
    assert "git ignores data/flights.parquet" in squeeze(run_cli("work/planes", cwd=forge).out)


def test_no_ignored_file_no_word(forge: Path) -> None:
    result = run_cli(".", cwd=forge)
    assert "git ignores" not in result.out
    assert "  git add . && git commit  " in result.out


def read_branches(project: Path) -> set[str]:
    files = [project / f".github/workflows/{name}.yml" for name in ("checks", "audit")]
    return {each for f in files for each in yaml.safe_load(f.read_text())[True]["push"]["branches"]}


@pytest.mark.parametrize("branch", ["master", "trunk", "release/2026", "1.0"])
def test_workflows_watch_the_branch_of_the_repository(tmp_path: Path, branch: str) -> None:
    place = tmp_path / "churn"
    run_git("init", "--quiet", f"--initial-branch={branch}", str(place), cwd=tmp_path)
    assert run_cli(".", "--level", 1, cwd=place).status == 0
    assert read_branches(place) == {branch}
    commit(place)
    upgrade_cleanly(place, 2)
    assert read_branches(place) == {branch}


def test_workflows_watch_the_default_branch_and_not_the_current_one(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    run_git("init", "--quiet", "--initial-branch=trunk", str(origin), cwd=tmp_path)
    run_git("commit", "--quiet", "--allow-empty", "--message", "First", cwd=origin)
    run_git("clone", "--quiet", str(origin), "churn", cwd=tmp_path)
    run_git("switch", "--quiet", "--create", "feature", cwd=tmp_path / "churn")
    assert run_cli(".", cwd=tmp_path / "churn").status == 0
    assert read_branches(tmp_path / "churn") == {"trunk"}


def test_a_new_repository_has_the_default_branch_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gitconfig").write_text("[init]\ndefaultBranch = trunk\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    assert run_cli("churn", cwd=tmp_path).status == 0
    assert run_git("branch", "--show-current", cwd=tmp_path / "churn") == "trunk\n"
    assert read_branches(tmp_path / "churn") == {"trunk"}
    assert run_cli("other", "--set", "branch=main", "--level", 1, cwd=tmp_path).status == 0
    assert run_git("branch", "--show-current", cwd=tmp_path / "other") == "main\n"


def test_doctor_names_workflows_that_watch_another_branch(own: Project) -> None:
    place = own(1)
    assert "checks.yml" not in run_cli("doctor", cwd=place).out
    run_git("branch", "--move", "master", cwd=place)
    out = squeeze(run_cli("doctor", cwd=place).out)
    assert ".github/workflows/checks.yml watches main, but the default branch" in out
    assert ".github/workflows/audit.yml watches main" in out
    assert "packaging.yml" not in out  # tags start it
