"""Finds columns that give the target by arithmetic: parts of a sum, or two that give it."""

from itertools import combinations
from typing import TYPE_CHECKING, Any

from ..read.column import Column
from ..read.sql import fetch_rows
from .leak_names import is_called_after
from .leak_scores import MIN_ROWS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE = 2000  # rows
MAX_COLUMNS, MAX_MISSING = 40, 0.1
MAX_DIGITS = 5  # behind the point, of a rounded number
SMALL = 0.01  # standard deviations of the target
MIN_SHARE = 0.99  # of the rows in which the numbers agree
MAX_ERROR = 1e-3  # of a target, since factors are rounded


def find_derived(
    database: "DuckDBPyConnection", target: Column, columns: list[Column]
) -> dict[str, str]:
    """Name and reason of each column from which the target can be computed with others."""
    numbers = [each for each in columns if each.kind == "number" and each.missing <= MAX_MISSING]
    if target.kind != "number" or target.filled < MIN_ROWS or len(numbers) < 2:
        return {}
    labels, values = _fetch_sample(database, target, numbers[:MAX_COLUMNS])
    if len(labels) < MIN_ROWS:
        return {}
    return _find_parts(labels, values, target) or _find_pairs(labels, values, target)


def _fetch_sample(
    database: "DuckDBPyConnection", target: Column, numbers: list[Column]
) -> tuple[Any, dict[str, Any]]:
    import numpy as np

    cells = ", ".join(each.sql_value for each in (target, *numbers))
    every = max(1, target.filled // SAMPLE)
    query = f"SELECT {cells} FROM cells WHERE hash(rowid) % {every} = 0 LIMIT {2 * SAMPLE}"
    rows = [row for row in fetch_rows(database, query) if None not in row]
    table = np.array(rows, dtype=float).reshape(len(rows), 1 + len(numbers))
    names = [each.name for each in numbers]
    return table[:, 0], dict(zip(names, table[:, 1:].T, strict=True))


def _find_parts(labels: Any, values: dict[str, Any], target: Column) -> dict[str, str]:
    """The columns that are added or subtracted, each once: 150 registered + 30 casual."""
    import numpy as np

    table = np.column_stack([*values.values()])
    factors = np.linalg.lstsq(table, labels, rcond=None)[0]
    signs: Any = np.round(factors)
    is_sum = np.abs(factors - signs).max() < MAX_ERROR and np.abs(signs).max() == 1
    parts = [name for position, name in enumerate(values) if signs[position]]
    if not is_sum or len(parts) < 2 or not _agree(table @ signs, labels):
        return {}
    return {name: f"adds up to {target.name} with {_join(parts, without=name)}" for name in parts}


def _find_pairs(labels: Any, values: dict[str, Any], target: Column) -> dict[str, str]:
    """Two columns whose sum, difference, product or quotient is the target in nearly all rows."""
    import numpy as np

    reasons: dict[str, str] = {}
    rounding = _get_rounding(labels)
    other = [name for name in values if not _agree(values[name], labels, rounding)]
    with np.errstate(divide="ignore", invalid="ignore"):
        for first, second in combinations(other, 2):
            a, b = values[first], values[second]
            if any(_agree(each, labels, rounding) for each in (a + b, a - b, b - a)):
                how, names = "is added to or subtracted from", [first, second]
            elif any(_agree(each, labels) for each in (a * b, a / b, b / a)):
                called = [each for each in (first, second) if is_called_after(each, target.name)]
                how, names = "is multiplied or divided by", called or [first, second]
            else:
                continue
            for name in names:
                pair = second if name == first else first
                reasons[name] = f"gives {target.name} if it {how} {pair}"
    return reasons


def _agree(computed: Any, labels: Any, rounding: float = 1e-12) -> bool:
    import numpy as np

    is_near = np.abs(computed - labels) <= MAX_ERROR * np.abs(labels) + rounding
    # Where the target is zero, a product with zero agrees by chance.
    counts = labels != 0
    return bool(counts.any() and is_near[counts].mean() >= MIN_SHARE)


def _get_rounding(labels: Any) -> float:
    """What a sum of rounded numbers may differ by: the last digit, if that is small."""
    import numpy as np

    for digits in range(MAX_DIGITS):
        unit = 10.0**-digits
        if np.abs(labels / unit - np.round(labels / unit)).max() < 1e-6:
            return 1.01 * unit if unit <= SMALL * labels.std() else 1e-12
    return 1e-12


def _join(names: list[str], *, without: str) -> str:
    return " and ".join(each for each in names if each != without)
