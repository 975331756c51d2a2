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
from ..read.column import Column, Profile
from ..request import DataRequest
from .features import decide_use
from .keys import decide_entity, decide_key
from .leakage import find_leaks
from .task import decide_metric, decide_task, note_unusual_target, require_target
from .time_and_period import decide_period, decide_time

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
    roles = _decide_roles(profile, target, request, ask)
    special = _list_special_columns(profile, target, task, roles)
    others = [each for each in profile.columns if each.name not in (*special, *request.exclude)]
    suspected = find_leaks(database, target, others, is_class=task.value != "regression")
    request, leaks = _ask_about_leaks(request, suspected, ask)
    columns = tuple(
        special.get(column.name) or _decide_column(column, request, leaks, ask)
        for column in profile.columns
    )
    if not any(column.use == "feature" for column in columns):
        raise _no_feature_error(profile, target, roles["time"])
    notes = note_unusual_target(target, task.value, metric)
    notes += _note_personal_data(columns) + _note_leaks(leaks)
    return DataDecisions(
        request, profile, columns, tuple(notes), target.name, task, metric, **roles
    )


def _check_requested_columns(profile: Profile, request: DataRequest) -> None:
    """An option that names no column is a mistake, not an option without effect."""
    options = {"--exclude": request.exclude, "--include": request.include, "--type": request.types}
    for flag, names in options.items():
        for name in names:
            profile.requested_column(flag, name)


def _decide_roles(
    profile: Profile, target: Column, request: DataRequest, ask: Ask
) -> dict[str, Decision]:
    """Time, period, key and entity."""
    time = decide_time(profile, target.name, request.time, ask)
    period = Decision()
    if time.value:
        period = decide_period(profile.column(time.value), request.period)
    key = decide_key(profile, {target.name, time.value}, request.key, ask)
    entity = decide_entity(profile, {target.name, time.value, key.value}, request.entity)
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
    return special


def _ask_about_leaks(
    request: DataRequest, leaks: dict[str, float], ask: Ask
) -> tuple[DataRequest, dict[str, float]]:
    """The request, which includes the columns that are known in time, and the other leaks."""
    suspected = {name: score for name, score in leaks.items() if name not in request.include}
    known_in_time = []
    for name, score in suspected.items():
        question = Question(
            f"--include {name}",
            f"{name} predicts the target almost alone ({score:.0%}). "
            "Is it known when a prediction is made?",
            (("no", "exclude it"), ("yes", "use it as a feature")),
        )
        if ask(question) == "yes":
            known_in_time.append(name)
    leaks = {name: score for name, score in suspected.items() if name not in known_in_time}
    return replace(request, include=(*request.include, *known_in_time)), leaks


def _decide_column(
    column: Column, request: DataRequest, leaks: dict[str, float], ask: Ask
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


def _no_feature_error(profile: Profile, target: Column, time: Decision) -> RefusedError:
    use_time = f", or --time none to use {time.value}" if time.value else ""
    return RefusedError(
        f"{profile.source.path} has no feature to predict {target.name} with: "
        f"pass --include COLUMN to use an excluded column{use_time}."
    )


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


def _note_leaks(leaks: dict[str, float]) -> list[str]:
    if not leaks:
        return []
    return [
        f"Excluded, because they predict the target almost alone: {', '.join(leaks)}. "
        "Pass --include COLUMN for a column that is known in time."
    ]
