"""The report on one snapshot in HTML, and the summary of many in Markdown."""

from html import escape
from math import ceil

import numpy as np
import pandas as pd

from ..formatting import format_count, format_number
from ..schema import as_text
from ..spec import DataSpec, Feature
from .results import ValidationResult

STYLE = (
    "body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto }"
    "table { border-collapse: collapse; width: 100%; margin: 1em 0 }"
    "td, th { text-align: left; padding: .3em .6em; border-bottom: 1px solid #ddd }"
    "td:nth-child(5) { font-family: monospace; color: #4a7fb5 }"
)
BARS = " ▁▂▃▄▅▆▇█"  # characters instead of a picture
BINS = 24
MAX_CHART_PERIODS = 24
# The default colour of mermaid is hard to see on white.
COLOUR = '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#4a7fb5"}}}}%%'


def html_report(spec: DataSpec, result: ValidationResult, rows: pd.DataFrame) -> str:
    """A page without links to other files: errors, warnings and a table of all features."""
    title = f"{result.period}: {result.outcome}, {format_count(result.rows, 'row')}"
    lists = {"errors": result.errors, "warnings": result.warnings}
    tables = [pd.DataFrame({name: sentences}) for name, sentences in lists.items() if sentences]
    features = {name: feature for name, feature in spec.features.items() if name in rows}
    described = [{"feature": name} | describe(features[name], rows[name]) for name in features]
    with pd.option_context("display.max_colwidth", None):
        body = [each.to_html(index=False, border=0) for each in (*tables, pd.DataFrame(described))]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>{''.join(body)}</html>\n"
    )


def describe(feature: Feature, column: pd.Series) -> dict[str, str]:
    """What is declared, the values in words, and their distribution as bars."""
    counts = as_text(column).value_counts()
    values = ", ".join(map(str, counts.index[:4]))
    if feature.type == "number":
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(float)
        numbers = numbers[np.isfinite(numbers)]
        if len(numbers):
            counts = np.histogram(numbers, BINS)[0]
            values = f"{format_number(numbers.min())} to {format_number(numbers.max())}"
    declared = feature.model_dump(exclude_defaults=True)
    declared |= {name: f"{declared[name]:,.15g}" for name in declared.keys() & {"min", "max"}}
    return {
        "declared": ", ".join(f"{name}: {value}" for name, value in declared.items()),
        "missing": f"{column.isna().mean():.1%}",
        "values": values,
        "distribution": "".join(BARS[ceil(8 * n / counts.max())] for n in counts[:BINS]),
    }


def markdown_summary(results: list[ValidationResult], sentences: list[str]) -> str:
    """A table and a chart of the rows of each period, then the sentences as a list."""
    newest = results[-MAX_CHART_PERIODS:]
    periods = ", ".join(f'"{each.period}"' for each in newest)
    lines = ["| period | rows | result |", "| --- | ---: | --- |"]
    lines += [f"| {each.period} | {each.rows:,} | {each.outcome} |" for each in results]
    lines += ["", "```mermaid", COLOUR, "xychart-beta horizontal", f"  x-axis [{periods}]"]
    lines += [f'  y-axis "rows" 0 --> {max(each.rows for each in newest)}']
    lines += [f"  bar {[each.rows for each in newest]}", "```", ""]
    lines += [f"- {sentence}" for sentence in sentences]
    return "\n".join([*lines, ""])
