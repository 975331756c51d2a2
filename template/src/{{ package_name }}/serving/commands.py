"""The verb of serving: serve."""

import json
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def serve(
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="By default the one of conf/serving.yml."),
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Answer one request and stop.")] = False,
) -> None:
    """Answer requests with what is released, and follow every new release."""
    from . import server

    if not smoke:
        where = server.serving_settings(port)
        typer.echo(f"serving on http://{where.host}:{where.port} (Ctrl-C stops)")
        server.serve(port)
        return
    row, answer = server.smoke_test()
    typer.echo(f"asked    {json.dumps(row)}")
    typer.echo(f"answered {json.dumps(answer)}")
