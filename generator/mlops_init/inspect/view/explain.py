"""The screen of `mlops-init explain`: why a path exists, and whether the user changed it."""

import os
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.text import Text

from ...one_line import escape
from ...project_commands import upgrade_command
from ...template.levels import Capability, Level
from ...ui.console import create_console, format_grid, print_commands
from ...ui.tree import Leaf, draw_tree
from ..explain import ExplainedFile, Explanation, FileState
from .diff import count_lines

RUNTIME_PATHS = {
    ".git": "the history of the project",
    ".venv": "the libraries; uv installs them again if they are missing",
    "uv.lock": "the version of each library; uv writes it, commit it",
    "var": "what runs create: data, models, releases, logs",
}
STATES = {
    FileState.GENERATED: "as generated",
    FileState.CHANGED: "changed by you",
    FileState.YOURS: "yours",
    FileState.DELETED: "deleted by you",
}
MARKS = {
    FileState.CHANGED: ("~", "yellow"),
    FileState.YOURS: ("+", "green"),
    FileState.DELETED: ("-", "red"),
}
MAX_LINES = 30  # of the tree
Row = tuple[str, ...]


def print_explanation(explanation: Explanation) -> None:
    """Print all that is known about a path, and the next commands."""
    console, is_folder = create_console(), bool(explanation.files) and not explanation.is_file
    is_top = explanation.path == "."
    name = explanation.answers["project_name"] if is_top else explanation.path
    console.print(Text(escape(name) + "/" * is_folder), style="bold", soft_wrap=True)
    console.print()
    owners = {file.owner for file in explanation.files if file.owner}
    if len(owners) > 1:
        console.print(format_grid(_capability_rows(explanation)))
        console.print()
    owner_rows = _owner_rows(*owners) if len(owners) == 1 else ()
    console.print(format_grid([*owner_rows, *_state_rows(explanation)]))
    if owners and is_folder and (leaves := _tree_leaves(explanation)):
        console.print()
        console.print(draw_tree(dict([*leaves.items()][:MAX_LINES])), soft_wrap=True)
        if len(leaves) > MAX_LINES:
            console.print(f"  … and {len(leaves) - MAX_LINES} more")
    if rows := [*_next_commands(explanation)]:
        console.print()
        print_commands(console, rows)


def explanation_as_json(explanation: Explanation) -> dict[str, Any]:
    """All that is known about a path, for `--json`."""
    return {
        "project": explanation.answers["project_name"],
        "level": explanation.answers["level"],
        "path": explanation.path,
        "exists": explanation.exists,
        "ignored": explanation.is_ignored,
        "files": [
            {
                "path": file.path,
                "state": str(file.state),
                "level": file.owner[0].number if file.owner else None,
                "capability": file.owner[1].name if file.owner else None,
                "clause": file.owner[1].clause if file.owner else None,
                "added_lines": file.change.added_lines if file.change else None,
                "deleted_lines": file.change.deleted_lines if file.change else None,
            }
            for file in explanation.files
        ],
    }


def _owner_rows(owner: tuple[Level, Capability]) -> Iterator[Row]:
    level, capability = owner
    yield "", "part of", f"{capability.name} (level {level.number}, {level.name})"
    yield "", "why", capability.summary
    if capability.commands:
        yield "", "commands", " ".join(capability.commands)
    yield "", "clause", capability.clause
    yield "", "", f"(Microsoft's maturity model, level {level.number})"


def _capability_rows(explanation: Explanation) -> Iterator[Row]:
    states = (FileState.GENERATED, FileState.CHANGED, FileState.DELETED)
    counts = Counter(file.owner for file in explanation.list_files(*states) if file.owner)
    yield "", "level", "part", "files", "why"
    for level, capability in sorted(counts, key=lambda owner: (owner[0].number, owner[1].name)):
        count = counts[level, capability]
        yield "", str(level.number), capability.name, str(count), capability.summary


def _state_rows(explanation: Explanation) -> Iterator[Row]:
    if not explanation.files:
        yield from _rows_without_files(explanation)
        return
    if explanation.is_file:
        states = [_format_state(explanation.files[0])]
    else:
        states = [*_count_states(explanation)]
    for title, state in zip(["state", *[""] * len(states)], states, strict=False):
        yield "", title, state


def _rows_without_files(explanation: Explanation) -> Iterator[Row]:
    if purpose := RUNTIME_PATHS.get(explanation.path.split("/")[0]):
        yield "", "why", purpose
    state = "git ignores it" if explanation.is_ignored else "yours: part of no level"
    yield "", "state", state if explanation.exists else "does not exist yet"


def _format_state(file: ExplainedFile) -> str:
    if file.state is FileState.HIGHER_LEVEL:
        return f"comes with level {_level_number(file)}"
    state = STATES[file.state]
    if file.state is FileState.CHANGED and file.change:
        return f"{state}: {count_lines(file.change) or 'executable bit'}"
    if file.state is FileState.YOURS:
        level = f"level {_level_number(file)} has a file with this name"
        return f"{state}: {level if file.owner else 'part of no level'}"
    return state


def _count_states(explanation: Explanation) -> Iterator[str]:
    for state in FileState:
        files = explanation.list_files(state)
        if not files:
            continue
        if state is FileState.HIGHER_LEVEL:
            yield f"{len(files)} come{'s' * (len(files) == 1)} with {_format_levels(files)}"
        else:
            mark = f" ({MARKS[state][0]})" if state in MARKS else ""
            yield f"{len(files)} {STATES[state]}{mark}"


def _format_levels(files: list[ExplainedFile]) -> str:
    levels = _list_levels(files)
    return f"level {levels[0]}" if len(levels) == 1 else f"levels {levels[0]} to {levels[-1]}"


def _level_number(file: ExplainedFile) -> int | None:
    return file.owner[0].number if file.owner else None


def _list_levels(files: list[ExplainedFile] | tuple[ExplainedFile, ...]) -> list[int]:
    return sorted({file.owner[0].number for file in files if file.owner})


def _tree_leaves(explanation: Explanation) -> dict[str, Leaf]:
    """The files that are not as generated; a folder with only the user's files is one line."""
    template_files = [
        file for file in explanation.files if file.state is not FileState.YOURS or file.owner
    ]
    shared = {folder for file in template_files for folder in Path(file.path).parents}
    leaves: dict[str, Leaf] = {}
    counts: Counter[str] = Counter()
    for file in explanation.list_files(*MARKS):
        mark, style = MARKS[file.state]
        own_folders = [folder for folder in Path(file.path).parents if folder not in shared]
        if file.state is FileState.YOURS and own_folders:
            folder = f"{own_folders[-1].as_posix()}/"
            counts[folder] += 1
            leaves[folder] = Leaf(mark, f"({counts[folder]})", style)
        else:
            change = file.change if file.state is FileState.CHANGED else None
            leaves[file.path] = Leaf(mark, count_lines(change) if change else "", style)
    return leaves


def _quote(path: str) -> str:
    """A path for a shell; of one with a line break in the form of bash, on one line."""
    return shlex.quote(path) if path.isprintable() else f"${shlex.quote(escape(path))}"


def _next_commands(explanation: Explanation) -> Iterator[tuple[str, str]]:
    path = os.path.relpath(explanation.project / explanation.path)
    patch_command = f"mlops-init explain {_quote(path)} --patch"
    levels = _list_levels(explanation.files)
    deleted = explanation.list_files(FileState.DELETED)
    higher = explanation.list_files(FileState.HIGHER_LEVEL)
    if explanation.list_files(FileState.CHANGED) or (deleted and not explanation.is_file):
        yield patch_command, "what you changed"
    elif deleted:
        yield f"{patch_command} | git apply -R", "restore it"
    elif levels and len(higher) == len(explanation.files):
        current = explanation.answers["level"]
        yield f"mlops-init diff {current} {levels[0]}", f"what level {levels[0]} changes"
        yield upgrade_command(explanation.project, levels[0]), "add it"
    elif levels:
        level = f" {levels[0]}" if len(levels) == 1 else ""
        yield f"mlops-init levels{level}", "what it is part of"
