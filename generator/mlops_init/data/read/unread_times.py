"""Recognises times that are written in a way that is not read, so that the screen can say so."""

import re
from typing import TYPE_CHECKING

from .column import Column
from .number_dates import EPOCHS, MONTH_WORDS, YEAR_NAMES, is_called_time
from .sql import fetch_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE = 200
TWO_DIGITS = "a year of two digits"
MAX_MONTH_NAMES = 24
WORD = r"[^\W\d_]{3,12}\.?"
UNREAD = {  # what the cells are -> how each of them is written
    "a fiscal year": r"FY ?'?(\d\d){1,2}([/-](\d\d){1,2})?",
    "a duration in months or years": r"-?P(\d+[YMW])+(\d+D)?(T(\d+[HMS])+)?",
    "a day of a week": r"\d{4}-?W\d\d-?[1-7]",
    "a day of a year": r"(19|20)\d\d-[0-3]\d\d",
    "the time between two dates": r"\d{4}-\d\d-\d\d\S* ?(/|to|\u2013|-|\.\.) ?\d{4}-\d\d-\d\d\S*",
    "a time in a zone with a name": r"\d.*\d:\d\d.*( ?[A-Z]{3,4}|\[\w+/\w+\])",
    "a date with the day before the month": r"\d{4}-[0-3]\d-[01]\d",
    "a time of the day with AM or PM": r"\d{1,2}(:\d\d){0,2} ?[AaPp]\.?[Mm]\.?",
}
# The same, of columns that are called like a time.
UNREAD_IF_NAMED = {
    "a date with the name of a month": rf"(\d{{1,2}}\.? )?{WORD} \d{{2,4}}|\d{{4}} {WORD}",
    TWO_DIGITS: r"\d{1,2}[-/.]\d\d|'\d\d",
    "a date of an unknown format": r"(?=.*\d).*\d.*\d.*",
}
FISCAL_YEAR = re.compile(r"(\d{4})[/-](\d\d){1,2}")


def find_unread_time(database: "DuckDBPyConnection", column: Column) -> str:
    """What the cells seem to be, if they seem to be times; else empty."""
    if column.kind == "number":
        return _find_unread_numbers(column)
    query = f"SELECT {column.cell} FROM cells WHERE {column.cell} IS NOT NULL LIMIT {SAMPLE}"
    texts = [str(text) for (text,) in fetch_rows(database, query)]
    if are_fiscal_years(texts):
        return "a fiscal year"
    named = is_called_time(column) or column.name_has(*MONTH_WORDS, *YEAR_NAMES)
    patterns = UNREAD | (UNREAD_IF_NAMED if named else {})
    return next((what for what, each in patterns.items() if _fits(each, texts)), "")


def _fits(pattern: str, texts: list[str]) -> bool:
    return all(re.fullmatch(pattern, text) for text in texts)


def are_fiscal_years(texts: list[str]) -> bool:
    """Whether these are years such as 2000/01 and 2001/02, which could be months as well."""
    years = [FISCAL_YEAR.fullmatch(text) for text in {*texts}]
    return len(years) > 2 and all(
        year and (int(year[1]) + 1) % 100 == int(year[2]) % 100 for year in years
    )


def _find_unread_numbers(column: Column) -> str:
    """Numbers that are called like times, or as large as those of recent years are."""
    if column.number_format or column.number_as_date or column.name.lower() == "day":
        return ""
    for form, _, most in EPOCHS:
        unit = most / 4.1  # a thousand million of these units is the year 2001
        if column.is_whole and unit <= column.min and column.max <= 2 * unit:
            return f"the time since 1970 ({form})"
    is_year = column.name.lower() in YEAR_NAMES
    if is_year and column.is_whole and 0 <= column.min <= column.max <= 99:
        return TWO_DIGITS
    return "a number that is no date" if is_called_time(column) or is_year else ""
