"""What a model must be better than: the baseline that conf/data.yml declares."""

from typing import Any

import numpy as np
import pandas as pd

from .spec import PREDICTION, PROBABILITY, DataSpec

SEASONS = {"day": pd.DateOffset(days=1), "week": pd.DateOffset(weeks=1)}
SEASONS["year"] = pd.DateOffset(years=1)
TOLERANCE = {"day": "1h", "week": "1D", "year": "7D"}  # between a row and its season before
MAX_SEASONS = 5  # to look back
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
    time: Any = spec.time
    delay = pd.Timedelta(hours=time.label_delay_hours)
    labels = pd.DataFrame(
        {"time": known[time.column], "group": group_keys(spec, known), "label": known[spec.target]}
    )
    labels = labels.dropna().sort_values("time", kind="stable")
    wanted = pd.DataFrame({"time": rows[time.column], "group": group_keys(spec, rows)})
    wanted = wanted.dropna().sort_values("time", kind="stable")
    if spec.baseline.kind == "last":
        shifts: list[tuple[Any, dict[str, Any]]] = [(delay, {"allow_exact_matches": False})]
    else:
        season = spec.baseline.season
        how = {"direction": "nearest", "tolerance": pd.Timedelta(TOLERANCE[season])}
        shifts = [(SEASONS[season] * count, how) for count in range(1, MAX_SEASONS + 1)]
    values = pd.Series(np.nan, index=rows.index)
    for shift, how in shifts:
        moved = labels.assign(time=labels["time"] + shift).sort_values("time", kind="stable")
        merged = pd.merge_asof(wanted, moved, on="time", by="group", **how)
        values = values.fillna(pd.Series(merged["label"].to_numpy(), index=wanted.index))
    return values
