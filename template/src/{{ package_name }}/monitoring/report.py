"""Writes Evidently's drift report of a sample. No other module imports Evidently."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from ..spec import DataSpec


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Import without garbage collection, which takes long: Evidently creates very many objects."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def write_report(
    spec: DataSpec, current: pd.DataFrame, reference: pd.DataFrame, rows: int, file: Path
) -> None:
    """Compare at most `rows` rows of each in one HTML page; without rows or features, none."""
    if current.empty or reference.empty or not spec.features:
        return
    with without_garbage_collection():
        from evidently import DataDefinition, Dataset, Report
        from evidently.presets import DataDriftPreset

    samples = [
        frame.sample(min(rows, len(frame)), random_state=0) for frame in (current, reference)
    ]
    numbers, categories = (
        [name for name in names if all(sample[name].notna().any() for sample in samples)]
        for names in (spec.columns("number"), spec.columns("category", "boolean"))
    )
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=categories)
    datasets = [
        Dataset.from_pandas(sample[[*numbers, *categories]], data_definition=definition)
        for sample in samples
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about few rows; the page shows how many there are
        Report([DataDriftPreset()]).run(*datasets).save_html(str(file))
