"""Makes every decision about the user's data by explicit rules. What the user requests wins."""

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from ...errors import RefusedError
from ..decision import (
    YOUR_CHOICE,
    Ask,
    ColumnDecision,
    DataDecisions,
    Decision,
    Question,
    accept_proposal,
)
from ..numbers import format_count
from ..read.column import Column, Profile
from ..read.profile import read_as_dates
from ..request import DataRequest
from .baseline import decide_baseline
from .derived import find_derived
from .entities import Rows, decide_entity, is_also_feature, note_entity
from .features import decide_use
from .identifiers import find_numbering
from .keys import decide_key
from .leak_scores import score_columns
from .leakage import Evidence, ask_about_leaks
from .no_time import note_no_time, note_unread_times
from .task import (
    decide_metric,
    decide_task,
    format_examples,
    note_unusual_target,
    require_target,
)
from .time_and_period import decide_calendar, decide_period, decide_time, decide_unit

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PREDICTION = "prediction"  # the column in which a project answers


def decide(
    database: "DuckDBPyConnection",
    profile: Profile,
    request: DataRequest,
    ask: Ask = accept_proposal,
) -> DataDecisions:
    """Decide once, from top to bottom, and ask where the rules are not sure."""
    _check_requested_columns(profile, request)
    target = require_target(profile, request.target)
    task = decide_task(target, request.task, ask)
    metric = decide_metric(target, task.value, request.metric)
    time = decide_time(profile, target.name, request.time, ask)
    profile = profile.without_unused_time(time.value)
    calendar: tuple[str, ...] = ()
    if time.value:
        if profile.column(time.value).kind == "number":
            profile = profile.with_column(read_as_dates(database, profile.column(time.value)))
        calendar = decide_calendar(database, profile.column(time.value))
    is_class = task.value != "regression"
    rows = Rows(database, profile, target, time.value, is_class)
    roles = _decide_roles(rows, time, request, ask)
    special = _list_special_columns(profile, target, task, roles)
    request, columns, notes = _decide_columns(database, profile, special, task, request, ask)
    if not calendar and not any(column.use == "feature" for column in columns):
        raise RefusedError(
            f"{profile.source.path} has no feature to predict {target.name} with: "
            "pass --include COLUMN to use an excluded column."
        )
    period, key, entity = (roles[use] for use in ("period", "key", "entity"))
    unit = decide_unit(profile.column(time.value), entity.value) if time.value else "day"
    notes = note_unusual_target(target, task.value, metric) + notes
    notes += note_entity(entity, profile, time.value, unit)
    notes += _note_calendar(time.value, calendar) + _note_readings(profile)
    notes += note_no_time(time, request) + note_unread_times(time, columns)
    baseline = decide_baseline(
        database, profile, request, columns, metric, roles, is_class=is_class
    )
    known = (request, profile, columns, tuple(notes), target.name, task, metric, baseline)
    classes = _list_classes(target, task)
    return DataDecisions(*known, time, period, key, entity, classes, calendar, unit)


def _decide_columns(
    database: "DuckDBPyConnection",
    profile: Profile,
    special: dict[str, ColumnDecision],
    task: Decision,
    request: DataRequest,
    ask: Ask,
) -> tuple[DataRequest, tuple[ColumnDecision, ...], list[str]]:
    """(the request with the columns that are known in time, all columns, notes)."""
    parts = dict.fromkeys(profile.time_parts, "a part of the time")
    known = (*special, *request.exclude, *parts)
    others = [each for each in profile.columns if each.name not in known]
    (target,) = (each.column for each in special.values() if each.use == "target")
    is_class = task.value != "regression"
    scores = score_columns(database, target, others, is_class=is_class)
    derived = {} if is_class else find_derived(database, target, others)
    evidence = Evidence(target.name, is_class, scores, derived)
    request, leaks, notes = ask_about_leaks(request, others, evidence, ask)
    excluded = leaks | parts | find_numbering(database, others)
    columns = tuple(
        special.get(column.name) or _decide_column(column, request, excluded, ask)
        for column in profile.columns
    )
    return request, columns, notes + _note_number_like(columns) + _note_personal_data(columns)


def _check_requested_columns(profile: Profile, request: DataRequest) -> None:
    """An option that names no column is a mistake, not an option without effect."""
    options = {"--exclude": request.exclude, "--include": request.include, "--type": request.types}
    for flag, names in options.items():
        for name in names:
            profile.requested_column(flag, name)


def _decide_roles(
    rows: Rows, time: Decision, request: DataRequest, ask: Ask
) -> dict[str, Decision]:
    """Time, period, key and entity."""
    period = Decision()
    if time.value:
        period = decide_period(rows.profile.column(time.value), request.period)
    taken = {rows.target.name, time.value, *rows.profile.time_parts, *request.exclude}
    key = decide_key(rows.profile, taken, request.key, ask)
    entity = decide_entity(rows, {*taken, key.value}, request.entity, ask)
    return {"time": time, "period": period, "key": key, "entity": entity}


def _list_special_columns(
    profile: Profile, target: Column, task: Decision, roles: dict[str, Decision]
) -> dict[str, ColumnDecision]:
    """The columns that are no features because they have another use, by name."""
    special = {target.name: ColumnDecision(target, "target", task.reason)}
    for use in ("time", "key", "entity"):
        name, reason = roles[use].value, roles[use].reason
        if name:
            special[name] = ColumnDecision(profile.column(name), use, reason)
    entity = special.get(roles["entity"].value)
    if roles["time"].value and entity and is_also_feature(entity.column, roles["entity"]):
        special[entity.name] = replace(entity, type="category")
    return special


def _decide_column(
    column: Column, request: DataRequest, leaks: dict[str, str], ask: Ask
) -> ColumnDecision:
    if column.name == PREDICTION:
        reason = "projects answer in a column of this name: rename it to use it"
        return ColumnDecision(column, "excluded", reason)
    decision = decide_use(column, request, leaks)
    is_requested = column.name in request.include or column.name in request.types
    if decision.use != "feature" or not decision.personal_data or is_requested:
        return decision
    question = Question(
        f"--exclude {column.name}",
        f"{column.name} looks like {decision.personal_data}. Use it as a feature?",
        (("yes", "use it as a feature"), ("no", "exclude it")),
    )
    if ask(question) == "yes":
        return decision
    return replace(decision, use="excluded", reason=YOUR_CHOICE, type=None, min=None, max=None)


def _list_classes(target: Column, task: Decision) -> tuple[str, ...]:
    """The labels, in the order of the alphabet. Those of a boolean are as the file has them."""
    if task.value == "regression":
        return ()
    return tuple(sorted(value for value, _ in target.values))


def _note_calendar(time: str, calendar: tuple[str, ...]) -> list[str]:
    if not calendar:
        return []
    return [
        f"Parts of {time} are features ({', '.join(calendar)}), so that a prediction needs {time}: "
        "remove `calendar` from conf/data.yml if it should not."
    ]


def _note_readings(profile: Profile) -> list[str]:
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


def _note_number_like(columns: tuple[ColumnDecision, ...]) -> list[str]:
    """Numbers that are not read as such."""
    return [
        f"{each.name} holds numbers that cannot be read "
        f"({format_examples(each.column.number_like)}) and is "
        f"{'excluded' if each.use == 'excluded' else 'used as words'}: write them like "
        "1234.5, and a unit into the name of the column."
        for each in columns
        if each.column.number_like and not each.personal_data
    ]


def _note_personal_data(columns: tuple[ColumnDecision, ...]) -> list[str]:
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
