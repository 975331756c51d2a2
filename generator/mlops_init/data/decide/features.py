"""Decides whether a column is a feature, of which type and range, or excluded, and why."""

import math
from collections.abc import Callable
from dataclasses import replace

from ...errors import RefusedError
from ..decision import YOUR_CHOICE, ColumnDecision
from ..numbers import format_count, format_number
from ..read.column import Column
from ..request import DataRequest
from .identifiers import is_code
from .personal_data import EMAIL, TELEPHONE, detect_personal_data
from .task import describe_words_among_numbers, format_examples

MAX_MISSING = 0.6  # share of the rows
MAX_DISTINCT = 0.5  # values per row; above it they are identifiers, names or free text
MAX_CATEGORIES = 5000
ENCODED_CATEGORIES = 254  # categories that the encoder of a project distinguishes
MIN_WORDS = 3  # in a free text


def decide_use(column: Column, request: DataRequest, leaks: dict[str, str]) -> ColumnDecision:
    """Feature or excluded: by request, then as a leak or a row number, then by the rules."""
    decision = _decide_use(column, request, leaks)
    return replace(decision, personal_data=detect_personal_data(column))


def _decide_use(column: Column, request: DataRequest, leaks: dict[str, str]) -> ColumnDecision:
    type_ = request.types.get(column.name)
    if column.name in request.exclude:
        return _exclude(column, YOUR_CHOICE)
    if column.name in leaks and column.name not in request.include:
        return _exclude(column, leaks[column.name])
    if type_:
        return _use_as_requested_type(column, type_)
    if column.name in request.include:
        return _use_as_feature(column)
    if column.problem:
        raise RefusedError(column.problem)
    if column.words_among_numbers:
        raise RefusedError(_describe_mixed_values(column))
    if reason := _find_reason_to_exclude(column):
        return _exclude(column, reason)
    if is_free_text(column):
        return _use_as_text(column)
    return _use_as_feature(column)


def _exclude(column: Column, reason: str) -> ColumnDecision:
    return ColumnDecision(column, "excluded", reason)


def _find_reason_to_exclude(column: Column) -> str | None:
    """Why no model can learn from a column, if so."""
    if column.kind == "empty":
        return "empty in every row"
    if column.distinct <= 1:
        value = column.values[0][0] if column.values else column.min
        return f"the same value in every row ({value})"
    if column.missing > MAX_MISSING:
        return f"missing in {column.missing:.0%} of the rows"
    if column.kind != "text":
        return None
    personal_data = detect_personal_data(column)
    if _has_too_many_values(column):
        if is_free_text(column):
            return None
        kind = personal_data or "an identifier or a name"
        if column.number_like and not personal_data:
            kind = f"numbers that cannot be read ({format_examples(column.number_like)})"
        rows = format_count(column.filled, "row")
        return f"{column.distinct:,} different values in {rows}: {kind}"
    return f"holds {personal_data}" if personal_data in (EMAIL, TELEPHONE) else None


def _has_too_many_values(column: Column) -> bool:
    return column.distinct > min(MAX_DISTINCT * column.filled, MAX_CATEGORIES)


def is_free_text(column: Column) -> bool:
    return (
        column.kind == "text"
        and (_has_too_many_values(column) or column.distinct > ENCODED_CATEGORIES)
        and column.words_per_text >= MIN_WORDS
        and detect_personal_data(column) is None
    )


def _use_as_feature(column: Column) -> ColumnDecision:
    """A feature of the type that the values have."""
    if column.kind in ("text", "empty"):
        return ColumnDecision(column, "feature", _describe_categories(column), "category")
    if is_code(column):
        reason = f"codes without an order, {_describe_categories(column)}"
        return ColumnDecision(column, "feature", reason, "category")
    if column.kind == "boolean":
        return ColumnDecision(column, "feature", "two different values", "boolean")
    if column.kind == "date":
        reason = f"{column.min:%Y-%m-%d} to {column.max:%Y-%m-%d}"
        return ColumnDecision(column, "feature", reason, "date")
    return _use_as_number(column)


def _use_as_requested_type(column: Column, type_: str) -> ColumnDecision:
    """A feature of the requested type."""
    if type_ == "number":
        return _use_as_number(column)
    if type_ == "date" and (column.problem or column.kind != "date"):
        unread = f"{column.name} holds no dates that can be read: choose another --type."
        raise RefusedError(column.problem or unread)
    if type_ == "boolean" and column.kind != "boolean":
        raise RefusedError(
            f"{column.name} holds other values than true and false: choose another --type."
        )
    return ColumnDecision(column, "feature", YOUR_CHOICE, type_)


def _use_as_text(column: Column) -> ColumnDecision:
    words = format_count(round(column.words_per_text), "word")
    return ColumnDecision(column, "feature", f"free text, {words} on average", "text")


def _describe_categories(column: Column) -> str:
    categories = format_count(column.distinct, "category", "categories")
    if column.has_leading_zeros:
        categories = f"codes with leading zeros, {categories}"
    if column.distinct > ENCODED_CATEGORIES:
        return f"{categories} (high cardinality): the rare ones count as one"
    return categories


def _use_as_number(column: Column) -> ColumnDecision:
    if column.kind == "boolean":
        return ColumnDecision(column, "feature", YOUR_CHOICE, "number", 0, 1)
    if column.kind != "number":
        raise RefusedError(_describe_mixed_values(column))
    if column.is_infinite:
        raise RefusedError(
            f"{column.name} holds infinite numbers: "
            f'correct them, or pass --missing inf or --exclude "{column.name}".'
        )
    low, high = float(column.min), float(column.max)
    slack = (high - low) / 2 or abs(high) or 1.0
    lower_bound = _round_outwards(low - slack, math.floor)
    if low >= 0:  # amounts are never negative
        lower_bound = max(0.0, lower_bound)
    upper_bound = _round_outwards(high + slack, math.ceil)
    reason = f"observed {format_number(low)} to {format_number(high)}"
    return ColumnDecision(column, "feature", reason, "number", lower_bound, upper_bound)


def _round_outwards(value: float, direction: Callable[[float], int]) -> float:
    """To two digits, down for a lower and up for an upper bound."""
    if not value:
        return 0.0
    digits = 1 - math.floor(math.log10(abs(value)))
    scaled = value * 10.0**digits
    return float(f"{direction(scaled) / 10.0**digits:.12g}")


def _describe_mixed_values(column: Column) -> str:
    name = column.name
    return describe_words_among_numbers(column, f'--type "{name}=category"', f'--exclude "{name}"')
