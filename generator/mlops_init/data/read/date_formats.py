"""The formats of dates that are recognised, and which of them fit a text."""

import re
from datetime import datetime

FIRST_YEAR, LAST_YEAR = 1700, 2199  # a project accepts no others
DAYS = (
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d"),
    *("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%Y%m%d", "%Y.%m.%d"),
    *("%y.%m.%d", "%y/%m/%d", "%y-%m-%d", "%d. %B %Y", "%d. %b %Y"),
    *("%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d %Y", "%b %d, %Y", "%d-%B-%Y", "%d %B %Y"),
    *("%B %d, %Y", "%B %d %Y", "%b-%d-%Y", "%d/%b/%Y", "%Y-%b-%d", "%d %b %y", "%d%b%Y"),
    *("%a, %d %b %Y", "%a %d %b %Y", "%A, %d %B %Y", "%A, %B %d, %Y"),
)
OTHERS = (
    *("%Y-%m", "%Y/%m", "%m/%Y", "%m-%Y", "%b %Y", "%B %Y", "%b-%Y", "%B-%Y", "%b-%y", "%YM%m"),
    *("%b%Y", "%B%Y", "%Y %b", "%Y %B", "%Y-%b", "%Y%m", "%y%m%d"),
    *("%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ"),
    *("%a %b %d %H:%M:%S %Y", "%Y-%m-%d-%H:%M:%S"),
)
# Of digits alone: the number of digits. Only as recent dates they are no other number.
COMPACT = {"%Y%m": 6, "%y%m%d": 6, "%Y%m%d": 8, "%Y%m%d%H%M": 12, "%Y%m%d%H%M%S": 14}
FIRST_COMPACT_YEAR, LAST_COMPACT_YEAR = 1900, 2100
TIME_OF_DAY = re.compile(
    r".{6,}?(?P<gap>T|, | |:)"
    r"(?P<clock>\d{1,2}:\d\d(:\d\d(\.\d+)?)?|\d{1,2}(?= ?[AaPp][Mm])|(?<=T)\d\d)"
    r"(?P<noon> ?[AaPp][Mm])?(?P<zone>Z| ?UTC| ?GMT| ?[+-]\d\d:?\d\d)?"
)
MIN_DIGITS, MAX_LENGTH = 3, 45  # of a text that may be a date
FEW = 20  # texts that rule out most formats, which saves the rest of the work


def list_possible_formats(texts: list[str]) -> list[str]:
    """The formats that fit all of these texts."""
    few = texts[:FEW]
    if not all(map(may_be_date, few)):
        return []
    possible = [form for form in list_candidates(few) if all(parse(text, form) for text in few)]
    return [form for form in possible if all(parse(text, form) for text in texts)]


def may_be_date(text: str) -> bool:
    return len(text) <= MAX_LENGTH and sum(map(str.isdigit, text)) >= MIN_DIGITS


def list_candidates(texts: list[str]) -> list[str]:
    """The formats that may fit one of these texts: those of days with each time of day."""
    ends = dict.fromkeys(filter(None, map(_describe_time_of_day, texts)))
    return [*DAYS, *OTHERS, *(f"{day}{end}" for end in ends for day in DAYS)]


def _describe_time_of_day(text: str) -> str:
    """The format of the time after the day; empty if there is none."""
    match = TIME_OF_DAY.fullmatch(text)
    if not match:
        return ""
    gap, clock, noon, zone = match.group("gap", "clock", "noon", "zone")
    hour = "%I" if noon else "%H"
    codes = (hour, ":%M", ":%S")[: clock.count(":") + 1]
    end = gap + "".join(codes) + (".%f" if "." in clock else "")
    end += "" if noon is None else " %p" if noon.startswith(" ") else "%p"
    return end + re.sub(r"[+-].*", "%z", zone or "")


def parse(text: str, form: str) -> datetime | None:
    """The date, in UTC and without a zone; None if the text has another format."""
    if form in COMPACT and not (text.isdecimal() and len(text) == COMPACT[form]):
        return None
    try:
        date = datetime.strptime(text, form)
        date = (date - (date.utcoffset() or date.min - date.min)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    years = (FIRST_YEAR, LAST_YEAR)
    if form in COMPACT:
        years = (FIRST_COMPACT_YEAR, LAST_COMPACT_YEAR)
    return date if years[0] <= date.year <= years[1] else None
