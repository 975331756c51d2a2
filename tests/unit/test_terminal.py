"""The screens for a user at a terminal: levels, questions, help and completion."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.generator import LEVELS, run_cli

PROGRAM = [sys.executable, "-c", "from mlops_init.cli import main; main()"]
GIVEN = ["--level", "0", "--name", "churn", "--package", "churn"]
EXAMPLE = ["--example", "air-time"]
UP, DOWN, ENTER, CTRL_C = "\x1b[A", "\x1b[B", "\r", "\x03"


def run_in_terminal(words: list[str], keys: list[tuple[str, str]], cwd: Path) -> tuple[int, str]:
    """Run mlops-init in a terminal; press each key when its text is on the screen."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(cwd)
        os.execve(PROGRAM[0], [*PROGRAM, *words], environment())
    seen, waiting, end = "", list(keys), time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                read = os.read(terminal, 65536).decode(errors="replace")
            except OSError:  # the other side has ended
                break
            if "\x1b[6n" in read:  # prompt_toolkit asks where the cursor is
                os.write(terminal, b"\x1b[1;1R")
            seen += read
        elif waiting and waiting[0][0] in seen:
            os.write(terminal, waiting.pop(0)[1].encode())
    os.close(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return status, re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen)


def environment() -> dict[str, str]:
    paths = {"PYTHONPATH": os.environ["MLOPS_INIT_FROZEN"] + "/checkout/generator"}
    return os.environ | paths | {"TERM": "xterm", "COLUMNS": "80", "LINES": "40"}


def test_only_missing_answers_are_asked_for(tmp_path: Path) -> None:
    keys = [
        ("Folder of the project", "churn" + ENTER),
        ("Which MLOps maturity level", DOWN + ENTER),
        ("What is the project called", ENTER),
        ("Which data should it start with", DOWN + ENTER),
        ("Create churn?", ENTER),
    ]
    status, seen = run_in_terminal(["--package", "planes"], keys, tmp_path)
    assert status == 0, seen
    made = yaml.safe_load((tmp_path / "churn/.copier-answers.yml").read_text())
    assert (made["level"], made["project_name"]) == (2, "churn")
    assert (made["package_name"], made["example"]) == ("planes", "late-arrival")
    assert "What is the name of its Python package" not in seen
    assert "Which branch" not in seen
    assert "churn · level 2 · " in seen


def test_everything_is_shown_once(tmp_path: Path) -> None:
    keys = [("Which MLOps", ENTER), ("Which data", ENTER), ("Create churn?", ENTER)]
    words = ["churn", "--name", "churn", "--package", "churn"]
    status, seen = run_in_terminal(words, keys, tmp_path)
    assert status == 0, seen
    assert seen.count("3  Automated deployment") == 1  # the levels
    assert seen.count("churn · level 1 · ") == 1


def test_a_preview_is_confirmed_before_anything_is_written(tmp_path: Path) -> None:
    words = ["churn", *GIVEN, *EXAMPLE]
    status, seen = run_in_terminal(words, [("Create churn?", "n" + ENTER)], tmp_path)
    assert (status, list(tmp_path.iterdir())) == (0, [])
    assert seen.endswith("Nothing was written.\r\n")
    lines = {" ".join(line.split()) for line in seen.splitlines()}
    assert "data the example air-time" in lines
    assert "git a new repository, committed to main" in lines
    assert "folder churn" in lines


def test_enter_accepts_the_proposed_folder(tmp_path: Path) -> None:
    (tmp_path / "my-project").mkdir()
    keys = [("Folder of the project [my-project-2]", ENTER), ("Create churn?", ENTER)]
    status, seen = run_in_terminal([*GIVEN, *EXAMPLE], keys, tmp_path)
    assert status == 0, seen
    assert (tmp_path / "my-project-2/.git").is_dir()


def test_a_wrong_folder_is_asked_for_again(tmp_path: Path, own: Callable[[int], Path]) -> None:
    project = own(0)
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/Makefile").write_text("mine")
    keys = [
        ("Folder of the project", "file" + ENTER),
        ("file is a file: name a folder", str(project) + ENTER),
        ("is already a project of level 0", "full" + ENTER),
        ("also has (Makefile): move them away", "churn" + ENTER),
        ("Create churn?", ENTER),
    ]
    status, seen = run_in_terminal([*GIVEN, *EXAMPLE], keys, tmp_path)
    assert status == 0, seen
    assert (tmp_path / "churn/.git").is_dir()
    assert [each.name for each in (tmp_path / "full").iterdir()] == ["Makefile"]


@pytest.mark.parametrize("words", [[], ["?"]])
def test_a_folder_that_cannot_name_a_project_is_refused_at_once(
    tmp_path: Path, words: list[str]
) -> None:
    keys = [] if words else [("Folder of the project", "?" + ENTER)]
    keys += [
        ('starting with a letter, not "?"', "churn" + ENTER),
        ("What is the project called", ENTER),
        ("Create churn?", ENTER),
    ]
    options = ["--level", "0", "--package", "churn", *EXAMPLE]
    status, seen = run_in_terminal([*words, *options], keys, tmp_path)
    assert status == 0, seen
    assert (tmp_path / "churn/.git").is_dir()


def test_a_folder_with_files_in_the_way_is_no_end_and_no_second_question(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/Makefile").write_text("mine")
    keys = [
        ("What is the project called", ENTER),
        ("also has (Makefile)", "other" + ENTER),
        ("Create full?", ENTER),
    ]
    words = ["full", "--level", "0", "--package", "churn", *EXAMPLE]
    status, seen = run_in_terminal(words, keys, tmp_path)
    assert status == 0, seen
    assert seen.count("What is the project called") == seen[: seen.index("Makefile")].count(
        "What is the project called"
    )
    assert (tmp_path / "other/.git").is_dir()


def test_stopping_at_a_question_leaves_nothing(tmp_path: Path) -> None:
    keys = [("Which MLOps maturity level", ENTER), ("What is the project called", CTRL_C)]
    status, seen = run_in_terminal(["churn"], keys, tmp_path)
    assert status == 130
    assert seen.endswith("Stopped.\r\n")
    assert list(tmp_path.iterdir()) == []


def test_an_invalid_name_is_refused_at_its_question(tmp_path: Path) -> None:
    keys = [
        ("What is the name of its Python package", "\b" * 5 + "json" + ENTER),
        ("is a name in Python", CTRL_C),
    ]
    assert run_in_terminal(["churn", "--level", "1", "--name", "churn"], keys, tmp_path)[0] == 130


@pytest.mark.parametrize(
    "words", [["--help"], ["levels"], ["new", "--help"], ["levels", "3"], ["diff", "--help"]]
)
def test_help_and_levels_do_not_import_slow_libraries(words: list[str]) -> None:
    code = (
        "import atexit, sys; from mlops_init.cli import main\n"
        "slow = ('copier', 'duckdb', 'matplotlib', 'jinja2', 'questionary', 'plumbum', 'uv')\n"
        "atexit.register(lambda: print('loaded', [m for m in slow if m in sys.modules]))\n"
        "main()"
    )
    program = [sys.executable, "-c", code, *words]
    done = subprocess.run(program, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded []\n")


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("new", "0 to 4. Default: 1."),
        ("new", "air-time, late-arrival or none. Default: air-time."),
        ("upgrade", "0 to 4. Default: the same level, with the newest template."),
        ("levels", "A level, 0 to 4. Default: all."),
    ],
)
def test_help_shows_the_possible_answers(command: str, text: str) -> None:
    result = run_cli(command, "--help")
    assert "".join(text.split()) in "".join(result.out.split())  # a line may end in the text
    assert "<bool>" not in result.out


@pytest.mark.parametrize(
    "words", ["new --level ", "--level ", "upgrade --level ", "levels ", "diff ", "diff 1 "]
)
def test_levels_are_completed(words: str) -> None:
    assert complete(words) == [str(level) for level in LEVELS]


def test_commands_are_completed() -> None:
    assert complete("") == ["new", "upgrade", "data", "levels", "diff", "explain", "doctor"]


def complete(words: str) -> list[str]:
    line = f"mlops-init {words}"
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    asked |= {"_MLOPS_INIT_COMPLETE": "complete_bash"}
    done = subprocess.run(
        PROGRAM, env=environment() | asked, capture_output=True, text=True, check=False
    )
    return done.stdout.split()


def test_the_version_is_printed() -> None:
    assert re.fullmatch(r"mlops-init \d+\.\d+\S*\n", run_cli("--version").out)


def test_levels_fit_80_columns(checkout: Path) -> None:
    for words in ([], *([level] for level in LEVELS)):
        result = run_cli("levels", *words)
        assert result.status == 0
        assert max(map(len, result.out.splitlines())) <= 80
        assert [line for line in result.out.splitlines() if line != line.rstrip()] == []
        assert "\x1b" not in result.out


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_shows_everything_in_its_manifest(checkout: Path, level: int) -> None:
    manifest = yaml.safe_load((checkout / f"maturity_levels/level_{level}.yml").read_text())
    result = " ".join(run_cli("levels", level).out.split())
    texts = [manifest["name"], manifest["summary"], manifest["when"], *manifest["clauses"].values()]
    assert [text for text in texts if text not in result] == []
    assert [name for name in manifest["capabilities"] if name not in result] == []


def test_a_level_that_does_not_exist_is_refused() -> None:
    result = run_cli("levels", 7)
    assert (result.status, result.err) == (2, "7 is not a level: choose 0 to 4.\n")
