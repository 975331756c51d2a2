"""The command of serving: serve."""

import json
from typing import Annotated

import typer

from ..screens import AsJson, print_result

app = typer.Typer()


@app.command()
def serve(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Default: that of conf/serving.yml.")
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Answer one request and stop.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer requests with the active release, and follow every new one."""
    from . import server

    if not smoke:
        settings = server.serving_settings(port)
        bound = server.bind_socket(settings)
        url = f"http://{settings.host}:{bound.getsockname()[1]}"
        print_result({"url": url}, f"serving on {url} (Ctrl-C stops)", as_json)
        server.serve(bound, settings)
        return
    request, response = server.smoke_test()
    text = f"request   {json.dumps(request)}\nresponse  {json.dumps(response)}"
    print_result({"request": request, "response": response}, text, as_json)
