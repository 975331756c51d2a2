"""Joins the prediction log with the labels that have arrived since."""

import pandas as pd

from ..data import drop_unlabelled, load_rows
from ..evaluation import row_losses, to_metric
from ..predictions.lines import VERSION
from ..spec import DataSpec

LABEL, LOSS = "log.label", "log.loss"  # No data set has columns with such names.


def join_labels(spec: DataSpec, predictions: pd.DataFrame) -> pd.DataFrame:
    """The predictions whose label has arrived, with label and loss; joined by key."""
    if predictions.empty:
        return predictions.assign(**{LABEL: [], LOSS: []})
    rows = drop_unlabelled(spec, load_rows(spec)).drop_duplicates(spec.key)
    labels = predictions[spec.key].map(rows.set_index(spec.key)[spec.target])
    labelled = predictions.assign(**{LABEL: labels})[labels.notna()].reset_index(drop=True)
    return labelled.assign(**{LOSS: row_losses(spec, labelled[LABEL], labelled)})


def quality_by_version(spec: DataSpec, predictions: pd.DataFrame) -> pd.DataFrame:
    """For each version the number of its predictions, how many are labelled, and the metric."""
    labelled = join_labels(spec, predictions).groupby(VERSION)
    table = predictions.groupby(VERSION).size().rename("predictions").to_frame()
    table["labelled"] = labelled.size().reindex(table.index, fill_value=0)
    table[spec.metric] = labelled[LOSS].mean().map(lambda loss: to_metric(spec, loss))
    return table.rename_axis("version").reset_index()
