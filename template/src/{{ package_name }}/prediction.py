"""What an answer is: a value and, for classes, a probability each; in files, API and log alike."""

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
    """Answers for a typed frame, same index: `prediction`, then each `probability_<class>`."""
    rows = frame[list(spec.features)]
    if gone := sorted(set(getattr(model, "feature_names_in_", ())) - set(rows)):
        raise InputError(f"a model reads `{gone[0]}`, which conf/data.yml no longer declares")
    if not spec.is_classification:
        return pd.DataFrame({PREDICTION: model.predict(rows)}, index=frame.index)
    labels = [str(label) for label in model.classes_]
    chances = pd.DataFrame(model.predict_proba(rows), columns=labels, index=frame.index)
    answers = chances.add_prefix(PROBABILITY)
    answers.insert(0, PREDICTION, chances.idxmax(axis=1))
    return answers


def predict_file(
    file: Path, output: Path | None = None, kind: str = "csv"
) -> tuple[Path, pd.DataFrame]:
    """Predict a file with the newest run; (where the answers are, the answers with their keys)."""
    spec, run = load_spec(), runs.latest()
    if run.spec != spec.digest:
        raise InputError(f"conf/data.yml has changed since {run.id} was trained: train again")
    frame = read_features(spec, file)
    answers = predict(spec, run.load(), frame)
    if spec.key in frame:
        answers.insert(0, spec.key, frame[spec.key])
    return write_table(answers, output or var("predicted", f"{file.stem}.{kind}")), answers
