"""The estimator and its parameters. Yours to change: any scikit-learn estimator will do."""

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    GammaRegressor,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeCV,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .features import build_encoder
from .spec import DataSpec

# Parameters of the trees. Those of another estimator start with its name: `forest_max_features`.
PARAMS: dict[str, Any] = {
    # On few rows the best one, or the best mean of two; on many rows the first.
    "estimator": ["trees", "forest", "linear"],
    "early_stopping": "auto",  # of trees, on more than 10,000 rows
    "learning_rate": 0.1,
    "max_iter": 100,
    "random_state": 0,
}
LOSSES = {
    "mae": "absolute_error",
    "mse": "squared_error",
    "rmse": "squared_error",
    "poisson": "poisson",
    "gamma": "gamma",
    "quantile": "quantile",
}
L2_OF_A_CLASS = 0.01  # without it, leaves with few rows of a class predict probabilities of 0 or 1
TIE_NOISE = 1e-6  # standard deviations of the labels
FOREST = {"n_estimators": 100, "max_features": 0.5}


class QuantileTrees(HistGradientBoostingRegressor):  # type: ignore[misc]
    """Gradient boosting for absolute and quantile errors.

    These have the same gradient for every label above the prediction and for a label equal to it,
    so trees could not tell them apart where many labels are equal. A tiny noise lets them.
    """

    def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
        noise = np.random.default_rng(0).normal(0, TIE_NOISE, len(y))
        return super().fit(X, np.asarray(y, float) + noise * np.std(y))


def build_model(spec: DataSpec, params: dict[str, Any]) -> Pipeline:
    """An unfitted pipeline from declared columns to predictions. Its loss follows the metric."""
    params = dict(params)
    choice = params.pop("estimator")
    names = str(choice[0] if isinstance(choice, list) and choice else choice).split("+")
    if len(names) > 1:
        return make_pipeline(build_encoder(spec), build_mean(spec, params, names))
    return make_pipeline(build_encoder(spec), ESTIMATORS[names[0]](spec, params))


def own_params(params: dict[str, Any], name: str) -> dict[str, Any]:
    """The parameters of one estimator, as scikit-learn names them."""
    prefix = f"{name}_"
    return {
        key.removeprefix(prefix): each for key, each in params.items() if key.startswith(prefix)
    }


def build_trees(spec: DataSpec, params: dict[str, Any]) -> Any:
    """Gradient boosting."""
    others = tuple(f"{name}_" for name in ESTIMATORS)
    params = {key: each for key, each in params.items() if not key.startswith(others)}
    categories = list(range(len(spec.columns("category"))))  # the encoder puts them first
    if spec.is_classification:
        params = {"l2_regularization": L2_OF_A_CLASS * max(2, len(spec.classes))} | params
        return HistGradientBoostingClassifier(categorical_features=categories, **params)
    quantile = {"quantile": spec.quantile} if spec.metric == "quantile" else {}
    options = {"categorical_features": categories, "loss": LOSSES[spec.metric]}
    trees = HistGradientBoostingRegressor
    if spec.metric in ("mae", "quantile"):
        trees = QuantileTrees
    return trees(**options, **quantile, **params)


def build_forest(spec: DataSpec, params: dict[str, Any]) -> Any:
    """A random forest. A class needs larger leaves: no probability may be zero."""
    options = FOREST | {"random_state": params["random_state"]} | own_params(params, "forest")
    if spec.is_classification:
        return RandomForestClassifier(**{"min_samples_leaf": 3, **options})
    return RandomForestRegressor(**options)


def build_linear(spec: DataSpec, params: dict[str, Any]) -> Any:
    """A linear model of categories in columns of their own, and of scaled numbers."""
    count = len(spec.columns("category"))
    numbers = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    )
    parts: list[Any] = []
    if count:
        one_hot = OneHotEncoder(handle_unknown="ignore", min_frequency=2)
        parts.append(("category", one_hot, slice(0, count)))
    if count < len(spec.inputs):
        parts.append(("number", numbers, slice(count, None)))
    return make_pipeline(ColumnTransformer(parts), build_linear_estimator(spec, params))


def build_linear_estimator(spec: DataSpec, params: dict[str, Any]) -> Any:
    """Its parameter `alpha` is the strength of the regularization."""
    own = own_params(params, "linear")
    if spec.is_classification:
        alpha = own.pop("alpha", 1.0)
        return LogisticRegression(
            **{"C": np.inf if alpha == 0 else 1 / alpha, "max_iter": 1000, **own}
        )
    deviances = {"poisson": PoissonRegressor, "gamma": GammaRegressor}
    if spec.metric in deviances:
        return deviances[spec.metric](**{"alpha": 1e-3, "max_iter": 1000, **own})
    return Ridge(**own) if own else RidgeCV(alphas=(0.1, 1.0, 10.0, 100.0))


def build_mean(spec: DataSpec, params: dict[str, Any], names: list[str]) -> Any:
    """The mean of the predictions of several estimators."""
    parts = [(name, ESTIMATORS[name](spec, params)) for name in names]
    if spec.is_classification:
        return VotingClassifier(parts, voting="soft")
    return VotingRegressor(parts)


ESTIMATORS = {"trees": build_trees, "forest": build_forest, "linear": build_linear}
