"""The verb of scoring: score."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="Rows to score: .parquet, .csv or .jsonl.")],
    output: Annotated[Path | None, typer.Option(help="By default in var/scored.")] = None,
) -> None:
    """Score a file with the release that serves."""
    from .score import score

    target, answers = score(file, output)
    typer.echo(answers.head().to_string(index=False))
    typer.echo(f"{len(answers)} rows scored in {target}")
