"""Decides which column says when a row happened, and into which periods time is divided."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ...errors import RefusedError
from ..decision import YOUR_CHOICE, Ask, Decision, Question, decide_by_asking
from ..numbers import format_count
from ..read.column import Column, Profile
from ..read.sql import fetch_row
from ..read.time_parts import BIRTH_WORDS
from ..request import NONE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NO_DATES, EMPTY = "no column holds dates", "is empty in"
MIN_DAYS = 20  # the holdout consists of whole days
MIN_SEASON_DAYS = 729  # two years: what was learned from one year is no season
MIN_SPARSE_DAYS, MIN_SPARSE_STEP = 8, 25
MIN_DATES, MIN_ROWS_OF_A_DATE = 4, 10  # of a panel, and of samples that are drawn again each year
MIN_PERIODS = 6  # three to train on, three to monitor
MAX_MONTHS, MAX_QUARTERS = 36, 40
EDGES_OF_A_YEAR = {(1, 1), (12, 30), (12, 31)}
MIN_GAP = timedelta(days=3650)
TIME_WORDS = (
    *("time", "timestamp", "date", "day", "created", "at", "when", "month", "datetime", "ts"),
)


def decide_time(profile: Profile, target: str, requested: str | None, ask: Ask) -> Decision:
    """The column that says when a row happened."""
    if requested == NONE:
        return Decision(reason=YOUR_CHOICE)
    if requested:
        return Decision(_require_time(profile, requested), YOUR_CHOICE)
    columns = [column for column in profile.columns if column.name != target]
    dates = [column for column in columns if column.kind == "date"]
    # Numbers are years only where no column holds dates.
    dates = dates or [column for column in columns if column.number_as_date]
    candidates = [column for column in dates if _can_be_time(column)]
    candidates.sort(key=lambda column: not column.name_has(*TIME_WORDS))
    if not candidates:
        return Decision(reason=_reason_for_no_time(dates))
    if len(candidates) == 1:
        (column,) = candidates
        _check_proposed(column)
        return Decision(column.name, _reason_for_only_column(column))
    reason = f"the most likely of {len(candidates)} date columns by its name"
    time = decide_by_asking(ask, _time_question(candidates), reason)
    if time.value:
        _check_proposed(profile.column(time.value))
    return time


def _reason_for_only_column(column: Column) -> str:
    if column.time_parts:
        return f"joined from {', '.join(column.time_parts)}"
    return "the only date column without missing values"


def _time_question(candidates: list[Column]) -> Question:
    options = [(column.name, format_count(column.days, "day")) for column in candidates[:5]]
    return Question(
        "--time",
        "Which column says when a row happened?",
        (*options, (NONE, "rows have no time")),
    )


def _can_be_time(column: Column) -> bool:
    # Few dates that lie far apart, such as 15 years, are all dates that such data can have.
    is_sparse = column.number_as_date == "%Y" or column.step_days >= MIN_SPARSE_STEP
    days = column.distinct if column.number_as_date and column.kind == "number" else column.days
    needed = MIN_DAYS
    if is_sparse:
        needed = MIN_DATES if has_many_rows_of_a_date(column, days) else MIN_SPARSE_DAYS
    return column.filled == column.rows and days >= needed and not column.name_has(*BIRTH_WORDS)


def has_many_rows_of_a_date(column: Column, dates: int) -> bool:
    return column.rows >= MIN_ROWS_OF_A_DATE * dates


def decide_unit(time: Column, entity: str) -> str:
    """Whose rows are alike. Where a date is a whole period, days would be too few."""
    if time.step_days < MIN_SPARSE_STEP or not has_many_rows_of_a_date(time, time.days):
        return "day"
    return "entity" if entity else "row"


def _reason_for_no_time(dates: list[Column]) -> str:
    if not dates:
        return NO_DATES
    column = dates[0]
    if column.filled < column.rows:
        empty = format_count(column.rows - column.filled, "row")
        return f"{column.name} {EMPTY} {empty}"
    days = column.days or column.distinct  # of years
    if days < MIN_DAYS:
        return f"{column.name} has {format_count(days, 'date')}, too few for a holdout"
    return f"{column.name} does not say when a row happened"


def _require_time(profile: Profile, name: str) -> str:
    column = profile.requested_column("--time", name)
    if column.problem:
        raise RefusedError(column.problem)
    if column.kind != "date" and not column.number_as_date:
        raise RefusedError(f"{name} holds no dates that can be read: choose another --time column.")
    if column.filled < column.rows:
        empty = format_count(column.rows - column.filled, "row")
        raise RefusedError(f"{name} is empty in {empty}: fill it, or choose another --time column.")
    _check_dates(column)
    return name


def _check_dates(column: Column) -> None:
    if column.problem:
        raise RefusedError(column.problem)
    if column.kind != "date":
        return  # years
    newest = column.max.replace(tzinfo=None)
    if newest > datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1):
        raise RefusedError(
            f"{column.name} has dates in the future ({newest:%Y-%m-%d}): correct them, choose "
            f"another --time column, or pass --time {NONE}."
        )


def _check_proposed(column: Column) -> None:
    """Refuse also a first or last day of a year that some programs write for an unknown date."""
    _check_dates(column)
    oldest, next_one = column.min, column.second_oldest
    if column.kind != "date" or next_one is None or column.days < MIN_DAYS:
        return
    is_edge = (oldest.month, oldest.day) in EDGES_OF_A_YEAR
    if is_edge and next_one - oldest > max(column.max - next_one, MIN_GAP):
        rows, years = format_count(column.oldest_rows, "row"), (next_one - oldest).days // 365
        raise RefusedError(
            f"{column.name} is {oldest:%Y-%m-%d} in {rows}, {years} years before all other dates, "
            f"as if it were unknown: remove these rows, or pass --time {column.name} to keep them, "
            f"or --time {NONE}."
        )


def decide_period(time: Column, requested: str | None) -> Decision:
    """The longest period up to a month that leaves enough of them, longer for many months."""
    if requested:
        return Decision(requested, YOUR_CHOICE)
    oldest, newest = time.min, time.max
    months = (newest.year - oldest.year) * 12 + newest.month - oldest.month + 1
    weeks = (newest - oldest).days // 7 + 1
    in_months = f"the data cover {format_count(months, 'month')}"
    if time.step_days > 80:  # a period has at least one date
        long = time.step_days > 300 or months / 3 > MAX_QUARTERS
        return Decision("year" if long else "quarter", f"one date in {time.step_days:.0f} days")
    if months > MAX_MONTHS:
        return Decision("quarter" if months / 3 <= MAX_QUARTERS else "year", in_months)
    if months >= MIN_PERIODS:
        return Decision("month", in_months)
    if weeks >= MIN_PERIODS:
        return Decision("week", in_months)
    return Decision("day", f"the data cover {format_count(weeks, 'week')}")


def decide_calendar(database: "DuckDBPyConnection", time: Column) -> tuple[str, ...]:
    """The parts of the time that differ between rows, and that come again."""
    value = time.sql_value
    hours, weekdays = fetch_row(
        database,
        f"SELECT count(DISTINCT hour({value})), count(DISTINCT isodow({value})) FROM cells",
    )
    has_seasons = (time.max - time.min).days >= MIN_SEASON_DAYS
    step = time.step_days
    parts = {
        "year": step >= MIN_SPARSE_STEP,  # it does not come again, but levels change slowly
        "month": has_seasons and MIN_SPARSE_STEP <= step < 300,
        "day_of_year": has_seasons and step < MIN_SPARSE_STEP,
        "weekday": weekdays > 1 and step < 6,
        "hour": hours > 1,
    }
    return tuple(part for part, differs in parts.items() if differs)
