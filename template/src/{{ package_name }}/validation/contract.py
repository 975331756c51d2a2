"""The contract that conf/data.yml declares, and the rules of it that rows violate."""

from collections import Counter
from contextlib import suppress
from functools import partial

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from ..formatting import format_count
from ..schema import coerce_booleans, coerce_classes, coerce_dates, coerce_numbers
from ..spec import DataSpec, Feature
from ..values import to_floats
from .keys import hash_keys

RULES = {  # what pandera calls a check -> what a column must do
    "column_in_dataframe": "exist",
    "coerce_dtype('float64')": "be a number",
    "not_nullable": "not be missing",
}
MAX_BROKEN_ROWS = 10_000  # written to broken_rows.csv
BROKEN_RULE = "broken_rule"  # the column that broken_rows.csv adds


class Contract:
    """`add` rows in batches; `violations` then covers all of them."""

    def __init__(self, spec: DataSpec) -> None:
        self.spec = spec
        self.key_hashes = np.array([], dtype="uint64")  # eight bytes per row
        self.broken_rows: list[pd.DataFrame] = []
        self._schema = build_schema(spec)
        self._violations: Counter[str] = Counter()  # rule -> rows

    def add(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Check rows. Returns them with the numbers as such."""
        frame = frame.reset_index(drop=True)
        if not self.spec.has_hash_key and self.spec.key in frame:
            self.key_hashes = np.append(self.key_hashes, hash_keys(frame[self.spec.key]))
        cast = cast_numbers(self.spec, frame)
        try:
            self._schema.validate(cast, lazy=True, inplace=True)
        except SchemaErrors as error:
            cases = error.failure_cases
            # pandera names a missing column in `failure_case`.
            columns = cases["column"].fillna(cases["failure_case"])
            for (column, check), failures in cases.groupby([columns, "check"], sort=False):
                rule, places = RULES.get(check, check), failures["index"].dropna().astype(int)
                if rule == "exist":
                    self._violations[f"`{column}` must exist"] += len(frame)
                elif not check.startswith("dtype("):  # which repeats that a type is wrong
                    self._add_violation(f"`{column}` must {rule}", frame.loc[places])
        return cast

    def violations(self, repeated: int = 0) -> list[str]:
        """A sentence per violated rule; `repeated` rows have a key of another period."""
        rows = np.unique(self.key_hashes, return_counts=True)[1]
        rule = f"`{self.spec.key}` must be unique"
        self._violations[rule] = rows[rows > 1].sum()
        self._violations[f"{rule} across periods"] = repeated
        counts = {rule: format_count(n, "row") for rule, n in self._violations.items() if n}
        return [f"{rule}: violated in {count}" for rule, count in counts.items()]

    def _add_violation(self, rule: str, rows: pd.DataFrame) -> None:
        self._violations[rule] += len(rows)
        room = MAX_BROKEN_ROWS - sum(map(len, self.broken_rows))
        if room > 0 and len(rows):
            self.broken_rows.append(rows.head(room).assign(**{BROKEN_RULE: rule}))


def cast_numbers(spec: DataSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with columns of numbers as such; pandera finds what is no number in the others."""
    numbers = {}
    for name, feature in spec.features.items():
        if feature.type == "number" and not feature.format and name in frame:
            with suppress(ValueError, TypeError, OverflowError):
                numbers[name] = to_floats(frame[name])
    return frame.assign(**numbers)


def build_schema(spec: DataSpec) -> pa.DataFrameSchema:
    """The contract as a pandera schema. A label may be missing, as it arrives later."""
    columns = {name: build_column(feature) for name, feature in spec.features.items()}
    columns[spec.target] = pa.Column(float, nullable=True, coerce=True)
    if spec.is_classification:
        is_class = pa.Check(partial(is_declared_class, spec), error="be one of `classes`")
        columns[spec.target] = pa.Column(None, is_class if spec.classes else None, nullable=True)
    if not spec.has_hash_key:
        columns[spec.key] = pa.Column()
    return pa.DataFrameSchema(columns)


def build_column(feature: Feature) -> pa.Column:
    if feature.type in ("category", "text"):  # any value can be text
        return pa.Column(nullable=feature.nullable)
    if feature.type in ("boolean", "date") or feature.format:
        check = pa.Check(partial(is_parsed, feature), error=f"be a {feature.type}")
        return pa.Column(None, check, nullable=feature.nullable)
    checks = []
    if feature.min is not None:
        checks.append(pa.Check.ge(feature.min, error=f"be at least {feature.min:,.15g}"))
    if feature.max is not None:
        checks.append(pa.Check.le(feature.max, error=f"be at most {feature.max:,.15g}"))
    return pa.Column(float, checks, nullable=feature.nullable, coerce=True)


def is_declared_class(spec: DataSpec, column: pd.Series) -> pd.Series:
    return coerce_classes(column, spec.classes).notna()


def is_parsed(feature: Feature, column: pd.Series) -> pd.Series:
    """Whether each value is a boolean, a date or a duration as declared."""
    if feature.type == "boolean":
        return coerce_booleans(column).notna()
    coerce = coerce_dates if feature.type == "date" else coerce_numbers
    return coerce(column, feature.format).notna()
