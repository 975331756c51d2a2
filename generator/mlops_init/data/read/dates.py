"""Detects the format of the dates in a column."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, product
from typing import TYPE_CHECKING

from ..question import Ask, Question, accept_proposal
from .sql import DATE_WORDS, fetch_row, fetch_rows, to_date

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .column import Column

SAMPLE = 1000  # cells that are tried before all cells are counted
DAYS = (
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d"),
    *("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%Y%m%d", "%Y.%m.%d"),
    *("%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d %Y", "%b %d, %Y", "%d-%B-%Y", "%d %B %Y"),
    *("%B %d, %Y", "%B %d %Y", "%b-%d-%Y", "%d/%b/%Y", "%Y-%b-%d"),
)
TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
MONTHS = ("%Y-%m", "%Y/%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%YM%m")
FORMATS = (
    *(*DAYS, *MONTHS),
    *(f"{day}{gap}{time}" for day, gap, time in product(DAYS, (" ", "T"), TIMES)),
)
WORD_PATTERNS = {"quarter": r"\d{4}[- ]?[Qq][1-4]", "week": r"\d{4}[- ]?[Ww]\d\d"}
assert {*WORD_PATTERNS} <= {*DATE_WORDS}
# Numbers are dates only where the name says so: (words of the name, format, smallest, largest).
DATE_NAMES = ("date", "datetime", "time", "timestamp", "ts", "epoch", "created", "at", "day")
NUMBER_FORMATS = (
    ("epoch_s", 3e8, 4.1e9),  # 1979 to 2099
    ("epoch_ms", 3e11, 4.1e12),
    ("excel", 20_000, 73_000),  # 1954 to 2099
)
YEAR_NAMES = ("year", "yr", "date", "period", "time", "jahr")


@dataclass(frozen=True)
class DateFormat:
    """The format of every cell of a column, and why it is this one of several."""

    format: str
    reason: str = ""
    note: str = ""


def detect_date_format(
    database: "DuckDBPyConnection", cell: str, name: str, filled: int, ask: Ask = accept_proposal
) -> DateFormat | None:
    """The format of every cell. If several fit, the one with an even step between the rows."""
    query = f"SELECT {cell} FROM cells WHERE {cell} IS NOT NULL LIMIT {SAMPLE}"
    sample = [str(row[0]) for row in fetch_rows(database, query)]
    possible = [
        form
        for form in _list_possible(sample)
        if fetch_row(database, f"SELECT count({to_date(cell, form)}) FROM cells") == (filled,)
    ]
    if len(possible) < 2:
        return DateFormat(possible[0]) if possible else None
    return _choose(sample, possible, name, ask)


def _list_possible(sample: list[str]) -> list[str]:
    for word, pattern in WORD_PATTERNS.items():
        if all(re.fullmatch(pattern, text) for text in sample):
            return [word]
    if not any(sign in sample[0] for sign in "./-, ") and not re.fullmatch(
        r"\d{8}|\d{4}M\d\d", sample[0]
    ):
        return []
    # A few cells rule out most formats, which saves the rest of the work.
    possible = [form for form in FORMATS if all(parse(text, form) for text in sample[:20])]
    return [form for form in possible if all(parse(text, form) for text in sample)]


def parse(text: str, form: str) -> datetime | None:
    try:
        date = datetime.strptime(text, form)
    except ValueError:
        return None
    # Eight digits may be a number: only as a recent year they are a date.
    is_date = form != "%Y%m%d" or (len(text) == 8 and 1900 <= date.year <= 2100)
    return date if is_date else None


def _choose(sample: list[str], possible: list[str], name: str, ask: Ask) -> DateFormat:
    """Of several formats, the one in which the rows have the most regular step."""
    dates = {form: [date for text in sample if (date := parse(text, form))] for form in possible}
    score = {
        form: (measure_regularity(dates[form]), -_count_steps_back(dates[form]))
        for form in possible
    }
    best, second, *_ = sorted(possible, key=lambda form: score[form], reverse=True)
    if dates[best] == dates[second]:
        return DateFormat(best)
    if score[best][0] >= 0.9 and score[best][0] - score[second][0] > 0.2:
        reason = f"{best} and not {second}, because only then the step between rows is even"
        note = f"{name} is read as {reason}. {_name_option(name, best, [second])}"
        return DateFormat(best, reason, note)
    place = next(n for n, date in enumerate(dates[best]) if date != dates[second][n])
    meanings = {form: f"{dates[form][place]:%d %B %Y}" for form in (best, second)}
    doubt = f"{sample[place]} in {name} can be {meanings[best]} or {meanings[second]}"
    question = Question(f"--date-format {name}", f"{doubt}. Which is it?", tuple(meanings.items()))
    answer = ask(question)
    option = _name_option(name, answer, possible)
    note = f"{doubt}, and the file does not decide it. It is read as {answer}. {option}"
    return DateFormat(answer, f"{answer}, although the file does not decide it", note)


def _name_option(name: str, chosen: str, possible: list[str]) -> str:
    other = next(form for form in possible if form != chosen)
    return f"Pass --date-format '{name}={other}' if that is wrong."


def _count_steps_back(dates: list[datetime]) -> int:
    """How many dates are earlier than the one before them."""
    return sum(later < earlier for earlier, later in pairwise(dates))


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


def detect_number_format(column: "Column", low: float, high: float) -> str | None:
    """The format in which these numbers are dates, if the name of the column says so."""
    if column.is_whole and column.name.lower() in YEAR_NAMES and low >= 1500 and high <= 2150:
        return "%Y"
    if not column.name_has(*DATE_NAMES):
        return None
    fits = (form for form, least, most in NUMBER_FORMATS if least <= low and high <= most)
    return next(fits, None)
