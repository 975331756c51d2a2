"""The contract, built from conf/data.yml, and each rule of it that data break."""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from ..schema import as_text, coerce_booleans, coerce_dates
from ..spec import DataSpec, Feature

RULES = {"SERIES_CONTAINS_NULLS": "be filled"}
FOLLOWING = {"CHECK_ERROR", "WRONG_DATATYPE"}  # they only repeat that a type is wrong
BROKEN = 10_000  # broken rows that are kept to look at
BREAKS = "breaks"  # their column that says why


@dataclass(frozen=True)
class Breach:
    """One rule that one column breaks, and in how many rows."""

    column: str
    rule: str
    rows: int

    def __str__(self) -> str:
        return f"`{self.column}` must {self.rule}, which {self.rows} rows break"


class Contract:
    """`add` rows, some at a time, and ask `breaches` what is wrong with all of them."""

    def __init__(self, spec: DataSpec) -> None:
        self.spec = spec
        self.keys = np.array([], dtype="uint64")  # a hash each: eight bytes a row
        self.broken: list[pd.DataFrame] = []
        self._schema = schema(spec)
        self._rows: Counter[tuple[str, str]] = Counter()

    def add(self, frame: pd.DataFrame) -> None:
        frame = frame.reset_index(drop=True)
        if not self.spec.has_hash_key and self.spec.key in frame:
            self.keys = np.concatenate([self.keys, key_hashes(frame[self.spec.key])])
        try:
            self._schema.validate(frame, lazy=True)
        except SchemaErrors as broken:
            for error in broken.schema_errors:
                if error.reason_code.name not in FOLLOWING:
                    self._note(frame, *describe_error(error, len(frame)), failed_rows(error))

    def breaches(self) -> list[Breach]:
        """Every rule the rows break; empty if they keep the contract."""
        found = [Breach(column, rule, rows) for (column, rule), rows in self._rows.items()]
        _, times = np.unique(self.keys, return_counts=True)
        if twice := int(times[times > 1].sum()):
            found.append(Breach(self.spec.key, "be unique", twice))
        return found

    def _note(
        self, frame: pd.DataFrame, column: str, rule: str, rows: int, places: list[int]
    ) -> None:
        self._rows[column, rule] += rows
        room = BROKEN - sum(map(len, self.broken))
        if places and room > 0:
            why = f"`{column}` must {rule}"
            self.broken.append(frame.loc[places[:room]].assign(**{BREAKS: why}))


def breaches(spec: DataSpec, frame: pd.DataFrame) -> list[Breach]:
    """Every rule these rows break."""
    contract = Contract(spec)
    contract.add(frame)
    return contract.breaches()


def key_hashes(keys: pd.Series) -> np.ndarray:
    values = as_text(keys.dropna())
    return pd.util.hash_pandas_object(values, index=False, categorize=False).to_numpy()


def schema(spec: DataSpec) -> pa.DataFrameSchema:
    """The contract as pandera has it. A label may be missing: it has not arrived yet."""
    label = str if spec.is_classification else float
    columns = {name: column(feature) for name, feature in spec.features.items()}
    columns[spec.target] = pa.Column(label, nullable=True, coerce=True)
    if not spec.has_hash_key:
        columns[spec.key] = pa.Column()
    return pa.DataFrameSchema(columns)


def column(feature: Feature) -> pa.Column:
    if feature.type in ("category", "text"):
        return pa.Column("str", nullable=feature.nullable, coerce=True)
    if feature.type in ("boolean", "date"):
        check = pa.Check(partial(readable, feature), error=f"be a {feature.type}")
        return pa.Column(None, check, nullable=feature.nullable)
    checks = []
    if feature.min is not None:
        checks.append(pa.Check.ge(feature.min, error=f"be at least {feature.min:g}"))
    if feature.max is not None:
        checks.append(pa.Check.le(feature.max, error=f"be at most {feature.max:g}"))
    return pa.Column(float, checks, nullable=feature.nullable, coerce=True)


def readable(feature: Feature, column: pd.Series) -> pd.Series:
    """Which values can be read as declared."""
    boolean = feature.type == "boolean"
    found = coerce_booleans(column) if boolean else coerce_dates(column, feature.format)
    return found.notna()


def describe_error(error: Any, rows: int) -> tuple[str, str, int]:
    """One of pandera's errors in words: column, rule, number of rows."""
    reason = error.reason_code.name
    if reason == "COLUMN_NOT_IN_DATAFRAME":
        return str(error.failure_cases), "exist", rows
    count = rows if error.failure_cases is None else len(error.failure_cases)
    if reason == "DATATYPE_COERCION":
        return str(error.schema.name), "be a number", count
    return str(error.schema.name), RULES.get(reason) or str(error.check.error), count


def failed_rows(error: Any) -> list[int]:
    """Where the rows are that break the rule, if pandera knows."""
    found = error.failure_cases
    if isinstance(found, pd.DataFrame) and "index" in found:
        return [int(place) for place in found["index"].dropna()]
    return []
