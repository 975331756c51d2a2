"""The verb of validation: validate."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def validate(
    period: Annotated[str | None, typer.Option(help="The last period; by default all.")] = None,
) -> None:
    """Hold what was pulled last to the contract; admit it to training, or say why not."""
    from ..ingestion.snapshots import newest
    from .door import ContractError, admit

    refused = []
    for snapshot in newest(period):
        try:
            admit(snapshot)
            typer.echo(f"{snapshot.period}  {snapshot.rows:>8,} rows  admitted")
        except ContractError as broken:
            refused.append(str(broken))
            typer.echo(f"{snapshot.period}  {snapshot.rows:>8,} rows  refused")
    for sentence in refused:
        typer.echo(sentence, err=True)
    raise typer.Exit(2 if refused else 0)
