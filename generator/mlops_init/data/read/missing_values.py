"""Finds the words for a missing value that the files hold."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..numbers import format_count
from ..question import Ask, Question
from .sql import fetch_row
from .words import CODE, MISSING_AMONG_NUMBERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .column import Profile
    from .source import Source

MIN_CODES = 3
COLUMNS_PER_QUERY = 100


def find_missing_words(profile: "Profile") -> set[str]:
    """Words that mean a missing value in a column that otherwise holds only numbers or dates."""
    words: set[str] = set()
    for column in profile.columns:
        words |= {word for word, _ in column.words_among_dates}
        column_words = {word for word, _ in column.words_among_numbers}
        if all(word.strip().lower() in MISSING_AMONG_NUMBERS for word in column_words):
            words |= column_words
    return words


def note_missing_dates(
    profile: "Profile", words: dict[str, tuple[tuple[str, int], ...]]
) -> "Profile":
    """The profile with a note about each column in which words mean a missing date."""
    for name, among_dates in words.items():
        if among_dates:
            column = profile.column(name)
            cells = ", ".join(
                f'"{word}" ({format_count(rows, "row")})' for word, rows in among_dates
            )
            note = f"{cells} in {name}, a column of dates, means a missing value in all columns."
            profile = profile.with_column(replace(column, notes=(*column.notes, note)))
    return profile


def decide_about_codes(
    database: "DuckDBPyConnection", source: "Source", missing: tuple[str, ...], ask: Ask
) -> "Source":
    """The source, which knows the columns in which NA is a value. In all others it is missing."""
    codes: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for cell, name in _list_columns_with_code(database, source):
        rows, filled, short, distinct = fetch_row(
            database,
            f"SELECT count_if({cell} = '{CODE}'), count({cell}), "
            f"count_if(regexp_full_match({cell}, '[A-Z]{{2}}')), approx_count_distinct({cell}) "
            "FROM cells",
        )
        looks_like_codes = short == filled and distinct > MIN_CODES and CODE not in missing
        is_value = looks_like_codes and _is_value(name, rows, ask)
        (codes if is_value else others).append((cell, name))
    if others:
        changes = ", ".join(f"{cell} = nullif({cell}, '{CODE}')" for cell, _ in others)
        database.execute(f"UPDATE cells SET {changes}")
    return replace(
        source, code_columns=tuple(name for _, name in codes), is_code_missing=bool(others)
    )


def _list_columns_with_code(
    database: "DuckDBPyConnection", source: "Source"
) -> Iterator[tuple[str, str]]:
    columns = [(f"c{number}", name) for number, name in enumerate(source.names)]
    for start in range(0, len(columns), COLUMNS_PER_QUERY):
        some = columns[start : start + COLUMNS_PER_QUERY]
        counts = ", ".join(f"count_if({cell} = '{CODE}')" for cell, _ in some)
        rows = fetch_row(database, f"SELECT {counts} FROM cells")
        yield from (column for column, found in zip(some, rows, strict=True) if found)


def _is_value(name: str, rows: int, ask: Ask) -> bool:
    question = Question(
        f"--missing {CODE}",
        f"{name} holds codes of two letters, and {CODE} in {rows:,} rows. Is {CODE} a code, too?",
        (("yes", "a value such as the country Namibia"), ("no", "the value is missing")),
    )
    return ask(question) == "yes"
