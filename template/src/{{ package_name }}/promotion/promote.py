"""The decision: crown the challenger, or refuse it and say why."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..data import drop_unlabelled, load_rows
from ..deployment.release import read_spec, release_folder
from ..errors import InputError
from ..evaluation import fit_baseline, row_losses
from ..holdout import holdout_units, split_holdout
from ..periods import describe_days, newest_days
from ..prediction import predict
from ..registry.versions import Version, fetch_run, get_champion, reject, set_champion
from ..runs import Run
from ..settings import load_spec, read_settings
from ..spec import DataSpec
from .gate import EvaluationLosses, PromotionSettings, Verdict, evaluate_gate


def promote(challenger: Version) -> Verdict:
    """Judge a version and act on it. A verdict stays: what was judged is not judged again."""
    now = get_champion()
    if now and now.number == challenger.number:
        return Verdict(True, "it is champion already")
    if challenger.rejected:
        return Verdict(False, f"refused before: {challenger.rejected}")
    if now and challenger.number < now.number:
        return Verdict(False, f"older than the champion, version {now.number}")
    verdict = compare_models(fetch_run(challenger), fetch_run(now) if now else None)
    if verdict.accepted:
        set_champion(challenger, verdict.reason)
    else:
        reject(challenger, verdict.reason)
    return verdict


def compare_models(challenger: Run, champion: Run | None) -> Verdict:
    """Both models and a guess on the same rows; neither model was fitted on any of them."""
    spec, settings = load_spec(), read_settings(PromotionSettings, "promotion")
    fitting, rows = evaluation_rows(spec, challenger.period, settings.window_days)
    if rows.empty:
        raise InputError("there are no labelled rows that were held back: nothing to judge on")

    def loss(model: Any) -> np.ndarray:
        return row_losses(spec, rows[spec.target], predict(spec, model, rows))

    judged = EvaluationLosses(
        challenger=loss(challenger.load()),
        champion=loss(champion.load()) if champion and is_comparable(spec, champion) else None,
        guess=loss(fit_baseline(spec, fitting)),
        units=holdout_units(spec, rows).to_numpy(),
        unit="days" if spec.time else "distinct rows",
    )
    return replace(
        evaluate_gate(judged, settings, spec.metric), window=describe_days(spec, rows) or ""
    )


def is_comparable(spec: DataSpec, champion: Run) -> bool:
    """Whether a champion can answer these rows, and answers the same question."""
    if champion.spec == spec.digest or not release_folder(champion.id).exists():
        return True
    was = read_spec(champion.id)
    same = (was.target, was.task) == (spec.target, spec.task)
    return same and all(
        name in spec.features and spec.features[name].type == feature.type
        for name, feature in was.features.items()
    )


def evaluation_rows(spec: DataSpec, until: str, window: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(what a model of `until` is fitted on, what it is judged on: held back, newest days)."""
    rows = drop_unlabelled(spec, load_rows(spec, until=until))
    fitting, _ = split_holdout(spec, rows)
    _, held = split_holdout(spec, newest_days(spec, rows, window))
    return fitting, held
