"""Evaluates a challenger, and makes it champion or rejects it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from ..baselines import predict_baseline
from ..data import drop_unlabelled, load_rows
from ..deployment.delivery import sync_registry
from ..deployment.release import read_spec, release_folder
from ..errors import InputError
from ..evaluation import row_losses
from ..holdout import holdout_units, split_holdout
from ..prediction import predict
from ..registry.versions import (
    Version,
    fetch_run,
    find_version,
    get_champion,
    list_versions,
    reject,
    set_champion,
)
from ..runs import Run, list_runs
from ..settings import load_spec, read_settings
from ..spec import DataSpec
from .gate import EvaluationLosses, PromotionSettings, Verdict, earlier_verdict, evaluate_gate
from .window import describe_days

UNITS = {"day": "days", "entity": "entities", "row": "distinct rows"}


def promote(challenger: Version) -> Verdict:
    """Evaluate a version and record the verdict. A version is evaluated once."""
    sync_registry()  # a run that was rolled back is not evaluated again under another number
    challenger, champion = find_version(challenger.number), get_champion()
    if verdict := earlier_verdict(challenger, champion):
        return verdict
    verdict = compare_models(fetch_run(challenger), fetch_run(champion) if champion else None)
    if verdict.accepted:
        set_champion(challenger, verdict.reason)
    else:
        reject(challenger, verdict.reason)
    return verdict


def unregistered_runs() -> list[str]:
    """The finished runs that are newer than every registered one, so nothing evaluates them."""
    registered = {version.run for version in list_versions()}
    finished = {run.id: run.finished or "" for run in list_runs()}
    newest = max((finished.get(id, "") for id in registered), default="")
    return [id for id in finished if id not in registered and finished[id] > newest]


def compare_models(challenger: Run, champion: Run | None) -> Verdict:
    """Evaluate both models and a baseline on the same rows; none was fitted on any of them."""
    spec, settings = load_spec(), read_settings(PromotionSettings, "promotion")
    known, rows = evaluation_rows(spec, challenger.period)
    if rows.empty:
        raise InputError("there are no labelled holdout rows to evaluate the models on")
    if champion and not is_comparable(spec, champion):
        champion = None
    if champion and spec.time and is_newer(champion, rows[spec.time.column].min()):
        reason = "it was trained on older data than the champion, so no rows are new to both"
        return Verdict(False, reason)

    def loss(model: Any) -> np.ndarray:
        return row_losses(spec, rows[spec.target], predict(spec, model, rows))

    start = rows[spec.time.column].min() if spec.time else None
    losses = EvaluationLosses(
        challenger=loss(challenger.load_evaluated()),
        champion=loss(load_before(champion, start)) if champion else None,
        baseline=row_losses(spec, rows[spec.target], predict_baseline(spec, known, rows)),
        units=holdout_units(spec, rows).to_numpy(),
        unit=UNITS[spec.unit],
        is_root=spec.metric == "rmse",
    )
    verdict = evaluate_gate(losses, settings, spec.metric)
    return replace(verdict, window=str(describe_days(spec, rows)) if spec.time else "")


def is_newer(run: Run, start: pd.Timestamp) -> bool:
    """Whether even the evaluated model of a run was fitted on rows after this time."""
    return bool(run.holdout_from) and start < datetime.fromisoformat(str(run.holdout_from))


def load_before(run: Run, start: pd.Timestamp | None) -> Any:
    """The model in use if it was fitted on rows before `start` only, else the evaluated model."""
    is_older = start is not None and run.newest and datetime.fromisoformat(run.newest) < start
    return run.load() if is_older else run.load_evaluated()


def is_comparable(spec: DataSpec, champion: Run) -> bool:
    """Whether the champion predicts the same target from columns that are still declared."""
    if spec.time and not champion.holdout_from:
        return False  # an earlier version of this project fitted it on days of the holdout
    if champion.spec == spec.digest or not release_folder(champion.id).exists():
        return True
    old = read_spec(champion.id)
    return (old.target, old.task) == (spec.target, spec.task) and all(
        name in spec.features and spec.features[name].type == feature.type
        for name, feature in old.features.items()
    )


def evaluation_rows(spec: DataSpec, until: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(the rows that the evaluated model was fitted on, the holdout)."""
    return split_holdout(spec, drop_unlabelled(spec, load_rows(spec, until=until)))
