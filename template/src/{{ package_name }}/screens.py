"""Print the result of a command: text for people, or one JSON object with `--json`."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]


def print_result(values: dict[str, Any], text: str, as_json: bool) -> None:
    """Print `values` as one JSON object if `as_json`, otherwise `text`."""
    typer.echo(json.dumps(values, indent=2, default=str) if as_json else text)


@contextmanager
def show_progress() -> Iterator[Callable[[str], None]]:
    """A function that shows on a terminal what the command is doing now."""
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield status.update
