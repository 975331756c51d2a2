"""The commands of alerting: alerting metrics, alerting serve."""

from pathlib import Path
from typing import Annotated

import typer

from ..screens import AsJson, print_result

app = typer.Typer()
alerting = typer.Typer(no_args_is_help=True, help="Metrics for Prometheus, and its webhook.")
app.add_typer(alerting, name="alerting")


@alerting.command()
def metrics(
    file: Annotated[
        Path | None, typer.Option(help="Default: metrics.prom in var/alerting/.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the metrics of the model once, for example for the textfile collector of a node."""
    from ..settings import var
    from ..storage import atomic_file
    from .collector import collect_figures
    from .figures import render
    from .settings import alerting_settings

    target = file or var("alerting", "metrics.prom")
    content = render(collect_figures(alerting_settings()))
    with atomic_file(target) as part:
        part.write_bytes(content)
    print_result({"file": str(target)}, str(target), as_json)


@alerting.command()
def serve(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Default: that of conf/alerting.yml.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the metrics at /metrics, and run `loop` for each alert that /webhook receives."""
    from ..serving.access import Access
    from ..serving.server import bind_socket
    from . import server
    from .settings import alerting_settings, check_access

    settings = alerting_settings(port)
    access = Access(settings.serving())
    check_access(settings, access)
    with server.held_lock():
        bound = bind_socket(settings.serving())
        url = f"http://{settings.host}:{bound.getsockname()[1]}"
        webhook = "" if access.needs_key else "; without a token, /webhook accepts nothing"
        text = f"metrics on {url}/metrics (Ctrl-C stops){webhook}"
        print_result({"url": url, "webhook": access.needs_key}, text, as_json)
        server.serve(bound, settings)
