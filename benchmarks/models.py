"""The default model, compared with untuned models of scikit-learn on the same rows and features.

    python benchmarks/models.py
    python benchmarks/models.py cars digits

Prints for each data set the error of the project, that of gradient boosting with the right loss,
of a random forest and of a linear model, and the ratio to the best of the three. The exit status
is 1 if the median ratio or the largest one is above its limit.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import yaml
from mlops_init.project_commands import bundled_uv
from processes import run
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.datasets import shipped  # noqa: E402

ERRORS = {"mae": mean_absolute_error, "mse": mean_squared_error}
LOSSES = {"mae": "absolute_error", "mse": "squared_error"}
MAX_MEDIAN, MAX_RATIO = 1.03, 1.15
TEST_SHARE = 0.25
OWN = Path(sys.executable).parent


def from_sklearn(name: str) -> pd.DataFrame:
    from sklearn import datasets

    bunch: Any = getattr(datasets, f"load_{name}")(as_frame=True)
    names = getattr(bunch, "target_names", None)
    labels = bunch.target
    if names is not None and name != "diabetes":
        labels = labels.map({number: f"class {label}" for number, label in enumerate(names)})
    data = bunch.data.astype(int) if name == "digits" else bunch.data
    return pd.DataFrame(data.assign(outcome=labels))


def from_statsmodels(name: str) -> pd.DataFrame:
    return pd.read_csv(shipped("statsmodels", f"statsmodels/datasets/{name}/{name}.csv"))


def fair() -> pd.DataFrame:
    rows = from_statsmodels("fair")
    return rows.assign(affair=np.where(rows["affairs"] > 0, "yes", "no")).drop(columns="affairs")


def cars() -> pd.DataFrame:
    rows = pd.read_json(shipped("vega-datasets", "vega_datasets/_data/cars.json"))
    return rows[rows["Miles_per_Gallon"].notna()].drop(columns=["Name", "Year"])


def weather() -> pd.DataFrame:
    return pd.read_csv(shipped("vega-datasets", "vega_datasets/_data/seattle-weather.csv"))


def penguins() -> pd.DataFrame:
    return pd.read_csv(shipped("palmerpenguins", "palmerpenguins/data/penguins.csv"))


def flights() -> pd.DataFrame:
    rows = pd.read_parquet(ROOT / "template/data/flights.parquet").sample(15_000, random_state=0)
    return rows[rows["air_time"].notna()].drop(columns=["arrival"], errors="ignore")


# name -> (rows, target, the column that orders them or None)
SETS: dict[str, tuple[Callable[[], pd.DataFrame], str, str | None]] = {
    "diabetes": (lambda: from_sklearn("diabetes"), "outcome", None),
    "breast cancer": (lambda: from_sklearn("breast_cancer"), "outcome", None),
    "digits": (lambda: from_sklearn("digits"), "outcome", None),
    "penguins": (penguins, "species", None),
    "weather": (weather, "temp_max", "date"),
    "doctor visits": (lambda: from_statsmodels("randhie"), "mdvis", None),
    "affairs": (fair, "affair", None),
    "kind of weather": (weather, "weather", "date"),
    "cars": (cars, "Miles_per_Gallon", None),
    "flights": (flights, "air_time", "time"),
}


def split(rows: pd.DataFrame, target: str, time: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows to train on, rows to test on): the newest, or random ones without time.

    Rows with the same features, such as those of one person, stay together.
    """
    if time is None:
        units = pd.util.hash_pandas_object(rows.drop(columns=target).astype(str), index=False)
        shuffled = units.drop_duplicates().sample(frac=1, random_state=0)
        is_test = units.isin(shuffled.iloc[round(len(shuffled) * (1 - TEST_SHARE)) :])
        return rows[~is_test.to_numpy()], rows[is_test.to_numpy()]
    rows = rows.sort_values(time, kind="stable")
    count = round(len(rows) * (1 - TEST_SHARE))
    return rows.iloc[:count], rows.iloc[count:]


def error(declared: dict[str, Any], labels: pd.Series, predicted: Any) -> float:
    if declared["task"] == "regression":
        return float(ERRORS[declared["metric"]](labels, predicted))
    return float(log_loss(labels.astype(str), predicted, labels=sorted(declared["labels"])))


def train_project(folder: Path, environment: Path, train: pd.DataFrame, target: str) -> Path:
    """A project of level 0 around the rows to train on, trained with defaults."""
    train.to_csv(folder / "train.csv", index=False)
    words = ["churn", "--level", "0", "--data", "train.csv", "--target", target, "--defaults"]
    run(OWN / "mlops-init", *words, cwd=folder)
    run(environment / "churn", "train", cwd=folder / "churn")
    return folder / "churn"


def predict_with_project(
    project: Path, environment: Path, declared: dict[str, Any], test: pd.DataFrame
) -> Any:
    file = project.parent / "test.csv"
    test.drop(columns=declared["target"]).to_csv(file, index=False)
    output = project.parent / "predicted.csv"
    run(environment / "churn", "predict", file, "--output", output, cwd=project)
    predicted = pd.read_csv(output)
    if declared["task"] == "regression":
        return predicted["prediction"]
    columns = sorted(name for name in predicted if name.startswith("probability_"))
    return predicted[columns].to_numpy()


def peers(declared: dict[str, Any]) -> dict[str, Any]:
    """Untuned models that read the same features."""
    names = declared["features"].items()
    words = [name for name, each in names if each["type"] in ("category", "text", "boolean")]
    numbers = [name for name, each in names if each["type"] == "number"]
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    codes = make_column_transformer((ordinal, words), ("passthrough", numbers))
    one_hot = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", min_frequency=2), words),
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
    )
    kinds = {"categorical_features": list(range(len(words))), "random_state": 0}
    if declared["task"] == "regression":
        boosting: Any = HistGradientBoostingRegressor(loss=LOSSES[declared["metric"]], **kinds)
        forest: Any = RandomForestRegressor(random_state=0)
        linear: Any = LinearRegression()
    else:
        boosting, forest = (
            HistGradientBoostingClassifier(**kinds),
            RandomForestClassifier(random_state=0),
        )
        linear = LogisticRegression(max_iter=2000)
    return {
        "boosting": make_pipeline(codes, boosting),
        "forest": make_pipeline(one_hot, forest),
        "linear": make_pipeline(one_hot, linear),
    }


def peer_errors(
    declared: dict[str, Any], train: pd.DataFrame, test: pd.DataFrame
) -> dict[str, float]:
    target, features = declared["target"], list(declared["features"])
    errors = {}
    words = [name for name, each in declared["features"].items() if each["type"] != "number"]
    train, test = (each.assign(**{w: each[w].astype(str) for w in words}) for each in (train, test))
    for name, model in peers(declared).items():
        labels = train[target] if declared["task"] == "regression" else train[target].astype(str)
        model.fit(train[features], labels)
        is_regression = declared["task"] == "regression"
        predict = model.predict if is_regression else model.predict_proba
        errors[name] = error(declared, test[target], predict(test[features]))
    return errors


def compare(name: str, place: Path, environment: Path) -> float:
    """Print the line of a data set; returns its ratio."""
    make, target, time = SETS[name]
    train, test = split(make(), target, time)
    folder = place / name.replace(" ", "-")
    folder.mkdir()
    project = train_project(folder, environment, train, target)
    declared = yaml.safe_load((project / "conf/data.yml").read_text())
    declared["labels"] = train[target].astype(str).unique()
    (file,) = project.glob("var/runs/*/run.json")
    estimator = json.loads(file.read_text())["estimator"]
    own = error(declared, test[target], predict_with_project(project, environment, declared, test))
    others = peer_errors(declared, train, test)
    ratio = own / min(others.values())
    cells = [f"{own:.4g} ({estimator})", *(f"{value:.4g}" for value in others.values())]
    print(
        f"{name:<18}{declared['metric']:<10}{len(train):>7,}  "
        + "".join(f"{cell:<18}" for cell in cells)
        + f"{ratio:.3f}",
        flush=True,
    )
    return ratio


def main() -> None:
    names = sys.argv[1:] or list(SETS)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        run(OWN / "mlops-init", "churn", "--level", "0", "--defaults", cwd=place)
        run(bundled_uv(), "sync", "--quiet", cwd=place / "churn")
        header = ("project", "boosting", "forest", "linear")
        print(
            f"{'data set':<18}{'metric':<10}{'rows':>7}  "
            + "".join(f"{each:<18}" for each in header)
            + "ratio"
        )
        ratios = [compare(name, place, place / "churn/.venv/bin") for name in names]
    print(f"median {median(ratios):.3f}, largest {max(ratios):.3f}")
    sys.exit(1 if median(ratios) > MAX_MEDIAN or max(ratios) > MAX_RATIO else 0)


if __name__ == "__main__":
    main()
