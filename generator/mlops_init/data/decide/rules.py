"""Every decision about the owner's data, by explicit rules; what was said wins over them."""

from typing import TYPE_CHECKING, Any

from ...errors import RefusedError
from ..decision import Choice, Plan, Question
from ..read.profile import Column, Profile
from ..request import Wishes
from .clock import period_of, time_of
from .features import choose
from .keys import entity_of, key_of
from .leakage import suspects
from .task import metric_of, notes_on, target_of, task_of

if TYPE_CHECKING:
    import duckdb

ANSWER = "prediction"  # a column of what a project answers


def decide(database: "duckdb.DuckDBPyConnection", profile: Profile, wishes: Wishes) -> Plan:
    """The plan for these data. Read it from top to bottom."""
    _check_names(profile, wishes)
    target = target_of(profile, wishes.target)
    task, why_task, asked = task_of(target, wishes)
    roles, unsure = _roles(profile, target, wishes)
    special = {target.name: ("target", why_task)} | _special(roles)
    others = [column for column in profile.columns if column.name not in special]
    able = [column for column in others if column.name not in wishes.leave_out]
    leaking = suspects(database, target, able, task != "regression")
    choices = tuple(_choice(column, special, wishes, leaking) for column in profile.columns)
    if not any(choice.use == "feature" for choice in choices):
        raise _useless(profile, target, roles)
    return Plan(
        profile=profile,
        source="",
        target=target.name,
        task=task,
        why_task=why_task,
        metric=metric_of(target, task, wishes.metric),
        choices=choices,
        label_delay_hours=wishes.label_delay_hours,
        missing=wishes.missing,
        notes=tuple(notes_on(target, task, wishes.metric) + _notes(choices)),
        questions=tuple(asked + unsure + _suspected(leaking, wishes)),
        **roles,
    )


def _useless(profile: Profile, target: Column, roles: dict[str, Any]) -> RefusedError:
    timed = f", --time none makes a feature of {roles['time']}" if roles["time"] else ""
    return RefusedError(
        f"Beside {target.name} no column of {profile.source.path} is of use to a model: "
        f"--keep NAME keeps one that was left out{timed}"
    )


def _roles(
    profile: Profile, target: Column, wishes: Wishes
) -> tuple[dict[str, Any], list[Question]]:
    """(time, period, key and entity, with the reasons; what to ask)."""
    time, why_time, unsure = time_of(profile, target.name, wishes)
    period, why_period = period_of(time, wishes.period) if time else (None, "")
    taken = {target.name} | ({time.name} if time else set())
    key, why_key, asked = key_of(profile, taken, wishes)
    taken |= {key} if key else set()
    roles = {
        "time": time.name if time else None,
        "why_time": why_time,
        "period": period,
        "why_period": why_period,
        "key": key,
        "why_key": why_key,
        "entity": entity_of(profile, taken, wishes.entity),
    }
    return roles, unsure + asked


def _special(roles: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Column -> (what it is, why), of those that are no features."""
    reasons = {**roles, "why_entity": "comes back: whom a row is about"}
    return {
        name: (role, str(reasons[f"why_{role}"]))
        for role in ("time", "key", "entity")
        if (name := roles[role])
    }


def _choice(
    column: Column,
    special: dict[str, tuple[str, str]],
    wishes: Wishes,
    leaking: dict[str, float],
) -> Choice:
    if column.name in special:
        use, why = special[column.name]
        return Choice(column, use, why)
    if column.name == ANSWER:
        return Choice(column, "left out", "a word of the answers: rename the column to use it")
    return choose(column, wishes, leaking)


def _check_names(profile: Profile, wishes: Wishes) -> None:
    """A flag that names no column is a mistake, not a wish without effect."""
    names = {column.name for column in profile.columns}
    for flag, said in (
        ("--leave-out", wishes.leave_out),
        ("--keep", wishes.keep),
        ("--as", tuple(wishes.types)),
    ):
        for name in said:
            if name not in names:
                raise RefusedError(f"{flag} {name} is no column of {profile.source.path}.")


def _suspected(leaking: dict[str, float], wishes: Wishes) -> list[Question]:
    return [
        Question(
            f"--keep {name}",
            f"{name} tells the target by itself ({known:.0%}). Is it known when one predicts?",
            (("no", "leave it out"), ("yes", "keep it as a feature")),
        )
        for name, known in leaking.items()
        if name not in wishes.keep
    ]


def _notes(choices: tuple[Choice, ...]) -> list[str]:
    """What a person should look at."""
    found = [
        f"{choice.name} seems to hold {choice.personal}"
        + (": it is a feature, may it be?" if choice.use == "feature" else "")
        for choice in choices
        if choice.personal
    ]
    leaking = [choice.name for choice in choices if "tells the target" in choice.why]
    if leaking:
        names = ", ".join(leaking)
        found.append(f"left out, perhaps known too late: {names} (--keep COLUMN)")
    return found
