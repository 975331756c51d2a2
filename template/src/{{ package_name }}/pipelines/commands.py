"""The verb of pipelines: pipeline run."""

from typing import Annotated

import typer

app = typer.Typer()
pipeline = typer.Typer(no_args_is_help=True, help="From the source to a registered version.")
app.add_typer(pipeline, name="pipeline")
Period = Annotated[str | None, typer.Option(help="The last period; by default all there are.")]


@pipeline.callback()
def group() -> None:
    """Keeps `pipeline run` two words."""


@pipeline.command()
def run(period: Period = None) -> None:
    """Pull, check, train, record and register; what is done already is not done again."""
    from ..registry.lock import exclusive_lock
    from ..registry.versions import list_versions
    from .steps import run

    with exclusive_lock():
        before = list_versions()
        version = run(period)
    done = "is there already: nothing to do" if version in before else "is registered"
    typer.echo(f"version {version.number} ({version.run}) {done}")
