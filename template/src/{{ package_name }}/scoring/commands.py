"""The command of scoring: score."""

from pathlib import Path
from typing import Annotated

import typer

from ..commands import Raw
from ..formatting import format_count
from ..screens import AsJson, print_result

app = typer.Typer()


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="Rows to score: .parquet, .csv or .jsonl.")],
    output: Annotated[Path | None, typer.Option(help="Default: a file in var/scored.")] = None,
    raw: Raw = False,
    as_json: AsJson = False,
) -> None:
    """Score the rows of a file with the active release."""
    from .score import score

    target, predictions = score(file, output, raw)
    count = format_count(len(predictions), "row")
    text = f"{predictions.head().to_string(index=False)}\n\n{count} scored: {target}"
    print_result({"file": target, "rows": len(predictions)}, text, as_json)
