"""Turn declared columns into numbers. Yours to change."""

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

from .spec import DataSpec

TEXT_COLUMNS = 64  # number of columns for one text feature


def build_encoder(spec: DataSpec) -> ColumnTransformer:
    """Categories as codes first (an unseen one counts as missing), then all else as numbers."""
    categories = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=254
    )
    words = HashingVectorizer(n_features=TEXT_COLUMNS, alternate_sign=False, norm=None)
    text = make_pipeline(FunctionTransformer(fill_missing_text), words)
    return ColumnTransformer(
        [
            ("category", categories, spec.columns("category")),
            ("number", "passthrough", spec.columns("number", "boolean")),
            ("date", FunctionTransformer(calendar_parts), spec.columns("date")),
            *((f"text {number}", text, name) for number, name in enumerate(spec.columns("text"))),
        ],
        sparse_threshold=0,
    )


def calendar_parts(dates: pd.DataFrame) -> np.ndarray:
    """The day since 1970, the month, the weekday and the hour of each date."""
    parts = [np.empty((len(dates), 0))]
    for name in dates:
        date = dates[name]
        days = (date - pd.Timestamp(0)).dt.days
        parts.append(np.column_stack([days, date.dt.month, date.dt.weekday, date.dt.hour]))
    return np.hstack(parts)


def fill_missing_text(text: pd.Series) -> pd.Series:
    return text.fillna("")
