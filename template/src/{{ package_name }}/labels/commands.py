"""The verb of labels: labels."""

import typer

app = typer.Typer()


@app.command()
def labels() -> None:
    """Join logged predictions with the labels that have arrived, version by version."""
    from ..errors import InputError
    from ..settings import NAME, load_spec
    from .join import quality_by_version

    table = quality_by_version(load_spec())
    if table.empty:
        raise InputError(f"nothing was predicted yet: run `{NAME} serve` and send it rows")
    typer.echo(table.to_string(index=False, float_format="{:.4g}".format, na_rep="-"))
