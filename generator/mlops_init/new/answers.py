"""Collects the answers from options and from a file; Copier asks for the others."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ..errors import RefusedError
from ..template.levels import check_optional, find_level
from ..template.questions import OPTION_OF_QUESTION


def collect_answers(
    file: Path | None, pairs: Iterable[str], options: Mapping[str, Any]
) -> dict[str, Any]:
    """The given answers: an option overrides `--set`, and `--set` overrides the file."""
    answers = _read_file(file) if file else {}
    answers |= _parse_pairs(pairs)
    answers |= {name: answer for name, answer in options.items() if answer is not None}
    for name in answers:
        if name not in OPTION_OF_QUESTION:
            questions = ", ".join(OPTION_OF_QUESTION)
            raise RefusedError(f'"{name}" is not a question: answer {questions}.')
    if "level" in answers:
        answers["level"] = find_level(answers["level"]).number
    if "optional" in answers:
        answers["optional"] = check_optional(_split_names(answers["optional"]))
    return answers


def _read_file(file: Path) -> dict[str, Any]:
    try:
        answers = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise RefusedError(f"{file} cannot be read ({reason}): name a file of answers.") from error
    except yaml.YAMLError as error:
        raise RefusedError(f"{file} is not YAML: write one `name: answer` per line.") from error
    if not isinstance(answers, dict):
        raise RefusedError(f"{file} contains no answers: write one `name: answer` per line.")
    # The answers file of another project is allowed: its origin is not an answer.
    return {str(name): each for name, each in answers.items() if not str(name).startswith("_")}


def _parse_pairs(pairs: Iterable[str]) -> dict[str, str]:
    answers = {}
    for pair in pairs:
        name, equals, answer = pair.partition("=")
        if not equals:
            raise RefusedError(f'"{pair}" is not an answer: write --set name=answer.')
        answers[name.strip()] = answer.strip()
    return answers


def _split_names(answer: Any) -> list[str]:
    """Names in a list, or separated by commas."""
    names = answer if isinstance(answer, list) else str(answer).strip("[]").split(",")
    return [str(name).strip() for name in names if str(name).strip()]


def select_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to questions, without the origin of the project."""
    return {name: answer for name, answer in answers.items() if name in OPTION_OF_QUESTION}
