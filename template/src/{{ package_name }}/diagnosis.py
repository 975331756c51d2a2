"""Where a model takes its predictions from, and whether more rows would help. For the report."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .evaluation import Evaluation, row_losses, to_metric
from .prediction import predict
from .spec import DataSpec

CURVE_SHARE = 0.1  # of the rows, besides all of them: each fit of the curve costs time
MIN_CURVE_ROWS = 50
BATCH = 16  # shuffled features that are predicted at once: one call costs more than 1,000 rows


def permutation_importance(
    spec: DataSpec, model: Any, rows: pd.DataFrame, max_rows: int
) -> pd.DataFrame:
    """`feature` and `increase` of the mean loss when its values are shuffled; largest first."""
    rows = rows.sample(min(max_rows, len(rows)), random_state=0)
    random = np.random.default_rng(0)

    def losses(frames: list[pd.DataFrame]) -> np.ndarray:
        """The mean loss of each frame, which has the rows in their order."""
        labels = pd.concat([rows[spec.target]] * len(frames), ignore_index=True)
        predictions = predict(spec, model, pd.concat(frames, ignore_index=True))
        return row_losses(spec, labels, predictions).reshape(len(frames), -1).mean(1)

    def shuffle(name: str) -> pd.DataFrame:
        values = rows[name].iloc[random.permutation(len(rows))].set_axis(rows.index)
        return rows.assign(**{name: values})

    before, increases = losses([rows])[0], []
    for start in range(0, len(spec.inputs), BATCH):
        frames = [shuffle(name) for name in spec.inputs[start : start + BATCH]]
        increases += [*(losses(frames) - before)]
    table = pd.DataFrame({"feature": spec.inputs, "increase": increases})
    return table.sort_values("increase", ascending=False, ignore_index=True)


def learning_curve(
    spec: DataSpec, fit: Callable[[pd.DataFrame], Any], known: pd.DataFrame, holdout: Evaluation
) -> pd.DataFrame:
    """`rows` and the metric on the holdout of models that were fitted on fewer rows and on all."""
    labels, points = holdout.rows[spec.target], []
    count = max(MIN_CURVE_ROWS, round(CURVE_SHARE * len(known)))
    if count < len(known):
        rows = known.sample(count, random_state=0)
        values = rows[spec.target]
        learnable = values[values.duplicated(keep=False)] if spec.is_classification else values
        if learnable.nunique() > 1:
            losses = row_losses(spec, labels, predict(spec, fit(rows), holdout.rows))
            points.append((count, to_metric(spec, losses.mean())))
    losses = row_losses(spec, labels, holdout.predictions)
    points.append((len(known), to_metric(spec, losses.mean())))
    return pd.DataFrame(points, columns=["rows", spec.metric])
