"""A number or date that means a missing value is missing in a file of each format."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.data_files import declare, list_files

LoadRows = Callable[[dict[str, Any]], pd.DataFrame]
FILLED = 160  # of 240 rows


@pytest.mark.parametrize("word", ["-999", "-999.0"])
@pytest.mark.parametrize("cells", [[-999, 1, 2], [-999.0, 0.5, 2.0]])
def test_a_number_is_missing_in_each_format(
    tmp_path: Path, load_rows: LoadRows, cells: list[float], word: str
) -> None:
    for file in list_files(tmp_path, "size", cells * 80):
        decisions, declared = declare(file, missing=(word,))
        assert decisions.profile.column("size").filled == FILLED
        assert load_rows(declared)["size"].notna().sum() == FILLED


@pytest.mark.parametrize(("word", "unknown"), [("-999", -999), ("-999.5", -999.5)])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("digits", [1, 2])
def test_a_number_is_missing_as_a_program_writes_it(
    tmp_path: Path, load_rows: LoadRows, word: str, unknown: float, decimal: str, digits: int
) -> None:
    cells = [unknown if n % 3 == 0 else n % 7 + 0.25 for n in range(240)]
    frame = pd.DataFrame({"size": cells, "a": range(240), "y": [n * 11 % 53 for n in range(240)]})
    file = tmp_path / "rows.csv"
    frame.to_csv(file, sep=";", decimal=decimal, float_format=f"%.{digits}f", index=False)
    decisions, declared = declare(file, missing=(word,))
    assert declared["csv"].get("decimal", ".") == decimal
    assert decisions.profile.column("size").filled == FILLED
    assert load_rows(declared)["size"].notna().sum() == FILLED


@pytest.mark.parametrize(
    ("unknown", "known", "words"),
    [
        (Decimal("-999.00"), [Decimal("1.50"), Decimal("2.25"), Decimal("3.75")], ("-999",)),
        (date(9999, 12, 31), [date(2024, 5, day) for day in (1, 2, 3)], ()),
        (datetime(9999, 12, 31, 23, 59, 59), [datetime(2024, 5, 1, hour) for hour in (9, 10)], ()),
    ],
)
def test_a_typed_value_is_missing(
    tmp_path: Path, load_rows: LoadRows, unknown: object, known: list[Any], words: tuple[str, ...]
) -> None:
    file = tmp_path / "rows.parquet"
    cells = [unknown if n % 3 == 0 else known[n % len(known)] for n in range(240)]
    rows = [(cell, n * 7 % 31 / 4, n * 11 % 53 / 8) for n, cell in enumerate(cells)]
    pd.DataFrame(rows, columns=["x", "a", "y"]).to_parquet(file, index=False)
    decisions, declared = declare(file, missing=words)
    assert decisions.profile.column("x").filled == FILLED
    assert load_rows(declared)["x"].notna().sum() == FILLED


@pytest.mark.parametrize(
    ("unknown", "values", "is_noted"),
    [
        (-999, range(7), True),
        (99, range(7), True),
        (99, range(98), False),  # as an age may be
        (-999.9, range(7), True),
        (9999, (0, 1), False),  # too few others to compare with
        (-1, range(7), False),
    ],
)
def test_a_number_that_may_mean_a_missing_value_is_noted(
    tmp_path: Path, unknown: float, values: Sequence[int], is_noted: bool
) -> None:
    cells = [unknown if n % 24 == 5 else values[n % len(values)] for n in range(240)]
    file = next(list_files(tmp_path, "size", cells))
    notes = [note for note in declare(file)[0].notes if note.startswith(f"size is {unknown} in 10")]
    assert [f"pass --missing {unknown} if" in note for note in notes] == [True] * is_noted
    assert not any("far from" in note for note in declare(file, missing=(str(unknown),))[0].notes)
