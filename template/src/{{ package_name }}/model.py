"""The estimator and its parameters. Yours to change: any scikit-learn estimator will do."""

from typing import Any

from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline, make_pipeline

from .features import build_encoder
from .spec import DataSpec

PARAMS: dict[str, Any] = {
    "early_stopping": True,  # prevents overfitting on small data
    "learning_rate": 0.08,
    "max_iter": 150,
    "random_state": 0,
}


def build_model(spec: DataSpec, params: dict[str, Any]) -> Pipeline:
    """An unfitted pipeline from declared columns to predictions."""
    trees = {True: HistGradientBoostingClassifier, False: HistGradientBoostingRegressor}
    estimator = trees[spec.is_classification]
    categories = list(range(len(spec.columns("category"))))  # the encoder puts them first
    return make_pipeline(build_encoder(spec), estimator(categorical_features=categories, **params))
