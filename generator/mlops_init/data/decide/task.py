"""Is the target a number or a class? Which metric, and what about it is unusual."""

import difflib

from ...errors import RefusedError
from ..decision import Question
from ..read.profile import Column, Profile
from ..request import METRICS, Wishes

MOST_CLASSES = 50
FEW_NUMBERS = 20  # as many whole numbers may be grades or counts
LEAST_ROWS = 30
LOPSIDED = 0.25  # standard deviations between mean and median
RARE = 0.1  # a class below this share is rare


def target_of(profile: Profile, wanted: str) -> Column:
    """The target's column; RefusedError if there is none, or nothing to learn of it."""
    names = [column.name for column in profile.columns]
    if wanted not in names:
        near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
        near = near or [name for name in names if name.lower() == wanted.lower()]
        hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(names[:8])}"
        raise RefusedError(f"{wanted} is no column of {profile.source.path}: {hint}")
    target = profile.of(wanted)
    if target.kind == "empty":
        raise RefusedError(f"{wanted} is empty in all {target.rows:,} rows: nothing to learn.")
    if target.distinct < 2:
        value = target.values[0][0] if target.values else target.low
        raise RefusedError(f"{wanted} is {value} in every row: there is nothing to learn.")
    if target.filled < LEAST_ROWS:
        raise RefusedError(
            f"{target.filled} rows with a {wanted} are too few to fit and to judge a model: "
            f"bring {LEAST_ROWS} or more"
        )
    return target


def task_of(target: Column, wishes: Wishes) -> tuple[str, str, list[Question]]:
    """(task, why, what to ask if unsure)."""
    if wishes.task:
        return _fitting(target, wishes.task), "as you said", []
    many = f"{target.distinct} different values"
    if target.distinct == 2:
        return "binary", "it has two values", []
    if target.kind == "number" and (not target.whole or target.distinct > FEW_NUMBERS):
        return "regression", f"a number with {target.distinct:,} different values", []
    if target.kind == "number":
        why = f"whole numbers, {many}"
        asked = Question(
            "--task",
            f"{target.name} holds whole numbers with {many}: classes, or an amount?",
            (
                ("multiclass", "each value is a class of its own"),
                ("regression", "an amount: being off by one is better than by two"),
            ),
        )
        return "multiclass", why, [asked]
    if target.strange and target.distinct > FEW_NUMBERS:
        words = ", ".join(f'"{word}"' for word, _ in target.strange[:3])
        raise RefusedError(
            f"{target.name} holds numbers and, in {target.filled - target.numeric:,} rows, words "
            f'({words}): correct them, or say --missing "{target.strange[0][0]}"'
        )
    if target.kind == "date":
        raise RefusedError(f"{target.name} holds dates: a target is a number or a class.")
    return _fitting(target, "multiclass"), f"words, {many}", []


def _fitting(target: Column, task: str) -> str:
    if task == "regression" and target.kind not in ("number", "boolean"):
        words = ", ".join(word for word, _ in (target.strange or target.values)[:3])
        raise RefusedError(f"{target.name} holds words ({words}): a regression needs numbers.")
    if task == "binary" and target.distinct != 2:
        raise RefusedError(
            f"{target.name} has {target.distinct} values, binary needs two: say --task multiclass"
        )
    if task == "multiclass" and target.distinct > MOST_CLASSES:
        raise RefusedError(
            f"{target.name} has {target.distinct:,} different words, too many to be classes: "
            "name another --target"
        )
    return task


def metric_of(target: Column, task: str, wanted: str | None) -> str:
    """The metric: the one asked for, if it fits."""
    known = METRICS[task]
    if wanted is None:
        return "mse" if task == "regression" and _lopsided(target) else known[0]
    if wanted not in known:
        raise RefusedError(f"{wanted} does not fit a {task} task: choose {' or '.join(known)}.")
    return wanted


def _lopsided(target: Column) -> bool:
    """Whether mean and median are far apart: a median is no fair rival of a model of means."""
    middle = target.quartiles[1] if target.quartiles else target.mean
    return abs(target.mean - middle) > LOPSIDED * target.deviation


def notes_on(target: Column, task: str, wanted: str | None) -> list[str]:
    """What is unusual about the target."""
    found = []
    if task == "regression" and _lopsided(target) and wanted is None:
        middle = round(target.quartiles[1]) if target.whole else target.quartiles[1]
        found.append(
            f"lopsided: the mean of {target.name} is {target.mean:.3g}, the median {middle:.3g}; "
            "mse judges means, which is what the model predicts"
        )
    if target.missing:
        waiting = target.rows - target.filled
        found.append(f"{waiting:,} rows have no {target.name}: taken as labels yet to come")
    if task != "regression" and target.values:
        word, count = target.values[-1]
        if count / target.filled < RARE and task == "binary":
            found.append(
                f"imbalanced: {count / target.filled:.1%} of {target.name} is {word}; log_loss "
                "judges probabilities, so nothing is resampled"
            )
        few = [word for word, count in target.values if count < 10]
        if few:
            found.append(f"hardly to be learnt, under 10 rows each: {', '.join(few[:5])}")
    return found
