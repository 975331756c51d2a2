"""Writes the reference pages from the code: `python generator/scripts/reference.py [--check]`."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jinja2
import mlops_init
import typer
import yaml
from mlops_init.cli.app import app
from mlops_init.exit_status import ExitStatus
from typer.core import TyperArgument

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs/reference"
WRITTEN = "<!-- Written by generator/scripts/reference.py: change the code, not this page. -->"
FOLDER = "my-project"  # for which the defaults are shown


def main() -> None:
    """Write the pages, or with --check name those that are out of date."""
    if Path(mlops_init.__file__).resolve().parents[2] != ROOT:
        sys.exit(f"Another mlops-init is installed: run pip install -e '.[dev]' in {ROOT}.")
    pages = {"commands": commands(), "levels": levels(), "questions": questions()}
    texts = {PAGES / f"{name}.md": "\n".join(lines) + "\n" for name, lines in pages.items()}
    changed = [page for page, text in texts.items() if _read(page) != text]
    if sys.argv[1:] == ["--check"]:
        if changed:
            names = ", ".join(page.name for page in changed)
            sys.exit(f"Out of date: {names}. Run python generator/scripts/reference.py.")
        return
    for page in changed:
        page.write_text(texts[page], encoding="utf-8")


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8") if page.exists() else ""


def table(heads: list[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A Markdown table, with an empty line after it."""
    lines = [heads, ["---"] * len(heads), *rows]
    return [*(f"| {' | '.join(cells)} |" for cells in lines), ""]


def cell(text: object) -> str:
    """A text that is safe in a table."""
    return " ".join(str(text).split()).replace("|", r"\|")


def code(words: Iterable[object]) -> str:
    """Words as code, one after the other."""
    return ", ".join(f"`{word}`" for word in words)


def commands() -> list[str]:
    """Every command with its arguments and options, and the exit statuses."""
    group: Any = typer.main.get_command(app)
    lines = ["# Commands", "", WRITTEN, "", cell(group.help), ""]
    lines += ["mlops-init reads no settings file: everything is an option.", ""]
    lines += _parameters(group.params)
    shared: dict[str, list[Any]] = {}
    for name, command in group.commands.items():
        own = [each for each in command.params if not _panel(each)]
        arguments = [_argument(each) for each in own if isinstance(each, TyperArgument)]
        usage = " ".join(["mlops-init", name, *arguments, "[OPTIONS]"])
        lines += [f"## {name}", "", f"`{usage}`", "", cell(command.help), ""]
        lines += _parameters(own)
        for panel in dict.fromkeys(filter(None, map(_panel, command.params))):
            shared[panel] = [each for each in command.params if _panel(each) == panel]
            anchor = panel.lower().replace(" ", "-")
            lines += [f"The options of [{panel}](#{anchor}) are available as well.", ""]
    for panel, parameters in shared.items():
        lines += [f"## {panel}", "", *_parameters(parameters)]
    lines += ["## Exit statuses", ""]
    lines += table(["status", "meaning"], ((str(int(each)), each.meaning) for each in ExitStatus))
    return [*lines, "If a command that `new --run` runs fails, its status is the status of `new`."]


def _panel(parameter: Any) -> str | None:
    panel: str | None = parameter.rich_help_panel
    return panel


def _argument(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    return name if parameter.required else f"[{name}]"


def _parameters(parameters: list[Any]) -> list[str]:
    rows = [(_spelling(each), _meaning(each)) for each in parameters if not each.hidden]
    return table(["argument or option", "meaning"], rows) if rows else []


def _spelling(parameter: Any) -> str:
    if isinstance(parameter, TyperArgument):
        return f"`{_argument(parameter)}`"
    value = parameter.metavar or parameter.opts[0].lstrip("-").replace("-", "_").upper()
    return code(opt if parameter.is_flag else f"{opt} {value}" for opt in parameter.opts)


def _meaning(parameter: Any) -> str:
    notes = ["Can be repeated."] if parameter.multiple else []
    if parameter.default and not getattr(parameter, "is_flag", False):  # an argument has none
        notes.append(f"Default: `{parameter.default}`.")
    return cell(" ".join([parameter.help, *notes]))


def manifests() -> list[dict[str, Any]]:
    """The manifest of each level, lowest first."""
    files = sorted((ROOT / "maturity_levels").glob("level_*.yml"))
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]


def levels() -> list[str]:
    """Every level with its capabilities."""
    lines = ["# Levels", "", WRITTEN, ""]
    lines += ["A level contains everything of the levels below it.", ""]
    for level in manifests():
        lines += [f"## Level {level['level']}: {level['name']}", ""]
        lines += [f"{_sentence(level['summary'])} Choose it when {level['when']}.", ""]
        steps = ((f"`{step['command']}`", cell(step["result"])) for step in level["steps"])
        lines += table(["first commands", "result"], steps)
        lines += table(["capability", "summary", "commands", "files"], _capabilities(level))
        lines += ["Clauses of the maturity model:", "", *_clauses(level), ""]
    return lines[:-1]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _capabilities(level: dict[str, Any]) -> Iterator[list[str]]:
    for name, each in level["capabilities"].items():
        files = code(path.lstrip("/") for path in each["paths"])
        note = " (optional)" if each.get("optional") else ""
        yield [f"`{name}`{note}", cell(each["summary"]), code(each["commands"]), files]


def _clauses(level: dict[str, Any]) -> Iterator[str]:
    """What the level fulfils, and with which capabilities."""
    for key, clause in level["clauses"].items():
        names = [name for name, each in level["capabilities"].items() if each["clause"] == key]
        yield f"- {clause}: {code(names)}" if names else f"- {clause}"


class Questions(yaml.SafeLoader):
    """Reads copier.yml; the files that it includes are read by `manifests`."""


Questions.add_constructor("!include", lambda loader, node: None)


def questions() -> list[str]:
    """Every question that a person can answer."""
    text = (ROOT / "copier.yml").read_text(encoding="utf-8")
    documents = yaml.load_all(text, Questions)  # a safe loader
    every = {name: each for document in documents for name, each in document.items()}
    lines = ["# Questions", "", WRITTEN, ""]
    lines += ["Answer a question in the wizard, with its option, with `--set NAME=ANSWER`, or in a"]
    lines += ["YAML file (`--answers`). Defaults are shown for a project in the folder"]
    lines += [f"`{FOLDER}`. The answers are stored in `.copier-answers.yml` of the project.", ""]
    answers: dict[str, Any] = {"_folder_name": FOLDER, "levels": manifests()}
    for name, question in every.items():
        if name.startswith("_") or question.get("when") is False:
            continue
        answers[name] = _rendered(question["default"], answers)
        lines += [f"## {name}", "", question["help"], ""]
        lines += [f"Default: `{answers[name]}`.", "", *_choices(question, answers)]
        lines += _rejections(question)
    return lines[:-1]


def _rendered(text: Any, answers: dict[str, Any]) -> Any:
    """A value of copier.yml, rendered as Copier renders it."""
    if not isinstance(text, str):
        return text
    extension = "jinja2_ansible_filters.AnsibleCoreFiltersExtension"
    return jinja2.Environment(extensions=[extension]).from_string(text).render(answers)


def _choices(question: dict[str, Any], answers: dict[str, Any]) -> list[str]:
    choices = question.get("choices")
    if choices is None:
        return []
    if isinstance(choices, str):
        choices = yaml.safe_load(_rendered(choices, answers))
    rows = ((f"`{answer}`", cell(label)) for label, answer in choices.items())
    return table(["answer", "shown as"], rows)


def _rejections(question: dict[str, Any]) -> list[str]:
    """The sentences with which a validator rejects an answer."""
    text = re.sub(r"{{.*?}}", "…", question.get("validator", ""))
    sentences = [" ".join(part.split()) for part in re.split(r"{%.*?%}", text, flags=re.S)]
    rows = [f"- {sentence}" for sentence in sentences if sentence]
    return (
        ["An invalid answer is rejected with one of these messages:", "", *rows, ""] if rows else []
    )


if __name__ == "__main__":
    main()
