"""Decides whether numbers are dates. They are quantities, unless the name says when."""

from datetime import UTC, datetime

from .column import Column
from .date_formats import FIRST_YEAR

# (format, smallest, largest): up to 2099. A smaller number is one only if its name is certain.
EPOCHS = (
    ("epoch_s", 3e8, 4.1e9),
    ("epoch_ms", 3e11, 4.1e12),
    ("epoch_us", 3e14, 4.1e15),
    ("epoch_ns", 3e17, 4.1e18),
)
SMALLER = 1 / 3  # 1973 instead of 1979
EXCEL = (20_000, 73_000)  # 1954 to 2099
CERTAIN_WORDS = ("timestamp", "epoch", "unix", "unixtime", "datetime", "ts")
DATE_WORDS = ("date", "day", "datum", "excel", *CERTAIN_WORDS)
TIME_WORDS = ("time", "at", "created", "updated", "when", *DATE_WORDS)
# Words in the name of a quantity, although it also has one of the words above.
QUANTITY_WORDS = (
    *("diff", "difference", "delta", "duration", "elapsed", "between", "since", "until", "left"),
    *("response", "reaction", "run", "wait", "waiting", "process", "processing", "travel", "trip"),
    *("service", "lead", "cycle", "spent", "remaining", "flight", "air", "lap", "play", "watch"),
    *("per", "price", "cost", "rate", "ratio", "count", "total", "sum", "num", "number", "nr"),
    *("avg", "average", "mean", "median", "min", "max", "std", "score", "value", "amount", "size"),
    *("revenue", "sales", "volume", "hours", "minutes", "days", "length", "age", "survival"),
)
YEAR_NAMES = ("year", "yr", "jahr", "yyyy")
MAYBE_YEAR_NAMES = ("date", "period", "time", "season")
FIRST_PLAUSIBLE_YEAR, MIN_DENSITY = 1900, 0.8
MONTH_WORDS = ("month", "period", "ym", "yyyymm", "yearmonth", "yearmon", "monat", "mnth", "date")
WEEK_WORDS = ("week", "yearweek", "yw", "yyyyww", "kw", "woche")
CODE_WORDS = ("id", "code", "zip", "postcode", "postal", "plz", "key", "nr", "no", "number")
MIN_MONTHS = 12  # so many different months are no coincidence


def detect_number_format(column: Column, low: float, high: float) -> str | None:
    """The format in which these numbers are dates, if the name of the column says so."""
    if column.is_whole and _are_years(column, low, high):
        return "%Y"
    if not is_called_time(column):
        return None
    certain = column.name_has(*CERTAIN_WORDS)
    for form, least, most in EPOCHS:
        if least * (SMALLER if certain else 1) <= low and high <= most:
            return form
    is_excel = column.name_has(*DATE_WORDS) and EXCEL[0] <= low and high <= EXCEL[1]
    return "excel" if is_excel else None


def is_called_time(column: Column) -> bool:
    """Whether the name says when: `order_date` and `created_at`, but not `response_time`."""
    words = column.name_words
    if column.name_has(*QUANTITY_WORDS) or not words:
        return False
    if column.name_has(*CERTAIN_WORDS) or words in (("day",), ("at",)):
        return True
    dates = tuple(word for word in TIME_WORDS if word not in ("day", "at"))
    return words[0] in dates or words[-1] in (*dates, "at")


def _are_years(column: Column, low: float, high: float) -> bool:
    name, newest = column.name.lower(), datetime.now(UTC).year + 1
    if low < FIRST_YEAR or high > newest:
        return False
    # 1230 to 1859 may be times of the day: as years they follow one another.
    follow = column.distinct >= MIN_DENSITY * (high - low + 1)
    is_maybe_year = name in MAYBE_YEAR_NAMES and low >= FIRST_PLAUSIBLE_YEAR and follow
    return name in YEAR_NAMES or is_maybe_year


def may_be_compact(column: Column, form: str) -> bool:
    """Whether six digits are a month or a day in this format, by the name of the column."""
    if form not in ("%Y%m", "%y%m%d"):
        return True
    if form == "%y%m%d":
        return is_called_time(column) or column.name_has("yymmdd")
    is_code = column.name_has(*CODE_WORDS)
    return column.name_has(*MONTH_WORDS) or (column.distinct >= MIN_MONTHS and not is_code)
