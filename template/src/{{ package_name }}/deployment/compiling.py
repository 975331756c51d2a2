"""Compiles a fitted pipeline, if it is made of parts that can be; its answers stay the same."""

from typing import Any

import numpy as np
import pandas as pd
import treelite.sklearn
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

from .. import features
from ..data import typed
from ..errors import InputError
from ..prediction import predict
from ..spec import DataSpec
from .compiled import Column, Compiled, Number, Plan
from .release import answer_records, same

Rows = list[dict[str, Any]]
UNSEEN = "\0"  # no category of anybody's
CALENDAR = getattr(features, "calendar", None)  # its owner may have taken it out


def attempt(spec: DataSpec, pipeline: Any, rows: Rows) -> Compiled | str:
    """The compiled model, or why there is none: the pipeline answers by itself then."""
    try:
        made = compiled(spec, pipeline)
        check(spec, pipeline, made, trials(spec, rows))
    except InputError as error:
        return str(error)
    except Exception as error:  # any model may serve, whatever a compiler makes of it
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return made


def compiled(spec: DataSpec, pipeline: Any) -> Compiled:
    """InputError or TreeliteError if the pipeline is not an encoder and an ensemble of trees."""
    steps = pipeline.named_steps.values() if isinstance(pipeline, Pipeline) else [pipeline]
    if [isinstance(step, ColumnTransformer) for step in steps] != [True, False]:
        raise InputError("it is no pipeline of an encoder and an estimator")
    encoder, estimator = steps
    trees = treelite.sklearn.import_model(estimator)
    softmax = trees.get_header_accessor().get_field("postprocessor") == "softmax"
    classes = tuple(map(str, pipeline.classes_)) if spec.classes else ()
    return Compiled(Plan(columns=columns(encoder), classes=classes, softmax=softmax), trees)


def columns(encoder: ColumnTransformer) -> tuple[Column, ...]:
    """What each declared column becomes, in the order the estimator sees it."""
    found: list[Column] = []
    for _, part, names in encoder.transformers_:
        if len(names) == 0 or part == "drop":
            continue
        if isinstance(part, OrdinalEncoder):
            found += coded(part, names)
        elif isinstance(part, FunctionTransformer) and part.func in (None, CALENDAR):
            kind = "date" if part.func else "number"
            found += [Column(name=name, kind=kind) for name in names]
        else:
            raise InputError(f"{type(part).__name__} is no encoder that compiles")
    return tuple(found)


def coded(encoder: OrdinalEncoder, names: list[str]) -> list[Column]:
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
            Column(name=name, kind="category", codes=by_name, unseen=unseen, missing=missing)
        )
    return found


def trials(spec: DataSpec, rows: Rows) -> Rows:
    """Requests as they come, and one with each value missing, or a category never seen."""
    first = rows[0]
    odd = [{**first, name: None} for name in spec.features]
    odd += [{**first, name: UNSEEN} for name in spec.columns("category")]
    return [*rows, *odd, {**first, **dict.fromkeys(spec.features)}]


def check(spec: DataSpec, pipeline: Any, made: Compiled, rows: Rows) -> None:
    """InputError if an answer is not that of the pipeline."""
    frame = typed(spec, pd.DataFrame(rows), labels=False)
    wanted = answer_records(predict(spec, pipeline, frame))
    for one, other in zip(wanted, made.answers(rows), strict=True):
        if not all(same(value, other[name]) for name, value in one.items()):
            raise InputError(f"compiled it answers {other} instead of {one}")
