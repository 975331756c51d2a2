"""The times in a file are read alike from each kind of file, by the generator and by a project."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from mlops_init.data.decision import DataDecisions
from mlops_init.data.prepare import prepare
from mlops_init.data.request import DataRequest
from mlops_init.data.write.declaration import format_declaration

ROWS = 240
RANDOM = np.random.default_rng(0)
HOURS = pd.Series(pd.date_range("2023-01-01 01:00", periods=ROWS, freq="6h"))
LoadRows = Callable[[dict[str, Any]], pd.DataFrame]


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


# name -> cells, the declared format, the first and the last time
TIMES: dict[str, tuple[Any, str | None, str, str]] = {
    "UTC": (HOURS.dt.tz_localize("UTC"), None, "2023-01-01 01:00", "2023-03-01 19:00"),
    "a zone": (
        HOURS.dt.tz_localize("Europe/Berlin"),
        None,
        "2023-01-01 00:00",
        "2023-03-01 18:00",
    ),
    "several zones": (
        [f"{time}{('+02:00', '-0500')[n % 2]}" for n, time in enumerate(HOURS)],
        None,
        "2022-12-31 23:00",
        "2023-03-02 00:00",
    ),
    "hours of a zone": (HOURS.astype(str) + "+02", None, "2022-12-31 23:00", "2023-03-01 17:00"),
    "small letters": (
        HOURS.dt.strftime("%Y-%m-%dt%H:%Mz"),
        None,
        "2023-01-01 01:00",
        "2023-03-01 19:00",
    ),
}


@pytest.mark.parametrize("name", TIMES)
def test_a_time_is_the_same_from_each_kind_of_file(
    tmp_path: Path, load_rows: LoadRows, name: str
) -> None:
    cells, date_format, first, last = TIMES[name]
    declarations = []
    for file in list_files(tmp_path, "when", cells):
        decisions, declared = declare(file)
        assert decisions.time.value == "when", file.suffix
        assert declared["time"].get("format") == date_format
        column, times = decisions.profile.column("when"), load_rows(declared)["when"]
        for start, end in ((column.min, column.max), (times.min(), times.max())):
            assert (start, end) == (pd.Timestamp(first), pd.Timestamp(last)), file.suffix
        declarations.append(declared | {"source": ""})
    assert declarations[0] == declarations[1] == declarations[2]


def test_json_text_is_no_date_of_an_order_that_is_not_asked(tmp_path: Path) -> None:
    cells = HOURS.dt.strftime("%d-%m-%Y")
    formats = [
        declare(file)[1]["time"].get("format") for file in list_files(tmp_path, "when", cells)
    ]
    assert formats == ["%d-%m-%Y"] * 3
