"""The verb of ingestion: ingest."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def ingest(
    period: Annotated[str | None, typer.Option(help="The last period; by default all.")] = None,
) -> None:
    """Pull the source into immutable snapshots."""
    from .snapshots import pull

    for snapshot in pull(period):
        typer.echo(f"{snapshot.period}  {snapshot.rows:>8,} rows  {snapshot.folder.name}")
