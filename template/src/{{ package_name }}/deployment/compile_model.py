"""Compiles a fitted pipeline, if it is made of parts that can be; its answers stay the same."""

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
from ..schema import cast_columns, to_records
from ..spec import DataSpec
from .compiled_model import ColumnEncoding, CompiledModel, EncodingPlan, Number
from .release import same_value

Rows = list[dict[str, Any]]
UNSEEN = "\0"  # no category of anybody's
CALENDAR = getattr(features, "calendar_parts", None)  # its owner may have taken it out


def try_compile(spec: DataSpec, pipeline: Any, rows: Rows) -> CompiledModel | str:
    """The compiled model, or why there is none: the pipeline answers by itself then."""
    try:
        made = compile_pipeline(spec, pipeline)
        check_parity(spec, pipeline, made, parity_rows(spec, rows))
    except InputError as error:
        return str(error)
    except Exception as error:  # any model may serve, whatever a compiler makes of it
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return made


def compile_pipeline(spec: DataSpec, pipeline: Any) -> CompiledModel:
    """InputError or TreeliteError if the pipeline is not an encoder and an ensemble of trees."""
    steps = pipeline.named_steps.values() if isinstance(pipeline, Pipeline) else [pipeline]
    if [isinstance(step, ColumnTransformer) for step in steps] != [True, False]:
        raise InputError("it is no pipeline of an encoder and an estimator")
    encoder, estimator = steps
    trees = treelite.sklearn.import_model(estimator)
    softmax = trees.get_header_accessor().get_field("postprocessor") == "softmax"
    classes = tuple(map(str, pipeline.classes_)) if spec.is_classification else ()
    return CompiledModel(
        EncodingPlan(columns=encode_columns(encoder), classes=classes, softmax=softmax), trees
    )


def encode_columns(encoder: ColumnTransformer) -> tuple[ColumnEncoding, ...]:
    """What each declared column becomes, in the order the estimator sees it."""
    found: list[ColumnEncoding] = []
    for _, part, names in encoder.transformers_:
        if len(names) == 0 or part == "drop":
            continue
        if isinstance(part, OrdinalEncoder):
            found += encode_categories(part, names)
        elif isinstance(part, FunctionTransformer) and part.func in (None, CALENDAR):
            kind = "date" if part.func else "number"
            found += [ColumnEncoding(name=name, kind=kind) for name in names]
        else:
            raise InputError(f"{type(part).__name__} is no encoder that compiles")
    return tuple(found)


def encode_categories(encoder: OrdinalEncoder, names: list[str]) -> list[ColumnEncoding]:
    """Ask the encoder for the code of each category, of one it never saw, and of none."""
    known = [[each for each in every if isinstance(each, str)] for every in encoder.categories_]
    length = max(map(len, known)) + 2
    asked = {
        name: [*each, UNSEEN, *[None] * (length - len(each) - 1)]
        for name, each in zip(names, known, strict=True)
    }
    codes = encoder.transform(pd.DataFrame(asked, dtype="str"))
    found = []
    for name, each, column in zip(names, known, codes.T, strict=True):
        numbers: list[Number] = [None if np.isnan(code) else float(code) for code in column]
        unseen, missing, *_ = numbers[len(each) :]
        by_name = dict(zip(each, numbers, strict=False))
        found.append(
            ColumnEncoding(
                name=name, kind="category", codes=by_name, unseen=unseen, missing=missing
            )
        )
    return found


def parity_rows(spec: DataSpec, rows: Rows) -> Rows:
    """Requests as they come, and one with each value missing, or a category never seen."""
    first = rows[0]
    odd = [{**first, name: None} for name in spec.features]
    odd += [{**first, name: UNSEEN} for name in spec.columns("category")]
    return [*rows, *odd, {**first, **dict.fromkeys(spec.features)}]


def check_parity(spec: DataSpec, pipeline: Any, made: CompiledModel, rows: Rows) -> None:
    """InputError if an answer is not that of the pipeline."""
    frame = cast_columns(spec, pd.DataFrame(rows), labels=False)
    wanted = to_records(predict(spec, pipeline, frame))
    for one, other in zip(wanted, made.answers(rows), strict=True):
        if not all(same_value(value, other[name]) for name, value in one.items()):
            raise InputError(f"compiled it answers {other} instead of {one}")
