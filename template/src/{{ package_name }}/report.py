"""The report of a run, as a page for a browser and as Markdown. Yours to change."""

import html
from base64 import b64encode
from dataclasses import dataclass

import pandas as pd

from .diagnosis import learning_curve, permutation_importance
from .evaluation import Training, evaluate_periods, evaluate_slices
from .formatting import NO_SLICE, describe_baseline, format_number, format_range
from .metrics import Estimate
from .plots import (
    plot_calibration,
    plot_errors,
    plot_importance,
    plot_learning_curve,
    plot_periods,
)
from .runs import Run
from .spec import DataSpec

MAX_SLICES = 10
STYLE = """body { font: 16px/1.5 system-ui, sans-serif; max-width: 50em; margin: 2em auto }
table { border-collapse: collapse } th, td { padding: .2em .8em; border-bottom: 1px solid #ddd }
th { text-align: left } td.number { text-align: right } img { max-width: 100% }"""
BACKTEST = (
    "Each model was trained on the data before a period and evaluated on all rows of that period: "
    "this is the error to expect."
)
CROSS_VALIDATION = (
    "Each {} was predicted by a model that was trained on four fifths of the data, without it: "
    "this is the error to expect."
)
HOLDOUT = (
    "The gate compares models on these rows, on which the evaluated model was not fitted. "
    "The model of this run was fitted on all rows afterwards."
)
INDEPENDENT = (
    "If rows belong together, for example those of one person or day, the error of new ones is "
    "larger: then declare an entity or a time."
)
CALIBRATION = "The plot shows the mean label of rows with similar predictions."


@dataclass(frozen=True)
class Section:
    """A part of the report: sentences, then a table or a picture."""

    title: str
    text: str
    table: pd.DataFrame | None = None
    picture: str | None = None  # the name of a file


def write_report(
    spec: DataSpec, run: Run, training: Training, estimates: dict[str, Estimate], rows: int
) -> dict[str, bytes]:
    """The files of the report: name -> content."""
    holdout, labels = training.holdout, training.headline.rows[spec.target]
    predictions = training.headline.predictions
    slices = evaluate_slices(spec, training.headline.rows, predictions, training.headline.units)
    importance = permutation_importance(spec, training.evaluated, holdout.rows, rows)
    curve = learning_curve(spec, training.fit, training.known, holdout)
    pictures = {
        "errors.png": plot_errors(spec, labels, predictions),
        "calibration.png": plot_calibration(spec, labels, predictions),
        "importance.png": plot_importance(importance),
        "learning-curve.png": plot_learning_curve(spec.metric, curve),
    }
    tables = {"slices": slices, "importance": importance, "learning-curve": curve}
    if training.backtest:
        tables["backtest"] = evaluate_periods(spec, training.backtest)
        pictures["backtest.png"] = plot_periods(spec.metric, tables["backtest"])
    sections = list_sections(spec, training, estimates, tables)
    title = f"{run.id}: {spec.target}"
    about = f"Trained on {run.training_rows}."
    texts = {
        "report.md": to_markdown(title, about, sections),
        "report.html": to_html(title, about, sections, pictures),
    }
    csv = {f"{name}.csv": table.to_csv(index=False) for name, table in tables.items()}
    return pictures | {name: text.encode() for name, text in (texts | csv).items()}


def list_sections(
    spec: DataSpec,
    training: Training,
    estimates: dict[str, Estimate],
    tables: dict[str, pd.DataFrame],
) -> list[Section]:
    """The report from top to bottom: the headline first."""
    holdout = {name: each for name, each in estimates.items() if "_holdout" in name}
    headline = {name: each for name, each in estimates.items() if name not in holdout}
    sections = [Section("Holdout", HOLDOUT, estimate_table(holdout or headline))]
    if training.backtest:
        sections = [
            Section("Backtest", BACKTEST, estimate_table(headline)),
            Section("Periods of the backtest", "", tables["backtest"], "backtest.png"),
            *sections,
        ]
    elif training.cross_validation:
        text = CROSS_VALIDATION.format(spec.unit)
        sections = [Section("Cross-validation", text, estimate_table(headline)), *sections]
    first = sections[0]
    sentences = [first.text, describe_intervals(spec, bool(training.backtest))]
    metrics = {name: each.value for name, each in estimates.items()}
    text = " ".join([*sentences, *describe_baseline(metrics)])
    sections[0] = Section(first.title, text, first.table)
    return [
        *sections,
        Section("Errors", "The plot shows predictions against labels.", picture="errors.png"),
        Section("Calibration", CALIBRATION, picture="calibration.png"),
        describe_slices(tables["slices"]),
        Section("Importance of features", "", tables["importance"], "importance.png"),
        Section("Learning curve", "", tables["learning-curve"], "learning-curve.png"),
    ]


def describe_slices(slices: pd.DataFrame) -> Section:
    """Some slice is always the worst, so only those that are worse than chance allows are shown."""
    worse = slices[slices["worse"]].drop(columns="worse").head(MAX_SLICES)
    if worse.empty:
        return Section("Slices", f"{NO_SLICE}.")
    return Section("Slices", "These slices are worse than all rows, by more than noise.", worse)


def describe_intervals(spec: DataSpec, with_periods: bool) -> str:
    """Where the intervals come from, and what the errors assume."""
    units = {"day": "days", "entity": "entities", "row": "rows"}[spec.unit]
    if with_periods:
        units = f"the periods and their {units}"
    text = f"The intervals (95 %) come from resampling {units}."
    return text if spec.unit != "row" else f"{text} {INDEPENDENT}"


def estimate_table(estimates: dict[str, Estimate]) -> pd.DataFrame:
    """`metric`, `value` and `95 % interval`."""
    rows = [
        (name.replace("_", " "), format_number(each.value), format_range(each.low, each.high))
        for name, each in estimates.items()
    ]
    return pd.DataFrame(rows, columns=["metric", "value", "95 % interval"])


def format_cells(table: pd.DataFrame) -> list[list[str]]:
    return [
        [format_number(cell) if isinstance(cell, float) else str(cell) for cell in row]
        for row in table.itertuples(index=False)
    ]


def to_markdown(title: str, about: str, sections: list[Section]) -> str:
    lines = [f"# {title}", "", about, ""]
    for section in sections:
        lines += [f"## {section.title}", ""]
        if section.text:
            lines += [section.text, ""]
        if section.table is not None:
            rows = [list(section.table), ["---"] * len(section.table.columns)]
            rows += format_cells(section.table)
            escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
            lines += [f"| {' | '.join(row)} |" for row in escaped] + [""]
        if section.picture:
            lines += [f"![{section.title}]({section.picture})", ""]
    return "\n".join(lines)


def to_html(title: str, about: str, sections: list[Section], pictures: dict[str, bytes]) -> str:
    """One page that needs no other file."""
    parts = [f"<h1>{html.escape(title)}</h1><p>{html.escape(about)}</p>"]
    for section in sections:
        parts.append(f"<h2>{html.escape(section.title)}</h2>")
        parts.append(f"<p>{html.escape(section.text)}</p>" if section.text else "")
        if section.table is not None:
            parts.append(html_table(section.table))
        if section.picture:
            data = b64encode(pictures[section.picture]).decode()
            name = html.escape(section.title)
            parts.append(f'<p><img alt="{name}" src="data:image/png;base64,{data}"></p>')
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    body = "".join(parts)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def html_table(table: pd.DataFrame) -> str:
    header = "".join(f"<th>{html.escape(str(name))}</th>" for name in table)
    cells = format_cells(table)
    columns = zip(*cells, strict=True)
    are_numbers = [all(cell[:1] in "+-0123456789" for cell in column) for column in columns]
    kinds = [' class="number"' if are else "" for are in are_numbers]
    rows = []
    for row in cells:
        pairs = zip(kinds, row, strict=True)
        parts = "".join(f"<td{kind}>{html.escape(cell)}</td>" for kind, cell in pairs)
        rows.append(f"<tr>{parts}</tr>")
    return f"<table><tr>{header}</tr>{''.join(rows)}</table>"
