"""Score a file: the same answers as the server gives, without one."""

from pathlib import Path

import pandas as pd

from ..data import read_features
from ..deployment import pointer
from ..deployment.release import open_release
from ..errors import InputError
from ..settings import NAME, var
from ..tables import write_table


def score(file: Path, output: Path | None = None) -> tuple[Path, pd.DataFrame]:
    """(where the answers are, the answers with key, release and version)."""
    serving = pointer.read_active()
    if serving is None:
        raise InputError(f"nothing is released yet: run `{NAME} promote` first")
    release = open_release(serving.release)
    rows = read_features(release.spec, file)
    answers = release.answer(rows)
    answers.insert(0, "version", serving.version)
    if release.spec.key in rows:
        answers.insert(0, release.spec.key, rows[release.spec.key])
    return write_table(answers, output or var("scored", f"{file.stem}.csv")), answers
