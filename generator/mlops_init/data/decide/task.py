"""Decides about the target: is it a number or a class, which metric, and what is unusual."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from ...errors import RefusedError
from ..decision import YOUR_CHOICE, Ask, Decision, Question, decide_by_asking
from ..numbers import format_count, format_number, format_share
from ..read.column import Column, Profile
from ..request import METRICS

MAX_CLASSES = 50
MAX_WHOLE_CLASSES = 20  # up to so many different whole numbers may be classes
MIN_NUMBERS = 7  # with fewer, also the rows of classes may rise and fall by chance
FEW = 0.25  # of the rows of the most frequent number
BUMPS = 0.03  # of the other rows, beyond the noise of counting
MIN_ROWS = 30
MIN_ROWS_OF_A_CLASS = 10
SKEW = 0.25  # standard deviations between mean and median
RARE = 0.1  # share of the rows


def require_target(profile: Profile, name: str) -> Column:
    """The target's column; RefusedError if a model can learn nothing from it."""
    target = profile.requested_column("--target", name)
    if target.kind == "empty":
        raise RefusedError(
            f"{name} is empty in all {format_count(target.rows, 'row')}: choose another --target."
        )
    if target.distinct < 2:
        value = target.values[0][0] if target.values else target.min
        raise RefusedError(
            f"{name} is {value} in every row, so there is nothing to predict: "
            "choose another --target."
        )
    if target.is_infinite:
        raise RefusedError(f"{name} holds infinite numbers: correct them, or pass --missing inf.")
    if target.filled < MIN_ROWS:
        raise RefusedError(
            f"{name} has a value in only {format_count(target.filled, 'row')}: training and "
            f"evaluation need {MIN_ROWS} or more."
        )
    return target


def decide_task(target: Column, requested: str | None, ask: Ask) -> Decision:
    """Regression, binary or multiclass."""
    _check_booleans(target)
    if requested:
        _check_task_fits(target, requested)
        return Decision(requested, YOUR_CHOICE)
    values = format_count(target.distinct, "different value")
    if target.distinct == 2:
        return Decision("binary", "two different values")
    if _may_be_classes(target):
        reason = f"whole numbers with {values}"
        if _is_quantity(target):
            reason += ", whose rows rise and fall as those of a quantity do"
        return decide_by_asking(ask, _task_question(target), reason)
    if target.kind == "number":
        return Decision("regression", f"a number with {values}")
    is_number = target.is_irregular or target.distinct > MAX_WHOLE_CLASSES
    if target.words_among_numbers and is_number:
        raise RefusedError(describe_words_among_numbers(target))
    if target.number_like and target.distinct > MAX_WHOLE_CLASSES:
        raise RefusedError(
            f"{target.name} holds numbers that cannot be read "
            f"({format_examples(target.number_like)}): write them like 1234.5."
        )
    if target.kind == "date":
        raise RefusedError(
            f"{target.name} holds dates, which a model cannot predict: choose another --target."
        )
    _check_task_fits(target, "multiclass")
    return Decision("multiclass", f"text with {values}")


def _may_be_classes(target: Column) -> bool:
    is_whole = target.kind == "number" and target.is_whole
    return is_whole and 2 < target.distinct <= MAX_WHOLE_CLASSES


def _is_quantity(target: Column) -> bool:
    """Whether the rows of each number rise to one peak and fall, and are few at an end.

    Classes have no order, so that theirs do so only by chance: 1 in 20 for seven.
    """
    try:
        by_number = sorted((float(number), count) for number, count in target.values)
    except ValueError:  # written with a comma or a currency
        return False
    rows = [count for _, count in by_number]
    peak = rows.index(max(rows))
    to_peak = [*pairwise(rows[: peak + 1]), *pairwise(rows[:peak:-1])]
    against = sum(max(0.0, lower - higher - sqrt(lower + higher)) for lower, higher in to_peak)
    is_few = min(rows[0], rows[-1]) < FEW * rows[peak]
    return len(rows) >= MIN_NUMBERS and is_few and against <= BUMPS * (sum(rows) - rows[peak])


def _check_booleans(target: Column) -> None:
    if target.kind == "boolean" and target.distinct > 2:
        words = format_examples([value for value, _ in target.values])
        raise RefusedError(
            f"{target.name} writes true and false in several ways ({words}): write each in one way."
        )


def _task_question(target: Column) -> Question:
    classes = ("multiclass", "each number is a class")
    quantity = ("regression", "a quantity, where an error of 1 is better than an error of 2")
    return Question(
        "--task",
        f"{target.name} holds {target.distinct} different whole numbers. "
        "Are they classes or a quantity?",
        (quantity, classes) if _is_quantity(target) else (classes, quantity),
    )


def _check_task_fits(target: Column, task: str) -> None:
    name, values = target.name, f"{target.distinct:,} different values"
    if task == "regression" and target.kind not in ("number", "boolean"):
        words = ", ".join(word for word, _ in (target.words_among_numbers or target.values)[:3])
        raise RefusedError(
            f"{name} holds words ({words}), but a regression predicts numbers: "
            "choose another --task."
        )
    if task == "binary" and target.distinct != 2:
        raise RefusedError(
            f"{name} has {values}, but a binary task has two: choose --task multiclass."
        )
    if task == "multiclass" and target.distinct > MAX_CLASSES:
        raise RefusedError(
            f"{name} has {values}, but a model predicts {MAX_CLASSES} classes at most: "
            "choose another --target."
        )


def format_examples(cells: Sequence[str]) -> str:
    return ", ".join(f'"{cell}"' for cell in cells[:3])


def describe_words_among_numbers(column: Column, *options: str) -> str:
    """What is wrong with a column of numbers and words, and the options that solve it."""
    words = column.words_among_numbers or column.values
    examples = format_examples([word for word, _ in words])
    examples += f", the first in {column.place}" if column.place else ""
    rows = format_count(column.filled - column.numeric_rows, "row")
    solutions = [f'--missing "{words[0][0]}"', *options]
    return (
        f"{column.name} holds {column.number_problem} in {rows} ({examples}): "
        f"correct them, or pass {' or '.join(solutions)}."
    )


def decide_metric(target: Column, task: str, requested: str | None) -> str:
    """The requested metric if it fits, else the first one of the task, or mse if skewed."""
    metrics = METRICS[task]
    if requested is None:
        return "mse" if task == "regression" and _is_skewed(target) else metrics[0]
    if requested not in metrics:
        raise RefusedError(
            f"--metric {requested} does not fit a {task} task: choose {' or '.join(metrics)}."
        )
    return requested


def _median(target: Column) -> float:
    return target.quartiles[1] if target.quartiles else target.mean


def _is_skewed(target: Column) -> bool:
    """Whether mean and median are far apart: then the median is no fair baseline of mae."""
    return abs(target.mean - _median(target)) > SKEW * target.standard_deviation


def note_open_task(target: Column, task: Decision) -> list[str]:
    """What the other task of whole numbers is, unless the user chose one."""
    if task.reason == YOUR_CHOICE or not _may_be_classes(target):
        return []
    readings = {
        "multiclass": "classes: pass --task regression if they are a quantity",
        "regression": "a quantity: pass --task multiclass if each is a class",
    }
    return [f"The whole numbers of {target.name} are read as {readings[task.value]}."]


def note_unusual_target(target: Column, task: str, metric: str) -> list[str]:
    """Sentences about what is unusual about the target."""
    name, notes = target.name, []
    if metric == "mse" and _is_skewed(target):
        mean, median = format_number(target.mean), format_number(_median(target))
        notes.append(
            f"{name} is skewed (mean {mean}, median {median}). The metric mse suits it, "
            "because the model predicts means."
        )
    if target.missing:
        rows = format_count(target.rows - target.filled, "row")
        notes.append(f"{rows} without {name}: they count as rows whose label is not known yet.")
    if task == "regression" or not target.values:
        return notes
    rarest, rows_of_rarest = target.values[-1]
    if task == "binary" and rows_of_rarest / target.filled < RARE:
        notes.append(
            f"{name} is imbalanced: {format_share(rows_of_rarest / target.filled)} of the rows are "
            f"{rarest}. Nothing is resampled, because {metric} evaluates probabilities."
        )
    small = [value for value, rows in target.values if rows < MIN_ROWS_OF_A_CLASS]
    if small:
        notes.append(
            f"Classes with fewer than {MIN_ROWS_OF_A_CLASS} rows are hard to learn: "
            f"{', '.join(small[:5])}."
        )
    return notes
