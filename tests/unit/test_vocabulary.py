"""Words of the former private language do not come back, in sources, pages, tests or `--help`."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.generator import ROOT, run_cli

# A regular expression for words that must not occur, also in names, and the word to use.
WORDS = {
    r"admi(t|ts|tted|tting)": "accept",
    r"anew": "again",
    r"aside": "except, or move to a backup",
    r"at a word": "in one command",
    r"beside": "against, next to",
    r"by heart": "overfitting",
    r"crown(s|ed)?": "set the champion",
    r"doors?": "acceptance",
    r"drifted_from": "drift_threshold",
    r"for good": "permanently",
    r"(goes|went) on": "continues, keeps doing",
    r"guess(es|ed)?": "baseline",
    r"(held|holds?).back": "holdout",
    r"judg(e|es|ed|ing)": "evaluate",
    r"keyed": "the noun that it holds",
    r"least_\w+": "min_",
    r"left_out": "exclude",
    r"nobody's": "ignored, no",
    r"raise[sd]? (a|the|your|this) project": "upgrade",
    r"reckon(s|ed|ing)?": "estimate, expect",
    r"said": "output, message",
    r"slots?(?!=)": "active release",
    r"somebody": "a person, a user",
    r"told": "printed, reported",
    r"unfinished": "atomic_folder",
    r"verbs?": "command",
    r"whoever": "anyone who",
    r"wishes": "request",
}
PATTERNS = {
    re.compile(rf"(?<![A-Za-z])(?<!__)({words})(?![A-Za-z])", re.IGNORECASE): plain
    for words, plain in WORDS.items()
}
COMMANDS = ("", "new", "upgrade", "data", "levels", "diff", "explain", "doctor")
UNREAD = (".csv", ".parquet", ".svg")
THIS_FILE = "tests/unit/test_vocabulary.py"


def find_words(text: str) -> list[str]:
    return [
        f"line {number}: `{match[0]}`, use: {plain}"
        for number, line in enumerate(text.splitlines(), 1)
        for pattern, plain in PATTERNS.items()
        if (match := pattern.search(line))
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


@pytest.mark.parametrize("text", ["The model is judged.", "nobody's", "a door", "loss_guess = 1"])
def test_a_word_that_was_replaced_is_found(text: str) -> None:
    assert find_words(text)


@pytest.mark.parametrize("text", ["dataclass(slots=True)", "__slots__ = ()", "besides", "outdoors"])
def test_a_longer_word_is_not_found(text: str) -> None:
    assert not find_words(text)
