"""Notes numbers that programs write for an unknown one, such as -999: only the user knows."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..decision import ColumnDecision
from ..numbers import format_count, format_number
from ..read.column import Column
from ..read.sql import fetch_row, to_number

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NINES = re.compile(r"-?9{2,}(?:\.9+)?")  # 99, -999, 9999.9
MIN_ROWS, MIN_VALUES = 3, 5


def note_unknown_numbers(
    database: "DuckDBPyConnection", columns: Iterable[ColumnDecision]
) -> list[str]:
    notes = []
    for each in columns:
        if each.use in ("feature", "target") and each.column.kind == "number":
            column = each.column
            unusual = [end for end in {column.min, column.max} if NINES.fullmatch(f"{end:.10g}")]
            notes += [note for end in sorted(unusual) if (note := _note(database, column, end))]
    return notes


def _note(database: "DuckDBPyConnection", column: Column, unknown: float) -> str:
    """The sentence if the number is repeated, and further from all others than these spread."""
    value = to_number(column.sql_value)
    others = f"FILTER ({value} NOT IN ({unknown!r}, {-unknown!r}))"
    rows, values, low, high = fetch_row(
        database,
        f"SELECT count_if({value} = {unknown!r}), count(DISTINCT {value}) {others}, "
        f"min({value}) {others}, max({value}) {others} FROM cells",
    )
    if rows < MIN_ROWS or values < MIN_VALUES:
        return ""
    if max(low - unknown, unknown - high) <= high - low:
        return ""
    word, spread = f"{unknown:.10g}", f"{format_number(low)} to {format_number(high)}"
    return (
        f"{column.name} is {word} in {format_count(rows, 'row')}, far from its other values "
        f"({spread}): pass --missing {word} if it means a missing value."
    )
