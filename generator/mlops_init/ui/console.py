"""Prints to a terminal 80 columns wide, and plain text to a pipe."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

WIDTH = 80
T = TypeVar("T")


def is_interactive() -> bool:
    """Whether a user at a terminal can answer questions."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def use_colors() -> bool:
    """Whether the output goes to a terminal that shows colors."""
    return Console().is_terminal and not Console().no_color


def create_console() -> Console:
    """A console for standard output, at most 80 columns wide."""
    width = min(Console().width, WIDTH)
    return Console(highlight=False, markup=False, emoji=False, width=width)


def spinner(text: str) -> AbstractContextManager[Status]:
    """Show that a slow operation is running; on a terminal only."""
    return Console(stderr=True).status(text)


@contextmanager
def enter_with_spinner(text: str, context: AbstractContextManager[T]) -> Iterator[T]:
    """Show a spinner until a slow context is entered."""
    with ExitStack() as stack:
        with spinner(text):
            value = stack.enter_context(context)
        yield value


def print_commands(console: Console, rows: list[tuple[str, str]]) -> None:
    """Print commands with their results. A command is never wrapped, because users copy it."""
    columns = max(len(command) for command, _ in rows)
    for command, result in rows:
        if columns + len(result) + 4 > WIDTH and result:
            console.print(Text(f"  {command}"), soft_wrap=True)
            console.print(Text(f"      {result}"), soft_wrap=True)
        else:
            console.print(Text(f"  {command:<{columns}}  {result}".rstrip()), soft_wrap=True)


def print_json(value: object) -> None:
    """Print a value as JSON for another program."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def print_patch(patch: bytes) -> None:
    """Print a patch byte for byte, because another program may read it."""
    sys.stdout.flush()
    if buffer := getattr(sys.stdout, "buffer", None):
        try:
            buffer.write(patch)
            buffer.flush()
        except BrokenPipeError:  # the reader, for example `head`, has ended
            create_console().on_broken_pipe()
    else:  # a test or a notebook has replaced standard output
        sys.stdout.write(patch.decode(errors="replace"))


def format_grid(rows: Iterable[tuple[str, ...]]) -> Text:
    """Format rows as aligned columns; an empty first cell indents a row."""
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(*map(Text, row))
    return format_page(table)


def format_page(content: str | Table) -> Text:
    """Wrap text or a table at the page width, without rich's trailing spaces."""
    console = create_console()
    with console.capture() as capture:
        console.print(content)
    return Text("\n".join(line.rstrip() for line in capture.get().splitlines()))
