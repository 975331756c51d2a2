"""The command of scoring: score."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="Rows to score: .parquet, .csv or .jsonl.")],
    output: Annotated[Path | None, typer.Option(help="By default a file in var/scored.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Score the rows of a file with the active release."""
    from .score import score

    target, answers = score(file, output)
    version = int(answers["version"].iloc[0])
    if as_json:
        typer.echo(json.dumps({"file": str(target), "rows": len(answers), "version": version}))
        return
    typer.echo(answers.head().to_string(index=False))
    typer.echo(f"\n{len(answers):,} rows scored by version {version}: {target}")
