"""Print the result of a command: text for people, or one JSON object with `--json`."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

LARGEST = 1e9  # of a number that a person types, such as seconds
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]


def check_number(value: float | None) -> float | None:
    """The same; BadParameter for what no clock can wait, such as infinity."""
    if value is not None and not abs(value) <= LARGEST:
        raise typer.BadParameter(f"{value:g} is not a number up to {LARGEST:,.0f}")
    return value


def print_result(values: dict[str, Any], text: str, as_json: bool) -> None:
    """Print `values` as one JSON object if `as_json`, otherwise `text`."""
    typer.echo(json.dumps(values, indent=2, default=str) if as_json else text)


@contextmanager
def show_progress() -> Iterator[Callable[[str], None]]:
    """A function that shows on a terminal what the command is doing now."""
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield status.update
