"""The MLflow model of a run: it contains all that a prediction needs, the code included."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import mlflow
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema

from ..model_files import check_model, check_types
from ..runs import Run
from ..schema import cast_columns
from ..spec import PREDICTION, PROBABILITY, DataSpec
from ..storage import DamagedFileError, read_record
from ..tables import read_table

PACKAGE = Path(__file__).parents[1]
LOADER = f"{__package__}.loader"
LOADER_MODULES = ("__init__", "loader")  # of this folder; the core is copied too
CONTENT = ("model.skops", "run.json", "spec.json")
MODEL_FILE = "data/model/model.skops"  # in the folder of an MLflow model
EXAMPLES, REQUIREMENTS = "examples.jsonl", "requirements.txt"
TYPES = {
    "boolean": DataType.boolean,
    "category": DataType.string,
    "date": DataType.datetime,
    "number": DataType.double,
    "text": DataType.string,
    "time": DataType.datetime,
}


def read_spec(run: Run) -> DataSpec:
    """The declaration of a run; InputError if its model must not be loaded.

    DamagedFileError if a file of the model is missing or changed.
    """
    check_model(run.folder / "model.skops", run.model)
    check_types(run.folder / "model.skops")
    remedy = f"delete {run.folder} and train again"
    for name in (*CONTENT, REQUIREMENTS):
        if not (run.folder / name).is_file():
            raise DamagedFileError(f"{run.folder / name} is missing: {remedy}")
    spec = read_record(DataSpec, run.folder / "spec.json", remedy)
    if spec.digest != run.spec:
        raise DamagedFileError(f"{run.folder / 'spec.json'} is not of this run: {remedy}")
    return spec


def log_model(run: Run, spec: DataSpec) -> None:
    """Add the model to the active MLflow run."""
    with copy_content(run) as folder:
        mlflow.pyfunc.log_model(
            name="model",
            loader_module=LOADER,
            data_path=str(folder / "model"),
            code_paths=[str(folder / PACKAGE.name)],
            pip_requirements=str(run.folder / REQUIREMENTS),
            signature=model_signature(spec),
            input_example=read_examples(run, spec),
        )


@contextmanager
def copy_content(run: Run) -> Iterator[Path]:
    """A folder with the content of the model and the modules that load it: those of the core."""
    with TemporaryDirectory() as name:
        model, code = Path(name, "model"), Path(name, PACKAGE.name)
        files = {model: [run.folder / each for each in CONTENT], code: [*PACKAGE.glob("*.py")]}
        files[code / "tracking"] = [
            Path(__file__).with_name(f"{each}.py") for each in LOADER_MODULES
        ]
        for folder, sources in files.items():
            folder.mkdir()
            for source in sources:
                shutil.copy(source, folder)
        yield Path(name)


def model_signature(spec: DataSpec) -> ModelSignature:
    """The columns that the model reads and those that it returns, with their types."""
    probabilities = [ColSpec(DataType.double, PROBABILITY + name) for name in spec.classes]
    outputs = [target_column(spec, PREDICTION), *probabilities]
    return ModelSignature(Schema(input_columns(spec)), Schema(outputs))


def input_columns(spec: DataSpec) -> list[ColSpec]:
    kinds = {name: feature.type for name, feature in spec.features.items()}
    return [ColSpec(TYPES[kinds.get(name, "time")], name) for name in spec.inputs]


def target_column(spec: DataSpec, name: str) -> ColSpec:
    return ColSpec(DataType.string if spec.is_classification else DataType.double, name)


def read_examples(run: Run, spec: DataSpec) -> pd.DataFrame | None:
    """Rows of the training data, with booleans and times as MLflow expects them."""
    if not (file := run.folder / EXAMPLES).is_file():
        return None
    rows = cast_columns(spec, read_table(file), labels=False)[spec.inputs]
    booleans, times = spec.columns("boolean"), rows.select_dtypes("datetime")
    changed = {name: rows[name].astype("boolean").astype("object") for name in booleans}
    # MLflow reads all times in the format of the first, which may have no fraction of a second.
    return rows.assign(**changed, **{name: times[name].dt.floor("s") for name in times})
