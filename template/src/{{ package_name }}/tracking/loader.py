"""What `mlflow.pyfunc.load_model` calls: a recorded model, loaded without the project around it."""

from pathlib import Path
from typing import Any

import pandas as pd

from ..model_files import load_model
from ..prediction import predict
from ..runs import read_file
from ..schema import cast_columns, mask_missing
from ..spec import DataSpec
from ..storage import read_record


class Predictor:
    """Predicts rows as the command `predict` does."""

    def __init__(self, spec: DataSpec, model: Any) -> None:
        self.spec, self.model = spec, model

    def predict(self, rows: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        rows = cast_columns(self.spec, mask_missing(self.spec, rows), labels=False)
        return predict(self.spec, self.model, rows)

    def get_raw_model(self) -> Any:
        """The scikit-learn pipeline."""
        return self.model


def _load_pyfunc(path: str) -> Predictor:
    """The model in a folder, loaded by the rules of `model_files.py`: never with pickle."""
    folder, remedy = Path(path), "record the run again"
    run = read_file(folder / "run.json", remedy)
    spec = read_record(DataSpec, folder / "spec.json", remedy)
    return Predictor(spec, load_model(folder / "model.skops", run.model))
