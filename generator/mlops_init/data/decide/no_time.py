"""Says why rows have no time, and which columns look like a time that is not read."""

import shlex

from ..decision import ColumnDecision, Decision
from ..read.unread_times import TWO_DIGITS
from ..request import NONE, DataRequest
from .time_and_period import EMPTY, NO_DATES


def note_no_time(time: Decision, request: DataRequest) -> list[str]:
    """One sentence, if there are columns of dates but none of them is the time."""
    if time.value or request.time == NONE or time.reason == NO_DATES:
        return []
    hint = " Fill these cells or delete the rows to have a time." if EMPTY in time.reason else ""
    return [
        f"Rows have no time, because {time.reason}: the model is evaluated on rows of any time, "
        f"not on later rows.{hint}"
    ]


def note_unread_times(time: Decision, columns: tuple[ColumnDecision, ...]) -> list[str]:
    """A sentence about each column whose times are not read; about numbers only without a time."""
    notes = []
    for each in columns:
        column = each.column
        if not column.unread or each.use not in ("feature", "excluded", "key"):
            continue
        if column.kind == "number" and time.value:
            continue
        name = shlex.quote(f"{column.name}=FORMAT")
        remedy = f"write it in ISO 8601, or pass --date-format {name}"
        if column.unread == TWO_DIGITS and column.kind == "number":
            remedy = "write years of four digits"
        use = "is excluded" if each.use == "excluded" else f"is a {each.use}"
        notes.append(
            f"{column.name} looks like a time, but holds {column.unread}, which is not read, and "
            f"{use}: if it says when, {remedy}."
        )
    return notes
