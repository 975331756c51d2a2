"""Compiles a fitted pipeline, if all its parts can be compiled. The predictions stay the same."""

from typing import Any

import numpy as np
import pandas as pd
import treelite.sklearn
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

from .. import features
from ..errors import InputError
from ..prediction import predict
from ..predictions.records import Records
from ..schema import cast_columns
from ..spec import DataSpec
from ..tables import to_records
from .compiled_model import ColumnEncoding, CompiledModel, EncodingPlan, Kind
from .release import is_same_prediction

UNSEEN = "\0"  # a category that no data has
CALENDAR = getattr(features, "calendar_parts", None)  # your features.py may not have it any more


def try_compile(
    spec: DataSpec, pipeline: Any, rows: Records
) -> tuple[CompiledModel | None, str | None]:
    """(the compiled model, None), or (None, why the pipeline cannot be compiled)."""
    try:
        compiled = compile_pipeline(spec, pipeline)
        check_parity(spec, pipeline, compiled, add_edge_cases(spec, rows))
    except InputError as error:
        return None, str(error)
    except Exception as error:  # the compiler does not know this model; the pipeline serves it
        return None, f"{type(error).__name__}: {error}".splitlines()[0]
    return compiled, None


def compile_pipeline(spec: DataSpec, pipeline: Any) -> CompiledModel:
    """InputError or TreeliteError if the pipeline is not an encoder and an ensemble of trees."""
    steps = pipeline.named_steps.values() if isinstance(pipeline, Pipeline) else [pipeline]
    if [isinstance(step, ColumnTransformer) for step in steps] != [True, False]:
        raise InputError("the model is not a pipeline of an encoder and an estimator")
    encoder, estimator = steps
    trees = treelite.sklearn.import_model(estimator)
    softmax = trees.get_header_accessor().get_field("postprocessor") == "softmax"
    classes = tuple(map(str, pipeline.classes_)) if spec.is_classification else ()
    plan = EncodingPlan(columns=column_encodings(encoder), classes=classes, softmax=softmax)
    return CompiledModel(plan, trees)


def column_encodings(encoder: ColumnTransformer) -> tuple[ColumnEncoding, ...]:
    """How each declared column is encoded, in the order of the estimator's inputs."""
    encodings: list[ColumnEncoding] = []
    for _, part, names in encoder.transformers_:
        if len(names) == 0 or part == "drop":
            continue
        if isinstance(part, OrdinalEncoder):
            encodings += category_encodings(part, names)
        elif isinstance(part, FunctionTransformer) and part.func in (None, CALENDAR):
            kind: Kind = "date" if part.func else "number"
            parts = (part.kw_args or {}).get("parts", features.DATE_PARTS) if part.func else ()
            encodings += [ColumnEncoding(name=name, kind=kind, parts=parts) for name in names]
        else:
            raise InputError(f"a {type(part).__name__} cannot be compiled")
    return tuple(encodings)


def category_encodings(encoder: OrdinalEncoder, names: list[str]) -> list[ColumnEncoding]:
    """The codes that the encoder gives to an unseen category, a missing value and each category."""
    known = [[word for word in words if isinstance(word, str)] for words in encoder.categories_]
    inputs = [pd.Series([UNSEEN, None, *words], dtype="str") for words in known]
    outputs = encoder.transform(pd.DataFrame(dict(zip(names, inputs, strict=True)))).T
    encodings = []
    for name, words, output in zip(names, known, outputs, strict=True):
        unseen, missing, *codes = (None if np.isnan(code) else float(code) for code in output)
        by_word = dict(zip(words, codes, strict=False))
        encodings.append(ColumnEncoding(name=name, codes=by_word, unseen=unseen, missing=missing))
    return encodings


def add_edge_cases(spec: DataSpec, rows: Records) -> Records:
    """The rows, and variants of the first with missing values and with unseen categories."""
    first = rows[0]
    missing = [{**first, name: None} for name in spec.features]
    unseen = [{**first, name: UNSEEN} for name in spec.columns("category")]
    return [*rows, *missing, *unseen, {**first, **dict.fromkeys(spec.features)}]


def check_parity(spec: DataSpec, pipeline: Any, compiled: CompiledModel, rows: Records) -> None:
    """InputError if the compiled model and the pipeline predict something different."""
    frame = cast_columns(spec, pd.DataFrame(rows), labels=False)
    expected = to_records(predict(spec, pipeline, frame))
    for one, other in zip(expected, compiled.predict(rows), strict=True):
        if not is_same_prediction(one, other):
            raise InputError(f"the compiled model predicts {other}, the pipeline predicts {one}")
