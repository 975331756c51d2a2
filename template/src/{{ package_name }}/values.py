"""What a value is, as text and as a number, in a column of any type."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a server with a compiled model never imports these
    import numpy as np
    import pandas as pd
    import pyarrow as pa

NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
FLOAT = re.compile(r"-?\d+\.\d+", re.ASCII)
WHOLE = re.compile(r"(-?(?:0|[1-9]\d*))(?:\.0)?", re.ASCII)
# Numbers and booleans that are not written as most are: 1.0, 1e+16, TRUE.
OTHER_WRITING = re.compile(
    r"(-?(?:0|[1-9]\d*))\.0*|-?\d(?:\.\d+)?e[+-]\d\d+|-0|[Tt]rue|[Ff]alse|TRUE|FALSE", re.ASCII
)


def as_text(column: pd.Series) -> pd.Series:
    """Text as `normalize_value` writes it, whatever type the column has."""
    kind = column.dtype.kind
    if kind in "iuMm":
        return column.astype("str")
    if kind in "bf" or column.dtype == object:
        return column.map(normalize_value, na_action="ignore").astype("str")
    text = column.astype("str").str.strip()
    if text.str.isdecimal().all():  # usual for keys, and much faster to see
        return text
    others = text.str.fullmatch(OTHER_WRITING.pattern).fillna(False).astype(bool)
    if others.any():
        text[others.to_numpy()] = text[others].map(normalize_value).to_numpy()
    return text


def normalize_value(value: Any) -> str:
    """The one way to write a value as text: 1, 1.0, "1.0" and " 1 " are the same category."""
    text = str(value).strip()
    match = OTHER_WRITING.fullmatch(text)
    if not match:
        return text
    if whole := match[1] or (text == "-0" and text):
        return "0" if whole == "-0" else whole
    if text.lower() in ("true", "false"):
        return text.lower()
    number = float(text)
    if Decimal(str(number)) != Decimal(text):  # no float has this value, so two may become one
        return text
    return str(int(number)) if number.is_integer() else str(number)


def is_text(column: pd.Series) -> bool:
    """Whether a column holds text alone, in Arrow."""
    return column.dtype == "str"


def to_floats(column: pd.Series) -> pd.Series:
    """The column as floats; ValueError or TypeError if a value is no number."""
    if is_text(column):
        import pandas as pd
        import pyarrow as pa

        with suppress(ValueError):  # Arrow is fast, but reads fewer ways to write a number
            texts = pa.array(column)
            numbers = texts.cast("float64").to_numpy(zero_copy_only=False)
            if (numbers != numbers).sum() == texts.null_count:  # it takes nan(1) for a number
                return pd.Series(numbers, column.index, name=column.name)
    return column.astype("float64")


def spell_numbers(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words, and those that are numbers also with zeros behind the point and with a comma."""
    whole = [match[1] for word in words if (match := WHOLE.fullmatch(word))]
    floats = [*(f"{word}.0" for word in whole), *(word for word in words if FLOAT.fullmatch(word))]
    floats += [f"{word}0" for word in floats]
    commas = [word.replace(".", ",") for word in floats]
    return tuple(dict.fromkeys([*words, *whole, *floats, *commas]))


def numbers_among(words: tuple[str, ...]) -> list[float]:
    """The words that are numbers."""
    return [float(word) for word in words if NUMBER.fullmatch(word)]


def dates_among(words: tuple[str, ...]) -> list[datetime]:
    """The words that are dates in ISO 8601, in UTC and without a zone."""
    dates = []
    for word in words:
        with suppress(ValueError):
            date = datetime.fromisoformat(word)
            dates.append(date.astimezone(UTC).replace(tzinfo=None) if date.tzinfo else date)
    return dates


def are_words(column: pd.Series, words: tuple[str, ...]) -> np.ndarray:
    """Which values of a column are one of the words: as text, as a number or as a date."""
    kind = column.dtype.kind
    if is_text(column):
        import pyarrow as pa

        return match_words(pa.array(column), words).to_numpy(zero_copy_only=False)
    if kind in "iuf":
        return column.isin(numbers_among(words)).to_numpy(dtype=bool)
    if kind == "M" and (dates := dates_among(words)):
        naive = column.dt.tz_convert(None) if column.dt.tz else column
        return naive.dt.as_unit("us").isin(dates).to_numpy(dtype=bool)
    if kind in "bmM":
        return column.isin([]).to_numpy(dtype=bool)
    return column.map(strip).isin(words).to_numpy()


def match_words(texts: pa.Array, words: tuple[str, ...]) -> pa.Array:
    """Which texts are one of the words; blanks around it do not count."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.is_in(trimmed, pa.array(words, trimmed.type))


def strip(value: Any) -> str:
    return value.strip() if isinstance(value, str) else normalize_value(value)
