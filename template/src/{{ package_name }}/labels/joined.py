"""Joins what the server logged with the labels that have been admitted since."""

import pandas as pd

from ..data import labelled, load, moments, periods, text, typed
from ..evaluation import losses
from ..serving import log
from ..spec import DataSpec

TRUTH, LOSS = "label", "loss"


def predictions(spec: DataSpec) -> pd.DataFrame:
    """What was answered: for each key the first logged answer, with its row, oldest first."""
    logged = pd.DataFrame(log.read())
    if logged.empty:
        return logged
    logged[spec.key] = text(logged[spec.key])
    logged = logged.sort_values("at", kind="stable").drop_duplicates(spec.key)
    if spec.time:
        logged[spec.time.column] = moments(logged[spec.time.column].fillna(logged["at"]))
    for name in set(spec.features) - set(logged):
        logged[name] = None  # declared since
    return typed(spec, logged.reset_index(drop=True), labels=False)


def answered_periods(spec: DataSpec) -> set[str]:
    """The periods of which anything was answered."""
    answered = predictions(spec)
    return set(periods(spec, answered)) if len(answered) else set()


def joined(spec: DataSpec) -> pd.DataFrame:
    """The predictions whose label has arrived, with `label` and `loss`; joined by key."""
    answered = predictions(spec)
    if answered.empty:
        return answered.assign(**{TRUTH: [], LOSS: []})
    known = labelled(spec, load(spec))
    answered[TRUTH] = answered[spec.key].map(known.set_index(spec.key)[spec.target])
    found = answered[answered[TRUTH].notna()].reset_index(drop=True)
    return found.assign(**{LOSS: losses(spec, found[TRUTH], found)})


def by_version(spec: DataSpec) -> pd.DataFrame:
    """One row a version: how much it answered, how much of that is labelled, its metric."""
    answered, known = predictions(spec), joined(spec)
    if answered.empty:
        return pd.DataFrame(columns=["version", "answered", "labelled", spec.metric])
    table = answered.groupby("version").size().rename("answered").to_frame()
    table["labelled"] = known.groupby("version").size().reindex(table.index, fill_value=0)
    table[spec.metric] = known.groupby("version")[LOSS].mean()
    return table.reset_index()
