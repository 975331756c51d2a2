"""Files of rows, and what is read from and declared for them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from mlops_init.data.decision import DataDecisions
from mlops_init.data.prepare import prepare, profile_file
from mlops_init.data.read.column import Column, Profile
from mlops_init.data.request import DataRequest
from mlops_init.data.write.declaration import format_declaration

ROWS = 240
RANDOM = np.random.default_rng(0)
Write = Callable[..., Path]  # (text, name of the file)


def list_files(folder: Path, name: str, cells: Any) -> Iterator[Path]:
    """The same rows as CSV, as JSON lines and as Parquet."""
    numbers = {each: RANDOM.normal(size=ROWS).round(3) for each in ("x", "y")}
    frame = pd.DataFrame({name: cells, **numbers})
    frame.to_csv(folder / "rows.csv", index=False)
    yield folder / "rows.csv"
    rows = [{key: to_json(value) for key, value in row.items()} for row in frame.to_dict("records")]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    yield folder / "rows.jsonl"
    frame.to_parquet(folder / "rows.parquet", index=False)
    yield folder / "rows.parquet"


def to_json(value: Any) -> Any:
    if isinstance(value, pd.Timestamp | pd.Timedelta):
        return str(value)
    return None if pd.isna(value) else value


def declare(file: Path, **options: Any) -> tuple[DataDecisions, dict[str, Any]]:
    """(the decisions, what conf/data.yml declares)."""
    prepared = prepare(DataRequest(file, target="y", **options))
    return prepared.decisions, yaml.safe_load(format_declaration(prepared, str(file)))


def profile_column(write: Write, values: Any, name: str = "value", **options: Any) -> Column:
    frame = pd.DataFrame({name: values, "other": range(len(values))})
    return read_profile(write(frame.to_csv(index=False)), **options).column(name)


def read_profile(file: Path, **options: Any) -> Profile:
    return profile_file(DataRequest(file, **options))
