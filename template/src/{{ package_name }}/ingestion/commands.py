"""The command of ingestion: ingest."""

from typing import Annotated

import typer

from ..formatting import format_table
from ..screens import AsJson, print_result, show_progress

app = typer.Typer()


@app.command()
def ingest(
    period: Annotated[str | None, typer.Option(help="The last period. Default: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Pull the source into immutable snapshots."""
    from dataclasses import asdict

    from .snapshots import pull_snapshots

    with show_progress() as on_progress:
        snapshots = pull_snapshots(period, on_progress)
    rows = [(each.period, f"{each.rows:,}", each.name) for each in snapshots]
    values = [asdict(each) | {"folder": each.folder} for each in snapshots]
    print_result({"snapshots": values}, format_table(("period", "rows", "snapshot"), rows), as_json)
