"""What a model must be better than: the baseline that conf/data.yml declares."""

from typing import Any

import numpy as np
import pandas as pd

from .spec import PREDICTION, PROBABILITY, DataSpec

SEASON_DAYS = {"day": 1, "week": 7, "52_weeks": 364, "year": 366}  # at most
# Between a row and its season before.
TOLERANCE = {"day": "1h", "week": "1D", "52_weeks": "1D", "year": "7D"}
MAX_SEASONS = 5  # to look back from the newest one that is known
PRIOR_ROWS = 10.0  # the shares of a small group stay close to those of all rows


def predict_baseline(spec: DataSpec, known: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The baseline's predictions for rows, from the labels of the known rows."""
    if spec.is_classification:
        return class_shares(spec, known, rows)
    predictions = pd.Series(np.nan, index=rows.index)
    if spec.baseline.kind == "group":
        groups = known.groupby(group_keys(spec, known))[spec.target]
        predictions = group_keys(spec, rows).map(groups.agg(lambda labels: center(spec, labels)))
    if spec.baseline.kind in ("last", "season"):
        predictions = earlier_labels(spec, known, rows)
    constant = center(spec, known[spec.target])
    return pd.DataFrame({PREDICTION: predictions.fillna(constant).astype(float)})


def center(spec: DataSpec, labels: pd.Series) -> float:
    """The constant with the smallest loss: a quantile, or the mean."""
    if spec.metric in ("mae", "quantile"):
        return float(labels.quantile(0.5 if spec.metric == "mae" else spec.quantile))
    return float(labels.mean())


def group_keys(spec: DataSpec, rows: pd.DataFrame) -> pd.Series:
    """The group of each row as one text; one group for all if no columns are declared."""
    parts = [rows[name].astype("str").fillna("") for name in spec.baseline.columns]
    keys = pd.Series("", index=rows.index, dtype="str")
    for part in parts:
        keys = keys + part + "\0"
    return keys


def class_shares(spec: DataSpec, known: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The share of each class, in all known rows or in those of the same group."""
    overall = known[spec.target].astype(str).value_counts(normalize=True).sort_index()
    grouped = spec.baseline.kind == "group"
    keys, wanted = (group_keys(spec, each) if grouped else None for each in (known, rows))
    tiled = np.tile(overall.to_numpy(), (len(rows), 1))
    shares = pd.DataFrame(tiled, index=rows.index, columns=overall.index)
    if keys is not None and wanted is not None:
        counts = pd.crosstab(keys, known[spec.target].astype(str)) + PRIOR_ROWS * overall
        by_group = counts.div(counts.sum(axis=1), axis=0)
        shares = by_group.reindex(wanted).set_index(rows.index).fillna(overall)
    predictions = shares.add_prefix(PROBABILITY)
    predictions.insert(0, PREDICTION, shares.idxmax(axis=1))
    return predictions


def earlier_labels(spec: DataSpec, known: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """For each row the last label of its group that was known then, or that of a season before."""
    labels = list_times(spec, known).assign(label=known[spec.target]).dropna()
    labels = labels.sort_values("time", kind="stable")
    wanted, values = list_times(spec, rows), pd.Series(np.nan, index=rows.index)
    if labels.empty or wanted.empty:
        return values
    delay = pd.Timedelta(hours=spec.time.label_delay_hours)  # type: ignore[union-attr]
    if spec.baseline.kind == "last":
        return find_labels(labels, wanted, wanted["time"] - delay, allow_exact_matches=False)
    season = spec.baseline.season
    tolerance = pd.Timedelta(TOLERANCE[season])
    distance = (wanted["time"] - labels["time"].max()).clip(lower=delay)
    length = pd.Timedelta(days=SEASON_DAYS[season])
    first = np.ceil(distance / length).clip(lower=1).astype(int)  # the newest season that is known
    for more in range(MAX_SEASONS):
        counts = (first + more).groupby(first + more)
        times = pd.concat(
            [wanted["time"][each.index] - season_offset(season, n) for n, each in counts]
        )
        found = find_labels(labels, wanted, times, direction="nearest", tolerance=tolerance)
        values = values.fillna(found)
    return values


def list_times(spec: DataSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """`time`, whose unit differs between file formats otherwise, and `group` of each row."""
    times = rows[spec.time.column].astype("datetime64[us]")  # type: ignore[union-attr]
    return pd.DataFrame({"time": times, "group": group_keys(spec, rows)})


def season_offset(season: str, count: int) -> Any:
    if season == "year":
        return pd.DateOffset(years=count)
    return pd.Timedelta(days=count * SEASON_DAYS[season])


def find_labels(
    labels: pd.DataFrame, wanted: pd.DataFrame, times: pd.Series, **how: Any
) -> pd.Series:
    """The label of each row's group at one of these times."""
    moved = wanted.assign(time=times.astype("datetime64[us]")).sort_values("time", kind="stable")
    merged = pd.merge_asof(moved, labels, on="time", by="group", **how)
    return pd.Series(merged["label"].to_numpy(), index=moved.index)
