"""The page for people: Evidently's drift report, on a sample. Nothing else knows Evidently."""

import warnings
from pathlib import Path

import pandas as pd

from ..spec import DataSpec


def write_report(
    spec: DataSpec, current: pd.DataFrame, reference: pd.DataFrame, rows: int, file: Path
) -> None:
    """Compare at most `rows` rows of each in a self-contained HTML page; no rows, no page."""
    if current.empty or reference.empty:
        return
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    definition = DataDefinition(
        numerical_columns=spec.columns("number"), categorical_columns=spec.columns("category")
    )
    sets = [
        Dataset.from_pandas(sample(frame[list(spec.features)], rows), data_definition=definition)
        for frame in (current, reference)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of statistics on few rows: the page shows their number
        Report([DataDriftPreset()]).run(*sets).save_html(str(file))


def sample(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    return frame.sample(min(rows, len(frame)), random_state=0)
