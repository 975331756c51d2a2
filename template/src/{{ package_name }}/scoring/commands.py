"""The command of scoring: score."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ..commands import Raw
from ..formatting import format_count
from ..screens import AsJson, print_result

app = typer.Typer()


@app.command()
def score(
    source: Annotated[
        str, typer.Argument(help="Rows: .parquet, .csv or .jsonl; a file, a folder or a URL.")
    ],
    output: Annotated[Path | None, typer.Option(help="Default: a file in var/scored.")] = None,
    raw: Raw = False,
    as_json: AsJson = False,
) -> None:
    """Score rows with the active release. If it was stopped, the same command continues."""
    with show_progress_bar() as on_progress:
        from .score import score

        scored = score(source, output, raw, on_progress)
    count, version = format_count(scored["rows"], "row"), scored["version"]
    print_result(scored, f"{count} scored: {scored['file']}, by version {version}", as_json)


@contextmanager
def show_progress_bar() -> Iterator[Callable[[str, float], None]]:
    """A function that shows on a terminal what is done now, and which share."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda text, share: bar.update(task, description=text, completed=share)
