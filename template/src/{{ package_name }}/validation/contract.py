"""The contract, built from conf/data.yml, and each rule of it that data break."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from ..data import read_booleans, read_dates
from ..spec import DataSpec, Feature

RULES = {"SERIES_CONTAINS_DUPLICATES": "be unique", "SERIES_CONTAINS_NULLS": "be filled"}
FOLLOWING = {"CHECK_ERROR", "WRONG_DATATYPE"}  # they only repeat that a type is wrong


@dataclass(frozen=True)
class Breach:
    """One rule that one column breaks, and in how many rows."""

    column: str
    rule: str
    rows: int

    def __str__(self) -> str:
        return f"`{self.column}` must {self.rule}, which {self.rows} rows break"


def schema(spec: DataSpec) -> pa.DataFrameSchema:
    """The contract as pandera has it. A label may be missing: it has not arrived yet."""
    label = str if spec.classes else float
    columns = {name: column(feature) for name, feature in spec.features.items()}
    columns[spec.target] = pa.Column(label, nullable=True, coerce=True)
    if not spec.hashed:
        columns[spec.key] = pa.Column(unique=True)
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
    found = read_booleans(column) if boolean else read_dates(column, feature.format)
    return found.notna()


def breaches(spec: DataSpec, frame: pd.DataFrame) -> list[Breach]:
    """Every rule the rows break; empty if they keep the contract."""
    try:
        schema(spec).validate(frame, lazy=True)
    except SchemaErrors as broken:
        return [
            breach(error, len(frame))
            for error in broken.schema_errors
            if error.reason_code.name not in FOLLOWING
        ]
    return []


def breach(error: Any, rows: int) -> Breach:
    """One of pandera's errors in words."""
    reason = error.reason_code.name
    if reason == "COLUMN_NOT_IN_DATAFRAME":
        return Breach(str(error.failure_cases), "exist", rows)
    column, cases = str(error.schema.name), rows
    if error.failure_cases is not None:
        cases = len(error.failure_cases)
    if reason == "DATATYPE_COERCION":
        return Breach(column, "be a number", cases)
    return Breach(column, RULES.get(reason) or str(error.check.error), cases)
