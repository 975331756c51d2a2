"""From declared columns to numbers. Yours to change."""

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OrdinalEncoder

from .spec import DataSpec


def encoder(spec: DataSpec) -> ColumnTransformer:
    """Numbers as they are, then categories as codes; an unseen category counts as missing."""
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=254
    )
    return ColumnTransformer(
        [
            ("number", "passthrough", spec.columns("number")),
            ("category", codes, spec.columns("category")),
        ]
    )
