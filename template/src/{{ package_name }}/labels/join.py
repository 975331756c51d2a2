"""Joins what the server logged with the labels that have been admitted since."""

import pandas as pd

from ..data import drop_unlabelled, load_rows
from ..evaluation import row_losses
from ..periods import row_periods
from ..predictions import log
from ..schema import as_text, cast_columns, parse_required_dates
from ..spec import DataSpec

# Beside a row and its answer; no column of anybody's data is called so.
AT, RELEASE, VERSION = "log.at", "log.release", "log.version"
TRUTH, LOSS = "log.label", "log.loss"


def load_predictions(spec: DataSpec) -> pd.DataFrame:
    """What was answered: for each key the first logged answer, with its row, oldest first."""
    lines = list(log.read_log())
    if not lines:
        return pd.DataFrame()
    logged = pd.DataFrame([line["row"] | line["answer"] for line in lines])
    made = {AT: "at", RELEASE: "release", VERSION: "version"}
    logged = logged.assign(**{name: [line[word] for line in lines] for name, word in made.items()})
    if spec.time:
        times = logged[spec.time.column] if spec.time.column in logged else logged[AT]
        logged[spec.time.column] = parse_required_dates(times.fillna(logged[AT]))
    for name in set(spec.features) - set(logged):
        logged[name] = None  # declared since
    logged = cast_columns(spec, logged, labels=False)
    logged[spec.key] = as_text(logged[spec.key])
    found = logged.sort_values(AT, kind="stable").drop_duplicates(spec.key)
    return found.reset_index(drop=True)


def predicted_periods(spec: DataSpec) -> set[str]:
    """The periods of which anything was answered."""
    answered = load_predictions(spec)
    return set(row_periods(spec, answered)) if len(answered) else set()


def join_labels(spec: DataSpec, answered: pd.DataFrame) -> pd.DataFrame:
    """Those of the predictions whose label has arrived, with label and loss; joined by key."""
    if answered.empty:
        return answered.assign(**{TRUTH: [], LOSS: []})
    known = drop_unlabelled(spec, load_rows(spec)).drop_duplicates(spec.key)
    labels = answered[spec.key].map(known.set_index(spec.key)[spec.target])
    found = answered.assign(**{TRUTH: labels})[labels.notna()].reset_index(drop=True)
    return found.assign(**{LOSS: row_losses(spec, found[TRUTH], found)})


def quality_by_version(spec: DataSpec) -> pd.DataFrame:
    """One row a version: how much it answered, how much of that is labelled, its metric."""
    answered = load_predictions(spec)
    if answered.empty:
        return pd.DataFrame(columns=["version", "answered", "labelled", spec.metric])
    known = join_labels(spec, answered)
    table = answered.groupby(VERSION).size().rename("answered").to_frame()
    table["labelled"] = known.groupby(VERSION).size().reindex(table.index, fill_value=0)
    table[spec.metric] = known.groupby(VERSION)[LOSS].mean()
    return table.rename_axis("version").reset_index()
