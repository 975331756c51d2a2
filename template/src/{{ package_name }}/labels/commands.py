"""The command of labels: labels."""

import typer

from ..formatting import format_number, format_table
from ..screens import AsJson, print_result

app = typer.Typer()


@app.command()
def labels(as_json: AsJson = False) -> None:
    """Compare logged predictions with the labels that have arrived, for each version."""
    from ..errors import InputError
    from ..predictions.lines import VERSION
    from ..predictions.reader import open_log
    from ..settings import NAME, load_spec
    from ..tables import to_records
    from .join import quality_by_version

    spec = load_spec()
    with open_log(spec) as log:
        window = log.window()
        predictions = window.frame([spec.key, VERSION, *window.predictions])
    if predictions.empty:
        raise InputError(f"no prediction is logged yet: run `{NAME} serve` and send it rows")
    versions = to_records(quality_by_version(spec, predictions))
    rows = [[format_number(value) for value in version.values()] for version in versions]
    table = format_table(list(versions[0]), rows)
    print_result({"metric": spec.metric, "versions": versions}, table, as_json)
