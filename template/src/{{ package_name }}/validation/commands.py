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
    from . import verdict
    from .door import ContractError, admit

    refused, odd = [], []
    for snapshot in newest(period):
        try:
            admit(snapshot)
            word = "admitted"
        except ContractError as broken:
            refused.append(f"error    {broken}")
            word = "refused"
        found = verdict.read(snapshot.folder.name)
        warnings = found.warnings if found else []
        odd += [f"warning  {snapshot.period}: {warning}" for warning in warnings]
        typer.echo(f"{snapshot.period}  {snapshot.rows:>8,} rows  {word}")
    for sentence in odd + refused:
        typer.echo(sentence, err=True)
    typer.echo(f"a page on each, with pictures: {verdict.place()}")
    raise typer.Exit(2 if refused else 0)
