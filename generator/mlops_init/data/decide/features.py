"""What each other column is to the model: a feature of a type and a range, or left out, and why."""

import math
from collections.abc import Callable
from dataclasses import replace

from ...errors import RefusedError
from ..decision import Choice
from ..read.profile import Column, has_words
from ..request import Wishes
from .personal import personal

MOSTLY_MISSING = 0.6
MANY = 0.5  # of the rows have a value of their own
MOST_CATEGORIES = 5000
CODED = 254  # categories that the encoder tells apart
SENTENCE = 3  # words
GAP = "widened by half"  # tomorrow's normal rows must pass


def choose(column: Column, wishes: Wishes, leaking: dict[str, float]) -> Choice:
    """A feature or left out."""
    about = personal(column)
    wanted = wishes.types.get(column.name)
    if column.name in wishes.leave_out:
        return Choice(column, "left out", "as you said", personal=about)
    if column.name in leaking and column.name not in wishes.keep:
        why = f"tells the target by itself ({leaking[column.name]:.0%}): known too late, perhaps?"
        return Choice(column, "left out", why, personal=about)
    if wanted or column.name in wishes.keep:
        return replace(_feature(column, wanted), personal=about)
    if column.strange:
        raise RefusedError(_mixed(column))
    return replace(_by_rule(column, about), personal=about)


def _by_rule(column: Column, about: str | None) -> Choice:
    if column.kind == "empty":
        return Choice(column, "left out", "empty in every row")
    if column.distinct <= 1:
        return Choice(column, "left out", f"the same in every row ({_value(column)})")
    if column.missing > MOSTLY_MISSING:
        return Choice(column, "left out", f"missing in {column.missing:.0%} of the rows")
    if column.kind != "text":
        if column.unique and column.whole and has_words(column.name, "id", "key", "index"):
            return Choice(column, "left out", "names a row: nothing to learn from it")
        return _feature(column, None)
    if column.distinct > MANY * column.filled or column.distinct > MOST_CATEGORIES:
        if column.words >= SENTENCE and about is None:
            return Choice(column, "feature", _why(column, "text"), "text")
        what = about or "an identifier or a name"
        why = f"{column.distinct:,} different words in {column.filled:,} rows: {what}"
        return Choice(column, "left out", why)
    if about in ("an e-mail address", "a telephone number"):
        return Choice(column, "left out", f"holds {about}")
    return _feature(column, None)


def _feature(column: Column, wanted: str | None) -> Choice:
    kind = wanted or {"text": "category", "empty": "category"}.get(column.kind, column.kind)
    if kind == "number":
        return _number(column)
    if kind == "date" and column.kind != "date":
        raise RefusedError(f"{column.name} holds no dates that can be read: say another type.")
    if kind == "boolean" and column.kind != "boolean":
        raise RefusedError(f"{column.name} holds more than true and false: say another type.")
    if wanted:
        return Choice(column, "feature", "as you said", kind)
    return Choice(column, "feature", _why(column, kind), kind)


def _why(column: Column, kind: str) -> str:
    if kind == "text":
        return f"free text, {column.words:.0f} words in the middle"
    if kind == "boolean":
        return "two values"
    if kind == "date":
        return f"{column.low:%Y-%m-%d} to {column.high:%Y-%m-%d}"
    codes = "codes that begin with 0, " if column.zeros else ""
    many = f"{column.distinct:,} different words"
    if column.distinct > CODED:
        return f"{codes}{many}: high cardinality, the rare ones count as one"
    return codes + many


def _number(column: Column) -> Choice:
    if column.kind not in ("number", "boolean"):
        raise RefusedError(_mixed(column))
    if column.kind == "boolean":
        return Choice(column, "feature", "as you said", "number", 0, 1)
    low, high = float(column.low), float(column.high)
    slack = (high - low) / 2 or abs(high) or 1.0
    least, most = _round(low - slack, math.floor), _round(high + slack, math.ceil)
    if low >= 0:  # what never was negative is an amount
        least = max(0.0, least)
    why = f"{low:.6g} to {high:.6g}, {GAP}"
    return Choice(column, "feature", why, "number", least, most)


def _round(value: float, way: Callable[[float], int]) -> float:
    """To two digits, outwards."""
    if not value:
        return 0.0
    digits = 1 - math.floor(math.log10(abs(value)))
    scaled = value * 10.0**digits
    return float(f"{way(scaled) / 10.0**digits:.12g}")


def _mixed(column: Column) -> str:
    words = column.strange or column.values
    rows = column.filled - column.numeric
    shown = ", ".join(f'"{word}"' for word, _ in words[:3])
    name = column.name
    return (
        f"{name} holds numbers and, in {rows:,} rows, words ({shown}): correct them, or "
        f'say --missing "{words[0][0]}", --as "{name}=category" or --leave-out "{name}"'
    )


def _value(column: Column) -> str:
    return str(column.values[0][0]) if column.values else str(column.low)
