"""Evaluates a challenger, and makes it champion or rejects it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..data import drop_unlabelled, load_rows
from ..deployment.delivery import sync_registry
from ..deployment.release import read_spec, release_folder
from ..errors import InputError
from ..evaluation import fit_baseline, row_losses
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
from .window import describe_days, newest_days


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
    fitting, rows = evaluation_rows(spec, challenger.period, settings.window_days)
    if rows.empty:
        raise InputError("there are no labelled holdout rows to evaluate the models on")

    def loss(model: Any) -> np.ndarray:
        return row_losses(spec, rows[spec.target], predict(spec, model, rows))

    losses = EvaluationLosses(
        challenger=loss(challenger.load()),
        champion=loss(champion.load()) if champion and is_comparable(spec, champion) else None,
        baseline=loss(fit_baseline(spec, fitting)),
        units=holdout_units(spec, rows).to_numpy(),
        unit="days" if spec.time else "distinct rows",
    )
    verdict = evaluate_gate(losses, settings, spec.metric)
    return replace(verdict, window=str(describe_days(spec, rows)) if spec.time else "")


def is_comparable(spec: DataSpec, champion: Run) -> bool:
    """Whether the champion predicts the same target from columns that are still declared."""
    if champion.spec == spec.digest or not release_folder(champion.id).exists():
        return True
    old = read_spec(champion.id)
    return (old.target, old.task) == (spec.target, spec.task) and all(
        name in spec.features and spec.features[name].type == feature.type
        for name, feature in old.features.items()
    )


def evaluation_rows(spec: DataSpec, until: str, window: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(the rows to fit the baseline on, the holdout rows of the newest `window` days)."""
    rows = drop_unlabelled(spec, load_rows(spec, until=until))
    fitting, _ = split_holdout(spec, rows)
    _, holdout = split_holdout(spec, newest_days(spec, rows, window))
    return fitting, holdout
