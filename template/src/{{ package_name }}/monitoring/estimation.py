"""Estimates the error of predictions whose labels have not arrived.

It knows how large errors were for such rows. If the relation between rows and labels changes,
the estimate does not notice: it warns, and labels decide.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline

from ..deployment.release import read_metadata
from ..evaluation import Evaluation, row_losses, to_metric
from ..features import build_encoder
from ..formatting import format_number, format_range
from ..labels.join import LOSS
from ..model_files import load_model
from ..periods import row_days
from ..predictions.lines import RELEASE
from ..settings import NAME, var
from ..spec import PROBABILITY, DataSpec
from ..storage import atomic_folder, read_record, sha256, write_json
from .checks import Check
from .resampling import BLOCK_DAYS

FOLDS = 4  # blocks of days that the error model was not fitted on, for the interval
SMALLEST = 1e-6  # of a probability
SMALLEST_SHARE = 0.001  # that is printed


@dataclass(frozen=True)
class Estimator:
    """What the error model of a release is, and how wrong it was on days it did not know."""

    release: str
    model: str  # sha256 of the file
    residuals: list[float]  # mean loss - estimated loss, of each block of days


def fit_error_model(spec: DataSpec, evaluation: Evaluation) -> Any:
    """A model of rows that another model was not trained on.

    Classification: calibrated probabilities (CBPE). Regression: the loss of a row.
    """
    labels = evaluation.rows[spec.target]
    if spec.is_classification:
        calibration = LogisticRegression(max_iter=1000)
        return calibration.fit(log_probabilities(evaluation.predictions), labels.astype(str))
    trees = HistGradientBoostingRegressor(max_iter=50, min_samples_leaf=50, random_state=0)
    losses = row_losses(spec, labels, evaluation.predictions)
    return make_pipeline(build_encoder(spec), trees).fit(evaluation.rows[spec.inputs], losses)


def log_probabilities(predictions: pd.DataFrame) -> np.ndarray:
    columns = sorted(name for name in predictions if str(name).startswith(PROBABILITY))
    return np.log(predictions[columns].fillna(0.0).clip(lower=SMALLEST).to_numpy())


def estimate_losses(
    spec: DataSpec, model: Any, rows: pd.DataFrame, predictions: pd.DataFrame
) -> np.ndarray:
    """The loss to expect of each prediction."""
    if not spec.is_classification:
        return np.asarray(model.predict(rows[spec.inputs])).clip(min=0)
    shares = model.predict_proba(log_probabilities(predictions))
    labels = (pd.Series(name, index=predictions.index) for name in model.classes_)
    losses = np.column_stack([row_losses(spec, label, predictions) for label in labels])
    return (shares * losses).sum(axis=1)


def block_residuals(spec: DataSpec, evaluation: Evaluation) -> list[float]:
    """The mean loss minus its estimate in each block of days, by models of the other blocks."""
    blocks = (pd.factorize(row_days(spec, evaluation.rows), sort=True)[0] // BLOCK_DAYS).astype(int)
    losses = row_losses(spec, evaluation.rows[spec.target], evaluation.predictions)
    estimates = np.zeros(len(losses))
    for known, other in GroupKFold(FOLDS).split(losses, groups=blocks):
        model = fit_error_model(spec, select(evaluation, known))
        part = select(evaluation, other)
        estimates[other] = estimate_losses(spec, model, part.rows, part.predictions)
    return [float(each) for each in pd.Series(losses - estimates).groupby(blocks).mean()]


def select(evaluation: Evaluation, rows: np.ndarray) -> Evaluation:
    names = evaluation.__dataclass_fields__
    return Evaluation(*(getattr(evaluation, name).iloc[rows] for name in names))


def estimator_folder(release: str) -> Path:
    return var("monitoring", "estimators", release)


def save_estimator(spec: DataSpec, release: str, evaluation: Evaluation) -> None:
    """Fit the error model on the backtest of the release, and save it."""
    import skops.io

    content = skops.io.dumps(fit_error_model(spec, evaluation))
    estimator = Estimator(release, sha256(content), block_residuals(spec, evaluation))
    with atomic_folder(estimator_folder(release)) as part:
        (part / "model.skops").write_bytes(content)
        write_json(asdict(estimator), part / "estimator.json")


def check_estimate(
    spec: DataSpec, release: str, predictions: pd.DataFrame, labels: pd.DataFrame, ratio: float
) -> Iterator[Check]:
    """The estimated error of the predictions of a release; nothing without its estimator.

    `labels` are labelled predictions: where a label has arrived, its loss replaces the estimate.
    """
    folder = estimator_folder(release)
    if predictions.empty or not folder.exists():
        return
    predictions = predictions[predictions[RELEASE] == release]
    missing = (~predictions[spec.key].isin(labels[spec.key])).mean()
    if not missing > 0:
        return  # labels decide
    value, low, high = estimate_error(spec, folder, predictions, labels)
    metrics = read_metadata(release).metrics
    highest = ratio * metrics.get(f"{spec.metric}_worst_period", metrics[spec.metric])
    share = f"{missing:.1%}" if missing >= SMALLEST_SHARE else f"Less than {SMALLEST_SHARE:.1%}"
    text = (
        f"{share} of the predictions have no label: the {spec.metric} is estimated at "
        f"{format_number(value)} ({format_range(low, high)}). "
        "Only labels show a change of what rows mean."
    )
    yield Check("estimated error", value, highest, text, value > highest)


def estimate_error(
    spec: DataSpec, folder: Path, predictions: pd.DataFrame, labels: pd.DataFrame
) -> tuple[float, float, float]:
    """(the error, its 95 % interval)."""
    remedy = f"delete {folder} and run `{NAME} monitor calibrate`"
    estimator = read_record(Estimator, folder / "estimator.json", remedy)
    model = load_model(folder / "model.skops", estimator.model)
    estimates = estimate_losses(spec, model, predictions, predictions)
    arrived = predictions[spec.key].map(labels.drop_duplicates(spec.key).set_index(spec.key)[LOSS])
    value = float(arrived.fillna(pd.Series(estimates, predictions.index)).mean())
    errors = draw_errors(estimator.residuals, count_blocks(spec, predictions))
    low, high = value + np.quantile(errors, [0.025, 0.975]) * arrived.isna().mean()
    value, low, high = (to_metric(spec, max(0.0, each)) for each in (value, low, high))
    return value, min(low, value), max(high, value)


def count_blocks(spec: DataSpec, predictions: pd.DataFrame) -> int:
    """How many blocks of days the predictions cover."""
    days = row_days(spec, predictions).nunique() if spec.time else 1
    return int(max(1, days // BLOCK_DAYS))


def draw_errors(residuals: list[float], blocks: int) -> np.ndarray:
    """Errors of the estimate for so many blocks, resampled."""
    return np.random.default_rng(0).choice(residuals, (1000, blocks)).mean(axis=1)
