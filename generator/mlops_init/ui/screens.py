"""Everything that is printed: 80 columns, plain text when piped."""

import os
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from ..new import next_steps as steps
from ..template.levels import Capability, Level, Step, between, level, levels
from . import tree as trees

if TYPE_CHECKING:  # what it prints is made by a module that prints
    from ..new.create import Made

WIDTH = 80
FORGES = (
    " Forges read workflows only at the top of a repository, "
    "so those in its .github do not run there."
)


def console() -> Console:
    """Where screens go: as wide as a page, whatever the window."""
    width = min(Console().width, WIDTH)
    return Console(highlight=False, markup=False, emoji=False, width=width)


def waiting(words: str) -> AbstractContextManager[Status]:
    """A spinner, on a terminal, while something takes long."""
    return Console(stderr=True).status(words)


def question(name: str) -> None:
    """The levels, above the question which one it shall be."""
    page = console()
    page.print(f"How mature should {name} be today?", "You can raise it any time.", soft_wrap=True)
    page.print()
    page.print(_ladder())
    page.print()


def all_levels() -> None:
    """What each level is, and when it is right."""
    page = console()
    page.print(_ladder())
    page.print()
    page.print("mlops-init levels 2         what a level adds, and when it is right")
    page.print("mlops-init churn --level 2  make a project of that level in the folder churn")


def one_level(number: int) -> None:
    """What one level adds to the level below."""
    it, page = level(number), console()
    page.print(f"Level {it.number}, {it.name}: {it.summary}", style="bold")
    page.print(trimmed(f"Right when {it.when}."))
    page.print()
    page.print(grid(("", "•", clause) for clause in it.clauses))
    page.print()
    page.print("adds" if it.number > levels()[0].number else "has")
    page.print(_capabilities(it.capabilities))
    page.print()
    page.print(f"mlops-init churn --level {number}", soft_wrap=True)


def created(made: "Made") -> None:
    """What lies in a new project: how many files, where, and what it can do."""
    page, answers = console(), made.answers
    name, number = answers["project_name"], answers["level"]
    page.print(f"{name} · level {number} · {len(made.files)} files", style="bold")
    folders = Counter(path.split("/")[0] if "/" in path else "" for path in made.files)
    top = folders.pop("")
    counted = [f"{folder} {count}" for folder, count in sorted(folders.items())]
    listed = ", ".join([*counted, f"{top} more"])
    page.print(Text(fill(listed, WIDTH, initial_indent="  ", subsequent_indent="  ")))
    page.print()
    page.print(_capabilities(each for below in between(-1, number) for each in below.capabilities))
    page.print()
    page.print(f"✓ {name} created{' and committed' * made.committed} ({made.seconds:.1f} s)")
    if made.inside:
        said = "  It lies in a repository: nothing was committed." + FORGES * (not made.top)
        page.print(trimmed(said))


def would_make(made: "Made", todo: Iterable[Step]) -> None:
    """What a dry run found: every file, and what would be done with them."""
    page, answers = console(), made.answers
    name, number = answers["project_name"], answers["level"]
    page.print(f"{name} · level {number} · {len(made.files)} files", style="bold")
    page.print()
    page.print(trees.drawn(dict.fromkeys(made.files, trees.Leaf())), soft_wrap=True)
    page.print()
    command = steps.command_of(answers)
    if todo := [*todo]:
        page.print("then runs")
        commands(page, [(steps.typed(command, step), step.gives) for step in todo])
        page.print()
    done = "makes it and commits it" if made.committed else "makes it"
    page.print(f"Nothing was written. The same without --dry-run {done}.")


def next_steps(
    target: Path, answers: Mapping[str, Any], todo: Iterable[Step], declared: bool = False
) -> None:
    """The commands to type next, in a new shell."""
    page, own_data = console(), answers["example"] == "none" and not declared
    page.print()
    folder = os.path.relpath(target)
    lines = [] if folder == "." else [(f"cd {shlex.quote(folder)}", "")]
    if own_data:
        lines.append(("conf/data.yml", "declare your data here first"))
    command = steps.command_of(answers)
    lines += [(steps.typed(command, step), step.gives) for step in todo]
    commands(page, lines)


def commands(page: Console, lines: list[tuple[str, str]]) -> None:
    """What to type, and what comes of it; never broken, since it is to be copied."""
    columns = max(len(typed) for typed, _ in lines)
    for typed, gives in lines:
        if columns + len(gives) + 4 > WIDTH and gives:
            page.print(Text(f"  {typed}"), soft_wrap=True)
            page.print(Text(f"      {gives}"), soft_wrap=True)
        else:
            page.print(Text(f"  {typed:<{columns}}  {gives}".rstrip()), soft_wrap=True)


def patch(text: bytes) -> None:
    """A patch, byte for byte: a program may read it."""
    sys.stdout.flush()
    if buffer := getattr(sys.stdout, "buffer", None):
        try:
            buffer.write(text)
            buffer.flush()
        except BrokenPipeError:  # who read it has seen enough
            console().on_broken_pipe()
    else:  # what stands for the output in a test or a notebook
        sys.stdout.write(text.decode(errors="replace"))


def coloured() -> bool:
    """Whether colours are wanted where screens go."""
    return Console().is_terminal and not Console().no_color


def running(command: str) -> None:
    """Which of the steps comes now."""
    console().print(f"\n$ {command}", style="bold", soft_wrap=True)
    sys.stdout.flush()  # before what the step itself prints


def _ladder() -> Text:
    def row(each: Level) -> tuple[str, str, str]:
        plus = "+ " if each.number else ""
        return str(each.number), each.name, plus + each.summary

    return grid(map(row, levels()))


def _capabilities(listed: Iterable[Capability]) -> Text:
    return grid(("", each.name, each.summary, " ".join(each.verbs)) for each in listed)


def grid(rows: Iterable[tuple[str, ...]]) -> Text:
    """Rows in columns, the first one indented where it is empty."""
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(*map(Text, row))
    return trimmed(table)


def trimmed(what: str | Table) -> Text:
    """As wide as a page, without the blanks that rich leaves at the end of lines."""
    page = console()
    with page.capture() as printed:
        page.print(what)
    return Text("\n".join(line.rstrip() for line in printed.get().splitlines()))
