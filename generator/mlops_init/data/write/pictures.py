"""Draws the pictures of a data card as SVG. The same data give the same bytes."""

import io
import warnings
from typing import TYPE_CHECKING, Any

from ..decision import ColumnDecision, DataDecisions
from ..read.column import Column
from ..read.sql import fetch_rows, quote_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAX_DISTRIBUTIONS = 12  # columns
DISTRIBUTIONS_PER_ROW = 3
BINS = 30
MAX_BARS = 12
MAX_MISSING_COLUMNS = 40
MAX_CLASSES = 6
MAX_LABEL = 24  # characters


def draw_pictures(database: "DuckDBPyConnection", decisions: DataDecisions) -> dict[str, str]:
    """File name -> SVG."""
    pictures = {"distributions.svg": _draw_distributions(database, decisions)}
    if any(column.missing for column in decisions.profile.columns):
        pictures["missing.svg"] = _draw_missing_values(decisions)
    if decisions.time.value:
        pictures["target-over-time.svg"] = _draw_target_over_time(database, decisions)
    return pictures


def _create_figure(rows: int, columns: int, width: float, height: float) -> tuple[Any, list[Any]]:
    """A figure and its axes, row by row."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # No random ids, and text stays text.
    mpl.rcParams.update({"svg.hashsalt": "mlops-init", "svg.fonttype": "none", "font.size": 8})
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def _to_svg(figure: Any) -> str:
    out = io.StringIO()
    with warnings.catch_warnings():
        # The reader's fonts draw the characters that matplotlib's font lacks.
        warnings.simplefilter("ignore")
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _draw_distributions(database: "DuckDBPyConnection", decisions: DataDecisions) -> str:
    target, features = decisions.columns_used_as("target"), decisions.columns_used_as("feature")
    columns = [*target, *features][:MAX_DISTRIBUTIONS]
    rows = -(-len(columns) // DISTRIBUTIONS_PER_ROW)
    figure, axes = _create_figure(rows, DISTRIBUTIONS_PER_ROW, 9, 2.1 * rows)
    for column, axis in zip(columns, axes, strict=False):
        _draw_distribution(database, column, axis)
    for unused in axes[len(columns) :]:
        unused.set_axis_off()
    return _to_svg(figure)


def _draw_distribution(database: "DuckDBPyConnection", decision: ColumnDecision, axis: Any) -> None:
    column, is_target = decision.column, decision.use == "target"
    color = "tab:orange" if is_target else "tab:blue"
    if column.kind == "number" and column.distinct > MAX_BARS:
        centers, rows, width = _count_bins(database, column)
        axis.bar(centers, rows, width=width, color=color)
    elif column.kind == "date":
        months = fetch_rows(
            database,
            f"SELECT date_trunc('month', {column.sql_value}) AS month, count(*) FROM cells "
            "WHERE month IS NOT NULL GROUP BY month ORDER BY month",
        )
        axis.plot([month for month, _ in months], [rows for _, rows in months], color=color)
    else:
        bars = column.values[:MAX_BARS]
        axis.barh(
            [_shorten_label(value) for value, _ in bars], [rows for _, rows in bars], color=color
        )
        axis.invert_yaxis()
    axis.set_title(_shorten_label(column.name) + (" (target)" if is_target else ""))


def _count_bins(
    database: "DuckDBPyConnection", column: Column
) -> tuple[list[float], list[int], float]:
    """The centers of the bins, the rows in each, and the width of a bin."""
    low, width = float(column.min), (float(column.max) - float(column.min)) / BINS or 1.0
    query = (
        f"SELECT least({BINS - 1}, floor(({column.sql_value} - {low!r}) / {width!r}))::INT AS bin, "
        f"count(*) FROM cells WHERE {column.sql_value} IS NOT NULL GROUP BY bin ORDER BY bin"
    )
    rows = dict(fetch_rows(database, query))
    centers = [low + (number + 0.5) * width for number in range(BINS)]
    return centers, [rows.get(number, 0) for number in range(BINS)], width


def _draw_missing_values(decisions: DataDecisions) -> str:
    columns = sorted(decisions.profile.columns, key=lambda column: column.missing)
    columns = [column for column in columns if column.missing][-MAX_MISSING_COLUMNS:]
    figure, (axis,) = _create_figure(1, 1, 9, 0.6 + 0.22 * len(columns))
    axis.barh(range(len(columns)), [100 * column.missing for column in columns])
    axis.set_yticks(range(len(columns)), [_shorten_label(column.name) for column in columns])
    axis.set_xlabel("% of the rows without a value")
    return _to_svg(figure)


def _draw_target_over_time(database: "DuckDBPyConnection", decisions: DataDecisions) -> str:
    time = decisions.profile.column(decisions.time.value)
    target = decisions.profile.column(decisions.target)
    is_class = decisions.task.value != "regression"
    period = f"date_trunc('{decisions.period.value}', {time.sql_value})"
    figure, (axis,) = _create_figure(1, 1, 9, 2.5)
    for label, value in _list_series(target, is_class):
        points = fetch_rows(
            database,
            f"SELECT {period} AS period, {value} FROM cells WHERE {target.cell} IS NOT NULL "
            "GROUP BY period ORDER BY period",
        )
        axis.plot([start for start, _ in points], [y for _, y in points], marker=".", label=label)
    if is_class:
        axis.set_ylabel(f"share of each {_shorten_label(target.name)}")
        axis.legend()
    else:
        axis.set_ylabel(f"mean of {_shorten_label(target.name)}")
    return _to_svg(figure)


def _list_series(target: Column, is_class: bool) -> list[tuple[str, str]]:
    """(label, SQL expression) of each line: the mean, or the share of each class."""
    if not is_class:
        return [("mean", f"avg({target.sql_value})")]
    classes = [value for value, _ in target.values[:MAX_CLASSES]]
    return [
        (_shorten_label(name), f"avg(({target.cell} = {quote_text(name)})::INT)")
        for name in classes
    ]


def _shorten_label(text: str) -> str:
    """A short label without formulas, which matplotlib would typeset."""
    short = text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1] + "…"
    return short.replace("$", r"\$")
