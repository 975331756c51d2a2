"""The command of serving: serve."""

import json
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def serve(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="By default that of conf/serving.yml.")
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Answer one request and stop.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --smoke: print one JSON object.")
    ] = False,
) -> None:
    """Answer requests with the active release, and follow every new one."""
    from . import server

    if not smoke:
        settings = server.serving_settings(port)
        bound = server.bind_socket(settings)
        typer.echo(f"serving on http://{settings.host}:{bound.getsockname()[1]} (Ctrl-C stops)")
        server.serve(bound, settings)
        return
    row, response = server.smoke_test()
    if as_json:
        typer.echo(json.dumps({"row": row, "response": response}))
    else:
        typer.echo(f"request   {json.dumps({'rows': [row]})}")
        typer.echo(f"response  {json.dumps(response)}")
