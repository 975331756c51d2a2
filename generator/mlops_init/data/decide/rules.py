"""Makes every decision about the user's data by explicit rules. What the user requests wins."""

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
from ..read.column import Column, Profile
from ..read.profile import read_as_dates
from ..request import DataRequest
from .baseline import decide_baseline
from .derived import find_derived
from .entities import Rows, decide_entity, is_also_feature, note_entity
from .features import decide_use
from .identifiers import ask_about_identifiers, find_numbering
from .keys import decide_key
from .leak_scores import score_columns
from .leakage import Evidence, ask_about_leaks
from .no_time import note_no_time, note_unread_times
from .notes import note_calendar, note_number_like, note_personal_data, note_readings
from .requested import (
    check_time_options,
    note_other_use,
    resolve_columns,
    without_other_columns,
    without_other_uses,
)
from .task import (
    decide_metric,
    decide_task,
    note_open_task,
    note_unusual_target,
    require_target,
)
from .time_and_period import decide_calendar, decide_period, decide_time, decide_unit
from .unknown_numbers import note_unknown_numbers

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
    request = resolve_columns(profile, request)
    target = require_target(profile, request.target)
    task = decide_task(target, request.task, ask)
    metric = decide_metric(target, task.value, request.metric)
    time = decide_time(without_other_columns(profile, request), target.name, request.time, ask)
    profile, calendar = _prepare_time(database, profile, time, request)
    rows = Rows(database, profile, target, time.value, task.value != "regression")
    roles = _decide_roles(rows, time, request, ask)
    other_use = _note_other_use(rows, roles, request)
    request, columns, notes = _decide_columns(rows, roles, task, request, ask)
    _check_has_inputs(profile, target.name, columns, calendar)
    period, key, entity = (roles[use] for use in ("period", "key", "entity"))
    unit = decide_unit(profile.column(time.value), entity.value) if time.value else "day"
    about_target = note_open_task(target, task) + note_unusual_target(target, task.value, metric)
    notes = about_target + notes
    notes += other_use + note_entity(entity, profile, time.value, unit)
    notes += note_calendar(time.value, calendar) + note_readings(profile)
    notes += note_no_time(time, request) + note_unread_times(time, columns)
    baseline = decide_baseline(
        database, profile, request, columns, metric, roles, is_class=rows.is_class
    )
    known = (request, profile, columns, tuple(notes), target.name, task, metric, baseline)
    classes = _list_classes(target, task)
    return DataDecisions(*known, time, period, key, entity, classes, calendar, unit)


def _prepare_time(
    database: "DuckDBPyConnection", profile: Profile, time: Decision, request: DataRequest
) -> tuple[Profile, tuple[str, ...]]:
    """(the profile with years read as dates, the parts of the time that are features)."""
    check_time_options(time, request)
    name, profile = time.value, profile.without_unused_time(time.value)
    if not name:
        return profile, ()
    if profile.column(name).kind == "number":
        profile = profile.with_column(read_as_dates(database, profile.column(name)))
    return profile, decide_calendar(database, profile.column(name))


def _check_has_inputs(
    profile: Profile, target: str, columns: tuple[ColumnDecision, ...], calendar: tuple[str, ...]
) -> None:
    if not calendar and not any(column.use == "feature" for column in columns):
        raise RefusedError(
            f"{profile.source.path} has no feature to predict {target} with: "
            "pass --include COLUMN to use an excluded column."
        )


def _decide_usual_time(profile: Profile, target: str, request: DataRequest) -> Decision:
    """What the time would be if no column had another use by request."""
    usual = without_other_columns(profile, without_other_uses(request))
    try:
        return decide_time(usual, target, request.time, accept_proposal)
    except RefusedError:
        return Decision()


def _note_other_use(rows: Rows, roles: dict[str, Decision], request: DataRequest) -> list[str]:
    if without_other_uses(request) == request:
        return []
    usual = _decide_roles(rows, roles["time"], without_other_uses(request), accept_proposal)
    usual["time"] = _decide_usual_time(rows.profile, rows.target.name, request)
    return note_other_use(request, usual, roles)


def _decide_columns(
    rows: Rows, roles: dict[str, Decision], task: Decision, request: DataRequest, ask: Ask
) -> tuple[DataRequest, tuple[ColumnDecision, ...], list[str]]:
    """(the request with the columns that are known in time, all columns, notes)."""
    database, profile, target, is_class = rows.database, rows.profile, rows.target, rows.is_class
    special = _list_special_columns(profile, target, task, roles)
    parts = dict.fromkeys(profile.time_parts, "a part of the time")
    known = (*special, *request.exclude, *parts)
    others = [each for each in profile.columns if each.name not in known]
    numbering = find_numbering(database, others)
    decided = {*request.include, *request.types, *numbering}
    numbering |= ask_about_identifiers([each for each in others if each.name not in decided], ask)
    others = [each for each in others if each.name not in numbering]
    scores = score_columns(database, target, others, is_class=is_class)
    derived = {} if is_class else find_derived(database, target, others)
    evidence = Evidence(target.name, is_class, scores, derived)
    request, leaks, notes = ask_about_leaks(request, others, evidence, ask)
    excluded = leaks | parts | numbering
    columns = tuple(
        special.get(column.name) or _decide_column(column, request, excluded, ask)
        for column in profile.columns
    )
    notes += note_unknown_numbers(database, columns) + note_number_like(columns)
    return request, columns, notes + note_personal_data(columns)


def _decide_roles(
    rows: Rows, time: Decision, request: DataRequest, ask: Ask
) -> dict[str, Decision]:
    """Time, period, key and entity."""
    period = Decision()
    if time.value:
        period = decide_period(rows.profile.column(time.value), request.period)
    possible = {each.name for each in without_other_columns(rows.profile, request).columns}
    taken = {rows.target.name, time.value, *rows.profile.time_parts}
    taken |= {each.name for each in rows.profile.columns} - possible
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
