"""Compares champion and challenger on the labels that have arrived, at any time."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from pydantic import Field

from ..deployment.pointer import Challenger, Delivery, read_active, read_history
from ..errors import InputError
from ..evaluation import to_metric
from ..labels.join import LOSS, join_labels
from ..periods import row_days
from ..predictions.lines import AT, RELEASE, Line, Values
from ..predictions.reader import load_predictions
from ..settings import NAME, load_spec
from ..spec import DataSpec
from .assignment import position
from .predictor import SHADOW
from .sequential import confidence_interval
from .settings import CanarySettings

Verdict = Literal["better", "worse", "not decided"]


class ShadowLine(Line):
    """A line of the log of shadows."""

    prediction: Values = Field(alias="shadow")


@dataclass(frozen=True)
class Comparison:
    """The labelled predictions of both releases. Differences are challenger minus champion."""

    metric: str
    champion: float | None
    challenger: float | None
    champion_rows: int
    challenger_rows: int
    unit: str  # what the test counts: days, or entities
    units: int
    difference: float | None  # of the mean loss
    low: float | None  # None: not limited yet
    high: float | None

    @property
    def verdict(self) -> Verdict:
        if self.high is not None and self.high < 0:
            return "better"
        return "worse" if self.low is not None and self.low > 0 else "not decided"


def compare(settings: CanarySettings) -> Comparison:
    """InputError if there is no challenger."""
    spec, active = load_spec(), read_active()
    if active is None or active.challenger is None:
        raise InputError(f"there is no challenger: run `{NAME} release --canary PERCENT`")
    champion, challenger = labelled_sides(spec, active, active.challenger)
    unit, values = unit_differences(spec, champion, challenger, active.challenger)
    mean, low, high = confidence_interval(values, settings.error_rate)
    return Comparison(
        spec.metric,
        metric_of(spec, champion),
        metric_of(spec, challenger),
        len(champion),
        len(challenger),
        unit,
        len(values),
        None if values.empty else mean,
        None if low == -float("inf") else low,
        None if high == float("inf") else high,
    )


def labelled_sides(
    spec: DataSpec, active: Delivery, challenger: Challenger
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The labelled predictions of champion and challenger since the challenger began."""
    predictions = since(load_predictions(spec), start_of(challenger))
    shadows = predictions.iloc[:0]
    if challenger.shadow:
        shadows = since(load_predictions(spec, SHADOW, ShadowLine), start_of(challenger))
    labelled = join_labels(spec, predictions)
    champion = labelled[labelled[RELEASE] == active.release] if len(labelled) else labelled
    other = join_labels(spec, shadows) if challenger.shadow else labelled
    return champion, other[other[RELEASE] == challenger.release] if len(other) else other


def start_of(challenger: Challenger) -> str:
    """When the challenger became one, or changed from a shadow to a canary."""
    start = ""
    for line in reversed(read_history()):
        each = line.challenger
        if each is None or (each.release, each.shadow) != (challenger.release, challenger.shadow):
            break
        start = line.at
    return start


def since(predictions: pd.DataFrame, start: str) -> pd.DataFrame:
    if predictions.empty:
        return predictions
    times = pd.to_datetime(predictions[AT], utc=True, format="ISO8601")
    return predictions[times >= pd.Timestamp(start)]


def metric_of(spec: DataSpec, labelled: pd.DataFrame) -> float | None:
    return float(to_metric(spec, labelled[LOSS].mean())) if len(labelled) else None


def unit_differences(
    spec: DataSpec, champion: pd.DataFrame, challenger: pd.DataFrame, step: Challenger
) -> tuple[str, pd.Series]:
    """(the unit, one difference of losses for each). Each unit is independent of the others.

    A shadow predicts the same rows as the champion. Entities stay on one side, so an entity is a
    unit: the day would count the same difficult entities again and again.
    """
    if champion.empty or challenger.empty:
        return "days", pd.Series(dtype="float64")
    if step.shadow:
        losses = champion.set_index(spec.key)[LOSS]
        both = challenger[challenger[spec.key].isin(losses.index)]
        differences = both[LOSS] - both[spec.key].map(losses)
        return "days", complete_days(differences.groupby(days_of(spec, both)).mean())
    if spec.entity and spec.entity in challenger and challenger[spec.entity].notna().any():
        return "entities", entity_differences(spec.entity, champion, challenger, step)
    sides = [side.groupby(days_of(spec, side))[LOSS].mean() for side in (champion, challenger)]
    return "days", complete_days((sides[1] - sides[0]).dropna())


def complete_days(values: pd.Series) -> pd.Series:
    """The days before the newest one, whose labels are still arriving."""
    return values.sort_index().iloc[:-1]


def entity_differences(
    entity: str, champion: pd.DataFrame, challenger: pd.DataFrame, step: Challenger
) -> pd.Series:
    """The mean loss of an entity of the challenger minus that of one of the champion.

    They are paired one to one by their hash, so that equal releases give symmetric differences.
    """
    first, second = (side.groupby(entity)[LOSS].mean() for side in (champion, challenger))
    positions = {name: position(str(name), step.release) for name in {*first.index, *second.index}}
    # One that changed sides counts on its present side only.
    first = first[[positions[name] >= step.share for name in first.index]]
    second = second[[positions[name] < step.share for name in second.index]]
    pairs = min(len(first), len(second))
    one, other = (
        side.sort_index(key=lambda names: names.map(positions)) for side in (first, second)
    )
    return pd.Series(other.to_numpy()[:pairs] - one.to_numpy()[:pairs])


def days_of(spec: DataSpec, rows: pd.DataFrame) -> pd.Series:
    """The day of each row; without a time that of its prediction."""
    return row_days(spec, rows) if spec.time else rows[AT].astype("str").str[:10]
