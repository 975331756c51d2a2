"""Scores a file with the same predictions as the server, but without one."""

from pathlib import Path

import pandas as pd

from ..data import read_features
from ..deployment.pointer import read_active
from ..deployment.release import open_release
from ..errors import InputError
from ..settings import NAME, var
from ..tables import write_table


def score(file: Path, output: Path | None = None, raw: bool = False) -> tuple[Path, pd.DataFrame]:
    """(the file with the predictions, the predictions with their key and the version)."""
    active = read_active()
    if active is None:
        raise InputError(f"nothing is released yet: run `{NAME} promote` first")
    release = open_release(active.release, active.version)
    rows = read_features(release.spec, file)
    predictions = release.predict_frame(rows)
    predictions.insert(0, "version", active.version)
    if release.spec.key in rows:
        predictions.insert(0, release.spec.key, rows[release.spec.key])
    target = output or var("scored", f"{file.stem}.csv")
    return write_table(predictions, target, not raw), predictions
