"""Cross-validation: each unit is predicted by a model that was fitted on the other units."""

from collections.abc import Callable, Iterator

import pandas as pd
from sklearn.model_selection import GroupKFold

from .backtest import Fit, concat_evaluations, evaluate_model
from .evaluation import Evaluation
from .holdout import holdout_units
from .spec import DataSpec

FOLDS = 5


def cross_validate(
    spec: DataSpec,
    frame: pd.DataFrame,
    fit: Fit,
    max_rows: int,
    on_progress: Callable[[str], None],
) -> Evaluation | None:
    """Evaluate on all rows, fold by fold; None with time, many rows or fewer units than folds."""
    if spec.time or len(frame) > max_rows:
        return None
    parts: list[Evaluation] = []
    for known, others in split_units(spec, frame, FOLDS):
        if known[spec.target].nunique() < 2:
            return None
        on_progress(f"cross-validation: fold {len(parts) + 1} of {FOLDS}")
        parts.append(evaluate_model(spec, fit(known), known, others))
    return concat_evaluations(parts) if parts else None


def split_units(
    spec: DataSpec, rows: pd.DataFrame, folds: int
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """(rows of the other folds, rows of the fold); the rows of a unit stay together."""
    units = holdout_units(spec, rows)
    if units.nunique() >= folds:
        splitter = GroupKFold(folds, shuffle=True, random_state=0)
        for known, others in splitter.split(rows, groups=units):
            yield rows.iloc[known], rows.iloc[others]
