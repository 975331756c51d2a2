"""The command of status: status."""

from typing import Annotated

import typer

from ..screens import AsJson, print_result

app = typer.Typer()


@app.command()
def status(
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the status page: what serves, how good it is, what was decided. Prints its path."""
    import webbrowser
    from dataclasses import asdict

    from .page import write_page

    file, alarms = write_page()
    values = {"page": str(file), "alarms": [asdict(alarm) for alarm in alarms]}
    print_result(values, str(file), as_json)
    if open_page and not webbrowser.open(file.as_uri()):
        typer.echo("there is no browser here: open the page on another machine", err=True)
        raise typer.Exit(1)
