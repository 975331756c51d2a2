"""The command of validation: validate."""

from pathlib import Path
from typing import Annotated

import typer

from ..formatting import format_table
from ..screens import AsJson, print_result

app = typer.Typer()


@app.command()
def validate(
    period: Annotated[str | None, typer.Option(help="The last period. Default: all.")] = None,
    summary: Annotated[
        Path | None, typer.Option(help="Append a summary in Markdown to this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the latest snapshots against the contract and accept those that keep it."""
    from pydantic_core import to_jsonable_python

    from ..ingestion.snapshots import latest_snapshots
    from ..settings import var
    from .acceptance import Validator, describe_rejection
    from .report import markdown_summary

    validator = Validator()
    results = [validator.accept(snapshot) for snapshot in latest_snapshots(period)]
    sentences = [f"warning: {each.period}: {text}" for each in results for text in each.warnings]
    sentences += [f"error: {describe_rejection(each)}" for each in results if each.errors]
    for sentence in sentences:
        typer.echo(sentence, err=True)
    if summary:
        with summary.open("a", encoding="utf-8") as page:
            page.write(markdown_summary(results, sentences))
    rows = [(each.period, f"{each.rows:,}", each.outcome) for each in results]
    text = f"{format_table(('period', 'rows', 'result'), rows)}\n\nreports: {var('validation')}"
    values = [to_jsonable_python(each) | {"outcome": each.outcome} for each in results]
    print_result({"results": values}, text, as_json)
    raise typer.Exit(2 if any(each.errors for each in results) else 0)
