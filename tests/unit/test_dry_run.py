"""`mlops-init new --dry-run` shows the project that it would create, and writes nothing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import contents, run_cli, run_git
from tests.unit.test_terminal import DOWN, ENTER, run_in_terminal

Project = Callable[[int], Path]


def parse_tree(out: str) -> list[str]:
    """The paths in a tree."""
    found: list[str] = []
    folders: list[str] = []
    for line in out.splitlines():
        guides, branch, name = line.partition("── ")
        if branch:
            depth = len(guides) // 4
            folders = [*folders[:depth], name]
            if not name.endswith("/"):
                found.append("".join(folders))
    return found


@pytest.mark.parametrize("level", [0, 4])
def test_every_file_is_shown_and_none_is_written(
    tmp_path: Path, project: Project, level: int
) -> None:
    result = run_cli("deep/churn", "--level", level, "--dry-run", cwd=tmp_path)
    assert result.status == 0, result
    assert sorted(parse_tree(result.out)) == sorted(contents(project(level)))
    assert result.out.startswith(f"churn · level {level} · {len(contents(project(level)))} files\n")
    assert result.out.endswith(
        "Nothing was written. Leave out --dry-run to create and commit the project.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_it_is_plain_text_of_80_columns(tmp_path: Path) -> None:
    package = "a_name_of_thirty_letters_or_so"
    result = run_cli("churn", "--level", 4, "--package", package, "--dry-run", cwd=tmp_path)
    assert [
        line for line in result.out.splitlines() if line != line.rstrip() or len(line) > 80
    ] == []
    assert "\x1b" not in result.out


@pytest.mark.parametrize("words", [["."], [".", "--no-git"]])
def test_an_empty_repository_stays_empty(tmp_path: Path, words: list[str]) -> None:
    run_git("init", "--quiet", cwd=tmp_path)
    result = run_cli(*words, "--name", "churn", "--dry-run", cwd=tmp_path)
    assert result.status == 0, result
    assert result.out.endswith(
        "Leave out --dry-run to create the project.\n"
    )  # and commits nothing
    assert [path.name for path in tmp_path.iterdir()] == [".git"]
    assert run_git("status", "--porcelain", cwd=tmp_path) == ""


def test_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlops_init.new.next_steps.run_step", lambda *_: pytest.fail("it ran"))
    result = run_cli("churn", "--level", 0, "--run", "--dry-run", cwd=tmp_path)
    assert result.status == 0, result
    typed = [line for line in result.out.splitlines() if " run churn " in line]
    assert [line.split(" run churn ")[1].split()[0] for line in typed] == [
        "train",
        "predict",
        "--help",
    ]


def test_a_read_only_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access  # root may write everywhere
    monkeypatch.setattr("os.access", lambda at, mode: at != tmp_path and real(at, mode))
    result = run_cli("churn", "--dry-run", cwd=tmp_path)
    place = tmp_path / "churn"
    sentence = f"{place} cannot be created (Permission denied): name another folder.\n"
    assert (result.status, result.err) == (2, sentence)


def test_the_wizard_asks_and_writes_nothing(tmp_path: Path) -> None:
    keys = [
        ("What is the project called", ENTER),
        ("What is the name of its Python package", ENTER),
        ("Which data should it start with", DOWN + ENTER),
    ]
    status, seen = run_in_terminal(["churn", "--level", "2", "--dry-run"], keys, tmp_path)
    assert status == 0, seen
    assert "├── src/churn/" in seen
    assert "Nothing was written." in seen
    assert list(tmp_path.iterdir()) == []
