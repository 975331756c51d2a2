"""The verb of the registry: models list."""

import typer

app = typer.Typer()
models = typer.Typer(no_args_is_help=True, help="The registered versions of the model.")
app.add_typer(models, name="models")


@models.callback()
def group() -> None:
    """Keeps `models list` two words."""


@models.command("list")
def list_() -> None:
    """List the versions, the champion marked, with what the gate said."""
    from . import versions as registry

    champion = registry.get_champion()
    typer.echo(f"{'version':>9}  {'run':<18} {'metric':>20}  verdict")
    for version in registry.list_versions():
        run = registry.fetch_run(version)
        name, value = next(iter(run.metrics.items()))
        mark = "*" if champion and version.number == champion.number else " "
        verdict = version.rejected and f"refused: {version.rejected}"
        verdict = verdict or (version.passed and f"passed: {version.passed}") or "not judged"
        typer.echo(
            f"{mark}{version.number:>8}  {version.run:<18} {f'{name} {value:.4g}':>20}  {verdict}"
        )
