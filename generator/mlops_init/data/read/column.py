"""What is known of a table and its columns after every row was read."""

import difflib
import math
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import RefusedError
from .number_format import NumberFormat
from .source import Source
from .sql import to_date, to_number

WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")


def split_words(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters without accents: (signup, date) of signupDate."""
    letters = unicodedata.normalize("NFKD", re.sub(r"\b[nN]°", "no ", name))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return tuple(re.findall(r"[^\W\d_]+", WORD_STARTS.sub(" ", plain).casefold()))


@dataclass(frozen=True)
class Column:
    """One column of the user's data."""

    name: str
    cell: str  # its name in the table that DuckDB holds
    kind: str  # number, boolean, date, text or empty
    rows: int
    filled: int  # rows with a value
    distinct: int  # different values
    is_unique: bool = False  # every row has its own value
    is_whole: bool = False  # numbers without a fraction
    has_leading_zeros: bool = False  # numbers like 007, which are codes
    words_per_text: float = 0.0
    min: Any = None
    max: Any = None
    mean: float = 0.0
    standard_deviation: float = 0.0
    quartiles: tuple[float, ...] = ()
    values: tuple[tuple[str, int], ...] = ()  # (value, rows), the most frequent first
    date_format: str | None = None  # of dates that are not ISO 8601
    number_as_date: str | None = None  # the format in which its numbers may be dates
    number_format: str | None = None  # duration
    time_parts: tuple[str, ...] = ()  # the columns of the files that it is joined from
    reading: str = ""  # why its values are read as they are
    notes: tuple[str, ...] = ()  # sentences about how its values are read
    days: int = 0  # different days, of dates
    oldest_rows: int = 0  # rows with the oldest date
    second_oldest: Any = None  # date
    words_among_numbers: tuple[tuple[str, int], ...] = ()  # (word, rows), where most are numbers
    numeric_rows: int = 0
    number_problem: str = "numbers, but words"  # what a column of numbers and words holds
    is_irregular: bool = False  # some numbers are written in another way than the others
    place: str = ""  # the line or row of the first of those words
    number_like: tuple[str, ...] = ()  # cells such as `12 kg`, where most are like this
    words_among_dates: tuple[tuple[str, int], ...] = ()  # that mean a missing value
    unread: str = ""  # what its cells are, if they seem to be times that are not read
    problem: str = ""  # the sentence that refuses to use its dates

    @property
    def missing(self) -> float:
        """The share of rows without a value."""
        return 1 - self.filled / self.rows

    @property
    def step_days(self) -> float:
        """The average number of days between different dates."""
        days = (self.max - self.min).total_seconds() / 86400 if self.kind == "date" else 0.0
        return float(days / max(1, self.days - 1))

    @property
    def is_infinite(self) -> bool:
        """Whether some of the numbers are infinite."""
        return self.kind == "number" and not math.isfinite(self.max - self.min)

    @property
    def sql_value(self) -> str:
        """The SQL expression of a value of this kind."""
        if self.kind == "number":
            return to_number(self.cell)
        return to_date(self.cell, self.date_format) if self.kind == "date" else self.cell

    def name_has(self, *words: str) -> bool:
        """Whether the name holds one of these words: signup_date and signupDate hold `date`."""
        return not {*self.name_words}.isdisjoint(words)

    @property
    def name_words(self) -> tuple[str, ...]:
        """The words of the name, in their order and in small letters."""
        return split_words(self.name)


@dataclass(frozen=True)
class Profile:
    """What the files hold."""

    source: Source
    rows: int
    columns: tuple[Column, ...]
    numbers: NumberFormat = field(default_factory=NumberFormat)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def time_parts(self) -> tuple[str, ...]:
        """The columns that the time is joined from, if it is."""
        return tuple(part for column in self.columns for part in column.time_parts)

    def without_unused_time(self, time: str) -> "Profile":
        """The same profile without a column of joined times that is not the time of the rows."""
        columns = (each for each in self.columns if each.name == time or not each.time_parts)
        return replace(self, columns=tuple(columns))

    def with_column(self, changed: Column) -> "Profile":
        """The same profile, in which this column is known in another way."""
        columns = (changed if each.name == changed.name else each for each in self.columns)
        return replace(self, columns=tuple(columns))

    def requested_column(self, flag: str, name: str) -> Column:
        """The column that the user names; RefusedError with a suggestion if there is none."""
        name, names = name.strip(), [column.name for column in self.columns]
        if name in names:
            return self.column(name)
        similar = [each for each in names if each.lower() == name.lower()]
        similar = similar or difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        hint = (
            f"did you mean {similar[0]}?" if similar else f"choose one of {', '.join(names[:8])}."
        )
        raise RefusedError(f"{flag} {name} is not a column of {self.source.path}: {hint}")
