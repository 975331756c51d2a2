"""The answers given on the command line and in a file, before Copier asks for the rest."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ..errors import RefusedError
from ..template.levels import bundle, level


class _Questions(yaml.SafeLoader):
    """Reads copier.yml for its names: what it includes is no question."""


_Questions.add_constructor("!include", lambda loader, node: None)


def known() -> list[str]:
    """The names of the questions a person can answer."""
    text = (bundle() / "copier.yml").read_text(encoding="utf-8")
    documents = yaml.load_all(text, _Questions)  # as safe
    return [
        name
        for document in documents
        for name, question in document.items()
        if not name.startswith("_") and question.get("when") is not False
    ]


def given(file: Path | None, pairs: Iterable[str], options: Mapping[str, Any]) -> dict[str, Any]:
    """What is answered already: options win over `--set`, and `--set` over the file."""
    found = _from_file(file) if file else {}
    found |= _from_pairs(pairs)
    found |= {name: answer for name, answer in options.items() if answer is not None}
    for name in found:
        if name not in known():
            raise RefusedError(f'"{name}" is no question: answer {", ".join(known())}.')
    if "level" in found:
        found["level"] = level(found["level"]).number
    return found


def _from_file(file: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise RefusedError(f"{file} cannot be read ({why}): name a file of answers.") from error
    except yaml.YAMLError as error:
        raise RefusedError(f"{file} is not YAML: write one `name: answer` a line.") from error
    if not isinstance(found, dict):
        raise RefusedError(f"{file} holds no answers: write one `name: answer` a line.")
    # The answers file of another project is welcome: what it was made from is not an answer.
    return {str(name): answer for name, answer in found.items() if not str(name).startswith("_")}


def _from_pairs(pairs: Iterable[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, answer = pair.partition("=")
        if not equals:
            raise RefusedError(f'"{pair}" is no answer: write --set name=answer.')
        found[name.strip()] = answer.strip()
    return found
