"""`mlops-init explain` says what is wrong with a path, and what was meant."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.generator import run_cli

Project = Callable[[int], Path]

SUGGESTED = [
    ("docs/servng.md", "docs/how-to/serving.md, which comes with level 3?"),
    ("docs/chekcs.md", "docs/how-to/checks.md?"),
    ("serving", "src/churn/serving, which comes with level 3?"),
    ("features.py", "src/churn/features.py?"),
    ("docs/data_card.md", "docs/reference/data-card.md, which you deleted?"),
]


@pytest.mark.parametrize(("typed", "meant"), SUGGESTED)
def test_a_missing_path_gets_a_suggestion(own: Project, typed: str, meant: str) -> None:
    place = own(1)
    (place / "docs/reference/data-card.md").unlink()
    result = run_cli("explain", typed, cwd=place)
    sentence = f"{typed} is neither in this project nor in any level. Did you mean {meant}\n"
    assert (result.status, result.out, result.err) == (2, "", sentence)


def test_a_path_from_the_top_typed_in_a_folder_is_suggested(project: Project) -> None:
    result = run_cli("explain", "docs/how-to/checks.md", cwd=project(1) / "src")
    assert result.status == 2
    assert "src/docs/how-to/checks.md is neither in" in result.err
    assert result.err.endswith("Did you mean docs/how-to/checks.md?\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["qqqqqqqq"], "nor in any level: mlops-init explain . shows what there is.\n"),
        (["/"], "/ is not in a project: name a file or a folder of one.\n"),
        (["Makefile", "--patch"], "You have not changed Makefile since it was generated.\n"),
        (["--patch", "--json"], "--patch and --json exclude each other: choose one.\n"),
        (["a", "b"], "Got unexpected extra argument(s) (b) (mlops-init --help)\n"),
    ],
)
def test_bad_input_is_one_sentence(project: Project, words: list[str], sentence: str) -> None:
    result = run_cli("explain", *words, cwd=project(1))
    assert (result.status, result.out) == (2, "")
    assert result.err.endswith(sentence)
    assert result.err.count("\n") == 1


def test_an_unavailable_template_is_refused(own: Project) -> None:
    place = own(1)
    answers = place / ".copier-answers.yml"
    answers.write_text(re.sub("_template: .*", f"_template: {'0' * 64}", answers.read_text()))
    result = run_cli("explain", "Makefile", cwd=place)
    assert result.status == 2
    assert "is not available (the project records no release of it)" in result.err
