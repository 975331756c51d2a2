"""Sentences about what is unusual in the files and their columns."""

import shlex

from ..decision import ColumnDecision
from ..numbers import format_count
from ..read.column import Profile
from .task import format_examples


def note_calendar(time: str, calendar: tuple[str, ...]) -> list[str]:
    if not calendar:
        return []
    return [
        f"Parts of {time} are features ({', '.join(calendar)}), so that a prediction needs {time}: "
        "remove `calendar` from conf/data.yml if it should not."
    ]


def note_readings(profile: Profile) -> list[str]:
    """How the files are read, where they leave it open."""
    source = profile.source
    notes = [*profile.numbers.notes, *(note for each in profile.columns for note in each.notes)]
    if not source.dialect.header:
        notes.append(
            f"{source.path.name} has no line of column names: they are called column_1, column_2 "
            "and so on. Add such a line to name them, or pass --header if the first line is one."
        )
    if source.other_files:
        names = format_examples([file.name for file in source.other_files])
        files = format_count(len(source.other_files), "other file")
        notes.append(f"{source.path.name} holds {files} that no project reads: {names}.")
    if totals := source.dialect.totals:
        notes.append(
            f"Rows that begin with {', '.join(totals)} are sums or means and are not read."
        )
    notes += [
        f"NA in {name} is a value, because the others are codes of two letters: "
        "pass --missing NA if it means a missing value."
        for name in source.code_columns
    ]
    return notes


def note_number_like(columns: tuple[ColumnDecision, ...]) -> list[str]:
    """Numbers that are not read as such."""
    return [
        f"{each.name} holds numbers that cannot be read "
        f"({format_examples(each.column.number_like)}) and is "
        f"{'excluded' if each.use == 'excluded' else 'used as words'}: write them like "
        "1234.5, and a unit into the name of the column."
        for each in columns
        if each.column.number_like and not each.personal_data
    ]


def note_personal_data(columns: tuple[ColumnDecision, ...]) -> list[str]:
    notes = []
    for column in columns:
        if column.personal_data and column.use == "feature":
            notes.append(
                f"{column.name} looks like {column.personal_data} and is a feature: "
                f"pass --exclude {shlex.quote(column.name)} if no model may use it."
            )
        elif column.personal_data:
            notes.append(f"{column.name} looks like {column.personal_data} and is excluded.")
    return notes
