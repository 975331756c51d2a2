"""The verb of validation: validate."""

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer()


@app.command()
def validate(
    period: Annotated[str | None, typer.Option(help="The last period; by default all.")] = None,
    summary: Annotated[
        Path | None, typer.Option(help="A file to add a page to, as a forge shows it.")
    ] = None,
) -> None:
    """Hold what was pulled last to the contract; admit it to training, or say why not."""
    from ..ingestion.snapshots import latest_snapshots
    from . import report, results

    judged, odd, refused = [], [], []
    for snapshot in latest_snapshots(period):
        broken, warnings = decided(snapshot)
        word = "refused" if broken else "admitted"
        odd += [f"warning  {snapshot.period}: {warning}" for warning in warnings]
        refused += [f"error    {broken}"] if broken else []
        judged.append((snapshot.period, snapshot.rows, word))
        typer.echo(f"{snapshot.period}  {snapshot.rows:>8,} rows  {word}")
    for sentence in odd + refused:
        typer.echo(sentence, err=True)
    if summary:
        with summary.open("a", encoding="utf-8") as page:
            page.write(report.summary(judged, odd + refused))
    typer.echo(f"a page on each, with pictures: {results.place()}")
    raise typer.Exit(2 if refused else 0)


def decided(snapshot: Any) -> tuple[str | None, list[str]]:
    """(why a snapshot was refused, if it was; what was odd about it)."""
    from . import results
    from .acceptance import ContractError, accept_snapshot

    broken = None
    try:
        accept_snapshot(snapshot)
    except ContractError as error:
        broken = str(error)
    found = results.read_result(snapshot.folder.name)
    return broken, found.warnings if found else []
