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
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes. Default: that of conf/serving.yml.")
    ] = None,
    open_to_all: Annotated[
        bool, typer.Option("--open", help="Accept other machines although there are no keys.")
    ] = False,
    smoke: Annotated[bool, typer.Option("--smoke", help="Answer one request and stop.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer requests with the active release, and follow every new one."""
    from . import server
    from .access import Access, check_host

    if not smoke:
        settings = server.serving_settings(port, workers)
        check_host(settings, Access(settings), open_to_all)
        bound = server.bind_socket(settings)
        url = f"http://{settings.host}:{bound.getsockname()[1]}"
        print_result({"url": url}, f"serving on {url} (Ctrl-C stops)", as_json)
        server.serve(bound, settings)
        return
    request, response = server.smoke_test()
    text = f"request   {json.dumps(request)}\nresponse  {json.dumps(response)}"
    print_result({"request": request, "response": response}, text, as_json)
