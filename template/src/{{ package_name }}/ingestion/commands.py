"""The verb of ingestion: ingest."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def ingest(
    period: Annotated[str | None, typer.Option(help="The last period; by default all.")] = None,
) -> None:
    """Pull the source into immutable snapshots."""
    from rich.console import Console
    from rich.progress import Progress

    from .snapshots import pull_snapshots

    known: dict[str, int] = {}
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:

        def tell(what: str, done: int, total: int | None) -> None:
            if what not in known:
                known[what] = bar.add_task(what, total=total)
            bar.update(known[what], completed=done, total=total)  # type: ignore[arg-type]

        snapshots = pull_snapshots(period, tell)
    for snapshot in snapshots:
        typer.echo(f"{snapshot.period}  {snapshot.rows:>8,} rows  {snapshot.folder.name}")
