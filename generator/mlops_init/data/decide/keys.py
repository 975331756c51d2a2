"""Decides which column identifies a row, and which one what a row is about."""

import re
from itertools import product
from typing import TYPE_CHECKING

from ...errors import RefusedError
from ..decision import YOUR_CHOICE, Ask, Decision, Question, decide_by_asking
from ..numbers import format_count
from ..read.column import Column, Profile
from ..read.source import INDEX
from ..read.sql import fetch_row
from ..request import NONE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEY_WORDS = (
    *("id", "key", "uuid", "guid", "nr", "no", "number", "index", "code", "ref", "identifier"),
)
ENTITY_WORDS = ("id", "uuid")
ENTITY_NAMES = (
    *("customer", "client", "patient", "subject", "person", "user", "household", "student"),
    *("device", "machine", "sensor", "account", "employee", "driver", "player"),
)
PANEL = "a panel"
MAX_PARTS_OF_TIME = 31
PARTS_OF_TIME = (
    *("hour", "hr", "minute", "min", "second", "sec", "interval", "period", "time"),
    *("day", "dayofyear", "doy", "yday", "weekday", "week", "month", "quarter", "season"),
)
TIME_OF_DAY = re.compile(r"\d?\d[.:h]\d\d([.:]\d\d)?( ?[APap][Mm])?")
MIN_PANEL_ROWS = 3  # per entity
MIN_ENTITIES = 20  # where rows have no date: fewer values are those of a factor
MIN_COMPLETE = 0.8  # numbers are entities if so many of them have a row at each time


def decide_key(profile: Profile, taken: set[str], requested: str | None, ask: Ask) -> Decision:
    """The column that identifies a row; none of those that are `taken`."""
    if requested == NONE:
        return Decision(reason=YOUR_CHOICE)
    if requested:
        return Decision(_require_key(profile, requested), YOUR_CHOICE)
    candidates = _list_candidates(profile, taken)
    if not candidates:
        return Decision(reason="no column identifies a row")
    if len(candidates) == 1:
        rows = format_count(profile.rows, "row")
        return Decision(candidates[0].name, f"a different value in each of {rows}")
    options = [(column.name, "a different value in each row") for column in candidates[:5]]
    question = Question(
        "--key",
        "Which column identifies a row? It joins predictions with later labels.",
        (*options, (NONE, "no column: use a hash of the row")),
    )
    reason = f"the first of {len(candidates)} columns that identify a row"
    return decide_by_asking(ask, question, reason)


def _list_candidates(profile: Profile, taken: set[str]) -> list[Column]:
    """First the columns that are called like a key, then those that count the rows."""
    unique = [
        column
        for column in profile.columns
        if column.is_unique
        and column.kind in ("number", "text")
        and column.name not in (*taken, INDEX)  # pandas counts the rows of each file again
    ]
    called_key = [column for column in unique if column.name_has(*KEY_WORDS)]
    return called_key + [each for each in unique if _counts_rows(each) and each not in called_key]


def _counts_rows(column: Column) -> bool:
    return (
        column.kind == "number"
        and column.is_whole
        and column.min in (0, 1)
        and column.max - column.min == column.rows - 1
    )


def _require_key(profile: Profile, name: str) -> str:
    if not profile.requested_column("--key", name).is_unique:
        raise RefusedError(
            f"{name} does not identify a row, because values are missing or repeated: "
            f"choose another --key, or --key {NONE}."
        )
    return name


def decide_entity(
    database: "DuckDBPyConnection",
    profile: Profile,
    time: str,
    taken: set[str],
    requested: str | None,
    ask: Ask,
) -> Decision:
    """What a row is about, for example a customer: an identifier that repeats."""
    if requested == NONE:
        return Decision(reason=YOUR_CHOICE)
    if requested:
        return Decision(profile.requested_column("--entity", requested).name, YOUR_CHOICE)
    columns = [each for each in profile.columns if each.name not in taken and _repeats(each)]
    identifiers = [each for each in columns if _names_entity(each)]
    if identifiers:
        return Decision(identifiers[0].name, "an identifier that repeats")
    counters = {time} if time else _list_counters(profile, taken)
    panels = {
        each: counter
        for each, counter in product(columns, counters)
        if _is_panel(database, profile, each, counter)
        and (time or each.distinct > max(MIN_ENTITIES, profile.column(counter).distinct))
    }
    if not panels:
        return Decision(reason="no identifier repeats")
    first, counter = next(iter(panels.items()))
    text = f"each {first.name} has one row per {counter}"
    options = tuple((each.name, format_count(each.distinct, "value")) for each in [*panels][:5])
    question = Question(
        "--entity",
        f"{text[0].upper()}{text[1:]}. What is a row about?",
        (*options, (NONE, "nothing repeats: use these columns as features")),
    )
    return decide_by_asking(ask, question, f"{PANEL if time else 'repeated measurements'}: {text}")


def _list_counters(profile: Profile, taken: set[str]) -> list[str]:
    """Columns that may number the rows of an entity: 1, 2, 3, with a value in each row."""
    return [
        each.name
        for each in profile.columns
        if each.name not in taken
        and (each.kind, each.is_whole, each.filled) == ("number", True, each.rows)
        and MIN_PANEL_ROWS <= each.distinct == each.max - each.min + 1
    ]


def _repeats(column: Column) -> bool:
    return (
        column.filled == column.rows
        and not column.is_unique
        and 1.2 < column.rows / column.distinct < column.rows / 4
    )


def _names_entity(column: Column) -> bool:
    is_called_entity = column.name.lower() in ENTITY_NAMES and column.kind in ("text", "number")
    is_identifier = column.name_has(*ENTITY_WORDS) and column.distinct > 10
    return is_identifier or (is_called_entity and column.distinct > 20)


def _may_number_entities(column: Column) -> bool:
    """Whether its whole numbers are no part of a time, such as the hours of a day."""
    is_named = _names_entity(column) or column.name_has(*KEY_WORDS, *ENTITY_NAMES)
    is_large = column.distinct > MAX_PARTS_OF_TIME and not _is_part_of_time(column)
    return column.kind == "number" and column.is_whole and (is_named or is_large)


def _is_part_of_time(column: Column) -> bool:
    values = [value for value, _ in column.values] if column.kind == "text" else []
    is_time_of_day = bool(values) and all(map(TIME_OF_DAY.fullmatch, values))
    return is_time_of_day or column.name_has(*PARTS_OF_TIME)


def _is_panel(
    database: "DuckDBPyConnection", profile: Profile, column: Column, counter: str
) -> bool:
    """Whether each value has at most one row at each time, and most times have several rows.

    `counter` is the time, or a column that numbers the rows of each value.
    """
    if column.rows / column.distinct < MIN_PANEL_ROWS:
        return False
    if column.kind == "text" and _is_part_of_time(column):
        return False
    if column.kind != "text" and not _may_number_entities(column):
        return False
    cell, is_time = profile.column(counter).cell, profile.column(counter).kind == "date"
    query = f"SELECT count(DISTINCT ({column.cell}, {cell})), count(DISTINCT {cell}) FROM cells"
    pairs, times = fetch_row(database, query)
    complete = column.rows / (column.distinct * times)
    is_named = (is_time and column.kind == "text") or complete >= MIN_COMPLETE
    return bool(pairs == column.rows and times < column.rows / 2 and is_named)
