"""Where a model takes its predictions from, and whether more rows would help. For the report."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .evaluation import Evaluation, row_losses, to_metric
from .prediction import predict
from .spec import DataSpec

CURVE_SHARES = (0.05, 0.2)  # of the rows, besides all of them
MIN_CURVE_ROWS = 50


def permutation_importance(
    spec: DataSpec, model: Any, rows: pd.DataFrame, max_rows: int
) -> pd.DataFrame:
    """`feature` and `increase` of the mean loss when its values are shuffled; largest first."""
    rows = rows.sample(min(max_rows, len(rows)), random_state=0)
    random = np.random.default_rng(0)

    def loss(frame: pd.DataFrame) -> float:
        return float(row_losses(spec, rows[spec.target], predict(spec, model, frame)).mean())

    before, increases = loss(rows), {}
    for name in spec.inputs:
        values = rows[name].iloc[random.permutation(len(rows))].set_axis(rows.index)
        increases[name] = loss(rows.assign(**{name: values})) - before
    table = pd.DataFrame({"feature": list(increases), "increase": list(increases.values())})
    return table.sort_values("increase", ascending=False, ignore_index=True)


def learning_curve(
    spec: DataSpec, fit: Callable[[pd.DataFrame], Any], known: pd.DataFrame, holdout: Evaluation
) -> pd.DataFrame:
    """`rows` and the metric on the holdout of models that were fitted on fewer rows."""
    labels = holdout.rows[spec.target]
    points = []
    for share in CURVE_SHARES:
        rows = known.sample(frac=share, random_state=0)
        values = rows[spec.target]
        learnable = values[values.duplicated(keep=False)] if spec.is_classification else values
        if len(rows) >= MIN_CURVE_ROWS and learnable.nunique() > 1:
            losses = row_losses(spec, labels, predict(spec, fit(rows), holdout.rows))
            points.append((len(rows), to_metric(spec, losses.mean())))
    losses = row_losses(spec, labels, holdout.predictions)
    points.append((len(known), to_metric(spec, losses.mean())))
    return pd.DataFrame(points, columns=["rows", spec.metric])
