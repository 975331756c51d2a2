"""The command of labels: labels."""

import json
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def labels(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare logged predictions with the labels that have arrived, for each version."""
    from ..errors import InputError
    from ..formatting import format_number, format_table
    from ..predictions.reader import load_predictions
    from ..schema import to_records
    from ..settings import NAME, load_spec
    from .join import quality_by_version

    spec = load_spec()
    predictions = load_predictions(spec)
    if predictions.empty:
        raise InputError(f"no prediction is logged yet: run `{NAME} serve` and send it rows")
    versions = to_records(quality_by_version(spec, predictions))
    if as_json:
        typer.echo(json.dumps({"metric": spec.metric, "versions": versions}))
    else:
        cells = [[format_number(value) for value in version.values()] for version in versions]
        typer.echo(format_table(list(versions[0]), cells))
