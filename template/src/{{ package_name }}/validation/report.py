"""A page about a snapshot: what is wrong, what is odd, and what every feature looks like."""

from html import escape

import numpy as np
import pandas as pd

from ..schema import as_text
from ..spec import DataSpec

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3em .6em;"
    "border-bottom:1px solid #ddd;vertical-align:middle}"
    "rect{fill:#4a7fb5}.error{color:#b00020}.warning{color:#8a5a00}"
)
WIDTH, HEIGHT, BINS = 240, 48, 24
DRAWN = 24  # the newest periods of a summary
# The colour that forges would choose is hardly seen on white.
COLOUR = '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#4a7fb5"}}}}%%'


def page(
    spec: DataSpec, title: str, facts: str, found: dict[str, list[str]], rows: pd.DataFrame
) -> str:
    """HTML that needs no network."""
    lists = "".join(
        f"<h2>{len(sentences)} {kind}s</h2><ul class={kind}>"
        + "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        + "</ul>"
        for kind, sentences in found.items()
    )
    lines = "".join(line(spec, name, rows) for name in spec.features if name in rows)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1><p>{escape(facts)}</p>{lists}"
        f"<h2>Features</h2><table><tr><th>feature<th>declared<th>missing<th>found<th>{lines}"
        "</table></html>\n"
    )


def summary(found: list[tuple[str, int, str]], sentences: list[str]) -> str:
    """Markdown as forges show it beside a job; `found` has the period, rows and fate of each."""
    table = [f"| {period} | {rows:,} | {word} |" for period, rows, word in found]
    drawn = found[-DRAWN:]
    chart = [
        "```mermaid",
        COLOUR,
        "xychart-beta horizontal",
        "  x-axis [" + ", ".join(f'"{period}"' for period, *_ in drawn) + "]",
        f'  y-axis "rows" 0 --> {max(rows for _, rows, _ in drawn)}',
        "  bar [" + ", ".join(str(rows) for _, rows, _ in drawn) + "]",
        "```",
    ]
    told = [f"- {sentence}" for sentence in sentences]
    return "\n".join(
        ["| period | rows | |", "| --- | ---: | --- |", *table, "", *chart, "", *told, ""]
    )


def line(spec: DataSpec, name: str, rows: pd.DataFrame) -> str:
    feature, values = spec.features[name], rows[name]
    low, high = ("…" if each is None else f"{each:g}" for each in (feature.min, feature.max))
    number = feature.type == "number"
    declared = f"number, {low} to {high}" if number else feature.type
    labels, counts = (numbers if number else categories)(values)
    cells = [name, declared, f"{values.isna().mean():.1%}", labels]
    return "<tr>" + "".join(f"<td>{escape(each)}" for each in cells) + f"<td>{bars(counts)}"


def numbers(values: pd.Series) -> tuple[str, np.ndarray]:
    """(from where to where, how many in each of some equal steps)."""
    known = pd.to_numeric(values, errors="coerce").dropna().to_numpy(float)
    known = known[np.isfinite(known)]
    if not len(known):
        return "nothing", np.array([])
    return f"{known.min():g} to {known.max():g}", np.histogram(known, BINS)[0]


def categories(values: pd.Series) -> tuple[str, np.ndarray]:
    """(the most frequent values, how many of each)."""
    counts = as_text(values).value_counts()
    return ", ".join(map(str, counts.index[:4])) or "nothing", counts.to_numpy()[:BINS]


def bars(counts: np.ndarray) -> str:
    """A picture of a distribution."""
    if not len(counts):
        return ""
    step, most = WIDTH / len(counts), counts.max()
    drawn = "".join(
        f'<rect x="{place * step:.1f}" y="{HEIGHT * (1 - count / most):.1f}" '
        f'width="{step * 0.9:.1f}" height="{HEIGHT * count / most:.1f}"/>'
        for place, count in enumerate(counts)
    )
    return f'<svg width="{WIDTH}" height="{HEIGHT}" role="img">{drawn}</svg>'
