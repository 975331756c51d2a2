"""Writes Evidently's drift report of a sample. No other module imports Evidently."""

import warnings
from pathlib import Path

import pandas as pd

from ..spec import DataSpec


def write_report(
    spec: DataSpec, current: pd.DataFrame, reference: pd.DataFrame, rows: int, file: Path
) -> None:
    """Compare at most `rows` rows of each in one HTML page; without rows or features, none."""
    if current.empty or reference.empty or not spec.features:
        return
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
