"""Predictions: a value and, for classes, a probability each; the same in files, API and log."""

from pathlib import Path
from typing import Any

import pandas as pd

from . import runs
from .data import read_features
from .errors import InputError
from .settings import load_spec, var
from .spec import PREDICTION, PROBABILITY, DataSpec
from .tables import write_table


def predict(spec: DataSpec, model: Any, frame: pd.DataFrame) -> pd.DataFrame:
    """Predictions with the index of the frame: `prediction`, then each `probability_<class>`."""
    features = frame[spec.inputs]
    if missing := sorted(set(getattr(model, "feature_names_in_", ())) - set(features)):
        raise InputError(f"the model reads `{missing[0]}`, which conf/data.yml no longer declares")
    return predict_features(spec, model, features).set_index(frame.index)


def predict_features(spec: DataSpec, model: Any, features: Any) -> pd.DataFrame:
    """Predictions from features alone, as the model or the last step of a pipeline reads them."""
    if not spec.is_classification:
        return pd.DataFrame({PREDICTION: model.predict(features)})
    classes = [str(label) for label in model.classes_]
    table = pd.DataFrame(model.predict_proba(features), columns=classes)
    predictions = table.add_prefix(PROBABILITY)
    predictions.insert(0, PREDICTION, table.idxmax(axis=1))
    return predictions


def predict_file(
    file: Path, output: Path | None, format: str, raw: bool = False
) -> tuple[Path, pd.DataFrame]:
    """Predict the rows of a file with the latest run: (the file of predictions, predictions)."""
    spec, run = load_spec(), runs.read_latest()
    if run.spec != spec.digest:
        raise InputError(f"conf/data.yml has changed since {run.id} was trained: train again")
    rows = read_features(spec, file)
    predictions = predict(spec, run.load(), rows)
    if spec.key in rows:
        predictions.insert(0, spec.key, rows[spec.key])
    target = output or var("predicted", f"{file.stem}.{format}")
    return write_table(predictions, target, not raw), predictions
