"""Words of the former private language do not come back, in sources, pages, tests or `--help`."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.generator import ROOT, run_cli

# A regular expression that must not occur, and the word to use.
WORDS = {
    r"\badmit(s|ted)?\b": "accept",
    r"\banew\b": "again",
    r"\bat a word\b": "in one command",
    r"\bby heart\b": "overfitting",
    r"\bcrown(s|ed)?\b": "set the champion",
    r"\bdoors?\b": "acceptance",
    r"\bfor good\b": "permanently",
    r"\b(goes|went) on\b": "continues, keeps doing",
    r"\bguess(es|ed)?\b": "baseline",
    r"\bheld.back\b": "holdout",
    r"\bjudg(e|es|ed|ing)\b": "evaluate",
    r"\bleast_\w+": "min_",
    r"\bnobody's\b": "ignored, no",
    r"\b(put|puts|step|steps) aside\b": "move to a backup",
    r"\bslots?\b": "active release",
    r"\btold\b": "printed, reported",
    r"\bverbs\b": "commands",
    r"\bwhoever\b": "anyone who",
    r"\bwishes\b": "request",
}
COMMANDS = ("", "new", "upgrade", "data", "levels", "diff", "explain", "doctor")
UNREAD = (".parquet", ".svg")
THIS_FILE = "tests/unit/test_vocabulary.py"


def find_words(text: str) -> list[str]:
    return [
        f"line {number}: `{match[0]}`, use: {plain}"
        for number, line in enumerate(text.splitlines(), 1)
        for word, plain in WORDS.items()
        if (match := re.search(word, line, re.IGNORECASE))
    ]


def list_files() -> Iterator[Path]:
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    for name in names[:-1]:
        if name != THIS_FILE and not name.endswith(UNREAD) and (ROOT / name).is_file():
            yield ROOT / name


def test_no_file_uses_a_word_that_was_replaced() -> None:
    files = list(list_files())
    assert len(files) > 300
    found = {
        file.relative_to(ROOT).as_posix(): words
        for file in files
        if (words := find_words(file.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_help_uses_a_word_that_was_replaced(command: str) -> None:
    result = run_cli(*command.split(), "--help")
    assert result.status == 0
    assert find_words(result.out) == []


@pytest.mark.parametrize("sentence", ["The model is judged.", "nobody's business", "a door"])
def test_a_word_that_was_replaced_is_found(sentence: str) -> None:
    assert find_words(sentence)
