"""Choose the estimator by cross-validation, if the parameters name several."""

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from typing import Any

import pandas as pd

from .cross_validation import split_units
from .evaluation import row_losses
from .prediction import predict
from .spec import DataSpec

FOLDS, MAX_SELECTION_ROWS = 4, 10_000
MIN_GAIN = 1.02  # a later one must be so much better: the first is the fastest to serve
Fit = Callable[[dict[str, Any], pd.DataFrame], Any]


def choose_estimator(
    spec: DataSpec, params: dict[str, Any], rows: pd.DataFrame, max_rows: int, fit: Fit
) -> dict[str, Any]:
    """The parameters with the estimator, or the pair, that has the smallest loss on other rows.

    On more than `max_rows` rows it is the first: the others would take too long. Rows of which
    nearly all have the same class count as few.
    """
    names = params.get("estimator")
    if not (isinstance(names, list) and names):
        return params
    if spec.metric == "quantile" or len(names) == 1 or count_rows(spec, rows) > max_rows:
        return params | {"estimator": names[0]}
    losses: dict[str, list[float]] = {}
    for known, others in split_folds(spec, sample_rows(spec, rows)):
        models = {name: fit(params | {"estimator": name}, known) for name in names}
        tables = {name: predict(spec, model, others) for name, model in models.items()}
        for pair in combinations(names, 2):
            tables["+".join(pair)] = mean_predictions([tables[name] for name in pair])
        for name, table in tables.items():
            loss = row_losses(spec, others[spec.target], table).mean()
            losses.setdefault(name, []).append(float(loss))
    totals = {name: sum(values) for name, values in losses.items()} or {names[0]: 0.0}
    enough = MIN_GAIN * min(totals.values())
    return params | {"estimator": next(name for name in totals if totals[name] <= enough)}


def count_rows(spec: DataSpec, rows: pd.DataFrame) -> int:
    """The rows; at most ten times as many as do not have the most frequent class."""
    if not spec.is_classification:
        return len(rows)
    frequent = rows[spec.target].value_counts().iloc[0]
    return min(len(rows), 10 * (len(rows) - int(frequent)))


def mean_predictions(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The mean of several predictions; the predicted class is not needed here."""
    numbers = [table.select_dtypes("number") for table in tables]
    total = numbers[0]
    for table in numbers[1:]:
        total = total + table
    return total / len(numbers)


def sample_rows(spec: DataSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """Enough rows for the choice: the newest, or random ones if they have no time."""
    count = min(MAX_SELECTION_ROWS, len(rows))
    if spec.time:
        return rows.sort_values(spec.time.column, kind="stable").tail(count)
    return rows.sample(count, random_state=0)


def split_folds(spec: DataSpec, rows: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """(rows to fit on, other rows): with time the others are newer, else they are other units."""
    splits = split_times(spec, rows) if spec.time else split_units(spec, rows, FOLDS)
    for known, others in splits:
        if known[spec.target].nunique() > 1:
            yield known, others


def split_times(spec: DataSpec, rows: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Rows before a time and rows from then on; the rows of one time stay together."""
    times = rows[spec.time.column]  # type: ignore[union-attr]
    starts = {times.iloc[len(rows) * part // (FOLDS + 1)] for part in range(1, FOLDS + 1)}
    for start, end in pairwise([*sorted(starts), times.max() + pd.Timedelta(days=1)]):
        yield rows[times < start], rows[(times >= start) & (times < end)]
