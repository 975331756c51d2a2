"""The commands of the registry: models list, show, compare, fetch."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..commands import format_run, read_slices
from ..formatting import format_number, format_table
from ..screens import AsJson, print_result

if TYPE_CHECKING:
    from .versions import Version

app = typer.Typer()
models = typer.Typer(no_args_is_help=True, help="The registered versions of the model.")
app.add_typer(models, name="models")
Number = Annotated[int, typer.Argument(help="The number of a version.")]


@models.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all versions with their metric, their baseline and the result of the gate."""
    from ..settings import load_spec
    from .versions import fetch_readable_run, get_champion, list_versions

    champion, metric = get_champion(), load_spec().metric
    rows, values = [], []
    for version in list_versions():
        run = fetch_readable_run(version)
        metrics = run.metrics if run else {}
        is_champion = version == champion
        losses = [format_number(metrics.get(name)) for name in (metric, f"{metric}_baseline")]
        facts = (str(version.number), "yes" * is_champion, version.run)
        rows.append((*facts, *losses, describe_gate(version)))
        values.append(vars(version) | {"is_champion": is_champion, "metrics": metrics})
    header = ("version", "champion", "run", metric, "baseline", "gate")
    print_result({"versions": values}, format_table(header, rows), as_json)


def describe_gate(version: "Version") -> str:
    """The result of the gate."""
    if version.rejected:
        return f"rejected: {version.rejected}"
    return f"passed: {version.passed}" if version.passed else "not evaluated"


@models.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """Show what a version is made of, how good it is, and the result of the gate."""
    from ..tracking.comparison import run_facts
    from .versions import fetch_run, find_version, get_champion

    version = find_version(number)
    run, is_champion = fetch_run(version), version == get_champion()
    slices = read_slices(run.folder / "slices.csv")[:3]
    facts = {"version": str(number), "champion": "yes" if is_champion else "no"}
    facts |= {"gate": describe_gate(version)} | run_facts(run)
    table = "\n".join(f"{name:<14}{value}" for name, value in facts.items())
    values: dict[str, Any] = vars(version) | {"is_champion": is_champion}
    values["run"] = vars(run) | {"folder": run.folder, "worst_slices": slices}
    print_result(values, f"{table}\n\n{format_run(run, slices)}", as_json)


@models.command()
def compare(first: Number, second: Number, as_json: AsJson = False) -> None:
    """Compare two versions in a table and in a picture."""
    from ..tracking.comparison import compare
    from .versions import fetch_run, find_version

    numbers = (first, second)
    named = {f"version {number}": fetch_run(find_version(number)) for number in numbers}
    values, text = compare(named)
    print_result(values, text, as_json)


@models.command()
def fetch(
    number: Number,
    folder: Annotated[Path, typer.Argument(help="A new folder for the model.")],
    as_json: AsJson = False,
) -> None:
    """Download the MLflow model of a version: all that a prediction needs, without this project."""
    from .versions import fetch_model, find_version

    fetch_model(find_version(number), folder)
    text = f'version {number} saved in {folder}: mlflow.pyfunc.load_model("{folder}") loads it'
    print_result({"version": number, "folder": folder}, text, as_json)
