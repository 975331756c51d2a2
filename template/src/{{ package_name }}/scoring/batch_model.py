"""Predicts batches of rows: the same as the pipeline, in less time."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..data import normalize_numbers
from ..deployment.compiled_model import ColumnEncoding, CompiledModel
from ..deployment.release import Release
from ..errors import InputError
from ..number_format import has_plain_numbers
from ..prediction import predict, predict_features
from ..schema import (
    MAX_NUMBER,
    cast_columns,
    column_parsers,
    join_time,
    mask_missing,
    require_column,
)
from ..spec import DataSpec
from ..tables import to_records
from ..values import are_words, dates_among, match_words, numbers_among
from .tree_tables import TreeTables

ORIGIN = ("version", "release")  # the columns that say which model made a prediction


class BatchModel:
    """The model of a release, for tables of rows as a file has them.

    The columns for a compiled model are encoded here, each distinct value once.
    """

    def __init__(self, release: Release) -> None:
        self._release, self.spec = release, release.spec
        if self.spec.key in ORIGIN:
            raise InputError(f"the key `{self.spec.key}` is also an output column: rename it")
        # The hash of a row needs all its columns, so there is nothing to gain.
        self._compiled = None if self.spec.has_hash_key else release.compiled
        self._estimator = choose_estimator(self._compiled, release) if self._compiled else None
        self._has_plain_numbers = has_plain_numbers(self.spec.csv)

    def predict(self, file: Path, rows: pa.Table, first: int) -> pa.Table:
        """Key, version, release and prediction of each row; `first` is the number of the first."""
        key, keys = self.spec.key, {}
        if key in rows.column_names:
            keys[key] = mask_words(self.spec, key, to_array(rows[key]))
        try:
            if self._compiled:
                rows = add_time(self.spec, rows)
                columns = self._compiled.plan.columns
                inputs = np.hstack([self._encode(rows, column) for column in columns])
                predictions = predict_features(self.spec, self._estimator, inputs)
            else:
                frame = self._cast(file, rows, first)
                predictions = predict(self.spec, self._release.model, frame)
                if self.spec.has_hash_key:
                    keys[key] = pa.array(frame[key])
        except InputError:
            self._cast(file, rows, first)  # its error names the row
            raise
        metadata = self._release.metadata
        version = pa.array(np.full(len(rows), metadata.version))
        origin = zip(ORIGIN, (version, pa.repeat(metadata.release, len(rows))), strict=True)
        results = {name: pa.array(predictions[name]) for name in predictions}
        return pa.table(keys | dict(origin) | results)

    def _cast(self, file: Path, rows: pa.Table, first: int) -> pd.DataFrame:
        """The rows as declared. InputError names the file and the first row that is wrong."""
        frame = rows.to_pandas().set_axis(pd.RangeIndex(first, first + len(rows)))
        try:
            return cast_columns(self.spec, clean(self.spec, frame), labels=False)
        except InputError as error:
            place = f"{file}, from row {first + 1:,}" if first else f"{file}"
            raise InputError(f"{place}: {error}") from None

    def _encode(self, rows: pa.Table, column: ColumnEncoding) -> np.ndarray:
        """The inputs of the estimator from one column, shape (rows, inputs)."""
        if column.name not in rows.column_names:
            require_column(rows.slice(0, 1).to_pandas(), column.name)  # InputError
        values, feature = to_array(rows[column.name]), self.spec.features.get(column.name)
        if feature and feature.type == "number":
            return self._read_numbers(column.name, values).reshape(-1, 1)
        distinct = values.dictionary_encode(null_encoding="encode")
        cast = cast_column(self.spec, column.name, distinct.dictionary)
        records = to_records(cast.to_frame(column.name))
        codes = [column.encode(record[column.name]) for record in records]
        return np.array(codes, "float64").reshape(len(codes), -1)[distinct.indices.to_numpy()]

    def _read_numbers(self, name: str, values: pa.Array) -> np.ndarray:
        """Numbers; the usual ones are cast by Arrow, because that is much faster."""
        is_text = pa.types.is_string(values.type)
        if is_text and not self._has_plain_numbers:
            return cast_column(self.spec, name, values).to_numpy("float64")
        with suppress(pa.ArrowException):
            numbers = mask_words(self.spec, name, values).cast(pa.float64())
            result = numbers.to_numpy(zero_copy_only=False)
            missing = numbers.null_count if is_text else np.isnan(result).sum()
            if (np.abs(result) <= MAX_NUMBER).sum() + missing == len(result):
                return result
        return cast_column(self.spec, name, values).to_numpy("float64")


def add_time(spec: DataSpec, rows: pa.Table) -> pa.Table:
    """The rows with the column of the time, which files may have in parts."""
    if not spec.time or not spec.time.parts or spec.time.column in rows.column_names:
        return rows
    parts = [name for name in spec.time.parts if name in rows.column_names]
    frame = join_time(spec, mask_missing(spec, rows.select(parts).to_pandas()))
    return rows.append_column(spec.time.column, pa.array(frame[spec.time.column], pa.string()))


def choose_estimator(compiled: CompiledModel, release: Release) -> Any:
    """What predicts encoded rows: tables of the trees, or the last step of the pipeline.

    For many rows treelite is slower than both.
    """
    try:
        return TreeTables(compiled)
    except ValueError:
        return release.model[-1]


def to_array(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array of numbers, times or text, whatever way the file stored them."""
    array = pa.concat_arrays(column.chunks)
    array = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
    is_a = pa.types
    if is_a.is_large_string(array.type) or is_a.is_string_view(array.type):
        return array.cast(pa.string())
    plain = (is_a.is_string, is_a.is_primitive, is_a.is_decimal, is_a.is_null)
    if any(is_plain(array.type) for is_plain in plain):
        return array
    texts = [None if value is None else str(value) for value in array.to_pylist()]
    return pa.array(texts, pa.string())


def mask_words(spec: DataSpec, name: str, values: pa.Array) -> pa.Array:
    """A column without the words that mean a missing value."""
    words = spec.missing_words(name)
    if pa.types.is_string(values.type):
        is_missing = match_words(values, words)
    elif numbers_among(words) or dates_among(words):
        is_missing = pa.array(are_words(values.to_pandas(), words))
    else:
        return values
    return pc.if_else(is_missing, pa.scalar(None, values.type), values)


def clean(spec: DataSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows as `read_rows` returns them."""
    return mask_missing(spec, normalize_numbers(spec, frame))


def cast_column(spec: DataSpec, name: str, values: pa.Array) -> pd.Series:
    """One column as `cast_columns` casts it."""
    frame = clean(spec, values.to_pandas().to_frame(name))
    return column_parsers(spec, frame, labels=False)[name](frame[name])
