"""The command of ingestion: ingest."""

from typing import Annotated

import typer

from ..formatting import format_table
from ..screens import AsJson, print_result

app = typer.Typer()


@app.command()
def ingest(
    period: Annotated[str | None, typer.Option(help="The last period. Default: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Pull the source into immutable snapshots."""
    from dataclasses import asdict

    from rich.console import Console
    from rich.progress import Progress

    from .snapshots import pull_snapshots

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {}

        def on_progress(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        snapshots = pull_snapshots(period, on_progress)
    rows = [(each.period, f"{each.rows:,}", each.name) for each in snapshots]
    values = [asdict(each) | {"folder": each.folder} for each in snapshots]
    print_result({"snapshots": values}, format_table(("period", "rows", "snapshot"), rows), as_json)
