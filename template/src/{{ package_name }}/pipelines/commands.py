"""The command of pipelines: pipeline run."""

from typing import Annotated

import typer

from ..screens import AsJson, print_result

app = typer.Typer()
pipeline = typer.Typer(no_args_is_help=True, help="From the source to a registered version.")
app.add_typer(pipeline, name="pipeline")


@pipeline.callback()
def group() -> None:
    """Without a callback Typer would shorten `pipeline run` to `pipeline`."""


@pipeline.command()
def run(
    period: Annotated[str | None, typer.Option(help="The last period. Default: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Pull, validate, train, record and register; steps that were done are skipped."""
    from dataclasses import asdict

    from ..registry.lock import exclusive_lock
    from ..registry.versions import list_versions
    from ..tracking.client import TrackingUnavailableError
    from .steps import prepare_and_train, register

    with exclusive_lock():
        trained = prepare_and_train(period)
        try:
            existing = list_versions()
            version = register(trained)
        except TrackingUnavailableError as error:  # the run is safe in var/runs
            typer.echo(f"{trained.id} is saved, but not registered: {error}", err=True)
            raise typer.Exit(1) from None
    is_new = version not in existing
    outcome = "is registered" if is_new else "exists already: nothing to do"
    text = f"version {version.number} ({version.run}) {outcome}"
    print_result(asdict(version) | {"is_new": is_new}, text, as_json)
