"""What a person sees: the table, Copier's questions, help at once, completion."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.conftest import LEVELS, run_cli

PROGRAM = [sys.executable, "-c", "from mlops_init.cli import main; main()"]
TABLE = "Which level should"  # the line above the table of levels
DOWN, ENTER, CTRL_C = "\x1b[B", "\r", "\x03"


def typed(words: list[str], keys: list[tuple[str, str]], cwd: Path) -> tuple[int, str]:
    """Run mlops-init in a terminal; press each key once its words stand on the screen."""
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


def test_a_person_is_asked_what_is_not_answered(tmp_path: Path) -> None:
    keys = [
        ("Folder of the project", "churn" + ENTER),
        ("Which MLOps maturity level", DOWN + ENTER),
        ("What is the project called", ENTER),
        ("Which data should it start with", DOWN + ENTER),
    ]
    status, seen = typed(["--package", "planes"], keys, tmp_path)
    assert status == 0, seen
    made = yaml.safe_load((tmp_path / "churn/.copier-answers.yml").read_text())
    assert (made["level"], made["project_name"]) == (2, "churn")
    assert (made["package_name"], made["example"]) == ("planes", "late-arrival")
    assert "What is the name of its Python package" not in seen
    assert TABLE in seen
    assert seen.index("+ a pipeline trains") < seen.index("Which MLOps maturity level")
    assert "churn · level 2 · " in seen


def test_stopping_at_a_question_leaves_nothing(tmp_path: Path) -> None:
    keys = [("Which MLOps maturity level", ENTER), ("What is the project called", CTRL_C)]
    status, seen = typed(["churn"], keys, tmp_path)
    assert status == 130
    assert seen.endswith("Stopped.\r\n")
    assert list(tmp_path.iterdir()) == []


def test_a_bad_name_is_refused_in_the_window(tmp_path: Path) -> None:
    keys = [
        ("What is the name of its Python package", "\b" * 5 + "json" + ENTER),
        ("is a name in Python", CTRL_C),
    ]
    assert typed(["churn", "--level", "1", "--name", "churn"], keys, tmp_path)[0] == 130


def test_a_level_that_is_given_shows_no_table(tmp_path: Path) -> None:
    keys = [("What is the project called", CTRL_C)]
    status, seen = typed(["churn", "--level", "3"], keys, tmp_path)
    assert status == 130
    assert TABLE not in seen


@pytest.mark.parametrize(
    "words", [["--help"], ["levels"], ["new", "--help"], ["levels", "3"], ["diff", "--help"]]
)
def test_help_and_levels_wait_for_no_copier(words: list[str]) -> None:
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
def test_help_says_what_an_answer_can_be(command: str, text: str) -> None:
    said = run_cli(command, "--help")
    assert f"  {text}\n" in said.out
    assert "<bool>" not in said.out


@pytest.mark.parametrize(
    "words", ["new --level ", "--level ", "upgrade --level ", "levels ", "diff ", "diff 1 "]
)
def test_levels_are_completed(words: str) -> None:
    assert completed(words) == [str(level) for level in LEVELS]


def test_commands_are_completed() -> None:
    assert completed("") == ["new", "upgrade", "data", "levels", "diff", "explain", "doctor"]


def completed(words: str) -> list[str]:
    line = f"mlops-init {words}"
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    asked |= {"_MLOPS_INIT_COMPLETE": "complete_bash"}
    done = subprocess.run(
        PROGRAM, env=environment() | asked, capture_output=True, text=True, check=False
    )
    return done.stdout.split()


def test_version_is_said() -> None:
    assert re.fullmatch(r"mlops-init \d+\.\d+\S*\n", run_cli("--version").out)


def test_levels_fit_a_page(checkout: Path) -> None:
    for words in ([], *([level] for level in LEVELS)):
        said = run_cli("levels", *words)
        assert said.status == 0
        assert max(map(len, said.out.splitlines())) <= 80
        assert [line for line in said.out.splitlines() if line != line.rstrip()] == []
        assert "\x1b" not in said.out


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_says_all_that_its_manifest_says(checkout: Path, level: int) -> None:
    manifest = yaml.safe_load((checkout / f"maturity_levels/level_{level}.yml").read_text())
    said = " ".join(run_cli("levels", level).out.split())
    texts = [manifest["name"], manifest["summary"], manifest["when"], *manifest["clauses"].values()]
    assert [text for text in texts if text not in said] == []
    assert [name for name in manifest["capabilities"] if name not in said] == []


def test_a_level_that_does_not_exist_is_refused() -> None:
    said = run_cli("levels", 7)
    assert (said.status, said.err) == (2, "7 is not a level: choose 0 to 4.\n")
