"""Choose the estimator by cross-validation, if the parameters name several."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, TimeSeriesSplit

from .evaluation import row_losses
from .holdout import holdout_units
from .prediction import predict
from .spec import DataSpec

FOLDS, MAX_SELECTION_ROWS = 4, 5000
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
    folds = list(split_folds(spec, sample_rows(spec, rows)))
    losses = {}
    for name in names:
        chosen = params | {"estimator": name}
        means = [fold_loss(spec, fit(chosen, known), others) for known, others in folds]
        losses[name] = np.mean(means) if means else 0.0
    return params | {"estimator": min(losses, key=lambda name: losses[name])}


def sample_rows(spec: DataSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """Enough rows for the choice: the newest, or random ones if they have no time."""
    count = min(MAX_SELECTION_ROWS, len(rows))
    if spec.time:
        return rows.sort_values(spec.time.column, kind="stable").tail(count)
    return rows.sample(count, random_state=0)


def fold_loss(spec: DataSpec, model: Any, rows: pd.DataFrame) -> float:
    return float(row_losses(spec, rows[spec.target], predict(spec, model, rows)).mean())


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
