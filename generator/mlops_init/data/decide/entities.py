"""Decides which customer, device or the like a row is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..decision import YOUR_CHOICE, Ask, Decision, Question, decide_by_asking
from ..numbers import format_count
from ..read.column import Column, Profile
from ..read.sql import fetch_row, to_number
from ..request import NONE
from .features import is_free_text
from .identifiers import is_code
from .names import is_called_code, is_called_entity, is_called_identifier
from .panels import find_combination, find_panels, is_part_of_time, list_counters
from .personal_data import detect_identity
from .similarity import measure_similarity

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PANEL = "a panel"
MIN_ROWS = 1.02  # of a value, on average
MIN_NAMED, MIN_IDENTIFIED = 5, 11  # values of a column that is called like an entity, or an id
MANY_VALUES = 20
MIN_SIMILARITY, MIN_UNNAMED_SIMILARITY = 0.05, 0.1
MIN_NAMES, MAX_ROWS_OF_A_NAME, MAX_CATEGORIES = 101, 30, 254
MAX_CORRELATION = 0.95
MIN_TRAITS = 2  # columns of numbers with one value for each entity
MIN_EVALUATED = 15  # one in three is in the holdout, and the gate needs five


@dataclass(frozen=True)
class Rows:
    """The rows whose entity is sought."""

    database: "DuckDBPyConnection"
    profile: Profile
    target: Column
    time: str
    is_class: bool

    def similarity(self, column: Column) -> float:
        return measure_similarity(self.database, column, self.target, is_class=self.is_class)


def decide_entity(rows: Rows, taken: set[str], requested: str | None, ask: Ask) -> Decision:
    """What a row is about, for example a customer: whole ones are in the holdout."""
    if requested == NONE:
        return Decision(reason=YOUR_CHOICE)
    if requested:
        return Decision(requested, YOUR_CHOICE)
    columns = [each for each in rows.profile.columns if each.name not in taken]
    finders: tuple[Callable[[Rows, list[Column]], dict[str, str]], ...] = (
        _find_identifiers,
        _find_panels,
        _find_combination if rows.time else _find_named,
        _find_named if rows.time else _find_described,
        *(() if rows.time else (_find_repeated_names,)),
    )
    for find in finders:
        if reasons := find(rows, columns):
            return _choose(rows, reasons, ask, is_sure=find is _find_identifiers)
    return Decision(reason="no identifier repeats")


def _choose(rows: Rows, reasons: dict[str, str], ask: Ask, *, is_sure: bool) -> Decision:
    """The first of these columns, or the one that the user chooses."""
    name, reason = next(iter(reasons.items()))
    if is_sure and len(reasons) == 1:
        return Decision(name, reason)
    values = {each: rows.profile.column(each).distinct for each in [*reasons][:5]}
    question = Question(
        "--entity",
        f"{name} is {reason}. What is a row about?",
        (
            *((each, format_count(count, "value")) for each, count in values.items()),
            (NONE, "nothing repeats: use these columns as features"),
        ),
    )
    return decide_by_asking(ask, question, reason)


def _repeats(column: Column) -> bool:
    is_complete = column.filled == column.rows and column.kind in ("text", "number")
    return is_complete and column.distinct >= MIN_NAMED and _rows_per_value(column) > MIN_ROWS


def _rows_per_value(column: Column) -> float:
    return column.rows / column.distinct


def _find_identifiers(rows: Rows, columns: list[Column]) -> dict[str, str]:
    """Persons and things first, then other identifiers."""
    called = [
        each
        for each in columns
        if _repeats(each)
        and is_called_identifier(each.name)
        and not is_called_code(each.name)
        and (each.kind == "text" or each.is_whole)
        and each.distinct >= (MIN_NAMED if is_called_entity(each.name) else MIN_IDENTIFIED)
    ]
    called.sort(key=lambda each: not is_called_entity(each.name))
    return {each.name: "an identifier that repeats" for each in called}


def _find_panels(rows: Rows, columns: list[Column]) -> dict[str, str]:
    candidates = [each for each in columns if _repeats(each) and not is_code(each)]
    time = [rows.profile.column(rows.time)] if rows.time else []
    panels = find_panels(rows.database, candidates, time or list_counters(columns))
    names = [*panels]
    if len(names) > 1:
        names.sort(key=lambda name: -rows.similarity(rows.profile.column(name)))
    kind = PANEL if rows.time else "repeated measurements"
    return {name: f"{kind}: each {name} has one row per {panels[name]}" for name in names}


def _find_combination(rows: Rows, columns: list[Column]) -> dict[str, str]:
    """The broadest of several columns that have one row at each time together."""
    candidates = [
        each for each in columns if each.filled == each.rows and not is_part_of_time(each)
    ]
    levels = find_combination(rows.database, candidates, rows.profile.column(rows.time))
    broad = [each for each in levels if each.distinct >= MIN_NAMED]
    names = " and ".join(each.name for each in levels)
    reason = f"{PANEL}: each combination of {names} has one row per {rows.time}"
    return {each.name: reason for each in broad}


def _find_named(rows: Rows, columns: list[Column]) -> dict[str, str]:
    """`rider` or `machine`, if many of them repeat or if the target depends on it."""
    return {
        each.name: f"called like a thing that rows are about, in {_describe_rows(each)}"
        for each in columns
        if is_called_entity(each.name)
        and _repeats(each)
        and (each.kind == "text" or each.is_whole)
        and (each.distinct > MANY_VALUES or rows.similarity(each) >= MIN_SIMILARITY)
    }


def _describe_rows(column: Column) -> str:
    return f"{format_count(round(_rows_per_value(column)), 'row')} each"


def _find_described(rows: Rows, columns: list[Column]) -> dict[str, str]:
    """Numbers or words on which other numbers depend, as age and weight depend on the person."""
    return {
        each.name: f"what {' and '.join(traits[:3])} depend on, in {_describe_rows(each)}"
        for each in columns
        if _may_be_entity(each)
        and rows.similarity(each) >= MIN_UNNAMED_SIMILARITY
        and len(traits := [*_list_traits(rows, each, columns)]) >= MIN_TRAITS
    }


def _may_be_entity(column: Column) -> bool:
    is_name = column.kind == "text" and not is_free_text(column)
    is_number = column.kind == "number" and column.is_whole and column.min >= 0
    return (
        (is_name or (is_number and not is_code(column)))
        and _repeats(column)
        and _rows_per_value(column) >= MIN_TRAITS
        and not is_part_of_time(column)
    )


def _list_traits(rows: Rows, entity: Column, columns: list[Column]) -> list[str]:
    """Columns of many different numbers, each with one value for each entity."""
    numbers = [
        each
        for each in columns
        if each.kind == "number"
        and each.name != entity.name
        # With fewer values it describes something broader.
        and max(MIN_NAMED, 0.5 * entity.distinct) <= each.distinct <= 1.1 * entity.distinct
    ]
    return [each.name for each in numbers if _is_trait(rows, entity, each)]


def _is_trait(rows: Rows, entity: Column, number: Column) -> bool:
    query = (
        f"SELECT count(DISTINCT ({entity.cell}, {number.cell})), count(DISTINCT {entity.cell}), "
        f"abs(corr({to_number(entity.cell)}, {number.sql_value})) FROM cells"
    )
    pairs, entities, correlation = fetch_row(rows.database, query)
    is_conversion = correlation is not None and correlation > MAX_CORRELATION  # of units
    return bool(pairs == entities and not is_conversion)


def _find_repeated_names(rows: Rows, columns: list[Column]) -> dict[str, str]:
    """Many words that repeat, such as the artists of songs."""
    return {
        each.name: f"{format_count(each.distinct, 'name')} that repeat, "
        "and rows of one of them are alike"
        for each in columns
        if each.kind == "text"
        and _may_be_entity(each)
        and each.distinct >= MIN_NAMES
        and (each.distinct > MAX_CATEGORIES or _rows_per_value(each) <= MAX_ROWS_OF_A_NAME)
        and rows.similarity(each) >= MIN_UNNAMED_SIMILARITY
    }


def is_also_feature(column: Column, entity: Decision) -> bool:
    """Whether later periods are about the same entities, so that a model learns each of them."""
    return entity.reason.startswith(PANEL) or column.distinct <= MAX_CATEGORIES


def note_entity(entity: Decision, profile: Profile, time: str, unit: str) -> list[str]:
    """What the entity means for the printed error; `unit` is whose rows are resampled."""
    if not entity.value:
        return []
    name, count = entity.value, profile.column(entity.value).distinct
    if time:
        is_combination = entity.reason.startswith(f"{PANEL}: each combination")
        whose = f"whole values of {name}" if unit == "entity" else f"each {unit} as a whole"
        interval = f"The interval of the error resamples {whose}, and treats them as independent."
        return [f"{name} is {entity.reason}. {interval}"] if is_combination else []
    notes = [
        f"Rows with the same {name} are together in training or in the holdout, so the error is "
        f"that for a new {name}; {name} is no feature. Pass --entity {NONE} if every {name} is "
        "already in the data."
    ]
    if count < MIN_EVALUATED:
        notes.append(
            f"There are {count} different values of {name}, and one in three is in the holdout: "
            "the interval of the error is wide, and the gate of level 3 needs five in the holdout."
        )
    if kind := detect_identity(profile.column(name)):
        notes.append(
            f"{name} looks like {kind}, and predictions are stored with it: replace it by a number."
        )
    return notes
