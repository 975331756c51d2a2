"""The command of the registry: models list."""

import typer

from ..formatting import format_number, format_table
from ..screens import AsJson, print_result

app = typer.Typer()
models = typer.Typer(no_args_is_help=True, help="The registered versions of the model.")
app.add_typer(models, name="models")


@models.callback()
def group() -> None:
    """Without a callback Typer would shorten `models list` to `models`."""


@models.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all versions with their metric, their baseline and the result of the gate."""
    from dataclasses import asdict

    from ..settings import load_spec
    from .versions import fetch_run, get_champion, list_versions

    champion, metric = get_champion(), load_spec().metric
    rows, values = [], []
    for version in list_versions():
        metrics = fetch_run(version).metrics
        is_champion = version == champion
        rejected, passed = f"rejected: {version.rejected}", f"passed: {version.passed}"
        gate = rejected if version.rejected else passed if version.passed else "not evaluated"
        losses = [format_number(metrics.get(name)) for name in (metric, f"{metric}_baseline")]
        rows.append((str(version.number), "yes" * is_champion, version.run, *losses, gate))
        values.append(asdict(version) | {"is_champion": is_champion, "metrics": metrics})
    header = ("version", "champion", "run", metric, "baseline", "gate")
    print_result({"versions": values}, format_table(header, rows), as_json)
