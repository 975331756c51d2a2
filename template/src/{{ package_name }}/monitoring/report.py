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

    parts = [frame.sample(min(rows, len(frame)), random_state=0) for frame in (current, reference)]
    filled = [name for name in spec.features if all(part[name].notna().any() for part in parts)]
    plain = [name for name in filled if name in spec.columns("number", "category", "boolean")]
    definition = DataDefinition(
        numerical_columns=[name for name in spec.columns("number") if name in filled],
        categorical_columns=[
            name for name in spec.columns("category", "boolean") if name in filled
        ],
    )
    sets = [Dataset.from_pandas(part[plain], data_definition=definition) for part in parts]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of statistics on few rows: the page shows their number
        Report([DataDriftPreset()]).run(*sets).save_html(str(file))
