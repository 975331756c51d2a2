"""The report on one snapshot in HTML, and the summary of many in Markdown."""

from html import escape
from math import ceil

import numpy as np
import pandas as pd

from ..formatting import format_count, format_number
from ..schema import coerce_numbers
from ..spec import DataSpec
from .anomalies import Profile, count_values
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


def html_report(spec: DataSpec, result: ValidationResult, sample: pd.DataFrame) -> str:
    """A page without links to other files: errors, warnings and a table of all features."""
    title = f"{result.period}: {result.outcome}, {format_count(result.rows, 'row')}"
    lists = {"errors": result.errors, "warnings": result.warnings}
    tables = [pd.DataFrame({name: sentences}) for name, sentences in lists.items() if sentences]
    described = [describe(name, spec, result.profile, sample) for name in result.profile.missing]
    with pd.option_context("display.max_colwidth", None):
        body = [each.to_html(index=False, border=0) for each in (*tables, pd.DataFrame(described))]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>{''.join(body)}</html>\n"
    )


def describe(name: str, spec: DataSpec, profile: Profile, sample: pd.DataFrame) -> dict[str, str]:
    """What is declared, the values in words, and their distribution as bars."""
    feature, numbers = spec.features[name], np.array([])
    if feature.type == "number":
        numbers = coerce_numbers(sample[name]).dropna().to_numpy()
    if len(numbers):
        bars = np.histogram(numbers, BINS)[0]
        values = f"{format_number(numbers.min())} to {format_number(numbers.max())}"
    else:
        counts = profile.values[name] if name in profile.values else count_values(sample[name])
        largest = counts.most_common(BINS)
        values = ", ".join(value for value, _ in largest[:4])
        bars = np.array([rows for _, rows in largest])
    declared = feature.model_dump(exclude_defaults=True)
    declared |= {name: f"{declared[name]:,.15g}" for name in declared.keys() & {"min", "max"}}
    return {
        "feature": name,
        "declared": ", ".join(f"{name}: {value}" for name, value in declared.items()),
        "missing": f"{profile.missing_share(name):.1%}",
        "values": values,
        "distribution": "".join(BARS[ceil(8 * n / bars.max())] for n in bars),
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
