"""From declared columns to numbers. Yours to change."""

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

from .spec import DataSpec

TEXT_COLUMNS = 64  # columns a text becomes


def build_encoder(spec: DataSpec) -> ColumnTransformer:
    """Categories as codes first (an unseen one counts as missing), then all else as numbers."""
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=254
    )
    words = HashingVectorizer(n_features=TEXT_COLUMNS, alternate_sign=False, norm=None)
    filled = make_pipeline(FunctionTransformer(fill_missing_text), words)
    return ColumnTransformer(
        [
            ("category", codes, spec.columns("category")),
            ("number", "passthrough", spec.columns("number", "boolean")),
            ("date", FunctionTransformer(calendar_parts), spec.columns("date")),
            *((f"text {number}", filled, name) for number, name in enumerate(spec.columns("text"))),
        ],
        sparse_threshold=0,
    )


def calendar_parts(dates: pd.DataFrame) -> np.ndarray:
    """Of each date the day since 1970, the month, the weekday and the hour."""
    parts = [np.empty((len(dates), 0))]
    for name in dates:
        date = dates[name]
        days = (date - pd.Timestamp(0)).dt.days
        parts.append(np.column_stack([days, date.dt.month, date.dt.weekday, date.dt.hour]))
    return np.hstack(parts)


def fill_missing_text(text: pd.Series) -> pd.Series:
    """A missing text is an empty one."""
    return text.fillna("")
