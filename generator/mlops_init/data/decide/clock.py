"""Which column is the time, and into which periods it is cut."""

from datetime import UTC, datetime, timedelta

from ...errors import RefusedError
from ..decision import Question
from ..read.profile import Column, Profile, has_words
from ..request import NONE, Wishes

# Fewer days, and whole days cannot be held back from models.
LEAST_DAYS = 20
LEAST_PERIODS = 6  # three to begin with, three to be watched
MOST_MONTHS, MOST_QUARTERS = 36, 40
TIMELY = ("time", "timestamp", "date", "day", "created", "at", "when", "month", "datetime", "ts")
ABOUT_PEOPLE = ("birth", "birthday", "dob", "birthdate", "born")


def time_of(
    profile: Profile, target: str, wishes: Wishes
) -> tuple[Column | None, str, list[Question]]:
    """(the column, why, what to ask if unsure)."""
    dates = [column for column in profile.columns if column.kind == "date"]
    dates = [column for column in dates if column.name != target]
    if wishes.time == NONE:
        return None, "as you said", []
    if wishes.time:
        return _wanted(profile, wishes.time), "as you said", []
    able = [column for column in dates if _able(column)]
    if not able:
        return None, _why_none(dates), []
    able.sort(key=lambda column: not has_words(column.name, *TIMELY))
    first = able[0]
    if len(able) == 1:
        return _past(first), "the only column of dates that every row has", []
    meaning = ((column.name, f"{column.days:,} days") for column in able[:5])
    asked = Question(
        "--time",
        "Which date says when a row happened?",
        (*meaning, (NONE, "rows have no order in time")),
    )
    return _past(first), f"of {len(able)} columns of dates the likeliest by its name", [asked]


def _able(column: Column) -> bool:
    return (
        column.filled == column.rows
        and column.days >= LEAST_DAYS
        and not has_words(column.name, *ABOUT_PEOPLE)
    )


def _why_none(dates: list[Column]) -> str:
    if not dates:
        return "no column holds dates"
    column = dates[0]
    if column.filled < column.rows:
        return f"{column.name} has dates, but {column.rows - column.filled:,} rows have none"
    if column.days < LEAST_DAYS:
        return f"{column.name} has {column.days} different days, too few to hold some back"
    return f"{column.name} says nothing of when a row happened"


def _wanted(profile: Profile, name: str) -> Column:
    if name not in [column.name for column in profile.columns]:
        raise RefusedError(f"--time {name} is no column of {profile.source.path}.")
    column = profile.of(name)
    if column.kind != "date":
        raise RefusedError(f"{name} holds no dates that can be read: name another --time.")
    if column.filled < column.rows:
        empty = column.rows - column.filled
        raise RefusedError(f"{name} is empty in {empty:,} rows: fill it, or name another --time.")
    return _past(column)


def _past(column: Column) -> Column:
    """Rows of tomorrow cannot have happened."""
    newest = column.high.replace(tzinfo=None)
    if newest > datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1):
        raise RefusedError(
            f"{column.name} has dates in the future ({newest:%Y-%m-%d}): correct them, name "
            f"another --time, or say --time {NONE}"
        )
    return column


def period_of(column: Column, wanted: str | None) -> tuple[str, str]:
    """(period, why): as long as leaves enough of them, and no more than can be played."""
    if wanted:
        return wanted, "as you said"
    low, high = column.low, column.high
    months = (high.year - low.year) * 12 + high.month - low.month + 1
    weeks = (high - low).days // 7 + 1
    if months > MOST_MONTHS:
        period = "quarter" if months / 3 <= MOST_QUARTERS else "year"
        return period, f"{months} months would be many"
    if months >= LEAST_PERIODS:
        return "month", f"there are {months} of them"
    if weeks >= LEAST_PERIODS:
        return "week", f"{months} months would be few"
    return "day", f"{weeks} weeks would be few"
