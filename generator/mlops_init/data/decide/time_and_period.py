"""Decides which column says when a row happened, and into which periods time is divided."""

from datetime import UTC, datetime, timedelta

from ...errors import RefusedError
from ..decision import YOUR_CHOICE, Ask, Decision, Question, decide_by_asking
from ..numbers import format_count
from ..read.column import Column, Profile
from ..request import NONE

MIN_DAYS = 20  # the holdout consists of whole days
MIN_PERIODS = 6  # three to train on, three to monitor
MAX_MONTHS, MAX_QUARTERS = 36, 40
TIME_WORDS = (
    *("time", "timestamp", "date", "day", "created", "at", "when", "month", "datetime", "ts"),
)
BIRTH_WORDS = ("birth", "birthday", "dob", "birthdate", "born")


def decide_time(profile: Profile, target: str, requested: str | None, ask: Ask) -> Decision:
    """The column that says when a row happened."""
    if requested == NONE:
        return Decision(reason=YOUR_CHOICE)
    if requested:
        return Decision(_require_time(profile, requested), YOUR_CHOICE)
    dates = [each for each in profile.columns if each.kind == "date" and each.name != target]
    candidates = [column for column in dates if _can_be_time(column)]
    candidates.sort(key=lambda column: not column.name_has(*TIME_WORDS))
    if not candidates:
        return Decision(reason=_reason_for_no_time(dates))
    if len(candidates) == 1:
        (column,) = candidates
        _check_not_in_future(column)
        return Decision(column.name, "the only date column without missing values")
    reason = f"the most likely of {len(candidates)} date columns by its name"
    time = decide_by_asking(ask, _time_question(candidates), reason)
    if time.value:
        _check_not_in_future(profile.column(time.value))
    return time


def _time_question(candidates: list[Column]) -> Question:
    options = [(column.name, format_count(column.days, "day")) for column in candidates[:5]]
    return Question(
        "--time",
        "Which column says when a row happened?",
        (*options, (NONE, "rows have no time")),
    )


def _can_be_time(column: Column) -> bool:
    return (
        column.filled == column.rows
        and column.days >= MIN_DAYS
        and not column.name_has(*BIRTH_WORDS)
    )


def _reason_for_no_time(dates: list[Column]) -> str:
    if not dates:
        return "no column holds dates"
    column = dates[0]
    if column.filled < column.rows:
        return f"{column.name} is empty in {format_count(column.rows - column.filled, 'row')}"
    if column.days < MIN_DAYS:
        return f"{column.name} has {format_count(column.days, 'day')}, too few for a holdout"
    return f"{column.name} does not say when a row happened"


def _require_time(profile: Profile, name: str) -> str:
    column = profile.requested_column("--time", name)
    if column.kind != "date":
        raise RefusedError(f"{name} holds no dates that can be read: choose another --time column.")
    if column.filled < column.rows:
        empty = format_count(column.rows - column.filled, "row")
        raise RefusedError(f"{name} is empty in {empty}: fill it, or choose another --time column.")
    _check_not_in_future(column)
    return name


def _check_not_in_future(column: Column) -> None:
    newest = column.max.replace(tzinfo=None)
    if newest > datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1):
        raise RefusedError(
            f"{column.name} has dates in the future ({newest:%Y-%m-%d}): correct them, choose "
            f"another --time column, or pass --time {NONE}."
        )


def decide_period(time: Column, requested: str | None) -> Decision:
    """The longest period up to a month that leaves enough of them, longer for many months."""
    if requested:
        return Decision(requested, YOUR_CHOICE)
    oldest, newest = time.min, time.max
    months = (newest.year - oldest.year) * 12 + newest.month - oldest.month + 1
    weeks = (newest - oldest).days // 7 + 1
    in_months = f"the data cover {format_count(months, 'month')}"
    if months > MAX_MONTHS:
        return Decision("quarter" if months / 3 <= MAX_QUARTERS else "year", in_months)
    if months >= MIN_PERIODS:
        return Decision("month", in_months)
    if weeks >= MIN_PERIODS:
        return Decision("week", in_months)
    return Decision("day", f"the data cover {format_count(weeks, 'week')}")
