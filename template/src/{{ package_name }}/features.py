"""Turn declared columns into numbers. Yours to change."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

from .spec import DataSpec

TEXT_COLUMNS, WORD = 256, r"(?u)\b\w+\b"  # a text feature: its most frequent words
DATE_PARTS = ("days", "month", "weekday", "hour")  # of a feature that is a date
CALENDAR: dict[str, Callable[[Any], Any]] = {  # the server computes the same in compiled_model.py
    "days": lambda date: (date.normalize() - pd.Timestamp(0)).dt.days,
    "year": lambda date: date.year,
    "month": lambda date: date.month,
    "day_of_year": lambda date: date.dayofyear,
    "weekday": lambda date: date.weekday,
    "hour": lambda date: date.hour,
}


def build_encoder(spec: DataSpec) -> ColumnTransformer:
    """Categories as codes first (an unseen one counts as missing), then all else as numbers."""
    categories = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=254
    )
    words = TfidfVectorizer(max_features=TEXT_COLUMNS, sublinear_tf=True, token_pattern=WORD)
    text = make_pipeline(FunctionTransformer(fill_missing_text), words)
    calendar: list[Any] = []
    if spec.time and spec.time.calendar:
        parts = FunctionTransformer(calendar_parts, kw_args={"parts": list(spec.time.calendar)})
        calendar = [("calendar", parts, [spec.time.column])]
    return ColumnTransformer(
        [
            ("category", categories, spec.columns("category")),
            ("number", "passthrough", spec.columns("number", "boolean")),
            ("date", FunctionTransformer(calendar_parts), spec.columns("date")),
            *calendar,
            *((f"text {number}", text, name) for number, name in enumerate(spec.columns("text"))),
        ],
        sparse_threshold=0,
    )


def calendar_parts(dates: pd.DataFrame, parts: Sequence[str] = DATE_PARTS) -> np.ndarray:
    """These parts of each date as numbers."""
    columns = [
        np.empty((len(dates), 0)),
        *(CALENDAR[part](dates[name].dt) for name in dates for part in parts),
    ]
    return np.column_stack(columns)


def fill_missing_text(text: pd.Series) -> pd.Series:
    return text.fillna("missing")  # a word, so that a column without texts has one, too
