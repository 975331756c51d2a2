"""What each column holds: counted on every row, in passes over a table on disk."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .dates import format_of, moment
from .source import CSV, Source

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 40  # columns in one query: a wide table would make one too long
LISTED = 60  # values counted one by one
BOOLEAN = "('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n')"
ISO = r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}.*)?"


@dataclass(frozen=True)
class Column:
    """One column of the owner's data."""

    name: str
    cell: str  # its name in the table
    kind: str  # number, boolean, date, text or empty
    rows: int
    filled: int
    distinct: int
    unique: bool = False  # every row has its own
    whole: bool = False  # numbers without a fraction
    zeros: bool = False  # numbers that begin with 0: codes
    words: float = 0.0  # in a text
    low: Any = None
    high: Any = None
    mean: float = 0.0
    deviation: float = 0.0
    quartiles: tuple[float, ...] = ()
    values: tuple[tuple[str, int], ...] = ()  # the most frequent first
    format: str | None = None  # of dates that are not ISO 8601
    days: int = 0  # different ones, of dates
    strange: tuple[tuple[str, int], ...] = ()  # words among numbers, the most frequent ones
    numeric: int = 0  # rows that hold a number

    @property
    def missing(self) -> float:
        return 1 - self.filled / self.rows

    @property
    def read(self) -> str:
        """The cell as what it holds, in SQL."""
        if self.kind == "number":
            return number(self.cell)
        return moment(self.cell, self.format) if self.kind == "date" else self.cell


@dataclass(frozen=True)
class Profile:
    """What the files hold."""

    source: Source
    rows: int
    columns: tuple[Column, ...]
    decimal: str = "."

    def of(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def number(cell: str) -> str:
    """A cell as a number, in SQL; a decimal comma was made a point before."""
    return f"TRY_CAST({cell} AS DOUBLE)"


def profile(database: "duckdb.DuckDBPyConnection", source: Source) -> Profile:
    """Every column, by what its cells can be read as."""
    (rows,) = _one(database, "SELECT count(*) FROM cells")
    decimal = "."
    if source.kind in CSV and source.dialect.delimiter != "," and _commas(database, source):
        decimal = ","
    found = []
    for start in range(0, len(source.names), AT_ONCE):
        names = source.names[start : start + AT_ONCE]
        cells = [f"c{start + place}" for place in range(len(names))]
        counts = iter(_one(database, f"SELECT {', '.join(map(_counts, cells))} FROM cells"))
        for cell, name in zip(cells, names, strict=True):
            numbers = [next(counts) or 0 for _ in range(8)]
            found.append(_column(database, name, cell, rows, numbers))
    detailed = [_detailed(database, column) for column in found]
    return Profile(source, rows, tuple(detailed), decimal)


def _commas(database: "duckdb.DuckDBPyConnection", source: Source) -> bool:
    """Whether numbers have a decimal comma; then it is made a point in the columns that do."""
    having = []
    for place in range(len(source.names)):
        cell = f"c{place}"
        commas, all_ = _one(
            database,
            f"SELECT count_if(regexp_full_match({cell}, '[+-]?[0-9]+,[0-9]+')), "
            f"count_if(regexp_full_match({cell}, '[+-]?[0-9]+(,[0-9]+)?')) * "
            f"(count_if(NOT regexp_full_match({cell}, '[+-]?[0-9]+(,[0-9]+)?')) = 0)::INT "
            "FROM cells",
        )
        if commas and all_:
            having.append(cell)
    for cell in having:
        database.execute(f"UPDATE cells SET {cell} = replace({cell}, ',', '.')")
    return bool(having)


def _counts(cell: str) -> str:
    return (
        f"count({cell}), approx_count_distinct({cell}), count({number(cell)}), "
        f"count_if(regexp_full_match({cell}, '[+-]?[0-9]+(\\.0+)?')), "
        f"count_if(regexp_full_match({cell}, '0[0-9]+')), "
        f"count_if(lower({cell}) IN {BOOLEAN}), "
        f"avg(length({cell}) - length(replace({cell}, ' ', '')) + 1), "
        f"count_if(regexp_full_match({cell}, '{ISO}'))"
    )


def _column(
    database: "duckdb.DuckDBPyConnection", name: str, cell: str, rows: int, counts: list[Any]
) -> Column:
    filled, distinct, numeric, whole, zeros, boolean, words, iso = counts
    base = Column(name, cell, "text", rows, filled, min(distinct, filled), words=float(words))
    if not filled:
        return replace(base, kind="empty")
    if boolean == filled and distinct <= 2:
        return replace(base, kind="boolean")
    if iso == filled:
        parsed = _one(database, f"SELECT count({moment(cell, None)}) FROM cells")
        if parsed[0] == filled:
            return replace(base, kind="date")
    form = format_of(database, cell, filled)
    if form:
        return replace(base, kind="date", format=form)
    if numeric == filled and zeros < max(1, 0.01 * filled):
        kind = "boolean" if _is_zero_one(database, cell, distinct) else "number"
        return replace(base, kind=kind, whole=whole == filled)
    strange = _strange(database, cell) if numeric >= 0.8 * filled and numeric < filled else ()
    return replace(base, zeros=zeros > 0, strange=strange, numeric=numeric)


def _is_zero_one(database: "duckdb.DuckDBPyConnection", cell: str, distinct: int) -> bool:
    if distinct > 3:
        return False
    found = {row[0] for row in _all(database, f"SELECT DISTINCT {number(cell)} FROM cells")}
    return found - {None} == {0.0, 1.0}


def _strange(database: "duckdb.DuckDBPyConnection", cell: str) -> tuple[tuple[str, int], ...]:
    query = (
        f"SELECT {cell}, count(*) AS n FROM cells WHERE {cell} IS NOT NULL AND {number(cell)} "
        f"IS NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT 5"
    )
    return tuple((str(word), int(count)) for word, count in _all(database, query))


def _detailed(database: "duckdb.DuckDBPyConnection", column: Column) -> Column:
    known = DETAILS.get(column.kind)
    if known:
        column = known(database, column)
    if column.kind != "empty" and column.distinct <= 2 * LISTED:
        values = tuple(_values(database, column.cell, None))
        column = replace(column, distinct=len(values), values=values[:LISTED])
    elif column.kind == "text":
        column = replace(column, values=tuple(_values(database, column.cell, 10)))
    if column.distinct >= 0.9 * column.rows and column.filled == column.rows:
        (exact,) = _one(database, f"SELECT count(DISTINCT {column.cell}) FROM cells")
        column = replace(column, distinct=exact, unique=exact == column.rows)
    return column


def _numbers(database: "duckdb.DuckDBPyConnection", column: Column) -> Column:
    read = number(column.cell)
    query = (
        f"SELECT min({read}), max({read}), avg({read}), stddev_pop({read}), "
        f"approx_quantile({read}, [0.25, 0.5, 0.75]) FROM cells"
    )
    low, high, mean, deviation, quartiles = _one(database, query)
    return replace(
        column,
        low=low,
        high=high,
        mean=mean,
        deviation=deviation or 0.0,
        quartiles=tuple(quartiles),
    )


def _dates(database: "duckdb.DuckDBPyConnection", column: Column) -> Column:
    read = column.read
    query = f"SELECT min({read}), max({read}), count(DISTINCT CAST({read} AS DATE)) FROM cells"
    low, high, days = _one(database, query)
    return replace(column, low=low, high=high, days=days)


DETAILS: dict[str, Callable[["duckdb.DuckDBPyConnection", Column], Column]] = {
    "number": _numbers,
    "date": _dates,
}


def _values(
    database: "duckdb.DuckDBPyConnection", cell: str, limit: int | None
) -> Iterator[tuple[str, int]]:
    query = f"SELECT {cell}, count(*) AS n FROM cells WHERE {cell} IS NOT NULL GROUP BY 1"
    query += " ORDER BY n DESC, 1" + (f" LIMIT {limit}" if limit else "")
    return ((str(value), int(count)) for value, count in _all(database, query))


def _one(database: "duckdb.DuckDBPyConnection", query: str) -> tuple[Any, ...]:
    found = database.execute(query).fetchone()
    return tuple(found or ())


def _all(database: "duckdb.DuckDBPyConnection", query: str) -> list[tuple[Any, ...]]:
    return list(database.execute(query).fetchall())


def has_words(name: str, *words: str) -> bool:
    """Whether a column's name has one of these words: signup_date and signupDate have `date`."""
    parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()
    return bool(set(re.split(r"[^a-z]+", parts)) & set(words))
