"""What a date is: ISO 8601, or the one other format that conf/data.yml declares; and durations."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, WithJsonSchema

if TYPE_CHECKING:  # a server with a compiled model never imports pandas
    import pandas as pd

ISO_DATE = r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d(:?\d\d)?)?)?"
NUMBER = r"(\d+(?:\.\d+)?) ?"
CLOCK = r"(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?"
UNITS = (
    rf"(?:{NUMBER}h(?:ours?|rs?)?)?,? ?(?:{NUMBER}m(?:in(?:ute)?s?)?)?,? ?"
    rf"(?:{NUMBER}s(?:ec(?:ond)?s?)?)?"
)
# 1:02:03, 10:30 (hours and minutes), 2 days 00:00:01, 90 min, 1h 30m or PT1H30M
DURATION = rf"([+-]?)P?(?:{NUMBER}d(?:ays?)?,?)?[ T]*([+-]?)(?:{CLOCK}|{UNITS})"
SECONDS = {1: 86400, 3: 3600, 4: 60, 5: 1, 6: 3600, 7: 60, 8: 1}  # of each group of the pattern
QUARTERS = ("quarter", "qtr")  # the names of a column that gives a quarter of the year
FIRST_MONTHS = {"1": "01", "2": "04", "3": "07", "4": "10"}  # of the quarters
FIRST_YEAR, LAST_YEAR = 1700, 2199  # pandas holds somewhat more


def iso_date(text: str) -> str:
    """A date of a request, in UTC and without a zone; ValueError if it is not in ISO 8601."""
    if not re.fullmatch(ISO_DATE, text, re.ASCII):
        raise ValueError("write a date in ISO 8601, for example 2024-08-20T09:30:00Z")
    date = datetime.fromisoformat(text.upper())
    # The year before the conversion to UTC: at the ends of the calendar that overflows.
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise ValueError(f"the year must be from {FIRST_YEAR} to {LAST_YEAR}")
    return (date.astimezone(UTC).replace(tzinfo=None) if date.tzinfo else date).isoformat()


IsoDate = Annotated[
    str,
    AfterValidator(iso_date),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": r"^(1[7-9]|2[01])\d\d-"}),
]


def read_dates(text: pd.Series, date_format: str | None) -> pd.Series:
    """Dates in UTC without a zone; a text that is no date of this format is missing.

    ISO 8601 is always read, because a request and the log have it whatever the files have.
    """
    import pandas as pd

    iso = text.where(text.str.fullmatch(ISO_DATE).fillna(False).astype(bool))
    dates = pd.to_datetime(iso.str.upper(), format="ISO8601", errors="coerce", utc=True)
    if date_format and dates.isna().any():
        rest = text.where(dates.isna())
        read = READERS.get(date_format)
        dates = dates.fillna(read(rest) if read else parse(rest, date_format))
    dates = dates.dt.tz_localize(None).dt.as_unit("ms")
    return dates.where(dates.dt.year.between(FIRST_YEAR, LAST_YEAR))


def parse(text: pd.Series, date_format: str) -> pd.Series:
    import pandas as pd

    return pd.to_datetime(text, format=date_format, errors="coerce", utc=True)


def join_parts(texts: dict[str, pd.Series]) -> pd.Series:
    """Dates in ISO 8601 from columns with the year, month, day, hour and minute, as far as given.

    A column that is called quarter instead of month gives its first month.
    """
    text, *parts = (
        column.str.lstrip("0").map(FIRST_MONTHS) if name.casefold() in QUARTERS else column
        for name, column in texts.items()
    )
    for before, part in zip("--T:", parts, strict=False):
        text = text + before + part.str.zfill(2)
    return text + {0: "-01-01", 1: "-01", 3: ":00"}.get(len(parts), "")


def read_quarters(text: pd.Series) -> pd.Series:
    parts = text.str.extract(r"^(?:(\d{4})[- ]?[Qq]([1-4])|[Qq]([1-4])[- /]?(\d{4}))$")
    month = parts[1].fillna(parts[2]).map(FIRST_MONTHS)
    return parse(parts[0].fillna(parts[3]) + month, "%Y%m")


def read_weeks(text: pd.Series) -> pd.Series:
    parts = text.str.extract(r"^(\d{4})[- ]?[Ww]?(\d\d)$")
    return parse(parts[0] + " " + parts[1] + " 1", "%G %V %u")


def count_from(origin: str, unit: str) -> Callable[[pd.Series], pd.Series]:
    """A reader of numbers that count days or seconds from a moment."""

    def read(text: pd.Series) -> pd.Series:
        import pandas as pd

        numbers = pd.to_numeric(text, errors="coerce").astype("float64")
        start = pd.Timestamp(origin, tz="UTC")
        return pd.to_datetime(numbers, unit=unit, origin="unix", errors="coerce", utc=True) + (
            start - pd.Timestamp(0, tz="UTC")
        )

    return read


def read_durations(column: pd.Series) -> pd.Series:
    """Seconds. A number is one already, as in a request."""
    import pandas as pd

    if column.dtype.kind == "m":
        return column.dt.total_seconds()
    seconds = pd.to_numeric(column, errors="coerce").astype("float64")
    text = column.where(seconds.isna()).astype("str").str.strip()
    groups = text.str.extract(f"(?i)^{DURATION}$")
    sign = groups[0].eq("-").map({True: -1, False: 1})
    sign_of_time = groups[2].map({"-": -1, "+": 1}).fillna(sign)
    days, *time = (
        groups[group].astype("float64").fillna(0) * each for group, each in SECONDS.items()
    )
    durations = sign * days + sign_of_time * sum(time)
    is_duration = groups[0].notna() & text.str.contains(r"\d").fillna(False)
    return seconds.fillna(durations.where(is_duration.astype(bool)))


# Formats that strftime codes cannot describe, by the word that declares them.
READERS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "quarter": read_quarters,  # 2013Q2 or Q2 2013
    "week": read_weeks,  # 2013-W05 or 201305, its Monday
    "epoch_s": count_from("1970-01-01", "s"),
    "epoch_ms": count_from("1970-01-01", "ms"),
    "epoch_us": count_from("1970-01-01", "us"),
    "epoch_ns": count_from("1970-01-01", "ns"),
    "excel": count_from("1899-12-30", "D"),
}
