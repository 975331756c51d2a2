"""Detects the format of the dates in a column."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..question import Ask, Question, accept_proposal
from .date_formats import list_possible_formats, parse
from .number_dates import WEEK_WORDS, may_be_compact
from .sql import DATE_WORDS, fetch_row, fetch_rows, to_date
from .unread_times import are_fiscal_years

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .column import Column

SAMPLE = 1000  # cells that are tried before all cells are counted
WORD_PATTERNS = {
    "quarter": r"\d{4}[- ]?[Qq][1-4]|[Qq][1-4][- /]?\d{4}",
    "week": r"\d{4}[- ]?[Ww]\d\d",
}
WEEK_NUMBERS = r"(19|20)\d\d(0[1-9]|[1-4]\d|5[0-3])"  # weeks if the name says so
assert {*WORD_PATTERNS} <= {*DATE_WORDS}
# A reading is certain if this share of the time has even steps, and more than in any other one.
MIN_REGULARITY, MIN_DIFFERENCE = 0.9, 0.2
MIN_ORDERED = 20  # so many dates are not in the order of time by chance


@dataclass(frozen=True)
class DateFormat:
    """The format of every cell of a column, and why it is this one of several."""

    format: str
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Reading:
    """The dates that a sample of cells has in a format."""

    format: str
    dates: tuple[datetime, ...]

    @cached_property
    def is_past(self) -> bool:
        return max(self.dates) <= datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)

    @cached_property
    def regularity(self) -> float:
        return measure_regularity([*self.dates])

    @cached_property
    def steps_back(self) -> int:
        """How many dates are earlier than the one before them."""
        return sum(later < earlier for earlier, later in pairwise(self.dates))

    @property
    def is_ordered(self) -> bool:
        return not self.steps_back and len({*self.dates}) >= MIN_ORDERED

    def score(self) -> tuple[Any, ...]:
        """The larger, the likelier. Two digits at the beginning are mostly a day and no year."""
        day_first = not self.format.startswith("%y")
        is_regular = self.regularity >= MIN_REGULARITY
        likely = (self.is_past, is_regular, self.is_ordered, day_first)
        return (*likely, self.regularity, -self.steps_back)


def detect_date_format(
    database: "DuckDBPyConnection", column: "Column", ask: Ask = accept_proposal
) -> DateFormat | None:
    """The format of every cell. If several fit, the one with an even step between the rows."""
    cell = column.cell
    query = f"SELECT {cell} FROM cells WHERE {cell} IS NOT NULL LIMIT {SAMPLE}"
    sample = [str(row[0]) for row in fetch_rows(database, query)]
    possible = [
        form
        for form in _list_possible(column, sample)
        if fetch_row(database, f"SELECT count({to_date(cell, form)}) FROM cells")
        == (column.filled,)
    ]
    if not possible:
        return None
    return _choose(sample, possible, column.name, ask)


def _list_possible(column: "Column", sample: list[str]) -> list[str]:
    for word, pattern in WORD_PATTERNS.items():
        if all(re.fullmatch(pattern, text) for text in sample):
            return [word]
    if column.name_has(*WEEK_WORDS) and all(re.fullmatch(WEEK_NUMBERS, text) for text in sample):
        return ["week"]
    if are_fiscal_years(sample):
        return []
    return [form for form in list_possible_formats(sample) if may_be_compact(column, form)]


def _choose(sample: list[str], possible: list[str], name: str, ask: Ask) -> DateFormat:
    """Of several readings, the only one of which the dates are as dates of rows are."""
    by_dates: dict[tuple[datetime, ...], Reading] = {}
    for form in possible if possible[0] not in DATE_WORDS else []:
        dates = tuple(date for text in sample if (date := parse(text, form)))
        by_dates.setdefault(dates, Reading(form, dates))
    if len(by_dates) < 2:
        return DateFormat(possible[0])
    best, *others = sorted(by_dates.values(), key=Reading.score, reverse=True)
    formats = [each.format for each in others]
    if reason := _find_reason(best, others):
        reason = f"{best.format} and not {' or '.join(formats)}, because {reason}"
        note = f"{name} is read as {reason}. {_name_option(name, formats)}"
        return DateFormat(best.format, reason, note)
    return _ask(sample, [best, *others], name, ask)


def _find_reason(best: "Reading", others: list["Reading"]) -> str:
    """Why the best reading is right; empty if another one may be right."""
    if best.is_past and not any(each.is_past for each in others):
        return "only then no date is in the future"
    even = max(each.regularity for each in others)
    if best.regularity >= MIN_REGULARITY and best.regularity - even > MIN_DIFFERENCE:
        return "only then the step between rows is even"
    is_ordered = best.is_ordered and not any(each.is_ordered for each in others)
    return "only then the rows are in the order of time" if is_ordered else ""


def _ask(sample: list[str], readings: list["Reading"], name: str, ask: Ask) -> DateFormat:
    best, second, *_ = (each.dates for each in readings)
    place = next(n for n, date in enumerate(best) if date != second[n])
    meanings = {each.format: f"{each.dates[place]:%d %B %Y}" for each in readings}
    doubt = f"{sample[place]} in {name} can be {' or '.join(dict.fromkeys(meanings.values()))}"
    question = Question(f"--date-format {name}", f"{doubt}. Which is it?", tuple(meanings.items()))
    answer = ask(question)
    option = _name_option(name, [form for form in meanings if form != answer])
    note = f"{doubt}, and the file does not decide it. It is read as {answer}. {option}"
    return DateFormat(answer, f"{answer}, although the file does not decide it", note)


def note_century(column: "Column") -> "Column":
    """With a note if dates of which the year has two digits may be of another century."""
    now = datetime.now(UTC).replace(tzinfo=None)
    if "%y" not in (column.date_format or "") or not column.min <= now < column.max:
        return column
    note = (
        f"{column.name} has dates until {column.max:%Y-%m-%d}, because the years 00 to 68 are read "
        "as 2000 to 2068: write years of four digits if the dates are older."
    )
    return replace(column, notes=(*column.notes, note))


def _name_option(name: str, others: list[str]) -> str:
    options = " or ".join(f"--date-format '{name}={form}'" for form in others)
    return f"Pass {options} if that is wrong."


def measure_regularity(dates: list[datetime]) -> float:
    """The share of the whole time that the most frequent step between different dates covers."""
    days = sorted(set(dates))
    lengths = [(later - earlier).total_seconds() / 86400 for earlier, later in pairwise(days)]
    steps = Counter(map(name_step, lengths))
    usual = max(steps, key=lambda step: steps[step], default=None)
    covered = sum(length for length in lengths if name_step(length) == usual)
    return covered / sum(lengths) if lengths else 0.0


def name_step(days: float) -> object:
    """Steps of a month, a quarter or a year have different lengths."""
    for name, shortest, longest in (("month", 28, 31), ("quarter", 90, 92), ("year", 365, 366)):
        if shortest <= days <= longest:
            return name
    return round(days, 6)
