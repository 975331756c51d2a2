"""Joins the prediction log with the labels that have arrived since."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from ..evaluation import row_losses, to_metric
from ..predictions.database import column, connect, parquet, text, to_arrow, to_frame
from ..predictions.lines import VERSION
from ..predictions.reader import Log, Window
from ..spec import DataSpec
from .accepted import LABEL, accepted_file

LOSS = "log.loss"  # No data set has a column with such a name.


def join_labels(spec: DataSpec, predictions: pd.DataFrame) -> pd.DataFrame:
    """The predictions whose label has arrived, with label and loss; joined by key."""
    if predictions.empty:
        return predictions.assign(**{LABEL: [], LOSS: []})
    keys = to_arrow(predictions[[spec.key]])
    with connect() as database:
        numbers = pa.array(range(len(predictions)))
        database.register("logged", keys.append_column("row", numbers))
        query = f"{labels_query(spec, 'logged', ['row'])} ORDER BY row"
        labels = to_frame(database.sql(query).to_arrow_table())
    labelled = predictions.iloc[labels["row"]].reset_index(drop=True)
    return with_loss(spec, labelled.assign(**{LABEL: labels[LABEL]}))


def labels_query(spec: DataSpec, view: str, columns: Sequence[str]) -> str:
    """Columns of the rows of a view that have a label, and LABEL, in SQL."""
    key, label = column(spec.key), column(LABEL)
    names = ", ".join(f"logged.{column(name)}" for name in columns)
    labels = f"(SELECT {key}, {label} FROM {parquet([accepted_file(spec)])})"
    return (
        f"SELECT {names}, labels.{label} FROM {view} AS logged JOIN {labels} AS labels "
        f"ON logged.{key} = labels.{key} WHERE labels.{label} IS NOT NULL"
    )


def count_labels(spec: DataSpec, window: Window, until: pd.Timestamp) -> tuple[int, int]:
    """(rows of a window up to a time, how many of them have a label); rows must have a time."""
    key, time = column(spec.key), column(spec.time.column)  # type: ignore[union-attr]
    labels = f"SELECT {key} FROM {parquet([accepted_file(spec)])} WHERE {column(LABEL)} IS NOT NULL"
    query = (
        f"SELECT count(*), count(labels.{key}) FROM {window.view} AS logged "
        f"LEFT JOIN ({labels}) AS labels ON logged.{key} = labels.{key} "
        f"WHERE logged.{time} <= TIMESTAMP {text(until)}"
    )
    ((rows, labelled),) = window.database.execute(query).fetchall()
    return rows, labelled


def with_loss(spec: DataSpec, labelled: pd.DataFrame) -> pd.DataFrame:
    return labelled.assign(**{LOSS: row_losses(spec, labelled[LABEL], labelled)})


def newest_labelled(
    spec: DataSpec, log: Log, before: str | None, days: int, columns: Sequence[str]
) -> pd.DataFrame:
    """Columns of the labelled predictions of the newest days before one, with label and loss.

    Of the newest days that have labels and logged rows; only if no label is that of a logged row,
    of twice as many days and so on.
    """
    known = labelled_days(spec, log, before)
    while True:
        window = log.window(min(known[:days], default=None), before)
        query = labels_query(spec, window.view, [*columns, *window.predictions])
        labelled = to_frame(log.database.sql(query).to_arrow_table())
        if len(labelled) or len(known) <= days:
            return with_loss(spec, labelled)[[*columns, LABEL, LOSS]]
        days *= 2


def labelled_days(spec: DataSpec, log: Log, before: str | None) -> list[str]:
    """The days before one that have labels and may have logged rows, newest first."""
    if spec.time is None or before is None:
        return []
    time, label = column(spec.time.column), column(LABEL)
    labels = f"SELECT {time} FROM {parquet([accepted_file(spec)])} WHERE {label} IS NOT NULL"
    query = f"SELECT DISTINCT CAST(CAST({time} AS DATE) AS TEXT) AS day FROM ({labels})"
    query += f" WHERE day < '{before}' ORDER BY day DESC"
    return [day for (day,) in log.database.execute(query).fetchall() if log.may_hold(day)]


def quality_by_version(spec: DataSpec, predictions: pd.DataFrame) -> pd.DataFrame:
    """For each version the number of its predictions, how many are labelled, and the metric."""
    labelled = join_labels(spec, predictions).groupby(VERSION)
    table = predictions.groupby(VERSION).size().rename("predictions").to_frame()
    table["labelled"] = labelled.size().reindex(table.index, fill_value=0)
    table[spec.metric] = labelled[LOSS].mean().map(lambda loss: to_metric(spec, loss))
    return table.rename_axis("version").reset_index()
