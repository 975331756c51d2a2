"""Choose the estimator by cross-validation, if the parameters name several."""

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
from sklearn.model_selection import GroupKFold, TimeSeriesSplit

from .evaluation import row_losses
from .holdout import holdout_units
from .prediction import predict
from .spec import DataSpec

FOLDS, MAX_SELECTION_ROWS = 4, 10_000
BLEND = "blend"  # the mean of the others
MIN_GAIN = 1.02  # a later one must be so much better: the first is faster to serve
Fit = Callable[[dict[str, Any], pd.DataFrame], Any]


def choose_estimator(
    spec: DataSpec, params: dict[str, Any], rows: pd.DataFrame, max_rows: int, fit: Fit
) -> dict[str, Any]:
    """The parameters with the estimator that has the smallest loss on rows it was not fitted on.

    On more than `max_rows` rows it is the first: the others would take too long.
    """
    names = params.get("estimator")
    if not isinstance(names, list):
        return params
    if spec.metric == "quantile" or len(names) == 1 or len(rows) > max_rows:
        return params | {"estimator": names[0]}
    losses = {name: 0.0 for name in names}
    for known, others in split_folds(spec, sample_rows(spec, rows)):
        single = [name for name in names if name != BLEND]
        tables = {n: predict(spec, fit(params | {"estimator": n}, known), others) for n in single}
        if BLEND in names:
            tables[BLEND] = mean_predictions(list(tables.values()))
        for name, table in tables.items():
            losses[name] += float(row_losses(spec, others[spec.target], table).mean())
    enough = MIN_GAIN * min(losses.values())
    return params | {"estimator": next(name for name in names if losses[name] <= enough)}


def mean_predictions(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """What a blend would predict; its class is not needed here."""
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
    if spec.time:
        splits = TimeSeriesSplit(FOLDS).split(rows) if len(rows) > FOLDS else []
    else:
        units = holdout_units(spec, rows)
        grouped = GroupKFold(FOLDS, shuffle=True, random_state=0)
        splits = grouped.split(rows, groups=units) if units.nunique() >= FOLDS else []
    for known, others in splits:
        if rows.iloc[known][spec.target].nunique() > 1:
            yield rows.iloc[known], rows.iloc[others]
